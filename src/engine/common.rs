//! What compiling shares over all norms: names, counters, slots, and whose records are kept together.

use super::between::WorkingDays;
use super::counter::Counters;
use super::facts::Facts;
use super::kinds::Kinds;
use super::typed::Typed;
use super::undo::Added;
use super::word::{Kept, Names};
use crate::model::Model;
use crate::model::expr::{Expr, Scope};
use crate::model::norm::Norm;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A decided slot that code reads: norm, slot.
pub(super) type Slot = (String, String);

/// What compiling shares over all norms.
pub(super) struct Common<'m> {
    pub(super) model: &'m Model,
    pub(super) kinds: Kinds<'m>,
    pub(super) names: Names,
    pub(super) facts: Facts,
    pub(super) counters: Counters,
    /// Places of decided slots, and how they are kept.
    pub(super) decided: BTreeMap<Slot, (usize, Option<Typed>)>,
    /// Whose records are kept together: the entity.
    pub(super) entity: usize,
    /// Records name a subject of it in any field, not only first.
    pub(super) anywhere: bool,
    /// Fields that code reads, by record type.
    pub(super) needed: Vec<BTreeSet<usize>>,
    /// What was added, in order, so that it can be taken back.
    pub(super) added: Vec<Added>,
    /// By calendar.
    pub(super) working_days: BTreeMap<String, Arc<WorkingDays>>,
}

impl<'m> Common<'m> {
    /// The field of a record type that names its subject: the first, when it is a role of the entity; or the first one of the entity.
    pub(super) fn key_at(&self, event: usize) -> Option<usize> {
        let event = self.model.events.get(event).filter(|event| event.roles > 0)?;
        let most = if self.anywhere { event.fields.len() } else { 1 };
        event.fields.iter().take(most).position(|field| Kept::of(self.model, field) == Kept::Ref(self.entity))
    }

    /// The same, its name.
    pub(super) fn key(&self, event: usize) -> Option<&'m String> {
        self.model.events.get(event)?.fields.get(self.key_at(event)?).map(|field| &field.name)
    }

    /// Is it the subject of an occasion with a record of this type, or with none?
    pub(super) fn is_subject(&self, event: Option<usize>, value: &Expr) -> bool {
        match value {
            Expr::Subject => event.is_none_or(|event| self.key_at(event) == Some(0)),
            Expr::Field(Scope::This, name) => event.and_then(|event| self.key(event)) == Some(name),
            _ => false,
        }
    }

    /// No other norm reads what this one decides: it is not settled before its duties are.
    pub(super) fn keep_to_itself(&mut self, norm: &Norm) {
        for decision in &norm.decisions {
            if let Some((_, typed)) = self.decided.get_mut(&(norm.name.clone(), decision.slot.clone())) {
                *typed = None;
            }
        }
    }
}
