//! Runs over the slots of a schedule, counted once more: every slot of the days in question is written down, and marked.

use super::case::{Case, Seen};
use super::measure::whole;
use crate::model::calendar::DayClass;
use crate::model::number::Number;
use crate::records::At;
use chrono::{NaiveDate, NaiveTime};

impl<'c> Case<'c> {
    /// Longest row of marked slots. A record without an hour marks every slot of its day when `generous`, none otherwise.
    pub(super) fn run_of_slots(&self, schedule: &str, records: impl Iterator<Item = Seen<'c>>, generous: bool) -> Option<Number> {
        let times: Vec<At> = records.map(Seen::at).collect();
        let days = || times.iter().map(|at| at.day(self.zone));
        let (Some(first), Some(last)) = (days().min(), days().max()) else { return Some(whole(0)) };
        let marks = |at: &At, day: NaiveDate, start: NaiveTime, end: NaiveTime| match at {
            At::Date(on) => generous && *on == day,
            At::Moment(moment) => {
                let local = moment.with_timezone(&self.zone).naive_local();
                local.date() == day && start <= local.time() && local.time() < end
            }
        };
        let (mut best, mut current) = (0_usize, 0_usize);
        let mut taken = vec![false; times.len()];
        for day in first.iter_days().take_while(|day| *day <= last) {
            for (start, end) in self.slots_of(schedule, day)? {
                let mut marked = false;
                // Of slots that overlap, the first holds the record.
                for (at, taken) in times.iter().zip(&mut taken) {
                    if marks(at, day, start, end) && (!*taken || matches!(at, At::Date(_))) {
                        (*taken, marked) = (true, true);
                    }
                }
                current = if marked { current + 1 } else { 0 };
                best = best.max(current);
            }
        }
        Some(whole(best))
    }

    /// The slots of a day, from the first to the last; none known outside the calendar's years.
    fn slots_of(&self, schedule: &str, day: NaiveDate) -> Option<Vec<(NaiveTime, NaiveTime)>> {
        match self.calendar?.class(day) {
            DayClass::Unknown => return None,
            DayClass::Weekend | DayClass::Holiday(_) => return Some(Vec::new()),
            DayClass::Working(_) => {}
        }
        let today = day.format("%m-%d").to_string();
        let stands = |season: &Option<(String, String)>| {
            season.as_ref().is_none_or(|(from, until)| {
                let (after, before) = (*from <= today, today <= *until);
                if from <= until { after && before } else { after || before }
            })
        };
        let mut slots = Vec::new();
        for slot in self.model.schedule(schedule)?.slots.iter().filter(|slot| stands(&slot.season)) {
            slots.push((slot.start.parse().ok()?, slot.end.parse().ok()?));
        }
        slots.sort_unstable();
        Some(slots)
    }
}
