//! An audit that goes on from a saved state writes, byte for byte, what one over all files writes; and nothing is lost or told twice when it is killed.

use crate::run::{Place, binary, repository};
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The records of an institution in three files of about a month each, with corrections, records that come late, lines that cannot be used.
fn months(folder: &str) -> Vec<String> {
    let events = std::fs::read_to_string(repository().join("policies").join(folder).join("events.jsonl")).unwrap();
    let lines: Vec<&str> = events.lines().collect();
    let third = lines.len().div_ceil(3);
    let mut months = vec![String::new(); 3];
    for (at, line) in lines.iter().enumerate() {
        let month = at / third;
        let later = (month + 1).min(2);
        match at % 13 {
            3 => writeln!(months[later], "{line}").unwrap(),
            5 => writeln!(months[month], "{line}\n{line}").unwrap(),
            7 => {
                writeln!(months[month], "{line}").unwrap();
                writeln!(months[later], "{}", line.replacen('{', "{\"revision\": 1, ", 1)).unwrap();
            }
            9 => writeln!(months[month], "{line}\nno record\n{{\"type\": \"nothing\"}}").unwrap(),
            _ => writeln!(months[month], "{line}").unwrap(),
        }
    }
    months
}

#[test]
fn month_by_month_gives_what_one_audit_of_everything_gives() {
    for (folder, registers) in crate::streams::FOLDERS {
        let months = months(folder);
        let place = Place::with(&[("1.jsonl", &months[0]), ("2.jsonl", &months[1]), ("3.jsonl", &months[2])]);
        let root = repository().join("policies").join(folder).to_string_lossy().into_owned();
        let registers: Vec<String> = registers.iter().map(|name| format!("{name}={root}/{name}.csv")).collect();
        let mut common = vec!["audit", root.as_str(), "--all", "--format", "jsonl", "--register"];
        common.extend(registers.iter().map(String::as_str));
        let with = |more: &[&str]| place.bylaw(&[&common[..], more].concat()).exits(0);
        for until in ["2024-01-31", "2024-02-29", "2024-03-31"].iter().enumerate() {
            let (month, until) = until;
            let file = format!("{}.jsonl", month + 1);
            let resume: &[&str] = if month == 0 { &[] } else { &["--resume", "state"] };
            let parts = with(&[&["--events", &file, "--until", until, "--save-state", "state"], resume].concat());
            let all: Vec<String> = (0..=month).map(|month| format!("{}.jsonl", month + 1)).collect();
            let mut args = vec!["--until", until, "--events"];
            args.extend(all.iter().map(String::as_str));
            let whole = with(&args);
            assert!(whole.out.lines().count() > 50, "{}", whole.out);
            assert!(parts.out == whole.out && parts.err == whole.err, "{folder}, up to {until}");
        }
        // The state alone is enough, also to explain.
        let again = with(&["--resume", "state", "--until", "2024-03-31"]);
        let id = again.out.lines().find(|line| line.contains("\"verdict\":\"violation\"")).and_then(|line| line.split('"').nth(3)).unwrap();
        let explain = ["explain", &root, "--resume", "state", "--until", "2024-03-31", "--verdict", id, "--register"];
        let explained = place.bylaw(&explain.into_iter().chain(registers.iter().map(String::as_str)).collect::<Vec<_>>()).exits(0);
        assert!(explained.out.contains("violation"), "{}", explained.out);
    }
}

/// However far it had come: the same command gives the same, and a state that is there is whole.
#[test]
fn killed_at_any_time_it_loses_and_repeats_nothing() {
    let folder = "03-statistics-bureau";
    let (months, root) = (months(folder), repository().join("policies").join(folder).to_string_lossy().into_owned());
    let place = Place::with(&[("1.jsonl", &months[0]), ("2.jsonl", &(months[1].clone() + &months[2]))]);
    let staff = format!("staff={root}/staff.csv");
    killed(&place, &["audit", &root, "--register", &staff, "--until", "2024-03-31", "--format", "jsonl"]);
}

/// The same, where records pass by.
#[test]
fn killed_while_records_pass_by_it_loses_and_repeats_nothing() {
    let [january, february, march] = crate::passing::months();
    let place = Place::with(&[("office.bylaw", crate::passing::OFFICE), ("1.jsonl", &january), ("2.jsonl", &(february + &march)), ("staff.csv", crate::passing::STAFF)]);
    killed(&place, &["audit", "office.bylaw", "--register", "staff=staff.csv", "--until", "2024-03-31", "--format", "jsonl"]);
}

/// Kills an audit that goes on from January, later and later.
fn killed(place: &Place, common: &[&str]) {
    place.bylaw(&[common, &["--events", "1.jsonl", "--save-state", "january"]].concat()).exits(0);
    let next = [common, &["--events", "2.jsonl", "--resume", "january", "--save-state", "march", "-o", "march.jsonl"]].concat();
    let bytes = |name: &str| std::fs::read(place.path().join(name)).unwrap_or_default();
    let all = || (bytes("january"), bytes("march"), bytes("march.jsonl"));
    place.bylaw(&next).exits(0);
    let wanted = all();
    assert!(!wanted.1.is_empty() && wanted.2.len() > 10_000);
    let mut killed = 0;
    for step in 0..40 {
        std::fs::remove_file(place.path().join("march")).unwrap();
        let mut child = Command::new(binary()).args(&next).current_dir(place.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(step * 25));
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        let state = bytes("march");
        assert!(state.is_empty() || (state == wanted.1 && bytes("march.jsonl") == wanted.2), "a state without its result, {} ms", step * 25);
        place.bylaw(&next).exits(0);
        assert!(all() == wanted, "after it was killed at {} ms", step * 25);
        if ended.success() {
            break;
        }
        killed += 1;
    }
    assert!(killed > 0);
}

