//! Arrow batches → batches of words. A row whose cells are plain becomes words at once; every other goes through the reader of all formats.

use super::lines::Columned;
use super::recipe::End;
use super::scan::{Kind, Token};
use super::seen::Seen;
use super::value;
use super::when::Days;
use super::{Scanner, Until};
use crate::engine::batch::{Batch, Row, Stamp, Text};
use crate::engine::plan::Plan;
use crate::records::arrow::{Cell, Column, cells};
use crate::records::{At, Given, Reader};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, SchemaRef, TimeUnit};
use chrono::DateTime;
use std::fmt::Write as _;

/// Makes words of the batches of one table.
pub(crate) struct Columns<'p, 'm> {
    plan: &'p Plan<'m>,
    scanner: Scanner<'p, 'm>,
    until: Until,
    reader: Reader<'m>,
    given: Given,
    seen: Seen,
    /// Columns of the batches before, and what stands where in them.
    shape: Option<Shape>,
    whole: bool,
}

/// Batches of one table, opened.
pub(crate) struct Opened<'a> {
    batches: &'a [RecordBatch],
    sources: Vec<Vec<Source<'a>>>,
}

struct Shape {
    schema: SchemaRef,
    /// Columns that are read.
    kept: Vec<usize>,
    /// Which of these have ids.
    ids: Vec<usize>,
    end: End,
}

impl<'p, 'm> Columns<'p, 'm> {
    /// `reader` has the registers already, from which the plan was made. Rows after `until` are left out.
    pub(crate) fn new(plan: &'p Plan<'m>, mut reader: Reader<'m>, name: &str, until: Option<At>) -> Self {
        let given = reader.opened(name, "");
        Self { plan, scanner: Scanner::new(plan, &reader, until, 1), until: Until::new(plan, until), reader, given, seen: Seen::default(), shape: None, whole: false }
    }

    /// Did something come that only a reader of all records can settle? What was judged is then void.
    pub(crate) fn needs_all(&self) -> bool {
        self.whole
    }

    /// Batches that all have the same columns; none where they have not, or two columns are called alike.
    pub(crate) fn open<'a>(&mut self, batches: &'a [RecordBatch]) -> Option<Opened<'a>> {
        for batch in batches {
            if self.shape.as_ref().is_none_or(|shape| shape.schema != *batch.schema_ref()) {
                self.shape = Some(self.shape(batch).filter(|_| self.shape.is_none())?);
            }
        }
        let kept = self.shape.as_ref().map(|shape| shape.kept.as_slice()).unwrap_or_default();
        let sources = |batch: &'a RecordBatch| kept.iter().filter_map(|at| batch.columns().get(*at)).map(|array| Source::of(array)).collect();
        Some(Opened { batches, sources: batches.iter().map(sources).collect() })
    }

    /// Makes words of some rows, in this order: which batch, and which of its rows.
    pub(crate) fn rows(&mut self, opened: &Opened<'_>, which: &[(u32, u32)]) -> Batch {
        let mut batch = Batch::default();
        let Some(mut shape) = self.shape.take() else { return batch };
        let mut ids = self.seen.ids();
        for (of, at) in which.iter().map(|(of, at)| (*of as usize, *at as usize)) {
            let Some((records, sources)) = opened.batches.get(of).zip(opened.sources.get(of)) else { continue };
            let (words, text) = (batch.words.len(), batch.text.len());
            let plain = self.scanner.cells((sources, at), &mut shape.end, &mut batch);
            let row = match plain {
                Some((row, number)) => {
                    match number {
                        Some(number) => ids.add_number(number),
                        None => ids.add(row.name.of(&batch.text)),
                    }
                    Some(Row { words, ..row })
                }
                None => {
                    batch.words.truncate(words);
                    batch.text.truncate(text);
                    if shape.ids.iter().any(|id| sources.get(*id).is_some_and(|source| source.is_empty(at))) { self.nameless() } else { self.slowly(records, at, &mut batch) }
                }
            };
            batch.rows.extend(row.filter(|row| self.until.counts(row.at)));
            // Places in the text are numbers of 32 bits.
            if batch.text.len() > 1 << 31 {
                self.whole = true;
                break;
            }
        }
        self.whole |= !self.seen.are_new(ids);
        self.shape = Some(shape);
        batch
    }

    /// What stands where; none when two columns are called alike.
    fn shape(&self, records: &RecordBatch) -> Option<Shape> {
        let fields = records.schema_ref().fields();
        let known = |name: &String| self.scanner.columns.binary_search(&name.as_str()).ok();
        let kept: Vec<(usize, usize)> = fields.iter().enumerate().filter_map(|(at, field)| Some((at, known(field.name())?))).collect();
        let is_once = kept.iter().all(|(_, column)| kept.iter().filter(|(_, other)| other == column).count() == 1);
        let end = End::new(kept.iter().map(|(_, column)| Some(*column)).collect(), self.scanner.type_column);
        let has_ids = |column: usize| self.scanner.events.iter().flatten().any(|columned| columned.id == column);
        let ids = (0..kept.len()).filter(|at| kept.get(*at).is_some_and(|(_, column)| has_ids(*column))).collect();
        (is_once && end.kind.is_some()).then(|| Shape { schema: records.schema(), kept: kept.into_iter().map(|(at, _)| at).collect(), ids, end })
    }

    /// A record without an id is called after its line, and a part has other lines than the whole.
    fn nameless(&mut self) -> Option<Row> {
        self.whole = true;
        None
    }

    /// A row that is not plain, through the reader of all formats.
    fn slowly(&mut self, records: &RecordBatch, at: usize, batch: &mut Batch) -> Option<Row> {
        let record = self.reader.batch_row(&mut self.given, &records.slice(at, 1), 0)?;
        let corrects = self.reader.corrects() || record.revision > 0 || record.recorded_at.is_some() || !record.source.is_empty();
        // A time that a stamp cannot say.
        let told = self.plan.stamp(record.at).at() == Some(record.at);
        if corrects || !told || !self.seen.is_new(&record.id) {
            self.whole = true;
            return None;
        }
        let before = batch.rows.len();
        self.plan.feed(&record, batch);
        batch.rows.pop().filter(|_| batch.rows.len() == before)
    }
}

