//! The analyser against the evaluator: every combination of small domains is judged, and what comes out is what the findings say.

use crate::run::Place;
use bylaw::analysis::finding::{Extent, Finding};
use bylaw::analysis::{Linted, lint};
use bylaw::model::number::Number;
use bylaw::model::value::{Scalar, Unit};
use bylaw::model::{self, Compiled, Example, Files, GivenRecord, GivenSubject, Interval, Model};
use bylaw::reference::verdict::{Cause, Verdict};
use bylaw::tools::run;
use fastrand::Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

struct One(String);

impl Files for One {
    fn read(&self, _: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
    fn folder(&self, _: &str) -> io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

pub(crate) fn compiled(text: &str) -> (Model, Linted) {
    let Compiled { model, written, diagnostics, .. } = model::compile(&["a.bylaw".to_owned()], &One(text.to_owned()));
    let model = model.unwrap_or_else(|| panic!("{text}\n{diagnostics:?}"));
    let linted = lint(&model, &written, None, &mut |_| {});
    (model, linted)
}

pub(crate) const HEAD: &str = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nkind post clerk < deputy < director\nregister staff\n  post: post\n\
                    event leave by staff\n  days: days in halves, 0.5 .. 3\n  urgent: yes/no\n";
pub(crate) const POSTS: [&str; 3] = ["clerk", "deputy", "director"];

/// A place in the small world: a post, a number of half days, urgent or not.
pub(crate) type At = (usize, i64, bool);

/// A row, said once more so that it can be tried without the language.
struct Row {
    posts: [bool; 3],
    halves: (i64, i64),
    urgent: Option<bool>,
    value: usize,
}

impl Row {
    fn applies(&self, (post, halves, urgent): At) -> bool {
        self.posts[post] && self.halves.0 <= halves && halves <= self.halves.1 && self.urgent.is_none_or(|is| is == urgent)
    }
}

/// A table with what it says, where it applies, and whether its first row counts.
struct Table {
    text: String,
    rows: Vec<Row>,
    only: Option<usize>,
    first: bool,
}

fn halves(n: i64) -> String {
    if n % 2 == 0 { format!("{}", n / 2) } else { format!("{}.5", n / 2) }
}

fn table(rng: &mut Rng) -> Table {
    let mut text = String::from("table t\n  on leave");
    let only = (rng.u32(0..4) == 0).then(|| rng.usize(0..3));
    if let Some(post) = only {
        text += &format!(" where staff.post is {}", POSTS[post]);
    }
    let first = rng.bool();
    text += if first { "\n  first match\n" } else { "\n  exactly one\n" };
    text += "  | staff.post | days | urgent | deduct |\n";
    let mut rows = Vec::new();
    for at in 0..rng.usize(1..=5) {
        let (post, posts) = match rng.u32(0..4) {
            0 => ("any".to_owned(), [true; 3]),
            1 => {
                let least = rng.usize(0..3);
                (format!(">= {}", POSTS[least]), [0, 1, 2].map(|post| post >= least))
            }
            2 => {
                let other = rng.usize(1..3);
                (format!("{}, {}", POSTS[0], POSTS[other]), [0, 1, 2].map(|post| post == 0 || post == other))
            }
            _ => {
                let one = rng.usize(0..3);
                (POSTS[one].to_owned(), [0, 1, 2].map(|post| post == one))
            }
        };
        let n = rng.i64(1..=6);
        let (cell, range) = match rng.u32(0..6) {
            0 => ("any".to_owned(), (1, 6)),
            1 => (format!("< {} days", halves(n)), (1, n - 1)),
            2 => (format!(">= {} days", halves(n)), (n, 6)),
            3 => (format!("> {} days", halves(n)), (n + 1, 6)),
            4 => (format!("{} days", halves(n)), (n, n)),
            _ => {
                let high = n + rng.i64(0..=2);
                (format!("{} days .. {} days", halves(n), halves(high)), (n, high))
            }
        };
        let urgent = [None, Some(true), Some(false)][rng.usize(0..3)];
        let said = urgent.map_or("any", |yes| if yes { "yes" } else { "no" });
        text += &format!("  | {post} | {cell} | {said} | {} CNY |\n", at / 2 + 1);
        rows.push(Row { posts, halves: range, urgent, value: at / 2 + 1 });
    }
    Table { text, rows, only, first }
}

/// Every combination: post, half days, urgent.
pub(crate) fn combinations() -> Vec<At> {
    (0..3).flat_map(|post| (1..=6).flat_map(move |halves| [false, true].map(|urgent| (post, halves, urgent)))).collect()
}

pub(crate) fn days(halves: i64) -> Number {
    Number::whole(halves).over(Number::whole(2)).unwrap()
}

/// All of them in one example; the verdict of the only norm on each.
fn judged(model: &Model) -> BTreeMap<String, Verdict> {
    all_judged(model).into_iter().map(|verdict| (verdict.id.rsplit('@').next().unwrap().to_owned(), verdict)).collect()
}

/// All of them in one example: record `r0` is the first combination.
pub(crate) fn all_judged(model: &Model) -> Vec<Verdict> {
    let post = |post: usize| Some(Scalar::Kind("post".into(), POSTS[post].into()));
    let subjects = (0..3).map(|at| GivenSubject { entity: "staff".into(), id: POSTS[at].into(), days: Interval::default(), attributes: vec![("post".into(), post(at))] });
    let records = combinations().into_iter().enumerate().map(|(n, (post, halves, urgent))| GivenRecord {
        event: "leave".into(),
        id: format!("r{n}"),
        at: "2024-03-06".into(),
        fields: vec![
            ("staff".into(), Some(Scalar::Ref("staff".into(), POSTS[post].into()))),
            ("days".into(), Some(Scalar::Quantity(days(halves), Unit::Days))),
            ("urgent".into(), Some(Scalar::Bool(urgent))),
        ],
    });
    let example = Example { regulation: "office".into(), title: String::new(), subjects: subjects.collect(), records: records.collect(), until: None, settled: Vec::new(), expect: Vec::new() };
    let ran = run(model, &example);
    assert!(ran.unusable.is_empty(), "{:?}", ran.unusable);
    ran.audit.verdicts
}

fn holds(extent: &Extent, (post, halves, urgent): At) -> bool {
    match extent.what.en.as_str() {
        "post of staff" => extent.values.iter().any(|value| value == POSTS[post]),
        "urgent" => extent.values.iter().any(|value| value == if urgent { "yes" } else { "no" }),
        "days" => extent.stretches.iter().any(|stretch| {
            let number = days(halves);
            stretch.from.is_none_or(|(low, open)| if open { low < number } else { low <= number }) && stretch.to.is_none_or(|(high, open)| if open { number < high } else { number <= high })
        }),
        other => panic!("{other}"),
    }
}

pub(crate) fn within(finding: &Finding, at: At) -> bool {
    finding.regions.iter().any(|region| region.iter().all(|extent| holds(extent, at)))
}

/// The rows that a finding speaks of, from 0.
fn rows(finding: &Finding) -> Vec<usize> {
    finding.places.iter().filter_map(|(_, say)| say.en.trim().strip_prefix("row ")?.parse::<usize>().ok()).map(|row| row - 1).collect()
}

/// Every table of 400 random ones, at every combination: what the findings say is what the rows do, and what the evaluator decides.
#[test]
fn findings_are_what_every_combination_gives() {
    let (mut gaps, mut overlaps, mut idle) = (0, 0, 0);
    for seed in 0..400 {
        let table = table(&mut Rng::with_seed(seed));
        let text = format!("{HEAD}{}", table.text);
        let (model, linted) = compiled(&text);
        assert!(linted.undecided.is_empty(), "{text}\n{:?}", linted.undecided);
        let verdicts = judged(&model);
        let places: Vec<(At, &Verdict)> = combinations().into_iter().enumerate().filter_map(|(n, at)| Some((at, verdicts.get(&format!("r{n}"))?))).collect();
        assert_eq!(places.len(), combinations().iter().filter(|(post, ..)| table.only.is_none_or(|only| only == *post)).count());
        let applying = |at: At| -> Vec<usize> { table.rows.iter().enumerate().filter(|(_, row)| row.applies(at)).map(|(n, _)| n).collect() };
        // The evaluator agrees with the rows.
        for (at, verdict) in &places {
            let mut values: Vec<usize> = applying(*at).iter().map(|row| table.rows[*row].value).collect();
            values.dedup();
            let causes = || verdict.parts.iter().flat_map(|part| &part.causes);
            assert_eq!(causes().any(|cause| matches!(cause, Cause::Gap { .. })), values.is_empty(), "{at:?}\n{text}");
            assert_eq!(causes().any(|cause| matches!(cause, Cause::Contradiction { .. })), !table.first && values.len() > 1, "{at:?}\n{text}");
        }
        let found: Vec<&Finding> = linted.findings.iter().filter(|finding| finding.kind == "gap").collect();
        assert_eq!(found.len(), usize::from(places.iter().any(|(at, _)| applying(*at).is_empty())), "{text}");
        for finding in found {
            gaps += 1;
            assert!(finding.witness.is_some() && finding.whole, "{text}");
            for (at, _) in &places {
                assert_eq!(within(finding, *at), applying(*at).is_empty(), "gap at {at:?} in\n{text}\n{finding:?}");
            }
        }
        let told: BTreeSet<Vec<usize>> = linted.findings.iter().filter(|finding| finding.kind == "overlap").map(rows).collect();
        let pairs = (0..table.rows.len()).flat_map(|a| (a + 1..table.rows.len()).map(move |b| vec![a, b]));
        let meet = |pair: &[usize], at: At| pair.iter().all(|row| table.rows[*row].applies(at));
        let there: BTreeSet<Vec<usize>> = pairs.filter(|pair| !table.first && table.rows[pair[0]].value != table.rows[pair[1]].value && places.iter().any(|(at, _)| meet(pair, *at))).collect();
        assert_eq!(told, there, "{text}");
        for finding in linted.findings.iter().filter(|finding| finding.kind == "overlap") {
            overlaps += 1;
            assert!(finding.witness.is_some() && finding.whole, "{text}");
            for (at, _) in &places {
                assert_eq!(within(finding, *at), meet(&rows(finding), *at), "overlap at {at:?} in\n{text}\n{finding:?}");
            }
        }
        let told: BTreeSet<usize> = linted.findings.iter().filter(|finding| matches!(finding.kind, "dead" | "shadowed")).map(|finding| rows(finding)[0]).collect();
        let counts = |row: usize| places.iter().any(|(at, _)| if table.first { applying(*at).first() == Some(&row) } else { applying(*at).contains(&row) });
        let there: BTreeSet<usize> = (0..table.rows.len()).filter(|row| !counts(*row)).collect();
        idle += there.len();
        assert_eq!(told, there, "{text}\n{:?}", linted.findings);
    }
    assert!(gaps > 100 && overlaps > 100 && idle > 50, "{gaps} gaps, {overlaps} overlaps, {idle} idle rows");
}

fn codes(norms: &str) -> Vec<(&'static str, String)> {
    let (_, linted) = compiled(&format!("{HEAD}{norms}"));
    // What these small norms say against each other is another matter.
    let alone = linted.findings.iter().filter(|finding| finding.with.is_empty() && !matches!(finding.code, "uncited" | "undated"));
    alone.map(|finding| (finding.code, finding.message.en.clone())).collect()
}

#[test]
fn what_can_never_be() {
    let told = codes(
        "rule late\n  on leave where days > 2 days\n  when days < 2 days\n  fine 1 CNY\n\n\
         rule urgent_ones\n  on leave where urgent\n  fine 1 CNY\nexception calm to urgent_ones\n  when not urgent\n  does not apply\n\n\
         rule whole_days\n  on leave\n  when days > 1 day and days < 1.5 days\n  fine 1 CNY\n\n\
         rule long\n  on leave where days >= 2 days\n  must satisfy days <= 1 day\n\n\
         rule fine_as_it_is\n  on leave where days >= 2 days\n  must satisfy days <= 2 days or urgent\n",
    );
    let told: Vec<String> = told.into_iter().map(|(code, message)| format!("{code}: {message}")).collect();
    assert_eq!(
        told,
        [
            "dead: “late” can never apply: its conditions contradict each other",
            "dead: the exception “calm” to “urgent ones” can never apply",
            "dead: “whole days” can never apply: its conditions contradict each other",
            "unsatisfiable: nobody can meet “long”: it applies where days ≥ 2 days, and asks that days ≤ 1 day",
        ]
    );
}

/// Lines of a sum that leave out one number between them; a stretch without a line, a number beside the last line and lines that meet say nothing.
#[test]
fn a_sum_that_leaves_a_number_out() {
    let rule = |name: &str, low: &str, high: &str| format!("rule {name}\n  on leave\n  all sum\n  fine 1 CNY when {low}\n  fine 2 CNY when {high}\n\n");
    let told = codes(&[
        rule("left_out", "days <= 2 days", "days > 2.5 days"),
        rule("band", "days <= 2 days", "days > 5 days"),
        rule("meets", "days <= 2 days", "days > 2 days"),
        rule("both", "days <= 2 days", "days > 1 day"),
        rule("by_another", "days <= 2 days and urgent", "days > 2.5 days and not urgent"),
    ].concat());
    let told: Vec<String> = told.into_iter().map(|(code, message)| format!("{code}: {message}")).collect();
    assert_eq!(told, ["boundary: nothing counts towards the fine when days is 2.5 days, though lines do just below and just above"]);
}

#[test]
fn amounts_below_zero() {
    let told = codes(&[
        "rule grace\n  on leave\n  deduct 2 CNY * ((days - 2 days) / 1 day)\n\n",
        "rule floor\n  on leave\n  deduct 2 CNY * ((days - 2 days) / 1 day)\n  at least 0 CNY\n\n",
        "rule bound\n  on leave\n  deduct 2 CNY * ((days - 2 days) / 1 day) when days > 2 days\n\n",
        "rule only_long\n  on leave where days >= 2 days\n  deduct 2 CNY * ((days - 2 days) / 1 day)\n\n",
        "rule given_back\n  on leave\n  pay -1 CNY\n\n",
    ].concat());
    let told: Vec<String> = told.into_iter().map(|(code, message)| format!("{code}: {message}")).collect();
    assert_eq!(told, ["below-zero: the deduction can be less than nothing: 2 CNY × (days − 2 days)"]);
}

/// Sums of fields, dates, counts, attributes of attributes and judged facts: for each a case is made.
#[test]
fn cases_for_what_conditions_look_at() {
    let head = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nregister unit\n  small: yes/no\nregister staff\n  unit: unit\n  joined: date\n\
                event late by staff\n  minutes: minutes, 0 .. 600\nevent leave by staff\n  days: days in halves, 0.5 .. 30\n  more: days in halves, 0.5 .. 30\n  begins: date\n\
                judged grave: yes/no of leave by staff\n";
    let conditions = [
        "days + more > 10 days",
        "begins >= day + 3 days",
        "count of late in the month >= 3",
        "total minutes of late in the month > 60 minutes",
        "staff.unit.small",
        "grave",
        "months from staff.joined to day >= 6 months",
        "any (late where minutes > 30 minutes) in the month",
        "days from day to begins > 7 days",
        "last minutes of late in the year > 5 minutes",
        "weekday of day = sunday",
        "time of at >= 18:00",
        "time of at < 09:30",
    ];
    for condition in conditions {
        let text = format!("{head}rule t\n  on leave\n  fine 1 CNY when {condition}\n  fine 2 CNY when {condition} and days > 2 days\n");
        let (_, linted) = compiled(&text);
        let found: Vec<&str> = linted.findings.iter().map(|finding| finding.code).filter(|code| !matches!(*code, "uncited" | "undated" | "unused")).collect();
        assert_eq!(found, ["overlap"], "{condition}: {:?}", linted.undecided);
        assert!(linted.findings.iter().any(|finding| finding.witness.is_some()));
    }
}

/// What scripts rely on: statuses, the place of a finding in Chinese text, what is expected is suppressed.
#[test]
fn formats_and_statuses() {
    let text = HEAD.to_owned()
        + "hole 宽限 \"宽限的天数\": days, 0 .. 3\nrule late\n  on leave\n  fine 1 CNY when days > 宽限\n\n\
           table 审批 \"谁批\"\n  on leave\n  exactly one\n  | staff.post | deduct |\n  | clerk | 1 CNY |\n  expect finding gap because \"others are not named\"\n";
    let place = Place::with(&[("a.bylaw", &text)]);
    place.bylaw(&["lint", "a.bylaw"]).exits(0);
    place.bylaw(&["lint", "a.bylaw", "--deny", "unstated"]).exits(1);
    let sarif: serde_json::Value = serde_json::from_str(&place.bylaw(&["lint", "a.bylaw", "--format", "sarif"]).exits(0).out).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!((&sarif["version"], &run["columnKind"]), (&"2.1.0".into(), &"unicodeCodePoints".into()));
    let results = run["results"].as_array().unwrap();
    let of = |code: &str| results.iter().find(|result| result["ruleId"] == code).unwrap();
    let junit = place.bylaw(&["lint", "a.bylaw", "--format", "junit", "--deny", "unstated"]).exits(1).out;
    assert!(junit.contains("tests=\"3\" failures=\"1\""), "{junit}");
    assert!(junit.contains("<failure message=\"unstated: the text does not state 宽限"), "{junit}");
    let region = &of("unstated")["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startColumn"], &region["endColumn"]), (&6.into(), &8.into()));
    assert_eq!(of("gap")["suppressions"][0]["justification"], "others are not named");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
}

