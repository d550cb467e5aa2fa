//! Procedures: steps one after another.

use super::{Expr, Name, Node, Quantity};

/// `step reviewed by section_head within 2 working days when normative [cite]`.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcedureStep {
    /// The event.
    pub event: Name,
    /// Offices, any of them; none: anybody.
    pub by: Vec<Name>,
    /// How long after the step before.
    pub within: Option<Quantity>,
    /// Only then is it due.
    pub when: Option<Node<Expr>>,
    /// Citations.
    pub cites: Vec<Node<String>>,
}

/// A step with those before it: what one norm of a procedure is about. Never written; made of the lines of the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct StepAfter {
    /// The step.
    pub step: ProcedureStep,
    /// Those before it, in order.
    pub before: Vec<ProcedureStep>,
    /// Events before it that nobody may take part in who takes this one, with what the `distinct` line cites.
    pub apart: Vec<(Name, Vec<Node<String>>)>,
}
