//! What follows what: records that duties wait for, cases from their beginning to their end.

use super::Maker;
use super::eval::Seen;
use super::lore;
use super::wish::Place;
use super::world::{Draft, Values};
use crate::model::EventType;
use crate::model::expr::{Expr, Op, Pattern, Scope};
use crate::model::norm::{Deadline, Norm, Occasion, OnRequest, Requirement, What};
use crate::model::value::{Scalar, Type};
use chrono::{Duration, NaiveDateTime};
use std::collections::BTreeSet;

/// How long it takes where no length is stated.
const SOME_DAYS: i64 = 6;

impl<'m> Maker<'m> {
    /// Makes a record of `event` out of nothing, with what comes before and after it.
    pub(super) fn root(&mut self, event: &'m EventType, at: NaiveDateTime, depth: u32) {
        let draft = self.draft(event, at, Values::new());
        self.finish(draft, &BTreeSet::new(), depth);
    }

    /// Makes a record that the pattern counts, seen from `seen`, between two times. False when there is no such time in the stream.
    pub(super) fn follow(&mut self, pattern: &Pattern, seen: &Seen<'_, 'm>, from: NaiveDateTime, until: NaiveDateTime, depth: u32) -> bool {
        let events: Vec<&'m EventType> = pattern.events.iter().filter_map(|name| self.model.event(name)).filter(|event| !event.derived && event.name != "attestation").collect();
        let Some(event) = self.chance.pick(&events).copied() else { return false };
        for last in [false, false, false, false, true] {
            let Some(at) = self.between(event, from, until) else { return false };
            let mut given = self.inherited(event, seen);
            for (name, value) in &pattern.links {
                if let Some(value) = self.eval(value, seen) {
                    given.insert(name.clone(), Some(value));
                }
            }
            let fixed: BTreeSet<String> = given.keys().cloned().collect();
            let mut draft = self.draft(event, at, given);
            if let Some(filter) = &pattern.filter {
                self.wish(filter, true, &mut draft, Place { scope: Scope::Counted, seen, fixed: &fixed, depth });
                if !last && self.holds(filter, &seen.with(Scope::Counted, &draft)) == Some(false) {
                    continue;
                }
            }
            self.finish(draft, &fixed, depth);
            return true;
        }
        false
    }

    /// Cases that the record it follows is about.
    fn inherited(&self, event: &EventType, seen: &Seen<'_, 'm>) -> Values {
        let Some(parent) = seen.counted.or(seen.this) else { return Values::new() };
        let roles = event.role_fields().iter().filter(|role| matches!(&role.ty, Type::Ref(entity) if self.is_case(entity)));
        roles.filter_map(|role| {
            let same = parent.event.role_fields().iter().find(|other| other.ty == role.ty)?;
            Some((role.name.clone(), Some(parent.value(&same.name)?.clone())))
        }).collect()
    }

    /// A time between two, mostly in working hours; inside the stream.
    fn between(&mut self, event: &EventType, from: NaiveDateTime, until: NaiveDateTime) -> Option<NaiveDateTime> {
        let schedule = self.lore.schedules.get(event.name.as_str()).copied();
        for _ in 0..6 {
            let day = self.clock.day(from.date(), until.date(), &mut self.chance)?;
            let at = self.clock.minute(day, schedule, &mut self.chance);
            if from <= at && at <= until {
                return Some(at);
            }
        }
        let minutes = (until - from).num_minutes();
        let at = from + Duration::minutes(self.chance.between(0, minutes.max(0)));
        (from <= until && self.clock.holds(at.date())).then_some(at)
    }

