//! Verdicts and statements as Arrow record batches, for data frames. A verdict has the columns that it has in Parquet (`parquet.rs`), a statement the keys that it has in
//! JSONL (`jsonl.rs`); amounts are decimal strings, as there.

use super::Report;
use super::row::Row;
use super::texts::Column;
use super::words::{cites, posting_code, subject, unit_code};
use crate::reference::verdict::{Statement, StatementLine, Verdict};
use crate::threads::Threads;
use arrow_array::{ArrayRef, BooleanArray, ListArray, RecordBatch, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use std::mem;
use std::sync::Arc;

/// Rows of a batch, at most: so few that the texts of a column, long lists too, stay below the two gigabytes that one array holds.
const ROWS: usize = 1 << 13;

fn text(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Utf8, nullable)
}

fn list(name: &str, element: FieldRef) -> Field {
    Field::new(name, DataType::List(element), false)
}

fn element(ty: DataType) -> FieldRef {
    Arc::new(Field::new("element", ty, false))
}

/// The columns of an effect.
pub(crate) fn effect_fields() -> Fields {
    vec![text("kind", false), text("amount", true), text("unit", true), text("value", true), text("to", true)].into()
}

fn line() -> Fields {
    vec![text("verdict", false), text("rule", false), text("source", false), text("kind", false), text("amount", true), text("unit", true)].into()
}

fn total() -> Fields {
    vec![text("amount", true), text("unit", true)].into()
}

/// The columns of a verdict.
pub fn verdict_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        text("id", false),
        text("verdict", false),
        text("rule", false),
        text("source", false),
        text("subject", true),
        text("at", false),
        text("period", true),
        list("events", element(DataType::Utf8)),
        list("effects", element(DataType::Struct(effect_fields()))),
        Field::new("final", DataType::Boolean, false),
        text("revision", false),
        text("supersedes", true),
    ]))
}

/// The columns of a statement: one row for each subject and month, its postings and totals as lists.
pub fn statement_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        text("subject", false),
        text("month", false),
        list("lines", element(DataType::Struct(line()))),
        list("totals", element(DataType::Struct(total()))),
    ]))
}

impl<'a> Report<'a> {
    /// The verdicts that are shown, by [`verdict_schema`].
    ///
    /// # Errors
    /// When the texts of a batch take more than an array holds.
    pub fn verdict_batches(&self) -> Result<Vec<RecordBatch>, ArrowError> {
        let shown: Vec<&Verdict> = self.shown().collect();
        self.batches(&shown, verdicts)
    }

    /// The statements, by [`statement_schema`].
    ///
    /// # Errors
    /// As for [`Report::verdict_batches`].
    pub fn statement_batches(&self) -> Result<Vec<RecordBatch>, ArrowError> {
        self.batches(&self.audit.statements, statements)
    }

    /// The rows as batches, made by all threads.
    fn batches<T: Sync>(&self, rows: &[T], make: impl Fn(&[T]) -> Result<RecordBatch, ArrowError> + Sync) -> Result<Vec<RecordBatch>, ArrowError> {
        let mut left = rows.chunks(ROWS);
        let mut all = Vec::with_capacity(left.len());
        let workers = (0..self.threads.count()).map(|_| |rows: &[T]| make(rows)).collect();
        Threads::pipe(workers, || Ok::<_, ArrowError>(left.next()), |batch| {
            all.push(batch?);
            Ok(())
        })?;
        Ok(all)
    }
}

fn verdicts(rows: &[&Verdict]) -> Result<RecordBatch, ArrowError> {
    let mut open = Open::default();
    rows.iter().try_for_each(|verdict| open.push(&Row::of(verdict)))?;
    open.finish()
}

/// Verdicts, row by row, until they are batches.
#[derive(Default)]
pub(crate) struct Verdicts {
    open: Open,
    done: Vec<RecordBatch>,
}

impl Verdicts {
    /// One more.
    pub(crate) fn push(&mut self, row: &Row<impl AsRef<str>>) -> Result<(), ArrowError> {
        self.open.push(row)?;
        if self.open.is_final.len() >= ROWS { self.end() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), ArrowError> {
        let next = self.open.next();
        self.done.push(mem::replace(&mut self.open, next).finish()?);
        Ok(())
    }

    /// The batches that are full, once.
    #[cfg(feature = "parquet")]
    pub(crate) fn done(&mut self) -> Vec<RecordBatch> {
        mem::take(&mut self.done)
    }

    /// All of them.
    pub(crate) fn finish(mut self) -> Result<Vec<RecordBatch>, ArrowError> {
        if !self.open.is_final.is_empty() {
            self.end()?;
        }
        Ok(self.done)
    }
}

/// The batch that is being filled.
#[derive(Default)]
struct Open {
    /// From `id` to `period`.
    before: [Column; 7],
    events: Column,
    events_of: Vec<usize>,
    effects: [Column; 5],
    effects_of: Vec<usize>,
    is_final: Vec<bool>,
    /// `revision` and `supersedes`.
    after: [Column; 2],
}

impl Open {
    /// An empty one with room for as much.
    fn next(&self) -> Self {
        let rows = self.is_final.len();
        Self {
            before: self.before.each_ref().map(Column::next),
            events: self.events.next(),
            events_of: Vec::with_capacity(rows),
            effects: self.effects.each_ref().map(Column::next),
            effects_of: Vec::with_capacity(rows),
            is_final: Vec::with_capacity(rows),
            after: self.after.each_ref().map(Column::next),
        }
    }

