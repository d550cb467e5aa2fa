//! What a decision posts (§6): amounts, what they are made up of, and to whom.

use super::bounds::Final;
use super::decide::{Decided, Finished};
use super::hits::{Tried, cites_of};
use super::judge::{Judge, Subject};
use super::value::Val;
use super::verdict::{Cause, Effect, Item, Ruling};
use crate::model::norm::{Decision, Posting};
use crate::model::value::Scalar;
use std::sync::Arc;

impl Judge<'_, '_> {
    /// Effects and ruling.
    pub(super) fn posted(&mut self, decision: &Decision, finished: Finished, summed: &[Item]) -> Decided {
        let values = match finished {
            Err((ruling, cause)) => {
                let given = Val::Fault(cause.clone());
                let effects = self.open_effect(decision, cites_of(decision, &cause));
                return Decided { ruling, causes: vec![cause], effects, given, told: None };
            }
            Ok(values) => values,
        };
        let given = values.first().map_or(Val::Blank, |first| first.value.clone());
        let (mut effects, mut causes) = (Vec::new(), Vec::new());
        for Final { value, cites, items } in values {
            match &value {
                Val::Known(scalar) => {
                    let items = made_up_of(summed, items);
                    effects.extend(self.effect(decision, Some(scalar), cites).into_iter().map(|effect| Effect { items: items.clone(), ..effect }));
                }
                Val::Blank => {}
                open => {
                    causes.extend(self.causes_of(open));
                    effects.extend(self.open_effect(decision, cites));
                }
            }
        }
        if !effects.is_empty() {
            causes.extend(self.unknown_addressee(decision));
        }
        causes.sort();
        causes.dedup();
        let is_fine = decision.posting == Some(Posting::Fine);
        let faulty = causes.iter().any(|cause| matches!(cause, Cause::Fault { .. } | Cause::Blank { .. }));
        let ruling = match (effects.is_empty(), is_fine, causes.is_empty()) {
            // A fine whose amount is open is a violation all the same.
            (false, true, _) if !faulty => Ruling::Violation,
            (_, _, false) => Ruling::Undetermined,
            _ => Ruling::Compliant,
        };
        Decided { ruling, causes, effects, given, told: None }
    }

    pub(super) fn open_effect(&mut self, decision: &Decision, cites: Vec<String>) -> Vec<Effect> {
        self.effect(decision, None, cites)
    }

    /// One effect for each addressee.
    pub(super) fn effect(&mut self, decision: &Decision, value: Option<&Scalar>, cites: Vec<String>) -> Vec<Effect> {
        let (amount, unit, value) = match value {
            Some(Scalar::Quantity(number, unit)) => (Some(*number), Some(unit.clone()), None),
            Some(other) => (None, None, Some(other.clone())),
            None => (None, decision.unit.clone(), None),
        };
        let to = self.addressees(decision);
        let effect = |to| Effect {
            kind: decision.slot.clone(),
            posting: decision.posting,
            amount,
            unit: unit.clone(),
            value: value.clone(),
            to,
            cites: cites.clone(),
            items: Vec::new(),
        };
        to.into_iter().map(effect).collect()
    }

    /// Why nobody knows who receives it.
    pub(super) fn unknown_addressee(&mut self, decision: &Decision) -> Vec<Cause> {
        let Some(to) = &decision.to else { return Vec::new() };
        match self.stepped(to).0 {
            Val::Known(_) => Vec::new(),
            Val::Blank => vec![Cause::Blank { what: super::compare::what(to) }],
            Val::Fault(cause) => vec![cause],
            open => self.causes_of(&open),
        }
    }

    pub(super) fn addressees(&mut self, decision: &Decision) -> Vec<Option<Subject>> {
        let Some(to) = &decision.to else { return vec![self.bearer_now()] };
        match self.stepped(to).0 {
            Val::Known(Scalar::Ref(entity, id)) => vec![Some((entity, id))],
            Val::Known(Scalar::Kind(kind, value)) => vec![Some((kind, value))],
            Val::Known(Scalar::Text(text)) => vec![Some((Arc::from(""), text))],
            Val::Known(Scalar::Set(entity, ids)) => ids.into_iter().map(|id| Some((entity.clone(), id))).collect(),
            _ => vec![None],
        }
    }
}

/// The clauses of a sum that add something to it; none where one of them is open.
pub(super) fn summed(tried: &[Tried<'_>]) -> Vec<Item> {
    let mut items = Vec::new();
    for tried in tried {
        match &tried.value {
            None => {}
            Some(Val::Known(Scalar::Quantity(amount, _))) if amount.is_zero() => {}
            Some(Val::Known(Scalar::Quantity(amount, _))) => {
                items.push(Item { name: tried.clause.name.clone(), cites: tried.clause.cites.clone(), amount: *amount });
            }
            Some(_) => return Vec::new(),
        }
    }
    items
}

/// The clauses and what came after them; nothing where one item says it all.
pub(super) fn made_up_of(summed: &[Item], after: Vec<Item>) -> Vec<Item> {
    if summed.is_empty() || summed.len() + after.len() < 2 { Vec::new() } else { summed.iter().cloned().chain(after).collect() }
}
