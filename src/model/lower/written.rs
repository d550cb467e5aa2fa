//! Keeping where the parts of norms are written.

use super::effects::Context;
use super::{At, Lower};
use crate::diagnostics::{Place, Span};
use crate::model::written::{Part, Written};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Context {
    /// The parts that there are so far.
    pub(super) fn parts(&self) -> BTreeSet<Part> {
        Part::all(self.slots.iter().map(|draft| &draft.decision), self.if_breached.iter().map(|draft| &draft.decision), &self.requirements)
    }
}

impl Lower<'_> {
    /// What came to the norm since there were the parts `before` is written at `span`, unless somebody knew better.
    pub(super) fn wrote(&mut self, context: &Context, before: &BTreeSet<Part>, span: Span) {
        for part in context.parts().difference(before) {
            self.written.entry((context.full.clone(), *part)).or_insert(context.env.at(span));
        }
    }

    /// Where everything is written.
    pub(super) fn places(&self) -> Written {
        let place = |(file, span): At| Some(Place { source: Arc::clone(&self.texts.get(file)?.source), span });
        let items = self.names.scoped.keys().filter_map(|full| Some((full.clone(), place(self.declared("item", full)?)?)));
        let parts = self.written.iter().filter_map(|(part, at)| Some((part.clone(), place(*at)?)));
        Written { items: items.collect(), parts: parts.collect() }
    }
}
