#![allow(clippy::unwrap_used, clippy::panic)]
//! A table that goes out and comes back is the same, whatever it is.

use super::found::{Found, found};
use super::grid::{Entry, Grid, address, cells};
use super::woven::woven;
use super::{Row, csv};
use crate::diagnostics::{Source, Tongue};
use crate::{FormatOptions, format};
use proptest::prelude::*;
use std::path::Path;
use std::sync::Arc;

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source { name: "p.bylaw".to_owned(), text: text.to_owned() })
}

/// Sheets as CSV and as workbook, read back.
fn carried(tables: &[Found]) -> Vec<Vec<Grid>> {
    let sheets: Vec<(String, Vec<Vec<String>>)> = tables.iter().map(|one| (one.table.name.clone(), cells(&one.table, one.tongue))).collect();
    let by_csv = sheets.iter().map(|(_, rows)| csv::read("t.csv", &csv::write(rows).unwrap()).unwrap()).collect();
    #[cfg(feature = "xlsx")]
    return vec![by_csv, super::xlsx::read("t.xlsx", &super::xlsx::write(&sheets).unwrap()).unwrap()];
    #[cfg(not(feature = "xlsx"))]
    return vec![by_csv];
}

/// Out and in again: not a byte changes.
fn comes_back(name: &str, text: &str) -> usize {
    let source = source(text);
    let tables = found(&source, Some("r")).unwrap();
    if tables.is_empty() {
        return 0;
    }
    for grids in carried(&tables) {
        assert_eq!(grids.len(), tables.len(), "{name}");
        for (grid, target) in grids.iter().zip(&tables) {
            let read = grid.table().unwrap_or_else(|told| panic!("{name}: {told:?}"));
            assert_eq!(read.table, target.table, "{name}");
            assert_eq!(woven(&source, target, &read, grid).unwrap().text, text, "{name}");
        }
    }
    tables.len()
}

fn policies(folder: &Path, all: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            policies(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "bylaw") {
            all.push(path);
        }
    }
}

#[test]
fn the_tables_of_all_policies_come_back_in_both_tongues() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    ["policies", "tests/semantics"].iter().for_each(|folder| policies(&root.join(folder), &mut files));
    let mut tables = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        if !text.contains('|') {
            continue;
        }
        let name = file.display().to_string();
        let other = if found(&source(&text), None).unwrap().first().is_some_and(|one| one.tongue == Tongue::Zh) { Tongue::En } else { Tongue::Zh };
        for to in [None, Some(other)] {
            let Some(text) = to.map_or(Some(text.clone()), |_| format(&source(&text), FormatOptions { to }).ok().map(|formatted| formatted.text)) else { continue };
            let count = comes_back(&name, &text);
            assert!(count > 0, "{name}: its tables were not found");
            tables += count;
        }
    }
    assert!(tables > 60, "{tables}");
}

const CONDITIONS: &[&str] = &["any", "-", "", "<= 1500", "> 3 days", ">= 5 and < 10", "1500 .. 3000", "sick, personal", "not sick, personal", "007", "3天 以上", "不少于 5 且 不满 10", "10%", "2024-03-05", "08:30", "\"a | b # c\"", "“甲 | 乙”", "a + b", "＞ 3", "-5"];
const OUTCOMES: &[&str] = &["10 CNY", "0.50 CNY", "minutes * 2 CNY", "(not stated)", "", "12 元"];
const CITES: &[&str] = &["03.10", "03.1, 03.2", "", "第三条（一）", "[a]"];
const NOTES: &[&str] = &["", "# why", "#tight", "# a, \"quoted\" note; with # signs", "＃ 为何"];

fn row() -> impl Strategy<Value = String> {
    let pick = |from: &'static [&'static str]| prop::sample::select(from);
    let cells = (pick(CONDITIONS), pick(CONDITIONS), pick(OUTCOMES), pick(CITES), pick(NOTES), 0..3_usize);
    let whole = cells.prop_map(|(a, b, out, cite, note, blanks)| {
        let blanks = " ".repeat(blanks);
        format!("  |{blanks}{a} | {b}{blanks}| {out} |{cite}|{blanks}{note}")
    });
    prop_oneof![8 => whole, 1 => Just("  # on its own".to_owned()), 1 => Just("  |--|---|".to_owned()), 1 => Just(String::new())]
}

