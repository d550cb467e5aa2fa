//! Code with its type: quantities carry the value of one step, so that different grains can be compared and added exactly.

use super::code::Code;
use super::outside::{Made, outside};
use super::word::{Means, Word, is_plain};
use crate::model::expr::{Op, Rounding};
use crate::model::number::Number;
use crate::model::value::Unit;

/// A compiled expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Typed {
    Bool(Code),
    /// The value is the word times the step.
    Quantity(Code, Number, Unit),
    Date(Code),
    /// Seconds since midnight.
    Time(Code),
    Kind(Code, String),
    Text(Code),
    Ref(Code, usize),
    Set(Code, usize),
}

fn units<T>() -> Made<T> {
    outside("quantities of different units", "计量单位不同")
}

fn too_fine<T>() -> Made<T> {
    outside("a number too large or too fine", "数过大或过细")
}

/// A positive whole number of times that `step` is in `number`.
fn whole(number: Number, step: Number) -> Made<Word> {
    match number.over(step).and_then(Number::as_whole).and_then(|n| Word::try_from(n).ok()).filter(|n| is_plain(*n)) {
        Some(n) => Ok(n),
        None => too_fine(),
    }
}

/// Both in the same step.
pub(super) fn aligned((a, of_a): (Code, Number), (b, of_b): (Code, Number)) -> Made<(Code, Code, Number)> {
    let Some(step) = of_a.common_step(of_b) else { return too_fine() };
    match (a.times(whole(of_a, step)?), b.times(whole(of_b, step)?)) {
        (Some(a), Some(b)) => Ok((a, b, step)),
        _ => too_fine(),
    }
}

impl Typed {
    pub(super) fn code(self) -> Code {
        match self {
            Self::Bool(code) | Self::Quantity(code, ..) | Self::Date(code) | Self::Time(code) | Self::Kind(code, _) | Self::Text(code) | Self::Ref(code, _) | Self::Set(code, _) => code,
        }
    }

    /// What its word stands for.
    pub(super) fn means(&self) -> Means {
        match self {
            Self::Text(_) => Means::Text,
            Self::Ref(_, entity) => Means::Ref(*entity),
            Self::Set(_, entity) => Means::Set(*entity),
            Self::Bool(_) | Self::Quantity(..) | Self::Date(_) | Self::Time(_) | Self::Kind(..) => Means::Itself,
        }
    }

    /// The same type with other code.
    pub(super) fn with(self, code: Code) -> Self {
        match self {
            Self::Bool(_) => Self::Bool(code),
            Self::Quantity(_, step, unit) => Self::Quantity(code, step, unit),
            Self::Date(_) => Self::Date(code),
            Self::Time(_) => Self::Time(code),
            Self::Kind(_, kind) => Self::Kind(code, kind),
            Self::Text(_) => Self::Text(code),
            Self::Ref(_, entity) => Self::Ref(code, entity),
            Self::Set(_, entity) => Self::Set(code, entity),
        }
    }

    pub(super) fn condition(self) -> Made<Code> {
        if let Self::Bool(code) = self { Ok(code) } else { outside("a condition that is none", "并非条件") }
    }

    /// A constant quantity.
    pub(super) fn quantity(number: Number, unit: Unit) -> Self {
        if number.is_zero() { Self::Quantity(Code::Const(0), Number::whole(1), unit) } else { constant(number, unit) }
    }

    /// The constant that it is.
    fn as_constant(&self) -> Option<Number> {
        match self {
            Self::Quantity(Code::Const(word), step, _) => step.times(Number::whole(*word)),
            _ => None,
        }
    }

    /// Sum (`sign` 1) or difference (−1).
    pub(super) fn plus(self, other: Self, sign: Word) -> Made<Self> {
        match (self, other) {
            (Self::Quantity(a, of_a, unit), Self::Quantity(b, of_b, other)) if unit == other => {
                let (a, b, step) = aligned((a, of_a), (b, of_b))?;
                match b.times(sign) {
                    Some(b) => Ok(Self::Quantity(Code::sum(a, b), step, unit)),
                    None => too_fine(),
                }
            }
            _ => units(),
        }
    }

