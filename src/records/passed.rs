//! Records that pass by and are not kept: what must be noted of them so that what is said at the end is the same as if all had been kept. What only all records together
//! can settle (corrections, the same id twice, attributes of cases) is not for this way; records out of order must be put in order before they are judged; that there is such is told.

use super::attested::UnknownFacts;
use super::cases::UnknownSubjects;
use super::finish::{by_place, streams};
use super::layout::Layout;
use super::order::{self, Order};
use super::places::{Place, Places};
use super::record::{At, Facts, Record};
use super::set::{Counts, Records};
use super::store::{Passed, Store};
use super::types;
use crate::model::Model;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use foldhash::fast::{FixedState, RandomState};
use std::collections::HashSet;
use std::hash::BuildHasher;

/// What is noted of the records so far.
#[derive(Debug)]
pub(crate) struct Noted<'m, 'f> {
    facts: &'f Facts,
    zone: Tz,
    until: Option<At>,
    subjects: UnknownSubjects,
    attested: UnknownFacts<'m>,
    ids: HashSet<u64, RandomState>,
    places: Places,
    /// The first in the order of all, and the last, as far as streams have the order in which they came.
    first: Option<(Place, Record)>,
    latest: Option<(Place, At)>,
    /// Day and latest moment of it of the record before, and its stream.
    last: Option<(NaiveDate, Option<DateTime<Utc>>, u32)>,
    /// Whether a date alone stands on the last day.
    is_whole: bool,
    /// Which is the first, or the last, is known only when all streams have their numbers.
    is_unclear: bool,
    used: u64,
    after_cut: u64,
    /// Something came that only all records together can settle.
    needs_all: bool,
    /// Each came after the one before, so far.
    is_in_order: bool,
}

impl<'m, 'f> Noted<'m, 'f> {
    /// `facts`: of the registers. Records after `until` are left out.
    pub(crate) fn new(model: &'m Model, layout: &Layout<'_>, facts: &'f Facts, until: Option<At>) -> Self {
        Self {
            facts,
            zone: layout.zone.unwrap_or(Tz::UTC),
            until,
            subjects: UnknownSubjects::default(),
            attested: UnknownFacts::new(model),
            ids: HashSet::default(),
            places: Places::new(layout.zone.unwrap_or(Tz::UTC), Vec::new()),
            first: None,
            latest: None,
            last: None,
            is_whole: false,
            is_unclear: false,
            used: 0,
            after_cut: 0,
            needs_all: layout.plans.iter().any(|plan| plan.cases.iter().any(|case| !case.attributes().is_empty())) || layout.zone.is_none(),
            is_in_order: true,
        }
    }

    /// Must all records be kept after all? Which record is the first of an unknown subject's is known only when they come in order.
    pub(crate) fn needs_all(&self) -> bool {
        let is_all_known = self.subjects.is_empty() && self.attested.is_empty();
        self.needs_all || !(self.is_in_order || is_all_known)
    }

    /// Do they come in the order of their times?
    pub(crate) fn is_in_order(&self) -> bool {
        self.is_in_order
    }

    /// The first in the order of all so far.
    pub(crate) fn first(&self) -> Option<&Record> {
        self.first.as_ref().map(|(_, first)| first)
    }

    /// Is it clear which is the first, and which the last?
    pub(crate) fn is_clear(&self) -> bool {
        self.is_in_order || !self.is_unclear
    }

    /// They were put in order: the first, and what is known up to when all have been seen.
    pub(crate) fn put_in_order(&mut self, first: Option<(Place, Record)>, until: At) {
        self.first = first;
        self.until = Some(until);
    }

    /// Were some left out, as they came after the cut? An explanation says of which it was not known yet.
    pub(crate) fn has_cut(&self) -> bool {
        self.after_cut > 0
    }

    /// The next records; those after the cut are taken out.
    pub(crate) fn look(&mut self, passed: Passed) -> Vec<Record> {
        self.see_ids(&passed);
        let mut records = passed.records;
        records.retain(|record| self.is_in(record));
        self.see_records(&records);
        records
    }

    /// The same, where nothing is cut.
    pub(crate) fn see(&mut self, passed: &Passed) {
        self.see_ids(passed);
        self.see_records(&passed.records);
    }

