//! An index is made while the events files are read; what it notes waits outside of memory.

use super::super::Read;
use super::super::sorter::Sorter;
use super::starts::{Starts, Watching};
use super::table::{Block, Table};
use super::{Head, Known, NOBODY, Spot, VERSION, Whole, near, short, subject};
use crate::model::value::{Scalar, Type};
use crate::model::{Field, Model};
use crate::records::{At, Facts, Hashes, Input, Noted, Passed, Reader, Record, Rejection, SavedAt, Stored};
use crate::threads::Threads;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Bytes of each table's entries that are kept in memory.
const ROOM: usize = 16 << 20;

/// Takes note of records as they are read.
pub struct Making<'m, 'f> {
    model: &'m Model,
    declared: String,
    zone: Tz,
    noted: Noted<'m, 'f>,
    hashes: Hashes,
    /// Files so far.
    files: u32,
    subjects: Sorter,
    ids: Sorter,
    first: Option<Spot>,
    last: Option<(NaiveDate, Option<DateTime<Utc>>)>,
    /// Record types and fields.
    nobodys: BTreeSet<(usize, usize)>,
    failed: Option<io::Error>,
}

impl<'m, 'f> Making<'m, 'f> {
    /// Makes an index of files; `files` opens each of them in turn and has it read. `none`: the facts of no register, on which nothing of an index rests.
    ///
    /// # Errors
    /// As for `files`.
    pub fn of<E>(model: &'m Model, none: &'f Facts, threads: Threads, files: &mut dyn FnMut(&mut Read<'_>) -> Result<(), E>) -> Result<Self, E> {
        let mut reader = Reader::new(model);
        reader.threads(threads);
        let mut making = Self::new(&reader, model, none);
        files(&mut |file, source, input| making.read(&mut reader, (file, source), input))?;
        Ok(making)
    }

    fn new(reader: &Reader<'m>, model: &'m Model, none: &'f Facts) -> Self {
        Self {
            model,
            declared: reader.read_alike(),
            zone: reader.layout().zone.unwrap_or(Tz::UTC),
            noted: reader.noting(none, None),
            hashes: Hashes::default(),
            files: 0,
            subjects: Sorter::new(ROOM),
            ids: Sorter::new(ROOM),
            first: None,
            last: None,
            nobodys: BTreeSet::new(),
            failed: None,
        }
    }

    /// Has the next file read, plain JSONL or CSV.
    fn read(&mut self, reader: &mut Reader<'m>, named: (&str, Option<&str>), input: Input<'_>) -> Result<(), Rejection> {
        let number = self.files;
        self.files += 1;
        let starts = RefCell::new(Starts::new());
        let Input::File(format, input) = input else {
            self.failed.get_or_insert_with(|| io::Error::other(format!("the records of `{}` do not stand in an events file", named.0)));
            return Ok(());
        };
        reader.passing(named, Input::File(format, &mut Watching { input, starts: &starts }), &mut |passed| self.look(number, &passed, &mut starts.borrow_mut()))
    }

    fn look(&mut self, file: u32, passed: &Passed, starts: &mut Starts) {
        let mut spots = Vec::with_capacity(passed.records.len());
        for record in &passed.records {
            let line = record.origin.line;
            let Some(offset) = starts.of(line) else {
                self.failed.get_or_insert_with(|| io::Error::other(format!("line {line} of `{}` was not found again", record.origin.file)));
                return;
            };
            let spot = Spot { file, offset, line, hash: self.hashes.of(self.model, record).to_le_bytes() };
            if let Err(error) = self.note(record, spot) {
                self.failed.get_or_insert(error);
            }
            spots.push(spot);
        }
        self.noted.see(passed);
        // The first of all may be one of these.
        let first = self.noted.first().map(|first| (first.stream, first.origin.line));
        if let Some(at) = passed.records.iter().position(|record| Some((record.stream, record.origin.line)) == first) {
            self.first = spots.get(at).copied();
        }
    }

    fn note(&mut self, record: &Record, spot: Spot) -> io::Result<()> {
        let moment = if let At::Moment(moment) = record.at { Some(moment.to_utc()) } else { None };
        let day = record.at.day(self.zone);
        self.last = Some(self.last.map_or((day, moment), |(last, latest)| (last.max(day), latest.max(moment))));
        let id = if record.source.is_empty() { short(&record.id) } else { short(&record.reference()) };
        let whose = named(record).next().unwrap_or(NOBODY).to_be_bytes();
        self.ids.push(&[id.to_be_bytes(), whose].concat(), &whose)?;
        let fields = self.model.events.get(record.event).map(|event| event.fields.as_slice()).unwrap_or_default();
        let open = |(at, (field, stored)): (usize, (&Field, &Stored))| (matches!(field.ty, Type::Ref(_)) && !matches!(stored, Stored::Known(_))).then_some((record.event, at));
        self.nobodys.extend((0..).zip(fields.iter().zip(&record.fields)).filter_map(open));
        let place = postcard::to_stdvec(&spot).map_err(io::Error::other)?;
        // A norm may ask for the records of whomever they name, not only of whom they name first.
        for (at, subject) in named(record).enumerate() {
            if named(record).take(at).all(|before| before != subject) {
                self.subjects.push(&[&subject.to_be_bytes()[..], &spot.file.to_be_bytes(), &spot.line.to_be_bytes()].concat(), &place)?;
            }
        }
        Ok(())
    }

    /// Writes the index. `files`: the files that were read, as they were before and are still.
    ///
    /// # Errors
    /// When `out` cannot be written, or what was noted could not be kept outside of memory.
    pub fn write(self, files: Vec<Known>, out: &mut dyn Write) -> io::Result<()> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let whole = Whole {
            is_enough: self.noted.is_clear() && !self.noted.needs_all(),
            is_in_order: self.noted.is_in_order(),
            until: self.noted.until().map(SavedAt::of),
            last: self.last.map(|(day, moment)| (day.num_days_from_ce(), moment.map(|moment| (moment.timestamp(), moment.timestamp_subsec_nanos())))),
            first: self.first,
            nobodys: self.nobodys.iter().filter_map(|(event, field)| self.model.events.get(*event).and_then(|event| Some((event.name.clone(), event.fields.get(*field)?.name.clone())))).collect(),
        };
        out.write_all(VERSION)?;
        let place = |text: &[u8]| postcard::from_bytes::<Spot>(text).ok();
        let (subjects, start) = grouped(self.subjects, out, VERSION.len() as u64, place, |spots: &mut Vec<Spot>| near(spots))?;
        let whose = |text: &[u8]| text.first_chunk().copied();
        let (ids, _) = grouped(self.ids, out, start, whose, |whose: &mut Vec<[u8; 4]>| whose.dedup())?;
        Head { declared: self.declared, files, whole, subjects, ids }.write(out)
    }
}

