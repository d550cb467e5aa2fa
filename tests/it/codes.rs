//! Every code has a page, the page's example raises exactly that code, and the messages read well in both tongues.

use crate::blocks::{Block, blocks};
use crate::run::repository;
use bylaw::analysis;
use bylaw::diagnostics::{Severity, Source, Tongue, codes, render};
use bylaw::model::{self, Files, Model};
use bylaw::records::{Cut, Format, Reader, Rejection};
use bylaw::tables;
use bylaw::tools::coverage::Outline;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The blocks of a page as files; the repository's own files besides.
struct Pages<'a>(&'a [Block]);

impl Files for Pages<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let name = path.trim_start_matches("./");
        match self.0.iter().find(|block| block.name() == name) {
            Some(block) => Ok(block.bytes.clone()),
            None => std::fs::read(repository().join("policies").join(name)),
        }
    }

    fn folder(&self, _: &str) -> io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

/// What an example raises: codes, and the rendering in both tongues.
#[derive(Default)]
struct Raised {
    codes: BTreeSet<String>,
    shown: BTreeMap<&'static str, String>,
}

impl Raised {
    fn reject(&mut self, rejection: &Rejection) {
        self.codes.insert(rejection.code.to_owned());
        for (key, tongue) in [("en", Tongue::En), ("zh", Tongue::Zh)] {
            let line = format!(
                "{}:{} [{}] {}\n  → {}\n",
                rejection.origin.file,
                rejection.origin.line,
                rejection.code,
                rejection.message.get(tongue),
                rejection.help.get(tongue)
            );
            self.shown.entry(key).or_default().push_str(&line);
        }
    }
}

fn raise(code: &str, blocks: &[Block]) -> Raised {
    let policies: Vec<String> = blocks.iter().filter(|block| block.words.first().is_some_and(|word| word == "bylaw")).map(Block::name).collect();
    let compiled = model::compile(&policies, &Pages(blocks));
    let mut raised = Raised::default();
    raised.codes.extend(compiled.diagnostics.iter().map(|diagnostic| diagnostic.code.to_owned()));
    for (key, tongue) in [("en", Tongue::En), ("zh", Tongue::Zh)] {
        raised.shown.insert(key, render::render(&compiled.diagnostics, tongue, false));
    }
    if let Some(model) = &compiled.model {
        read_data(model, blocks, &mut raised);
        if blocks.iter().any(|block| block.words.iter().any(|word| word == "lint")) {
            let found = analysis::lint(model, &compiled.written, None, &mut |_| {}).findings;
            // Notes of other codes, such as a missing citation, are not what the example is about.
            let told: Vec<_> = found.iter().filter(|finding| finding.severity > Severity::Note || finding.code == code).map(analysis::finding::Finding::diagnostic).collect();
            raised.codes.extend(told.iter().map(|diagnostic| diagnostic.code.to_owned()));
            for (key, tongue) in [("en", Tongue::En), ("zh", Tongue::Zh)] {
                raised.shown.entry(key).or_default().push_str(&render::render(&told, tongue, false));
            }
        }
    }
    read_outlines(blocks, &mut raised);
    read_sheets(blocks, &mut raised);
    read_decisions(blocks, &mut raised);
    raised
}

fn read_data(model: &Model, blocks: &[Block], raised: &mut Raised) {
    let mut reader = Reader::new(model);
    for block in blocks {
        if let Some(limit) = block.option("line-limit") {
            reader.line_limit(limit.parse().unwrap());
        }
        let words: Vec<&str> = block.words.iter().map(String::as_str).collect();
        let format = match words.first() {
            Some(&"jsonl") => Format::Jsonl,
            Some(&"csv") => Format::Csv,
            Some(&"xes") => Format::Xes,
            Some(&"parquet") => Format::Parquet,
            _ => continue,
        };
        let file = block.name();
        let read = match words.get(1) {
            Some(&"events") => reader.events(&file, block.option("source"), format, &mut block.bytes.as_slice()),
            Some(&"register") => reader.register(words.get(2).unwrap(), &file, format, &mut block.bytes.as_slice()),
            _ => continue,
        };
        if let Err(rejection) = read {
            raised.reject(&rejection);
        }
    }
    let records = reader.finish(Cut { until: None, known_at: None });
    for rejection in records.rejections.iter().chain(&records.rows_rejected).chain(&records.warnings) {
        raised.reject(rejection);
    }
}

