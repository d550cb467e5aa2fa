//! Where a record belongs in the total order, when the records pass by one after the other: the order is that of `finish.rs`.

use super::record::{At, Record};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::collections::HashMap;

/// Day, moment, stream, position.
pub(crate) type Place = (NaiveDate, Option<DateTime<Utc>>, u32, u64);

/// Gives each record its place; they come file by file, each in its order.
#[derive(Debug)]
pub(crate) struct Places {
    zone: Tz,
    /// The number of each stream among all.
    numbers: Vec<u32>,
    /// The latest moment so far of a stream on a day.
    latest: HashMap<(u32, NaiveDate), DateTime<Utc>>,
}

impl Places {
    pub(super) fn new(zone: Tz, numbers: Vec<u32>) -> Self {
        Self { zone, numbers, latest: HashMap::new() }
    }

    /// The place of the next record.
    pub(crate) fn of(&mut self, record: &Record) -> Place {
        let (day, stream) = (record.at.day(self.zone), self.numbers.get(record.stream as usize).copied().unwrap_or_default());
        let moment = match record.at {
            At::Moment(moment) => {
                let latest = self.latest.entry((stream, day)).or_insert_with(|| moment.to_utc());
                *latest = (*latest).max(moment.to_utc());
                Some(moment.to_utc())
            }
            At::Date(_) => self.latest.get(&(stream, day)).copied(),
        };
        (day, moment, stream, record.seq)
    }
}
