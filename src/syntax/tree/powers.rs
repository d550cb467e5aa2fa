//! Offices, and who may do what.

use super::{Expr, Head, Line, Name, Node};

/// `office director "局长" of staff: post is director`.
#[derive(Debug, Clone, PartialEq)]
pub struct Office {
    /// Name, label, citations.
    pub head: Head,
    /// The register whose people can hold it.
    pub of: Name,
    /// What it asks of the person.
    pub holds: Node<Expr>,
}

/// `may supervisor, handler when EXPR [cite]`.
#[derive(Debug, Clone, PartialEq)]
pub struct May {
    /// Offices, any of them; none: `anyone`.
    pub who: Vec<Name>,
    /// Only then.
    pub when: Option<Node<Expr>>,
    /// Citations.
    pub cites: Vec<Node<String>>,
}

/// `powers NAME` with a table of acts and offices. For each act there is one norm, `NAME_act`.
#[derive(Debug, Clone, PartialEq)]
pub struct Powers {
    /// Name, label, citations.
    pub head: Head,
    /// Lines that hold for every act.
    pub lines: Vec<Node<Line>>,
    /// The rows.
    pub rows: Vec<Node<Power>>,
}

/// A row of a table of powers.
#[derive(Debug, Clone, PartialEq)]
pub struct Power {
    /// Events.
    pub acts: Vec<Name>,
    /// Who may do it.
    pub may: May,
}
