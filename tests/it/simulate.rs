//! `bylaw simulate`: the same seed makes the same bytes, and what is made can be judged.

use crate::run::{Place, repository};
use std::collections::BTreeSet;

fn made(place: &Place, policies: &str, seed: &str, folder: &str) {
    place.bylaw(&["simulate", policies, "--people", "10", "--days", "60", "--seed", seed, "-o", folder]).exits(0);
}

fn files(place: &Place, folder: &str) -> Vec<(String, String)> {
    let mut names: Vec<String> = std::fs::read_dir(place.path().join(folder)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), place.read(&format!("{folder}/{name}")))).collect()
}

#[test]
fn a_seed_chooses_the_bytes() {
    let place = Place::new();
    let policies = repository().join("policies/05-leave").to_string_lossy().into_owned();
    made(&place, &policies, "7", "one");
    made(&place, &policies, "7", "again");
    made(&place, &policies, "8", "other");
    assert_eq!(files(&place, "one"), files(&place, "again"));
    assert_ne!(files(&place, "one"), files(&place, "other"));
    let out = place.bylaw(&["simulate", &policies, "--people", "10", "--days", "60", "--seed", "7"]).exits(0).out;
    assert_eq!(out, place.read("one/events.jsonl"));
}

#[test]
fn nothing_is_written_over_unasked() {
    let place = Place::new();
    let policies = repository().join("policies/05-leave").to_string_lossy().into_owned();
    made(&place, &policies, "7", "one");
    let again = ["simulate", &policies, "--people", "10", "--days", "60", "--seed", "8", "-o", "one"];
    let err = place.bylaw(&again).exits(2).err;
    assert!(err.contains("`one/events.jsonl` is there already"), "{err}");
    place.bylaw(&[&again[..], &["--force"]].concat()).exits(0);
}

#[test]
fn an_audit_of_what_is_made_reports_the_bad_lines_and_judges_the_rest() {
    let place = Place::new();
    for number in ["03", "06", "14"] {
        let entry = std::fs::read_dir(repository().join("policies")).unwrap().map(|entry| entry.unwrap()).find(|entry| entry.file_name().to_string_lossy().starts_with(number));
        let policies = entry.unwrap().path().to_string_lossy().into_owned();
        made(&place, &policies, "1", number);
        let audited = place.bylaw(&["audit", &policies, "--data", number, "--format", "jsonl"]).exits(0).out;
        let lines: Vec<serde_json::Value> = audited.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let verdicts: BTreeSet<&str> = lines.iter().filter_map(|line| line["verdict"].as_str()).collect();
        assert!(verdicts.len() >= 3, "{number}: {verdicts:?}");
        let events = place.read(&format!("{number}/events.jsonl"));
        let bad: Vec<usize> = events.lines().enumerate().filter(|(_, line)| line.contains("\"id\": \"bad") || !line.ends_with('}')).map(|(n, _)| n + 1).collect();
        let rejected: Vec<usize> = lines.iter().filter_map(|line| line["rejected"]["line"].as_u64()).map(|n| usize::try_from(n).unwrap()).collect();
        assert_eq!(rejected, bad, "{number}");
        assert_eq!(bad.len(), 3, "{number}");
    }
}
