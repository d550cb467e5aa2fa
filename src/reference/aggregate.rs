//! Aggregates (§5), over certain and possible records: an interval for counts and totals, open otherwise.

use super::gather::Counts;
use super::interval::Interval;
use super::judge::Judge;
use super::known::Standing;
use super::measure::Valued;
use super::value::{Linear, Val};
use super::verdict::Cause;
use super::world::Variable;
use crate::model::expr::{Aggregate, Expr, Measure, Op, Pattern};
use crate::model::number::Number;
use crate::model::typing;
use crate::model::value::{Type, Unit};
use chrono::NaiveDate;
use std::sync::Arc;

impl Judge<'_, '_> {
    /// The aggregate. `unfinished` is the last day of a window that has not ended.
    pub(super) fn aggregate(&mut self, measure: &Measure, valued: &[Valued], unfinished: Option<NaiveDate>) -> Val {
        match &measure.aggregate {
            Aggregate::Count => {
                let (certain, open) = self.count(&measure.pattern, valued.iter().map(|v| &v.counts), unfinished);
                self.sum_of(Linear::constant(certain, Unit::One), open)
            }
            Aggregate::Any => {
                let (certain, open) = self.count(&measure.pattern, valued.iter().map(|v| &v.counts), unfinished);
                let count = self.sum_of(Linear::constant(certain, Unit::One), open);
                let none = Val::number(Number::whole(0), Unit::One);
                let expr = Expr::Subject;
                self.compare(Op::Gt, (&count, &expr), (&none, &expr))
            }
            Aggregate::Total => self.total(measure, valued, unfinished),
            Aggregate::RunOfDays | Aggregate::RunOfWorkingDays => self.run(measure, valued, unfinished),
            Aggregate::RunOfSlots(schedule) => self.run_of_slots(measure, schedule, valued, unfinished),
            _ => self.picked(measure, valued, unfinished),
        }
    }

