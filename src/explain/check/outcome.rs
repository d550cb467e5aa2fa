//! One world: does the norm apply, what do its parts say, what is the headline.

use super::Checker;
use super::arith::yes;
use super::case::{Scene, Seen};
use super::decide::answer;
use super::except::Prevailing;
use crate::model::norm::{Action, Decision, Occasion, Posting};
use crate::model::value::Scalar;
use crate::reference::derivation::{Decided, Value, World};
use crate::reference::verdict::{Cause, Ruling};
use chrono::NaiveDate;

impl<'c> Checker<'c> {
    /// The day that chooses the version: what `dated by` says, else the occasion's.
    pub(super) fn reference_day(&self, scene: Scene<'c>) -> NaiveDate {
        let dated = self.case.norm.dated_by.as_ref().and_then(|expr| scene.eval(expr));
        match dated {
            Some(Value::Known(scalar)) => super::dates::day_of(&scalar, self.case.zone).unwrap_or(self.case.day),
            _ => self.case.day,
        }
    }

    /// One world.
    pub(super) fn world(&mut self, scene: Scene<'c>, world: &World) {
        let norm = self.case.norm;
        let there = self.there(scene);
        self.about(scene, world);
        if there.is_none() && self.occasion_faulty(scene) {
            return self.unclear(world);
        }
        if there == Some(false) || (there.is_none() && !world.in_force) {
            return self.silent(world);
        }
        let in_force = match norm.dated_by.as_ref().and_then(|expr| scene.eval(expr)) {
            // Open: in force in some cases, and not in others.
            Some(Value::Open { .. }) => world.in_force,
            Some(Value::Blank | Value::Fault(_)) => return self.unclear(world),
            _ => {
                let day = self.reference_day(scene);
                norm.validity.contains(day) && self.case.regulation.validity.contains(day)
            }
        };
        if world.in_force != in_force {
            self.fault("whether the clause is in force does not follow", "条款是否有效与依据不符");
        }
        match (&norm.when, &world.when) {
            (Some(when), Some(step)) => self.within("when", |checker| checker.step(scene, when, step)),
            (None, None) => {}
            (Some(_), None) if !in_force => {}
            _ => self.fault("the condition of the clause is missing", "缺少条款的适用条件"),
        }
        match answer(world.when.as_ref()) {
            Some(true) if in_force => {}
            None if in_force => return self.unclear(world),
            _ => return self.silent(world),
        }
        match (&norm.judged_on, &world.judged_on) {
            (Some(on), Some(step)) => self.within("judged on", |checker| checker.step(scene, on, step)),
            (None, None) => {}
            // Switched off before it came to that.
            (Some(_), None) if world.ruling == Ruling::NotApplicable => {}
            _ => self.fault("the day on which it is judged is missing", "缺少判定之日"),
        }
        let prevailing = self.exceptions(scene, &norm.exceptions, &world.exceptions);
        let off = prevailing.iter().any(|p| p.sure && matches!(p.action, Action::Off));
        let gives = prevailing.iter().any(|p| !matches!(p.action, Action::Off));
        if off && !gives && world.ruling == Ruling::NotApplicable {
            return;
        }
        if self.terms(scene, world) {
            self.parts(scene, world, &prevailing);
            self.makes(scene, world);
        }
    }

    /// The records that it makes: each field as the policy says.
    fn makes(&mut self, scene: Scene<'c>, world: &World) {
        let norm = self.case.norm;
        if norm.yields.len() != world.makes.len() {
            return self.fault("a record that is made is missing", "缺少所产生的记录");
        }
        for (given, told) in norm.yields.iter().zip(&world.makes) {
            if given.event != told.event || given.on.is_some() != told.on.is_some() || given.fields.len() != told.fields.len() {
                self.fault("another record is made", "产生的是另一种记录");
            }
            if let (Some(on), Some(step)) = (&given.on, &told.on) {
                self.step(scene, on, step);
            }
            for (name, step) in &told.fields {
                match given.fields.iter().find(|(field, _)| field == name) {
                    Some((_, value)) => self.step(scene, value, step),
                    None => self.fault("a record that is made has another field", "所产生记录的字段不符"),
                }
            }
        }
    }

