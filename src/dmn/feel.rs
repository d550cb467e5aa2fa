//! FEEL, as far as a policy's table can say it: literals, lists, bounds and ranges, `not(…)`, arithmetic with names.

use super::names::quoted;
use crate::diagnostics::Say;
use chrono::{NaiveDate, NaiveTime};

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ty {
    Number,
    Text,
    /// One of the values of the enumeration with this number.
    Kind(usize),
    Bool,
    Date,
    Time,
}

/// Something that has a name where FEEL stands.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// As FEEL says it.
    pub(super) feel: String,
    /// As the policy says it.
    pub(super) text: String,
    pub(super) ty: Ty,
}

/// A literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Number(String),
    Text(String),
    Bool(bool),
    Date(NaiveDate),
    Time(NaiveTime),
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    Literal(Literal),
    /// By its number among the names.
    Name(usize),
    Minus(Box<Expr>),
    Grouped(Box<Expr>),
    Two(Box<Expr>, char, Box<Expr>),
}

/// `<`, `<=`, `>`, `>=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) above: bool,
    pub(super) with: bool,
}

impl Bound {
    fn sign(self) -> &'static str {
        match (self.above, self.with) {
            (true, true) => ">=",
            (true, false) => ">",
            (false, true) => "<=",
            (false, false) => "<",
        }
    }
}

/// A condition on a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    Any,
    /// One of these values, or (when not) none of them.
    Is(bool, Vec<Expr>),
    Bound(Bound, Expr),
    Between(Bound, Expr, Bound, Expr),
    /// Any of these.
    Either(Vec<Test>),
}

/// Enumerations: of each the texts of FEEL and the names of the values.
pub(super) type Kinds = [Vec<(String, String)>];

/// Letters of a cell, and parentheses within each other.
const LONGEST: usize = 2_000;
const DEEPEST: usize = 50;

fn reader<'a>(text: &'a str, names: &'a [Named]) -> Result<Reader<'a>, Say> {
    if text.len() > LONGEST {
        return Err(Say::new("it is too long", "太长"));
    }
    Ok(Reader { rest: text.trim(), names, depth: 0 })
}

/// Reads one expression.
pub(super) fn expr(text: &str, names: &[Named]) -> Result<Expr, Say> {
    let mut reader = reader(text, names)?;
    let expr = reader.sum()?;
    reader.end()?;
    Ok(expr)
}

/// Reads the unary tests of a cell.
pub(super) fn tests(text: &str, names: &[Named]) -> Result<Test, Say> {
    let text = text.trim();
    if text.is_empty() || text == "-" {
        return Ok(Test::Any);
    }
    let mut reader = reader(text, names)?;
    let negated = reader.word("not") && reader.eats("(");
    if !negated {
        reader.rest = text;
    }
    let list = reader.list()?;
    if negated && !reader.eats(")") {
        return Err(reader.strange());
    }
    reader.end()?;
    joined(list, negated).ok_or_else(|| Say::new("a condition that no cell can say", "表格无法表达的条件"))
}

/// Literals of a list of values, such as the allowed ones.
pub(super) fn literals(text: &str) -> Option<Vec<Literal>> {
    let Ok(Test::Is(true, values)) = tests(text, &[]) else { return None };
    values.into_iter().map(|value| if let Expr::Literal(literal) = value { Some(literal) } else { None }).collect()
}

/// The tests of a list as one.
fn joined(mut list: Vec<Test>, negated: bool) -> Option<Test> {
    if list.iter().all(|test| matches!(test, Test::Is(true, _))) {
        let values = list.into_iter().flat_map(|test| if let Test::Is(_, values) = test { values } else { Vec::new() }).collect();
        return Some(Test::Is(!negated, values));
    }
    if list.len() > 1 {
        return if negated { None } else { Some(Test::Either(list)) };
    }
    match (list.pop()?, negated) {
        (test, false) => Some(test),
        (Test::Is(is, values), true) => Some(Test::Is(!is, values)),
        (Test::Bound(bound, value), true) => Some(Test::Bound(Bound { above: !bound.above, with: !bound.with }, value)),
        (Test::Between(low, from, high, to), true) => {
            let (below, above) = (Bound { above: false, with: !low.with }, Bound { above: true, with: !high.with });
            Some(Test::Either(vec![Test::Bound(below, from), Test::Bound(above, to)]))
        }
        _ => None,
    }
}

struct Reader<'a> {
    rest: &'a str,
    names: &'a [Named],
    depth: usize,
}

