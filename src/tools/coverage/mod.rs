//! Which clauses of a text are encoded, attested, listed as not computable, or left out (`docs/coverage.md`).

mod mentions;
mod outline;

pub use outline::{Clause, Computable, Outline};

use crate::diagnostics::Place;
use crate::model::{LeftOut, Model};
use mentions::{Mention, Says};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is held against the outline: one set of rules, and where it cites what.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'m> {
    /// The rules.
    pub model: &'m Model,
    /// Citations and their places; none of a bundle.
    pub cited: &'m [(String, Place)],
}

/// How far a clause has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Something that cites it rests on nobody's judgement.
    Encoded,
    /// All that cites it is, or rests on, something that somebody must say.
    Attested,
    /// Listed by `not computable`.
    NotComputable,
    /// Nothing cites it.
    Missing,
}

/// A clause of the outline that belongs to a regulation.
#[derive(Debug)]
pub struct Covered<'o> {
    /// The clause.
    pub clause: &'o Clause,
    /// Position of its regulation in [`Coverage::regulations`].
    pub regulation: usize,
    /// How far it has come.
    pub status: Status,
    /// It is encoded, but only with a value that the text does not state.
    pub parameter: bool,
    /// What cites it, sorted.
    pub by: BTreeSet<String>,
    /// Why nothing is computed from it, where `not computable` says so.
    pub because: Option<String>,
}

impl Covered<'_> {
    /// Is it cited, and listed as not computable as well?
    #[must_use]
    pub fn contradicts(&self) -> bool {
        self.because.is_some() && self.status != Status::NotComputable
    }

    /// Can it be computed, says the outline, though it rests on somebody's judgement or is listed as not computable?
    #[must_use]
    pub fn falls_short(&self) -> bool {
        self.clause.computable == Computable::Yes && matches!(self.status, Status::Attested | Status::NotComputable)
    }
}

/// A regulation that cites a part of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Name.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// The parts of the outline that it cites as its own.
    pub parts: Vec<String>,
}

/// A citation that names no clause and no section of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dangling {
    /// As written.
    pub cites: String,
    /// What cites it, sorted.
    pub by: BTreeSet<String>,
    /// Where; nothing for a bundle.
    pub places: Vec<Place>,
}

/// The outline, clause by clause.
#[derive(Debug)]
pub struct Coverage<'o> {
    /// Name of the outline.
    pub outline: String,
    /// Regulations, in the order of their first clauses.
    pub regulations: Vec<Held>,
    /// Clauses that belong to one of them, in the outline's order.
    pub clauses: Vec<Covered<'o>>,
    /// Citations that lead nowhere, sorted.
    pub dangling: Vec<Dangling>,
    /// Chapters, in the outline's order, with clauses that belong to no regulation that was looked at; how many.
    pub not_looked_at: Vec<(String, usize)>,
}

impl Coverage<'_> {
    /// There are clauses to look at, and nothing is missing, leads nowhere or is contradicted?
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.clauses.is_empty() && self.dangling.is_empty() && !self.clauses.iter().any(|clause| clause.status == Status::Missing || clause.contradicts())
    }
}

/// Holds the rules against the outline.
#[must_use]
pub fn coverage<'o>(rules: &[Rules<'_>], outline: &'o Outline) -> Coverage<'o> {
    let mentions: Vec<Mention<'_>> = rules.iter().flat_map(|rules| mentions::all(rules.model)).collect();
    let left_out: Vec<&LeftOut> = rules.iter().flat_map(|rules| &rules.model.left_out).collect();
    let ids: BTreeSet<&str> = outline.clauses.iter().map(|clause| clause.id.as_str()).collect();
    let held = held(rules, &ids);
    let mut by_clause: BTreeMap<&str, Vec<&Mention<'_>>> = BTreeMap::new();
    for mention in &mentions {
        by_clause.entry(mention.clause).or_default().push(mention);
    }
    let reasons: BTreeMap<&str, &str> = left_out.iter().flat_map(|one| one.cites.iter().map(|id| (id.as_str(), one.because.as_str()))).collect();
    let mut found = Coverage { outline: outline.name.clone(), regulations: Vec::new(), clauses: Vec::new(), dangling: Vec::new(), not_looked_at: Vec::new() };
    for clause in &outline.clauses {
        let Some(owner) = owner(&held, &clause.id) else {
            match found.not_looked_at.iter_mut().find(|(chapter, _)| *chapter == clause.chapter) {
                Some((_, count)) => *count += 1,
                None => found.not_looked_at.push((clause.chapter.clone(), 1)),
            }
            continue;
        };
        let regulation = found.regulations.iter().position(|known| known == owner).unwrap_or_else(|| {
            found.regulations.push(owner.clone());
            found.regulations.len() - 1
        });
        let mentions = by_clause.get(clause.id.as_str()).map_or(&[][..], Vec::as_slice);
        found.clauses.push(covered(clause, regulation, mentions, reasons.get(clause.id.as_str()).copied()));
    }
    found.dangling = dangling(rules, &mentions, &left_out, &ids);
    found
}

