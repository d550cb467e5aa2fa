//! The occasion as the checker sees it: who, when, which records there are.

use super::{dates, throughout};
use crate::explain::Filed;
use crate::model::calendar::Calendar;
use crate::model::expr::Period;
use crate::model::norm::{Norm, Occasion};
use crate::model::value::Scalar;
use crate::model::{EventType, Model, Regulation};
use crate::records::{At, Record, Records, Stored};
use crate::reference::derivation::{Decided, Derivation, DerivedRecord, Value};
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
#[derive(Clone)]
pub(super) struct Case<'a> {
    pub(super) model: &'a Model,
    pub(super) norm: &'a Norm,
    pub(super) regulation: &'a Regulation,
    pub(super) calendar: Option<&'a Calendar>,
    pub(super) zone: Tz,
    pub(super) records: &'a Records,
    pub(super) derivation: &'a Derivation,
    filed: Filed<'a>,
    /// Derived records by their references. They are counted on from the files' records.
    derived: BTreeMap<&'a str, usize>,
    /// Of each derived record, the file's record that it goes back to.
    roots: Vec<Option<usize>>,
    /// Derived records in order, each with how many of the files' stand before it.
    in_order: Vec<(usize, usize)>,
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
    /// By when a condition must be so: what comes later (`true`: or then) is not looked at.
    pub(super) cut: Option<(At, bool)>,
    /// The day as of which facts are read, when it is not the occasion's.
    pub(super) as_of: Option<NaiveDate>,
    /// The member that a group looks at: entity, id.
    pub(super) each: Option<(&'c str, &'c str)>,
    /// What the record that a pattern looks at leaves open is tried inside the measure: the case has chosen nothing of it.
    pub(super) inside: bool,
    /// Slots of this norm, for requirements that read them.
    pub(super) decided: &'c [Decided],
}

impl<'a> Seen<'a> {
    pub(super) fn reference(self) -> String {
        match self {
            Self::File(record) => record.reference(),
            Self::Derived(record) => record.record.clone(),
        }
    }

    /// It was made for a day, and is there when that begins.
    pub(super) fn is_there_at_dawn(self) -> bool {
        matches!(self, Self::Derived(record) if record.for_day)
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
    pub(super) fn new(model: &'a Model, filed: &Filed<'a>, derivation: &'a Derivation) -> Option<Self> {
        let verdict = &derivation.verdict;
        let norm = model.norm(&verdict.rule)?;
        let regulation = model.regulation(&norm.regulation)?;
        let zone: Tz = regulation.time_zone.parse().ok()?;
        let records = filed.records;
        let files = records.records.len();
        let derived: BTreeMap<&str, usize> = derivation.derived.iter().enumerate().map(|(n, made)| (made.record.as_str(), files + n)).collect();
        let place = |reference: &str| derived.get(reference).copied().or_else(|| filed.place(reference));
        let find = |n: usize| seen(records, derivation, n);
        let roots: Vec<Option<usize>> = (0..derivation.derived.len()).map(|n| root(&find, &place, files + n, derivation.derived.len())).collect();
        let trigger = match &derivation.trigger {
            Some(reference) => Some(find(place(reference)?)?),
            None => None,
        };
        // A crossing names the period in which it is counted, but is no occasion of a period.
        let period = match (&verdict.period, &norm.occasion) {
            (Some(key), Occasion::Period { .. }) => Some(occasion_period(norm, key)?),
            _ => None,
        };
        let at = match (trigger, period) {
            _ if matches!(norm.occasion, Occasion::Throughout { .. }) => At::Date(throughout::day(&verdict.id)?),
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
            filed: filed.clone(),
            derived,
            roots,
            in_order: Vec::new(),
            trigger,
            subject: None,
            member: None,
            period,
            at,
            day: at.day(zone),
        };
        case.find_subject();
        case.sort();
        Some(case)
    }

    /// The occasion, nothing chosen.
    pub(super) fn scene(&self) -> Scene<'_> {
        Scene { case: self, choices: &[], counted: None, cut: None, as_of: None, each: None, inside: false, decided: &[] }
    }

