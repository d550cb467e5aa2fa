//! Records and days that were counted.

use super::step::{Step, Value};
use crate::model::calendar::DayClass;
use crate::records::At;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The records of a measure or requirement.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Counting {
    /// First day or moment of the window, inclusive.
    pub from: Option<At>,
    /// Last day or moment, inclusive.
    pub until: Option<At>,
    /// Counted, in order.
    pub counted: Vec<CountedRecord>,
    /// Not counted, with the reason; records of the pattern's types about the same subject.
    pub left_out: Vec<(String, At, LeftOut)>,
}

/// The records that begin and end a state, up to the end of the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turns {
    /// First day or moment of the window, inclusive; none when there is no window or it has no beginning.
    pub from: Option<At>,
    /// Those that begin it.
    pub begins: Counting,
    /// Those that end it; none when nothing does.
    pub ends: Option<Counting>,
}

/// A counted record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountedRecord {
    /// Reference.
    pub record: String,
    /// Event type.
    pub event: String,
    /// When.
    pub at: At,
    /// Its value (`of`), when there is one.
    pub value: Option<Value>,
    /// Evaluated filter.
    pub filter: Option<Step>,
    /// Certain, or only possible.
    pub certain: bool,
}

/// Why a record is not counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// Before the window.
    Before,
    /// After the window (or after the occasion).
    After,
    /// The record is void: what makes it valid is false.
    Void(Box<Step>),
    /// The filter is false.
    Filter(Box<Step>),
    /// The link differs: the role or field that is not the same.
    Link(String),
    /// The same distinct value was counted already: by this record.
    SameAs(String),
    /// Replaced by a later revision or record.
    Superseded(String),
    /// Taken back by this record.
    Retracted(String),
    /// Not visible to this norm (`for … only`).
    NotFor,
    /// Who says it does not stand in this register on that day.
    NotIn(String),
    /// The person may not say it.
    NotAuthorised(Box<Step>),
    /// What it says is no value of the fact's type.
    Unreadable,
    /// Recorded or happened after the known-up-to time.
    NotYetKnown,
}

/// Days counted from a start to an end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DayCount {
    /// Start.
    pub start: At,
    /// End.
    pub end: At,
    /// The day of the start is day one.
    pub same_day: bool,
    /// Counted days.
    pub counted: i64,
    /// Days skipped, with the reason.
    pub skipped: Vec<(NaiveDate, DayClass)>,
    /// Days suspended.
    pub suspended: Vec<NaiveDate>,
    /// Days off on which it would have ended, so that it ends on the next working day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<(NaiveDate, DayClass)>,
}
