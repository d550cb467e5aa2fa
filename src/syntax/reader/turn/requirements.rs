//! Deadlines and what must be.

use super::{Pair, Rule, Turn, all, first, glue, say};
use crate::diagnostics::Tongue;
use crate::syntax::token::Token;

const MONTHS: [&str; 12] = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// A length of time, from when it runs, and whether the first day counts.
pub(super) type Lengths = (Vec<Token>, Option<Vec<Token>>, Vec<Token>);

impl Turn<'_> {
    pub(super) fn requirement_form(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        match pair.as_rule() {
            Rule::in_week | Rule::in_quarter => self.part_of_period(pair, out),
            Rule::must_records if self.start_comes_first(pair) => self.in_order(pair, &[&[], &[Rule::starting]], out),
            Rule::must_records if self.time_comes_first(pair) => self.in_order(pair, &[&[Rule::pattern], &[]], out),
            Rule::must_no if self.time_comes_first(pair) => self.in_order(pair, &[&[Rule::k_no_such], &[Rule::pattern], &[]], out),
            Rule::term_records if self.time_comes_first(pair) => self.in_order(pair, &[&[Rule::number_of], &[Rule::pattern], &[]], out),
            _ if !self.turns(pair) => return false,
            Rule::l_within => self.within(pair, out),
            Rule::new_length => self.new_length(pair, out),
            Rule::starting => {
                let value = self.parts(&all(pair, Rule::value));
                self.wrapped(["from", ""], ["自", "起"], value, out);
            }
            Rule::l_ahead => {
                out.push(say("早于"));
                out.extend(self.parts(&all(pair, Rule::value)));
                out.extend(self.parts(&all(pair, Rule::quantity)));
            }
            Rule::l_before => {
                out.extend(self.parts(&all(pair, Rule::quantity)));
                self.wrapped(["before", ""], ["早于", ""], self.parts(&all(pair, Rule::value)), out);
            }
            Rule::in_month => self.in_month(pair, out),
            Rule::step_time => {
                let length = self.parts(&all(pair, Rule::quantity));
                self.wrapped(["within", ""], ["在", "以内"], length, out);
            }
            Rule::answered_in => {
                let length = self.parts(&all(pair, Rule::quantity));
                out.push(say(if self.to == Some(Tongue::En) { "answered" } else { "答复" }));
                self.wrapped(["within", ""], ["在", "以内"], length, out);
            }
            _ => return false,
        }
        true
    }

    /// Is it Chinese, to be said in English, and says when before what? English says what first.
    fn time_comes_first(self, pair: &Pair<'_>) -> bool {
        let first = pair.clone().into_inner().find(|part| !matches!(part.as_rule(), Rule::number_of | Rule::distinct));
        let spoken = pair.clone().into_inner().flatten().filter(super::words::is_word).find_map(|word| super::tongue_of(word.as_str()));
        self.to == Some(Tongue::En) && spoken == Some(Tongue::Zh) && first.is_some_and(|first| !matches!(first.as_rule(), Rule::pattern | Rule::k_no_such))
    }

    /// `from D within 7 days` is `within 7 days from D`, and written so.
    fn start_comes_first(self, pair: &Pair<'_>) -> bool {
        let parts: Vec<_> = pair.clone().into_inner().collect();
        let at = |rule: Rule| parts.iter().position(|part| part.as_rule() == rule);
        let plain_length = |deadline: Pair<'_>| {
            let within = deadline.into_inner().next().filter(|within| within.as_rule() == Rule::l_within);
            within.is_some_and(|within| within.into_inner().all(|part| matches!(part.as_rule(), Rule::k_within | Rule::quantity | Rule::dotted | Rule::paren)))
        };
        let starts_in_english = first(pair, Rule::starting).is_some_and(|start| self.spoken(&start) == Some(Tongue::En));
        starts_in_english && self.to != Some(Tongue::Zh) && at(Rule::starting) < at(Rule::deadline) && first(pair, Rule::deadline).is_some_and(plain_length)
    }

    /// The parts sorted by the first group of rules that has theirs; those of the empty group are the others.
    fn in_order(self, pair: &Pair<'_>, groups: &[&[Rule]], out: &mut Vec<Token>) {
        let named = |rule: Rule| groups.iter().any(|group| group.contains(&rule));
        for group in groups {
            let parts = pair.clone().into_inner().filter(|part| if group.is_empty() { !named(part.as_rule()) } else { group.contains(&part.as_rule()) });
            parts.for_each(|part| out.extend(self.part(&part)));
        }
    }

    /// The parts of a length of time.
    pub(super) fn lengths(self, pair: &Pair<'_>) -> Lengths {
        let (mut length, mut from, mut counting) = (Vec::new(), None, Vec::new());
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::value => from = Some(self.part(&part)),
                Rule::first_counts | Rule::first_does_not => counting = self.part(&part),
                Rule::quantity | Rule::not_stated | Rule::paren | Rule::dotted => length = self.part(&part),
                _ => {}
            }
        }
        (length, from, counting)
    }

    /// `within 7 days from d`, `在 7 天 以内 自 d 起`.
    fn within(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let (length, from, counting) = self.lengths(pair);
        let open = first(pair, Rule::not_stated).is_some();
        match self.to {
            Some(Tongue::Zh) if open => {
                out.push(say("期限"));
                out.extend(length);
            }
            _ => self.wrapped(["within", ""], ["在", "以内"], length, out),
        }
        if let Some(from) = from {
            self.wrapped(["from", ""], ["自", "起"], from, out);
        }
        out.extend(counting);
    }

    /// `5 working days from d`, `5 个工作日 自 d 起`.
    fn new_length(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let (length, from, counting) = self.lengths(pair);
        out.extend(length);
        if let Some(from) = from {
            self.wrapped(["from", ""], ["自", "起"], from, out);
        }
        out.extend(counting);
    }

    /// `in the third week of the month`, `在 第三周`.
    fn part_of_period(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let week = pair.as_rule() == Rule::in_week;
        let ordinal = self.parts(&all(pair, Rule::ordinal));
        if self.tongue(pair) == Tongue::En {
            out.push(say("in the"));
            out.extend(ordinal);
            out.push(say(if week { "week of the month" } else { "quarter" }));
        } else {
            let written = pair.clone().into_inner().last().map(|period| self.part(&period)).unwrap_or_default();
            out.push(say("在"));
            out.extend(ordinal);
            out.extend(glue(if self.turns(pair) { vec![say(if week { "周" } else { "季度" })] } else { written }));
        }
    }

    /// `in june`, `在 6 月`.
    fn in_month(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let Some(month) = pair.clone().into_inner().last() else { return };
        let plain = month.as_str().trim();
        let number = plain.trim_end_matches('月').trim();
        let english = number.parse::<usize>().ok().and_then(|number| MONTHS.get(number.checked_sub(1)?)).copied().unwrap_or(plain);
        let chinese = MONTHS.iter().position(|name| *name == plain).map_or_else(|| plain.to_owned(), |at| format!("{} 月", at + 1));
        self.wrapped(["in", ""], ["在", ""], vec![say(if self.to == Some(Tongue::En) { english } else { &chinese })], out);
    }
}