    /// Is there such an occasion in this world? None: the checker cannot say.
    fn there(&self, scene: Scene<'c>) -> Option<bool> {
        let no = |(cause, word): &(Cause, String)| word == "no" && matches!(cause, Cause::PossibleRecords { .. } | Cause::CalendarUnknown { .. });
        // A derived record may be there under one reading and not under another.
        let by_reading = matches!(self.case.trigger, Some(Seen::Derived(_))) && scene.choices.iter().any(|(cause, _)| matches!(cause, Cause::Reading { .. }));
        if by_reading || scene.choices.iter().any(no) {
            return None;
        }
        let filter = match &self.case.norm.occasion {
            Occasion::Record(pattern) | Occasion::Member(pattern, _) => pattern.filter.as_ref(),
            Occasion::Period { filter, .. } | Occasion::Case { filter, .. } | Occasion::Throughout { filter, .. } => filter.as_ref(),
            Occasion::Reaches { .. } => None,
        };
        let at_trigger = self.case.trigger.map_or(scene, |trigger| scene.at_record(trigger));
        let valid = self.case.trigger.and_then(|trigger| trigger.event(self.case.model)).and_then(|event| event.valid.as_ref());
        match valid.map(|valid| at_trigger.eval(&valid.when)) {
            Some(Some(Value::Known(Scalar::Bool(false)))) => return Some(false),
            None | Some(Some(Value::Known(_))) => {}
            Some(_) => return None,
        }
        match filter.map(|filter| at_trigger.eval(filter)) {
            None => Some(true),
            Some(Some(Value::Known(Scalar::Bool(there)))) => Some(there),
            Some(_) => None,
        }
    }

    /// The condition on the judged record, where it is told: the one that makes it void, or the pattern's.
    fn about(&mut self, scene: Scene<'c>, world: &World) {
        let Some(told) = &world.about else { return };
        let Some(trigger) = self.case.trigger else { return self.fault("there is no record that a condition could be about", "没有条件所涉的记录") };
        let valid = trigger.event(self.case.model).and_then(|event| event.valid.as_ref()).map(|valid| &valid.when);
        let filter = match &self.case.norm.occasion {
            Occasion::Record(pattern) | Occasion::Member(pattern, _) => pattern.filter.as_ref(),
            _ => None,
        };
        match valid.into_iter().chain(filter).find(|condition| **condition == told.expr) {
            Some(condition) => self.within("about", |checker| checker.step(scene.at_record(trigger), condition, told)),
            None => self.fault("the policy has no such condition on the record", "规章对该记录没有这一条件"),
        }
        if told.value == yes(true) {
            self.fault("a condition on the record holds, and is told as one that does not", "对记录的条件成立，却列为不成立");
        }
    }

    /// Can the condition of the pattern that makes the occasion not be worked out?
    fn occasion_faulty(&self, scene: Scene<'c>) -> bool {
        let (Occasion::Record(pattern) | Occasion::Member(pattern, _)) = &self.case.norm.occasion else { return false };
        let at_trigger = self.case.trigger.map_or(scene, |trigger| scene.at_record(trigger));
        pattern.filter.as_ref().is_some_and(|filter| matches!(at_trigger.eval(filter), Some(Value::Fault(_) | Value::Blank)))
    }

    /// A norm whose condition cannot be worked out is undetermined as a whole.
    fn unclear(&mut self, world: &World) {
        if world.ruling != Ruling::Undetermined {
            self.fault("the condition cannot be worked out, but the clause is judged", "适用条件无法判定，却作出结论");
        }
    }

    /// A norm that does not apply says nothing.
    fn silent(&mut self, world: &World) {
        if world.ruling != Ruling::NotApplicable {
            self.fault("the clause does not apply, but is judged", "条款不适用，却作出结论");
        }
    }

    fn parts(&mut self, scene: Scene<'c>, world: &World, prevailing: &[Prevailing]) {
        let norm = self.case.norm;
        self.slots(scene, &norm.decisions, &world.decisions, prevailing);
        if world.requirements.len() != norm.requirements.len() {
            self.fault("a requirement is missing", "缺少一项要求");
        }
        for (n, (requirement, told)) in norm.requirements.iter().zip(&world.requirements).enumerate() {
            self.within(&format!("requirement {}", n + 1), |checker| checker.required(scene, requirement, told));
        }
        let breached = world.requirements.iter().any(|told| told.ruling == Ruling::Violation);
        if breached || !world.if_breached.is_empty() {
            self.slots(scene, &norm.if_breached, &world.if_breached, prevailing);
        }
        self.headline(world, prevailing);
    }