/// A state of records that pass by is checked as any other: what is damaged, or was saved otherwise, costs an error, and neither a result nor a new state is there.
#[test]
fn a_state_that_passes_by_is_used_whole_or_not_at_all() {
    let [january, february, _] = crate::passing::months();
    let other = crate::passing::OFFICE.replace("0 .. 600", "0 .. 500");
    let place = Place::with(&[("office.bylaw", crate::passing::OFFICE), ("other.bylaw", &other), ("1.jsonl", &january), ("2.jsonl", &february), ("staff.csv", crate::passing::STAFF)]);
    let with = |policy: &str, more: &[&str]| place.bylaw(&[&["audit", policy, "--register", "staff=staff.csv", "--until", "2024-02-29", "--format", "csv"], more].concat());
    with("office.bylaw", &["--events", "1.jsonl", "--save-state", "state"]).exits(0);
    let state = std::fs::read(place.path().join("state")).unwrap();
    let next = ["--resume", "bad", "--events", "2.jsonl", "--save-state", "new", "-o", "new.csv"];
    let refused = |policy: &str, wanted: &str, what: &str| {
        for known in [&[][..], &["--known-at", "2024-02-29"]] {
            let ended = with(policy, &[&next[..], known].concat()).exits(3);
            assert!(ended.err.contains(wanted) && ended.err.starts_with("error: `bad`: ") && ended.out.is_empty(), "{what}: {}", ended.err);
        }
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 7, "{what}: something is left behind");
    };
    let damaged = "the saved state is damaged: it is not what was written";
    for at in (20..state.len()).step_by(state.len() / 12) {
        let mut bad = state.clone();
        bad[at] ^= 0x10;
        place.write("bad", &bad);
        refused("office.bylaw", damaged, &format!("byte {at}"));
        place.write("bad", &state[..at]);
        refused("office.bylaw", damaged, &format!("cut off after {at}"));
    }
    place.write("bad", [&state[..], b"x"].concat());
    refused("office.bylaw", damaged, "one more byte");
    place.write("bad", [b"bylaw state 0\n", &state[14..]].concat());
    refused("office.bylaw", "the state was saved by another version of Bylaw", "version");
    place.write("bad", &january);
    refused("office.bylaw", "this is not the saved state of an audit", "no state");
    place.write("bad", &state);
    refused("other.bylaw", "the state was saved with policies that declare other records", "declarations");
    with("office.bylaw", &next).exits(0);
    // A result never takes the place of what it is made from.
    assert!(with("office.bylaw", &["--resume", "bad", "-o", "bad"]).exits(2).err.contains("the result would take its place"));
}

#[test]
fn what_is_no_state_is_told() {
    let place = Place::with(&[
        ("office.bylaw", "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\nevent late by staff\nrule r\n  on late\n  fine 2 CNY\n"),
        ("other.bylaw", "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\nevent late by staff\n  minutes: minutes\nrule r\n  on late\n  fine 2 CNY\n"),
        ("e.jsonl", "{\"type\":\"late\",\"id\":\"e1\",\"at\":\"2024-03-05T08:37\",\"staff\":\"li\"}\n"),
    ]);
    place.bylaw(&["audit", "office.bylaw", "--events", "e.jsonl", "--save-state", "state"]).exits(0);
    let told = |args: &[&str]| place.bylaw(args).exits(3).err;
    let all = [
        told(&["audit", "office.bylaw", "--resume", "e.jsonl"]),
        told(&["audit", "other.bylaw", "--resume", "state"]),
        told(&["audit", "office.bylaw", "--resume", "none", "--lang", "zh"]),
        place.bylaw(&["audit", "office.bylaw", "--events", "e.jsonl", "--save-state", "e.jsonl"]).exits(2).err,
    ];
    insta::assert_snapshot!(all.concat());
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 4, "nothing is left behind");
}

#[test]
fn two_versions_are_compared_on_what_was_saved() {
    let office = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\nevent late by staff\nrule r\n  on late\n  fine 2 CNY\n";
    let events = "{\"type\":\"late\",\"id\":\"e1\",\"at\":\"2024-03-05T08:37\",\"staff\":\"li\"}\n";
    let place = Place::with(&[("old.bylaw", office), ("new.bylaw", &office.replace("fine 2", "fine 3")), ("e.jsonl", events)]);
    place.bylaw(&["audit", "old.bylaw", "--events", "e.jsonl", "--save-state", "state"]).exits(0);
    let (saved, read) = (place.bylaw(&["diff", "old.bylaw", "new.bylaw", "--resume", "state"]), place.bylaw(&["diff", "old.bylaw", "new.bylaw", "--events", "e.jsonl"]));
    assert!(saved.out.contains("1 of 1 verdicts change"), "{}", saved.out);
    assert_eq!((saved.out, saved.code), (read.out, read.code));
}
