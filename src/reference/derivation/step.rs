//! An expression that was evaluated, and what it looked at.

use super::counting::{Counting, DayCount, LeftOut, Turns};
use super::super::verdict::Cause;
use crate::model::expr::Expr;
use crate::model::number::Number;
use crate::model::value::Scalar;
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
