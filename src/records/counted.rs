//! Times that a table holds as numbers, as the text that a JSON file of the same table would hold.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// Days since 1970-01-01.
pub(crate) fn day(days: i32) -> Option<String> {
    NaiveDate::default().checked_add_signed(TimeDelta::days(i64::from(days))).map(|day| day.to_string())
}

/// Nanoseconds since midnight.
pub(crate) fn time_of_day(nanos: i64) -> Option<String> {
    let seconds = u32::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
    let rest = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
    let written = if nanos % 60_000_000_000 == 0 { "%H:%M" } else { "%H:%M:%S%.f" };
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, rest).map(|time| time.format(written).to_string())
}

/// A moment; one on a place's clock (not `utc`) has no offset, and takes the regulation's.
pub(crate) fn moment(moment: DateTime<Utc>, utc: bool) -> String {
    let zone = if utc { "Z" } else { "" };
    // What chrono promises of it: `%Y-%m-%dT%H:%M:%S%.f`, without reading that each time.
    format!("{:?}{zone}", moment.naive_utc())
}
