//! How often things happen: what is due in each period, and what happens by itself.

use super::Maker;
use super::clock::period;
use super::eval::Seen;
use super::lore::is_offence;
use crate::model::EventType;
use crate::model::expr::{Aggregate, Expr, Op};
use crate::model::norm::{Deadline, Norm, Occasion, Rhythm, What};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use chrono::{Datelike, Duration, NaiveDate, NaiveTime};
use std::sync::Arc;

/// How deep one thing leads to another.
const DEPTH: u32 = 3;

/// Where a day ends.
const LAST_MINUTE: NaiveTime = NaiveTime::from_hms_opt(23, 59, 0).expect("a time of day");

impl<'m> Maker<'m> {
    /// Does, mostly, what is due in each period.
    pub(super) fn periods(&mut self) {
        // What is due seldom goes first: what is due daily may fill the stream.
        let mut norms = self.lore.periods.clone();
        norms.sort_by_key(|norm| if let Occasion::Period { every, .. } = &norm.occasion { self.each_period(every).len() } else { 0 });
        for norm in norms {
            let Occasion::Period { entity, filter, every } = &norm.occasion else { continue };
            if entity.as_ref().is_some_and(|entity| self.is_case(entity)) {
                continue;
            }
            for days in self.each_period(every) {
                let subjects: Vec<Option<Scalar>> = match entity {
                    None => vec![None],
                    Some(entity) => self.world.there(entity, days.1.min(self.clock.last)).iter().map(|member| Some(Scalar::Ref(entity.as_str().into(), Arc::clone(&member.id)))).collect(),
                };
                for subject in subjects {
                    self.period(norm, filter.as_ref(), subject, days);
                }
            }
        }
    }

    /// The periods that the stream touches.
    fn each_period(&self, every: &Rhythm) -> Vec<(NaiveDate, NaiveDate)> {
        let days = self.clock.first.iter_days().take_while(|day| *day <= self.clock.last);
        let chosen = days.filter(|day| match every.weekday {
            Some(weekday) => day.weekday().num_days_from_monday() == u32::from(weekday),
            None => !every.working || self.clock.works(*day),
        });
        let single = every.weekday.is_some() || every.working;
        let mut periods: Vec<_> = chosen.map(|day| if single { (day, day) } else { period(every.unit, day) }).collect();
        periods.dedup();
        periods.into_iter().step_by(usize::try_from(every.count).unwrap_or(1).max(1)).collect()
    }

    fn period(&mut self, norm: &'m Norm, filter: Option<&Expr>, subject: Option<Scalar>, days: (NaiveDate, NaiveDate)) {
        let seen = Seen { this: None, counted: None, subject, days };
        if filter.into_iter().chain(&norm.when).any(|condition| self.holds(condition, &seen) == Some(false)) {
            return;
        }
        for requirement in &norm.requirements {
            let alternatives = requirement.each();
            let Some(requirement) = self.chance.pick(&alternatives).copied() else { continue };
            if let What::Condition(condition) = &requirement.what {
                self.amount(condition, &seen);
                continue;
            }
            let What::Records { pattern, op, number, .. } = &requirement.what else { continue };
            let number = match self.eval(number, &seen) {
                Some(Scalar::Quantity(number, _)) => number.floor().as_whole().and_then(|n| i64::try_from(n).ok()).unwrap_or(1).clamp(0, 30),
                _ => 1,
            };
            let last = match requirement.until.as_ref().map(|until| &until.default) {
                Some(Deadline::By(day) | Deadline::Before(day)) => self.eval(day, &seen).and_then(|day| self.moment(&day)).filter(|at| days.0 <= at.date() && at.date() <= days.1),
                _ => None,
            };
            let due = last.unwrap_or_else(|| days.1.and_time(LAST_MINUTE));
            let (from, until) = (days.0.max(self.clock.first), due.date());
            // What is due by the end of a long period is done by now in part of the cases.
            let share = (until.min(self.clock.last) - from).num_days() + 1;
            let share = u32::try_from(share * 90 / ((until - days.0).num_days() + 1)).unwrap_or(0);
            if !self.chance.percent(share) {
                continue;
            }
            let times = match op {
                Op::Ge => number + i64::from(self.chance.percent(15)) - i64::from(number > 1 && self.chance.percent(15)),
                Op::Eq => number,
                _ => self.chance.between(0, number + 1),
            };
            for _ in 0..times {
                // An hour of the day is met by coming shortly before it, and missed by coming shortly after.
                let (from, due) = match due.time() == LAST_MINUTE {
                    true => (from.and_time(NaiveTime::MIN), due),
                    false if self.chance.percent(10) => (due + Duration::minutes(1), due + Duration::minutes(40)),
                    false => (due - Duration::minutes(50), due),
                };
                if !self.is_full() {
                    self.follow(pattern, &seen, from, due, 2);
                }
            }
        }
    }

