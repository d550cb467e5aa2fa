//! The order of clauses, files and records changes no verdict and no id; a late or corrected record gives what it would have given in time, and the
//! verdicts that it replaces are named.

use crate::run::{Place, repository};
use crate::streams::{self, Institution};
use bylaw::records::{Format, Reader};
use bylaw::{Audit, Cut, Disk, EarlierVerdict, Policy, Records, Verdict, supersede};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use std::collections::BTreeMap;

/// Random permutations: for each place how far its item goes.
fn permutation() -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec(any::<Index>(), 400)
}

fn shuffled<T>(mut items: Vec<T>, by: &[Index]) -> Vec<T> {
    for (at, index) in (1..items.len()).rev().zip(by.iter().cycle()) {
        items.swap(at, index.index(at + 1));
    }
    items
}

fn cases(count: u32, test: impl Fn(Vec<Index>) -> TestCaseResult) {
    let config = Config { cases: count, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&permutation(), test).unwrap();
}

/// Items of a policy text: each begins at the left margin.
fn items(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match items.last_mut() {
            Some(item) if line.starts_with(' ') => item.push_str(&format!("{line}\n")),
            _ => items.push(format!("{line}\n")),
        }
    }
    items
}

#[test]
fn clauses_and_files_in_any_order_are_the_same_rules() {
    for folder in ["03-statistics-bureau", "04-canteen", "05-leave"] {
        let root = repository().join("policies").join(folder);
        let files = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path());
        let texts: Vec<String> =
            files.filter(|path| path.extension().is_some_and(|end| end == "bylaw")).map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let digest = Policy::load(&[root.to_string_lossy()], &Disk).unwrap().digest();
        let calendars = repository().join("policies/calendars").to_string_lossy().into_owned();
        cases(12, |by| {
            // All items of all files in one order, cut into files of other names; the header's imports lead to where they led before.
            let all = shuffled(texts.iter().flat_map(|text| items(text)).collect(), &by);
            let place = Place::new();
            for (n, part) in all.chunks(all.len().div_ceil(3)).enumerate() {
                place.write(&format!("p/{n}.bylaw"), part.join("\n").replace("../calendars", &calendars));
            }
            let policy = Policy::load(&[place.path().join("p").to_string_lossy()], &Disk).unwrap();
            prop_assert_eq!(&policy.digest(), &digest);
            Ok(())
        });
    }
}

/// An audit of these event files, in this order.
fn audit(institution: &Institution, files: &[(usize, String)], known_at: Option<&str>) -> Audit {
    let known_at = known_at.map(|text| institution.policy.known_at(text).unwrap());
    institution.policy.audit(&read(institution, files, Cut { until: institution.until(), known_at }))
}

fn read(institution: &Institution, files: &[(usize, String)], cut: Cut) -> Records {
    let mut reader: Reader<'_> = institution.policy.reader();
    institution.registers(&mut reader);
    for (n, text) in files {
        reader.events(&format!("{n}.jsonl"), None, Format::Jsonl, &mut text.as_bytes()).unwrap();
    }
    reader.finish(cut)
}

/// The records of each day, in the order of the file.
fn days(events: &str) -> Vec<String> {
    let mut days: BTreeMap<String, String> = BTreeMap::new();
    for line in events.lines() {
        let at = line.split("\"at\": \"").nth(1).map_or("", |rest| &rest[..10]);
        days.entry(at.to_owned()).or_default().push_str(&format!("{line}\n"));
    }
    days.into_values().collect()
}

#[test]
fn files_and_records_in_any_order_give_the_same_verdicts() {
    for institution in streams::all() {
        let days = days(&institution.events);
        // Every third day stands in another file. Which file comes first, and which day within it, means nothing.
        let dealt = |by: &[Index]| {
            let mut files: Vec<(usize, String)> = (0..3).map(|n| (n, String::new())).collect();
            for (n, day) in shuffled(days.iter().enumerate().collect(), by) {
                files[n % 3].1.push_str(day);
            }
            shuffled(files, by)
        };
        let expected = audit(&institution, &dealt(&[]), None);
        cases(6, |by| {
            prop_assert_eq!(&audit(&institution, &dealt(&by), None), &expected);
            Ok(())
        });
    }
}

/// Records of the same moment in two files: which file is given first means nothing.
#[test]
fn files_with_equal_times_in_any_order_give_the_same_verdicts() {
    for institution in streams::all() {
        let (mut even, mut odd) = (String::new(), String::new());
        for (n, line) in institution.events.lines().enumerate() {
            if n % 2 == 0 { &mut even } else { &mut odd }.push_str(&format!("{line}\n"));
        }
        let (one, other) = ((0, even), (1, odd));
        let there = audit(&institution, &[one.clone(), other.clone()], None);
        assert_eq!(audit(&institution, &[other, one], None), there);
    }
}

