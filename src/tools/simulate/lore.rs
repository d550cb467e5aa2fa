//! What the norms tell a maker of records: which numbers matter, what is asked for, what follows what.

use crate::model::expr::{Aggregate, Expr, Measure, Pattern};
use crate::model::norm::{Norm, Occasion, Posting, What};
use crate::model::state::Stay;
use crate::model::value::Scalar;
use crate::model::walk::{self, Look};
use crate::model::{Model, Schedule};
use std::collections::{BTreeMap, BTreeSet};

/// What the norms tell.
#[derive(Debug, Default)]
pub(super) struct Lore<'m> {
    /// Constants that fields and attributes of this name are compared with.
    pub(super) constants: BTreeMap<String, Vec<Scalar>>,
    /// Fields that norms ask to be stated.
    pub(super) stated: BTreeSet<String>,
    /// Fields by which records are linked.
    pub(super) links: BTreeSet<String>,
    /// Sets whose members commit an offence by being in them.
    pub(super) offenders: BTreeSet<String>,
    /// Norms on each record of a type.
    pub(super) on: BTreeMap<&'m str, Vec<&'m Norm>>,
    /// Norms of periods, and of cases.
    pub(super) periods: Vec<&'m Norm>,
    pub(super) cases: Vec<&'m Norm>,
    /// Types that some norm waits for.
    pub(super) awaited: BTreeSet<String>,
    /// What comes before a type in its case.
    pub(super) before: BTreeMap<String, BTreeSet<String>>,
    /// States whose end follows their beginning.
    pub(super) states: Vec<Stay>,
    /// Schedules whose slots matter to a type.
    pub(super) schedules: BTreeMap<&'m str, &'m Schedule>,
}

impl<'m> Lore<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        let mut lore = Self::default();
        for norm in &model.norms {
            let mut ear = Ear { lore: &mut lore, schedule: None };
            walk::norm(norm, &mut ear);
            let schedule = ear.schedule.and_then(|name| model.schedule(&name));
            if let (Occasion::Member(_, Expr::Field(_, name)), true) = (&norm.occasion, is_offence(norm)) {
                lore.offenders.insert(name.clone());
            }
            match &norm.occasion {
                Occasion::Record(pattern) | Occasion::Member(pattern, _) => {
                    for event in pattern.events.iter().filter_map(|name| model.event(name)) {
                        lore.on.entry(&event.name).or_default().push(norm);
                        schedule.iter().for_each(|schedule| _ = lore.schedules.insert(&event.name, schedule));
                    }
                }
                Occasion::Period { .. } => lore.periods.push(norm),
                Occasion::Case { .. } => lore.cases.push(norm),
                Occasion::Throughout { .. } | Occasion::Reaches { .. } => {}
            }
            for requirement in norm.requirements.iter().flat_map(|requirement| requirement.each()) {
                match &requirement.what {
                    What::Records { pattern, .. } => lore.awaited.extend(pattern.events.iter().cloned()),
                    What::Condition(condition) => lore.order(condition),
                    What::Moment(_) | What::Either(_) => {}
                }
            }
        }
        lore
    }

    /// A step of `must follow the order`: *b has not happened, or a has*.
    fn order(&mut self, condition: &Expr) {
        let Expr::Or(either) = condition else { return };
        let [Expr::Not(later), Expr::And(earlier)] = either.as_slice() else { return };
        let (Some(later), Some(earlier)) = (any(later), earlier.first().and_then(any)) else { return };
        for event in &later.pattern.events {
            self.before.entry(event.clone()).or_default().extend(earlier.pattern.events.iter().cloned());
        }
    }
}

/// `any E …`.
pub(super) fn any(expr: &Expr) -> Option<&Measure> {
    match expr {
        Expr::Measure(measure) if measure.aggregate == Aggregate::Any => Some(measure),
        _ => None,
    }
}

/// Is falling under the norm itself an offence?
pub(super) fn is_offence(norm: &Norm) -> bool {
    norm.violation || norm.decisions.iter().any(|decision| matches!(decision.posting, Some(Posting::Fine)))
}

struct Ear<'l, 'm> {
    lore: &'l mut Lore<'m>,
    schedule: Option<String>,
}

impl Look for Ear<'_, '_> {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Compare(_, a, b) => {
                for (name, value) in [(a, b), (b, a)] {
                    if let (Expr::Field(_, name) | Expr::Fact(_, _, name), Expr::Value(value)) = (name.as_ref(), value.as_ref()) {
                        let known = self.lore.constants.entry(name.clone()).or_default();
                        if !known.contains(value) {
                            known.push(value.clone());
                        }
                    }
                }
            }
            Expr::Stated(of) => {
                if let Expr::Field(_, name) = of.as_ref() {
                    self.lore.stated.insert(name.clone());
                }
            }
            Expr::Slot(schedule, ..) => self.schedule = Some(schedule.clone()),
            Expr::Measure(measure) => {
                if let Aggregate::RunOfSlots(schedule) = &measure.aggregate {
                    self.schedule = Some(schedule.clone());
                }
            }
            Expr::Stay(stay) if stay.ends.is_some() && !self.lore.states.iter().any(|known| known.state == stay.state) => self.lore.states.push((**stay).clone()),
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        self.lore.links.extend(pattern.links.iter().map(|(name, _)| name.clone()));
    }
}
