//! What would have changed a verdict: each question answered otherwise, each requirement met, judged again.
//!
//! A question about a quantity or an enumeration is answered by another value, everywhere in the norm, so that two clauses that ask
//! about it agree (`lates ≥ 5` and `lates ≥ 10`); any other condition is turned round.

use super::audit::judge;
use super::derivation::{Detail, Required, Step, Value, World, WouldChange};
use super::judge::{Instead, Judge};
use super::known::Known;
use super::merge;
use super::occasion::Occasion;
use super::rules::Rules;
use super::suppose::{self, Supposed};
use super::verdict::{Effect, Ruling, Verdict};
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Norm, Requirement, What};
use crate::model::rewrite;
use crate::model::value::Scalar;
use std::collections::BTreeSet;

/// Most changes that are told.
const MOST: usize = 24;

/// What people see of a result: the ruling and the effects, without citations.
type Seen = (Ruling, Vec<Effect>);

/// Every single change that gives another ruling or other amounts.
pub(super) fn all(
    known: &Known<'_>,
    rules: &Rules<'_>,
    norm: &Norm,
    occasion: &Occasion<'_>,
    asks: &BTreeSet<String>,
    verdict: &Verdict,
    told: &[World],
) -> Vec<WouldChange> {
    let trial = Trial { known, rules, norm, occasion, asks };
    let now = seen(verdict.ruling, &verdict.effects);
    let mut changes = Changes { now, all: Vec::new() };
    let mut tried: Vec<&Expr> = Vec::new();
    for step in settled(told).into_iter().filter(|step| !asks_own_slot(norm, &step.expr)) {
        match suppose::other_answer(norm, occasion, known, step) {
            Some(Supposed::Turned) => {
                let (ruling, mut effects) = trial.judged(norm, Some(Instead::Turned(&step.expr)));
                if suppose::is_asked_elsewhere(norm, step) {
                    effects.iter_mut().for_each(|effect| effect.amount = None);
                }
                changes.add(step.clone(), (ruling, effects));
            }
            Some(Supposed::Given { of, op, value }) => {
                let other = rewrite::norm(norm, &of.expr, &Expr::Value(value.clone()));
                let outcome = trial.judged(&other, None);
                if op == Op::Eq { changes.add_value(of, value, outcome) } else { changes.add(suppose::compared(of, op, value), outcome) }
            }
            Some(Supposed::OneOf { of, values }) if !tried.contains(&&of.expr) => {
                tried.push(&of.expr);
                trial.among(of, values, &mut changes);
            }
            Some(Supposed::OneOf { .. }) | None => {}
        }
    }
    for (at, step, condition) in unmet(norm, told) {
        let outcome = trial.judged(norm, Some(Instead::Met(at)));
        // A condition is told by the questions that it is made of, where one of them is enough.
        let told = |known: &WouldChange| seen(known.ruling, &known.effects) == seen(outcome.0, &outcome.1) || alike(&known.step.expr, &step.expr);
        if !(condition && changes.all.iter().any(told)) {
            changes.all.extend(changes.other(step.clone(), outcome));
        }
    }
    changes.all.truncate(MOST);
    changes.all
}

/// The changes that were found.
struct Changes {
    now: Seen,
    all: Vec<WouldChange>,
}

impl Changes {
    /// The change, when it is one.
    fn other(&self, step: Step, (ruling, effects): Seen) -> Option<WouldChange> {
        (seen(ruling, &effects) != self.now).then_some(WouldChange { step, ruling, effects })
    }

    /// Adds a change unless it is told already.
    fn add(&mut self, step: Step, outcome: Seen) {
        if !self.all.iter().any(|known| alike(&known.step.expr, &step.expr)) {
            self.all.extend(self.other(step, outcome));
        }
    }
}

impl Changes {
    /// Adds a value of a quantity, to the values of it that give the same.
    fn add_value(&mut self, of: &Step, value: Scalar, outcome: Seen) {
        let told = seen(outcome.0, &outcome.1);
        let known = self.all.iter_mut().find(|known| {
            matches!(&known.step.expr, Expr::OneOf(what, _) if rewrite::same(what, &of.expr)) && seen(known.ruling, &known.effects) == told
        });
        match known {
            Some(known) => {
                let mut values = suppose::values(&known.step);
                if !values.contains(&value) {
                    values.push(value);
                    values.sort();
                    known.step = suppose::is_one_of(of, values);
                }
            }
            None => self.add(suppose::is_one_of(of, vec![value]), outcome),
        }
    }
}

/// What is judged again.
#[derive(Clone, Copy)]
struct Trial<'t> {
    known: &'t Known<'t>,
    rules: &'t Rules<'t>,
    norm: &'t Norm,
    occasion: &'t Occasion<'t>,
    asks: &'t BTreeSet<String>,
}

impl Trial<'_> {
    fn judged(&self, norm: &Norm, instead: Option<Instead<'_>>) -> Seen {
        let worlds = merge::worlds(|forced| Judge { instead, ..judge(self.known, self.rules, norm, self.occasion, self.asks, forced) });
        match merge::verdict(self.known, self.rules, norm, self.occasion, worlds.as_deref()) {
            Some(other) => (other.ruling, other.effects),
            None => (Ruling::NotApplicable, Vec::new()),
        }
    }

    /// The other values of an enumeration; those that give the same result are told together.
    fn among(&self, of: &Step, values: Vec<Scalar>, changes: &mut Changes) {
        let mut groups: Vec<(Vec<Scalar>, Seen)> = Vec::new();
        for value in values {
            let other = rewrite::norm(self.norm, &of.expr, &Expr::Value(value.clone()));
            let outcome = self.judged(&other, None);
            match groups.iter_mut().find(|(_, known)| seen(known.0, &known.1) == seen(outcome.0, &outcome.1)) {
                Some((values, _)) => values.push(value),
                None => groups.push((vec![value], outcome)),
            }
        }
        for (values, outcome) in groups {
            changes.add(suppose::is_one_of(of, values), outcome);
        }
    }
}

