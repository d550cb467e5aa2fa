//! The occasion as the checker sees it: who, when, which records there are.

use super::dates;
use crate::model::calendar::Calendar;
use crate::model::norm::{Norm, Occasion};
use crate::model::value::Scalar;
use crate::model::{EventType, Model, Regulation};
use crate::records::{At, Record, Records, Stored};
use crate::reference::derivation::{Derivation, DerivedRecord, Value};
use crate::reference::verdict::Cause;
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A record from a file or from another verdict.
#[derive(Clone, Copy)]
pub(super) enum Seen<'a> {
    File(&'a Record),
    Derived(&'a DerivedRecord),
}

/// How two times stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Before,
    Same,
    After,
    Unknown,
}

/// All that stays the same in every world.
pub(super) struct Case<'a> {
    pub(super) model: &'a Model,
    pub(super) norm: &'a Norm,
    pub(super) regulation: &'a Regulation,
    pub(super) calendar: Option<&'a Calendar>,
    pub(super) zone: Tz,
    pub(super) records: &'a Records,
    pub(super) derivation: &'a Derivation,
    /// Files' records in their order, then derived ones.
    pub(super) all: Vec<Seen<'a>>,
    by_reference: BTreeMap<String, Seen<'a>>,
    pub(super) trigger: Option<Seen<'a>>,
    pub(super) subject: Option<(Arc<str>, Arc<str>)>,
    pub(super) member: Option<(Arc<str>, Arc<str>)>,
    pub(super) period: Option<(NaiveDate, NaiveDate)>,
    pub(super) at: At,
    pub(super) day: NaiveDate,
}

/// Where an expression stands: the occasion in one world, and the record that a pattern looks at.
#[derive(Clone, Copy)]
pub(super) struct Scene<'c> {
    pub(super) case: &'c Case<'c>,
    pub(super) choices: &'c [(Cause, String)],
    pub(super) counted: Option<Seen<'c>>,
}

impl<'a> Seen<'a> {
    pub(super) fn reference(self) -> String {
        match self {
            Self::File(record) => record.reference(),
            Self::Derived(record) => record.record.clone(),
        }
    }

    pub(super) fn at(self) -> At {
        match self {
            Self::File(record) => record.at,
            Self::Derived(record) => record.at,
        }
    }

    pub(super) fn certain(self) -> bool {
        match self {
            Self::File(record) => record.certain,
            Self::Derived(record) => record.certain,
        }
    }

    pub(super) fn event(self, model: &'a Model) -> Option<&'a EventType> {
        match self {
            Self::File(record) => model.events.get(record.event),
            Self::Derived(record) => model.event(&record.event),
        }
    }

    /// A role or field; none when it is missing.
    pub(super) fn field(self, model: &Model, name: &str) -> Option<Value> {
        match self {
            Self::File(record) => match record.fields.get(model.events.get(record.event)?.field(name)?)? {
                Stored::Known(scalar) => Some(Value::Known(scalar.clone())),
                Stored::Blank => Some(Value::Blank),
                Stored::Missing => None,
            },
            Self::Derived(record) => record.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()),
        }
    }

    /// May this norm see it?
    pub(super) fn seen_by(self, norm: &str) -> bool {
        match self {
            Self::File(record) => record.only_for.as_ref().is_none_or(|only| only.iter().any(|name| name == norm)),
            Self::Derived(record) => record.only_for.as_ref().is_none_or(|only| only.iter().any(|name| name == norm)),
        }
    }

    fn place(self) -> Option<(u32, u64)> {
        match self {
            Self::File(record) => Some((record.stream, record.seq)),
            Self::Derived(_) => None,
        }
    }

    /// How this record stands to another: `docs/semantics.md` §2.
    pub(super) fn order(self, other: Self, zone: Tz) -> Order {
        match order_times(self.at(), other.at(), zone) {
            Order::Same | Order::Unknown => match (self.place(), other.place()) {
                (Some((stream, seq)), Some((same, other))) if stream == same => match seq.cmp(&other) {
                    std::cmp::Ordering::Less => Order::Before,
                    std::cmp::Ordering::Equal => Order::Same,
                    std::cmp::Ordering::Greater => Order::After,
                },
                _ if self.reference() == other.reference() => Order::Same,
                _ => Order::Unknown,
            },
            order => order,
        }
    }
}

