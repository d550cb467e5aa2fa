//! `--format parquet`: one row a verdict, for data frames. Lists stay lists; amounts are decimal strings, as in JSONL. Rows are written some at a time, so that a file is
//! never all in memory.

use super::Report;
use super::words::{at, cites, ruling_code, subject, unit_code, value_code};
use crate::reference::verdict::Verdict;
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

const SCHEMA: &str = "message verdicts {
  required binary id (UTF8);
  required binary verdict (UTF8);
  required binary rule (UTF8);
  required binary source (UTF8);
  optional binary subject (UTF8);
  required binary at (UTF8);
  optional binary period (UTF8);
  required group events (LIST) { repeated group list { required binary element (UTF8); } }
  required group effects (LIST) { repeated group list { required group element {
    required binary kind (UTF8);
    optional binary amount (UTF8);
    optional binary unit (UTF8);
    optional binary value (UTF8);
    optional binary to (UTF8);
  } } }
  required boolean final;
  required binary revision (UTF8);
  optional binary supersedes (UTF8);
}";

/// Rows of a group, at most; and bytes of its texts.
const GROUP: usize = 1 << 16;
const ROOM: usize = 1 << 25;

/// Writes the whole file.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut file = Rows::new(out)?;
    report.shown().try_for_each(|verdict| file.push(&Row::of(verdict)))?;
    file.end()
}

/// A verdict as a row; its texts are its own or stand elsewhere.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Row<T> {
    id: T,
    verdict: T,
    rule: T,
    source: T,
    subject: Option<T>,
    at: T,
    period: Option<T>,
    events: Vec<T>,
    /// Kind, amount, unit, value, to whom.
    effects: Vec<[Option<T>; 5]>,
    pub(crate) is_final: bool,
    revision: T,
    supersedes: Option<T>,
}

impl Row<String> {
    /// Of a verdict.
    pub(crate) fn of(verdict: &Verdict) -> Self {
        let effects = verdict.effects.iter().map(|effect| {
            let to = effect.to.as_ref().filter(|to| Some(*to) != verdict.subject.as_ref()).map(subject);
            let unit = effect.unit.as_ref().and_then(unit_code).map(str::to_owned);
            [Some(effect.kind.clone()), effect.amount.map(|amount| amount.to_string()), unit, effect.value.as_ref().map(value_code), to]
        });
        Self {
            id: verdict.id.clone(),
            verdict: ruling_code(verdict.ruling).to_owned(),
            rule: verdict.rule.clone(),
            source: cites(&verdict.source),
            subject: verdict.subject.as_ref().map(subject),
            at: at(verdict.at),
            period: verdict.period.clone(),
            events: verdict.events.clone(),
            effects: effects.collect(),
            is_final: verdict.is_final,
            revision: verdict.revision.clone(),
            supersedes: verdict.supersedes.clone(),
        }
    }
}

/// A file that is being written.
pub(crate) struct Rows<'o> {
    file: SerializedFileWriter<Drain>,
    drain: Drain,
    out: &'o mut dyn Write,
    group: Group,
}

impl<'o> Rows<'o> {
    /// Begins the file.
    pub(crate) fn new(out: &'o mut dyn Write) -> io::Result<Self> {
        let properties = Arc::new(WriterProperties::builder().set_compression(Compression::SNAPPY).build());
        let drain = Drain::default();
        let schema = Arc::new(parse_message_type(SCHEMA).map_err(io::Error::other)?);
        let file = SerializedFileWriter::new(drain.clone(), schema, properties).map_err(io::Error::other)?;
        Ok(Self { file, drain, out, group: Group::default() })
    }

    /// One more.
    pub(crate) fn push<T: AsRef<str>>(&mut self, row: &Row<T>) -> io::Result<()> {
        self.group.push(row);
        if self.group.is_final.len() >= GROUP || self.group.bytes > ROOM { self.put() } else { Ok(()) }
    }

    fn put(&mut self) -> io::Result<()> {
        let mut group = self.file.next_row_group().map_err(io::Error::other)?;
        mem::take(&mut self.group).write(&mut group).and_then(|()| group.close()).map_err(io::Error::other)?;
        self.drain.to(self.out)
    }

    /// All of them were written.
    pub(crate) fn end(mut self) -> io::Result<()> {
        if !self.group.is_final.is_empty() {
            self.put()?;
        }
        self.file.close().map_err(io::Error::other)?;
        self.drain.to(self.out)
    }
}

