//! Which days and moments a window holds.

use super::case::{Case, Order, Scene, Seen, order_times};
use super::dates;
use super::measure::Standing;
use crate::model::expr::Window;
use crate::model::norm::{Deadline, Occasion};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::records::At;
use crate::reference::derivation::Value;
use chrono::{Datelike, Months, NaiveDate};
use chrono_tz::Tz;

/// A window at an occasion.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'c> {
    pub(super) from: Option<At>,
    pub(super) until: Option<At>,
    /// The window begins strictly after this record.
    after: Option<Seen<'c>>,
    /// The window ends with this record, which is inside.
    last: Option<Seen<'c>>,
    /// The moment `until` itself is outside.
    strict: bool,
    /// The moment `from` itself is outside.
    later: bool,
    /// What may still come is not waited for.
    closed: bool,
    /// Of a record without its hour it is open whether it came before a moment of its day.
    hourless: bool,
}

impl<'c> Bounds<'c> {
    /// From one time to another, both inside.
    pub(super) fn plain(from: Option<At>, until: Option<At>) -> Self {
        Self { from, until, after: None, last: None, strict: false, later: false, closed: false, hourless: false }
    }

    /// The same, strictly after a record.
    pub(super) fn following(self, after: Option<Seen<'c>>) -> Self {
        Self { after, ..self }
    }

    /// Up to a record, without it, or up to the end of a day where there is no record.
    pub(super) fn up_to(record: Option<Seen<'c>>, day: NaiveDate) -> Self {
        let until = record.map_or(At::Date(day), Seen::at);
        Self { from: None, until: Some(until), after: None, last: record, strict: record.is_some(), later: false, closed: false, hourless: false }
    }

    /// The same, from the very first record on.
    pub(super) fn since_ever(self) -> Self {
        Self { from: None, after: None, ..self }
    }

    /// The same without the last moment.
    pub(super) fn strictly_before(self) -> Self {
        Self { strict: true, ..self }
    }

    /// The record after which the window begins.
    pub(super) fn begins_after(&self) -> Option<String> {
        self.after.map(Seen::reference)
    }

    /// The last day of a window that had not ended by the known-up-to time; one that ends with a record has.
    pub(super) fn unfinished(&self, case: &Case<'c>) -> Option<NaiveDate> {
        let until = self.until.filter(|_| self.last.is_none() && !self.closed)?;
        let last = until.day(case.zone);
        let ends = if self.hourless { until } else { At::Date(last) };
        (!case.passed(ends)).then_some(last)
    }

    /// Does the window end with a day that has not passed, so that more may come?
    pub(super) fn goes_on(&self, case: &Case<'c>) -> bool {
        match (self.last, self.until, case.derivation.known_until) {
            (None, Some(At::Date(last)), At::Date(known)) => known < last,
            (None, Some(At::Date(last)), known) => known.day(case.zone) <= last,
            _ => false,
        }
    }

    /// `Same` inside, `Before` or `After` outside, `Unknown` when the order of two records decides and is not known.
    pub(super) fn holds(&self, seen: Seen<'c>, case: &Case<'c>) -> Order {
        let at = case.happened(seen);
        if let Some(after) = self.after {
            match case.order(seen, after) {
                Order::Before | Order::Same => return Order::Before,
                Order::Unknown => return Order::Unknown,
                Order::After => {}
            }
        } else if self.from.is_some_and(|from| before(at, from, case.zone) || (self.later && at == from)) {
            return Order::Before;
        }
        match (self.last, self.until) {
            (Some(last), _) => match case.order(seen, last) {
                Order::Same if self.strict => Order::After,
                Order::Before | Order::Same => Order::Same,
                other => other,
            },
            (None, Some(until)) if before(until, at, case.zone) => Order::After,
            (None, Some(end @ At::Moment(_))) if self.hourless && matches!(at, At::Date(day) if day == end.day(case.zone)) => Order::Unknown,
            (None, Some(At::Moment(until))) if self.strict && at == At::Moment(until) => Order::After,
            _ => Order::Same,
        }
    }
}

/// Is `a` surely before `b`, whole days taken together?
fn before(a: At, b: At, zone: Tz) -> bool {
    order_times(a, b, zone) == Order::Before
}

