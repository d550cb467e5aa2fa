//! Arrow: a table stored by columns, that comes in batches: from memory, or unpacked from Parquet (`parquet.rs`). Each row is a record, counted from 1 through all batches; only the columns
//! that the policies read are looked at.

mod cells;

use super::csv::Columns;
use super::problem::Problem;
use super::raw::{Raw, Row};
use super::reader::{Given, Reader};
use super::record::Record;
use super::sink::{Sink, Stop};
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, Schema, SchemaRef};
pub(crate) use cells::{Cell, Column, column};
use std::collections::{BTreeSet, HashSet};
use std::io;
use std::sync::Arc;

struct BatchRow<'a> {
    columns: &'a Columns,
    cells: &'a [Cell<'a>],
}

impl Row for BatchRow<'_> {
    fn get(&self, column: &str) -> Raw<'_> {
        match self.columns.get(column).and_then(|at| self.cells.get(*at)) {
            None => Raw::Missing,
            Some(Cell::Blank) => Raw::Blank,
            Some(Cell::Text(text)) => Raw::cell(text),
            Some(Cell::Number(number)) => Raw::Number(number),
            Some(Cell::Yes(yes)) => Raw::Yes(*yes),
            Some(Cell::List(values)) => Raw::List(values.iter().map(AsRef::as_ref).collect()),
            Some(Cell::Nested) => Raw::Nested,
        }
    }
    fn columns(&self, into: &mut BTreeSet<String>) {
        into.extend(self.columns.keys().cloned());
    }
}

impl Reader<'_> {
    /// Reads a row of a batch, and hands its record over instead of keeping it; none when it has none that can be used. `line` is its place among all rows. What is wrong with the columns
    /// is told of the whole table.
    pub(crate) fn batch_row(&mut self, given: &mut Given, (batch, at): (&RecordBatch, usize), line: u64) -> Option<Record> {
        self.one_by(given, |wanted, sink| {
            header(&batch.schema(), sink)?;
            Table::new(&batch.schema(), Some(wanted))?.row((batch, at), line, sink);
            Ok(())
        })
    }
}

/// Tells a sink what columns there are.
pub(super) fn header(schema: &Schema, sink: &mut dyn Sink) -> Result<(), Stop> {
    let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    sink.header(&names).map_err(at_the_start)
}

fn at_the_start(problem: Problem) -> Stop {
    Stop { line: 1, problem }
}

/// A table that is read batch by batch; whoever reads it was told its columns.
pub(super) struct Batches<'i> {
    schema: SchemaRef,
    batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + 'i>,
    broken: fn(u64, ArrowError) -> Stop,
    /// Rows so far.
    rows: u64,
}

impl<'i> Batches<'i> {
    /// `broken` says what it means when the batches break off before a row.
    pub(super) fn new(schema: SchemaRef, batches: impl Iterator<Item = Result<RecordBatch, ArrowError>> + 'i, broken: fn(u64, ArrowError) -> Stop) -> Self {
        Self { schema, batches: Box::new(batches), broken, rows: 0 }
    }

    /// A table in memory, whose columns `sink` is told.
    pub(super) fn of(batches: &'i mut dyn RecordBatchReader, sink: &mut dyn Sink) -> Result<Self, Stop> {
        header(&batches.schema(), sink)?;
        Ok(Self::new(batches.schema(), batches, |line, error| Stop::input(line, &io::Error::other(error))))
    }

    pub(super) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The next batch, and the number of its first row, from 1.
    pub(super) fn next(&mut self) -> Result<Option<(RecordBatch, u64)>, Stop> {
        let first = self.rows + 1;
        let next = self.batches.next().transpose().map_err(|error| (self.broken)(first, error))?;
        self.rows += next.as_ref().map_or(0, |batch| batch.num_rows() as u64);
        Ok(next.map(|batch| (batch, first)))
    }

    /// Reads all rows into `sink`. `wanted`: the columns that are read; none: all.
    pub(super) fn read(mut self, wanted: Option<&HashSet<&str>>, sink: &mut dyn Sink) -> Result<(), Stop> {
        let table = Table::new(&self.schema(), wanted)?;
        while let Some((batch, first)) = self.next()? {
            let cells = table.cells(&batch);
            let mut row = Vec::with_capacity(cells.len());
            for (at, line) in (0..batch.num_rows()).zip(first..) {
                row.clear();
                row.extend(cells.iter().map(|column| column(at)));
                sink.row(&BatchRow { columns: &table.columns, cells: &row }, line, None);
            }
        }
        Ok(())
    }
}

/// Which columns of a table are read, and what they are called.
pub(super) struct Table {
    kept: Vec<usize>,
    columns: Columns,
}

impl Table {
    /// An error where two columns are called alike.
    pub(super) fn new(schema: &Schema, wanted: Option<&HashSet<&str>>) -> Result<Self, Stop> {
        let is_wanted = |name: &str| wanted.is_none_or(|wanted| wanted.contains(name));
        let kept = schema.fields().iter().enumerate().filter(|(_, field)| is_wanted(field.name()));
        let (kept, names): (Vec<usize>, Vec<String>) = kept.map(|(at, field)| (at, field.name().clone())).unzip();
        Ok(Self { kept, columns: super::csv::columns(&names).map_err(at_the_start)? })
    }

    fn cells<'a>(&self, batch: &'a RecordBatch) -> Vec<Column<'a>> {
        self.kept.iter().filter_map(|at| batch.columns().get(*at)).map(|array| column(array)).collect()
    }

    /// Reads one row; `line`: its place among all.
    pub(super) fn row(&self, (batch, at): (&RecordBatch, usize), line: u64, sink: &mut dyn Sink) {
        let cells = self.cells(batch);
        let row: Vec<Cell<'_>> = cells.iter().map(|column| column(at)).collect();
        sink.row(&BatchRow { columns: &self.columns, cells: &row }, line, None);
    }
}
