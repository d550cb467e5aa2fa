//! Rows of an Arrow batch → words, where their cells are plain.

use super::Scanner;
use super::lines::Columned;
use super::recipe::End;
use super::scan::{Kind, Token};
use super::value;
use super::when::Days;
use crate::engine::batch::{Batch, Row, Stamp, Text};
use crate::engine::plan::Plan;
use crate::records::At;
use crate::records::arrow::{Cell, Column, column};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType};
use arrow_array::{Array, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, SchemaRef, TimeUnit};
use chrono::DateTime;
use std::borrow::Cow;
use std::sync::Arc;

/// What stands where in the batches of a table.
pub(super) struct Shape {
    pub(super) schema: SchemaRef,
    /// Columns that are read.
    kept: Vec<usize>,
    /// Which of these have ids.
    pub(super) ids: Vec<usize>,
    pub(super) end: End,
}

/// The cells of a column, and which of them are null.
pub(super) struct Source<'a> {
    nulls: Option<&'a NullBuffer>,
    cells: Cells<'a>,
}

enum Cells<'a> {
    Long(&'a [i64]),
    Short(&'a [i32]),
    Text(&'a StringArray),
    /// Moments: so many units since 1970, each of so many nanoseconds, on the place's clock or (the flag) of the world.
    Moment(&'a [i64], i64, bool),
    Any(Column<'a>),
}

impl<'a> Source<'a> {
    fn of(array: &'a dyn Array) -> Self {
        let cells = match array.data_type() {
            DataType::Int64 => Cells::Long(array.as_primitive::<Int64Type>().values()),
            DataType::Int32 => Cells::Short(array.as_primitive::<Int32Type>().values()),
            DataType::Utf8 => Cells::Text(array.as_string()),
            DataType::Timestamp(unit, zone) => {
                let (units, nanos): (&[i64], i64) = match unit {
                    TimeUnit::Second => (array.as_primitive::<TimestampSecondType>().values(), 1_000_000_000),
                    TimeUnit::Millisecond => (array.as_primitive::<TimestampMillisecondType>().values(), 1_000_000),
                    TimeUnit::Microsecond => (array.as_primitive::<TimestampMicrosecondType>().values(), 1_000),
                    TimeUnit::Nanosecond => (array.as_primitive::<TimestampNanosecondType>().values(), 1),
                };
                Cells::Moment(units, nanos, zone.is_some())
            }
            _ => Cells::Any(column(array)),
        };
        // A column of nulls alone says so cell by cell.
        Self { nulls: array.nulls().filter(|nulls| nulls.null_count() > 0), cells }
    }

    #[inline]
    fn is_null(&self, at: usize) -> bool {
        self.nulls.is_some_and(|nulls| nulls.is_null(at))
    }

    /// Does nothing stand in a cell, or only spaces?
    pub(super) fn is_empty(&self, at: usize) -> bool {
        self.is_blank(at)
            || match &self.cells {
                Cells::Text(texts) => is_spaces(texts.value(at)),
                Cells::Any(cell) => matches!(cell(at), Cell::Text(text) if is_spaces(&text)),
                _ => false,
            }
    }

    /// Does nothing stand in a cell?
    fn is_blank(&self, at: usize) -> bool {
        self.is_null(at) || matches!(&self.cells, Cells::Any(cell) if matches!(cell(at), Cell::Blank))
    }

    /// A cell as a value of a line would stand in it; its text goes into `text`, that of a number only if it is wanted.
    #[inline]
    pub(super) fn token(&self, at: usize, text: &mut String, wants_text: bool) -> Option<Token> {
        let start = text.len();
        let mut number = |number: i64| {
            if wants_text {
                text.push_str(itoa::Buffer::new().format(number));
            }
            Kind::Number(number, 0)
        };
        let kind = match &self.cells {
            _ if self.is_null(at) => Kind::Null,
            Cells::Long(values) => number(*values.get(at)?),
            Cells::Short(values) => number(i64::from(*values.get(at)?)),
            Cells::Moment(..) => return None,
            Cells::Text(texts) => told(texts.value(at), text),
            Cells::Any(cell) => match cell(at) {
                Cell::Blank => Kind::Null,
                Cell::Yes(true) => Kind::True,
                Cell::Yes(false) => Kind::False,
                Cell::Text(value) => told(&value, text),
                Cell::Number(value) => {
                    text.push_str(&value);
                    value::decimal(&value).map_or(Kind::LongNumber, |(digits, places)| Kind::Number(digits, places))
                }
                Cell::List(values) => {
                    put_list(&values, text)?;
                    Kind::List
                }
                Cell::Nested => return None,
            },
        };
        Some(Token { kind, start, end: text.len() })
    }
}

/// A text as a value; it goes behind what is there, if it is one.
#[inline]
fn told(value: &str, text: &mut String) -> Kind {
    if is_spaces(value) {
        return Kind::Null;
    }
    text.push_str(value);
    Kind::Text
}

#[inline]
fn is_spaces(text: &str) -> bool {
    !matches!(text.as_bytes(), [b'!'..=b'~', ..]) && text.trim().is_empty()
}

/// Writes a list of texts as JSON; none when one of them is written with a stroke: it is read slowly.
fn put_list(values: &[Cow<'_, str>], text: &mut String) -> Option<()> {
    text.push('[');
    for (at, value) in values.iter().enumerate() {
        if value.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
            return None;
        }
        text.push_str(if at > 0 { ",\"" } else { "\"" });
        text.push_str(value);
        text.push('"');
    }
    text.push(']');
    Some(())
}

impl Shape {
    /// The columns of a batch that are read.
    pub(super) fn sources<'a>(&self, batch: &'a RecordBatch) -> Vec<Source<'a>> {
        self.kept.iter().filter_map(|at| batch.columns().get(*at)).map(|array| Source::of(array)).collect()
    }
}

impl Scanner<'_, '_> {
    /// What stands where; none when two columns are called alike.
    pub(super) fn shape(&self, schema: &SchemaRef) -> Option<Shape> {
        let fields = schema.fields();
        let known = |name: &String| self.columns.binary_search(&name.as_str()).ok();
        let kept: Vec<(usize, usize)> = fields.iter().enumerate().filter_map(|(at, field)| Some((at, known(field.name())?))).collect();
        let is_once = kept.iter().all(|(_, column)| kept.iter().filter(|(_, other)| other == column).count() == 1);
        let end = End::new(kept.iter().map(|(_, column)| Some(*column)).collect(), self.type_column);
        let has_ids = |column: usize| self.events.iter().flatten().any(|columned| columned.id == column);
        let ids = (0..kept.len()).filter(|at| kept.get(*at).is_some_and(|(_, column)| has_ids(*column))).collect();
        (is_once && end.kind.is_some()).then(|| Shape { schema: Arc::clone(schema), kept: kept.into_iter().map(|(at, _)| at).collect(), ids, end })
    }

    /// The record of a row whose cells are plain, and the number that its id is, if it is one. It may have no name.
    pub(super) fn cells(&mut self, (sources, at): (&[Source<'_>], usize), end: &mut End, batch: &mut Batch) -> Option<(Row, Option<u64>)> {
        let kind = sources.get(end.kind?)?;
        let kind = match &kind.cells {
            _ if kind.is_null(at) => return None,
            Cells::Text(texts) => Cow::Borrowed(texts.value(at)),
            Cells::Any(kind) => match kind(at) {
                Cell::Text(kind) => kind,
                _ => return None,
            },
            _ => return None,
        };
        let (events, types) = (&self.events, &self.types);
        let columned = || types.get(&*kind).and_then(|event| Some((*event, events.get(*event)?.as_ref()?)));
        let recipe = end.recipe(kind.as_bytes(), columned)?;
        let columned: &Columned = events.get(recipe.event)?.as_ref()?;
        if recipe.absent.iter().any(|absent| !sources.get(*absent).is_some_and(|source| source.is_blank(at))) {
            return None;
        }
        let id = match recipe.id {
            Some(id) => Some(sources.get(id)?.token(at, &mut batch.text, true)?),
            None => None,
        };
        let (name, number) = match id.filter(|id| id.kind != Kind::Null) {
            None => (Text::NONE, None),
            Some(id) => {
                let number = match id.kind {
                    Kind::Text if value::is_trimmed(&batch.text, &id) => None,
                    Kind::Number(number @ 0.., 0) => Some(number.unsigned_abs()),
                    _ => return None,
                };
                (Text::new(id.start, id.end.checked_sub(id.start)?)?, number)
            }
        };
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
    match &source.cells {
        _ if source.is_null(at) => None,
        Cells::Moment(units, nanos, is_utc) => {
            let nanos = units.get(at)?.checked_mul(*nanos)?;
            match (is_date, is_utc) {
                // A date, whatever time stands behind it.
                (true, _) => None,
                (false, false) => days.local(nanos),
                (false, true) => Some(plan.stamp(At::Moment(DateTime::from_timestamp_nanos(nanos).fixed_offset()))),
            }
        }
        Cells::Long(_) | Cells::Short(_) => None,
        Cells::Text(_) | Cells::Any(_) => {
            let token = source.token(at, text, true).filter(|token| token.kind == Kind::Text)?;
            let written = text.as_bytes().get(token.start..token.end)?;
            let stamp = if is_date { days.date(written) } else { days.stamp(written) };
            text.truncate(token.start);
            stamp
        }
    }
}
