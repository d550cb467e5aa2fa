//! Deadlines (§7): which one counts, on which day it falls, and what is in time.

use super::compare::{any, is_later, what};
use super::derivation::{DayCount, Requests, Step, Suspended};
use super::judge::Judge;
use super::pause::{Suspensions, endless, is_suspended};
use super::rules::Lost;
use super::value::{Linear, Val};
use super::verdict::Cause;
use crate::model::calendar::DayClass;
use crate::model::expr::{Expr, Op, Window};
use crate::model::norm::{Deadline, DeadlineChange, Pause, Until};
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::model::walk::{self, Look};
use crate::records::At;
use crate::records::order::{Order, compare_times};
use chrono::NaiveDate;

/// Until when.
#[derive(Debug, Clone)]
pub(super) enum Due {
    /// No deadline.
    Never,
    /// The end of a day, or a moment; `before`: the moment itself is too late.
    At { at: At, before: bool },
    /// As the inner, but a request for more time is not answered yet: it does not pass.
    Waits(Box<Due>),
    /// Whichever of two comes later, where that is not known.
    Later(Box<Due>, Box<Due>),
    /// An open number of units from a day on.
    Open { start: At, length: Linear, same_day: bool, moves_on: bool },
    /// Not to be worked out further; surely not before this day.
    Unclear { key: String, not_before: Option<NaiveDate>, causes: Vec<Cause> },
}

/// A deadline with how it was found.
#[derive(Debug)]
pub(super) struct Found {
    pub due: Due,
    /// The time from which it runs.
    pub start: Option<At>,
    pub changes: Vec<(Vec<String>, Step)>,
    pub requests: Option<Requests>,
    pub step: Option<Step>,
    pub days: Option<DayCount>,
    /// Suspensions, as they are told.
    pub suspended: Vec<Suspended>,
}

impl Judge<'_, '_> {
    /// The deadline that counts, of the default and its changes.
    ///
    /// # Errors
    /// A fault, or two changes of one weight with different deadlines.
    pub(super) fn until(&mut self, until: &Until, suspended: &[Pause], start: At) -> Result<Found, Cause> {
        let exchange = until.on_request.as_ref().map(|request| self.exchange(request, start)).transpose()?;
        let mut changes = Vec::new();
        let mut applying = Vec::new();
        for change in &until.changes {
            let (value, step) = self.condition(&change.when);
            changes.extend(step.map(|step| (change.cites.clone(), step)));
            match value {
                Val::Fault(cause) => return Err(cause),
                value if value.as_bool() == Some(true) => applying.push(change),
                _ => {}
            }
        }
        let (pauses, told) = self.suspensions(suspended)?;
        let (extensions, instead): (Vec<&DeadlineChange>, Vec<&DeadlineChange>) = applying.into_iter().partition(|change| change.extension);
        let found = match self.one_of(&extensions, &pauses, start)? {
            None => self.unextended(until, &instead, &pauses, start)?,
            Some(extended) => match self.unextended(until, &instead, &pauses, start) {
                Ok(before) => self.not_shorter(before, extended),
                // What has no value without the extension is given one by it.
                Err(_) => extended,
            },
        };
        let found = match (&until.on_request, exchange) {
            (Some(request), Some(exchange)) => self.requested(request, exchange, found, &pauses, start)?,
            _ => found,
        };
        Ok(Found { changes, suspended: told, ..found })
    }

    /// The deadline that all of these changes set; none of none.
    fn one_of(&mut self, changes: &[&DeadlineChange], pauses: &Suspensions, start: At) -> Result<Option<Found>, Cause> {
        let mut found: Option<Found> = None;
        for change in changes {
            let next = self.deadline(&change.deadline, pauses, start)?;
            if let Some(before) = &found
                && before.due.as_told() != next.due.as_told()
            {
                let clauses = changes.iter().flat_map(|change| change.cites.iter().cloned()).collect();
                return Err(Cause::Contradiction { slot: "deadline".to_owned(), clauses });
            }
            found = Some(next);
        }
        Ok(found)
    }

