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
fn a_failed_example_is_a_finding() {
    let place = place();
    place.write("t.bylaw", format!("{POLICY}example \"seven\"\n  given late by \"li\" on 2024-03-05 with minutes = 7 minutes\n  expect late_fine of \"li\" is 3 CNY\n"));
    place.bylaw(&["test", "t.bylaw"]).exits(1);
}
