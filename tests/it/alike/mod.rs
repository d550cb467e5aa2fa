//! The engine against the reference evaluator. Whatever the engine judges, it judges alike: the same verdicts under the same ids, the same amounts for the same people.

mod heard;
mod passing;

use bylaw::engine::{Batch, Plan, Run};
use bylaw::model::Model;
use bylaw::model::value::Scalar;
use bylaw::reference::verdict::{Audit, Verdict};
use bylaw::records::{At, Record, Stored};
use bylaw::{Records, Threads};
use heard::{Heard, Listening, Posted, Said, briefly, decoded, effect};
pub use passing::as_passed_by;
use passing::replayed;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

/// On so many threads everything is judged.
const THREADS: [usize; 4] = [1, 2, 3, 7];

fn threads(count: usize) -> Threads {
    Threads::new(NonZeroUsize::new(count).unwrap())
}

/// How much was compared.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Tally {
    pub norms: usize,
    pub compiled: usize,
    pub verdicts: usize,
    /// Of these, those by which somebody else than the subject is bound.
    pub borne: usize,
    pub again: usize,
    /// Verdicts on duties that later records meet.
    pub duties: usize,
    /// Verdicts that the reader of lines gave as well.
    pub decoded: usize,
    /// Times that the same was written while records passed by.
    pub passed: usize,
    /// Times that it was, where some files had been read before.
    pub resumed: usize,
    /// Verdicts derived from their subjects' records alone.
    pub replayed: usize,
    /// The same, whose records an index found.
    pub found: usize,
}

/// Lines of JSONL, and the end.
pub type Text<'t> = (&'t str, Option<At>);

/// Files of such lines, by name, and the end.
pub type Files<'t> = (&'t [(&'t str, &'t str)], Option<At>);

