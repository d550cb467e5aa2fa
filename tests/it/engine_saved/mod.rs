//! The engine's state is written down between batches and gone on with: what is said is what one run over everything says. On random policies and records, of every
//! form that the engine judges; on attendance; and in another process.

mod attendance;
mod cut;
mod elsewhere;
mod names;
mod refused;

use crate::engine_duties::{self, CALENDARS, Memory, is_plain};
use crate::engine_keys::{self, MORE};
use crate::engine_random::{Random, how_many, line, parsed, policy};
use bylaw::engine::Plans;
use bylaw::records::Format;
use bylaw::{Cut, Policy, Records};
use cut::{Compared, compare};
use std::collections::BTreeMap;

const STAFF: &str = "id,post,joined,quota,from,until\nli,clerk,2024-01-01,3,,\nwang,head,2024-02-05,5,,\nzhao,chief,2024-02-20,,,\n王五,clerk,2023-01-01,2,2024-02-10,2024-03-20\n";

/// The records of some lines, with registers.
fn read(policy: &Policy, (events, until): (&str, Option<&str>), registers: &[(&str, &str)]) -> Records {
    read_files(policy, (&[events], until), registers)
}

/// The same of several files, each a stream of its own.
fn read_files(policy: &Policy, (files, until): (&[&str], Option<&str>), registers: &[(&str, &str)]) -> Records {
    let mut reader = policy.reader();
    for (register, text) in registers {
        reader.register(register, register, Format::Csv, &mut text.as_bytes()).unwrap();
    }
    for (at, events) in files.iter().enumerate() {
        reader.events(&format!("{at}.jsonl"), None, Format::Jsonl, &mut events.as_bytes()).unwrap();
    }
    reader.finish(Cut { until: until.and_then(|until| policy.time(until).ok()), known_at: None })
}

/// Compares with each plan of a policy.
fn all_plans(seed: u64, (text, policy): (&str, &Policy), records: &Records, compared: &mut Compared) {
    for plan in Plans::new(policy.model(), &records.facts).iter() {
        let wrong = compare(seed, plan, records, compared);
        assert!(wrong.is_empty(), "seed {seed}\n{text}\n{}", wrong.join("\n"));
    }
}

#[test]
fn random_records_are_gone_on_with() {
    let (mut compared, mut policies) = (Compared::default(), 0);
    for seed in 0..how_many("RANDOM_POLICIES", 120) {
        let mut random = Random(fastrand::Rng::with_seed(seed ^ 0x5a7e));
        let text = policy(&mut random);
        let Some(policy) = parsed(&text) else { continue };
        policies += 1;
        let mut clock = 0;
        let lines: Vec<String> = (1..=60).map(|at| line(&mut random, at, &mut clock, seed % 5 == 4)).filter(|line| seed % 4 == 0 || is_plain(line)).collect();
        let registers = [("staff", STAFF)];
        let until = (seed % 2 == 0).then_some("2024-04-30");
        let records = read(&policy, (&lines.join("\n"), until), &registers[usize::from(seed % 3 == 0)..]);
        all_plans(seed, (&text, &policy), &records, &mut compared);
    }
    eprintln!("{policies} policies, {compared:#?}");
    assert!(policies > 40, "{policies}");
    compared.is_much(&[("verdicts", 30_000), ("statements", 2_000), ("again", 1_000), ("of periods after a cut", 15_000), ("of several records", 300), ("cuts", 3_000)]);
}

/// Two files that overlap in time, with many dates that have no place among the moments of their day: the order of a subject's records is known only within each, also over a
/// cut.
#[test]
fn streams_are_gone_on_with() {
    let mut compared = Compared::default();
    for seed in 0..how_many("RANDOM_POLICIES", 40) {
        let mut random = Random(fastrand::Rng::with_seed(seed ^ 0x57ea));
        let text = policy(&mut random);
        let Some(policy) = parsed(&text) else { continue };
        let (mut clock, mut dealt) = (0, [String::new(), String::new()]);
        for at in 1..=60 {
            let mut line = line(&mut random, at, &mut clock, false);
            if !is_plain(&line) {
                continue;
            }
            let date = line.find("\"at\":\"2024-").map(|start| start + 16).filter(|_| random.chance(15));
            if let Some(end) = date {
                let rest = line[end..].find('"').unwrap();
                line.replace_range(end..end + rest, "");
            }
            dealt[usize::from(random.chance(20))].push_str(&format!("{line}\n"));
        }
        let registers = [("staff", STAFF)];
        let records = read_files(&policy, (&[&dealt[0], &dealt[1]], Some("2024-04-30")), &registers[usize::from(seed % 3 == 0)..]);
        compared.add("of the second stream", records.records.iter().filter(|record| record.stream == 1).count());
        all_plans(seed, (&text, &policy), &records, &mut compared);
    }
    eprintln!("{compared:#?}");
    compared.is_much(&[("verdicts", 5_000), ("of the second stream", 200), ("again", 800)]);
}

