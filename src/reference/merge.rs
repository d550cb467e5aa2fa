//! Worlds → one verdict (§3, §10): what is the same in all worlds stands, the rest is undetermined, with the causes on which it hangs.

use super::judge::{Judge, Outcome, PartOutcome};
use super::known::{Id, Known};
use super::occasion::Occasion;
use super::rules::Rules;
use super::verdict::{Cause, Effect, Part, Ruling, Verdict};
use super::world::{self, Choice};
use super::yields::Judged;
use super::value::Val;
use crate::model::norm::{DEADLINE, Norm};
use crate::records::At;
use chrono::{Days, NaiveDate};
use std::collections::BTreeSet;

/// Most worlds that are tried.
pub(super) const MOST_WORLDS: usize = 4096;

/// All worlds of an occasion; none when there are too many.
pub(super) fn worlds<'k>(mut judge: impl FnMut(Vec<usize>) -> Judge<'k, 'k>) -> Option<Vec<Judged>> {
    let mut all = Vec::new();
    let mut forced = Vec::new();
    loop {
        let mut judge = judge(forced);
        let outcome = judge.judge();
        let choices = judge.world.choices().to_vec();
        let next = world::next(&choices);
        all.push((choices, outcome));
        match next {
            None => return Some(all),
            Some(_) if all.len() >= MOST_WORLDS => return None,
            Some(next) => forced = next,
        }
    }
}

/// The verdict on an occasion; none when there is no such occasion in any world.
pub(super) fn verdict(known: &Known, rules: &Rules, norm: &Norm, occasion: &Occasion, worlds: Option<&[Judged]>) -> Option<Verdict> {
    let mut verdict = Verdict {
        id: id(norm, occasion),
        rule: norm.name.clone(),
        source: norm.cites.clone(),
        subject: occasion.subject.clone(),
        at: occasion.at,
        period: occasion.period.as_ref().map(|span| span.name.clone()).or_else(|| occasion.reached.as_ref().and_then(|r| r.period.clone())),
        events: Vec::new(),
        ruling: Ruling::Undetermined,
        parts: Vec::new(),
        effects: Vec::new(),
        causes: Vec::new(),
        immaterial: Vec::new(),
        is_final: false,
        revision: String::new(),
        supersedes: None,
    };
    match worlds {
        None => {
            too_many(norm, &mut verdict);
            verdict.subject = Judge::aside(known, rules, norm, occasion).bearer_now().or(verdict.subject);
            verdict.events = events(known, occasion, &BTreeSet::new());
        }
        Some(worlds) => {
            if !worlds.iter().any(|(_, outcome)| outcome.there) {
                return None;
            }
            let applying = needless(norm, worlds);
            merge(applying.as_deref().unwrap_or(worlds), &mut verdict);
            verdict.immaterial = immaterial(worlds, &verdict);
            // Whether it applies may still be said, whenever that is.
            let may_be_said = applying.is_some() && verdict.immaterial.iter().any(Cause::may_be_said);
            let used: BTreeSet<Id> = worlds.iter().flat_map(|(_, outcome)| outcome.used.iter().copied()).collect();
            verdict.events = events(known, occasion, &used);
            verdict.is_final = !may_be_said && is_final(known, rules, worlds, &verdict);
        }
    }
    Some(revised(verdict))
}

/// What the verdict on an occasion is called.
pub(super) fn id(norm: &Norm, occasion: &Occasion) -> String {
    format!("{}@{}", norm.name, occasion.key)
}

/// The verdict with its revision.
pub(super) fn revised(mut verdict: Verdict) -> Verdict {
    verdict.revision = super::revision::of(&verdict);
    verdict
}

fn too_many(norm: &Norm, verdict: &mut Verdict) {
    let causes = vec![Cause::TooManyOpen];
    let part = |name: String| Part { name, ruling: Ruling::Undetermined, due: None, met: None, causes: causes.clone() };
    let slots = norm.decisions.iter().map(|decision| decision.slot.clone());
    let terms = (1..=norm.terms.len()).map(|n| format!("term {n}"));
    let requirements = (1..=norm.requirements.len()).map(|n| format!("requirement {n}"));
    verdict.parts = terms.chain(slots).chain(requirements).map(part).collect();
    verdict.causes = causes;
}

/// The trigger first, then the others in order.
pub(super) fn events(known: &Known, occasion: &Occasion, used: &BTreeSet<Id>) -> Vec<String> {
    let mut ids: Vec<Id> = used.iter().copied().filter(|id| Some(*id) != occasion.record).collect();
    known.in_order(&mut ids);
    occasion.record.into_iter().chain(ids).map(|id| known.reference(id)).collect()
}

