//! A file in JSONL whose lines somebody else reads where they are written plainly: the others come here, and what all of them say together is noted.

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
    texts: Texts,
    any: bool,
    bytes: Vec<u8>,
    buffer: String,
}

impl<'m> Reader<'m> {
    /// Reads an events file in JSONL in pieces: each worker makes something of some of them, on a thread of its own, and `take` gets that in their order, with what reads the lines
    /// that the worker left. Records are not kept.
    ///
    /// # Errors
    /// As for [`Reader::events`].
    pub(crate) fn passing_pieces<T: Send>(
        &mut self,
        (file, source): (&str, Option<&str>),
        input: &mut dyn BufRead,
        workers: Vec<impl FnMut(Piece) -> T + Send>,
        take: &mut dyn FnMut(T, &mut Slowly<'_, '_, 'm>),
    ) -> Result<(), Rejection> {
        let (model, limit) = (self.model(), self.limit());
        self.sunk(file, source, None, |_, sink| {
            let mut pieces = Pieces::new(input, limit);
            let next = || {
                let read = pieces.next();
                read.map_err(|error| Stop::input(pieces.line(), &error))
            };
            let mut slowly = Slowly { model, sink, limit, texts: Texts::new(), any: false, bytes: Vec::new(), buffer: String::new() };
            let ended = Threads::pipe(workers, next, |made| {
                take(made, &mut slowly);
                Ok(())
            });
            let Slowly { texts, any, sink, .. } = slowly;
            sink.digested_as(texts, any);
            ended
        })
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
        jsonl::line(jsonl::tidy(text, line), line, self.limit, self.sink);
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
        jsonl::line(jsonl::tidy(text, line), line, self.limit, &mut alone);
        store.take(0)
    }
}
