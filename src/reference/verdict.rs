//! What an audit says: verdicts, their parts and effects, statements.

use crate::diagnostics::Say;
use crate::model::norm::Posting;
use crate::model::value::{Scalar, Unit};
use crate::model::number::Number;
use crate::records::At;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The six rulings. The order is the order of the headline: the first present among the parts counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// A norm was breached for sure.
    Violation,
    /// Two outcomes and no priority.
    Conflict,
    /// A fact or a judgement is missing.
    Undetermined,
    /// The deadline is still open at the known-up-to time.
    Pending,
    /// Met.
    Compliant,
    /// The norm says nothing about this occasion.
    NotApplicable,
}

impl Cause {
    /// May a record still settle it that is not bound to any time: that somebody judges, or a window that has not ended?
    pub(crate) fn may_be_said(&self) -> bool {
        matches!(self, Self::NotJudged { .. } | Self::NotYet { .. })
    }
}

/// Why something is open, and who can close it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// Field of a record is missing.
    MissingField {
        /// Record reference.
        record: String,
        /// Field.
        field: String,
    },
    /// Attribute of a subject is missing (unknown person, no row for that day).
    MissingFact {
        /// `staff:li`.
        subject: String,
        /// Attribute.
        attribute: String,
        /// As of.
        day: Option<NaiveDate>,
    },
    /// The text does not state it.
    Hole {
        /// Parameter.
        parameter: String,
    },
    /// A reading is not decided.
    Reading {
        /// Parameter.
        parameter: String,
    },
    /// Somebody must judge.
    NotJudged {
        /// Parameter.
        parameter: String,
        /// Record or subject.
        about: String,
        /// Register of those who may; none: the text does not state who.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Records at the same time from different sources.
    Tie {
        /// Records.
        records: Vec<String>,
    },
    /// Records that are only possibly there or possibly match.
    PossibleRecords {
        /// Records.
        records: Vec<String>,
    },
    /// No row or clause applies.
    Gap {
        /// Slot.
        slot: String,
    },
    /// An item of a score has no mark.
    NoMark {
        /// Enumeration.
        kind: String,
        /// Its value.
        item: String,
    },
    /// An item of a score has a mark above its points.
    MarkTooHigh {
        /// Enumeration.
        kind: String,
        /// Its value.
        item: String,
    },
    /// The slot's clauses give different values.
    Contradiction {
        /// Slot.
        slot: String,
        /// The clauses.
        clauses: Vec<String>,
    },
    /// Day outside the calendar's years.
    CalendarUnknown {
        /// Day.
        day: NaiveDate,
    },
    /// Overflow, division by zero, a month without that day, a wrong unit in data.
    Fault {
        /// What, as a code: `overflow`, `division_by_zero`, `no_such_day`.
        fault: String,
    },
    /// A blank where a value is needed.
    Blank {
        /// What is blank.
        what: String,
    },
    /// Time has not come: what counts up to then is not all there yet.
    NotYet {
        /// Last day that counts.
        until: NaiveDate,
    },
    /// The period is judged only on this day, which has not come.
    JudgedOn {
        /// Day.
        day: NaiveDate,
    },
    /// It has not been done yet: how late it will be is not known.
    NotDone,
    /// More open facts than can be tried.
    TooManyOpen,
}

impl Cause {
    /// Only time must pass.
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(self, Self::NotYet { .. } | Self::JudgedOn { .. } | Self::NotDone)
    }
}

/// An effect of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Effect {
    /// `fine`, `deduct`, `pay`, `score`, `count`, or a decided slot's name.
    pub kind: String,
    /// Posting, when it is one.
    pub posting: Option<Posting>,
    /// Amount; none while open.
    pub amount: Option<Number>,
    /// Its unit.
    pub unit: Option<Unit>,
    /// Value of a slot that is not a quantity.
    pub value: Option<Scalar>,
    /// To whom: entity, id.
    pub to: Option<(Arc<str>, Arc<str>)>,
    /// Citations of the clauses it rests on.
    pub cites: Vec<String>,
    /// How a sum is made up: its clauses, then what a forfeit, a limit, rounding or an exception took away or added. They add up to `amount`; empty
    /// for what is no sum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
}

