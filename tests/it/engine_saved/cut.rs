//! One run over everything, and the same records in pieces, with the state written, dropped and read between them.

use crate::engine_random::Random;
use bylaw::engine::{Batch, Finished, Judged, Occasion, Plan, Run, Runs, Sink, Statement};
use bylaw::records::{At, Record};
use bylaw::{Records, Threads};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

/// How much was compared, by what it is.
#[derive(Debug, Default)]
pub struct Compared(BTreeMap<&'static str, usize>);

impl Compared {
    pub fn add(&mut self, what: &'static str, count: usize) {
        *self.0.entry(what).or_default() += count;
    }

    #[track_caller]
    pub fn is_much(&self, least: &[(&str, usize)]) {
        for (what, least) in least {
            assert!(self.0.get(what).is_some_and(|count| count >= least), "fewer than {least} {what}: {self:#?}");
        }
    }
}

/// All that is said, each with whose it is, all that it says, and as what it counts. What is said of subjects that are judged again is void.
#[derive(Debug, Default)]
pub struct Heard {
    all_wanted: bool,
    said: Vec<(String, String, Vec<&'static str>)>,
    /// Records before the piece.
    before: usize,
    finished: Option<Finished>,
}

impl Heard {
    pub fn new(all_wanted: bool) -> Self {
        Self { all_wanted, ..Self::default() }
    }

    /// That was all.
    pub fn end(&mut self, finished: Finished) {
        self.finished = Some(finished);
    }

    /// What another thread heard.
    pub fn add(&mut self, other: Self) {
        self.said.extend(other.said);
    }

    /// What is not void, in an order that does not depend on the numbers of subjects, and the end.
    pub fn said(self) -> (Vec<String>, Compared) {
        let mut finished = self.finished.unwrap();
        finished.again.sort();
        let (mut all, mut compared) = (vec![format!("{finished:?}")], Compared::default());
        compared.add("again", finished.again.len());
        compared.add("nobodys", usize::from(finished.nobodys));
        for (subject, said, counts) in self.said {
            if finished.again.binary_search(&subject).is_err() {
                all.push(said);
                counts.into_iter().for_each(|what| compared.add(what, 1));
            }
        }
        all.sort();
        (all, compared)
    }

    /// The end, and all of it.
    pub fn sorted(mut self, finished: Finished) -> (Vec<String>, Compared) {
        self.end(finished);
        self.said()
    }
}

impl Sink for Heard {
    fn verdict(&mut self, judged: &Judged<'_>) {
        let occasion = if let Occasion::Period(name) = judged.occasion { name } else { "" };
        // Values are numbers of the process where they stand for names: they are said by what they are.
        let clauses: Vec<_> = judged.outcomes.iter().map(|outcome| (outcome.clause, outcome.clauses, outcome.value.is_some())).collect();
        let (events, alike) = (judged.events().collect::<Vec<_>>(), judged.alike());
        let waits = alike.iter().flat_map(|alike| &alike.parts).any(|part| part.due.is_some() || part.met.is_some());
        let (is_before, is_period) = (judged.row.is_some_and(|row| row < self.before), judged.row.is_none());
        let counts = [
            ("verdicts", true),
            ("of periods after a cut", is_period && self.before > 0),
            ("of several records", events.len() > 1),
            ("duties", waits),
            ("begun before the cut", is_before),
            ("duties begun before the cut", waits && is_before),
        ];
        let effects = judged.effects();
        let said = format!(
            "{}@{} of {} on {} {occasion} row {:?}: {:?} {clauses:?} {effects:?} from {events:?} settled {:?} {alike:?}",
            judged.norm,
            judged.key(),
            judged.name(),
            judged.day,
            judged.row,
            judged.ruling,
            judged.settled()
        );
        self.said.push((judged.name().to_owned(), said, counts.into_iter().filter(|(_, is)| *is).map(|(what, _)| what).collect()));
    }
    fn statement(&mut self, statement: &Statement<'_>) {
        let said = format!("{} in {}: {} lines, {:?}", statement.name, statement.month, statement.lines, statement.totals);
        self.said.push((statement.name.to_owned(), said, vec!["statements"]));
    }
    fn wants_not_applicable(&self) -> bool {
        self.all_wanted
    }
}

/// Some records after the other.
pub fn batch(plan: &Plan<'_>, records: &[Record]) -> Batch {
    let mut batch = Batch::default();
    records.iter().for_each(|record| plan.feed(record, &mut batch));
    batch
}

fn begun<'p, 'm>(plan: &'p Plan<'m>, tracks: bool) -> Run<'p, 'm> {
    if tracks { Run::tracking(plan) } else { Run::new(plan) }
}

/// In one go.
pub fn at_once(plan: &Plan<'_>, records: &[Record], until: Option<At>, (tracks, all): (bool, bool)) -> (Vec<String>, Compared) {
    let (mut heard, mut run) = (Heard::new(all), begun(plan, tracks));
    run.eval(&batch(plan, records), &mut heard);
    let finished = run.finish(until, &mut heard);
    heard.sorted(finished)
}

/// The whole state in one file between the pieces.
pub fn by_file(plan: &Plan<'_>, pieces: &[&[Record]], until: Option<At>, (tracks, all): (bool, bool)) -> (Vec<String>, Compared) {
    let (mut heard, mut state) = (Heard::new(all), Vec::new());
    begun(plan, tracks).write(&mut state).unwrap();
    for piece in pieces {
        let mut run = Run::read(plan, &mut state.as_slice()).unwrap();
        run.eval(&batch(plan, piece), &mut heard);
        heard.before += piece.len();
        state.clear();
        run.write(&mut state).unwrap();
    }
    let finished = Run::read(plan, &mut state.as_slice()).unwrap().finish(until, &mut heard);
    heard.sorted(finished)
}

/// As a host does it that has a table of subjects: for each piece, those of whom there is a record in it are read, and written again. At the end all are read,
/// the last one first.
pub fn by_subject(plan: &Plan<'_>, pieces: &[&[Record]], until: Option<At>, (tracks, all): (bool, bool)) -> (Vec<String>, Compared) {
    let (mut heard, mut table, mut rest) = (Heard::new(all), BTreeMap::<String, Vec<u8>>::new(), None::<Vec<u8>>);
    for piece in pieces {
        let batch = batch(plan, piece);
        let subjects: BTreeSet<&str> = batch.subjects(plan).collect();
        let mut run = begun(plan, tracks);
        rest.iter().for_each(|rest| run.read_rest(rest).unwrap());
        for subject in &subjects {
            table.get(*subject).into_iter().for_each(|state| run.read_subject(subject, state).unwrap());
        }
        run.eval(&batch, &mut heard);
        heard.before += piece.len();
        for subject in &subjects {
            let mut state = Vec::new();
            assert!(run.write_subject(subject, &mut state).unwrap(), "{subject}");
            table.insert((*subject).to_owned(), state);
        }
        assert_eq!(run.subjects().collect::<BTreeSet<_>>(), subjects);
        let mut written = Vec::new();
        run.write_rest(&mut written).unwrap();
        rest = Some(written);
    }
    let mut run = begun(plan, tracks);
    for (subject, state) in table.iter().rev() {
        run.read_subject(subject, state).unwrap();
    }
    rest.iter().for_each(|rest| run.read_rest(rest).unwrap());
    let finished = run.finish(until, &mut heard);
    let (said, mut compared) = heard.sorted(finished);
    compared.add("blobs read at the end", table.len());
    (said, compared)
}

/// As by several workers that know nothing of one another: each piece is judged with the rows of its subjects alone, and leaves a rest of its own. Places of records
/// are then those of a worker: they grow, but are not said.
fn by_workers(plan: &Plan<'_>, pieces: &[&[Record]], until: Option<At>, (tracks, all): (bool, bool)) -> (Vec<String>, Compared) {
    let (mut heard, mut table, mut rests) = (Heard::new(all), BTreeMap::<String, Vec<u8>>::new(), Vec::new());
    for piece in pieces {
        let batch = batch(plan, piece);
        let subjects: BTreeSet<&str> = batch.subjects(plan).collect();
        let mut run = begun(plan, tracks);
        for subject in &subjects {
            table.get(*subject).into_iter().for_each(|state| run.read_subject(subject, state).unwrap());
        }
        run.eval(&batch, &mut heard);
        for subject in subjects {
            let mut state = Vec::new();
            assert!(run.write_subject(subject, &mut state).unwrap(), "{subject}");
            table.insert(subject.to_owned(), state);
        }
        let mut rest = Vec::new();
        run.write_rest(&mut rest).unwrap();
        rests.push(rest);
    }
    let mut run = begun(plan, tracks);
    table.iter().for_each(|(subject, state)| run.read_subject(subject, state).unwrap());
    rests.iter().rev().for_each(|rest| run.read_rest(rest).unwrap());
    let finished = run.finish(until, &mut heard);
    heard.sorted(finished)
}

/// The same without places of records.
fn without_rows(said: &[String]) -> Vec<String> {
    let without = |one: &String| match one.split_once(" row ") {
        Some((before, after)) => format!("{before}{}", after.split_once(": ").map_or("", |(_, rest)| rest)),
        None => one.clone(),
    };
    let mut all: Vec<String> = said.iter().map(without).collect();
    all.sort();
    all
}

/// On another number of threads after each cut.
pub fn by_threads(plan: &Plan<'_>, pieces: &[&[Record]], until: Option<At>, (tracks, all): (bool, bool)) -> (Vec<String>, Compared) {
    let threads = |at: usize| Threads::new(NonZeroUsize::new([2, 3, 1, 7][at % 4]).unwrap());
    let mut heard: Vec<Heard> = (0..7).map(|_| Heard::new(all)).collect();
    let mut state = Vec::new();
    begun(plan, tracks).write(&mut state).unwrap();
    for (at, piece) in pieces.iter().enumerate() {
        let mut runs = Runs::read(plan, threads(at), &mut state.as_slice()).unwrap();
        runs.eval(&[batch(plan, piece)], &mut heard);
        heard.iter_mut().for_each(|heard| heard.before += piece.len());
        state.clear();
        runs.write(&mut state).unwrap();
    }
    let finished = Runs::read(plan, threads(pieces.len()), &mut state.as_slice()).unwrap().finish(until, &mut heard);
    let mut all_heard = Heard::new(all);
    heard.into_iter().for_each(|one| all_heard.add(one));
    all_heard.sorted(finished)
}

/// The records in pieces, cut at random places: once, or several times. Some pieces are empty.
pub fn pieces<'r>(random: &mut Random, records: &'r [Record]) -> Vec<&'r [Record]> {
    let mut cuts: Vec<usize> = (0..1 + random.below(5)).map(|_| random.0.usize(..=records.len())).collect();
    cuts.sort_unstable();
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    starts.zip(cuts.iter().copied().chain([records.len()])).map(|(from, to)| &records[from..to]).collect()
}

