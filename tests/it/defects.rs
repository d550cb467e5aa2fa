//! The known defects of the regulations, and the finding that tells each: `docs/lint-defects.md` is made from `defects.csv` and what lint says.

use crate::run::{Place, repository};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A defect and a finding that tells it.
struct Row {
    defect: String,
    severity: String,
    code: String,
    about: String,
    /// What one box of the finding's region must say, where the finding is about more than this defect.
    region: Vec<String>,
}

fn rows() -> Vec<Row> {
    let mut reader = csv::Reader::from_path(repository().join("tests/it/defects.csv")).unwrap();
    let row = |record: csv::StringRecord| {
        let cell = |at: usize| record[at].to_owned();
        Row { defect: cell(0), severity: cell(1), code: cell(2), about: cell(3), region: cell(4).split(" & ").filter(|part| !part.is_empty()).map(str::to_owned).collect() }
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn findings() -> Vec<Value> {
    let policies = repository().join("policies");
    let out = Place::new().bylaw(&["lint", policies.to_str().unwrap(), "--format", "json"]).exits(0).out;
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The boxes of a finding in words.
fn boxes(finding: &Value) -> Vec<String> {
    let extent = |extent: &Value| format!("{} {}", extent["field"].as_str().unwrap(), extent["words"].as_str().unwrap());
    let regions = finding["regions"].as_array().unwrap();
    regions.iter().map(|region| region.as_array().unwrap().iter().map(extent).collect::<Vec<_>>().join(" and ")).collect()
}

/// The finding of a row, with the box that it is about.
fn told<'f>(row: &Row, findings: &'f [Value]) -> Option<(&'f Value, Option<String>)> {
    findings.iter().filter(|finding| finding["code"] == row.code && finding["about"] == row.about).find_map(|finding| {
        if row.region.is_empty() {
            return Some((finding, None));
        }
        let place = boxes(finding).into_iter().find(|one| row.region.iter().all(|part| one.contains(part)))?;
        Some((finding, Some(place)))
    })
}

/// What the analyser worked out, and what a drafter wrote down as open, so that the analyser has only to tell it.
fn is_worked_out(code: &str) -> bool {
    !matches!(code, "unstated" | "undecided" | "decided")
}

#[test]
fn each_known_defect_is_told() {
    let (rows, findings) = (rows(), findings());
    let mut table = String::from("| defect | severity | finding | at | what it says | case |\n|---|---|---|---|---|---|\n");
    let mut missing = Vec::new();
    for row in &rows {
        let Some((finding, place)) = told(row, &findings) else {
            missing.push(format!("{} {} {}", row.defect, row.code, row.about));
            continue;
        };
        let says = match &place {
            Some(place) => format!("… when {place}"),
            None => finding["message"].as_str().unwrap().to_owned(),
        };
        // What the analyser works out about occasions has a case, run through the rules.
        if matches!(row.code.as_str(), "gap" | "overlap" | "boundary" | "conflict" | "double-sanction") {
            assert_eq!(finding["confirmed"], true, "{}", row.defect);
        }
        let case = finding["verdict"].as_str().map_or("–".to_owned(), |verdict| format!("`{verdict}`"));
        writeln!(table, "| {} | {} | [`{}`](codes/{}.md) | `{}` | {} | {case} |", row.defect, row.severity, row.code, row.code, row.about, says.replace('|', "\\|")).unwrap();
    }
    assert_eq!(missing, Vec::<String>::new());
    let mut codes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &rows {
        codes.entry(&row.defect).or_default().insert(&row.code);
    }
    let worked_out = codes.values().filter(|codes| codes.iter().any(|code| is_worked_out(code))).count();
    let counts = format!("{} defects are told: {worked_out} worked out by the analyser, {} because a drafter wrote down a hole or a reading.\n", codes.len(), codes.len() - worked_out);
    let path = repository().join("docs/lint-defects.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- table -->\n").unwrap();
    let made = format!("{before}<!-- table -->\n{counts}\n{table}");
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    assert!(page == made, "docs/lint-defects.md is not what lint says now: UPDATE_PAGES=1 writes it\n{rest}");
}

/// The list itself, where it is: all defects that an analyser can find, of severity high, and at least nine tenths of the others.
#[test]
fn the_list_is_covered() {
    let path = repository().join("../shared/defects.csv");
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        eprintln!("passed over: there is no {}", path.display());
        return;
    };
    let heads = reader.headers().unwrap().clone();
    let column = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let (defect, severity, detect) = (column("defect"), column("severity"), column("detect"));
    let told: BTreeSet<String> = rows().into_iter().map(|row| row.defect).collect();
    let (mut high, mut rest, mut found) = (Vec::new(), 0, 0);
    for record in reader.records().map(Result::unwrap).filter(|record| &record[detect] == "A") {
        let is = told.contains(&record[defect]);
        if &record[severity] == "high" {
            high.extend((!is).then(|| record[defect].to_owned()));
        } else {
            rest += 1;
            found += usize::from(is);
        }
    }
    assert_eq!(high, Vec::<String>::new());
    assert!(rest > 0 && found * 10 >= rest * 9, "{found} of {rest}");
}
