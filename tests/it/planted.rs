//! A drafter's test: a regulation with planted mistakes. What lint says of them stands here in both tongues, to be read by somebody who has not read the
//! documentation.

use crate::run::Place;
use std::collections::BTreeSet;

/// The mistakes: the finding, and the norm or parameter that it must be about.
const PLANTED: [(&str, &str); 13] = [
    ("gap", "office.approver"),
    ("boundary", "office.late_fee"),
    ("gap", "office.late_fee"),
    ("shadowed", "office.trip_allowance"),
    ("unsatisfiable", "office.long_trips"),
    ("dead", "office.very_late"),
    ("conflict", "office.visits_announced"),
    ("sum", "office.yearly_score"),
    ("no-consequence", "office.leave_without_days"),
    ("redundant", "office.monthly_report"),
    ("unstated", "office.far"),
    ("double-sanction", "office.very_late"),
    ("loophole", "office.approver"),
];

#[test]
fn each_planted_mistake_is_found_and_nothing_else() {
    let place = Place::with(&[("rules.bylaw", include_str!("planted.bylaw"))]);
    let json = place.bylaw(&["lint", "rules.bylaw", "--format", "json"]).exits(1).out;
    let found: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: BTreeSet<(&str, &str)> = found.iter().map(|finding| (finding["code"].as_str().unwrap(), finding["about"].as_str().unwrap_or("-"))).collect();
    assert_eq!(found, PLANTED.into_iter().collect());
    insta::assert_snapshot!("planted_en", place.bylaw(&["lint", "rules.bylaw", "--all", "--lang", "en"]).exits(1).out);
    insta::assert_snapshot!("planted_zh", place.bylaw(&["lint", "rules.bylaw", "--all", "--lang", "zh"]).exits(1).out);
}