/// By what the records of those are found whom a record names, of each entity the first.
fn named(record: &Record) -> impl Iterator<Item = u32> {
    let of = |stored: &Stored, entity: &str| matches!(stored, Stored::Known(Scalar::Ref(of, _)) if **of == *entity);
    record.fields.iter().enumerate().filter_map(move |(at, stored)| match stored {
        Stored::Known(Scalar::Ref(entity, id)) if !record.fields.iter().take(at).any(|before| of(before, entity)) => Some(subject(entity, id)),
        _ => None,
    })
}

/// Writes what was noted as a table: all of one key together, as `made` leaves it. Its blocks, and the bytes of the file so far.
fn grouped<T: Serialize>(
    sorter: Sorter,
    out: &mut dyn Write,
    start: u64,
    read: impl Fn(&[u8]) -> Option<T>,
    made: impl Fn(&mut Vec<T>),
) -> io::Result<(Vec<Block>, u64)> {
    let mut table = Table::new(out, start);
    let (mut here, mut all) = (0, Vec::new());
    Sorter::merge(vec![sorter], |key, text| {
        let key = key.first_chunk().map(|key| u32::from_be_bytes(*key)).zip(read(text));
        let (key, noted) = key.ok_or_else(|| io::Error::other("what was noted is not what was written"))?;
        if key != here && !all.is_empty() {
            made(&mut all);
            table.put(here, &all)?;
            all.clear();
        }
        here = key;
        all.push(noted);
        Ok(())
    })?;
    if !all.is_empty() {
        made(&mut all);
        table.put(here, &all)?;
    }
    table.end()
}
