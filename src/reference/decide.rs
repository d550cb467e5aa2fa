//! Decisions (§6): clauses become one value by the hit policy; then forfeits, exceptions, cap, floor, rounding.

use super::compare::{all, any};
use super::derivation::{ClauseTried, Decided as Told};
use super::except::{Excepted, Prevailing};
use super::judge::{Judge, Subject};
use super::value::Val;
use super::verdict::{Cause, Effect, Item, Part, Ruling};
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Clause, Decision, Hit, Item as Marked, Posting};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use std::sync::Arc;

/// What came of a decision.
pub(super) struct Decided {
    pub ruling: Ruling,
    pub causes: Vec<Cause>,
    pub effects: Vec<Effect>,
    /// The slot's value for norms that read it.
    pub given: Val,
    pub told: Option<Told>,
}

impl Decided {
    pub(super) fn part(&self, name: &str) -> Part {
        Part { name: name.to_owned(), ruling: self.ruling, due: None, met: None, causes: self.causes.clone() }
    }
}

/// A clause that was tried.
struct Tried<'c> {
    clause: &'c Clause,
    applies: Val,
    value: Option<Val>,
    told: ClauseTried,
}

/// The values of the clauses that apply.
enum Combined<'c> {
    Empty,
    Values(Vec<(Val, Vec<&'c Clause>)>),
    Open(Ruling, Cause),
}

/// A value of a slot, the citations it rests on, and what became of a sum after its clauses were added up.
struct Final {
    value: Val,
    cites: Vec<String>,
    items: Vec<Item>,
}

impl Final {
    fn of(value: Val, cites: Vec<String>) -> Self {
        Self { value, cites, items: Vec::new() }
    }

    /// Goes over to another value, and says by how much it differs.
    fn becomes(&mut self, value: Val, name: &str, cites: &[String]) {
        if let (Val::Known(Scalar::Quantity(before, _)), Val::Known(Scalar::Quantity(after, _))) = (&self.value, &value)
            && let Some(amount) = after.minus(*before).filter(|amount| !amount.is_zero())
        {
            self.items.push(Item { name: name.to_owned(), cites: cites.to_vec(), amount });
        }
        self.value = value;
        self.cites.extend(cites.iter().cloned());
    }
}

/// The values of a slot; or why there is none.
type Finished = Result<Vec<Final>, (Ruling, Cause)>;

impl Judge<'_, '_> {
    pub(super) fn decide(&mut self, decision: &Decision, prevailing: &Prevailing) -> Decided {
        let tried: Vec<Tried> = decision.clauses.iter().map(|clause| self.clause(clause, decision.posting.is_some())).collect();
        let combined = self.combined(decision, &tried);
        let mut told = Told {
            slot: decision.slot.clone(),
            clauses: Vec::new(),
            combined: self.shown_combined(&combined),
            forfeits: Vec::new(),
            floor: None,
            cap: None,
            value: super::derivation::Value::Blank,
            ruling: Ruling::Compliant,
        };
        let finished = self.finished(decision, combined, prevailing, &mut told);
        let summed = if decision.hit == Hit::Sum { summed(&tried) } else { Vec::new() };
        let unmarked: Vec<Cause> = tried.iter().filter_map(|tried| match &tried.value {
            Some(Val::Fault(cause @ (Cause::NoMark { .. } | Cause::MarkTooHigh { .. }))) => Some(cause.clone()),
            _ => None,
        }).collect();
        told.clauses = tried.into_iter().map(|tried| tried.told).collect();
        let mut decided = self.posted(decision, finished, &summed);
        // Of a score every item is named that has no mark, or one too high.
        if decided.causes.iter().any(|cause| unmarked.contains(cause)) {
            decided.causes.extend(unmarked);
            decided.causes.sort();
            decided.causes.dedup();
        }
        told.value = self.shown(&decided.given);
        told.ruling = decided.ruling;
        decided.told = self.steps.is_some().then_some(told);
        decided
    }

    fn clause<'c>(&mut self, clause: &'c Clause, posts: bool) -> Tried<'c> {
        let (applies, when) = match &clause.when {
            None => (Val::bool(true), None),
            Some(when) => self.condition(when),
        };
        let (mut points, mut step_of_points) = (None, None);
        let (value, step) = if applies.as_bool() == Some(true) {
            let (value, step) = self.stepped(&clause.value);
            if let Some(item) = &clause.item {
                let (most, step) = self.stepped(&item.points);
                (points, step_of_points) = (Some((item, most)), step);
            }
            (Some(value), step)
        } else {
            (None, None)
        };
        let value = match (value, points) {
            (Some(value), Some((item, most))) => Some(self.mark(value, item, &most)),
            (value, _) => value,
        };
        // An amount that is blank is not nothing.
        let value = match value {
            Some(Val::Blank) if posts && clause.item.is_none() => Some(Val::Fault(Cause::Blank { what: super::compare::what(&clause.value) })),
            value => value,
        };
        let told = ClauseTried { points: step_of_points, name: clause.name.clone(), cites: clause.cites.clone(), when, applies: applies.as_bool(), value: step };
        Tried { clause, applies, value, told }
    }

    /// The mark of an item: it must be there, and be no more than the item's points.
    fn mark(&mut self, mark: Val, item: &Marked, most: &Val) -> Val {
        let (kind, value) = (item.kind.clone(), item.value.clone());
        if mark == Val::Blank {
            return Val::Fault(Cause::NoMark { kind, item: value });
        }
        let expr = Expr::Subject;
        match self.compare(Op::Gt, (&mark, &expr), (most, &expr)) {
            Val::Fault(cause) => Val::Fault(cause),
            above if above.as_bool() == Some(true) => Val::Fault(Cause::MarkTooHigh { kind, item: value }),
            _ => mark,
        }
    }

    /// The hit policy.
    fn combined<'c>(&mut self, decision: &Decision, tried: &[Tried<'c>]) -> Combined<'c> {
        let fault = |tried: &Tried| if let Val::Fault(cause) = &tried.applies { Some(cause.clone()) } else { None };
        let first = tried.iter().position(|tried| tried.applies.as_bool() == Some(true));
        let looked_at = match (decision.hit, first) {
            (Hit::First, Some(first)) => tried.get(..=first).unwrap_or_default(),
            _ => tried,
        };
        if let Some(cause) = looked_at.iter().find_map(fault) {
            return Combined::Open(Ruling::Undetermined, cause);
        }
        let hits: Vec<(&Val, &'c Clause)> = looked_at.iter().filter_map(|tried| Some((tried.value.as_ref()?, tried.clause))).collect();
        let gap = || Combined::Open(Ruling::Undetermined, Cause::Gap { slot: decision.slot.clone() });
        // A score without any item for this occasion is silent, whatever else adds to it.
        let mut items = tried.iter().filter(|tried| tried.clause.item.is_some()).peekable();
        if items.peek().is_some() && !items.any(|item| item.value.is_some()) {
            return gap();
        }
        match (decision.hit, hits.as_slice()) {
            (Hit::Count, hits) => {
                let count = i64::try_from(hits.len()).unwrap_or(i64::MAX);
                Combined::Values(vec![(Val::number(Number::whole(count), Unit::One), hits.iter().map(|(_, clause)| *clause).collect())])
            }
            (Hit::ExactlyOne | Hit::First, []) => gap(),
            (_, []) => Combined::Empty,
            (Hit::ExactlyOne | Hit::AtMostOne, hits) => self.only_one(decision, hits),
            (Hit::First, hits) => Combined::Values(hits.iter().map(|(value, clause)| ((*value).clone(), vec![*clause])).collect()),
            (Hit::List, hits) => Combined::Values(hits.iter().map(|(value, clause)| ((*value).clone(), vec![*clause])).collect()),
            (Hit::Sum | Hit::Max | Hit::Min, hits) => self.folded(decision.hit, hits),
        }
    }

    fn only_one<'c>(&mut self, decision: &Decision, hits: &[(&Val, &'c Clause)]) -> Combined<'c> {
        let Some((value, _)) = hits.first() else { return Combined::Empty };
        if hits.iter().skip(1).any(|(other, _)| !self.is_same(value, other)) {
            let clauses = hits.iter().map(|(_, clause)| clause.name.clone()).collect();
            return Combined::Open(Ruling::Conflict, Cause::Contradiction { slot: decision.slot.clone(), clauses });
        }
        Combined::Values(vec![((*value).clone(), hits.iter().map(|(_, clause)| *clause).collect())])
    }

    fn folded<'c>(&mut self, hit: Hit, hits: &[(&Val, &'c Clause)]) -> Combined<'c> {
        let mut result: Option<Val> = None;
        for (value, _) in hits {
            result = Some(match result {
                None => (*value).clone(),
                Some(before) => match hit {
                    Hit::Sum => self.sum(&before, value),
                    Hit::Max => self.extreme_of(before, value, Op::Gt),
                    _ => self.extreme_of(before, value, Op::Lt),
                },
            });
        }
        result.map_or(Combined::Empty, |value| Combined::Values(vec![(value, hits.iter().map(|(_, clause)| *clause).collect())]))
    }

    fn extreme_of(&mut self, before: Val, value: &Val, better: Op) -> Val {
        let expr = Expr::Subject;
        match self.compare(better, (value, &expr), (&before, &expr)) {
            Val::Fault(cause) => Val::Fault(cause),
            beats if beats.as_bool() == Some(true) => value.clone(),
            _ => before,
        }
    }

    /// Forfeits, exceptions, cap, floor, rounding: each value with its citations, or why there is none.
    fn finished(
        &mut self,
        decision: &Decision,
        combined: Combined,
        prevailing: &Prevailing,
        told: &mut Told,
    ) -> Finished {
        let bounds = self.bounds(decision, told);
        let values = match combined {
            Combined::Open(ruling, cause) => {
                // An exception that gives a value prevails over a gap or a conflict as well.
                let fault = Val::Fault(cause.clone());
                return match prevailing.apply(self, &decision.slot, &fault) {
                    Excepted::Own => Err((ruling, cause)),
                    Excepted::Conflict(clauses) => Err(self.conflict(decision, clauses)),
                    Excepted::Changed(Val::Fault(_), _) | Excepted::Instead(Val::Fault(_), _) => Err((ruling, cause)),
                    Excepted::Changed(value, cites) | Excepted::Instead(value, cites) => Ok(vec![self.given_instead(decision, value, cites)]),
                };
            }
            Combined::Empty => Vec::new(),
            Combined::Values(values) => values,
        };
        if values.is_empty() {
            return match prevailing.apply(self, &decision.slot, &Val::Blank) {
                Excepted::Own => Ok(Vec::new()),
                Excepted::Changed(Val::Blank | Val::Fault(_), _) | Excepted::Instead(Val::Blank | Val::Fault(_), _) => Ok(Vec::new()),
                Excepted::Conflict(clauses) => Err(self.conflict(decision, clauses)),
                Excepted::Changed(value, cites) | Excepted::Instead(value, cites) => Ok(vec![self.given_instead(decision, value, cites)]),
            };
        }
        let mut finished = Vec::new();
        if self.bounds_cross(&bounds) {
            return Err(self.conflict(decision, vec!["at least".to_owned(), "at most".to_owned()]));
        }
        for (value, clauses) in values {
            let cites: Vec<String> = clauses.iter().flat_map(|clause| clause.cites.iter().cloned()).collect();
            let mut here = Final::of(value, cites);
            self.forfeited(decision, &mut here, &bounds);
            let mut own = true;
            match prevailing.apply(self, &decision.slot, &here.value) {
                Excepted::Own => {}
                Excepted::Changed(value, more) => here.becomes(value, "exception", &more),
                Excepted::Instead(value, more) => {
                    own = false;
                    here.becomes(value, "exception", &more);
                }
                Excepted::Conflict(clauses) => return Err(self.conflict(decision, clauses)),
            }
            if own {
                self.bounded(&mut here, &bounds);
            }
            self.round_off(decision, &mut here);
            finished.push(here);
        }
        Ok(finished)
    }

    /// What an exception gives where the slot has nothing of its own.
    fn given_instead(&mut self, decision: &Decision, value: Val, cites: Vec<String>) -> Final {
        let mut here = Final::of(value, cites);
        self.round_off(decision, &mut here);
        here
    }

    /// Does the least that it must be lie above the most that it may be? Then no value keeps to both.
    fn bounds_cross(&mut self, [_, cap, floor]: &[Option<(Val, &[String])>; 3]) -> bool {
        let (Some((cap, _)), Some((floor, _))) = (cap, floor) else { return false };
        let expr = Expr::Subject;
        self.compare(Op::Gt, (floor, &expr), (cap, &expr)).as_bool() == Some(true)
    }

    fn conflict(&self, decision: &Decision, mut clauses: Vec<String>) -> (Ruling, Cause) {
        clauses.sort();
        clauses.dedup();
        (Ruling::Conflict, Cause::Contradiction { slot: decision.slot.clone(), clauses })
    }

    /// Forfeits, cap and floor, evaluated once: is it forfeited, the cap, the floor; with citations.
    fn bounds<'d>(&mut self, decision: &'d Decision, told: &mut Told) -> [Option<(Val, &'d [String])>; 3] {
        let mut forfeited = Vec::new();
        let mut cites: &[String] = &[];
        for (condition, cited) in &decision.forfeits {
            let (value, step) = self.condition(condition);
            told.forfeits.extend(step.map(|step| (cited.clone(), step)));
            if value.as_bool() == Some(true) && cites.is_empty() {
                cites = cited;
            }
            forfeited.push(value);
        }
        let bound = |judge: &mut Self, bound: &'d Option<(Expr, Vec<String>)>| {
            bound.as_ref().map(|(expr, cited)| {
                let (value, step) = judge.stepped(expr);
                (value, step.map(|step| (cited.clone(), step)), cited.as_slice())
            })
        };
        let (cap, floor) = (bound(self, &decision.cap), bound(self, &decision.floor));
        let kept = |bound: Option<(Val, _, &'d [String])>, into: &mut Option<_>| {
            bound.map(|(value, step, cited)| {
                *into = step;
                (value, cited)
            })
        };
        let cap = kept(cap, &mut told.cap);
        let floor = kept(floor, &mut told.floor);
        [(!decision.forfeits.is_empty()).then(|| (any(&forfeited), cites)), cap, floor]
    }

    fn forfeited(&mut self, decision: &Decision, here: &mut Final, [forfeited, ..]: &[Option<(Val, &[String])>; 3]) {
        if let Some((forfeited, cited)) = forfeited {
            match all(std::slice::from_ref(forfeited)) {
                Val::Fault(cause) => here.value = Val::Fault(cause),
                yes if yes.as_bool() == Some(true) => {
                    here.becomes(Val::number(Number::whole(0), decision.unit.clone().unwrap_or(Unit::One)), "forfeited", cited);
                }
                _ => {}
            }
        }
    }

    fn bounded(&mut self, here: &mut Final, [_, cap, floor]: &[Option<(Val, &[String])>; 3]) {
        if matches!(here.value, Val::Fault(_)) {
            return;
        }
        for (bound, beyond, name) in [(cap, Op::Gt, "at most"), (floor, Op::Lt, "at least")] {
            let Some((bound, cited)) = bound else { continue };
            let expr = Expr::Subject;
            match self.compare(beyond, (&here.value, &expr), (bound, &expr)) {
                Val::Fault(cause) => {
                    here.value = Val::Fault(cause);
                    return;
                }
                yes if yes.as_bool() == Some(true) => here.becomes(bound.clone(), name, cited),
                _ => {}
            }
        }
    }

    fn round_off(&mut self, decision: &Decision, here: &mut Final) {
        if let Some((mode, step, cited)) = &decision.rounding {
            let rounded = self.round(*mode, &here.value, *step, &Expr::Subject);
            let cited = if rounded == here.value { &[] } else { cited.as_slice() };
            here.becomes(rounded, "rounded", cited);
        }
    }

    /// Effects and ruling.
    fn posted(&mut self, decision: &Decision, finished: Finished, summed: &[Item]) -> Decided {
        let values = match finished {
            Err((ruling, cause)) => {
                let given = Val::Fault(cause.clone());
                let effects = self.open_effect(decision, cites_of(decision, &cause));
                return Decided { ruling, causes: vec![cause], effects, given, told: None };
            }
            Ok(values) => values,
        };
        let given = values.first().map_or(Val::Blank, |first| first.value.clone());
        let (mut effects, mut causes) = (Vec::new(), Vec::new());
        for Final { value, cites, items } in values {
            match &value {
                Val::Known(scalar) => {
                    let items = made_up_of(summed, items);
                    effects.extend(self.effect(decision, Some(scalar), cites).into_iter().map(|effect| Effect { items: items.clone(), ..effect }));
                }
                Val::Blank => {}
                open => {
                    causes.extend(self.causes_of(open));
                    effects.extend(self.open_effect(decision, cites));
                }
            }
        }
        if !effects.is_empty() {
            causes.extend(self.unknown_addressee(decision));
        }
        causes.sort();
        causes.dedup();
        let is_fine = decision.posting == Some(Posting::Fine);
        let faulty = causes.iter().any(|cause| matches!(cause, Cause::Fault { .. } | Cause::Blank { .. }));
        let ruling = match (effects.is_empty(), is_fine, causes.is_empty()) {
            // A fine whose amount is open is a violation all the same.
            (false, true, _) if !faulty => Ruling::Violation,
            (_, _, false) => Ruling::Undetermined,
            _ => Ruling::Compliant,
        };
        Decided { ruling, causes, effects, given, told: None }
    }

    fn open_effect(&mut self, decision: &Decision, cites: Vec<String>) -> Vec<Effect> {
        self.effect(decision, None, cites)
    }

    /// One effect for each addressee.
    fn effect(&mut self, decision: &Decision, value: Option<&Scalar>, cites: Vec<String>) -> Vec<Effect> {
        let (amount, unit, value) = match value {
            Some(Scalar::Quantity(number, unit)) => (Some(*number), Some(unit.clone()), None),
            Some(other) => (None, None, Some(other.clone())),
            None => (None, decision.unit.clone(), None),
        };
        let to = self.addressees(decision);
        let effect = |to| Effect {
            kind: decision.slot.clone(),
            posting: decision.posting,
            amount,
            unit: unit.clone(),
            value: value.clone(),
            to,
            cites: cites.clone(),
            items: Vec::new(),
        };
        to.into_iter().map(effect).collect()
    }

    /// Why nobody knows who receives it.
    fn unknown_addressee(&mut self, decision: &Decision) -> Vec<Cause> {
        let Some(to) = &decision.to else { return Vec::new() };
        match self.stepped(to).0 {
            Val::Known(_) => Vec::new(),
            Val::Blank => vec![Cause::Blank { what: super::compare::what(to) }],
            Val::Fault(cause) => vec![cause],
            open => self.causes_of(&open),
        }
    }

    fn addressees(&mut self, decision: &Decision) -> Vec<Option<Subject>> {
        let Some(to) = &decision.to else { return vec![self.bearer_now()] };
        match self.stepped(to).0 {
            Val::Known(Scalar::Ref(entity, id)) => vec![Some((entity, id))],
            Val::Known(Scalar::Kind(kind, value)) => vec![Some((kind, value))],
            Val::Known(Scalar::Text(text)) => vec![Some((Arc::from(""), text))],
            Val::Known(Scalar::Set(entity, ids)) => ids.into_iter().map(|id| Some((entity.clone(), id))).collect(),
            _ => vec![None],
        }
    }

    fn shown_combined(&mut self, combined: &Combined) -> super::derivation::Value {
        match combined {
            Combined::Empty => super::derivation::Value::Blank,
            Combined::Open(_, cause) => super::derivation::Value::Fault(cause.clone()),
            Combined::Values(values) => values.first().map_or(super::derivation::Value::Blank, |(value, _)| self.shown(&value.clone())),
        }
    }

    /// Are two values the same? Open ones are tried.
    pub(super) fn is_same(&mut self, a: &Val, b: &Val) -> bool {
        let expr = Expr::Subject;
        self.compare(Op::Eq, (a, &expr), (b, &expr)).as_bool() == Some(true)
    }

    pub(super) fn sum(&mut self, a: &Val, b: &Val) -> Val {
        let expr = Expr::Subject;
        self.add(a, b, 1, (&expr, &expr))
    }

    pub(super) fn product(&mut self, a: &Val, b: &Val) -> Val {
        let expr = Expr::Subject;
        self.multiply(a, b, (&expr, &expr))
    }
}

