//! `--format parquet`: one row a verdict, for data frames. Lists stay lists; amounts are decimal strings, as in JSONL. Rows are written some at a time, so that a file is
//! never all in memory.

#[cfg(feature = "arrow")]
mod batches;
mod group;

use super::Report;
use super::row::Row;
use group::Group;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
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

/// Writes the whole file.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut file = Rows::new(out)?;
    report.shown().try_for_each(|verdict| file.push(&Row::of(verdict)))?;
    file.end()
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
        if self.group.is_full() { self.put() } else { Ok(()) }
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