    fn push(&mut self, row: &Row<impl AsRef<str>>) -> Result<(), ArrowError> {
        let before = [Some(&row.id), Some(&row.verdict), Some(&row.rule), Some(&row.source), row.subject.as_ref(), Some(&row.at), row.period.as_ref()];
        self.before.iter_mut().zip(before).try_for_each(|(column, text)| column.push(text))?;
        row.events.iter().try_for_each(|event| self.events.push(Some(event)))?;
        self.events_of.push(row.events.len());
        for effect in &row.effects {
            self.effects.iter_mut().zip(effect).try_for_each(|(column, text)| column.push(text.as_ref()))?;
        }
        self.effects_of.push(row.effects.len());
        self.is_final.push(row.is_final);
        self.after.iter_mut().zip([Some(&row.revision), row.supersedes.as_ref()]).try_for_each(|(column, text)| column.push(text))
    }

    fn finish(self) -> Result<RecordBatch, ArrowError> {
        let mut columns = finished(self.before)?;
        columns.push(lists(self.events.finish()?, self.events_of.into_iter())?);
        columns.push(lists(rows_of(effect_fields(), finished(self.effects)?)?, self.effects_of.into_iter())?);
        columns.push(Arc::new(BooleanArray::from(self.is_final)));
        columns.extend(finished(self.after)?);
        RecordBatch::try_new(verdict_schema(), columns)
    }
}

fn statements(rows: &[Statement]) -> Result<RecordBatch, ArrowError> {
    let mut open = OpenStatements::default();
    for statement in rows {
        statement.lines.iter().try_for_each(|line| open.line(line, &line.verdict, &cites(&line.source)))?;
        open.end(statement)?;
    }
    open.finish()
}

/// Statements, one by one, until they are batches.
#[derive(Default)]
pub(crate) struct Statements {
    open: OpenStatements,
    done: Vec<RecordBatch>,
}

impl Statements {
    /// A line of the next statement; with the id of its verdict, and where its rule stands.
    pub(crate) fn line(&mut self, line: &StatementLine, verdict: &str, source: &str) -> Result<(), ArrowError> {
        self.open.line(line, verdict, source)
    }

    /// A statement, which has the lines since the last.
    pub(crate) fn end(&mut self, statement: &Statement) -> Result<(), ArrowError> {
        self.open.end(statement)?;
        if self.open.lines_of.len() >= ROWS { self.put() } else { Ok(()) }
    }

    fn put(&mut self) -> Result<(), ArrowError> {
        let next = self.open.next();
        self.done.push(mem::replace(&mut self.open, next).finish()?);
        Ok(())
    }

    /// All of them.
    pub(crate) fn finish(mut self) -> Result<Vec<RecordBatch>, ArrowError> {
        if !self.open.lines_of.is_empty() {
            self.put()?;
        }
        Ok(self.done)
    }
}

/// The batch that is being filled.
#[derive(Default)]
struct OpenStatements {
    /// Subject and month.
    whose: [Column; 2],
    lines: [Column; 6],
    lines_of: Vec<usize>,
    totals: [Column; 2],
    totals_of: Vec<usize>,
    /// Lines of the next statement.
    coming: usize,
}

impl OpenStatements {
    /// An empty one with room for as much.
    fn next(&self) -> Self {
        let rows = self.lines_of.len();
        Self {
            whose: self.whose.each_ref().map(Column::next),
            lines: self.lines.each_ref().map(Column::next),
            lines_of: Vec::with_capacity(rows),
            totals: self.totals.each_ref().map(Column::next),
            totals_of: Vec::with_capacity(rows),
            coming: 0,
        }
    }

    fn line(&mut self, line: &StatementLine, verdict: &str, source: &str) -> Result<(), ArrowError> {
        let amount = line.amount.map(|amount| amount.to_string());
        let texts = [Some(verdict), Some(&line.rule), Some(source), Some(posting_code(line.posting)), amount.as_deref(), unit_code(&line.unit)];
        self.coming += 1;
        self.lines.iter_mut().zip(texts).try_for_each(|(column, text)| column.push(text))
    }

    fn end(&mut self, statement: &Statement) -> Result<(), ArrowError> {
        let (subject, month) = (subject(&statement.subject), &statement.month);
        self.whose.iter_mut().zip([&subject, month]).try_for_each(|(column, text)| column.push(Some(text)))?;
        for (unit, amount) in &statement.totals {
            let amount = amount.map(|amount| amount.to_string());
            self.totals.iter_mut().zip([amount.as_deref(), unit_code(unit)]).try_for_each(|(column, text)| column.push(text))?;
        }
        self.lines_of.push(mem::take(&mut self.coming));
        self.totals_of.push(statement.totals.len());
        Ok(())
    }

    fn finish(self) -> Result<RecordBatch, ArrowError> {
        let mut columns = finished(self.whose)?;
        columns.push(lists(rows_of(line(), finished(self.lines)?)?, self.lines_of.into_iter())?);
        columns.push(lists(rows_of(total(), finished(self.totals)?)?, self.totals_of.into_iter())?);
        RecordBatch::try_new(statement_schema(), columns)
    }
}

fn finished<const N: usize>(columns: [Column; N]) -> Result<Vec<ArrayRef>, ArrowError> {
    columns.into_iter().map(Column::finish).collect()
}

/// Columns side by side.
pub(super) fn rows_of(fields: Fields, columns: Vec<ArrayRef>) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(StructArray::try_new(fields, columns, None)?))
}

/// The elements in lists that are so long.
pub(super) fn lists(elements: ArrayRef, lengths: impl Iterator<Item = usize>) -> Result<ArrayRef, ArrowError> {
    let of = element(elements.data_type().clone());
    Ok(Arc::new(ListArray::try_new(of, OffsetBuffer::from_lengths(lengths), elements, None)?))
}
