//! The whole audit: what the engine judges, and the rest by the reference evaluator. Both say the same, so nobody can tell which was whose.

use super::left::Left;
use super::pass::{Passing, Verdicts, lateness};
use super::plans::Plans;
use crate::model::Model;
use crate::records::Records;
use crate::reference::verdict::{Audit, Verdict};
use crate::reference::{Asked, Wanted, audit_on, audit_some, put_together, sort};
use crate::threads::Threads;
use std::sync::Arc;

/// Judges every occasion of every norm. Subjects are shared out over the threads by their names; of what the reference
/// evaluator judges, the occasions of each norm. `progress` hears how many norms of how many are done.
pub fn audit(model: &Model, records: &Records, threads: Threads, progress: &mut dyn FnMut(usize, usize)) -> Audit {
    let (Some(until), all) = (records.until, model.norms.len()) else { return audit_on(model, records, threads, progress) };
    let plans = Plans::new(model, &records.facts);
    if plans.judges_nothing() {
        return audit_on(model, records, threads, progress);
    }
    let (lateness, mut outside) = (lateness(model), plans.rests_outside());
    let elsewhere = plans.elsewhere(&outside);
    let (mut lefts, mut sorted) = (Vec::new(), Vec::new());
    for (at, (plan, elsewhere)) in plans.iter().zip(&elsewhere).enumerate() {
        let mut passing = Passing::new(plan, Some(until), &lateness, elsewhere, vec![Verdicts::default(); threads.count()]);
        passing.eval(&records.records);
        let Some((judged, finished)) = passing.finish(until) else {
            // Nobody knows whose some record is: it is left to the reference evaluator, and so are the norms of that plan.
            outside.extend((0..all).filter(|norm| plan.judges(*norm) && !elsewhere.contains(norm)));
            continue;
        };
        let left = Left::new((plan, &records.facts), until, &finished, plans.others(at, &outside));
        sorted.extend(Threads::each(judged, |verdicts: Verdicts| {
            let mut verdicts = verdicts.without(&left);
            sort(&mut verdicts);
            verdicts
        }));
        lefts.push(Arc::new(left));
    }
    if outside.len() == all {
        return audit_on(model, records, threads, progress);
    }
    progress(all - outside.len(), all);
    lefts.push(Arc::new(Left::norms(outside)));
    if lefts.iter().any(|left| !left.is_empty()) {
        let mut rest = rest(model, records, threads, &lefts);
        sort(&mut rest);
        sorted.push(rest);
    }
    progress(all, all);
    put_together(model, records, sorted, threads)
}

/// What was left, together with what that rests on.
pub(crate) fn rest(model: &Model, records: &Records, threads: Threads, lefts: &[Arc<Left>]) -> Vec<Verdict> {
    let needs_norm = |norm: usize| lefts.iter().any(|left| left.needs_norm(norm));
    let wanted = |norm: usize, asked: &Asked<'_>| {
        if lefts.iter().any(|left| left.of_occasion(norm, asked)) {
            Some(Wanted::Told)
        } else {
            lefts.iter().any(|left| left.needs_occasion(norm, asked)).then_some(Wanted::Needed)
        }
    };
    audit_some(model, records, threads, &needs_norm, &wanted)
}
