//! JSONL → batches. A line that is written plainly becomes words at once; every other goes through the reader of all formats, which knows every way of
//! writing and every mistake, so that both say the same of it.

mod line;
mod seen;
mod shape;
mod value;
mod when;

use super::batch::{Batch, Row, Text};
use super::plan::Plan;
use super::word::{Kept, Word, same};
use crate::model::Field;
use crate::records::{At, Given, Record, Reader};
use line::Columns;
use seen::Seen;
use shape::Shapes;
use std::collections::BTreeMap;
use std::io::{self, Read};
use value::Plain;
use when::Days;

/// Bytes of a batch.
const CHUNK: usize = 1 << 20;

/// Reads JSONL into batches.
pub struct Decoder<'p, 'm> {
    plan: &'p Plan<'m>,
    /// For lines that are not plain.
    reader: Reader<'m>,
    until: Option<At>,
    columns: Vec<&'m str>,
    shapes: Shapes,
    days: Days,
    /// Column of the type; none when there are several.
    type_column: Option<usize>,
    types: Vec<(Box<str>, usize)>,
    events: Vec<Option<Columned>>,
    seen: BTreeMap<Box<str>, Seen>,
    streams: u32,
    /// Records that were used.
    used: u64,
    /// Something that needs all records at once: a correction, an id that was there already.
    whole: bool,
}

/// Where the properties and fields of a record type stand.
#[derive(Debug, Clone)]
struct Columned {
    id: usize,
    at: usize,
    at_is_date: bool,
    /// Columns in which nothing may stand: source, revision, recording time, corrections.
    absent: Vec<usize>,
    fields: Vec<(usize, Plain)>,
    /// Attributes of its cases: they must be well typed.
    attributes: Vec<(usize, Plain)>,
}

impl<'p, 'm> Decoder<'p, 'm> {
    /// `reader` has the registers already, from which the plan was made. Records after `until` are left out.
    pub fn new(plan: &'p Plan<'m>, reader: Reader<'m>, until: Option<At>) -> Self {
        let layout = reader.layout();
        let mut columns: Vec<&'m str> = layout.wanted.iter().copied().collect();
        columns.sort_unstable();
        let at = |name: &str| columns.binary_search(&name).ok();
        let zone_is = |event: usize| layout.plans.get(event).is_some_and(|event| event.zone == Some(plan.zone));
        let columned = |(event, declared): (usize, &crate::model::EventType)| {
            let names = &declared.columns;
            let field = |field: &Field| Some((at(field.column.as_deref().unwrap_or(&field.name))?, Plain::new(plan.model, field, &Kept::of(plan.model, field))));
            let attributes = layout.plans.get(event)?.cases.iter().flat_map(|case| case.attributes()).map(field).collect::<Option<_>>()?;
            let absent = [&names.source, &names.revision, &names.recorded_at, &names.supersedes, &names.retracts].into_iter().filter_map(|name| at(name)).collect();
            let fields = declared.fields.iter().map(field).collect::<Option<_>>()?;
            (!declared.derived && zone_is(event)).then_some(Columned { id: at(&names.id)?, at: at(&names.at)?, at_is_date: names.at_is_date, absent, fields, attributes })
        };
        let events: Vec<Option<Columned>> = plan.model.events.iter().enumerate().map(columned).collect();
        let mut types = Vec::new();
        let mut type_column = None;
        if let Some((column, names)) = layout.only_type() {
            type_column = at(column);
            types = names.iter().filter_map(|(name, events)| if let [event] = events.as_slice() { Some((Box::from(*name), *event)) } else { None }).collect();
            types.sort();
        }
        let days = Days::new(plan.zone);
        Self { plan, reader, until, columns, shapes: Shapes::new(), days, type_column, types, events, seen: BTreeMap::new(), streams: 0, used: 0, whole: false }
    }

