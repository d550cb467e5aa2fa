//! Calendars: which days are working days, and counting in them.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A calendar with its data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Calendar {
    /// Name.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// Free days of the week, 0 = Monday … 6 = Sunday.
    pub weekend: Vec<u8>,
    /// First and last year of the data; outside, the class of a day is not known.
    pub years: (i32, i32),
    /// Days that differ from the week.
    #[schemars(with = "BTreeMap<String, Exceptional>")]
    pub days: BTreeMap<NaiveDate, Exceptional>,
}

/// A day that does not follow the week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Exceptional {
    /// Worked (a make-up day) or free (a holiday).
    pub works: bool,
    /// Occasion, such as `Spring Festival`.
    pub occasion: String,
}

/// Why a day is not counted as a working day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DayClass {
    /// Worked; the occasion when it is a make-up day.
    Working(Option<String>),
    /// A day of the weekend.
    Weekend,
    /// A holiday, with its name.
    Holiday(String),
    /// Outside the years of the data.
    Unknown,
}
