//! What a revision changes for recorded events: verdicts and amounts.

use super::Difference;
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::records::At;
use crate::reference::verdict::{Audit, Effect, Ruling, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a revision changes for recorded events.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// Verdicts that change, in the order of the later audit.
    pub verdicts: Vec<Otherwise>,
    /// How many there are under both or one of them that apply, changed or not.
    pub judged: usize,
    /// What these verdicts post for each person, where it changes.
    pub people: Vec<Person>,
    /// What they post for all people together.
    pub totals: Vec<Amount>,
}

/// A verdict that changes.
#[derive(Debug, Clone)]
pub struct Otherwise {
    /// `regulation.norm@key`, as the later version calls it.
    pub id: String,
    /// Its norm.
    pub rule: String,
    /// By the earlier version; none: there is none, or the norm does not apply.
    pub old: Option<Verdict>,
    /// By the later version.
    pub new: Option<Verdict>,
    /// What has changed of which it comes: norms and declarations.
    pub because: Vec<String>,
}

/// Register and id.
pub type Who = (Arc<str>, Arc<str>);

/// A person whose amounts change.
#[derive(Debug, Clone)]
pub struct Person {
    /// Register and id.
    pub who: Who,
    /// The amounts that change.
    pub amounts: Vec<Amount>,
}

/// An amount that changes.
#[derive(Debug, Clone)]
pub struct Amount {
    /// Its unit.
    pub unit: Unit,
    /// By the earlier version, in the verdicts that change; none while a part of it is open.
    pub old: Option<Number>,
    /// By the later version.
    pub new: Option<Number>,
}

impl Amount {
    /// How much more the later version gives.
    #[must_use]
    pub fn more(&self) -> Option<Number> {
        self.old.zip(self.new).and_then(|(old, new)| new.minus(old))
    }
}

/// What changes between two audits of the same records. Norms are called the same in both.
#[must_use]
pub fn compare(old: &Audit, new: &Audit, difference: &Difference) -> Recorded {
    let applying = |audit: &'_ Audit| -> BTreeMap<String, Verdict> { audit.verdicts.iter().filter(|verdict| verdict.ruling != Ruling::NotApplicable).map(|verdict| (verdict.id.clone(), verdict.clone())).collect() };
    let (mut before, after) = (applying(old), applying(new));
    let mut recorded = Recorded::default();
    let mut changed: Vec<(At, Otherwise)> = Vec::new();
    let mut look = |id: String, old: Option<Verdict>, new: Option<Verdict>| {
        recorded.judged += 1;
        if old.as_ref().map(judgement) != new.as_ref().map(judgement)
            && let Some((rule, at)) = new.as_ref().or(old.as_ref()).map(|verdict| (verdict.rule.clone(), verdict.at))
        {
            let because = because(difference, &rule);
            changed.push((at, Otherwise { id, rule, old, new, because }));
        }
    };
    for (id, verdict) in after {
        let old = before.remove(&id);
        look(id, old, Some(verdict));
    }
    before.into_iter().for_each(|(id, verdict)| look(id, Some(verdict), None));
    let place: BTreeMap<&str, usize> = old.verdicts.iter().chain(&new.verdicts).enumerate().map(|(at, verdict)| (verdict.id.as_str(), at)).collect();
    changed.sort_by_key(|(_, one)| place.get(one.id.as_str()).copied());
    recorded.verdicts = changed.into_iter().map(|(_, one)| one).collect();
    amounts(&mut recorded);
    recorded
}

/// What the verdicts that change post: those that do not change add nothing to the difference.
fn amounts(recorded: &mut Recorded) {
    let nothing = || [Some(Number::whole(0)); 2];
    let mut all: BTreeMap<Who, BTreeMap<Unit, [Option<Number>; 2]>> = BTreeMap::new();
    for one in &recorded.verdicts {
        for (side, verdict) in [&one.old, &one.new].into_iter().enumerate() {
            for effect in verdict.iter().flat_map(|verdict| &verdict.effects) {
                let (Some(posting), Some(to)) = (effect.posting, &effect.to) else { continue };
                let of_unit = all.entry(to.clone()).or_default().entry(effect.unit.clone().unwrap_or(Unit::One)).or_insert_with(nothing);
                of_unit[side] = of_unit[side].zip(effect.amount).and_then(|(sum, amount)| match posting {
                    Posting::Pay | Posting::Score | Posting::Count => sum.plus(amount),
                    Posting::Fine | Posting::Deduct => sum.minus(amount),
                });
            }
        }
    }
    let mut totals: BTreeMap<Unit, [Option<Number>; 2]> = BTreeMap::new();
    for (who, units) in all {
        let changed: Vec<(Unit, [Option<Number>; 2])> = units.into_iter().filter(|(_, [old, new])| old != new || old.is_none()).collect();
        for (unit, both) in &changed {
            let total = totals.entry(unit.clone()).or_insert_with(nothing);
            *total = [0, 1].map(|side: usize| total[side].zip(both[side]).and_then(|(total, one)| total.plus(one)));
        }
        if !changed.is_empty() {
            recorded.people.push(Person { who, amounts: changed.into_iter().map(|(unit, [old, new])| Amount { unit, old, new }).collect() });
        }
    }
    recorded.totals = totals.into_iter().map(|(unit, [old, new])| Amount { unit, old, new }).collect();
}

/// What has changed that a norm says or looks at.
fn because(difference: &Difference, rule: &str) -> Vec<String> {
    let own = difference.changes.iter().filter(|change| change.name == rule).map(|change| change.name.clone());
    let through = difference.through.iter().filter(|(norm, _)| norm == rule).flat_map(|(_, of)| of.clone());
    own.chain(through).collect()
}

/// What a verdict comes to: without citations and without the records it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judgement<'v> {
    ruling: Ruling,
    parts: BTreeSet<Held<'v>>,
    effects: Vec<Posted<'v>>,
}

/// A part that is not compliant: its name, its ruling, until when.
type Held<'v> = (&'v str, Ruling, Option<String>);

/// An effect, without citations.
type Posted<'v> = (&'v str, Option<Number>, Option<&'v Unit>, Option<&'v Scalar>, Option<&'v (Arc<str>, Arc<str>)>);

/// What a verdict comes to.
pub(crate) fn judgement(verdict: &Verdict) -> Judgement<'_> {
    let at = |at: &At| format!("{at:?}");
    // That something is met is the same as that it is not asked.
    let parts = verdict.parts.iter().filter(|part| part.ruling != Ruling::Compliant).map(|part| {
        let name = if part.name.starts_with("requirement ") { "requirement" } else { part.name.as_str() };
        (name, part.ruling, part.due.as_ref().map(at))
    });
    let mut effects: Vec<Posted<'_>> = verdict.effects.iter().map(posted).collect();
    effects.sort();
    Judgement { ruling: verdict.ruling, parts: parts.collect(), effects }
}

fn posted(effect: &Effect) -> Posted<'_> {
    (&effect.kind, effect.amount, effect.unit.as_ref(), effect.value.as_ref(), effect.to.as_ref())
}

impl<'v> Judgement<'v> {
    /// What it comes to in one slot.
    pub(crate) fn of_slot(self, slot: &str) -> (Vec<Held<'v>>, Vec<Posted<'v>>) {
        (self.parts.into_iter().filter(|(name, ..)| *name == slot).collect(), self.effects.into_iter().filter(|(kind, ..)| *kind == slot).collect())
    }
}
