//! How much a window can hold at most: days in a month, working days by the calendar, values of an enumeration. A threshold above that is never
//! reached.

use crate::model::Model;
use crate::model::expr::{Aggregate, Expr, Measure, Period, Window};
use crate::model::norm::{Norm, Occasion, Rhythm};
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use chrono::{Datelike, Days, NaiveDate};

/// The most that a measure can come to for a norm, where anything says so.
pub(super) fn most(model: &Model, norm: &Norm, measure: &Measure) -> Option<Number> {
    let days = || days_in(norm, &measure.window);
    // A record that lasts may reach beyond the window.
    let many = match &measure.aggregate {
        Aggregate::RunOfDays | Aggregate::RunOfWorkingDays if measure.of.is_some() => return None,
        Aggregate::RunOfDays => days()?,
        Aggregate::RunOfWorkingDays => working(model, norm, &measure.window).or_else(days)?,
        Aggregate::Count => distinct(model, norm, measure)?,
        _ => return None,
    };
    Some(Number::whole(many))
}

/// The most days of a window.
fn days_in(norm: &Norm, window: &Window) -> Option<i64> {
    match window {
        Window::Period { unit, .. } => Some(days_of(*unit)),
        Window::YearFrom { .. } => Some(366),
        Window::Occasion => match &norm.occasion {
            Occasion::Period { every: Rhythm { weekday: Some(_), .. } | Rhythm { working: true, .. }, .. } => Some(1),
            Occasion::Period { every, .. } => Some(days_of(every.unit) * i64::from(every.count)),
            _ => None,
        },
        Window::Last(Scalar::Quantity(number, unit)) => {
            let number = i64::try_from(number.ceil().as_whole()?).ok()?;
            match unit {
                Unit::Days => Some(number),
                Unit::Months => Some(number * 31),
                Unit::Years => Some(number * 366),
                _ => None,
            }
        }
        _ => None,
    }
}

fn days_of(unit: Period) -> i64 {
    match unit {
        Period::Day => 1,
        Period::Week => 7,
        Period::Month => 31,
        Period::Quarter => 92,
        Period::HalfYear => 184,
        Period::Year => 366,
    }
}

/// The most working days that a window has in the years of the calendar.
fn working(model: &Model, norm: &Norm, window: &Window) -> Option<i64> {
    let unit = match (window, &norm.occasion) {
        (Window::Period { unit, .. }, _) => *unit,
        (Window::Occasion, Occasion::Period { every, .. }) if every.count == 1 && every.weekday.is_none() && !every.working => every.unit,
        _ => return None,
    };
    let name = model.regulation(&norm.regulation)?.calendar.as_ref()?;
    let calendar = model.calendars.iter().find(|calendar| calendar.name == *name)?;
    let (first, last) = (NaiveDate::from_ymd_opt(calendar.years.0, 1, 1)?, NaiveDate::from_ymd_opt(calendar.years.1, 12, 31)?);
    let mut day = first;
    let (mut most, mut here) = (0, 0);
    while day <= last {
        if begins(day, unit) {
            here = 0;
        }
        here += i64::from(calendar.works(day)?);
        most = most.max(here);
        day = day.checked_add_days(Days::new(1))?;
    }
    // A week at the edge of the calendar may be cut.
    Some(most)
}

/// Does a period of this length begin on the day?
fn begins(day: NaiveDate, unit: Period) -> bool {
    let month = |of: u32| day.day() == 1 && (day.month() - 1).is_multiple_of(of);
    match unit {
        Period::Day => true,
        Period::Week => day.weekday().num_days_from_monday() == 0,
        Period::Month => month(1),
        Period::Quarter => month(3),
        Period::HalfYear => month(6),
        Period::Year => month(12),
    }
}

/// As many as there are values to tell apart.
fn distinct(model: &Model, norm: &Norm, measure: &Measure) -> Option<i64> {
    let name = match &measure.distinct {
        Some(Expr::Day(_)) => return days_in(norm, &measure.window),
        Some(Expr::Field(_, name)) => name,
        _ => return None,
    };
    let field = measure.pattern.events.iter().find_map(|event| model.event(event)?.fields.iter().find(|field| field.name == *name))?;
    match &field.ty {
        Type::Bool => Some(2),
        // A field that is left blank is a value of its own.
        Type::Kind(kind) => Some(i64::try_from(model.kind(kind)?.values.len()).ok()? + 1),
        _ => None,
    }
}
