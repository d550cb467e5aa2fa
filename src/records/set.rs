//! What reading gives: the records an evaluator may use, the others with the reason, the facts, and the counts.

use super::record::{At, Facts, Record, Rejection};
use crate::diagnostics::Say;
use crate::reference::derivation::LeftOut;
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeMap;

/// What is taken to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cut {
    /// Only records that happened up to and with this; a date keeps its whole day. None: all.
    pub until: Option<At>,
    /// Only records that were written down up to and with this; a record that does not say counts as known. What had not happened
    /// by then was not known either: an earlier `known_at` is also an earlier `until`. None: all.
    pub known_at: Option<DateTime<FixedOffset>>,
}

/// How many records were read and what became of them.
/// `read = used + rejected records + repeated + superseded + retracted + retracting + after_cut + all ignored`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Records (rows, objects, events) read from event files, unusable ones included.
    pub read: u64,
    /// In [`Records::records`].
    pub used: u64,
    /// Event records that could not be used.
    pub rejected: u64,
    /// Rows of registers read, unusable ones included.
    pub register_rows: u64,
    /// Rows of registers that could not be used.
    pub register_rejected: u64,
    /// The same record once more.
    pub repeated: u64,
    /// Replaced by a higher revision or by a record that supersedes them.
    pub superseded: u64,
    /// Taken back.
    pub retracted: u64,
    /// Records that do nothing but take another back.
    pub retracting: u64,
    /// Happened or written down after the cut.
    pub after_cut: u64,
    /// Of types that no policy declares, by the name in the data.
    pub ignored: BTreeMap<String, u64>,
}

/// All that an audit sees of the data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Records {
    /// Used records in their total order (see [`super::order`]).
    pub records: Vec<Record>,
    /// Superseded, retracted and cut records with the reason, in the same order.
    pub set_aside: Vec<(Record, LeftOut)>,
    /// Attributes from registers and from the columns of cases.
    pub facts: Facts,
    /// Records that could not be used, by file and line.
    pub rejections: Vec<Rejection>,
    /// Rows of registers that could not be used, by file and line.
    pub rows_rejected: Vec<Rejection>,
    /// What was used but deserves a look: unknown subjects, cases whose records disagree. Not counted as rejected; the form is
    /// the same so that they are shown in the same way.
    pub warnings: Vec<Rejection>,
    /// Remarks for the summary.
    pub notes: Vec<Say>,
    /// Counts.
    pub counts: Counts,
    /// Known up to: the cut's, or the last record's time. None when there is no record and no cut.
    pub until: Option<At>,
    /// SHA-256 (hex) of the records read, whatever the order and the paths of the files.
    pub events_digest: String,
    /// SHA-256 (hex) of the registers' rows, whatever their order and the paths of the files.
    pub registers_digest: String,
}
