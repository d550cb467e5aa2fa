//! What a revision of the rules changes: in meaning, not in text.
//!
//! | file | from | to |
//! |---|---|---|
//! | [`compare`] | two models | their difference |
//! | `matched` | two models | which norm is which, also under another name |
//! | `meaning` | a part of a model | what of it means something, as data that can be compared |
//! | `declared` | declarations | what is different about them |
//! | `norms` | two versions of a norm | what is different about it, by regions of the occasions |
//! | `compared` | two versions at a place | what they say otherwise, sums line by line |
//! | `facets`, `slots`, `changed` | a norm, at a place | what it says there: its lines, what prevails over them |
//! | `words` | parts of norms | words |
//! | [`recorded`] | two audits of the same records | verdicts and amounts that change |
//!
//! What is the same in `meaning` judges everything alike; where it is not, the analyser looks for the places at which the norm says something else, and
//! each is shown by a case that both versions judge. A difference without such a case is told as one that was not confirmed.

mod compared;
mod declared;
mod changed;
mod facets;
mod matched;
mod meaning;
mod norms;
pub mod recorded;
mod slots;
mod words;

use crate::analysis::finding::Extent;
use crate::diagnostics::Say;
use crate::model::norm::Norm;
use crate::model::{Example, Model};
use crate::reference::verdict::Verdict;
use std::collections::{BTreeMap, BTreeSet};

/// What a revision changes.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// What is said otherwise.
    pub changes: Vec<Change>,
    /// Norms that say the same, but look at something that has changed: the norm, and what it looks at.
    pub through: Vec<(String, Vec<String>)>,
    /// Norms of the earlier version under the names of the later one: the earlier name, the later one.
    pub renamed: Vec<(String, String)>,
}

/// Something that is said otherwise.
#[derive(Debug, Clone)]
pub struct Change {
    /// Name: of a norm `regulation.name`.
    pub name: String,
    /// What it is, in words.
    pub title: Say,
    /// Its citations, later version first.
    pub cites: Vec<String>,
    /// Is it a norm?
    pub is_norm: bool,
    /// Whether it is new, gone or changed.
    pub sort: Sort,
    /// What is said otherwise about it.
    pub rows: Vec<Row>,
    /// Why something about it was not compared.
    pub not_compared: Vec<Say>,
}

/// Whether something is new, gone or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Only in the later version.
    Added,
    /// Only in the earlier version.
    Removed,
    /// In both.
    Changed,
}

/// One thing that is said otherwise.
#[derive(Debug, Clone)]
pub struct Row {
    /// What: a slot, the deadline, ….
    pub what: Say,
    /// What the earlier version says; none: nothing.
    pub old: Option<Say>,
    /// What the later version says.
    pub new: Option<Say>,
    /// Where: one of these boxes; empty for what is so everywhere.
    pub regions: Vec<Vec<Extent>>,
    /// Are the regions all there are?
    pub whole: bool,
    /// How it is known.
    pub proof: Proof,
}

/// How a difference is known.
#[derive(Debug, Clone)]
pub enum Proof {
    /// The text says something else.
    Text,
    /// A case that both versions judge, with another result.
    Case(Box<Case>),
    /// No case could be made: whether it makes a difference is not decided.
    Open,
}

/// A case that both versions judge.
#[derive(Debug, Clone)]
pub struct Case {
    /// Register rows and records.
    pub example: Example,
    /// Is it told as the later version knows it?
    pub of_later: bool,
    /// The verdict of the earlier version.
    pub old: Option<Verdict>,
    /// The verdict of the later version.
    pub new: Option<Verdict>,
}

/// What the later version changes.
#[must_use]
pub fn compare(old: &Model, new: &Model) -> Difference {
    // In whichever order the two are given, they are looked at in one order: the difference the other way round is the inverse.
    let [one, other] = [old, new].map(|model| meaning::of(model).to_string());
    let turned = one > other;
    let (first, second) = if turned { (new, old) } else { (old, new) };
    let names = matched::renamed(first, second);
    let first = matched::under_later_names(first, &names);
    let mut changes = declared::changes(&first, second);
    changes.extend(norms::changes(&first, second));
    let through = through(&first, second, &changes);
    let renamed = names.into_iter().collect();
    let difference = Difference { changes, through, renamed };
    if turned { difference.inverse() } else { difference }
}

