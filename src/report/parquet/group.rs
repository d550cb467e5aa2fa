//! Rows that are written together.

use super::Drain;
use crate::report::row::Row;
use bytes::Bytes;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedRowGroupWriter;

/// So many rows, at most; and bytes of texts.
const ROWS: usize = 1 << 16;
const ROOM: usize = 1 << 25;

/// Rows that are written together, column by column.
#[derive(Default)]
pub(super) struct Group {
    /// From `id` to `period`.
    pub(super) before: [Texts; 7],
    pub(super) events: Texts,
    pub(super) effects: [Texts; 5],
    pub(super) is_final: Vec<bool>,
    /// `revision` and `supersedes`.
    pub(super) after: [Texts; 2],
    pub(super) bytes: usize,
}

impl Group {
    /// No row may be added.
    pub(super) fn is_full(&self) -> bool {
        self.is_final.len() >= ROWS || self.bytes > ROOM
    }

    /// One more row.
    pub(super) fn push<T: AsRef<str>>(&mut self, row: &Row<T>) {
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

    /// Writes them.
    pub(super) fn write(self, group: &mut SerializedRowGroupWriter<'_, Drain>) -> Result<(), ParquetError> {
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

/// A column of texts: those that stand elsewhere; or their bytes, and where each ends; and for all values the definition and repetition levels.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) elsewhere: Vec<ByteArray>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    pub(super) there: Vec<i16>,
    pub(super) again: Vec<i16>,
}

impl Texts {
    /// Room for as many as a group has, before the first comes.
    #[cfg(feature = "arrow")]
    pub(super) fn reserve(&mut self) {
        if self.there.is_empty() {
            self.elsewhere.reserve(ROWS);
            self.there.reserve(ROWS);
            self.again.reserve(ROWS);
        }
    }

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
        let mut values = self.elsewhere;
        values.extend(starts.zip(&self.ends).map(|(start, end)| ByteArray::from(bytes.slice(start..*end))));
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
