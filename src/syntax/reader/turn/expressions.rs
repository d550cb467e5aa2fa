//! Expressions: paths, aggregates, windows, and where a Chinese sentence puts the parts in another order.

use super::{Pair, Rule, Turn, all, first, say};
use crate::diagnostics::Tongue;
use crate::syntax::token::{Kind, Token};

impl Turn<'_> {
    pub(super) fn expression_form(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        match pair.as_rule() {
            Rule::not_stated => out.push(self.not_stated(pair)),
            Rule::unary => self.unary(pair, out),
            Rule::dotted | Rule::slot_path => self.dotted(pair, out),
            Rule::path => return self.path(pair, out),
            Rule::link => return self.link(pair, out),
            Rule::next_year_day if self.turns(pair) => self.next_year_day(pair, out),
            Rule::value => return self.value(pair, out),
            Rule::rounding => return self.rounding(pair, out),
            Rule::comparison | Rule::cell_bound | Rule::grade_line => return self.after_number(pair, out),
            Rule::measure => return self.measure(pair, out),
            Rule::group => return self.group(pair, out),
            Rule::rank if self.turns(pair) => self.rank(pair, out),
            Rule::w_since if self.turns(pair) => {
                let counted = self.parts(&all(pair, Rule::counted));
                self.wrapped(["since", ""], ["自", "以来"], counted, out);
            }
            Rule::w_next => return self.next(pair, out),
            Rule::w_year_from if self.turns(pair) => {
                let whole: Vec<_> = pair.clone().into_inner().filter(|part| matches!(part.as_rule(), Rule::w_whole | Rule::w_now)).collect();
                out.extend(self.parts(&whole));
                self.wrapped(["from", ""], ["自", "起"], self.parts(&all(pair, Rule::month_day)), out);
            }
            Rule::w_last => return self.last(pair, out),
            _ => return false,
        }
        true
    }

    /// Parts between the words that the tongue puts around them.
    pub(super) fn wrapped(self, english: [&str; 2], chinese: [&str; 2], parts: Vec<Token>, out: &mut Vec<Token>) {
        let [before, after] = if self.to == Some(Tongue::Zh) { chinese } else { english };
        out.extend(Some(before).filter(|word| !word.is_empty()).map(say));
        out.extend(parts);
        out.extend(Some(after).filter(|word| !word.is_empty()).map(say));
    }

    /// `(not stated)`, `（原文未定）`: one word.
    fn not_stated(self, pair: &Pair<'_>) -> Token {
        say(if self.tongue(pair) == Tongue::En { "(not stated)" } else { "（原文未定）" })
    }

    /// Signs stand right before what they change.
    fn unary(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let mut after_sign = false;
        for part in pair.clone().into_inner() {
            let mut tokens = self.part(&part);
            if let (true, Some(first)) = (after_sign, tokens.first_mut()) {
                first.glued = true;
            }
            after_sign = part.as_rule() == Rule::op_neg;
            out.extend(tokens);
        }
    }

    fn next_year_day(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let day = self.parts(&all(pair, Rule::month_day));
        self.wrapped(["", "of the next year"], ["次年", ""], day, out);
    }

    /// `09:30 on due`, `due 的 09:30`; `the later of a and b`, `a 与 b 中较晚者`.
    fn value(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        let inner: Vec<_> = pair.clone().into_inner().collect();
        match (self.to, inner.as_slice()) {
            (Some(Tongue::Zh), [timed]) if timed.as_rule() == Rule::timed => {
                out.extend(self.parts(&all(timed, Rule::sum)));
                out.push(say("的"));
                out.extend(self.parts(&all(timed, Rule::time)));
            }
            (Some(Tongue::En), [sum, shown]) if shown.as_rule() == Rule::shown => {
                out.extend(self.parts(&all(shown, Rule::time)));
                out.push(say("on"));
                out.extend(self.part(sum));
            }
            (Some(Tongue::En), [sum, several]) if several.as_rule() == Rule::of_several => {
                let later = first(several, Rule::x_later).is_some();
                out.push(say(if later { "the later of" } else { "the earlier of" }));
                let mut all = all(several, Rule::sum);
                all.insert(0, sum.clone());
                self.listed(&all, "and", out);
            }
            (Some(Tongue::Zh), [sum]) => match alone(sum, Rule::later_of) {
                Some(later_of) => {
                    let later = first(&later_of, Rule::the_later).is_some();
                    for (index, value) in all(&later_of, Rule::value).iter().enumerate() {
                        out.extend((index > 0).then(|| say("与")));
                        out.extend(self.part(value));
                    }
                    out.push(say(if later { "中较晚者" } else { "中较早者" }));
                }
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// `a, b and c`.
    fn listed(self, parts: &[Pair<'_>], last: &str, out: &mut Vec<Token>) {
        for (index, part) in parts.iter().enumerate() {
            match index {
                0 => {}
                _ if index + 1 == parts.len() => out.push(say(last)),
                _ => out.push(Token::new(",", Kind::Comma { list: true })),
            }
            out.extend(self.part(part));
        }
    }

    /// The English word before the mode has no Chinese one.
    fn rounding(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        let mode = first(pair, Rule::round_mode);
        let turned = mode.as_ref().is_some_and(|mode| self.turns(mode));
        if !turned {
            return false;
        }
        out.extend((self.to == Some(Tongue::En)).then(|| say("rounded")));
        for part in pair.clone().into_inner().filter(|part| part.as_rule() != Rule::k_rounded) {
            out.extend(self.part(&part));
        }
        true
    }

    /// `a 3 天 以上` is `a >= 3 days`.
    fn after_number(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        let (Some(Tongue::En), Some(after)) = (self.to, first(pair, Rule::op_after)) else { return false };
        let at_least = first(&after, Rule::after_ge).is_some();
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::op_after => {}
                Rule::quantity => {
                    out.push(say(if at_least { ">=" } else { "<=" }));
                    out.extend(self.part(&part));
                }
                _ => out.extend(self.part(&part)),
            }
        }
        true
    }

    /// `total days of leave`, `合计 leave 的 days`.
    fn measure(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        let (Some(of), Some(value), Some(counted)) = (first(pair, Rule::a_of), first(pair, Rule::counted_value), first(pair, Rule::counted)) else { return false };
        if !self.turns(pair) {
            return false;
        }
        out.extend(self.part(&of));
        let (left, between, right) = if self.to == Some(Tongue::En) { (&value, "of", &counted) } else { (&counted, "的", &value) };
        out.extend(self.part(left));
        out.push(say(between));
        out.extend(self.part(right));
        let tail = pair.clone().into_inner().skip_while(|part| !same(part, &value)).filter(|part| !same(part, &counted) && !same(part, &value));
        let tail = tail.filter(|part| !matches!(part.as_rule(), Rule::k_of | Rule::op_owner | Rule::a_of));
        tail.for_each(|part| out.extend(self.part(&part)));
        true
    }

    /// `average over each cadre of (…)`, `平均 每个 cadre 的 （…）`.
    fn group(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        if first(pair, Rule::a_of).is_none() || !self.turns(pair) {
            return false;
        }
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::k_over => {}
                Rule::k_each if self.to == Some(Tongue::En) => out.extend([say("over"), say("each")]),
                Rule::k_of | Rule::op_owner => out.push(say(if self.to == Some(Tongue::En) { "of" } else { "的" })),
                _ => out.extend(self.part(&part)),
            }
        }
        true
    }

    /// `rank of x among m`, `名次 x 在 m 中`.
    fn rank(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::k_among | Rule::k_zai | Rule::k_in_all => {}
                Rule::members => {
                    let members = self.part(&part);
                    self.wrapped(["among", ""], ["在", "中"], members, out);
                }
                _ => out.extend(self.part(&part)),
            }
        }
    }

    /// `in the last 30 days`, `最近 30 天`.
    fn last(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        if !self.turns(pair) {
            return false;
        }
        let length = self.parts(&all(pair, Rule::quantity));
        self.wrapped(["in the last", ""], ["最近", ""], length, out);
        true
    }

    /// `in the next 10 days from d`, `此后 自 d 起 10 天 内`.
    fn next(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        if !self.turns(pair) {
            return false;
        }
        let (length, from, counting) = self.lengths(pair);
        match self.to {
            Some(Tongue::En) => {
                out.push(say("in the next"));
                out.extend(length);
                out.extend(from.into_iter().flat_map(|from| std::iter::once(say("from")).chain(from)));
            }
            _ => {
                out.push(say("此后"));
                out.extend(from.into_iter().flat_map(|from| std::iter::once(say("自")).chain(from).chain([say("起")])));
                out.extend(length);
                out.push(say("内"));
            }
        }
        out.extend(counting);
        true
    }
}

fn same(a: &Pair<'_>, b: &Pair<'_>) -> bool {
    a.as_rule() == b.as_rule() && a.as_span() == b.as_span()
}

/// The part of this rule, when a value is nothing else.
fn alone<'i>(pair: &Pair<'i>, rule: Rule) -> Option<Pair<'i>> {
    let mut here = pair.clone();
    loop {
        if here.as_rule() == rule {
            return Some(here);
        }
        let mut inner = here.into_inner();
        here = inner.next()?;
        if inner.next().is_some() {
            return None;
        }
    }
}
