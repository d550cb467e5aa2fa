//! What an index saves: one explanation from the command line by reading everything, and the same from an index of where each person's records lie; with what making the index
//! costs. What they write is compared.

use super::cost::{Cost, cost, load, median, same};
use std::path::Path;
use std::time::Instant;

/// Rounds of runs; the first of them only warms the disk's cache.
const ROUNDS: usize = 6;

/// Makes the data and runs everything.
pub fn run(events: u64, persons: u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (data, index) = (path("events.jsonl"), path("index"));
    super::data::make(events, persons, &data);
    let policies = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/bench");
    let officer = format!("officer={policies}/officer.csv");
    let common = ["explain", policies, "--events", &data, "--register", &officer, "--verdict"];
    let run = |verdict: &str, out: &str, more: &[&str]| -> Cost {
        let args = common.into_iter().chain([verdict]).chain(more.iter().copied());
        // What an index takes is less than the hundredths of a second in which the system counts.
        let began = Instant::now();
        let cost = cost(Path::new(env!("CARGO_BIN_EXE_bylaw")), args, Some(&path(out)));
        Cost { wall: began.elapsed().as_secs_f64(), ..cost }
    };
    println!("{events} records of {persons} people, {} MiB, medians of {} rounds, output identical; load {}", std::fs::metadata(&data).unwrap().len() >> 20, ROUNDS - 1, load());
    for (what, verdict) in [("a person's month", format!("attendance.month@p{:05}/2024-11", persons / 2)), ("a record", record(&data, events / 2))] {
        let mut all = Vec::new();
        for _ in 0..ROUNDS {
            let everything = run(&verdict, "all.out", &[]);
            let _none_is_there = std::fs::remove_file(&index);
            let making = run(&verdict, "making.out", &["--index", &index]);
            let indexed = run(&verdict, "index.out", &["--index", &index]);
            assert!(same(&path("all.out"), &path("index.out")) && same(&path("all.out"), &path("making.out")), "{verdict}: what is written differs");
            all.push([everything, making, indexed]);
        }
        let of = |at: usize, what: fn(&Cost) -> f64| median(all.iter().skip(1).map(|costs| what(&costs[at])));
        for (at, how) in ["everything is read", "the index is made", "from the index"].into_iter().enumerate() {
            let processor = of(at, |cost| cost.processor);
            let processor = if processor < 0.01 { "under 0.01".to_owned() } else { format!("{processor:.2}") };
            println!("  {what:16} {how:18} {:7.3} s, {processor:>10} s of the processor, {:5.0} MiB", of(at, |cost| cost.wall), of(at, |cost| cost.mib));
        }
        println!("  {what:16} from the index, of the time that reading everything takes: {:.4}", median(all.iter().skip(1).map(|costs| costs[2].wall / costs[0].wall)));
    }
    let size = std::fs::metadata(&index).unwrap().len();
    println!("  the index has {:.1} MB, {:.1} bytes a record", size as f64 / 1e6, size as f64 / events as f64);
}

/// The verdict on one that came late, so many records on.
fn record(data: &str, from: u64) -> String {
    let text = std::fs::read_to_string(data).unwrap();
    let is_late = |line: &&str| line.contains("\"sign_in\"") && !line.contains("\"late_minutes\":0");
    let late = text.lines().skip(usize::try_from(from).unwrap()).find(is_late).unwrap();
    let value: serde_json::Value = serde_json::from_str(late).unwrap();
    format!("attendance.late@{}", value["id"])
}
