//! What the used records say about cases, and subjects that nobody knows.

use super::layout::Layout;
use super::places::Place;
use super::problem::{Problem, shown};
use super::record::{Fact, Facts, Origin, Record, Rejection, Stored};
use super::store::Store;
use crate::diagnostics::Say;
use crate::model::value::Scalar;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A difference between the records of cases: in how many cases, and the first.
type Differences<'m> = BTreeMap<(&'m str, &'m str), (BTreeSet<Arc<str>>, Origin)>;

/// The attributes of cases from the columns of their records; `indices` are the used records in order, the later one wins.
pub(crate) fn facts(store: &Store, layout: &Layout<'_>, indices: &[usize], facts: &mut Facts) -> Vec<Rejection> {
    let mut differences = Differences::new();
    for index in indices {
        let Some(record) = store.records.get(*index) else { continue };
        let Some(plan) = layout.plans.get(record.event).filter(|plan| !plan.cases.is_empty()) else { continue };
        let row = store.attributes.get(*index).and_then(|row| store.rows.get(*row as usize));
        let mut values = row.map(|row| row.iter()).into_iter().flatten();
        for case in &plan.cases {
            let id = match record.fields.get(case.role) {
                Some(Stored::Known(Scalar::Ref(_, id))) => Some(id),
                _ => None,
            };
            for (field, value) in case.attributes().iter().zip(values.by_ref()) {
                let Some(id) = id.filter(|_| *value != Stored::Missing) else { continue };
                if put(facts, &case.entity.name, id, &field.name, value) {
                    let first = || (BTreeSet::new(), record.origin.clone());
                    differences.entry((&case.entity.name, &field.name)).or_insert_with(first).0.insert(Arc::clone(id));
                }
            }
        }
    }
    differences.into_iter().map(|((entity, attribute), (cases, origin))| differ(entity, attribute, &cases, origin)).collect()
}

/// Sets an attribute; says whether it had another value. A cell left empty says nothing against what another record states: in a table of records of
/// many types most are empty.
fn put(facts: &mut Facts, entity: &str, id: &Arc<str>, attribute: &str, value: &Stored) -> bool {
    if !facts.entities.contains_key(entity) {
        facts.entities.insert(entity.to_owned(), BTreeMap::new());
    }
    let of = facts.entities.get_mut(entity).expect("it was inserted").entry(Arc::clone(id)).or_default();
    match of.get_mut(attribute).and_then(|values| values.first_mut()) {
        Some(fact) if fact.value == *value || *value == Stored::Blank => false,
        Some(fact) if fact.value == Stored::Blank => {
            fact.value = value.clone();
            false
        }
        Some(fact) => {
            fact.value = value.clone();
            true
        }
        None => {
            of.insert(attribute.to_owned(), vec![Fact { from: None, until: None, value: value.clone() }]);
            false
        }
    }
}

fn differ(entity: &str, attribute: &str, cases: &BTreeSet<Arc<str>>, origin: Origin) -> Rejection {
    let (count, first) = (cases.len(), cases.first().map(|id| shown(id)).unwrap_or_default());
    Problem::new(
        "case-values-differ",
        Say::new(
            format!("`{attribute}` of `{entity}` is not the same in all records of `{first}` (cases like this: {count}); the last record's value is used"),
            format!("有 {count} 个 `{entity}`（如 `{first}`）的各条记录中 `{attribute}` 不一致；采用最后一条记录的值"),
        ),
        Say::new(
            "if it changes while the case runs, declare it as a field of the event instead",
            "若该值在案件进行中会变化，请改为声明成事件的字段",
        ),
    )
    .at(origin, None)
}

/// Subjects in used records that are in no row of a loaded register: each once, with how many records.
#[derive(Debug, Default)]
pub(crate) struct UnknownSubjects(BTreeMap<String, BTreeMap<Arc<str>, Unknown>>);

/// In how many records, and which of them is the first: its place, where they do not come in order.
type Unknown = (u64, Option<Place>, Origin);

impl UnknownSubjects {
    /// Looks at the next record, in order.
    pub(crate) fn look(&mut self, record: &Record, facts: &Facts) {
        self.look_at(record, None, facts);
    }

    /// Looks at a record, which has this place in the order of all.
    pub(crate) fn look_at(&mut self, record: &Record, place: Option<Place>, facts: &Facts) {
        for (entity, ids) in record.fields.iter().filter_map(subjects) {
            if !facts.loaded.contains(entity) {
                continue;
            }
            let members = facts.members.get(entity);
            for id in ids.iter().filter(|id| members.is_none_or(|members| !members.contains_key(*id))) {
                if !self.0.contains_key(entity) {
                    self.0.insert(entity.to_owned(), BTreeMap::new());
                }
                let of = self.0.get_mut(entity).expect("it was inserted");
                let (count, first, origin) = of.entry(Arc::clone(id)).or_insert_with(|| (0, place, record.origin.clone()));
                *count += 1;
                if place < *first {
                    (*first, *origin) = (place, record.origin.clone());
                }
            }
        }
    }

    /// Are there none?
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is said of them.
    pub(crate) fn into_warnings(self) -> Vec<Rejection> {
        let of = |(entity, ids): (String, BTreeMap<Arc<str>, Unknown>)| ids.into_iter().map(move |(id, (count, _, first))| unknown_subject(&entity, &id, count, first));
        self.0.into_iter().flat_map(of).collect()
    }
}

fn subjects(field: &Stored) -> Option<(&str, &[Arc<str>])> {
    match field {
        Stored::Known(Scalar::Ref(entity, id)) => Some((entity, std::slice::from_ref(id))),
        Stored::Known(Scalar::Set(entity, ids)) => Some((entity, ids)),
        _ => None,
    }
}

fn unknown_subject(entity: &str, id: &str, count: u64, first: Origin) -> Rejection {
    let shown = shown(id);
    Problem::new(
        "unknown-subject",
        Say::new(
            format!("`{shown}` is not in the register `{entity}`: its attributes are not known (records: {count})"),
            format!("名册 `{entity}` 中没有 `{shown}`：其属性未知（涉及 {count} 条记录）"),
        ),
        Say::new("add a row to the register, or correct the id in the records", "请在名册中增加一行，或改正记录中的编号"),
    )
    .at(first, Some(id.to_owned()))
}
