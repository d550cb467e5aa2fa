#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
//! Examples: what is met, and what is said of what is not.

use super::{Tested, run};
use crate::diagnostics::Tongue;
use crate::model::{Files, Model, compile};
use crate::report::examples;

struct One(String);

impl Files for One {
    fn read(&self, _: &str) -> std::io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
    fn folder(&self, _: &str) -> std::io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

const POLICY: &str = "\
regulation office
  time zone Asia/Shanghai
  currency CNY
  clock starts next day
register staff
event late, leave by staff
  minutes: minutes
rule late_fine
  on late where minutes > 5 minutes
  fine 2 CNY when minutes <= 30 minutes
  fine 10 CNY when minutes > 30 minutes
duty reported
  each staff, every month
  must leave at least 1 time
";

fn model(example: &str) -> Model {
    let compiled = compile(&["p.bylaw".to_owned()], &One(format!("{POLICY}{example}")));
    compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

/// What `bylaw test` says of one example.
fn said(example: &str, tongue: Tongue) -> String {
    let model = model(example);
    let ran: Vec<_> = model.examples.iter().map(|example| run(&model, example)).collect();
    let mut out = Vec::new();
    let tested = [Tested { path: "p.bylaw", model: &model, ran, targets: None }];
    examples::write(&tested, tongue, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const GIVEN: &str = "example \"e\"
  given staff \"li\"
  given late \"a\" by \"li\" on 2024-03-05 with minutes = 7 minutes
  given late \"b\" by \"li\" on 2024-03-06 with minutes = 31 minutes
  given late \"c\" by \"li\" on 2024-03-07 with minutes = 5 minutes
";

fn passes(expect: &str) -> bool {
    let model = model(&format!("{GIVEN}  known up to 2024-04-30 12:00\n  {expect}\n"));
    run(&model, &model.examples[0]).passed()
}

#[test]
fn every_verdict_that_is_spoken_of_must_be_as_expected() {
    assert!(passes("expect late_fine of \"li\" is violation"));
    assert!(passes("expect late_fine of \"li\" on 2024-03-05 is 2 CNY"));
    assert!(!passes("expect late_fine of \"li\" is 2 CNY"), "the other is fined 10");
    assert!(!passes("expect late_fine of \"li\" on 2024-03-05 is 10 CNY"));
    assert!(!passes("expect late_fine of \"li\" on 2024-03-08 is violation"), "nothing happened on that day");
}

#[test]
fn periods_hold_days_and_shorter_periods() {
    for on in ["2024-03-05", "2024-W10", "2024-03", "2024-Q1", "2024-H1", "2024"] {
        let met = passes(&format!("expect late_fine of \"li\" for {on} is violation"));
        assert!(met, "{on}");
    }
    for on in ["2024-03", "2024-Q1"] {
        assert!(passes(&format!("expect reported of \"li\" for {on} is violation")), "{on}");
    }
    assert!(passes("expect reported of \"li\" for 2024-04 is pending"));
    for on in ["2024-H1", "2024"] {
        assert!(!passes(&format!("expect reported of \"li\" for {on} is violation")), "April is pending");
    }
}

#[test]
fn what_is_no_occasion_does_not_apply_but_must_be_there() {
    assert!(passes("expect late_fine of \"li\" on 2024-03-07 is not applicable"));
    assert!(!passes("expect late_fine of \"ll\" on 2024-03-07 is not applicable"), "a name that is misspelt expects nothing");
    assert!(passes("expect late_fine of \"li\" on 2024-03-07 is none"));
    assert!(!passes("expect late_fine of \"li\" on 2024-03-05 is none"));
}

#[test]
fn failures_say_what_came_instead() {
    let example = format!("{GIVEN}  known up to 2024-04-30\n  expect late_fine of \"li\" is 2 CNY\n  expect late_fine of \"wu\" is violation\n");
    insta::assert_snapshot!(said(&example, Tongue::En));
    insta::assert_snapshot!(said(&example, Tongue::Zh));
}

#[test]
fn where_no_verdict_came_there_is_a_reason() {
    let days = "  known up to 2024-04-30\n  expect late_fine of \"li\" on 2024-03-08 is violation\n  expect reported of \"li\" for 2024-01 is violation\n";
    let mut all = said(&format!("{GIVEN}{days}"), Tongue::En) + &said(&format!("{GIVEN}{days}"), Tongue::Zh);
    let none = "example \"e\"\n  given staff \"li\"\n";
    all += &said(&format!("{none}  expect reported of \"li\" for 2024-01 is pending\n"), Tongue::En);
    all += &said(&format!("{none}  known up to 2024-01-05\n  expect late_fine of \"li\" is violation\n"), Tongue::En);
    let late = "  given late \"a\" by \"li\" on 2024-03-05 with minutes = 7 minutes\n";
    all += &said(&format!("{none}{late}  known up to 2024-03-01\n  expect late_fine of \"li\" is violation\n"), Tongue::En);
    let short = late.replace('7', "3");
    all += &said(&format!("{none}{short}  expect late_fine of \"li\" is violation\n"), Tongue::Zh);
    insta::assert_snapshot!(all);
}

#[test]
fn without_a_record_the_period_of_the_known_up_to_day_is_judged() {
    let none = "example \"e\"\n  given staff \"li\"\n  known up to 2024-01-30\n";
    assert!(run_one(&format!("{none}  expect reported of \"li\" for 2024-01 is pending\n")));
    assert!(!run_one(&format!("{none}  expect reported of \"li\" for 2023-12 is violation\n")));
}

fn run_one(example: &str) -> bool {
    let model = model(example);
    run(&model, &model.examples[0]).passed()
}

#[test]
fn junit_says_what_failed() {
    let text = format!("{GIVEN}  known up to 2024-04-30\n  expect late_fine of \"wu\" is violation\nexample \"<f>\"\n{}  expect late_fine of \"li\" on 2024-03-06 is 10 CNY\n", GIVEN.split_once('\n').unwrap().1);
    let model = model(&text);
    let ran: Vec<_> = model.examples.iter().map(|example| run(&model, example)).collect();
    let mut out = Vec::new();
    crate::report::junit::write(&[Tested { path: "p.bylaw", model: &model, ran, targets: None }], Tongue::En, &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}
