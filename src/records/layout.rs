//! Where the declared events stand in the data: worked out once from the model, used for every row.

use super::raw::{Raw, Row};
use super::typed::column;
use crate::model::expr::Pattern;
use crate::model::value::Type;
use crate::model::{Entity, EntitySort, EventType, Field, Model, walk};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The attributes of a case that stand in the columns of an event.
#[derive(Debug)]
pub(crate) struct CasePlan<'m> {
    pub(crate) entity: &'m Entity,
    /// Index of the role that names the case.
    pub(crate) role: usize,
}

impl<'m> CasePlan<'m> {
    pub(crate) fn attributes(&self) -> &'m [Field] {
        &self.entity.attributes
    }
}

/// How one event type is read.
#[derive(Debug)]
pub(crate) struct EventPlan<'m> {
    pub(crate) event: &'m EventType,
    /// Time zone of times without offset; none when its regulations do not agree.
    pub(crate) zone: Option<Tz>,
    pub(crate) cases: Vec<CasePlan<'m>>,
}

/// Which event a row is.
#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    /// Index of the event type.
    Event(usize),
    /// Several.
    Several(Vec<usize>),
    /// A type that no policy declares.
    Unknown(String),
    /// A type column is there, but blank.
    Blank,
    /// There is no type column.
    NoColumn,
}

/// Where everything stands.
#[derive(Debug)]
pub(crate) struct Layout<'m> {
    /// Type columns, and the events by their names in the data.
    types: BTreeMap<&'m str, HashMap<&'m str, Vec<usize>>>,
    /// Aligned with the model's events.
    pub(crate) plans: Vec<EventPlan<'m>>,
    /// All columns that are ever asked for.
    pub(crate) wanted: HashSet<&'m str>,
    /// The one time zone of the regulations; none when they do not agree.
    pub(crate) zone: Option<Tz>,
}

