//! Comparisons in words: what must be, what could have been.

use super::Words;
use super::sides::Sides;
use crate::model::expr::Op;

impl Words<'_> {
    /// The words of a comparison.
    pub(crate) fn op(&self, op: Op, sides: Sides) -> &'static str {
        let (en, zh) = match (sides, op) {
            (Sides::Names, Op::Eq) => ("is", "为"),
            (Sides::Names, Op::Ne) => ("is not", "不为"),
            (Sides::Names, Op::Lt) => ("is below", "低于"),
            (Sides::Names, Op::Le) => ("is at most", "不高于"),
            (Sides::Names, Op::Gt) => ("is above", "高于"),
            (Sides::Names, Op::Ge) => ("is at least", "不低于"),
            (Sides::Times, Op::Eq) => ("is", "为"),
            (Sides::Times, Op::Ne) => ("is not", "不为"),
            (Sides::Times, Op::Lt) => ("is before", "早于"),
            (Sides::Times, Op::Le) => ("is not after", "不晚于"),
            (Sides::Times, Op::Gt) => ("is after", "晚于"),
            (Sides::Times, Op::Ge) => ("is not before", "不早于"),
            (Sides::Numbers, Op::Eq) => ("=", "="),
            (Sides::Numbers, Op::Ne) => ("≠", "≠"),
            (Sides::Numbers, Op::Lt) => ("<", "<"),
            (Sides::Numbers, Op::Le) => ("≤", "≤"),
            (Sides::Numbers, Op::Gt) => (">", ">"),
            (Sides::Numbers, Op::Ge) => ("≥", "≥"),
        };
        if self.zh() { zh } else { en }
    }

    /// `must be at most`, `须不超过`.
    pub(crate) fn must(&self, op: Op, sides: Sides) -> String {
        match (self.zh(), op, sides) {
            (true, Op::Ne, _) => "不得为".to_owned(),
            (true, Op::Le, Sides::Times) => "不得晚于".to_owned(),
            (true, Op::Ge, Sides::Times) => "不得早于".to_owned(),
            (true, ..) => format!("须{}", self.degree(op, sides)),
            (false, Op::Ne, _) => "must not be".to_owned(),
            (false, Op::Eq, _) => "must be".to_owned(),
            (false, ..) => format!("must be {}", self.degree(op, sides)),
        }
    }

    /// `had been at most`, `不超过`.
    pub(crate) fn had_been(&self, op: Op, sides: Sides) -> String {
        match (self.zh(), op) {
            (true, _) => self.degree(op, sides).to_owned(),
            (false, Op::Eq) => "had been".to_owned(),
            (false, _) => format!("had been {}", self.degree(op, sides)),
        }
    }

    fn degree(&self, op: Op, sides: Sides) -> &'static str {
        let (en, zh) = match (sides, op) {
            (_, Op::Eq) => ("", "为"),
            (_, Op::Ne) => ("other than", "不为"),
            (Sides::Times, Op::Lt) => ("before", "早于"),
            (Sides::Times, Op::Le) => ("no later than", "不晚于"),
            (Sides::Times, Op::Gt) => ("after", "晚于"),
            (Sides::Times, Op::Ge) => ("no earlier than", "不早于"),
            (Sides::Names, Op::Le) => ("at most", "不高于"),
            (Sides::Names, Op::Gt) => ("above", "高于"),
            (Sides::Names, Op::Ge) => ("at least", "不低于"),
            (_, Op::Lt) => ("below", "低于"),
            (_, Op::Le) => ("at most", "不超过"),
            (_, Op::Gt) => ("above", "超过"),
            (_, Op::Ge) => ("at least", "不少于"),
        };
        if self.zh() { zh } else { en }
    }

    /// Two sides around a word or a sign. Chinese needs no blanks where Chinese meets Chinese.
    pub(crate) fn around(&self, left: &str, word: &str, right: &str) -> String {
        let sign = !word.starts_with(is_han);
        if !self.zh() || sign {
            return format!("{left} {word} {right}");
        }
        let gap = if left.ends_with(|letter: char| letter.is_ascii_alphanumeric()) { " " } else { "" };
        format!("{left}{gap}{}", self.after(word, right))
    }

    /// Chinese words before a name, with a blank where the name is not Chinese.
    pub(crate) fn after(&self, word: &str, name: &str) -> String {
        let gap = if !word.is_empty() && name.starts_with(|letter: char| letter.is_ascii_alphanumeric()) { " " } else { "" };
        format!("{word}{gap}{name}")
    }
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}