    /// Reads a file, batch by batch. `source` is the name given to it, or empty.
    ///
    /// # Errors
    /// When the input breaks off.
    pub fn read(&mut self, file: &str, source: &str, input: &mut dyn Read, take: &mut dyn FnMut(&Batch)) -> io::Result<()> {
        let stream = self.streams;
        self.streams += 1;
        let mut given = self.reader.opened(file, source);
        let mut seen = self.seen.remove(source).unwrap_or_default();
        let (mut batch, mut bytes, mut line) = (Batch::default(), Vec::new(), 0);
        loop {
            batch.rows.clear();
            batch.words.clear();
            bytes.reserve(CHUNK + 1);
            let is_last = fill(input, &mut bytes, CHUNK)?;
            // A line that is longer than a batch is read to its end.
            let end = if is_last { bytes.len() } else { memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1) };
            // The room of the batch before holds what is left for the next.
            let mut rest = std::mem::take(&mut batch.text).into_bytes();
            rest.clear();
            rest.extend_from_slice(bytes.get(end..).unwrap_or_default());
            bytes.truncate(end);
            match String::from_utf8(std::mem::replace(&mut bytes, rest)) {
                Ok(text) => self.lines(text, &mut batch, (&mut given, &mut seen, stream, source), &mut line),
                Err(bad) => self.bad_lines(&bad.into_bytes(), &mut batch, (&mut given, &mut seen, stream, source), &mut line),
            }
            take(&batch);
            if is_last {
                break;
            }
        }
        self.seen.insert(source.into(), seen);
        Ok(())
    }

    fn lines(&mut self, text: String, batch: &mut Batch, (given, seen, stream, source): (&mut Given, &mut Seen, u32, &str), number: &mut u64) {
        let mut columns = Columns::new(self.columns.len());
        let (mut start, mut slow) = (0, Vec::new());
        while start < text.len() {
            let rest = text.get(start..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            *number += 1;
            let line = rest.get(..length).unwrap_or_default();
            if !self.plain(line, start, &mut columns, batch, (seen, stream, source)) {
                // Its words come behind those of the plain ones, its row in its place.
                slow.push((batch.rows.len(), start, length, *number));
                batch.rows.push(Row { event: usize::MAX, at: super::batch::Stamp { day: 0, nanos: 0, time: 0, offset: 0 }, stream, name: Text::NONE, words: 0 });
            }
            start += length + 1;
        }
        batch.text = text;
        for (at, start, length, line) in slow {
            let text = batch.text.as_bytes().get(start..start + length).unwrap_or_default().to_vec();
            if let (Some(row), Some(place)) = (self.slowly(&text, line, batch, (given, seen, stream, source)), batch.rows.get_mut(at)) {
                *place = row;
            }
        }
        batch.rows.retain(|row| row.event != usize::MAX);
        self.used += batch.rows.len() as u64;
    }

    /// Lines among which there is one that is no text.
    fn bad_lines(&mut self, bytes: &[u8], batch: &mut Batch, (given, seen, stream, source): (&mut Given, &mut Seen, u32, &str), number: &mut u64) {
        batch.text.clear();
        for line in bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n') {
            *number += 1;
            let row = self.slowly(line, *number, batch, (given, seen, stream, source));
            batch.rows.extend(row);
        }
        self.used += batch.rows.len() as u64;
    }

    /// A line that is written plainly; false when it is not.
    fn plain<'l>(&mut self, line: &'l str, start: usize, columns: &mut Columns<'l>, batch: &mut Batch, (seen, stream, source): (&mut Seen, u32, &str)) -> bool {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() || !columns.read(line, &mut self.shapes, &self.columns) {
            return false;
        }
        let words = batch.words.len();
        match self.row(line, start, columns, batch, source) {
            Some((row, id)) if seen.is_new(id) => {
                if self.counts(row.at) {
                    batch.rows.push(Row { words, stream, ..row });
                }
                true
            }
            _ => {
                batch.words.truncate(words);
                false
            }
        }
    }

    fn row<'l>(&mut self, line: &'l str, start: usize, columns: &Columns<'l>, batch: &mut Batch, source: &str) -> Option<(Row, &'l str)> {
        let place = |text: &str| Text::new(start + (text.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?, text.len());
        let kind = value::text(columns.get(self.type_column?)?)?;
        let event = self.types.iter().find(|(known, _)| same(known, kind))?.1;
        let columned = self.events.get(event)?.as_ref()?;
        let raw = columns.get(columned.id)?;
        let id = match value::text(raw) {
            Some(text) if text.trim().len() == text.len() => text,
            Some(_) => return None,
            None => Some(raw).filter(|raw| value::whole(raw))?,
        };
        let name = if source.is_empty() { place(id)? } else { return None };
        if columned.absent.iter().any(|column| columns.get(*column).is_some_and(|raw| raw != "null")) {
            return None;
        }
        let time = value::text(columns.get(columned.at)?)?;
        let at = if columned.at_is_date { self.days.date(time)? } else { self.days.stamp(time)? };
        for (column, plain) in &columned.fields {
            batch.words.push(match plain.read(columns.get(*column))? {
                value::Read::Word(word) => word,
                value::Read::Text(text) => place(text)?.word(),
            });
        }
        for (column, plain) in &columned.attributes {
            plain.read(columns.get(*column))?;
        }
        Some((Row { event, at, stream: 0, name, words: 0 }, id))
    }

    /// A line that is not plain, through the reader of all formats.
    fn slowly(&mut self, text: &[u8], line: u64, batch: &mut Batch, (given, seen, stream, source): (&mut Given, &mut Seen, u32, &str)) -> Option<Row> {
        let record = self.reader.line(given, text, line)?;
        let corrects = self.reader.corrects() || record.revision > 0 || record.recorded_at.is_some() || *record.source != *source;
        if corrects || !seen.is_new(&record.id) {
            self.whole = true;
            return None;
        }
        let before = batch.rows.len();
        self.plan.feed(&Record { stream, ..record }, batch);
        let row = batch.rows.pop().filter(|_| batch.rows.len() == before)?;
        self.counts(row.at).then_some(row)
    }

    /// Had it happened by then?
    fn counts(&self, at: super::batch::Stamp) -> bool {
        match self.until {
            None => true,
            Some(until @ At::Date(_)) => at.day <= self.plan.stamp(until).day,
            Some(until @ At::Moment(_)) => {
                let until = self.plan.stamp(until);
                if at.nanos == Word::MIN { at.day <= until.day } else { at.nanos <= until.nanos }
            }
        }
    }

    /// Did something come that only a reader of all records can settle? What was judged is then void.
    pub fn needs_all(&self) -> bool {
        self.whole
    }

    /// How many records were used.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// The reader, with what it has to say of lines that could not be used.
    pub fn into_reader(self) -> Reader<'m> {
        self.reader
    }
}

/// Reads up to so many bytes more; true at the end.
fn fill(input: &mut dyn Read, into: &mut Vec<u8>, bytes: usize) -> io::Result<bool> {
    let wanted = u64::try_from(bytes).unwrap_or(u64::MAX);
    let read = Read::take(input, wanted).read_to_end(into)?;
    Ok(read < bytes)
}
