//! Plans beside each other: one for each entity whose subjects norms are about. Each record goes through all of them; norms of one rest on nothing of another.

use super::outside::Outside;
use super::plan::{Plan, entities};
use super::word::Kept;
use crate::model::norm::Norm;
use crate::model::{Model, order};
use crate::records;
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// The entities whose subjects records name, but not first.
fn named_anywhere(model: &Model) -> BTreeSet<usize> {
    let fields = model.events.iter().filter(|event| !event.derived).flat_map(|event| event.fields.iter().skip(1));
    fields.filter_map(|field| if let Kept::Ref(entity) = Kept::of(model, field) { Some(entity) } else { None }).collect()
}

/// A model's norms as the engine judges them, by the entities of their subjects.
#[derive(Debug, Clone)]
pub struct Plans<'m> {
    model: &'m Model,
    all: Vec<Plan<'m>>,
    /// What plans that judge nothing more say of norms.
    reasons: Vec<(usize, Outside)>,
}

impl<'m> Plans<'m> {
    /// The plan for the entity for which most can be compiled comes first; others only where they judge what none before does.
    pub fn new(model: &'m Model, facts: &records::Facts) -> Self {
        let mut plans = Self { model, all: vec![Plan::new(model, facts)], reasons: Vec::new() };
        let is_whole = |plans: &Self| (0..model.norms.len()).all(|norm| plans.judges(norm));
        if is_whole(&plans) {
            return plans;
        }
        for (most, entity) in entities(model) {
            if most == 0 || plans.all.iter().any(|plan| plan.entity == entity) || is_whole(&plans) {
                continue;
            }
            let plan = Plan::around(model, facts, (entity, false));
            if (0..model.norms.len()).any(|norm| plan.judges(norm) && !plans.judges(norm)) {
                plans.all.push(plan);
            } else {
                plans.reasons.extend(plan.outside);
            }
        }
        // What is left, and has to do with subjects that its records do not name first.
        for entity in named_anywhere(model) {
            if is_whole(&plans) {
                break;
            }
            let plan = Plan::around(model, facts, (entity, true));
            if (0..model.norms.len()).any(|norm| plan.judges(norm) && !plans.judges(norm)) {
                plans.all.push(plan);
            }
        }
        plans
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Plan<'m>> {
        self.all.iter()
    }

    /// Time zone of the regulations.
    pub(crate) fn zone(&self) -> Tz {
        self.all.first().map_or(Tz::UTC, Plan::zone)
    }

    /// The one that judges a norm.
    pub fn of(&self, norm: usize) -> Option<&Plan<'m>> {
        self.all.iter().find(|plan| plan.judges(norm))
    }

    /// Is the norm judged by one of them?
    pub fn judges(&self, norm: usize) -> bool {
        self.of(norm).is_some()
    }

    /// Is every norm judged elsewhere?
    pub fn judges_nothing(&self) -> bool {
        self.all.iter().all(Plan::judges_nothing)
    }

    /// Norms that none of them judges, with the reason that the plan for their subjects has.
    pub fn outside(&self) -> Vec<(&'m Norm, &Outside)> {
        let reason = |norm: &usize| {
            let all = || self.all.iter().flat_map(|plan| &plan.outside).chain(&self.reasons);
            let reasons = || all().filter(|(at, _)| at == norm).map(|(_, why)| why);
            Some((self.model.norms.get(*norm)?, reasons().find(|why| !why.is_about_others()).or_else(|| reasons().next())?))
        };
        (0..self.model.norms.len()).filter(|norm| !self.judges(*norm)).filter_map(|norm| reason(&norm)).collect()
    }

    /// Norms that none of them judges, and those on which they rest: the reference evaluator judges them all.
    pub(crate) fn rests_outside(&self) -> BTreeSet<usize> {
        order::rests(self.model, (0..self.model.norms.len()).filter(|norm| !self.judges(*norm)))
    }

    /// Of a plan: norms whose verdicts on its subjects are told by another, since records name them elsewhere than first.
    pub(crate) fn others(&self, at: usize, outside: &BTreeSet<usize>) -> BTreeSet<usize> {
        let all = 0..self.model.norms.len();
        let told_by = |norm: &usize| self.all.iter().position(|plan| plan.judges(*norm)).filter(|_| !outside.contains(norm));
        match self.all.get(at) {
            Some(plan) if plan.anywhere => all.filter(|norm| told_by(norm) != Some(at)).collect(),
            _ => all.filter(|norm| told_by(norm).and_then(|by| self.all.get(by)).is_some_and(|by| by.anywhere)).collect(),
        }
    }

    /// Of each plan: the norms that are judged elsewhere, by the reference evaluator (`outside`) or by a plan before it.
    pub(crate) fn elsewhere(&self, outside: &BTreeSet<usize>) -> Vec<BTreeSet<usize>> {
        let of = |at: usize, norm: &usize| outside.contains(norm) || self.all.iter().take(at).any(|plan| plan.judges(*norm));
        (0..self.all.len()).map(|at| (0..self.model.norms.len()).filter(|norm| of(at, norm)).collect()).collect()
    }
}
