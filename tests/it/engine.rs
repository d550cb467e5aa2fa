//! The engine against the reference evaluator: on every example of every policy and of the conformance suite, and on the streams. Whatever the engine
//! judges, it judges alike: the same verdicts under the same ids, the same amounts for the same people.

use crate::run::repository;
use crate::streams;
use bylaw::engine::{After, Batch, Decoder, Judged, Plan, Run, Runs, Sink, Statement, together};
use bylaw::model::value::{Scalar, Unit};
use bylaw::model::{Model, institutions};
use bylaw::reference::verdict::{Audit, Effect, Ruling, Verdict};
use bylaw::records::{At, Counts, Facts, Format, Input, Record, Stored};
use bylaw::stream::index::{self, Answer, EventsFile, Index, Known, Making};
use bylaw::stream::{self, Asked, Form};
use bylaw::{Disk, Policy, Records, Threads, Tongue, tools};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::num::NonZeroUsize;

/// On so many threads everything is judged.
const THREADS: [usize; 4] = [1, 2, 3, 7];

fn threads(count: usize) -> Threads {
    Threads::new(NonZeroUsize::new(count).unwrap())
}

/// A verdict as far as the engine says it.
type Said = (Ruling, Option<String>, String, Vec<String>);

/// Whose record or period led to it; entity and id to whom it is posted; month.
type Posted = (String, (String, String), String);

#[derive(Debug, Default, PartialEq)]
struct Heard {
    /// By id: whose record or period it is, and what is said.
    verdicts: BTreeMap<String, (String, Said)>,
    twice: Vec<String>,
    lines: BTreeMap<Posted, u64>,
}

/// What is posted or decided, without how a sum is made up.
fn effect(effect: &Effect) -> String {
    format!("{} {:?} {:?} {:?} {:?} to {:?}", effect.kind, effect.posting, effect.amount.map(|n| n.to_string()), effect.unit, effect.value, effect.to)
}

struct Listening<'m>(&'m Model, Heard);

/// The same, but norms that do not apply are not wanted.
struct Brief<'m>(Listening<'m>);

impl Sink for Brief<'_> {
    fn verdict(&mut self, judged: &Judged<'_>) {
        self.0.verdict(judged);
    }
    fn statement(&mut self, statement: &Statement<'_>) {
        self.0.statement(statement);
    }
}

impl Sink for Listening<'_> {
    fn verdict(&mut self, judged: &Judged<'_>) {
        let norm = &self.0.norms[judged.norm];
        let id = format!("{}@{}", norm.name, judged.key());
        let effects = judged.effects();
        let said = (judged.ruling, Some(judged.bound().to_owned()), judged.day.to_string(), effects.iter().map(effect).collect());
        if self.1.verdicts.insert(id.clone(), (judged.name().to_owned(), said)).is_some() {
            self.1.twice.push(id);
        }
    }
    fn statement(&mut self, statement: &Statement<'_>) {
        let to = (self.0.entities[statement.entity].name.clone(), statement.name.to_owned());
        *self.1.lines.entry((statement.of.to_owned(), to, statement.month.format("%Y-%m").to_string())).or_default() += statement.lines;
    }
    fn wants_not_applicable(&self) -> bool {
        true
    }
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

/// Lines of JSONL, and the end.
type Text<'t> = (&'t str, Option<At>);

/// Files of such lines, by name, and the end.
pub type Files<'t> = (&'t [(&'t str, &'t str)], Option<At>);