/// The regulations of all rules, with the parts that each cites as its own: what is a clause itself is cited for what it says.
fn held(rules: &[Rules<'_>], ids: &BTreeSet<&str>) -> Vec<Held> {
    let regulations = rules.iter().flat_map(|rules| &rules.model.regulations);
    let parts = |cites: &[String]| cites.iter().filter(|part| !ids.contains(part.as_str())).cloned().collect();
    regulations.map(|one| Held { name: one.name.clone(), label: one.label.clone(), parts: parts(&one.cites) }).collect()
}

/// The regulation of a clause: the one with the longest part that holds it.
fn owner<'h>(held: &'h [Held], id: &str) -> Option<&'h Held> {
    let longest = |held: &'h Held| Some((held.parts.iter().filter(|part| holds(part, id)).map(String::len).max()?, held));
    // Of equals the first.
    held.iter().filter_map(longest).rev().max_by_key(|(length, _)| *length).map(|(_, held)| held)
}

/// Is `part` a part of the outline that holds the clause? `03` holds `03.2e`, and `03.2` does; `03.2` does not hold `03.21`.
fn holds(part: &str, id: &str) -> bool {
    id.strip_prefix(part).and_then(|rest| rest.chars().next()).is_some_and(|next| !next.is_ascii_digit() || !part.ends_with(|last: char| last.is_ascii_digit()))
}

fn covered<'o>(clause: &'o Clause, regulation: usize, mentions: &[&Mention<'_>], because: Option<&str>) -> Covered<'o> {
    let mut encoding = mentions.iter().filter_map(|mention| match mention.says {
        Says::Encoded(rests) if !rests.judged => Some(rests.hole),
        Says::ReadingUsed => Some(false),
        Says::Encoded(_) | Says::Open => None,
    });
    // With a hole each, or not at all.
    let holes = encoding.next().map(|first| first && encoding.all(|hole| hole));
    let status = match holes {
        Some(_) => Status::Encoded,
        None if !mentions.is_empty() => Status::Attested,
        None if because.is_some() => Status::NotComputable,
        None => Status::Missing,
    };
    let by = mentions.iter().map(|mention| mention.by.to_owned()).collect();
    Covered { clause, regulation, status, parameter: holes == Some(true), by, because: because.map(str::to_owned) }
}

/// Citations of regulations that say what they cite; those of others are about some other text.
fn dangling(rules: &[Rules<'_>], mentions: &[Mention<'_>], left_out: &[&LeftOut], ids: &BTreeSet<&str>) -> Vec<Dangling> {
    let citing: BTreeSet<&str> =
        rules.iter().flat_map(|rules| &rules.model.regulations).filter(|one| !one.cites.is_empty()).map(|one| one.name.as_str()).collect();
    let leads = |cites: &str| ids.contains(cites) || ids.iter().any(|id| holds(cites, id));
    let said = mentions.iter().map(|mention| (mention.clause, mention.regulation, mention.by));
    let listed = left_out.iter().flat_map(|one| one.cites.iter().map(|cites| (cites.as_str(), Some(one.regulation.as_str()), one.regulation.as_str())));
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (cites, regulation, by) in said.chain(listed) {
        if regulation.is_none_or(|name| citing.contains(name)) && !leads(cites) {
            found.entry(cites).or_default().insert(by.to_owned());
        }
    }
    let places = |cites: &str| rules.iter().flat_map(|rules| rules.cited).filter(|(cited, _)| cited == cites).map(|(_, place)| place.clone()).collect();
    found.into_iter().map(|(cites, by)| Dangling { cites: cites.to_owned(), by, places: places(cites) }).collect()
}
