//! What would have changed a verdict: each condition turned round, each requirement met, judged again.

use super::audit::judge;
use super::derivation::{Step, World, WouldChange};
use super::judge::{Instead, Judge};
use super::known::Known;
use super::merge;
use super::occasion::Occasion;
use super::rules::Rules;
use super::verdict::{Ruling, Verdict};
use crate::model::expr::Expr;
use crate::model::norm::Norm;
use std::collections::BTreeSet;

/// Most changes that are told.
const MOST: usize = 24;

/// Every single change that gives another ruling or other effects.
pub(super) fn all(
    known: &Known<'_>,
    rules: &Rules<'_>,
    norm: &Norm,
    occasion: &Occasion<'_>,
    asks: &BTreeSet<String>,
    verdict: &Verdict,
    told: &[World],
) -> Vec<WouldChange> {
    let mut steps: Vec<&Step> = Vec::new();
    let mut met: Vec<(usize, &Step)> = Vec::new();
    for world in told {
        conditions(world, &mut steps);
        for (at, required) in world.requirements.iter().enumerate() {
            let step = required.deadline.as_ref().or(required.what.as_ref());
            if let (Ruling::Violation | Ruling::Pending, Some(step)) = (required.ruling, step)
                && !met.iter().any(|(other, _)| *other == at)
            {
                met.push((at, step));
            }
        }
    }
    let turned = steps.into_iter().map(|step| (Instead::Turned(&step.expr), step));
    let met = met.into_iter().map(|(at, step)| (Instead::Met(at), step));
    let mut changes: Vec<WouldChange> = Vec::new();
    for (instead, step) in turned.chain(met) {
        let worlds = merge::worlds(|forced| Judge { instead: Some(instead), ..judge(known, rules, norm, occasion, asks, forced) });
        let (ruling, effects) = match merge::verdict(known, rules, norm, occasion, worlds.as_deref()) {
            Some(other) => (other.ruling, other.effects),
            None => (Ruling::NotApplicable, Vec::new()),
        };
        if (ruling != verdict.ruling || effects != verdict.effects) && changes.len() < MOST {
            changes.push(WouldChange { step: step.clone(), ruling, effects });
        }
    }
    changes
}

/// The conditions that were evaluated about the occasion itself, each once.
fn conditions<'w>(world: &'w World, all: &mut Vec<&'w Step>) {
    world.when.iter().for_each(|step| leaves(step, all));
    for decided in world.decisions.iter().chain(&world.if_breached) {
        decided.clauses.iter().filter_map(|clause| clause.when.as_ref()).for_each(|step| leaves(step, all));
        decided.forfeits.iter().for_each(|(_, step)| leaves(step, all));
    }
    for required in &world.requirements {
        let condition = required.what.iter().filter(|_| required.counting.is_none() && required.due.is_none());
        condition.for_each(|step| leaves(step, all));
        required.changes.iter().for_each(|(_, step)| leaves(step, all));
    }
    let mut exceptions: Vec<_> = world.exceptions.iter().collect();
    while let Some(exception) = exceptions.pop() {
        exception.when.iter().for_each(|step| leaves(step, all));
        exceptions.extend(&exception.exceptions);
    }
}

/// The questions that a condition is made of: what stands between `and`, `or` and `not`.
fn leaves<'w>(step: &'w Step, all: &mut Vec<&'w Step>) {
    match &step.expr {
        Expr::And(_) | Expr::Or(_) | Expr::Not(_) => step.parts.iter().for_each(|part| leaves(part, all)),
        Expr::Value(_) => {}
        _ if all.iter().any(|known| known.expr == step.expr) => {}
        _ => all.push(step),
    }
}
