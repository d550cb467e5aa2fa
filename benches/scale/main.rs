//! What many rules cost: `cargo bench --bench scale`. For policies of ten to ten thousand plain rules it tells how long it takes until the first record can
//! be judged, and what a record costs then. `-- 1000` stops at a thousand rules, `-- start` leaves out the records. `-- curves` measures how cost grows with records,
//! subjects, rules and threads, and writes it into `docs/performance.md` and `docs/performance.svg`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "../attendance/by_bylaw.rs"]
mod by_bylaw;
#[path = "../attendance/cost.rs"]
#[allow(dead_code)]
mod cost;
mod curves;
#[path = "../attendance/data.rs"]
mod data;
mod plot;
mod policy;
#[path = "../attendance/written.rs"]
mod written;

use bylaw::engine::{Decoder, Judged, Plan, Run, Sink, Statement};
use bylaw::{Cut, Policy};
use policy::Shape;
use std::time::{Duration, Instant};

/// Records that are judged, and of how many people.
const RECORDS: usize = 200_000;
const PEOPLE: usize = 1000;

#[derive(Default)]
struct Count(u64);

impl Sink for Count {
    fn verdict(&mut self, _: &Judged<'_>) {
        self.0 += 1;
    }

    fn statement(&mut self, _: &Statement<'_>) {}
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        // A part of the curves, as a process of its own.
        ["bylaw", file, events, totals, threads] => by_bylaw::run(file, events, totals, threads.parse().unwrap()),
        ["curves"] => curves::run(),
        _ => rules(),
    }
}

fn rules() {
    let most = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(10_000);
    let only_start = std::env::args().any(|arg| arg == "start");
    for shape in [Shape::Types, Shape::Values] {
        println!("{}", if shape == Shape::Types { "rules told apart by the type of record" } else { "rules told apart by a field of the only type" });
        println!("  {:>6} {:>12} {:>12} {:>14} {:>10}", "rules", "compile", "plan", "a record", "verdicts");
        for rules in [10, 100, 1000, 10_000].into_iter().filter(|rules| *rules <= most) {
            let text = policy::policy(shape, rules);
            let tries = if rules > 1000 { 3 } else { 7 };
            let compile = least(tries, || Policy::parse(&text));
            let policy = Policy::parse(&text).unwrap_or_else(|broken| panic!("{broken}"));
            let facts = policy.reader().finish(Cut::default()).facts;
            let plan = least(tries, || Plan::new(policy.model(), &facts));
            if only_start {
                println!("  {rules:>6} {:>9.2} ms {:>9.2} ms", compile.as_secs_f64() * 1e3, plan.as_secs_f64() * 1e3);
                continue;
            }
            let (judged, verdicts) = judged(shape, rules, (RECORDS, PEOPLE), &policy);
            let each = judged.as_secs_f64() / RECORDS as f64 * 1e9;
            println!("  {rules:>6} {:>9.2} ms {:>9.2} ms {each:>11.0} ns {:>10.2}", compile.as_secs_f64() * 1e3, plan.as_secs_f64() * 1e3, verdicts as f64 / RECORDS as f64);
        }
    }
}

/// The shortest time in which the records of a policy are read and judged, and how many verdicts there are.
fn judged(shape: Shape, rules: usize, size: (usize, usize), policy: &Policy) -> (Duration, u64) {
    let facts = policy.reader().finish(Cut::default()).facts;
    let records = policy::records(shape, rules, size);
    let plan = Plan::new(policy.model(), &facts);
    assert_eq!(plan.outside().count(), 0);
    let mut verdicts = 0;
    let least = least(5, || verdicts = judge(policy, &plan, &records));
    (least, verdicts)
}

/// Seconds that a record costs with so many rules, records and people.
fn measured(shape: Shape, rules: usize, size: (usize, usize)) -> f64 {
    let policy = Policy::parse(&policy::policy(shape, rules)).unwrap_or_else(|broken| panic!("{broken}"));
    judged(shape, rules, size, &policy).0.as_secs_f64() / size.0 as f64
}

/// Reads and judges; how many verdicts there are.
fn judge(policy: &Policy, plan: &Plan<'_>, records: &str) -> u64 {
    let mut count = Count::default();
    let mut decoder = Decoder::new(plan, policy.reader(), None);
    let mut run = Run::new(plan);
    decoder.read("events.jsonl", "", &mut records.as_bytes(), &mut |batch| run.eval(batch, &mut count)).unwrap();
    assert!(!decoder.needs_all());
    let finished = run.finish(None, &mut count);
    assert!(finished.again.is_empty() && !finished.nobodys);
    count.0
}

/// The shortest of several tries, in time of the processor. The system may tell it in steps of some milliseconds: what is short is done many times in each. What is
/// given is thrown away afterwards.
fn least<R>(tries: usize, mut what: impl FnMut() -> R) -> Duration {
    const LONG: Duration = Duration::from_millis(200);
    let mut one = |_| {
        let (start, before, mut given) = (Instant::now(), on_cpu(), Vec::new());
        loop {
            given.push(what());
            let took = before.and_then(|before| on_cpu()?.checked_sub(before)).unwrap_or_else(|| start.elapsed());
            if took >= LONG {
                return took / u32::try_from(given.len()).unwrap();
            }
        }
    };
    (0..tries).map(&mut one).min().unwrap_or_default()
}

/// How long this thread has had a processor, where the system tells.
fn on_cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