/// What the engine says of lines, where it can read them by itself.
fn decoded(model: &Model, plan: &Plan<'_>, (text, until): Text<'_>, threads: Threads) -> Option<(Heard, BTreeSet<String>)> {
    let mut listening: Vec<_> = (0..threads.count()).map(|_| Listening(model, Heard::default())).collect();
    let mut decoder = Decoder::on(plan, bylaw::Reader::new(model), until, threads);
    let mut runs = Runs::new(plan, threads);
    let after = After { made: &|_: &mut Listening<'_>| (), give: &mut |_| {} };
    together(&mut decoder, &mut runs, ("events.jsonl", ""), &mut text.as_bytes(), &mut listening, after).unwrap();
    let finished = runs.finish(until, &mut listening);
    let mut all = Heard::default();
    for Listening(_, heard) in listening {
        all.twice.extend(heard.verdicts.keys().filter(|id| all.verdicts.contains_key(*id)).cloned());
        all.twice.extend(heard.twice);
        all.verdicts.extend(heard.verdicts);
        heard.lines.into_iter().for_each(|(one, lines)| *all.lines.entry(one).or_default() += lines);
    }
    // Threads tell theirs in turn.
    all.twice.sort();
    (!decoder.needs_all() && !finished.nobodys).then(|| (all, finished.again.into_iter().collect()))
}

/// What differs when norms that do not apply are not wanted. Whose records say nothing of what is asked may be judged in more cases then.
fn briefly(model: &Model, plan: &Plan<'_>, (batch, until): (&Batch, Option<At>), (heard, again): (&Heard, &BTreeSet<&str>)) -> Vec<String> {
    let mut brief = Brief(Listening(model, Heard::default()));
    let mut run = Run::new(plan);
    run.eval(batch, &mut brief);
    let finished = run.finish(until, &mut brief);
    let Brief(Listening(_, brief)) = brief;
    let mut wrong: Vec<String> = finished.again.iter().filter(|subject| !again.contains(subject.as_str())).map(|subject| format!("{subject} again, briefly")).collect();
    let there = |said: &(String, Said)| said.1.0 != Ruling::NotApplicable && !again.contains(said.0.as_str());
    let of = |heard: &Heard| heard.verdicts.iter().filter(|(_, said)| there(said)).map(|(id, said)| (id.clone(), said.clone())).collect::<BTreeMap<_, _>>();
    if of(heard) != of(&brief) || brief.lines.iter().any(|(one, lines)| !again.contains(one.0.as_str()) && heard.lines.get(one) != Some(lines)) {
        wrong.push(format!("briefly: {:#?}\nnot {:#?}", of(&brief), of(heard)));
    }
    wrong
}

/// What was read of registers, without the records.
fn registers(records: &Records) -> Records {
    let counts = Counts { register_rows: records.counts.register_rows, register_rejected: records.counts.register_rejected, ..Counts::default() };
    Records {
        facts: records.facts.clone(),
        rows_rejected: records.rows_rejected.clone(),
        registers_digest: records.registers_digest.clone(),
        counts,
        ..Records::default()
    }
}

/// What statements say, without what their lines rest on.
type Posts = Vec<((String, String), String, Vec<(Unit, Option<String>)>, Vec<(String, Option<String>)>)>;

fn posts<'s>(statements: impl IntoIterator<Item = &'s bylaw::Statement>) -> Posts {
    let amount = |amount: &Option<bylaw::model::number::Number>| amount.map(|amount| amount.to_string());
    let of = |statement: &bylaw::Statement| {
        let (entity, id) = &statement.subject;
        let totals = statement.totals.iter().map(|(unit, total)| (unit.clone(), amount(total))).collect();
        let lines = statement.lines.iter().map(|line| (format!("{} {:?} {:?}", line.rule, line.posting, line.unit), amount(&line.amount))).collect();
        ((entity.to_string(), id.to_string()), statement.month.clone(), totals, lines)
    };
    statements.into_iter().map(of).collect()
}

/// What is written while records pass by, on so many threads, and the statements beside it; none where they must be kept.
fn passed_by(model: &Model, records: &Records, (files, until): Files<'_>, (form, all): (Form, bool), threads: Threads) -> Option<(Vec<u8>, Posts)> {
    let streamed = stream::audit(model, registers(records), Asked { until, form, all, threads, save: false, statements: true }, &mut |read| {
        files.iter().try_for_each(|(name, text)| read(name, None, Input::File(Format::Jsonl, &mut text.as_bytes())))
    });
    let (mut out, mut said) = (Vec::new(), Vec::new());
    let mut each = |statement: &bylaw::Statement| {
        said.extend(posts([statement]));
        Ok(())
    };
    streamed.unwrap()?.write_beside(Tongue::En, &mut out, &mut each).unwrap();
    Some((out, said))
}

