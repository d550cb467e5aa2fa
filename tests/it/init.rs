//! `bylaw init`, `completions`, `man`: what a new folder holds works; what shells and the manual know is every verb.

use crate::run::Place;
use std::collections::BTreeMap;

/// The verbs that the help lists.
fn verbs(place: &Place) -> Vec<String> {
    let help = place.bylaw(&["--help"]).exits(0).out;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    listed.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next().filter(|_| !line.starts_with("   "))).filter(|verb| *verb != "help").map(str::to_owned).collect()
}

fn works(tongue: &str, folder: &str) {
    let place = Place::new();
    place.bylaw(&["init", folder, "--lang", tongue]).exits(0);
    let checked = place.bylaw(&["check", folder]).exits(0);
    assert_eq!(checked.err, "", "no warnings");
    place.bylaw(&["test", folder]).exits(0);
    let found = place.bylaw(&["lint", folder]).exits(0).out;
    assert!(found.contains("0 errors, 0 warnings, 0 notes"), "{found}");
    let shown = place.bylaw(&["test", folder, "--coverage"]).exits(0).out;
    assert!(shown.contains("100"), "every line is shown both ways by the examples: {shown}");
    let audited = place.bylaw(&["audit", folder, "--data", &format!("{folder}/data"), "--format", "jsonl", "--strict"]).exits(0).out;
    let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
    for line in audited.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
        if let Some(verdict) = line["verdict"].as_str() {
            *verdicts.entry(verdict.to_owned()).or_default() += 1;
        }
    }
    assert_eq!(verdicts, BTreeMap::from([("compliant".to_owned(), 1), ("pending".to_owned(), 1), ("violation".to_owned(), 3)]));
}

#[test]
fn a_new_folder_works_in_both_tongues() {
    works("en", "office");
    works("zh", "机关");
}

#[test]
fn the_name_is_the_folders_where_it_can_be() {
    let place = Place::new();
    for (folder, file) in [("My Office-2", "my_office_2"), ("rule", "rule"), ("7", "rules"), ("from", "rules"), ("if", "rules")] {
        let told = place.bylaw(&["init", folder]).exits(0).out;
        assert!(told.contains(&format!("{folder}/{file}.bylaw")), "{folder}: {told}");
        place.bylaw(&["check", folder]).exits(0);
    }
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let place = Place::new();
    place.bylaw(&["init", "office"]).exits(0);
    let before = place.read("office/office.bylaw");
    let err = place.bylaw(&["init", "office", "--lang", "zh"]).exits(2).err;
    assert!(err.contains("`office/office.bylaw` 已经存在"), "{err}");
    assert_eq!(place.read("office/office.bylaw"), before);
    assert!(!place.path().join("office/data/职工.csv").exists(), "nothing was written");
}

#[test]
fn shells_and_the_manual_know_every_verb() {
    let place = Place::new();
    let verbs = verbs(&place);
    assert!(["fmt", "diff", "man"].iter().all(|verb| verbs.iter().any(|known| known == verb)), "{verbs:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = place.bylaw(&["completions", shell]).exits(0).out;
        for verb in &verbs {
            assert!(script.contains(verb.as_str()), "{shell}: {verb}");
        }
    }
    let page = place.bylaw(&["man"]).exits(0).out;
    for verb in &verbs {
        assert!(page.contains(&format!("bylaw\\-{verb}(1)")), "{verb}");
        assert!(place.bylaw(&["man", verb]).exits(0).out.contains(&format!(".TH bylaw-{verb} 1")), "{verb}");
    }
    place.bylaw(&["man", "nix"]).exits(2);
}