    fn see_ids(&mut self, passed: &Passed) {
        self.needs_all |= passed.corrects;
        for record in &passed.records {
            let id = FixedState::default().hash_one((&record.source, &record.id));
            self.needs_all |= !self.ids.insert(id);
        }
    }

    fn see_records(&mut self, records: &[Record]) {
        for record in records {
            self.used += 1;
            self.subjects.look(record, self.facts);
            self.attested.look(record);
            let (day, ..) = self.place(record);
            self.is_in_order &= self.comes_next(record, day);
        }
    }

    /// The same records once more: those after the cut are taken out.
    pub(crate) fn again(&mut self, passed: Passed) -> Vec<Record> {
        let mut records = passed.records;
        records.retain(|record| self.until.is_none_or(|until| order::compare_times(record.at, until, self.zone) != Order::After));
        records
    }

    fn is_in(&mut self, record: &Record) -> bool {
        let is_in = self.until.is_none_or(|until| order::compare_times(record.at, until, self.zone) != Order::After);
        self.after_cut += u64::from(!is_in);
        is_in
    }

    /// Its place among all: is it the first, or the last?
    fn place(&mut self, record: &Record) -> Place {
        let place = self.places.of(record);
        let apart = |(day, moment, stream, _): Place, other: &Place| (day, moment) == (other.0, other.1) && stream != other.2;
        if self.first.as_ref().is_none_or(|(first, _)| place < *first) {
            self.first = Some((place, record.clone()));
        }
        self.is_unclear |= self.first.as_ref().is_some_and(|(first, _)| apart(place, first));
        let is_date = matches!(record.at, At::Date(_));
        let (is_last, same_day) = self.latest.as_ref().map_or((true, false), |(latest, _)| (place >= *latest, place.0 == latest.0));
        self.is_unclear |= self.latest.as_ref().is_some_and(|(latest, at)| apart(place, latest) && *at != record.at);
        if is_last {
            self.is_whole = is_date || (self.is_whole && same_day);
            self.latest = Some((place, record.at));
        } else {
            self.is_whole |= is_date && same_day;
        }
        place
    }

    /// Does a record surely come after the one before, in the order of all? Another file must begin on a later day.
    fn comes_next(&mut self, record: &Record, day: NaiveDate) -> bool {
        let moment = if let At::Moment(moment) = record.at { Some(moment.to_utc()) } else { None };
        let (latest, comes_next) = match self.last {
            Some((last, latest, stream)) if last == day => (latest, stream == record.stream && (moment.is_none() || moment >= latest)),
            Some((last, ..)) => (None, last < day),
            None => (None, true),
        };
        self.last = Some((day, moment.or(latest), record.stream));
        comes_next
    }

    /// Known up to: the cut's, or the last record's time; when a record with a date alone stands on the last day, it is that whole day. None: there are no records, or it is
    /// not clear which is the last.
    pub(crate) fn until(&self) -> Option<At> {
        let latest = || self.latest.as_ref().filter(|_| !self.is_unclear).map(|(place, at)| if self.is_whole { At::Date(place.0) } else { *at });
        self.until.or_else(latest)
    }

    /// What an audit sees of the data; of the records the first alone, and `kept`. `registers`: what was read of registers, by themselves.
    pub(super) fn finish(self, model: &Model, layout: &Layout<'_>, mut store: Store, registers: Records, kept: Vec<Record>) -> Records {
        let until = self.until();
        let (_, events_digest) = streams(model, &store);
        let mut warnings = self.subjects.into_warnings();
        warnings.extend(types::nearly_declared(&store, layout));
        warnings.extend(self.attested.into_warnings());
        let rejections = by_place(std::mem::take(&mut store.rejections));
        let first = self.first.map(|(_, first)| first).filter(|first| kept.first().is_none_or(|kept| kept.reference() != first.reference()));
        let Store { notes, counts, .. } = store;
        let Counts { register_rows, register_rejected, .. } = registers.counts;
        Records {
            records: first.into_iter().chain(kept).collect(),
            rejections,
            warnings,
            notes: registers.notes.into_iter().chain(notes).collect(),
            counts: Counts { used: self.used, after_cut: self.after_cut, register_rows, register_rejected, ..counts },
            until,
            events_digest,
            ..registers
        }
    }
}
