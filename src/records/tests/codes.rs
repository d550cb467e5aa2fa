//! Every code of this room: the example on its page raises it, with these words.

use super::*;
use crate::diagnostics::codes;
use std::collections::BTreeMap;
use std::fmt::Write;

const MINE: [&str; 32] = [
    "ambiguous-type", "bad-interval", "bad-utf8", "broken-line", "broken-xml", "case-values-differ", "correction-cycle", "duplicate-key", "file-cut-short",
    "missing-id", "missing-time", "missing-type", "no-id-column", "no-such-date", "no-type-column", "not-in-list", "number-too-large", "out-of-range",
    "overlapping-rows", "ragged-row", "record-too-long", "register-format", "same-id", "time-ambiguous", "time-in-gap", "time-without-zone", "unclosed-quote",
    "unknown-register", "unknown-subject", "unknown-target", "wrong-type", "wrong-unit",
];

struct Page(BTreeMap<String, String>);

impl Files for Page {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.get(path).map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn folder(&self, _: &str) -> io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

/// The fenced blocks of a page: words of the info string, text.
fn blocks(page: &str) -> Vec<(Vec<&str>, String)> {
    let parts: Vec<&str> = page.split("```").collect();
    parts.iter().skip(1).step_by(2).map(|block| block.split_once('\n').unwrap()).map(|(info, text)| (info.split_whitespace().collect(), text.to_owned())).collect()
}

fn bytes(info: &[&str], text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\x").filter(|_| info.contains(&"escaped")) {
        out.extend_from_slice(rest[..at].as_bytes());
        out.push(u8::from_str_radix(&rest[at + 2..at + 4], 16).unwrap());
        rest = &rest[at + 4..];
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// Everything that is said about the files on a page.
fn raised(blocks: &[(Vec<&str>, String)]) -> Vec<Rejection> {
    let policies = blocks.iter().filter(|(info, _)| info[0] == "bylaw");
    let named = |info: &[&str]| info.iter().find_map(|word| word.strip_prefix("file=")).unwrap_or("policy.bylaw").to_owned();
    let page = Page(policies.map(|(info, text)| (named(info), text.clone())).collect());
    let compiled = compile(&["policy.bylaw".to_owned()], &page);
    let model = compiled.model.unwrap_or_else(|| panic!("{}", crate::diagnostics::render::render(&compiled.diagnostics, Tongue::En, false)));
    let mut reader = Reader::new(&model);
    let mut said = Vec::new();
    for (info, text) in blocks.iter().filter(|(info, _)| info[0] != "bylaw") {
        if let Some(limit) = info.iter().find_map(|word| word.strip_prefix("line-limit=")) {
            reader.line_limit(limit.parse().unwrap());
        }
        let ((format, _), text) = (Format::of(&format!("x.{}", info[0])).unwrap(), bytes(info, text));
        let read = match info[1] {
            "register" => reader.register(info[2], "register", format, &mut &text[..]),
            _ => reader.events("events", None, format, &mut &text[..]),
        };
        said.extend(read.err());
    }
    let records = reader.finish(Cut::default());
    said.extend(records.rejections);
    said.extend(records.warnings);
    said
}

#[test]
fn every_page_raises_its_code_and_nothing_else() {
    let mut all = String::new();
    for code in MINE {
        let page = codes::page(code).unwrap();
        let blocks = blocks(page);
        if blocks.is_empty() {
            assert!(page.contains("\nNo example:"), "{code}");
            continue;
        }
        let raised = raised(&blocks);
        assert!(!raised.is_empty() && raised.iter().all(|rejection| rejection.code == code), "{code}: {raised:?}");
        for rejection in raised {
            let (message, help) = (&rejection.message, &rejection.help);
            writeln!(all, "{}\n{code}  {}: {}", said(&rejection), message.zh, help.zh).unwrap();
        }
    }
    insta::assert_snapshot!(all);
}
