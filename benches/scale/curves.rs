//! How cost grows with records, subjects, rules and threads: measured, told as a table in `docs/performance.md`, drawn as `docs/performance.svg`.

use super::cost::{Cost, load, median, part};
use super::plot::{Curve, Panel, number, svg};
use super::{data, measured, policy};
use policy::{EACH, Shape};
use std::fmt::Write;

/// Runs of each point; the one in the middle counts.
const RUNS: usize = 3;
/// People where their number does not change, and records.
const PEOPLE: u64 = 10_000;
const RECORDS: u64 = 1_000_000;
/// Where the table stands.
const BEGIN: &str = "<!-- curves: begin -->\n";
const END: &str = "<!-- curves: end -->\n";

/// Measures all of it, and writes the table and the plot.
pub fn run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let before = load();
    let attendance = |records: u64, people: u64, threads: usize| {
        let data = path("events.jsonl");
        data::make(records, people, &data);
        let all: Vec<Cost> = (0..=RUNS).map(|_| part(["bylaw", &data, &path("events"), &path("totals"), &threads.to_string()])).skip(1).collect();
        let of = |what: fn(&Cost) -> f64| median(all.iter().map(what));
        println!("{records} records of {people} people on {threads} threads: {:.2} s CPU, {:.2} s, {:.0} MiB", of(|cost| cost.processor), of(|cost| cost.wall), of(|cost| cost.mib));
        (of(|cost| cost.processor), of(|cost| cost.wall), of(|cost| cost.mib))
    };
    let (mut table, mut panels) = (String::from("| what grows | to | a record | CPU | peak memory |\n|---|---|---|---|---|\n"), Vec::new());
    let mut lines = |what: &str, points: &[(f64, f64, f64, f64)]| {
        for (to, each, seconds, mib) in points {
            let memory = if *mib > 0.0 { format!("{mib:.0} MiB") } else { String::new() };
            writeln!(table, "| {what} | {} | {each:.2} µs | {seconds:.2} s | {memory} |", number(*to)).unwrap();
        }
        points.iter().map(|(to, each, ..)| (*to, *each)).collect::<Vec<_>>()
    };
    let point = |to: u64, records: u64, (seconds, _, mib): (f64, f64, f64)| (to as f64, seconds / records as f64 * 1e6, seconds, mib);
    let all: Vec<_> = [100_000, 300_000, 1_000_000, 3_000_000, 10_000_000].map(|records| point(records, records, attendance(records, PEOPLE, 1))).into();
    let curve = Curve { name: String::new(), points: lines("records, of 10,000 people", &all) };
    panels.push(Panel { title: "Records (10,000 people)", x: "records", y: "µs of CPU a record", tenfold: true, curves: vec![curve] });
    let all: Vec<_> = [100, 1_000, 10_000, 100_000, 1_000_000].map(|people| point(people, RECORDS, attendance(RECORDS, people, 1))).into();
    let mut curves = vec![Curve { name: "attendance, a line for each person and month".to_owned(), points: lines("people, with a million records of attendance", &all) }];
    let records = RECORDS as usize;
    let all: Vec<_> = [100, 1_000, 10_000, 100_000, 1_000_000].map(|people| (people as f64, measured(Shape::Types, EACH, (records, people)))).map(|(people, seconds)| (people, seconds * 1e6, seconds * RECORDS as f64, 0.0)).into();
    all.iter().for_each(|(people, each, ..)| println!("{people} people, {EACH} rules on each record: {each:.2} µs a record"));
    curves.push(Curve { name: "ten rules on each record, no periods".to_owned(), points: lines("people, with a million records and ten rules on each", &all) });
    panels.push(Panel { title: "Subjects (a million records)", x: "people", y: "µs of CPU a record", tenfold: true, curves });
    let mut curves = Vec::new();
    for (shape, name) in [(Shape::Types, "told apart by the type of record, ten verdicts each"), (Shape::Values, "told apart by a field, one verdict each")] {
        let each: Vec<_> = [10, 100, 1_000, 10_000].map(|rules| (rules as f64, measured(shape, rules, (super::RECORDS, super::PEOPLE)))).into();
        each.iter().for_each(|(rules, seconds)| println!("{rules} rules {name}: {:.2} µs a record", seconds * 1e6));
        let all: Vec<_> = each.into_iter().map(|(rules, seconds)| (rules, seconds * 1e6, seconds * super::RECORDS as f64, 0.0)).collect();
        curves.push(Curve { name: name.to_owned(), points: lines(&format!("rules, {name}"), &all) });
    }
    panels.push(Panel { title: "Rules, of which few apply", x: "rules", y: "µs of CPU a record", tenfold: true, curves });
    let most = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let all: Vec<(usize, (f64, f64, f64))> = (1..=most).map(|threads| (threads, attendance(RECORDS, PEOPLE, threads))).collect();
    let alone = all[0].1.1;
    for (threads, (seconds, wall, mib)) in &all {
        writeln!(table, "| threads | {threads} | {:.2} times as fast | {seconds:.2} s in {wall:.2} s | {mib:.0} MiB |", alone / wall).unwrap();
    }
    let points = all.iter().map(|(threads, (_, wall, _))| (*threads as f64, alone / wall)).collect();
    panels.push(Panel { title: "Threads (a million records of 10,000 people)", x: "threads", y: "times as fast as one", tenfold: false, curves: vec![Curve { name: String::new(), points }] });
    let about = format!("Medians of {RUNS} runs; load {before} before, {} after.\n\n", load());
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance");
    std::fs::write(format!("{docs}.svg"), svg(&panels)).unwrap();
    let page = std::fs::read_to_string(format!("{docs}.md")).unwrap();
    let (head, rest) = page.split_once(BEGIN).expect("the page says where the table begins");
    let (_, tail) = rest.split_once(END).expect("the page says where the table ends");
    std::fs::write(format!("{docs}.md"), format!("{head}{BEGIN}{about}{table}{END}{tail}")).unwrap();
    println!("written: docs/performance.md, docs/performance.svg");
}
