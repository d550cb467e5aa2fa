//! Aggregates over members, gone through once more: nobody is missing, each condition and value follows, and so does the result.

use super::Checker;
use super::arith::{self, yes};
use super::case::Scene;
use super::decide::answer;
use super::logic::compare;
use crate::model::expr::{Aggregate, Op};
use crate::model::group::{Group, Members};
use crate::model::number::Number;
use crate::model::value::Scalar;
use crate::records::Stored;
use chrono::Datelike;
use crate::reference::derivation::{Looked, Value};
use std::sync::Arc;

impl<'c> Checker<'c> {
    /// The value of the group; none when the checker cannot say.
    pub(super) fn members(&mut self, scene: Scene<'c>, group: &Group, set: Option<&Value>, told: &[Looked]) -> Option<Value> {
        if let Some(ids) = scene.members(group, set) {
            let same = ids.len() == told.len() && ids.iter().zip(told).all(|(id, looked)| **id == *looked.member);
            if !same {
                self.fault("not every member is looked at, or somebody who is none", "未逐一考察成员，或列入了非成员");
            }
        }
        for looked in told {
            let place = scene.with_each(group.entity(), &looked.member);
            self.within(&looked.member, |checker| checker.member(place, group, looked));
        }
        let counting: Vec<&Looked> = told.iter().filter(|looked| looked.counts).collect();
        let unclear = told.iter().any(|looked| answer(looked.filter.as_ref()).is_none());
        let values: Option<Vec<Value>> = match &group.value {
            None => Some(counting.iter().map(|_| one()).collect()),
            Some(_) => counting.iter().map(|looked| looked.value.as_ref().map(|step| step.value.clone())).collect(),
        };
        if unclear { None } else { scene.over_members(group, &values?) }
    }

    fn member(&mut self, place: Scene<'c>, group: &Group, looked: &Looked) {
        match (&group.filter, &looked.filter) {
            (Some(filter), Some(step)) => self.step(place, filter, step),
            (None, None) => {}
            _ => self.fault("the condition on a member is missing", "缺少对成员的条件"),
        }
        if looked.counts != (answer(looked.filter.as_ref()) == Some(true)) {
            self.fault("a member counts although its condition does not say so", "成员是否计入与其条件不符");
        }
        match (&group.value, &looked.value) {
            (Some(value), Some(step)) => self.step(place, value, step),
            (Some(_), None) if looked.counts => self.fault("the value of a member is missing", "缺少成员的数值"),
            (None, Some(_)) => self.fault("a member has a value that nobody asks for", "列出了不需要的成员数值"),
            _ => {}
        }
    }
}

impl<'c> Scene<'c> {
    /// The same place, looking at a member.
    fn with_each(&self, entity: &str, id: &str) -> Self {
        Self { each: self.case.somebody(entity, id), counted: None, ..*self }
    }

    /// The value of a group that is not told.
    pub(super) fn group(&self, group: &Group) -> Option<Value> {
        let set = match group.set() {
            Some(set) => Some(self.eval(set)?),
            None => None,
        };
        let mut values = Vec::new();
        for id in self.members(group, set.as_ref())? {
            let place = self.with_each(group.entity(), &id);
            let counts = match &group.filter {
                None => true,
                Some(filter) => match place.eval(filter)? {
                    Value::Known(Scalar::Bool(counts)) => counts,
                    _ => return None,
                },
            };
            if counts {
                values.push(group.value.as_ref().map_or_else(|| Some(one()), |value| place.eval(value))?);
            }
        }
        self.over_members(group, &values)
    }

    /// Who belongs to the register on the day, or to the set; none when that is open.
    fn members(&self, group: &Group, set: Option<&Value>) -> Option<Vec<Arc<str>>> {
        match (&group.of, set) {
            (Members::Register(entity), _) => {
                let day = self.as_of.unwrap_or(self.case.day);
                Some(self.case.register(entity, (day, day)))
            }
            (Members::During(entity), _) => Some(self.case.register(entity, self.case.period?)),
            (Members::Set(..), Some(Value::Known(Scalar::Set(_, ids)))) => Some(ids.clone()),
            (Members::Set(..), Some(Value::Blank)) => Some(Vec::new()),
            _ => None,
        }
    }

    fn over_members(&self, group: &Group, values: &[Value]) -> Option<Value> {
        if let Some(fault) = values.iter().find(|value| matches!(value, Value::Fault(_))) {
            return Some(fault.clone());
        }
        if values.iter().any(|value| matches!(value, Value::Open { .. })) {
            return between(&group.aggregate, values);
        }
        if values.contains(&Value::Blank) {
            return Some(arith::fault("blank"));
        }
        let numbers = values.iter().map(|value| arith::bounds(value).and_then(|(low, _)| low)).collect::<Option<Vec<Number>>>()?;
        let total = numbers.iter().try_fold(Number::whole(0), |sum, number| sum.plus(*number));
        let best = |op| values.iter().cloned().reduce(|a, b| if compare(self.case, op, &a, &b) == yes(true) { a } else { b });
        match group.aggregate {
            Aggregate::Count | Aggregate::Total => Some(arith::quantity(total, group.unit.clone())),
            _ if values.is_empty() => Some(Value::Blank),
            Aggregate::Least => best(Op::Le),
            Aggregate::Most => best(Op::Ge),
            _ => {
                let many = Number::whole(i64::try_from(values.len()).unwrap_or(i64::MAX));
                Some(arith::quantity(total.and_then(|total| total.over(many)), group.unit.clone()))
            }
        }
    }
}

