//! `--format parquet`: one row a verdict, for data frames, with the columns of [`super::arrow`]. Lists stay lists; amounts are decimal strings, as in JSONL. Rows are written some at a time,
//! so that a file is never all in memory.

use super::Report;
use super::arrow::{Verdicts, verdict_schema};
use super::row::Row;
use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::io::{self, Write};
use std::mem;

/// So many rows are written together, at most; and so many bytes.
const ROWS: usize = 1 << 16;
const ROOM: usize = 1 << 25;

/// Writes the whole file.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut file = Rows::new(out)?;
    report.shown().try_for_each(|verdict| file.push(&Row::of(verdict)))?;
    file.end()
}

/// A file that is being written.
pub(crate) struct Rows<'o> {
    /// What it wrote stays with it until it is taken away.
    file: ArrowWriter<Vec<u8>>,
    out: &'o mut dyn Write,
    verdicts: Verdicts,
}

impl<'o> Rows<'o> {
    /// Begins the file.
    pub(crate) fn new(out: &'o mut dyn Write) -> io::Result<Self> {
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_max_row_group_row_count(Some(ROWS)).set_max_row_group_bytes(Some(ROOM)).build();
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let file = ArrowWriter::try_new_with_options(Vec::new(), verdict_schema(), options).map_err(io::Error::other)?;
        Ok(Self { file, out, verdicts: Verdicts::default() })
    }

    /// One more.
    pub(crate) fn push<T: AsRef<str>>(&mut self, row: &Row<T>) -> io::Result<()> {
        self.verdicts.push(row).map_err(io::Error::other)?;
        self.verdicts.done().iter().try_for_each(|batch| self.push_batch(batch))
    }

    /// The rows of a batch. A file has either batches or single rows.
    pub(crate) fn push_batch(&mut self, batch: &RecordBatch) -> io::Result<()> {
        if batch.schema() != verdict_schema() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "these are not the columns of verdicts"));
        }
        self.file.write(batch).map_err(io::Error::other)?;
        self.put()
    }

    fn put(&mut self) -> io::Result<()> {
        self.out.write_all(&mem::take(self.file.inner_mut()))
    }

    /// All of them were written.
    pub(crate) fn end(mut self) -> io::Result<()> {
        let last = mem::take(&mut self.verdicts).finish().map_err(io::Error::other)?;
        last.iter().try_for_each(|batch| self.push_batch(batch))?;
        self.file.finish().map_err(io::Error::other)?;
        self.put()
    }
}
