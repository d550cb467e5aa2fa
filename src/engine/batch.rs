//! Records on their way from a reader to the engine: words, and the texts that some of them stand for.

use super::plan::Plan;
use super::word::{BLANK, MISSING, Word, day_of, day_word};
use crate::records::At;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};
use std::hash::BuildHasher;

/// When a record happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    /// Its day, in the time zone of the regulations.
    pub(super) day: Word,
    /// The moment in nanoseconds since 1970 (UTC); [`Word::MIN`] for a date alone.
    pub(super) nanos: Word,
    /// Seconds since midnight; missing for a date alone, or a fraction of a second.
    pub(super) time: Word,
    /// Seconds east of UTC, as written or in the zone.
    pub(super) offset: i32,
}

impl Stamp {
    /// Of a date alone.
    pub(super) fn of_day(day: NaiveDate) -> Self {
        Self { day: day_word(day), nanos: Word::MIN, time: MISSING, offset: 0 }
    }

    /// The time that it says; none when a calendar has no such day.
    pub(super) fn at(self) -> Option<At> {
        if self.nanos == Word::MIN {
            return day_of(self.day).map(At::Date);
        }
        let moment = DateTime::from_timestamp_nanos(self.nanos);
        Some(At::Moment(moment.with_timezone(&FixedOffset::east_opt(self.offset)?)))
    }

    /// The same, one after the other: mostly the next is on the day of the one before, which is counted from 1970 (UTC).
    fn at_near(self, day: &mut Option<(i64, NaiveDate)>) -> Option<At> {
        const SECOND: i64 = 1_000_000_000;
        const DAY: i64 = 86_400;
        if self.nanos == Word::MIN {
            return self.at();
        }
        let (seconds, nanos) = (self.nanos.div_euclid(SECOND), self.nanos.rem_euclid(SECOND));
        let (number, time) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let date = match day {
            Some((known, date)) if *known == number => *date,
            _ => day.insert((number, DateTime::from_timestamp_nanos(self.nanos).date_naive())).1,
        };
        let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(time).ok()?, u32::try_from(nanos).ok()?)?;
        let moment = NaiveDateTime::new(date, time);
        Some(At::Moment(DateTime::from_naive_utc_and_offset(moment, FixedOffset::east_opt(self.offset)?)))
    }
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Record type.
    pub(super) event: usize,
    pub(super) at: Stamp,
    /// Records of one stream that happened at the same time are in their order there.
    pub(super) stream: u32,
    /// Its name, in the batch's text.
    pub(super) name: Text,
    /// Its first word.
    pub(super) words: usize,
    /// The key of its subject; 0 when it has none, or all subjects are judged together.
    pub(super) key: u32,
}

impl Row {
    /// Keeps a place for a record that is still to come, of no type that a plan knows.
    pub(super) fn placeholder(stream: u32) -> Self {
        Self { event: usize::MAX, at: Stamp { day: 0, nanos: 0, time: 0, offset: 0 }, stream, name: Text::NONE, words: 0, key: 0 }
    }

    /// Has its record not come?
    pub(super) fn is_placeholder(&self) -> bool {
        self.event == usize::MAX
    }
}

/// By which subjects are shared out over threads.
pub(super) fn key(name: &str) -> u32 {
    (FixedState::default().hash_one(name) >> 32) as u32
}

/// The thread to which a key falls, of so many.
pub(super) fn thread_of(key: u32, of: u32) -> u32 {
    ((u64::from(key) * u64::from(of)) >> 32) as u32
}

/// A piece of a batch's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text {
    start: u32,
    length: u32,
}

impl Text {
    /// No text.
    pub(super) const NONE: Self = Self { start: 0, length: 0 };

    pub(super) fn new(start: usize, length: usize) -> Option<Self> {
        Some(Self { start: u32::try_from(start).ok()?, length: u32::try_from(length).ok().filter(|length| *length < 1 << 30)? })
    }

    /// As a word, until the name it stands for gets its number.
    pub(super) fn word(self) -> Word {
        (Word::from(self.length) << 32) | Word::from(self.start)
    }

    /// What stands there.
    #[inline]
    pub(super) fn of(self, text: &str) -> &str {
        let (start, length) = (self.start as usize, self.length as usize);
        text.get(start..start + length).unwrap_or_default()
    }

    /// Where it begins, and how long it is.
    pub(super) fn place(self) -> (usize, usize) {
        (self.start as usize, self.length as usize)
    }

    #[inline]
    pub(super) fn of_word(word: Word) -> Self {
        Self { start: (word & 0xffff_ffff) as u32, length: (word >> 32) as u32 }
    }
}

/// Some records, one after the other.
#[derive(Debug, Default)]
pub struct Batch {
    /// What was read; then texts that do not stand in it as they are.
    pub(super) text: String,
    pub(super) rows: Vec<Row>,
    pub(super) words: Vec<Word>,
    /// It is one thread's part of a piece: places of the rows in that.
    pub(super) numbers: Option<Vec<u32>>,
    /// How many places the piece has; of a whole batch, 0.
    pub(super) places: usize,
}