/// A state of files that were read and kept.
fn saved(model: &Model, files: &[(&str, &str)]) -> Vec<u8> {
    let mut reader = bylaw::Reader::new(model);
    files.iter().for_each(|(name, text)| reader.events(name, None, Format::Jsonl, &mut text.as_bytes()).unwrap());
    let mut state = Vec::new();
    reader.save(&mut state).unwrap();
    state
}

/// What differs when records pass by that were read before, or the new state of all.
fn resumed(model: &Model, (records, kept): (&Records, &[u8]), (files, until): Files<'_>, tally: &mut Tally) -> Vec<String> {
    let (mut wrong, all) = (Vec::new(), saved(model, files));
    for of_then in 0..=files.len() {
        let (then, now) = files.split_at(of_then);
        let mut state = bylaw::Reader::new(model).state(Cursor::new(saved(model, then))).unwrap();
        let asked = Asked { until, form: Form::Jsonl, all: true, threads: threads(1 + of_then), save: true, statements: false };
        let streamed = stream::audit(model, registers(records), asked, &mut |read| {
            read("state", None, Input::State(&mut state))?;
            now.iter().try_for_each(|(name, text)| read(name, None, Input::File(Format::Jsonl, &mut text.as_bytes())))
        });
        let Some(mut streamed) = streamed.unwrap() else {
            wrong.push(format!("with {of_then} files read before, records do not pass by"));
            continue;
        };
        let (mut out, mut state) = (Vec::new(), Vec::new());
        streamed.save(&mut state).unwrap();
        streamed.write(Tongue::En, &mut out).unwrap();
        tally.resumed += 1;
        if out != kept || state != all {
            wrong.push(format!("with {of_then} files read before, the state is {}, the lines {}:\n{}", if state == all { "the same" } else { "another" }, if out == kept { "are the same" } else { "are others" }, String::from_utf8_lossy(&out)));
        }
    }
    wrong
}

/// The tables that differ from those of an audit that keeps its records.
#[cfg(feature = "arrow")]
fn as_tables(model: &Model, (records, audit): (&Records, &Audit), (files, until): Files<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (count, all) in [(1, true), (3, false)] {
        let threads = threads(count);
        let streamed = stream::audit(model, registers(records), Asked { until, form: Form::Arrow, all, threads, save: false, statements: false }, &mut |read| {
            files.iter().try_for_each(|(name, text)| read(name, None, Input::File(Format::Jsonl, &mut text.as_bytes())))
        });
        let Some(streamed) = streamed.unwrap() else { return wrong };
        let tables = streamed.tables().unwrap();
        let report = bylaw::report::Report { model, records, audit, withdrawn: &[], all, threads };
        let (statements, [summary, _]) = tables.rest.finish(model, &tables.records).unwrap();
        if tables.verdicts != report.verdict_batches().unwrap() || statements != report.statement_batches().unwrap() {
            wrong.push(format!("as records pass by, tables on {count} threads"));
        }
        if summary != bylaw::bindings::summary(&report, Tongue::En) {
            wrong.push(format!("as records pass by, the summary on {count} threads: {summary}"));
        }
    }
    wrong
}

