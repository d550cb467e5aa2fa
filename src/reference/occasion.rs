//! Occasions (§4): what is judged, one by one, and the key under which a verdict is found again.

use super::known::{Id, Known};
use super::periods::Span;
use super::rules::Rules;
use super::value::Val;
use super::verdict::Cause;
use crate::model::expr::{Expr, Pattern};
use crate::model::norm::{Norm, Occasion as Sort};
use crate::model::value::Scalar;
use crate::records::{At, Stored};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One thing to be judged.
#[derive(Debug, Clone)]
pub(super) struct Occasion<'a> {
    pub key: String,
    pub at: At,
    /// Its day in the regulation's zone.
    pub day: NaiveDate,
    /// The record that made it.
    pub record: Option<Id>,
    /// Who or what `for each` is looking at.
    pub member: Option<Val>,
    pub subject: Option<(Arc<str>, Arc<str>)>,
    pub period: Option<Span>,
    /// Entity and first record of a case.
    pub case: Option<Id>,
    /// Condition under which it is an occasion at all.
    pub filter: Option<&'a Expr>,
    /// What must be taken to be so for it to be an occasion.
    pub doubt: Option<Vec<Cause>>,
    /// Records that were counted until it was reached.
    pub reached: Option<Reached>,
}

/// How a count got to its number.
#[derive(Debug, Clone)]
pub(super) struct Reached {
    pub from: Option<At>,
    pub counted: Vec<Id>,
    pub possible: Vec<Id>,
    /// Name of the calendar period, if it is counted in one.
    pub period: Option<String>,
}

impl<'a> Occasion<'a> {
    pub(super) fn new(key: String, at: At, rules: &Rules) -> Self {
        let day = rules.day(at);
        Self {
            key,
            at,
            day,
            record: None,
            member: None,
            subject: None,
            period: None,
            case: None,
            filter: None,
            doubt: None,
            reached: None,
        }
    }

    pub(super) fn of_record(id: Id, filter: Option<&'a Expr>, known: &Known, rules: &Rules) -> Self {
        let record = known.record(id);
        let subject = known.subject(id);
        Self { record: Some(id), subject, filter, ..Self::new(record.reference(), record.at, rules) }
    }

    /// What it is called where a record is named.
    pub(super) fn name(&self, known: &Known) -> String {
        self.record.map_or_else(|| self.key.clone(), |id| known.reference(id))
    }
}

/// All occasions of a norm, in the order of time. With `key`, only those that may have it.
pub(super) fn all<'a>(known: &Known, rules: &Rules, norm: &'a Norm, key: Option<&str>) -> Vec<Occasion<'a>> {
    match &norm.occasion {
        Sort::Record(pattern) => of_pattern(known, rules, norm, pattern, key),
        Sort::Member(pattern, members) => of_pattern(known, rules, norm, pattern, None)
            .into_iter()
            .flat_map(|occasion| members_of(known, rules, norm, occasion, members))
            .filter(|occasion| key.is_none_or(|key| occasion.key == key))
            .collect(),
        Sort::Period { entity, filter, every } => super::periods::all(known, rules, entity.as_deref(), filter.as_ref(), every, key),
        Sort::Throughout { entity, filter } => super::throughout::all(known, rules, norm, entity, filter.as_ref(), key),
        Sort::Case { entity, filter } => cases(known, rules, entity, filter.as_ref(), key),
        Sort::Reaches { measure, number, every } => super::reaches::all(known, rules, norm, measure, number, *every)
            .into_iter()
            .filter(|occasion| key.is_none_or(|key| occasion.key == key))
            .collect(),
    }
}

fn of_pattern<'a>(known: &Known, rules: &Rules, norm: &Norm, pattern: &'a Pattern, key: Option<&str>) -> Vec<Occasion<'a>> {
    let visible = |id: &Id| sees(norm, known, *id);
    known
        .candidates(pattern, None, (None, None))
        .into_iter()
        .filter(visible)
        .filter(|id| key.is_none_or(|key| known.reference(*id) == key))
        .map(|id| Occasion::of_record(id, pattern.filter.as_ref(), known, rules))
        .collect()
}

/// May the norm see the record (§8, `for … only`)?
pub(super) fn sees(norm: &Norm, known: &Known, id: Id) -> bool {
    known.record(id).only_for.as_ref().is_none_or(|only| only.contains(&norm.name))
}

fn members_of<'a>(known: &Known, rules: &Rules, norm: &'a Norm, occasion: Occasion<'a>, members: &Expr) -> Vec<Occasion<'a>> {
    let one = |key: &str, member: Val, subject: Option<(Arc<str>, Arc<str>)>| Occasion {
        key: format!("{}/{key}", occasion.key),
        member: Some(member),
        subject,
        ..occasion.clone()
    };
    let value = match (members, occasion.record) {
        (Expr::Field(_, name), Some(id)) => match known.field(id, name) {
            Stored::Known(scalar) => Val::Known(scalar.clone()),
            Stored::Blank => Val::Blank,
            Stored::Missing => Val::Fault(Cause::MissingField { record: known.reference(id), field: name.clone() }),
        },
        _ => super::judge::Judge::aside(known, rules, norm, &occasion).eval(members),
    };
    match value {
        Val::Known(Scalar::Set(entity, ids)) => ids
            .iter()
            .map(|id| one(id, Val::Known(Scalar::Ref(entity.clone(), id.clone())), Some((entity.clone(), id.clone()))))
            .collect(),
        Val::Known(Scalar::Ref(entity, id)) => vec![one(&id, Val::Known(Scalar::Ref(entity.clone(), id.clone())), Some((entity, id.clone())))],
        Val::Blank => Vec::new(),
        // Nobody knows who they are: one occasion that says so.
        Val::Fault(cause) => vec![one("?", Val::Fault(cause), None)],
        _ => vec![one("?", Val::fault("no_members"), None)],
    }
}

fn cases<'a>(known: &Known, rules: &Rules, entity: &str, filter: Option<&'a Expr>, key: Option<&str>) -> Vec<Occasion<'a>> {
    let name: Arc<str> = Arc::from(entity);
    let cases: BTreeMap<Arc<str>, Vec<Id>> = known.by_subject(entity);
    let wanted = cases.into_iter().filter(|(id, _)| key.is_none_or(|key| &**id == key));
    wanted
        .filter_map(|(id, records)| {
            let (first, last) = (*records.first()?, *records.last()?);
            let at = known.record(last).at;
            Some(Occasion {
                subject: Some((name.clone(), id.clone())),
                case: Some(first),
                filter,
                ..Occasion::new(id.to_string(), at, rules)
            })
        })
        .collect()
}
