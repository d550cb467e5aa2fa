//! Types, units and known values.

use super::number::Number;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A unit of measure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Dimensionless: counts and plain numbers.
    One,
    /// ISO 4217 code.
    Money(Arc<str>),
    /// Calendar days.
    Days,
    /// Working days.
    WorkingDays,
    /// Calendar months.
    Months,
    /// Calendar years.
    Years,
    /// Hours.
    Hours,
    /// Minutes.
    Minutes,
    /// Hundredths.
    Percent,
    /// Points of a score.
    Points,
}

/// A type of the core.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Yes or no.
    Bool,
    /// A number with its unit.
    Quantity(Unit),
    /// A calendar day.
    Date,
    /// An instant.
    Moment,
    /// A time of day.
    Time,
    /// A value of an enumeration, by the enumeration's name.
    Kind(String),
    /// Free text, compared for equality only.
    Text,
    /// A subject, by the entity's name.
    Ref(String),
    /// A set of subjects.
    Set(String),
}

/// What a quantity may be: step, lowest, highest. Nothing stated is none; a count has step 1 from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Range {
    /// Distance between neighbouring values.
    pub grain: Option<Number>,
    /// Lowest.
    pub low: Option<Number>,
    /// Highest.
    pub high: Option<Number>,
}

impl Range {
    /// Is the number one of those?
    #[must_use]
    pub fn holds(&self, number: Number) -> bool {
        let fits = |grain| number.over(grain).is_some_and(|steps| steps.as_whole().is_some());
        self.low.is_none_or(|low| number >= low) && self.high.is_none_or(|high| number <= high) && self.grain.is_none_or(fits)
    }
}

/// A known value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scalar {
    /// Yes or no.
    Bool(bool),
    /// A number with its unit.
    Quantity(Number, Unit),
    /// A calendar day.
    Date(#[schemars(with = "String")] NaiveDate),
    /// An instant with the offset it was written with.
    Moment(#[schemars(with = "String")] DateTime<FixedOffset>),
    /// A time of day.
    Time(#[schemars(with = "String")] NaiveTime),
    /// A value of an enumeration: enumeration, value.
    Kind(Arc<str>, Arc<str>),
    /// Free text.
    Text(Arc<str>),
    /// A subject: entity, id.
    Ref(Arc<str>, Arc<str>),
    /// A set of subjects: entity, ids in order.
    Set(Arc<str>, Vec<Arc<str>>),
}

impl Scalar {
    /// The type of the value.
    pub fn ty(&self) -> Type {
        match self {
            Self::Bool(_) => Type::Bool,
            Self::Quantity(_, unit) => Type::Quantity(unit.clone()),
            Self::Date(_) => Type::Date,
            Self::Moment(_) => Type::Moment,
            Self::Time(_) => Type::Time,
            Self::Kind(kind, _) => Type::Kind(kind.to_string()),
            Self::Text(_) => Type::Text,
            Self::Ref(entity, _) => Type::Ref(entity.to_string()),
            Self::Set(entity, _) => Type::Set(entity.to_string()),
        }
    }
}
