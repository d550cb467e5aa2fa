//! Lines of one decision that apply together and give different values. A few pairs are told one by one; where there are more, all lines that hang
//! together are one finding, with a case for two of them.

use super::clauses::{NAMED, Rows, Told, causes, one_step};
use super::condition::Shape;
use super::finding::{Finding, Witness};
use super::region::said;
use super::Undecided;
use crate::diagnostics::{Say, Severity};
use crate::model::norm::Clause;
use crate::reference::verdict::{Cause, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Pairs that are told one by one, at most.
const MOST_PAIRS: usize = 24;
/// Pairs for which a case is looked for, where all lines that hang together are one finding.
const MOST_TRIED: usize = 8;

/// Two lines, by their owners.
type Two = (usize, usize);

/// Two lines that apply, and give different values.
pub(super) fn overlaps(rows: &Rows<'_>, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    match pairs(rows, MOST_PAIRS) {
        Some(pairs) => pairs.into_iter().for_each(|pair| {
            one(rows, pair, &[], found, undecided);
        }),
        None => groups(rows).into_iter().for_each(|(lines, pairs)| {
            let mut open = Vec::new();
            let told = pairs.into_iter().any(|pair| one(rows, pair, &lines, found, &mut open));
            if !told {
                undecided.append(&mut open);
            }
        }),
    }
}

fn differ(rows: &Rows<'_>, a: usize, b: usize) -> bool {
    rows.line(a).zip(rows.line(b)).is_some_and(|(a, b)| a.value != b.value)
}

/// All pairs, where these are no more than `most`.
fn pairs(rows: &Rows<'_>, most: usize) -> Option<BTreeSet<Two>> {
    let mut pairs = BTreeSet::new();
    for owners in rows.diagram.together() {
        for (n, a) in owners.iter().enumerate() {
            for b in owners.iter().skip(n + 1).filter(|b| differ(rows, *a, **b)) {
                pairs.insert((*a, *b));
                if pairs.len() > most {
                    return None;
                }
            }
        }
    }
    Some(pairs)
}

/// The lines that hang together by overlaps, and the first pairs among them. Lines that apply at one place, two of which differ, all do: each differs
/// from one of the two.
fn groups(rows: &Rows<'_>) -> Vec<(Vec<usize>, Vec<Two>)> {
    let mut parents: BTreeMap<usize, usize> = BTreeMap::new();
    fn root(parents: &mut BTreeMap<usize, usize>, line: usize) -> usize {
        let parent = *parents.entry(line).or_insert(line);
        if parent == line {
            return line;
        }
        let root = root(parents, parent);
        parents.insert(line, root);
        root
    }
    let mut firsts: BTreeSet<Two> = BTreeSet::new();
    for owners in rows.diagram.together() {
        let Some((first, rest)) = owners.split_first() else { continue };
        let Some(other) = rest.iter().find(|other| differ(rows, *first, **other)) else { continue };
        firsts.insert((*first, *other));
        for line in rest {
            let (a, b) = (root(&mut parents, *first), root(&mut parents, *line));
            parents.insert(a.max(b), a.min(b));
        }
    }
    let mut groups: BTreeMap<usize, (Vec<usize>, Vec<Two>)> = BTreeMap::new();
    for line in parents.keys().copied().collect::<Vec<_>>() {
        groups.entry(root(&mut parents, line)).or_default().0.push(line);
    }
    for pair in firsts {
        let pairs = &mut groups.entry(root(&mut parents, pair.0)).or_default().1;
        if pairs.len() < MOST_TRIED {
            pairs.push(pair);
        }
    }
    groups.into_values().collect()
}

/// Tells two lines, and that all of `together` hang together with them. Was it told?
fn one(rows: &Rows<'_>, (a, b): Two, together: &[usize], found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) -> bool {
    let (Some(first), Some(second)) = (rows.line(a), rows.line(b)) else { return false };
    let (shown, whole, shapes) = rows.places_by(&|most, wide| rows.diagram.both(a, b, most, wide));
    if shapes.is_empty() {
        return false;
    }
    let names = [first.name.as_str(), second.name.as_str()];
    let slot = &rows.decision.slot;
    let shows = |verdict: &Verdict| causes(verdict).any(|cause| matches!(cause, Cause::Contradiction { slot: other, clauses } if other == slot && names.iter().all(|name| clauses.iter().any(|clause| clause == name))));
    match rows.witness(&shapes, &shows) {
        Some(witness) => {
            tell(rows, (a, b), together, (&shown, whole), witness, found);
            true
        }
        None => {
            undecided.push(rows.undecided(&shapes));
            false
        }
    }
}

fn tell(rows: &Rows<'_>, (a, b): Two, together: &[usize], (shapes, whole): (&[Shape], bool), witness: Witness, found: &mut Vec<Finding>) {
    let (Some(first), Some(second)) = (rows.line(a), rows.line(b)) else { return };
    let speech = rows.context.speech(&rows.norm.name);
    let where_ = said(&rows.regions(&speech, shapes));
    let value = |clause: &Clause| speech.say(|words| words.phrase(&clause.value, &[]));
    let (one, other) = (value(first), value(second));
    let what = rows.slot(&speech);
    let others: Vec<usize> = together.iter().copied().filter(|line| ![a, b].contains(line)).collect();
    let named = speech.say(|words| words.list(&others.iter().take(NAMED).filter_map(|line| rows.line(*line)).map(|clause| words.clause(&clause.name)).collect::<Vec<_>>(), ("and", "和")));
    let more = match others.len() {
        0 => Say::new("", ""),
        n if n <= NAMED => Say::new(format!("; so do {n} more lines, with these or with each other: {}", named.en), format!("；另有 {n} 行与它们或彼此也是如此：{}", named.zh)),
        n => Say::new(format!("; so do {n} more lines, with these or with each other, first {}", named.en), format!("；另有 {n} 行与它们或彼此也是如此，如{}", named.zh)),
    };
    let message = Say::new(
        format!("two lines say what {} is when {}: {} and {}{}", what.en, where_.en, one.en, other.en, more.en),
        format!("{}时，{}有两处规定：{}和{}{}", where_.zh, what.zh, one.zh, other.zh, more.zh),
    );
    let step = others.is_empty() && shapes.iter().all(|shape| one_step(&rows.reader.space, shape));
    let code = if step { "boundary" } else { "overlap" };
    let help = Say::new(
        "let the lines exclude each other, say which prevails (`first match`, or an exception), or, if the text itself says both, keep it and write `expect finding overlap because \"…\"`",
        "使两行互不重叠，或写明哪一处优先（`取首`，或例外）；如果原文就是这样，照原样保留，并写`预期 问题 overlap 因为 “…”`",
    );
    rows.tell(found, Told { code, kind: "overlap", severity: Severity::Error, message, rows: &[rows.lines[a - 1], rows.lines[b - 1]], help, shapes, whole, witness: Some(witness) });
}
