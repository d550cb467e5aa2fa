//! Records that correct others, while all pass by: what is written is what is written when all are kept, and they do pass by.

use crate::run::{Ended, Place};
use bylaw::records::{Format, Input};
use bylaw::stream::{self, Asked, Form};
use bylaw::{Cut, Policy, Threads};
use std::fmt::Write as _;

const OFFICE: &str = "regulation office
  time zone Asia/Shanghai
  currency CNY

register staff
  post: clerk < chief
event late by staff
  minutes: minutes, 0 .. 600
event gone by staff
  hours: count in 0.5, 0 .. 24

rule late_fine [1]
  on late
  fine 2 CNY * (count of late in the month) when minutes > 5 minutes and staff.post is clerk [1a]
  fine 9 CNY when minutes > 5 minutes and staff.post is chief [1b]
rule gone_fine [2]
  on gone
  deduct 3 CNY when hours > 2 [2]
rule often [3]
  each staff, every month
  when (count of late in the month) >= 3
  deduct 10 CNY [3]
";

const STAFF: &str = "id,post\nli,clerk\nwang,chief\nzhao,clerk\nidle,clerk\n";

/// A quarter of four people, of whom one is in no register; and some lines that are none.
fn records() -> Vec<String> {
    let mut all = Vec::new();
    for at in 0..200 {
        let (month, day, hour) = (1 + at / 67, 1 + at % 67 / 3, 8 + at % 5);
        let who = ["li", "wang", "nobody", "zhao", "li"][at % 5];
        let minutes = if at % 70 == 3 { String::new() } else { format!(",\"minutes\":{}", at % 17) };
        all.push(format!("{{\"type\":\"late\",\"id\":\"r{at}\",\"at\":\"2024-{month:02}-{day:02}T{hour:02}:00\",\"staff\":\"{who}\"{minutes}}}\n"));
        if at % 90 == 0 {
            all.push("no record\n{\"type\":\"early\",\"id\":1}\n".to_owned());
        }
    }
    all
}

/// Corrections, each by itself.
const CORRECTIONS: [&str; 22] = [
    // Another value; that is corrected once more; the last of all; the first.
    r#"{"type":"late","id":"c1","at":"2024-01-03T09:30","staff":"li","minutes":3,"supersedes":"r9"}"#,
    r#"{"type":"late","id":"c2","at":"2024-01-11T09:30","staff":"li","minutes":30,"supersedes":"r30"}
{"type":"late","id":"c3","at":"2024-01-11T09:30","staff":"li","minutes":13,"supersedes":"c2"}"#,
    r#"{"type":"late","id":"c4","at":"2024-03-22","retracts":"r199"}"#,
    r#"{"type":"late","id":"c5","at":"2024-03-22","retracts":"r0"}"#,
    // Another person, who is in no register; another one; another day; another type.
    r#"{"type":"late","id":"c6","at":"2024-01-15T09:30","staff":"ghost","minutes":3,"supersedes":"r44"}"#,
    r#"{"type":"late","id":"c7","at":"2024-01-07T08:00","staff":"wang","minutes":3,"supersedes":"r20"}"#,
    r#"{"type":"late","id":"c8","at":"2024-02-27T09:30","staff":"li","minutes":13,"supersedes":"r25"}"#,
    r#"{"type":"gone","id":"c9","at":"2024-02-07T09:30","staff":"zhao","hours":3.5,"supersedes":"r88"}"#,
    // Before the first of all; after the last day; a day alone.
    r#"{"type":"late","id":"c10","at":"2023-11-15T09:30","staff":"li","minutes":13,"supersedes":"r40"}"#,
    r#"{"type":"late","id":"c11","at":"2024-06-15T09:30","staff":"wang","minutes":13,"supersedes":"r46"}"#,
    r#"{"type":"late","id":"c12","at":"2024-03-22","staff":"zhao","minutes":13,"supersedes":"r108"}"#,
    // Ids that are not there; a circle; one that corrects itself.
    r#"{"type":"late","id":"c13","at":"2024-02-03T09:30","staff":"li","minutes":13,"supersedes":"nowhere"}"#,
    r#"{"type":"late","id":"c14","at":"2024-02-03T09:30","staff":"li","minutes":13,"supersedes":"c15"}
{"type":"late","id":"c15","at":"2024-02-03T09:30","staff":"li","minutes":13,"supersedes":"c14"}"#,
    r#"{"type":"late","id":"c16","at":"2024-02-03T09:30","staff":"li","minutes":13,"supersedes":"c16"}"#,
    // One that was taken back corrects nothing.
    r#"{"type":"late","id":"c17","at":"2024-02-03T09:30","staff":"li","minutes":13,"supersedes":"r60"}
{"type":"late","id":"c18","at":"2024-02-04","retracts":"c17"}"#,
    // The same once more; the same with another content; a revision, and a lower one.
    r#"{"type":"late","id":"r61","at":"2024-01-21T09:00","staff":"wang","minutes":10}"#,
    r#"{"type":"late","id":"r62","at":"2024-01-21T09:00","staff":"wang","minutes":11}"#,
    r#"{"type":"late","id":"r64","at":"2024-01-21T09:00","staff":"zhao","minutes":11,"revision":2}
{"type":"late","id":"r64","at":"2024-01-22T09:00","staff":"zhao","minutes":12,"revision":1}"#,
    // A correction that cannot be used itself; one of a line that could not; of two at once.
    r#"{"type":"late","id":"c19","at":"2024-01-21T09:00","staff":"zhao","minutes":6000,"supersedes":"r66"}"#,
    r#"{"type":"late","id":"bad","at":"2024-01-21T09:00","staff":"zhao","minutes":6000}
{"type":"late","id":"c20","at":"2024-01-21T09:00","staff":"zhao","minutes":60,"supersedes":"bad"}"#,
    r#"{"type":"late","id":"c21","at":"2024-01-21T09:00","staff":"zhao","minutes":60,"supersedes":"r68","retracts":"r69"}"#,
    r#"{"type":"late","id":"c22","at":"2024-03-22","retracts":"r71"}
{"type":"late","id":"c23","at":"2024-03-22T20:00","staff":"li","minutes":6,"supersedes":"r71"}"#,
];

