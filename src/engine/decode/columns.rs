//! Arrow batches → batches of words. A row whose cells are plain becomes words at once; every other goes through the reader of all formats.

use super::cells::{Shape, Source};
use super::seen::Seen;
use super::{Scanner, Until};
use crate::engine::batch::{Batch, Row, Text};
use crate::engine::plan::Plan;
use crate::records::{At, Given, Reader};
use arrow_array::RecordBatch;

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
    /// Words and bytes of text of the rows before.
    took: (usize, usize),
}

/// Batches of one table, opened.
pub(crate) struct Opened<'a> {
    batches: &'a [RecordBatch],
    sources: Vec<Vec<Source<'a>>>,
}

impl<'p, 'm> Columns<'p, 'm> {
    /// `reader` has the registers already, from which the plan was made. Rows after `until` are left out.
    pub(crate) fn new(plan: &'p Plan<'m>, mut reader: Reader<'m>, name: &str, until: Option<At>) -> Self {
        let given = reader.opened(name, "");
        Self { plan, scanner: Scanner::new(plan, &reader, until, 1), until: Until::new(plan, until), reader, given, seen: Seen::default(), shape: None, whole: false, took: (0, 0) }
    }

    /// Did something come that only a reader of all records can settle? What was judged is then void.
    pub(crate) fn needs_all(&self) -> bool {
        self.whole
    }

    /// Batches that all have the same columns; none where they have not, or two columns are called alike.
    pub(crate) fn open<'a>(&mut self, batches: &'a [RecordBatch]) -> Option<Opened<'a>> {
        for batch in batches {
            if self.shape.as_ref().is_none_or(|shape| shape.schema != *batch.schema_ref()) {
                self.shape = Some(self.scanner.shape(batch.schema_ref()).filter(|_| self.shape.is_none())?);
            }
        }
        let sources = |batch: &'a RecordBatch| self.shape.as_ref().map(|shape| shape.sources(batch)).unwrap_or_default();
        Some(Opened { batches, sources: batches.iter().map(sources).collect() })
    }

    /// Makes words of some rows, in this order: which batch, and which of its rows.
    pub(crate) fn rows(&mut self, opened: &Opened<'_>, which: &[(u32, u32)]) -> Batch {
        // As much room as the rows before took.
        let (words, text) = self.took;
        let mut batch = Batch { text: String::with_capacity(text), rows: Vec::with_capacity(which.len()), words: Vec::with_capacity(words), ..Batch::default() };
        let Some(mut shape) = self.shape.take() else { return batch };
        let mut ids = self.seen.ids();
        for (of, at) in which.iter().map(|(of, at)| (*of as usize, *at as usize)) {
            let Some((records, sources)) = opened.batches.get(of).zip(opened.sources.get(of)) else { continue };
            let (words, text) = (batch.words.len(), batch.text.len());
            let plain = self.scanner.cells((sources, at), &mut shape.end, &mut batch).filter(|(row, _)| row.name != Text::NONE);
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
        self.took = (batch.words.len(), batch.text.len());
        batch
    }

    /// A record without an id is called after its line, and a part has other lines than the whole.
    fn nameless(&mut self) -> Option<Row> {
        self.whole = true;
        None
    }

    /// A row that is not plain, through the reader of all formats.
    fn slowly(&mut self, records: &RecordBatch, at: usize, batch: &mut Batch) -> Option<Row> {
        let record = self.reader.batch_row(&mut self.given, (records, at), 0)?;
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
