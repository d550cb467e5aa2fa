//! The records by what verdicts call them, gathered once for any number of explanations.

use crate::model::value::Scalar;
use crate::records::{Record, Records, Stored};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

/// Records, found by their references. Copies share what was gathered.
#[derive(Debug, Clone)]
pub struct Filed<'r> {
    pub(super) records: &'r Records,
    /// With its place among the records that count; none for one that was set aside.
    named: Arc<BTreeMap<String, (&'r Record, Option<usize>)>>,
    /// Made when it is first asked for.
    naming: Arc<OnceLock<Naming>>,
}

/// The places of the records that name somebody or something, and of those that leave a role or field out and may name anybody.
#[derive(Debug, Default)]
struct Naming {
    by_id: HashMap<Arc<str>, Vec<usize>>,
    unsaid: Vec<usize>,
}

impl<'r> From<&'r Records> for Filed<'r> {
    fn from(records: &'r Records) -> Self {
        // Of several versions of a record the one that is used comes last, and stays.
        let aside = records.set_aside.iter().map(|(record, _)| (record, None));
        let used = records.records.iter().enumerate().map(|(place, record)| (record, Some(place)));
        let named = aside.chain(used).map(|(record, place)| (record.reference(), (record, place))).collect();
        Self { records, named: Arc::new(named), naming: Arc::default() }
    }
}

impl<'r> Filed<'r> {
    /// The record called `reference`, also one that was set aside.
    pub(super) fn record(&self, reference: &str) -> Option<&'r Record> {
        self.named.get(reference).map(|(record, _)| *record)
    }

    /// The places of the records that count and have `id` as a role or text, or leave one out; in their order.
    pub(super) fn naming(&self, id: &str) -> Vec<usize> {
        let naming = self.naming.get_or_init(|| Naming::of(self.records));
        let mut places: Vec<usize> = naming.by_id.get(id).into_iter().flatten().chain(&naming.unsaid).copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Its place among the records that count.
    pub(super) fn place(&self, reference: &str) -> Option<usize> {
        self.named.get(reference)?.1
    }
}

impl Naming {
    fn of(records: &Records) -> Self {
        let mut naming = Self::default();
        for (place, record) in records.records.iter().enumerate() {
            for field in &record.fields {
                match field {
                    Stored::Known(Scalar::Ref(_, id) | Scalar::Text(id)) => naming.by_id.entry(Arc::clone(id)).or_default().push(place),
                    Stored::Missing if naming.unsaid.last() != Some(&place) => naming.unsaid.push(place),
                    _ => {}
                }
            }
        }
        naming
    }
}
