#![allow(clippy::unwrap_used, clippy::panic)]
//! The checker on what the evaluator really unfolds: one verdict of each norm and ruling of the example institutions. Whatever is taken away from a
//! derivation, or altered in it (of long ones, [`MOST`] places each), the checker notices.

use super::mutate::{altered_each, without_each};
use crate::cli::Disk;
use crate::explain::check;
use crate::model::{Model, compile};
use crate::records::{Cut, Format, Reader, Records, read_time};
use crate::reference::derivation::Derivation;
use crate::reference::{audit, derive};
use std::collections::BTreeMap;

/// Places tried in one derivation.
const MOST: usize = 200;

/// The rules, records and one derivation of each norm and ruling.
fn institution(folder: &str, registers: &[&str]) -> (Model, Records, Vec<Derivation>) {
    let folder = format!("{}/policies/{folder}", env!("CARGO_MANIFEST_DIR"));
    let model = compile(std::slice::from_ref(&folder), &Disk).model.unwrap();
    let file = |name: &str| std::fs::read(format!("{folder}/{name}")).unwrap();
    let mut reader = Reader::new(&model);
    for register in registers {
        reader.register(register, register, Format::Csv, &mut file(&format!("{register}.csv")).as_slice()).unwrap();
    }
    reader.events("events.jsonl", None, Format::Jsonl, &mut file("events.jsonl").as_slice()).unwrap();
    let records = reader.finish(Cut { until: read_time("2024-03-31", None).ok(), known_at: None });
    let mut of_each = BTreeMap::new();
    for verdict in audit(&model, &records, &mut |_, _| {}).verdicts {
        of_each.entry((verdict.rule.clone(), verdict.ruling)).or_insert(verdict.id);
    }
    let derivations = of_each.into_values().map(|id| derive(&model, &records, &id).unwrap()).collect();
    (model, records, derivations)
}

/// Is it something that the verdict rests on? Not so: what would have changed it; the bounds of what is open, which need only lie within those that the
/// policy declares; the revision; whether it is final where windows have no end or something is open; and a cause that another part names as well.
pub(super) fn rests_on(derivation: &Derivation, place: &str) -> bool {
    let bounds = place.ends_with("/low") || place.ends_with("/high");
    let shared = place.starts_with("verdict/parts/") && place.contains("/causes/") && derivation.verdict.parts.len() > 1;
    !(place.starts_with("would_change/") || bounds || shared || place == "verdict/revision" || place == "verdict/is_final")
}

#[test]
fn nothing_can_be_taken_away_or_altered_unseen() {
    let all = [
        institution("03-statistics-bureau", &["staff", "section", "machine", "statistician"]),
        institution("04-canteen", &["kitchen", "town_staff"]),
        institution("05-leave", &["职工"]),
    ];
    let (mut tried, mut unseen) = (0, Vec::new());
    for (model, records, derivations) in &all {
        for derivation in derivations {
            for mutant in without_each(derivation, MOST).into_iter().chain(altered_each(derivation, MOST)) {
                if !rests_on(derivation, &mutant.place) {
                    continue;
                }
                tried += 1;
                if check(model, records, &mutant.derivation).is_ok() {
                    unseen.push(format!("{}: {}", derivation.verdict.id, mutant.place));
                }
            }
        }
    }
    assert!(tried > 3_000, "only {tried} were tried");
    assert!(unseen.is_empty(), "{} of {tried} pass unseen:\n{}", unseen.len(), unseen.join("\n"));
}
