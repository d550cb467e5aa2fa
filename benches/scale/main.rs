//! What many rules cost: `cargo bench --bench scale`. For policies of ten to ten thousand plain rules it tells how long it takes until the first record can
//! be judged, and what a record costs then. `-- 1000` stops at a thousand rules, `-- start` leaves out the records.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod policy;

use bylaw::engine::{Decoder, Judged, Plan, Run, Sink, Statement};
use bylaw::{Cut, Policy};
use policy::Shape;
use std::time::{Duration, Instant};

/// Records that are judged.
const RECORDS: usize = 200_000;

#[derive(Default)]
struct Count(u64);

impl Sink for Count {
    fn verdict(&mut self, _: &Judged<'_>) {
        self.0 += 1;
    }

    fn statement(&mut self, _: &Statement<'_>) {}
}

fn main() {
    let most = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(10_000);
    let only_start = std::env::args().any(|arg| arg == "start");
    for shape in [Shape::Types, Shape::Values] {
        println!("{}", if shape == Shape::Types { "rules told apart by the type of record" } else { "rules told apart by a field of the only type" });
        println!("  {:>6} {:>12} {:>12} {:>14} {:>10}", "rules", "compile", "plan", "a record", "verdicts");
        for rules in [10, 100, 1000, 10_000].into_iter().filter(|rules| *rules <= most) {
            let text = policy::policy(shape, rules);
            let tries = if rules > 1000 { 3 } else { 7 };
            let compile = least(tries, || drop(Policy::parse(&text)));
            let policy = Policy::parse(&text).unwrap_or_else(|broken| panic!("{broken}"));
            let facts = policy.reader().finish(Cut::default()).facts;
            let plan = least(tries, || drop(Plan::new(policy.model(), &facts)));
            if only_start {
                println!("  {rules:>6} {:>9.2} ms {:>9.2} ms", compile.as_secs_f64() * 1e3, plan.as_secs_f64() * 1e3);
                continue;
            }
            let records = policy::records(shape, rules, RECORDS);
            let mut verdicts = 0;
            let judged = {
                let plan = Plan::new(policy.model(), &facts);
                assert_eq!(plan.outside().count(), 0);
                least(5, || verdicts = judge(&policy, &plan, &records))
            };
            let each = judged.as_secs_f64() / RECORDS as f64 * 1e9;
            println!("  {rules:>6} {:>9.2} ms {:>9.2} ms {each:>11.0} ns {:>10.2}", compile.as_secs_f64() * 1e3, plan.as_secs_f64() * 1e3, verdicts as f64 / RECORDS as f64);
        }
    }
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

/// The shortest of several tries, in time of the processor.
fn least(tries: usize, mut what: impl FnMut()) -> Duration {
    let one = |_| {
        let (start, on_cpu) = (Instant::now(), on_cpu());
        what();
        on_cpu.and_then(|before| self::on_cpu()?.checked_sub(before)).unwrap_or_else(|| start.elapsed())
    };
    (0..tries).map(one).min().unwrap_or_default()
}

/// How long this thread has had a processor, where the system tells.
fn on_cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