fn merge(worlds: &[Judged], verdict: &mut Verdict) {
    let bearers: Vec<_> = worlds.iter().filter(|(_, o)| o.there).map(|(_, o)| &o.bearer).collect();
    if let Some(first) = bearers.first()
        && bearers.iter().all(|bearer| bearer == first)
        && first.is_some()
    {
        verdict.subject = (*first).clone();
    }
    let mut names: Vec<&str> = Vec::new();
    for (_, outcome) in worlds {
        for part in &outcome.parts {
            if !names.contains(&part.part.name.as_str()) {
                names.push(&part.part.name);
            }
        }
    }
    for name in names {
        let (part, effects) = merged_part(name, worlds);
        verdict.causes.extend(part.causes.iter().cloned());
        verdict.parts.push(part);
        verdict.effects.extend(effects);
    }
    let rulings: Vec<Ruling> = worlds.iter().map(|(_, outcome)| outcome.ruling()).collect();
    let first = rulings.first().copied().unwrap_or(Ruling::NotApplicable);
    let own = worlds.iter().flat_map(|(_, outcome)| outcome.causes.iter().cloned());
    verdict.causes.extend(own);
    if rulings.iter().all(|ruling| *ruling == first) && verdict.parts.is_empty() {
        verdict.ruling = first;
    } else if verdict.parts.is_empty() {
        verdict.causes.extend(relevant(worlds, |outcome| outcome.ruling()));
        verdict.ruling = open_ruling(&verdict.causes);
    } else {
        verdict.ruling = verdict.parts.iter().map(|part| part.ruling).min().unwrap_or(first);
        if worlds.iter().any(|(_, outcome)| !outcome.causes.is_empty()) {
            verdict.ruling = verdict.ruling.min(open_ruling(&verdict.causes));
        }
    }
    tidy(&mut verdict.causes);
}

/// What was asked for, is open, and changes nothing.
fn immaterial(worlds: &[Judged], verdict: &Verdict) -> Vec<Cause> {
    let asked = worlds.iter().flat_map(|(choices, _)| choices.iter().flat_map(|choice| choice.causes.iter().cloned()));
    let mut immaterial = asked.filter(|cause| !verdict.causes.contains(cause)).collect();
    tidy(&mut immaterial);
    immaterial
}

/// The worlds in which the norm applies, where nothing hangs on whether it does: in each it is complied with, and nothing follows (§6).
fn needless(norm: &Norm, worlds: &[Judged]) -> Option<Vec<Judged>> {
    if !norm.yields.is_empty() {
        return None;
    }
    let silent = |outcome: &Outcome| outcome.causes.is_empty() && (!outcome.there || outcome.ruling() == Ruling::NotApplicable);
    let nothing = |outcome: &Outcome| {
        let given = outcome.slots.iter().any(|(slot, value)| *value != Val::Blank && slot != DEADLINE);
        outcome.ruling() == Ruling::Compliant && !outcome.parts.is_empty() && !given && outcome.parts.iter().all(|part| part.effects.is_empty())
    };
    let applying: Vec<Judged> = worlds.iter().filter(|(_, outcome)| !silent(outcome)).cloned().collect();
    let needless = !applying.is_empty() && applying.len() < worlds.len() && applying.iter().all(|(_, outcome)| nothing(outcome));
    needless.then_some(applying)
}

/// A part over all worlds.
fn merged_part(name: &str, worlds: &[Judged]) -> (Part, Vec<Effect>) {
    let of = |outcome: &Outcome| outcome.parts.iter().find(|part| part.part.name == name).map(what_comes_of_it);
    let all: Vec<Option<PartOutcome>> = worlds.iter().map(|(_, outcome)| of(outcome)).collect();
    let told: Vec<&PartOutcome> = worlds.iter().filter_map(|(_, outcome)| outcome.parts.iter().find(|part| part.part.name == name)).collect();
    let here: Vec<&PartOutcome> = all.iter().flatten().collect();
    let Some(first) = here.first() else {
        return (Part { name: name.to_owned(), ruling: Ruling::NotApplicable, due: None, met: None, causes: Vec::new() }, Vec::new());
    };
    let met = told.first().and_then(|first| first.part.met).filter(|met| told.iter().all(|part| part.part.met == Some(*met)));
    if here.len() == all.len() && here.iter().all(|part| part == first) {
        return (Part { met, ..first.part.clone() }, with_cites(&first.effects, &told));
    }
    let mut causes = relevant(worlds, of);
    causes.extend(here.iter().flat_map(|part| part.part.causes.iter().cloned()));
    tidy(&mut causes);
    let same_ruling = here.len() == all.len() && here.iter().all(|part| part.part.ruling == first.part.ruling);
    let same_effects = here.len() == all.len() && here.iter().all(|part| part.effects == first.effects);
    let ruling = match first.part.ruling {
        // A sure breach, whatever it costs; a condition that is met or not met by another day.
        ruling if same_ruling && (same_effects || ruling == Ruling::Violation) => ruling,
        _ => open_ruling(&causes),
    };
    let due = if here.iter().all(|part| part.part.due == first.part.due) { first.part.due } else { None };
    let effects = match ruling {
        Ruling::Pending => Vec::new(),
        _ if same_effects => with_cites(&first.effects, &told),
        _ => open_effects(&told),
    };
    (Part { name: name.to_owned(), ruling, due, met, causes }, effects)
}

