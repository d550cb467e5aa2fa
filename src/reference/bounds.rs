//! What becomes of a decision's value (§6): forfeits, cap, floor, rounding, a value instead.

use super::compare::{all, any};
use super::derivation::Decided as Told;
use super::judge::Judge;
use super::value::Val;
use super::verdict::Item;
use crate::model::expr::{Expr, Op};
use crate::model::norm::Decision;
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};

/// A value of a slot, the citations it rests on, and what became of a sum after its clauses were added up.
pub(super) struct Final {
    pub(super) value: Val,
    pub(super) cites: Vec<String>,
    pub(super) items: Vec<Item>,
}

impl Final {
    pub(super) fn of(value: Val, cites: Vec<String>) -> Self {
        Self { value, cites, items: Vec::new() }
    }

    /// Goes over to another value, and says by how much it differs.
    pub(super) fn becomes(&mut self, value: Val, name: &str, cites: &[String]) {
        if let (Val::Known(Scalar::Quantity(before, _)), Val::Known(Scalar::Quantity(after, _))) = (&self.value, &value)
            && let Some(amount) = after.minus(*before).filter(|amount| !amount.is_zero())
        {
            self.items.push(Item { name: name.to_owned(), cites: cites.to_vec(), amount });
        }
        self.value = value;
        self.cites.extend(cites.iter().cloned());
    }
}

impl Judge<'_, '_> {
    /// What an exception gives where the slot has nothing of its own.
    pub(super) fn given_instead(&mut self, decision: &Decision, value: Val, cites: Vec<String>) -> Final {
        let mut here = Final::of(value, cites);
        self.round_off(decision, &mut here);
        here
    }

    /// Does the least that it must be lie above the most that it may be? Then no value keeps to both.
    pub(super) fn bounds_cross(&mut self, [_, cap, floor]: &[Option<(Val, &[String])>; 3]) -> bool {
        let (Some((cap, _)), Some((floor, _))) = (cap, floor) else { return false };
        let expr = Expr::Subject;
        self.compare(Op::Gt, (floor, &expr), (cap, &expr)).as_bool() == Some(true)
    }

    /// Forfeits, cap and floor, evaluated once: is it forfeited, the cap, the floor; with citations.
    pub(super) fn bounds<'d>(&mut self, decision: &'d Decision, told: &mut Told) -> [Option<(Val, &'d [String])>; 3] {
        let mut forfeited = Vec::new();
        let mut cites: &[String] = &[];
        for (condition, cited) in &decision.forfeits {
            let (value, step) = self.condition(condition);
            told.forfeits.extend(step.map(|step| (cited.clone(), step)));
            if value.as_bool() == Some(true) && cites.is_empty() {
                cites = cited;
            }
            forfeited.push(value);
        }
        let bound = |judge: &mut Self, bound: &'d Option<(Expr, Vec<String>)>| {
            bound.as_ref().map(|(expr, cited)| {
                let (value, step) = judge.stepped(expr);
                (value, step.map(|step| (cited.clone(), step)), cited.as_slice())
            })
        };
        let (cap, floor) = (bound(self, &decision.cap), bound(self, &decision.floor));
        let kept = |bound: Option<(Val, _, &'d [String])>, into: &mut Option<_>| {
            bound.map(|(value, step, cited)| {
                *into = step;
                (value, cited)
            })
        };
        let cap = kept(cap, &mut told.cap);
        let floor = kept(floor, &mut told.floor);
        [(!decision.forfeits.is_empty()).then(|| (any(&forfeited), cites)), cap, floor]
    }

    pub(super) fn forfeited(&mut self, decision: &Decision, here: &mut Final, [forfeited, ..]: &[Option<(Val, &[String])>; 3]) {
        if let Some((forfeited, cited)) = forfeited {
            match all(std::slice::from_ref(forfeited)) {
                Val::Fault(cause) => here.value = Val::Fault(cause),
                yes if yes.as_bool() == Some(true) => {
                    here.becomes(Val::number(Number::whole(0), decision.unit.clone().unwrap_or(Unit::One)), "forfeited", cited);
                }
                _ => {}
            }
        }
    }

    pub(super) fn bounded(&mut self, here: &mut Final, [_, cap, floor]: &[Option<(Val, &[String])>; 3]) {
        if matches!(here.value, Val::Fault(_)) {
            return;
        }
        for (bound, beyond, name) in [(cap, Op::Gt, "at most"), (floor, Op::Lt, "at least")] {
            let Some((bound, cited)) = bound else { continue };
            let expr = Expr::Subject;
            match self.compare(beyond, (&here.value, &expr), (bound, &expr)) {
                Val::Fault(cause) => {
                    here.value = Val::Fault(cause);
                    return;
                }
                yes if yes.as_bool() == Some(true) => here.becomes(bound.clone(), name, cited),
                _ => {}
            }
        }
    }

    pub(super) fn round_off(&mut self, decision: &Decision, here: &mut Final) {
        if let Some((mode, step, cited)) = &decision.rounding {
            let rounded = self.round(*mode, &here.value, *step, &Expr::Subject);
            let cited = if rounded == here.value { &[] } else { cited.as_slice() };
            here.becomes(rounded, "rounded", cited);
        }
    }
}
