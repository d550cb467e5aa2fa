//! Conformance: what `docs/semantics.md` says, as regulations with examples in `tests/semantics`. Every example is as expected, and every
//! verdict of every example, of the policies too, unfolds to itself and is accepted by the independent checker.

use crate::run::repository;
use bylaw::explain;
use bylaw::reference::derive;
use bylaw::tools;
use bylaw::{Disk, Policy};
use std::path::PathBuf;

/// The files of the suite, each a policy by itself.
fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(repository().join("tests/semantics")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "bylaw")).collect();
    files.sort();
    assert!(files.len() > 12);
    files
}

fn load(path: &std::path::Path) -> Policy {
    Policy::load(&[path.to_string_lossy()], &Disk).unwrap_or_else(|broken| panic!("{broken}"))
}

/// Everything that is not as it should be with the examples of a policy.
fn faults(policy: &Policy) -> String {
    let model = policy.model();
    let ran: Vec<_> = model.examples.iter().map(|example| tools::run(model, example)).collect();
    assert!(!ran.is_empty());
    let mut text = String::new();
    for ran in &ran {
        let title = &ran.example.title;
        text.extend(ran.unusable.iter().map(|say| format!("{title}: {}\n", say.en)));
        for checked in ran.checked.iter().filter(|checked| !checked.met) {
            let expected = checked.expected;
            text += &format!("{title}: {} of {:?} on {:?} is not {:?} but\n", expected.norm, expected.subject, expected.on, expected.is);
            for verdict in checked.verdicts.iter().map(|at| &ran.audit.verdicts[*at]) {
                let effects: Vec<_> = verdict.effects.iter().map(|effect| (&effect.kind, effect.amount.map(|n| n.to_string()), &effect.value)).collect();
                text += &format!("    {} {:?} {effects:?} {:?}\n", verdict.id, verdict.ruling, verdict.parts);
            }
        }
    }
    // Judging only what is asked about gives the same.
    for whole in &ran {
        let only = tools::run_only(model, whole.example);
        for (one, other) in whole.checked.iter().zip(&only.checked) {
            let said = |ran: &tools::Ran<'_>, checked: &tools::Checked<'_>| checked.verdicts.iter().map(|at| ran.audit.verdicts[*at].clone()).collect::<Vec<_>>();
            let (mut one, mut other) = (said(whole, one), said(&only, other));
            one.sort_by(|a, b| a.id.cmp(&b.id));
            other.sort_by(|a, b| a.id.cmp(&b.id));
            if one != other {
                text += &format!("{}: judged alone it is another verdict\n", whole.example.title);
            }
        }
    }
    for ran in &ran {
        for verdict in &ran.audit.verdicts {
            match derive(&ran.model, &ran.records, &verdict.id) {
                None => text += &format!("{}: {} cannot be unfolded\n", ran.example.title, verdict.id),
                Some(derivation) => {
                    if derivation.verdict != *verdict {
                        text += &format!("{}: {} unfolds to another verdict\n", ran.example.title, verdict.id);
                    }
                    for say in explain::check(&ran.model, &ran.records, &derivation).err().unwrap_or_default() {
                        text += &format!("{}: checker: {}\n", ran.example.title, say.en);
                    }
                }
            }
        }
    }
    text
}

#[test]
fn the_page_holds_and_every_verdict_is_derived_again() {
    let all: String = files()
        .iter()
        .map(|file| (file, faults(&load(file))))
        .filter(|(_, faults)| !faults.is_empty())
        .map(|(file, faults)| format!("{}\n{faults}\n", file.display()))
        .collect();
    assert!(all.is_empty(), "{all}");
}

#[test]
fn the_examples_of_the_policies_are_derived_again() {
    for folder in ["03-statistics-bureau", "04-canteen", "05-leave"] {
        let faults = faults(&load(&repository().join("policies").join(folder)));
        assert!(faults.is_empty(), "{folder}\n{faults}");
    }
}

/// Each file says which section it is about, and no rule stands without an example that asks about it.
#[test]
fn every_rule_of_the_suite_is_asked_about() {
    for file in files() {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("# docs/semantics.md §"), "{}", file.display());
        let policy = load(&file);
        let model = policy.model();
        let asked = |norm: &str| model.examples.iter().flat_map(|example| &example.expect).any(|expected| expected.norm == norm);
        let read = |norm: &str| text.contains(&format!("breach of {}", norm.rsplit('.').next().unwrap())) || text.contains("# only read");
        for norm in &model.norms {
            assert!(asked(&norm.name) || read(&norm.name), "{}: nothing is expected of {}", file.display(), norm.name);
        }
    }
}
