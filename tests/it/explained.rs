//! Verdicts of every regulation's stream can be defended: the independent checker accepts what the evaluator says of them.

use crate::policies::{WITHOUT_STREAM, folders, policy, records_of};
use bylaw::{Disk, Policy, Verdict};
use std::collections::BTreeSet;

/// Of each norm, one verdict of each kind. With `EVERY_VERDICT=1` all of them, which takes minutes; `ONLY=01,06` looks at these folders.
#[test]
fn verdicts_of_every_stream_are_explained() {
    let only = std::env::var("ONLY").ok();
    let wanted = |folder: &String| !WITHOUT_STREAM.contains(&folder.as_str()) && only.as_ref().is_none_or(|only| only.split(',').any(|only| folder.starts_with(only)));
    let folders: Vec<String> = folders().into_iter().filter(wanted).collect();
    // Two halves at a time: every other folder.
    let refused: Vec<String> = std::thread::scope(|scope| {
        let half = |rest: usize| folders.iter().enumerate().filter(move |(n, _)| n % 2 == rest).flat_map(|(_, folder)| refused(folder)).collect::<Vec<_>>();
        let other = scope.spawn(move || half(1));
        let mut all = half(0);
        all.extend(other.join().unwrap());
        all
    });
    assert!(refused.is_empty(), "{} faults:\n{}", refused.len(), refused.join("\n"));
}

/// What the checker does not accept.
fn refused(folder: &str) -> Vec<String> {
    let policy = Policy::load(&[policy(folder)], &Disk).unwrap();
    let records = records_of(folder, &policy);
    let explanations = policy.explanations(&records);
    let every = std::env::var_os("EVERY_VERDICT").is_some();
    let mut kinds = BTreeSet::new();
    let mut refused = Vec::new();
    for verdict in explanations.verdicts().iter().filter(|verdict| kinds.insert(kind(verdict)) || every) {
        let explained = explanations.of(&verdict.id).unwrap_or_else(|| panic!("{folder}: {} is not unfolded", verdict.id));
        match explained {
            Ok(explanation) => assert_eq!(explanation.verdict(), verdict, "{folder}: it is judged in another way"),
            Err(unsound) => refused.extend(unsound.0.iter().map(|say| format!("{folder}\t{}\t{}", verdict.id, say.en))),
        }
    }
    refused
}

/// Norm, ruling, sorts of causes, and whether there are effects and it is final.
fn kind(verdict: &Verdict) -> String {
    let sort = |cause: &bylaw::Cause| format!("{cause:?}").split(' ').next().unwrap_or_default().to_owned();
    let causes: BTreeSet<String> = verdict.causes.iter().chain(&verdict.immaterial).map(sort).collect();
    format!("{} {:?} {causes:?} {} {}", verdict.rule, verdict.ruling, verdict.effects.is_empty(), verdict.is_final)
}
