//! An events file or a table, some of its records at a time, for whoever reads them on several threads.

#[cfg(feature = "arrow")]
use super::arrow::{Batches, Table};
use super::csv::Header;
use super::format::Format;
use super::input::Input;
use super::jsonl;
use super::pieces::{Piece, Pieces};
use super::problem;
use super::sink::{Sink, Stop};
use super::xes::{Events, Log};
#[cfg(feature = "arrow")]
use arrow_array::RecordBatch;
#[cfg(feature = "arrow")]
use arrow_schema::SchemaRef;
use std::collections::HashSet;

/// Some records.
pub(crate) enum Portion {
    Lines(Piece),
    /// Of a log.
    Events(Events),
    /// Rows of a table, and the number of the first one, from 1.
    #[cfg(feature = "arrow")]
    Rows(RecordBatch, u64),
}

/// One that nobody has read yet.
pub(crate) enum Unread<'u> {
    Line(&'u [u8]),
    /// One of some events; and their text.
    Event(&'u Events, &'u str, usize),
    /// A row of a batch.
    #[cfg(feature = "arrow")]
    Row(&'u RecordBatch, usize),
}

/// How they are written.
pub(crate) enum Writing<'w> {
    Jsonl,
    Events,
    /// With these columns.
    Csv(&'w [String]),
    /// With these columns.
    #[cfg(feature = "arrow")]
    Table(SchemaRef),
}

/// What is read, some records at a time.
pub(super) enum Portions<'i> {
    Lines(Pieces<'i>),
    Events(Box<Log<'i>>),
    #[cfg(feature = "arrow")]
    Rows(Batches<'i>),
}

/// Reads one of them.
pub(super) enum One {
    Jsonl,
    Csv { header: Header, cells: Vec<String> },
    Event,
    #[cfg(feature = "arrow")]
    Row(Table),
}

impl<'i> Portions<'i> {
    /// None: it cannot be read so.
    pub(super) fn open(input: Input<'i>, limit: usize, wanted: &HashSet<&str>, sink: &mut dyn Sink) -> Result<Option<(Self, One)>, Stop> {
        Ok(match input {
            Input::File(Format::Jsonl, input) => Some((Self::Lines(Pieces::new(input, limit)), One::Jsonl)),
            Input::File(Format::Csv, input) => {
                let header = Header::alone(input, limit, sink)?;
                header.map(|(lines, header)| (Self::Lines(Pieces::after(lines, input, limit)), One::Csv { header, cells: Vec::new() }))
            }
            Input::File(Format::Xes, input) => Some((Self::Events(Box::new(Log::new(input, limit, wanted))), One::Event)),
            #[cfg(feature = "parquet")]
            Input::File(Format::Parquet, input) => Some(Self::rows(super::parquet::open(input, Some(wanted), sink)?, wanted)?),
            #[cfg(feature = "arrow")]
            Input::Batches(batches) => Some(Self::rows(Batches::of(batches, sink)?, wanted)?),
            #[cfg(not(feature = "parquet"))]
            Input::File(Format::Parquet, _) => None,
            Input::State(_) => None,
        })
    }

    #[cfg(feature = "arrow")]
    fn rows(batches: Batches<'i>, wanted: &HashSet<&str>) -> Result<(Self, One), Stop> {
        let one = One::Row(Table::new(&batches.schema(), Some(wanted))?);
        Ok((Self::Rows(batches), one))
    }

    /// How they are written; `one` reads one of them.
    pub(super) fn writing<'w>(&self, one: &'w One) -> Writing<'w> {
        match (self, one) {
            #[cfg(feature = "arrow")]
            (Self::Rows(batches), _) => Writing::Table(batches.schema()),
            (Self::Events(_), _) => Writing::Events,
            (_, One::Csv { header, .. }) => Writing::Csv(header.names()),
            _ => Writing::Jsonl,
        }
    }

    /// The next ones.
    pub(super) fn next(&mut self) -> Result<Option<Portion>, Stop> {
        match self {
            Self::Lines(pieces) => {
                let read = pieces.next();
                Ok(read.map_err(|error| Stop::input(pieces.line(), &error))?.map(Portion::Lines))
            }
            Self::Events(log) => Ok(log.next()?.map(Portion::Events)),
            #[cfg(feature = "arrow")]
            Self::Rows(batches) => Ok(batches.next()?.map(|(batch, first)| Portion::Rows(batch, first))),
        }
    }
}

impl One {
    /// Reads it; false when what begins there ends in another line.
    pub(super) fn read(&mut self, unread: &Unread<'_>, line: u64, limit: usize, sink: &mut dyn Sink) -> bool {
        let text = match unread {
            Unread::Line(text) if text.len() > limit => {
                sink.bad(line, problem::line_too_long(limit));
                return true;
            }
            Unread::Line(text) => jsonl::tidy(text, line),
            Unread::Event(events, text, at) => {
                events.read(text, *at, sink);
                return true;
            }
            #[cfg(feature = "arrow")]
            Unread::Row(batch, at) => {
                if let Self::Row(table) = self {
                    table.row((batch, *at), line, sink);
                }
                return true;
            }
        };
        match self {
            Self::Csv { header, cells } => header.line(text, line, cells, sink),
            _ => {
                jsonl::line(text, line, limit, sink);
                true
            }
        }
    }
}
