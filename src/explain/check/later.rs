//! Records that come after a period: is it the next one that counts them?

use super::case::{Case, Scene, Seen};
use super::dates;
use crate::model::expr::{Pattern, Period};
use crate::model::norm::{Norm, Occasion, Rhythm};
use crate::model::value::Scalar;
use crate::records::At;
use crate::reference::derivation::Value;
use chrono::{Days, Months, NaiveDate};

impl<'c> Scene<'c> {
    /// It comes after the period, and the next one would count it.
    pub(super) fn is_of_a_later_period(&self, seen: Seen<'c>, pattern: &Pattern) -> bool {
        let Some((_, last)) = self.case.period.filter(|(_, last)| seen.at().day(self.case.zone) > *last) else { return false };
        let Some(filter) = &pattern.filter else { return true };
        let Some(next) = following(self.case.norm, last) else { return true };
        let mut case: Case<'c> = self.case.clone();
        (case.period, case.at, case.day) = (Some(next), At::Date(next.1), next.1);
        let there = Scene { case: &case, counted: Some(seen), ..*self };
        there.eval(filter) != Some(Value::Known(Scalar::Bool(false)))
    }
}

/// The period after the one that ends on this day.
fn following(norm: &Norm, last: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let Occasion::Period { every, .. } = &norm.occasion else { return None };
    let first = last.succ_opt()?;
    let Rhythm { unit, count, weekday, working, .. } = every;
    if *working || weekday.is_some() {
        return dates::period(Period::Day, first);
    }
    let months = match unit {
        Period::Day | Period::Week => {
            let days = u64::from(*count) * if *unit == Period::Week { 7 } else { 1 };
            return Some((first, first.checked_add_days(Days::new(days))?.pred_opt()?));
        }
        Period::Month => 1,
        Period::Quarter => 3,
        Period::HalfYear => 6,
        Period::Year => 12,
    };
    Some((first, first.checked_add_months(Months::new(months * count))?.pred_opt()?))
}
