//! Words → values: what a verdict decides and posts, as the reference evaluator says it.

use super::norm::Deciding;
use super::sink::Judged;
use super::typed::Typed;
use super::word::{Names, Word, day_of};
use crate::model::Model;
use crate::model::norm::{Decision, Hit};
use crate::model::number::Number;
use crate::model::value::Scalar;
use crate::reference::verdict::Effect;
use chrono::NaiveTime;
use std::sync::Arc;

impl Judged<'_> {
    /// What it decides and posts. How a sum is made up is left out, and what it cites beyond the clauses that apply.
    pub fn effects(&self) -> Vec<Effect> {
        let Some(norm) = self.model.norms.get(self.norm) else { return Vec::new() };
        let decisions = norm.decisions.iter().chain(&norm.if_breached);
        let all = decisions.zip(self.judging.decisions.iter().chain(&self.judging.if_breached)).zip(self.outcomes);
        all.filter_map(|((decision, deciding), outcome)| self.effect(decision, deciding, outcome.value?, outcome.clauses)).collect()
    }

    fn effect(&self, decision: &Decision, deciding: &Deciding, word: Word, clauses: u64) -> Option<Effect> {
        let value = value(self.model, self.names, &deciding.typed, word)?;
        let (amount, unit, value) = match value {
            Scalar::Quantity(number, unit) => (Some(number), Some(unit), None),
            other => (None, None, Some(other)),
        };
        let applies = |(at, _): &(usize, &crate::model::norm::Clause)| u32::try_from(*at).ok().and_then(|at| clauses.checked_shr(at)).is_some_and(|bits| bits & 1 == 1);
        let cites = decision.clauses.iter().enumerate().filter(applies).flat_map(|(_, clause)| clause.cites.iter().cloned()).collect();
        let entity = self.judging.entity.and_then(|entity| self.model.entities.get(entity))?;
        let to = Some((Arc::from(entity.name.as_str()), Arc::from(self.name)));
        Some(Effect { kind: decision.slot.clone(), posting: decision.posting, amount, unit, value, to, cites, items: Vec::new() })
    }

    /// Does a slot have the value of its clauses, unbounded and unrounded?
    pub fn is_bare(&self, decision: &Decision) -> bool {
        decision.forfeits.is_empty() && decision.cap.is_none() && decision.floor.is_none() && decision.rounding.is_none() && decision.hit != Hit::Count
    }
}

/// The value of a word.
pub(super) fn value(model: &Model, names: &Names, typed: &Typed, word: Word) -> Option<Scalar> {
    Some(match typed {
        Typed::Bool(_) => Scalar::Bool(word != 0),
        Typed::Quantity(_, step, unit) => Scalar::Quantity(step.times(Number::whole(word))?, unit.clone()),
        Typed::Date(_) => Scalar::Date(day_of(word)?),
        Typed::Time(_) => Scalar::Time(NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(word).ok()?, 0)?),
        Typed::Kind(_, kind) => {
            let (value, _) = model.kind(kind)?.values.get(usize::try_from(word).ok()?)?;
            Scalar::Kind(Arc::from(kind.as_str()), Arc::from(value.as_str()))
        }
        Typed::Ref(_, entity) => Scalar::Ref(Arc::from(model.entities.get(*entity)?.name.as_str()), Arc::from(names.name(*entity, word))),
        // Texts and sets are compared, never decided.
        Typed::Text(_) | Typed::Set(..) => return None,
    })
}
