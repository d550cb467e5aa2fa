//! Approvals: who signs, where, by when.

use super::{Deadline, Name, Node, Pattern};

/// A step of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Step {
    Agreed,
    Reviewed,
    Consented,
    Countersigned,
    Approved,
    Issued,
    Signed,
    /// `filed with`: no signature, and in no order with them.
    Filed,
}

/// `signed in leave_signed for the same sheet before begins_on [cite]`: where the records of a step stand.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedIn {
    /// `agreed in`, `filed in`; `signed in` is meant for every step that has no line of its own.
    pub step: Step,
    /// Which records.
    pub pattern: Pattern,
    /// By when; none: `ever` in the case.
    pub until: Option<SignedUntil>,
    /// Citations.
    pub cites: Vec<Node<String>>,
}

/// By when a signature must be there.
#[derive(Debug, Clone, PartialEq)]
pub enum SignedUntil {
    /// `so far`: before the request is made.
    SoFar,
    /// A deadline.
    Deadline(Deadline),
}

/// The header of a column of an approval: `approved by`, or `approved by (approver)`, where the request itself names who.
#[derive(Debug, Clone, PartialEq)]
pub struct StepColumn {
    /// Which step.
    pub step: Step,
    /// A role of the request; of `filed with` the field of the filing that says with whom.
    pub named: Option<Name>,
}