    /// Bends the record to what norms ask of it, keeps it, and makes what should follow.
    fn finish(&mut self, mut draft: Draft<'m>, fixed: &BTreeSet<String>, depth: u32) {
        let norms = self.lore.on.get(draft.event.name.as_str()).cloned().unwrap_or_default();
        let lucky: Vec<bool> = norms.iter().map(|norm| self.chance.percent(if lore::is_offence(norm) { 75 } else { 85 })).collect();
        // What one norm asks for may undo what another does: twice.
        for _ in 0..2 {
            for (norm, _) in norms.iter().zip(&lucky).filter(|(_, lucky)| **lucky) {
                self.bend(norm, &mut draft, fixed, depth);
            }
        }
        if let Some(earlier) = self.lore.before.get(&draft.event.name).cloned() {
            self.steps_before(&earlier, &draft, depth);
        }
        self.keep(draft.clone());
        if depth > 0 && !self.is_full() {
            self.after(&draft, &norms, depth - 1);
        }
    }

    /// Offences are rare, requirements are mostly met.
    fn bend(&mut self, norm: &'m Norm, draft: &mut Draft<'m>, fixed: &BTreeSet<String>, depth: u32) {
        let (Occasion::Record(pattern) | Occasion::Member(pattern, _)) = &norm.occasion else { return };
        let seen = Seen { this: None, counted: None, subject: None, days: (draft.at.date(), draft.at.date()) };
        if lore::is_offence(norm) {
            let guards: Vec<(&Expr, Scope)> = pattern.filter.iter().map(|filter| (filter, Scope::Counted)).chain(norm.when.iter().map(|when| (when, Scope::This))).collect();
            if guards.iter().any(|(guard, scope)| self.holds(guard, &seen.with(*scope, draft)) == Some(false)) {
                return;
            }
            if let Some((guard, scope)) = self.chance.pick(&guards).copied() {
                self.wish(guard, false, draft, Place { scope, seen: &seen, fixed, depth });
            }
            return;
        }
        let off = |condition: &Option<Expr>, scope: Scope| condition.as_ref().is_some_and(|condition| self.holds(condition, &seen.with(scope, draft)) == Some(false));
        if off(&pattern.filter, Scope::Counted) || off(&norm.when, Scope::This) {
            return;
        }
        for condition in norm.requirements.iter().filter_map(|requirement| requirement.each().first().copied()).filter_map(condition) {
            self.wish(condition, true, draft, Place { scope: Scope::This, seen: &seen, fixed, depth });
        }
    }

    /// The steps that come before this one in its case.
    fn steps_before(&mut self, earlier: &BTreeSet<String>, draft: &Draft<'m>, depth: u32) {
        let cases: Vec<&Scalar> = draft.event.role_fields().iter().filter_map(|role| draft.value(&role.name)).filter(|value| matches!(value, Scalar::Ref(entity, _) if self.is_case(entity))).collect();
        let happened = |made: &Draft<'m>, name: &str| made.event.name == name && made.at <= draft.at && cases.iter().any(|case| made.fields.values().flatten().any(|value| value == *case));
        let missing: Vec<&String> = earlier.iter().filter(|name| !self.made.iter().any(|made| happened(made, name))).collect();
        if depth == 0 || self.is_full() || missing.is_empty() || self.chance.percent(10) {
            return;
        }
        for name in missing {
            let pattern = Pattern { events: vec![name.clone()], links: Vec::new(), filter: None };
            let back = Duration::days(self.chance.between(1, 5));
            self.follow(&pattern, &Seen::this(draft), draft.at - back, draft.at - Duration::minutes(3), depth - 1);
        }
    }