    /// What the deadline is without any extension.
    fn unextended(&mut self, until: &Until, instead: &[&DeadlineChange], pauses: &Suspensions, start: At) -> Result<Found, Cause> {
        match self.one_of(instead, pauses, start)? {
            Some(found) => Ok(found),
            None => self.deadline(&until.default, pauses, start),
        }
    }

    /// An extension never shortens.
    pub(super) fn not_shorter(&self, before: Found, extended: Found) -> Found {
        let keeps = match (&before.due, &extended.due) {
            (Due::Never, _) => true,
            (_, Due::Never) => false,
            (Due::At { at, .. }, Due::At { at: new, .. }) => is_later(*at, *new, |at| self.rules.day(at)),
            _ => {
                let due = Due::Later(Box::new(before.due), Box::new(extended.due));
                return Found { due, ..extended };
            }
        };
        if keeps { Found { start: extended.start, ..before } } else { extended }
    }

    pub(super) fn deadline(&mut self, deadline: &Deadline, pauses: &Suspensions, start: At) -> Result<Found, Cause> {
        match deadline {
            Deadline::Within(length, from, counts_first) => {
                let same_day = counts_first.unwrap_or(self.rules.same_day);
                self.within_length(length, from.as_ref(), pauses, start, same_day)
            }
            Deadline::By(day) => self.by(day, false),
            Deadline::Before(day) => self.by(day, true),
        }
    }

    /// `by D` and `before D`.
    fn by(&mut self, day: &Expr, before: bool) -> Result<Found, Cause> {
        let (value, step) = self.stepped(day);
        let due = match &value {
            // What it is reckoned from has not come: it does not run yet.
            Val::Blank | Val::Fault(Cause::Blank { .. }) if self.is_to_come(day) => Due::Never,
            Val::Fault(cause) => return Err(cause.clone()),
            Val::Blank => return Err(Cause::Blank { what: what(day) }),
            _ => match value.as_at() {
                Some(At::Date(day)) if before => {
                    let eve = day.pred_opt().ok_or_else(|| Cause::Fault { fault: "no_such_day".to_owned() })?;
                    Due::At { at: At::Date(eve), before: false }
                }
                Some(at) => Due::At { at, before },
                None if !before && self.by_open_length(day).is_some() => self.by_open_length(day).unwrap_or(Due::Never),
                None => Due::Unclear { key: value.name(), not_before: None, causes: self.causes_of(&value) },
            },
        };
        Ok(Found { step, ..Found::due(due) })
    }

    /// `by D + N` with an open number of days from a known day is `within N` from it.
    fn by_open_length(&mut self, day: &Expr) -> Option<Due> {
        let Expr::Shift(from, by) = day else { return None };
        let from = self.aside_of(from).as_at()?;
        match self.aside_of(by) {
            Val::Linear(length) if !matches!(length.unit, Unit::Hours | Unit::Minutes) && self.world.bounds(&length).ends().0? >= Number::whole(0) => {
                Some(Due::Open { start: At::Date(self.rules.day(from)), length, same_day: false, moves_on: false })
            }
            _ => None,
        }
    }

    /// Is there a record missing that may still come, whenever that is?
    fn is_to_come(&mut self, day: &Expr) -> bool {
        let mut measures = Awaited::default();
        walk::expr(day, &mut measures);
        measures.0.iter().any(|measure| self.aside_of(measure) == Val::Blank)
    }

    /// The value, without a step.
    fn aside_of(&mut self, expr: &Expr) -> Val {
        self.stepped(expr).0
    }