impl<'c> Scene<'c> {
    /// The window at this occasion; none when the checker cannot say.
    pub(super) fn bounds(&self, window: &Window) -> Option<Bounds<'c>> {
        let case = self.case;
        let to_here = Bounds { from: None, until: Some(case.at), after: None, last: case.trigger, strict: false, later: false, closed: false, hourless: false };
        match window {
            Window::Ever => Some(match self.cut {
                Some((until, strict)) => Bounds { closed: true, strict, ..Bounds::plain(None, Some(until)) },
                None => Bounds::plain(None, None),
            }),
            Window::SoFar => Some(to_here),
            Window::Occasion => case.period.map(|(first, last)| Bounds::plain(Some(At::Date(first)), Some(At::Date(last)))),
            Window::Period { unit, whole } => {
                let (first, last) = dates::period(*unit, case.day)?;
                let from = Some(At::Date(first));
                Some(if *whole { Bounds::plain(from, Some(At::Date(last))) } else { Bounds { from, ..to_here } })
            }
            Window::YearFrom { month, day, whole } => {
                let first = [0, 1].into_iter().find_map(|ago| NaiveDate::from_ymd_opt(case.day.year() - ago, *month, *day).filter(|first| *first <= case.day))?;
                let from = Some(At::Date(first));
                let last = first.checked_add_months(Months::new(12))?.pred_opt()?;
                Some(if *whole { Bounds::plain(from, Some(At::Date(last))) } else { Bounds { from, ..to_here } })
            }
            Window::Last(length) => {
                let from = self.back(length)?;
                Some(Bounds { from: Some(from), later: matches!(from, At::Moment(_)), ..to_here })
            }
            Window::Next(until) => {
                let from = self.start_of(Some(until));
                let after = case.trigger.filter(|_| !matches!(&**until, Deadline::Within(_, Some(_), _)));
                let last = self.ends(until, from)?;
                let strict = matches!(**until, Deadline::Before(_)) && matches!(last, At::Moment(_));
                Some(Bounds { strict, hourless: true, ..Bounds::plain(Some(from?), Some(last)) }.following(after))
            }
            Window::Since(pattern) => {
                let earlier = self.sort_out(pattern, None, &to_here);
                let before_it = |(seen, standing): &(Seen<'c>, Standing)| {
                    matches!(standing, Standing::Counted { .. }) && case.trigger.is_none_or(|own| seen.reference() != own.reference())
                };
                Some(match earlier.into_iter().rfind(before_it) {
                    Some((seen, _)) => Bounds { from: Some(seen.at()), after: Some(seen), ..to_here },
                    None => to_here,
                })
            }
        }
    }

    /// From when a deadline runs: what `from` says, else the occasion's time, the first of its case or the first day of its period.
    pub(super) fn start_of(&self, deadline: Option<&Deadline>) -> Option<At> {
        if let Some(Deadline::Within(_, Some(from), _)) = deadline {
            return match self.eval(from)? {
                Value::Known(scalar) => dates::at_of(&scalar),
                _ => None,
            };
        }
        if let Occasion::Case { .. } = self.case.norm.occasion {
            return self.case.first_of_case();
        }
        Some(self.case.period.map_or(self.case.at, |(first, _)| At::Date(first)))
    }

    /// The last day or moment of a deadline that nothing changes; none when the checker cannot say.
    fn ends(&self, deadline: &Deadline, start: Option<At>) -> Option<At> {
        let Value::Known(scalar) = self.eval(super::require::length(deadline))? else { return None };
        match deadline {
            Deadline::By(_) => dates::at_of(&scalar),
            Deadline::Before(_) => match scalar {
                Scalar::Date(day) => Some(At::Date(day.pred_opt()?)),
                other => dates::at_of(&other),
            },
            Deadline::Within(_, _, counts_first) => super::due::within_length(self.case, start?, &scalar, &[], counts_first.unwrap_or(self.case.regulation.same_day)),
        }
    }

    /// The first day or moment of `the last LENGTH`.
    fn back(&self, length: &Scalar) -> Option<At> {
        let Scalar::Quantity(n, unit) = length else { return None };
        let case = self.case;
        let back = |n: Number| Some(Scalar::Quantity(Number::whole(0).minus(n)?, unit.clone()));
        let day = Scalar::Date(case.day);
        let one = Number::whole(1);
        let moved = match unit {
            Unit::Days => dates::shift(&day, &back(n.minus(one)?)?, case.zone, case.calendar)?,
            Unit::Months | Unit::Years => {
                let Value::Known(Scalar::Date(same)) = dates::shift(&day, &back(*n)?, case.zone, case.calendar)? else { return None };
                Value::Known(Scalar::Date(same.succ_opt()?))
            }
            Unit::WorkingDays => {
                let calendar = case.calendar?;
                let mut left = n.as_whole()?;
                let mut first = case.day;
                loop {
                    left -= i128::from(dates::works(calendar, first)?);
                    if left <= 0 {
                        return Some(At::Date(first));
                    }
                    first = first.pred_opt()?;
                }
            }
            Unit::Hours | Unit::Minutes => dates::shift(&dates::value_of(case.at), &back(*n)?, case.zone, case.calendar)?,
            _ => return None,
        };
        match moved {
            Value::Known(scalar) => dates::at_of(&scalar),
            _ => None,
        }
    }
}
