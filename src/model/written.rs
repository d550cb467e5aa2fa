//! Where the parts of norms were written: beside the model, which knows nothing of places.

use super::norm::Norm;
use crate::diagnostics::Place;
use std::collections::{BTreeMap, BTreeSet};

/// A part of a norm that a line of its text made, by its position in the norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A clause of a decision.
    Clause(usize, usize),
    /// A condition under which a decision is forfeited.
    Forfeit(usize, usize),
    /// A clause of a sanction on breach.
    Breached(usize, usize),
    /// A requirement, or the alternative of one (0: the first, or the only one).
    Requirement(usize, usize),
    /// A change of such a requirement's deadline.
    Change(usize, usize, usize),
    /// Its extension on request.
    Request(usize, usize),
    /// What the items of a score should add up to. It is no part that counts by itself.
    Total(usize, usize),
}

impl Part {
    /// All parts of a norm.
    #[must_use]
    pub fn of(norm: &Norm) -> BTreeSet<Self> {
        let mut parts = BTreeSet::new();
        for (at, decision) in norm.decisions.iter().enumerate() {
            parts.extend((0..decision.clauses.len()).map(|clause| Self::Clause(at, clause)));
            parts.extend((0..decision.forfeits.len()).map(|forfeit| Self::Forfeit(at, forfeit)));
        }
        for (at, decision) in norm.if_breached.iter().enumerate() {
            parts.extend((0..decision.clauses.len()).map(|clause| Self::Breached(at, clause)));
        }
        for (at, requirement) in norm.requirements.iter().enumerate() {
            for (way, alternative) in requirement.each().into_iter().enumerate() {
                parts.insert(Self::Requirement(at, way));
                let changes = alternative.until.as_ref().map_or(0, |until| until.changes.len());
                parts.extend((0..changes).map(|change| Self::Change(at, way, change)));
                parts.extend(alternative.until.iter().filter(|until| until.on_request.is_some()).map(|_| Self::Request(at, way)));
            }
        }
        parts
    }
}

/// Where norms and their parts stand in the texts. A bundle has none of it.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Norms and exceptions, by full name.
    pub items: BTreeMap<String, Place>,
    /// Record types, enumerations, registers and cases, by name.
    pub declared: BTreeMap<String, Place>,
    /// Headers of regulations, by name.
    pub regulations: BTreeMap<String, Place>,
    /// Parts of norms, by the norm's full name.
    pub parts: BTreeMap<(String, Part), Place>,
}
