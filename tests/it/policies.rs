//! The policies of this repository: they compile without a remark, and so does the core on paper.

use crate::run::{Ended, Place, repository};
use bylaw::model::EntitySort;
use bylaw::records::Format;
use bylaw::{Cut, Disk, Files, Policy, Records};
use std::io;

pub fn policy(name: &str) -> String {
    repository().join("policies").join(name).to_string_lossy().into_owned()
}

/// Folders of rules without a stream of records: published logs, and a benchmark that makes its own.
pub const WITHOUT_STREAM: [&str; 2] = ["bench", "logs"];

/// The folders of institutions.
pub fn folders() -> Vec<String> {
    let entries = std::fs::read_dir(repository().join("policies")).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<String> = entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.retain(|name| name != "calendars");
    names.sort();
    names
}

/// The registers and the stream of a folder, as `--data` reads them.
pub fn records_of(folder: &str, policy: &Policy) -> Records {
    let read = |name: &str| std::fs::read(repository().join("policies").join(folder).join(name)).unwrap();
    let mut reader = policy.reader();
    for entity in policy.model().entities.iter().filter(|entity| entity.sort == EntitySort::Register) {
        let file = format!("{}.csv", entity.name);
        if repository().join("policies").join(folder).join(&file).exists() {
            reader.register(&entity.name, &file, Format::Csv, &mut read(&file).as_slice()).unwrap();
        }
    }
    reader.events("events.jsonl", None, Format::Jsonl, &mut read("events.jsonl").as_slice()).unwrap();
    reader.finish(Cut::default())
}

#[test]
fn each_folder_compiles_without_a_remark() {
    let names = folders();
    assert!(names.len() >= 21, "{names:?}");
    let Ended { out, err, .. } = Place::new().bylaw(&["check", &policy("")]).exits(0);
    assert!(!format!("{out}{err}").contains('⚠'), "{out}{err}");
    for name in names {
        assert!(out.contains(&format!("/{name}: no errors")), "{name} is not among\n{out}");
    }
}

/// Every example of every regulation gives what it expects, and together they show every line both ways.
#[test]
fn the_examples_of_all_policies_pass() {
    let tested = Place::new().bylaw(&["test", &policy(""), "--coverage"]).exits(0).out;
    assert!(!tested.contains(" 0 passed"), "{tested}");
    assert!(tested.ends_with(" lines, 100.0 %\n"), "{tested}");
    for name in folders() {
        assert!(tested.contains(&format!("/{name}: examples: ")), "{name} is not among\n{tested}");
    }
}

#[test]
fn a_folder_of_folders_is_gone_through_institution_by_institution() {
    let header = |name: &str| format!("regulation {name}\n  time zone Asia/Shanghai\nregister staff\nevent late by staff\nban no_{name}\n  on late\n");
    let example = |name: &str, is: &str| format!("\nexample \"one\"\n  given late by \"li\" on 2024-03-05\n  expect no_{name} of \"li\" is {is}\n");
    let north = header("north") + &example("north", "violation");
    let south = header("south") + &example("south", "compliant");
    let place = Place::with(&[("all/north/n.bylaw", &north), ("all/south/s.bylaw", &south)]);
    let checked = place.bylaw(&["check", "all"]).exits(0).out;
    assert_eq!(checked, "all/north: no errors: 1 regulation, 1 norm, 1 record type, 1 example\nall/south: no errors: 1 regulation, 1 norm, 1 record type, 1 example\n");
    let tested = place.bylaw(&["test", "all"]).exits(1).out;
    assert!(tested.contains("all/north: examples: 1 passed, 0 failed") && tested.contains("all/south: examples: 0 passed, 1 failed"), "{tested}");
    assert!(tested.ends_with("\nexamples: 1 passed, 1 failed (2 expectations)\n"), "{tested}");
    let refused = place.bylaw(&["compile", "all"]).exits(2).err;
    assert!(refused.contains("`all` holds 2 institutions") && refused.contains("all/north, all/south"), "{refused}");
    place.bylaw(&["check", "all/north", "all/south"]).exits(3);
}

