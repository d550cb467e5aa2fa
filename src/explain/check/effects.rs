//! Effects: what every world gives is an effect with its amount, to the right addressee, with the citations it rests on.

use super::Checker;
use super::arith::yes;
use crate::model::expr::Expr;
use crate::model::norm::{Decision, Hit};
use crate::model::number::Number;
use crate::model::value::Scalar;
use crate::reference::derivation::{Decided, Value, World};
use crate::reference::verdict::{Effect, Item, Ruling};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A subject: entity, id.
type Subject = (Arc<str>, Arc<str>);

impl<'c> Checker<'c> {
    /// Effects against the worlds, and the bearer.
    pub(super) fn effects(&mut self) {
        let case = self.case;
        let (verdict, norm) = (&case.derivation.verdict, case.norm);
        let mut told: Vec<&Effect> = verdict.effects.iter().collect();
        let slots = norm.decisions.iter().enumerate().map(|(n, d)| (n, d, false));
        let sanctions = norm.if_breached.iter().enumerate().map(|(n, d)| (n, d, true));
        for (n, decision, breach) in slots.chain(sanctions) {
            let values: Vec<Option<&Decided>> = case.derivation.worlds.iter().map(|world| decided(world, n, breach)).collect();
            let here: Vec<&Decided> = values.iter().copied().flatten().collect();
            let everywhere = here.len() == values.len() && !here.iter().any(|told| matches!(told.value, Value::Blank));
            let gives: Vec<&Decided> = here.into_iter().filter(|told| !matches!(told.value, Value::Blank)).collect();
            if gives.is_empty() {
                continue;
            }
            let several = self.each_of(decision);
            let of_slot = |effect: &&Effect| effect.kind == decision.slot && effect.posting == decision.posting;
            for to in several.iter().flatten().skip(1) {
                match told.iter().rposition(|effect| of_slot(effect) && effect.to.as_ref() == Some(to)) {
                    Some(at) => drop(told.remove(at)),
                    None => self.fault("an effect on one of several people is missing", "缺少对其中一人的后果"),
                }
            }
            if several.as_ref().is_some_and(Vec::is_empty) {
                continue;
            }
            match told.iter().position(of_slot) {
                Some(at) => {
                    let effect = told.remove(at);
                    self.within(&decision.slot, |checker| {
                        checker.effect(effect, decision, &gives, everywhere);
                        checker.effect_cites(effect, decision, &gives, everywhere);
                    });
                }
                None if self.ended() && !self.is_pending(&decision.slot, breach) => {
                    self.fault("an effect is missing", "缺少一项后果");
                }
                None => {}
            }
        }
        let possible = |effect: &&Effect| {
            let same = |d: &&Decision| d.slot == effect.kind && d.posting == effect.posting;
            norm.decisions.iter().chain(&norm.if_breached).any(|d| same(&d)) && case.derivation.worlds.len() > 1 && effect.amount.is_none()
        };
        let listed = |effect: &&Effect| norm.decisions.iter().any(|d| d.hit == Hit::List && d.slot == effect.kind && d.posting == effect.posting);
        if !told.iter().all(|effect| possible(effect) || listed(effect)) {
            self.fault("an effect is told that no clause gives", "列出了没有条款依据的后果");
        }
        self.bearer();
    }

    /// Those who receive the slot's value each, when it goes to a set.
    fn each_of(&self, decision: &Decision) -> Option<Vec<Subject>> {
        let scene = self.case.scene();
        match scene.eval(decision.to.as_ref()?)? {
            Value::Known(Scalar::Set(entity, ids)) => Some(ids.into_iter().map(|id| (entity.clone(), id)).collect()),
            _ => None,
        }
    }

    /// Is the part of the slot told to be pending?
    fn is_pending(&self, slot: &str, breach: bool) -> bool {
        let name = if breach { format!("if breached {slot}") } else { slot.to_owned() };
        self.case.derivation.verdict.parts.iter().any(|part| part.name == name && part.ruling == Ruling::Pending)
    }

    /// `worlds` are those that give a value; `everywhere`: all do.
    fn effect(&mut self, effect: &Effect, decision: &Decision, worlds: &[&Decided], everywhere: bool) {
        let first = worlds.first().map(|told| &told.value);
        // Of a list, each clause that applies has an effect of its own.
        if decision.hit == Hit::List {
            let among = |told: &&Decided| {
                let mut values = told.clauses.iter().filter(|clause| clause.applies == Some(true)).filter_map(|clause| clause.value.as_ref());
                values.any(|step| matches!(&step.value, Value::Known(Scalar::Quantity(n, _)) if effect.amount == Some(*n)))
            };
            if worlds.iter().all(among) || effect.amount.is_none() {
                return;
            }
        }
        let agreed = everywhere && worlds.iter().all(|told| Some(&told.value) == first);
        let fits = match (first, agreed) {
            (Some(Value::Known(Scalar::Quantity(n, unit))), true) => effect.amount == Some(*n) && effect.unit.as_ref() == Some(unit),
            (Some(Value::Known(scalar)), true) => effect.value.as_ref() == Some(scalar),
            _ => effect.amount.is_none() && effect.value.is_none(),
        };
        if !fits {
            self.fault("the amount of an effect does not follow", "后果的数额与依据不符");
        }
        self.items(effect, decision, worlds, everywhere);
        let scene = self.case.scene();
        if let Some(Value::Known(Scalar::Ref(entity, id))) = decision.to.as_ref().and_then(|to| scene.eval(to))
            && effect.to != Some((entity, id))
        {
            self.fault("an effect goes to somebody else", "后果记于他人");
        }
        let bearer = self.case.norm.bearer.as_ref().map(|bearer| scene.eval(bearer));
        let addressee = match bearer {
            // Nobody knows who is bound.
            Some(Some(Value::Open { .. } | Value::Fault(_) | Value::Blank)) => None,
            _ => self.case.derivation.verdict.subject.clone(),
        };
        if decision.to.is_none() && effect.to != addressee {
            self.fault("an effect goes to somebody else", "后果记于他人");
        }
    }