/// `bylaw.toml` beside the policies, or above them.
#[test]
fn findings_count_as_the_file_says() {
    let text = HEAD.replace("  currency", "  in force from 2024-01-01\n  currency") + "rule late\n  on leave\n  must satisfy days <= 2 days\ntable t [1]\n  on leave\n  exactly one\n  | staff.post | deduct |\n  | clerk | 1 CNY |\n";
    let place = Place::with(&[("office/a.bylaw", &text)]);
    assert!(place.bylaw(&["lint", "office"]).exits(1).out.contains("1 errors, 0 warnings, 1 notes"));
    place.write("bylaw.toml", "[lint]\ngap = \"note\"\nuncited = \"off\"\n");
    assert!(place.bylaw(&["lint", "office"]).exits(0).out.contains("0 errors, 0 warnings, 1 notes"));
    place.write("office/bylaw.toml", "[lint]\nuncited = \"warning\"\n");
    assert!(place.bylaw(&["lint", "office"]).exits(1).out.contains("1 errors, 1 warnings, 0 notes"));
    place.write("office/bylaw.toml", "[lint]\nuncited = \"of\"\n");
    let told = place.bylaw(&["lint", "office"]).exits(3).err;
    assert!(told.contains("bylaw.toml`, line 2: ") && told.contains("error, warning, note or off"), "{told}");
    place.write("office/bylaw.toml", "[lint]\ngaps = \"off\"\n");
    let told = place.bylaw(&["lint", "office"]).exits(3).err;
    assert!(told.contains("there is no finding `gaps`") && told.contains("boundary, "), "{told}");
}

