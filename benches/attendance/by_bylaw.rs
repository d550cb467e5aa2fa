//! The workload by the engine: what it judges, in the two files' form.

use bylaw::engine::{Decoder, Judged, Occasion, Plan, Run, Sink, Statement};
use bylaw::model::norm::Posting;
use bylaw::model::number::Number;
use bylaw::records::Format;
use bylaw::reference::verdict::Ruling;
use bylaw::{Cut, Disk, Policy};
use std::fs::File;
use std::io::Write;

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

/// A person's month.
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
    id: Vec<u8>,
    verdict: &'static str,
    amount: i64,
    rule: &'static str,
    trigger: &'static str,
}

struct Files {
    norms: Vec<Norm>,
    /// What a step of each decision of each norm is worth.
    steps: Vec<Vec<i64>>,
    /// Places of the sums that take away, and of those that give, with what a step is worth.
    takes: Vec<(usize, i64)>,
    gives: Vec<(usize, i64)>,
    line: Line,
    text: Vec<u8>,
    number: itoa::Buffer,
    events: File,
    months: Vec<Month>,
    names: Vec<Box<str>>,
}

impl Files {
    fn end_line(&mut self) {
        let line = &self.line;
        if line.id.is_empty() {
            return;
        }
        let text = &mut self.text;
        text.extend_from_slice(&line.id);
        text.push(b',');
        text.extend_from_slice(line.verdict.as_bytes());
        text.push(b',');
        text.extend_from_slice(self.number.format(line.amount).as_bytes());
        text.push(b',');
        text.extend_from_slice(line.rule.as_bytes());
        text.push(b',');
        text.extend_from_slice(line.trigger.as_bytes());
        text.push(b'\n');
        if text.len() > (1 << 20) - 256 {
            self.events.write_all(text).unwrap();
            text.clear();
        }
    }

    fn month(&mut self, judged: &Judged<'_>) {
        let whole = |at: usize| u32::try_from(judged.outcomes[at].value.unwrap() * self.steps[judged.norm][at]).unwrap();
        let person = u32::try_from(judged.subject).unwrap();
        while self.names.len() <= person as usize {
            self.names.push("".into());
        }
        if self.names[person as usize].is_empty() {
            self.names[person as usize] = judged.name.into();
        }
        let month = month(judged.day);
        self.months.push(Month { person, month, records: whole(0), lates: whole(1), absences: whole(2), fines: 0, awards: 0, lost: whole(3) });
    }
}

fn month(day: chrono::NaiveDate) -> u32 {
    use chrono::Datelike;
    day.year().unsigned_abs() * 12 + day.month0()
}

impl Sink for Files {
    fn verdict(&mut self, judged: &Judged<'_>) {
        let norm = self.norms[judged.norm];
        let Occasion::Record { name, .. } = judged.occasion else { return self.month(judged) };
        if self.line.id != name.as_bytes() {
            self.end_line();
            self.line.id.clear();
            self.line.id.extend_from_slice(name.as_bytes());
            self.line.trigger = "";
        }
        let value = |at: usize| judged.outcomes[at].value.unwrap_or(0) * self.steps[judged.norm][at];
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
        (here.fines, here.awards) = (sum(&self.takes), sum(&self.gives));
    }
}

/// Reads, judges, writes.
pub fn run(file: &str, events: &str, totals: &str) {
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
    let steps = steps.collect();
    let mut files = Files {
        norms: policy.model().norms.iter().map(|norm| Norm::named(&norm.name)).collect(),
        steps,
        takes,
        gives,
        line: Line::default(),
        text: Vec::with_capacity(1 << 20),
        number: itoa::Buffer::new(),
        events: File::create(events).unwrap(),
        months: Vec::new(),
        names: Vec::new(),
    };
    let until = policy.time("2024-12-31").unwrap();
    let mut reader = policy.reader();
    read(&mut reader);
    let mut decoder = Decoder::new(&plan, reader, Some(until));
    let mut run = Run::new(&plan);
    decoder.read("events.jsonl", "", &mut File::open(file).unwrap(), &mut |batch| run.eval(batch, &mut files)).unwrap();
    assert!(!decoder.needs_all());
    let finished = run.finish(Some(until), &mut files);
    assert!(finished.again.is_empty() && !finished.nobodys && !finished.unfinished, "{:?}", finished.again.len());
    files.end_line();
    files.events.write_all(&files.text).unwrap();
    let mut out = std::io::BufWriter::with_capacity(1 << 20, File::create(totals).unwrap());
    let mut order: Vec<u32> = (0..u32::try_from(files.names.len()).unwrap()).collect();
    order.sort_unstable_by_key(|person| &files.names[*person as usize]);
    let mut place = vec![0; order.len()];
    for (at, person) in order.iter().enumerate() {
        place[*person as usize] = at;
    }
    files.months.sort_unstable_by_key(|one| (place[one.person as usize], one.month));
    for one in &files.months {
        let Month { records, lates, absences, fines, awards, lost, .. } = one;
        let name = &files.names[one.person as usize];
        writeln!(out, "{name},{:04}-{:02},{records},{lates},{absences},{fines},{awards},{lost}", one.month / 12, one.month % 12 + 1).unwrap();
    }
    out.flush().unwrap();
}
