//! Why a verdict is what it is: the tree of everything that was looked at. `explain/` turns it into prose; its checker
//! re-derives the verdict from it.

use super::verdict::{Cause, Ruling, Verdict};
use crate::model::calendar::DayClass;
use crate::model::expr::Expr;
use crate::model::number::Number;
use crate::model::value::Scalar;
use crate::records::At;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A value at run time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Known.
    Known(Scalar),
    /// Known to be blank.
    Blank,
    /// Open: between these bounds when a quantity; why.
    Open {
        /// Lowest.
        low: Option<Number>,
        /// Highest.
        high: Option<Number>,
        /// Why.
        causes: Vec<Cause>,
    },
    /// Cannot be worked out.
    Fault(Cause),
}

/// One evaluated expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The expression.
    pub expr: Expr,
    /// Its value.
    pub value: Value,
    /// Its operands, evaluated, in the order of the expression's own parts. Everything is evaluated: no short circuit.
    pub parts: Vec<Step>,
    /// More, by kind of expression.
    pub detail: Detail,
}

/// What a step looked at besides its operands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Nothing.
    None,
    /// A field of a record.
    Record {
        /// Reference.
        record: String,
    },
    /// An attribute.
    Fact {
        /// `staff:li`.
        subject: String,
        /// As of.
        day: NaiveDate,
    },
    /// A hole or reading that was tried with this value, or decided.
    Parameter {
        /// Decided by whom and since when, in words of the policy.
        decided: Option<String>,
    },
    /// A judged fact.
    Judged {
        /// The attestation that counted.
        attested: Option<String>,
        /// Presumed because nobody said otherwise.
        presumed: bool,
        /// Attestations that did not count, and why.
        ignored: Vec<(String, LeftOut)>,
    },
    /// A measure.
    Counted(Box<Counting>),
    /// The members of a register or a set, each looked at.
    Members(Vec<Looked>),
    /// A question about a state: the records that begin and end it.
    Stay(Box<Turns>),
    /// Holding an office: what it asks of the person, as of the day that counts.
    Held {
        /// As of.
        day: NaiveDate,
        /// Evaluated.
        asked: Box<Step>,
    },
    /// Days counted.
    Days(DayCount),
    /// The value another norm decided: its verdict.
    Decided {
        /// Verdict id.
        verdict: String,
    },
}

/// A member that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// Id.
    pub member: String,
    /// Evaluated condition.
    pub filter: Option<Step>,
    /// It counts.
    pub counts: bool,
    /// Evaluated value, when it counts and one is asked for.
    pub value: Option<Step>,
}

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

/// A clause or row that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClauseTried {
    /// The points of the item whose mark it is, evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Step>,
    /// Name (`row 2`).
    pub name: String,
    /// Citations.
    pub cites: Vec<String>,
    /// Its condition.
    pub when: Option<Step>,
    /// It applies (none: open).
    pub applies: Option<bool>,
    /// Its value, when it applies.
    pub value: Option<Step>,
}

/// How a slot got its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Slot.
    pub slot: String,
    /// Clauses and rows.
    pub clauses: Vec<ClauseTried>,
    /// Combined value before forfeits and exceptions.
    pub combined: Value,
    /// Forfeit conditions: applies.
    pub forfeits: Vec<(Vec<String>, Step)>,
    /// Floor and cap, evaluated.
    pub floor: Option<(Vec<String>, Step)>,
    /// Cap.
    pub cap: Option<(Vec<String>, Step)>,
    /// Value after everything, exceptions included.
    pub value: Value,
    /// Ruling of the part.
    pub ruling: Ruling,
}

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

/// An exception that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExceptionTried {
    /// `regulation.name`.
    pub name: String,
    /// Citations.
    pub cites: Vec<String>,
    /// Its condition.
    pub when: Option<Step>,
    /// Its condition holds and it is in force.
    pub applies: Option<bool>,
    /// It prevails: it applies and no exception switches it off.
    pub prevails: Option<bool>,
    /// The value it gives, multiplies by or adds.
    pub value: Option<Step>,
    /// Exceptions to it.
    pub exceptions: Vec<ExceptionTried>,
}

