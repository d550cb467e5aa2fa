//! Suspended time (§7): the days on which the clock of a deadline does not run.

use super::derivation::{Step, Suspended};
use super::judge::Judge;
use super::spells::Is;
use super::value::Val;
use super::verdict::Cause;
use crate::model::expr::Expr;
use crate::model::norm::Pause;
use crate::model::state::Stay;
use crate::records::At;
use chrono::NaiveDate;

/// Days of suspensions: from the first to the last, both wholly inside; open-ended when nobody has ended it.
pub(super) type Suspensions = Vec<(NaiveDate, Option<NaiveDate>)>;

impl Judge<'_, '_> {
    /// The days that are wholly suspended.
    ///
    /// # Errors
    /// A fault, or days that are open.
    pub(super) fn suspensions(&mut self, pauses: &[Pause]) -> Result<(Suspensions, Vec<Suspended>), Cause> {
        let (mut all, mut told) = (Vec::new(), Vec::new());
        for pause in pauses {
            match pause {
                Pause::Between(from, to) => {
                    let (days, steps) = self.between_two(from, to)?;
                    all.extend(days);
                    told.extend(steps.map(|(from, to)| Suspended::Between(Box::new(from), Box::new(to))));
                }
                Pause::While(days) => {
                    let (value, step) = self.stepped(days);
                    told.extend(step.map(Box::new).map(Suspended::While));
                    match (value, days) {
                        (Val::Fault(cause), _) => return Err(cause),
                        (_, Expr::Stay(stay)) => all.extend(self.spells(stay)?),
                        _ => {}
                    }
                }
            }
        }
        Ok((all, told))
    }

    /// From one day or moment to another. A start that is blank suspends nothing.
    #[allow(clippy::type_complexity)]
    fn between_two(&mut self, from: &Expr, to: &Expr) -> Result<(Option<(NaiveDate, Option<NaiveDate>)>, Option<(Step, Step)>), Cause> {
        let ((start, begins), (end, ends)) = (self.stepped(from), self.stepped(to));
        let told = begins.zip(ends);
        for value in [&start, &end] {
            if let Val::Fault(cause) = value {
                return Err(cause.clone());
            }
        }
        let first = match start.as_at() {
            Some(At::Date(day)) => Some(day),
            Some(At::Moment(moment)) => {
                let local = moment.with_timezone(&self.rules.zone).naive_local();
                if local.time() == chrono::NaiveTime::MIN { Some(local.date()) } else { local.date().succ_opt() }
            }
            None if start == Val::Blank => return Ok((None, told)),
            None => return Err(self.causes_of(&start).pop().unwrap_or(Cause::Fault { fault: "no_value".to_owned() })),
        };
        let last = match end.as_at() {
            Some(At::Date(day)) => Some(day),
            Some(moment) => self.rules.day(moment).pred_opt(),
            None if end == Val::Blank => None,
            None => return Err(self.causes_of(&end).pop().unwrap_or(Cause::Fault { fault: "no_value".to_owned() })),
        };
        Ok((first.map(|first| (first, last)), told))
    }

    /// The days at whose end somebody is in a state.
    fn spells(&mut self, stay: &Stay) -> Result<Suspensions, Cause> {
        let turns = self.turns_ever(stay)?;
        let course = self.course(&turns).ok_or(Cause::Fault { fault: "no_such_day".to_owned() })?;
        let mut all: Suspensions = Vec::new();
        for (day, is) in &course.days {
            match is {
                Is::Open(causes) => return Err(causes.first().cloned().unwrap_or(Cause::Fault { fault: "no_value".to_owned() })),
                Is::In if all.last().is_none_or(|(_, last)| last.is_some()) => all.push((*day, None)),
                Is::In => {}
                Is::Out => {
                    if let Some((_, last @ None)) = all.last_mut() {
                        *last = day.pred_opt();
                    }
                }
            }
        }
        // It began and ended on one day.
        all.retain(|(first, last)| last.is_none_or(|last| *first <= last));
        Ok(all)
    }
}

pub(super) fn is_suspended(pauses: &Suspensions, day: NaiveDate) -> bool {
    pauses.iter().any(|(first, last)| *first <= day && last.is_none_or(|last| day <= last))
}

/// A suspension that nobody has ended.
pub(super) fn endless(pauses: &Suspensions, day: NaiveDate) -> bool {
    pauses.iter().any(|(first, last)| last.is_none() && *first <= day)
}