/// The cells of a column.
enum Source<'a> {
    Whole(&'a dyn Array, Box<dyn Fn(usize) -> i64 + 'a>),
    /// Moments: nanoseconds since 1970, on the place's clock or (the flag) of the world.
    Moment(&'a dyn Array, Box<dyn Fn(usize) -> Option<i64> + 'a>, bool),
    Any(&'a dyn Array, Column<'a>),
}

impl<'a> Source<'a> {
    fn of(array: &'a dyn Array) -> Self {
        match array.data_type() {
            DataType::Int64 => {
                let values = array.as_primitive::<Int64Type>();
                Self::Whole(array, Box::new(|at| values.value(at)))
            }
            DataType::Int32 => {
                let values = array.as_primitive::<Int32Type>();
                Self::Whole(array, Box::new(|at| i64::from(values.value(at))))
            }
            DataType::Timestamp(unit, zone) => Self::Moment(array, nanos(array, *unit), zone.is_some()),
            _ => Self::Any(array, cells(array)),
        }
    }

    fn is_null(&self, at: usize) -> bool {
        match self {
            Self::Whole(array, _) | Self::Moment(array, _, _) | Self::Any(array, _) => array.is_null(at),
        }
    }

    /// Does nothing stand in a cell, or only spaces?
    fn is_empty(&self, at: usize) -> bool {
        self.is_blank(at) || matches!(self, Self::Any(_, cell) if matches!(cell(at), Cell::Text(text) if text.trim().is_empty()))
    }

    /// Does nothing stand in a cell?
    fn is_blank(&self, at: usize) -> bool {
        self.is_null(at) || matches!(self, Self::Any(_, cell) if matches!(cell(at), Cell::Blank))
    }

    /// A cell as a value of a line would stand in it; its text goes into `text`, that of a number only if it is wanted.
    fn token(&self, at: usize, text: &mut String, wants_text: bool) -> Option<Token> {
        let start = text.len();
        let kind = match self {
            _ if self.is_null(at) => Kind::Null,
            Self::Whole(_, value) => {
                let number = value(at);
                if wants_text {
                    write!(text, "{number}").ok()?;
                }
                Kind::Number(number, 0)
            }
            Self::Moment(..) => return None,
            Self::Any(_, cell) => match cell(at) {
                Cell::Blank => Kind::Null,
                Cell::Yes(true) => Kind::True,
                Cell::Yes(false) => Kind::False,
                Cell::Text(value) if value.trim().is_empty() => Kind::Null,
                Cell::Text(value) => {
                    text.push_str(&value);
                    Kind::Text
                }
                Cell::Number(value) => {
                    text.push_str(&value);
                    value::decimal(&value).map_or(Kind::LongNumber, |(digits, places)| Kind::Number(digits, places))
                }
                Cell::List(values) => {
                    text.push_str(&serde_json::to_string(&values).ok()?);
                    // A text with a stroke or a comma is read slowly.
                    if memchr::memchr(b'\\', text.as_bytes().get(start..)?).is_some() { return None } else { Kind::List }
                }
                Cell::Nested => return None,
            },
        };
        Some(Token { kind, start, end: text.len() })
    }
}