/// Records of a piece of a file: for one thread all together, for several each thread's apart, so that no thread looks at what another needs.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// All of them; for several threads only what was read.
    pub(super) batch: Batch,
    pub(super) parts: Vec<Batch>,
    /// The thread that filled it, in whose caches its room is.
    pub(super) by: usize,
}

impl Piece {
    /// The records for a thread.
    pub(super) fn of(&self, thread: usize) -> &Batch {
        self.parts.get(thread).unwrap_or(&self.batch)
    }

    /// How many records.
    pub(super) fn len(&self) -> usize {
        self.batch.rows.len() + self.parts.iter().map(Batch::len).sum::<usize>()
    }

    /// Room for a piece with so many parts.
    pub(super) fn clear(&mut self, parts: usize) {
        self.parts.resize_with(parts, || Batch { numbers: Some(Vec::new()), ..Batch::default() });
        for batch in self.parts.iter_mut().chain([&mut self.batch]) {
            batch.rows.clear();
            batch.words.clear();
            batch.text.clear();
            batch.places = 0;
            batch.numbers.iter_mut().for_each(Vec::clear);
        }
    }
}

impl Batch {
    /// How many records.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Has it none?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What the records call their subjects: those of the plan's entity, one for each record that names one.
    pub fn subjects<'b>(&'b self, plan: &'b Plan<'_>) -> impl Iterator<Item = &'b str> {
        let word = |row: &Row| self.words.get(row.words + plan.key(row.event)?).copied().filter(|word| *word > BLANK);
        self.rows.iter().filter_map(word).map(|word| self.text(Text::of_word(word)))
    }

    /// When they happened.
    pub(crate) fn times(&self) -> impl Iterator<Item = At> {
        let mut day = None;
        self.rows.iter().filter_map(move |row| row.at.at_near(&mut day))
    }

    /// How much room it takes, in bytes.
    pub(super) fn room(&self) -> usize {
        self.text.capacity() + size_of::<Row>() * self.rows.capacity() + size_of::<Word>() * self.words.capacity()
    }

    /// How many places its rows have among all.
    pub(super) fn places(&self) -> usize {
        self.places.max(self.rows.len())
    }

    /// Copies a record with its words from another batch into this part; it stands at this place of the piece. The key's word, if it has one, and those of these
    /// fields stand for texts.
    #[inline]
    pub(super) fn pack(&mut self, row: &Row, (text, words): (&str, &[Word]), (key, named): (Option<usize>, &[usize]), place: u32) -> Option<()> {
        let Self { text: own, rows, words: packed, numbers, .. } = self;
        let start = packed.len();
        packed.extend_from_slice(words);
        let packed = packed.get_mut(start..)?;
        for at in named.iter().chain(&key) {
            let word = packed.get_mut(*at)?;
            if *word > BLANK {
                *word = add(own, Text::of_word(*word).of(text))?.word();
            }
        }
        let row = Row { name: add(own, row.name.of(text))?, words: start, ..*row };
        let numbers = numbers.get_or_insert_default();
        if numbers.last().is_none_or(|last| *last < place) {
            numbers.push(place);
            rows.push(row);
        } else {
            // Those that are read slowly come behind the others.
            let at = numbers.partition_point(|number| *number < place);
            numbers.insert(at, place);
            rows.insert(at, row);
        }
        Some(())
    }

    #[inline]
    pub(super) fn text(&self, text: Text) -> &str {
        text.of(&self.text)
    }

    /// Adds a text that does not stand in what was read.
    pub(super) fn add(&mut self, text: &str) -> Option<Text> {
        add(&mut self.text, text)
    }
}

#[inline]
fn add(to: &mut String, text: &str) -> Option<Text> {
    let start = to.len();
    to.push_str(text);
    Text::new(start, text.len())
}

#[cfg(test)]
mod tests {
    use super::{Batch, Row, Stamp};
    use crate::records::At;

    #[test]
    fn times_one_after_the_other_are_those_of_each_alone() {
        const DAY: i64 = 86_400_000_000_000;
        let moment = |nanos: i64, offset: i32| Stamp { day: 738_000, nanos, time: 0, offset };
        let date = Stamp { nanos: i64::MIN, ..moment(0, 0) };
        let stamps = [0, 1, DAY - 1, DAY, DAY, -1, -DAY, 19_000 * DAY + 1_500_000_000, 19_000 * DAY, i64::MAX, i64::MIN + 1].map(|nanos| [moment(nanos, 28_800), date, moment(nanos, -12_600)]);
        let rows: Vec<Row> = stamps.into_iter().flatten().map(|at| Row { at, ..Row::placeholder(0) }).collect();
        let alone: Vec<Option<At>> = rows.iter().map(|row| row.at.at()).collect();
        assert_eq!(Batch { rows, ..Batch::default() }.times().map(Some).collect::<Vec<_>>(), alone);
    }
}
