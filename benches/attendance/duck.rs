//! DuckDB beside it: the same workload in SQL (`duck.py`), in turn, on one thread and on all. Passed over where there is no Python with DuckDB.

use super::cost::{Cost, cost, load, median, part, same};
use std::path::Path;
use std::process::Command;

/// Pairs of runs; the first of them only warms the disk's cache.
const PAIRS: usize = 6;

/// Makes the data and runs both. The Python is that of `BYLAW_PYTHON`, or `python3`.
pub fn run(events: u64, persons: u64) {
    let python = std::env::var("BYLAW_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let asked = Command::new(&python).args(["-c", "import duckdb; print(duckdb.__version__)"]).output();
    let Some(version) = asked.ok().filter(|answer| answer.status.success()).map(|answer| String::from_utf8_lossy(&answer.stdout).trim().to_owned()) else {
        println!("passed over: `{python}` has no module duckdb; install it (`pip install duckdb`), and name its Python in BYLAW_PYTHON");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let data = path("events.jsonl");
    super::data::make(events, persons, &data);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/attendance/duck.py");
    let most = std::thread::available_parallelism().map_or(1, usize::from);
    let mut counts = vec![1, most];
    counts.dedup();
    println!("{events} records of {persons} people, median of {} pairs, output identical, load {}, DuckDB {version}", PAIRS - 1, load());
    for threads in counts {
        let threads = threads.to_string();
        let bylaw = || part(["bylaw", &data, &path("bylaw.events"), &path("bylaw.totals"), &threads]);
        let duck = || cost(Path::new(&python), [script, &data, &path("duck.events"), &path("duck.totals"), &threads], None);
        let pairs: Vec<(Cost, Cost)> = (0..PAIRS).map(|_| (bylaw(), duck())).skip(1).collect();
        for file in ["events", "totals"] {
            assert!(same(&path(&format!("bylaw.{file}")), &path(&format!("duck.{file}"))), "the {file} differ");
        }
        let of = |what: fn(&(Cost, Cost)) -> f64| median(pairs.iter().map(what));
        println!(
            "  {threads} threads: bylaw {:.2} s CPU, {:.2} s, {:.0} MiB; DuckDB {:.2} s CPU, {:.2} s, {:.0} MiB: {:.1} times as much CPU, {:.1} times as long",
            of(|(bylaw, _)| bylaw.processor), of(|(bylaw, _)| bylaw.wall), of(|(bylaw, _)| bylaw.mib),
            of(|(_, duck)| duck.processor), of(|(_, duck)| duck.wall), of(|(_, duck)| duck.mib),
            of(|(bylaw, duck)| duck.processor / bylaw.processor), of(|(bylaw, duck)| duck.wall / bylaw.wall),
        );
    }
}
