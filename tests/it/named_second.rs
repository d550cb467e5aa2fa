//! Norms that ask for records of somebody whom the record names second: they are judged as the records pass by, kept by that name, and the program writes what it writes when all
//! records are kept.

use crate::run::Place;
use std::fmt::Write as _;
use std::fs;

const OFFICE: &str = "regulation office
  time zone Asia/Shanghai
  currency CNY

register staff
  post: clerk < chief
case trip
event leave by staff
  days: days, 0 .. 30
event expense by staff of trip
  amount: money
event approval by staff of trip
event settled by staff of trip

rule leave_days [1]
  each staff, every month
  when (total days of leave in the month) > 9 days
  deduct 10 CNY
rule approved [2]
  on expense
  must satisfy any approval for the same trip so far
  if breached fine 2 CNY
rule spent [3]
  on expense where staff.post is clerk
  all sum
  fine 1 CNY when (total amount of expense for the same trip so far) > 400 CNY [3a]
  fine 2 CNY when (total amount of expense for the same trip in the month) > 700 CNY [3b]
duty settles [4]
  on approval
  must settled for the same trip within 9 days
";

const STAFF: &str = "id,post\nli,clerk\nwang,chief\nzhao,clerk\n张三,clerk\n";

/// A quarter, in lines. `open`: some do not say of which trip they are, and some are of a person whom the register does not know.
fn records(open: bool) -> Vec<String> {
    let mut all = Vec::new();
    for at in 0..400 {
        let (month, day, hour) = (1 + at / 135, 1 + at % 135 / 5, 8 + at % 5);
        let who = ["li", "wang", "张三", "zhao", "li", if open { "nobody" } else { "wang" }][at % 6];
        let trip = if open && at % 50 == 7 { String::new() } else { format!(",\"trip\":\"t{}\"", at * 7 % 31 % (6 + month)) };
        let rest = match at % 7 {
            0 => format!("leave\",\"days\":{}", at % 4),
            1 | 4 if at % 11 == 3 => format!("approval\"{trip}"),
            2 => format!("settled\"{trip}"),
            // The sum of what was spent is open for some.
            _ if at % 101 == 5 => format!("expense\"{trip}"),
            _ => format!("expense\",\"amount\":\"{}.50\"{trip}", at % 90),
        };
        all.push(format!("{{\"id\":\"r{at}\",\"at\":\"2024-{month:02}-{day:02}T{hour:02}:00\",\"staff\":\"{who}\",\"type\":\"{rest}}}"));
    }
    all
}

fn lines<'l>(records: impl Iterator<Item = &'l String>) -> String {
    records.map(|line| format!("{line}\n")).collect()
}

/// The records in order; in two files that overlap throughout; in two by their trips; with some that do not say of which trip they are.
fn place() -> Place {
    let (all, open) = (records(false), records(true));
    let every = |of: usize| lines(all.iter().enumerate().filter(|(at, _)| usize::from(at % 3 == 0) == of).map(|(_, line)| line));
    let (even, odd): (Vec<&String>, Vec<&String>) = all.iter().partition(|line| !["t1\"", "t3\"", "t5\"", "t7\""].iter().any(|trip| line.contains(trip)));
    Place::with(&[
        ("office.bylaw", OFFICE),
        ("staff.csv", STAFF),
        ("e.jsonl", &lines(all.iter())),
        ("1.jsonl", &every(0)),
        ("2.jsonl", &every(1)),
        ("even.jsonl", &lines(even.into_iter())),
        ("odd.jsonl", &lines(odd.into_iter())),
        ("open.jsonl", &lines(open.iter())),
    ])
}

const REST: [&str; 6] = ["office.bylaw", "--register", "staff=staff.csv", "--until", "2024-03-31", "--events"];

/// What is known on the last day is asked of all records together.
const KEPT: [&str; 2] = ["--known-at", "2024-03-31"];

#[test]
fn what_is_judged_is_said() {
    let place = place();
    let plan = place.bylaw(&["audit", "office.bylaw", "--register", "staff=staff.csv", "--plan"]).exits(0).out;
    assert!(plan.starts_with("1 of 4 norms are judged as the records pass by, for each `staff`") && plan.contains("\n3 more beside them, for each `trip` on its own"), "{plan}");
}

#[test]
fn it_writes_what_it_writes_when_all_are_kept() {
    let place = place();
    for events in [&["e.jsonl"][..], &["1.jsonl", "2.jsonl"], &["2.jsonl", "1.jsonl"], &["open.jsonl"]] {
        for threads in ["1", "2", "3"] {
            for format in ["jsonl", "csv"] {
                let args = [&["audit", "--threads", threads, "--format", format], &REST[..], events].concat();
                let (passed, kept) = (place.bylaw(&args), place.bylaw(&[&args[..], &KEPT].concat()));
                assert!(passed.out.lines().count() > 200, "{}", passed.out);
                assert!((&passed.out, &passed.err, passed.code) == (&kept.out, &kept.err, kept.code), "{args:?}");
            }
        }
    }
}