/// What the library wrote, until it is taken away: it wants a writer of its own.
#[derive(Clone, Default)]
struct Drain(Arc<Mutex<Vec<u8>>>);

impl Drain {
    fn to(&self, out: &mut dyn Write) -> io::Result<()> {
        let written = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        out.write_all(&written)
    }
}

impl Write for Drain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Rows that are written together, column by column.
#[derive(Default)]
struct Group {
    /// From `id` to `period`.
    before: [Texts; 7],
    events: Texts,
    effects: [Texts; 5],
    is_final: Vec<bool>,
    /// `revision` and `supersedes`.
    after: [Texts; 2],
    bytes: usize,
}

impl Group {
    fn push<T: AsRef<str>>(&mut self, row: &Row<T>) {
        let before = [Some(&row.id), Some(&row.verdict), Some(&row.rule), Some(&row.source), row.subject.as_ref(), Some(&row.at), row.period.as_ref()];
        for (column, text) in self.before.iter_mut().zip(before) {
            self.bytes += column.push(text, 1, 0);
        }
        self.bytes += self.events.push_list(row.events.iter().map(Some), 1);
        for (at, column) in self.effects.iter_mut().enumerate() {
            // What kind it is always stands there.
            self.bytes += column.push_list(row.effects.iter().map(|effect| effect.get(at).and_then(Option::as_ref)), if at == 0 { 1 } else { 2 });
        }
        self.is_final.push(row.is_final);
        for (column, text) in self.after.iter_mut().zip([Some(&row.revision), row.supersedes.as_ref()]) {
            self.bytes += column.push(text, 1, 0);
        }
    }

    fn write(self, group: &mut SerializedRowGroupWriter<'_, Drain>) -> Result<(), ParquetError> {
        let optional = |at: usize| [4, 6].contains(&at);
        for (at, column) in self.before.into_iter().enumerate() {
            column.write(group, optional(at), false)?;
        }
        for column in [self.events].into_iter().chain(self.effects) {
            column.write(group, true, true)?;
        }
        column(group, |column| match column {
            ColumnWriter::BoolColumnWriter(writer) => writer.write_batch(&self.is_final, None, None),
            _ => Err(ParquetError::General("the column holds no yes or no".to_owned())),
        })?;
        for (column, optional) in self.after.into_iter().zip([false, true]) {
            column.write(group, optional, false)?;
        }
        Ok(())
    }
}

/// A column of texts: their bytes, where each ends, and for all values the definition and repetition levels.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    there: Vec<i16>,
    again: Vec<i16>,
}

impl Texts {
    /// One more; `whole`: the definition level of one that is there. How many bytes it has.
    fn push(&mut self, text: Option<impl AsRef<str>>, whole: i16, again: i16) -> usize {
        self.again.push(again);
        self.there.push(if text.is_some() { whole } else { whole - 1 });
        let Some(text) = text else { return 0 };
        self.bytes.extend_from_slice(text.as_ref().as_bytes());
        self.ends.push(self.bytes.len());
        text.as_ref().len()
    }

    /// A list.
    fn push_list(&mut self, list: impl Iterator<Item = Option<impl AsRef<str>>>, whole: i16) -> usize {
        let before = self.again.len();
        let bytes = list.map(|text| self.push(text, whole, i16::from(self.again.len() > before))).sum();
        if self.again.len() == before {
            self.there.push(0);
            self.again.push(0);
        }
        bytes
    }

    fn write(self, group: &mut SerializedRowGroupWriter<'_, Drain>, is_optional: bool, is_list: bool) -> Result<(), ParquetError> {
        let bytes = Bytes::from(self.bytes);
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let values: Vec<ByteArray> = starts.zip(&self.ends).map(|(start, end)| ByteArray::from(bytes.slice(start..*end))).collect();
        column(group, |column| match column {
            ColumnWriter::ByteArrayColumnWriter(writer) => writer.write_batch(&values, is_optional.then_some(&*self.there), is_list.then_some(&*self.again)),
            _ => Err(ParquetError::General("the column holds no texts".to_owned())),
        })
    }
}

/// Hands the next column to `fill`.
fn column(group: &mut SerializedRowGroupWriter<'_, Drain>, fill: impl FnOnce(&mut ColumnWriter<'_>) -> Result<usize, ParquetError>) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else { return Err(ParquetError::General("the schema has no such column".to_owned())) };
    fill(column.untyped())?;
    column.close()
}