    pub(super) fn product(self, other: Self) -> Made<Self> {
        let constants = (self.as_constant(), other.as_constant());
        let (Self::Quantity(a, of_a, unit), Self::Quantity(b, of_b, other)) = (self, other) else { return units() };
        let hundredth = Number::whole(1).over(Number::whole(100));
        let (unit, factor) = match (unit, other) {
            (Unit::One, unit) | (unit, Unit::One) => (unit, Some(Number::whole(1))),
            (Unit::Percent, unit) | (unit, Unit::Percent) => (unit, hundredth),
            _ => return units(),
        };
        let Some(step) = of_a.times(of_b).zip(factor).and_then(|(step, factor)| step.times(factor)) else { return too_fine() };
        match constants {
            // A constant goes into the step.
            (None, Some(number)) | (Some(number), None) if !number.is_zero() => {
                let (code, of, sign) = (if constants.0.is_none() { a } else { b }, if constants.0.is_none() { of_a } else { of_b }, if number < Number::ZERO { -1 } else { 1 });
                let step = of.times(number).zip(factor).and_then(|(step, factor)| step.times(factor)?.times(Number::whole(sign)));
                match (code.times(sign), step) {
                    (Some(code), Some(step)) => Ok(Self::Quantity(code, step, unit)),
                    _ => too_fine(),
                }
            }
            _ => Ok(Self::Quantity(Code::Mul(Box::new(a), Box::new(b)), step, unit)),
        }
    }

    /// Divided by a constant.
    pub(super) fn quotient(self, other: Self) -> Made<Self> {
        let Some(by) = other.as_constant().filter(|by| !by.is_zero()) else { return outside("a division by what is no constant", "除数不是常数") };
        let (Self::Quantity(code, step, unit), Self::Quantity(.., of)) = (self, other) else { return units() };
        let unit = if unit == of { Unit::One } else if of == Unit::One { unit } else { return units() };
        let sign = if by < Number::ZERO { -1 } else { 1 };
        match (step.over(by).and_then(|step| step.times(Number::whole(sign))), code.times(sign)) {
            (Some(step), Some(code)) => Ok(Self::Quantity(code, step, unit)),
            _ => too_fine(),
        }
    }

    pub(super) fn opposite(self) -> Made<Self> {
        match self {
            Self::Quantity(code, step, unit) => code.times(-1).map_or_else(too_fine, |code| Ok(Self::Quantity(code, step, unit))),
            _ => units(),
        }
    }

    /// Rounded to a multiple of `to`.
    pub(super) fn rounded(self, mode: Rounding, to: Number) -> Made<Self> {
        let Self::Quantity(code, step, unit) = self else { return units() };
        let Some(common) = step.common_step(to) else { return too_fine() };
        let (by, times) = (whole(to, common)?, whole(step, common)?);
        match code.times(times) {
            Some(code) if by == 1 => Ok(Self::Quantity(code, to, unit)),
            Some(code) => Ok(Self::Quantity(Code::Divide(Box::new(code), by, mode), to, unit)),
            None => too_fine(),
        }
    }

    pub(super) fn compared(self, op: Op, other: Self) -> Made<Code> {
        let compare = |a: Code, b: Code| Ok(Code::compare(op, a, b));
        let equality = matches!(op, Op::Eq | Op::Ne);
        match (self, other) {
            (Self::Quantity(a, of_a, unit), Self::Quantity(b, of_b, other)) if unit == other => {
                let (a, b, _) = aligned((a, of_a), (b, of_b))?;
                compare(a, b)
            }
            (Self::Date(a), Self::Date(b)) | (Self::Time(a), Self::Time(b)) => compare(a, b),
            (Self::Kind(a, kind), Self::Kind(b, other)) if kind == other => compare(a, b),
            (Self::Ref(a, entity), Self::Ref(b, other)) if entity == other && equality => compare(a, b),
            (Self::Text(a), Self::Text(b)) if equality => compare(a, b),
            (Self::Bool(a), Self::Bool(b)) if equality => compare(a, b),
            _ => outside("a comparison that is not worked out in advance", "此种比较不予预编译"),
        }
    }
}

fn constant(number: Number, unit: Unit) -> Typed {
    // The step is the largest unit fraction in it: 5, 0.5 and 2/3 become 5 × 1, 5 × 0.1 and 2 × 1/3.
    let step = number.common_step(Number::whole(1)).unwrap_or(Number::whole(1));
    match number.over(step).and_then(Number::as_whole).and_then(|n| Word::try_from(n).ok()).filter(|n| is_plain(*n)) {
        Some(word) => Typed::Quantity(Code::Const(word), step, unit),
        None => {
            let magnitude = if number < Number::ZERO { Number::ZERO.minus(number).unwrap_or(number) } else { number };
            Typed::Quantity(Code::Const(if number < Number::ZERO { -1 } else { 1 }), magnitude, unit)
        }
    }
}