/// The judgement in one world: one choice for each open value that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct World {
    /// The choices: what is open, and what it was taken to be (in words: `yes`, `county`, `< 3`).
    pub choices: Vec<(Cause, String)>,
    /// The condition on the record that is judged (`on X where …`), where it does not hold or cannot be worked out: then nothing more is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Step>,
    /// Evaluated `when`; none when there is none.
    pub when: Option<Step>,
    /// The day on which the period is judged, when it is a later one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_on: Option<Step>,
    /// In force on the reference day.
    pub in_force: bool,
    /// Decisions.
    pub decisions: Vec<Decided>,
    /// Terms that must end without what they name: `compliant` ended so, `not_applicable` it came in time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Required>,
    /// Requirements.
    pub requirements: Vec<Required>,
    /// Sanctions on breach.
    pub if_breached: Vec<Decided>,
    /// Exceptions.
    pub exceptions: Vec<ExceptionTried>,
    /// Records that it makes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub makes: Vec<Making>,
    /// Headline in this world.
    pub ruling: Ruling,
}

/// A record that is made, with what its fields come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Making {
    /// Event type.
    pub event: String,
    /// Citations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cites: Vec<String>,
    /// Its own day; none: the occasion's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Step>,
    /// Fields that are set, by name.
    pub fields: Vec<(String, Step)>,
}

impl Making {
    /// What was worked out for it.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.on.iter().chain(self.fields.iter().map(|(_, step)| step))
    }
}

/// A change that would have given another verdict, tried by evaluating again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WouldChange {
    /// The condition (an evaluated comparison) that is turned round, or the deadline that would have to be met.
    pub step: Step,
    /// Ruling then.
    pub ruling: Ruling,
    /// Effects then.
    pub effects: Vec<super::verdict::Effect>,
}

/// Another norm that looked at the same record and did not apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotApplied {
    /// What open values were taken to be while its condition was worked out.
    pub choices: Vec<(Cause, String)>,
    /// `regulation.norm`.
    pub rule: String,
    /// Citations.
    pub cites: Vec<String>,
    /// The condition that was false, or none when it was not in force.
    pub condition: Option<Step>,
}

/// An attribute that begins to have another value on the day of an occasion `throughout`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Began {
    /// Attribute.
    pub attribute: String,
    /// Its value on the day before; none: the register did not say.
    pub before: Option<Value>,
    /// Its value from this day.
    pub now: Option<Value>,
}

/// The whole derivation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Derivation {
    /// The verdict.
    pub verdict: Verdict,
    /// The record that made the occasion.
    pub trigger: Option<String>,
    /// How the occasion was reached, for `Reaches`.
    pub reached: Option<Counting>,
    /// What begins on the occasion's day, for `Throughout`; nothing when the subject enters the register or is as it was when the audit begins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub began: Vec<Began>,
    /// Worlds; one when nothing was open.
    pub worlds: Vec<World>,
    /// Norms on the same record that did not apply.
    pub not_applied: Vec<NotApplied>,
    /// What would have changed it.
    pub would_change: Vec<WouldChange>,
    /// Records made by other verdicts (`counts as`, breaches, forfeits) of the types that this norm, or another on its records, looks at and may see,
    /// sorted by reference: premises, each with a derivation of its own under the verdict's id.
    pub derived: Vec<DerivedRecord>,
    /// Known up to.
    pub known_until: At,
}

/// A record that another verdict made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DerivedRecord {
    /// Reference.
    pub record: String,
    /// Verdict that made it.
    pub verdict: String,
    /// Event type.
    pub event: String,
    /// When.
    pub at: At,
    /// Roles and fields; a missing one is open.
    pub fields: Vec<(String, Value)>,
    /// False when it is only possibly there.
    pub certain: bool,
    /// Norms that see it; none: all.
    pub only_for: Option<Vec<String>>,
    /// It was made for its day, and is there before all else of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_day: bool,
}
