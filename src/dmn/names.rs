//! Names of the language for names of DMN; each is given once.

use crate::syntax::is_name;
use std::collections::BTreeSet;

/// Words that mean something where a field's or a slot's name may stand.
const SAID: &[&str] = &[
    "act", "any", "anyone", "approved", "at", "average", "blank", "count", "day", "days", "deadline", "decides", "deduct", "delay", "double", "fine", "first", "full", "grade", "hours", "last", "least",
    "longest", "measure", "membership", "minutes", "months", "most", "nobody", "none", "number", "pay", "period", "permitted", "rank", "score", "source", "stated", "staff", "sum", "table", "the", "this", "time", "total",
    "violation", "weekday", "who", "worked", "working", "years", "依据", "任意", "发", "罚", "扣", "记分", "计数", "无", "空白", "发生时间", "发生日", "本次", "本期", "期限", "得分", "等次", "确定", "计算",
];

/// Names that were given.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// A free name for this one; `kind` tells what it names where it cannot stay as it is.
    pub(super) fn give(&mut self, said: &str, kind: &str) -> String {
        let mut name = String::new();
        for letter in said.trim().chars().flat_map(char::to_lowercase) {
            if letter.is_alphanumeric() {
                name.push(letter);
            } else if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
        }
        let name = name.trim_end_matches('_');
        let sound = |name: &str| is_name(name) && !SAID.contains(&name);
        let name = if name.is_empty() { kind } else { name };
        let mut base = [name.to_owned(), format!("{name}_{kind}"), format!("{kind}_{name}")].into_iter().find(|name| sound(name)).unwrap_or_else(|| kind.to_owned());
        if self.0.contains(&base) {
            let next = (2_u32..).map(|number| format!("{base}_{number}")).find(|name| !self.0.contains(name));
            base = next.unwrap_or(base);
        }
        self.0.insert(base.clone());
        base
    }
}

/// A text in quotes; none when no quotes can hold it.
pub(super) fn quoted(text: &str) -> Option<String> {
    if text.contains(['\n', '\r']) {
        return None;
    }
    match (text.contains('"'), text.contains('”')) {
        (false, _) => Some(format!("\"{text}\"")),
        (true, false) => Some(format!("“{text}”")),
        _ => None,
    }
}

/// A label: what cannot stand in quotes is left out.
pub(super) fn label(text: &str) -> String {
    let plain: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| *c != '"' && !c.is_control()).collect();
    format!("\"{plain}\"")
}