impl<'m> Layout<'m> {
    pub(crate) fn new(model: &'m Model) -> Self {
        let zone = common_zone(model, model.regulations.iter().map(|regulation| regulation.name.as_str()));
        let readers = readers(model);
        let plans: Vec<_> = model.events.iter().map(|event| plan(model, event, readers.get(event.name.as_str()), zone)).collect();
        let mut layout = Self { types: BTreeMap::new(), plans, wanted: HashSet::new(), zone };
        let given = || model.events.iter().enumerate().filter(|(_, event)| !event.derived);
        for (index, event) in given() {
            layout.add(index, event);
        }
        for (index, event) in given() {
            layout.types.entry(&event.columns.r#type).or_default().entry(&event.name).or_insert_with(|| vec![index]);
        }
        layout
    }

    fn add(&mut self, index: usize, event: &'m EventType) {
        let names = self.types.entry(&event.columns.r#type).or_default();
        for name in event.called.iter().map(String::as_str).collect::<BTreeSet<_>>() {
            names.entry(name).or_default().push(index);
        }
        let columns = &event.columns;
        self.wanted.extend([&columns.r#type, &columns.id, &columns.at, &columns.source].map(String::as_str));
        self.wanted.extend([&columns.revision, &columns.recorded_at, &columns.supersedes, &columns.retracts].map(String::as_str));
        self.wanted.extend(event.fields.iter().map(column));
        let plan = self.plans.get(index).expect("a plan for each event");
        self.wanted.extend(plan.cases.iter().flat_map(CasePlan::attributes).map(column));
    }

    /// The event that `row` is.
    pub(crate) fn find(&self, row: &dyn Row) -> Found {
        let mut events = BTreeSet::new();
        let (mut unknown, mut blank) = (None, false);
        for (column, names) in &self.types {
            let raw = row.get(column);
            match raw.text(column) {
                Ok(Some(name)) => match names.get(name) {
                    Some(found) => events.extend(found),
                    None => unknown = Some(name.to_owned()),
                },
                Ok(None) => blank |= raw == Raw::Blank,
                Err(_) => unknown = Some(String::from("{…}")),
            }
        }
        let mut events: Vec<usize> = events.into_iter().collect();
        match (events.len(), unknown) {
            (0, Some(name)) => Found::Unknown(name),
            (0, None) if blank => Found::Blank,
            (0, None) => Found::NoColumn,
            (1, _) => Found::Event(events.swap_remove(0)),
            _ => Found::Several(events),
        }
    }

    /// The type column with the events by their names, when there is but one.
    pub(crate) fn only_type(&self) -> Option<(&'m str, &HashMap<&'m str, Vec<usize>>)> {
        let mut all = self.types.iter();
        all.next().filter(|_| all.next().is_none()).map(|(column, names)| (*column, names))
    }

    /// The type column, and of each name that a type has in the data the columns that are read of its records, the type's own among them. None: there are several
    /// type columns.
    pub(crate) fn columns_read(&self) -> Option<(&'m str, BTreeMap<&'m str, BTreeSet<&'m str>>)> {
        let (type_column, names) = self.only_type()?;
        let mut read: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, events) in names {
            let all = read.entry(name).or_default();
            all.insert(type_column);
            for plan in events.iter().filter_map(|event| self.plans.get(*event)) {
                let columns = &plan.event.columns;
                all.extend([&columns.id, &columns.at, &columns.source, &columns.revision, &columns.recorded_at, &columns.supersedes, &columns.retracts].map(String::as_str));
                all.extend(plan.event.fields.iter().chain(plan.cases.iter().flat_map(CasePlan::attributes)).map(column));
            }
        }
        Some((type_column, read))
    }

    /// What the declared types are called in the data.
    pub(crate) fn type_names(&self) -> impl Iterator<Item = &'m str> {
        self.types.values().flat_map(|names| names.keys().copied())
    }

    /// The type columns, in order.
    pub(crate) fn type_columns(&self) -> impl Iterator<Item = &'m str> {
        self.types.keys().copied()
    }
}

fn plan<'m>(model: &'m Model, event: &'m EventType, readers: Option<&BTreeSet<&str>>, common: Option<Tz>) -> EventPlan<'m> {
    let zone = readers.map_or(common, |regulations| common_zone(model, regulations.iter().copied()));
    let mut cases: Vec<CasePlan<'m>> = Vec::new();
    for (role, field) in event.fields.iter().enumerate().take(event.roles) {
        let Type::Ref(name) = &field.ty else { continue };
        let case = model.entities.iter().find(|entity| entity.name == *name && entity.sort == EntitySort::Case);
        if let Some(entity) = case.filter(|entity| !entity.attributes.is_empty() && cases.iter().all(|known| known.entity.name != entity.name)) {
            cases.push(CasePlan { entity, role });
        }
    }
    EventPlan { event, zone, cases }
}

/// The one time zone of these regulations; none when they do not agree. Without regulations it is UTC.
fn common_zone<'a>(model: &Model, regulations: impl Iterator<Item = &'a str>) -> Option<Tz> {
    let mut zones: Vec<Tz> = regulations
        .filter_map(|name| model.regulations.iter().find(|regulation| regulation.name == name))
        .filter_map(|regulation| regulation.time_zone.parse().ok())
        .collect();
    zones.dedup();
    match zones.as_slice() {
        [] => Some(Tz::UTC),
        [zone, others @ ..] => others.iter().all(|other| other == zone).then_some(*zone),
    }
}

/// Event type → regulations whose norms look at it.
fn readers(model: &Model) -> HashMap<&str, BTreeSet<&str>> {
    struct Events<'m>(BTreeSet<&'m str>, &'m Model);
    impl walk::Look for Events<'_> {
        fn pattern(&mut self, pattern: &Pattern) {
            for name in &pattern.events {
                if let Some(event) = self.1.events.iter().find(|event| event.name == *name) {
                    self.0.insert(&event.name);
                }
            }
        }
    }
    let mut readers: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for norm in &model.norms {
        let mut events = Events(BTreeSet::new(), model);
        walk::norm(norm, &mut events);
        for event in events.0 {
            readers.entry(event).or_default().insert(&norm.regulation);
        }
    }
    readers
}
