//! Measures (§5): the window of an occasion, and the aggregate over what lies in it.

use super::derivation::{CountedRecord, Counting, Detail};
use super::compare::what;
use super::deadline::Due;
use super::gather::{Bounds, Counts, Gathered, High, Low};
use super::judge::Judge;
use super::periods::span;
use super::known::Id;
use super::value::{Key, Val};
use super::verdict::Cause;
use super::world::Variable;
use crate::model::expr::{Aggregate, Expr, Measure, Pattern, Period, Window};
use crate::model::norm::Deadline;
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::records::At;
use chrono::{Days, NaiveDate};
use std::collections::BTreeSet;

/// A measure of one occasion that was worked out before.
pub(super) struct CountedBefore<'m> {
    pub measure: &'m Measure,
    /// None: it hangs on a choice, and is worked out in each world.
    value: Option<Val>,
    /// What is open in it.
    open: Vec<(Key, Variable)>,
    /// The records that count.
    used: BTreeSet<Id>,
    /// The last day on which a record could change it; none: records of any time may.
    horizon: Option<NaiveDate>,
}

/// A record that counts, with its value.
pub(super) struct Valued {
    pub counts: Counts,
    pub value: Option<Val>,
}

impl Judge<'_, '_> {
    pub(super) fn measure(&mut self, measure: &Measure) -> Val {
        let mark = self.steps.as_ref().map(Vec::len);
        // A measure in a filter is the occasion's: its own counted records are others.
        let counted = self.counted.take();
        let value = self.measured(measure);
        self.counted = counted;
        if let (Some(mark), Some(steps)) = (mark, &mut self.steps) {
            steps.truncate(mark);
        }
        value
    }

    fn measured(&mut self, measure: &Measure) -> Val {
        let before = self.counted_before;
        if let Some((at, known)) = before.iter().enumerate().find_map(|(at, known)| Some((at, known.as_ref().filter(|known| *known.measure == *measure)?))) {
            self.looked_at.insert(at);
            if let Some(value) = self.recalled(known) {
                return value;
            }
        }
        let bounds = match self.window(&measure.window) {
            // What must be so by a time looks at nothing that comes after it.
            Ok(Bounds { low, high: High::Open }) => Bounds { low, high: self.cut.map_or(High::Open, |(at, before)| High::Until(at, before)) },
            Ok(bounds) => bounds,
            Err(cause) => {
                self.detail = Detail::None;
                return Val::Fault(cause);
            }
        };
        let gathered = match self.gather(&measure.pattern, &bounds, measure.distinct.as_ref()) {
            Ok(gathered) => gathered,
            Err(cause) => return Val::Fault(cause),
        };
        let (valued, left_out) = self.valued(gathered, measure.of.as_ref());
        self.used.extend(valued.iter().map(|valued| valued.counts.id));
        let unfinished = self.unfinished(&bounds);
        let value = self.aggregate(measure, &valued, unfinished);
        self.look_ahead(measure, &bounds, &valued);
        if self.steps.is_some() {
            let counting = self.told(&bounds, valued, left_out);
            self.detail = Detail::Counted(Box::new(counting));
        }
        value
    }

