//! A file in JSONL or CSV whose lines somebody else reads where they are written plainly: the others come here, and what all of them say together is noted.

use super::csv::Header;
use super::digest::{self, Texts};
use super::events::EventSink;
use super::jsonl;
use super::pieces::{Piece, Pieces};
use super::problem;
use super::reader::Reader;
use super::record::{Record, Rejection};
use super::sink::{Sink, Stop};
use super::store::{Links, Passed, Store};
use crate::model::Model;
use crate::threads::Threads;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::sync::Arc;

/// Reads what others leave.
pub(crate) struct Slowly<'s, 'r, 'm> {
    model: &'m Model,
    sink: &'s mut EventSink<'r, 'm>,
    limit: usize,
    writing: Writing,
    texts: Texts,
    any: bool,
    /// Each line so far stood for itself.
    is_whole: bool,
    bytes: Vec<u8>,
    buffer: String,
}

/// How the lines are written.
enum Writing {
    Jsonl,
    Csv { header: Header, cells: Vec<String> },
}

impl<'m> Reader<'m> {
    /// Reads an events file in pieces: each of the workers that `begin` gives makes something of some of them, on a thread of its own, and `take` gets that in their order, with what
    /// reads the lines that the worker left. `begin` is told the columns of a file in CSV. Records are not kept. False: it cannot be read so after all; what was read is void.
    ///
    /// # Errors
    /// As for [`Reader::events`].
    pub(crate) fn passing_pieces<T: Send, W: FnMut(Piece) -> T + Send>(
        &mut self,
        file: &str,
        (is_csv, input): (bool, &mut dyn BufRead),
        begin: impl FnOnce(Option<&[String]>) -> Option<Vec<W>>,
        take: &mut dyn FnMut(T, &mut Slowly<'_, '_, 'm>),
    ) -> Result<bool, Rejection> {
        let (model, limit) = (self.model(), self.limit());
        let mut is_whole = true;
        self.sunk(file, None, None, |_, sink| {
            let (lines, writing) = match is_csv {
                false => (0, Writing::Jsonl),
                true => match Header::alone(input, limit, sink)? {
                    Some((lines, header)) => (lines, Writing::Csv { header, cells: Vec::new() }),
                    None => {
                        is_whole = false;
                        return Ok(());
                    }
                },
            };
            let columns = if let Writing::Csv { header, .. } = &writing { Some(header.names()) } else { None };
            let Some(workers) = begin(columns) else {
                is_whole = false;
                return Ok(());
            };
            let mut pieces = Pieces::after(lines, input, limit);
            let next = || {
                let read = pieces.next();
                read.map_err(|error| Stop::input(pieces.line(), &error))
            };
            let mut slowly = Slowly { model, sink, limit, writing, texts: Texts::new(), any: false, is_whole: true, bytes: Vec::new(), buffer: String::new() };
            let ended = Threads::pipe(workers, next, |made| {
                // Nothing that comes behind what is not whole is worth anything.
                if slowly.is_whole {
                    take(made, &mut slowly);
                }
                Ok(())
            });
            let Slowly { texts, any, sink, is_whole: whole, .. } = slowly;
            is_whole = whole;
            sink.digested_as(texts, any);
            ended
        })?;
        Ok(is_whole)
    }
}

impl Slowly<'_, '_, '_> {
    /// The number of the stream.
    pub(crate) fn stream(&self) -> u32 {
        self.sink.stream
    }

    /// The next row was read elsewhere; `digested`: its texts. Its place in the stream.
    pub(crate) fn plain(&mut self, digested: &[u8]) -> u64 {
        self.sink.store.counts.read += 1;
        self.sink.seq += 1;
        self.sink.typed = true;
        self.any = true;
        self.texts.records(digested);
        self.sink.seq
    }

    /// The record of the next line, if it has one that can be used.
    pub(crate) fn line(&mut self, text: &[u8], line: u64) -> Option<Passed> {
        let before = self.sink.store.records.len();
        self.is_whole &= self.writing.line(text, line, self.limit, self.sink);
        let links = self.sink.store.links.remove(&before);
        let record = self.sink.store.take(before)?;
        let named = [links.as_ref().and_then(|links| links.supersedes.as_deref()), links.as_ref().and_then(|links| links.retracts.as_deref())];
        self.bytes.clear();
        digest::add_record(&mut self.bytes, self.model, &record, named, &mut self.buffer);
        self.texts.records(&self.bytes);
        self.any = true;
        Some(Passed { records: vec![record], links: links.map(|links: Links| BTreeMap::from([(0, links)])).unwrap_or_default() })
    }

    /// The next line is longer than the limit, and was not kept.
    pub(crate) fn too_long(&mut self, line: u64) {
        self.sink.bad(line, problem::line_too_long(self.limit));
    }

    /// The record of a line that was read elsewhere, at its place in the stream; nothing is counted.
    pub(crate) fn again(&mut self, text: &[u8], line: u64, seq: u64) -> Option<Record> {
        let mut store = Store::default();
        let sink = &mut *self.sink;
        let (file, source) = (Arc::clone(&sink.file), Arc::clone(&sink.source));
        let mut alone = EventSink { layout: sink.layout, typing: sink.typing, store: &mut store, file, source, stream: sink.stream, seq: seq - 1, typed: false, rejections: 0, untyped: BTreeSet::new(), pass: None };
        self.writing.line(text, line, self.limit, &mut alone);
        store.take(0)
    }
}

impl Writing {
    /// Reads a line; false when what begins there ends in another.
    fn line(&mut self, text: &[u8], line: u64, limit: usize, sink: &mut dyn Sink) -> bool {
        if text.len() > limit {
            sink.bad(line, problem::line_too_long(limit));
            return true;
        }
        let text = jsonl::tidy(text, line);
        match self {
            Self::Jsonl => {
                jsonl::line(text, line, limit, sink);
                true
            }
            Self::Csv { header, cells } => header.line(text, line, cells, sink),
        }
    }
}
