//! Days and moments that deadlines name, and moving them: by the calendar and the clock of a regulation.

use super::batch::Stamp;
use super::code::{Code, Now};
use super::compile::Maker;
use super::outside::{Made, outside};
use super::typed::Typed;
use super::word::{Word, day_of, day_word, is_plain, time_word};
use crate::model::calendar::Calendar;
use crate::model::expr::{Expr, Scope};
use crate::model::number::Number;
use crate::model::value::Unit;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

/// A length of time: so many steps of the unit.
#[derive(Debug, Clone)]
pub(super) struct Length {
    pub(super) count: Code,
    step: Number,
    unit: Unit,
}

/// A date or a moment.
#[derive(Debug, Clone)]
pub(super) enum Instant {
    /// When the occasion happened.
    At,
    Day(Code),
    /// A day of the occasion's year.
    Yearly(u32, u32),
    Shift(Box<Instant>, Length),
    /// When the clock shows a time on a day.
    Clock(Box<Instant>, Code),
}

/// How a regulation counts time.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    pub(super) zone: Tz,
    pub(super) calendar: Option<String>,
    pub(super) moves_on: bool,
}

impl Length {
    pub(super) fn new(maker: &mut Maker<'_, '_>, length: &Expr) -> Made<Self> {
        match maker.make(length)? {
            Typed::Quantity(count, step, unit) => Ok(Self { count, step, unit }),
            _ => outside("a length of time that is no quantity", "并非数量的时长"),
        }
    }

    /// How many of which unit; hours are minutes.
    pub(super) fn whole(&self, now: &mut Now<'_>) -> Option<(i64, &Unit)> {
        let count = self.step.times(Number::whole(self.count.eval(now)))?;
        let (count, unit) = if self.unit == Unit::Hours { (count.times(Number::whole(60))?, &Unit::Minutes) } else { (count, &self.unit) };
        Some((i64::try_from(count.as_whole()?).ok()?, unit))
    }
}

impl Instant {
    pub(super) fn new(maker: &mut Maker<'_, '_>, at: &Expr) -> Made<Self> {
        Ok(match at {
            Expr::At(Scope::This) if maker.event.is_some() => Self::At,
            Expr::MonthDay(month, day) => Self::Yearly(*month, *day),
            Expr::Shift(of, by) => Self::Shift(Box::new(Self::new(maker, of)?), Length::new(maker, by)?),
            Expr::OnDay(day, time) => match maker.make(time)? {
                Typed::Time(time) => Self::Clock(Box::new(Self::new(maker, day)?), time),
                _ => return outside("a time of day that is none", "并非时刻的时刻"),
            },
            other => match maker.make(other)? {
                Typed::Date(day) => Self::Day(day),
                _ => return outside("a deadline that is no day", "并非日期的期限"),
            },
        })
    }

    pub(super) fn codes(&self) -> Vec<&Code> {
        match self {
            Self::At | Self::Yearly(..) => Vec::new(),
            Self::Day(code) => vec![code],
            Self::Shift(of, by) => of.codes().into_iter().chain([&by.count]).collect(),
            Self::Clock(of, time) => of.codes().into_iter().chain([time]).collect(),
        }
    }

    pub(super) fn at(&self, clock: (&Clock, Option<&Calendar>), now: &mut Now<'_>, at: Stamp) -> Option<Stamp> {
        match self {
            Self::At => Some(at),
            Self::Day(code) => day_of(code.eval(now)).filter(|_| !now.odd).map(on),
            Self::Yearly(month, day) => NaiveDate::from_ymd_opt(day_of(at.day)?.year(), *month, *day).map(on),
            Self::Shift(of, by) => {
                let of = of.at(clock, now, at)?;
                let (count, unit) = by.whole(now)?;
                shifted(clock, of, count, unit)
            }
            Self::Clock(of, time) => {
                let day = of.at(clock, now, at)?.day;
                let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(time.eval(now)).ok()?, 0)?;
                local(clock.0.zone, day_of(day)?.and_time(time))
            }
        }
    }
}

/// A whole day.
pub(super) fn on(day: NaiveDate) -> Stamp {
    Stamp::of_day(day)
}

/// A local time; the earlier of two, none in a gap.
fn local(zone: Tz, time: NaiveDateTime) -> Option<Stamp> {
    let moment = zone.from_local_datetime(&time).earliest()?.fixed_offset();
    Some(Stamp { day: day_word(time.date()), nanos: moment.timestamp_nanos_opt()?, time: time_word(time.time()), offset: moment.offset().local_minus_utc() })
}

/// Does a stamp say the moment, when there is one? Not in years that nanoseconds do not reach.
pub(super) fn is_kept(at: Stamp) -> bool {
    at.nanos != Word::MIN || day_of(at.day).is_some_and(|day| (1678..=2261).contains(&day.year()))
}

/// A time moved by whole minutes, days, working days, months or years.
fn shifted((clock, calendar): (&Clock, Option<&Calendar>), at: Stamp, by: i64, unit: &Unit) -> Option<Stamp> {
    if *unit == Unit::Minutes {
        let nanos = by.checked_mul(60_000_000_000).and_then(|by| at.nanos.checked_add(by)).filter(|_| at.nanos != Word::MIN)?;
        let local = DateTime::from_timestamp_nanos(nanos).with_timezone(&clock.zone);
        return Some(Stamp { day: day_word(local.date_naive()), nanos, time: time_word(local.time()), offset: at.offset });
    }
    let day = moved(calendar, day_of(at.day)?, by, unit)?;
    if at.nanos == Word::MIN {
        return Some(on(day));
    }
    let time = DateTime::from_timestamp_nanos(at.nanos).with_timezone(&clock.zone).time();
    local(clock.zone, day.and_time(time))
}

fn moved(calendar: Option<&Calendar>, day: NaiveDate, by: i64, unit: &Unit) -> Option<NaiveDate> {
    let months = |months: i64| {
        let months = by.checked_mul(months)?;
        let by = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
        if months < 0 { day.checked_sub_months(by) } else { day.checked_add_months(by) }
    };
    match unit {
        Unit::WorkingDays => calendar?.add_working_days(day, by),
        Unit::Months => months(1),
        Unit::Years => months(12),
        Unit::Days => if by < 0 { day.checked_sub_days(Days::new(by.unsigned_abs())) } else { day.checked_add_days(Days::new(by.unsigned_abs())) },
        _ => None,
    }
}

/// The end of the time of so many units from a time on.
pub(super) fn within(clock: (&Clock, Option<&Calendar>), at: Stamp, count: i64, unit: &Unit, same_day: bool) -> Option<Stamp> {
    if *unit == Unit::Minutes {
        return shifted(clock, at, count, unit);
    }
    if count < 0 || !is_plain(at.day) {
        return None;
    }
    let first = day_of(at.day)?;
    // The first day counts: one day less, and no day at all is none the less.
    let start = if same_day && count > 0 { first.pred_opt()? } else { first };
    let mut end = match unit {
        Unit::Months | Unit::Years if same_day && count > 0 => moved(clock.1, first, count, unit)?.pred_opt()?,
        Unit::Months | Unit::Years => moved(clock.1, first, count, unit)?,
        _ => moved(clock.1, start, count, unit)?,
    };
    while clock.0.moves_on && *unit != Unit::WorkingDays && !clock.1?.works(end)? {
        end = end.succ_opt()?;
    }
    Some(on(end))
}
