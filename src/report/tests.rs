#![allow(clippy::unwrap_used, clippy::panic)]
//! One small audit, shown in every format and both tongues.

use super::table::{Cell, table};
use super::{Format, Report};
use crate::diagnostics::{Say, Tongue};
use crate::model::Model;
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::records::{At, Origin, Records, Rejection};
use crate::reference::verdict::{Audit, Cause, Effect, Part, Ruling, Statement, StatementLine, Verdict};
use chrono::{DateTime, NaiveDate};
use std::sync::Arc;

fn day(text: &str) -> At {
    At::Date(text.parse::<NaiveDate>().unwrap())
}

fn moment(text: &str) -> At {
    At::Moment(DateTime::parse_from_rfc3339(text).unwrap())
}

fn yuan() -> Unit {
    Unit::Money(Arc::from("CNY"))
}

fn person(id: &str) -> Option<(Arc<str>, Arc<str>)> {
    Some((Arc::from("staff"), Arc::from(id)))
}

fn verdict(norm: &str, key: &str, subject: &str, at: At, ruling: Ruling) -> Verdict {
    Verdict {
        id: format!("bureau.{norm}@{key}"),
        rule: format!("bureau.{norm}"),
        source: vec!["03.2e".to_owned()],
        subject: person(subject),
        at,
        period: None,
        events: vec![key.to_owned()],
        ruling,
        parts: vec![Part { name: norm.to_owned(), ruling, due: None, met: None, causes: Vec::new() }],
        effects: Vec::new(),
        causes: Vec::new(),
        immaterial: Vec::new(),
        is_final: true,
        revision: "00000000000000aa".to_owned(),
        supersedes: None,
    }
}

fn fine(amount: i64) -> Effect {
    Effect {
        kind: "fine".to_owned(),
        posting: Some(Posting::Fine),
        amount: Some(Number::whole(amount)),
        unit: Some(yuan()),
        value: None,
        to: person("li"),
        cites: vec!["03.2e".to_owned()], items: Vec::new(),
    }
}

fn statement() -> Statement {
    let line = |verdict: &str, posting, amount, unit| StatementLine {
        verdict: verdict.to_owned(),
        rule: verdict.split_once('@').unwrap().0.to_owned(),
        source: vec!["03.2e".to_owned()],
        posting,
        amount,
        unit,
        items: Vec::new(),
    };
    Statement {
        subject: person("li").unwrap(),
        month: "2024-03".to_owned(),
        lines: vec![
            line("bureau.late@123", Posting::Fine, Some(Number::whole(2)), yuan()),
            line("bureau.attendance_pay@li/2024-03", Posting::Pay, Some(Number::whole(90)), yuan()),
            line("bureau.refusals@9", Posting::Count, Some(Number::whole(1)), Unit::One),
        ],
        totals: vec![(Unit::One, Some(Number::whole(1))), (yuan(), Some(Number::whole(88)))],
    }
}

pub(in crate::report) fn audit() -> Audit {
    let mut late = verdict("late", "123", "li", moment("2024-03-05T08:37:00+08:00"), Ruling::Violation);
    late.effects.push(fine(2));
    let mut mixed = verdict("answer", "p7", "wang", day("2024-03-06"), Ruling::Violation);
    mixed.parts = vec![
        Part { name: "requirement 1".to_owned(), ruling: Ruling::Violation, due: Some(day("2024-03-13")), met: Some(day("2024-03-15")), causes: Vec::new() },
        Part { name: "requirement 2".to_owned(), ruling: Ruling::Undetermined, due: None, met: None, causes: Vec::new() },
    ];
    mixed.causes.push(Cause::MissingField { record: "p7".to_owned(), field: "received".to_owned() });
    mixed.supersedes = Some("00000000000000bb".to_owned());
    let mut fee = verdict("fee", "a1", "zhao", day("2024-03-07"), Ruling::Conflict);
    fee.causes.push(Cause::Contradiction { slot: "pay".to_owned(), clauses: vec!["row 1".to_owned(), "row 2".to_owned()] });
    let mut visit = verdict("visit", "li/2024-Q2", "li", day("2024-06-30"), Ruling::Pending);
    visit.parts[0].due = Some(day("2024-06-30"));
    visit.period = Some("2024-Q2".to_owned());
    visit.is_final = false;
    let quiet = verdict("late", "124", "li", day("2024-03-08"), Ruling::NotApplicable);
    let met = verdict("late", "125", "li", day("2024-03-08"), Ruling::Compliant);
    Audit {
        verdicts: vec![late, mixed, fee, quiet, met, visit],
        statements: vec![statement()],
        notes: vec![Say::new("no register `staff` was given", "没有提供名册 `staff`")],
    }
}

