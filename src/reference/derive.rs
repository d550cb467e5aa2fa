//! One verdict unfolded: it is judged again with everything that was looked at kept, after the norms on which it rests.

use super::audit::{Run, judge};
use super::change;
use super::derivation::{CountedRecord, Counting, DerivedRecord, Derivation, NotApplied, Value};
use super::judge::Judge;
use super::known::{DAWN, Id, Known};
use super::merge;
use super::occasion::{self, Occasion, Reached};
use super::rules::Rules;
use super::throughout;
use super::verdict::{Ruling, Verdict};
use crate::model::norm::{Norm, Occasion as Sort};
use crate::model::order::{self, Reads};
use crate::model::value::Scalar;
use crate::model::Model;
use crate::records::{Records, Stored};
use std::collections::{BTreeMap, BTreeSet};

/// Everything judged once, so that any verdict of it can be unfolded.
pub struct Unfolding<'a> {
    model: &'a Model,
    run: Run<'a>,
}

/// Unfolds the verdict with this id; none when there is no such occasion.
pub fn derive(model: &Model, records: &Records, verdict_id: &str) -> Option<Derivation> {
    let (rule, _) = verdict_id.split_once('@')?;
    let at = model.norms.iter().position(|norm| norm.name == rule)?;
    let needed = needed(model, at);
    Unfolding::of(model, records, &|norm| needed.contains(&norm))?.derive(verdict_id)
}

/// The verdicts of the norms of these names: nothing is judged but they and what they rest on. They are the same as in [`super::audit()`].
pub fn verdicts_of(model: &Model, records: &Records, names: &BTreeSet<&str>) -> Vec<Verdict> {
    let needs = order::needs(model);
    let wanted = |at: &usize| model.norms.get(*at).is_some_and(|norm| names.contains(norm.name.as_str()));
    let mut queue: Vec<usize> = (0..model.norms.len()).filter(wanted).collect();
    let mut all: BTreeSet<usize> = queue.iter().copied().collect();
    while let Some(next) = queue.pop() {
        queue.extend(needs.get(next).into_iter().flatten().copied().filter(|need| all.insert(*need)));
    }
    Unfolding::of(model, records, &|norm| all.contains(&norm)).map(|unfolding| unfolding.verdicts().to_vec()).unwrap_or_default()
}

impl<'a> Unfolding<'a> {
    /// Judges all norms; none when nothing is known.
    pub fn new(model: &'a Model, records: &'a Records) -> Option<Self> {
        Self::of(model, records, &|_| true)
    }

    /// Judges these norms.
    fn of(model: &'a Model, records: &'a Records, wanted: &dyn Fn(usize) -> bool) -> Option<Self> {
        let mut run = Run::new(model, records)?;
        let layers: Vec<_> = order::layers(model).into_iter().map(|layer| layer.only(wanted)).collect();
        run.layers(&layers, &mut |_| {});
        Some(Self { model, run })
    }

    /// All verdicts, in the order in which the norms were judged.
    pub fn verdicts(&self) -> &[Verdict] {
        self.run.verdicts()
    }

    /// Unfolds the verdict with this id; none when there is no such occasion.
    pub fn derive(&self, verdict_id: &str) -> Option<Derivation> {
        let (model, run) = (self.model, &self.run);
        let (rule, key) = verdict_id.split_once('@')?;
        let at = model.norms.iter().position(|norm| norm.name == rule)?;
        let (norm, asks) = (model.norms.get(at)?, run.asks.get(at)?);
        let rules = Rules::of(model, &norm.regulation);
        let known = &run.known;
        let occasion = occasion::all(known, &rules, norm, Some(key)).into_iter().find(|occasion| occasion.key == key)?;
        let worlds = merge::worlds(|forced| Judge { steps: Some(Vec::new()), ..judge(known, &rules, norm, &occasion, asks, forced) });
        let verdict = merge::verdict(known, &rules, norm, &occasion, worlds.as_deref())?;
        // Those in which there is no such occasion are told, too: they are why a verdict is open.
        let told: Vec<_> = worlds.into_iter().flatten().filter_map(|(_, outcome)| outcome.told).collect();
        let would_change = change::all(known, &rules, norm, &occasion, asks, &verdict, &told);
        Some(Derivation {
            trigger: occasion.record.map(|id| known.reference(id)),
            began: match &norm.occasion {
                Sort::Throughout { entity, .. } => throughout::began(known, &occasion, entity),
                _ => Vec::new(),
            },
            reached: occasion.reached.as_ref().map(|reached| counting(known, &occasion, reached)),
            not_applied: not_applied(model, run, at, &occasion),
            would_change,
            derived: derived(model, known, at),
            known_until: known.until,
            worlds: told,
            verdict,
        })
    }
}

/// The norms from which a norm reads, over all steps, without itself; and those from which the others on its records read: whether those apply is told.
fn needed(model: &Model, at: usize) -> BTreeSet<usize> {
    let needs = order::needs(model);
    let mut all = BTreeSet::new();
    let mut queue = beside(model, at);
    queue.push(at);
    while let Some(next) = queue.pop() {
        for need in needs.get(next).into_iter().flatten() {
            if all.insert(*need) {
                queue.push(*need);
            }
        }
    }
    all
}

/// All norms that have a word in the derivation of a norm's verdicts: itself, those from which it reads, and the others on its records with those from which they read.
pub(crate) fn have_a_word(model: &Model, at: usize) -> BTreeSet<usize> {
    let mut all = needed(model, at);
    all.insert(at);
    all.extend(beside(model, at));
    all
}

