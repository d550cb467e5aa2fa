//! Registers judged throughout: on this day something about the subject really begins to be otherwise.

use super::Checker;
use super::case::Case;
use crate::model::norm::Occasion;
use crate::records::{Fact, Stored};
use crate::reference::derivation::{Began, Value};
use chrono::NaiveDate;

/// The day that the id of a verdict ends with.
pub(super) fn day(id: &str) -> Option<NaiveDate> {
    id.rsplit_once('/')?.1.parse().ok()
}

impl<'c> Checker<'c> {
    /// The day is one of the audit on which the subject is in the register and something begins, and what begins is told.
    pub(super) fn begun(&mut self) {
        let case = self.case;
        let Occasion::Throughout { entity, .. } = &case.norm.occasion else {
            if !case.derivation.began.is_empty() {
                self.fault("something is told to begin on an occasion that does not look for it", "所涉情形与名册变更无关，却列出了变更");
            }
            return;
        };
        let (first, last) = audited(case, entity);
        let begun = begun(case, entity);
        if case.derivation.began != begun {
            self.fault("what begins on this day is something else", "当日起变更的内容不符");
        }
        let member = |day: Option<NaiveDate>| day.is_some_and(|day| is_member(case, entity, day));
        let enters = !member(case.day.pred_opt());
        if case.day < first || case.day > last || !member(Some(case.day)) {
            self.fault("the subject is not in the register on a day of the audit", "该日不在审计期内，或对象当日不在名册中");
        }
        if case.day != first && !enters && begun.is_empty() {
            self.fault("nothing begins on this day", "当日没有任何变更");
        }
    }
}

/// First and last day that the norm is judged on.
fn audited(case: &Case<'_>, entity: &str) -> (NaiveDate, NaiveDate) {
    let known = case.derivation.known_until.day(case.zone);
    let mut first = known;
    for record in &case.records.records {
        first = first.min(record.at.day(case.zone));
    }
    for (from, until) in case.records.facts.members.get(entity).into_iter().flat_map(|ids| ids.values()).flatten() {
        first = first.min(from.or(*until).unwrap_or(first));
    }
    let in_force = [case.regulation.validity, case.norm.validity];
    let bounds = if case.norm.dated_by.is_none() { in_force.as_slice() } else { &[] };
    let first = bounds.iter().filter_map(|interval| interval.from).chain([first]).max().unwrap_or(first);
    let last = bounds.iter().filter_map(|interval| interval.until).chain([known]).min().unwrap_or(known);
    (first, last)
}

/// Is the subject in the register? Without a register, everybody who occurs in the records always is.
fn is_member(case: &Case<'_>, entity: &str, day: NaiveDate) -> bool {
    let facts = &case.records.facts;
    let Some((_, id)) = case.subject.as_ref() else { return false };
    if !facts.loaded.contains(entity) {
        return true;
    }
    let rows = facts.members.get(entity).and_then(|ids| ids.get(id));
    rows.into_iter().flatten().any(|(from, until)| within(*from, *until, day))
}

fn within(from: Option<NaiveDate>, until: Option<NaiveDate>, day: NaiveDate) -> bool {
    !(from.is_some_and(|from| day < from) || until.is_some_and(|until| until < day))
}

/// The attributes whose value is another than on the day before.
fn begun(case: &Case<'_>, entity: &str) -> Vec<Began> {
    let Some(eve) = case.day.pred_opt().filter(|eve| is_member(case, entity, *eve)) else { return Vec::new() };
    let attributes = case.subject.as_ref().and_then(|(_, id)| case.records.facts.entities.get(entity)?.get(id));
    let mut begun = Vec::new();
    for (attribute, values) in attributes.into_iter().flatten() {
        let (before, now) = (on(values, eve), on(values, case.day));
        if before != now {
            begun.push(Began { attribute: attribute.clone(), before, now });
        }
    }
    begun
}

/// The value that the register gives on a day.
fn on(values: &[Fact], day: NaiveDate) -> Option<Value> {
    values.iter().find(|fact| within(fact.from, fact.until, day)).and_then(|fact| match &fact.value {
        Stored::Known(scalar) => Some(Value::Known(scalar.clone())),
        Stored::Blank => Some(Value::Blank),
        Stored::Missing => None,
    })
}