fn read_outlines(blocks: &[Block], raised: &mut Raised) {
    for block in blocks.iter().filter(|block| block.words.iter().any(|word| word == "outline")) {
        let told = Outline::read("clauses.csv", std::str::from_utf8(&block.bytes).unwrap()).unwrap_err();
        raised.codes.extend(told.iter().map(|diagnostic| diagnostic.code.to_owned()));
        for (key, tongue) in [("en", Tongue::En), ("zh", Tongue::Zh)] {
            raised.shown.entry(key).or_default().push_str(&render::render(&told, tongue, false));
        }
    }
}

/// Sheets that are to be put into the page's policy.
fn read_sheets(blocks: &[Block], raised: &mut Raised) {
    for block in blocks.iter().filter(|block| block.words.iter().any(|word| word == "sheet")) {
        let policy = blocks.iter().find(|block| block.words.first().is_some_and(|word| word == "bylaw")).unwrap();
        let source = Arc::new(Source { name: policy.name(), text: String::from_utf8(policy.bytes.clone()).unwrap() });
        let told = tables::csv::read("sheet.csv", &block.bytes).and_then(|sheet| tables::import(&source, &sheet)).unwrap_err();
        raised.codes.extend(told.iter().map(|diagnostic| diagnostic.code.to_owned()));
        for (key, tongue) in [("en", Tongue::En), ("zh", Tongue::Zh)] {
            raised.shown.entry(key).or_default().push_str(&render::render(&told, tongue, false));
        }
    }
}

/// Files of decisions of which a policy is to be made.
fn read_decisions(blocks: &[Block], raised: &mut Raised) {
    for block in blocks.iter().filter(|block| block.words.iter().any(|word| word == "dmn")) {
        let told = bylaw::dmn::policy("decisions.dmn", &block.bytes, None, Tongue::En).unwrap_err();
        raised.codes.extend(told.iter().map(|diagnostic| diagnostic.code.to_owned()));
        for (key, tongue) in [("en", Tongue::En), ("zh", Tongue::Zh)] {
            raised.shown.entry(key).or_default().push_str(&render::render(&told, tongue, false));
        }
    }
}

/// Every string literal `"…"` in the library's sources, without the registry itself.
fn literals() -> BTreeSet<String> {
    fn below(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("diagnostics/codes.rs") && !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.extend(text.split('"').map(str::to_owned).filter(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')));
            }
        }
    }
    let mut found = BTreeSet::new();
    below(&repository().join("src"), &mut found);
    found
}

#[test]
fn codes_are_sorted_and_each_has_its_file() {
    let names: Vec<&str> = codes::ALL.iter().map(|code| code.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    let files: BTreeSet<String> = std::fs::read_dir(repository().join("docs/codes"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, names.iter().map(|name| (*name).to_owned()).collect());
}

#[test]
fn pages_have_their_form() {
    for code in codes::ALL {
        let heads: Vec<&str> = code.page.lines().filter(|line| line.starts_with('#') && !line.starts_with("# ") || *line == format!("# {}", code.name)).collect();
        let wanted = [format!("# {}", code.name), "## Example".to_owned(), "## What to do".to_owned(), "## 中文".to_owned()];
        let without_example = code.page.contains("\nNo example:");
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).filter(|head| !(without_example && *head == "## Example")).collect();
        let heads: Vec<&str> = heads.into_iter().filter(|head| !(without_example && *head == "## Example")).collect();
        assert_eq!(heads, wanted, "{}", code.name);
        assert!(code.page.contains("**怎么办**"), "{}: no 怎么办", code.name);
    }
}

#[test]
fn every_code_is_emitted_somewhere() {
    let literals = literals();
    let silent: Vec<&str> = codes::ALL.iter().map(|code| code.name).filter(|name| !literals.contains(*name)).collect();
    assert_eq!(silent, Vec::<&str>::new());
}

#[test]
fn examples_raise_exactly_their_code() {
    let mut wrong = Vec::new();
    for code in codes::ALL {
        let blocks = blocks(code.page);
        if code.page.contains("\nNo example:") {
            assert!(blocks.is_empty(), "{}: says that it has no example, and has one", code.name);
            continue;
        }
        let raised = raise(code.name, &blocks);
        if raised.codes != BTreeSet::from([code.name.to_owned()]) {
            wrong.push(format!("{} raises {:?}", code.name, raised.codes));
            continue;
        }
        let shown = format!("{}\n{}", raised.shown["en"], raised.shown["zh"]);
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/codes" }, {
            insta::assert_snapshot!(code.name, shown);
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_finding_has_a_chinese_name() {
    for code in codes::findings() {
        assert_ne!(codes::named(code, Tongue::Zh), code, "{code} has no name in Chinese");
        assert_eq!(codes::named(code, Tongue::En), code);
    }
}
