//! Times as they are mostly written → a stamp. Days on which the clock is changed are left to the reader of all the others.

use super::super::batch::Stamp;
use super::super::word::{MISSING, Word, day_word, same};
use super::value::{clock, two, with_seconds, ymd};
#[cfg(feature = "arrow")]
use chrono::Datelike;
use chrono::{MappedLocalTime, NaiveDate, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;
use std::collections::HashMap;

/// Days that were met, with the offset that the clock has all day long.
#[derive(Debug, Clone)]
pub(super) struct Days {
    zone: Tz,
    /// The day that was met last, as written.
    last: [u8; 10],
    known: Option<Day>,
    /// The day that was met last as so many days since 1970.
    #[cfg(feature = "arrow")]
    counted: Option<(i64, Option<Day>)>,
    all: HashMap<(u32, u32, u32), Option<Day>>,
}

#[derive(Debug, Clone, Copy)]
struct Day {
    word: Word,
    /// Its midnight in seconds since 1970 (UTC).
    midnight: i64,
    offset: i32,
}

impl Day {
    /// So many seconds after its midnight.
    #[inline]
    fn at(self, time: Word) -> Option<Stamp> {
        let nanos = (self.midnight + time).checked_mul(1_000_000_000)?;
        Some(Stamp { day: self.word, nanos, time, offset: self.offset })
    }
}

impl Days {
    pub(super) fn new(zone: Tz) -> Self {
        Self {
            zone,
            last: [0; 10],
            known: None,
            #[cfg(feature = "arrow")]
            counted: None,
            all: HashMap::new(),
        }
    }

    /// `2024-03-05`, `2024-03-05T08:37`, `2024-03-05T08:37:15`, in the zone; behind a time of day also that zone's offset, `+08:00`.
    #[inline]
    pub(super) fn stamp(&mut self, bytes: &[u8]) -> Option<Stamp> {
        let day = self.day(bytes)?;
        // Mostly to the second, and no offset behind it.
        if let Ok([_, _, _, _, _, _, _, _, _, _, b'T', time @ ..]) = <&[u8; 19]>::try_from(bytes) {
            return day.at(with_seconds(u64::from_le_bytes(*time))?);
        }
        stamp_at_length(bytes, day)
    }

    /// A moment on the clock of the place, in nanoseconds since its 1970: a whole second.
    #[cfg(feature = "arrow")]
    pub(super) fn local(&mut self, nanos: i64) -> Option<Stamp> {
        const SECOND: i64 = 1_000_000_000;
        const DAY: i64 = 86_400;
        let seconds = nanos.div_euclid(SECOND);
        let (number, time) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        if nanos.rem_euclid(SECOND) != 0 {
            return None;
        }
        if self.counted.is_none_or(|(last, _)| last != number) {
            let day = NaiveDate::default().checked_add_signed(chrono::TimeDelta::days(number))?;
            let ymd = (u32::try_from(day.year()).ok()?, day.month(), day.day());
            let zone = self.zone;
            self.counted = Some((number, *self.all.entry(ymd).or_insert_with(|| known(zone, ymd))));
        }
        let (_, day) = self.counted?;
        let day = day?;
        Some(Stamp { day: day.word, nanos: (day.midnight + time).checked_mul(SECOND)?, time, offset: day.offset })
    }

    /// A date, whatever time is written behind it: only the ways of writing that are common.
    pub(super) fn date(&mut self, bytes: &[u8]) -> Option<Stamp> {
        let day = self.day(bytes)?;
        if let Some((b'T' | b' ', time)) = bytes.get(10..).and_then(<[u8]>::split_first) {
            let (time, _) = apart_from(time);
            clock(time)?;
        } else if bytes.len() > 10 {
            return None;
        }
        Some(Stamp { day: day.word, nanos: Word::MIN, time: MISSING, offset: 0 })
    }

    /// The day that stands first.
    #[inline]
    fn day(&mut self, bytes: &[u8]) -> Option<Day> {
        let written = bytes.first_chunk::<10>()?;
        if !same(&self.last, written) {
            self.turn(written)?;
        }
        self.known
    }

    #[inline(never)]
    fn turn(&mut self, written: &[u8; 10]) -> Option<()> {
        let (zone, ymd) = (self.zone, ymd(written)?);
        self.known = *self.all.entry(ymd).or_insert_with(|| known(zone, ymd));
        self.last = *written;
        Some(())
    }
}

/// A time however it is written, on its day.
#[inline(never)]
fn stamp_at_length(bytes: &[u8], day: Day) -> Option<Stamp> {
    let (bytes, offset) = apart(bytes);
    if offset.is_some_and(|offset| offset != day.offset) {
        return None;
    }
    if bytes.len() == 10 {
        return Some(Stamp { day: day.word, nanos: Word::MIN, time: MISSING, offset: 0 });
    }
    let time = clock(bytes.get(11..).filter(|_| bytes.get(10) == Some(&b'T'))?)?;
    day.at(time)
}

/// A day with a time, and the seconds east of UTC that stand behind it.
fn apart(bytes: &[u8]) -> (&[u8], Option<i32>) {
    if bytes.len() > 16 { apart_from(bytes) } else { (bytes, None) }
}

/// A time, and the seconds east of UTC that stand behind it.
fn apart_from(bytes: &[u8]) -> (&[u8], Option<i32>) {
    let offset = |[sign, a, b, colon, c, d]: [u8; 6]| {
        let (hours, minutes) = (two(&[a, b], 0)?, two(&[c, d], 0)?);
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok().filter(|_| colon == b':' && hours < 24 && minutes < 60)?;
        match sign {
            b'+' => Some(seconds),
            b'-' => Some(-seconds),
            _ => None,
        }
    };
    match bytes.split_last_chunk::<6>() {
        Some((time, last)) => offset(*last).map_or((bytes, None), |offset| (time, Some(offset))),
        _ => (bytes, None),
    }
}

/// A day on which the clock always has the same offset.
fn known(zone: Tz, (year, month, day): (u32, u32, u32)) -> Option<Day> {
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let offset = |day: NaiveDate, hour: u32| match zone.from_local_datetime(&day.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?)) {
        MappedLocalTime::Single(moment) => Some((moment.timestamp(), moment.offset().fix().local_minus_utc())),
        MappedLocalTime::Ambiguous(..) | MappedLocalTime::None => None,
    };
    let (midnight, first) = offset(day, 0)?;
    let same = (1..24).all(|hour| offset(day, hour).is_some_and(|(_, other)| other == first)) && offset(day.succ_opt()?, 0)?.1 == first;
    same.then_some(Day { word: day_word(day), midnight, offset: first })
}
