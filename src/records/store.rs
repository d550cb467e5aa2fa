//! Everything that has been read and not yet been settled.

use super::digest::{self, Texts};
use super::problem::Problem;
use super::record::{Origin, Record, Rejection, Stored};
use super::row::Item;
use super::set::Counts;
use crate::diagnostics::Say;
use crate::model::Model;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What a record says about others: the id it replaces, the id it takes back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Links {
    pub(crate) supersedes: Option<Arc<str>>,
    pub(crate) retracts: Option<Arc<str>>,
}

/// Where records come from.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) source: Arc<str>,
    pub(crate) file: Arc<str>,
    /// Of its records, in hexadecimal, when it is known already; and whether there are any.
    pub(crate) digest: Option<String>,
    pub(crate) any: bool,
    /// Of those that were handed over so far.
    passed: Option<Texts>,
}

/// Records that are handed over and not kept.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    pub(crate) records: Vec<Record>,
    /// What they say of others, by their places in `records`; most say nothing.
    pub(crate) links: BTreeMap<usize, Links>,
}

impl Passed {
    /// What the record at this place supersedes, and what it retracts.
    pub(super) fn links_of(&self, index: usize) -> [Option<&str>; 2] {
        named(&self.links, index)
    }
}

fn named(links: &BTreeMap<usize, Links>, index: usize) -> [Option<&str>; 2] {
    let links = links.get(&index);
    [links.and_then(|links| links.supersedes.as_deref()), links.and_then(|links| links.retracts.as_deref())]
}

/// A row of a register.
#[derive(Debug)]
pub(crate) struct RegisterRow {
    pub(crate) id: Arc<str>,
    pub(crate) from: Option<chrono::NaiveDate>,
    pub(crate) until: Option<chrono::NaiveDate>,
    /// Aligned with the entity's attributes.
    pub(crate) values: Vec<Stored>,
    pub(crate) origin: Origin,
}

/// Everything read.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) records: Vec<Record>,
    /// By index into `records`; most have none.
    pub(crate) links: BTreeMap<usize, Links>,
    /// Aligned with `records`: index into `rows`.
    pub(crate) attributes: Vec<u32>,
    /// Attributes of cases as they stood in the rows, each combination once.
    pub(crate) rows: Vec<Arc<[Stored]>>,
    known_rows: HashMap<Arc<[Stored]>, u32>,
    /// The row without any.
    none: Option<u32>,
    pub(crate) streams: Vec<Stream>,
    /// Streams of records that were pushed, by the number they came with.
    pushed: BTreeMap<u32, u32>,
    /// Rows by entity; an entity is here as soon as a register was given for it.
    pub(crate) registers: BTreeMap<String, Vec<RegisterRow>>,
    pub(crate) rejections: Vec<Rejection>,
    /// Rows of registers.
    pub(crate) rows_rejected: Vec<Rejection>,
    pub(crate) notes: Vec<Say>,
    pub(crate) counts: Counts,
    /// Where the first record of each type stands that no policy declares.
    pub(crate) ignored_first: BTreeMap<String, Origin>,
}

impl Store {
    /// A new stream.
    pub(crate) fn stream(&mut self, source: &Arc<str>, file: &Arc<str>) -> u32 {
        self.streams.push(Stream { source: Arc::clone(source), file: Arc::clone(file), digest: None, any: false, passed: None });
        u32::try_from(self.streams.len() - 1).expect("fewer than four thousand million files")
    }

    /// A stream that was read before, with the digest of its records (none: it had none).
    pub(crate) fn saved_stream(&mut self, source: Arc<str>, file: Arc<str>, digest: Option<String>) {
        let any = digest.is_some();
        self.streams.push(Stream { source, file, digest: Some(digest.unwrap_or_else(|| Texts::new().hex())), any, passed: None });
    }

    /// For each stream the digest of its records, and whether there are any.
    pub(crate) fn digests(&self, model: &Model) -> Vec<(String, bool)> {
        let mut open: Vec<_> = self.streams.iter().map(|stream| (stream.digest.is_none().then(Texts::new), stream.any)).collect();
        let (mut bytes, mut buffer) = (Vec::new(), String::new());
        for (index, record) in self.records.iter().enumerate() {
            if let Some((Some(texts), any)) = open.get_mut(record.stream as usize) {
                bytes.clear();
                digest::add_record(&mut bytes, model, record, self.links_of(index), &mut buffer);
                texts.records(&bytes);
                *any = true;
            }
        }
        let hex = |(stream, (texts, any)): (&Stream, (Option<Texts>, bool))| (texts.map(Texts::hex).or_else(|| stream.digest.clone()).unwrap_or_default(), any);
        self.streams.iter().zip(open).map(hex).collect()
    }

    pub(crate) fn add(&mut self, item: Item) {
        let Item { record, supersedes, retracts, attributes } = item;
        let row = match self.none.filter(|_| attributes.is_empty()) {
            Some(none) => none,
            None => self.row(attributes.into()),
        };
        if supersedes.is_some() || retracts.is_some() {
            self.links.insert(self.records.len(), Links { supersedes, retracts });
        }
        self.records.push(record);
        self.attributes.push(row);
    }

    /// What a record says of others.
    pub(crate) fn links_of(&self, index: usize) -> [Option<&str>; 2] {
        named(&self.links, index)
    }

