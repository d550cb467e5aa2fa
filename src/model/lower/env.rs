//! What names can mean at a place.

use super::At;
use crate::diagnostics::Span;
use crate::model::expr::{Expr, Scope};
use crate::model::norm::Rhythm;

/// What the occasion is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum This {
    /// None: in headers and examples.
    Nothing,
    /// A record of one of these types.
    Records(Vec<String>),
    /// A subject in a period.
    Period(Option<String>, Rhythm),
    /// A case.
    Case(String),
    /// A subject of a register, on a day on which something about it begins to be otherwise.
    Throughout(String),
    /// A person who says a judged fact: entity. Its id stands in the attestation's `by`.
    Person(String),
    /// Not understood; every name may be right.
    Unknown,
}

/// The person of whom an office is asked.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    /// The person.
    pub who: Expr,
    /// The register.
    pub entity: String,
    /// `asker`: the person whose act is judged, and the register.
    pub asker: Option<(Expr, String)>,
    /// As of whose day.
    pub on: Scope,
}

/// Where an expression stands.
#[derive(Debug, Clone)]
pub(super) struct Env {
    /// Text.
    pub file: usize,
    /// Regulation.
    pub regulation: Option<String>,
    /// Full name of the item, for holes in place.
    pub item: String,
    /// The occasion.
    pub this: This,
    /// Types of the record a pattern is looking at.
    pub counted: Option<Vec<String>>,
    /// The measure that is being worked out is used in the condition on such a record: the records it counts are another matter.
    pub inherited: bool,
    /// The pattern is the occasion's own: the occasion is the record looked at.
    pub own: bool,
    /// `for each … as NAME`: name, entity.
    pub member: Option<(String, String)>,
    /// The norm that gives the member its name.
    pub member_of: String,
    /// Entity of the members that an aggregate over subjects looks through.
    pub each: Option<String>,
    /// The person of whom an office is asked.
    pub holder: Option<Box<Holder>>,
    /// It follows a breach of the norm itself.
    pub sanction: bool,
}

impl Env {
    pub(super) fn new(file: usize, regulation: Option<String>, item: String) -> Self {
        Self { file, regulation, item, this: This::Nothing, counted: None, inherited: false, own: false, member: None, member_of: String::new(), each: None, holder: None, sanction: false }
    }
    pub(super) fn at(&self, span: Span) -> At {
        (self.file, span)
    }
    /// Inside the filter of a pattern over `events`.
    pub(super) fn inside(&self, events: &[String]) -> Self {
        Self { counted: Some(events.to_vec()), inherited: false, ..self.clone() }
    }
    /// The scope of the occasion's record.
    pub(super) fn scope(&self) -> Scope {
        if self.own { Scope::Counted } else { Scope::This }
    }
}
