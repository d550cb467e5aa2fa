//! Verdicts and statements as Arrow record batches, for data frames. A verdict has the columns that it has in Parquet (`parquet.rs`), a statement the keys that it has in
//! JSONL (`jsonl.rs`); amounts are decimal strings, as there.

use super::Report;
use super::words::{at, cites, posting_code, ruling_code, subject, unit_code, value_code};
use crate::reference::verdict::{Statement, Verdict};
use crate::threads::Threads;
use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, BooleanArray, ListArray, RecordBatch, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema, SchemaRef};
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
    let events = rows.iter().flat_map(|verdict| verdict.events.iter().map(String::as_str));
    let effects = || rows.iter().flat_map(|verdict| verdict.effects.iter().map(move |effect| (verdict, effect)));
    let effect_columns = vec![
        texts(effects().map(|(_, effect)| Some(&effect.kind))),
        texts(effects().map(|(_, effect)| effect.amount.map(|amount| amount.to_string()))),
        texts(effects().map(|(_, effect)| effect.unit.as_ref().and_then(unit_code))),
        texts(effects().map(|(_, effect)| effect.value.as_ref().map(value_code))),
        texts(effects().map(|(verdict, effect)| effect.to.as_ref().filter(|to| Some(*to) != verdict.subject.as_ref()).map(subject))),
    ];
    RecordBatch::try_new(verdict_schema(), vec![
        texts(rows.iter().map(|verdict| Some(&verdict.id))),
        texts(rows.iter().map(|verdict| Some(ruling_code(verdict.ruling)))),
        texts(rows.iter().map(|verdict| Some(&verdict.rule))),
        texts(rows.iter().map(|verdict| Some(cites(&verdict.source)))),
        texts(rows.iter().map(|verdict| verdict.subject.as_ref().map(subject))),
        texts(rows.iter().map(|verdict| Some(at(verdict.at)))),
        texts(rows.iter().map(|verdict| verdict.period.as_ref())),
        lists(texts(events.map(Some)), rows.iter().map(|verdict| verdict.events.len()))?,
        lists(rows_of(effect_fields(), effect_columns)?, rows.iter().map(|verdict| verdict.effects.len()))?,
        Arc::new(rows.iter().map(|verdict| Some(verdict.is_final)).collect::<BooleanArray>()),
        texts(rows.iter().map(|verdict| Some(&verdict.revision))),
        texts(rows.iter().map(|verdict| verdict.supersedes.as_ref())),
    ])
}

fn statements(rows: &[Statement]) -> Result<RecordBatch, ArrowError> {
    let lines = || rows.iter().flat_map(|statement| &statement.lines);
    let totals = || rows.iter().flat_map(|statement| &statement.totals);
    let line_columns = vec![
        texts(lines().map(|line| Some(&line.verdict))),
        texts(lines().map(|line| Some(&line.rule))),
        texts(lines().map(|line| Some(cites(&line.source)))),
        texts(lines().map(|line| Some(posting_code(line.posting)))),
        texts(lines().map(|line| line.amount.map(|amount| amount.to_string()))),
        texts(lines().map(|line| unit_code(&line.unit))),
    ];
    let total_columns = vec![texts(totals().map(|(_, amount)| amount.map(|amount| amount.to_string()))), texts(totals().map(|(unit, _)| unit_code(unit)))];
    RecordBatch::try_new(statement_schema(), vec![
        texts(rows.iter().map(|statement| Some(subject(&statement.subject)))),
        texts(rows.iter().map(|statement| Some(&statement.month))),
        lists(rows_of(line(), line_columns)?, rows.iter().map(|statement| statement.lines.len()))?,
        lists(rows_of(total(), total_columns)?, rows.iter().map(|statement| statement.totals.len()))?,
    ])
}

fn texts(texts: impl Iterator<Item = Option<impl AsRef<str>>>) -> ArrayRef {
    let mut column = StringBuilder::new();
    texts.for_each(|text| column.append_option(text));
    Arc::new(column.finish())
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