    /// Works the measure out before anything is chosen.
    pub(super) fn counted_before<'m>(mut self, measure: &'m Measure) -> CountedBefore<'m> {
        let value = self.measure(measure);
        let value = Some(value).filter(|_| self.world.choices().is_empty());
        CountedBefore { measure, value, open: self.world.into_variables(), used: self.used, horizon: self.horizon }
    }

    /// Its value, if it comes to the same in every world.
    fn recalled(&mut self, known: &CountedBefore) -> Option<Val> {
        let value = known.value.clone()?;
        known.open.iter().for_each(|(key, variable)| self.world.declare(key, || variable.clone()));
        self.used.extend(known.used.iter().copied());
        self.reach(known.horizon);
        Some(value)
    }

    /// What the measure comes to so far, when everything that counts does so for certain and nothing else of it matters: who is counted, or what may come.
    pub(super) fn counted_so_far(&mut self, measure: &Measure) -> Option<Val> {
        let bounds = self.window(&measure.window).ok()?;
        let adds_up = matches!(measure.aggregate, Aggregate::Count | Aggregate::Any | Aggregate::Total) || self.unfinished(&bounds).is_none();
        let (Low::Open | Low::Day(_), High::Day(_), true) = (&bounds.low, bounds.high, adds_up) else { return None };
        let gathered = self.gather(&measure.pattern, &bounds, measure.distinct.as_ref()).ok()?;
        let (valued, _) = self.valued(gathered, measure.of.as_ref());
        if valued.iter().any(|valued| valued.counts.possible.is_some()) {
            return None;
        }
        self.used.extend(valued.iter().map(|valued| valued.counts.id));
        self.look_ahead(measure, &bounds, &valued);
        Some(self.aggregate(measure, &valued, None))
    }

    /// The value of each record that counts.
    pub(super) fn valued(&mut self, gathered: Gathered, of: Option<&Expr>) -> (Vec<Valued>, LeftOuts) {
        let mut all = Vec::new();
        for counts in gathered.counts {
            let before = self.counted.replace(counts.id);
            let value = of.map(|of| self.stepped(of).0);
            self.counted = before;
            all.push(Valued { counts, value });
        }
        (all, gathered.left_out)
    }

    /// The records as they are told.
    pub(super) fn told(&mut self, bounds: &Bounds, valued: Vec<Valued>, left_out: LeftOuts) -> Counting {
        let mut counted = Vec::new();
        for Valued { counts, value } in valued {
            let record = self.known.record(counts.id);
            let event = self.known.model.events.get(record.event).map(|event| event.name.clone()).unwrap_or_default();
            let (reference, at) = (record.reference(), record.at);
            let value = value.map(|value| self.shown(&value));
            counted.push(CountedRecord { record: reference, event, at, value, filter: counts.filter, certain: counts.possible.is_none() });
        }
        let time = |id: &usize| self.known.record(*id).at;
        let from = match &bounds.low {
            Low::Open => None,
            Low::Day(day) => Some(At::Date(*day)),
            Low::After(moment) => Some(At::Moment(*moment)),
            Low::From(at) => Some(*at),
            Low::FromRecord(id) => Some(time(id)),
            Low::Since(since) => since.last().map(|(id, _)| time(id)),
        };
        let until = match &bounds.high {
            High::Open => None,
            High::Until(at, _) | High::Term(at, _) => Some(*at),
            High::Day(day) => Some(At::Date(*day)),
            High::Record(id) | High::Before(id) => Some(time(id)),
        };
        Counting { from, until, counted, left_out }
    }

    /// Up to and with the occasion: its record, or the end of its day.
    pub(super) fn up_to_occasion(&self) -> High {
        self.occasion.record.map_or(High::Day(self.occasion.day), High::Record)
    }

    /// The bounds of a window (§5).
    ///
    /// # Errors
    /// A length that leads to no day.
    pub(super) fn window(&mut self, window: &Window) -> Result<Bounds, Cause> {
        let high = self.up_to_occasion();
        Ok(match window {
            Window::Ever => Bounds { low: Low::Open, high: High::Open },
            Window::SoFar => Bounds { low: Low::Open, high },
            Window::Period { unit, whole } => {
                let span = span(*unit, self.occasion.day);
                Bounds { low: Low::Day(span.first), high: if *whole { High::Day(span.last) } else { high } }
            }
            Window::YearFrom { month, day, whole } => {
                let (first, last) = super::periods::year_from((*month, *day), self.occasion.day).ok_or(Cause::Fault { fault: "no_such_day".to_owned() })?;
                Bounds { low: Low::Day(first), high: if *whole { High::Day(last) } else { high } }
            }
            Window::Occasion => match &self.occasion.period {
                Some(span) => Bounds { low: Low::Day(span.first), high: High::Day(span.last) },
                None => Bounds { low: Low::Day(span(Period::Day, self.occasion.day).first), high },
            },
            Window::Last(length) => Bounds { low: self.last(length)?, high },
            Window::Since(pattern) => Bounds { low: self.since(pattern)?, high },
            Window::Next(until) => self.until_then(until)?,
        })
    }

    /// `30 days` is the occasion's day and the 29 before it; months go back to the day after the same day of the month.
    fn last(&mut self, length: &Scalar) -> Result<Low, Cause> {
        let none = || Cause::Fault { fault: "no_such_day".to_owned() };
        let Scalar::Quantity(number, unit) = length else { return Err(none()) };
        let day = self.occasion.day;
        let back = |n: Number| Number::whole(0).minus(n);
        match unit {
            Unit::Hours | Unit::Minutes => {
                let start = back(*number).map(|n| self.shifted(self.occasion.at, n, unit));
                match start.and_then(|start| start.as_at()) {
                    Some(At::Moment(moment)) => Ok(Low::After(moment)),
                    // Without an hour, the whole of the day before is possible.
                    _ => Err(Cause::MissingField { record: self.occasion.name(self.known), field: "at".to_owned() }),
                }
            }
            Unit::Months | Unit::Years => {
                let start = back(*number).map(|n| self.shifted(At::Date(day), n, unit));
                let start = start.and_then(|start| start.as_at()).and_then(|at| self.rules.day(at).succ_opt());
                start.map(Low::Day).ok_or_else(none)
            }
            Unit::WorkingDays => self.last_working_days(*number).map(Low::Day),
            _ => {
                let days = number.as_whole().and_then(|n| u64::try_from(n - 1).ok()).ok_or_else(none)?;
                day.checked_sub_days(Days::new(days)).map(Low::Day).ok_or_else(none)
            }
        }
    }

    /// The first of the last so many working days up to and with the occasion's day.
    fn last_working_days(&self, number: Number) -> Result<NaiveDate, Cause> {
        let mut left = number.as_whole().unwrap_or(0);
        let mut day = self.occasion.day;
        loop {
            match self.rules.works(day) {
                Ok(works) => left -= i128::from(works),
                Err(_) => return Err(Cause::CalendarUnknown { day }),
            }
            if left <= 0 {
                return Ok(day);
            }
            day = day.pred_opt().ok_or(Cause::CalendarUnknown { day })?;
        }
    }

    /// From the occasion, or the start that the deadline names, to its end.
    fn until_then(&mut self, until: &Deadline) -> Result<Bounds, Cause> {
        let start = self.start();
        let found = self.deadline(until, &Vec::new(), start)?;
        let low = match (until, self.occasion.record, found.start) {
            (Deadline::Within(_, Some(_), _), _, Some(from)) => Low::From(from),
            (_, Some(record), _) => Low::FromRecord(record),
            _ => Low::From(start),
        };
        match found.due {
            Due::At { at, before } => Ok(Bounds { low, high: High::Term(at, before) }),
            // An end that nobody knows leaves all of it open.
            Due::Unclear { mut causes, .. } => Err(causes.pop().unwrap_or(Cause::Fault { fault: "no_value".to_owned() })),
            Due::Open { length, .. } => Err(self.world.causes(&length).pop().unwrap_or(Cause::Fault { fault: "no_value".to_owned() })),
            Due::Never | Due::Waits(_) | Due::Later(..) => Err(Cause::Blank { what: until_what(until) }),
        }
    }

    /// The records of the pattern after the last of which counting begins; the occasion's own is none of them.
    fn since(&mut self, pattern: &Pattern) -> Result<Low, Cause> {
        let bounds = Bounds { low: Low::Open, high: self.up_to_occasion() };
        let mut gathered = self.gather(pattern, &bounds, None)?;
        gathered.counts.retain(|counts| Some(counts.id) != self.occasion.record);
        // Only the last certain one and those that may come after it matter.
        let last = gathered.counts.iter().rposition(|counts| counts.possible.is_none()).unwrap_or(0);
        let since: Vec<_> = gathered.counts.into_iter().skip(last).map(|counts| (counts.id, counts.possible)).collect();
        self.used.extend(since.iter().map(|(id, _)| *id));
        Ok(if since.is_empty() { Low::Open } else { Low::Since(since) })
    }

    /// The last day of a window that has not ended.
    pub(super) fn unfinished(&self, bounds: &Bounds) -> Option<NaiveDate> {
        match bounds.high {
            High::Day(day) if !self.has_passed(At::Date(day)) => Some(day),
            High::Term(at, _) if !self.has_passed(at) => Some(self.rules.day(at)),
            _ => None,
        }
    }

    /// Until when records may still change the measure.
    fn look_ahead(&mut self, measure: &Measure, bounds: &Bounds, valued: &[Valued]) {
        let certain = valued.iter().find(|valued| valued.counts.possible.is_none());
        let settled = matches!(measure.aggregate, Aggregate::Any | Aggregate::First) && certain.is_some();
        match (bounds.high, settled, certain) {
            (High::Open | High::Term(..), true, Some(first)) => self.reach(Some(self.rules.day(self.known.record(first.counts.id).at))),
            (High::Open, ..) => self.reach(None),
            (High::Until(at, _) | High::Term(at, _), ..) => self.reach(Some(self.rules.day(at))),
            (High::Day(day), ..) => self.reach(Some(day)),
            (High::Record(id) | High::Before(id), ..) => self.reach(Some(self.rules.day(self.known.record(id).at))),
        }
    }
}

/// What a deadline is reckoned by.
fn until_what(until: &Deadline) -> String {
    match until {
        Deadline::Within(length, ..) => what(length),
        Deadline::By(day) | Deadline::Before(day) => what(day),
    }
}

type LeftOuts = Vec<(String, At, super::derivation::LeftOut)>;
