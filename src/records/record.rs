//! What a record is once it has been read.

use crate::diagnostics::Say;
use crate::model::value::Scalar;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// When a record happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum At {
    /// An instant, with the offset it was written with or that of the policy's time zone.
    Moment(DateTime<FixedOffset>),
    /// A whole day: before and after within it is open.
    Date(NaiveDate),
}

impl At {
    /// The calendar day in `zone`. A date is the same day everywhere.
    pub fn day(self, zone: chrono_tz::Tz) -> NaiveDate {
        match self {
            Self::Moment(moment) => moment.with_timezone(&zone).date_naive(),
            Self::Date(day) => day,
        }
    }
}

/// A value in a record as read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stored {
    /// Read and well typed.
    Known(Scalar),
    /// Known to be blank (`null`, an empty cell).
    Blank,
    /// Not there.
    Missing,
}

/// Where a record came from, for people.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// File as named on the command line.
    pub file: Arc<str>,
    /// Line (CSV, JSONL: of the record's start; XES: of the event's tag), from 1. 0 when derived.
    pub line: u64,
}

/// One record. Its identity is `(source, id)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Index into [`crate::model::Model::events`].
    pub event: usize,
    /// Named source, empty when none was named.
    pub source: Arc<str>,
    /// Id within the source.
    pub id: Arc<str>,
    /// Higher replaces lower; 0 when not given.
    pub revision: u64,
    /// When it was written down.
    pub recorded_at: Option<DateTime<FixedOffset>>,
    /// When it happened.
    pub at: At,
    /// Which file it stood in; records of one stream with equal times are ordered by `seq`, others are not ordered.
    pub stream: u32,
    /// Position in the stream.
    pub seq: u64,
    /// Aligned with the event type's fields.
    pub fields: Vec<Stored>,
    /// For messages.
    pub origin: Origin,
    /// False when it is only possibly there: derived from an occasion that is itself open.
    pub certain: bool,
    /// For derived records: norms that see it; none: everyone.
    pub only_for: Option<Arc<[String]>>,
}

impl Record {
    /// How the record is named to people and in verdicts: `id`, or `source/id` when the source was named.
    pub fn reference(&self) -> String {
        qualifier(&self.source) + &self.id
    }
}

/// What stands before the id in what a record of a source is called.
pub(crate) fn qualifier(source: &str) -> String {
    if source.is_empty() { String::new() } else { format!("{source}/") }
}

/// A record or line that could not be used. It costs nothing but itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Code of the cause (`docs/codes/CODE.md`).
    pub code: &'static str,
    /// Where.
    pub origin: Origin,
    /// Id when it could be read.
    pub id: Option<String>,
    /// What is wrong.
    pub message: Say,
    /// What to do.
    pub help: Say,
}

impl fmt::Display for Rejection {
    /// `file:line: message` in English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Origin { file, line } = &self.origin;
        if *line == 0 { write!(f, "{file}: {}", self.message.en) } else { write!(f, "{file}:{line}: {}", self.message.en) }
    }
}

impl std::error::Error for Rejection {}

/// One value of an attribute, valid on `[from, until]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// First day; none: always.
    pub from: Option<NaiveDate>,
    /// Last day; none: always.
    pub until: Option<NaiveDate>,
    /// Value.
    pub value: Stored,
}

/// First and last day, both inclusive; none is unbounded.
pub type Days = (Option<NaiveDate>, Option<NaiveDate>);

/// A subject's attributes, each with its values in time.
pub type Attributes = BTreeMap<String, Vec<Fact>>;

/// Attributes of subjects: entity → id → attribute → values in time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The facts.
    pub entities: BTreeMap<String, BTreeMap<Arc<str>, Attributes>>,
    /// Membership: entity → id → intervals in which the subject belongs to the register (row `from`/`until`).
    pub members: BTreeMap<String, BTreeMap<Arc<str>, Vec<Days>>>,
    /// Entities for which a register was given; an unknown id there is an unknown person.
    pub loaded: std::collections::BTreeSet<String>,
}