    fn slots(&mut self, scene: Scene<'c>, decisions: &[Decision], told: &[Decided], prevailing: &[Prevailing]) {
        if decisions.len() != told.len() {
            return self.fault("a slot is missing", "缺少一个栏目");
        }
        for (decision, decided) in decisions.iter().zip(told) {
            self.within(&decided.slot, |checker| {
                checker.decided(scene, decision, decided, prevailing);
                checker.slot_ruling(decision, decided);
            });
        }
    }

    /// A fine is a violation; a value is compliant; a contradiction is a conflict; anything open is undetermined.
    fn slot_ruling(&mut self, decision: &Decision, told: &Decided) {
        let scene = self.case.scene();
        let to = decision.to.as_ref().map(|to| scene.eval(to));
        let somebody = to.is_none_or(|to| matches!(to, Some(Value::Known(_)) | None));
        let fits = match &told.value {
            // Nobody knows who receives it.
            Value::Known(_) if !somebody && told.ruling == Ruling::Undetermined => true,
            Value::Known(Scalar::Quantity(n, _)) if decision.posting == Some(Posting::Fine) => {
                told.ruling == Ruling::Violation || (n.is_zero() && told.ruling == Ruling::Compliant)
            }
            Value::Known(_) | Value::Blank => told.ruling == Ruling::Compliant,
            // A fine whose amount is open is a violation all the same.
            Value::Open { .. } if decision.posting == Some(Posting::Fine) && told.ruling == Ruling::Violation => true,
            Value::Open { .. } | Value::Fault(_) => matches!(told.ruling, Ruling::Undetermined | Ruling::Conflict),
        };
        let pending = told.ruling == Ruling::Pending && !self.ended();
        if !fits && !pending {
            self.fault("the ruling on a slot does not follow from its value", "该栏结论与其数值不符");
        }
    }

    /// Is the period judged on a day that has not come?
    pub(super) fn waits(&self) -> bool {
        let on = self.case.norm.judged_on.as_ref().and_then(|on| self.case.scene().eval(on));
        matches!(on, Some(Value::Known(on)) if super::dates::day_of(&on, self.case.zone).is_some_and(|day| !self.case.passed(crate::records::At::Date(day))))
    }

    /// Has the occasion's period ended by the known-up-to time, and the day come on which it is judged?
    pub(super) fn ended(&self) -> bool {
        if self.waits() {
            return false;
        }
        let known = self.case.derivation.known_until;
        match (self.case.period, known) {
            (Some((_, last)), crate::records::At::Date(known)) => known >= last,
            (Some((_, last)), moment) => moment.day(self.case.zone) > last,
            (None, _) => true,
        }
    }

    /// The first present of violation, conflict, undetermined, pending, compliant.
    fn headline(&mut self, world: &World, prevailing: &[Prevailing]) {
        let violation = self.case.norm.violation || prevailing.iter().any(|p| p.sure && p.action == Action::Violation);
        let slots = world.decisions.iter().map(|told| self.in_time(told.ruling));
        let required = world.requirements.iter().map(|told| if told.due.is_some() { told.ruling } else { self.in_time(told.ruling) });
        let sanctions = world.if_breached.iter().map(|told| told.ruling.max(Ruling::Violation));
        // Beside an exception that switches the clause off it is a conflict, and so is a requirement that is not met.
        let off = prevailing.iter().any(|p| p.sure && matches!(p.action, Action::Off));
        let over = |ruling| if off && ruling == Ruling::Violation { Ruling::Conflict } else { ruling };
        let required = required.map(over);
        let own = violation.then_some(over(Ruling::Violation));
        let terms = world.terms.iter().map(|told| told.ruling);
        let first = terms.chain(slots).chain(required).chain(sanctions).chain(own).min().unwrap_or_else(|| self.in_time(Ruling::Compliant));
        let first = if self.waits() { Ruling::Pending } else { first };
        if world.ruling != first.min(Ruling::Compliant) {
            self.fault("the headline does not follow from the parts", "总结论与各部分不符");
        }
    }

    /// What is not yet sure in a period that has not ended is pending.
    pub(super) fn in_time(&self, ruling: Ruling) -> Ruling {
        match ruling {
            _ if self.waits() => Ruling::Pending,
            Ruling::Compliant | Ruling::Undetermined if !self.ended() => Ruling::Pending,
            other => other,
        }
    }
}