#[test]
fn the_core_on_paper_compiles() {
    let page = std::fs::read_to_string(repository().join("docs/core-on-paper.md")).unwrap();
    let blocks = page.split("```bylaw\n").skip(1).filter_map(|rest| rest.split("```").next());
    let calendars = policy("calendars");
    let text = blocks.collect::<Vec<_>>().join("\n").replace("../policies/calendars", &calendars);
    assert!(text.contains("regulation paper"), "the page has blocks");
    Place::with(&[("paper.bylaw", &text)]).bylaw(&["check", "paper.bylaw"]).exits(0);
}

/// The disk, with one file as it never was.
struct Changed {
    path: String,
    text: String,
}

impl Files for Changed {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == self.path { Ok(self.text.clone().into_bytes()) } else { Disk.read(path) }
    }
    fn folder(&self, path: &str) -> io::Result<Option<Vec<String>>> {
        Disk.folder(path)
    }
}

/// A slip in any one line of a norm is told where it is, and as nothing else.
#[test]
fn a_slip_in_one_line_is_one_message() {
    let folder = repository().join("policies/05-leave").to_string_lossy().into_owned();
    let mut slips = 0;
    for name in ["请假.bylaw", "销假.bylaw"] {
        let path = format!("{folder}/{name}");
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let mut item = "";
        for (n, line) in lines.iter().enumerate() {
            if !line.starts_with([' ', '#']) {
                item = line.split_whitespace().next().unwrap_or_default();
            }
            let is_of_norm = ["规则", "义务", "禁止", "表", "审批", "例外", "发放"].contains(&item);
            let wrong = match line.trim_start() {
                slip if !is_of_norm || slip.is_empty() || slip.starts_with('#') || !line.starts_with(' ') => continue,
                row if row.starts_with('|') => format!("  {row} 多 |"),
                slip => format!("  错{slip}"),
            };
            let header = lines.get(n + 1).is_some_and(|next| next.trim_start().starts_with('|')) && !lines[n - 1].trim_start().starts_with('|');
            if header {
                continue; // every row is then wrong
            }
            let text: Vec<&str> = lines[..n].iter().copied().chain([wrong.as_str()]).chain(lines[n + 1..].iter().copied()).collect();
            let broken = Policy::load(&[&folder], &Changed { path: path.clone(), text: text.join("\n") }).unwrap_err();
            assert_eq!(broken.diagnostics.len(), 1, "{name}:{}: {broken}", n + 1);
            slips += 1;
        }
    }
    assert!(slips > 20, "only {slips} slips");
}

/// The analyser finds nothing in the regulations that their drafters do not expect, but for what the texts leave open.
#[test]
fn nothing_unexpected_is_found_in_the_policies() {
    let linted = Place::new().bylaw(&["lint", &policy("")]).exits(0).out;
    assert!(linted.trim_end().lines().last().unwrap().starts_with("findings: 0 errors, 0 warnings, "), "{linted}");
}

/// Every regulation has a stream of records (made by `bylaw simulate`, but for 03, 04 and 05) that an audit runs through; over all of them every kind of verdict is seen.
#[test]
fn every_regulation_audits_its_stream() {
    let mut kinds = std::collections::BTreeSet::new();
    for name in folders().iter().filter(|name| !WITHOUT_STREAM.contains(&name.as_str())) {
        let audited = Place::new().bylaw(&["audit", &policy(name), "--data", &policy(name), "--all", "--format", "jsonl"]).exits(0);
        let mut verdicts = 0;
        for line in audited.out.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            if let Some(verdict) = line["verdict"].as_str() {
                kinds.insert(verdict.to_owned());
                verdicts += 1;
            } else if line["summary"].is_object() {
                assert!(line["summary"]["records"]["rejected"].as_u64().is_some_and(|rejected| rejected > 0), "{name}: no bad record is told: {line}");
            }
        }
        assert!(verdicts > 50, "{name}: {verdicts} verdicts");
    }
    let all = ["compliant", "conflict", "not_applicable", "pending", "undetermined", "violation"];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
}