impl<'a> Reader<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eats(&mut self, sign: &str) -> bool {
        self.skip();
        self.rest.strip_prefix(sign).inspect(|rest| self.rest = rest).is_some()
    }

    /// A word that does not go on.
    fn word(&mut self, word: &str) -> bool {
        self.skip();
        let rest = self.rest.strip_prefix(word).filter(|rest| !rest.starts_with(goes_on));
        rest.inspect(|rest| self.rest = rest).is_some()
    }

    fn end(&mut self) -> Result<(), Say> {
        self.skip();
        if self.rest.is_empty() { Ok(()) } else { Err(self.strange()) }
    }

    fn strange(&self) -> Say {
        let rest = self.rest;
        Say::new(format!("`{rest}` has no counterpart in a table"), format!("`{rest}` 在表中没有对应的写法"))
    }

    fn list(&mut self) -> Result<Vec<Test>, Say> {
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

    fn sum(&mut self) -> Result<Expr, Say> {
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

impl Literal {
    /// Its type, where no enumeration is meant.
    pub(super) fn ty(&self) -> Ty {
        match self {
            Self::Number(_) => Ty::Number,
            Self::Text(_) => Ty::Text,
            Self::Bool(_) => Ty::Bool,
            Self::Date(_) => Ty::Date,
            Self::Time(_) => Ty::Time,
        }
    }

    fn said(&self, ty: Ty, kinds: &Kinds) -> Result<String, Say> {
        let other = |said: &str| Say::new(format!("`{said}` is not of the type of its column"), format!("`{said}` 与该栏的类型不符"));
        match (self, ty) {
            (Self::Number(number), Ty::Number) => Ok(number.clone()),
            (Self::Text(text), Ty::Text) => quoted(text).ok_or_else(|| other(text)),
            (Self::Text(text), Ty::Kind(kind)) => {
                let found = kinds.get(kind).and_then(|values| values.iter().find(|(known, _)| known == text));
                found.map(|(_, name)| name.clone()).ok_or_else(|| Say::new(format!("`\"{text}\"` is none of the values that are allowed"), format!("`\"{text}\"` 不在允许的值之中")))
            }
            (Self::Bool(yes), Ty::Bool) => Ok(if *yes { "yes" } else { "no" }.to_owned()),
            (Self::Date(date), Ty::Date) => Ok(date.format("%Y-%m-%d").to_string()),
            (Self::Time(time), Ty::Time) => Ok(time.format("%H:%M").to_string()),
            (Self::Number(said) | Self::Text(said), _) => Err(other(said)),
            (Self::Bool(said), _) => Err(other(&said.to_string())),
            (Self::Date(said), _) => Err(other(&said.to_string())),
            (Self::Time(said), _) => Err(other(&said.to_string())),
        }
    }
}

impl Expr {
    /// Its type.
    pub(super) fn ty(&self, names: &[Named]) -> Option<Ty> {
        match self {
            Self::Literal(literal) => Some(literal.ty()),
            Self::Name(at) => names.get(*at).map(|named| named.ty),
            Self::Grouped(inside) => inside.ty(names),
            Self::Minus(inside) => inside.ty(names).filter(|ty| *ty == Ty::Number),
            Self::Two(left, _, right) => left.ty(names).filter(|ty| *ty == Ty::Number && right.ty(names) == Some(Ty::Number)),
        }
    }

    /// As the policy says it, where a value of this type is asked for.
    pub(super) fn said(&self, ty: Ty, names: &[Named], kinds: &Kinds) -> Result<String, Say> {
        let number = |inside: &Self| match ty {
            Ty::Number => inside.said(Ty::Number, names, kinds),
            _ => Err(Say::new("only numbers are calculated with", "只能对数作运算")),
        };
        match self {
            Self::Literal(literal) => literal.said(ty, kinds),
            Self::Name(at) => match names.get(*at) {
                Some(named) if named.ty == ty => Ok(named.text.clone()),
                Some(named) => Err(Say::new(format!("`{}` is of another type than its column", named.feel), format!("`{}` 的类型与该栏不符", named.feel))),
                None => Ok(String::new()),
            },
            Self::Minus(inside) => number(inside).map(|inside| format!("-{inside}")),
            Self::Grouped(inside) => inside.said(ty, names, kinds).map(|inside| format!("({inside})")),
            Self::Two(left, sign, right) => Ok(format!("{} {sign} {}", number(left)?, number(right)?)),
        }
    }

    /// The names in it.
    pub(super) fn names(&self, into: &mut Vec<usize>) {
        match self {
            Self::Literal(_) => {}
            Self::Name(at) => into.push(*at),
            Self::Minus(inside) | Self::Grouped(inside) => inside.names(into),
            Self::Two(left, _, right) => {
                left.names(into);
                right.names(into);
            }
        }
    }
}

impl Test {
    /// The cells that say it: one, or several rows where any of them will do.
    pub(super) fn said(&self, ty: Ty, names: &[Named], kinds: &Kinds) -> Result<Vec<String>, Say> {
        let ordered = || if matches!(ty, Ty::Number | Ty::Date | Ty::Time) { Ok(()) } else { Err(Say::new("only numbers, dates and times have an order", "只有数、日期和时间分大小")) };
        let said = |expr: &Expr| expr.said(ty, names, kinds);
        match self {
            Self::Any => Ok(vec!["any".to_owned()]),
            Self::Is(is, values) => {
                let values = values.iter().map(said).collect::<Result<Vec<_>, _>>()?.join(", ");
                Ok(vec![if *is { values } else { format!("not {values}") }])
            }
            Self::Bound(bound, value) => ordered().and_then(|()| Ok(vec![format!("{} {}", bound.sign(), said(value)?)])),
            Self::Between(low, from, high, to) => {
                ordered()?;
                let (from, to) = (said(from)?, said(to)?);
                Ok(vec![if low.with && high.with { format!("{from} .. {to}") } else { format!("{} {from} and {} {to}", low.sign(), high.sign()) }])
            }
            Self::Either(tests) => tests.iter().map(|test| test.said(ty, names, kinds)).collect::<Result<Vec<_>, _>>().map(|rows| rows.concat()),
        }
    }

    /// The expressions in it.
    pub(super) fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Any => Vec::new(),
            Self::Is(_, values) => values.iter().collect(),
            Self::Bound(_, value) => vec![value],
            Self::Between(_, from, _, to) => vec![from, to],
            Self::Either(tests) => tests.iter().flat_map(Self::exprs).collect(),
        }
    }
}