/// A way to go on.
type Way = fn(&Plan<'_>, &[&[Record]], Option<At>, (bool, bool)) -> (Vec<String>, Compared);

/// Compares all ways to go on with one run over everything; what differs.
pub fn compare(seed: u64, plan: &Plan<'_>, records: &Records, compared: &mut Compared) -> Vec<String> {
    let mut random = Random(fastrand::Rng::with_seed(seed));
    let mut wrong = Vec::new();
    compared.add("plans", 1);
    for asked in [(true, true), (true, false), (false, true), (false, false)] {
        let (expected, of_one) = at_once(plan, &records.records, records.until, asked);
        assert_eq!(of_one.0.get("begun before the cut"), None);
        for (name, way) in [("by file", by_file as Way), ("by subject", by_subject), ("by workers", by_workers), ("by threads", by_threads)] {
            let pieces = pieces(&mut random, &records.records);
            let (mut said, of_this) = way(plan, &pieces, records.until, asked);
            let mut expected = expected.clone();
            if name == "by workers" {
                (said, expected) = (without_rows(&said), without_rows(&expected));
            }
            compared.add("cuts", pieces.len() - 1);
            of_this.0.into_iter().for_each(|(what, count)| compared.add(what, count));
            if said != expected {
                let lengths: Vec<usize> = pieces.iter().map(|piece| piece.len()).collect();
                let missing: Vec<_> = expected.iter().filter(|one| !said.contains(one)).take(3).collect();
                let more: Vec<_> = said.iter().filter(|one| !expected.contains(one)).take(3).collect();
                wrong.push(format!("{name}, pieces {lengths:?}, keeps track and wants all {asked:?}: {} and {} said\nmissing {missing:#?}\nmore {more:#?}", said.len(), expected.len()));
            }
        }
    }
    wrong
}