    fn within_length(&mut self, length: &Expr, from: Option<&Expr>, pauses: &Suspensions, start: At, same_day: bool) -> Result<Found, Cause> {
        let start = match from {
            None => Val::at(start),
            Some(from) => self.stepped(from).0,
        };
        let (by, step) = self.stepped(length);
        let found = |due, start, days| Found { start, step, days, ..Found::due(due) };
        for (value, expr) in [(&start, from.unwrap_or(length)), (&by, length)] {
            match value {
                Val::Fault(cause) => return Err(cause.clone()),
                Val::Blank => return Err(Cause::Blank { what: what(expr) }),
                _ => {}
            }
        }
        let Some(start) = start.as_at() else {
            let due = Due::Unclear { key: start.name(), not_before: None, causes: self.causes_of(&start) };
            return Ok(found(due, None, None));
        };
        match by {
            Val::Known(Scalar::Quantity(number, unit)) => {
                let (due, days) = self.count_days(start, number, &unit, pauses, same_day)?;
                Ok(found(due, Some(start), days))
            }
            Val::Linear(length) => Ok(found(Due::Open { start, length, same_day, moves_on: self.rules.moves_on }, Some(start), None)),
            _ => Err(Cause::Fault { fault: "unit".to_owned() }),
        }
    }

    /// The end of the period of so many units from `start`.
    pub(super) fn count_days(&mut self, start: At, number: Number, unit: &Unit, pauses: &Suspensions, same_day: bool) -> Result<(Due, Option<DayCount>), Cause> {
        if matches!(unit, Unit::Hours | Unit::Minutes) {
            let end = self.shifted(start, number, unit);
            return match end.as_at() {
                Some(at) => Ok((Due::At { at, before: false }, None)),
                None => Ok((Due::Unclear { key: end.name(), not_before: Some(self.rules.day(start)), causes: self.causes_of(&end) }, None)),
            };
        }
        let count = number.as_whole().and_then(|n| i64::try_from(n).ok()).filter(|n| *n >= 0);
        let count = count.ok_or_else(|| Cause::Fault { fault: "no_such_day".to_owned() })?;
        let first = self.rules.day(start);
        let mut days = DayCount { start, end: At::Date(first), same_day, counted: count, skipped: Vec::new(), suspended: Vec::new(), moved: Vec::new() };
        let end = match unit {
            Unit::Months | Unit::Years => self.months_on(first, count, unit, pauses, &mut days),
            _ => self.days_on(first, count, *unit == Unit::WorkingDays, pauses, &mut days),
        };
        let end = end.and_then(|end| self.moved_on(end, unit, &mut days.moved));
        match end {
            Ok(end) => {
                days.end = At::Date(end);
                Ok((Due::At { at: At::Date(end), before: false }, Some(days)))
            }
            Err(Lost::NoSuchDay) => Ok((Due::Never, None)),
            Err(Lost::Unknown(day)) => {
                let key = format!("{count} {unit:?} from {first}");
                Ok((Due::Unclear { key, not_before: Some(day), causes: vec![Cause::CalendarUnknown { day }] }, None))
            }
        }
    }

    /// A last day that is off gives way to the next working day, where the regulation says so.
    fn moved_on(&self, end: NaiveDate, unit: &Unit, told: &mut Vec<(NaiveDate, DayClass)>) -> Result<NaiveDate, Lost> {
        let mut end = end;
        while self.rules.moves_on && *unit != Unit::WorkingDays && !self.rules.works(end)? {
            told.push((end, self.rules.calendar.map_or(DayClass::Unknown, |calendar| calendar.class(end))));
            end = end.succ_opt().ok_or(Lost::NoSuchDay)?;
        }
        Ok(end)
    }

    /// The `count`-th day that counts; with `count` 0 the start itself.
    fn days_on(&self, first: NaiveDate, count: i64, working: bool, pauses: &Suspensions, told: &mut DayCount) -> Result<NaiveDate, Lost> {
        let mut day = first;
        let mut left = count;
        let mut candidate = if told.same_day { Some(first) } else { first.succ_opt() };
        while left > 0 {
            let today = candidate.ok_or(Lost::NoSuchDay)?;
            if endless(pauses, today) {
                return Err(Lost::NoSuchDay);
            }
            if is_suspended(pauses, today) {
                told.suspended.push(today);
            } else if working && !self.rules.works(today)? {
                let class = self.rules.calendar.map_or(DayClass::Unknown, |calendar| calendar.class(today));
                told.skipped.push((today, class));
            } else {
                left -= 1;
                day = today;
            }
            candidate = today.succ_opt();
        }
        Ok(day)
    }

