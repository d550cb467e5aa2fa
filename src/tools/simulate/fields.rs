//! Values of fields, by their type, range and grain.

use super::Maker;
use super::world::{Draft, Values};
use crate::model::expr::Op;
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::model::{EntitySort, EventType, Field};
use chrono::{Duration, NaiveDateTime, NaiveTime};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl<'m> Maker<'m> {
    /// A record of `event` at that time, its fields drawn. `given` are known already.
    pub(super) fn draft(&mut self, event: &'m EventType, at: NaiveDateTime, given: Values) -> Draft<'m> {
        let mut draft = Draft { event, at, fields: given, left_out: BTreeSet::new(), judged: BTreeMap::new(), opened: None };
        for (place, field) in event.fields.iter().enumerate() {
            if draft.fields.contains_key(&field.name) {
                continue;
            }
            let is_case = matches!(&field.ty, Type::Ref(entity) if self.is_case(entity));
            let value = if is_case { self.case(field, &mut draft) } else { self.value(field, &draft) };
            draft.fields.insert(field.name.clone(), value);
            if place >= event.roles && self.lore.stated.contains(&field.name) && self.chance.percent(5) {
                draft.fields.insert(field.name.clone(), None);
            } else if place >= event.roles && self.chance.percent(1) {
                draft.left_out.insert(field.name.clone());
            }
        }
        draft
    }

    pub(super) fn is_case(&self, entity: &str) -> bool {
        self.model.entity(entity).is_some_and(|entity| entity.sort == EntitySort::Case)
    }

    /// A new case, mostly, or one of the last that there were.
    fn case(&mut self, field: &Field, draft: &mut Draft<'m>) -> Option<Scalar> {
        let Type::Ref(name) = &field.ty else { return None };
        let known: Vec<Arc<str>> = self.world.members.get(name).into_iter().flatten().rev().take(6).map(|member| Arc::clone(&member.id)).collect();
        let opens = self.lore.before.get(&draft.event.name).is_none_or(BTreeSet::is_empty);
        if known.is_empty() || self.chance.percent(if opens { 80 } else { 40 }) {
            draft.opened = Some(field.name.clone());
            return Some(Scalar::Ref(name.as_str().into(), self.open_case(name, draft.at)));
        }
        self.chance.pick(&known).map(|id| Scalar::Ref(name.as_str().into(), Arc::clone(id)))
    }

    /// A value of `field` in `draft`; none is blank.
    pub(super) fn value(&mut self, field: &Field, draft: &Draft<'m>) -> Option<Scalar> {
        let taken: Vec<Scalar> = draft.event.role_fields().iter().filter(|role| role.name != field.name).filter_map(|role| draft.value(&role.name).cloned()).collect();
        self.any_value(field, draft.at, &taken)
    }

    /// A value of `field` at that time, not among `taken` where that can be avoided.
    pub(super) fn any_value(&mut self, field: &Field, at: NaiveDateTime, taken: &[Scalar]) -> Option<Scalar> {
        match &field.ty {
            Type::Bool => Some(Scalar::Bool(self.chance.percent(80))),
            Type::Quantity(unit) => Some(Scalar::Quantity(self.quantity(field, unit), unit.clone())),
            Type::Date => at.date().checked_add_signed(Duration::days(self.chance.between(-6, 14))).map(Scalar::Date),
            Type::Moment => {
                let day = at.date().checked_add_signed(Duration::days(self.chance.between(0, 3)))?;
                Some(Scalar::Moment(self.clock.instant(self.clock.minute(day, None, &mut self.chance))))
            }
            Type::Time => Some(Scalar::Time(self.time(field, at))),
            Type::Kind(kind) => {
                let kind = self.model.kind(kind)?;
                self.chance.pick(&kind.values).map(|(value, _)| Scalar::Kind(kind.name.as_str().into(), value.as_str().into()))
            }
            Type::Text => {
                let (n, linked) = (self.texts + 1, self.lore.links.contains(&field.name));
                self.texts += u32::from(linked);
                let n = if linked { i64::from(n) } else { self.chance.between(1, 9) };
                Some(Scalar::Text(format!("{}-{n}", field.name).into()))
            }
            Type::Ref(entity) => {
                let among = self.ids(entity, at);
                let free: Vec<Arc<str>> = among.iter().filter(|id| !taken.contains(&Scalar::Ref(entity.as_str().into(), Arc::clone(id)))).cloned().collect();
                let id = self.chance.pick(if free.is_empty() { &among } else { &free })?;
                Some(Scalar::Ref(entity.as_str().into(), Arc::clone(id)))
            }
            Type::Set(entity) => {
                let among = self.ids(entity, at);
                let mut ids = BTreeSet::new();
                let few = self.lore.offenders.contains(&field.name);
                let many = if few { self.chance.below(3).saturating_sub(1) } else { self.chance.below(4) };
                for _ in 0..many {
                    ids.extend(self.chance.pick(&among).cloned());
                }
                Some(Scalar::Set(entity.as_str().into(), ids.into_iter().collect()))
            }
        }
    }

    fn ids(&self, entity: &str, at: NaiveDateTime) -> Vec<Arc<str>> {
        let there = self.world.there(entity, at.date());
        there.into_iter().rev().take(60).rev().map(|member| Arc::clone(&member.id)).collect()
    }

    /// A number in its range and on its grain: half of the time at or beside a number that norms compare it with.
    fn quantity(&mut self, field: &Field, unit: &Unit) -> Number {
        let grain = field.range.grain.unwrap_or(Number::whole(1));
        let constants: Vec<Number> = self.lore.constants.get(&field.name).into_iter().flatten().filter_map(|value| match value {
            Scalar::Quantity(number, of) if of == unit => Some(*number),
            _ => None,
        }).collect();
        let by_unit = match unit {
            Unit::Money(_) => 1000,
            Unit::Percent => 100,
            Unit::Minutes => 60,
            Unit::Hours => 10,
            Unit::One | Unit::Points => 20,
            Unit::Days | Unit::WorkingDays => 12,
            Unit::Months | Unit::Years => 6,
        };
        let near = (!constants.is_empty() && self.chance.percent(60)).then(|| self.chance.pick(&constants).copied()).flatten();
        let number = match near {
            Some(constant) => {
                let steps = Number::whole(self.chance.between(-1, 1));
                steps.times(grain).and_then(|by| constant.plus(by)).unwrap_or(constant)
            }
            None => {
                let most = constants.iter().max().and_then(|most| most.plus(*most)).unwrap_or(Number::whole(by_unit));
                let low = field.range.low.unwrap_or(Number::whole(i64::from(unit == &Unit::One || !matches!(unit, Unit::Points | Unit::Percent))));
                let high = field.range.high.unwrap_or(most).min(most.max(low));
                let steps = high.minus(low).and_then(|width| width.over(grain)).and_then(|steps| steps.floor().as_whole()).and_then(|n| i64::try_from(n).ok());
                let step = Number::whole(self.chance.between(0, steps.unwrap_or(0).min(1_000_000)));
                step.times(grain).and_then(|by| low.plus(by)).unwrap_or(low)
            }
        };
        on_grain(number, field, grain)
    }

    /// A time of day: half of the time at or beside one that norms compare it with.
    fn time(&mut self, field: &Field, at: NaiveDateTime) -> NaiveTime {
        let constants: Vec<NaiveTime> = self.lore.constants.get(&field.name).into_iter().flatten().filter_map(|value| match value {
            Scalar::Time(time) => Some(*time),
            _ => None,
        }).collect();
        let near = self.chance.percent(60);
        let minutes = Duration::minutes(self.chance.between(-15, 15));
        let (time, _) = match self.chance.pick(&constants).filter(|_| near) {
            Some(time) => time.overflowing_add_signed(minutes),
            None => at.time().overflowing_add_signed(minutes),
        };
        time
    }

    /// Sets a field so that it compares with `target` as asked; false when no value was found.
    pub(super) fn set(&mut self, draft: &mut Draft<'m>, field: &Field, op: Op, target: &Scalar) -> bool {
        if op == Op::Eq && fits(&field.ty, target) {
            draft.fields.insert(field.name.clone(), Some(target.clone()));
            return true;
        }
        for _ in 0..30 {
            let value = self.value(field, draft);
            if value.as_ref().is_some_and(|value| self.compare(op, value, target) == Some(true)) {
                draft.fields.insert(field.name.clone(), value);
                return true;
            }
        }
        false
    }
}

/// Is the value one of the type?
fn fits(ty: &Type, value: &Scalar) -> bool {
    match (ty, value) {
        (Type::Bool, Scalar::Bool(_)) | (Type::Date, Scalar::Date(_)) | (Type::Moment, Scalar::Moment(_)) => true,
        (Type::Time, Scalar::Time(_)) | (Type::Text, Scalar::Text(_)) => true,
        (Type::Kind(of), Scalar::Kind(kind, _)) => **kind == **of,
        (Type::Ref(of), Scalar::Ref(entity, _)) | (Type::Set(of), Scalar::Set(entity, _)) => **entity == **of,
        _ => false,
    }
}

/// The number inside the range and on the grain.
fn on_grain(number: Number, field: &Field, grain: Number) -> Number {
    let range = &field.range;
    let inside = |number: Number| {
        let number = range.low.map_or(number, |low| number.max(low));
        range.high.map_or(number, |high| number.min(high))
    };
    let steps = |number: Number| number.over(grain);
    let number = inside(number);
    if range.grain.is_none() && !number.to_string().contains('/') {
        return number;
    }
    let lower = steps(number).and_then(|n| n.floor().times(grain)).unwrap_or(number);
    let upper = steps(number).and_then(|n| n.ceil().times(grain)).unwrap_or(number);
    if range.low.is_none_or(|low| lower >= low) { lower } else { upper }
}
