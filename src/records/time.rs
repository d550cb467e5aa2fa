//! Dates, moments and times of day as they are written in data.

use super::problem::{self, Problem};
use super::record::At;
use crate::diagnostics::Say;
use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

/// Reads `2024-03-05`, `2024-03-05T08:37`, `2024-03-05 08:37:00.5+08:00`; a local time is one of `zone`, and an error where there is none.
/// The error says what is wrong.
pub fn read_time(text: &str, zone: Option<Tz>) -> Result<At, Say> {
    at("time", text, zone).map_err(|problem| problem.message)
}

/// A date, or a moment; without an offset the moment is one of `zone`.
pub(crate) fn at(column: &str, text: &str, zone: Option<Tz>) -> Result<At, Problem> {
    let text = text.trim();
    let not_a_time = || problem::wrong_type(column, text, &expected_at());
    let (day, rest) = split_date(text).ok_or_else(not_a_time)?;
    let day = day.ok_or_else(|| problem::no_such_date(text))?;
    if rest.is_empty() {
        return Ok(At::Date(day));
    }
    let (time, offset) = split_time(rest.get(1..).unwrap_or_default()).filter(|_| rest.starts_with(['T', 't', ' '])).ok_or_else(not_a_time)?;
    let local = day.and_time(time.ok_or_else(|| problem::no_such_date(text))?);
    match offset {
        Some(offset) => offset.from_local_datetime(&local).single().map(At::Moment).ok_or_else(|| problem::no_such_date(text)),
        None => in_zone(text, local, zone).map(At::Moment),
    }
}

/// A moment; a date alone is none.
pub(crate) fn moment(column: &str, text: &str, zone: Option<Tz>) -> Result<DateTime<FixedOffset>, Problem> {
    match at(column, text, zone)? {
        At::Moment(moment) => Ok(moment),
        At::Date(_) => Err(problem::wrong_type(column, text, &expected_moment())),
    }
}

/// A date; of a moment, the date as it is written.
pub(crate) fn date(column: &str, text: &str) -> Result<NaiveDate, Problem> {
    let text = text.trim();
    let not_a_date = || problem::wrong_type(column, text, &expected_date());
    let (day, rest) = split_date(text).ok_or_else(not_a_date)?;
    if !rest.is_empty() && (!rest.starts_with(['T', 't', ' ']) || split_time(rest.get(1..).unwrap_or_default()).is_none()) {
        return Err(not_a_date());
    }
    day.ok_or_else(|| problem::no_such_date(text))
}

/// A time of day, `08:30` or `08:30:15`.
pub(crate) fn time_of_day(column: &str, text: &str) -> Result<NaiveTime, Problem> {
    let text = text.trim();
    match split_time(text) {
        Some((Some(time), None)) => Ok(time),
        Some((None, None)) => Err(problem::no_such_date(text)),
        _ => Err(problem::wrong_type(column, text, &Say::new("a time of day such as `08:30`", "时间（如 `08:30`）"))),
    }
}

pub(crate) fn expected_date() -> Say {
    Say::new("a date such as `2024-03-05`", "日期（如 `2024-03-05`）")
}

pub(crate) fn expected_moment() -> Say {
    Say::new("a date with a time such as `2024-03-05T08:37`", "带时间的日期（如 `2024-03-05T08:37`）")
}

pub(crate) fn expected_at() -> Say {
    Say::new("a date such as `2024-03-05` or a moment such as `2024-03-05T08:37`", "日期（如 `2024-03-05`）或时刻（如 `2024-03-05T08:37`）")
}

fn in_zone(text: &str, local: NaiveDateTime, zone: Option<Tz>) -> Result<DateTime<FixedOffset>, Problem> {
    let zone = zone.ok_or_else(|| problem::time_without_zone(text))?;
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(moment) => Ok(moment.fixed_offset()),
        MappedLocalTime::Ambiguous(..) => Err(problem::time_ambiguous(text, zone.name())),
        MappedLocalTime::None => Err(problem::time_in_gap(text, zone.name())),
    }
}

/// `2024-03-05` at the start: the day, none when it does not exist, and what follows it. None when it does not look like a date.
fn split_date(text: &str) -> Option<(Option<NaiveDate>, &str)> {
    let (date, rest) = text.split_at_checked(10)?;
    let bytes = date.as_bytes();
    let dashes = bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    let (year, month, day) = (digits(date.get(..4)?)?, digits(date.get(5..7)?)?, digits(date.get(8..)?)?);
    let exists = i32::try_from(year).ok().filter(|year| *year > 0).and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    dashes.then_some((exists, rest))
}

/// `08:37`, `08:37:00`, `08:37:00.123`, each with or without an offset.
type TimeAndOffset = (Option<NaiveTime>, Option<FixedOffset>);

fn split_time(text: &str) -> Option<TimeAndOffset> {
    let (clock, offset) = match text.find(['Z', 'z', '+', '-']) {
        Some(at) => (text.get(..at)?.trim_end(), Some(offset(text.get(at..)?)?)),
        None => (text, None),
    };
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (two_digits(parts.next()?)?, two_digits(parts.next()?)?);
    let (second, nano) = match parts.next() {
        Some(seconds) => split_seconds(seconds)?,
        None => (0, 0),
    };
    Some((NaiveTime::from_hms_nano_opt(hour, minute, second, nano), offset))
}

fn split_seconds(text: &str) -> Option<(u32, u32)> {
    let Some((second, fraction)) = text.split_once('.') else {
        return Some((two_digits(text)?, 0));
    };
    let places = u32::try_from(fraction.len()).ok().filter(|places| (1..=9).contains(places))?;
    Some((two_digits(second)?, digits(fraction)? * 10_u32.pow(9 - places)))
}

fn offset(text: &str) -> Option<FixedOffset> {
    if text.eq_ignore_ascii_case("z") {
        return FixedOffset::east_opt(0);
    }
    let (sign, clock) = text.split_at_checked(1)?;
    let (hours, minutes) = match clock.len() {
        2 => (clock, "00"),
        4 => clock.split_at_checked(2)?,
        _ => clock.split_once(':')?,
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok().filter(|_| minutes < 60)?;
    FixedOffset::east_opt(if sign == "-" { -seconds } else { seconds })
}

fn two_digits(text: &str) -> Option<u32> {
    if text.len() == 2 { digits(text) } else { None }
}

fn digits(text: &str) -> Option<u32> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
