//! Names and what is said of whose: paths and links.

use super::quantities::is_period;
use super::{Pair, Rule, Turn, all, first, say};
use crate::diagnostics::Tongue;
use crate::syntax::token::{Kind, Token};

impl Turn<'_> {
    /// `a.b.c`: no blanks. The words that every occasion has are said in the tongue.
    pub(super) fn dotted(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let names: Vec<_> = pair.clone().into_inner().collect();
        let plain: Vec<&str> = names.iter().map(|name| name.as_str().trim()).collect();
        for (index, name) in names.iter().enumerate() {
            if index > 0 {
                out.push(say(".").glued());
            }
            let mut tokens = self.part(name);
            if let Some(first) = tokens.first_mut() {
                first.glued = index > 0;
                if let Some(word) = self.to.and_then(|to| known(&plain, index, to)) {
                    word.clone_into(&mut first.text);
                }
            }
            out.extend(tokens);
        }
    }

    /// `post of staff`, `staff 的 post`; `due.days of the year before`, `上一年 的 due.days`.
    pub(super) fn path(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        let dotted = all(pair, Rule::dotted);
        let before = pair.clone().into_inner().find_map(|part| match part.as_rule() {
            Rule::the_period => part.into_inner().next(),
            rule if is_period(rule) => Some(part),
            _ => None,
        });
        let turns = self.turns(pair);
        if !turns && before.is_none() {
            return false;
        }
        let tongue = self.tongue(pair);
        let between = if tongue == Tongue::En { "of" } else { "的" };
        let mut parts: Vec<Vec<Token>> = dotted.iter().map(|part| self.part(part)).collect();
        if turns {
            parts.reverse();
        }
        let before = before.map(|period| self.period_before(&period, tongue));
        if let (Tongue::Zh, Some(before)) = (tongue, &before) {
            out.extend(before.iter().cloned());
            out.push(say("的"));
        }
        for (index, part) in parts.into_iter().enumerate() {
            out.extend((index > 0).then(|| say(between)));
            out.extend(part);
        }
        if let (Tongue::En, Some(before)) = (tongue, before) {
            out.extend(before);
        }
        true
    }

    /// `for the same a, b and c`, `同一 a、b、c`.
    pub(super) fn link(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        let names = all(pair, Rule::name);
        if names.len() < 2 && !self.turns(pair) || names.is_empty() {
            return false;
        }
        let tongue = self.tongue(pair);
        out.extend(first(pair, Rule::k_same).iter().flat_map(|word| self.part(word)));
        let count = names.len();
        for (index, name) in names.iter().enumerate() {
            match (index, tongue) {
                (0, _) => {}
                (_, Tongue::En) if index + 1 == count => out.push(say("and")),
                _ => out.push(Token::new(",", Kind::Comma { list: true })),
            }
            out.extend(self.part(name));
        }
        true
    }
}

/// Words that every occasion has, in tongue `to`, where they stand in a name of several parts; as the reader knows them.
fn known(names: &[&str], index: usize, to: Tongue) -> Option<&'static str> {
    let is = |at: usize, words: [&str; 2]| names.get(at).is_some_and(|name| words.contains(name));
    let delay = is(0, ["delay", "逾期"]) && names.len() == 2;
    const OCCASION: [(&str, &str); 2] = [("at", "发生时间"), ("day", "发生日")];
    const SUBJECT: [(&str, &str); 3] = [("this", "本次"), ("period", "本期"), ("membership", "在册")];
    const DELAY: [(&str, &str); 4] = [("days", "天数"), ("working_days", "工作日数"), ("due", "应办日"), ("done", "办结日")];
    let name = *names.get(index)?;
    let among = |words: &[(&'static str, &'static str)]| {
        let found = words.iter().find(|(en, zh)| *en == name || *zh == name)?;
        Some(if to == Tongue::En { found.0 } else { found.1 })
    };
    match index {
        0 if delay && DELAY.iter().any(|(en, zh)| is(1, [en, zh])) => among(&[("delay", "逾期")]),
        0 => among(&OCCASION).or_else(|| among(&SUBJECT)),
        1 if delay => among(&DELAY),
        1 if is(0, ["this", "本次"]) => among(&OCCASION),
        1 if is(0, ["period", "本期"]) => among(&[("days", "天数"), ("start", "开始"), ("end", "结束")]),
        1 if is(0, ["membership", "在册"]) => among(&[("days", "天数"), ("months", "月数")]),
        2 => among(&[("start", "开始"), ("end", "结束")]),
        _ => None,
    }
}
