//! The whole audit: what the engine judges, and the rest by the reference evaluator. Both say the same, so nobody can tell which was whose.

use super::batch::Batch;
use super::plan::Plan;
use super::runs::Runs;
use super::sink::{Judged, Sink, Statement};
use crate::model::norm::Occasion;
use crate::model::Model;
use crate::records::{At, Record, Records};
use crate::reference::verdict::{Audit, Verdict};
use crate::reference::{audit_on, audit_some, put_together, sort};
use crate::threads::Threads;
use chrono::{Days, NaiveDate};
use std::collections::BTreeSet;

/// So many records are judged before the next are made ready, by each thread.
const SOME: usize = 1 << 15;

/// Judges every occasion of every norm. Subjects are shared out over the threads by their names; of what the reference
/// evaluator judges, the occasions of each norm. `progress` hears how many norms of how many are done.
pub fn audit(model: &Model, records: &Records, threads: Threads, progress: &mut dyn FnMut(usize, usize)) -> Audit {
    let (Some(until), all) = (records.until, model.norms.len()) else { return audit_on(model, records, threads, progress) };
    let plan = Plan::new(model, &records.facts);
    if (0..all).all(|norm| !plan.judges(norm)) {
        return audit_on(model, records, threads, progress);
    }
    let lateness = |norm: usize| model.norms.get(norm).and_then(|norm| model.regulation(&norm.regulation)).map_or(0, |regulation| regulation.lateness);
    let over = last_day_over(&plan, until);
    let lateness: Vec<u32> = (0..all).map(lateness).collect();
    let elsewhere = plan.rests_outside();
    let whole = |_| Whole { records, over, lateness: &lateness, elsewhere: &elsewhere, verdicts: Vec::new(), failed: false };
    let mut wholes: Vec<Whole<'_>> = (0..threads.count()).map(whole).collect();
    let mut runs = Runs::tracking(&plan, threads);
    for some in records.records.chunks(SOME * threads.count()) {
        let batches = threads.pieces(some, |records: &[Record]| {
            let mut batch = Batch::default();
            records.iter().for_each(|record| plan.feed(record, &mut batch));
            batch
        });
        runs.eval(&batches, &mut wholes);
    }
    let finished = runs.finish(Some(until), &mut wholes);
    if finished.nobodys || wholes.iter().any(|whole| whole.failed) {
        return audit_on(model, records, threads, progress);
    }
    progress(all - elsewhere.len(), all);
    let again: BTreeSet<&str> = finished.again.iter().map(String::as_str).collect();
    let periods: BTreeSet<usize> = if finished.unfinished { (0..all).filter(|norm| is_period(model, *norm)).collect() } else { BTreeSet::new() };
    let entity = plan.entity().unwrap_or_default();
    // What the engine leaves, together with what that rests on.
    let wanted = |norm: usize, subject: Option<&(std::sync::Arc<str>, std::sync::Arc<str>)>, last: Option<NaiveDate>| {
        let is_again = subject.is_some_and(|(of, id)| **of == *entity && again.contains(&**id));
        elsewhere.contains(&norm) || is_again || (periods.contains(&norm) && last.is_some_and(|last| over.is_none_or(|over| last > over)))
    };
    let norms = |norm: usize| elsewhere.contains(&norm) || !again.is_empty() || periods.contains(&norm);
    let mut sorted = Threads::each(wholes.into_iter().map(|whole| whole.verdicts).collect(), |mut verdicts: Vec<Verdict>| {
        if !again.is_empty() {
            verdicts.retain(|verdict| !verdict.subject.as_ref().is_some_and(|(_, id)| again.contains(&**id)));
        }
        sort(&mut verdicts);
        verdicts
    });
    if !elsewhere.is_empty() || !again.is_empty() || !periods.is_empty() {
        let mut rest = audit_some(model, records, threads, &norms, &wanted);
        sort(&mut rest);
        sorted.push(rest);
    }
    progress(all, all);
    put_together(model, records, sorted, threads)
}

fn is_period(model: &Model, norm: usize) -> bool {
    model.norms.get(norm).is_some_and(|norm| matches!(norm.occasion, Occasion::Period { .. }))
}

/// The last day that is over.
fn last_day_over(plan: &Plan<'_>, until: At) -> Option<NaiveDate> {
    match until {
        At::Date(day) => Some(day),
        At::Moment(_) => until.day(plan.zone).pred_opt(),
    }
}

/// Whole verdicts.
struct Whole<'a> {
    records: &'a Records,
    over: Option<NaiveDate>,
    /// Of each norm.
    lateness: &'a [u32],
    /// Norms that the reference evaluator judges.
    elsewhere: &'a BTreeSet<usize>,
    verdicts: Vec<Verdict>,
    /// A value could not be said.
    failed: bool,
}

impl Sink for Whole<'_> {
    fn verdict(&mut self, judged: &Judged<'_>) {
        if self.elsewhere.contains(&judged.norm) {
            return;
        }
        let at = judged.row.and_then(|row| self.records.records.get(row)).map(|record| record.at);
        let lateness = self.lateness.get(judged.norm).copied().unwrap_or(0);
        let settled = judged.day.checked_add_days(Days::new(u64::from(lateness)));
        let is_final = settled.zip(self.over).is_some_and(|(settled, over)| settled <= over);
        match judged.verdict(at, is_final) {
            Some(verdict) => self.verdicts.push(verdict),
            None => self.failed = true,
        }
    }

    fn statement(&mut self, _: &Statement<'_>) {}

    fn wants_not_applicable(&self) -> bool {
        true
    }
}