    /// The corresponding day; each suspended day on the way moves it on by one.
    fn months_on(&self, first: NaiveDate, count: i64, unit: &Unit, pauses: &Suspensions, told: &mut DayCount) -> Result<NaiveDate, Lost> {
        let mut end = self.rules.day(self.rules.shift(At::Date(first), count, unit)?);
        if told.same_day && count > 0 {
            end = end.pred_opt().ok_or(Lost::NoSuchDay)?;
        }
        let mut day = if told.same_day { Some(first) } else { first.succ_opt() };
        while let Some(today) = day.filter(|day| *day <= end) {
            if endless(pauses, today) {
                return Err(Lost::NoSuchDay);
            }
            if is_suspended(pauses, today) {
                told.suspended.push(today);
                end = end.succ_opt().ok_or(Lost::NoSuchDay)?;
            }
            day = today.succ_opt();
        }
        Ok(end)
    }

    /// The deadline as a value: blank when there is none.
    pub(super) fn deadline_value(&mut self, due: &Due) -> Val {
        let (key, causes) = match due {
            Due::Never => return Val::Blank,
            Due::At { at, .. } => return Val::at(*at),
            Due::Waits(due) => return self.deadline_value(due),
            Due::Later(one, other) => {
                let both = [self.deadline_value(one), self.deadline_value(other)];
                let causes = both.iter().flat_map(|value| self.causes_of(value)).collect();
                (format!("later of {} and {}", both[0].name(), both[1].name()), causes)
            }
            Due::Open { start, length, .. } => (format!("{start:?} and {}", length.name()), self.world.causes(length)),
            Due::Unclear { key, causes, .. } => (key.clone(), causes.clone()),
        };
        self.open(&format!("deadline {key}"), &Type::Date, super::interval::Interval::ALL, causes)
    }

    /// Is a time in time?
    pub(super) fn in_time(&mut self, at: At, due: &Due) -> Val {
        match due {
            Due::Never => Val::bool(true),
            Due::At { at: due, before } => match (at, due) {
                (At::Date(day), At::Moment(_)) if day == self.rules.day(*due) => {
                    let record = self.occasion.name(self.known);
                    let causes = [Cause::MissingField { record, field: "at".to_owned() }];
                    Val::bool(self.taken_to_be(&format!("{day} not after {due:?}"), &causes))
                }
                (At::Moment(_), At::Moment(_)) if *before => Val::bool(compare_times(at, *due, self.rules.zone) == Order::Before),
                (_, At::Date(last)) => Val::bool(self.rules.day(at) <= *last),
                _ => Val::bool(compare_times(at, *due, self.rules.zone) != Order::After),
            },
            Due::Waits(due) => self.in_time(at, due),
            Due::Later(one, other) => {
                let either = [self.in_time(at, one), self.in_time(at, other)];
                any(&either)
            }
            Due::Open { start, length, same_day, moves_on } => self.within_open(at, *start, length, (*same_day, *moves_on)),
            Due::Unclear { key, not_before, causes } => {
                if not_before.is_some_and(|day| self.rules.day(at) < day) {
                    return Val::bool(true);
                }
                Val::bool(self.before_unclear(at, key, causes))
            }
        }
    }

    /// Is it before a deadline that nobody knows? What is before something in time is in time, what is after something late is late.
    fn before_unclear(&mut self, at: At, key: &str, causes: &[Cause]) -> bool {
        let zone = self.rules.zone;
        let same = self.unclear.iter().filter(|(name, ..)| name == key);
        let follows = |(_, other, in_time): &(String, At, bool)| match compare_times(at, *other, zone) {
            Order::Before => *in_time,
            Order::After => !*in_time,
            _ => at == *other,
        };
        if let Some((.., in_time)) = same.into_iter().find(|taken| follows(taken)) {
            return *in_time;
        }
        let in_time = self.taken_to_be(&format!("{at:?} not after {key}"), causes);
        self.unclear.push((key.to_owned(), at, in_time));
        in_time
    }

