//! Keeping where the parts of norms are written.

use super::effects::Context;
use super::{At, Lower};
use crate::diagnostics::{Place, Span};
use crate::model::norm::Requirement;
use crate::model::written::{Part, Written};
use std::sync::Arc;

/// How much there is of a norm so far: lines only ever add to it.
pub(super) struct SoFar {
    /// Clauses and forfeits of each decision.
    decisions: Vec<(usize, usize)>,
    /// Clauses of each sanction on breach.
    breached: Vec<usize>,
    /// Of each alternative of each requirement: changes of its deadline, and whether there is an extension on request.
    requirements: Vec<Vec<(usize, bool)>>,
}

impl Context {
    /// What there is so far.
    pub(super) fn parts(&self) -> SoFar {
        let alternative = |one: &Requirement| one.until.as_ref().map_or((0, false), |until| (until.changes.len(), until.on_request.is_some()));
        SoFar {
            decisions: self.slots.iter().map(|draft| (draft.decision.clauses.len(), draft.decision.forfeits.len())).collect(),
            breached: self.if_breached.iter().map(|draft| draft.decision.clauses.len()).collect(),
            requirements: self.requirements.iter().map(|requirement| requirement.each().into_iter().map(alternative).collect()).collect(),
        }
    }
}

impl SoFar {
    /// The parts that came since `before`.
    fn since(&self, before: &Self) -> Vec<Part> {
        let mut parts = Vec::new();
        for (at, (clauses, forfeits)) in self.decisions.iter().enumerate() {
            let (had, forfeited) = before.decisions.get(at).copied().unwrap_or_default();
            parts.extend((had..*clauses).map(|clause| Part::Clause(at, clause)));
            parts.extend((forfeited..*forfeits).map(|forfeit| Part::Forfeit(at, forfeit)));
        }
        for (at, clauses) in self.breached.iter().enumerate() {
            let had = before.breached.get(at).copied().unwrap_or_default();
            parts.extend((had..*clauses).map(|clause| Part::Breached(at, clause)));
        }
        for (at, alternatives) in self.requirements.iter().enumerate() {
            for (way, (changes, on_request)) in alternatives.iter().enumerate() {
                let had = before.requirements.get(at).and_then(|before| before.get(way)).copied();
                let (changed, requested) = had.unwrap_or_default();
                parts.extend(had.is_none().then_some(Part::Requirement(at, way)));
                parts.extend((changed..*changes).map(|change| Part::Change(at, way, change)));
                parts.extend((*on_request && !requested).then_some(Part::Request(at, way)));
            }
        }
        parts
    }
}

impl Lower<'_> {
    /// What came to the norm since there was `before` is written at `span`, unless somebody knew better.
    pub(super) fn wrote(&mut self, context: &Context, before: &SoFar, span: Span) {
        for part in context.parts().since(before) {
            self.written.entry((context.full.clone(), part)).or_insert(context.env.at(span));
        }
    }

    /// Where everything is written.
    pub(super) fn places(&self) -> Written {
        let place = |(file, span): At| Some(Place { source: Arc::clone(&self.texts.get(file)?.source), span });
        let items = self.names.scoped.keys().filter_map(|full| Some((full.clone(), place(self.declared("item", full)?)?)));
        let regulations = self.names.in_space("regulation").filter_map(|(name, at)| Some((name.to_owned(), place(at)?)));
        let parts = self.written.iter().filter_map(|(part, at)| Some((part.clone(), place(*at)?)));
        let declared = ["type", "event"].into_iter().flat_map(|space| self.names.in_space(space)).filter_map(|(name, at)| Some((name.to_owned(), place(at)?)));
        Written { items: items.collect(), declared: declared.collect(), regulations: regulations.collect(), parts: parts.collect() }
    }
}
