//! One thread against several, in turn, as processes of their own: wall time as the system counts it, and memory. What they write is compared.

use super::cost::{Cost, clear, cost, load, median, same};
use std::path::Path;

/// Pairs of runs of the engine, and of the command line; the first of them only warms the disk's cache.
const PAIRS: [usize; 2] = [16, 6];

/// Makes the data and runs everything.
pub fn run(events: u64, persons: u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let data = path("events.jsonl");
    super::data::make(events, persons, &data);
    let bench = std::env::current_exe().unwrap();
    let engine = |threads: usize| {
        let (out, totals) = (path(&format!("{threads}.out")), path("totals"));
        clear(&[out.clone(), totals.clone()]);
        cost(&bench, ["bylaw", &data, &out, &totals, &threads.to_string()], None)
    };
    let policies = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/bench");
    let officer = format!("officer={policies}/officer.csv");
    let whole = |threads: usize| {
        let args = ["audit", policies, "--events", &data, "--register", &officer, "--until", "2024-12-31", "--format", "jsonl", "--threads", &threads.to_string()];
        cost(Path::new(env!("CARGO_BIN_EXE_bylaw")), args, Some(&path(&format!("{threads}.out"))))
    };
    let most = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let counts: Vec<usize> = std::iter::successors(Some(2), |threads| Some(threads * 2)).take_while(|threads| *threads <= most).collect();
    println!("{events} records of {persons} people, medians of {} and {} pairs, output identical; the machine runs {most} threads at once, load {}", PAIRS[0] - 1, PAIRS[1] - 1, load());
    for ((name, run), pairs) in [("engine", &engine as &dyn Fn(usize) -> Cost), ("bylaw audit", &whole)].into_iter().zip(PAIRS) {
        for threads in &counts {
            let all: Vec<(Cost, Cost)> = (0..pairs).map(|_| (run(1), run(*threads))).skip(1).collect();
            assert!(same(&path("1.out"), &path(&format!("{threads}.out"))), "{name}: what {threads} threads write differs");
            let of = |what: fn(&(Cost, Cost)) -> f64| median(all.iter().map(what));
            println!(
                "  {name:11} 1 thread {:6.3} s, {threads} threads {:6.3} s: {:4.2} times as fast ({:.2} and {:.2} s of processors, {:.0} and {:.0} MiB)",
                of(|(one, _)| one.wall), of(|(_, several)| several.wall), of(|(one, several)| one.wall / several.wall),
                of(|(one, _)| one.processor), of(|(_, several)| several.processor), of(|(one, _)| one.mib), of(|(_, several)| several.mib),
            );
        }
    }
}
