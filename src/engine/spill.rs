//! Records that wait outside of memory until their turn comes: a row with its words and texts as bytes, and back.

use super::batch::{Batch, Row, Stamp, Text};
use super::plan::Plan;
use super::word::{BLANK, Word};
use crate::records::Record;
use serde::{Deserialize, Serialize};

/// A row by itself.
#[derive(Serialize, Deserialize)]
struct Spilled<'s> {
    event: u32,
    /// Day, nanoseconds, time of day, offset.
    at: (Word, Word, Word, i32),
    stream: u32,
    key: u32,
    #[serde(borrow)]
    name: &'s str,
    words: Vec<Word>,
    /// What the words that stand for texts stand for, as far as they are looked at.
    #[serde(borrow)]
    texts: Vec<&'s str>,
}

impl Plan<'_> {
    /// A record as bytes; none when its time is one that no stamp says.
    pub(crate) fn spill(&self, record: &Record, into: &mut Vec<u8>) -> Option<()> {
        let mut batch = Batch::default();
        self.feed(record, &mut batch);
        let row = batch.rows.first()?;
        if row.at.at() != Some(record.at) {
            return None;
        }
        let Stamp { day, nanos, time, offset } = row.at;
        let known = |at: usize| batch.words.get(at).copied().filter(|word| *word > BLANK);
        let texts = each(self.texts(row.event)).filter_map(known).map(|word| batch.text(Text::of_word(word))).collect();
        let spilled = Spilled { event: u32::try_from(row.event).ok()?, at: (day, nanos, time, offset), stream: row.stream, key: row.key, name: batch.text(row.name), words: batch.words.clone(), texts };
        into.clear();
        postcard::to_io(&spilled, into).ok().map(|_| ())
    }

    /// Adds what [`Plan::spill`] wrote.
    pub(crate) fn gather(&self, bytes: &[u8], batch: &mut Batch) -> Option<()> {
        let Spilled { event, at: (day, nanos, time, offset), stream, key, name, words: own, texts } = postcard::from_bytes(bytes).ok()?;
        let event = event as usize;
        let (name, words) = (batch.add(name)?, batch.words.len());
        batch.words.extend_from_slice(&own);
        let mut texts = texts.into_iter();
        for at in each(self.texts(event)) {
            if own.get(at).is_some_and(|word| *word > BLANK) {
                let word = batch.add(texts.next()?)?.word();
                *batch.words.get_mut(words + at)? = word;
            }
        }
        batch.rows.push(Row { event, at: Stamp { day, nanos, time, offset }, stream, name, words, key });
        Some(())
    }
}

/// All the fields.
fn each((key, named): (Option<usize>, &[usize])) -> impl Iterator<Item = usize> {
    key.into_iter().chain(named.iter().copied())
}