/// After its last day an expectation counts no more, and the finding says that it was expected.
#[test]
fn an_expectation_may_end() {
    let text = HEAD.to_owned() + "table t [1]\n  on leave\n  exactly one\n  | staff.post | deduct |\n  | clerk | 1 CNY |\n  expect finding gap until 2026-12-31 because \"a new text comes\"\n";
    let place = Place::with(&[("a.bylaw", &text)]);
    place.bylaw(&["lint", "a.bylaw", "--on", "2026-12-31"]).exits(0);
    let late = place.bylaw(&["lint", "a.bylaw", "--on", "2027-01-01"]).exits(1).out;
    assert!(late.contains("until 2026-12-31 it was expected: a new text comes"), "{late}");
}

/// The output against the schema of SARIF 2.1.0, where `.ci/run` has put it, with Python's `jsonschema`.
#[test]
fn sarif_is_as_its_schema_says() {
    let tools = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/tools");
    let schema = tools.join("serde-sarif-0.8.0/src/schema.json");
    let python = |arguments: &[&str]| std::process::Command::new("python3").env("PYTHONPATH", &tools).args(arguments).output();
    if !schema.exists() || !python(&["-c", "import jsonschema"]).is_ok_and(|ran| ran.status.success()) {
        eprintln!("passed over: no schema of SARIF or no jsonschema in target/tools; .ci/run puts them there");
        return;
    }
    let policies = crate::run::repository().join("policies");
    let of = |name: &str| policies.join(name).to_str().unwrap().to_owned();
    let place = Place::new();
    let out = place.bylaw(&["lint", &of("01-township-office"), &of("05-leave"), "--format", "sarif"]).exits(0).out;
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.sarif");
    std::fs::write(&log, &out).unwrap();
    let check = "import json, sys, jsonschema\njsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))";
    let ran = python(&["-c", check, schema.to_str().unwrap(), log.to_str().unwrap()]).unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    // The check itself can fail.
    std::fs::write(&log, out.replace("\"level\"", "\"levle\"")).unwrap();
    assert!(!python(&["-c", check, schema.to_str().unwrap(), log.to_str().unwrap()]).unwrap().status.success());
}

