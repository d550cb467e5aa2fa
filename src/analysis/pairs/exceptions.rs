//! Exceptions to one norm that prevail together and give different values, or of which one gives a value where another switches the norm off.

use super::{Told, tell, when_en, when_zh};
use super::stage::days;
use crate::analysis::condition::{Cond, Shape, TooMany};
use crate::analysis::diagram::Diagram;
use crate::analysis::feasible;
use crate::analysis::finding::Finding;
use crate::analysis::reader::Reader;
use crate::analysis::region::said;
use crate::analysis::{Context, Undecided, witness};
use crate::diagnostics::{Say, Severity};
use crate::model::norm::{Action, Exception, Norm};
use crate::reference::verdict::Cause;
use crate::model::Interval;
use std::collections::{BTreeMap, BTreeSet};

const TRIED: usize = 12;

/// Looks at the exceptions of a norm.
pub(super) fn look(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    if norm.exceptions.len() > 1 && pairs(context, norm, found, undecided).is_err() {
        let why = Say::new("the conditions of its exceptions have too many combinations", "例外的条件组合太多");
        undecided.push(Undecided { norm: norm.name.clone(), slot: String::new(), why });
    }
}

fn pairs(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) -> Result<(), TooMany> {
    let during = days(context.model, norm).unwrap_or_default();
    let mut reader = Reader::new(context.model, norm);
    let scope = reader.scope_of(norm);
    let mut outcomes: Vec<Outcome<'_>> = Vec::new();
    for (of, exception) in norm.exceptions.iter().enumerate() {
        // One that is in force on some of the days only is looked at as if it were always: the case shows whether it is.
        let days = super::stage::both(exception.validity, during).unwrap_or(during);
        outcomes.extend(outcomes_of(&mut reader, of, exception, days));
    }
    reader.space.cut();
    let mut boxes: Vec<(usize, Shape)> = scope.shapes(&reader.space, true)?.into_iter().map(|shape| (0, shape)).collect();
    for (n, outcome) in outcomes.iter().enumerate() {
        boxes.extend(outcome.when.shapes(&reader.space, true)?.into_iter().map(|shape| (n + 1, shape)));
    }
    let diagram = Diagram::new(&reader.space, &boxes)?;
    // Two exceptions can disagree in several of their outcomes: that is one finding.
    let mut pairs: BTreeMap<(usize, usize), BTreeSet<(usize, usize)>> = BTreeMap::new();
    for owners in diagram.together() {
        for (n, a) in owners.iter().enumerate() {
            for b in owners.iter().skip(n + 1).filter(|b| disagree(&outcomes[*a - 1], &outcomes[**b - 1])) {
                pairs.entry((outcomes[*a - 1].of, outcomes[*b - 1].of)).or_default().insert((*a, *b));
            }
        }
    }
    for ((one, other), outcomes) in pairs {
        let (one, other) = (&norm.exceptions[one], &norm.exceptions[other]);
        // One upon the other: they do not compete.
        if upon(one, other) || upon(other, one) {
            continue;
        }
        let meet = |owners: &[usize]| outcomes.iter().any(|(a, b)| owners.contains(a) && owners.contains(b));
        let (shown, whole) = diagram.places(&meet, TRIED, true);
        let exact = feasible::only(&reader, diagram.places(&meet, TRIED, false).0);
        if exact.is_empty() {
            continue;
        }
        let names = [&one.name, &other.name];
        let witness = witness::find(context.model, norm, &reader, &exact, &|verdict| {
            let mut causes = verdict.causes.iter().chain(verdict.parts.iter().flat_map(|part| &part.causes));
            causes.any(|cause| matches!(cause, Cause::Contradiction { clauses, .. } if names.iter().all(|name| clauses.contains(name))))
        });
        let speech = context.speech(&norm.name);
        let regions: Vec<_> = shown.iter().map(|shape| speech.extents(&reader.space, shape)).collect();
        let where_ = said(&regions);
        let (first, second, of) = (speech.say(|words| words.quoted_norm(&one.name)), speech.say(|words| words.quoted_norm(&other.name)), speech.say(|words| words.quoted_norm(&norm.name)));
        let Some(witness) = witness else {
            let why = Say::new(format!("no case could be made in which the exceptions {} and {} contradict each other, {}", first.en, second.en, when_en(&where_.en)), format!("造不出例外{}与{}互相矛盾的实例（{}）", first.zh, second.zh, where_.zh));
            undecided.push(Undecided { norm: norm.name.clone(), slot: String::new(), why });
            continue;
        };
        let message = Say::new(
            format!("the exceptions {} and {} to {} both prevail {}, and do not agree", first.en, second.en, of.en, when_en(&where_.en)),
            format!("{}，{}的例外{}与{}同时优先，而结果不同", when_zh(&where_.zh), of.zh, first.zh, second.zh),
        );
        let help = Say::new(
            "make one an exception to the other (`exception NAME to EXCEPTION`), or let their conditions exclude each other; if the text itself is so, keep it and write `expect finding conflict because \"…\"`",
            "写明一个例外让步于另一个（`例外 … 于 例外名`），或使两者的条件互不重叠；如果原文就是这样，照原样保留，并写`预期 问题 conflict 因为 “…”`",
        );
        let before = found.len();
        tell(context, found, Told { code: "conflict", severity: Severity::Error, norms: [(norm, None), (norm, None)], message, help, regions, whole, witness });
        for finding in found.iter_mut().skip(before) {
            finding.places = [one, other].map(|exception| (context.written.items.get(&exception.name).cloned(), speech.say(|words| format!("{}{}", words.quoted_norm(&exception.name), words.cites(&exception.cites))))).to_vec();
        }
    }
    Ok(())
}

