//! How runs end, where `docs/cli.md` shows no block for it.

use crate::run::Place;

const POLICY: &str = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\nevent late by staff\n  minutes: minutes, 0 ..\nrule late_fine\n  on late\n  fine 2 CNY when minutes > 5 minutes\n";
const EVENT: &str = "{\"type\":\"late\",\"id\":\"e1\",\"at\":\"2024-03-05\",\"staff\":\"li\",\"minutes\":7}\n";

fn place() -> Place {
    Place::with(&[("p.bylaw", POLICY), ("e.jsonl", EVENT), ("bad.jsonl", "{\"type\":\"late\",\"at\":\"x\"}\n")])
}

#[test]
fn standard_input_is_jsonl() {
    let place = place();
    let from_file = place.bylaw(&["audit", "p.bylaw", "--events", "e.jsonl", "--format", "jsonl"]).exits(0).out;
    assert!(from_file.contains("office.late_fine@e1"));
    let read = place.bylaw_reading(&["audit", "p.bylaw", "--events", "-", "--format", "jsonl"], EVENT).exits(0).out;
    assert_eq!(read, from_file);
}

#[test]
fn bad_records_end_a_strict_run_only() {
    let place = place();
    let audit = ["audit", "p.bylaw", "--events", "e.jsonl", "bad.jsonl"];
    let out = place.bylaw(&audit).exits(0).out;
    assert!(out.contains("wrong-type"), "{out}");
    let strict = place.bylaw(&[&audit[..], &["--strict"]].concat()).exits(3);
    assert!(strict.out.is_empty() && strict.err.contains("bad.jsonl:1"), "{strict:?}");
}

#[test]
fn files_that_are_not_there_and_cannot_be_written() {
    let place = place();
    let cases: [(&[&str], i32); 7] = [
        (&["audit", "p.bylaw", "--events", "e.jsonl", "--register", "staff=nowhere.csv"], 3),
        (&["audit", "p.bylaw", "--events", "e.jsonl", "--register", "nobody=e.jsonl"], 3),
        (&["audit", "p.bylaw", "--events", "e.jsonl", "--register", "e.jsonl"], 2),
        (&["audit", "p.bylaw", "--events", "e.jsonl", "--since", "nowhere.jsonl"], 3),
        (&["audit", "p.bylaw", "--events", "e.jsonl", "-o", "no/such/folder"], 3),
        (&["audit", "p.bylaw", "--events", "e.jsonl", "--until", "soon"], 2),
        (&["explain", "no-such-code"], 2),
    ];
    for (args, code) in cases {
        let ended = place.bylaw(args).exits(code);
        assert!(ended.err.contains("help: "), "{args:?}: no way out: {}", ended.err);
        let chinese = place.bylaw(&[args, &["--lang", "zh"]].concat()).exits(code);
        assert!(chinese.err.contains("办法：") || chinese.err.contains("办法: "), "{args:?}: {}", chinese.err);
    }
}

#[test]
fn a_result_takes_no_place_of_what_it_was_made_from() {
    let place = place();
    place.write("d/events.jsonl", EVENT);
    place.write("staff.csv", "id\nli\n");
    place.bylaw(&["audit", "p.bylaw", "--events", "e.jsonl", "--format", "jsonl", "-o", "v.jsonl"]).exits(0);
    let events = ["audit", "p.bylaw", "--events", "n=e.jsonl", "--register", "staff=staff.csv", "--since", "v.jsonl"];
    for output in ["p.bylaw", "./e.jsonl", "staff.csv", "v.jsonl"] {
        place.bylaw(&[&events[..], &["-o", output]].concat()).exits(2);
    }
    place.bylaw(&["audit", "p.bylaw", "--data", "d", "-o", "d/events.jsonl"]).exits(2);
    place.bylaw(&["compile", "p.bylaw", "-o", "p.bylaw"]).exits(2);
    assert_eq!(place.read("e.jsonl"), EVENT);
    assert_eq!(place.read("p.bylaw"), POLICY);
    // What an earlier run wrote is written anew.
    place.bylaw(&["audit", "p.bylaw", "--events", "e.jsonl", "-o", "v.jsonl"]).exits(0);
}

#[test]
fn earlier_verdicts_are_whole_or_refused() {
    let place = place();
    place.bylaw(&["audit", "p.bylaw", "--events", "e.jsonl", "--format", "jsonl", "-o", "v.jsonl"]).exits(0);
    let whole = place.read("v.jsonl");
    let first = whole.lines().next().unwrap();
    for (text, why) in [(first, "cut off"), ("", "cut off"), (EVENT, "not a line of an audit")] {
        place.write("v.jsonl", text);
        let ended = place.bylaw(&["audit", "p.bylaw", "--events", "e.jsonl", "--since", "v.jsonl"]).exits(3);
        assert!(ended.err.contains(why), "{text:?}: {}", ended.err);
    }
}

