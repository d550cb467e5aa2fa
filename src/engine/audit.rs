//! The whole audit: what the engine judges, and the rest by the reference evaluator. Both say the same, so nobody can tell which was whose.

use super::pass::{Left, Passing, lateness};
use super::plan::Plan;
use crate::model::Model;
use crate::records::Records;
use crate::reference::verdict::{Audit, Verdict};
use crate::reference::{audit_on, audit_some, put_together, sort};
use crate::threads::Threads;

/// Judges every occasion of every norm. Subjects are shared out over the threads by their names; of what the reference
/// evaluator judges, the occasions of each norm. `progress` hears how many norms of how many are done.
pub fn audit(model: &Model, records: &Records, threads: Threads, progress: &mut dyn FnMut(usize, usize)) -> Audit {
    let (Some(until), all) = (records.until, model.norms.len()) else { return audit_on(model, records, threads, progress) };
    let plan = Plan::new(model, &records.facts);
    if plan.judges_nothing() {
        return audit_on(model, records, threads, progress);
    }
    let (lateness, elsewhere) = (lateness(model), plan.rests_outside());
    let mut passing = Passing::new(&plan, Some(until), &lateness, &elsewhere, vec![Vec::new(); threads.count()]);
    passing.eval(&records.records);
    let Some((judged, finished)) = passing.finish(until) else { return audit_on(model, records, threads, progress) };
    progress(all - elsewhere.len(), all);
    let left = Left::new(&plan, until, &finished);
    let mut sorted = Threads::each(judged, |mut verdicts: Vec<Verdict>| {
        if !left.subjects.is_empty() {
            verdicts.retain(|verdict| !left.of_subject(verdict.subject.as_ref()));
        }
        sort(&mut verdicts);
        verdicts
    });
    if !left.is_empty() {
        let mut rest = rest(model, records, threads, &left);
        sort(&mut rest);
        sorted.push(rest);
    }
    progress(all, all);
    put_together(model, records, sorted, threads)
}

/// What was left, together with what that rests on.
pub(crate) fn rest(model: &Model, records: &Records, threads: Threads, left: &Left) -> Vec<Verdict> {
    audit_some(model, records, threads, &|norm| left.of_norm(norm), &|norm, subject, last| left.of_occasion(norm, subject, last))
}