    /// A record by its reference, set-aside ones excluded.
    pub(super) fn record(&self, reference: &str) -> Option<Seen<'a>> {
        self.index(reference).and_then(|n| self.get(n))
    }

    fn index(&self, reference: &str) -> Option<usize> {
        self.derived.get(reference).copied().or_else(|| self.filed.place(reference))
    }

    fn get(&self, n: usize) -> Option<Seen<'a>> {
        seen(self.records, self.derivation, n)
    }

    /// The file's record that one is or goes back to.
    fn root(&self, n: usize) -> Option<usize> {
        n.checked_sub(self.records.records.len()).map_or(Some(n), |derived| self.roots.get(derived).copied().flatten())
    }

    /// Derived records stand after the record that they go back to. Of the others one with a moment stands where that is, one with a day alone at its end.
    fn sort(&mut self) {
        let read = &self.records.records;
        let files = read.len();
        let place = |n: usize| {
            let made = self.get(n)?;
            let moment = if let At::Moment(moment) = made.at() { Some(moment) } else { None };
            let after = if made.is_there_at_dawn() { None } else { self.root(n).or_else(|| self.stands_after(n)) };
            let day = made.at().day(self.zone);
            Some((day, after, moment, made.reference()))
        };
        let mut order: Vec<_> = (files..files + self.derivation.derived.len()).filter_map(|n| Some((place(n)?, n))).collect();
        order.sort();
        // The files' records are in the order of their days.
        let days: Vec<usize> = order.iter().map(|((day, after, ..), _)| {
            let before = read.partition_point(|record| record.at.day(self.zone) < *day);
            let until = read.partition_point(|record| record.at.day(self.zone) <= *day);
            after.map_or(before, |after| after.saturating_add(1).clamp(before, until))
        }).collect();
        self.in_order = days.into_iter().zip(order.into_iter().map(|(_, n)| n)).collect();
    }

    /// The file's record after which a derived one without such a record stands; none when it is before all of its day.
    fn stands_after(&self, n: usize) -> Option<usize> {
        let At::Moment(moment) = self.get(n)?.at() else { return Some(usize::MAX) };
        let day = moment.with_timezone(&self.zone).date_naive();
        let read = &self.records.records;
        let end = read.partition_point(|record| record.at.day(self.zone) <= day);
        let today = (0..end).rev().map_while(|place| read.get(place).filter(|record| record.at.day(self.zone) == day).map(|record| (place, record.at)));
        today.filter(|(_, at)| matches!(at, At::Moment(other) if *other <= moment)).map(|(place, _)| place).next()
    }

    /// All records in order.
    pub(super) fn sorted(&self) -> impl Iterator<Item = Seen<'a>> + '_ {
        let (mut file, mut derived) = (0, self.in_order.iter().peekable());
        std::iter::from_fn(move || {
            if let Some((_, n)) = derived.next_if(|(before, _)| *before <= file) {
                return self.get(*n);
            }
            file += 1;
            self.records.records.get(file - 1).map(Seen::File)
        })
    }

    /// The records in order that may have this value in a field; where the value is not plainly somebody or a text, all.
    pub(super) fn naming(&self, value: Option<&Value>) -> Box<dyn Iterator<Item = Seen<'a>> + '_> {
        let Some(Value::Known(Scalar::Ref(_, id) | Scalar::Text(id))) = value else { return Box::new(self.sorted()) };
        let (files, mut derived) = (self.filed.naming(id), self.in_order.iter().peekable());
        let mut files = files.into_iter().peekable();
        Box::new(std::iter::from_fn(move || {
            let file = files.peek().copied();
            if let Some((_, n)) = derived.next_if(|(before, _)| file.is_none_or(|file| *before <= file)) {
                return self.get(*n);
            }
            self.get(files.next()?)
        }))
    }

    /// When a record happened; one that was made for a day, when that begins.
    pub(super) fn happened(&self, seen: Seen<'a>) -> At {
        match seen.at() {
            At::Date(day) if seen.is_there_at_dawn() => self.dawn(day).map_or(At::Date(day), At::Moment),
            at => at,
        }
    }

    /// Stream and position of the record that a record is or goes back to.
    fn place(&self, seen: Seen<'a>) -> Option<(u32, u64)> {
        match seen {
            Seen::File(record) => Some((record.stream, record.seq)),
            Seen::Derived(record) => match self.get(self.root(self.index(&record.record)?)?)? {
                Seen::File(root) => Some((root.stream, root.seq)),
                Seen::Derived(_) => None,
            },
        }
    }

    /// How one record stands to another: `docs/semantics.md` §2.
    pub(super) fn order(&self, one: Seen<'a>, other: Seen<'a>) -> Order {
        match order_times(one.at(), other.at(), self.zone) {
            Order::Same | Order::Unknown => match (self.place(one), self.place(other)) {
                (Some((stream, seq)), Some((same, other))) if stream == same => match seq.cmp(&other) {
                    std::cmp::Ordering::Less => Order::Before,
                    std::cmp::Ordering::Equal => Order::Same,
                    std::cmp::Ordering::Greater => Order::After,
                },
                _ if one.reference() == other.reference() => Order::Same,
                // What is made for a day is there before all else of it.
                _ => match (one.is_there_at_dawn(), other.is_there_at_dawn()) {
                    (true, false) => Order::Before,
                    (false, true) => Order::After,
                    (true, true) if one.reference() < other.reference() => Order::Before,
                    (true, true) => Order::After,
                    (false, false) => Order::Unknown,
                },
            },
            order => order,
        }
    }

    /// When the case began: its first record.
    pub(super) fn first_of_case(&self) -> Option<At> {
        let (_, id) = self.subject.as_ref()?;
        let of_it = |seen: &Seen<'a>| {
            let Some(event) = seen.event(self.model) else { return false };
            let is = |field: &crate::model::Field| matches!(seen.field(self.model, &field.name), Some(Value::Known(Scalar::Ref(_, own))) if own == *id);
            event.role_fields().iter().any(is)
        };
        let of = Value::Known(Scalar::Text(id.clone()));
        self.naming(Some(&of)).find(of_it).map(Seen::at)
    }

    /// Has a moment, or the end of a day, come and gone by the known-up-to time?
    pub(super) fn passed(&self, due: At) -> bool {
        match (due, self.derivation.known_until) {
            (At::Date(due), At::Date(known)) => known >= due,
            (At::Moment(due), At::Moment(known)) => due < known,
            (At::Date(due), known) => known.day(self.zone) > due,
            (due, At::Date(known)) => due.day(self.zone) <= known,
        }
    }

    /// The part of the verdict's id after `@`.
    pub(super) fn key(&self) -> &'a str {
        self.derivation.verdict.id.split_once('@').map_or("", |(_, key)| key)
    }

    /// The first role of the trigger, the period's subject, the case; and the member.
    fn find_subject(&mut self) {
        let key = self.key();
        match &self.norm.occasion {
            Occasion::Period { entity: Some(entity), .. } | Occasion::Throughout { entity, .. } => {
                let id = key.rsplit_once('/').map_or(key, |(id, _)| id);
                self.subject = Some((entity.as_str().into(), id.into()));
            }
            Occasion::Period { entity: None, .. } => {}
            Occasion::Case { entity, .. } => self.subject = Some((entity.as_str().into(), key.into())),
            Occasion::Record(_) | Occasion::Member(..) | Occasion::Reaches { .. } => self.subject = self.first_role(),
        }
        if let (Occasion::Member(..), Some((_, id))) = (&self.norm.occasion, key.rsplit_once('/')) {
            self.member = self.members().into_iter().find(|(_, member)| **member == *id);
            self.subject = self.member.clone();
        }
    }

    /// The members that `for each` looks at.
    fn members(&self) -> Vec<(Arc<str>, Arc<str>)> {
        let Occasion::Member(_, members) = &self.norm.occasion else { return Vec::new() };
        match (Scene { counted: self.trigger, ..self.scene() }).eval(members) {
            Some(Value::Known(Scalar::Set(entity, ids))) => ids.into_iter().map(|id| (entity.clone(), id)).collect(),
            Some(Value::Known(Scalar::Ref(entity, id))) => vec![(entity, id)],
            _ => Vec::new(),
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

/// The file's record that a record is, or that the verdict which made it is about, when both are of one time.
fn root<'a>(find: &dyn Fn(usize) -> Option<Seen<'a>>, place: &dyn Fn(&str) -> Option<usize>, n: usize, derived: usize) -> Option<usize> {
    let mut at = n;
    for _ in 0..=derived {
        let Some(Seen::Derived(made)) = find(at) else { return Some(at).filter(|at| find(*at).map(Seen::at) == find(n).map(Seen::at)) };
        let (_, key) = made.verdict.split_once('@')?;
        let shorter = key.rsplit_once('/').map(|(record, _)| record);
        at = place(key).or_else(|| place(shorter?))?;
    }
    None
}

/// A record by its number: a file's, or one of those that are derived, which are counted on from these.
fn seen<'a>(records: &'a Records, derivation: &'a Derivation, n: usize) -> Option<Seen<'a>> {
    let derived = || derivation.derived.get(n.checked_sub(records.records.len())?).map(Seen::Derived);
    records.records.get(n).map(Seen::File).or_else(derived)
}

/// First and last day of a period occasion. A row of periods is named by its first and its last: `2022-2024`, `2024-01..02`, `2024-W52..2025-W01`.
fn occasion_period(norm: &Norm, key: &str) -> Option<(NaiveDate, NaiveDate)> {
    let Occasion::Period { every, .. } = &norm.occasion else { return None };
    let one = |key: &str| dates::keyed(key).and_then(|(day, unit)| dates::period(unit, day));
    if every.count == 1 {
        return one(key);
    }
    let (first, last) = match (every.unit, key.split_once(".."), key.split_once('-')) {
        (Period::Year, _, Some((first, last))) => (first, last.to_owned()),
        (_, Some((first, last)), Some((year, _))) if !last.contains('-') => (first, format!("{year}-{last}")),
        (_, Some((first, last)), _) => (first, last.to_owned()),
        _ => return None,
    };
    Some((one(first)?.0, one(&last)?.1))
}