    /// Has the deadline passed?
    pub(super) fn is_over(&mut self, due: &Due) -> Val {
        match due {
            Due::Never | Due::Waits(_) => Val::bool(false),
            Due::At { at, .. } => Val::bool(self.has_passed(*at)),
            // The deadline has passed when a record of now would be too late.
            _ => super::compare::not(&self.in_time(self.now(), due)),
        }
    }

    /// The first time that nobody knows about yet.
    fn now(&self) -> At {
        match self.known.until {
            At::Date(day) => At::Date(day.succ_opt().unwrap_or(day)),
            moment => moment,
        }
    }

    /// An open length: in time when it is at least as long as it takes to get there.
    fn within_open(&mut self, at: At, start: At, length: &Linear, clock: (bool, bool)) -> Val {
        let needed = match &length.unit {
            Unit::Hours | Unit::Minutes => match (at, start) {
                (At::Moment(at), At::Moment(start)) => {
                    let seconds = if length.unit == Unit::Hours { 3600 } else { 60 };
                    Number::whole((at - start).num_seconds()).over(Number::whole(seconds))
                }
                _ => None,
            },
            unit => self.least_length(at, start, unit, clock).map(Number::whole),
        };
        let Some(needed) = needed else {
            let causes = self.world.causes(length);
            return self.open(&format!("{at:?} within {} of {start:?}", length.name()), &Type::Bool, super::interval::Interval::ALL, causes);
        };
        let difference = length.clone().plus(&Linear::constant(needed, length.unit.clone()), Number::whole(-1));
        difference.and_then(|form| self.world.holds(Op::Ge, &form)).map_or_else(|| Val::fault("overflow"), Val::bool)
    }

    /// The least number of units whose end is not before the day of `at`.
    fn least_length(&self, at: At, start: At, unit: &Unit, (same_day, moves_on): (bool, bool)) -> Option<i64> {
        let (first, day) = (self.rules.day(start), self.rules.day(at));
        if day <= first {
            return Some(0);
        }
        let offset = i64::from(same_day);
        let mut day = day;
        if moves_on && *unit != Unit::WorkingDays {
            // What ends on one of the days off just before it moves on to it.
            while let Some(eve) = day.pred_opt().filter(|eve| *eve > first) {
                if self.rules.works(eve).ok()? {
                    break;
                }
                day = eve;
            }
        }
        match unit {
            Unit::WorkingDays => {
                let counted = self.rules.working_days(first, day).ok()?;
                let first_counts = same_day && self.rules.works(first).ok()?;
                let day_counts = self.rules.works(day).ok()?;
                Some(counted + i64::from(first_counts) + i64::from(!day_counts))
            }
            Unit::Months | Unit::Years => {
                let whole = self.rules.months_between(first, day);
                let exact = self.rules.shift(At::Date(first), whole, &Unit::Months).ok().map(|at| self.rules.day(at));
                let months = if exact.is_some_and(|exact| day <= exact) && offset == 0 { whole } else { whole + 1 };
                Some(if *unit == Unit::Years { (months + 11) / 12 } else { months })
            }
            _ => Some((day - first).num_days() + offset),
        }
    }
}

impl Found {
    /// Nothing but when it is due.
    pub(super) fn due(due: Due) -> Self {
        Self { due, start: None, changes: Vec::new(), requests: None, step: None, days: None, suspended: Vec::new() }
    }
}

impl Due {
    /// The day or moment, when there is one.
    pub(super) fn as_told(&self) -> Option<At> {
        match self {
            Self::At { at, .. } => Some(*at),
            Self::Waits(due) => due.as_told(),
            _ => None,
        }
    }
}

/// Measures of one record, whenever it comes.
#[derive(Default)]
struct Awaited(Vec<Expr>);

impl Look for Awaited {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Measure(measure) = expr
            && measure.window == Window::Ever
        {
            self.0.push(expr.clone());
        }
    }
}
