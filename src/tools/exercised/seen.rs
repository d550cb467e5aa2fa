//! Which way a target was seen in one world of an occasion.

use super::targets::{Kind, Spot, Target, counts};
use crate::model::norm::{Decision, Hit, Norm};
use crate::model::value::Scalar;
use crate::model::written::Part;
use crate::reference::derivation::{Became, Decided, Detail, ExceptionTried, Required, Step, Value};
use crate::reference::verdict::{Cause, Ruling};
use crate::reference::{Unfolded, UnfoldedWorld};
use std::collections::BTreeMap;

/// Looks at an occasion. What the text leaves open, no example can settle: each choice of a hole or a reading is seen. Of everything else that is
/// open, such as a judged fact without an attestation, only what comes out the same whatever it is.
pub(super) fn look(target: &mut Target, unfolded: &Unfolded<'_>) {
    let spots: Vec<&Spot> = target.spots.iter().filter(|(norm, _)| *norm == unfolded.norm.name).map(|(_, spot)| spot).collect();
    if spots.is_empty() {
        return;
    }
    let mut groups: BTreeMap<Vec<&(Cause, String)>, Vec<Option<bool>>> = BTreeMap::new();
    for world in &unfolded.worlds {
        let left_open = |cause: &Cause| matches!(cause, Cause::Hole { .. } | Cause::Reading { .. });
        let choices = world.told.choices.iter().filter(|(cause, _)| left_open(cause)).collect();
        groups.entry(choices).or_default().push(together(target.kind, spots.iter().map(|spot| one(unfolded.norm, world, spot))));
    }
    for ways in groups.values() {
        target.seen |= ways.iter().all(|way| *way == Some(true));
        target.seen_not |= ways.iter().all(|way| *way == Some(false));
    }
}

/// What a line made of several parts shows: an order is breached in one of its steps, a row takes effect in one of its columns.
fn together(kind: Kind, ways: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let strong = kind != Kind::Must;
    let mut all = Some(!strong);
    for way in ways {
        match way {
            Some(way) if way == strong => return Some(strong),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

fn one(norm: &Norm, world: &UnfoldedWorld, spot: &Spot) -> Option<bool> {
    match spot {
        Spot::Guard => world.guard,
        Spot::Violation => match world.guard? {
            false => Some(false),
            true if !world.applies => Some(false),
            true => world.parts.iter().any(|(name, ruling)| name == "violation" && matches!(ruling, Ruling::Violation | Ruling::Conflict)).then_some(true),
        },
        Spot::Exception(name) => exception(&world.told.exceptions, name),
        Spot::Whole(at) => match world.told.requirements.get(*at)?.ruling {
            Ruling::Compliant => Some(true),
            Ruling::Violation => Some(false),
            _ => None,
        },
        Spot::Part(part) => self::part(norm, world, *part),
    }
}

fn part(norm: &Norm, world: &UnfoldedWorld, part: Part) -> Option<bool> {
    let told = &world.told;
    match part {
        Part::Clause(decision, clause) => self::clause(norm.decisions.get(decision)?, told.decisions.get(decision)?, clause),
        Part::Breached(decision, clause) => self::clause(norm.if_breached.get(decision)?, told.if_breached.get(decision)?, clause),
        Part::Forfeit(decision, forfeit) => told.decisions.get(decision)?.forfeits.get(forfeit).and_then(|(_, step)| holds(step)),
        Part::Requirement(at, way) => requirement(world, at, way),
        Part::Request(at, way) => {
            let requests = told.requirements.get(at)?.each().get(way)?.requests.as_ref()?;
            Some(requests.steps.iter().any(|step| matches!(step.became, Became::Granted(_))))
        }
        Part::Total(..) => None,
        Part::Change(at, way, change) => {
            let required = told.requirements.get(at)?.each().get(way).copied()?;
            required.changes.get(change).and_then(|(_, step)| holds(step))
        }
    }
}

fn holds(step: &Step) -> Option<bool> {
    if let Value::Known(Scalar::Bool(holds)) = step.value { Some(holds) } else { None }
}

/// The row that is chosen, or one of those that contradict each other; a line that counts, only when something is counted.
fn clause(decision: &Decision, decided: &Decided, at: usize) -> Option<bool> {
    let tried = decided.clauses.get(at)?;
    let applies = tried.applies?;
    if !applies {
        return Some(false);
    }
    if decision.hit == Hit::First && decided.clauses.iter().take(at).any(|earlier| earlier.applies == Some(true)) {
        return Some(false);
    }
    match decision.clauses.get(at) {
        Some(clause) if counts(clause) => tried.value.as_ref().map(counted),
        _ => Some(true),
    }
}

fn counted(step: &Step) -> bool {
    let here = matches!(&step.detail, Detail::Counted(counting) if counting.counted.iter().any(|record| record.certain));
    here || step.parts.iter().any(counted)
}

/// Met or breached. What could still be breached while its period runs is neither.
fn requirement(world: &UnfoldedWorld, at: usize, way: usize) -> Option<bool> {
    let whole = world.told.requirements.get(at)?;
    let (_, part) = world.parts.iter().find(|(name, _)| *name == format!("requirement {}", at + 1))?;
    let runs = *part == Ruling::Pending;
    let required: &Required = whole.each().get(way).copied()?;
    match required.ruling {
        Ruling::Compliant if runs && whole.ruling != Ruling::Pending => None,
        Ruling::Compliant => Some(true),
        Ruling::Violation => Some(false),
        _ => None,
    }
}

/// An exception to an exception is tried only where that one applies.
fn exception(tried: &[ExceptionTried], name: &str) -> Option<bool> {
    tried.iter().find_map(|one| {
        if one.name == name {
            return one.prevails;
        }
        if one.applies == Some(true) { exception(&one.exceptions, name) } else { None }
    })
}