/// What differs when a verdict is derived from its subject's records alone: those that are kept while all pass by, and those that an index finds.
fn replayed(model: &Model, (records, audit): (&Records, &Audit), (text, until): Text<'_>, tally: &mut Tally) -> Vec<String> {
    let mut wrong = Vec::new();
    let known = [Known { path: "events.jsonl".to_owned(), source: None, size: text.len() as u64, modified: (0, 0) }];
    let index = indexed(model, text, &known);
    for verdict in audit.verdicts.iter().step_by(audit.verdicts.len() / 12 + 1) {
        let id = verdict.id.as_str();
        let asked = (id, until, Threads::ONE);
        let passed = stream::of_verdict(model, registers(records), asked, &mut |read| read("events.jsonl", None, Input::File(Format::Jsonl, &mut text.as_bytes()))).unwrap();
        let mut index = Index::open(Cursor::new(&index), model, &known).unwrap();
        let mut files = [EventsFile { name: "events.jsonl".to_owned(), source: None, format: Format::Jsonl, input: Cursor::new(text) }];
        let found = match index::of_verdict(model, registers(records), (id, until), &mut index, &mut files).unwrap() {
            Answer::Records(found) => Some(*found),
            Answer::All(_) => None,
        };
        if passed.is_some() && found.is_none() {
            wrong.push(format!("{id} is not found by the index"));
        }
        (tally.replayed, tally.found) = (tally.replayed + usize::from(passed.is_some()), tally.found + usize::from(found.is_some()));
        for some in passed.into_iter().chain(found) {
            let (Some(mut few), Some(mut all)) = (bylaw::reference::derive(model, &some, id), bylaw::reference::derive(model, records, id)) else {
                wrong.push(format!("{id} is not there among its subject's records"));
                continue;
            };
            // Records that were made for others are no part of it.
            all.derived.retain(|made| few.derived.contains(made));
            if few != all {
                few.derived.clear();
                wrong.push(format!("{id} derived from {} records: {few:#?}\nand from {}: {all:#?}", some.records.len(), records.records.len()));
            }
        }
    }
    wrong
}

/// An index of lines.
fn indexed(model: &Model, text: &str, known: &[Known]) -> Vec<u8> {
    let none = Facts::default();
    let making = Making::of(model, &none, threads(2), &mut |read| read("events.jsonl", None, Input::File(Format::Jsonl, &mut text.as_bytes()))).unwrap();
    let mut index = Vec::new();
    making.write(known.to_vec(), &mut index).unwrap();
    index
}

