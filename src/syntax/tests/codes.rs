//! The page of every code of this module: its example raises it in the parser, and nothing else. How they look is kept in `tests/it`.

use super::*;
use crate::diagnostics::codes;

/// Codes that this module tells.
const OURS: [&str; 19] = [
    "bad-date", "bad-number", "bad-time", "full-width-punctuation", "incomplete-given", "invisible-character", "keyword-run-on", "look-alike-character", "mixed-indent",
    "row-length", "said-twice", "stray-indent", "too-deep", "unclosed-bracket", "unclosed-text", "unexpected-text", "uneven-indent", "unknown-item", "unknown-line",
];

/// The example of a page, `\u{NNNN}` and `\xNN` replaced.
fn example(page: &str) -> String {
    let block = page.split("```bylaw").nth(1).unwrap().split("```").next().unwrap();
    let (info, text) = block.split_once('\n').unwrap();
    if !info.contains("escaped") {
        return text.to_owned();
    }
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap();
        out.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        out.push_str(rest);
    }
    out
}

#[test]
fn every_page_raises_its_code_and_nothing_else() {
    for name in OURS {
        check(name, &example(codes::page(name).unwrap_or_else(|| panic!("{name} has no page"))));
    }
}

/// The text raises this code once and nothing else.
fn check(name: &str, text: &str) {
    let parsed = parse(&Arc::new(Source { name: "example.bylaw".into(), text: text.into() }));
    let told: Vec<_> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(told, [name]);
}

#[test]
fn an_amount_without_unit_is_told_at_once() {
    check("unit-missing", "rule late_fine\n  on late\n  fine 2\n");
}

#[test]
fn codes_without_example_are_told_too() {
    let told = |text: String| parse(&Arc::new(Source { name: "big.bylaw".into(), text })).diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>();
    assert_eq!(told(" ".repeat(LARGEST + 1)), ["file-too-large"]);
    assert_eq!(told(format!("measure m = {}", "a".repeat(30_000))), ["line-too-long"]);
    let many = told("oops\n".repeat(1000));
    assert_eq!((many.len(), many.last().copied()), (101, Some("too-many-errors")));
}
