//! JSONL → batches. A line that is written plainly becomes words at once; every other goes through the reader of all formats, which knows every way of
//! writing and every mistake, so that both say the same of it.

mod recipe;
mod scan;
mod seen;
mod shape;
#[cfg(test)]
mod tests;
mod value;
mod when;

use super::batch::{Batch, Row, Stamp, Text};
use super::plan::Plan;
use super::word::{Kept, Word};
use crate::model::Field;
use crate::records::{At, Given, Record, Reader};
use scan::{Kind, Token};
use seen::Seen;
use shape::Shapes;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};
use value::Plain;
use when::Days;

/// Bytes of a batch.
const CHUNK: usize = 1 << 17;

/// Reads JSONL into batches.
pub struct Decoder<'p, 'm> {
    plan: &'p Plan<'m>,
    /// For lines that are not plain.
    reader: Reader<'m>,
    until: Option<(At, Stamp)>,
    columns: Vec<&'m str>,
    shapes: Shapes,
    /// Values of the line that is read.
    tokens: Vec<Token>,
    days: Days,
    /// Column of the type; none when there are several.
    type_column: Option<usize>,
    types: HashMap<Box<str>, usize>,
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
        let mut types = HashMap::new();
        let mut type_column = None;
        if let Some((column, names)) = layout.only_type() {
            type_column = at(column);
            types = names.iter().filter_map(|(name, events)| if let [event] = events.as_slice() { Some((Box::from(*name), *event)) } else { None }).collect();
        }
        let days = Days::new(plan.zone);
        Self { plan, reader, until: until.map(|until| (until, plan.stamp(until))), columns, shapes: Shapes::new(), tokens: Vec::new(), days, type_column, types, events, seen: BTreeMap::new(), streams: 0, used: 0, whole: false }
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
        let (mut start, mut slow) = (0, Vec::new());
        while start < text.len() {
            *number += 1;
            start = match self.plain(&text, start, batch, (seen, stream, source)) {
                Some(end) => end + 1,
                None => {
                    let rest = text.as_bytes().get(start..).unwrap_or_default();
                    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    // Its words come behind those of the plain ones, its row in its place.
                    slow.push((batch.rows.len(), start, length, *number));
                    batch.rows.push(Row { event: usize::MAX, at: Stamp { day: 0, nanos: 0, time: 0, offset: 0 }, stream, name: Text::NONE, words: 0 });
                    start + length + 1
                }
            };
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

    /// A line that is written plainly; where it ends.
    fn plain(&mut self, text: &str, start: usize, batch: &mut Batch, (seen, stream, source): (&mut Seen, u32, &str)) -> Option<usize> {
        let (end, place) = scan::line(text.as_bytes(), start, &mut self.shapes, &self.columns, &mut self.tokens)?;
        let words = batch.words.len();
        match self.row(text, place, batch, (seen, source)) {
            Some(row) => {
                if self.counts(row.at) {
                    batch.rows.push(Row { words, stream, ..row });
                }
                Some(end)
            }
            None => {
                batch.words.truncate(words);
                None
            }
        }
    }

    /// The record whose values were read; none when it is not plain, or was there already.
    fn row(&mut self, text: &str, place: usize, batch: &mut Batch, (seen, source): (&mut Seen, &str)) -> Option<Row> {
        let tokens = self.tokens.as_slice();
        let known = self.shapes.end(place, self.type_column)?;
        let kind = tokens.get(known.kind?).filter(|kind| kind.kind == Kind::Text).and_then(|kind| value::written(text, kind))?;
        let (events, types) = (&self.events, &self.types);
        let columned = || types.get(kind).and_then(|event| Some((*event, events.get(*event)?.as_ref()?)));
        let recipe = known.recipe(kind.as_bytes(), columned)?;
        let columned = events.get(recipe.event)?.as_ref()?;
        let id = tokens.get(recipe.id)?;
        let is_id = match id.kind {
            Kind::Text => value::is_trimmed(text, id),
            Kind::Number(..) | Kind::LongNumber => value::written(text, id).is_some_and(value::whole),
            _ => false,
        };
        let null = |absent: &usize| tokens.get(*absent).is_some_and(|token| token.kind == Kind::Null);
        if !is_id || !source.is_empty() || !recipe.absent.iter().all(null) {
            return None;
        }
        let name = Text::new(id.start, id.end.checked_sub(id.start)?)?;
        let time = tokens.get(recipe.at).filter(|at| at.kind == Kind::Text).and_then(|at| text.as_bytes().get(at.start..at.end))?;
        let at = if columned.at_is_date { self.days.date(time)? } else { self.days.stamp(time)? };
        for ((_, plain), token) in columned.fields.iter().zip(&recipe.fields) {
            batch.words.push(plain.read(text, token.and_then(|token| tokens.get(token)))?);
        }
        for ((_, plain), token) in columned.attributes.iter().zip(&recipe.attributes) {
            plain.read(text, token.and_then(|token| tokens.get(token)))?;
        }
        let is_new = match id.kind {
            Kind::Number(number, 0) => seen.is_new_number(number.unsigned_abs()),
            _ => seen.is_new(value::written(text, id)?),
        };
        is_new.then_some(Row { event: recipe.event, at, stream: 0, name, words: 0 })
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
    fn counts(&self, at: Stamp) -> bool {
        match self.until {
            None => true,
            Some((At::Moment(_), until)) if at.nanos != Word::MIN => at.nanos <= until.nanos,
            Some((_, until)) => at.day <= until.day,
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
