//! FEEL, as far as a policy's table can say it: literals, lists, bounds and ranges, `not(…)`, arithmetic with names.

use super::names::quoted;
use super::read::Reader;
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

/// Reads one expression.
pub(super) fn expr(text: &str, names: &[Named]) -> Result<Expr, Say> {
    let mut reader = Reader::new(text, names)?;
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
    let mut reader = Reader::new(text, names)?;
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