/// The earlier version, with its norms called as in the later one.
#[must_use]
pub fn under_later_names(old: &Model, difference: &Difference) -> Model {
    matched::under_later_names(old, &difference.renamed.iter().cloned().collect())
}

impl Difference {
    /// Is nothing changed? Another name for a norm is no change of its meaning.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What the earlier version would change.
    #[must_use]
    pub fn inverse(mut self) -> Self {
        for change in &mut self.changes {
            change.sort = match change.sort {
                Sort::Added => Sort::Removed,
                Sort::Removed => Sort::Added,
                Sort::Changed => Sort::Changed,
            };
            for row in &mut change.rows {
                std::mem::swap(&mut row.old, &mut row.new);
                if let Proof::Case(case) = &mut row.proof {
                    std::mem::swap(&mut case.old, &mut case.new);
                    case.of_later = !case.of_later;
                }
            }
        }
        self.renamed.iter_mut().for_each(|(old, new)| std::mem::swap(old, new));
        // Norms are called as the later version calls them.
        let later = |name: &mut String| {
            if let Some((_, to)) = self.renamed.iter().find(|(old, _)| old == name) {
                name.clone_from(to);
            }
        };
        self.changes.iter_mut().for_each(|change| later(&mut change.name));
        self.through.iter_mut().for_each(|(norm, of)| std::iter::once(norm).chain(of).for_each(later));
        self
    }
}

impl Row {
    /// What the text says otherwise, wherever.
    pub(crate) fn text(what: Say, old: Option<Say>, new: Option<Say>) -> Self {
        Self { what, old, new, regions: Vec::new(), whole: true, proof: Proof::Text }
    }
}

/// Norms that look at what has changed, themselves or through others.
fn through(first: &Model, second: &Model, changes: &[Change]) -> Vec<(String, Vec<String>)> {
    let changed: BTreeSet<&str> = changes.iter().filter(|change| change.is_norm).map(|change| change.name.as_str()).collect();
    let mut causes: BTreeMap<String, BTreeSet<String>> = changes.iter().map(|change| (change.name.clone(), BTreeSet::from([change.name.clone()]))).collect();
    // Working days are counted in the calendar of the regulation.
    let named = |norm: &Norm| -> BTreeSet<String> {
        let mut named = meaning::named(norm);
        if named.iter().any(|name| name.contains("working")) {
            named.extend(second.regulation(&norm.regulation).and_then(|regulation| regulation.calendar.clone()));
        }
        named
    };
    let asked: Vec<(&str, BTreeSet<String>)> = second.norms.iter().map(|norm| (norm.name.as_str(), named(norm))).collect();
    let makes = |name: &str| -> Vec<String> { [first, second].into_iter().filter_map(|model| model.norm(name)).flat_map(|norm| &norm.yields).map(|given| given.event.clone()).collect() };
    let mut through: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    loop {
        // What a changed norm makes has changed with it.
        for (name, of) in causes.clone() {
            for event in makes(&name) {
                causes.entry(event).or_default().extend(of.clone());
            }
        }
        let before = (causes.len(), causes.values().map(BTreeSet::len).sum::<usize>());
        for (norm, named) in &asked {
            let of: BTreeSet<String> = named.iter().filter(|name| *name != norm).filter_map(|name| causes.get(name)).flatten().filter(|cause| cause != norm).cloned().collect();
            if of.is_empty() {
                continue;
            }
            causes.entry((*norm).to_owned()).or_default().extend(of.clone());
            if !changed.contains(norm) {
                through.entry((*norm).to_owned()).or_default().extend(of);
            }
        }
        if before == (causes.len(), causes.values().map(BTreeSet::len).sum::<usize>()) {
            return through.into_iter().map(|(norm, of)| (norm, of.into_iter().collect())).collect();
        }
    }
}