/// Compares; what differs.
pub fn compared(model: &Model, records: &Records, audit: &Audit, tally: &mut Tally, text: Option<Text<'_>>) -> Vec<String> {
    for count in THREADS {
        let whole = bylaw::engine::audit(model, records, threads(count), &mut |_, _| {});
        if whole != *audit {
            let differs = whole.verdicts.iter().zip(&audit.verdicts).find(|(a, b)| a != b);
            return vec![format!("the audits on {count} threads differ ({} and {} verdicts): {differs:#?}", whole.verdicts.len(), audit.verdicts.len())];
        }
    }
    if let Some(text) = text {
        let mut wrong = as_passed_by(model, (records, audit), (&[("events.jsonl", text.0)], text.1), tally);
        wrong.extend(replayed(model, (records, audit), text, tally));
        if !wrong.is_empty() {
            return wrong;
        }
    }
    let plan = Plan::new(model, &records.facts);
    let compiled: BTreeSet<&str> = model.norms.iter().enumerate().filter(|(at, _)| plan.judges(*at)).map(|(_, norm)| norm.name.as_str()).collect();
    (tally.norms, tally.compiled) = (tally.norms + model.norms.len(), tally.compiled + compiled.len());
    let mut batch = Batch::default();
    records.records.iter().for_each(|record| plan.feed(record, &mut batch));
    let mut listening = Listening(model, Heard::default());
    let mut run = Run::new(&plan);
    run.eval(&batch, &mut listening);
    let finished = run.finish(records.until, &mut listening);
    let Listening(_, heard) = listening;
    let again: BTreeSet<&str> = finished.again.iter().map(String::as_str).collect();
    let mut wrong: Vec<String> = heard.twice.iter().map(|id| format!("{id} twice")).collect();
    if finished.nobodys {
        tally.again += 1;
        return wrong;
    }
    tally.again += again.len();
    wrong.extend(briefly(model, &plan, (&batch, records.until), (&heard, &again)));
    let unfinished = |verdict: &Verdict| finished.unfinished && verdict.period.is_some() && records.until.is_some_and(|until| is_open(verdict.at, until));
    let mut expected: BTreeMap<String, Said> = BTreeMap::new();
    let (mut waits, mut periods): (BTreeSet<&str>, BTreeSet<&str>) = Default::default();
    for verdict in audit.verdicts.iter().filter(|verdict| compiled.contains(verdict.rule.as_str())) {
        let said = (verdict.ruling, verdict.subject.as_ref().map(|(_, id)| id.to_string()), day(model, verdict), verdict.effects.iter().map(effect).collect());
        if !unfinished(verdict) || heard.verdicts.contains_key(&verdict.id) {
            expected.insert(verdict.id.clone(), said);
            periods.extend(verdict.period.is_some().then_some(verdict.id.as_str()));
            waits.extend(verdict.parts.iter().any(|part| part.due.is_some() || part.met.is_some()).then_some(verdict.id.as_str()));
        }
    }
    let owners: BTreeMap<String, &str> = records.records.iter().filter_map(|record| Some((record.reference(), owner(record)?))).collect();
    for (id, said) in &expected {
        let bound = said.1.as_deref().unwrap_or_default();
        let subject = if periods.contains(id.as_str()) { id.split_once('@').and_then(|(_, key)| key.rsplit_once('/')).map_or(bound, |(of, _)| of) } else { whose(id, &owners).unwrap_or(bound) };
        if again.contains(subject) {
            continue;
        }
        tally.verdicts += 1;
        tally.borne += usize::from(bound != subject);
        tally.duties += usize::from(waits.contains(id.as_str()));
        match heard.verdicts.get(id) {
            Some((_, heard)) if heard == said => {}
            other => wrong.push(format!("{id}: {said:?}\n  the engine says {other:?}")),
        }
    }
    let by_lines: Vec<_> = THREADS.iter().map(|count| text.and_then(|text| decoded(model, &plan, text, threads(*count)))).collect();
    if by_lines.iter().any(|one| *one != by_lines[0]) {
        wrong.push(format!("by lines on several threads: {by_lines:#?}"));
    }
    if let Some((by_line, again_by_line)) = by_lines.into_iter().next().flatten() {
        // Records out of order end a period twice; whose they are is judged again.
        let twice = by_line.twice.iter().filter(|id| !again_by_line.contains(&by_line.verdicts[*id].0));
        wrong.extend(twice.map(|id| format!("{id} twice, by lines")));
        let there = |subject: &str| !again.contains(subject) && !again_by_line.contains(subject);
        for (id, said) in heard.verdicts.iter().filter(|(_, (subject, _))| there(subject)) {
            tally.decoded += 1;
            if by_line.verdicts.get(id) != Some(said) {
                wrong.push(format!("{id}: {said:?}\n  by lines {:?}", by_line.verdicts.get(id)));
            }
        }
        let more = by_line.verdicts.iter().filter(|(id, (subject, _))| there(subject) && !heard.verdicts.contains_key(*id));
        wrong.extend(more.map(|(id, _)| format!("{id} by lines alone")));
    }
    for (id, (subject, _)) in &heard.verdicts {
        if !expected.contains_key(id) && !again.contains(subject.as_str()) {
            wrong.push(format!("{id} is the engine's alone"));
        }
    }
    let of_again = |one: &Posted| again.contains(one.0.as_str());
    let mut posted: BTreeMap<Posted, u64> = BTreeMap::new();
    for statement in &audit.statements {
        for line in statement.lines.iter().filter(|line| compiled.contains(line.rule.as_str())) {
            let Some((of, _)) = heard.verdicts.get(&line.verdict) else { continue };
            let to = (statement.subject.0.to_string(), statement.subject.1.to_string());
            *posted.entry((of.clone(), to, statement.month.clone())).or_default() += 1;
        }
    }
    posted.retain(|one, _| !of_again(one));
    let said: BTreeMap<Posted, u64> = heard.lines.iter().filter(|(one, _)| !of_again(one)).map(|(one, lines)| (one.clone(), *lines)).collect();
    if posted != said {
        wrong.push(format!("posted: {posted:#?}\nthe engine says {said:#?}"));
    }
    wrong
}

fn day(model: &Model, verdict: &Verdict) -> String {
    let zone = model.norm(&verdict.rule).and_then(|norm| model.regulation(&norm.regulation)).map(|regulation| regulation.time_zone.parse::<chrono_tz::Tz>().unwrap()).unwrap();
    verdict.at.day(zone).to_string()
}

/// Has the period that ends on this day not ended?
fn is_open(end: At, until: At) -> bool {
    match (end, until) {
        (At::Date(end), At::Date(until)) => end > until,
        (At::Date(end), At::Moment(until)) => end >= until.date_naive(),
        (At::Moment(_), _) => false,
    }
}

/// Whose a record is.
fn owner(record: &Record) -> Option<&str> {
    match record.fields.first() {
        Some(Stored::Known(Scalar::Ref(_, id))) => Some(id),
        _ => None,
    }
}

/// Whose the record is on which a verdict is, or from which that record was made: `rule@rule@record#2`.
fn whose<'o>(id: &str, owners: &BTreeMap<String, &'o str>) -> Option<&'o str> {
    let (_, name) = id.rsplit_once('@')?;
    owners.get(name).or_else(|| owners.get(name.rsplit_once('#')?.0)).copied()
}
