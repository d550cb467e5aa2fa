//! Why a verdict is what it is: the tree of everything that was looked at. `explain/` turns it into prose; its checker
//! re-derives the verdict from it.

mod counting;
mod decided;
mod required;
mod step;

pub use counting::{CountedRecord, Counting, DayCount, LeftOut, Turns};
pub use decided::{ClauseTried, Decided};
pub use required::{Became, Requested, Required, Requests, Suspended};
pub use step::{Detail, Looked, Step, Value};

use super::verdict::{Cause, Ruling, Verdict};
use crate::records::At;
use serde::{Deserialize, Serialize};

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
