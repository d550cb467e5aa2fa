//! Rulings, postings, units and times as scripts read them. What people read is in `explain::words`.

use crate::diagnostics::Tongue;
use crate::model::norm::Posting;
use crate::model::value::{Scalar, Unit};
use crate::records::At;
use crate::reference::verdict::Ruling;
use chrono::{Datelike, NaiveDate, Timelike};
use std::sync::Arc;

/// The rulings in the order in which reports list them.
pub(crate) const RULINGS: [Ruling; 6] =
    [Ruling::Violation, Ruling::Conflict, Ruling::Undetermined, Ruling::Pending, Ruling::Compliant, Ruling::NotApplicable];

/// English or Chinese.
pub(crate) fn pick<'a>(tongue: Tongue, en: &'a str, zh: &'a str) -> &'a str {
    match tongue {
        Tongue::En => en,
        Tongue::Zh => zh,
    }
}

/// The ruling as scripts write it: `not_applicable`.
pub(crate) fn ruling_code(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Violation => "violation",
        Ruling::Conflict => "conflict",
        Ruling::Undetermined => "undetermined",
        Ruling::Pending => "pending",
        Ruling::Compliant => "compliant",
        Ruling::NotApplicable => "not_applicable",
    }
}

/// The posting as scripts write it.
pub(crate) fn posting_code(posting: Posting) -> &'static str {
    match posting {
        Posting::Fine => "fine",
        Posting::Deduct => "deduct",
        Posting::Pay => "pay",
        Posting::Score => "score",
        Posting::Count => "count",
    }
}

/// The unit as scripts write it; none for plain numbers.
pub(crate) fn unit_code(unit: &Unit) -> Option<&str> {
    Some(match unit {
        Unit::One => return None,
        Unit::Money(code) => code,
        Unit::Days => "days",
        Unit::WorkingDays => "working_days",
        Unit::Months => "months",
        Unit::Years => "years",
        Unit::Hours => "hours",
        Unit::Minutes => "minutes",
        Unit::Percent => "percent",
        Unit::Points => "points",
    })
}

/// A value that is no quantity as scripts write it.
pub(crate) fn value_code(value: &Scalar) -> String {
    match value {
        Scalar::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Scalar::Quantity(number, unit) => [Some(number.to_string().as_str()), unit_code(unit)].into_iter().flatten().collect::<Vec<_>>().join(" "),
        Scalar::Date(day) => day.to_string(),
        Scalar::Moment(moment) => moment.to_rfc3339(),
        Scalar::Time(time) => time.format("%H:%M").to_string(),
        Scalar::Kind(_, name) | Scalar::Text(name) | Scalar::Ref(_, name) => name.to_string(),
        Scalar::Set(_, ids) => ids.join(","),
    }
}

/// `2024-03-05` or `2024-03-05T08:37:00+08:00`.
pub(crate) fn at(at: At) -> String {
    match at {
        At::Date(day) => day.to_string(),
        At::Moment(moment) => moment.to_rfc3339(),
    }
}

/// The same, written behind what is there.
pub(crate) fn put_at(time: At, out: &mut Vec<u8>) {
    if !put_plain(time, out) {
        out.extend_from_slice(at(time).as_bytes());
    }
}

/// Writes a day or moment as most are: of a year with four digits, to the second, with an offset in minutes. False: it is none, and nothing was written.
fn put_plain(time: At, out: &mut Vec<u8>) -> bool {
    let pair = |number: u32| {
        let digit = |number: u32| b'0' + (number % 10) as u8;
        [digit(number / 10), digit(number)]
    };
    let day = |day: NaiveDate| {
        let year = u32::try_from(day.year()).ok().filter(|year| *year <= 9999)?;
        let ([a, b], [c, d], [e, f], [g, h]) = (pair(year / 100), pair(year % 100), pair(day.month()), pair(day.day()));
        Some([a, b, c, d, b'-', e, f, b'-', g, h])
    };
    match time {
        At::Date(date) => match day(date) {
            Some(date) => out.extend_from_slice(&date),
            None => return false,
        },
        At::Moment(moment) => {
            let (local, offset) = (moment.naive_local(), moment.offset().local_minus_utc());
            let (Some(date), 0, 0) = (day(local.date()), local.nanosecond(), offset % 60) else { return false };
            let minutes = offset.unsigned_abs() / 60;
            let ([a, b], [c, d], [e, f]) = (pair(local.hour()), pair(local.minute()), pair(local.second()));
            let ([g, h], [i, j]) = (pair(minutes / 60), pair(minutes % 60));
            out.extend_from_slice(&date);
            out.extend_from_slice(&[b'T', a, b, b':', c, d, b':', e, f, if offset < 0 { b'-' } else { b'+' }, g, h, b':', i, j]);
        }
    }
    true
}

