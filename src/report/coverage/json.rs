//! `--format json`: one object; its keys are a contract (`docs/coverage.md`).

use super::{Counts, computable};
use crate::tools::coverage::{Computable, Coverage, Covered, Dangling, Status};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

#[derive(Serialize)]
struct Whole<'c> {
    outline: &'c str,
    whole: bool,
    regulations: Vec<Regulation<'c>>,
    total: Counts,
    computable: Share,
    clauses: Vec<Clause<'c>>,
    dangling: Vec<Leads<'c>>,
    contradictions: Vec<&'c str>,
    falls_short: Vec<&'c str>,
    not_looked_at: Vec<Chapter<'c>>,
}

#[derive(Serialize)]
struct Regulation<'c> {
    name: &'c str,
    label: Option<&'c str>,
    cites: &'c [String],
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct Share {
    clauses: usize,
    encoded: usize,
}

#[derive(Serialize)]
struct Clause<'c> {
    id: &'c str,
    regulation: &'c str,
    chapter: &'c str,
    computable: Computable,
    status: Status,
    parameter: bool,
    by: &'c BTreeSet<String>,
    because: Option<&'c str>,
}

#[derive(Serialize)]
struct Leads<'c> {
    cites: &'c str,
    by: &'c BTreeSet<String>,
    places: Vec<Spot<'c>>,
}

#[derive(Serialize)]
struct Spot<'c> {
    path: &'c str,
    line: usize,
}

#[derive(Serialize)]
struct Chapter<'c> {
    chapter: &'c str,
    clauses: usize,
}

/// Writes the object, indented, with a line feed after it.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write_json<'c>(coverage: &'c Coverage<'c>, out: &mut dyn Write) -> io::Result<()> {
    let regulation_of = |at: usize| coverage.regulations.get(at).map_or("", |held| held.name.as_str());
    let ids = |are: fn(&Covered<'c>) -> bool| coverage.clauses.iter().filter(|one| are(one)).map(|one| one.clause.id.as_str()).collect();
    let regulations = coverage.regulations.iter().enumerate().map(|(at, held)| Regulation {
        name: &held.name,
        label: held.label.as_deref(),
        cites: &held.parts,
        counts: Counts::of(coverage.clauses.iter().filter(|one| one.regulation == at)),
    });
    let clauses = coverage.clauses.iter().map(|one| Clause {
        id: &one.clause.id,
        regulation: regulation_of(one.regulation),
        chapter: &one.clause.chapter,
        computable: one.clause.computable,
        status: one.status,
        parameter: one.parameter,
        by: &one.by,
        because: one.because.as_deref(),
    });
    let (marked, encoded) = computable(coverage);
    let whole = Whole {
        outline: &coverage.outline,
        whole: coverage.is_whole(),
        regulations: regulations.collect(),
        total: Counts::of(coverage.clauses.iter()),
        computable: Share { clauses: marked, encoded },
        clauses: clauses.collect(),
        dangling: coverage.dangling.iter().map(Leads::of).collect(),
        contradictions: ids(Covered::contradicts),
        falls_short: ids(Covered::falls_short),
        not_looked_at: coverage.not_looked_at.iter().map(|(chapter, clauses)| Chapter { chapter, clauses: *clauses }).collect(),
    };
    let text = serde_json::to_string_pretty(&whole).map_err(io::Error::other)?;
    writeln!(out, "{text}")
}

impl<'c> Leads<'c> {
    fn of(one: &'c Dangling) -> Self {
        let places = one.places.iter().map(|place| Spot { path: &place.source.name, line: place.line() });
        Self { cites: &one.cites, by: &one.by, places: places.collect() }
    }
}