/// The norms that may look at the record of one of this norm's occasions.
fn beside(model: &Model, at: usize) -> Vec<usize> {
    let own = model.norms.get(at).and_then(|norm| match &norm.occasion {
        Sort::Record(pattern) | Sort::Member(pattern, _) => Some(pattern),
        Sort::Reaches { measure, .. } => Some(&measure.pattern),
        _ => None,
    });
    let Some(own) = own else { return Vec::new() };
    let shares = |norm: &Norm| match &norm.occasion {
        Sort::Record(pattern) | Sort::Member(pattern, _) => pattern.events.iter().any(|event| own.events.contains(event)),
        _ => false,
    };
    model.norms.iter().enumerate().filter(|(other, norm)| *other != at && shares(norm)).map(|(other, _)| other).collect()
}

/// The records that were counted until the number was reached.
fn counting(known: &Known, occasion: &Occasion, reached: &Reached) -> Counting {
    let told = |certain: bool| {
        move |id: &Id| {
            let record = known.record(*id);
            let event = known.model.events.get(record.event).map(|event| event.name.clone()).unwrap_or_default();
            CountedRecord { record: record.reference(), event, at: record.at, value: None, filter: None, certain }
        }
    };
    let mut counted: Vec<CountedRecord> = reached.counted.iter().map(told(true)).collect();
    counted.extend(reached.possible.iter().map(told(false)));
    Counting { from: reached.from, until: Some(occasion.at), counted, left_out: Vec::new() }
}

/// Norms that look at the same record and say nothing about it.
fn not_applied(model: &Model, run: &Run<'_>, at: usize, occasion: &Occasion) -> Vec<NotApplied> {
    let Some(id) = occasion.record else { return Vec::new() };
    let known = &run.known;
    let others = model.norms.iter().zip(&run.asks).enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
    others.filter_map(|(norm, asks)| silent(known, norm, asks, id)).collect()
}

/// The norm, when the record is of its type and it does not apply.
fn silent(known: &Known, norm: &Norm, asks: &BTreeSet<String>, id: Id) -> Option<NotApplied> {
    let (Sort::Record(pattern) | Sort::Member(pattern, _)) = &norm.occasion else { return None };
    let event = known.model.events.get(known.record(id).event)?;
    if !pattern.events.contains(&event.name) || !occasion::sees(norm, known, id) {
        return None;
    }
    let rules = Rules::of(known.model, &norm.regulation);
    let mut occasion = Occasion::of_record(id, None, known, &rules);
    let told = |choices, condition| Some(NotApplied { rule: norm.name.clone(), cites: norm.cites.clone(), choices, condition });
    if let Some(filter) = &pattern.filter {
        let mut judge = Judge { steps: Some(Vec::new()), counted: Some(id), ..judge(known, &rules, norm, &occasion, asks, Vec::new()) };
        let (value, step) = judge.condition(filter);
        if value.as_bool() == Some(false) && judge.world.choices().is_empty() {
            return told(Vec::new(), step);
        }
        occasion.filter = Some(filter);
    }
    let worlds = merge::worlds(|forced| Judge { steps: Some(Vec::new()), ..judge(known, &rules, norm, &occasion, asks, forced) })?;
    let all_silent = worlds.iter().all(|(_, outcome)| outcome.there && outcome.ruling() == Ruling::NotApplicable);
    let first = worlds.into_iter().next()?.1.told?;
    if !all_silent {
        return None;
    }
    // A norm that is not in force, or that an exception switches off, does not fail at its condition.
    let fails = first.when.filter(|step| step.value == Value::Known(Scalar::Bool(false)));
    told(first.choices, fails)
}

/// The records made by other verdicts that the norm may look at, or one of those on its records.
fn derived(model: &Model, known: &Known, at: usize) -> Vec<DerivedRecord> {
    let looking = std::iter::once(at).chain(beside(model, at)).filter_map(|norm| model.norms.get(norm));
    let looking: Vec<(&Norm, Reads)> = looking.map(|norm| (norm, Reads::of(norm))).collect();
    let mut all: BTreeMap<String, DerivedRecord> = BTreeMap::new();
    for made in known.all_made() {
        let Some(event) = model.events.get(made.record.event) else { continue };
        let only = made.record.only_for.as_ref();
        if !looking.iter().any(|(norm, reads)| reads.events.contains(&event.name) && only.is_none_or(|only| only.contains(&norm.name))) {
            continue;
        }
        let fields = event.fields.iter().zip(&made.record.fields).map(|(field, value)| {
            let value = match value {
                Stored::Known(scalar) => Value::Known(scalar.clone()),
                Stored::Blank => Value::Blank,
                Stored::Missing => Value::Open { low: None, high: None, causes: Vec::new() },
            };
            (field.name.clone(), value)
        });
        let record = made.record.reference();
        all.insert(
            format!("{record} {}", event.name),
            DerivedRecord {
                verdict: made.verdict.clone(),
                event: event.name.clone(),
                at: made.record.at,
                fields: fields.collect(),
                certain: made.record.certain && made.under.is_empty(),
                only_for: made.record.only_for.as_ref().map(|only| only.to_vec()),
                for_day: made.record.stream == DAWN,
                record,
            },
        );
    }
    all.into_values().collect()
}