/// Files in a folder, and what each holds.
struct Files(Vec<(&'static str, String)>);

impl Files {
    /// The log with these corrections: behind it, in the midst of it, in a file of their own, in files that overlap.
    fn of(corrections: &[&str]) -> Self {
        let (records, more) = (records(), corrections.iter().fold(String::new(), |text, correction| text + correction + "\n"));
        let (early, late) = records.split_at(100);
        let every = |of: usize| records.iter().enumerate().filter(|(at, _)| at % 2 == of).map(|(_, line)| line.as_str()).collect::<String>();
        let known = format!("{STAFF}nobody,chief\nghost,clerk\n");
        Self(vec![
            ("behind.jsonl", records.concat() + &more),
            ("midst.jsonl", early.concat() + &more + &late.concat()),
            ("whole.jsonl", records.concat()),
            ("more.jsonl", more),
            ("even.jsonl", every(0)),
            ("odd.jsonl", every(1)),
            ("staff.csv", STAFF.to_owned()),
            ("known.csv", known),
            ("office.bylaw", OFFICE.to_owned()),
        ])
    }

    fn place(&self) -> Place {
        let files: Vec<(&str, &str)> = self.0.iter().map(|(name, text)| (*name, text.as_str())).collect();
        Place::with(&files)
    }

    fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str()).unwrap()
    }

    /// Do the records of these files pass by?
    fn pass_by(&self, events: &[&str], staff: &str, until: Option<&str>) -> bool {
        let policy = Policy::parse(OFFICE).unwrap();
        let mut reader = policy.reader();
        reader.register("staff", staff, Format::Csv, &mut self.text(staff).as_bytes()).unwrap();
        let until = until.map(|until| policy.time(until).unwrap());
        let asked = Asked { until, form: Form::Jsonl, all: false, threads: Threads::ONE, save: false, statements: false };
        let streamed = stream::audit(policy.model(), reader.finish(Cut::default()), asked, &mut |read| {
            events.iter().try_for_each(|name| read(name, None, Input::File(Format::Jsonl, &mut self.text(name).as_bytes())))
        });
        streamed.unwrap().is_some()
    }
}

/// What is written, which for Parquet is a file, beside what is written when all records are kept: those of pipes, which give what is in them once.
fn both(place: &Place, (events, staff, until): (&[&str], &str, Option<&str>), more: &[&str]) -> [(Ended, Vec<u8>); 2] {
    let staff = format!("staff={staff}");
    let cut = until.map(|until| ["--until", until]);
    let args = [&["audit", "office.bylaw", "--register", &staff][..], cut.as_ref().map_or(&[][..], |cut| &cut[..]), more, &["--events"], events].concat();
    let written = |out: &str| {
        let out = place.path().join(out);
        let bytes = std::fs::read(&out).unwrap_or_default();
        let _ = std::fs::remove_file(&out);
        bytes
    };
    let passed = place.bylaw(&args);
    let passed = (passed, written("out"));
    let (events, args) = (events.join(" "), args.join(" "));
    let line = format!("mkdir -p pipes; cd pipes; cp ../*.bylaw ../*.csv .; for one in {events}; do rm -f $one; mkfifo $one; cat ../$one > $one & done; timeout 60 bylaw {args}");
    let kept = place.shell(&line);
    [passed, (kept, written("pipes/out"))]
}