pub(in crate::report) fn records() -> Records {
    let mut records = Records { events_digest: "e".repeat(64), registers_digest: "d".repeat(64), until: Some(day("2024-04-01")), ..Records::default() };
    records.counts.read = 7;
    records.counts.used = 5;
    records.counts.rejected = 1;
    records.counts.register_rows = 3;
    records.counts.superseded = 1;
    records.counts.ignored.insert("coffee".to_owned(), 3);
    records.rejections.push(Rejection {
        code: "no-such-date",
        origin: Origin { file: Arc::from("events.jsonl"), line: 12 },
        id: Some("130".to_owned()),
        message: Say::new("`2024-02-30` is no day", "没有 `2024-02-30` 这一天"),
        help: Say::new("correct the date", "请改正日期"),
    });
    records.warnings.push(Rejection {
        code: "unknown-subject",
        origin: Origin { file: Arc::from("events.jsonl"), line: 3 },
        id: None,
        message: Say::new("`zhou` is not in the register `staff`", "名册 `staff` 中没有 `zhou`"),
        help: Say::new("add a row for `zhou`", "请为 `zhou` 增加一行"),
    });
    records
}

fn shown(format: Format, tongue: Tongue, all: bool) -> String {
    let (model, records, audit) = (Model::default(), records(), audit());
    let withdrawn = ["bureau.late@99".to_owned()];
    let report = Report { model: &model, records: &records, audit: &audit, withdrawn: &withdrawn, all, threads: crate::Threads::ONE };
    let mut out = Vec::new();
    report.write(format, tongue, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn for_people() {
    insta::assert_snapshot!(shown(Format::Human { colour: false }, Tongue::En, false));
}

#[test]
fn for_people_in_chinese() {
    insta::assert_snapshot!(shown(Format::Human { colour: false }, Tongue::Zh, true));
}

#[test]
fn for_scripts() {
    insta::assert_snapshot!(shown(Format::Jsonl, Tongue::En, false));
}

#[test]
fn for_spreadsheets() {
    insta::assert_snapshot!(shown(Format::Csv, Tongue::En, true));
}

#[test]
fn colour_is_the_only_difference_that_colour_makes() {
    let coloured = shown(Format::Human { colour: true }, Tongue::En, true);
    assert!(coloured.contains("\u{1b}[31m"));
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain.replace(" \n", "\n"), shown(Format::Human { colour: false }, Tongue::En, true));
}

#[test]
fn more_than_fits_is_counted_and_the_counts_come_first() {
    let (model, records) = (Model::default(), records());
    let mut audit = audit();
    for number in 1000..1100 {
        audit.verdicts.push(verdict("late", &number.to_string(), "li", day("2024-03-09"), Ruling::Violation));
    }
    let report = Report { model: &model, records: &records, audit: &audit, withdrawn: &[], all: false, threads: crate::Threads::ONE };
    let mut out = Vec::new();
    report.write(Format::Human { colour: false }, Tongue::En, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.starts_with("Verdicts\n"), "{text}");
    assert!(text.contains("violation (102)") && text.contains("… and 78 more: use --format jsonl"), "{text}");
}

#[test]
fn chinese_characters_are_two_columns_wide() {
    let rows = vec![
        vec![Cell::left("迟到"), Cell::right("2"), Cell::left("元")],
        vec![Cell::left("late"), Cell::right("10"), Cell::left("CNY")],
        vec![Cell::left("a"), Cell::right("1")],
    ];
    insta::assert_snapshot!(table(&rows, 0, false), @r"
    迟到   2  元
    late  10  CNY
    a      1
    ");
}