    /// What norms wait for after this record.
    fn after(&mut self, draft: &Draft<'m>, norms: &[&'m Norm], depth: u32) {
        for norm in norms {
            let (Occasion::Record(pattern) | Occasion::Member(pattern, _)) = &norm.occasion else { continue };
            let counted = Seen { this: None, counted: Some(draft), subject: None, days: (draft.at.date(), draft.at.date()) };
            let off = pattern.filter.as_ref().is_some_and(|filter| self.holds(filter, &counted) == Some(false));
            let seen = Seen::this(draft);
            if off || norm.when.as_ref().is_some_and(|when| self.holds(when, &seen) == Some(false)) {
                continue;
            }
            norm.requirements.iter().for_each(|requirement| self.answer(requirement, &seen, draft.at, depth));
        }
        if let Some(case) = draft.opened.as_deref().and_then(|role| draft.value(role).cloned()) {
            let Scalar::Ref(entity, _) = &case else { return };
            let seen = Seen { subject: Some(case.clone()), ..Seen::this(draft) };
            for norm in self.lore.cases.clone() {
                if matches!(&norm.occasion, Occasion::Case { entity: of, .. } if **of == **entity) {
                    norm.requirements.iter().for_each(|requirement| self.answer(requirement, &seen, draft.at, depth));
                }
            }
        }
        for state in self.lore.states.clone() {
            let begins = state.begins.pattern.events.contains(&draft.event.name) && self.chance.percent(85);
            if let (true, Some(ends), Some(subject)) = (begins, &state.ends, draft.value(&state.begins.role).cloned()) {
                let links = vec![(ends.role.clone(), Expr::Value(subject))];
                let pattern = Pattern { links, ..ends.pattern.clone() };
                self.follow(&pattern, &Seen::this(draft), draft.at + Duration::minutes(10), draft.at + Duration::days(3), 0);
            }
        }
    }

    /// Does, mostly, what a requirement waits for: in time, late, or not at all.
    fn answer(&mut self, requirement: &'m Requirement, seen: &Seen<'_, 'm>, start: NaiveDateTime, depth: u32) {
        let alternatives = requirement.each();
        let Some(requirement) = self.chance.pick(&alternatives).copied() else { return };
        let What::Records { pattern, op: Op::Ge | Op::Eq, number, .. } = &requirement.what else { return };
        let request = requirement.until.as_ref().and_then(|until| until.on_request.as_deref());
        let Some(due) = self.due(requirement, seen, start).filter(|due| *due >= start) else { return };
        if let Some(request) = request.filter(|_| self.chance.percent(30)) {
            self.request(request, seen, start, due);
        }
        let times = match self.eval(number, seen) {
            Some(Scalar::Quantity(number, _)) => number.as_whole().and_then(|n| i64::try_from(n).ok()).unwrap_or(1).clamp(1, 12),
            _ => 1,
        };
        let luck = self.chance.below(10);
        let (from, until) = match luck {
            0 => return,
            1 => (due + Duration::hours(1), due + Duration::days(4)),
            _ => (start + Duration::minutes(1), due.min(start + Duration::days(40))),
        };
        for _ in 0..times {
            self.follow(pattern, seen, from, until.max(from), depth);
        }
    }

    /// The deadline, as far as it can be told.
    fn due(&self, requirement: &Requirement, seen: &Seen<'_, 'm>, start: NaiveDateTime) -> Option<NaiveDateTime> {
        let some_days = start.checked_add_signed(Duration::days(SOME_DAYS));
        let Some(until) = &requirement.until else { return some_days };
        let due = match &until.default {
            Deadline::Within(length, from, _) => {
                let from = from.as_ref().and_then(|from| self.eval(from, seen)).and_then(|from| self.moment(&from)).unwrap_or(start);
                self.eval(length, seen).and_then(|length| self.clock.shifted(from, &length))
            }
            Deadline::By(day) | Deadline::Before(day) => self.eval(day, seen).and_then(|day| self.moment(&day)),
        };
        due.or(some_days)
    }

    /// More time is asked for, and granted or refused.
    fn request(&mut self, request: &'m OnRequest, seen: &Seen<'_, 'm>, start: NaiveDateTime, due: NaiveDateTime) {
        if !self.follow(&request.asked, seen, start, due, 0) {
            return;
        }
        let refused = request.refused.as_ref().filter(|_| self.chance.percent(30));
        self.follow(refused.unwrap_or(&request.granted), seen, due, due + Duration::days(2), 0);
    }
}

fn condition(requirement: &Requirement) -> Option<&Expr> {
    match &requirement.what {
        What::Condition(condition) => Some(condition),
        _ => None,
    }
}
