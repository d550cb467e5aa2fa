//! Where a record belongs in the total order, when the records pass by one after the other: the order is that of `finish.rs`.

use super::record::{At, Record};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::collections::HashMap;

/// Day, moment, stream, position.
pub(crate) type Place = (NaiveDate, Option<DateTime<Utc>>, u32, u64);

/// A stream's day.
type Day = (u32, NaiveDate);

/// Gives each record its place; they come file by file, each in its order.
#[derive(Debug)]
pub(crate) struct Places {
    zone: Tz,
    /// The number of each stream among all.
    numbers: Vec<u32>,
    /// The latest moment so far of each stream on each day; of the day of the last record, by itself.
    latest: HashMap<Day, DateTime<Utc>>,
    here: Option<(Day, DateTime<Utc>)>,
}

impl Places {
    pub(super) fn new(zone: Tz, numbers: Vec<u32>) -> Self {
        Self { zone, numbers, latest: HashMap::new(), here: None }
    }

    /// The place of the next record. Without numbers, streams have those of the order in which they came.
    pub(crate) fn of(&mut self, record: &Record) -> Place {
        self.at(record.at, record.stream, record.seq)
    }

    /// The same, of one that happened then and stands there in its stream.
    pub(super) fn at(&mut self, at: At, stream: u32, seq: u64) -> Place {
        let (day, stream) = (at.day(self.zone), self.numbers.get(stream as usize).copied().unwrap_or(stream));
        if self.here.is_none_or(|(here, _)| here != (stream, day)) {
            self.latest.extend(self.here.take());
            self.here = self.latest.get(&(stream, day)).map(|latest| ((stream, day), *latest));
        }
        let moment = match at {
            At::Moment(moment) => {
                let moment = moment.to_utc();
                let latest = self.here.map_or(moment, |(_, latest)| latest.max(moment));
                self.here = Some(((stream, day), latest));
                Some(moment)
            }
            At::Date(_) => self.here.map(|(_, latest)| latest),
        };
        (day, moment, stream, seq)
    }
}