/// Writes moments one after the other, as [`put_at`] does. Mostly the next is on the day of the one before.
#[cfg(feature = "arrow")]
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock {
    /// Seconds east of UTC, and that day's first second, counted from 1970 on the place's clock.
    day: Option<(i32, i64)>,
    /// As a moment of that day is written.
    written: [u8; PLAIN],
}

/// Bytes of `2024-03-05T08:37:00+08:00`.
#[cfg(feature = "arrow")]
const PLAIN: usize = 25;

#[cfg(feature = "arrow")]
impl Clock {
    /// Writes it behind what is there.
    pub(crate) fn put(&mut self, time: At, out: &mut Vec<u8>) {
        let At::Moment(moment) = time else { return put_at(time, out) };
        const DAY: i64 = 86_400;
        let offset = moment.offset().local_minus_utc();
        let seconds = moment.timestamp() + i64::from(offset);
        let is_whole = moment.timestamp_subsec_nanos() == 0;
        if let Some((east, first)) = self.day
            && let since @ 0..DAY = seconds - first
            && east == offset
            && is_whole
        {
            out.extend_from_slice(&self.written);
            if let Some([.., a, b, _, c, d, _, e, f, _, _, _, _, _, _]) = out.last_chunk_mut::<PLAIN>() {
                for ([tens, ones], number) in [([a, b], since / 3600), ([c, d], since / 60 % 60), ([e, f], since % 60)] {
                    (*tens, *ones) = (b'0' + (number / 10) as u8, b'0' + (number % 10) as u8);
                }
            }
            return;
        }
        let start = out.len();
        put_at(time, out);
        if let Some(written) = out.get(start..).and_then(|written| written.try_into().ok()).filter(|_| is_whole) {
            (self.day, self.written) = (Some((offset, seconds - seconds.rem_euclid(DAY))), written);
        }
    }
}

/// `2024-03-05 08:37` for people: the offset is left out, seconds only where there are any.
pub(crate) fn at_short(at: At) -> String {
    match at {
        At::Date(day) => day.to_string(),
        At::Moment(moment) => {
            let long = moment.format("%Y-%m-%d %H:%M:%S").to_string();
            long.strip_suffix(":00").unwrap_or(&long).to_owned()
        }
    }
}

/// `staff:li`.
pub(crate) fn subject((entity, id): &(Arc<str>, Arc<str>)) -> String {
    format!("{entity}:{id}")
}

/// Several citations in one text.
pub(crate) fn cites(cites: &[String]) -> String {
    cites.join("; ")
}

/// In percent with one decimal, rounded down, so that 100 means all; nothing is all of nothing.
pub(crate) fn percent(part: usize, whole: usize) -> String {
    let tenths = (part * 1000).checked_div(whole).unwrap_or(1000);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    const WRITTEN: [&str; 6] = ["2024-03-05T08:37:09+08:00", "0001-12-31T00:00:00-03:30", "9999-01-10T23:59:59+00:00", "2024-03-05T08:37:09.250+14:00", "+12024-03-05T08:37:09+08:00", "2016-12-31T23:59:60+00:00"];

    #[test]
    fn times_are_written_as_chrono_writes_them() {
        for text in WRITTEN {
            let moment = At::Moment(DateTime::parse_from_rfc3339(text).or_else(|_| text.parse()).expect(text));
            let mut out = b"at: ".to_vec();
            put_at(moment, &mut out);
            assert_eq!(String::from_utf8(out).expect(text), format!("at: {}", at(moment)));
        }
        for day in ["2024-02-29", "0001-01-01", "9999-12-31", "+12024-03-05", "-0004-03-05"] {
            let day = At::Date(day.parse().expect(day));
            let mut out = Vec::new();
            put_at(day, &mut out);
            assert_eq!(String::from_utf8(out).expect("a text"), at(day));
        }
    }

    #[test]
    #[cfg(feature = "arrow")]
    fn times_of_one_day_are_written_like_each_alone() {
        let mut clock = Clock::default();
        for text in WRITTEN {
            let moment = DateTime::parse_from_rfc3339(text).or_else(|_| text.parse()).expect(text);
            for moment in [moment, moment, moment - chrono::TimeDelta::seconds(59), moment.with_hour(0).expect(text), moment.with_hour(23).expect(text)].map(At::Moment) {
                let mut out = b"at: ".to_vec();
                clock.put(moment, &mut out);
                assert_eq!(String::from_utf8(out).expect(text), format!("at: {}", at(moment)));
            }
        }
    }
}
