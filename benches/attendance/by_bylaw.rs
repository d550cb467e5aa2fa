//! The workload by the engine: what it judges, in the two files' form.

use bylaw::engine::{After, Decoder, Judged, Occasion, Plan, Runs, Sink, Statement, together};
use bylaw::model::norm::Posting;
use bylaw::model::number::Number;
use bylaw::records::Format;
use bylaw::reference::verdict::Ruling;
use super::written::Months;
use bylaw::{Cut, Disk, Policy, Threads};
use std::fs::File;
use std::io::Write;
use std::num::NonZeroUsize;

/// The norms of the policy.
#[derive(Clone, Copy)]
enum Norm {
    Late,
    Early,
    Absent,
    Leave,
    Approval,
    ArticlePay,
    Gone,
    FirstGone,
    Month,
}

impl Norm {
    fn named(name: &str) -> Self {
        match name {
            "attendance.late" => Self::Late,
            "attendance.early" => Self::Early,
            "attendance.absent" => Self::Absent,
            "attendance.leave" => Self::Leave,
            "attendance.approval" => Self::Approval,
            "attendance.article_pay" => Self::ArticlePay,
            "attendance.gone" => Self::Gone,
            "attendance.first_gone" => Self::FirstGone,
            "attendance.month" => Self::Month,
            other => panic!("{other}"),
        }
    }
}

/// A person's month; the person is one of the thread's.
#[derive(Clone, Copy)]
struct Month {
    person: u32,
    /// Months since year 0.
    month: u32,
    records: u32,
    lates: u32,
    absences: u32,
    fines: u32,
    awards: u32,
    lost: u32,
}

/// What is known of the record that was judged last.
#[derive(Default)]
struct Line {
    /// Which of all records; its id is written already.
    row: Option<usize>,
    verdict: &'static str,
    amount: i64,
    rule: &'static str,
    trigger: &'static str,
}

/// What is the same for all threads.
struct Known {
    norms: Vec<Norm>,
    /// What a step of each decision of each norm is worth.
    steps: Vec<Vec<i64>>,
    /// Places of the sums that take away, and of those that give, with what a step is worth.
    takes: Vec<(usize, i64)>,
    gives: Vec<(usize, i64)>,
}

/// What one thread says, apart from what the next does.
#[repr(align(128))]
struct Said<'k> {
    known: &'k Known,
    line: Line,
    /// Lines, which of all records each is about, and where it ends.
    text: Vec<u8>,
    ends: Vec<(u32, u32)>,
    number: itoa::Buffer,
    months: Vec<Month>,
    names: Vec<Box<str>>,
}