    /// Takes over what was read of a piece of a file; `before`: rows of the stream that came before it.
    pub(crate) fn absorb(&mut self, mut piece: Self, before: u64) {
        let first = self.records.len();
        piece.records.iter_mut().for_each(|record| record.seq += before);
        self.records.append(&mut piece.records);
        self.links.extend(piece.links.into_iter().map(|(index, links)| (first + index, links)));
        let rows: Vec<u32> = piece.rows.into_iter().map(|row| self.row(row)).collect();
        self.attributes.extend(piece.attributes.into_iter().map(|row| rows.get(row as usize).copied().unwrap_or_default()));
        self.rejections.extend(piece.rejections);
        self.counts.read += piece.counts.read;
        self.counts.rejected += piece.counts.rejected;
        for (name, count) in piece.counts.ignored {
            *self.counts.ignored.entry(name).or_default() += count;
        }
        for (name, origin) in piece.ignored_first {
            self.ignored_first.entry(name).or_insert(origin);
        }
    }

    /// Puts the records of a stream in the order of their lines; of one line, those from `earlier` on come first.
    pub(crate) fn arrange(&mut self, stream: u32, earlier: usize) {
        let mut order: Vec<usize> = (0..self.records.len()).collect();
        let key = |index: &usize| self.records.get(*index).map(|record| (record.stream, if record.stream == stream { record.origin.line } else { 0 }, *index < earlier, *index));
        order.sort_by_key(key);
        let mut places = vec![0; order.len()];
        for (at, index) in order.iter().enumerate() {
            if let Some(place) = places.get_mut(*index) {
                *place = at;
            }
        }
        let mut records: Vec<Option<Record>> = std::mem::take(&mut self.records).into_iter().map(Some).collect();
        self.records = order.iter().filter_map(|index| records.get_mut(*index)?.take()).collect();
        let of_stream = self.records.iter_mut().filter(|record| record.stream == stream);
        (1..).zip(of_stream).for_each(|(seq, record)| record.seq = seq);
        self.attributes = order.iter().map(|index| self.attributes.get(*index).copied().unwrap_or_default()).collect();
        self.links = std::mem::take(&mut self.links).into_iter().filter_map(|(index, links)| Some((*places.get(index)?, links))).collect();
    }

    /// A record of a type that no policy declares.
    pub(crate) fn ignore(&mut self, name: &str, origin: Origin) {
        if let Some(count) = self.counts.ignored.get_mut(name) {
            *count += 1;
            return;
        }
        self.counts.ignored.insert(name.to_owned(), 1);
        self.ignored_first.insert(name.to_owned(), origin);
    }

    /// The record that was added after so many; it is kept no longer.
    pub(crate) fn take(&mut self, before: usize) -> Option<Record> {
        self.attributes.truncate(before);
        self.records.drain(before..).next()
    }

    /// Hands over the records that are there, with what they say of others; they are kept no longer. `model`: their digest is still to be taken.
    pub(crate) fn pass(&mut self, model: Option<&Model>) -> Passed {
        let (mut bytes, mut buffer) = (Vec::new(), String::new());
        for (index, record) in self.records.iter().enumerate() {
            let links = self.links.get(&index);
            let links = [links.and_then(|links| links.supersedes.as_deref()), links.and_then(|links| links.retracts.as_deref())];
            // Of a stream that was read before, all this is known.
            let Some(stream) = self.streams.get_mut(record.stream as usize).filter(|stream| stream.digest.is_none()) else { continue };
            stream.any = true;
            if let Some(model) = model {
                bytes.clear();
                digest::add_record(&mut bytes, model, record, links, &mut buffer);
                stream.passed.get_or_insert_with(Texts::new).records(&bytes);
            }
        }
        self.attributes.clear();
        Passed { records: std::mem::take(&mut self.records), links: std::mem::take(&mut self.links) }
    }

    /// All records of a stream were handed over: their digest is known.
    pub(crate) fn passed(&mut self, stream: u32) {
        if let Some(stream) = self.streams.get_mut(stream as usize) {
            stream.digest = Some(stream.passed.take().unwrap_or_else(Texts::new).hex());
        }
    }

    pub(crate) fn push(&mut self, mut record: Record) {
        let stream = match self.pushed.get(&record.stream) {
            Some(stream) => *stream,
            None => {
                let stream = self.stream(&record.source, &record.origin.file);
                self.pushed.insert(record.stream, stream);
                stream
            }
        };
        record.stream = stream;
        self.counts.read += 1;
        self.add(Item { record, supersedes: None, retracts: None, attributes: Vec::new() });
    }

    /// An event record that cannot be used.
    pub(crate) fn reject(&mut self, problem: Problem, origin: Origin, id: Option<String>) {
        self.counts.rejected += 1;
        self.rejections.push(problem.at(origin, id));
    }

    fn row(&mut self, values: Arc<[Stored]>) -> u32 {
        if let Some(known) = self.known_rows.get(&values) {
            return *known;
        }
        let row = u32::try_from(self.rows.len()).expect("fewer than four thousand million cases");
        self.rows.push(Arc::clone(&values));
        self.none = self.none.or_else(|| values.is_empty().then_some(row));
        self.known_rows.insert(values, row);
        row
    }
}
