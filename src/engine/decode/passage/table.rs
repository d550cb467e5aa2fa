//! Rows of tables → words.

use super::{How, Line, Made, Reading, Whole, Worker};
use crate::engine::batch::{Batch, Row};
use crate::engine::decode::columns::Source;
use arrow_array::RecordBatch;

/// Places in texts are numbers of 32 bits.
const ROOM: usize = 1 << 31;

impl Worker<'_, '_, '_> {
    /// Makes words of the rows of a batch.
    pub(super) fn rows(&mut self, records: RecordBatch, first: u64) -> Made {
        let mut made = Made::new(self.readings.len(), first, Whole::Rows(records.clone()));
        // All plans read the same columns.
        let how = self.readings.first().map(|reading| &reading.how);
        let sources: Vec<Source<'_>> = if let Some(How::Row(shape)) = how { shape.sources(&records) } else { Vec::new() };
        for at in 0..records.num_rows() {
            let digested = made.digested.len();
            let plain = self.plainly_of(&sources, at, &mut made.batches).and_then(|()| {
                let batch = made.batches.first()?;
                let row = batch.rows.last()?;
                self.spelled.add(row, batch.words.get(row.words..)?, &batch.text, &mut made.digested)
            });
            let line = Line { start: at, length: 0, number: at as u64, plain: plain.map(|_| made.digested.len()), names_unknown: plain == Some(true) };
            self.put(line, digested, &mut made);
        }
        made
    }

    /// Adds the record of a row to the batch of each plan, if its cells are plain for all of them.
    fn plainly_of(&mut self, sources: &[Source<'_>], at: usize, batches: &mut [Batch]) -> Option<()> {
        for (Reading { scanner, how }, batch) in self.readings.iter_mut().zip(batches) {
            let How::Row(shape) = how else { return None };
            let words = batch.words.len();
            let (row, _) = scanner.cells((sources, at), &mut shape.end, batch).filter(|_| batch.text.len() < ROOM)?;
            let key = scanner.key(row.event, batch.words.get(words..)?, &batch.text);
            batch.rows.push(Row { words, stream: self.stream, key, ..row });
        }
        Some(())
    }
}
