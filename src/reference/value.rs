//! Values while judging (§3): known, blank, open or faulty. An open quantity is a linear form over the open quantities it comes from.

use super::interval::Interval;
use super::verdict::Cause;
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::records::At;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names one open value; the same open value has the same key wherever it is read, so that it gets one choice in one world.
pub(super) type Key = Arc<str>;

/// A value at run time.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Val {
    Known(Scalar),
    Blank,
    /// An open quantity.
    Linear(Linear),
    /// An open value of another type: only comparisons look at it.
    Opaque(Opaque),
    Fault(Cause),
}

/// An open value that is no quantity, or one that another judgement left open.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Opaque {
    pub key: Key,
    pub ty: Type,
    /// Of a quantity: between which bounds it lies.
    pub within: Box<Interval>,
    pub causes: Vec<Cause>,
}

/// `constant + Σ factor × open quantity`, with at least one term when it is part of a [`Val`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Linear {
    pub unit: Unit,
    pub constant: Number,
    pub terms: BTreeMap<Key, Number>,
}

impl Linear {
    pub(super) fn constant(constant: Number, unit: Unit) -> Self {
        Self { unit, constant, terms: BTreeMap::new() }
    }

    pub(super) fn variable(key: Key, unit: Unit) -> Self {
        Self { unit, constant: Number::whole(0), terms: BTreeMap::from([(key, Number::whole(1))]) }
    }

    /// `self + factor × other`; none on overflow.
    pub(super) fn plus(mut self, other: &Self, factor: Number) -> Option<Self> {
        self.constant = self.constant.plus(other.constant.times(factor)?)?;
        for (key, by) in &other.terms {
            let sum = self.terms.get(key).copied().unwrap_or(Number::whole(0)).plus(by.times(factor)?)?;
            if sum.is_zero() {
                self.terms.remove(key);
            } else {
                self.terms.insert(key.clone(), sum);
            }
        }
        Some(self)
    }

    /// `factor × self`; none on overflow.
    pub(super) fn times(&self, factor: Number) -> Option<Self> {
        Self::constant(Number::whole(0), self.unit.clone()).plus(self, factor)
    }

    pub(super) fn value(self) -> Val {
        if self.terms.is_empty() { Val::Known(Scalar::Quantity(self.constant, self.unit)) } else { Val::Linear(self) }
    }

    /// A name for the form, the same for equal forms.
    pub(super) fn name(&self) -> String {
        let terms: Vec<String> = self.terms.iter().map(|(key, by)| format!("{by}·{key}")).collect();
        format!("{}+{}", terms.join("+"), self.constant)
    }
}

impl Val {
    pub(super) fn bool(value: bool) -> Self {
        Self::Known(Scalar::Bool(value))
    }

    pub(super) fn number(number: Number, unit: Unit) -> Self {
        Self::Known(Scalar::Quantity(number, unit))
    }

    pub(super) fn fault(code: &str) -> Self {
        Self::Fault(Cause::Fault { fault: code.to_owned() })
    }

    pub(super) fn at(at: At) -> Self {
        Self::Known(match at {
            At::Moment(moment) => Scalar::Moment(moment),
            At::Date(day) => Scalar::Date(day),
        })
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        if let Self::Known(Scalar::Bool(value)) = self { Some(*value) } else { None }
    }

    /// The quantity as a linear form, if it is one and not blank or faulty.
    pub(super) fn linear(&self) -> Option<Linear> {
        match self {
            Self::Known(Scalar::Quantity(number, unit)) => Some(Linear::constant(*number, unit.clone())),
            Self::Linear(linear) => Some(linear.clone()),
            _ => None,
        }
    }

    /// The known date or moment.
    pub(super) fn as_at(&self) -> Option<At> {
        match self {
            Self::Known(Scalar::Date(day)) => Some(At::Date(*day)),
            Self::Known(Scalar::Moment(moment)) => Some(At::Moment(*moment)),
            _ => None,
        }
    }

    /// A name for the value, the same for equal values.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Known(scalar) => words(scalar),
            Self::Blank => "blank".to_owned(),
            Self::Linear(linear) => linear.name(),
            Self::Opaque(opaque) => opaque.key.to_string(),
            Self::Fault(cause) => format!("{cause:?}"),
        }
    }
}

/// A known value in plain words, for the choices of a world and for keys.
pub(super) fn words(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Bool(true) => "yes".to_owned(),
        Scalar::Bool(false) => "no".to_owned(),
        Scalar::Quantity(number, _) => number.to_string(),
        Scalar::Date(day) => day.to_string(),
        Scalar::Moment(moment) => moment.to_rfc3339(),
        Scalar::Time(time) => time.to_string(),
        Scalar::Kind(_, value) | Scalar::Text(value) => value.to_string(),
        Scalar::Ref(entity, id) => format!("{entity}:{id}"),
        Scalar::Set(entity, ids) => ids.iter().map(|id| format!("{entity}:{id}")).collect::<Vec<_>>().join(" "),
    }
}