/// The clauses of a sum that add something to it; none where one of them is open.
fn summed(tried: &[Tried<'_>]) -> Vec<Item> {
    let mut items = Vec::new();
    for tried in tried {
        match &tried.value {
            None => {}
            Some(Val::Known(Scalar::Quantity(amount, _))) if amount.is_zero() => {}
            Some(Val::Known(Scalar::Quantity(amount, _))) => {
                items.push(Item { name: tried.clause.name.clone(), cites: tried.clause.cites.clone(), amount: *amount });
            }
            Some(_) => return Vec::new(),
        }
    }
    items
}

/// The clauses and what came after them; nothing where one item says it all.
fn made_up_of(summed: &[Item], after: Vec<Item>) -> Vec<Item> {
    if summed.is_empty() || summed.len() + after.len() < 2 { Vec::new() } else { summed.iter().cloned().chain(after).collect() }
}

/// The citations of clauses that contradict each other.
fn cites_of(decision: &Decision, cause: &Cause) -> Vec<String> {
    let Cause::Contradiction { clauses, .. } = cause else { return Vec::new() };
    let mut cites: Vec<String> = Vec::new();
    for cite in decision.clauses.iter().filter(|clause| clauses.contains(&clause.name)).flat_map(|clause| &clause.cites) {
        if !cites.contains(cite) {
            cites.push(cite.clone());
        }
    }
    cites
}