fn text() -> impl Strategy<Value = String> {
    let heads = prop_oneof![Just(("table", "on late", "first match", "fine", "source")), Just(("表", "凡 late", "取首", "罚", "依据"))];
    (heads, prop::collection::vec(row(), 0..8), any::<bool>(), any::<bool>()).prop_map(|((table, on, hit, fine, source), rows, ends, crlf)| {
        let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
        let text = format!("regulation r\n\n{table} t \"标题\" [1]\n  {on}  # the clock\n  {hit}\n  | a | b of staff |{fine}| {source} | # head\n{rows}{}", if ends { "\nrule next\n  on late\n  violation\n" } else { "" });
        if crlf { text.replace('\n', "\r\n") } else { text }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 60 } else { 400 }))]

    #[test]
    fn random_tables_come_back(text in text()) {
        prop_assert_eq!(comes_back("random", &text), 1);
    }

    /// A sheet put in place of another table gives its own, and nothing else of the text changes.
    #[test]
    fn a_sheet_takes_the_place_of_another(one in text(), other in text()) {
        let (into, from) = (source(&one), source(&other));
        let (target, given) = (found(&into, None).unwrap().remove(0), found(&from, None).unwrap().remove(0));
        prop_assume!(target.table.lines == given.table.lines);
        for grids in carried(std::slice::from_ref(&given)) {
            let woven = woven(&into, &target, &grids[0].table().unwrap(), &grids[0]).unwrap();
            let again = source(&woven.text);
            let got = found(&again, None).unwrap().remove(0);
            prop_assert_eq!(comes_back("woven", &woven.text), 1);
            let plain = |found: &Found| found.table.rows.iter().map(|row| if let Row::Cells(cells, note) = row { (cells[..3].iter().map(|cell| cell.split_whitespace().collect::<String>()).collect::<Vec<_>>(), note.clone()) } else { (vec![format!("{row:?}")], String::new()) }).collect::<Vec<_>>();
            if got.table.rows != given.table.rows {
                // The formatter sets blanks and commas its own way.
                let (got, given) = (plain(&got), plain(&given));
                prop_assert_eq!(got.len(), given.len());
            }
            prop_assert!(woven.text.starts_with(&one[..target.span.start]) && woven.text.ends_with(&one[target.span.end..]));
        }
    }
}

const POLICY: &str = "table t\n  on late\n  first match\n  | a    | fine  | source |\n  | > 30 | 9 CNY | 1.2    |\n  | any  | 2 CNY | 1.10   |  # the rest\nrule x\n";

/// The policy with one cell of its sheet changed.
fn with(row: usize, column: usize, entry: Entry) -> Result<String, Vec<String>> {
    let policy = source(POLICY);
    let target = found(&policy, None).unwrap().remove(0);
    let mut grid = csv::read("t.csv", &csv::write(&cells(&target.table, Tongue::En)).unwrap()).unwrap();
    grid.rows[row][column] = entry;
    let told = |told: Vec<crate::Diagnostic>| told.into_iter().map(|one| format!("{}: {}", one.code, one.labels.first().map_or(one.message.en, |label| label.say.en.clone()))).collect();
    let read = grid.table().map_err(told)?;
    woven(&policy, &target, &read, &grid).map(|woven| woven.text).map_err(told)
}

fn text_of(text: &str) -> Entry {
    Entry::Text(text.to_owned())
}

#[test]
fn a_changed_cell_changes_its_table_alone() {
    let text = with(6, 1, text_of("> 1500")).unwrap();
    assert_eq!(text, POLICY.replace("  | a    | fine  | source |\n  | > 30 | 9 CNY | 1.2    |\n  | any  | 2", "  | a      | fine  | source |\n  | > 1500 | 9 CNY | 1.2    |\n  | any    | 2"));
    assert_eq!(with(7, 4, text_of("who is left")).unwrap(), POLICY.replace("the rest", "who is left"));
}

#[test]
fn what_a_spreadsheet_made_of_a_cell_is_taken_where_it_is_exact() {
    assert!(with(6, 1, Entry::Number(30.0, false)).unwrap().contains("|  30 |"));
    assert!(with(6, 1, Entry::Number(0.125, true)).unwrap().contains("| 12.5% |"));
    assert_eq!(with(6, 3, Entry::Number(1.2, false)), Err(vec!["bad-sheet: `t.csv`, cell D7: a citation became a number, and zeros may be lost".to_owned()]));
    assert_eq!(with(6, 1, Entry::Number(0.1 + 0.2, false)), Err(vec!["bad-sheet: `t.csv`, cell B7: a spreadsheet rounded this number".to_owned()]));
}

#[test]
fn empty_lines_of_a_csv_file_are_rows_of_the_sheet() {
    for (text, rows) in [("a\n\n\nb,\"c\nd\"\n\ne", 6), ("\r\na;b\r\n\r\nc\r\n", 4), ("a\n", 1), ("", 0)] {
        let grid = csv::read("t.csv", text.as_bytes()).unwrap();
        assert_eq!(grid.rows.len(), rows, "{:?}", grid.rows);
        assert!(grid.rows.last().is_none_or(|row| !row.is_empty()));
    }
}

#[test]
fn errors_point_at_cells() {
    assert_eq!(with(6, 1, text_of("> > 3")).unwrap_err().len(), 1);
    assert!(with(6, 1, text_of("> > 3")).unwrap_err()[0].contains("cell B7 of `t.csv`"), "{:?}", with(6, 1, text_of("> > 3")));
    assert!(with(6, 1, text_of("1 | 2")).unwrap_err()[0].contains("cell B7: this cannot stand"));
    assert!(with(6, 2, text_of("9 # CNY")).unwrap_err()[0].contains("cell C7: this cannot stand"));
    assert!(with(2, 1, text_of("on early")).unwrap_err()[0].starts_with("bad-sheet: `t.csv`, cell B3"), "{:?}", with(2, 1, text_of("on early")));
    assert!(with(3, 1, text_of("exactly one")).unwrap_err()[0].contains("hit policy"));
    assert!(with(4, 2, text_of("input")).unwrap_err()[0].contains("cell C5"));
    assert!(with(6, 0, text_of("rwo")).unwrap_err()[0].contains("cell A7"));
    assert_eq!((address(6, 2), address(0, 26)), ("C7".to_owned(), "AA1".to_owned()));
}
