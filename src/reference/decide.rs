//! Decisions (§6): clauses become one value by the hit policy; then forfeits, exceptions, cap, floor, rounding.

use super::bounds::Final;
use super::derivation::{ClauseTried, Decided as Told};
use super::effects::summed;
use super::except::{Excepted, Prevailing};
use super::hits::{Combined, Tried};
use super::judge::Judge;
use super::value::Val;
use super::verdict::{Cause, Effect, Part, Ruling};
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Clause, Decision, Hit, Item as Marked};

/// What came of a decision.
pub(super) struct Decided {
    pub ruling: Ruling,
    pub causes: Vec<Cause>,
    pub effects: Vec<Effect>,
    /// The slot's value for norms that read it.
    pub given: Val,
    pub told: Option<Told>,
}

impl Decided {
    pub(super) fn part(&self, name: &str) -> Part {
        Part { name: name.to_owned(), ruling: self.ruling, due: None, met: None, causes: self.causes.clone() }
    }
}

/// The values of a slot; or why there is none.
pub(super) type Finished = Result<Vec<Final>, (Ruling, Cause)>;

impl Judge<'_, '_> {
    pub(super) fn decide(&mut self, decision: &Decision, prevailing: &Prevailing) -> Decided {
        let tried: Vec<Tried> = decision.clauses.iter().map(|clause| self.clause(clause, decision.posting.is_some())).collect();
        let combined = self.combined(decision, &tried);
        let mut told = Told {
            slot: decision.slot.clone(),
            clauses: Vec::new(),
            combined: self.shown_combined(&combined),
            forfeits: Vec::new(),
            floor: None,
            cap: None,
            value: super::derivation::Value::Blank,
            ruling: Ruling::Compliant,
        };
        let finished = self.finished(decision, combined, prevailing, &mut told);
        let summed = if decision.hit == Hit::Sum { summed(&tried) } else { Vec::new() };
        let unmarked: Vec<Cause> = tried.iter().filter_map(|tried| match &tried.value {
            Some(Val::Fault(cause @ (Cause::NoMark { .. } | Cause::MarkTooHigh { .. }))) => Some(cause.clone()),
            _ => None,
        }).collect();
        told.clauses = tried.into_iter().map(|tried| tried.told).collect();
        let mut decided = self.posted(decision, finished, &summed);
        // Of a score every item is named that has no mark, or one too high.
        if decided.causes.iter().any(|cause| unmarked.contains(cause)) {
            decided.causes.extend(unmarked);
            decided.causes.sort();
            decided.causes.dedup();
        }
        told.value = self.shown(&decided.given);
        told.ruling = decided.ruling;
        decided.told = self.steps.is_some().then_some(told);
        decided
    }

    fn clause<'c>(&mut self, clause: &'c Clause, posts: bool) -> Tried<'c> {
        let (applies, when) = match &clause.when {
            None => (Val::bool(true), None),
            Some(when) => self.condition(when),
        };
        let (mut points, mut step_of_points) = (None, None);
        let (value, step) = if applies.as_bool() == Some(true) {
            let (value, step) = self.stepped(&clause.value);
            if let Some(item) = &clause.item {
                let (most, step) = self.stepped(&item.points);
                (points, step_of_points) = (Some((item, most)), step);
            }
            (Some(value), step)
        } else {
            (None, None)
        };
        let value = match (value, points) {
            (Some(value), Some((item, most))) => Some(self.mark(value, item, &most)),
            (value, _) => value,
        };
        // An amount that is blank is not nothing.
        let value = match value {
            Some(Val::Blank) if posts && clause.item.is_none() => Some(Val::Fault(Cause::Blank { what: super::compare::what(&clause.value) })),
            value => value,
        };
        let told = ClauseTried { points: step_of_points, name: clause.name.clone(), cites: clause.cites.clone(), when, applies: applies.as_bool(), value: step };
        Tried { clause, applies, value, told }
    }

    /// The mark of an item: it must be there, and be no more than the item's points.
    fn mark(&mut self, mark: Val, item: &Marked, most: &Val) -> Val {
        let (kind, value) = (item.kind.clone(), item.value.clone());
        if mark == Val::Blank {
            return Val::Fault(Cause::NoMark { kind, item: value });
        }
        let expr = Expr::Subject;
        match self.compare(Op::Gt, (&mark, &expr), (most, &expr)) {
            Val::Fault(cause) => Val::Fault(cause),
            above if above.as_bool() == Some(true) => Val::Fault(Cause::MarkTooHigh { kind, item: value }),
            _ => mark,
        }
    }

    /// Forfeits, exceptions, cap, floor, rounding: each value with its citations, or why there is none.
    fn finished(
        &mut self,
        decision: &Decision,
        combined: Combined,
        prevailing: &Prevailing,
        told: &mut Told,
    ) -> Finished {
        let bounds = self.bounds(decision, told);
        let values = match combined {
            Combined::Open(ruling, cause) => {
                // An exception that gives a value prevails over a gap or a conflict as well.
                let fault = Val::Fault(cause.clone());
                return match prevailing.apply(self, &decision.slot, &fault) {
                    Excepted::Own => Err((ruling, cause)),
                    Excepted::Conflict(clauses) => Err(self.conflict(decision, clauses)),
                    Excepted::Changed(Val::Fault(_), _) | Excepted::Instead(Val::Fault(_), _) => Err((ruling, cause)),
                    Excepted::Changed(value, cites) | Excepted::Instead(value, cites) => Ok(vec![self.given_instead(decision, value, cites)]),
                };
            }
            Combined::Empty => Vec::new(),
            Combined::Values(values) => values,
        };
        if values.is_empty() {
            return match prevailing.apply(self, &decision.slot, &Val::Blank) {
                Excepted::Own => Ok(Vec::new()),
                Excepted::Changed(Val::Blank | Val::Fault(_), _) | Excepted::Instead(Val::Blank | Val::Fault(_), _) => Ok(Vec::new()),
                Excepted::Conflict(clauses) => Err(self.conflict(decision, clauses)),
                Excepted::Changed(value, cites) | Excepted::Instead(value, cites) => Ok(vec![self.given_instead(decision, value, cites)]),
            };
        }
        let mut finished = Vec::new();
        if self.bounds_cross(&bounds) {
            return Err(self.conflict(decision, vec!["at least".to_owned(), "at most".to_owned()]));
        }
        for (value, clauses) in values {
            let cites: Vec<String> = clauses.iter().flat_map(|clause| clause.cites.iter().cloned()).collect();
            let mut here = Final::of(value, cites);
            self.forfeited(decision, &mut here, &bounds);
            let mut own = true;
            match prevailing.apply(self, &decision.slot, &here.value) {
                Excepted::Own => {}
                Excepted::Changed(value, more) => here.becomes(value, "exception", &more),
                Excepted::Instead(value, more) => {
                    own = false;
                    here.becomes(value, "exception", &more);
                }
                Excepted::Conflict(clauses) => return Err(self.conflict(decision, clauses)),
            }
            if own {
                self.bounded(&mut here, &bounds);
            }
            self.round_off(decision, &mut here);
            finished.push(here);
        }
        Ok(finished)
    }

    fn shown_combined(&mut self, combined: &Combined) -> super::derivation::Value {
        match combined {
            Combined::Empty => super::derivation::Value::Blank,
            Combined::Open(_, cause) => super::derivation::Value::Fault(cause.clone()),
            Combined::Values(values) => values.first().map_or(super::derivation::Value::Blank, |(value, _)| self.shown(&value.clone())),
        }
    }
}
