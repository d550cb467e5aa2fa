//! All that judging may look at: the model, the records read, the records that earlier verdicts made, and indexes over them.

use super::value::Val;
use super::verdict::Cause;
use crate::model::Model;
use crate::model::expr::{Expr, Pattern};
use crate::model::norm::DEADLINE;
use crate::model::value::{Scalar, Type};
use crate::model::walk::{self, Look};
use crate::records::order::{Order, compare};
use crate::records::{At, Record, Records, Stored};
use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A record: those read first, then those that verdicts made.
pub(super) type Id = usize;

/// The stream of records that were made by no single record: a missed deadline, a period, a case.
pub(super) const BY_TIME: u32 = u32::MAX;

/// The stream of records that were made for a day of their own: they are there when it begins.
pub(super) const DAWN: u32 = u32::MAX - 1;

/// How a record stands to another in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Before,
    /// The same record, or one made from it.
    Same,
    After,
    Unordered,
}

/// A record that a verdict made.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub record: Record,
    /// The verdict.
    pub verdict: String,
    /// Undecided readings under which it is there: parameter, alternative.
    pub under: Vec<(String, Arc<str>)>,
    /// The record read that it goes back to, if it does.
    pub root: Option<Id>,
}

/// The value that a norm decided for an occasion, by the readings under which it did.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub under: Vec<(String, Arc<str>)>,
    pub slots: Vec<(String, Val)>,
    /// Why there are several values for the same readings.
    pub causes: Vec<Cause>,
    /// Last day on which a record could still change it; none: records of any time may.
    pub horizon: Option<NaiveDate>,
}

/// Everything known.
pub(super) struct Known<'a> {
    pub model: &'a Model,
    pub records: &'a Records,
    pub until: At,
    /// Zone in which lists are sorted; norms count in their own.
    home: Tz,
    made: Vec<Made>,
    /// Of each record, its day there.
    days: Vec<NaiveDate>,
    /// Of each that a verdict made, the record after which it stands.
    places: Vec<Option<Id>>,
    /// Records of each type, in order.
    by_event: Vec<Vec<Id>>,
    by_link: HashMap<(usize, usize), Links>,
    pub decided: HashMap<String, Vec<Given>>,
    /// Norms of which another norm reads what they decide, or their deadline.
    pub read: BTreeSet<&'a str>,
    /// Norms whose deadline another norm reads.
    pub deadlines: BTreeSet<&'a str>,
    /// Types of records that a norm may make for a day before the one on which it is judged: more of them may come for any day.
    pub backdated: BTreeSet<&'a str>,
    /// Attestations by what they are about.
    pub attested: BTreeMap<Arc<str>, Vec<Id>>,
}

#[derive(Default)]
struct Links {
    of: HashMap<Scalar, Vec<Id>>,
    /// Those whose field is missing: open.
    open: Vec<Id>,
}

/// Day, the record after which it stands, made by a verdict, when, by what name.
type SortKey<'k> = (NaiveDate, Option<Id>, bool, Option<DateTime<FixedOffset>>, &'k str);

impl<'a> Known<'a> {
    /// Indexes the records for these norms.
    pub(super) fn new(model: &'a Model, records: &'a Records, until: At, links: &BTreeSet<(String, String)>) -> Self {
        let home = model.regulations.first().and_then(|r| r.time_zone.parse().ok()).unwrap_or(Tz::UTC);
        let mut known = Self {
            model,
            records,
            until,
            home,
            made: Vec::new(),
            days: records.records.iter().map(|record| record.at.day(home)).collect(),
            places: Vec::new(),
            by_event: vec![Vec::new(); model.events.len()],
            by_link: HashMap::new(),
            decided: HashMap::new(),
            read: read(model, |_| true),
            deadlines: read(model, |slot| slot == DEADLINE),
            backdated: model.norms.iter().flat_map(|norm| &norm.yields).filter(|given| given.may_be_backdated()).map(|given| given.event.as_str()).collect(),
            attested: BTreeMap::new(),
        };
        for (event, field) in links {
            if let Some(event) = model.event_index(event)
                && let Some(field) = model.events.get(event).and_then(|e| e.field(field))
            {
                known.by_link.insert((event, field), Links::default());
            }
        }
        for id in 0..records.records.len() {
            known.enter(id);
        }
        known.sort();
        known
    }

    /// Adds the records that a layer of norms made.
    pub(super) fn add(&mut self, made: Vec<Made>) {
        if made.is_empty() {
            return;
        }
        for one in made {
            let id = self.records.records.len() + self.made.len();
            self.places.push(self.place_of(&one));
            self.days.push(one.record.at.day(self.home));
            self.made.push(one);
            self.enter(id);
        }
        self.sort();
    }

