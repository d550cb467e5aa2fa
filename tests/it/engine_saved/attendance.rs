//! The attendance rules (`policies/bench`): from lines, piece by piece, each in a run that knows only what was written.

use super::cut::{Compared, Heard, at_once, compare};
use super::read;
use crate::engine_random::Random;
use crate::run::repository;
use crate::streams;
use bylaw::engine::{After, Decoder, Plan, Run, Runs, together};
use bylaw::records::Format;
use bylaw::{Cut, Policy, Threads};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroUsize;

/// Three months of working days of ninety people.
fn lines(random: &mut Random) -> Vec<String> {
    let first = chrono::NaiveDate::from_ymd_opt(2024, 1, 29).unwrap();
    let days: Vec<_> = first.iter_days().take(90).filter(|day| chrono::Datelike::weekday(day).number_from_monday() <= 5).collect();
    let mut lines = Vec::new();
    for day in days {
        for one in 0..60 {
            let mut line = format!(r#"{{"id":{},"person":"p{:03}","at":"{day}T{:02}:{:02}","#, lines.len() + 1, random.below(90), 8 + one / 20, one % 20);
            let rest = match random.below(12) {
                0 => r#""type":"early_leave""#.to_owned(),
                1 => r#""type":"absence_day""#.to_owned(),
                2 => format!(r#""type":"leave_request","days":{},"kind":"sick","rank":"{}","approved_by":["chief","office_director"]"#, 1 + random.below(5), random.one(&["staff", "deputy_director"])),
                3 => format!(r#""type":"article","words":{},"adopted_by":"{}","form":"article""#, 1 + random.below(5_000), random.one(&["none", "county", "province"])),
                // Nobody knows how late.
                4 if random.chance(1) => r#""type":"sign_in""#.to_owned(),
                _ => format!(r#""type":"sign_in","late_minutes":{}"#, random.below(9).saturating_sub(4)),
            };
            write!(line, "{rest}}}").unwrap();
            lines.push(line);
        }
    }
    lines
}

fn policy() -> (Policy, String) {
    let officers = std::fs::read_to_string(repository().join("policies/bench/officer.csv")).unwrap();
    (streams::policy("policies/bench"), officers)
}

#[test]
fn attendance_is_gone_on_with() {
    let ((policy, officers), mut compared) = (policy(), Compared::default());
    let lines = lines(&mut Random(fastrand::Rng::with_seed(5)));
    for (seed, until) in [(1, Some("2024-04-30")), (2, None)] {
        let records = read(&policy, (&lines.join("\n"), until), &[("officer", &officers)]);
        let plan = Plan::new(policy.model(), &records.facts);
        assert_eq!(plan.outside().count(), 0);
        let wrong = compare(seed, &plan, &records, &mut compared);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    eprintln!("{compared:#?}");
    compared.is_much(&[("verdicts", 150_000), ("statements", 7_000), ("again", 60), ("of several records", 20_000), ("blobs read at the end", 700)]);
}

/// A process for each piece: its rules, registers and reader are its own.
struct Process {
    policy: Policy,
    officers: String,
}

impl Process {
    fn new() -> Self {
        let (policy, officers) = policy();
        Self { policy, officers }
    }

    /// Judges some lines with what was written before, if something was, and writes what is known then.
    fn go_on(&self, before: Option<&[u8]>, (lines, end): (&str, bool), threads: usize, heard: &mut Heard) -> Vec<u8> {
        let registers = || {
            let mut reader = self.policy.reader();
            reader.register("officer", "officer.csv", Format::Csv, &mut self.officers.as_bytes()).unwrap();
            reader
        };
        let facts = registers().finish(Cut::default()).facts;
        let (plan, threads) = (Plan::new(self.policy.model(), &facts), Threads::new(NonZeroUsize::new(threads).unwrap()));
        let mut runs = match before {
            Some(mut before) => Runs::read(&plan, threads, &mut before).unwrap(),
            None => Runs::new(&plan, threads),
        };
        let mut decoder = Decoder::on(&plan, registers(), None, threads);
        let mut here: Vec<Heard> = (0..threads.count()).map(|_| Heard::new(true)).collect();
        let after = After { made: &|_: &mut Heard| (), give: &mut |_| {} };
        together(&mut decoder, &mut runs, ("events.jsonl", ""), &mut lines.as_bytes(), &mut here, after).unwrap();
        assert!(!decoder.needs_all());
        let mut state = Vec::new();
        runs.write(&mut state).unwrap();
        if end {
            let finished = runs.finish(self.policy.time("2024-04-30").ok(), &mut here);
            heard.end(finished);
        }
        here.into_iter().for_each(|one| heard.add(one));
        state
    }
}

#[test]
fn lines_are_gone_on_with_on_any_number_of_threads() {
    let mut random = Random(fastrand::Rng::with_seed(11));
    let lines = lines(&mut random);
    let process = Process::new();
    let mut compared = Compared::default();
    let mut whole = Heard::new(true);
    process.go_on(None, (&lines.join("\n"), true), 1, &mut whole);
    let (whole, _) = whole.said();
    for threads in [[1, 1, 1], [2, 2, 2], [1, 3, 2], [7, 1, 3]] {
        let cut = 1 + random.0.usize(..lines.len() / 2);
        let pieces = [&lines[..cut], &lines[cut..cut * 2 - 1], &lines[cut * 2 - 1..]];
        let (mut heard, mut state) = (Heard::new(true), None::<Vec<u8>>);
        for (at, (piece, threads)) in pieces.iter().zip(threads).enumerate() {
            state = Some(Process::new().go_on(state.as_deref(), (&piece.join("\n"), at == 2), threads, &mut heard));
        }
        let (said, _) = heard.said();
        compared.add("said", said.len());
        assert!(said == whole, "{threads:?}, cut at {cut}: {} and {}", said.len(), whole.len());
    }
    compared.is_much(&[("said", 30_000)]);
}

/// Blobs of subjects, written one by one, may be read in any order, and only those that are needed.
#[test]
fn blobs_are_read_in_any_order() {
    let ((policy, officers), mut random) = (policy(), Random(fastrand::Rng::with_seed(3)));
    let records = read(&policy, (&lines(&mut random).join("\n"), Some("2024-04-30")), &[("officer", &officers)]);
    let plan = Plan::new(policy.model(), &records.facts);
    let (expected, _) = at_once(&plan, &records.records, records.until, (true, true));
    let (before, after) = records.records.split_at(records.records.len() / 2);
    let (mut heard, mut run) = (Heard::new(true), Run::tracking(&plan));
    run.eval(&super::cut::batch(&plan, before), &mut heard);
    let mut table: Vec<(String, Vec<u8>)> = Vec::new();
    for subject in run.subjects() {
        let mut blob = Vec::new();
        assert!(run.write_subject(subject, &mut blob).unwrap());
        table.push((subject.to_owned(), blob));
    }
    let (mut none, mut rest) = (Vec::new(), Vec::new());
    assert!(!run.write_subject("p999", &mut none).unwrap() && none.is_empty());
    run.write_rest(&mut rest).unwrap();
    drop(run);
    random.0.shuffle(&mut table);
    let mut run = Run::tracking(&plan);
    table.iter().for_each(|(subject, blob)| run.read_subject(subject, blob).unwrap());
    run.read_rest(&rest).unwrap();
    // What is read again takes the place of what was known.
    table.iter().step_by(3).for_each(|(subject, blob)| run.read_subject(subject, blob).unwrap());
    // The same state is the same bytes, whatever numbers subjects have.
    let again: BTreeMap<&str, Vec<u8>> = table.iter().map(|(subject, _)| (subject.as_str(), written(&run, subject))).collect();
    assert!(table.len() > 80 && table.iter().all(|(subject, blob)| again[subject.as_str()] == *blob));
    run.eval(&super::cut::batch(&plan, after), &mut heard);
    let finished = run.finish(records.until, &mut heard);
    let (said, _) = heard.sorted(finished);
    assert!(said.len() > 8_000 && said == expected, "{} and {}", said.len(), expected.len());
}

fn written(run: &Run<'_, '_>, subject: &str) -> Vec<u8> {
    let mut blob = Vec::new();
    run.write_subject(subject, &mut blob).unwrap();
    blob
}