    /// A period's count or total that must reach a number: mostly it does, in one to three records.
    fn amount(&mut self, condition: &Expr, seen: &Seen<'_, 'm>) {
        if let Expr::And(all) = condition {
            return all.iter().for_each(|one| self.amount(one, seen));
        }
        let (measure, number) = match condition {
            Expr::Compare(Op::Ge | Op::Gt | Op::Eq, measure, number) => match (measure.as_ref(), self.eval(number, seen)) {
                (Expr::Measure(measure), Some(number)) => (measure.as_ref(), number),
                _ => return,
            },
            Expr::Measure(measure) if measure.aggregate == Aggregate::Any => (measure.as_ref(), Scalar::Quantity(Number::whole(1), Unit::One)),
            _ => return,
        };
        let Scalar::Quantity(number, unit) = number else { return };
        if self.is_full() || self.chance.percent(12) {
            return;
        }
        let (from, until) = (seen.days.0.and_time(NaiveTime::MIN), seen.days.1.and_time(LAST_MINUTE));
        let mut pattern = measure.pattern.clone();
        let times = match (&measure.aggregate, &measure.of) {
            (Aggregate::Total, Some(Expr::Field(_, name))) => {
                let fields = pattern.events.iter().filter_map(|event| self.model.event(event)).flat_map(|event| &event.fields);
                let high = fields.filter(|field| field.name == *name).filter_map(|field| field.range.high).min().unwrap_or(number).min(number);
                let times = number.over(high).and_then(|times| times.ceil().as_whole()).and_then(|n| i64::try_from(n).ok()).unwrap_or(1).clamp(1, 8);
                let each = number.over(Number::whole(times)).unwrap_or(number);
                let each = if each.to_string().contains('/') { each.ceil() } else { each };
                pattern.links.push((name.clone(), Expr::Value(Scalar::Quantity(each, unit))));
                times
            }
            (Aggregate::Count, _) => number.ceil().as_whole().and_then(|n| i64::try_from(n).ok()).unwrap_or(1).clamp(0, 20),
            (Aggregate::Any, _) => 1,
            _ => return,
        };
        for _ in 0..times {
            self.follow(&pattern, seen, from, until, 2);
        }
    }

    /// Each type of record comes up a few times a month; what others lead to, only as far as it is lacking.
    pub(super) fn by_itself(&mut self) {
        let given = self.model.events.iter().filter(|event| !event.derived && event.name != "attestation");
        let mut events: Vec<&'m EventType> = given.collect();
        let follows = |event: &EventType| self.lore.before.contains_key(&event.name) || self.lore.awaited.contains(&event.name);
        events.sort_by_key(|event| (follows(event), self.lore.before.get(&event.name).map_or(0, |before| before.len())));
        let budget = usize::try_from(u64::from(self.plan.people) * u64::from(self.plan.days) / 4 + 150).unwrap_or(400).min(1200);
        let usual = (budget / events.len().max(1)).max(2);
        let due = self.made.len();
        for event in events {
            let usual = if self.made.len() > due + budget { usual.min(2) } else { usual };
            let norms = self.lore.on.get(event.name.as_str()).cloned().unwrap_or_default();
            let bare = |norm: &&&Norm| is_offence(norm) && norm.violation && norm.when.is_none() && matches!(&norm.occasion, Occasion::Record(pattern) if pattern.filter.is_none());
            let wanted = if norms.iter().find(bare).is_some() { (usual / 4).max(1) } else { usual };
            let there = self.made.iter().filter(|made| made.event.name == event.name).count();
            for _ in there..wanted {
                let schedule = self.lore.schedules.get(event.name.as_str()).copied();
                let Some(day) = self.clock.day(self.clock.first, self.clock.last, &mut self.chance) else { return };
                if self.is_full() {
                    return;
                }
                let at = self.clock.minute(day, schedule, &mut self.chance);
                self.root(event, at, DEPTH);
            }
        }
    }
}
