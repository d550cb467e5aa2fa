//! Alternatives: one is enough, each with its own deadline; the whole is as good as the best of them.

use super::Checker;
use super::case::{Order, Scene, order_times};
use crate::model::norm::{Requirement, What};
use crate::records::At;
use crate::reference::derivation::Required;
use crate::reference::verdict::Ruling;

impl<'c> Checker<'c> {
    /// Each alternative by itself, then the ruling, the deadline and the time of the whole.
    pub(super) fn either(&mut self, scene: Scene<'c>, alternatives: &[Requirement], told: &Required) {
        let alone = told.what.is_none() && told.counting.is_none() && told.found.is_none() && told.deadline.is_none() && told.days.is_none() && told.requests.is_none();
        if !alone || !told.changes.is_empty() {
            self.fault("something is told of the whole that only an alternative can have", "列出了只属于单个选项的内容");
        }
        if alternatives.len() != told.alternatives.len() {
            return self.fault("an alternative is missing", "缺少一个选项");
        }
        for (n, (one, told)) in alternatives.iter().zip(&told.alternatives).enumerate() {
            self.within(&format!("alternative {}", n + 1), |checker| checker.required(scene, one, told));
        }
        let judged: Vec<(&Requirement, &Required, Ruling)> =
            alternatives.iter().zip(&told.alternatives).map(|(one, told)| (one, told, self.of_alternative(told))).collect();
        let any = |wanted: Ruling| judged.iter().any(|(_, _, ruling)| *ruling == wanted);
        let whole = if any(Ruling::Compliant) {
            Ruling::Compliant
        } else if any(Ruling::Pending) {
            Ruling::Pending
        } else {
            judged.iter().map(|(_, _, ruling)| *ruling).filter(|ruling| *ruling != Ruling::Violation).min().unwrap_or(Ruling::Violation)
        };
        if told.ruling != whole {
            self.fault("the ruling on the whole does not follow from its alternatives", "总体结论与各选项不符");
        }
        let decide: Vec<(&Requirement, &Required)> =
            judged.iter().filter(|(_, _, ruling)| *ruling == whole).map(|(one, told, _)| (*one, *told)).collect();
        if told.due != self.last_due(&decide) {
            self.fault("the last deadline of the alternatives is another", "各选项中最后的期限不符");
        }
        self.first_met(told, &decide);
    }

    /// What has no deadline of its own is not sure before the period ends.
    fn of_alternative(&self, told: &Required) -> Ruling {
        if told.due.is_some() { told.ruling } else { self.in_time(told.ruling) }
    }

    /// The last of their deadlines. One without end has no last; a condition that is judged at once waits for nothing.
    fn last_due(&self, decide: &[(&Requirement, &Required)]) -> Option<At> {
        let mut last = None;
        for (one, told) in decide {
            match told.due {
                Some(due) if last.is_none_or(|last| self.follows(due, last)) => last = Some(due),
                Some(_) => {}
                None if one.until.is_none() && matches!(one.what, What::Condition(_)) => {}
                None => return None,
            }
        }
        last
    }

    /// Does it come after the other, or end with the day on which the other is?
    pub(super) fn follows(&self, one: At, other: At) -> bool {
        match order_times(one, other, self.case.zone) {
            Order::After => true,
            Order::Unknown => matches!(one, At::Date(_)),
            Order::Before | Order::Same => false,
        }
    }

    /// It was met when the first of those that were met was.
    fn first_met(&mut self, told: &Required, decide: &[(&Requirement, &Required)]) {
        let mut first: Option<(At, &Option<String>)> = None;
        for (_, one) in decide {
            if let Some(met) = one.met_at
                && told.ruling == Ruling::Compliant
                && first.is_none_or(|(first, _)| self.follows(first, met) && first != met)
            {
                first = Some((met, &one.met_by));
            }
        }
        if told.met_at != first.map(|(at, _)| at) || told.met_by != first.and_then(|(_, by)| by.clone()) {
            self.fault("another record met the requirement", "满足要求的为另一记录");
        }
    }
}
