//! When a deadline runs out.

use super::Checker;
use super::case::Case;
use super::dates;
use crate::model::calendar::DayClass;
use crate::model::norm::{Deadline, Requirement};
use crate::model::value::{Scalar, Unit};
use crate::records::At;
use crate::reference::derivation::{Required, Value};
use chrono::NaiveDate;

/// Longest search for a day, in days.
const FAR: usize = 200_000;

impl Checker<'_> {
    /// The last day or moment of a deadline; none when the checker cannot say.
    pub(super) fn due_of(&self, start: Option<At>, told: &Required, deadline: &Deadline, requirement: &Requirement) -> Option<At> {
        let Value::Known(scalar) = &told.deadline.as_ref()?.value else { return None };
        match deadline {
            Deadline::By(_) => dates::at_of(scalar),
            Deadline::Before(_) => match scalar {
                Scalar::Date(day) => Some(At::Date(day.pred_opt()?)),
                _ => None,
            },
            Deadline::Within(_, _, counts_first) => {
                let suspended = told.days.as_ref().map(|days| days.suspended.as_slice()).unwrap_or_default();
                if suspended.is_empty() && !requirement.suspended.is_empty() && told.days.is_none() {
                    return None;
                }
                within_length(self.case, start?, scalar, suspended, counts_first.unwrap_or(self.case.regulation.same_day))
            }
        }
    }
}

/// The last day or moment of so long a time from a start.
pub(super) fn within_length(case: &Case<'_>, start: At, length: &Scalar, suspended: &[NaiveDate], same_day: bool) -> Option<At> {
    let end = ends(case, start, length, suspended, same_day)?;
    match (end, length) {
        (At::Date(last), Scalar::Quantity(_, Unit::Days | Unit::Months | Unit::Years)) if case.regulation.moves_on => {
            let class = |day: NaiveDate| case.calendar.map_or(DayClass::Unknown, |calendar| calendar.class(day));
            let next = last.iter_days().take(FAR).find(|day| !matches!(class(*day), DayClass::Holiday(_) | DayClass::Weekend))?;
            works(case, next).then_some(At::Date(next))
        }
        (end, _) => Some(end),
    }
}

fn ends(case: &Case<'_>, start: At, length: &Scalar, suspended: &[NaiveDate], same_day: bool) -> Option<At> {
    let Scalar::Quantity(n, unit) = length else { return None };
    let day = start.day(case.zone);
    match unit {
        Unit::Days | Unit::WorkingDays => {
            let working = *unit == Unit::WorkingDays;
            let n = usize::try_from(n.as_whole()?).ok()?;
            nth_day(day, n, same_day, |day| !suspended.contains(&day) && (!working || works(case, day)))
        }
        Unit::Hours | Unit::Minutes => match (start, dates::shift(&dates::value_of(start), length, case.zone, None)?) {
            (At::Moment(_), Value::Known(Scalar::Moment(moment))) => Some(At::Moment(moment)),
            _ => None,
        },
        _ if suspended.is_empty() => match dates::shift(&Scalar::Date(day), length, case.zone, None)? {
            Value::Known(Scalar::Date(last)) if same_day => Some(At::Date(last.pred_opt()?)),
            Value::Known(Scalar::Date(last)) => Some(At::Date(last)),
            _ => None,
        },
        _ => None,
    }
}

/// The `n`-th counted day after the start (the start's own day is a candidate when the clock starts the same day).
fn nth_day(start: NaiveDate, n: usize, same_day: bool, counts: impl Fn(NaiveDate) -> bool) -> Option<At> {
    if n == 0 {
        return Some(At::Date(start));
    }
    let first = usize::from(!same_day);
    start.iter_days().take(FAR).skip(first).filter(|day| counts(*day)).nth(n - 1).map(At::Date)
}

fn works(case: &Case<'_>, day: NaiveDate) -> bool {
    case.calendar.is_some_and(|calendar| matches!(calendar.class(day), DayClass::Working(_)))
}
