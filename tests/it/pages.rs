//! Pages of `docs` whose blocks are run, in the order in which they stand, in a folder of their own:
//! a block with `file=NAME` is written there (with `gzip`, packed); a `console` block holds commands after `$ ` and what they print.
//! A line `…` stands for any lines. `UPDATE_PAGES=1 cargo test pages` writes what is printed into the page, where no `…` stands.

use crate::blocks::{Block, blocks};
use crate::logs;
use crate::run::{Place, repository};
use bylaw::diagnostics::codes;
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;

fn page(name: &str) -> String {
    std::fs::read_to_string(repository().join("docs").join(name)).unwrap()
}

/// Runs a page; gives the folder with its files.
fn run(name: &str) -> Place {
    run_in(name, Place::new())
}

/// Runs a page in a folder. Blocks marked `logs` need the published logs and are passed over where these are absent; blocks without a language, and
/// `sh`, are only shown.
fn run_in(name: &str, place: Place) -> Place {
    let text = page(name);
    let mut printed = Vec::new();
    for block in blocks(&text) {
        let says = |word: &str| block.words.iter().any(|known| known == word);
        if says("logs") && !logs::are_there() || says("sh") || block.words.is_empty() {
            continue;
        }
        if block.option("file").is_some() {
            place.write(&block.name(), if says("gzip") { packed(&block.bytes) } else { block.bytes });
        } else if says("console") {
            let (wanted, given) = console(&place, &block);
            if !fits(&wanted.lines().collect::<Vec<_>>(), &given.lines().collect::<Vec<_>>()) {
                printed.push((block.place.clone(), wanted, given));
            }
        } else {
            panic!("docs/{name}: a block that is neither a file nor run: {:?}", block.words);
        }
    }
    if std::env::var_os("UPDATE_PAGES").is_some() {
        let mut updated = text.clone();
        for (place, wanted, given) in printed.iter().rev().filter(|(_, wanted, _)| !wanted.lines().any(|line| line == "…")) {
            assert_eq!(text[place.clone()], *wanted);
            updated.replace_range(place.clone(), given);
        }
        std::fs::write(repository().join("docs").join(name), updated).unwrap();
    }
    let wrong: Vec<String> = printed.iter().map(|(_, wanted, given)| format!("the page says\n{wanted}\nand it is\n{given}")).collect();
    assert!(wrong.is_empty(), "docs/{name}: {}", wrong.join("\n"));
    place
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut pack = GzEncoder::new(Vec::new(), Compression::default());
    pack.write_all(bytes).unwrap();
    pack.finish().unwrap()
}

/// The block as it stands, and as it should.
fn console(place: &Place, block: &Block) -> (String, String) {
    let wanted = String::from_utf8(block.bytes.clone()).unwrap();
    let mut given = String::new();
    for command in wanted.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let run = command.replace("cargo run --release --quiet -- ", "bylaw ");
        let printed = place.shell(&format!("{{ {run}\n}} 2>&1")).out;
        given.push_str(&format!("$ {command}\n{printed}"));
        assert!(given.ends_with('\n'), "`{command}` does not end its last line");
    }
    (wanted, given)
}

/// Is it the same, `…` standing for any lines?
fn fits(wanted: &[&str], given: &[&str]) -> bool {
    match (wanted, given) {
        ([], []) => true,
        (["…", rest @ ..], _) => (0..=given.len()).any(|skip| fits(rest, &given[skip..])),
        ([line, wanted @ ..], [same, given @ ..]) => line == same && fits(wanted, given),
        _ => false,
    }
}

/// Names in backticks in the first cell of the rows of tables.
fn first_cells(page: &str) -> BTreeSet<String> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = rows.filter_map(|row| row.split(" | ").next());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// A folder in which the repository's policies, and the published logs, can be found.
fn with_policies() -> Place {
    let place = Place::new();
    place.link("policies", &repository().join("policies"));
    for log in ["road_traffic_fines.xes.gz", "receipt.csv", "domestic_declarations.xes.gz"] {
        place.link(log, &logs::folder().join(log));
    }
    place
}

#[test]
fn readme() {
    run_in("../README.md", with_policies());
}

#[test]
fn lint() {
    run("lint.md");
}

#[test]
fn diff() {
    let place = run_in("diff.md", with_policies());
    let text = page("diff.md");
    let (_, table) = text.split_once("## JSON").unwrap();
    let named: BTreeSet<String> = table.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let mut found = BTreeSet::new();
    let json = place.bylaw(&["diff", "old.bylaw", "new.bylaw", "--events", "events.jsonl", "--register", "staff=staff.csv", "--format", "json"]).exits(1).out;
    keys(&serde_json::from_str(&json).unwrap(), &["attributes"], &mut found);
    let free = ["post", "days", "minutes", "staff", "type", "at"];
    let silent: Vec<&String> = found.difference(&named).filter(|key| !free.contains(&key.as_str())).collect();
    assert!(silent.is_empty(), "keys that the page does not name: {silent:?}");
}

#[test]
fn explanations() {
    if !logs::are_there() {
        eprintln!("passed over: the explanations of published logs; set BYLAW_LOGS to their folder");
    }
    run_in("explanations.md", with_policies());
}

