//! What is in a saved state, and how it becomes a store again.

use super::packed::{Packing, Unpacking};
use super::value::{Names, SavedAt, SavedMoment, SavedValue};
use crate::diagnostics::{Say, codes};
use crate::model::Model;
use crate::records::events::Pass;
use crate::records::record::{Origin, Record, Rejection};
use crate::records::row::Item;
use crate::records::store::{Links, Store, Stream};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};
use std::sync::Arc;

/// Records that are written at once.
pub(super) const SOME: usize = 4096;

/// What stands before the records.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    /// Names of the record types that come up, by which records tell theirs.
    events: Vec<String>,
    streams: Vec<SavedStream>,
    read: u64,
    rejected: u64,
    ignored: BTreeMap<String, (u64, Option<SavedOrigin>)>,
    notes: Vec<(String, String)>,
    rejections: Vec<SavedRejection>,
    /// Attributes of cases.
    rows: Vec<Vec<SavedValue>>,
    names: Vec<String>,
    pub(super) pieces: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedStream {
    source: String,
    file: String,
    /// Of its records; none when there is none.
    digest: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedOrigin {
    file: String,
    line: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedRejection {
    code: String,
    origin: SavedOrigin,
    id: Option<String>,
    message: (String, String),
    help: (String, String),
}

/// Some of the records, and the names that come up in them for the first time.
#[derive(Serialize, Deserialize)]
pub(super) struct Piece {
    pub(super) names: Vec<String>,
    pub(super) records: Vec<SavedRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SavedRecord {
    event: u32,
    stream: u32,
    source: u32,
    seq: u64,
    line: u64,
    id: String,
    revision: u64,
    recorded_at: Option<SavedMoment>,
    at: SavedAt,
    fields: Vec<SavedValue>,
    /// Which row of attributes of cases.
    row: u32,
    supersedes: Option<String>,
    retracts: Option<String>,
}

/// Writes a store.
pub(super) fn save<W: Write>(model: &Model, store: &Store, out: &mut Packing<W>) -> io::Result<()> {
    let mut names = Names::default();
    let events: BTreeSet<usize> = store.records.iter().map(|record| record.event).collect();
    let events: Vec<usize> = events.into_iter().collect();
    out.put(&head(model, store, &events, store.records.len().div_ceil(SOME) as u64, &mut names))?;
    for (piece, records) in store.records.chunks(SOME).enumerate() {
        let saved = |(at, record): (usize, &Record)| {
            let index = piece * SOME + at;
            let mut saved = record_of(record, record.event, (store.attributes.get(index).copied().unwrap_or_default(), store.links_of(index)), &mut names);
            saved.number(&events).expect("it is among those that come up");
            saved
        };
        let records = records.iter().enumerate().map(saved).collect();
        out.put(&Piece { names: names.new_ones(), records })?;
    }
    Ok(())
}

/// What stands before so many pieces. `events`: the record types that come up.
pub(super) fn head(model: &Model, store: &Store, events: &[usize], pieces: u64, names: &mut Names) -> Head {
    let digests = store.digests(model);
    let stream = |(stream, (digest, any)): (&Stream, (String, bool))| SavedStream {
        source: stream.source.to_string(),
        file: stream.file.to_string(),
        digest: any.then_some(digest),
    };
    let ignored = |(name, count): (&String, &u64)| (name.clone(), (*count, store.ignored_first.get(name).map(SavedOrigin::of)));
    let rows = store.rows.iter().map(|row| row.iter().map(|value| SavedValue::of(value, names)).collect()).collect();
    Head {
        events: events.iter().filter_map(|event| model.events.get(*event)).map(|event| event.name.clone()).collect(),
        streams: store.streams.iter().zip(digests).map(stream).collect(),
        read: store.counts.read,
        rejected: store.counts.rejected,
        ignored: store.counts.ignored.iter().map(ignored).collect(),
        notes: store.notes.iter().map(both).collect(),
        rejections: store.rejections.iter().map(SavedRejection::of).collect(),
        rows,
        names: names.new_ones(),
        pieces,
    }
}

/// A record, with the row of its cases and the ids that it replaces and takes back. Its type has the number that is given.
pub(super) fn record_of(record: &Record, event: usize, (row, links): (u32, [Option<&str>; 2]), names: &mut Names) -> SavedRecord {
    let [supersedes, retracts] = links.map(|link| link.map(str::to_owned));
    SavedRecord {
        event: u32::try_from(event).expect("few record types"),
        stream: record.stream,
        source: names.number(&record.source),
        seq: record.seq,
        line: record.origin.line,
        id: record.id.to_string(),
        revision: record.revision,
        recorded_at: record.recorded_at.map(SavedMoment::of),
        at: SavedAt::of(record.at),
        fields: record.fields.iter().map(|value| SavedValue::of(value, names)).collect(),
        row,
        supersedes,
        retracts,
    }
}

/// Reads what [`save`] wrote into an empty store; none when it is something else. `pass` gets the store when there are some records, to hand them over; none: they are kept.
pub(super) fn read<R: Read>(model: &Model, store: &mut Store, input: &mut Unpacking<R>, mut pass: Option<Pass<'_>>) -> Option<()> {
    let head: Head = input.next()?;
    let mut names = Names::default();
    names.extend(head.names);
    let events = head.events.iter().map(|name| model.event_index(name)).collect::<Vec<_>>();
    for stream in head.streams {
        store.saved_stream(stream.source.into(), stream.file.into(), stream.digest);
    }
    store.counts.read = head.read;
    store.counts.rejected = head.rejected;
    for (name, (count, first)) in head.ignored {
        store.ignored_first.extend(first.map(|first| (name.clone(), first.origin())));
        store.counts.ignored.insert(name, count);
    }
    store.notes.extend(head.notes.into_iter().map(|(en, zh)| Say::new(en, zh)));
    store.rejections = head.rejections.into_iter().map(SavedRejection::rejection).collect::<Option<_>>()?;
    let rows = head.rows.iter().map(|row| row.iter().map(|value| value.stored(&names)).collect::<Option<Vec<_>>>());
    let rows = rows.collect::<Option<Vec<_>>>()?;
    for _ in 0..head.pieces {
        let piece: Piece = input.next()?;
        names.extend(piece.names);
        for record in piece.records {
            let event = *events.get(record.event as usize)?;
            let attributes = rows.get(record.row as usize)?.clone();
            let links = Links { supersedes: record.supersedes.as_deref().map(Arc::from), retracts: record.retracts.as_deref().map(Arc::from) };
            let file = Arc::clone(&store.streams.get(record.stream as usize)?.file);
            store.add(Item { record: record.record(event?, file, &names)?, supersedes: links.supersedes, retracts: links.retracts, attributes });
        }
        if let Some(pass) = &mut pass {
            pass(store);
        }
    }
    Some(())
}

impl SavedRecord {
    /// Its type, by the model's number so far, gets its place among those that come up.
    pub(super) fn number(&mut self, events: &[usize]) -> Option<()> {
        self.event = u32::try_from(events.binary_search(&(self.event as usize)).ok()?).ok()?;
        Some(())
    }

    fn record(self, event: usize, file: Arc<str>, names: &Names) -> Option<Record> {
        Some(Record {
            event,
            source: names.text(self.source)?,
            id: self.id.into(),
            revision: self.revision,
            recorded_at: match self.recorded_at {
                None => None,
                Some(moment) => Some(moment.moment()?),
            },
            at: self.at.at()?,
            stream: self.stream,
            seq: self.seq,
            fields: self.fields.iter().map(|value| value.stored(names)).collect::<Option<_>>()?,
            origin: Origin { file, line: self.line },
            certain: true,
            only_for: None,
        })
    }
}

impl SavedOrigin {
    fn of(origin: &Origin) -> Self {
        Self { file: origin.file.to_string(), line: origin.line }
    }

    fn origin(self) -> Origin {
        Origin { file: self.file.into(), line: self.line }
    }
}

impl SavedRejection {
    fn of(rejection: &Rejection) -> Self {
        Self {
            code: rejection.code.to_owned(),
            origin: SavedOrigin::of(&rejection.origin),
            id: rejection.id.clone(),
            message: both(&rejection.message),
            help: both(&rejection.help),
        }
    }

    fn rejection(self) -> Option<Rejection> {
        Some(Rejection {
            code: codes::known(&self.code)?,
            origin: self.origin.origin(),
            id: self.id,
            message: Say::new(self.message.0, self.message.1),
            help: Say::new(self.help.0, self.help.1),
        })
    }
}

fn both(say: &Say) -> (String, String) {
    (say.en.clone(), say.zh.clone())
}
