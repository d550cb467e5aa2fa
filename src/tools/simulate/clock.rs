//! Days and hours: when work is done, and what length a deadline has.

use super::chance::Chance;
use crate::model::calendar::Calendar;
use crate::model::expr::Period;
use crate::model::value::{Scalar, Unit};
use crate::model::{Model, Schedule, Slot};
use chrono::{DateTime, Datelike, Days, Duration, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike};
use chrono_tz::Tz;

/// The calendar, the hours and the time zone of the policies.
#[derive(Debug)]
pub(super) struct Clock<'m> {
    calendar: Option<&'m Calendar>,
    hours: Option<&'m Schedule>,
    zone: Tz,
    /// Do all regulations share the zone, so that a local time says enough?
    one_zone: bool,
    /// First and last day of the stream.
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
}

impl<'m> Clock<'m> {
    pub(super) fn new(model: &'m Model, first: NaiveDate, days: u32) -> Self {
        let zones: Vec<&str> = model.regulations.iter().map(|regulation| regulation.time_zone.as_str()).collect();
        let calendar = model.regulations.iter().find_map(|regulation| regulation.calendar.as_ref()).and_then(|name| model.calendar(name));
        // The hours of work rather than those of the night watch.
        let hours = model.schedules.iter().min_by_key(|schedule| usize::from(schedule.slots.iter().any(|slot| slot.start > slot.end)));
        let last = first.checked_add_days(Days::new(u64::from(days.saturating_sub(1)))).unwrap_or(first);
        let zone = zones.first().and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC);
        Self { calendar, hours, zone, one_zone: zones.windows(2).all(|two| two[0] == two[1]), first, last }
    }

    /// Is `day` worked? Where the calendar does not say, from Monday to Friday.
    pub(super) fn works(&self, day: NaiveDate) -> bool {
        self.calendar.and_then(|calendar| calendar.works(day)).unwrap_or(day.weekday().num_days_from_monday() < 5)
    }

    /// Inside the stream?
    pub(super) fn holds(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// A day from `from` to `until`, inside the stream, mostly a worked one; none when there is no day.
    pub(super) fn day(&self, from: NaiveDate, until: NaiveDate, chance: &mut Chance) -> Option<NaiveDate> {
        let (from, until) = (from.max(self.first), until.min(self.last));
        let all: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= until).collect();
        let worked: Vec<NaiveDate> = all.iter().copied().filter(|day| self.works(*day)).collect();
        let any = chance.percent(6);
        chance.pick(if worked.is_empty() || any { &all } else { &worked }).copied()
    }

    /// A minute of the day: inside the hours, or about the beginning and end of the slots of `schedule`.
    pub(super) fn minute(&self, day: NaiveDate, schedule: Option<&Schedule>, chance: &mut Chance) -> NaiveDateTime {
        let slots: Vec<&Slot> = schedule.or(self.hours).iter().flat_map(|schedule| &schedule.slots).filter(|slot| in_season(slot, day)).collect();
        let (start, end) = match chance.pick(&slots) {
            Some(slot) => (minutes(&slot.start), minutes(&slot.end)),
            None if chance.percent(60) => (8 * 60 + 30, 12 * 60),
            None => (14 * 60, 17 * 60 + 30),
        };
        let end = if end < start { end + 24 * 60 } else { end };
        let minute = match schedule {
            Some(_) if chance.percent(50) => start + chance.between(-20, 12),
            Some(_) => end + chance.between(-12, 20),
            None => chance.between(start, end),
        };
        day.and_time(NaiveTime::MIN) + Duration::minutes(minute.clamp(0, 24 * 60 - 1))
    }

    /// Start or end of a slot on that day.
    pub(super) fn slot(&self, schedule: &Schedule, name: &str, start: bool, day: NaiveDate) -> Option<NaiveDateTime> {
        let slot = schedule.slots.iter().find(|slot| slot.name == name && in_season(slot, day))?;
        let over_night = !start && slot.end < slot.start;
        let minute = minutes(if start { &slot.start } else { &slot.end }) + if over_night { 24 * 60 } else { 0 };
        Some(day.and_time(NaiveTime::MIN) + Duration::minutes(minute))
    }

    /// The instant of a local time.
    pub(super) fn instant(&self, local: NaiveDateTime) -> DateTime<FixedOffset> {
        self.zone.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc().fixed_offset(), |instant| instant.fixed_offset())
    }

    /// A local time as it is written.
    pub(super) fn written(&self, local: NaiveDateTime) -> String {
        if self.one_zone { local.format("%Y-%m-%dT%H:%M").to_string() } else { self.instant(local).to_rfc3339() }
    }

    /// `from` moved by a length.
    pub(super) fn shifted(&self, from: NaiveDateTime, by: &Scalar) -> Option<NaiveDateTime> {
        let Scalar::Quantity(number, unit) = by else { return None };
        let n = i64::try_from(number.floor().as_whole()?).ok()?;
        let months = |n: i64| {
            let by = Months::new(u32::try_from(n.unsigned_abs()).ok()?);
            if n < 0 { from.checked_sub_months(by) } else { from.checked_add_months(by) }
        };
        match unit {
            Unit::Days => from.checked_add_signed(Duration::try_days(n)?),
            Unit::Hours => from.checked_add_signed(Duration::try_hours(n)?),
            Unit::Minutes => from.checked_add_signed(Duration::try_minutes(n)?),
            Unit::Months => months(n),
            Unit::Years => months(n.checked_mul(12)?),
            Unit::WorkingDays => self.worked(from, n),
            _ => None,
        }
    }

    fn worked(&self, from: NaiveDateTime, n: i64) -> Option<NaiveDateTime> {
        let (mut at, mut left) = (from, n.unsigned_abs().min(1000));
        while left > 0 {
            at = at.checked_add_signed(Duration::days(n.signum()))?;
            left -= u64::from(self.works(at.date()));
        }
        Some(at)
    }
}

/// First and last day of the period that holds `day`.
pub(super) fn period(unit: Period, day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let months = |n: u32| {
        let first = NaiveDate::from_ymd_opt(day.year(), day.month0() / n * n + 1, 1).unwrap_or(day);
        let last = first.checked_add_months(Months::new(n)).and_then(|next| next.pred_opt()).unwrap_or(day);
        (first, last)
    };
    match unit {
        Period::Day => (day, day),
        Period::Week => {
            let first = day - Days::new(u64::from(day.weekday().num_days_from_monday()));
            (first, first + Days::new(6))
        }
        Period::Month => months(1),
        Period::Quarter => months(3),
        Period::HalfYear => months(6),
        Period::Year => months(12),
    }
}

/// The minute of the day that `HH:MM` is.
fn minutes(text: &str) -> i64 {
    NaiveTime::parse_from_str(text, "%H:%M").map_or(0, |time| i64::from(time.hour() * 60 + time.minute()))
}

fn in_season(slot: &Slot, day: NaiveDate) -> bool {
    let Some((from, until)) = &slot.season else { return true };
    let day = day.format("%m-%d").to_string();
    if from <= until { *from <= day && day <= *until } else { day >= *from || day <= *until }
}
