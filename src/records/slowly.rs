//! A file or a table whose records somebody else reads where they are written plainly: the others come here, and what all of them say together is noted.

use super::digest::{self, Texts};
use super::events::EventSink;
use super::input::Input;
use super::portions::{One, Portion, Portions, Unread, Writing};
use super::problem;
use super::reader::Reader;
use super::record::{Record, Rejection};
use super::sink::Sink;
use super::store::{Links, Passed, Store};
use crate::model::Model;
use crate::threads::Threads;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Reads what others leave.
pub(crate) struct Slowly<'s, 'r, 'm> {
    model: &'m Model,
    sink: &'s mut EventSink<'r, 'm>,
    limit: usize,
    one: One,
    texts: Texts,
    any: bool,
    /// Each line so far stood for itself.
    is_whole: bool,
    bytes: Vec<u8>,
    buffer: String,
}

impl<'m> Reader<'m> {
    /// Reads an events file or a table some records at a time: each of the workers that `begin` gives makes something of some of them, on a thread of its own, and `take` gets that in their
    /// order, with what reads the records that the worker left. `begin` is told how they are written. Records are not kept. False: it cannot be read so after all; what was read is void.
    ///
    /// # Errors
    /// As for [`Reader::events`].
    pub(crate) fn passing_portions<T: Send, W: FnMut(Portion) -> T + Send>(
        &mut self,
        (file, source): (&str, Option<&str>),
        input: Input<'_>,
        begin: impl FnOnce(Writing<'_>) -> Option<Vec<W>>,
        take: &mut dyn FnMut(T, &mut Slowly<'_, '_, 'm>),
    ) -> Result<bool, Rejection> {
        let (model, limit) = (self.model(), self.limit());
        let mut is_whole = true;
        self.sunk(file, source, None, |wanted, sink| {
            let opened = Portions::open(input, limit, wanted, sink)?;
            let opened = opened.and_then(|(portions, one)| Some((begin(portions.writing(&one))?, portions, one)));
            let Some((workers, mut portions, one)) = opened else {
                is_whole = false;
                return Ok(());
            };
            let mut slowly = Slowly { model, sink, limit, one, texts: Texts::new(), any: false, is_whole: true, bytes: Vec::new(), buffer: String::new() };
            let ended = Threads::pipe(workers, || portions.next(), |made| {
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

    /// The name given to it, or empty.
    pub(crate) fn source(&self) -> Arc<str> {
        Arc::clone(&self.sink.source)
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

    /// The next one is of a type that no policy declares.
    pub(crate) fn undeclared(&mut self, name: &str, line: u64) {
        self.sink.undeclared(name, line);
    }

    /// The next record, if it can be used; `line`: the number of its line or row.
    pub(crate) fn record(&mut self, unread: &Unread<'_>, line: u64) -> Option<Passed> {
        let before = self.sink.store.records.len();
        self.is_whole &= self.one.read(unread, line, self.limit, self.sink);
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

    /// A record that was read elsewhere, at its place in the stream; nothing is counted.
    pub(crate) fn again(&mut self, unread: &Unread<'_>, line: u64, seq: u64) -> Option<Record> {
        let mut store = Store::default();
        let sink = &mut *self.sink;
        let (file, source) = (Arc::clone(&sink.file), Arc::clone(&sink.source));
        let mut alone = EventSink { layout: sink.layout, typing: sink.typing, store: &mut store, file, source, stream: sink.stream, seq: seq - 1, typed: false, rejections: 0, untyped: BTreeSet::new(), pass: None };
        self.one.read(unread, line, self.limit, &mut alone);
        store.take(0)
    }
}
