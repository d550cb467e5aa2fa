//! Which record comes before which: the partial order of `docs/semantics.md` §2.

use super::record::{At, Record};
use chrono_tz::Tz;
use std::cmp::Ordering;

/// How two records stand to each other in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The first happened before the second.
    Before,
    /// The first happened after the second.
    After,
    /// Nobody can tell: equal times (or a day and a moment in it) in different streams. A record is unordered with itself.
    Unordered,
}

impl Order {
    fn of(ordering: Ordering) -> Self {
        match ordering {
            Ordering::Less => Self::Before,
            Ordering::Equal => Self::Unordered,
            Ordering::Greater => Self::After,
        }
    }
}

/// Does `a` come before `b`? Days are those of `zone`. Equal times, and a day and a moment in it, are ordered only within one stream.
pub fn compare(a: &Record, b: &Record, zone: Tz) -> Order {
    match compare_times(a.at, b.at, zone) {
        Order::Unordered if a.stream == b.stream => Order::of(a.seq.cmp(&b.seq)),
        order => order,
    }
}

/// Is the time `a` strictly before `b`? [`Order::Unordered`] for equal times and for a day and a moment in it.
pub fn compare_times(a: At, b: At, zone: Tz) -> Order {
    match (a, b) {
        (At::Moment(a), At::Moment(b)) => Order::of(a.cmp(&b)),
        _ => Order::of(a.day(zone).cmp(&b.day(zone))),
    }
}
