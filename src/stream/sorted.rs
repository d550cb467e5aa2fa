//! Records that do not come in the order of their times: they wait outside of memory, and are judged in order when all have been read.

use super::sorter::{Key, Sorter};
use crate::engine::{Batch, Plan};
use crate::records::{At, Place, Record};
use chrono::Datelike;
use std::mem;
use std::io;

/// Bytes of records that are kept in memory.
const ROOM: usize = 32 << 20;
/// So many records are judged at once.
const SOME: usize = 1 << 15;

/// The record that comes before all others.
pub(super) type First = Option<(Place, Record)>;

/// Records so far.
pub(super) struct Sorted<'p, 'm> {
    plan: &'p Plan<'m>,
    sorter: Sorter,
    first: First,
    key: Key,
    text: Vec<u8>,
}

impl<'p, 'm> Sorted<'p, 'm> {
    pub(super) fn new(plan: &'p Plan<'m>) -> Self {
        Self { plan, sorter: Sorter::new(ROOM), first: None, key: Key::default(), text: Vec::new() }
    }

    /// One more, at its place.
    pub(super) fn push(&mut self, record: &Record, place: Place) -> io::Result<()> {
        if self.first.as_ref().is_none_or(|(first, _)| place < *first) {
            self.first = Some((place, record.clone()));
        }
        let (day, moment, stream, seq) = place;
        self.key.clear().number(i64::from(day.num_days_from_ce()));
        match moment {
            None => self.key.number(0),
            Some(moment) => self.key.number(1).number(moment.timestamp()).number(i64::from(moment.timestamp_subsec_nanos())),
        };
        self.key.number(i64::from(stream)).number(i64::try_from(seq).unwrap_or(i64::MAX));
        self.plan.spill(record, &mut self.text).ok_or_else(|| io::Error::other("a record that cannot wait outside of memory"))?;
        self.sorter.push(&self.key.0, &self.text)
    }

    /// Hands over all of them in order; the first one, and the time up to which is known when the last has been seen.
    pub(super) fn each(self, mut take: impl FnMut(Batch)) -> io::Result<(First, Option<At>)> {
        let Self { plan, sorter, first, .. } = self;
        let mut batch = Batch::default();
        let mut last: Option<At> = None;
        Sorter::merge(vec![sorter], |_, text| {
            plan.gather(text, &mut batch).ok_or_else(|| io::Error::other("a record that was written otherwise"))?;
            if batch.len() >= SOME {
                last = ended(plan, last, &batch);
                take(mem::take(&mut batch));
            }
            Ok(())
        })?;
        last = ended(plan, last, &batch);
        take(batch);
        Ok((first, last))
    }
}

/// The last record's time. When a record with a date alone stands on the last day, it is that whole day.
fn ended(plan: &Plan<'_>, before: Option<At>, batch: &Batch) -> Option<At> {
    batch.times().fold(before, |last, at| match last {
        Some(At::Date(day)) if at.day(plan.zone()) == day => last,
        Some(last) if matches!(at, At::Date(_)) && last.day(plan.zone()) == at.day(plan.zone()) => Some(at),
        _ => Some(at),
    })
}
