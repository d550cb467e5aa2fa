//! Aggregates over the members of a register or a set (§5): each member is looked at in turn, as of the occasion's day.

use super::derivation::{Detail, Looked};
use super::interval::Interval;
use super::judge::Judge;
use super::value::Val;
use crate::model::expr::{Aggregate, Expr, Op};
use crate::model::group::{Group, Members};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use chrono::NaiveDate;
use std::sync::Arc;

impl Judge<'_, '_> {
    pub(super) fn group(&mut self, group: &Group) -> Val {
        let members = match self.members(group) {
            Ok(members) => members,
            Err(value) => return value,
        };
        let (mut values, mut looked, mut fault) = (Vec::new(), Vec::new(), None);
        for member in members {
            let each = self.each.replace(Val::Known(Scalar::Ref(Arc::from(group.entity()), member.clone())));
            let counted = self.counted.take();
            let (counts, filter) = match &group.filter {
                None => (Val::bool(true), None),
                Some(filter) => self.condition(filter),
            };
            let here = counts.as_bool() == Some(true);
            let (value, step) = match group.value.as_ref().filter(|_| here) {
                None => (None, None),
                Some(value) => {
                    let (value, step) = self.stepped(value);
                    (Some(value), step)
                }
            };
            (self.each, self.counted) = (each, counted);
            if let Val::Fault(cause) = counts {
                fault.get_or_insert(Val::Fault(cause));
            }
            if here {
                values.push(value.unwrap_or_else(|| Val::number(Number::whole(1), Unit::One)));
            }
            looked.push(Looked { member: member.to_string(), filter, counts: here, value: step });
        }
        if self.steps.is_some() {
            self.detail = Detail::Members(looked);
        }
        fault.unwrap_or_else(|| self.over_members(group, &values))
    }

    /// Their ids, sorted; a value where nobody knows who they are.
    fn members(&mut self, group: &Group) -> Result<Vec<Arc<str>>, Val> {
        match &group.of {
            Members::Register(entity) => {
                let day = self.fact_day.unwrap_or(self.occasion.day);
                Ok(self.on_register(entity, (day, day)))
            }
            Members::During(entity) => {
                let day = self.occasion.day;
                Ok(self.on_register(entity, self.occasion.period.as_ref().map_or((day, day), |span| (span.first, span.last))))
            }
            Members::Set(set, _) => match self.eval(set) {
                Val::Known(Scalar::Set(_, ids)) => Ok(ids),
                Val::Blank => Ok(Vec::new()),
                Val::Fault(cause) => Err(Val::Fault(cause)),
                open => Err(self.derived("members", &Self::quantity(&group.unit), &[&open])),
            },
        }
    }

    /// Who is in the register on one of these days; without a loaded register, who occurs in the records.
    fn on_register(&self, entity: &str, (first, last): (NaiveDate, NaiveDate)) -> Vec<Arc<str>> {
        let belongs = |(from, until): &(Option<_>, Option<_>)| from.is_none_or(|from| from <= last) && until.is_none_or(|until| first <= until);
        let all = super::periods::subjects(self.known, entity).into_iter();
        all.filter(|(_, times)| times.iter().any(belongs)).map(|(id, _)| id).collect()
    }

    /// Counts and totals of nobody are 0; least, most and average are blank.
    fn over_members(&mut self, group: &Group, values: &[Val]) -> Val {
        let zero = Val::number(Number::whole(0), group.unit.clone());
        let blank = || Val::Fault(super::verdict::Cause::Blank { what: group.value.as_ref().map(super::compare::what).unwrap_or_default() });
        let values: Vec<Val> = values.iter().map(|value| if matches!(value, Val::Blank) { blank() } else { value.clone() }).collect();
        let values = values.as_slice();
        match group.aggregate {
            Aggregate::Count | Aggregate::Total => values.iter().fold(zero, |sum, value| self.sum(&sum, value)),
            _ if values.is_empty() => Val::Blank,
            Aggregate::Least | Aggregate::Most => {
                let most = group.aggregate == Aggregate::Most;
                let better = if most { Op::Gt } else { Op::Lt };
                self.open_extreme(group, values, most).unwrap_or_else(|| self.extreme(&values.iter().collect::<Vec<_>>(), better, ""))
            }
            _ => {
                let total = values.iter().fold(zero, |sum, value| self.sum(&sum, value));
                let many = i64::try_from(values.len()).unwrap_or(i64::MAX);
                match Number::whole(1).over(Number::whole(many)) {
                    Some(part) => self.scaled(&total, part, &Expr::Each),
                    None => Val::fault("overflow"),
                }
            }
        }
    }

    /// The least or most, where several values are open that may be it: one open quantity, between the least and the most that it can be.
    fn open_extreme(&mut self, group: &Group, values: &[Val], most: bool) -> Option<Val> {
        let lines: Vec<_> = values.iter().map(Val::linear).collect::<Option<_>>()?;
        let ends: Vec<_> = lines.iter().map(|line| self.world.bounds(line).ends()).collect();
        // With the sides turned, the least is a most.
        let turned = |(low, high): &(Option<Number>, Option<Number>)| if most { (*low, *high) } else { (opposite(*high), opposite(*low)) };
        let ends: Vec<(Option<Number>, Option<Number>)> = ends.iter().map(turned).collect();
        let surely = ends.iter().filter_map(|(low, _)| *low).max();
        let may_be = |(_, high): &(Option<Number>, Option<Number>)| surely.is_none_or(|surely| high.is_none_or(|high| high >= surely));
        let left: Vec<usize> = ends.iter().enumerate().filter(|(_, ends)| may_be(ends)).map(|(at, _)| at).collect();
        let open: Vec<usize> = left.iter().copied().filter(|at| lines.get(*at).is_some_and(|line| !line.terms.is_empty())).collect();
        if open.is_empty() || left.len() < 2 {
            return None;
        }
        let highs: Option<Vec<Number>> = left.iter().map(|at| ends.get(*at).and_then(|(_, high)| *high)).collect();
        let high = highs.and_then(|highs| highs.into_iter().max());
        let (low, high) = if most { (surely, high) } else { (opposite(high), opposite(surely)) };
        let causes = open.iter().filter_map(|at| lines.get(*at)).flat_map(|line| self.world.causes(line)).collect();
        let key = format!("{group:?}{}", self.of_each());
        Some(self.uncertain(&key, group.unit.clone(), Interval::closed(low, high), causes).value())
    }

    /// Sets apart what is open of one member from what is open of another.
    pub(super) fn of_each(&self) -> String {
        self.each.as_ref().map(|each| format!(" of {}", each.name())).unwrap_or_default()
    }
}

fn opposite(number: Option<Number>) -> Option<Number> {
    number.and_then(|number| Number::whole(0).minus(number))
}
