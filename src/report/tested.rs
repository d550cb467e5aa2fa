//! `bylaw test --format json`: one object; its keys are a contract (`docs/cli.md`).

use super::exercised::text;
use super::missing::missing;
use super::words::{ruling_code, value_code};
use crate::diagnostics::Tongue;
use crate::model::{ExpectedResult, Model};
use crate::tools::exercised::{Kind, Tally, Target};
use crate::tools::{Checked, Ran, Tested};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

#[derive(Serialize)]
struct Whole<'t> {
    passed: usize,
    failed: usize,
    expectations: usize,
    failures: Vec<Failure<'t>>,
    coverage: Option<Coverage<'t>>,
}

#[derive(Serialize)]
struct Failure<'t> {
    path: &'t str,
    regulation: &'t str,
    example: &'t str,
    unusable: Vec<&'t str>,
    unmet: Vec<Unmet<'t>>,
}

#[derive(Serialize)]
struct Unmet<'t> {
    norm: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<&'t str>,
    subject: Option<&'t str>,
    on: Option<&'t str>,
    expected: String,
    verdicts: Vec<Got<'t>>,
    why: Option<String>,
}

#[derive(Serialize)]
struct Got<'t> {
    id: &'t str,
    verdict: &'static str,
}

#[derive(Serialize)]
struct Coverage<'t> {
    regulations: Vec<Regulation<'t>>,
    total: Counts,
    targets: Vec<Line<'t>>,
}

#[derive(Serialize)]
struct Regulation<'t> {
    name: &'t str,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct Counts {
    lines: usize,
    #[serde(flatten)]
    tally: Tally,
}

#[derive(Serialize)]
struct Line<'t> {
    kind: Kind,
    regulation: &'t str,
    item: &'t str,
    part: &'t str,
    path: Option<&'t str>,
    line: Option<usize>,
    text: Option<&'t str>,
    seen: bool,
    seen_not: bool,
    wanted_not: bool,
    shown: bool,
}

/// Writes the object, indented, with a line feed after it.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write_json(all: &[Tested<'_>], tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    let ran = || all.iter().flat_map(|tested| tested.ran.iter().map(move |one| (tested, one)));
    let failed = ran().filter(|(_, one)| !one.passed());
    let targets: Vec<&Target> = all.iter().filter_map(|tested| tested.targets.as_ref()).flatten().collect();
    let whole = Whole {
        passed: ran().filter(|(_, one)| one.passed()).count(),
        failed: failed.clone().count(),
        expectations: ran().map(|(_, one)| one.checked.len()).sum(),
        failures: failed.map(|(tested, one)| failure(tested, one, tongue)).collect(),
        coverage: all.iter().any(|tested| tested.targets.is_some()).then(|| coverage(&targets)),
    };
    let text = serde_json::to_string_pretty(&whole).map_err(io::Error::other)?;
    writeln!(out, "{text}")
}

fn failure<'t>(tested: &'t Tested<'_>, ran: &'t Ran<'_>, tongue: Tongue) -> Failure<'t> {
    Failure {
        path: tested.path,
        regulation: &ran.example.regulation,
        example: &ran.example.title,
        unusable: ran.unusable.iter().map(|say| say.get(tongue)).collect(),
        unmet: ran.checked.iter().filter(|checked| !checked.met).map(|checked| unmet(tested.model, ran, checked, tongue)).collect(),
    }
}

fn unmet<'t>(model: &Model, ran: &'t Ran<'_>, checked: &'t Checked<'_>, tongue: Tongue) -> Unmet<'t> {
    let expected = checked.expected;
    let verdicts = checked.verdicts.iter().filter_map(|at| ran.audit.verdicts.get(*at));
    Unmet {
        norm: &expected.norm,
        slot: expected.slot.as_deref(),
        subject: expected.subject.as_deref(),
        on: expected.on.as_deref(),
        expected: match &expected.is {
            ExpectedResult::Ruling(code) => code.clone(),
            ExpectedResult::Value(value) => value_code(value),
            ExpectedResult::Nothing => "none".to_owned(),
        },
        verdicts: verdicts.map(|verdict| Got { id: &verdict.id, verdict: ruling_code(verdict.ruling) }).collect(),
        why: checked.verdicts.is_empty().then(|| missing(model, ran, expected).get(tongue).to_owned()),
    }
}

fn coverage<'t>(targets: &[&'t Target]) -> Coverage<'t> {
    let counts = |tally: Tally| Counts { lines: tally.all(), tally };
    let names: BTreeSet<&str> = targets.iter().map(|target| target.regulation.as_str()).collect();
    let regulation = |name| Regulation { name, counts: counts(Tally::of(targets.iter().copied().filter(|target| target.regulation == name))) };
    let line = |target: &&'t Target| Line {
        kind: target.kind,
        regulation: &target.regulation,
        item: &target.item,
        part: &target.part,
        path: target.place.as_ref().map(|place| place.source.name.as_str()),
        line: target.place.as_ref().map(|place| place.line()),
        text: target.place.as_ref().map(text),
        seen: target.seen,
        seen_not: target.seen_not,
        wanted_not: target.both,
        shown: target.is_shown(),
    };
    Coverage { regulations: names.into_iter().map(regulation).collect(), total: counts(Tally::of(targets.iter().copied())), targets: targets.iter().map(line).collect() }
}