    /// How a sum is made up: its clauses as they were worked out, what came after them, and all of it together the amount.
    fn items(&mut self, effect: &Effect, decision: &Decision, worlds: &[&Decided], everywhere: bool) {
        let clauses = |told: &Decided| {
            let applying = told.clauses.iter().filter(|clause| clause.applies == Some(true));
            let amounts = applying.map(|clause| match clause.value.as_ref().map(|step| &step.value) {
                Some(Value::Known(Scalar::Quantity(amount, _))) => Some(Item { name: clause.name.clone(), cites: clause.cites.clone(), amount: *amount }),
                _ => None,
            });
            let known: Option<Vec<Item>> = amounts.collect();
            known.map(|known| known.into_iter().filter(|item| !item.amount.is_zero()).collect::<Vec<_>>())
        };
        let expected = match worlds {
            [told] if everywhere && decision.hit == Hit::Sum && matches!(told.value, Value::Known(_)) => clauses(told),
            _ => None,
        };
        if effect.items.is_empty() {
            if expected.is_some_and(|items| items.len() > 1) {
                self.fault("it is not told how the sum is made up", "未列明合计的构成");
            }
            return;
        }
        let total = effect.items.iter().try_fold(Number::whole(0), |sum, item| sum.plus(item.amount));
        let begins = expected.is_none_or(|items| effect.items.starts_with(&items));
        if total != effect.amount || !begins || decision.hit != Hit::Sum {
            self.fault("the sum is made up of something else", "合计的构成不符");
        }
    }

    /// The citations of every clause, forfeit, bound, rounding and exception that made the effect, and no others.
    /// In one case that gives a value all its citations are told, in several at least those that all share.
    fn effect_cites(&mut self, effect: &Effect, decision: &Decision, worlds: &[&Decided], everywhere: bool) {
        let told: BTreeSet<&str> = effect.cites.iter().map(String::as_str).collect();
        let of_world: Vec<BTreeSet<&str>> = worlds.iter().map(|told| cites(told)).collect();
        let prevailing = self.case.derivation.worlds.iter().flat_map(|world| &world.exceptions).filter(|tried| tried.prevails != Some(false));
        let mut possible: BTreeSet<&str> = prevailing.flat_map(|tried| &tried.cites).map(String::as_str).collect();
        possible.extend(of_world.iter().flatten().copied());
        let bounds = worlds.iter().flat_map(|told| told.floor.iter().chain(&told.cap)).flat_map(|(cites, _)| cites);
        possible.extend(bounds.chain(decision.rounding.iter().flat_map(|(_, _, cites)| cites)).map(String::as_str));
        let own = self.case.norm.cites.iter().map(String::as_str);
        let certain = of_world.iter().skip(1).fold(of_world.first().cloned().unwrap_or_default(), |a, b| &a & b);
        let missing = !certain.is_subset(&told) || (everywhere && told.is_empty() && !certain.is_empty());
        possible.extend(own);
        if missing || !told.is_subset(&possible) || told.len() != effect.cites.len() {
            self.fault("an effect rests on other clauses", "后果所依据的条款不符");
        }
    }

    /// Who is bound: the bearer, else the subject.
    fn bearer(&mut self) {
        let scene = self.case.scene();
        let bearer = self.case.norm.bearer.as_ref().map(|bearer: &Expr| scene.eval(bearer));
        let expected: Option<Option<Subject>> = match bearer {
            None => Some(self.case.subject.clone()),
            Some(Some(Value::Known(Scalar::Ref(entity, id)))) => Some(Some((entity, id))),
            Some(_) => None,
        };
        if expected.is_some_and(|expected| expected != self.case.derivation.verdict.subject) {
            self.fault("somebody else is bound", "责任主体不符");
        }
    }
}

/// Citations of what made the value: clauses that apply, forfeits that hold.
fn cites(told: &Decided) -> BTreeSet<&str> {
    let clauses = told.clauses.iter().filter(|clause| clause.applies == Some(true)).flat_map(|clause| &clause.cites);
    let forfeits = told.forfeits.iter().filter(|(_, step)| step.value == yes(true)).flat_map(|(cites, _)| cites);
    clauses.chain(forfeits).map(String::as_str).collect()
}

/// The n-th slot (or sanction) of a world.
fn decided(world: &World, n: usize, breach: bool) -> Option<&Decided> {
    if breach { world.if_breached.get(n) } else { world.decisions.get(n) }
}
