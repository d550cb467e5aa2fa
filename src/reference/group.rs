//! Aggregates over the members of a register or a set (§5): each member is looked at in turn, as of the occasion's day.

use super::derivation::{Detail, Looked};
use super::judge::Judge;
use super::value::Val;
use crate::model::expr::{Aggregate, Expr, Op};
use crate::model::group::{Group, Members};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
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
                let facts = &self.known.records.facts;
                if !facts.loaded.contains(entity) {
                    return Ok(self.known.by_subject(entity).into_keys().collect());
                }
                let belongs = |(from, until): &(Option<_>, Option<_>)| from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until);
                let all = facts.members.get(entity).into_iter().flatten();
                Ok(all.filter(|(_, times)| times.iter().any(belongs)).map(|(id, _)| id.clone()).collect())
            }
            Members::Set(set, _) => match self.eval(set) {
                Val::Known(Scalar::Set(_, ids)) => Ok(ids),
                Val::Blank => Ok(Vec::new()),
                Val::Fault(cause) => Err(Val::Fault(cause)),
                open => Err(self.derived("members", &Self::quantity(&group.unit), &[&open])),
            },
        }
    }

    /// Counts and totals of nobody are 0; least, most and average are blank.
    fn over_members(&mut self, group: &Group, values: &[Val]) -> Val {
        let zero = Val::number(Number::whole(0), group.unit.clone());
        match group.aggregate {
            Aggregate::Count | Aggregate::Total => values.iter().fold(zero, |sum, value| self.sum(&sum, value)),
            _ if values.is_empty() => Val::Blank,
            Aggregate::Least => self.extreme(&values.iter().collect::<Vec<_>>(), Op::Lt),
            Aggregate::Most => self.extreme(&values.iter().collect::<Vec<_>>(), Op::Gt),
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

    /// Sets apart what is open of one member from what is open of another.
    pub(super) fn of_each(&self) -> String {
        self.each.as_ref().map(|each| format!(" of {}", each.name())).unwrap_or_default()
    }
}
