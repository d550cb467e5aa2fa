//! The verdict against its worlds: identity, parts, effects, causes, and the other norms that were looked at.

use super::Checker;
use super::case::{Case, Scene};
use super::decide::answer;
use crate::model::norm::{Norm, Occasion};
use crate::reference::derivation::{Decided, NotApplied, Value, World};
use crate::reference::verdict::{Part, Ruling};

impl<'c> Checker<'c> {
    /// The occasion is the one that the verdict's id names.
    pub(super) fn occasion(&mut self) {
        let case = self.case;
        let verdict = &case.derivation.verdict;
        if verdict.source != case.norm.cites {
            self.fault("the citations are others", "引注不符");
        }
        if verdict.id.split_once('@').is_none_or(|(rule, _)| rule != verdict.rule) {
            self.fault("the id does not name the clause", "编号与条款不符");
        }
        if verdict.at != case.at {
            self.fault("the occasion happened at another time", "发生时间不符");
        }
        if let (Occasion::Record(pattern), Some(seen)) = (&case.norm.occasion, case.trigger) {
            if case.key() != seen.reference() || !case.is_of(seen, pattern) {
                self.fault("the record is not the one that the id names", "所涉记录与编号不符");
            }
        }
        let needs = matches!(case.norm.occasion, Occasion::Record(_) | Occasion::Member(..) | Occasion::Reaches { .. });
        if needs != case.trigger.is_some() {
            self.fault("the record that is judged is missing", "缺少所涉记录");
        }
    }

    /// Headline, parts and effects against the worlds.
    pub(super) fn verdict(&mut self) {
        let case = self.case;
        let (verdict, worlds) = (&case.derivation.verdict, &case.derivation.worlds);
        for part in &verdict.parts {
            self.within(&part.name, |checker| checker.part(part, worlds));
        }
        let silent = worlds.iter().all(|world| world.ruling == Ruling::NotApplicable);
        let first = if silent { Ruling::NotApplicable } else { verdict.parts.iter().map(|part| part.ruling).min().unwrap_or(Ruling::Compliant) };
        if verdict.ruling != first {
            self.fault("the headline does not follow from the parts", "总结论与各部分不符");
        }
    }

    fn part(&mut self, part: &Part, worlds: &[World]) {
        let mut rulings: Vec<Ruling> = worlds.iter().filter_map(|world| ruling_of(world, &part.name)).collect();
        rulings.dedup();
        let follows = match rulings.as_slice() {
            [] => true,
            [one] if worlds.len() == 1 => part.ruling == *one,
            [one] => part.ruling == *one || part.ruling == Ruling::Undetermined,
            _ => part.ruling == Ruling::Undetermined,
        };
        if !follows {
            self.fault("the ruling on a part does not follow from the cases", "该部分结论与各情形不符");
        }
    }

    /// Other norms on the same record: each condition is really false, and none whose condition is false is passed over.
    pub(super) fn other_norms(&mut self) {
        let case = self.case;
        for other in &case.derivation.not_applied {
            self.within(&other.rule, |checker| checker.other(other));
        }
        let missing: Vec<&str> = case.model.norms.iter().filter(|norm| silent(case, norm)).map(|norm| norm.name.as_str()).collect();
        for name in missing {
            if !case.derivation.not_applied.iter().any(|other| other.rule == name) {
                self.fault(&format!("`{name}` does not apply to this record and is not listed"), &format!("`{name}` 不适用于该记录，却未列出"));
            }
        }
    }

    fn other(&mut self, other: &NotApplied) {
        let Some(norm) = self.case.model.norm(&other.rule) else {
            return self.fault("there is no such clause", "没有该条款");
        };
        if other.cites != norm.cites {
            self.fault("the citations are others", "引注不符");
        }
        match (&other.condition, &norm.when) {
            (Some(step), Some(when)) if step.expr == *when => {
                if answer(Some(step)) != Some(false) {
                    self.fault("its condition is not false", "其条件并非不成立");
                }
            }
            (None, _) => {}
            _ => self.fault("another condition stands in the policy", "规章中为另一条件"),
        }
    }

    /// What would have changed it turns round a question that was asked.
    pub(super) fn changes_told(&mut self) {
        for change in &self.case.derivation.would_change {
            if change.ruling == self.case.derivation.verdict.ruling && change.effects == self.case.derivation.verdict.effects {
                self.fault("a change is told that changes nothing", "所列变化并不改变结论");
            }
        }
    }
}

/// The ruling on a part in one world.
fn ruling_of(world: &World, name: &str) -> Option<Ruling> {
    if let Some(n) = name.strip_prefix("requirement ").and_then(|n| n.parse::<usize>().ok()) {
        return world.requirements.get(n.checked_sub(1)?).map(|told| told.ruling);
    }
    let slot = |told: &&Decided| told.slot == name;
    world.decisions.iter().chain(&world.if_breached).find(slot).map(|told| told.ruling)
}

/// Does a norm look at the same record and surely not apply?
fn silent(case: &Case<'_>, norm: &Norm) -> bool {
    let (Occasion::Record(pattern), Some(trigger)) = (&norm.occasion, case.trigger) else { return false };
    if norm.name == case.norm.name || !case.is_of(trigger, pattern) {
        return false;
    }
    let scene = Scene { case, choices: &[], counted: None };
    let false_now = |expr| matches!(scene.eval(expr), Some(Value::Known(crate::model::value::Scalar::Bool(false))));
    let matches = pattern.filter.as_ref().is_none_or(|filter| !matches!(scene.at_record(trigger).eval(filter), Some(Value::Known(crate::model::value::Scalar::Bool(false)))));
    matches && norm.regulation == case.norm.regulation && norm.when.as_ref().is_some_and(false_now)
}
