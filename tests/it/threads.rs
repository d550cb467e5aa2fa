//! However many threads there are, the program writes the same, byte for byte.

use crate::run::{Place, repository};
use std::fmt::Write as _;

const FORMATS: [&str; 3] = ["jsonl", "csv", "human"];

/// The same arguments with one thread and with several, in every format.
#[track_caller]
fn same(place: &Place, args: &[&str], least: usize) {
    for format in FORMATS {
        let run = |threads: &str| place.bylaw(&[args, &["--format", format, "--threads", threads]].concat()).exits(0);
        let one = run("1");
        assert!(one.out.lines().count() > if format == "human" { 10 } else { least }, "{}", one.out);
        for threads in ["2", "4", "7"] {
            let several = run(threads);
            assert!(several.out == one.out && several.err == one.err, "{threads} threads, {format}, {args:?}");
        }
        let default = place.bylaw(&[args, &["--format", format]].concat()).exits(0);
        assert!(default.out == one.out, "without a number of threads, {format}, {args:?}");
    }
}

/// Streams with lines that cannot be used, records that come late, corrections, records that were there already, and a source of its own.
#[test]
fn streams_give_the_same_on_any_number_of_threads() {
    for (folder, registers) in crate::streams::FOLDERS {
        let root = repository().join("policies").join(folder);
        let events = std::fs::read_to_string(root.join("events.jsonl")).unwrap();
        let lines: Vec<&str> = events.lines().collect();
        let mut text = String::new();
        let mut late = String::new();
        for (at, line) in lines.iter().enumerate() {
            match at % 11 {
                3 => writeln!(late, "{line}").unwrap(),
                5 => writeln!(text, "{line}\n{line}").unwrap(),
                7 => writeln!(text, "{line}\n{}", line.replacen('{', "{\"revision\": 1, ", 1)).unwrap(),
                8 => writeln!(text, "{line}\nno record\n{{\"type\": \"nothing\"}}\n\n{}", line.chars().take(line.chars().count() / 2).collect::<String>()).unwrap(),
                _ => writeln!(text, "{line}").unwrap(),
            }
        }
        let place = Place::with(&[("events.jsonl", &(text + &late)), ("gate.jsonl", &lines[..lines.len() / 5].join("\n"))]);
        let path = root.to_string_lossy().into_owned();
        let registers: Vec<String> = registers.iter().map(|name| format!("{name}={path}/{name}.csv")).collect();
        let mut args = vec!["audit", path.as_str(), "--events", "events.jsonl", "gate=gate.jsonl", "--all", "--register"];
        args.extend(registers.iter().map(String::as_str));
        same(&place, &args, 50);
        args.extend(["--until", "2024-03-05", "--known-at", "2024-03-04"]);
        same(&place, &args, 20);
    }
}

/// Enough records for many pieces and rounds; most of them judged as they pass by.
#[test]
fn many_records_give_the_same_on_any_number_of_threads() {
    let mut text = String::from("\u{feff}");
    let mut random = fastrand::Rng::with_seed(7);
    for id in 0..9_000 {
        let day = 1 + id / 320;
        let person = random.u32(..90);
        let rest = match random.u32(..10) {
            0 => r#""type":"early_leave""#.to_owned(),
            1 => r#""type":"absence_day""#.to_owned(),
            2 => format!(r#""type":"leave_request","days":{},"kind":"sick","rank":"staff","approved_by":["chief","office_director"]"#, random.u32(1..6)),
            3 => format!(r#""type":"article","words":{},"adopted_by":"none","form":"article""#, random.u32(1..5_000)),
            4 if random.u32(..50) == 0 => r#""type":"sign_in","late_minutes":-1"#.to_owned(),
            _ => format!(r#""type":"sign_in","late_minutes":{}"#, random.u32(..9)),
        };
        let time = if random.u32(..400) == 0 { "2024-01-02T08:00".to_owned() } else { format!("2024-03-{day:02}T{:02}:{:02}", 8 + id % 320 / 40, id % 40) };
        let end = if random.u32(..3) == 0 { "\r\n" } else { "\n" };
        write!(text, r#"{{"id":{id},"person":"p{person:03}","at":"{time}",{rest}}}{end}"#).unwrap();
        if id == 4_000 {
            writeln!(text, "{{\"id\":\"long\",\"x\":\"{}\"}}", "x".repeat(1 << 20)).unwrap();
        }
    }
    let policies = repository().join("policies/bench").to_string_lossy().into_owned();
    let officer = format!("officer={policies}/officer.csv");
    let place = Place::with(&[("events.jsonl", &text)]);
    same(&place, &["audit", &policies, "--events", "events.jsonl", "--register", &officer], 9_000);
    // One record more that was there already: then nothing is known to grow.
    let first = text.lines().nth(1).unwrap().to_owned();
    place.write("events.jsonl", format!("{text}{first}"));
    same(&place, &["audit", &policies, "--events", "events.jsonl", "--register", &officer, "--until", "2024-04-30"], 9_000);
}

#[test]
fn no_threads_are_wrong_usage() {
    let place = Place::with(&[("p.bylaw", "regulation r\n  time zone Asia/Shanghai\n")]);
    for threads in ["0", "-1", "many"] {
        place.bylaw(&["audit", "p.bylaw", "--events", "e.jsonl", "--threads", threads]).exits(2);
    }
}
