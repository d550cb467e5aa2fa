//! Rows of tables → words.

use super::{How, Line, Made, Reading, What, Whole, Worker};
use crate::engine::batch::{Batch, Row, Text};
use crate::engine::decode::cells::Source;
use crate::engine::decode::scan::Kind;
use crate::records::unnamed;
use arrow_array::RecordBatch;

/// Places in texts are numbers of 32 bits.
const ROOM: usize = 1 << 31;

impl Worker<'_, '_, '_, '_> {
    /// Makes words of the rows of a batch.
    pub(super) fn rows(&mut self, records: RecordBatch, first: u64) -> Made {
        let mut made = Made::new(self.readings.len(), first, Whole::Rows(records.clone()));
        // All plans read the same columns.
        let how = self.readings.first().map(|reading| &reading.how);
        let sources: Vec<Source<'_>> = if let Some(How::Row(shape)) = how { shape.sources(&records) } else { Vec::new() };
        for at in 0..records.num_rows() {
            let digested = made.digested.len();
            let what = self.row(&sources, (at, first + at as u64), &mut made).unwrap_or(What::Left);
            self.put(Line { start: at, length: 0, number: at as u64, what }, digested, &mut made);
        }
        made
    }

    /// What a row is; `line`: its number among all.
    fn row(&mut self, sources: &[Source<'_>], (at, line): (usize, u64), made: &mut Made) -> Option<What> {
        if self.plainly_of(sources, (at, line), &mut made.batches).is_none() {
            return self.undeclared(sources, at, made.batches.first_mut()?).map(What::Undeclared);
        }
        let batch = made.batches.first()?;
        let row = batch.rows.last()?;
        let id = row.name.of(&batch.text).get(self.qualifier.len()..)?;
        let unknown = self.spelled.add(row, (self.source, id), batch.words.get(row.words..)?, &batch.text, &mut made.digested)?;
        Some(What::Plain(made.digested.len(), unknown))
    }

    /// Adds the record of a row to the batch of each plan, if its cells are plain for all of them. One without an id is called after its line, and all after their source.
    fn plainly_of(&mut self, sources: &[Source<'_>], (at, line): (usize, u64), batches: &mut [Batch]) -> Option<()> {
        for (Reading { scanner, how }, batch) in self.readings.iter_mut().zip(batches) {
            let How::Row(shape) = how else { return None };
            let words = batch.words.len();
            let (row, _) = scanner.cells((sources, at), &mut shape.end, batch).filter(|_| batch.text.len() < ROOM)?;
            let key = scanner.key(row.event, batch.words.get(words..)?, &batch.text);
            let mut name = row.name;
            if name == Text::NONE || !self.source.is_empty() {
                let start = batch.text.len();
                batch.text.push_str(&self.qualifier);
                let (from, length) = name.place();
                if name == Text::NONE {
                    unnamed(&mut batch.text, None, line);
                } else {
                    batch.text.extend_from_within(from..from + length);
                }
                name = Text::new(start, batch.text.len() - start)?;
            }
            batch.rows.push(Row { words, stream: self.stream, key, name, ..row });
        }
        Some(())
    }

    /// What the type of a row is called if no policy does; it goes behind the texts of the batch.
    fn undeclared(&self, sources: &[Source<'_>], at: usize, batch: &mut Batch) -> Option<Text> {
        let Reading { scanner, how: How::Row(shape) } = self.readings.first()? else { return None };
        let start = batch.text.len();
        let kind = sources.get(shape.end.kind?)?.token(at, &mut batch.text, false)?;
        let is_text = kind.kind == Kind::Text && batch.text.get(start..).is_some_and(|kind| scanner.is_undeclared(kind));
        if is_text { Text::new(start, kind.end - start) } else { None }
    }
}