impl<'a> super::case::Case<'a> {
    /// A subject as the registers or the records have it.
    fn somebody(&self, entity: &str, id: &str) -> Option<(&'a str, &'a str)> {
        let (records, facts) = (self.records, &self.records.facts);
        let name: &'a str = &self.model.entity(entity)?.name;
        let member = facts.members.get(entity).and_then(|members| members.get_key_value(id)).map(|(id, _)| &**id);
        let fields = || records.records.iter().flat_map(|record| &record.fields);
        let named = || {
            fields().find_map(|stored| match stored {
                Stored::Known(Scalar::Ref(of, one)) if **of == *entity && **one == *id => Some(&**one),
                Stored::Known(Scalar::Set(of, all)) if **of == *entity => all.iter().find(|one| ***one == *id).map(|one| &**one),
                _ => None,
            })
        };
        Some((name, member.or_else(named)?))
    }

    /// Those whom the records name in roles and fields of this entity, sorted.
    fn occurring(&self, entity: &str) -> Vec<Arc<str>> {
        let named = self.records.records.iter().flat_map(|record| &record.fields).filter_map(|stored| match stored {
            Stored::Known(Scalar::Ref(of, id)) if **of == *entity => Some(id.clone()),
            _ => None,
        });
        named.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }

    /// Who belongs to a register on one of the days; without a register, who occurs in the records.
    fn register(&self, entity: &str, (first, last): (chrono::NaiveDate, chrono::NaiveDate)) -> Vec<Arc<str>> {
        let facts = &self.records.facts;
        if !facts.loaded.contains(entity) {
            return self.occurring(entity);
        }
        let belongs = |(from, until): &(Option<chrono::NaiveDate>, Option<chrono::NaiveDate>)| {
            from.is_none_or(|from| from <= last) && until.is_none_or(|until| first <= until)
        };
        let all = facts.members.get(entity).into_iter().flatten();
        all.filter(|(_, times)| times.iter().any(belongs)).map(|(id, _)| id.clone()).collect()
    }
}

impl Scene<'_> {
    /// The day as of which somebody's attributes are read: in a period, the last of its days on which a row of theirs holds.
    pub(super) fn day_for(&self, entity: &str, id: &str) -> chrono::NaiveDate {
        match (self.as_of, self.case.period) {
            (Some(day), _) => day,
            (None, None) => self.case.day,
            (None, Some((first, last))) => {
                let rows = self.case.records.facts.members.get(entity).and_then(|members| members.get(id));
                let there = |day: &chrono::NaiveDate| rows.into_iter().flatten().any(|(from, until)| from.is_none_or(|from| from <= *day) && until.is_none_or(|until| *day <= until));
                std::iter::successors(Some(last), chrono::NaiveDate::pred_opt).take_while(|day| *day >= first).find(there).unwrap_or(self.case.day)
            }
        }
    }
}

impl super::case::Case<'_> {
    /// The days of the period on which somebody is in a register: those of its rows, each once.
    pub(super) fn belonging(&self, entity: &str, id: &str, months: bool) -> Option<Value> {
        let (first, last) = self.period?;
        let facts = &self.records.facts;
        let always = vec![(None, None)];
        let rows = if facts.loaded.contains(entity) { facts.members.get(entity).and_then(|members| members.get(id)) } else { Some(&always) };
        let mut days = std::collections::BTreeSet::new();
        for (from, until) in rows.into_iter().flatten() {
            let (from, until) = (from.unwrap_or(first).max(first), until.unwrap_or(last).min(last));
            days.extend(from.iter_days().take_while(|day| *day <= until));
        }
        let unit = if months { crate::model::value::Unit::Months } else { crate::model::value::Unit::Days };
        if months {
            // A month is full when as many of its days are there as it has.
            let mut of_month = std::collections::BTreeMap::new();
            days.iter().for_each(|day| *of_month.entry((day.year(), day.month())).or_insert(0_u8) += 1);
            let firsts: std::collections::BTreeSet<_> = days.iter().filter(|day| of_month.get(&(day.year(), day.month())).is_some_and(|n| *n == day.num_days_in_month())).filter_map(|day| day.with_day(1)).collect();
            days = firsts;
        }
        Some(arith::quantity(Some(Number::whole(i64::try_from(days.len()).ok()?)), unit))
    }
}

/// The least or most of values that are open: between the least and the most that it can be.
fn between(aggregate: &Aggregate, values: &[Value]) -> Option<Value> {
    let ends: Vec<_> = values.iter().map(arith::bounds).collect::<Option<_>>()?;
    let (lows, highs): (Vec<_>, Vec<_>) = ends.into_iter().unzip();
    // An end that is not known is beyond all others.
    let known = |ends: &[Option<Number>]| ends.iter().copied().collect::<Option<Vec<Number>>>();
    let some = |ends: &[Option<Number>]| ends.iter().copied().flatten().collect::<Vec<Number>>();
    let (low, high) = match aggregate {
        Aggregate::Least => (known(&lows).and_then(|lows| lows.into_iter().min()), some(&highs).into_iter().min()),
        Aggregate::Most => (some(&lows).into_iter().max(), known(&highs).and_then(|highs| highs.into_iter().max())),
        _ => return None,
    };
    (low.is_none() || low != high).then_some(Value::Open { low, high, causes: Vec::new() })
}

fn one() -> Value {
    arith::quantity(Some(Number::whole(1)), crate::model::value::Unit::One)
}
