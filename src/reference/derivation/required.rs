//! How a requirement was judged.

use super::counting::{Counting, DayCount, LeftOut};
use super::step::{Step, Value};
use super::super::verdict::Ruling;
use crate::records::At;
use serde::{Deserialize, Serialize};

/// How a requirement was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Required {
    /// Citations.
    pub cites: Vec<String>,
    /// The evaluated condition or moment, or the number asked for.
    pub what: Option<Step>,
    /// The records looked at.
    pub counting: Option<Counting>,
    /// How many were found (or distinct values).
    pub found: Option<Value>,
    /// The default deadline and its changes: citations, condition, applies.
    pub changes: Vec<(Vec<String>, Step)>,
    /// What was asked for and answered, where the deadline can be extended on request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<Requests>,
    /// Length or day of the deadline that counts.
    pub deadline: Option<Step>,
    /// When it was suspended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspended: Vec<Suspended>,
    /// The calendar arithmetic.
    pub days: Option<DayCount>,
    /// Last moment or day.
    pub due: Option<At>,
    /// When the requirement was met.
    pub met_at: Option<At>,
    /// Met by this record, if by one.
    pub met_by: Option<String>,
    /// Ruling.
    pub ruling: Ruling,
    /// How each alternative was judged, where one of several is enough: `due`, `met_at`, `met_by` and `ruling` are then those of the whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Required>,
}

/// A suspension as it was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suspended {
    /// Its beginning and its end; a blank end goes on.
    Between(Box<Step>, Box<Step>),
    /// The days in a state, with what began and ended it.
    While(Box<Step>),
}

impl Suspended {
    /// What was worked out for it.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        match self {
            Self::Between(from, to) => [Some(from.as_ref()), Some(to.as_ref())],
            Self::While(days) => [Some(days.as_ref()), None],
        }
        .into_iter()
        .flatten()
    }
}

impl Required {
    /// The requirement itself, or each of its alternatives.
    #[must_use]
    pub fn each(&self) -> Vec<&Required> {
        if self.alternatives.is_empty() { vec![self] } else { self.alternatives.iter().flat_map(Required::each).collect() }
    }
}

/// Requests for more time, and answers to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requests {
    /// Citations.
    pub cites: Vec<String>,
    /// The deadline before any of them.
    pub due: Option<At>,
    /// One after the other.
    pub steps: Vec<Requested>,
}

/// A request or an answer, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requested {
    /// Record.
    pub record: String,
    /// When.
    pub at: At,
    /// What came of it.
    pub became: Became,
}

/// What came of a request or an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// A request in time.
    Asked,
    /// A request after the deadline then in force: it does not count.
    TooLate,
    /// A request while an earlier one waits: it changes nothing.
    Again,
    /// A request that was not answered by its time: as if refused.
    Lapsed(Option<At>),
    /// A request that may still be answered, until then or at any time.
    Waits(Option<At>),
    /// The answer to the request that waited: from now on this is the deadline.
    Granted(Option<At>),
    /// The answer to the request that waited: the deadline stays.
    Refused,
    /// An answer although no request waits: it does not count.
    NotAsked,
    /// It does not fit its pattern, or is void.
    Unfit(Box<LeftOut>),
}
