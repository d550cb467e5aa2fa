//! An events file in JSONL, read by several threads: each reads pieces of it, and what they say is put together in their order.

use super::digest::{self, Texts};
use super::events::EventSink;
use super::jsonl;
use super::pieces::{Piece, Pieces};
use super::sink::Stop;
use super::store::Store;
use super::typed::Typing;
use crate::model::Model;
use crate::threads::Threads;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a piece says.
struct Said {
    store: Store,
    /// Its records, for the digest.
    bytes: Vec<u8>,
    rows: u64,
    typed: bool,
    untyped: BTreeSet<String>,
}

/// Reads all rows.
pub(crate) fn read(model: &Model, threads: Threads, pieces: Pieces<'_>, sink: &mut EventSink<'_, '_>) -> Result<(), Stop> {
    let (layout, limit, stream) = (sink.layout, pieces.limit(), sink.stream);
    let (file, source) = (sink.file.to_string(), sink.source.to_string());
    let worker = |_| {
        // Texts that many records share are each thread's own.
        let (file, source): (Arc<str>, Arc<str>) = (file.as_str().into(), source.as_str().into());
        let mut typing = Typing::new(model);
        move |piece: Piece| {
            let mut store = Store::default();
            let (file, source) = (Arc::clone(&file), Arc::clone(&source));
            let mut sink = EventSink { layout, typing: &mut typing, store: &mut store, file, source, stream, seq: 0, typed: false, rejections: 0, untyped: BTreeSet::new(), pass: None };
            jsonl::piece(&piece, limit, &mut sink);
            let EventSink { seq: rows, typed, untyped, .. } = sink;
            let (mut bytes, mut buffer) = (Vec::new(), String::new());
            for (index, record) in store.records.iter().enumerate() {
                digest::add_record(&mut bytes, model, record, store.links_of(index), &mut buffer);
            }
            Said { store, bytes, rows, typed, untyped }
        }
    };
    let mut texts = Texts::new();
    let mut pieces = pieces;
    let next = || {
        let read = pieces.next();
        read.map_err(|error| Stop::input(pieces.line(), &error))
    };
    let ended = Threads::pipe((0..threads.count()).map(worker).collect(), next, |said| {
        texts.records(&said.bytes);
        sink.absorb(said.store, said.rows, said.typed, said.untyped);
        Ok(())
    });
    sink.digested(texts);
    ended
}
