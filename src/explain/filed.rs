//! The records by what verdicts call them, gathered once for any number of explanations.

use crate::records::{Record, Records};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Records, found by their references. Copies share what was gathered.
#[derive(Debug, Clone)]
pub struct Filed<'r> {
    pub(super) records: &'r Records,
    /// With its place among the records that count; none for one that was set aside.
    named: Arc<BTreeMap<String, (&'r Record, Option<usize>)>>,
}

impl<'r> From<&'r Records> for Filed<'r> {
    fn from(records: &'r Records) -> Self {
        // Of several versions of a record the one that is used comes last, and stays.
        let aside = records.set_aside.iter().map(|(record, _)| (record, None));
        let used = records.records.iter().enumerate().map(|(place, record)| (record, Some(place)));
        let named = aside.chain(used).map(|(record, place)| (record.reference(), (record, place))).collect();
        Self { records, named: Arc::new(named) }
    }
}

impl<'r> Filed<'r> {
    /// The record called `reference`, also one that was set aside.
    pub(super) fn record(&self, reference: &str) -> Option<&'r Record> {
        self.named.get(reference).map(|(record, _)| *record)
    }

    /// Its place among the records that count.
    pub(super) fn place(&self, reference: &str) -> Option<usize> {
        self.named.get(reference)?.1
    }
}
