//! `bylaw test --generate`: what is proposed shows what it should, among the policies of this repository with their examples taken out.

use crate::run::{Place, repository};
use serde_json::Value;

/// The text without its examples.
fn without_examples(text: &str) -> String {
    let mut skips = false;
    let keeps = |line: &&str| {
        if !line.is_empty() && !line.starts_with(' ') {
            skips = line.starts_with("example ") || line.starts_with("示例 ");
        }
        !skips
    };
    text.lines().filter(keeps).map(|line| format!("{line}\n")).collect()
}

/// A folder of policies without examples, and the calendars.
fn bare(folder: &str) -> Place {
    let place = Place::new();
    for name in [folder, "calendars"] {
        for entry in std::fs::read_dir(repository().join("policies").join(name)).unwrap() {
            let path = entry.unwrap().path();
            let file = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("bylaw") => place.write(&file, without_examples(&std::fs::read_to_string(&path).unwrap())),
                Some("csv") => place.write(&file, std::fs::read(&path).unwrap()),
                _ => {}
            }
        }
    }
    place
}

/// Adds the proposals to the folder: all pass, and of each hundred lines so many are shown.
#[track_caller]
fn shows(folder: &str, least: u64) -> String {
    let place = bare(folder);
    let file = format!("{folder}/proposed.bylaw");
    let ended = place.bylaw(&["test", folder, "--generate", &file]);
    assert_eq!(ended.out, "", "{}", ended.err);
    let tested = place.bylaw(&["test", folder, "--coverage", "--format", "json"]);
    let tested: Value = serde_json::from_str(&tested.out).unwrap();
    assert_eq!(tested["failed"], 0, "{tested}");
    assert!(tested["passed"].as_u64() > Some(0));
    let total = &tested["coverage"]["total"];
    let (both, lines) = (total["both"].as_u64().unwrap(), total["lines"].as_u64().unwrap());
    eprintln!("{folder}: the proposals show {both} of {lines} lines both ways, {} %", both * 100 / lines);
    assert!(both * 100 >= least * lines, "{both} of {lines}\n{}", ended.err);
    assert!(ended.err.contains(&format!("not exercised: {lines} lines; {} proposed examples show {both} of them", tested["passed"])), "{}", ended.err);
    let left = lines - both;
    assert!(left == 0 || ended.err.contains(&format!("left ({left}):")), "{}", ended.err);
    assert_eq!(ended.code, i32::from(left > 0));
    place.bylaw(&["fmt", &file, "--check"]).exits(0);
    place.read(&file)
}

#[test]
fn an_english_policy() {
    let text = shows("03-statistics-bureau", 90);
    assert!(text.contains("\n# To confirm. The rules now say: ") && text.contains("\nexample \"proposed: "), "{text}");
}

#[test]
fn a_chinese_policy() {
    let text = shows("05-leave", 90);
    assert!(text.contains("\n# 待确认。规则现在的结论：") && text.contains("\n示例 \"拟："), "{text}");
}

const HEADER: &str = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\nevent late by staff\n  minutes: minutes, 0 ..\nevent order, reply by staff\n";

/// What is proposed, without comments.
fn proposed(rules: &str) -> (String, String) {
    let place = Place::with(&[("office.bylaw", &format!("{HEADER}{rules}"))]);
    let ended = place.bylaw(&["test", "office.bylaw", "--generate"]);
    (ended.out.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect(), ended.err)
}

#[test]
fn both_sides_of_a_bound() {
    let (text, err) = proposed("rule late_fine\n  on late\n  fine 2 CNY when minutes > 5 minutes\n");
    assert!(text.contains("minutes = 6 minutes") && text.contains("minutes = 5 minutes") && text.contains("is 2 CNY") && text.contains("is none"), "{text}");
    assert_eq!(text.matches("\nexample ").count(), 2, "{text}");
    assert_eq!(err, "not exercised: 1 lines; 2 proposed examples show 1 of them\n");
}

#[test]
fn a_deadline_is_kept_at_the_last_and_missed_just_after() {
    let (text, err) = proposed("duty answered\n  on order\n  must reply by the same staff within 3 days\n");
    assert!(text.contains("on 2024-03-09 18:00") && text.contains("on 2024-03-10 18:00"), "{text}");
    assert!(text.contains("is compliant") && text.contains("is violation"), "{text}");
    assert_eq!(err, "not exercised: 1 lines; 2 proposed examples show 1 of them\n");
}

#[test]
fn what_cannot_be_shown_is_told() {
    let (text, err) = proposed("rule late_fine\n  on late\n  when minutes > 5 minutes\n  fine 2 CNY when minutes < 3 minutes\n");
    assert_eq!(text.matches("\nexample ").count(), 2, "{text}");
    assert!(err.contains("left (1):\n") && err.contains("never taking effect: where it is judged, it never comes out so"), "{err}");
}

#[test]
fn nothing_is_written_over() {
    let place = Place::with(&[("office.bylaw", &format!("{HEADER}ban b\n  on late\n")), ("there.bylaw", "# mine\n"), ("a/x/o.bylaw", HEADER), ("a/y/o.bylaw", HEADER)]);
    for file in ["office.bylaw", "there.bylaw"] {
        assert!(place.bylaw(&["test", "office.bylaw", "--generate", file]).exits(2).err.contains("is there already"));
    }
    assert_eq!(place.read("there.bylaw"), "# mine\n");
    place.bylaw(&["test", "office.bylaw", "--generate", "new.bylaw"]).exits(0);
    let again = place.bylaw(&["test", "office.bylaw", "new.bylaw", "--generate"]).exits(0);
    assert_eq!((again.out.as_str(), again.err.as_str()), ("", "every line is shown both ways: nothing to propose\n"));
    place.bylaw(&["compile", "office.bylaw", "-o", "office.json"]).exits(0);
    assert!(place.bylaw(&["test", "office.json", "--generate"]).exits(2).err.contains("is compiled"));
    assert!(place.bylaw(&["test", "a", "--generate"]).exits(2).err.contains("2 institutions"));
    place.bylaw(&["test", "office.bylaw", "--coverage", "--generate"]).exits(2);
}
