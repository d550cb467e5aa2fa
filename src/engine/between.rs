//! How long it is from one day to another: calendar days, working days, months, years.

use super::code::{Code, Now};
use super::compile::Maker;
use super::outside::{Made, Outside, outside};
use super::typed::Typed;
use super::word::{Word, day_of, day_word};
use crate::model::calendar::Calendar;
use crate::model::expr::Expr;
use crate::model::number::Number;
use crate::model::value::Unit;
use chrono::{Datelike, Months, NaiveDate};
use std::sync::Arc;

/// What is counted from one day to another.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Length {
    Months,
    Years,
    WorkingDays(Arc<WorkingDays>),
}

/// The working days of a calendar, added up.
#[derive(Debug, PartialEq)]
pub(super) struct WorkingDays {
    /// The day before the calendar's first.
    before: Word,
    /// How many there are up to and with that day and each of the calendar's.
    up_to: Vec<Word>,
}

impl WorkingDays {
    fn new(calendar: &Calendar) -> Option<Self> {
        let (first, last) = calendar.years;
        let (first, last) = (NaiveDate::from_ymd_opt(first, 1, 1)?, NaiveDate::from_ymd_opt(last, 12, 31)?);
        let mut up_to = vec![0];
        let mut count = 0;
        for day in first.iter_days().take_while(|day| *day <= last) {
            count += Word::from(calendar.works(day)?);
            up_to.push(count);
        }
        Some(Self { before: day_word(first) - 1, up_to })
    }

    /// Those after the first day up to and with the second, negative with the sides turned; none when one of them lies outside of the calendar.
    fn between(&self, from: Word, to: Word) -> Option<Word> {
        if from == to {
            return Some(0);
        }
        let up_to = |day: Word| usize::try_from(day - self.before).ok().and_then(|at| self.up_to.get(at)).copied();
        Some(up_to(to)? - up_to(from)?)
    }
}

impl Length {
    /// From one day to another. Raises [`Now::odd`] when nobody can tell.
    pub(super) fn between(&self, from: Word, to: Word, now: &mut Now<'_>) -> Word {
        let length = match self {
            Self::WorkingDays(days) => days.between(from, to),
            Self::Months => months(from, to),
            Self::Years => months(from, to).map(|months| months / 12),
        };
        now.odd |= length.is_none();
        length.unwrap_or(0)
    }
}

/// Whole months, negative when the second lies before the first.
fn months(from: Word, to: Word) -> Option<Word> {
    if to < from {
        return months(to, from).map(|months| -months);
    }
    let (from, to) = (day_of(from)?, day_of(to)?);
    let guess = i64::from(to.year() - from.year()) * 12 + i64::from(to.month()) - i64::from(from.month());
    let reached = from.checked_add_months(Months::new(u32::try_from(guess).ok()?)).is_some_and(|day| day <= to);
    Some(if reached { guess } else { guess - 1 })
}

impl Maker<'_, '_> {
    /// How many of the unit from one day to another.
    pub(super) fn between(&mut self, unit: &Unit, a: &Expr, b: &Expr) -> Made<Typed> {
        let length = match unit {
            Unit::Days => None,
            Unit::Months => Some(Length::Months),
            Unit::Years => Some(Length::Years),
            Unit::WorkingDays => Some(Length::WorkingDays(self.working_days()?)),
            _ => return outside("hours or minutes between two times", "两个时间之间的小时或分钟数"),
        };
        let (Some(from), Some(to)) = (self.day(a)?, self.day(b)?) else { return outside("days between moments that are not kept", "时刻之间的天数") };
        let code = match length {
            None => Code::Add(Box::new(to), Box::new(from.times(-1).ok_or_else(|| Outside::because("a day too far", "日期过远"))?)),
            Some(length) => Code::Between(Box::new((from, to)), length),
        };
        Ok(Typed::Quantity(code, Number::whole(1), unit.clone()))
    }

    /// Those of the calendar of the norm's regulation.
    fn working_days(&mut self) -> Made<Arc<WorkingDays>> {
        // A counter may be shared by norms of several regulations.
        if self.counted && self.keeping.is_none() {
            return outside("working days in a count", "计数中的工作日");
        }
        let model = self.common.model;
        let name = model.norm(self.norm).and_then(|norm| model.regulation(&norm.regulation)?.calendar.as_deref());
        let Some(calendar) = name.and_then(|name| model.calendar(name)) else { return outside("working days of no calendar", "无日历的工作日") };
        if let Some(known) = self.common.working_days.get(&calendar.name) {
            return Ok(Arc::clone(known));
        }
        let Some(made) = WorkingDays::new(calendar).map(Arc::new) else { return outside("working days of no calendar", "无日历的工作日") };
        self.common.working_days.insert(calendar.name.clone(), Arc::clone(&made));
        Ok(made)
    }
}
