//! What it saves that records pass by: an audit and an explanation from the command line, each beside the same one for which all records must be kept (it is asked what
//! was known on the last day). What they write is compared.

use super::cost::{Cost, cost, load, median, same};
use std::path::Path;

/// Pairs of runs; the first of them only warms the disk's cache.
const PAIRS: usize = 4;

/// Makes the data and runs everything.
pub fn run(events: u64, persons: u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let data = path("events.jsonl");
    super::data::make(events, persons, &data);
    let policies = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/bench");
    let officer = format!("officer={policies}/officer.csv");
    let common = [policies, "--events", &data, "--register", &officer];
    let verdict = format!("attendance.month@p{:05}/2024-11", persons / 2);
    let explain = ["--verdict", verdict.as_str()];
    println!("{events} records of {persons} people, median of {} pairs, output identical; load {}", PAIRS - 1, load());
    let lines = ["--format", "jsonl", "--threads", "1"];
    let end = "2024-12-31";
    for (what, verb, until, more) in [("audit", "audit", end, &lines[..]), ("the last month is open", "audit", "2024-12-20", &lines), ("explain", "explain", end, &explain)] {
        let run = |out: &str, kept: &[&str]| -> Cost {
            let args = [verb].into_iter().chain(common).chain(["--until", until]).chain(more.iter().copied()).chain(kept.iter().copied());
            cost(Path::new(env!("CARGO_BIN_EXE_bylaw")), args, Some(&path(out)))
        };
        let all: Vec<(Cost, Cost)> = (0..PAIRS).map(|_| (run("passed.out", &[]), run("kept.out", &["--known-at", until]))).skip(1).collect();
        assert!(same(&path("passed.out"), &path("kept.out")), "{what}: what is written differs");
        let of = |what: fn(&(Cost, Cost)) -> f64| median(all.iter().map(what));
        println!(
            "  {what:22} passing by {:6.2} s of the processor, {:5.0} MiB; kept {:6.2} s, {:5.0} MiB: {:.2} times the time",
            of(|(passed, _)| passed.processor), of(|(passed, _)| passed.mib), of(|(_, kept)| kept.processor), of(|(_, kept)| kept.mib),
            of(|(passed, kept)| passed.processor / kept.processor),
        );
    }
}
