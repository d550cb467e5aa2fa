//! What two norms say against each other, against the evaluator: every combination of small domains is judged, and what comes out is what the findings say.

use crate::lint::{At, HEAD, POSTS, all_judged, combinations, compiled, within};
use bylaw::analysis::finding::Finding;
use bylaw::diagnostics::Severity;
use bylaw::reference::verdict::{Ruling, Verdict};
use fastrand::Rng;
use std::collections::BTreeSet;

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Post,
    Days,
    Urgent,
}

fn condition(rng: &mut Rng, of: &[Thing]) -> (String, BTreeSet<Thing>) {
    let one = |rng: &mut Rng| match of[rng.usize(0..of.len())] {
        Thing::Post => (format!("staff.post {} {}", ["=", ">=", "<", "!="][rng.usize(0..4)], POSTS[rng.usize(0..3)]), Thing::Post),
        Thing::Days => (format!("days {} {} days", ["=", ">=", "<", ">"][rng.usize(0..4)], ["0.5", "1", "1.5", "2", "2.5", "3"][rng.usize(0..6)]), Thing::Days),
        Thing::Urgent => (["urgent", "not urgent"][rng.usize(0..2)].to_owned(), Thing::Urgent),
    };
    let (first, thing) = one(rng);
    if rng.u32(0..3) > 0 {
        return (first, BTreeSet::from([thing]));
    }
    let (second, other) = one(rng);
    (format!("({first} {} {second})", ["and", "or"][rng.usize(0..2)]), BTreeSet::from([thing, other]))
}

const ALL: [Thing; 3] = [Thing::Post, Thing::Days, Thing::Urgent];

fn verdict<'v>(verdicts: &'v [Verdict], norm: &str, record: usize) -> Option<&'v Verdict> {
    let id = format!("office.{norm}@r{record}");
    verdicts.iter().find(|verdict| verdict.id == id)
}

fn applies(verdict: Option<&Verdict>) -> bool {
    verdict.is_some_and(|verdict| verdict.ruling != Ruling::NotApplicable)
}

fn of<'f>(findings: &'f [Finding], code: &str) -> Vec<&'f Finding> {
    findings.iter().filter(|finding| finding.code == code).collect()
}

fn covered(findings: &[&Finding], at: At) -> bool {
    findings.iter().any(|finding| within(finding, at))
}

/// Requirements and bans: nobody can do both, whatever is chosen of what the scopes leave to choose.
#[test]
fn requirements_that_exclude_each_other() {
    let (mut conflicts, mut of_subject, mut none) = (0, 0, 0);
    for seed in 0..1000 {
        let rng = &mut Rng::with_seed(seed);
        let (mut text, mut given) = (String::new(), BTreeSet::new());
        let ban = rng.u32(0..3) == 0;
        for name in ["a", "b"] {
            let scope = (rng.u32(0..2) == 0).then(|| condition(rng, &ALL));
            let (asked, _) = condition(rng, &[Thing::Days, Thing::Days, Thing::Urgent, Thing::Post]);
            let bans = ban && name == "b";
            text += &format!("{} {name}\n  on leave", if bans { "ban" } else { "rule" });
            if let Some((scope, things)) = &scope {
                text += &format!(" where {scope}");
                if !bans {
                    given.extend(things.iter().copied());
                }
            }
            text += &if bans { format!("\n  when {asked}\n\n") } else { format!("\n  must satisfy {asked}\n\n") };
        }
        let text = format!("{HEAD}{text}");
        let (model, linted) = compiled(&text);
        let verdicts = all_judged(&model);
        let alike = |a: At, b: At, given: &BTreeSet<Thing>| given.iter().all(|thing| match thing {
            Thing::Post => a.0 == b.0,
            Thing::Days => a.1 == b.1,
            Thing::Urgent => a.2 == b.2,
        });
        let places: Vec<(usize, At)> = combinations().into_iter().enumerate().collect();
        let bound = |record: usize| applies(verdict(&verdicts, "a", record)) && (ban || applies(verdict(&verdicts, "b", record)));
        let kept = |norm: &str, record: usize| verdict(&verdicts, norm, record).is_none_or(|verdict| verdict.ruling != Ruling::Violation);
        let bind = |at: At, given: &BTreeSet<Thing>| {
            let here: Vec<usize> = places.iter().filter(|(record, other)| alike(at, *other, given) && bound(*record)).map(|(record, _)| *record).collect();
            let any = |is: &dyn Fn(usize) -> bool| here.iter().any(|record| is(*record));
            any(&|r| kept("a", r)) && any(&|r| kept("b", r)) && !any(&|r| kept("a", r) && kept("b", r))
        };
        let of_all: BTreeSet<At> = places.iter().filter(|(record, at)| bound(*record) && bind(*at, &given)).map(|(_, at)| *at).collect();
        let given_subject = given.iter().copied().chain([Thing::Post]).collect();
        let is: BTreeSet<At> = match of_all.is_empty() {
            true => places.iter().filter(|(record, at)| bound(*record) && bind(*at, &given_subject)).map(|(_, at)| *at).collect(),
            false => of_all.clone(),
        };
        let found = of(&linted.findings, "conflict");
        assert!(linted.undecided.is_empty(), "{text}\n{:?}", linted.undecided);
        assert_eq!(found.len(), usize::from(!is.is_empty()), "{text}\n{is:?}\n{found:?}");
        for finding in &found {
            assert!(finding.whole && finding.witness.is_some());
            for (record, at) in places.iter().filter(|(record, _)| bound(*record)) {
                assert_eq!(within(finding, *at), is.contains(at), "{record} {at:?}\n{text}\n{finding:?}");
            }
        }
        match (found.is_empty(), of_all.is_empty()) {
            (true, _) => none += 1,
            (false, true) => of_subject += 1,
            (false, false) => conflicts += 1,
        }
    }
    assert!(conflicts > 25 && of_subject > 5 && none > 100, "{conflicts} conflicts, {of_subject} for some subjects, {none} without");
}

