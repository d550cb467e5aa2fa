//! Records told apart by the subject that they name, for audits that are shared out over machines: saved key by key, and gone on from with other rows of the same table.

use super::reader::Reader;
use super::record::{Record, Stored};
use super::row::Item;
use super::saved::{self, Key, KeyState, UnusableState};
use super::store::Store;
use crate::model::sharding::key;
use crate::model::value::Scalar;
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// What a table is called that nobody gave a name.
const TABLE: &str = "<data>";

/// How a record is called, whose it is, and whom it corrects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its source, empty when none was named.
    pub source: Arc<str>,
    /// Its id within the source.
    pub id: Arc<str>,
    /// Id of the subject, empty when it names none.
    pub key: Arc<str>,
    /// The id that it replaces.
    pub supersedes: Option<Arc<str>>,
    /// The id that it takes back.
    pub retracts: Option<Arc<str>>,
}

impl Reader<'_> {
    /// Digest of what the policies declare of records: with another one, saved records cannot be used.
    pub fn declared(&self) -> String {
        saved::declared(self.model(), self.layout())
    }

    /// Gives the rows of the table that was read last their places in the whole of which they are a part, from 0: messages tell the place (from 1).
    pub fn placed(&mut self, places: &[u64]) {
        let store = self.store_mut();
        let Some(stream) = store.streams.len().checked_sub(1) else { return };
        let Some(file) = store.streams.get(stream).map(|stream| Arc::clone(&stream.file)) else { return };
        let put = |line: &mut u64| {
            let place = line.checked_sub(1).and_then(|row| places.get(usize::try_from(row).ok()?));
            *line = place.map_or(*line, |place| place + 1);
        };
        store.records.iter_mut().filter(|record| record.stream as usize == stream).for_each(|record| put(&mut record.origin.line));
        let rejected = store.rejections.iter_mut().map(|rejection| &mut rejection.origin);
        rejected.chain(store.ignored_first.values_mut()).filter(|origin| origin.file == file).for_each(|origin| put(&mut origin.line));
    }

    /// Goes on from what [`Reader::by_key`] gave for `entity`, as if its rows stood in the table that was read last, each at its place.
    ///
    /// # Errors
    /// When a state is damaged, of another version, or of policies that declare other records.
    pub fn resume_keys<'s>(&mut self, states: impl IntoIterator<Item = (Key<'s>, &'s [u8])>) -> Result<(), UnusableState> {
        let (model, declared) = (self.model(), self.declared());
        let store = self.store_mut();
        let earlier = store.records.len();
        let stream = match store.streams.len().checked_sub(1) {
            Some(last) => u32::try_from(last).expect("fewer than four thousand million files"),
            None => store.stream(&"".into(), &TABLE.into()),
        };
        let Some(file) = store.streams.get(stream as usize).map(|stream| Arc::clone(&stream.file)) else { return Ok(()) };
        for (key, bytes) in states {
            let mut piece = saved::unpack(model, &declared, key, bytes)?;
            for record in &mut piece.records {
                record.stream = stream;
                record.origin.file = Arc::clone(&file);
            }
            piece.rejections.iter_mut().map(|rejection| &mut rejection.origin).for_each(|origin| origin.file = Arc::clone(&file));
            for (name, mut origin) in std::mem::take(&mut piece.ignored_first) {
                origin.file = Arc::clone(&file);
                let known = store.ignored_first.entry(name).or_insert_with(|| origin.clone());
                if origin.line < known.line {
                    *known = origin;
                }
            }
            store.absorb(piece, 0);
        }
        if store.records.len() > earlier {
            store.arrange(stream, earlier);
            // It is that of all its rows.
            store.streams.iter_mut().skip(stream as usize).for_each(|stream| stream.digest = None);
        }
        Ok(())
    }

    /// What was read, packed by the subject of `entity` that records name; without a key, what became no record, if there is any. All keys are in order.
    ///
    /// # Errors
    /// None that is known: the bytes are written into memory.
    pub fn by_key(&self, entity: &str) -> io::Result<Vec<KeyState>> {
        let (store, declared) = (self.store(), self.declared());
        let mut keys: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
        for (index, key) in self.keys(entity).enumerate() {
            keys.entry(key).or_default().push(index);
        }
        let mut all = Vec::with_capacity(keys.len() + 1);
        for (key, indices) in &keys {
            all.push(self.packed(&declared, entity, Some(key), &of_key(store, indices), indices)?);
        }
        let rest = rest(store);
        if rest.counts.read > 0 {
            all.push(self.packed(&declared, entity, None, &rest, &[])?);
        }
        Ok(all)
    }

    fn packed(&self, declared: &str, entity: &str, key: Option<&str>, store: &Store, indices: &[usize]) -> io::Result<KeyState> {
        let records = || indices.iter().filter_map(|index| self.store().records.get(*index));
        let lines = records().map(|record| record.origin.line).chain(store.rejections.iter().map(|rejection| rejection.origin.line));
        let beside = Key { entity, key, records: indices.len() as u64, first: records().map(|record| self.day(record)).min(), last: lines.max().map(|line| line.saturating_sub(1)) };
        let bytes = saved::pack(self.model(), declared, store, beside)?;
        Ok(KeyState { key: key.map(str::to_owned), records: beside.records, first: beside.first, last: beside.last, bytes })
    }

    /// For each subject the day of its earliest record, whatever becomes of it.
    pub fn earliest(&self, entity: &str) -> BTreeMap<Arc<str>, NaiveDate> {
        let mut days = BTreeMap::new();
        for (record, key) in self.store().records.iter().zip(self.keys(entity)) {
            let day = self.day(record);
            days.entry(key).and_modify(|known: &mut NaiveDate| *known = day.min(*known)).or_insert(day);
        }
        days
    }

    /// How all records are called.
    pub fn named(&self, entity: &str) -> Vec<Named> {
        let links = |index: usize| self.store().links.get(&index).cloned().unwrap_or_default();
        let one = |(index, (record, key)): (usize, (&Record, Arc<str>))| {
            let links = links(index);
            Named { source: Arc::clone(&record.source), id: Arc::clone(&record.id), key, supersedes: links.supersedes, retracts: links.retracts }
        };
        self.store().records.iter().zip(self.keys(entity)).enumerate().map(one).collect()
    }

    /// The key of each record.
    fn keys(&self, entity: &str) -> impl Iterator<Item = Arc<str>> {
        let fields: Vec<Option<usize>> = self.model().events.iter().map(|event| key(event, entity).map(|(at, _)| at)).collect();
        let nobody: Arc<str> = "".into();
        self.store().records.iter().map(move |record| match fields.get(record.event).copied().flatten().and_then(|at| record.fields.get(at)) {
            Some(Stored::Known(Scalar::Ref(_, id))) => Arc::clone(id),
            _ => Arc::clone(&nobody),
        })
    }

    fn day(&self, record: &Record) -> NaiveDate {
        record.at.day(self.layout().zone.unwrap_or(Tz::UTC))
    }
}

/// A store with some of the records; which file they stood in is told when they are read.
fn of_key(store: &Store, indices: &[usize]) -> Store {
    let mut own = Store::default();
    own.saved_stream("".into(), "".into(), None);
    for index in indices {
        let Some(record) = store.records.get(*index) else { continue };
        let [supersedes, retracts] = store.links_of(*index).map(|link| link.map(Arc::from));
        let row = store.attributes.get(*index).and_then(|row| store.rows.get(*row as usize));
        own.add(Item { record: Record { stream: 0, seq: 0, ..record.clone() }, supersedes, retracts, attributes: row.map(|row| row.to_vec()).unwrap_or_default() });
    }
    own.counts.read = indices.len() as u64;
    own
}

/// A store with what became no record.
fn rest(store: &Store) -> Store {
    let mut own = Store::default();
    own.rejections.clone_from(&store.rejections);
    own.ignored_first.clone_from(&store.ignored_first);
    own.counts.ignored.clone_from(&store.counts.ignored);
    own.counts.rejected = store.counts.rejected;
    own.counts.read = store.counts.rejected + store.counts.ignored.values().sum::<u64>();
    own
}