impl Said<'_> {
    fn end_line(&mut self) {
        let line = &mut self.line;
        let Some(row) = line.row.take() else { return };
        let text = &mut self.text;
        text.push(b',');
        text.extend_from_slice(line.verdict.as_bytes());
        text.push(b',');
        text.extend_from_slice(self.number.format(line.amount).as_bytes());
        text.push(b',');
        text.extend_from_slice(line.rule.as_bytes());
        text.push(b',');
        text.extend_from_slice(line.trigger.as_bytes());
        text.push(b'\n');
        self.ends.push((u32::try_from(row).unwrap(), u32::try_from(text.len()).unwrap()));
    }

    /// The lines since they were taken last.
    fn lines(&mut self) -> Lines {
        self.end_line();
        let room = (Vec::with_capacity(self.text.len() * 5 / 4), Vec::with_capacity(self.ends.len() * 5 / 4));
        (std::mem::replace(&mut self.text, room.0), std::mem::replace(&mut self.ends, room.1))
    }

    /// Months person by person, and where those of each person begin; a person's came in their order.
    fn by_person(&self) -> (Vec<Month>, Vec<usize>) {
        let mut starts = vec![0; self.names.len() + 1];
        self.months.iter().for_each(|month| starts[month.person as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let (mut next, mut months) = (starts.clone(), self.months.clone());
        for month in &self.months {
            let next = &mut next[month.person as usize];
            months[*next] = *month;
            *next += 1;
        }
        (months, starts)
    }

    fn month(&mut self, judged: &Judged<'_>) {
        let whole = |at: usize| u32::try_from(judged.outcomes[at].value.unwrap() * self.known.steps[judged.norm][at]).unwrap();
        let person = u32::try_from(judged.subject).unwrap();
        while self.names.len() <= person as usize {
            self.names.push("".into());
        }
        if self.names[person as usize].is_empty() {
            self.names[person as usize] = judged.name().into();
        }
        let month = month(judged.day);
        self.months.push(Month { person, month, records: whole(0), lates: whole(1), absences: whole(2), fines: 0, awards: 0, lost: whole(3) });
    }
}

fn month(day: chrono::NaiveDate) -> u32 {
    use chrono::Datelike;
    day.year().unsigned_abs() * 12 + day.month0()
}

impl Sink for Said<'_> {
    fn verdict(&mut self, judged: &Judged<'_>) {
        let norm = self.known.norms[judged.norm];
        let Occasion::Record { name, .. } = judged.occasion else { return self.month(judged) };
        if self.line.row != judged.row {
            self.end_line();
            self.text.extend_from_slice(name.as_bytes());
            (self.line.row, self.line.trigger) = (judged.row, "");
        }
        let value = |at: usize| judged.outcomes[at].value.unwrap_or(0) * self.known.steps[judged.norm][at];
        let line = &mut self.line;
        match norm {
            Norm::Late if judged.ruling == Ruling::Violation => (line.verdict, line.amount, line.rule) = ("late", -value(0), "R1"),
            Norm::Late => (line.verdict, line.amount, line.rule) = ("ok", 0, "R0"),
            Norm::Early => (line.verdict, line.amount, line.rule) = ("early", -value(0), "R2"),
            Norm::Absent => (line.verdict, line.amount, line.rule) = ("absent", -value(0), "R3"),
            Norm::Leave => (line.amount, line.rule) = (-value(0), ["A1", "A2", "A3", "A4"][judged.outcomes[1].clause.unwrap()]),
            Norm::Approval => line.verdict = if judged.ruling == Ruling::Violation { "deny" } else { "permit" },
            Norm::ArticlePay => {
                let rule = ["P1", "P1", "P1", "P1", "P2", "P2", "P2", "P2", "P3", "P3"][judged.outcomes[0].clause.unwrap()];
                (line.verdict, line.amount, line.rule) = ("award", value(0), rule);
            }
            Norm::FirstGone => line.trigger = if value(0) == 6 { "R6" } else { "R5" },
            Norm::Gone | Norm::Month => {}
        }
    }

    fn statement(&mut self, statement: &Statement<'_>) {
        let here = self.months.last_mut().unwrap();
        assert_eq!((i64::from(here.person), here.month), (statement.subject, month(statement.month)));
        let sum = |places: &[(usize, i64)]| u32::try_from(places.iter().map(|(at, step)| statement.totals[*at] * step).sum::<i64>()).unwrap();
        (here.fines, here.awards) = (sum(&self.known.takes), sum(&self.known.gives));
    }
}

/// Lines; which of all records each is about, and where it ends.
type Lines = (Vec<u8>, Vec<(u32, u32)>);

/// Writes the lines of all threads in the order of the records.
fn write(all: &[Lines], text: &mut Vec<u8>, events: &mut File) {
    if let [(alone, _)] = all {
        return events.write_all(alone).unwrap();
    }
    let mut next = vec![(0, 0); all.len()];
    loop {
        // The thread whose line comes first, and the record at which another goes on.
        let (mut first, mut then) = (None, u32::MAX);
        for (at, ((_, ends), (line, _))) in all.iter().zip(&next).enumerate() {
            let Some((row, _)) = ends.get(*line) else { continue };
            match first {
                Some((before, _)) if before < *row => then = then.min(*row),
                before => {
                    then = before.map_or(then, |(row, _)| row);
                    first = Some((*row, at));
                }
            }
        }
        let Some((_, at)) = first else { break };
        let ((lines, ends), (line, start)) = (&all[at], &mut next[at]);
        let from = *start;
        while let Some((_, end)) = ends.get(*line).filter(|(row, _)| *row < then) {
            (*line, *start) = (*line + 1, *end);
        }
        text.extend_from_slice(&lines[from as usize..*start as usize]);
    }
    events.write_all(text).unwrap();
    text.clear();
}