    /// How many count for certain, and the open number of the others.
    pub(super) fn count<'c>(
        &mut self,
        pattern: &Pattern,
        counts: impl Iterator<Item = &'c Counts>,
        unfinished: Option<NaiveDate>,
    ) -> (Number, Option<Linear>) {
        let (mut certain, mut names, mut causes) = (0, Vec::new(), Vec::new());
        for counts in counts {
            match &counts.possible {
                None => certain += 1,
                Some(why) => {
                    names.push(self.known.reference(counts.id));
                    causes.extend(why.iter().cloned());
                }
            }
        }
        let most = i64::try_from(names.len()).ok();
        let mut open = None;
        if !names.is_empty() {
            let key = format!("how many of {} {pattern:?}{}", names.join(", "), self.of_each());
            open = Some(self.uncertain(&key, Unit::One, Interval::whole(0, most), causes));
        }
        if let Some(until) = unfinished {
            let key = format!("how many more until {until} {pattern:?}{}", self.of_each());
            let more = self.uncertain(&key, Unit::One, Interval::whole(0, None), vec![Cause::NotYet { until }]);
            open = match open {
                Some(open) => open.plus(&more, Number::whole(1)),
                None => Some(more),
            };
        }
        (Number::whole(certain), open)
    }

    pub(super) fn uncertain(&mut self, key: &str, unit: Unit, interval: Interval, mut causes: Vec<Cause>) -> Linear {
        causes.sort();
        causes.dedup();
        let key = Arc::from(key);
        self.world.declare(&key, || Variable { interval, causes });
        Linear::variable(key, unit)
    }

    fn sum_of(&mut self, known: Linear, open: Option<Linear>) -> Val {
        let sum = match open {
            None => Some(known),
            Some(open) => known.plus(&open, Number::whole(1)),
        };
        sum.map_or_else(|| Val::fault("overflow"), Linear::value)
    }

    fn total(&mut self, measure: &Measure, valued: &[Valued], unfinished: Option<NaiveDate>) -> Val {
        let unit = valued.iter().find_map(|v| v.value.as_ref()?.linear()).map(|linear| linear.unit);
        let unit = unit.or_else(|| self.unit_of(measure)).unwrap_or(Unit::One);
        let mut sum = Linear::constant(Number::whole(0), unit.clone());
        for Valued { counts, value } in valued {
            let linear = match value {
                Some(Val::Fault(cause)) => return Val::Fault(cause.clone()),
                Some(Val::Blank) | None => return Val::Fault(Cause::Blank { what: measure.of.as_ref().map(super::compare::what).unwrap_or_default() }),
                Some(value) => match value.linear() {
                    Some(linear) => linear,
                    None => return Val::fault("unit"),
                },
            };
            let part = match &counts.possible {
                None => linear,
                Some(causes) => self.possibly(measure, counts, &linear, causes),
            };
            match sum.plus(&part, Number::whole(1)) {
                Some(more) => sum = more,
                None => return Val::fault("overflow"),
            }
        }
        if let Some(until) = unfinished {
            let never_less = self.range_of(measure).is_some_and(|interval| interval.decides(Op::Ge) == Some(true));
            let interval = if never_less { Interval::closed(Some(Number::whole(0)), None) } else { Interval::ALL };
            let key = format!("how much more until {until} {measure:?}{}", self.of_each());
            let more = self.uncertain(&key, unit, interval, vec![Cause::NotYet { until }]);
            return self.sum_of(sum, Some(more));
        }
        sum.value()
    }

    /// The value of a record that only possibly counts: between nothing and all of it.
    fn possibly(&mut self, measure: &Measure, counts: &Counts, value: &Linear, causes: &[Cause]) -> Linear {
        let zero = Number::whole(0);
        let (low, high) = self.world.bounds(value).ends();
        let interval = Interval::closed(low.map(|low| low.min(zero)), high.map(|high| high.max(zero)));
        let mut causes = causes.to_vec();
        causes.extend(self.world.causes(value));
        let key = format!("possibly {} in {measure:?}{}", self.known.reference(counts.id), self.of_each());
        self.uncertain(&key, value.unit.clone(), interval, causes)
    }

    fn unit_of(&self, measure: &Measure) -> Option<Unit> {
        if let Some(Type::Quantity(unit)) = typing::of_measure(self.known.model, measure) { Some(unit) } else { None }
    }

    /// What a record to come may add.
    fn range_of(&self, measure: &Measure) -> Option<Interval> {
        let Expr::Field(_, name) = measure.of.as_ref()? else { return None };
        let event = self.known.model.event(measure.pattern.events.first()?)?;
        Some(Interval::of(&event.fields.get(event.field(name)?)?.range))
    }

    /// Least, most, average, first and last.
    fn picked(&mut self, measure: &Measure, valued: &[Valued], unfinished: Option<NaiveDate>) -> Val {
        let possible: Vec<&Valued> = valued.iter().filter(|v| v.counts.possible.is_some()).collect();
        let later_matters = measure.aggregate != Aggregate::First || valued.is_empty();
        let mut causes: Vec<Cause> = possible.iter().flat_map(|v| v.counts.possible.iter().flatten().cloned()).collect();
        causes.extend(unfinished.filter(|_| later_matters).map(|until| Cause::NotYet { until }));
        if !causes.is_empty() {
            causes.sort();
            causes.dedup();
            let ty = typing::of_measure(self.known.model, measure).unwrap_or(Type::Text);
            let names: Vec<String> = valued.iter().map(|v| self.known.reference(v.counts.id)).collect();
            let key = format!("{} in {measure:?}{}", names.join(", "), self.of_each());
            return self.open(&key, &ty, Interval::ALL, causes);
        }
        let values: Vec<&Val> = valued.iter().filter_map(|v| v.value.as_ref()).collect();
        match measure.aggregate {
            _ if values.is_empty() => Val::Blank,
            Aggregate::First => self.at_end(measure, valued, true),
            Aggregate::Last => self.at_end(measure, valued, false),
            Aggregate::Average => self.average(measure, valued),
            ref least_or_most => {
                let what = measure.of.as_ref().map(super::compare::what).unwrap_or_default();
                self.extreme(&values, if *least_or_most == Aggregate::Least { Op::Lt } else { Op::Gt }, &what)
            }
        }
    }

    fn average(&mut self, measure: &Measure, valued: &[Valued]) -> Val {
        let total = self.total(measure, valued, None);
        let count = i64::try_from(valued.len()).ok().map(Number::whole);
        match (total.linear(), count) {
            (Some(total), Some(count)) => {
                let mean = Number::whole(1).over(count).and_then(|part| total.times(part));
                mean.map_or_else(|| Val::fault("overflow"), Linear::value)
            }
            _ => total,
        }
    }

    pub(super) fn extreme(&mut self, values: &[&Val], better: Op, what: &str) -> Val {
        let expr = Expr::Subject;
        let mut best: Option<&Val> = None;
        for value in values {
            match value {
                Val::Fault(_) => return (*value).clone(),
                Val::Blank => return Val::Fault(Cause::Blank { what: what.to_owned() }),
                _ => {}
            }
            let beats = match best {
                None => true,
                Some(best) => match self.compare(better, (value, &expr), (best, &expr)) {
                    Val::Fault(cause) => return Val::Fault(cause),
                    beats => beats.as_bool() == Some(true),
                },
            };
            if beats {
                best = Some(value);
            }
        }
        best.cloned().unwrap_or(Val::Blank)
    }

    /// The value of the first or last record; open when records at that end are not ordered and differ.
    fn at_end(&mut self, measure: &Measure, valued: &[Valued], first: bool) -> Val {
        let end = if first { valued.first() } else { valued.last() };
        let Some(end) = end else { return Val::Blank };
        let (known, zone) = (self.known, self.rules.zone);
        let rival = |other: &&Valued| known.standing(other.counts.id, end.counts.id, zone) == Standing::Unordered && other.value != end.value;
        let near: Box<dyn Iterator<Item = &Valued>> = if first { Box::new(valued.iter()) } else { Box::new(valued.iter().rev()) };
        let same_day = |v: &&Valued| self.rules.day(known.record(v.counts.id).at) == self.rules.day(known.record(end.counts.id).at);
        let mut records: Vec<String> = near.take_while(same_day).filter(rival).map(|v| known.reference(v.counts.id)).collect();
        if records.is_empty() {
            return end.value.clone().unwrap_or(Val::Blank);
        }
        records.push(known.reference(end.counts.id));
        records.sort();
        let ty = typing::of_measure(self.known.model, measure).unwrap_or(Type::Text);
        let key = format!("{} in {measure:?}{}", records.join(", "), self.of_each());
        self.open(&key, &ty, Interval::ALL, vec![Cause::Tie { records }])
    }
}
