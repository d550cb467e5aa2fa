//! Days and moments: periods, differences, moves, counted days.

use super::arith::{fault, open, quantity};
use crate::model::calendar::{Calendar, DayClass};
use crate::model::expr::Period;
use crate::model::norm::Rhythm;
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::records::At;
use crate::reference::derivation::Value;
use chrono::{DateTime, Datelike, Days, Duration, FixedOffset, Months, NaiveDate};
use chrono_tz::Tz;

/// First and last day of the calendar period that holds `day`.
pub(super) fn period(unit: Period, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let months = |first_month: u32, length: u32| {
        let first = NaiveDate::from_ymd_opt(day.year(), first_month, 1)?;
        Some((first, first.checked_add_months(Months::new(length))?.pred_opt()?))
    };
    match unit {
        Period::Day => Some((day, day)),
        Period::Week => {
            let monday = day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))?;
            Some((monday, monday.checked_add_days(Days::new(6))?))
        }
        Period::Month => months(day.month(), 1),
        Period::Quarter => months((day.month0() / 3) * 3 + 1, 3),
        Period::HalfYear => months((day.month0() / 6) * 6 + 1, 6),
        Period::Year => months(1, 12),
    }
}

/// The period that a key names: `2024-03-05`, `2024-W10`, `2024-03`, `2024-Q1`, `2024-H1`, `2024`: some day of it and its sort.
pub(super) fn keyed(key: &str) -> Option<(NaiveDate, Period)> {
    if let Ok(day) = key.parse() {
        return Some((day, Period::Day));
    }
    let Some((year, rest)) = key.split_once('-') else {
        return Some((NaiveDate::from_ymd_opt(key.parse().ok()?, 1, 1)?, Period::Year));
    };
    let year: i32 = year.parse().ok()?;
    let month = |n: u32| NaiveDate::from_ymd_opt(year, n, 1);
    if let Some(week) = rest.strip_prefix('W') {
        return Some((NaiveDate::from_isoywd_opt(year, week.parse().ok()?, chrono::Weekday::Mon)?, Period::Week));
    }
    if let Some(quarter) = rest.strip_prefix('Q') {
        return Some((month(quarter.parse::<u32>().ok()?.checked_sub(1)? * 3 + 1)?, Period::Quarter));
    }
    if let Some(half) = rest.strip_prefix('H') {
        return Some((month(half.parse::<u32>().ok()?.checked_sub(1)? * 6 + 1)?, Period::HalfYear));
    }
    Some((month(rest.parse().ok()?)?, Period::Month))
}

/// The key of the period of this sort that holds the day: what [`keyed`] reads.
pub(super) fn key(unit: Period, day: NaiveDate) -> String {
    let year = day.year();
    match unit {
        Period::Day => day.to_string(),
        Period::Week => day.format("%G-W%V").to_string(),
        Period::Month => day.format("%Y-%m").to_string(),
        Period::Quarter => format!("{year}-Q{}", day.month().div_ceil(3)),
        Period::HalfYear => format!("{year}-H{}", day.month().div_ceil(6)),
        Period::Year => year.to_string(),
    }
}

/// The same of a rhythm: a year of its own is named by its first and last month.
pub(super) fn key_of(every: &Rhythm, day: NaiveDate) -> String {
    let Some(from) = every.from.filter(|_| every.unit == Period::Month && every.count == 12) else { return key(every.unit, day) };
    let first = if day.month() >= from.month() { day.year() } else { day.year() - 1 };
    let (last_year, last_month) = if from.month() == 1 { (first, 12) } else { (first + 1, from.month() - 1) };
    let year = if last_year == first { String::new() } else { format!("{last_year}-") };
    format!("{first}-{:02}..{year}{last_month:02}", from.month())
}

/// The day that a date or moment lies on.
pub(super) fn day_of(scalar: &Scalar, zone: Tz) -> Option<NaiveDate> {
    match scalar {
        Scalar::Date(day) => Some(*day),
        Scalar::Moment(moment) => Some(moment.with_timezone(&zone).date_naive()),
        _ => None,
    }
}

/// A time as a value.
pub(super) fn value_of(at: At) -> Scalar {
    match at {
        At::Date(day) => Scalar::Date(day),
        At::Moment(moment) => Scalar::Moment(moment),
    }
}

/// A value as a time.
pub(super) fn at_of(scalar: &Scalar) -> Option<At> {
    match scalar {
        Scalar::Date(day) => Some(At::Date(*day)),
        Scalar::Moment(moment) => Some(At::Moment(*moment)),
        _ => None,
    }
}

/// What the clock shows at a moment; of a day alone nobody knows.
pub(super) fn time_of_day(of: &Value, zone: Tz) -> Value {
    match of {
        Value::Known(Scalar::Moment(moment)) => Value::Known(Scalar::Time(moment.with_timezone(&zone).time())),
        Value::Blank => fault("blank"),
        Value::Fault(_) => of.clone(),
        _ => open(),
    }
}

