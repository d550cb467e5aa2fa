//! A drafter's test: a regulation with planted mistakes. What lint says of them stands here in both tongues, to be read by somebody who has not read the
//! documentation.

use crate::run::Place;
use bylaw::analysis::finding::Finding;
use bylaw::analysis::{lint, lint_norms};
use bylaw::model::{Files, compile};
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

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
    // A contradiction shows what the other norm makes of the case.
    let conflict = found.iter().find(|finding| finding["code"] == "conflict").unwrap();
    assert_eq!((conflict["verdict"].as_str(), conflict["other_verdicts"][0].as_str()), (Some("office.visits_announced@r1"), Some("office.no_appointments@r1")));
    let found: BTreeSet<(&str, &str)> = found.iter().map(|finding| (finding["code"].as_str().unwrap(), finding["about"].as_str().unwrap_or("-"))).collect();
    assert_eq!(found, PLANTED.into_iter().collect());
    insta::assert_snapshot!("planted_en", place.bylaw(&["lint", "rules.bylaw", "--all", "--lang", "en"]).exits(1).out);
    insta::assert_snapshot!("planted_zh", place.bylaw(&["lint", "rules.bylaw", "--all", "--lang", "zh"]).exits(1).out);
}

/// A norm looked at again gives what is said of it among all; what other norms expect is not called absent.
#[test]
fn one_norm_looked_at_again_gives_the_same() {
    let text = include_str!("planted.bylaw").replace("| > 120 minutes            | 50 CNY | 1.2c   |", "| > 120 minutes            | 50 CNY | 1.2c   |\n  expect finding gap because \"kept\"");
    let place = Place::with(&[("rules.bylaw", &text)]);
    let compiled = compile(&["rules.bylaw".to_owned()], &Folder(place.path().to_owned()));
    let model = compiled.model.unwrap();
    let all = lint(&model, &compiled.written, None, &mut |_| {}).findings;
    for (_, name) in PLANTED.iter().filter(|(_, name)| model.norm(name).is_some()) {
        let again = lint_norms(&model, &compiled.written, &[name], None).findings;
        let of = |findings: &[Finding]| -> Vec<(String, Option<String>)> { findings.iter().filter(|finding| finding.about == *name).map(|finding| (finding.message.en.clone(), finding.expected.clone())).collect() };
        assert_eq!(of(&again), of(&all), "{name}");
        assert!(again.iter().all(|finding| finding.code != "expected-finding-absent"), "{name}: {again:?}");
    }
}

struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.0.join(path))
    }
    fn folder(&self, _: &str) -> io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}
