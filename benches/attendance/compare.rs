//! Both, in turn, as processes of their own: CPU time and peak memory as the system counts them.

use super::cost::{Cost, clear, load, median, part, same};

/// Pairs of runs of each size; the first of them only warms the disk's cache.
const PAIRS: usize = 6;

/// Makes the data, runs both and tells what they took.
pub fn run(sizes: &[(u64, u64)]) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    for (events, persons) in sizes {
        let data = path("events.jsonl");
        super::data::make(*events, *persons, &data);
        let run = |program: &str| {
            let [events, totals] = ["events", "totals"].map(|file| path(&format!("{program}.{file}")));
            clear(&[events.clone(), totals.clone()]);
            part([program, &data, &events, &totals])
        };
        let pairs: Vec<(Cost, Cost)> = (0..PAIRS).map(|_| (run("bylaw"), run("serde"))).skip(1).collect();
        for file in ["events", "totals"] {
            assert!(same(&path(&format!("bylaw.{file}")), &path(&format!("serde.{file}"))), "the {file} differ");
        }
        println!("{events} records of {persons} people, median of {} pairs, output identical, load {}", pairs.len(), load());
        for (name, which) in [("bylaw", (|pair| pair.0) as fn(&(Cost, Cost)) -> Cost), ("by hand", |pair| pair.1)] {
            let seconds = median(pairs.iter().map(|pair| which(pair).processor));
            println!("  {name:8} {seconds:6.2} s CPU  {:6.2} M records/s  {:6.1} MiB", *events as f64 / seconds / 1e6, median(pairs.iter().map(|pair| which(pair).mib)));
        }
        println!("  ratio    {:6.2}", median(pairs.iter().map(|(bylaw, serde)| bylaw.processor / serde.processor)));
    }
}
