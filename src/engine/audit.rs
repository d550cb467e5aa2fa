//! The whole audit: what the engine judges, and the rest by the reference evaluator. Both say the same, so nobody can tell which was whose.

use super::batch::Batch;
use super::plan::Plan;
use super::run::Run;
use super::sink::{Judged, Sink, Statement};
use crate::model::norm::Occasion;
use crate::model::Model;
use crate::records::{At, Records};
use crate::reference::verdict::{Audit, Verdict};
use crate::reference::{audit_some, put_together};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// Judges every occasion of every norm. `progress` hears how many norms of how many are done.
pub fn audit(model: &Model, records: &Records, progress: &mut dyn FnMut(usize, usize)) -> Audit {
    let (Some(until), all) = (records.until, model.norms.len()) else { return crate::reference::audit(model, records, progress) };
    let plan = Plan::new(model, &records.facts);
    if (0..all).all(|norm| !plan.judges(norm)) {
        return crate::reference::audit(model, records, progress);
    }
    let mut batch = Batch::default();
    records.records.iter().for_each(|record| plan.feed(record, &mut batch));
    let lateness = |norm: usize| model.norms.get(norm).and_then(|norm| model.regulation(&norm.regulation)).map_or(0, |regulation| regulation.lateness);
    let over = last_day_over(&plan, until);
    let mut whole = Whole { records, over, lateness: (0..all).map(lateness).collect(), verdicts: Vec::new(), failed: false };
    let mut run = Run::tracking(&plan);
    run.eval(&batch, &mut whole);
    let finished = run.finish(Some(until), &mut whole);
    if finished.nobodys || whole.failed {
        return crate::reference::audit(model, records, progress);
    }
    let elsewhere = plan.rests_outside();
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
    let mut verdicts: BTreeMap<String, Verdict> = BTreeMap::new();
    let kept = whole.verdicts.into_iter().filter(|(norm, verdict)| !elsewhere.contains(norm) && !verdict.subject.as_ref().is_some_and(|(_, id)| again.contains(&**id)));
    verdicts.extend(kept.map(|(_, verdict)| (verdict.id.clone(), verdict)));
    if !elsewhere.is_empty() || !again.is_empty() || !periods.is_empty() {
        verdicts.extend(audit_some(model, records, &norms, &wanted).into_iter().map(|verdict| (verdict.id.clone(), verdict)));
    }
    progress(all, all);
    put_together(model, records, verdicts.into_values().collect())
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

/// Whole verdicts, each with its norm.
struct Whole<'a> {
    records: &'a Records,
    over: Option<NaiveDate>,
    /// Of each norm.
    lateness: Vec<u32>,
    verdicts: Vec<(usize, Verdict)>,
    /// A value could not be said.
    failed: bool,
}

impl Sink for Whole<'_> {
    fn verdict(&mut self, judged: &Judged<'_>) {
        let at = judged.row.and_then(|row| self.records.records.get(row)).map(|record| record.at);
        let lateness = self.lateness.get(judged.norm).copied().unwrap_or(0);
        let settled = judged.day.checked_add_days(Days::new(u64::from(lateness)));
        let is_final = settled.zip(self.over).is_some_and(|(settled, over)| settled <= over);
        match judged.verdict(at, is_final) {
            Some(verdict) => self.verdicts.push((judged.norm, verdict)),
            None => self.failed = true,
        }
    }

    fn statement(&mut self, _: &Statement<'_>) {}

    fn wants_not_applicable(&self) -> bool {
        true
    }
}