/// A part of a sum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Item {
    /// Clause (`base`, `less 1`), or `forfeited`, `at most`, `at least`, `rounded`, `exception`.
    pub name: String,
    /// Citations.
    pub cites: Vec<String>,
    /// Amount, in the unit of the effect.
    pub amount: Number,
}

/// A part of an occasion: one decision or one requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// `fine`, `pay`, `requirement 1`.
    pub name: String,
    /// Its own ruling.
    pub ruling: Ruling,
    /// When a requirement is due (its last moment or day).
    pub due: Option<At>,
    /// When a requirement was met, in time or late; none while it is not met. Not part of the revision: a late fulfilment changes no verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<At>,
    /// Why it is open or contradictory.
    pub causes: Vec<Cause>,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// `regulation.norm@key`.
    pub id: String,
    /// `regulation.norm`.
    pub rule: String,
    /// Citations.
    pub source: Vec<String>,
    /// Bearer, or else subject: entity, id.
    pub subject: Option<(Arc<str>, Arc<str>)>,
    /// When the occasion happened; for a period, its last day.
    pub at: At,
    /// `2024-03` and the like, for period occasions.
    pub period: Option<String>,
    /// Records it rests on: the trigger first, then those counted, in order.
    pub events: Vec<String>,
    /// Headline.
    pub ruling: Ruling,
    /// Parts.
    pub parts: Vec<Part>,
    /// Effects.
    pub effects: Vec<Effect>,
    /// Why it is open.
    pub causes: Vec<Cause>,
    /// Open values that were read and did not matter.
    pub immaterial: Vec<Cause>,
    /// No record in time can change it any more.
    pub is_final: bool,
    /// Hash of what it says: changes when the verdict, its effects or its records do.
    pub revision: String,
    /// Revision of the earlier verdict that it replaces, once `supersede` has compared them; not part of the revision.
    pub supersedes: Option<String>,
}

impl Verdict {
    /// The part of a requirement, by its place among those of the norm.
    #[must_use]
    pub fn requirement(&self, at: usize) -> Option<&Part> {
        let name = format!("requirement {}", at + 1);
        self.parts.iter().find(|part| part.name == name)
    }
}

/// A verdict of an earlier audit, as its `--format jsonl` gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierVerdict {
    /// `regulation.norm@key`.
    pub id: String,
    /// Its revision then.
    pub revision: String,
}

/// One line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    /// Verdict it comes from.
    pub verdict: String,
    /// `regulation.norm`.
    pub rule: String,
    /// Citations.
    pub source: Vec<String>,
    /// Posting.
    pub posting: Posting,
    /// Amount; none while open.
    pub amount: Option<Number>,
    /// Its unit.
    pub unit: Unit,
    /// How a sum is made up, as in [`Effect::items`].
    pub items: Vec<Item>,
}

/// What is posted for a subject in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Subject: entity, id (or text for `count … to`).
    pub subject: (Arc<str>, Arc<str>),
    /// `2024-03`.
    pub month: String,
    /// Lines, ordered by time and id.
    pub lines: Vec<StatementLine>,
    /// Pay + and deduct/fine −, per unit; none where a line is open.
    pub totals: Vec<(Unit, Option<Number>)>,
}

/// What an audit gives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Audit {
    /// Verdicts, sorted by time, then id. `NotApplicable` ones are among them.
    pub verdicts: Vec<Verdict>,
    /// Statements, sorted by subject and month.
    pub statements: Vec<Statement>,
    /// Remarks for the summary (no register given, first period cut, …).
    pub notes: Vec<Say>,
}
