//! Letters of FEEL → tests and expressions.

use super::feel::{Bound, Expr, Literal, Named, Test};
use crate::diagnostics::Say;
use chrono::{NaiveDate, NaiveTime};

/// Letters of a cell, and parentheses within each other.
const LONGEST: usize = 2_000;
const DEEPEST: usize = 50;

/// What is left of a cell or an expression, and the names it may use.
pub(super) struct Reader<'a> {
    pub(super) rest: &'a str,
    names: &'a [Named],
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, names: &'a [Named]) -> Result<Self, Say> {
        if text.len() > LONGEST {
            return Err(Say::new("it is too long", "太长"));
        }
        Ok(Self { rest: text.trim(), names, depth: 0 })
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    pub(super) fn eats(&mut self, sign: &str) -> bool {
        self.skip();
        self.rest.strip_prefix(sign).inspect(|rest| self.rest = rest).is_some()
    }

    /// A word that does not go on.
    pub(super) fn word(&mut self, word: &str) -> bool {
        self.skip();
        let rest = self.rest.strip_prefix(word).filter(|rest| !rest.starts_with(goes_on));
        rest.inspect(|rest| self.rest = rest).is_some()
    }

    pub(super) fn end(&mut self) -> Result<(), Say> {
        self.skip();
        if self.rest.is_empty() { Ok(()) } else { Err(self.strange()) }
    }

    pub(super) fn strange(&self) -> Say {
        let rest = self.rest;
        Say::new(format!("`{rest}` has no counterpart in a table"), format!("`{rest}` 在表中没有对应的写法"))
    }

    pub(super) fn list(&mut self) -> Result<Vec<Test>, Say> {
        let mut list = vec![self.test()?];
        while self.eats(",") {
            list.push(self.test()?);
        }
        Ok(list)
    }

    fn test(&mut self) -> Result<Test, Say> {
        for (sign, above, with) in [("<=", false, true), (">=", true, true), ("<", false, false), (">", true, false)] {
            if self.eats(sign) {
                return Ok(Test::Bound(Bound { above, with }, self.sum()?));
            }
        }
        if self.eats("!=") {
            return Ok(Test::Is(false, vec![self.sum()?]));
        }
        if self.eats("=") {
            return Ok(Test::Is(true, vec![self.sum()?]));
        }
        let before = self.rest;
        if let Some(range) = self.range() {
            return Ok(range);
        }
        self.rest = before;
        Ok(Test::Is(true, vec![self.sum()?]))
    }

    /// `[1..5)`.
    fn range(&mut self) -> Option<Test> {
        let with = self.eats("[");
        if !with && !self.eats("(") && !self.eats("]") {
            return None;
        }
        let from = self.sum().ok()?;
        if !self.eats("..") {
            return None;
        }
        let to = self.sum().ok()?;
        let high = self.eats("]");
        if !high && !self.eats(")") && !self.eats("[") {
            return None;
        }
        Some(Test::Between(Bound { above: true, with }, from, Bound { above: false, with: high }, to))
    }

    pub(super) fn sum(&mut self) -> Result<Expr, Say> {
        let mut left = self.product()?;
        loop {
            let sign = if self.eats("+") { '+' } else if self.eats("-") { '-' } else { return Ok(left) };
            left = Expr::Two(Box::new(left), sign, Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Expr, Say> {
        let mut left = self.single()?;
        loop {
            self.skip();
            if self.rest.starts_with("**") {
                return Err(self.strange());
            }
            let sign = if self.eats("*") { '*' } else if self.eats("/") { '/' } else { return Ok(left) };
            left = Expr::Two(Box::new(left), sign, Box::new(self.single()?));
        }
    }

    fn single(&mut self) -> Result<Expr, Say> {
        self.depth += 1;
        let read = if self.depth > DEEPEST { Err(Say::new("too much stands within each other", "嵌套太深")) } else { self.operand() };
        self.depth -= 1;
        read
    }

    fn operand(&mut self) -> Result<Expr, Say> {
        if self.eats("-") {
            return Ok(match self.single()? {
                Expr::Literal(Literal::Number(number)) if !number.starts_with('-') => Expr::Literal(Literal::Number(format!("-{number}"))),
                other => Expr::Minus(Box::new(other)),
            });
        }
        if self.eats("(") {
            let inside = self.sum()?;
            return if self.eats(")") { Ok(Expr::Grouped(Box::new(inside))) } else { Err(self.strange()) };
        }
        self.skip();
        if let Some(text) = self.text()? {
            return Ok(Expr::Literal(Literal::Text(text)));
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return self.number().map(|number| Expr::Literal(Literal::Number(number)));
        }
        if self.eats("@") {
            let before = self.rest;
            let text = self.text()?.unwrap_or_default();
            let literal = date(&text).or_else(|| time(&text));
            self.rest = if literal.is_none() { before } else { self.rest };
            return literal.map(Expr::Literal).ok_or_else(|| self.strange());
        }
        // Longer names first: one may begin with another.
        let mut known: Vec<(usize, &Named)> = self.names.iter().enumerate().collect();
        known.sort_by_key(|(_, named)| std::cmp::Reverse(named.feel.len()));
        for (at, named) in known {
            if self.word(&named.feel) {
                self.skip();
                return if self.rest.starts_with(['(', '.', '[']) && !self.rest.starts_with("..") { Err(self.strange()) } else { Ok(Expr::Name(at)) };
            }
        }
        for (word, value) in [("true", true), ("false", false)] {
            if self.word(word) {
                return Ok(Expr::Literal(Literal::Bool(value)));
            }
        }
        self.called()
    }

    /// `date("2024-03-05")`; any other function, and any other name, is not known.
    fn called(&mut self) -> Result<Expr, Say> {
        let end = self.rest.find(|c: char| !(goes_on(c) || c == ' ' || c == '.')).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        let name = name.trim();
        if rest.starts_with('(') {
            let before = self.rest;
            self.rest = rest.strip_prefix('(').unwrap_or(rest);
            self.skip();
            let text = self.text()?;
            let literal = match (name, &text) {
                ("date", Some(text)) => date(text),
                ("time", Some(text)) => time(text),
                _ => None,
            };
            if let (Some(literal), true) = (literal, self.eats(")")) {
                return Ok(Expr::Literal(literal));
            }
            self.rest = before;
            return Err(Say::new(format!("the function `{name}` has no counterpart in a table"), format!("函数 `{name}` 在表中没有对应的写法")));
        }
        let first = name.split(' ').next().unwrap_or_default();
        match name {
            "" => Err(self.strange()),
            _ if ["null", "if", "for", "some", "every", "function"].contains(&first) => Err(Say::new(format!("`{first}` has no counterpart in a table"), format!("`{first}` 在表中没有对应的写法"))),
            _ => Err(Say::new(format!("`{name}` is not known: it is no input of a known type and no decision that was taken"), format!("`{name}` 未知：既不是类型已知的输入，也不是已采用的决策"))),
        }
    }

    fn number(&mut self) -> Result<String, Say> {
        let whole = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(whole);
        let decimals = rest.strip_prefix('.').map(|rest| rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())).filter(|length| *length > 0);
        let (fraction, rest) = rest.split_at(decimals.map_or(0, |length| length + 1));
        if rest.starts_with(goes_on) || digits.is_empty() && fraction.is_empty() {
            return Err(self.strange());
        }
        self.rest = rest;
        Ok(format!("{}{fraction}", if digits.is_empty() { "0" } else { digits }))
    }

    fn text(&mut self) -> Result<Option<String>, Say> {
        let Some(inside) = self.rest.strip_prefix('"') else { return Ok(None) };
        let (mut text, mut letters) = (String::new(), inside.char_indices());
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.rest = inside.get(at + 1..).unwrap_or_default();
                    return Ok(Some(text));
                }
                '\\' => match letters.next() {
                    Some((_, escaped @ ('"' | '\\' | '\''))) => text.push(escaped),
                    _ => return Err(self.strange()),
                },
                letter => text.push(letter),
            }
        }
        Err(self.strange())
    }
}

fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn date(text: &str) -> Option<Literal> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10).map(Literal::Date)
}

/// A time of day in whole minutes, of no place.
fn time(text: &str) -> Option<Literal> {
    let time = NaiveTime::parse_from_str(text, "%H:%M:%S").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M")).ok()?;
    (time == NaiveTime::from_hms_opt(chrono::Timelike::hour(&time), chrono::Timelike::minute(&time), 0)?).then_some(Literal::Time(time))
}
