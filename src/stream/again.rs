//! The files once more: records that did not come in order are put in order, and what was said of subjects that the reference evaluator judges is left out.

use super::lines::Lines;
use super::several::{Several, finish};
use super::sorted::{First, Sorted};
use super::kept::Kept;
use super::{Asked, Read};
use super::words::{self, at_once};
use crate::engine::{Batch, Finished, Left, Looks, Passage};
use crate::model::Model;
use crate::records::{At, Facts, Noted, Passed, Place, Reader, Record};
use std::sync::Arc;

/// What a reading came to.
pub(super) struct Judged<'m> {
    pub(super) lines: Vec<Lines<'m>>,
    /// Of each plan.
    pub(super) finished: Vec<Finished>,
    pub(super) until: At,
    /// The first record of all, where they were put in order.
    pub(super) first: First,
    /// Those that the reference evaluator needs, in order.
    pub(super) kept: Vec<Record>,
}

/// Settles what becomes of records that correct others; false when the files are not what they were.
pub(super) fn settle<'m, E>(
    (model, asked): (&'m Model, Asked),
    reader: &Reader<'m>,
    noted: &mut Noted<'m, '_>,
    files: &mut dyn FnMut(&mut Read<'_>) -> Result<(), E>,
) -> Result<bool, E> {
    let mut settling = noted.settling();
    let mut again = Reader::new(model);
    again.threads(asked.threads);
    files(&mut |file, source, input| again.passing((file, source), input, &mut |passed| settling.look(&passed)))?;
    reader.settle(noted, settling);
    Ok(again.digest() == reader.digest())
}

/// How the files are read.
pub(super) struct Again<'a, 'm> {
    pub(super) model: &'m Model,
    pub(super) several: &'a Several<'a, 'm>,
    /// Of the registers.
    pub(super) facts: &'a Facts,
    /// Lines become words at once where that can be.
    pub(super) words: bool,
    pub(super) asked: Asked,
    /// What was read the first time.
    pub(super) reader: &'a Reader<'m>,
    /// Records must be put in order: those of one subject do not come in theirs.
    pub(super) sorting: bool,
    /// Of each plan, subjects of whom nothing is judged but by the reference evaluator: their records do not come in order.
    pub(super) apart: &'a [Arc<Left>],
}

impl<'m> Again<'_, 'm> {
    /// Reads and judges; none when the files are not what they were, or memory is needed after all.
    pub(super) fn judge<E>(
        &self,
        noted: &mut Noted<'m, '_>,
        (outside, lefts): (&Looks, &[Arc<Left>]),
        takers: Vec<Vec<Lines<'m>>>,
        files: &mut dyn FnMut(&mut Read<'_>) -> Result<(), E>,
    ) -> Result<Option<Judged<'m>>, E> {
        noted.begin_again(self.reader.places());
        let mut passing = self.several.passing(noted.until(), self.apart, takers);
        // What waits are words, and each plan has its own.
        let mut sorted: Vec<Sorted<'_, 'm>> = Vec::new();
        if self.sorting {
            sorted.extend(self.several.plans.iter().map(|plan| Sorted::new(plan)));
        }
        let (mut keeping, mut kept) = (Kept::new(outside, lefts), Vec::new());
        let mut failed = false;
        let is_same = self.once_more((&mut *noted, &mut keeping, &mut kept), files, &mut |next| match next {
            Next::Words(batches) => passing.iter_mut().zip(batches).for_each(|(passing, batch)| passing.eval_batch(batch)),
            Next::Records(_, records) if !self.sorting => passing.iter_mut().for_each(|passing| passing.eval(records)),
            Next::Records(places, records) => {
                let all = || places.iter().zip(records);
                failed |= sorted.iter_mut().any(|sorted| all().any(|(place, record)| sorted.push(record, *place).is_err()));
            }
        })?;
        if failed || !is_same {
            return Ok(None);
        }
        let mut first = None;
        let mut until = noted.until();
        for (sorted, passing) in sorted.into_iter().zip(&mut passing) {
            let Ok((earliest, latest)) = sorted.each(|batch| passing.eval_batch(batch)) else { return Ok(None) };
            (first, until) = (earliest, self.asked.until.or(latest));
        }
        let Some(until) = until else { return Ok(None) };
        let judged = finish(passing, until);
        Ok(judged.map(|(lines, finished)| Judged { lines, finished, until, first, kept: in_order(kept) }))
    }

    /// Reads, and keeps the records that the reference evaluator needs; none when the files are not what they were.
    pub(super) fn keep<E>(&self, noted: &mut Noted<'m, '_>, (outside, lefts): (&Looks, &[Arc<Left>]), files: &mut dyn FnMut(&mut Read<'_>) -> Result<(), E>) -> Result<Option<Vec<Record>>, E> {
        noted.begin_again(self.reader.places());
        let (mut keeping, mut kept) = (Kept::new(outside, lefts), Vec::new());
        let is_same = self.once_more((noted, &mut keeping, &mut kept), files, &mut |_| ())?;
        Ok(is_same.then(|| in_order(kept)))
    }

    /// The records that count, some at a time; those that are kept, with their places among all. False when the files are not what they were.
    fn once_more<E>(
        &self,
        (noted, keeping, kept): (&mut Noted<'m, '_>, &mut Kept<'_>, &mut Vec<(Place, Record)>),
        files: &mut dyn FnMut(&mut Read<'_>) -> Result<(), E>,
        take: &mut dyn FnMut(Next<'_>),
    ) -> Result<bool, E> {
        let mut again = Reader::new(self.model);
        again.threads(self.asked.threads);
        // Those of whom nothing is judged are told by their records.
        let words = self.words && !self.sorting && !noted.is_noted_anew() && self.apart.iter().all(|apart| apart.is_empty());
        let mut passage = words.then(|| Passage::new(&self.several.plans, self.facts, self.asked.threads));
        files(&mut |file, source, input| {
            if let Some(passage) = at_once(passage.as_mut(), &input) {
                let mut notes = words::Again { noted: &mut *noted, keeping: &mut *keeping, kept: &mut *kept };
                return passage.read(&mut again, (file, source, input), &mut notes, &mut |_, batches| take(Next::Words(batches)));
            }
            again.passing((file, source), input, &mut |passed: Passed| {
                let (places, records) = noted.once_more(passed);
                take(Next::Records(&places, &records));
                kept.extend(places.into_iter().zip(records).filter(|(_, record)| keeping.wants(record)));
            })
        })?;
        Ok(again.digest() == self.reader.digest() && !passage.is_some_and(|passage| passage.has_failed()))
    }
}

/// Records that come once more.
enum Next<'n> {
    /// As words of each plan.
    Words(Vec<Batch>),
    /// With their places among all.
    Records(&'n [Place], &'n [Record]),
}

/// Those of one place came in their order.
fn in_order(mut records: Vec<(Place, Record)>) -> Vec<Record> {
    records.sort_by_key(|(place, _)| *place);
    records.into_iter().map(|(_, record)| record).collect()
}
