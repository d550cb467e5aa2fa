//! Everything evaluated in a world.

use crate::reference::derivation::{Became, Counting, Decided, Detail, ExceptionTried, LeftOut, Making, Required, Step, Suspended, World};

/// Every counting of a world: of measures at any depth, and of requirements.
pub(super) fn countings(world: &World) -> Vec<&Counting> {
    let required = requirements(world).into_iter().filter_map(|told| told.counting.as_ref());
    required.chain(all_steps(world).into_iter().flat_map(counting)).collect()
}

/// Every requirement of a world, with its alternatives.
pub(super) fn requirements(world: &World) -> Vec<&Required> {
    let mut all: Vec<&Required> = world.terms.iter().chain(&world.requirements).collect();
    let mut next = 0;
    while let Some(told) = all.get(next).copied() {
        all.extend(&told.alternatives);
        next += 1;
    }
    all
}

/// Every step of a world, at any depth, the conditions on counted records among them.
pub(super) fn all_steps(world: &World) -> Vec<&Step> {
    let mut all = Vec::new();
    let mut next = steps(world);
    for counting in requirements(world).into_iter().filter_map(|told| told.counting.as_ref()) {
        next.extend(filters(counting));
    }
    while let Some(step) = next.pop() {
        all.push(step);
        next.extend(&step.parts);
        next.extend(counting(step).flat_map(filters));
        if let Detail::Held { asked, .. } = &step.detail {
            next.push(asked);
        }
        if let Detail::Members(looked) = &step.detail {
            next.extend(looked.iter().flat_map(|looked| looked.filter.iter().chain(&looked.value)));
        }
    }
    all
}

/// The records of a measure, or those that begin and end a state.
fn counting(step: &Step) -> impl Iterator<Item = &Counting> {
    let (one, other) = match &step.detail {
        Detail::Counted(counting) => (Some(counting.as_ref()), None),
        Detail::Stay(turns) => (Some(&turns.begins), turns.ends.as_ref()),
        _ => (None, None),
    };
    one.into_iter().chain(other)
}

/// The conditions on the records of a counting, counted or left out.
fn filters(counting: &Counting) -> impl Iterator<Item = &Step> {
    let left_out = counting.left_out.iter().filter_map(|(_, _, why)| if let LeftOut::Filter(step) | LeftOut::Void(step) = why { Some(step.as_ref()) } else { None });
    counting.counted.iter().filter_map(|record| record.filter.as_ref()).chain(left_out)
}

/// The topmost steps of a world.
fn steps(world: &World) -> Vec<&Step> {
    let mut all: Vec<&Step> = world.about.iter().chain(&world.when).collect();
    world.decisions.iter().chain(&world.if_breached).for_each(|told| of_slot(told, &mut all));
    requirements(world).into_iter().for_each(|told| of_requirement(told, &mut all));
    world.exceptions.iter().for_each(|tried| of_exception(tried, &mut all));
    all.extend(world.makes.iter().flat_map(Making::steps));
    all
}

fn of_slot<'d>(told: &'d Decided, all: &mut Vec<&'d Step>) {
    all.extend(told.clauses.iter().flat_map(|clause| clause.when.iter().chain(&clause.value).chain(&clause.points)));
    all.extend(told.forfeits.iter().chain(&told.floor).chain(&told.cap).map(|(_, step)| step));
}

fn of_requirement<'d>(told: &'d Required, all: &mut Vec<&'d Step>) {
    all.extend(told.what.iter().chain(&told.deadline));
    all.extend(told.changes.iter().map(|(_, step)| step));
    all.extend(told.suspended.iter().flat_map(Suspended::steps));
    let unfit = told.requests.iter().flat_map(|requests| &requests.steps);
    all.extend(unfit.filter_map(|step| match &step.became {
        Became::Unfit(why) => if let LeftOut::Filter(step) | LeftOut::Void(step) = why.as_ref() { Some(step.as_ref()) } else { None },
        _ => None,
    }));
}

fn of_exception<'d>(tried: &'d ExceptionTried, all: &mut Vec<&'d Step>) {
    all.extend(tried.when.iter().chain(&tried.value));
    tried.exceptions.iter().for_each(|inner| of_exception(inner, all));
}
