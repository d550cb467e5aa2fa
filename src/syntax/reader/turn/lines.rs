//! First lines of items and lines below them, where citations have their place or a Chinese sentence puts the parts in another order.

use super::{Pair, Rule, Turn, all, first, say};
use crate::diagnostics::Tongue;
use crate::syntax::token::{Kind, Token};

/// Names of a record's own properties in a feed.
const PROPERTIES: [(&str, &str); 8] = [
    ("type", "类型"), ("id", "编号"), ("at", "时间"), ("source", "来源"), ("revision", "修订"), ("recorded_at", "记录时间"), ("supersedes", "取代"), ("retracts", "撤回"),
];

impl Turn<'_> {
    pub(super) fn line_form(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        let rule = pair.as_rule();
        match rule {
            Rule::cites => out.push(self.cites(pair)),
            Rule::measure_item | Rule::hole | Rule::judged | Rule::calendar | Rule::schedule | Rule::exception => self.with_cites_in_place(pair, out),
            Rule::col_step => self.step_column(pair, out),
            Rule::given_on | Rule::known => pair.clone().into_inner().filter(|part| part.as_rule() != Rule::k_t).for_each(|part| out.extend(self.part(&part))),
            Rule::feed_column => self.feed_column(pair, out),
            Rule::given if first(pair, Rule::given_is).is_some() => self.attested(pair, out),
            Rule::given_role | Rule::expect => self.whose(pair, out),
            Rule::e_post | Rule::e_more | Rule::e_decides => return self.effect(pair, out),
            Rule::less | Rule::add if self.to.is_some() => self.amount(pair, out),
            _ if !self.turns(pair) => return false,
            Rule::clock => {
                let which = self.part(&pair.clone().into_inner().find(|part| matches!(part.as_rule(), Rule::c_next | Rule::c_same)).expect("the grammar gives a side"));
                self.wrapped(["clock starts", ""], ["", "起算"], which, out);
            }
            Rule::validity => self.validity(pair, out),
            Rule::dated => self.around(pair, ["dated by", ""], ["以", "为准"], out),
            Rule::borne => self.around(pair, ["borne by", ""], ["由", "负责"], out),
            Rule::decided => self.decided(pair, out),
            Rule::grain => {
                let step: Vec<_> = pair.clone().into_inner().filter(|part| matches!(part.as_rule(), Rule::half | Rule::number)).collect();
                self.wrapped(["in", ""], ["以", "计"], self.parts(&step), out);
            }
            Rule::presumed => {
                out.extend(first(pair, Rule::k_presumed).iter().flat_map(|word| self.part(word)));
                out.extend(self.parts(&all(pair, Rule::value)));
                let after = self.parts(&all(pair, Rule::quantity));
                if !after.is_empty() {
                    self.wrapped(["after", ""], ["于", "后"], after, out);
                }
            }
            Rule::state_item => self.state(pair, out),
            Rule::judged_on => self.judged_on(pair, out),
            Rule::for_each => {
                for part in pair.clone().into_inner() {
                    match part.as_rule() {
                        Rule::k_as | Rule::k_as_zh => out.push(say(if self.to == Some(Tongue::En) { "as" } else { "为" })),
                        _ => out.extend(self.part(&part)),
                    }
                }
            }
            Rule::reaching => {
                let number = self.parts(&all(pair, Rule::number));
                self.wrapped(["every", "of"], ["每满", "次"], number, out);
                out.extend(self.parts(&all(pair, Rule::reach_pattern)));
            }
            Rule::only_for => {
                let mut names = Vec::new();
                for (index, name) in all(pair, Rule::norm_name).iter().enumerate() {
                    names.extend((index > 0).then(|| Token::new(",", Kind::Comma { list: true })));
                    names.extend(self.part(name));
                }
                self.wrapped(["for", "only"], ["仅 用于", ""], names, out);
            }
            Rule::given_from => self.around_date(pair, out),
            _ => return false,
        }
        true
    }

    /// Citations in one pair of brackets.
    fn cites(self, pair: &Pair<'_>) -> Token {
        let source = self.file.source;
        let cites = all(pair, Rule::cite).into_iter().filter_map(|cite| {
            let (start, end) = self.place(&cite);
            source.get(start..end).map(|cite| cite.trim().to_owned())
        });
        let (start, end) = self.place(pair);
        self.token(start, end, String::new(), Kind::Cites(cites.collect()))
    }

    /// A label stands right behind the name. Citations stand behind it or, of an exception, at the end of the line.
    fn with_cites_in_place(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let rule = pair.as_rule();
        let mut texts = Vec::new();
        let mut cites: Vec<Token> = Vec::new();
        // A text after `from` is a file's name, not a label.
        let mut names_file = false;
        let mut rest = Vec::new();
        let mut at = pair.as_span().start();
        for part in pair.clone().into_inner() {
            let mut signs = Vec::new();
            self.between(rule, at, part.as_span().start(), &mut signs);
            at = part.as_span().end();
            if self.wants_comma(rule, &part, if signs.is_empty() { &rest } else { &signs }) {
                signs.push(Token::new(",", Kind::Comma { list: false }));
            }
            rest.extend(signs);
            match part.as_rule() {
                Rule::cites => cites.extend(self.part(&part)),
                Rule::text if !names_file => texts.extend(self.part(&part)),
                Rule::head => {
                    for part in part.into_inner() {
                        match part.as_rule() {
                            Rule::cites => cites.extend(self.part(&part)),
                            Rule::text => texts.extend(self.part(&part)),
                            _ => rest.extend(self.part(&part)),
                        }
                    }
                }
                _ => rest.extend(self.part(&part)),
            }
            names_file = part_is_from(&rest);
        }
        // The keyword and the name come first.
        let tail = rest.split_off(rest.len().min(2));
        out.extend(rest);
        out.extend(texts);
        let cites = joined(cites);
        if rule == Rule::exception {
            out.extend(tail);
            out.extend(cites);
        } else {
            out.extend(cites);
            out.extend(tail);
        }
    }

    /// `approved by (approver)`, `批准人（approver）`.
    fn step_column(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let chinese = first(pair, Rule::step_by).is_some_and(|step| self.tongue(&step) == Tongue::Zh);
        let start = out.len();
        self.as_written(pair, out);
        for token in out.iter_mut().skip(start).filter(|token| token.kind == Kind::Open) {
            token.glued = chinese;
        }
    }

    fn feed_column(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        self.as_written(pair, out);
        let own = |word: &str| PROPERTIES.iter().find(|(en, zh)| *en == word || *zh == word);
        if let (Some(to), Some(first)) = (self.to, out.first_mut())
            && let Some((english, chinese)) = own(&first.text)
        {
            first.text = if to == Tongue::En { *english } else { *chinese }.to_owned();
        }
    }

    /// Of whom, and when: `对` in Chinese, where `关于` stands before what a record is about.
    fn whose(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let expects = pair.as_rule() == Rule::expect;
        for part in pair.clone().into_inner() {
            let mut tokens = self.part(&part);
            let word = part.as_str().trim();
            let turned = match (part.as_rule(), self.to) {
                (Rule::k_of, Some(Tongue::Zh)) if word == "of" && expects => Some("对"),
                (Rule::k_for, Some(Tongue::Zh)) if word == "for" && !expects => Some("对"),
                (Rule::k_of, Some(Tongue::En)) if word == "对" && !expects => Some("for"),
                (Rule::k_for | Rule::k_on_day, Some(Tongue::Zh)) if expects => Some("于"),
                // A day takes `on`, a longer period `for`; in Chinese they are one word.
                (Rule::k_for | Rule::k_on_day, _) if expects && (word != "于" || self.to == Some(Tongue::En)) => {
                    Some(if first(pair, Rule::period_text).is_some_and(|period| is_day(period.as_str())) { "on" } else { "for" })
                }
                (Rule::value, Some(Tongue::Zh)) if expects && word == "none" => Some("无"),
                (Rule::value, Some(Tongue::En)) if expects && word == "无" => Some("none"),
                _ => None,
            };
            if let (Some(turned), Some(first)) = (turned, tokens.first_mut()) {
                turned.clone_into(&mut first.text);
            }
            out.extend(tokens);
        }
    }

    /// A judged fact: of what, `对` in Chinese.
    fn attested(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        for part in pair.clone().into_inner() {
            let mut tokens = self.part(&part);
            let of = part.as_rule() == Rule::given_role && first(&part, Rule::k_of).is_some();
            if let (true, Some(to), Some(first)) = (of && self.turns(&part), self.to, tokens.first_mut()) {
                first.text = if to == Tongue::En { "of" } else { "对" }.to_owned();
            }
            out.extend(tokens);
        }
    }

    fn around(self, pair: &Pair<'_>, english: [&str; 2], chinese: [&str; 2], out: &mut Vec<Token>) {
        let value = self.parts(&all(pair, Rule::value));
        self.wrapped(english, chinese, value, out);
    }

    fn around_date(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let date = self.parts(&all(pair, Rule::date));
        self.wrapped(["from", ""], ["自", "起"], date, out);
    }

    /// `in force from d until e`, `自 d 起施行 至 e`.
    fn validity(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let from = first(pair, Rule::from_date).or_else(|| first(pair, Rule::from_date_zh));
        match from.and_then(|from| first(&from, Rule::date)).map(|date| self.part(&date)) {
            Some(from) => self.wrapped(["in force from", ""], ["自", "起施行"], from, out),
            None => self.wrapped(["in force", ""], ["施行", ""], Vec::new(), out),
        }
        out.extend(self.parts(&all(pair, Rule::until_date)));
    }

    /// `read as a by "office" since d`, `解作 a 由 “office” 自 d 起`.
    fn decided(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::k_since | Rule::k_self | Rule::k_onwards => {}
                Rule::date => {
                    let date = self.part(&part);
                    self.wrapped(["since", ""], ["自", "起"], date, out);
                }
                _ => out.extend(self.part(&part)),
            }
        }
    }

    /// `state s of k from p to q`, `状态 s 关于 k 自 p 起 至 q`.
    fn state(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let mut begun = false;
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::k_onwards => {}
                Rule::pattern if !begun => {
                    out.extend(self.part(&part));
                    out.extend((self.to == Some(Tongue::Zh)).then(|| say("起")));
                    begun = true;
                }
                _ => out.extend(self.part(&part)),
            }
        }
    }

    /// `judged 31 days after the period`, `期满 31 天 后 判定`; `judged on 01-31 of the next year`, `次年 01-31 判定`.
    fn judged_on(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let (length, day) = (self.parts(&all(pair, Rule::quantity)), self.parts(&all(pair, Rule::month_day)));
        if day.is_empty() {
            self.wrapped(["judged", "after the period"], ["期满", "后"], length, out);
            out.extend((self.to == Some(Tongue::Zh)).then(|| say("判定")));
        } else {
            self.wrapped(["judged on", "of the next year"], ["次年", "判定"], day, out);
        }
    }
}

/// Several tokens of citations as one.
fn joined(cites: Vec<Token>) -> Option<Token> {
    cites.into_iter().reduce(|mut first, next| {
        if let (Kind::Cites(all), Kind::Cites(more)) = (&mut first.kind, next.kind) {
            all.extend(more);
        }
        first.comments.extend(next.comments);
        first
    })
}

fn part_is_from(tokens: &[Token]) -> bool {
    tokens.last().is_some_and(|last| matches!(last.text.as_str(), "from" | "来自" | "來自"))
}

/// `2024-03-05`, and not a month or a year.
fn is_day(period: &str) -> bool {
    let parts = period.trim().split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    parts.count() == 3 && !period.contains(|c: char| c.is_ascii_alphabetic())
}
