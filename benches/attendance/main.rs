//! The attendance workload (`policies/bench/attendance.bylaw`): Bylaw against a program that was written for it by hand, with typed `serde_json`. Both read
//! the same JSONL and write the same two files: a line for each record, and one for each person and month.
//!
//! `cargo bench --bench attendance` makes the data, runs both in turn and tells CPU time, memory and ratios. `-- threads [EVENTS PERSONS]` runs Bylaw on one thread and on several in
//! turn, by the engine and by the command line, and tells wall time and ratios. `-- duckdb` runs DuckDB beside it. `-- kept` runs the command line with records passing by, and with all of them kept. `-- state` tells what the engine's state takes when it is written down. `-- explain` runs one explanation by reading everything, and from an index. `-- gen EVENTS PERSONS FILE`, `-- bylaw FILE EVENTS TOTALS [THREADS]` and
//! `-- serde FILE EVENTS TOTALS` are the parts by themselves.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod by_bylaw;
mod by_hand;
mod compare;
mod cost;
mod data;
mod duck;
mod explain;
mod kept;
mod state;
mod threads;
mod written;

use std::num::NonZeroUsize;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["gen", events, persons, file] => data::make(events.parse().unwrap(), persons.parse().unwrap(), file),
        ["bylaw", file, events, totals] => by_bylaw::run(file, events, totals, NonZeroUsize::MIN),
        ["bylaw", file, events, totals, threads] => by_bylaw::run(file, events, totals, threads.parse().unwrap()),
        ["serde", file, events, totals] => by_hand::run(file, events, totals),
        [] => compare::run(&[(1_000_000, 10_000)]),
        ["duckdb"] => duck::run(1_000_000, 10_000),
        ["kept"] => kept::run(1_000_000, 10_000),
        ["explain"] => explain::run(1_000_000, 10_000),
        ["state"] => state::run(1_000_000, 10_000),
        ["explain", events, persons] => explain::run(events.parse().unwrap(), persons.parse().unwrap()),
        ["threads"] => threads::run(1_000_000, 10_000),
        ["threads", events, persons] => threads::run(events.parse().unwrap(), persons.parse().unwrap()),
        ["large"] => compare::run(&[(1_000_000, 10_000), (10_000_000, 100_000)]),
        other => panic!("no such part: {other:?}"),
    }
}
