#![allow(clippy::unwrap_used, clippy::panic)]
use super::render::render;
use super::*;
use insta::assert_snapshot;

fn place(source: &Arc<Source>, word: &str) -> Place {
    let start = source.text.find(word).unwrap();
    Place { source: Arc::clone(source), span: Span::new(start, start + word.len()) }
}

fn sample() -> Diagnostic {
    let source = Arc::new(Source { name: "policies/考勤.bylaw".into(), text: "规则 迟到扣款 “迟到”\n  凡 迟到 或 早退\n  罚 2 给 staff\n".into() });
    Diagnostic::error("unit-missing", Say::new("`2` has no unit", "`2` 没有单位"))
        .at(place(&source, "2"), Say::new("a fine wants a unit", "罚款要写单位"))
        .at(place(&source, "早退"), Say::new("fined here", "在此受罚"))
        .help(Say::new("write `2 CNY`", "写成 `2 元`"))
}

#[test]
fn labels_line_up_under_chinese_text() {
    assert_snapshot!(render(&[sample()], Tongue::En, false));
    assert_snapshot!(render(&[sample()], Tongue::Zh, false));
}

#[test]
fn labels_in_other_files_get_their_own_block() {
    let other = Arc::new(Source { name: "b.bylaw".into(), text: "rule late\n".into() });
    let diagnostic = sample().at(place(&other, "late"), Say::new("declared here too", "这里也声明了"));
    assert_snapshot!(render(&[diagnostic], Tongue::En, false));
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let source = Arc::new(Source { name: "x".into(), text: "rule \u{1b}[31m a\u{202e}b\u{200b}\n".into() });
    let diagnostic = Diagnostic::error("x", Say::new("m", "m")).at(place(&source, "a"), Say::new("here", ""));
    let out = render(&[diagnostic], Tongue::En, false);
    assert!(!out.contains(['\u{1b}', '\u{202e}', '\u{200b}']));
    assert_snapshot!(out);
}

#[test]
fn long_lines_are_cut_and_bad_spans_are_clamped() {
    let source = Arc::new(Source { name: "long".into(), text: format!("{}中{}", "长".repeat(100_000), "文".repeat(100_000)) });
    let at = |start, end| Diagnostic::error("x", Say::new("m", "m")).at(Place { source: Arc::clone(&source), span: Span::new(start, end) }, Say::new("here", ""));
    assert!(render(&[at(300_000, 300_003)], Tongue::En, false).len() < 3000);
    assert!(render(&[at(300_001, 300_002)], Tongue::En, false).contains("here"));
    assert!(render(&[at(0, usize::MAX), at(usize::MAX, usize::MAX), at(5, 2)], Tongue::En, false).contains("here"));
}

#[test]
fn end_of_file_and_empty_files_can_be_labelled() {
    for text in ["", "rule a\n", "rule a"] {
        let source = Arc::new(Source { name: "e".into(), text: text.into() });
        let end = Place { source, span: Span::new(text.len(), text.len()) };
        let out = render(&[Diagnostic::error("x", Say::new("m", "m")).at(end, Say::new("ends here", ""))], Tongue::En, false);
        assert!(out.contains("ends here"), "{out}");
    }
}

#[test]
fn codes_are_sorted_and_have_pages_in_both_tongues() {
    assert!(codes::ALL.is_sorted_by(|a, b| a.name < b.name));
    for code in codes::ALL {
        assert!(code.page.starts_with(&format!("# {}\n", code.name)), "{}", code.name);
        for part in ["## Example", "## What to do", "## 中文", "**怎么办**"] {
            let without = part == "## Example" && code.page.contains("\nNo example:");
            assert!(without || code.page.contains(part), "{}: {part}", code.name);
        }
    }
    assert!(codes::page("no-such-code").is_none());
}
