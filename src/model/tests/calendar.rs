//! Working days around holidays, make-up days and the edge of the data.

use crate::model::calendar::{Calendar, DayClass};
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn china() -> Calendar {
    let text = "date,kind,occasion\n2024-01-01,off,New Year\n2024-02-04,work,Spring Festival\n2024-02-10,off,Spring Festival\n2024-02-12,off,Spring Festival\n";
    let (years, days) = Calendar::parse_days(text).unwrap();
    Calendar { name: "china".into(), label: None, weekend: vec![5, 6], years, days }
}

#[test]
fn classes() {
    let china = china();
    assert_eq!(china.class(day("2024-02-04")), DayClass::Working(Some("Spring Festival".into())));
    assert_eq!(china.class(day("2024-02-03")), DayClass::Weekend);
    assert_eq!(china.class(day("2024-02-12")), DayClass::Holiday("Spring Festival".into()));
    assert_eq!(china.class(day("2024-02-13")), DayClass::Working(None));
    assert_eq!(china.class(day("2025-02-13")), DayClass::Unknown);
    assert_eq!(china.works(day("2023-12-31")), None);
}

#[test]
fn counting_is_after_the_first_up_to_the_last() {
    let china = china();
    assert_eq!(china.working_days(day("2024-02-02"), day("2024-02-05")), Some(2), "the make-up Sunday and Monday");
    assert_eq!(china.working_days(day("2024-02-05"), day("2024-02-02")), Some(-2));
    assert_eq!(china.working_days(day("2024-02-05"), day("2024-02-05")), Some(0));
    assert_eq!(china.working_days(day("2023-12-29"), day("2024-01-02")), None, "2023 is not in the data");
}

#[test]
fn adding_skips_what_is_not_worked() {
    let china = china();
    assert_eq!(china.add_working_days(day("2024-02-09"), 1), Some(day("2024-02-13")));
    assert_eq!(china.add_working_days(day("2024-02-13"), -1), Some(day("2024-02-09")));
    assert_eq!(china.add_working_days(day("2024-02-10"), 0), Some(day("2024-02-10")));
    assert_eq!(china.add_working_days(day("2024-12-31"), 1), None);
}

#[test]
fn every_bad_line_is_told() {
    let bad = Calendar::parse_days("date,kind,occasion\n2024-02-30,off,x\n2024-02-01,rest,x\n\n2024-02-02,off\n").unwrap_err();
    let told: Vec<_> = bad.iter().map(|(line, say)| format!("{line}: {}", say.en)).collect();
    assert_eq!(
        told,
        [
            "2: `2024-02-30` is not a date such as `2024-02-10`",
            "3: `rest` is neither `off` nor `work`",
            "5: expected three cells: `date,kind,occasion`",
            "1: the calendar has no days",
        ]
    );
}
