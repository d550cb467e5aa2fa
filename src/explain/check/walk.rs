//! Everything evaluated in a world.

use crate::reference::derivation::{Counting, Decided, Detail, ExceptionTried, Required, Step, World};

/// Every counting of a world: of measures at any depth, and of requirements.
pub(super) fn countings(world: &World) -> Vec<&Counting> {
    let mut found: Vec<&Counting> = world.requirements.iter().filter_map(|told| told.counting.as_ref()).collect();
    for step in steps(world) {
        below(step, &mut found);
    }
    found
}

fn below<'d>(step: &'d Step, found: &mut Vec<&'d Counting>) {
    if let Detail::Counted(counting) = &step.detail {
        found.push(counting);
    }
    step.parts.iter().for_each(|part| below(part, found));
}

/// Every step of a world, at any depth.
pub(super) fn all_steps(world: &World) -> Vec<&Step> {
    let mut all = Vec::new();
    let mut next = steps(world);
    while let Some(step) = next.pop() {
        all.push(step);
        next.extend(&step.parts);
    }
    all
}

/// The topmost steps of a world.
fn steps(world: &World) -> Vec<&Step> {
    let mut all: Vec<&Step> = world.when.iter().collect();
    world.decisions.iter().chain(&world.if_breached).for_each(|told| of_slot(told, &mut all));
    world.requirements.iter().for_each(|told| of_requirement(told, &mut all));
    world.exceptions.iter().for_each(|tried| of_exception(tried, &mut all));
    all
}

fn of_slot<'d>(told: &'d Decided, all: &mut Vec<&'d Step>) {
    all.extend(told.clauses.iter().flat_map(|clause| clause.when.iter().chain(&clause.value)));
    all.extend(told.forfeits.iter().chain(&told.floor).chain(&told.cap).map(|(_, step)| step));
}

fn of_requirement<'d>(told: &'d Required, all: &mut Vec<&'d Step>) {
    all.extend(told.what.iter().chain(&told.deadline));
    all.extend(told.changes.iter().map(|(_, step)| step));
}

fn of_exception<'d>(tried: &'d ExceptionTried, all: &mut Vec<&'d Step>) {
    all.extend(tried.when.iter().chain(&tried.value));
    tried.exceptions.iter().for_each(|inner| of_exception(inner, all));
}
