//! Hostile texts: told or read, always soon, never a crash.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Codes told for a text, which must not take long even in a debug build on a busy machine: what backtracks takes hours.
fn told(text: &str) -> Vec<&'static str> {
    let start = Instant::now();
    let parsed = parse(&source(text));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?} for {}…", start.elapsed(), text.chars().take(60).collect::<String>());
    render(&parsed.diagnostics, Tongue::Zh, false);
    parsed.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn deep_nesting_is_refused_and_what_is_allowed_is_fast() {
    assert_eq!(told(&format!("measure m = {}", "(".repeat(10_000))), ["too-deep"]);
    assert_eq!(told(&format!("measure m = {}a", "not ".repeat(3000))), ["too-deep"]);
    assert_eq!(told(&format!("measure m = {}a", "-".repeat(3000))), ["too-deep"]);
    assert_eq!(told(&format!("measure m = a{}", " + a".repeat(3000))), ["too-deep"]);
    for open in ["(", "count of (a where ", "total (", "a + (", "days from (", "not (", "合计 （", "a is one of (b), (", "count of a where (", "last (x) of b since (c where "] {
        let depth = 60;
        told(&format!("measure m = {}a", open.repeat(depth)));
        told(&format!("measure m = {}a{}", open.repeat(depth), ")".repeat(depth)));
    }
    let fine = format!("measure m = {}a{}", "(".repeat(60), ")".repeat(60));
    assert_eq!(told(&fine), [""; 0]);
}

#[test]
fn large_lines_and_files_are_quick() {
    assert_eq!(told(&"x".repeat(1 << 20)), ["line-too-long"]);
    assert_eq!(told(&format!("rule \"{}", "字".repeat(300_000))), ["line-too-long", "unclosed-text"]);
    assert_eq!(told(&"rule a\n  on b\n  violation\n".repeat(3000)), [""; 0]);
    assert_eq!(told(&format!("rule a\n  on b\n{}", "  fine 2 CNY\n".repeat(5000))), [""; 0]);
    assert_eq!(told(&format!("table t\n  | a |\n{}", "  | 1 |\n".repeat(5000))), [""; 0]);
    assert_eq!(told(&"\u{200B}".repeat(50_000)).len(), 101);
}

/// Pieces from which texts are put together that are nearly right.
const PIECES: [&str; 44] = [
    "rule ", "事件 ", "table ", "measure m = ", "example \"e\"", "\n  ", "\n", "  ", "on ", "凡 ", "late", "迟到", " or ", " 或 ", "(", "（", ")", "）", "[03.2e]", "【", "\"", "“", "”",
    "#", "|", "| a | pay |", "2", "２", " CNY", "元", "2024-02-30", "24:61", ",", "，", "、", "。", "count of ", "合计 ", " where ", " 其中 ", "\t", "\u{200B}", "\r\n", "-",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn nothing_crashes(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn random_bytes_do_not_crash(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn nearly_right_texts_do_not_crash(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60)) {
        check(&pieces.concat());
    }
}

/// The plain text keeps its length, spans lie on characters, and rendering works.
fn check(text: &str) {
    assert_eq!(plain::plain(text).text.len(), text.len());
    let parsed = parse(&source(text));
    let spans = parsed.diagnostics.iter().flat_map(|diagnostic| diagnostic.labels.iter().map(|label| label.place.span));
    for span in spans.chain(parsed.comments.iter().copied()).chain(parsed.file.items.iter().map(|item| item.span)) {
        assert!(text.get(span.start..span.end).is_some(), "{span:?} is no part of {text:?}");
    }
    render(&parsed.diagnostics, Tongue::En, true);
}