/// Reads, judges, writes, on so many threads.
pub fn run(file: &str, events: &str, totals: &str, threads: NonZeroUsize) {
    let threads = Threads::new(threads);
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/bench");
    let policy = Policy::load(&[root], &Disk).unwrap();
    let mut registers = policy.reader();
    let read = |reader: &mut bylaw::Reader<'_>| {
        let rows = std::fs::read(format!("{root}/officer.csv")).unwrap();
        reader.register("officer", "officer.csv", Format::Csv, &mut rows.as_slice()).unwrap();
    };
    read(&mut registers);
    let facts = registers.finish(Cut::default()).facts;
    let plan = Plan::new(policy.model(), &facts);
    assert_eq!(plan.outside().count(), 0);
    let whole = |step: Number| i64::try_from(step.as_whole().unwrap()).unwrap();
    let of = |wanted: &[Posting]| {
        let all = plan.postings().iter().enumerate().filter(|(_, kind)| wanted.contains(&kind.posting));
        all.map(|(at, kind)| (at, whole(kind.step))).collect::<Vec<_>>()
    };
    let (takes, gives) = (of(&[Posting::Fine, Posting::Deduct]), of(&[Posting::Pay]));
    let steps = policy.model().norms.iter().enumerate().map(|(at, norm)| (0..norm.decisions.len()).map(|decision| plan.step(at, decision).map_or(1, whole)).collect());
    let norms = policy.model().norms.iter().map(|norm| Norm::named(&norm.name)).collect();
    let known = Known { norms, steps: steps.collect(), takes, gives };
    let one = |_| Said { known: &known, line: Line::default(), text: Vec::new(), ends: Vec::new(), number: itoa::Buffer::new(), months: Vec::new(), names: Vec::new() };
    let mut said: Vec<Said<'_>> = (0..threads.count()).map(one).collect();
    let (mut events, mut text) = (File::create(events).unwrap(), Vec::new());
    let until = policy.time("2024-12-31").unwrap();
    let mut reader = policy.reader();
    read(&mut reader);
    let mut decoder = Decoder::on(&plan, reader, Some(until), threads);
    let mut runs = Runs::new(&plan, threads);
    let after = After { made: &Said::lines, give: &mut |lines| write(&lines, &mut text, &mut events) };
    together(&mut decoder, &mut runs, ("events.jsonl", ""), &mut File::open(file).unwrap(), &mut said, after).unwrap();
    assert!(!decoder.needs_all());
    let finished = runs.finish(Some(until), &mut said);
    assert!(finished.again.is_empty() && !finished.nobodys && !finished.unfinished, "{:?}", finished.again.len());
    let sorted = on_threads(said.iter().collect(), Said::by_person);
    let mut people: Vec<(&str, &[Month])> = Vec::new();
    for (said, (months, starts)) in said.iter().zip(&sorted) {
        let of = |person: usize| &months[starts[person]..starts[person + 1]];
        people.extend(said.names.iter().enumerate().map(|(person, name)| (&**name, of(person))).filter(|(_, months)| !months.is_empty()));
    }
    people.sort_unstable_by_key(|(name, _)| *name);
    let mut totals = File::create(totals).unwrap();
    // One thread writes at once, several each a text of its own.
    let pieces = people.chunks(people.len().div_ceil(threads.count()).max(1)).collect::<Vec<_>>();
    if let [all] = pieces.as_slice() {
        months(all, totals);
        return;
    }
    for text in on_threads(pieces, |people| months(people, Vec::new())) {
        totals.write_all(&text).unwrap();
    }
}

/// Does something with each, each on a thread of its own.
fn on_threads<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    if parts.len() < 2 {
        return parts.into_iter().map(work).collect();
    }
    std::thread::scope(|scope| {
        let all: Vec<_> = parts.into_iter().map(|part| scope.spawn(|| work(part))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// The lines of the months of some people.
fn months<W: Write>(people: &[(&str, &[Month])], out: W) -> W {
    let mut out = Months::new(out);
    for (name, months) in people {
        for one in *months {
            let Month { records, lates, absences, fines, awards, lost, .. } = *one;
            out.line(name, one.month, [records, lates, absences, fines, awards, lost]);
        }
    }
    out.end()
}