/// Two norms that decide one slot, and two that fine.
#[test]
fn slots_decided_twice() {
    let (mut conflicts, mut twice, mut warnings) = (0, 0, 0);
    for seed in 0..300 {
        let rng = &mut Rng::with_seed(seed);
        let mut text = String::new();
        for name in ["a", "b"] {
            text += &format!("rule {name}\n  on leave");
            if rng.bool() {
                text += &format!(" where {}", condition(rng, &ALL).0);
            }
            text += "\n";
            for _ in 0..rng.usize(1..=2) {
                text += &format!("  decides limit = {} days when {}\n", rng.usize(1..=2), condition(rng, &ALL).0);
            }
            text += &format!("\nrule {name}_fine\n  on leave\n  fine 1 CNY when {}\n", condition(rng, &ALL).0);
            if rng.u32(0..3) == 0 {
                text += &format!("\nexception {name}_off to {name}, {name}_fine\n  when {}\n  does not apply\n", condition(rng, &ALL).0);
            }
            text += "\n";
        }
        let text = format!("{HEAD}{text}");
        let (model, linted) = compiled(&text);
        let verdicts = all_judged(&model);
        assert!(linted.undecided.is_empty(), "{text}\n{:?}", linted.undecided);
        let value = |norm: &str, record: usize, kind: &str| verdict(&verdicts, norm, record).filter(|verdict| verdict.ruling != Ruling::NotApplicable).and_then(|verdict| verdict.effects.iter().find(|effect| effect.kind == kind)).and_then(|effect| effect.amount);
        let (found, fined) = (of(&linted.findings, "conflict"), of(&linted.findings, "double-sanction"));
        let (mut only_a, mut only_b, mut both) = (false, false, false);
        for (record, at) in combinations().into_iter().enumerate() {
            let differ = value("a", record, "limit").zip(value("b", record, "limit")).is_some_and(|(a, b)| a != b);
            assert_eq!(covered(&found, at), differ, "{at:?}\n{text}\n{found:?}");
            let (a, b) = (value("a_fine", record, "fine").is_some(), value("b_fine", record, "fine").is_some());
            assert_eq!(covered(&fined, at), a && b, "{at:?}\n{text}\n{fined:?}");
            (only_a, only_b, both) = (only_a || a && !b, only_b || b && !a, both || a && b);
        }
        conflicts += usize::from(!found.is_empty());
        twice += usize::from(both);
        let warned = fined.iter().any(|finding| finding.severity == Severity::Warning);
        assert_eq!(warned, both && !(only_a && only_b), "{text}\n{fined:?}");
        warnings += usize::from(warned);
    }
    assert!(conflicts > 50 && twice > 100 && warnings > 20, "{conflicts} conflicts, {twice} sanctioned twice, {warnings} of them always");
}

/// Exceptions to one norm, and exceptions to these.
#[test]
fn exceptions_that_do_not_agree() {
    let mut conflicts = 0;
    for seed in 0..300 {
        let rng = &mut Rng::with_seed(seed);
        let mut text = "rule base\n  on leave\n  fine 10 CNY\n\n".to_owned();
        for name in ["a", "b"] {
            let act = ["does not apply", "fine 40 CNY", "fine 30 CNY", "fine double", "fine 5 CNY more"][rng.usize(0..5)];
            text += &format!("exception {name} to base\n  when {}\n  {act}\n\n", condition(rng, &ALL).0);
        }
        if rng.bool() {
            let act = ["does not apply", "fine 40 CNY", "fine 30 CNY"][rng.usize(0..3)];
            text += &format!("exception c to {}\n  when {}\n  {act}\n\n", ["a", "b", "a, b"][rng.usize(0..3)], condition(rng, &ALL).0);
        }
        let text = format!("{HEAD}{text}");
        let (model, linted) = compiled(&text);
        let verdicts = all_judged(&model);
        let found = of(&linted.findings, "conflict");
        for (record, at) in combinations().into_iter().enumerate() {
            let conflict = verdict(&verdicts, "base", record).is_some_and(|verdict| verdict.ruling == Ruling::Conflict || verdict.parts.iter().any(|part| part.ruling == Ruling::Conflict));
            assert_eq!(covered(&found, at), conflict, "{at:?}\n{text}\n{found:?}\n{:?}", linted.undecided);
        }
        assert!(linted.undecided.is_empty(), "{text}\n{:?}", linted.undecided);
        conflicts += usize::from(!found.is_empty());
    }
    assert!(conflicts > 50, "{conflicts}");
}
