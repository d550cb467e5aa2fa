//! Logs in XES that pass by: events that are written plainly become words at once, the others records; what comes out is what the reference evaluator says of them.

use crate::engine_random::{Random, parsed, policy};
use crate::passing_csv::{COLUMNS, STAFF, kept, passed, row};
use bylaw::Policy;
use bylaw::records::Format;
use std::fmt::Write as _;

/// An attribute, mostly written as most are.
fn attribute(random: &mut Random, key: &str, value: &str) -> String {
    let value = value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let value = if random.chance(2) { value.replace('l', "&#108;") } else { value };
    let kind = if key == "at" { "date" } else { "string" };
    match random.below(150) {
        0 => String::new(),
        1 => format!("<{kind} key=\"{key}\" value=\"{value}&nobody;\"/>"),
        2 => format!("<{kind} key=\"{key}\" value=\"{value}\"/>").repeat(2),
        3 => format!("<{kind} key=\"{key}\" value=\"{value}\"><string key=\"{key}\" value=\"nested\"/></{kind}>"),
        4 => format!("<{kind} value=\"{value}\"\n key=\"{key}\"/>\n"),
        5 => format!("<{kind} key=\"{key}\"/>"),
        6 => format!("<{kind} key=\"{key}\" value=\"  \"/>"),
        _ => format!("<{kind} key=\"{key}\" value=\"{value}\"/>"),
    }
}

fn event(random: &mut Random, at: usize, clock: &mut u32, is_named: bool) -> String {
    let row = row(random, at, clock);
    let stated = COLUMNS.into_iter().zip(&row).filter(|(column, value)| (is_named || *column != "id") && !(value.is_empty() && at.is_multiple_of(2)));
    let attributes: Vec<String> = stated.map(|(column, value)| attribute(random, column, value)).collect();
    format!("<event>{}</event>\n", attributes.concat())
}

/// A log; in each trace a few events.
fn log(random: &mut Random) -> Vec<u8> {
    let (mut clock, mut at, is_named) = (0, 0, random.chance(50));
    let mut text = "<?xml version=\"1.0\"?>\n<log>\n<global scope=\"event\"><string key=\"type\" value=\"a\"/></global>\n".to_owned();
    while at < 50 {
        if random.chance(5) {
            at += 1;
            text += &event(random, at, &mut clock, is_named);
        }
        text += "<trace>\n";
        if random.chance(80) {
            let name = random.one(&["A1", "A2", "案三"]);
            text += &attribute(random, "concept:name", name);
        }
        for _ in 0..random.below(8) {
            at += 1;
            text += &event(random, at, &mut clock, is_named);
        }
        text += "</trace>\n";
    }
    text += "</log>\n";
    let mut bytes = text.into_bytes();
    if random.chance(10) {
        // Some byte that is no text, somewhere.
        let place = random.below(bytes.len() as u32) as usize;
        if bytes[place].is_ascii_digit() {
            bytes[place] = 0xff;
        }
    }
    if random.chance(5) {
        bytes.truncate(bytes.len() / 2);
    }
    bytes
}

#[test]
fn events_become_words_or_records_alike() {
    let (mut same, mut used, mut broken) = (0, 0, 0);
    for seed in 0..crate::engine_random::how_many("RANDOM_TABLES", 120) {
        let mut random = Random(fastrand::Rng::with_seed(13_000 + seed));
        let Some(policy) = parsed(&policy(&mut random)) else { continue };
        let log = log(&mut random);
        let registers = [("staff", STAFF)];
        let registers = if seed % 3 > 0 { &registers[..] } else { &[] };
        let file = (random.chance(30).then_some("hr"), Format::Xes, &*log);
        let wanted = kept(&policy, registers, file);
        for count in [1, 3] {
            let found = passed(&policy, registers, file, count);
            let shown = || format!("seed {seed} on {count} threads\n{}", String::from_utf8_lossy(&log));
            match (&wanted, &found) {
                (Ok((records, wanted)), Ok(Some(found))) => {
                    assert_eq!(String::from_utf8_lossy(found), String::from_utf8_lossy(wanted), "{}", shown());
                    same += 1;
                    used += records.counts.used;
                }
                (Err(wanted), Err(found)) => {
                    assert_eq!(found, wanted, "{}", shown());
                    broken += 1;
                }
                // Nothing of it can pass by, and it may not have been read.
                (_, Ok(None)) => {}
                _ => panic!("one of them is an error: {:?} {:?}; {}", wanted.err(), found.err(), shown()),
            }
        }
    }
    assert!(same > 60 && used > 1_000 && broken > 2, "{same} logs of {used} records, {broken} that are broken");
}

const LATE: &str = r#"
regulation office
  time zone Asia/Shanghai

case visit
feed log
  type in "concept:name"
  at in "time:timestamp"
  visit in "case:concept:name"
event came of visit in log
  minutes: number, 0 ..
rule in_time
  on came
  must satisfy minutes <= 5
"#;

/// Whose a record is says its trace; what it is called, too. Many events, so that they come in several pieces.
#[test]
fn what_a_trace_says_of_its_events() {
    let policy = Policy::parse(LATE).unwrap();
    let mut log = "<log>".to_owned();
    for trace in 0..3_000 {
        writeln!(log, "<trace><string key=\"concept:name\" value=\"v{trace}\"/><string key=\"{}\" value=\"x\"/>", "remark".repeat(10)).unwrap();
        for event in 0..3 {
            let minutes = (trace + event) % 7;
            let minutes = if trace == 2_000 && event == 1 { "&nobody;".to_owned() } else { minutes.to_string() };
            let (kind, hour) = (["came", "came", "went"][event], event + 8);
            writeln!(log, "<event><string key=\"concept:name\" value=\"{kind}\"/><date key=\"time:timestamp\" value=\"2024-03-05T{hour:02}:00:00+08:00\"/><string key=\"minutes\" value=\"{minutes}\"/></event>").unwrap();
        }
        log += "</trace>\n";
    }
    log += "</log>\n";
    let (records, wanted) = kept(&policy, &[], (None, Format::Xes, log.as_bytes())).unwrap();
    let wanted = String::from_utf8(wanted).unwrap();
    assert_eq!((records.counts.used, records.counts.rejected, records.counts.ignored["went"]), (5_999, 1, 3_000));
    assert!(wanted.contains("v2999#2") && wanted.contains("case:v2999") | wanted.contains("visit:v2999"), "{}", &wanted[wanted.len() - 2_000..]);
    for threads in [1, 2] {
        let found = passed(&policy, &[], (None, Format::Xes, log.as_bytes()), threads).unwrap().unwrap();
        assert!(String::from_utf8(found).unwrap() == wanted, "on {threads} threads");
    }
}

/// Which attributes there are is said once where none says what an event is, of all its first events.
#[test]
fn a_log_that_does_not_say_what_its_events_are() {
    let policy = Policy::parse(LATE).unwrap();
    let log = "<log><trace><string key=\"who\" value=\"a\"/><event><string key=\"one\" value=\"1\"/></event></trace><trace><event><string key=\"two\" value=\"1\"/></event></trace></log>";
    let wanted = kept(&policy, &[], (None, Format::Xes, log.as_bytes())).unwrap_err();
    assert_eq!(wanted.code, "no-type-column");
    assert!(wanted.help.en.contains("`case:who`, `one`, `two`"), "{}", wanted.help.en);
    assert_eq!(passed(&policy, &[], (None, Format::Xes, log.as_bytes()), 1).unwrap_err(), wanted);
}
