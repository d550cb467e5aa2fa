//! Runs of days: neighbouring days, or working days, with a record; a record may cover several.

use super::interval::Interval;
use super::judge::Judge;
use super::measure::Valued;
use super::value::Val;
use super::verdict::Cause;
use crate::model::expr::{Aggregate, Measure};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::records::At;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Days that one record can cover: more is a mistake in its date.
const LONGEST: i64 = 36_600;

impl Judge<'_, '_> {
    /// The longest run of consecutive days, or working days, with a record.
    pub(super) fn run(&mut self, measure: &Measure, valued: &[Valued], unfinished: Option<NaiveDate>) -> Val {
        let working = measure.aggregate == Aggregate::RunOfWorkingDays;
        let unit = if working { Unit::WorkingDays } else { Unit::Days };
        let (mut certain, mut every, mut endless) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for v in valued {
            let first = self.rules.day(self.known.record(v.counts.id).at);
            let last = match self.last_day(measure, first, v.value.as_ref()) {
                Ok(last) => last,
                Err(Val::Opaque(open)) => {
                    endless.extend(open.causes);
                    first
                }
                Err(fault) => return fault,
            };
            let days = || first.iter_days().take_while(|day| *day <= last);
            every.extend(days());
            if v.counts.possible.is_none() {
                certain.extend(days());
            }
        }
        let (low, high) = match (self.longest(&certain, working), self.longest(&every, working)) {
            (Ok(low), Ok(high)) => (low, high),
            (Err(day), _) | (_, Err(day)) => {
                let key = format!("run of {measure:?}{}", self.of_each());
                return self.open(&key, &Self::quantity(&unit), Interval::whole(0, None), vec![Cause::CalendarUnknown { day }]);
            }
        };
        let ends = unfinished.is_none() && endless.is_empty();
        if low == high && ends {
            return Val::number(Number::whole(low), unit);
        }
        let mut causes: Vec<Cause> = valued.iter().flat_map(|v| v.counts.possible.iter().flatten().cloned()).chain(endless).collect();
        causes.extend(unfinished.map(|until| Cause::NotYet { until }));
        let names: Vec<String> = valued.iter().map(|v| self.known.reference(v.counts.id)).collect();
        let interval = Interval::whole(low, ends.then_some(high));
        self.uncertain(&format!("run of {} in {measure:?}{}", names.join(", "), self.of_each()), unit, interval, causes).value()
    }

    /// The last day that a record of a run covers: its own, unless the run says otherwise. A fault or something open is not one.
    fn last_day(&self, measure: &Measure, first: NaiveDate, value: Option<&Val>) -> Result<NaiveDate, Val> {
        let last = match value {
            None => first,
            Some(Val::Known(Scalar::Date(day))) => *day,
            Some(Val::Known(Scalar::Moment(moment))) => self.rules.day(At::Moment(*moment)),
            Some(Val::Blank) => return Err(Val::Fault(Cause::Blank { what: measure.of.as_ref().map(super::compare::what).unwrap_or_default() })),
            Some(other) => return Err(other.clone()),
        };
        match (last - first).num_days() {
            ..0 => Err(Val::fault("ends_before_it_begins")),
            0..LONGEST => Ok(last),
            _ => Err(Val::fault("overflow")),
        }
    }

    fn longest(&self, days: &BTreeSet<NaiveDate>, working: bool) -> Result<i64, NaiveDate> {
        let (mut best, mut run, mut last): (i64, i64, Option<NaiveDate>) = (0, 0, None);
        for day in days {
            if working && !self.rules.works(*day).map_err(|_| *day)? {
                continue;
            }
            let gap = match last {
                None => 1,
                Some(last) if working => self.rules.working_days(last, *day).map_err(|_| *day)?,
                Some(last) => (*day - last).num_days(),
            };
            run = if gap == 1 && last.is_some() { run + 1 } else { 1 };
            best = best.max(run);
            last = Some(*day);
        }
        Ok(best)
    }
}
