//! The hit policy (§6): the clauses of a decision that apply → its values.

use super::derivation::ClauseTried;
use super::judge::Judge;
use super::value::Val;
use super::verdict::{Cause, Ruling};
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Clause, Decision, Hit};
use crate::model::number::Number;
use crate::model::value::Unit;

/// A clause that was tried.
pub(super) struct Tried<'c> {
    pub(super) clause: &'c Clause,
    pub(super) applies: Val,
    pub(super) value: Option<Val>,
    pub(super) told: ClauseTried,
}

/// The values of the clauses that apply.
pub(super) enum Combined<'c> {
    Empty,
    Values(Vec<(Val, Vec<&'c Clause>)>),
    Open(Ruling, Cause),
}

impl Judge<'_, '_> {
    /// The hit policy.
    pub(super) fn combined<'c>(&mut self, decision: &Decision, tried: &[Tried<'c>]) -> Combined<'c> {
        let fault = |tried: &Tried| if let Val::Fault(cause) = &tried.applies { Some(cause.clone()) } else { None };
        let first = tried.iter().position(|tried| tried.applies.as_bool() == Some(true));
        let looked_at = match (decision.hit, first) {
            (Hit::First, Some(first)) => tried.get(..=first).unwrap_or_default(),
            _ => tried,
        };
        if let Some(cause) = looked_at.iter().find_map(fault) {
            return Combined::Open(Ruling::Undetermined, cause);
        }
        let hits: Vec<(&Val, &'c Clause)> = looked_at.iter().filter_map(|tried| Some((tried.value.as_ref()?, tried.clause))).collect();
        let gap = || Combined::Open(Ruling::Undetermined, Cause::Gap { slot: decision.slot.clone() });
        // A score without any item for this occasion is silent, whatever else adds to it.
        let mut items = tried.iter().filter(|tried| tried.clause.item.is_some()).peekable();
        if items.peek().is_some() && !items.any(|item| item.value.is_some()) {
            return gap();
        }
        match (decision.hit, hits.as_slice()) {
            (Hit::Count, hits) => {
                let count = i64::try_from(hits.len()).unwrap_or(i64::MAX);
                Combined::Values(vec![(Val::number(Number::whole(count), Unit::One), hits.iter().map(|(_, clause)| *clause).collect())])
            }
            (Hit::ExactlyOne | Hit::First, []) => gap(),
            (_, []) => Combined::Empty,
            (Hit::ExactlyOne | Hit::AtMostOne, hits) => self.only_one(decision, hits),
            (Hit::First, hits) => Combined::Values(hits.iter().map(|(value, clause)| ((*value).clone(), vec![*clause])).collect()),
            (Hit::List, hits) => Combined::Values(hits.iter().map(|(value, clause)| ((*value).clone(), vec![*clause])).collect()),
            (Hit::Sum | Hit::Max | Hit::Min, hits) => self.folded(decision.hit, hits),
        }
    }

    pub(super) fn only_one<'c>(&mut self, decision: &Decision, hits: &[(&Val, &'c Clause)]) -> Combined<'c> {
        let Some((value, _)) = hits.first() else { return Combined::Empty };
        if hits.iter().skip(1).any(|(other, _)| !self.is_same(value, other)) {
            let clauses = hits.iter().map(|(_, clause)| clause.name.clone()).collect();
            return Combined::Open(Ruling::Conflict, Cause::Contradiction { slot: decision.slot.clone(), clauses });
        }
        Combined::Values(vec![((*value).clone(), hits.iter().map(|(_, clause)| *clause).collect())])
    }

    pub(super) fn folded<'c>(&mut self, hit: Hit, hits: &[(&Val, &'c Clause)]) -> Combined<'c> {
        let mut result: Option<Val> = None;
        for (value, _) in hits {
            result = Some(match result {
                None => (*value).clone(),
                Some(before) => match hit {
                    Hit::Sum => self.sum(&before, value),
                    Hit::Max => self.extreme_of(before, value, Op::Gt),
                    _ => self.extreme_of(before, value, Op::Lt),
                },
            });
        }
        result.map_or(Combined::Empty, |value| Combined::Values(vec![(value, hits.iter().map(|(_, clause)| *clause).collect())]))
    }

    pub(super) fn extreme_of(&mut self, before: Val, value: &Val, better: Op) -> Val {
        let expr = Expr::Subject;
        match self.compare(better, (value, &expr), (&before, &expr)) {
            Val::Fault(cause) => Val::Fault(cause),
            beats if beats.as_bool() == Some(true) => value.clone(),
            _ => before,
        }
    }

    pub(super) fn conflict(&self, decision: &Decision, mut clauses: Vec<String>) -> (Ruling, Cause) {
        clauses.sort();
        clauses.dedup();
        (Ruling::Conflict, Cause::Contradiction { slot: decision.slot.clone(), clauses })
    }

    /// Are two values the same? Open ones are tried.
    pub(super) fn is_same(&mut self, a: &Val, b: &Val) -> bool {
        let expr = Expr::Subject;
        self.compare(Op::Eq, (a, &expr), (b, &expr)).as_bool() == Some(true)
    }

    pub(super) fn sum(&mut self, a: &Val, b: &Val) -> Val {
        let expr = Expr::Subject;
        self.add(a, b, 1, (&expr, &expr))
    }

    pub(super) fn product(&mut self, a: &Val, b: &Val) -> Val {
        let expr = Expr::Subject;
        self.multiply(a, b, (&expr, &expr))
    }
}

/// The citations of clauses that contradict each other.
pub(super) fn cites_of(decision: &Decision, cause: &Cause) -> Vec<String> {
    let Cause::Contradiction { clauses, .. } = cause else { return Vec::new() };
    let mut cites: Vec<String> = Vec::new();
    for cite in decision.clauses.iter().filter(|clause| clauses.contains(&clause.name)).flat_map(|clause| &clause.cites) {
        if !cites.contains(cite) {
            cites.push(cite.clone());
        }
    }
    cites
}
