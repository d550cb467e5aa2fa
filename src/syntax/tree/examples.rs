//! Examples.

use super::{Expr, Name, Node, Validity};

/// What says in an example that nothing was filled in.
pub const BLANK: [&str; 2] = ["blank", "空白"];

/// `example "…"`: given records, expected verdicts.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// What it shows.
    pub title: Node<String>,
    /// Register rows and records.
    pub given: Vec<Node<Given>>,
    /// `known up to DATE [TIME]`.
    pub until: Option<GivenOn>,
    /// Expected verdicts and amounts.
    pub expect: Vec<Node<Expect>>,
}

/// One line of given data.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// `given staff li [from D] [until D] with post = clerk`.
    Subject(Name, Node<String>, Validity, Vec<(Name, Node<Expr>)>),
    /// `given late by li on 2024-03-05 [08:37]`, `on each of A .. B`, `for petition p1`, `with days = 2 days`.
    Record {
        /// Event.
        event: Name,
        /// Explicit record id: `given late "r1" by li`.
        id: Option<Node<String>>,
        /// Subjects: role or kind (none for `by`), and id.
        roles: Vec<(Option<Name>, Node<String>)>,
        /// Days or moments.
        on: GivenOn,
        /// Fields.
        fields: Vec<(Name, Node<Expr>)>,
    },
    /// `given complex of p1 is yes by wang on DATE`: an attested fact.
    Attested {
        /// Judged fact.
        fact: Name,
        /// Case or record id.
        of: Node<String>,
        /// Period, where it is said anew of each.
        period: Option<Node<String>>,
        /// Answer.
        value: Node<Expr>,
        /// Who says it.
        by: Node<String>,
        /// When.
        on: Node<Expr>,
    },
    /// `given READING read as NAME`, `given HOLE = 10 days`: what the text leaves open, settled for this example.
    Settled(Name, Node<Expr>),
}

/// When a given record happened.
#[derive(Debug, Clone, PartialEq)]
pub enum GivenOn {
    /// One date, with or without a time.
    At(Node<Expr>, Option<Node<Expr>>),
    /// `each of A .. B`: every calendar day.
    Each(Node<Expr>, Node<Expr>),
}

/// One expected result.
#[derive(Debug, Clone, PartialEq)]
pub enum Expect {
    /// `expect NORM of li [on DATE | for PERIOD] is violation`.
    Verdict {
        /// Norm.
        norm: Name,
        /// Subject.
        of: Option<Node<String>>,
        /// Date or period as written (`2024-03-05`, `2024-03`, `2024`).
        on: Option<Node<String>>,
        /// Ruling.
        is: Node<Ruling>,
    },
    /// `expect NORM of li for 2024-03 is 0 CNY`; also `expect NORM of li is none`.
    Amount {
        /// Norm.
        norm: Name,
        /// Subject.
        of: Option<Node<String>>,
        /// Date or period.
        on: Option<Node<String>>,
        /// Posted amount.
        is: Node<Expr>,
    },
}

/// A ruling as written in an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Ruling {
    Compliant,
    Violation,
    Pending,
    Undetermined,
    Conflict,
    NotApplicable,
}