/// What another norm decides is put in its place only as long as that norm is in force; an exception for a time leaves the rest to the rows.
#[test]
fn validity_keeps_lines_alive() {
    let told = codes(
        "rule sort\n  on leave\n  in force until 2023-12-31\n  decides long = yes\n\nrule late\n  on leave\n  fine 1 CNY when sort.long is not stated\n  fine 2 CNY when sort.long = yes\n\n\
         rule short\n  on leave\n  fine 1 CNY when urgent\nexception calm to short\n  in force until 2023-12-31\n  does not apply\n",
    );
    assert_eq!(told, []);
}

/// Where many lines overlap, those that hang together are one finding.
#[test]
fn many_overlapping_lines_are_one_finding() {
    use std::fmt::Write;
    let mut text = HEAD.replace("0.5 .. 3", "0.5 .. 4000") + "table limit\n  on leave\n  exactly one\n  | days | decides limit |\n";
    for row in 0..600 {
        // Each overlaps with the next, but for the three-hundredth.
        let last = row * 2 + if row == 299 { 1 } else { 2 };
        writeln!(text, "  | {} days .. {last} days | {} |", row * 2, POSTS[row % 3]).unwrap();
    }
    writeln!(text, "  | any | clerk |").unwrap();
    let (_, linted) = compiled(&text.replace("  | any | clerk |\n", ""));
    let said: Vec<&str> = linted.findings.iter().filter(|finding| finding.kind == "overlap").map(|finding| finding.message.en.as_str()).collect();
    assert_eq!(
        said,
        [
            "two lines say what “limit” is when days is 2 days: clerk and deputy; so do 298 more lines, with these or with each other, first row 3, row 4, row 5, row 6, row 7 and row 8",
            "two lines say what “limit” is when days is 602 days: clerk and deputy; so do 298 more lines, with these or with each other, first row 303, row 304, row 305, row 306, row 307 and row 308",
        ]
    );
    assert!(linted.undecided.is_empty() && linted.findings.iter().all(|finding| finding.kind != "overlap" || finding.witness.is_some()));
    // One line that overlaps with all.
    let (_, linted) = compiled(&text);
    assert_eq!(linted.findings.iter().filter(|finding| finding.kind == "overlap").count(), 1);
}

/// `--why` has two formats, and says so.
#[test]
fn why_has_two_formats() {
    let place = Place::with(&[("rules.bylaw", include_str!("planted.bylaw"))]);
    for format in ["sarif", "junit", "github"] {
        let told = place.bylaw(&["lint", "rules.bylaw", "--why", "1.7", "1.8", "--format", format, "--lang", "en"]).exits(2);
        assert!(told.err.contains("its formats are `human` and `json`"), "{}", told.err);
    }
    place.bylaw(&["lint", "rules.bylaw", "--why", "1.7", "1.8", "--format", "json"]).exits(0);
}
