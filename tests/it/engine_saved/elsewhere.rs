//! In a process of its own: nothing of what is written depends on the one that wrote it.

use super::cut::{Heard, at_once, batch};
use super::{STAFF, read};
use crate::engine_duties::is_plain;
use crate::engine_random::{Random, line, parsed, policy};
use bylaw::engine::{Plan, Run};
use bylaw::{Policy, Records};
use std::path::Path;
use std::process::Command;

/// Where the other process finds the state, and writes what it said.
const STATE: &str = "BYLAW_TEST_STATE";

/// A policy and records, the same in both processes.
fn made() -> (Policy, Records) {
    for seed in 0x0e15_e0e1.. {
        let mut random = Random(fastrand::Rng::with_seed(seed));
        let text = policy(&mut random);
        let Some(policy) = parsed(&text).filter(|_| text.contains("seen where") && text.contains("rule p [p]")) else { continue };
        let mut clock = 0;
        let lines: Vec<String> = (1..=300).map(|at| line(&mut random, at, &mut clock, false)).filter(|line| is_plain(line)).collect();
        let records = read(&policy, (&lines.join("\n"), Some("2024-12-31")), &[("staff", STAFF)]);
        let plan = Plan::new(policy.model(), &records.facts);
        if plan.outside().count() == 0 && at_once(&plan, &records.records, records.until, (true, true)).0.len() > 200 {
            return (policy, records);
        }
    }
    unreachable!("some policy is judged as a whole")
}

fn rest(run: Run<'_, '_>, plan: &Plan<'_>, records: &Records) -> String {
    let (mut run, mut heard) = (run, Heard::new(true));
    run.eval(&batch(plan, &records.records[records.records.len() / 2..]), &mut heard);
    let finished = run.finish(records.until, &mut heard);
    heard.sorted(finished).0.join("\n")
}

/// Begins here, and has this test run once more in another process, which goes on.
#[test]
fn another_process_goes_on() {
    if let Some(state) = std::env::var_os(STATE) {
        return go_on(Path::new(&state));
    }
    let (policy, records) = made();
    let plan = Plan::new(policy.model(), &records.facts);
    let mut run = Run::tracking(&plan);
    run.eval(&batch(&plan, &records.records[..records.records.len() / 2]), &mut Heard::new(true));
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    run.write(&mut std::fs::File::create(&state).unwrap()).unwrap();
    let args = ["engine_saved::elsewhere::another_process_goes_on", "--exact"];
    let other = Command::new(std::env::current_exe().unwrap()).args(args).env(STATE, &state).output().unwrap();
    assert!(other.status.success(), "{}", String::from_utf8_lossy(&other.stdout));
    let (there, here) = (std::fs::read_to_string(state.with_extension("said")).unwrap(), rest(run, &plan, &records));
    assert!(here.lines().count() > 100 && there == here, "{} and {} lines", there.lines().count(), here.lines().count());
}

/// The other process.
fn go_on(state: &Path) {
    let (policy, records) = made();
    let plan = Plan::new(policy.model(), &records.facts);
    let run = Run::read(&plan, &mut std::fs::File::open(state).unwrap()).unwrap_or_else(|error| panic!("{error}"));
    std::fs::write(state.with_extension("said"), rest(run, &plan, &records)).unwrap();
}
