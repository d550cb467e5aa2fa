//! Names of days and periods, as they stand in verdict keys.

use crate::model::expr::Period;
use chrono::NaiveDate;

/// Which period it names: `2024-03`, `2024-Q1`, `2024-H1`, `2024-W10`, `2024-03-05` or `2024`.
pub(super) fn period_named(text: &str) -> Option<Period> {
    if !is_period(text) {
        return None;
    }
    Some(match (text.get(5..6), text.len()) {
        (None, _) => Period::Year,
        (Some("Q"), _) => Period::Quarter,
        (Some("H"), _) => Period::HalfYear,
        (Some("W"), _) => Period::Week,
        (_, 7) => Period::Month,
        _ => Period::Day,
    })
}

/// Is it `2024-03-05`, `2024-03`, `2024-Q1`, `2024-H1`, `2024-W10` or `2024`?
pub(super) fn is_period(text: &str) -> bool {
    if let Some((first, last)) = text.split_once("..") {
        // The year stands once where both have it.
        let year = first.get(..4).unwrap_or_default();
        return first.len() > 4 && is_period(first) && (is_period(last) || is_period(&format!("{year}-{last}")));
    }
    if let Some((first, last)) = text.split_once('-').filter(|(_, last)| last.len() == 4) {
        return is_period(first) && is_period(last);
    }
    let mut parts = text.split('-');
    let year = parts.next().unwrap_or_default();
    if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let number = |text: &str| if text.len() == 2 { text.parse::<u32>().ok() } else { None };
    match (parts.next(), parts.next()) {
        (None, _) => true,
        (Some(part), None) => match (part.chars().next(), part.get(1..)) {
            (Some('Q'), Some(n)) => matches!(n, "1" | "2" | "3" | "4"),
            (Some('H'), Some(n)) => matches!(n, "1" | "2"),
            (Some('W'), Some(n)) => number(n).is_some_and(|n| (1..=53).contains(&n)),
            _ => number(part).is_some_and(|n| (1..=12).contains(&n)),
        },
        (Some(_), Some(_)) => text.len() == 10 && text.parse::<NaiveDate>().is_ok(),
    }
}
