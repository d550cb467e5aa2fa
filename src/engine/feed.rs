//! Records that are typed already → a batch.

use super::batch::{Batch, Row, Stamp, Text, key};
use super::plan::Plan;
use super::word::{BLANK, Kept, MISSING, Word, day_word, steps, time_word};
use crate::model::value::Scalar;
use crate::records::{At, Record, Stored};

impl Plan<'_> {
    /// Adds a record to a batch.
    pub fn feed(&self, record: &Record, batch: &mut Batch) {
        let words = batch.words.len();
        if self.key(record.event).is_none() {
            // No subject of the plan: only its day is noted.
            batch.rows.push(Row { event: record.event, at: self.stamp(record.at), stream: record.stream, name: Text::NONE, words, key: 0 });
            return;
        }
        let name = if record.source.is_empty() { batch.add(&record.id) } else { batch.add(&record.reference()) };
        for ((kept, _), stored) in self.fields.get(record.event).map(Vec::as_slice).unwrap_or_default().iter().zip(&record.fields) {
            let word = match stored {
                Stored::Missing => MISSING,
                Stored::Blank => BLANK,
                Stored::Known(scalar) => self.known(kept, scalar, batch),
            };
            batch.words.push(word);
        }
        let Some(name) = name else { return };
        let key = self.subject_of(record).map_or(0, key);
        batch.rows.push(Row { event: record.event, at: self.stamp(record.at), stream: record.stream, name, words, key });
    }

    /// Adds a record of which only the day is noted.
    pub(super) fn feed_day(&self, record: &Record, batch: &mut Batch) {
        // No type of record that a plan knows.
        batch.rows.push(Row { event: usize::MAX, at: self.stamp(record.at), stream: record.stream, name: Text::NONE, words: batch.words.len(), key: 0 });
    }

    /// Does a record whose subject is one of the plan's not say whose it is?
    pub(crate) fn is_nobodys(&self, record: &Record) -> bool {
        self.key(record.event).is_some() && self.subject_of(record).is_none()
    }

    fn known(&self, kept: &Kept, scalar: &Scalar, batch: &mut Batch) -> Word {
        let added = |text: &str, batch: &mut Batch| batch.add(text).map_or(MISSING, |text| text.word());
        match (kept, scalar) {
            (Kept::Bool, Scalar::Bool(yes)) => Word::from(*yes),
            (Kept::Quantity(step, unit), Scalar::Quantity(number, of)) if unit == of => steps(*number, *step).unwrap_or(MISSING),
            (Kept::Date, Scalar::Date(day)) => day_word(*day),
            (Kept::Time, Scalar::Time(time)) => time_word(*time),
            (Kept::Kind(kind), Scalar::Kind(of, value)) if **of == **kind => self.kinds.place(kind, value).unwrap_or(MISSING),
            (Kept::Text, Scalar::Text(text)) => added(text, batch),
            (Kept::Ref(_), Scalar::Ref(_, id)) => added(id, batch),
            (Kept::Set(_), Scalar::Set(_, ids)) => match serde_json::to_string(ids) {
                Ok(text) => added(&text, batch),
                Err(_) => MISSING,
            },
            _ => MISSING,
        }
    }

    /// When it happened, in the time zone of the regulations.
    pub(super) fn stamp(&self, at: At) -> Stamp {
        match at {
            At::Date(day) => Stamp::of_day(day),
            At::Moment(moment) => {
                let local = moment.with_timezone(&self.zone);
                let nanos = moment.timestamp_nanos_opt().unwrap_or(Word::MIN);
                Stamp { day: day_word(local.date_naive()), nanos, time: time_word(local.time()), offset: moment.offset().local_minus_utc() }
            }
        }
    }
}