fn nanos<'a>(array: &'a dyn Array, unit: TimeUnit) -> Box<dyn Fn(usize) -> Option<i64> + 'a> {
    match unit {
        TimeUnit::Second => {
            let values = array.as_primitive::<TimestampSecondType>();
            Box::new(|at| values.value(at).checked_mul(1_000_000_000))
        }
        TimeUnit::Millisecond => {
            let values = array.as_primitive::<TimestampMillisecondType>();
            Box::new(|at| values.value(at).checked_mul(1_000_000))
        }
        TimeUnit::Microsecond => {
            let values = array.as_primitive::<TimestampMicrosecondType>();
            Box::new(|at| values.value(at).checked_mul(1_000))
        }
        TimeUnit::Nanosecond => {
            let values = array.as_primitive::<TimestampNanosecondType>();
            Box::new(|at| Some(values.value(at)))
        }
    }
}

impl Scanner<'_, '_> {
    /// The record of a row whose cells are plain, and the number that its id is, if it is one.
    fn cells(&mut self, (sources, at): (&[Source<'_>], usize), end: &mut End, batch: &mut Batch) -> Option<(Row, Option<u64>)> {
        let Source::Any(_, kind) = sources.get(end.kind?)? else { return None };
        let Cell::Text(kind) = kind(at) else { return None };
        let (events, types) = (&self.events, &self.types);
        let columned = || types.get(&*kind).and_then(|event| Some((*event, events.get(*event)?.as_ref()?)));
        let recipe = end.recipe(kind.as_bytes(), columned)?;
        let columned: &Columned = events.get(recipe.event)?.as_ref()?;
        if recipe.absent.iter().any(|absent| !sources.get(*absent).is_some_and(|source| source.is_blank(at))) {
            return None;
        }
        let id = sources.get(recipe.id)?.token(at, &mut batch.text, true)?;
        let number = match id.kind {
            Kind::Text if value::is_trimmed(&batch.text, &id) => None,
            Kind::Number(number @ 0.., 0) => Some(number.unsigned_abs()),
            _ => return None,
        };
        let name = Text::new(id.start, id.end.checked_sub(id.start)?)?;
        let stamp = happened((self.plan, &mut self.days), (sources.get(recipe.at)?, at), columned.at_is_date, &mut batch.text)?;
        for ((_, plain), source) in columned.fields.iter().zip(&recipe.fields) {
            let token = match source.and_then(|source| sources.get(source)) {
                Some(source) => Some(source.token(at, &mut batch.text, plain.wants_text())?),
                None => None,
            };
            batch.words.push(plain.read(&batch.text, token.as_ref())?);
        }
        for ((_, plain), source) in columned.attributes.iter().zip(&recipe.attributes) {
            if let Some(source) = source.and_then(|source| sources.get(source)) {
                let token = source.token(at, &mut batch.text, plain.wants_text())?;
                plain.read(&batch.text, Some(&token))?;
            }
        }
        Some((Row { event: recipe.event, at: stamp, stream: 0, name, words: 0, key: 0 }, number))
    }
}

/// When it happened.
fn happened((plan, days): (&Plan<'_>, &mut Days), (source, at): (&Source<'_>, usize), is_date: bool, text: &mut String) -> Option<Stamp> {
    match source {
        Source::Moment(array, nanos, is_utc) => {
            let nanos = if array.is_null(at) { return None } else { nanos(at)? };
            match (is_date, is_utc) {
                // A date, whatever time stands behind it.
                (true, _) => None,
                (false, false) => days.local(nanos),
                (false, true) => Some(plan.stamp(At::Moment(DateTime::from_timestamp_nanos(nanos).fixed_offset()))),
            }
        }
        Source::Whole(..) => None,
        Source::Any(..) => {
            let token = source.token(at, text, true).filter(|token| token.kind == Kind::Text)?;
            let written = text.as_bytes().get(token.start..token.end)?;
            let stamp = if is_date { days.date(written) } else { days.stamp(written) };
            text.truncate(token.start);
            stamp
        }
    }
}