/// When the clock shows this time on that day; the first time, where it does so twice.
pub(super) fn on_day(day: &Value, time: &Value, zone: Tz) -> Value {
    match (day, time) {
        (Value::Fault(_), _) | (_, Value::Fault(_)) | (Value::Blank, _) | (_, Value::Blank) => fault("blank"),
        (Value::Known(day), Value::Known(Scalar::Time(time))) => {
            let moment = day_of(day, zone).and_then(|day| day.and_time(*time).and_local_timezone(zone).earliest());
            moment.map_or_else(|| fault("no_such_moment"), |moment| Value::Known(Scalar::Moment(moment.fixed_offset())))
        }
        _ => open(),
    }
}

/// Working days after `from` up to and with `to`, negative with the sides turned; none outside the calendar's data.
fn working_days(calendar: &Calendar, from: NaiveDate, to: NaiveDate) -> Option<i64> {
    let (first, last, sign) = if to < from { (to, from, -1) } else { (from, to, 1) };
    let mut n = 0;
    let mut day = first;
    while day < last {
        day = day.succ_opt()?;
        n += i64::from(works(calendar, day)?);
    }
    Some(n * sign)
}

pub(super) fn works(calendar: &Calendar, day: NaiveDate) -> Option<bool> {
    match calendar.class(day) {
        DayClass::Unknown => None,
        DayClass::Working(_) => Some(true),
        DayClass::Weekend | DayClass::Holiday(_) => Some(false),
    }
}

/// Whole units from `a` to `b`; none when the checker cannot say.
pub(super) fn between(unit: &Unit, a: &Scalar, b: &Scalar, zone: Tz, calendar: Option<&Calendar>) -> Option<Value> {
    let whole = |n: i64| quantity(Some(Number::whole(n)), unit.clone());
    let (from, to) = (day_of(a, zone)?, day_of(b, zone)?);
    match unit {
        Unit::Days => Some(whole((to - from).num_days())),
        Unit::WorkingDays => Some(working_days(calendar?, from, to).map_or_else(open, whole)),
        Unit::Months => Some(whole(whole_months(from, to)?)),
        Unit::Years => Some(whole(whole_months(from, to)? / 12)),
        Unit::Hours | Unit::Minutes => match (a, b) {
            (Scalar::Moment(a), Scalar::Moment(b)) => {
                let seconds = Number::whole((*b - *a).num_seconds());
                let size = if *unit == Unit::Hours { 3600 } else { 60 };
                Some(quantity(seconds.over(Number::whole(size)), unit.clone()))
            }
            _ => Some(open()),
        },
        _ => None,
    }
}

/// Full months from one day to another, towards zero.
fn whole_months(from: NaiveDate, to: NaiveDate) -> Option<i64> {
    if to < from {
        return whole_months(to, from).map(|n| -n);
    }
    let span = i64::from(to.year() - from.year()) * 12 + i64::from(to.month()) - i64::from(from.month());
    let reached = moved_months(from, span)?;
    Some(if reached > to { span - 1 } else { span })
}

fn moved_months(day: NaiveDate, months: i64) -> Option<NaiveDate> {
    let n = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    if months < 0 { day.checked_sub_months(n) } else { day.checked_add_months(n) }
}

/// A date or moment moved by a length; none when the checker cannot say.
pub(super) fn shift(start: &Scalar, length: &Scalar, zone: Tz, calendar: Option<&Calendar>) -> Option<Value> {
    let Scalar::Quantity(number, unit) = length else { return None };
    if let (Scalar::Moment(moment), Unit::Hours | Unit::Minutes) = (start, unit) {
        let minutes = if *unit == Unit::Hours { number.times(Number::whole(60))? } else { *number };
        let moved = Duration::try_minutes(i64::try_from(minutes.as_whole()?).ok()?)?;
        return Some(Value::Known(Scalar::Moment(moment.checked_add_signed(moved)?)));
    }
    let n = i64::try_from(number.as_whole()?).ok()?;
    let day = day_of(start, zone)?;
    let moved = match unit {
        Unit::Days => day.checked_add_signed(Duration::try_days(n)?),
        Unit::Months => moved_months(day, n),
        Unit::Years => moved_months(day, n.checked_mul(12)?),
        Unit::WorkingDays => match moved_working(calendar?, day, n) {
            Some(day) => Some(day),
            None => return Some(open()),
        },
        Unit::Hours | Unit::Minutes => return Some(open()),
        _ => return None,
    };
    let Some(moved) = moved else { return Some(fault("no_such_day")) };
    match start {
        Scalar::Moment(moment) => same_clock(*moment, moved, zone).map(|m| Value::Known(Scalar::Moment(m))),
        _ => Some(Value::Known(Scalar::Date(moved))),
    }
}

/// The same time of day on another day, in the zone; none when that time does not exist or exists twice.
fn same_clock(moment: DateTime<FixedOffset>, day: NaiveDate, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let local = moment.with_timezone(&zone);
    day.and_time(local.time()).and_local_timezone(zone).single().map(|moment| moment.fixed_offset())
}

fn moved_working(calendar: &Calendar, from: NaiveDate, n: i64) -> Option<NaiveDate> {
    let mut day = from;
    let mut left = n.unsigned_abs();
    while left > 0 {
        day = if n < 0 { day.pred_opt()? } else { day.succ_opt()? };
        if works(calendar, day)? {
            left -= 1;
        }
    }
    Some(day)
}
