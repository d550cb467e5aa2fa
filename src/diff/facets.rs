//! What a norm says at one place, where every condition that is looked at has come out: whether it applies, what its slots get, what is required.

use super::changed::{Changed, Must, ask, changes, must};
use super::meaning;
use super::slots::{Given, Slot};
use crate::analysis::both::Truths;
use crate::model::expr::Expr;
use crate::model::norm::{Action, Decision, Norm, Requirement, What};
use serde_json::json;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

/// A side of what a norm says that is compared place by place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Facet {
    /// Whether it applies.
    Applies,
    /// Whether it is a violation by itself.
    Violation,
    /// What this slot gets.
    Slot(String),
    /// What one line adds to this slot: the number of the pair of lines.
    Line(String, usize),
    /// Whether this slot is forfeited.
    Forfeited(String),
    /// What exceptions make of this slot, or that it has no item.
    Around(String),
    /// What this slot of a sanction gets.
    Breached(String),
    /// Which conditions are not met that must be.
    Kept,
    /// What else is required, until when.
    Musts,
}

/// What a norm says at a place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said<'n> {
    /// Does it apply? None: neither.
    pub(crate) applies: Option<bool>,
    /// Exceptions that leave open whether it does.
    unsure: Vec<Changed<'n>>,
    /// Exceptions by which it is a violation.
    violations: Vec<Changed<'n>>,
    /// Its slots.
    pub(crate) slots: BTreeMap<String, Slot<'n>>,
    /// Slots of its sanctions.
    pub(crate) breached: BTreeMap<String, Slot<'n>>,
    /// Conditions that are not met.
    pub(crate) unmet: Vec<(&'n Expr, Option<bool>)>,
    /// Other requirements.
    pub(crate) musts: Vec<Must<'n>>,
}

/// A norm whose conditions are looked at.
pub(crate) struct Looked<'n> {
    /// The norm.
    pub(crate) norm: &'n Norm,
    keys: RefCell<HashMap<*const Expr, String>>,
}

impl<'n> Looked<'n> {
    pub(crate) fn new(norm: &'n Norm) -> Self {
        Self { norm, keys: RefCell::default() }
    }

    /// Its conditions, in the order in which `said` takes them.
    pub(crate) fn asks(&self) -> Vec<&'n Expr> {
        let norm = self.norm;
        let mut asks = Vec::new();
        for decision in norm.decisions.iter().chain(&norm.if_breached) {
            asks.extend(decision.clauses.iter().filter_map(|clause| clause.when.as_ref()));
            asks.extend(decision.forfeits.iter().map(|(when, _)| when));
        }
        for requirement in &norm.requirements {
            match condition(requirement) {
                Some(condition) => asks.push(condition),
                None => asks.extend(requirement.until.iter().flat_map(|until| &until.changes).map(|change| &change.when)),
            }
        }
        norm.exceptions.iter().for_each(|exception| ask(exception, &mut asks));
        asks
    }

    /// What it says where these have come out so.
    pub(crate) fn said(&self, truths: &Truths) -> Said<'n> {
        if !truths.exists {
            return Said::default_for(Some(false));
        }
        let norm = self.norm;
        let mut next = truths.asked.iter().copied();
        let mut slots = |decisions: &'n [Decision]| -> BTreeMap<String, Slot<'n>> {
            decisions.iter().map(|decision| (decision.slot.clone(), self.given(decision, &mut next))).collect()
        };
        let (mut own, breached) = (slots(&norm.decisions), slots(&norm.if_breached));
        let (mut unmet, mut musts) = (Vec::new(), Vec::new());
        for requirement in &norm.requirements {
            match condition(requirement) {
                Some(condition) => match next.next().flatten() {
                    Some(true) => {}
                    truth => unmet.push((condition, truth)),
                },
                None => musts.push(must(requirement, &mut next)),
            }
        }
        let changed = changes(&norm.exceptions, &mut next);
        let off = |one: &Changed<'_>| one.is_off() && one.is_sure();
        let others = changed.iter().any(|one| !one.is_off() || !one.inner.is_empty());
        if truths.scope == Some(false) || changed.iter().any(off) && !others {
            return Said::default_for(Some(false));
        }
        for one in &changed {
            for slot in one.slots() {
                if let Some(into) = own.get_mut(slot) {
                    into.changed.push(one.clone());
                }
            }
        }
        let violations = changed.iter().filter(|one| one.is(&|action| *action == Action::Violation)).cloned().collect();
        let unsure: Vec<Changed<'n>> = changed.into_iter().filter(|one| one.open || one.is(&|action| *action == Action::Off)).collect();
        Said { applies: truths.scope.filter(|_| unsure.is_empty()), unsure, violations, slots: own, breached, unmet, musts }
    }

    /// What an expression means, to compare.
    pub(crate) fn key(&self, expr: &Expr) -> String {
        self.keys.borrow_mut().entry(std::ptr::from_ref(expr)).or_insert_with(|| meaning::key_of(expr)).clone()
    }

    /// What is said of a facet, to compare. None: the norm has nothing of the sort, or does not apply.
    pub(crate) fn facet(&self, said: &Said<'n>, facet: &Facet) -> String {
        let nothing = || "nothing".to_owned();
        match facet {
            Facet::Applies => json!([said.applies, said.unsure.iter().map(Changed::key).collect::<Vec<_>>()]).to_string(),
            Facet::Violation => json!(said.violations.iter().map(Changed::key).collect::<Vec<_>>()).to_string(),
            Facet::Slot(slot) => said.slots.get(slot).map_or_else(nothing, |slot| self.slot(slot)),
            Facet::Forfeited(slot) => format!("{:?}", said.slots.get(slot).map(|slot| slot.forfeited)),
            Facet::Around(slot) => said.slots.get(slot).map(|slot| json!([matches!(slot.given, Given::Gap), slot.changed.iter().map(Changed::key).collect::<Vec<_>>()]).to_string()).unwrap_or_default(),
            Facet::Line(..) => String::new(),
            Facet::Breached(slot) => said.breached.get(slot).map_or_else(nothing, |slot| self.slot(slot)),
            // One that is not met is a violation, whichever it is.
            Facet::Kept => format!("{:?}", [Some(false), None].map(|truth| said.unmet.iter().any(|(_, other)| *other == truth))),
            Facet::Musts => joined(said.musts.iter().map(Must::key)),
        }
    }

}

impl Said<'_> {
    fn default_for(applies: Option<bool>) -> Self {
        Self { applies, ..Self::default() }
    }
}

/// The condition that a requirement asks at once.
fn condition(requirement: &Requirement) -> Option<&Expr> {
    match &requirement.what {
        What::Condition(condition) if requirement.until.is_none() && requirement.suspended.is_empty() => Some(condition),
        _ => None,
    }
}

/// Several keys, in one order.
pub(super) fn joined(keys: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = keys.collect();
    all.sort();
    json!(all).to_string()
}
