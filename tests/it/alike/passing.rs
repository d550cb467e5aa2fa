//! What is written while records pass by, and what is explained of them: from files, from a saved state, by an index.

use super::{Files, Tally, Text, threads};
use bylaw::model::Model;
use bylaw::model::value::Unit;
use bylaw::records::{Counts, Facts, Format, Input};
use bylaw::reference::verdict::Audit;
use bylaw::stream::index::{self, Answer, EventsFile, Index, Known, Making};
use bylaw::stream::{self, Asked, Form};
use bylaw::{Records, Threads, Tongue};
use std::io::Cursor;

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
pub(super) fn replayed(model: &Model, (records, audit): (&Records, &Audit), (text, until): Text<'_>, tally: &mut Tally) -> Vec<String> {
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