    fn enter(&mut self, id: Id) {
        let record = self.record(id);
        let event = record.event;
        let values: Vec<(usize, Stored)> = record
            .fields
            .iter()
            .enumerate()
            .filter(|(field, _)| self.by_link.contains_key(&(event, *field)))
            .map(|(field, value)| (field, value.clone()))
            .collect();
        let about = self.about(record);
        if let Some(list) = self.by_event.get_mut(event) {
            list.push(id);
        }
        for (field, value) in values {
            let links = self.by_link.entry((event, field)).or_default();
            match value {
                Stored::Known(scalar) => links.of.entry(scalar).or_default().push(id),
                Stored::Missing => links.open.push(id),
                Stored::Blank => {}
            }
        }
        if let Some(about) = about {
            self.attested.entry(about).or_default().push(id);
        }
    }

    fn about(&self, record: &Record) -> Option<Arc<str>> {
        let event = self.model.events.get(record.event).filter(|event| event.name == "attestation")?;
        match record.fields.get(event.field("about")?)? {
            Stored::Known(Scalar::Text(about) | Scalar::Ref(_, about)) => Some(about.clone()),
            _ => None,
        }
    }

    fn sort(&mut self) {
        let mut lists = std::mem::take(&mut self.by_event);
        let mut links = std::mem::take(&mut self.by_link);
        let mut attested = std::mem::take(&mut self.attested);
        lists.iter_mut().chain(attested.values_mut()).for_each(|list| self.in_order(list));
        for link in links.values_mut() {
            link.of.values_mut().for_each(|list| self.in_order(list));
            self.in_order(&mut link.open);
        }
        (self.by_event, self.by_link, self.attested) = (lists, links, attested);
    }

    /// Sorts by time, as far as records have one order; the rest by content, so that nothing hangs on the order of files.
    pub(super) fn in_order(&self, list: &mut [Id]) {
        if !list.is_sorted_by(|a, b| self.sort_key(*a) <= self.sort_key(*b)) {
            list.sort_by(|a, b| self.sort_key(*a).cmp(&self.sort_key(*b)));
        }
    }

