//! The first verdicts of each ruling, by their keys: all that a report for people shows of them.

use crate::reference::verdict::{Ruling, Verdict};
use crate::report::brief::SHOWN;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

/// So far.
#[derive(Debug, Default)]
pub(super) struct Firsts(BTreeMap<Ruling, BinaryHeap<First>>);

/// The greatest is the one that comes last.
#[derive(Debug)]
struct First {
    key: Vec<u8>,
    verdict: Verdict,
}

impl Firsts {
    /// One more, where it is among the first.
    pub(super) fn push(&mut self, ruling: Ruling, key: &[u8], verdict: impl FnOnce() -> Verdict) {
        let firsts = self.0.entry(ruling).or_default();
        if firsts.len() >= SHOWN && firsts.peek().is_some_and(|last| *last.key <= *key) {
            return;
        }
        firsts.push(First { key: key.to_vec(), verdict: verdict() });
        if firsts.len() > SHOWN {
            firsts.pop();
        }
    }

    /// The first of several, in their order.
    pub(super) fn merge(all: Vec<Self>) -> BTreeMap<Ruling, Vec<Verdict>> {
        let mut merged: BTreeMap<Ruling, Vec<First>> = BTreeMap::new();
        for (ruling, firsts) in all.into_iter().flat_map(|firsts| firsts.0) {
            merged.entry(ruling).or_default().extend(firsts);
        }
        let sorted = |mut firsts: Vec<First>| {
            firsts.sort();
            firsts.into_iter().take(SHOWN).map(|first| first.verdict).collect()
        };
        merged.into_iter().map(|(ruling, firsts)| (ruling, sorted(firsts))).collect()
    }
}

impl Ord for First {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for First {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for First {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for First {}
