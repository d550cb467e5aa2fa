//! Days of the week, as values.

use super::Kind;
use super::value::Scalar;
use chrono::{Datelike, NaiveDate};

/// The kind whose values are the days of the week. It is part of a model that asks for one.
pub const WEEKDAY: &str = "weekday";

/// The days from Monday, and what they are called in Chinese.
const DAYS: [(&str, &str, &str); 7] = [
    ("monday", "周一", "星期一"),
    ("tuesday", "周二", "星期二"),
    ("wednesday", "周三", "星期三"),
    ("thursday", "周四", "星期四"),
    ("friday", "周五", "星期五"),
    ("saturday", "周六", "星期六"),
    ("sunday", "周日", "星期日"),
];

/// The kind: ordered, from Monday.
pub(super) fn kind() -> Kind {
    let values = DAYS.iter().map(|(name, label, _)| ((*name).to_owned(), Some((*label).to_owned()))).collect();
    Kind { name: WEEKDAY.to_owned(), label: Some("星期".to_owned()), ordered: true, values }
}

/// The day that a word names.
pub(crate) fn named(word: &str) -> Option<&'static str> {
    DAYS.iter().find(|(name, label, other)| [*name, *label, *other].contains(&word)).map(|(name, ..)| *name)
}

/// The day of the week.
pub fn of(day: NaiveDate) -> Scalar {
    let (name, ..) = DAYS.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or(("sunday", "", ""));
    Scalar::Kind(WEEKDAY.into(), name.into())
}