/// How two times stand to each other without looking at streams: equal days and a day beside a moment in it are `Unknown`,
/// equal moments `Same`.
pub(super) fn order_times(a: At, b: At, zone: Tz) -> Order {
    let ordering = match (a, b) {
        (At::Moment(a), At::Moment(b)) => return from_ordering(a.cmp(&b), Order::Same),
        _ => a.day(zone).cmp(&b.day(zone)),
    };
    from_ordering(ordering, Order::Unknown)
}

fn from_ordering(ordering: std::cmp::Ordering, equal: Order) -> Order {
    match ordering {
        std::cmp::Ordering::Less => Order::Before,
        std::cmp::Ordering::Equal => equal,
        std::cmp::Ordering::Greater => Order::After,
    }
}

impl<'a> Case<'a> {
    /// The occasion that the verdict's id names; none when the model or the records do not have it.
    pub(super) fn new(model: &'a Model, records: &'a Records, derivation: &'a Derivation) -> Option<Self> {
        let verdict = &derivation.verdict;
        let norm = model.norm(&verdict.rule)?;
        let regulation = model.regulation(&norm.regulation)?;
        let zone: Tz = regulation.time_zone.parse().ok()?;
        let files = records.records.iter().map(Seen::File);
        let all: Vec<Seen> = files.chain(derivation.derived.iter().map(Seen::Derived)).collect();
        let by_reference: BTreeMap<String, Seen> = all.iter().map(|seen| (seen.reference(), *seen)).collect();
        let trigger = match &derivation.trigger {
            Some(reference) => Some(*by_reference.get(reference)?),
            None => None,
        };
        let period = match &verdict.period {
            Some(key) => Some(occasion_period(norm, key)?),
            None => None,
        };
        let at = match (trigger, period) {
            (Some(seen), _) => seen.at(),
            (None, Some((_, last))) => At::Date(last),
            (None, None) => verdict.at,
        };
        let mut case = Self {
            model,
            norm,
            regulation,
            calendar: regulation.calendar.as_ref().and_then(|name| model.calendar(name)),
            zone,
            records,
            derivation,
            all,
            by_reference,
            trigger,
            subject: None,
            member: None,
            period,
            at,
            day: at.day(zone),
        };
        case.find_subject();
        Some(case)
    }

    /// A record by its reference, set-aside ones excluded.
    pub(super) fn record(&self, reference: &str) -> Option<Seen<'a>> {
        self.by_reference.get(reference).copied()
    }

    /// The part of the verdict's id after `@`.
    pub(super) fn key(&self) -> &'a str {
        self.derivation.verdict.id.split_once('@').map_or("", |(_, key)| key)
    }

    /// The first role of the trigger, the period's subject, the case; and the member.
    fn find_subject(&mut self) {
        let key = self.key();
        match &self.norm.occasion {
            Occasion::Period { entity: Some(entity), .. } => {
                let id = key.rsplit_once('/').map_or(key, |(id, _)| id);
                self.subject = Some((entity.as_str().into(), id.into()));
            }
            Occasion::Period { entity: None, .. } => {}
            Occasion::Case { entity, .. } => self.subject = Some((entity.as_str().into(), key.into())),
            Occasion::Record(_) | Occasion::Member(..) | Occasion::Reaches { .. } => self.subject = self.first_role(),
        }
        if let (Occasion::Member(..), Some((_, id))) = (&self.norm.occasion, key.rsplit_once('/')) {
            let entity = self.derivation.verdict.subject.as_ref().map_or_else(|| "".into(), |(entity, _)| entity.clone());
            self.member = Some((entity, id.into()));
        }
    }

    fn first_role(&self) -> Option<(Arc<str>, Arc<str>)> {
        let seen = self.trigger?;
        let role = seen.event(self.model)?.role_fields().first()?;
        match seen.field(self.model, &role.name)? {
            Value::Known(Scalar::Ref(entity, id)) => Some((entity, id)),
            _ => None,
        }
    }
}

/// First and last day of a period occasion.
fn occasion_period(norm: &Norm, key: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (day, unit) = dates::keyed(key)?;
    let (first, mut last) = dates::period(unit, day)?;
    if let Occasion::Period { every, .. } = &norm.occasion {
        for _ in 1..every.count.max(1) {
            last = dates::period(unit, last.succ_opt()?)?.1;
        }
    }
    Some((first, last))
}