    fn sort_key(&self, id: Id) -> SortKey<'_> {
        let day = self.day(id);
        match self.made(id) {
            None => (day, Some(id), false, None, ""),
            Some(made) => {
                let moment = if let At::Moment(moment) = made.record.at { Some(moment) } else { None };
                (day, self.places.get(id - self.records.records.len()).copied().flatten(), true, moment, &made.record.id)
            }
        }
    }

    /// The record after which one that a verdict made stands: the one that it goes back to, or of its day the last that was before it.
    fn place_of(&self, made: &Made) -> Option<Id> {
        if made.record.stream == DAWN {
            return None;
        }
        let At::Moment(moment) = made.record.at else { return Some(made.root.unwrap_or(Id::MAX)) };
        if made.root.is_some() {
            return made.root;
        }
        let day = made.record.at.day(self.home);
        let all = &self.records.records;
        let end = all.partition_point(|record| record.at.day(self.home) <= day);
        let today = all.iter().enumerate().take(end).rev().take_while(|(_, record)| record.at.day(self.home) == day);
        let before = |at: At| matches!(at, At::Moment(at) if at <= moment);
        today.filter(|(_, record)| before(record.at)).map(|(id, _)| id).next()
    }

    pub(super) fn record(&self, id: Id) -> &Record {
        match self.records.records.get(id) {
            Some(record) => record,
            None => &self.made[id - self.records.records.len()].record,
        }
    }

    /// The day of a record by which lists are sorted.
    fn day(&self, id: Id) -> NaiveDate {
        self.days.get(id).copied().unwrap_or_else(|| self.record(id).at.day(self.home))
    }

    /// Who made the record, if a verdict did.
    pub(super) fn made(&self, id: Id) -> Option<&Made> {
        self.made.get(id.checked_sub(self.records.records.len())?)
    }

    /// Records that verdicts made.
    pub(super) fn all_made(&self) -> &[Made] {
        &self.made
    }

    pub(super) fn of_event(&self, event: usize) -> &[Id] {
        self.by_event.get(event).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn reference(&self, id: Id) -> String {
        self.record(id).reference()
    }

    /// The value of a field; a field that the type has not is missing.
    pub(super) fn field(&self, id: Id, name: &str) -> &Stored {
        let record = self.record(id);
        let field = self.model.events.get(record.event).and_then(|event| event.field(name));
        field.and_then(|field| record.fields.get(field)).unwrap_or(&Stored::Missing)
    }

    /// The root record, when `id` goes back to one.
    pub(super) fn root(&self, id: Id) -> Option<Id> {
        self.made(id).map_or(Some(id), |made| made.root)
    }

    /// How `a` stands to `b` (§2). Records that were made for a day come first in it, those that a deadline or period made last; both by their names.
    pub(super) fn standing(&self, a: Id, b: Id, zone: Tz) -> Standing {
        if a == b || (self.root(a).is_some() && self.root(a) == self.root(b)) {
            return Standing::Same;
        }
        let (x, y) = (self.record(a), self.record(b));
        let in_its_day = |record: &Record| match record.stream {
            DAWN => 0,
            BY_TIME => 2,
            _ => 1,
        };
        match compare(x, y, zone) {
            Order::Before => Standing::Before,
            Order::After => Standing::After,
            Order::Unordered => match in_its_day(x).cmp(&in_its_day(y)) {
                Ordering::Less => Standing::Before,
                Ordering::Greater => Standing::After,
                Ordering::Equal if in_its_day(x) == 1 => Standing::Unordered,
                Ordering::Equal if x.id < y.id => Standing::Before,
                Ordering::Equal => Standing::After,
            },
        }
    }

    /// The records of a pattern's types that could be meant, in order: with the value of the first link (or an open one), between
    /// two days when given. `link` is none when there is no link or its value is open.
    pub(super) fn candidates(&self, pattern: &Pattern, link: Option<&Scalar>, days: (Option<NaiveDate>, Option<NaiveDate>)) -> Vec<Id> {
        let mut all = Vec::new();
        let mut lists = 0;
        for event in pattern.events.iter().filter_map(|event| self.model.event_index(event)) {
            let field = pattern.links.first().and_then(|(name, _)| self.model.events.get(event)?.field(name));
            match field.and_then(|field| self.by_link.get(&(event, field))).zip(link) {
                Some((links, value)) => {
                    let of = links.of.get(value).map(Vec::as_slice).unwrap_or_default();
                    for list in [of, &links.open] {
                        lists += usize::from(!list.is_empty());
                        all.extend_from_slice(self.between(list, days));
                    }
                }
                None => {
                    lists += 1;
                    all.extend_from_slice(self.between(self.of_event(event), days));
                }
            }
        }
        if lists > 1 {
            self.in_order(&mut all);
        }
        all
    }

    /// The part of a list within two days, with a day to spare for other time zones.
    fn between<'l>(&self, list: &'l [Id], (from, until): (Option<NaiveDate>, Option<NaiveDate>)) -> &'l [Id] {
        let day = |id: &Id| self.day(*id);
        let start = from.and_then(|from| from.pred_opt()).map_or(0, |from| list.partition_point(|id| day(id) < from));
        let end = until.and_then(|until| until.succ_opt()).map_or(list.len(), |until| list.partition_point(|id| day(id) <= until));
        list.get(start..end.max(start)).unwrap_or_default()
    }

    /// First role of a record, if it is known.
    pub(super) fn subject(&self, id: Id) -> Option<(Arc<str>, Arc<str>)> {
        let record = self.record(id);
        let event = self.model.events.get(record.event)?;
        match record.fields.get(..event.roles.min(1))?.first()? {
            Stored::Known(Scalar::Ref(entity, id)) => Some((entity.clone(), id.clone())),
            _ => None,
        }
    }

    /// What makes the record valid, where something has to.
    pub(super) fn valid(&self, id: Id) -> Option<&'a crate::model::expr::Expr> {
        let model: &'a Model = self.model;
        model.events.get(self.record(id).event)?.valid.as_ref().map(|valid| &valid.when)
    }

    /// Subjects of an entity that occur in the records read, with their records: index of the role by entity.
    pub(super) fn by_subject(&self, entity: &str) -> BTreeMap<Arc<str>, Vec<Id>> {
        let mut all: BTreeMap<Arc<str>, Vec<Id>> = BTreeMap::new();
        let roles: Vec<Vec<usize>> = self
            .model
            .events
            .iter()
            .map(|event| {
                let is = |ty: &Type| *ty == Type::Ref(entity.to_owned());
                event.fields.iter().enumerate().filter(|(_, field)| is(&field.ty)).map(|(at, _)| at).collect()
            })
            .collect();
        for (id, record) in self.records.records.iter().enumerate() {
            for role in roles.get(record.event).into_iter().flatten() {
                if let Some(Stored::Known(Scalar::Ref(_, subject))) = record.fields.get(*role) {
                    let list = all.entry(subject.clone()).or_default();
                    if list.last() != Some(&id) {
                        list.push(id);
                    }
                }
            }
        }
        all
    }
}

/// Norms of which such a slot is read.
fn read(model: &Model, is_such: fn(&str) -> bool) -> BTreeSet<&str> {
    struct Read(BTreeSet<String>, fn(&str) -> bool);
    impl Look for Read {
        fn expr(&mut self, expr: &Expr) {
            if let Expr::Decided(norm, slot) | Expr::DecidedOf(norm, slot, ..) = expr
                && self.1(slot)
            {
                self.0.insert(norm.clone());
            }
        }
    }
    let mut read = Read(BTreeSet::new(), is_such);
    model.norms.iter().for_each(|norm| walk::norm(norm, &mut read));
    model.events.iter().filter_map(|event| event.valid.as_ref()).for_each(|valid| walk::expr(&valid.when, &mut read));
    model.norms.iter().map(|norm| norm.name.as_str()).filter(|name| read.0.contains(*name)).collect()
}
