//! Runs over the slots of a schedule (§5): which slot holds a record, and which slot is the next.

use super::interval::Interval;
use super::judge::Judge;
use super::measure::Valued;
use super::value::Val;
use super::verdict::Cause;
use crate::model::Slot;
use crate::model::expr::Measure;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::records::At;
use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeSet;

/// A slot: its day, and its place among the slots of that day.
type Place = (NaiveDate, usize);

/// Does the slot stand in the schedule on this day?
pub(super) fn in_season(slot: &Slot, day: NaiveDate) -> bool {
    let month_day = day.format("%m-%d").to_string();
    match &slot.season {
        None => true,
        Some((from, until)) if from <= until => *from <= month_day && month_day <= *until,
        Some((from, until)) => *from <= month_day || month_day <= *until,
    }
}

impl Judge<'_, '_> {
    /// The longest run of slots that follow each other and each hold a record. A record without an hour may lie in any slot of its day.
    pub(super) fn run_of_slots(&mut self, measure: &Measure, schedule: &str, valued: &[Valued], unfinished: Option<NaiveDate>) -> Val {
        let (mut certain, mut every, mut causes) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for Valued { counts, .. } in valued {
            let places = match self.places(schedule, self.known.record(counts.id).at) {
                Ok(places) => places,
                Err(day) => return self.run_unknown(measure, day),
            };
            let no_hour = matches!(self.known.record(counts.id).at, At::Date(_));
            if !places.is_empty() {
                causes.extend(counts.possible.iter().flatten().cloned());
                causes.extend(no_hour.then(|| self.no_hour(counts.id)));
            }
            if counts.possible.is_none() && !no_hour {
                certain.extend(places.iter().copied());
            }
            every.extend(places);
        }
        let (low, high) = match (self.longest_of_slots(schedule, &certain), self.longest_of_slots(schedule, &every)) {
            (Ok(low), Ok(high)) => (low, high),
            (Err(day), _) | (_, Err(day)) => return self.run_unknown(measure, day),
        };
        if low == high && unfinished.is_none() {
            return Val::number(Number::whole(low), Unit::One);
        }
        causes.extend(unfinished.map(|until| Cause::NotYet { until }));
        let names: Vec<String> = valued.iter().map(|v| self.known.reference(v.counts.id)).collect();
        let interval = Interval::whole(low, unfinished.is_none().then_some(high));
        self.uncertain(&format!("run of {} in {measure:?}", names.join(", ")), Unit::One, interval, causes).value()
    }

    fn run_unknown(&mut self, measure: &Measure, day: NaiveDate) -> Val {
        let causes = vec![Cause::CalendarUnknown { day }];
        self.open(&format!("run of {measure:?}"), &Self::quantity(&Unit::One), Interval::whole(0, None), causes)
    }

    /// The slots that may hold this time: one at most when the hour is known.
    fn places(&self, schedule: &str, at: At) -> Result<Vec<Place>, NaiveDate> {
        let day = self.rules.day(at);
        let slots = self.slots_on(schedule, day)?.into_iter().enumerate();
        Ok(match at {
            At::Date(_) => slots.map(|(place, _)| (day, place)).collect(),
            At::Moment(moment) => {
                let time = moment.with_timezone(&self.rules.zone).time();
                let mut holding = slots.filter(|(_, (start, end))| *start <= time && time < *end);
                holding.next().map(|(place, _)| (day, place)).into_iter().collect()
            }
        })
    }

    /// Start and end of the slots of a day, in order; none on a day that is not worked.
    fn slots_on(&self, schedule: &str, day: NaiveDate) -> Result<Vec<(NaiveTime, NaiveTime)>, NaiveDate> {
        if !self.rules.works(day).map_err(|_| day)? {
            return Ok(Vec::new());
        }
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
        let slots = self.known.model.schedule(schedule).map(|schedule| schedule.slots.as_slice()).unwrap_or_default();
        let mut found: Vec<_> = slots.iter().filter(|slot| in_season(slot, day)).filter_map(|slot| Some((time(&slot.start)?, time(&slot.end)?))).collect();
        found.sort_unstable();
        Ok(found)
    }

    fn longest_of_slots(&self, schedule: &str, places: &BTreeSet<Place>) -> Result<i64, NaiveDate> {
        let (mut best, mut run, mut last): (i64, i64, Option<Place>) = (0, 0, None);
        for place in places {
            let follows = match last {
                None => false,
                Some(last) => self.follows(schedule, last, *place)?,
            };
            run = if follows { run + 1 } else { 1 };
            best = best.max(run);
            last = Some(*place);
        }
        Ok(best)
    }

    /// Is `next` the first slot after `last`?
    fn follows(&self, schedule: &str, (last_day, last): Place, (day, place): Place) -> Result<bool, NaiveDate> {
        if last_day == day {
            return Ok(place == last + 1);
        }
        if place != 0 || last + 1 < self.slots_on(schedule, last_day)?.len() {
            return Ok(false);
        }
        for between in last_day.iter_days().skip(1).take_while(|between| *between < day) {
            if !self.slots_on(schedule, between)?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