/// Is the first an exception to the second as well?
fn upon(one: &Exception, other: &Exception) -> bool {
    other.exceptions.iter().any(|inner| inner.name == one.name || upon(one, inner))
}

/// What an exception comes to in one case, the exceptions to it included.
struct Outcome<'n> {
    /// The exception, by its place among those of the norm.
    of: usize,
    when: Cond,
    /// What is done to the slot, one after the other, from the last that gives it a value.
    actions: Vec<&'n Action>,
}

fn outcomes_of<'n>(reader: &mut Reader<'_>, of: usize, exception: &'n Exception, during: Interval) -> Vec<Outcome<'n>> {
    let prevails = reader.prevails(exception, during);
    let inner: Vec<&Exception> = exception.exceptions.iter().filter(|inner| inner.action != Action::Off).collect();
    let mut alone = vec![prevails.clone()];
    let mut all = Vec::new();
    for inner in inner {
        alone.push(reader.prevails(inner, during).negated());
        for outcome in outcomes_of(reader, of, inner, during) {
            let own = if matches!(outcome.actions.first(), Some(Action::Replace(..) | Action::Violation)) { None } else { Some(&exception.action) };
            let actions = own.into_iter().filter(|action| **action != Action::Off).chain(outcome.actions).collect();
            all.push(Outcome { of, when: Cond::All(vec![prevails.clone(), outcome.when]), actions });
        }
    }
    all.push(Outcome { of, when: Cond::All(alone), actions: vec![&exception.action] });
    all
}

/// Do the two give different values to a slot, or one a value where the other switches off?
fn disagree(a: &Outcome<'_>, b: &Outcome<'_>) -> bool {
    let slot = |outcome: &Outcome<'_>| outcome.actions.iter().find_map(|action| match action {
        Action::Replace(slot, _) | Action::Times(slot, _) | Action::More(slot, _) => Some(slot.clone()),
        Action::Off | Action::Violation => None,
    });
    let has = |outcome: &Outcome<'_>, action: &Action| outcome.actions.contains(&action);
    let (off, violation) = ([a, b].map(|one| has(one, &Action::Off)), [a, b].map(|one| has(one, &Action::Violation)));
    let different = a.of != b.of;
    different && match (off, violation) {
        ([true, true], _) => false,
        ([true, _] | [_, true], _) => true,
        (_, [true, _] | [_, true]) => false,
        _ => slot(a) == slot(b) && a.actions != b.actions,
    }
}
