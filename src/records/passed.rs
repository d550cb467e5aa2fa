//! Records that pass by and are not kept: what must be noted of them so that what is said at the end is the same as if all had been kept. What only all records together
//! can settle (attributes of cases) is not for this way; records out of order must be put in order before they are judged, corrections and ids that come twice be settled
//! ([`super::settled`]); that there is such is told.

mod plain;

use super::attested::UnknownFacts;
use super::cases::UnknownSubjects;
use super::finish::{by_place, streams};
use super::layout::Layout;
use super::order::{self, Order};
use super::places::{Place, Places};
use super::record::{At, Facts, Record};
use super::set::{Counts, Records};
use super::settled::{Ids, Settled, Settling};
use super::store::{Passed, Store};
use super::types;
use crate::model::Model;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
pub(crate) use plain::Plain;

/// What is noted of the records so far.
#[derive(Debug)]
pub(crate) struct Noted<'m, 'f> {
    facts: &'f Facts,
    zone: Tz,
    until: Option<At>,
    subjects: UnknownSubjects,
    attested: UnknownFacts<'m>,
    ids: Ids,
    /// What became of records that correct others, or are corrected.
    settled: Option<Settled>,
    model: &'m Model,
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
    /// What is noted has the places that records have among all.
    is_exact: bool,
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
            ids: Ids::default(),
            settled: None,
            model,
            places: Places::new(layout.zone.unwrap_or(Tz::UTC), Vec::new()),
            first: None,
            latest: None,
            last: None,
            is_whole: false,
            is_unclear: false,
            used: 0,
            after_cut: 0,
            is_exact: false,
            needs_all: layout.plans.iter().any(|plan| plan.cases.iter().any(|case| !case.attributes().is_empty())) || layout.zone.is_none(),
            is_in_order: true,
        }
    }

    /// Must all records be kept after all? Which record is the first of an unknown subject's is known only when they come in order.
    pub(crate) fn needs_all(&self) -> bool {
        self.needs_all || self.corrects() || !(self.is_in_order || self.knows_all())
    }

    /// Are there no subjects or facts that nobody knows? Of such the first record is told.
    fn knows_all(&self) -> bool {
        self.subjects.is_empty() && self.attested.is_empty()
    }

    /// Do records correct others, or come ids twice? That must be settled before they are judged ([`Noted::settling`]); what was noted of the records is worth nothing until
    /// they have passed by once more ([`Noted::begin_again`]).
    pub(crate) fn corrects(&self) -> bool {
        !self.ids.is_settled()
    }

    /// Must all records be kept, although that can be settled, and they pass by once more when they do not come in order?
    pub(crate) fn is_beyond(&self) -> bool {
        self.needs_all || self.ids.is_too_much()
    }

    /// Settles what becomes of records that correct others, when they pass by a second time.
    pub(crate) fn settling(&mut self) -> Settling {
        Settling::new(std::mem::take(&mut self.ids))
    }

    /// They have passed by.
    pub(super) fn settle(&mut self, settled: Settled) {
        self.settled = Some(settled);
    }

    /// Of those, the records that count; they are handed over once.
    pub(crate) fn corrected(&mut self) -> Vec<Record> {
        self.settled.as_mut().map(|settled| std::mem::take(&mut settled.used)).unwrap_or_default()
    }

    /// The records pass by once more, with the places that they have among all. Where something was settled, or they do not come in order, they are noted anew.
    pub(crate) fn begin_again(&mut self, places: Places) {
        self.places = places;
        self.is_exact = self.settled.is_some() || !self.is_in_order;
        if self.is_exact {
            (self.subjects, self.attested) = (UnknownSubjects::default(), UnknownFacts::new(self.model));
            (self.first, self.latest, self.is_whole, self.is_unclear) = (None, None, false, false);
            (self.used, self.after_cut) = (0, 0);
        }
    }

    /// Do they come in the order of their times?
    pub(crate) fn is_in_order(&self) -> bool {
        self.is_in_order
    }

    /// The first in the order of all so far.
    pub(crate) fn first(&self) -> Option<&Record> {
        self.first.as_ref().map(|(_, first)| first)
    }

    /// Is it clear which is the first, and which the last, and of those whom nobody knows?
    pub(crate) fn is_clear(&self) -> bool {
        self.is_in_order || (!self.is_unclear && self.knows_all())
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
        self.ids.see(&passed);
        let mut records = passed.records;
        records.retain(|record| self.is_in(record));
        self.see_records(&records);
        records
    }

    /// The same, where nothing is cut.
    pub(crate) fn see(&mut self, passed: &Passed) {
        self.ids.see(passed);
        self.see_records(&passed.records);
    }

    fn see_records(&mut self, records: &[Record]) {
        for record in records {
            self.used += 1;
            self.subjects.look(record, self.facts);
            self.attested.look(record);
            let place = self.places.of(record);
            self.ends(record.at, place, || Some(record.clone()));
            self.is_in_order &= self.comes_next(record.at, record.stream, place.0);
        }
    }

    /// The same records once more: those after the cut are taken out.
    pub(crate) fn again(&mut self, passed: Passed) -> Vec<Record> {
        let mut records = passed.records;
        records.retain(|record| !self.is_after_cut(record));
        records
    }

    /// The same, each with its place among all; of those that were corrected, what is left. They pass by once more ([`Noted::begin_again`]).
    pub(crate) fn once_more(&mut self, passed: Passed) -> (Vec<Place>, Vec<Record>) {
        let (mut places, mut records) = (Vec::new(), Vec::new());
        for record in passed.records {
            // A date alone stands behind all that its stream has of that day.
            let place = self.places.of(&record);
            if self.settled.as_ref().is_some_and(|settled| !settled.counts(&record)) {
                continue;
            }
            let is_after_cut = self.is_after_cut(&record);
            if self.is_exact {
                self.see_at(&record, place, is_after_cut);
            }
            if !is_after_cut {
                places.push(place);
                records.push(record);
            }
        }
        (places, records)
    }

    /// Must records that pass by once more be noted anew?
    pub(crate) fn is_noted_anew(&self) -> bool {
        self.is_exact
    }

    /// Looks at a record that has this place among all.
    fn see_at(&mut self, record: &Record, place: Place, is_after_cut: bool) {
        if is_after_cut {
            self.after_cut += 1;
            return;
        }
        self.used += 1;
        self.subjects.look_at(record, Some(place), self.facts);
        self.attested.look_at(record, Some(place));
        self.ends(record.at, place, || Some(record.clone()));
    }

    fn is_after_cut(&self, record: &Record) -> bool {
        self.is_after(record.at)
    }

    fn is_after(&self, at: At) -> bool {
        self.until.is_some_and(|until| order::compare_times(at, until, self.zone) == Order::After)
    }

    fn is_in(&mut self, record: &Record) -> bool {
        let is_in = !self.is_after_cut(record);
        self.after_cut += u64::from(!is_in);
        is_in
    }

    /// Is the record at this place the first of all, or the last?
    fn ends(&mut self, at: At, place: Place, record: impl FnOnce() -> Option<Record>) {
        let apart = |(day, moment, stream, _): Place, other: &Place| (day, moment) == (other.0, other.1) && stream != other.2;
        if self.first.as_ref().is_none_or(|(first, _)| place < *first) {
            self.first = record().map(|record| (place, record));
            self.needs_all |= self.first.is_none();
        }
        self.is_unclear |= self.first.as_ref().is_some_and(|(first, _)| apart(place, first));
        let is_date = matches!(at, At::Date(_));
        let (is_last, same_day) = self.latest.as_ref().map_or((true, false), |(latest, _)| (place >= *latest, place.0 == latest.0));
        self.is_unclear |= self.latest.as_ref().is_some_and(|(latest, known)| apart(place, latest) && *known != at);
        if is_last {
            self.is_whole = is_date || (self.is_whole && same_day);
            self.latest = Some((place, at));
        } else {
            self.is_whole |= is_date && same_day;
        }
    }

    /// Does a record surely come after the one before, in the order of all? Another file must begin on a later day.
    fn comes_next(&mut self, at: At, stream: u32, day: NaiveDate) -> bool {
        let moment = if let At::Moment(moment) = at { Some(moment.to_utc()) } else { None };
        let (latest, comes_next) = match self.last {
            Some((last, latest, known)) if last == day => (latest, known == stream && (moment.is_none() || moment >= latest)),
            Some((last, ..)) => (None, last < day),
            None => (None, true),
        };
        self.last = Some((day, moment.or(latest), stream));
        comes_next
    }

    /// Known up to: the cut's, or the last record's time; when a record with a date alone stands on the last day, it is that whole day. None: there are no records, or it is
    /// not clear which is the last.
    pub(crate) fn until(&self) -> Option<At> {
        let is_clear = self.is_exact || !self.is_unclear;
        let latest = || self.latest.as_ref().filter(|_| is_clear).map(|(place, at)| if self.is_whole { At::Date(place.0) } else { *at });
        self.until.or_else(latest)
    }

    /// What an audit sees of the data; of the records the first alone, and `kept`. `registers`: what was read of registers, by themselves.
    pub(super) fn finish(self, model: &Model, layout: &Layout<'_>, mut store: Store, registers: Records, kept: Vec<Record>) -> Records {
        let until = self.until();
        self.settled.into_iter().for_each(|settled| settled.add_to(&mut store));
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
