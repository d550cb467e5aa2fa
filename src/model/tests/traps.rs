//! What was once taken for something else without a word, and is told now.

use super::disk::{body, told};

fn said(rest: &str) -> String {
    told(&body(rest).diagnostics)
}

#[test]
fn a_suspension_moves_no_named_day() {
    insta::assert_snapshot!(said("event paid, asked, answered by staff\nduty pay\n  on late\n  must paid by the same staff by day + 28 days\n  suspended from (first day of asked ever) to (first day of answered ever)\n"));
    assert_eq!(said("event paid, asked, answered by staff\nduty pay\n  on late\n  must paid by the same staff within 28 days\n  suspended from (first day of asked ever) to (first day of answered ever)\n"), "");
}

#[test]
fn a_bare_slot_behind_where() {
    let limit = "rule limit\n  each staff, every month\n  decides most = 3 days\nrule many\n  each staff, every month\n  decides n = count of (leave where days > ";
    insta::assert_snapshot!(said(&format!("{limit}limit.most) in the month\n")));
    for meant in ["this.limit.most", "(limit.most of staff)"] {
        assert_eq!(said(&format!("{limit}{meant}) in the month\n")), "", "{meant}");
    }
}

#[test]
fn years_that_cannot_be() {
    insta::assert_snapshot!(said("rule one\n  each staff, every year from 04-15\n  decides n = 1\nrule two\n  on late\n  decides n = count of late in the month from 04-01\nrule three\n  on late\n  decides n = count of late in the year from 02-29\n"));
}

#[test]
fn a_clause_in_force_before_its_regulation() {
    let own = |days: &str| format!("regulation board\n  time zone Asia/Shanghai\n  currency CNY\n  in force from 2023-01-01 until 2025-12-31\nregister staff\nevent late by staff\nrule fee\n  on late\n  in force {days}\n  fine 1 CNY\n");
    let said = |days: &str| told(&super::disk::one(&own(days)).diagnostics);
    insta::assert_snapshot!(format!("{}{}", said("from 2022-01-02"), said("from 2024-01-01 until 2026-06-30")));
    assert_eq!(said("from 2023-01-01 until 2025-12-31"), "");
}

#[test]
fn what_stops_the_clock_is_a_state() {
    insta::assert_snapshot!(said("event paid, ill, well by staff\nstate away of staff\n  from ill\n  to well\nduty pay\n  on late\n  must paid by the same staff within 28 days\n  suspended while any ill so far\n"));
    insta::assert_snapshot!(said("event paid, ill, well by staff\nstate away of staff\n  from ill\n  to well\nduty pay\n  on late\n  must paid by the same staff by day + 28 days\n  suspended while staff in away\n"));
    assert_eq!(said("event paid, ill, well by staff\nstate away of staff\n  from ill\n  to well\nduty pay\n  on late\n  must paid by the same staff within 28 days\n  suspended while staff in away\n"), "");
}

#[test]
fn which_year_is_meant() {
    let own = |window: &str| said(&format!("rule many\n  each staff, every year from 09-01\n  decides n = count of late{window}\n"));
    insta::assert_snapshot!(own(" in the year"));
    for meant in ["", " in the year from 09-01", " in the year from 01-01"] {
        assert_eq!(own(meant), "", "{meant}");
    }
}

#[test]
fn what_is_done_too_late_is_not_counted_as_done() {
    let paid = |window: &str| said(&format!("event paid by staff\nrule sum_paid\n  on late\n  decides n = count of paid by the same staff {window}\nduty pay\n  on late\n  must satisfy sum_paid.n >= 1 by day + 10 days\n"));
    insta::assert_snapshot!(paid("ever"));
    assert_eq!(paid("so far"), "");
}

#[test]
fn what_reaches_a_number_is_not_known_beforehand() {
    let counted = |filter: &str| said(&format!("rule often\n  when count of (late where {filter}) so far reaches 2\n  fine 1 CNY\n"));
    insta::assert_snapshot!(counted("this.day <= day + 30 days"));
    assert_eq!(counted("staff is stated"), "");
}

#[test]
fn what_is_decided_for_each_of_several_is_not_one_value() {
    insta::assert_snapshot!(said("event paper by staff\n  authors: set of staff\nrule one\n  on paper\n  for each authors as author\n  decides n = 1\nrule whole\n  on paper\n  decides n = one.n\n"));
}
