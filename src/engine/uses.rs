//! What norms look at and make: record types, and slots that others decide.

use super::typed::Typed;
use crate::model::Model;
use crate::model::expr::{Expr, Pattern};
use crate::model::order::BREACH;
use crate::model::walk::{self, Look};
use std::collections::{BTreeMap, BTreeSet};

/// By record type: the norms that make its records.
pub(super) fn makers(model: &Model) -> Vec<Vec<usize>> {
    let mut makers = vec![Vec::new(); model.events.len()];
    for (at, norm) in model.norms.iter().enumerate() {
        let breach = format!("{BREACH}{}", norm.name);
        let made = norm.yields.iter().map(|given| &given.event).chain([&breach]).filter_map(|name| model.event_index(name));
        for event in made {
            makers.get_mut(event).into_iter().for_each(|makers: &mut Vec<usize>| makers.push(at));
        }
    }
    makers
}

/// Slots that some norm reads, each with a place.
pub(super) fn read_slots(model: &Model) -> BTreeMap<(String, String), (usize, Option<Typed>)> {
    struct Slots(BTreeSet<(String, String)>);
    impl Look for Slots {
        fn expr(&mut self, expr: &Expr) {
            if let Expr::Decided(norm, slot) = expr {
                self.0.insert((norm.clone(), slot.clone()));
            }
        }
    }
    let mut slots = Slots(BTreeSet::new());
    model.norms.iter().for_each(|norm| walk::norm(norm, &mut slots));
    slots.0.into_iter().enumerate().map(|(at, slot)| (slot, (at, None))).collect()
}

/// Record types that are looked at.
pub(super) struct Events(pub(super) BTreeSet<String>);

impl Look for Events {
    fn pattern(&mut self, pattern: &Pattern) {
        self.0.extend(pattern.events.iter().cloned());
    }
}