fn alike(place: &Place, of: (&[&str], &str, Option<&str>), more: &[&str], least: usize) {
    let [(passed, written), (kept, wanted)] = both(place, of, more);
    assert!(passed.out.len() + written.len() > least, "{of:?} {more:?}: {}", passed.err);
    if (&passed.out, &passed.err, passed.code) != (&kept.out, &kept.err, kept.code) || written != wanted {
        let differ = passed.out.lines().zip(kept.out.lines()).filter(|(a, b)| a != b).take(3).fold(String::new(), |mut text, (a, b)| {
            writeln!(text, "{a}\nnot {b}").unwrap();
            text
        });
        panic!("{of:?} {more:?}\n{differ}\n{}\nnot {}\n{} and {} bytes", passed.err, kept.err, written.len(), wanted.len());
    }
}

#[test]
fn all_corrections_at_once_are_settled_while_records_pass_by() {
    let files = Files::of(&CORRECTIONS);
    let place = files.place();
    let forms = [&["--format", "jsonl"][..], &["--format", "csv"], &["--format", "human"], &["--format", "parquet", "--output", "out"]];
    for events in [&["behind.jsonl"][..], &["midst.jsonl"], &["whole.jsonl", "more.jsonl"], &["more.jsonl", "whole.jsonl"], &["odd.jsonl", "more.jsonl", "even.jsonl"]] {
        for until in [Some("2024-03-31"), Some("2024-02-29T12:00"), None] {
            assert!(files.pass_by(events, "staff.csv", until), "{events:?} until {until:?}: all are kept");
            for (form, threads) in forms.iter().zip(["1", "2", "1", "2"]) {
                alike(&place, (events, "staff.csv", until), &[form, &["--threads", threads][..]].concat(), 1000);
            }
        }
        for (form, threads) in forms.iter().zip(["2", "1", "2", "1"]) {
            alike(&place, (events, "known.csv", None), &[form, &["--all", "--lang", "zh", "--threads", threads][..]].concat(), 1000);
        }
    }
}

/// Of those whom no register knows the first record is told, which need not be the first that is read.
#[test]
fn records_out_of_order_are_put_in_order_although_a_register_does_not_know_some() {
    let files = Files::of(&[]);
    let place = files.place();
    for events in [&["odd.jsonl", "even.jsonl"][..], &["even.jsonl", "odd.jsonl"]] {
        for until in [Some("2024-02-29T12:00"), None] {
            assert!(files.pass_by(events, "staff.csv", until), "{events:?} until {until:?}: all are kept");
            alike(&place, (events, "staff.csv", until), &["--format", "jsonl"], 1000);
        }
    }
}

#[test]
fn each_correction_by_itself_is_settled_while_records_pass_by() {
    for correction in CORRECTIONS {
        let files = Files::of(&[correction]);
        let place = files.place();
        for (events, until) in [(&["behind.jsonl"][..], None), (&["more.jsonl", "whole.jsonl"], Some("2024-03-31")), (&["odd.jsonl", "even.jsonl", "more.jsonl"], None)] {
            assert!(files.pass_by(events, "staff.csv", until), "{correction} {events:?} until {until:?}: all are kept");
            alike(&place, (events, "staff.csv", until), &["--format", "jsonl"], 1000);
        }
    }
}

/// Of so many people somebody's record was corrected that all records are put in order; and every record is there twice.
#[test]
fn many_corrections_are_settled_while_records_pass_by() {
    let (mut records, mut more, mut staff) = (String::new(), String::new(), "id,post\n".to_owned());
    for who in 0..300 {
        writeln!(staff, "p{who},{}", if who % 2 == 0 { "clerk" } else { "chief" }).unwrap();
        for day in 1..4 {
            let (at, minutes) = (format!("2024-01-{:02}T08:00", day * 7 + who % 5), who % 11);
            writeln!(records, "{{\"type\":\"late\",\"id\":\"p{who}-{day}\",\"at\":\"{at}\",\"staff\":\"p{who}\",\"minutes\":{minutes}}}").unwrap();
            if day == 2 {
                writeln!(more, "{{\"type\":\"late\",\"id\":\"c{who}\",\"at\":\"{at}\",\"staff\":\"p{who}\",\"minutes\":20,\"supersedes\":\"p{who}-{day}\"}}").unwrap();
            }
        }
    }
    let files = Files(vec![("records.jsonl", records.clone()), ("again.jsonl", records), ("more.jsonl", more), ("staff.csv", staff), ("office.bylaw", OFFICE.to_owned())]);
    let place = files.place();
    for events in [&["records.jsonl", "more.jsonl"][..], &["records.jsonl", "again.jsonl"], &["again.jsonl", "more.jsonl", "records.jsonl"]] {
        for until in [Some("2024-03-31"), None] {
            assert!(files.pass_by(events, "staff.csv", until), "{events:?} until {until:?}: all are kept");
            for more in [&["--format", "jsonl"][..], &["--format", "human"]] {
                alike(&place, (events, "staff.csv", until), more, 1000);
            }
        }
    }
}