/// What a reader of the earlier verdicts knows of them.
fn earlier(audit: &Audit) -> Vec<EarlierVerdict> {
    audit.verdicts.iter().map(|verdict| EarlierVerdict { id: verdict.id.clone(), revision: verdict.revision.clone() }).collect()
}

#[test]
fn what_was_written_down_late_gives_the_same_and_says_what_it_supersedes() {
    let mut replaced = 0;
    for institution in streams::all() {
        let file = [(0, institution.events.clone())];
        let now = audit(&institution, &file, None);
        for then in ["2024-02-10", "2024-02-24", "2024-03-07", "2024-03-15", "2024-03-24"] {
            let before = audit(&institution, &file, Some(then));
            let mut after = now.clone();
            let withdrawn = supersede(&mut after, &earlier(&before));
            let old: BTreeMap<&str, &Verdict> = before.verdicts.iter().map(|verdict| (verdict.id.as_str(), verdict)).collect();
            for verdict in &after.verdicts {
                let changed = old.get(verdict.id.as_str()).filter(|old| old.revision != verdict.revision).map(|old| old.revision.clone());
                assert_eq!(verdict.supersedes, changed, "{}", verdict.id);
                replaced += usize::from(changed.is_some());
            }
            for id in &withdrawn {
                assert!(old.contains_key(id.as_str()) && !after.verdicts.iter().any(|verdict| verdict.id == *id));
            }
        }
    }
    assert!(replaced > 100, "only {replaced} verdicts were superseded");
}

/// Every record whose place in the file does not tell its order comes in at the end of the file, or is at first wrong and then corrected by a revision: the final verdicts are the same.
#[test]
fn late_and_corrected_records_give_what_they_would_have_given_in_time() {
    let mut moved_ones = 0;
    for institution in streams::all() {
        let in_time = audit(&institution, &[(0, institution.events.clone())], None);
        let lines: Vec<&str> = institution.events.lines().collect();
        let alone = |line: &&str| {
            // Where records share a moment, or a day without a time stands beside it, the place in the file tells which came first.
            let when = |line: &str| line.split("\"at\": \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
            let at = when(line);
            let apart = at.len() > 10 && lines.iter().map(|other| when(other)).filter(|other| *other == at || (!other.is_empty() && at.starts_with(other.as_str()))).count() == 1;
            let single = line.split("\"id\": \"").nth(1).and_then(|rest| rest.split('"').next()).is_some_and(|id| institution.events.matches(&format!("\"{id}\"")).count() == 1);
            apart && single && !line.contains("\"revision\"")
        };
        let (late, early): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| alone(line));
        let moved = format!("{}\n{}\n", early.join("\n"), late.join("\n"));
        assert_eq!(audit(&institution, &[(0, moved)], None), in_time);

        let corrected: String = lines
            .iter()
            .map(|line| if alone(line) { format!("{}\n{}\n", line.replace("\"at\": \"2024", "\"at\": \"2023"), line.replacen('{', "{\"revision\": 1, ", 1)) } else { format!("{line}\n") })
            .collect();
        moved_ones += late.len();
        let mut after = audit(&institution, &[(0, corrected)], None);
        // The notes tell since when periods are judged.
        after.notes.clone_from(&in_time.notes);
        assert_eq!(after, in_time);
    }
    assert!(moved_ones > 200, "only {moved_ones} records were late");
}

/// What reads another norm's value is no more final than that value.
#[test]
fn a_value_that_can_still_change_makes_nothing_final() {
    let policy = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\nevent bonus by staff\n  for_year: count, 2000 .. 2100\n\n\
                  rule more\n  each staff, every year\n  decides points = 3 points * (count of (bonus where for_year = 2024) ever)\n\n\
                  rule whole\n  each staff, every year\n  decides points = 50 points + more.points\n\n\
                  rule plain\n  each staff, every year\n  decides points = 2 points * (count of bonus in the year)\n";
    let events = "{\"type\": \"bonus\", \"id\": \"b\", \"at\": \"2024-03-05\", \"staff\": \"li\", \"for_year\": 2024}\n";
    let place = Place::with(&[("office.bylaw", policy), ("events.jsonl", events)]);
    let out = place.bylaw(&["audit", "office.bylaw", "--events", "events.jsonl", "--until", "2025-03-31", "--all", "--format", "jsonl"]).exits(0).out;
    let is_final = |id: &str| {
        let lines = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        lines.into_iter().find(|line| line["id"] == id).unwrap_or_else(|| panic!("{id}\n{out}"))["final"].as_bool().unwrap()
    };
    assert!(is_final("office.plain@li/2024"));
    assert!(!is_final("office.more@li/2024"));
    assert!(!is_final("office.whole@li/2024"));
}