/// A part without the citations: two clauses may lead to the same result.
fn what_comes_of_it(part: &PartOutcome) -> PartOutcome {
    let effects = part.effects.iter().map(|effect| Effect { cites: Vec::new(), items: Vec::new(), ..effect.clone() });
    PartOutcome { part: Part { met: None, ..part.part.clone() }, effects: effects.collect() }
}

/// The effects that all worlds share, with the citations of all.
fn with_cites(effects: &[Effect], worlds: &[&PartOutcome]) -> Vec<Effect> {
    let cites_at = |at: usize| {
        let mut cites: Vec<String> = Vec::new();
        for cite in worlds.iter().filter_map(|part| part.effects.get(at)).flat_map(|effect| &effect.cites) {
            if !cites.contains(cite) {
                cites.push(cite.clone());
            }
        }
        cites
    };
    let items_at = |at: usize| {
        let mut all = worlds.iter().filter_map(|part| part.effects.get(at)).map(|effect| &effect.items);
        let first = all.next()?;
        all.all(|items| items == first).then(|| first.clone())
    };
    let whole = |(at, effect): (usize, &Effect)| Effect { cites: cites_at(at), items: items_at(at).unwrap_or_default(), ..effect.clone() };
    effects.iter().enumerate().map(whole).collect()
}

/// What waits for time is pending, what waits for a fact is undetermined.
fn open_ruling(causes: &[Cause]) -> Ruling {
    if causes.iter().any(Cause::waits) { Ruling::Pending } else { Ruling::Undetermined }
}

/// Effects on which the worlds differ: one for each addressee and slot, without an amount.
fn open_effects(parts: &[&PartOutcome]) -> Vec<Effect> {
    let mut all: Vec<Effect> = Vec::new();
    for effect in parts.iter().flat_map(|part| &part.effects) {
        match all.iter_mut().find(|known| known.kind == effect.kind && known.to == effect.to) {
            Some(known) => {
                let more: Vec<String> = effect.cites.iter().filter(|cite| !known.cites.contains(cite)).cloned().collect();
                known.cites.extend(more);
            }
            None => all.push(Effect { amount: None, value: None, items: Vec::new(), ..effect.clone() }),
        }
    }
    all
}

/// The causes on which something hangs: those of a choice whose options lead to different results.
fn relevant<T: PartialEq>(worlds: &[Judged], of: impl Fn(&Outcome) -> T) -> Vec<Cause> {
    let results: Vec<(&[Choice], T)> = worlds.iter().map(|(choices, outcome)| (choices.as_slice(), of(outcome))).collect();
    let mut causes = Vec::new();
    branch(&results, 0, &mut causes);
    tidy(&mut causes);
    causes
}

/// Worlds come in the order of a tree: those below one choice stand together.
fn branch<T: PartialEq>(worlds: &[(&[Choice], T)], depth: usize, causes: &mut Vec<Cause>) {
    let Some(choice) = worlds.first().and_then(|(choices, _)| choices.get(depth)) else { return };
    let groups: Vec<&[(&[Choice], T)]> = worlds
        .chunk_by(|(a, _), (b, _)| a.get(depth).map(|choice| choice.option) == b.get(depth).map(|choice| choice.option))
        .collect();
    if groups.len() > 1 && !agree(&groups) {
        causes.extend(choice.causes.iter().cloned());
    }
    groups.into_iter().for_each(|group| branch(group, depth + 1, causes));
}

/// Do all options lead to the same results?
fn agree<T: PartialEq>(groups: &[&[(&[Choice], T)]]) -> bool {
    let results = |group: &[(&[Choice], T)], value: &T| group.iter().any(|(_, other)| other == value);
    groups.windows(2).all(|pair| {
        let [a, b] = pair else { return true };
        a.iter().all(|(_, value)| results(b, value)) && b.iter().all(|(_, value)| results(a, value))
    })
}

fn tidy(causes: &mut Vec<Cause>) {
    causes.sort();
    causes.dedup();
}

/// No record in time can change it any more (§10).
fn is_final(known: &Known, rules: &Rules, worlds: &[Judged], verdict: &Verdict) -> bool {
    let waits = verdict.causes.iter().any(Cause::waits);
    if waits || verdict.parts.iter().any(|part| part.ruling == Ruling::Pending) {
        return false;
    }
    let Some(settled) = horizon(known, rules, worlds).and_then(|day| day.checked_add_days(Days::new(u64::from(rules.lateness)))) else { return false };
    match known.until {
        At::Date(until) => settled <= until,
        At::Moment(_) => settled < rules.day(known.until),
    }
}

/// The last day on which a record could change a judgement: of its windows and deadlines, of the records it rests on, and of what it reads of other
/// norms. None: records of any time may.
pub(super) fn horizon(known: &Known, rules: &Rules, worlds: &[Judged]) -> Option<NaiveDate> {
    let mut last = None;
    for (_, outcome) in worlds {
        let used = outcome.used.iter().map(|id| rules.day(known.record(*id).at)).max();
        last = last.max(Some(outcome.horizon?)).max(used);
    }
    last
}
