//! Corrections among records that pass by. The first time it is noted which records correct others, which they name, and which ids come twice; the second time these
//! records alone are kept, and settled as all would be ([`identity`], [`corrections`]). What becomes of them rests on no others, so that those that count need only
//! be told apart when all pass by once more.

use super::identity::{self, Fate};
use super::record::{Record, Rejection};
use super::row::Item;
use super::set::Counts;
use super::store::{Passed, Store};
use super::corrections;
use crate::threads::Threads;
use foldhash::fast::{FixedState, RandomState};
use std::collections::HashSet;
use std::hash::BuildHasher;

/// So many ids at most; if there are more, all records are kept.
const MOST: usize = 1 << 16;

/// Ids that were there, and those whose records must be settled; an id is known by a hash of it and its source. One that is taken for another only makes that one be settled.
#[derive(Debug, Default)]
pub(super) struct Ids {
    all: HashSet<u64, RandomState>,
    unsettled: HashSet<u64, RandomState>,
}

fn hash(source: &str, id: &str) -> u64 {
    FixedState::default().hash_one((source, id))
}

impl Ids {
    /// Looks at the next records.
    pub(super) fn see(&mut self, passed: &Passed) {
        for record in &passed.records {
            self.see_one(&record.source, &record.id);
        }
        for (index, links) in &passed.links {
            let Some(record) = passed.records.get(*index) else { continue };
            let named = links.supersedes.iter().chain(&links.retracts).chain([&record.id]);
            self.unsettled.extend(named.map(|id| hash(&record.source, id)));
        }
    }

    /// Looks at a record that corrects no other.
    pub(super) fn see_one(&mut self, source: &str, id: &str) {
        let id = hash(source, id);
        if !self.all.insert(id) {
            self.unsettled.insert(id);
        }
    }

    /// Must no record be settled?
    pub(super) fn is_settled(&self) -> bool {
        self.unsettled.is_empty()
    }

    /// Are there too many?
    pub(super) fn is_too_much(&self) -> bool {
        self.unsettled.len() > MOST
    }
}

/// Keeps the records that must be settled while all pass by.
pub(crate) struct Settling {
    ids: Ids,
    store: Store,
}

impl Settling {
    pub(super) fn new(ids: Ids) -> Self {
        Self { ids: Ids { all: HashSet::default(), ..ids }, store: Store::default() }
    }

    /// Looks at the next records.
    pub(crate) fn look(&mut self, passed: &Passed) {
        for (index, record) in passed.records.iter().enumerate() {
            if self.ids.unsettled.contains(&hash(&record.source, &record.id)) {
                let links = passed.links.get(&index).cloned().unwrap_or_default();
                self.store.add(Item { record: record.clone(), supersedes: links.supersedes, retracts: links.retracts, attributes: Vec::new() });
            }
        }
    }

    /// Those were all. `streams`: the number of each stream among all.
    pub(super) fn settle(self, streams: &[u32], threads: Threads) -> Settled {
        let mut store = self.store;
        let mut fates = vec![Fate::Used; store.records.len()];
        identity::settle(&mut store, &mut fates, streams, threads);
        corrections::apply(&mut store, &mut fates);
        let mut settled = Settled::default();
        for (record, fate) in store.records.into_iter().zip(fates) {
            let counts = &mut store.counts;
            match fate {
                Fate::Used => {
                    settled.used.push(record);
                    continue;
                }
                Fate::Repeated => counts.repeated += 1,
                Fate::Superseded(_) => counts.superseded += 1,
                Fate::Retracted(_) => counts.retracted += 1,
                Fate::Retracting => counts.retracting += 1,
                Fate::AfterCut => counts.after_cut += 1,
                Fate::Rejected => {}
            }
            settled.left_out.insert((record.stream, record.seq));
        }
        Settled { counts: store.counts, rejections: store.rejections, ..settled }
    }
}

/// What became of them.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// Streams and places in them of records that do not count.
    left_out: HashSet<(u32, u64), RandomState>,
    /// How many of what.
    counts: Counts,
    rejections: Vec<Rejection>,
    /// Those that count.
    pub(super) used: Vec<Record>,
}

impl Settled {
    /// Does a record count?
    pub(super) fn counts(&self, record: &Record) -> bool {
        !self.left_out.contains(&(record.stream, record.seq))
    }

    /// Adds what became of them to what was read.
    pub(super) fn add_to(self, store: &mut Store) {
        let Counts { rejected, repeated, superseded, retracted, retracting, .. } = self.counts;
        let counts = &mut store.counts;
        (counts.repeated, counts.superseded, counts.retracted, counts.retracting) = (repeated, superseded, retracted, retracting);
        counts.rejected += rejected;
        store.rejections.extend(self.rejections);
    }
}