/// The same ten verdicts in both tongues.
#[test]
fn explanations_of_regulations() {
    let asked = |name: &str| -> Vec<String> {
        page(name).lines().filter(|line| line.starts_with("$ ")).map(|line| line.trim_end_matches(" --lang zh").to_owned()).collect()
    };
    assert_eq!(asked("explanations-regulations.md").len(), 10);
    assert_eq!(asked("explanations-regulations.md"), asked("explanations-regulations.zh.md"));
    for page in ["explanations-regulations.md", "explanations-regulations.zh.md"] {
        run_in(page, with_policies());
    }
}

#[test]
fn guides() {
    for page in ["guide.md", "guide.zh.md"] {
        run(page);
    }
}

#[test]
fn records() {
    run("records.md");
    let text = page("records.md");
    let named: BTreeSet<&str> = text.split('`').collect();
    let sources = std::fs::read_dir(repository().join("src/records")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let sources: String = sources.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let silent: Vec<&str> =
        codes::ALL.iter().map(|code| code.name).filter(|name| sources.contains(&format!("\"{name}\"")) && !named.contains(name)).collect();
    assert!(silent.is_empty(), "codes of records that the page does not name: {silent:?}");
}

/// Keys of objects, each once; below `free` the keys are data.
fn keys(value: &Value, free: &[&str], found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                found.insert(key.clone());
                if !(free.contains(&key.as_str()) && value.is_object()) {
                    keys(value, free, found);
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| keys(value, free, found)),
        _ => {}
    }
}

#[test]
fn coverage() {
    let place = run("coverage.md");
    let text = page("coverage.md");
    let (_, table) = text.split_once("## Status and JSON").unwrap();
    let named: BTreeSet<String> = table.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let mut found = BTreeSet::new();
    let json = place.bylaw(&["coverage", "office.bylaw", "--outline", "clauses.csv", "--format", "json"]).exits(1).out;
    keys(&serde_json::from_str(&json).unwrap(), &[], &mut found);
    let silent: Vec<&String> = found.difference(&named).collect();
    assert!(silent.is_empty(), "keys that the page does not name: {silent:?}");
}

#[test]
fn table() {
    let place = Place::new();
    place.link("loan.dmn", &repository().join("tests/dmn/loan.dmn"));
    run_in("table.md", place);
}

#[test]
fn report() {
    run("report.md");
}

#[test]
fn output() {
    let place = run("output.md");
    let text = page("output.md");
    let named: BTreeSet<String> = text.lines().filter(|line| line.starts_with("| ")).flat_map(|row| row.split('`').skip(1).step_by(2)).map(str::to_owned).collect();
    let mut found = BTreeSet::new();
    for line in ["march.jsonl", "april.jsonl"].iter().flat_map(|file| place.read(file).lines().map(str::to_owned).collect::<Vec<_>>()) {
        keys(&serde_json::from_str(&line).unwrap(), &["ignored", "value"], &mut found);
    }
    assert!(found.remove("office.late_arrival"), "counts of each norm");
    found.retain(|key| !codes::ALL.iter().any(|code| code.name == key));
    let silent: Vec<&String> = found.difference(&named).collect();
    assert!(silent.is_empty(), "keys that the page does not name: {silent:?}");
    let gone: Vec<String> = first_cells(&text).into_iter().filter(|name| !found.contains(name)).collect();
    let causes = ["calendar_unknown", "contradiction", "gap", "hole", "missing_fact", "mark_too_high", "missing_field", "judged_on", "no_mark", "not_done", "not_judged", "not_yet", "possible_records", "reading", "tie", "too_many_open", "blank", "fault"];
    let gone: Vec<&String> = gone.iter().filter(|name| !causes.contains(&name.as_str())).collect();
    assert!(gone.is_empty(), "keys that the page names and no line has: {gone:?}");
}

/// Long flags that a text names.
fn flags(text: &str) -> BTreeSet<String> {
    let letters = |rest: &str| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect::<String>();
    text.split("--").skip(1).map(letters).map(|name| name.trim_end_matches('-').to_owned()).filter(|name| !name.is_empty()).collect()
}

#[test]
fn command_line() {
    let place = run("cli.md");
    let text = page("cli.md");
    let there = text.as_str();
    for verb in ["check", "compile", "lint", "audit", "explain", "test", "fmt", "diff", "coverage", "simulate", "lsp"] {
        let help = place.bylaw(&[verb, "--help"]).exits(0).out;
        let silent: Vec<String> = flags(&help).difference(&flags(there)).cloned().collect();
        assert!(silent.is_empty(), "flags of `{verb}` that the page does not name: {silent:?}");
        let section = there.split_once(&format!("## `bylaw {verb}`")).unwrap().1;
        let section = section.split_once("\n## ").unwrap().0;
        let gone: Vec<String> = flags(section).difference(&flags(&help)).cloned().collect();
        assert!(gone.is_empty(), "flags of `{verb}` that are not there: {gone:?}");
    }
    let help: BTreeSet<String> = ["export", "import"].iter().flat_map(|verb| flags(&place.bylaw(&["table", verb, "--help"]).exits(0).out)).collect();
    let section = there.split_once("## `bylaw table`").unwrap().1.split_once("\n## ").unwrap().0;
    assert!(help.is_subset(&flags(there)) && flags(section).is_subset(&help), "flags of `table`: {help:?}");
}