fn seen(ruling: Ruling, effects: &[Effect]) -> Seen {
    (ruling, effects.iter().map(|effect| Effect { cites: Vec::new(), items: Vec::new(), ..effect.clone() }).collect())
}

/// Is it the same question? Measures are the same under every name.
fn alike(a: &Expr, b: &Expr) -> bool {
    match (a, b) {
        (Expr::Compare(op, a, b), Expr::Compare(other, c, d)) => op == other && rewrite::same(a, c) && rewrite::same(b, d),
        _ => rewrite::same(a, b),
    }
}

/// Requirements that are not met, each alternative once, with the deadline or what is asked for, and whether it is a condition.
fn unmet<'w>(norm: &'w Norm, told: &'w [World]) -> Vec<(usize, &'w Step, bool)> {
    let open = |required: &Required| matches!(required.ruling, Ruling::Violation | Ruling::Pending);
    let asked = |norm: &'w Norm, at: usize| norm.requirements.get(at).map(Requirement::each).unwrap_or_default();
    let everywhere = |at: usize| told.iter().filter_map(|world| world.requirements.get(at)).all(open);
    let mut all: Vec<(usize, &Step, bool)> = Vec::new();
    for (at, whole) in told.iter().flat_map(|world| world.requirements.iter().enumerate()).filter(|(_, whole)| open(whole)) {
        for (requirement, required) in asked(norm, at).into_iter().zip(whole.each()) {
            let step = required.deadline.as_ref().or(required.what.as_ref());
            let condition = matches!(requirement.what, What::Condition(_));
            // A condition that is met in one world and not in another hangs on what is open.
            let settled = required.due.is_some() || everywhere(at);
            let alone = whole.alternatives.is_empty();
            if let Some(step) = step.filter(|_| open(required) && settled)
                && !all.iter().any(|(other, known, _)| *other == at && (alone || *known == step))
            {
                all.push((at, step, condition));
            }
        }
    }
    all
}

/// The questions that have the same known answer in every world, each once: what is open is told as such.
fn settled(told: &[World]) -> Vec<&Step> {
    let mut all: Vec<&Step> = Vec::new();
    let mut open: Vec<&Expr> = Vec::new();
    for world in told {
        let mut steps = Vec::new();
        conditions(world, &mut steps);
        for step in steps {
            match all.iter().find(|known| known.expr == step.expr) {
                Some(known) if known.value == step.value => {}
                Some(_) => open.push(&step.expr),
                None if matches!(step.value, Value::Known(_)) && !supposed(step) => all.push(step),
                None => {}
            }
        }
    }
    all.retain(|step| !open.contains(&&step.expr));
    all
}

/// Hangs it on a parameter that was only supposed to have this value?
fn supposed(step: &Step) -> bool {
    match (&step.expr, &step.detail) {
        (Expr::Parameter(_), Detail::Parameter { decided: None }) => true,
        (Expr::Judged(..), Detail::Judged { attested: None, presumed: false, .. }) => true,
        _ => step.parts.iter().any(supposed),
    }
}

/// Is it asked of a slot that the norm itself decides? That is changed by what decides it.
fn asks_own_slot(norm: &Norm, question: &Expr) -> bool {
    let own = |expr: &Expr| matches!(expr, Expr::Decided(other, _) if *other == norm.name);
    match question {
        Expr::Compare(_, a, b) => own(a) || own(b),
        Expr::Stated(of) => own(of),
        _ => false,
    }
}

/// The conditions that were evaluated about the occasion itself.
fn conditions<'w>(world: &'w World, all: &mut Vec<&'w Step>) {
    world.when.iter().for_each(|step| leaves(step, all));
    for decided in world.decisions.iter().chain(&world.if_breached) {
        decided.clauses.iter().filter_map(|clause| clause.when.as_ref()).for_each(|step| leaves(step, all));
        decided.forfeits.iter().for_each(|(_, step)| leaves(step, all));
    }
    for required in world.requirements.iter().flat_map(Required::each) {
        let condition = required.what.iter().filter(|_| required.counting.is_none() && required.due.is_none());
        condition.for_each(|step| leaves(step, all));
        required.changes.iter().for_each(|(_, step)| leaves(step, all));
    }
    let mut exceptions: Vec<_> = world.exceptions.iter().collect();
    while let Some(exception) = exceptions.pop() {
        exception.when.iter().for_each(|step| leaves(step, all));
        exceptions.extend(&exception.exceptions);
    }
}

/// The questions that a condition is made of: what stands between `and`, `or` and `not`.
fn leaves<'w>(step: &'w Step, all: &mut Vec<&'w Step>) {
    match &step.expr {
        Expr::And(_) | Expr::Or(_) | Expr::Not(_) => step.parts.iter().for_each(|part| leaves(part, all)),
        Expr::Value(_) => {}
        _ => all.push(step),
    }
}
