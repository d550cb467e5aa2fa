//! What the state takes when it is written down: bytes for each person, and the time to write and read it, as one file and person by person.

use super::cost::{load, median};
use bylaw::engine::{Decoder, Judged, Plan, Run, Sink, Statement};
use bylaw::records::Format;
use bylaw::{Cut, Disk, Policy};
use std::fs::File;
use std::time::Instant;

/// Times that each is done; the first only warms memory.
const TIMES: usize = 8;

struct Deaf;

impl Sink for Deaf {
    fn verdict(&mut self, _: &Judged<'_>) {}
    fn statement(&mut self, _: &Statement<'_>) {}
}

/// Milliseconds that it takes, and what it gives.
fn timed<T>(mut what: impl FnMut() -> T) -> (f64, T) {
    let mut all = Vec::new();
    let mut last = what();
    for _ in 1..TIMES {
        let start = Instant::now();
        last = what();
        all.push(start.elapsed().as_secs_f64() * 1e3);
    }
    (median(all), last)
}

/// Makes the data, judges it, and writes and reads what is known then.
pub fn run(events: u64, persons: u64) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("events.jsonl").to_string_lossy().into_owned();
    super::data::make(events, persons, &data);
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/bench");
    let policy = Policy::load(&[root], &Disk).unwrap();
    let registers = || {
        let mut reader = policy.reader();
        let rows = std::fs::read(format!("{root}/officer.csv")).unwrap();
        reader.register("officer", "officer.csv", Format::Csv, &mut rows.as_slice()).unwrap();
        reader
    };
    let facts = registers().finish(Cut::default()).facts;
    let plan = Plan::new(policy.model(), &facts);
    assert_eq!(plan.outside().count(), 0);
    println!("{events} records of {persons} people, median of {} times, one thread; a row is {} bytes in memory; load {}", TIMES - 1, plan.state_size(), load());
    for tracks in [false, true] {
        let begun = || if tracks { Run::tracking(&plan) } else { Run::new(&plan) };
        let mut run = begun();
        let mut decoder = Decoder::new(&plan, registers(), None);
        decoder.read("events.jsonl", "", &mut File::open(&data).unwrap(), &mut |batch| run.eval(batch, &mut Deaf)).unwrap();
        assert!(!decoder.needs_all());
        let (writing, whole) = timed(|| {
            let mut whole = Vec::new();
            run.write(&mut whole).unwrap();
            whole
        });
        let (reading, known) = timed(|| Run::read(&plan, &mut whole.as_slice()).unwrap().subjects().count());
        let people: Vec<String> = run.subjects().map(str::to_owned).collect();
        let (writing_each, blobs) = timed(|| {
            let blob = |id: &String| {
                let mut blob = Vec::new();
                run.write_subject(id, &mut blob).unwrap();
                blob
            };
            people.iter().map(blob).collect::<Vec<_>>()
        });
        let (reading_each, known_each) = timed(|| {
            let mut run = begun();
            people.iter().zip(&blobs).for_each(|(id, blob)| run.read_subject(id, blob).unwrap());
            run.subjects().count()
        });
        assert_eq!((known, known_each), (people.len(), people.len()));
        let (bytes, most) = (blobs.iter().map(Vec::len).sum::<usize>(), blobs.iter().map(Vec::len).max().unwrap());
        let each = |all: usize| all as f64 / people.len() as f64;
        println!("  {}", if tracks { "keeps track of the records on which verdicts rest" } else { "without the records on which verdicts rest" });
        println!("    one file: {} bytes, {:.1} a person; written in {writing:.1} ms, read in {reading:.1} ms", whole.len(), each(whole.len()));
        println!("    {} blobs: {:.1} bytes a person, {most} at most; written in {writing_each:.1} ms, read in {reading_each:.1} ms", people.len(), each(bytes));
    }
}
