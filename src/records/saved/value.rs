//! Values and times of records in a saved state. Names that come up again and again (of lists, registers, people) are written once and numbered.

use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::records::record::{At, Stored};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// A value of a field; texts by their numbers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum SavedValue {
    Missing,
    Blank,
    Bool(bool),
    /// A number, as numerator and denominator, and its unit.
    Quantity(i128, i128, Unit),
    Date(i32),
    Moment(SavedMoment),
    /// Seconds since midnight, nanoseconds (above a thousand million in a leap second).
    Time(u32, u32),
    Kind(u32, u32),
    Text(String),
    Ref(u32, u32),
    Set(u32, Vec<u32>),
}

/// Seconds since 1970 (UTC), nanoseconds, seconds east of UTC.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SavedMoment(i64, u32, i32);

/// When a record happened; a day is counted from the first of January of the year 1.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum SavedAt {
    Moment(SavedMoment),
    Date(i32),
}

impl SavedMoment {
    pub(super) fn of(moment: DateTime<FixedOffset>) -> Self {
        Self(moment.timestamp(), moment.timestamp_subsec_nanos(), moment.offset().local_minus_utc())
    }

    pub(super) fn moment(&self) -> Option<DateTime<FixedOffset>> {
        Some(DateTime::from_timestamp(self.0, self.1)?.with_timezone(&FixedOffset::east_opt(self.2)?))
    }
}

impl SavedAt {
    pub(crate) fn of(at: At) -> Self {
        match at {
            At::Moment(moment) => Self::Moment(SavedMoment::of(moment)),
            At::Date(day) => Self::Date(day.num_days_from_ce()),
        }
    }

    pub(crate) fn at(&self) -> Option<At> {
        Some(match self {
            Self::Moment(moment) => At::Moment(moment.moment()?),
            Self::Date(day) => At::Date(NaiveDate::from_num_days_from_ce_opt(*day)?),
        })
    }
}

/// Numbered texts.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    /// How many were handed over already.
    written: usize,
}

impl Names {
    /// The number of a text.
    pub(super) fn number(&mut self, text: &Arc<str>) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).expect("fewer than four thousand million names");
        self.texts.push(Arc::clone(text));
        self.numbers.insert(Arc::clone(text), number);
        number
    }

    /// Texts that were not handed over yet.
    pub(super) fn new_ones(&mut self) -> Vec<String> {
        let new = self.texts.get(self.written..).unwrap_or_default().iter().map(|text| text.to_string()).collect();
        self.written = self.texts.len();
        new
    }

    /// More texts, as they were handed over.
    pub(super) fn extend(&mut self, texts: Vec<String>) {
        self.texts.extend(texts.into_iter().map(Arc::from));
    }

    /// The text of a number.
    pub(super) fn text(&self, number: u32) -> Option<Arc<str>> {
        self.texts.get(number as usize).map(Arc::clone)
    }
}

impl SavedValue {
    pub(super) fn of(stored: &Stored, names: &mut Names) -> Self {
        let scalar = match stored {
            Stored::Missing => return Self::Missing,
            Stored::Blank => return Self::Blank,
            Stored::Known(scalar) => scalar,
        };
        match scalar {
            Scalar::Bool(yes) => Self::Bool(*yes),
            Scalar::Quantity(number, unit) => {
                let (numerator, denominator) = number.parts();
                Self::Quantity(numerator, denominator, unit.clone())
            }
            Scalar::Date(day) => Self::Date(day.num_days_from_ce()),
            Scalar::Moment(moment) => Self::Moment(SavedMoment::of(*moment)),
            Scalar::Time(time) => Self::Time(time.num_seconds_from_midnight(), time.nanosecond()),
            Scalar::Kind(kind, value) => Self::Kind(names.number(kind), names.number(value)),
            Scalar::Text(text) => Self::Text(text.to_string()),
            Scalar::Ref(entity, id) => Self::Ref(names.number(entity), names.number(id)),
            Scalar::Set(entity, ids) => Self::Set(names.number(entity), ids.iter().map(|id| names.number(id)).collect()),
        }
    }

    pub(super) fn stored(&self, names: &Names) -> Option<Stored> {
        let scalar = match self {
            Self::Missing => return Some(Stored::Missing),
            Self::Blank => return Some(Stored::Blank),
            Self::Bool(yes) => Scalar::Bool(*yes),
            Self::Quantity(numerator, denominator, unit) => Scalar::Quantity(Number::of_parts(*numerator, *denominator)?, unit.clone()),
            Self::Date(day) => Scalar::Date(NaiveDate::from_num_days_from_ce_opt(*day)?),
            Self::Moment(moment) => Scalar::Moment(moment.moment()?),
            Self::Time(seconds, nanos) => Scalar::Time(NaiveTime::from_num_seconds_from_midnight_opt(*seconds, *nanos)?),
            Self::Kind(kind, value) => Scalar::Kind(names.text(*kind)?, names.text(*value)?),
            Self::Text(text) => Scalar::Text(text.as_str().into()),
            Self::Ref(entity, id) => Scalar::Ref(names.text(*entity)?, names.text(*id)?),
            Self::Set(entity, ids) => Scalar::Set(names.text(*entity)?, ids.iter().map(|id| names.text(*id)).collect::<Option<_>>()?),
        };
        Some(Stored::Known(scalar))
    }
}
