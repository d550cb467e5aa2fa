//! What norms look at among the records: of which types, and who occurs where no register says who there is. Whoever judges these norms needs no others.

use crate::model::expr::{Expr, Pattern};
use crate::model::group::Members;
use crate::model::norm::Occasion;
use crate::model::value::{Scalar, Type};
use crate::model::walk::{self, Look};
use crate::model::{EventType, Model};
use crate::records::{Facts, Record, Stored};
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

/// What some norms look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Looks {
    /// Types of records.
    events: BTreeSet<usize>,
    /// Entities without a register: whose occasions there are is known by who occurs in the records. Of each type of record, the fields that name them.
    named: BTreeMap<String, Vec<Vec<usize>>>,
}

impl Looks {
    /// `facts`: of the registers.
    pub(crate) fn new(model: &Model, norms: &BTreeSet<usize>, facts: &Facts) -> Self {
        let mut asks = Asks::default();
        for norm in norms.iter().filter_map(|at| model.norms.get(*at)) {
            match &norm.occasion {
                Occasion::Period { entity, .. } => asks.entities.extend(entity.clone()),
                Occasion::Throughout { entity, .. } => asks.entities.extend([entity.clone()]),
                Occasion::Case { entity, .. } => asks.cases.extend([entity.clone()]),
                _ => {}
            }
            walk::norm(norm, &mut asks);
        }
        let is_asked = |event: &EventType| {
            // What was attested may be about any record.
            event.name == "attestation" || asks.events.contains(&event.name) || asks.cases.iter().any(|entity| !fields_of(event, entity).is_empty())
        };
        let events = model.events.iter().enumerate().filter(|(_, event)| is_asked(event)).map(|(at, _)| at).collect();
        let is_open = |entity: &&String| !facts.loaded.contains(*entity);
        let named = asks.entities.iter().filter(is_open).map(|entity| (entity.clone(), model.events.iter().map(|event| fields_of(event, entity)).collect())).collect();
        Self { events, named }
    }

    /// Do they look at records of this type?
    pub(crate) fn at(&self, event: usize) -> bool {
        self.events.contains(&event)
    }

    /// Does it matter who occurs?
    pub(crate) fn at_names(&self) -> bool {
        !self.named.is_empty()
    }
}

/// The fields that name subjects of an entity.
fn fields_of(event: &EventType, entity: &str) -> Vec<usize> {
    event.fields.iter().enumerate().filter(|(_, field)| matches!(&field.ty, Type::Ref(name) if name == entity)).map(|(at, _)| at).collect()
}

/// What norms ask for, by name.
#[derive(Default)]
struct Asks {
    events: BTreeSet<String>,
    /// Whose occasions there are.
    entities: BTreeSet<String>,
    /// Of which each record counts.
    cases: BTreeSet<String>,
}

impl Look for Asks {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Group(group) = expr
            && let Members::Register(entity) | Members::During(entity) = &group.of
        {
            self.entities.insert(entity.clone());
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        self.events.extend(pattern.events.iter().cloned());
    }
}

/// Who occurred so far, where it matters to what is looked at.
#[derive(Debug)]
pub(crate) struct Occurred<'l> {
    looks: &'l Looks,
    /// Of each entity whose names matter.
    known: Vec<HashSet<Arc<str>, RandomState>>,
}

impl<'l> Occurred<'l> {
    /// Nobody so far.
    pub(crate) fn new(looks: &'l Looks) -> Self {
        Self { looks, known: looks.named.keys().map(|_| HashSet::default()).collect() }
    }

    /// What is looked at.
    pub(crate) fn looks(&self) -> &'l Looks {
        self.looks
    }

    /// Does the record name somebody for the first time?
    pub(crate) fn is_first(&mut self, record: &Record) -> bool {
        let mut is_first = false;
        for (fields, known) in self.looks.named.values().zip(&mut self.known) {
            for field in fields.get(record.event).into_iter().flatten() {
                if let Some(Stored::Known(Scalar::Ref(_, id))) = record.fields.get(*field)
                    && !known.contains(id)
                {
                    known.insert(Arc::clone(id));
                    is_first = true;
                }
            }
        }
        is_first
    }

    /// The same, of a record that names these subjects, each with its entity.
    pub(crate) fn is_first_of<'n, N: Iterator<Item = (&'n str, &'n str)>>(&mut self, names: impl Fn() -> N) -> bool {
        let mut is_first = false;
        for (entity, known) in self.looks.named.keys().zip(&mut self.known) {
            for (_, id) in names().filter(|(of, _)| of == entity) {
                if !known.contains(id) {
                    known.insert(Arc::from(id));
                    is_first = true;
                }
            }
        }
        is_first
    }
}
