//! `docs/surface.md` is true: every form in its tables is read, and both columns give the same tree.

use super::*;

const PAGE: &str = FORMS;

/// The forms in backticks of a cell, and whether an `or` stands before each.
fn forms(cell: &str) -> Vec<(bool, String)> {
    let parts: Vec<&str> = cell.split('`').collect();
    parts.iter().zip(parts.iter().skip(1)).step_by(2).map(|(before, form)| (before.contains(" or "), (*form).to_owned())).collect()
}

/// A form inside an item in which it can stand.
fn wrapped(section: &str, form: &str) -> String {
    let below = |item: &str| format!("{item}\n  {form}\n");
    match section {
        "Items" => format!("{form}\n"),
        "Lines of a regulation" => below("regulation r"),
        "Lines of a calendar" => below("calendar c from \"c.csv\""),
        "Lines of a register, case or event" | "Further lines of an event" => below("event e"),
        "Lines of a feed" => below("feed f"),
        "Lines of a reading" => below("reading r"),
        "Lines of a norm" => below("rule r"),
        "Expressions" => format!("measure m = {form}\n"),
        "Columns of a score" => format!("score s\n  | item | points | {form} |\n  | a | 1 points | x |\n"),
        "Cells of a score" => format!("score s\n  | item | points | worked out |\n  | a | 1 points | {form} |\n"),
        "Cells of a table" => format!("table t\n  | x | pay |\n  | {form} | 1 CNY |\n"),
        "Columns of an approval" => format!("approval n\n  | {form} |\n  | x |\n"),
        "Columns of a table of powers" => format!("powers p\n  | act | who | {form} |\n  | a | b | c |\n"),
        "Cells of a table of powers" => format!("powers p\n  | act | who |\n  | a | {form} |\n"),
        "Lines of an example" => below("example \"e\""),
        other => panic!("section {other} has no wrapping"),
    }
}

/// Every form of the page, each in an item in which it can stand.
pub(crate) fn all() -> Vec<String> {
    let (mut section, mut found) = ("", Vec::new());
    for line in PAGE.lines().take_while(|line| !line.starts_with("## A sample")) {
        if let Some(title) = line.strip_prefix("## ") {
            section = title;
        }
        let Some((english, chinese)) = line.strip_prefix("| `").and_then(|row| row.split_once(" | ")) else { continue };
        found.extend([format!("`{english}"), chinese.to_owned()].iter().flat_map(|cell| forms(cell)).map(|(_, form)| wrapped(section, &form)));
    }
    found
}

#[test]
fn both_columns_of_every_table_give_the_same_tree() {
    let (mut section, mut seen) = ("", 0);
    for line in PAGE.lines().take_while(|line| !line.starts_with("## A sample")) {
        if let Some(title) = line.strip_prefix("## ") {
            section = title;
        }
        let Some((english, chinese)) = line.strip_prefix("| `").and_then(|row| row.split_once(" | ")) else { continue };
        let english = forms(&format!("`{english}"));
        let mut index = 0;
        for (at, (alternative, form)) in forms(&format!(" {chinese}")).into_iter().enumerate() {
            if at > 0 && !(alternative && index + 1 >= english.len()) {
                index += 1;
            }
            let same = &english.get(index).unwrap_or_else(|| panic!("{line}: no English form for {form}")).1;
            assert_eq!(sound(&wrapped(section, same)), sound(&wrapped(section, &form)), "{line}");
            seen += 1;
        }
        assert_eq!(index + 1, english.len(), "{line}: an English form has no Chinese one");
    }
    assert!(seen > 190, "only {seen} forms were found");
}

#[test]
fn the_sample_is_read() {
    let sample = PAGE.split("```bylaw\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(sound(sample).items.len(), 14);
}
