//! Every code of the compiler: the example on its page raises it, with these words.

use super::disk::{Disk, told};
use crate::diagnostics::codes;
use crate::model::compile;
use std::fmt::Write;

/// What the compiler says after parsing.
const MINE: [&str; 42] = [
    "ambiguous-link", "ambiguous-name", "bad-currency", "bad-data-line", "bad-range", "bad-rhythm", "bad-time-zone", "bad-validity",
    "bundle-alone", "bundle-broken", "bundle-digest", "bundle-version", "cannot-breach", "cycle", "decided-elsewhere",
    "duplicate-name", "field-not-set", "file-unreadable", "form-incomplete", "hole-of-what", "judged-of-nothing",
    "link-missing", "no-calendar", "no-delay", "no-policies", "no-regulation", "no-such-slot", "no-time-zone", "not-ordered", "not-utf8",
    "occasion-missing", "occasion-twice", "overlapping-versions", "second-regulation",
    "too-many-readings", "type-mismatch", "unit-mismatch", "unit-missing", "unknown-name", "unused-measure",
    "window-missing", "wrong-line",
];

/// The fenced blocks of a page: info string, text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some(_)) => found.extend(open.take()),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

fn bytes(info: &str, text: &str) -> Vec<u8> {
    if !info.contains("escaped") {
        return text.as_bytes().to_vec();
    }
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\x") {
        out.extend(&rest.as_bytes()[..at]);
        out.push(u8::from_str_radix(&rest[at + 2..at + 4], 16).unwrap());
        rest = &rest[at + 4..];
    }
    out.extend(rest.as_bytes());
    out
}

#[test]
fn every_page_raises_its_code() {
    let mut all = String::new();
    for name in MINE {
        let page = codes::page(name).unwrap();
        let blocks = blocks(page);
        let mut disk = Disk::of(&[]);
        for (info, text) in &blocks {
            let name = info.split_whitespace().find_map(|word| word.strip_prefix("file=")).unwrap_or("policy.bylaw");
            disk.0.insert(name.to_owned(), bytes(info, text));
        }
        if blocks.is_empty() {
            assert!(page.contains("No example:"), "{name}");
            continue;
        }
        let compiled = compile(&["policy.bylaw".to_owned()], &disk);
        let raised: Vec<&str> = compiled.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert!(raised.contains(&name), "{name}: {raised:?}\n{}", told(&compiled.diagnostics));
        assert!(compiled.diagnostics.iter().all(|diagnostic| diagnostic.help.is_some()), "{name}: always a way out");
        write!(all, "{}", told(&compiled.diagnostics)).unwrap();
    }
    insta::assert_snapshot!(all);
}
