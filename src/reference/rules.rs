//! What a regulation's header settles for its norms: time zone, calendar, clock, lateness; and the arithmetic of days in it (§3).

use crate::model::calendar::Calendar;
use crate::model::value::Unit;
use crate::model::{Interval, Model, Regulation};
use crate::records::At;
use chrono::{DateTime, Datelike, Days, Duration, FixedOffset, Months, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

/// A regulation's header, looked up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'a> {
    pub zone: Tz,
    pub calendar: Option<&'a Calendar>,
    /// The day of the event is day one.
    pub same_day: bool,
    /// What ends on a day off ends on the next working day.
    pub moves_on: bool,
    pub lateness: u32,
    pub validity: Interval,
}

/// Why a date cannot be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// No such day, a part of a day, or beyond the years a calendar can hold.
    NoSuchDay,
    /// A class of day that the calendar does not know.
    Unknown(NaiveDate),
}

impl<'a> Rules<'a> {
    pub(super) fn of(model: &'a Model, regulation: &str) -> Self {
        let found: Option<&Regulation> = model.regulation(regulation);
        Self {
            zone: found.and_then(|r| r.time_zone.parse().ok()).unwrap_or(Tz::UTC),
            calendar: found.and_then(|r| r.calendar.as_deref()).and_then(|name| model.calendar(name)),
            same_day: found.is_some_and(|r| r.same_day),
            moves_on: found.is_some_and(|r| r.moves_on),
            lateness: found.map_or(0, |r| r.lateness),
            validity: found.map(|r| r.validity).unwrap_or_default(),
        }
    }

    pub(super) fn day(&self, at: At) -> NaiveDate {
        at.day(self.zone)
    }

    /// Is `day` worked? Outside the calendar's years nobody knows.
    pub(super) fn works(&self, day: NaiveDate) -> Result<bool, Lost> {
        self.calendar.and_then(|calendar| calendar.works(day)).ok_or(Lost::Unknown(day))
    }

    /// A local time in the zone; the earlier of two, none in a gap.
    pub(super) fn local(&self, time: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
        self.zone.from_local_datetime(&time).earliest().map(|moment| moment.fixed_offset())
    }

    /// Working days after `from` up to and with `to`, negative with the sides turned.
    pub(super) fn working_days(&self, from: NaiveDate, to: NaiveDate) -> Result<i64, Lost> {
        self.calendar.and_then(|calendar| calendar.working_days(from, to)).ok_or(Lost::Unknown(from.max(to)))
    }

    /// `at` moved by whole days, working days, months or years (clipped to the month's end), or by exact seconds.
    pub(super) fn shift(&self, at: At, by: i64, unit: &Unit) -> Result<At, Lost> {
        match (unit, at) {
            (Unit::Hours | Unit::Minutes, At::Moment(moment)) => {
                let seconds = by.checked_mul(if *unit == Unit::Hours { 3600 } else { 60 }).and_then(Duration::try_seconds);
                seconds.and_then(|d| moment.checked_add_signed(d)).map(At::Moment).ok_or(Lost::NoSuchDay)
            }
            (Unit::Hours | Unit::Minutes, At::Date(_)) => Err(Lost::NoSuchDay),
            (_, At::Date(day)) => self.shift_day(day, by, unit).map(At::Date),
            (_, At::Moment(moment)) => {
                let local = moment.with_timezone(&self.zone).naive_local();
                let day = self.shift_day(local.date(), by, unit)?;
                self.local(day.and_time(local.time())).map(At::Moment).ok_or(Lost::NoSuchDay)
            }
        }
    }

    fn shift_day(&self, day: NaiveDate, by: i64, unit: &Unit) -> Result<NaiveDate, Lost> {
        let months = |n: i64| {
            let n = by.checked_mul(n).ok_or(Lost::NoSuchDay)?;
            let by = Months::new(u32::try_from(n.unsigned_abs()).map_err(|_| Lost::NoSuchDay)?);
            (if n < 0 { day.checked_sub_months(by) } else { day.checked_add_months(by) }).ok_or(Lost::NoSuchDay)
        };
        match unit {
            Unit::WorkingDays => self.calendar.and_then(|c| c.add_working_days(day, by)).ok_or(Lost::Unknown(self.edge(day, by))),
            Unit::Months => months(1),
            Unit::Years => months(12),
            _ => {
                let days = Days::new(by.unsigned_abs());
                (if by < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) }).ok_or(Lost::NoSuchDay)
            }
        }
    }

    /// The first day outside the calendar's years on the way.
    fn edge(&self, day: NaiveDate, by: i64) -> NaiveDate {
        let next = if by > 0 { day.succ_opt() } else { day.pred_opt() };
        let (Some((first, last)), Some(next)) = (self.calendar.map(|calendar| calendar.years), next) else { return day };
        if !(first..=last).contains(&next.year()) {
            return next;
        }
        let edge = if by > 0 { NaiveDate::from_ymd_opt(last + 1, 1, 1) } else { NaiveDate::from_ymd_opt(first - 1, 12, 31) };
        edge.unwrap_or(day)
    }

    /// Whole months from `from` to `to`, negative when `to` lies before.
    pub(super) fn months_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        if to < from {
            return -self.months_between(to, from);
        }
        let guess = i64::from(to.year() - from.year()) * 12 + i64::from(to.month()) - i64::from(from.month());
        let reached = |n: i64| self.shift_day(from, n, &Unit::Months).is_ok_and(|day| day <= to);
        if reached(guess) { guess } else { guess - 1 }
    }
}