#[test]
fn random_duties_are_gone_on_with() {
    let (mut compared, mut policies) = (Compared::default(), 0);
    for seed in 0..how_many("RANDOM_POLICIES", 80) {
        let mut random = Random(fastrand::Rng::with_seed(seed ^ 0x00d0_5a7e));
        let text = engine_duties::policy(&mut random);
        let files = Memory(BTreeMap::from([("r.bylaw", text.clone()), ("days.csv", CALENDARS[usize::from(random.chance(10))].to_owned())]));
        let Ok(policy) = Policy::load(&["r.bylaw"], &files) else { continue };
        policies += 1;
        let mut clock = 0;
        let lines: Vec<String> = (1..=60).map(|at| line(&mut random, at, &mut clock, false)).filter(|line| seed % 4 == 0 || is_plain(line)).collect();
        let registers = [("staff", STAFF)];
        let until = [Some("2024-04-30"), None, Some("2024-03-01 12:00")][usize::try_from(seed % 3).unwrap()];
        let records = read(&policy, (&lines.join("\n"), until), &registers[usize::from(seed % 4 == 3)..]);
        all_plans(seed, (&text, &policy), &records, &mut compared);
    }
    eprintln!("{policies} policies, {compared:#?}");
    assert!(policies > 40, "{policies}");
    compared.is_much(&[("verdicts", 11_000), ("duties", 3_500), ("duties begun before the cut", 3_000), ("of several records", 1_000), ("cuts", 2_500)]);
}

#[test]
fn random_subjects_of_several_entities_are_gone_on_with() {
    let (mut compared, mut policies) = (Compared::default(), 0);
    for seed in 0..how_many("RANDOM_POLICIES", 60) {
        let mut random = Random(fastrand::Rng::with_seed(seed ^ 0x00e5_5a7e));
        let mut text = policy(&mut random).replacen("event a by staff", &format!("{MORE}event a by staff"), 1);
        engine_keys::rules(&mut random, &mut text);
        let Some(policy) = parsed(&text) else { continue };
        policies += 1;
        let mut clock = 0;
        let mut lines = Vec::new();
        for at in 1..=60 {
            let line = line(&mut random, at, &mut clock, false);
            let kind = match random.below(4) {
                0 | 1 => format!("\"type\":\"g\",\"team\":\"{}\"", random.one(&["t1", "t2", "t3"])),
                2 if random.chance(80) => format!("\"type\":\"w\",\"doc\":\"{}\"", random.one(&["d1", "d2"])),
                2 => "\"type\":\"w\"".to_owned(),
                _ => "\"type\":\"c\"".to_owned(),
            };
            lines.push(line.replacen("\"type\":\"c\"", &kind, 1));
        }
        let registers = [("team", "id\nt1\nt2\nt9\n")];
        let records = read(&policy, (&lines.join("\n"), (seed % 2 == 0).then_some("2024-04-30")), &registers[usize::from(seed % 3 == 0)..]);
        all_plans(seed, (&text, &policy), &records, &mut compared);
        let plans = Plans::new(policy.model(), &records.facts);
        let is_by_second = |norm: &usize| policy.model().norms[*norm].name.starts_with("r.t") && plans.iter().skip(1).any(|plan| plan.judges(*norm));
        compared.add("norms by whom records name second", (0..policy.model().norms.len()).filter(is_by_second).count());
    }
    eprintln!("{policies} policies, {compared:#?}");
    assert!(policies > 25, "{policies}");
    compared.is_much(&[("verdicts", 8_000), ("plans", 80), ("norms by whom records name second", 20), ("duties begun before the cut", 250), ("of several records", 300), ("nobodys", 20)]);
}
