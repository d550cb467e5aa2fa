#![allow(clippy::unwrap_used)]
//! What FEEL says, and what no cell can say.

use super::feel::{Named, Ty, expr, tests};
use super::names::Names;

fn cell(ty: Ty, feel: &str) -> String {
    let names = [Named { feel: "Age".to_owned(), text: "age".to_owned(), ty: Ty::Number }, Named { feel: "Age of pet".to_owned(), text: "age_of_pet".to_owned(), ty: Ty::Number }];
    let kinds = [vec![("High".to_owned(), "high".to_owned()), ("Very low".to_owned(), "very_low".to_owned())]];
    match tests(feel, &names).and_then(|test| test.said(ty, &names, &kinds)) {
        Ok(rows) => rows.join(" / "),
        Err(say) => format!("! {}", say.en),
    }
}

#[test]
fn cells() {
    let number = |feel: &str| cell(Ty::Number, feel);
    assert_eq!(number("-"), "any");
    assert_eq!(number(""), "any");
    assert_eq!(number("-5"), "-5");
    assert_eq!(number(".5, 1.50"), "0.5, 1.50");
    assert_eq!(number("[1..5]"), "1 .. 5");
    assert_eq!(number("[1..5)"), ">= 1 and < 5");
    assert_eq!(number("]1 .. 5["), "> 1 and < 5");
    assert_eq!(number("(-1.5..5]"), "> -1.5 and <= 5");
    assert_eq!(number("not(< 5)"), ">= 5");
    assert_eq!(number("not(5, 6)"), "not 5, 6");
    assert_eq!(number("not([1..5))"), "< 1 / >= 5");
    assert_eq!(number("< 1, [5..6], 9"), "< 1 / 5 .. 6 / 9");
    assert_eq!(number("!= 3"), "not 3");
    assert_eq!(number("= 3"), "3");
    assert_eq!(number(">= Age of pet * 2 - (Age + 1)"), ">= age_of_pet * 2 - (age + 1)");
    assert_eq!(cell(Ty::Kind(0), "not(\"High\")"), "not high");
    assert_eq!(cell(Ty::Kind(0), "\"Very low\", \"High\""), "very_low, high");
    assert_eq!(cell(Ty::Text, "\"a, b\", \"say \\\"hi\\\"\""), "\"a, b\", “say \"hi\"”");
    assert_eq!(cell(Ty::Bool, "not(true)"), "not yes");
    assert_eq!(cell(Ty::Date, "> date(\"2024-02-29\")"), "> 2024-02-29");
    assert_eq!(cell(Ty::Time, "@\"08:30:00\""), "08:30");
}

#[test]
fn what_no_cell_can_say() {
    for feel in ["floor(3)", "null", "1 2", "2 ** 3", "1e5", "Age.x", "Ages", "not(< 1, > 5)", "[1..5", "if Age then 1 else 2", "date(\"2023-02-29\")", "\"open", "? > 3", "[1,2,3]", "duration(\"P1D\")", "\"High\"", "Age in [1..2]", "(((1)", "not(5", "every x in y satisfies z"] {
        assert!(cell(Ty::Number, feel).starts_with('!'), "{feel}: {}", cell(Ty::Number, feel));
    }
    assert!(cell(Ty::Date, "date(\"2023-02-29\")").starts_with('!'));
    assert!(cell(Ty::Time, "time(\"08:30:10\")").starts_with('!'));
    assert!(cell(Ty::Kind(0), "\"Low\"").starts_with('!'));
    assert!(cell(Ty::Kind(0), "< \"High\"").starts_with('!'));
    assert!(cell(Ty::Text, "\"a\\nb\"").starts_with('!'));
    assert!(expr(&"(".repeat(1_000), &[]).is_err() && expr(&"-".repeat(1_000), &[]).is_err() && expr(&"1+".repeat(10_000), &[]).is_err());
    assert!(expr(&["1"; 900].join("+"), &[]).is_ok());
}

#[test]
fn names() {
    let mut names = Names::default();
    let given: Vec<String> = ["Applicant Age", "applicant-age", "3rd party", "and", "Count", "费用", "  ", "a.b (c)"].iter().map(|said| names.give(said, "value")).collect();
    assert_eq!(given, ["applicant_age", "applicant_age_2", "value_3rd_party", "and_value", "count_value", "费用", "value", "a_b_c"]);
}