#[cfg(feature = "parquet")]
#[test]
fn it_is_the_same_as_parquet() {
    let place = place();
    for events in [&["e.jsonl"][..], &["1.jsonl", "2.jsonl"]] {
        for threads in ["1", "2"] {
            let written = |name: &str, more: &[&str]| {
                place.bylaw(&[&["audit", "--threads", threads, "--format", "parquet", "--output", name], more, &REST, events].concat()).exits(0);
                fs::read(place.path().join(name)).unwrap()
            };
            let (passed, kept) = (written("passed.parquet", &[]), written("kept.parquet", &KEPT));
            assert!(passed.len() > 1000 && passed == kept, "{events:?} on {threads} threads");
        }
    }
}

/// Each explanation by reading everything, by reading one trip's records, and by the index.
#[test]
fn it_is_explained_from_the_records_of_one_trip() {
    let place = place();
    for events in [&["e.jsonl"][..], &["1.jsonl", "2.jsonl"], &["odd.jsonl", "even.jsonl"], &["open.jsonl"]] {
        let audited = place.bylaw(&[&["audit", "--format", "csv"], &REST[..], events].concat()).exits(0).out;
        let mut explained = 0;
        for norm in ["office.leave_days", "office.approved", "office.spent", "office.settles"] {
            let ids: Vec<&str> = audited.lines().filter_map(|line| line.split(',').next()).filter(|id| id.starts_with(norm)).collect();
            for id in ids.iter().step_by(1 + ids.len() / 5) {
                let args = [&["explain", "--verdict", id], &REST[..], events].concat();
                let kept = place.bylaw(&[&args[..], &KEPT].concat()).exits(0);
                let passed = place.bylaw(&args).exits(0);
                let found = place.bylaw(&[&args[..], &["--index", "index"]].concat()).exits(0);
                assert!(kept.out == passed.out && passed.out == found.out, "{id} of {events:?}\n{}\n{}\n{}", kept.out, passed.out, found.out);
                // Where a trip is not said, or its records are in no order, all records are asked, and that is told.
                let said = |why: &str| found.err.contains(&format!("all records are read: {why}"));
                let is_of_trip = norm != "office.leave_days";
                let (is_open, is_mixed) = (is_of_trip && events.contains(&"open.jsonl"), is_of_trip && events.contains(&"1.jsonl"));
                assert_eq!(said("a record does not say whose it is"), is_open, "{id} of {events:?}: {}", found.err);
                if is_of_trip {
                    assert_eq!(said("the subject's records do not come in the order"), is_mixed, "{id} of {events:?}: {}", found.err);
                    assert_eq!(said(""), is_open || is_mixed, "{id} of {events:?}: {}", found.err);
                }
                explained += 1;
            }
        }
        assert!(explained >= 12, "{explained}");
    }
}

/// The index has the places of a record for each whom it names: what stands in others of the same person is not read for a verdict of one trip.
#[test]
fn the_index_finds_the_records_of_a_trip() {
    let place = place();
    let args = [&["explain", "--verdict", "office.approved@r3", "--index", "index"], &REST[..], &["e.jsonl"]].concat();
    let first = place.bylaw(&args).exits(0);
    let index = fs::read(place.path().join("index")).unwrap();
    let again = place.bylaw(&args).exits(0);
    assert!(first.out == again.out && again.err.is_empty(), "{}", again.err);
    assert!(fs::read(place.path().join("index")).unwrap() == index, "it was made anew");
}

/// Between two runs the records lie in a file; what is said at the end is what one run says.
#[test]
fn a_run_goes_on_where_another_ended() {
    let place = place();
    let (mut january, mut rest) = (String::new(), String::new());
    for line in records(false) {
        writeln!(if line.contains("\"2024-01") { &mut january } else { &mut rest }, "{line}").unwrap();
    }
    place.write("january.jsonl", &january);
    place.write("rest.jsonl", &rest);
    let begin = ["audit", "--format", "jsonl"];
    place.bylaw(&[&begin[..], &["office.bylaw", "--register", "staff=staff.csv", "--until", "2024-01-31", "--save-state", "state", "--events", "january.jsonl"]].concat()).exits(0);
    let resumed = place.bylaw(&[&begin[..], &["--resume", "state"], &REST, &["rest.jsonl"]].concat()).exits(0);
    let whole = place.bylaw(&[&begin[..], &REST, &["january.jsonl", "rest.jsonl"]].concat()).exits(0);
    let verdicts = |out: &str| {
        let mut all: Vec<String> = out.lines().filter(|line| line.contains("\"office.")).map(str::to_owned).collect();
        all.sort();
        all
    };
    let (resumed, whole) = (verdicts(&resumed.out), verdicts(&whole.out));
    assert!(whole.len() > 200, "{}", whole.len());
    assert_eq!(resumed, whole);
}