#[test]
fn what_a_table_of_verdicts_leaves_out_is_told() {
    let place = place();
    let ended = place.bylaw(&["audit", "p.bylaw", "--events", "e.jsonl", "bad.jsonl", "--format", "csv"]).exits(0);
    assert_eq!(ended.out.lines().count(), 2);
    assert!(ended.err.contains("bad.jsonl:1") && ended.err.contains("records rejected: 1"), "{}", ended.err);
}

#[test]
fn attestations_that_do_not_count_are_told_with_the_reason() {
    let place = Place::new();
    let rules = "judged grave: yes/no of late by staff, presumed no\nrule scolding\n  on late\n  fine 5 CNY when grave\n";
    place.write("p.bylaw", format!("{POLICY}{rules}"));
    place.write("staff.csv", "id\nli\n");
    let said = |value: &str, by: &str| format!("{{\"type\":\"attestation\",\"id\":\"a\",\"at\":\"2024-03-06\",\"fact\":\"grave\",\"about\":\"e1\",\"value\":\"{value}\",\"by\":\"{by}\"}}\n");
    let explain = ["explain", "p.bylaw", "--events", "e.jsonl", "--register", "staff=staff.csv", "--verdict", "office.scolding@e1"];
    for (value, by, why) in [("maybe", "li", "says no value that it could have"), ("yes", "wu", "not in the register `staff`"), ("yes", "li", "5 CNY")] {
        place.write("e.jsonl", format!("{EVENT}{}", said(value, by)));
        let out = place.bylaw(&explain).exits(0).out;
        assert!(out.contains(why), "{value} {by}: {out}");
    }
}

#[test]
fn what_would_have_changed_it_changes_every_use_of_a_quantity() {
    let place = Place::new();
    let rules = |range: &str| {
        format!("regulation w\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\nevent absence by staff\n  days: days{range}\npay fee\n  each staff, every month\n  base 90 CNY\n  less 20 CNY per day of absence\n  forfeited when total days of absence in the month >= 3 days\n")
    };
    place.write("e.jsonl", "{\"type\":\"absence\",\"id\":\"a\",\"at\":\"2024-03-01\",\"staff\":\"li\",\"days\":3}\n");
    // With half days the next value is known. Without a grain there is none, and the amount hangs on it.
    for (range, told) in [(" in halves, 0 .. 31", "had been 2.5 days (it is 3 days): compliant, a payment of 40 CNY"), (", 0 .. 31", "had been below 3 days (it is 3 days): compliant, a payment of an open amount")] {
        place.write("w.bylaw", rules(range));
        let out = place.bylaw(&["explain", "w.bylaw", "--events", "e.jsonl", "--until", "2024-03-31", "--verdict", "w.fee@li/2024-03"]).exits(0).out;
        assert!(out.contains(told), "{out}");
    }
}

#[test]
fn a_moment_before_which_something_is_due_is_itself_too_late() {
    let place = Place::new();
    place.write("p.bylaw", "regulation w\n  time zone Asia/Shanghai\nregister staff\nevent report by staff\nevent late by staff\n  due: moment\nrule r\n  on late\n  must report before due\n");
    place.write("e.jsonl", "{\"type\":\"late\",\"id\":\"l\",\"at\":\"2024-03-01T08:00\",\"staff\":\"li\",\"due\":\"2024-03-01T10:00\"}\n{\"type\":\"report\",\"id\":\"r\",\"at\":\"2024-03-01T10:00\",\"staff\":\"li\"}\n");
    let told = place.bylaw(&["audit", "p.bylaw", "--events", "e.jsonl", "--until", "2024-03-02"]).exits(0).out;
    assert!(told.contains("was due before 2024-03-01 10:00, done only on 2024-03-01 10:00"), "{told}");
    let told = place.bylaw(&["explain", "p.bylaw", "--events", "e.jsonl", "--until", "2024-03-02", "--verdict", "w.r@l"]).exits(0).out;
    assert!(told.contains("due before: 2024-03-01 10:00") && told.contains("had been done before 2024-03-01 10:00"), "{told}");
}

#[test]
fn a_failed_example_is_a_finding() {
    let place = place();
    place.write("t.bylaw", format!("{POLICY}example \"seven\"\n  given late by \"li\" on 2024-03-05 with minutes = 7 minutes\n  expect late_fine of \"li\" is 3 CNY\n"));
    place.bylaw(&["test", "t.bylaw"]).exits(1);
}