/// The lines that differ, where there are some.
pub fn as_passed_by(model: &Model, (records, audit): (&Records, &Audit), files: Files<'_>, tally: &mut Tally) -> Vec<String> {
    let mut wrong = Vec::new();
    #[cfg(feature = "arrow")]
    wrong.extend(as_tables(model, (records, audit), files));
    let of_both = |form, format| [(form, format, 1, true), (form, format, 3, false)];
    let asked = [of_both(Form::Jsonl, bylaw::report::Format::Jsonl), of_both(Form::Csv, bylaw::report::Format::Csv)].concat();
    let human = bylaw::report::Format::Human { colour: false };
    let asked = [asked, vec![(Form::Human { colour: false }, human, 2, true), (Form::Human { colour: false }, human, 1, false)]].concat();
    #[cfg(feature = "parquet")]
    let asked = [asked, vec![(Form::Parquet, bylaw::report::Format::Parquet, 2, true)]].concat();
    for (form, format, count, all) in asked {
        let Some((passed, said)) = passed_by(model, records, files, (form, all), threads(count)) else { return wrong };
        if said != posts(&audit.statements) {
            wrong.push(format!("as records pass by, statements beside {format:?} on {count} threads"));
        }
        let mut kept = Vec::new();
        let report = bylaw::report::Report { model, records, audit, withdrawn: &[], all, threads: Threads::ONE };
        report.write(format, Tongue::En, &mut kept).unwrap();
        tally.passed += 1;
        if (form, all) == (Form::Jsonl, true) {
            wrong.extend(resumed(model, (records, &kept), files, tally));
        }
        if passed != kept {
            let (passed, kept) = (String::from_utf8_lossy(&passed), String::from_utf8_lossy(&kept));
            let other = passed.lines().zip(kept.lines()).find(|(a, b)| a != b);
            wrong.push(format!("as records pass by, {format:?} on {count} threads: {} and {} lines: {other:#?}", passed.lines().count(), kept.lines().count()));
        }
    }
    wrong
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

/// Compares on every so many examples of a policy.
fn examples(policy: &Policy, every: usize, tally: &mut Tally) -> Vec<String> {
    let mut wrong = Vec::new();
    for example in policy.model().examples.iter().step_by(every) {
        let ran = tools::run(policy.model(), example);
        wrong.extend(compared(&ran.model, &ran.records, &ran.audit, tally, None).into_iter().map(|one| format!("{}: {one}", example.title)));
    }
    wrong
}

#[test]
fn judges_the_conformance_suite_alike() {
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(repository().join("tests/semantics")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "bylaw") {
            let policy = Policy::load(&[path.to_string_lossy()], &Disk).unwrap_or_else(|broken| panic!("{broken}"));
            wrong.extend(examples(&policy, 1, &mut tally).into_iter().map(|one| format!("{}: {one}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}\n{tally:?}", wrong.join("\n"));
    eprintln!("{tally:?}");
    assert!(tally.verdicts > 100, "{tally:?}");
}

/// Every fifth; with `ALL_EXAMPLES=1` all of them, which takes minutes.
#[test]
fn judges_the_examples_of_the_policies_alike() {
    let every = if std::env::var_os("ALL_EXAMPLES").is_some() { 1 } else { 5 };
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    let path = repository().join("policies").to_string_lossy().into_owned();
    for paths in institutions(&[path], &Disk) {
        let policy = Policy::load(&paths, &Disk).unwrap_or_else(|broken| panic!("{broken}"));
        wrong.extend(examples(&policy, every, &mut tally));
    }
    assert!(wrong.is_empty(), "{}\n{tally:?}", wrong.join("\n"));
    eprintln!("{tally:?}");
    assert!(tally.verdicts > 50, "{tally:?}");
}

#[test]
fn judges_the_streams_alike() {
    let mut tally = Tally::default();
    for institution in streams::all() {
        let audit = bylaw::reference::audit(institution.model(), &institution.records, &mut |_, _| {});
        let wrong = compared(institution.model(), &institution.records, &audit, &mut tally, Some((&institution.events, institution.until())));
        assert!(wrong.is_empty(), "{}\n{tally:?}", wrong.join("\n"));
    }
    eprintln!("{tally:?}");
    assert!(tally.verdicts > 100, "{tally:?}");
}

/// As in the reference evaluator: a CSV file leaves the cell empty where nobody approved, and nothing is open then.
#[test]
fn a_blank_set_has_no_members() {
    let text = "regulation office\n  time zone Asia/Shanghai\nregister staff\n  post: clerk < chief\nevent leave by staff\n  seen: set of staff\nrule seen [1]\n  on leave\n  must satisfy (number of seen where post is chief) >= 1\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("office.bylaw");
    std::fs::write(&file, text).unwrap();
    let policy = Policy::load(&[file.to_string_lossy()], &Disk).unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    reader.register("staff", "staff.csv", Format::Csv, &mut "id,post\nli,clerk\nwang,chief\n".as_bytes()).unwrap();
    reader.events("e.csv", None, Format::Csv, &mut "type,id,at,staff,seen\nleave,1,2024-03-05,li,\nleave,2,2024-03-06,li,wang\n".as_bytes()).unwrap();
    let records = reader.finish(bylaw::Cut::default());
    let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
    assert_eq!(audit.verdicts.iter().map(|verdict| verdict.ruling).collect::<Vec<_>>(), [Ruling::Violation, Ruling::Compliant]);
    let mut tally = Tally::default();
    assert_eq!(compared(policy.model(), &records, &audit, &mut tally, None), Vec::<String>::new());
    assert_eq!((tally.compiled, tally.verdicts, tally.again), (1, 2, 0), "{tally:?}");
}

/// Days are those of one time zone: a norm of another is the reference evaluator's.
#[test]
fn a_norm_of_another_time_zone_stays_outside() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    file("shared.bylaw", "register staff\nevent late by staff\n".to_owned());
    for (name, zone) in [("east", "Asia/Shanghai"), ("west", "Europe/Rome")] {
        let measure = format!("rule often_{name} [1]\n  on late\n  fine 1 CNY when count of late in the day >= 2\n");
        file(&format!("{name}.bylaw"), format!("regulation {name}\n  time zone {zone}\n  currency CNY\nimport \"shared.bylaw\"\n{measure}"));
    }
    let paths = ["east", "west"].map(|name| folder.path().join(format!("{name}.bylaw")).to_string_lossy().into_owned());
    let policy = Policy::load(&paths, &Disk).unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    for (id, at) in [("1", "2024-03-05T23:30:00+08:00"), ("2", "2024-03-06T00:30:00+08:00")] {
        reader.row(&[("type", "late"), ("id", id), ("at", at), ("staff", "li")]).unwrap();
    }
    let records = reader.finish(bylaw::Cut::default());
    let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
    let mut tally = Tally::default();
    assert_eq!(compared(policy.model(), &records, &audit, &mut tally, None), Vec::<String>::new());
    assert_eq!((tally.norms, tally.compiled), (2, 1));
    let violations: Vec<&str> = audit.verdicts.iter().filter(|verdict| verdict.ruling == Ruling::Violation).map(|verdict| verdict.id.as_str()).collect();
    assert_eq!(violations, ["west.often_west@2"]);
}

/// What the last layer makes of a record is counted, too: the next record's rules read it.
#[test]
fn a_record_that_is_made_last_is_counted() {
    let policy = Policy::parse("
regulation r
  time zone Asia/Shanghai
  currency CNY
register staff
event late by staff
event asked by staff
event made by staff
rule makes [1]
  on late
  count as made
rule reads [2]
  on asked
  fine 1 CNY when count of made in the month >= 1
")
    .unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    for (kind, id, at) in [("asked", "1", "2024-03-05"), ("late", "2", "2024-03-06"), ("asked", "3", "2024-03-07")] {
        reader.row(&[("type", kind), ("id", id), ("at", at), ("staff", "li")]).unwrap();
    }
    let records = reader.finish(bylaw::Cut::default());
    let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
    let mut tally = Tally::default();
    assert_eq!(compared(policy.model(), &records, &audit, &mut tally, None), Vec::<String>::new());
    assert_eq!((tally.norms, tally.compiled), (2, 2));
    let fined: Vec<&str> = audit.verdicts.iter().filter(|verdict| verdict.ruling == Ruling::Violation).map(|verdict| verdict.id.as_str()).collect();
    assert_eq!(fined, ["r.reads@3"]);
}

/// Rules that ask for one value of a field are looked up by it; a record that does not say which is judged by all.
#[test]
fn rules_told_apart_by_a_value_are_judged_alike() {
    let mut text = "regulation r\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\nkind sort v0, v1, v2, v3, v4, v5, v6\n\
                    event deed by staff\n  sort: sort\n  cost: CNY in 0.01, 0 ..\nevent made by staff\n"
        .to_owned();
    for value in 0..7 {
        let when = if value == 5 { "sort is one of v5, v2".to_owned() } else { format!("sort is v{value} and cost > {value} CNY") };
        let often = format!("count of (deed where sort is v{value} and cost > 1 CNY) in the month");
        text += &format!("rule r{value} [1]\n  on deed\n  when {when}\n  fine 1 CNY when {often} >= 2\n  fine 2 CNY when {often} < 2\n  count as made\n");
    }
    text += "rule six [2]\n  on deed where sort is v6\n  pay 3 CNY\nrule reads [3]\n  on made\n  fine 1 CNY when count of made in the month >= 4\n";
    let policy = Policy::parse(&text).unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    for at in 0..200_usize {
        let (id, day) = (at.to_string(), format!("2024-03-{:02}", 1 + at / 8));
        let (staff, sort, cost) = (["li", "wang", "zhao", "qian"][at * 7 % 4], format!("v{}", at * 5 % 7), format!("{}.5", at * 3 % 9));
        let mut row = vec![("type", "deed"), ("id", id.as_str()), ("at", day.as_str()), ("staff", staff), ("sort", sort.as_str()), ("cost", cost.as_str())];
        match at {
            // Nobody knows which sort; nobody knows the cost.
            13 => drop(row.remove(4)),
            25 => drop(row.remove(5)),
            _ => {}
        }
        reader.row(&row).unwrap();
    }
    let records = reader.finish(bylaw::Cut::default());
    let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
    let mut tally = Tally::default();
    assert_eq!(compared(policy.model(), &records, &audit, &mut tally, None), Vec::<String>::new());
    assert_eq!((tally.norms, tally.compiled), (9, 9));
}

/// A filter that asks for the occasion's day is no counter's: what is counted then differs from occasion to occasion.
#[test]
fn a_filter_on_the_day_of_the_occasion_stays_outside() {
    let policy = Policy::parse("
regulation r
  time zone Asia/Shanghai
  currency CNY
register staff
event booked by staff
  wanted: date
event came by staff
rule booked_for_today [1]
  on came
  fine 1 CNY when count of (booked where wanted = this.day) so far >= 1
rule booked_ahead [2]
  on came
  fine 1 CNY when count of (booked where wanted > day) so far >= 1
")
    .unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    reader.row(&[("type", "booked"), ("id", "1"), ("at", "2024-03-01"), ("staff", "li"), ("wanted", "2024-03-05")]).unwrap();
    reader.row(&[("type", "came"), ("id", "2"), ("at", "2024-03-05"), ("staff", "li")]).unwrap();
    let records = reader.finish(bylaw::Cut::default());
    let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
    let mut tally = Tally::default();
    assert_eq!(compared(policy.model(), &records, &audit, &mut tally, None), Vec::<String>::new());
    assert_eq!((tally.norms, tally.compiled), (2, 1));
    let fined: Vec<&str> = audit.verdicts.iter().filter(|verdict| verdict.ruling == Ruling::Violation).map(|verdict| verdict.id.as_str()).collect();
    assert_eq!(fined, ["r.booked_ahead@2", "r.booked_for_today@2"]);
}

/// A period that has not ended counts the records that another norm made in it, and names them; what that norm says is told once.
#[test]
fn a_period_that_has_not_ended_counts_what_norms_made() {
    let policy = Policy::parse("
regulation r
  time zone Asia/Shanghai
  currency CNY
register staff
event late by staff
event warned by staff
rule warn [1]
  on late
  count as warned
rule monthly [2]
  each staff, every month
  must satisfy count of warned in the month <= 1
")
    .unwrap_or_else(|broken| panic!("{broken}"));
    let lines: String = (1..=20).map(|at| format!("{{\"type\":\"late\",\"id\":{at},\"at\":\"2024-{:02}-{:02}T08:30:00\",\"staff\":\"{}\"}}\n", 1 + at / 7, 1 + at % 7, ["li", "wang"][at % 2])).collect();
    let mut reader = policy.reader();
    reader.events("e.jsonl", None, Format::Jsonl, &mut lines.as_bytes()).unwrap();
    let records = reader.finish(bylaw::Cut::default());
    let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
    let mut tally = Tally::default();
    assert_eq!(compared(policy.model(), &records, &audit, &mut tally, Some((&lines, None))), Vec::<String>::new());
    assert!(tally.compiled == 2 && tally.passed > 0, "{tally:?}");
    let open: Vec<&bylaw::reference::verdict::Verdict> = audit.verdicts.iter().filter(|verdict| verdict.id.ends_with("/2024-03")).collect();
    assert!(open.len() == 2 && open.iter().all(|verdict| verdict.ruling == Ruling::Violation && verdict.events.len() > 1), "{open:#?}");
}
