//! Each subject of a register, on each day on which something about it begins to be otherwise (§4).

use super::derivation::{Began, Value};
use super::known::Known;
use super::occasion::Occasion;
use super::periods::{Times, subjects};
use super::rules::Rules;
use crate::model::expr::Expr;
use crate::model::norm::Norm;
use crate::records::{At, Attributes, Fact, Stored};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The occasions, by day and subject.
pub(super) fn all<'a>(known: &Known, rules: &Rules, norm: &Norm, entity: &str, filter: Option<&'a Expr>, key: Option<&str>) -> Vec<Occasion<'a>> {
    let name: Arc<str> = entity.into();
    let (first, last) = audited(known, rules, norm, entity);
    let mut occasions = Vec::new();
    for (id, times) in subjects(known, entity) {
        let nothing = Attributes::new();
        let facts = known.records.facts.entities.get(entity).and_then(|ids| ids.get(&id)).unwrap_or(&nothing);
        for day in days(&times, facts, first, last) {
            let subject = Some((name.clone(), id.clone()));
            occasions.push(Occasion { subject, filter, ..Occasion::new(format!("{id}/{day}"), At::Date(day), rules) });
        }
    }
    occasions.retain(|occasion| key.is_none_or(|key| occasion.key == key));
    occasions.sort_by(|a, b| (a.day, &a.key).cmp(&(b.day, &b.key)));
    occasions
}

/// The first and last day: from the first record or the first day that the register names, whichever is earlier, to the known-up-to day; of
/// these, the days on which the norm is in force, unless another date decides that.
fn audited(known: &Known, rules: &Rules, norm: &Norm, entity: &str) -> (NaiveDate, NaiveDate) {
    let until = rules.day(known.until);
    let records = known.records.records.iter().map(|record| rules.day(record.at));
    let rows = known.records.facts.members.get(entity).into_iter().flat_map(|ids| ids.values().flatten());
    let named = rows.filter_map(|(from, until)| from.or(*until));
    let mut days = (records.chain(named).min().unwrap_or(until).min(until), until);
    if norm.dated_by.is_none() {
        for interval in [rules.validity, norm.validity] {
            days.0 = interval.from.map_or(days.0, |from| days.0.max(from));
            days.1 = interval.until.map_or(days.1, |until| days.1.min(until));
        }
    }
    days
}

/// The days on which the subject is in the register and something begins.
fn days(times: &Times, facts: &Attributes, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let rows = facts.values().flatten().map(|fact| (fact.from, fact.until)).chain(times.iter().copied());
    let edges = rows.flat_map(|(from, until)| [from, until.and_then(|until| until.succ_opt())]).flatten();
    let all: BTreeSet<NaiveDate> = edges.filter(|day| first < *day).chain([first]).filter(|day| *day <= last).collect();
    let begins = |day: NaiveDate| day.pred_opt().is_none_or(|eve| !belongs(times, eve) || facts.values().any(|of| value(of, eve) != value(of, day)));
    all.into_iter().filter(|day| belongs(times, *day) && (*day == first || begins(*day))).collect()
}

fn belongs(times: &Times, day: NaiveDate) -> bool {
    times.iter().any(|days| holds(*days, day))
}

fn holds((from, until): (Option<NaiveDate>, Option<NaiveDate>), day: NaiveDate) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

fn value(of: &[Fact], day: NaiveDate) -> Option<&Stored> {
    of.iter().find(|fact| holds((fact.from, fact.until), day)).map(|fact| &fact.value)
}

/// What is otherwise than on the day before; nothing when the subject was not in the register then.
pub(super) fn began(known: &Known, occasion: &Occasion, entity: &str) -> Vec<Began> {
    let Some(((_, id), eve)) = occasion.subject.as_ref().zip(occasion.day.pred_opt()) else { return Vec::new() };
    let facts = &known.records.facts;
    let member = facts.members.get(entity).and_then(|ids| ids.get(id)).is_some_and(|times| belongs(times, eve));
    let Some(attributes) = facts.entities.get(entity).and_then(|ids| ids.get(id)).filter(|_| member) else { return Vec::new() };
    let told = |stored: Option<&Stored>| match stored? {
        Stored::Known(scalar) => Some(Value::Known(scalar.clone())),
        Stored::Blank => Some(Value::Blank),
        Stored::Missing => None,
    };
    let changed = attributes.iter().map(|(name, of)| (name, told(value(of, eve)), told(value(of, occasion.day))));
    changed.filter(|(_, before, now)| before != now).map(|(name, before, now)| Began { attribute: name.clone(), before, now }).collect()
}
