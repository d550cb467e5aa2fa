//! What is read: trees of whole texts, comments, tongues, layout.

use crate::syntax::tree;
use super::*;
use insta::assert_snapshot;

/// A tree without spans and `Node`s, one item a line.
fn outline(file: &tree::File) -> String {
    file.items.iter().map(|item| compact(&format!("{:?}", item.value)) + "\n").collect()
}

fn compact(debug: &str) -> String {
    const NODE: &str = "Node { value: ";
    let (mut out, mut open, mut rest) = (String::new(), Vec::new(), debug);
    while let Some(character) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(NODE) {
            open.push(true);
            rest = after;
        } else if let Some(after) = rest.strip_prefix(", span: Span {") {
            rest = &after[after.find('}').unwrap() + 1..];
        } else if character == '"' {
            let end = 1 + rest[1..].find('"').unwrap() + 1;
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if rest.starts_with(" }") && open.pop().unwrap() {
            rest = &rest[2..];
        } else {
            if character == '{' {
                open.push(false);
            }
            let length = if rest.starts_with(" }") { 2 } else { character.len_utf8() };
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    out
}

#[test]
fn the_sample_has_this_tree() {
    let sample = include_str!("../../../docs/surface.md").split("```bylaw\n").nth(1).unwrap().split("```").next().unwrap();
    assert_snapshot!("sample", outline(&sound(sample)));
}

#[test]
fn precedence_and_associativity() {
    let tree = |text: &str| compact(&format!("{:?}", sound(&format!("measure m = {text}")).items[0].value));
    assert_snapshot!(tree("a or b and not c = d - e - f * -g"), @r#"Measure(Define { head: Head { name: "m", label: None, cites: [] }, expr: Binary(Or, Path(["a"]), Binary(And, Path(["b"]), Not(Binary(Compare(Eq), Path(["c"]), Binary(Sub, Binary(Sub, Path(["d"]), Path(["e"])), Binary(Mul, Path(["f"]), Negate(Path(["g"])))))))) })"#);
    assert_snapshot!(tree("a / b rounded down to 0.5 > c"), @r#"Measure(Define { head: Head { name: "m", label: None, cites: [] }, expr: Binary(Compare(Gt), Rounded(Binary(Div, Path(["a"]), Path(["b"])), Down, 0.5), Path(["c"])) })"#);
}

#[test]
fn every_comma_and_semicolon_separates_citations() {
    let text = "规则 甲 【1、2，3；4,5;6】 【7】\n  凡 迟到\n  罚 2 元 【1、2】\n不可计算 【8、9】 因为 “无”\n表 乙\n  | 甲 | 发 | 依据 |\n  | 1 | 1 元 | 1、2，3；4,5;6 |\n  | 2 | 1 元 | 【1、2】 |\n";
    let plain = "规则 甲 [1] [2] [3] [4] [5] [6] [7]\n  凡 迟到\n  罚 2 元 [1] [2]\n不可计算 [8] [9] 因为 “无”\n表 乙\n  | 甲 | 发 | 依据 |\n  | 1 | 1 元 | [1] [2] [3] [4] [5] [6] |\n  | 2 | 1 元 | [1] [2] |\n";
    assert_eq!(sound(text), sound(plain));
}

#[test]
fn traditional_characters_are_keywords_and_names_stay() {
    let text = "規章 統計局 “辦公室”\n  貨幣 CNY\n規則 遲到扣款\n  凡 遲到 或 早退\n  罰 2 元 當 本次.分鐘 超過 ３０ 分鐘\n";
    let simplified = "规章 統計局 “辦公室”\n  货币 CNY\n规则 遲到扣款\n  凡 遲到 或 早退\n  罚 2 元 当 本次.分鐘 超过 30 分钟\n";
    assert_eq!(sound(text), sound(simplified));
    assert_eq!(parse(&source(text)).tongue, Tongue::Zh);
}

#[test]
fn comments_are_kept_in_order_and_do_not_count_as_text() {
    let text = "# first\nrule a # \"second\"\n  on b [x#1] # third\n  # fourth\n  fine 2 CNY\n";
    let parsed = parse(&source(text));
    let comments: Vec<&str> = parsed.comments.iter().map(|span| &text[span.start..span.end]).collect();
    assert_eq!(comments, ["# first", "# \"second\"", "# third", "# fourth"]);
}

#[test]
fn one_broken_item_hides_nothing() {
    let parsed = parse(&source("rule a\n  on b\n  fien 2 CNY\n  fine 2\nevent late, early bx staff\nrule c\n  on b\n  violation\n"));
    let told: Vec<&str> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(told, ["unknown-line", "unit-missing", "unexpected-text"]);
    assert_eq!(parsed.file.items.len(), 2, "the event is not read");
    assert_eq!(parsed.unread.len(), 3);
    let lines = |item: &tree::Item| if let tree::Item::Norm(norm) = item { norm.lines.len() } else { 0 };
    assert_eq!(parsed.file.items.iter().map(|item| lines(&item.value)).collect::<Vec<_>>(), [1, 2], "of a norm, the lines that are well");
}

#[test]
fn deeper_lines_and_lines_after_a_comma_continue() {
    let short = "kind k a, b, c\nrule r\n  on late where a > 1 and b > 2\n  fine 2 CNY when a > 1\n";
    let long = "kind k a,\nb,\n  c\n\nrule r\n  on late\n    where a > 1\n\n    # in between\n    and b > 2\n  fine 2 CNY\n     when a > 1\n";
    assert_eq!(sound(short), sound(long));
}

#[test]
fn line_ends_and_a_mark_at_the_start_do_not_matter() {
    let text = "rule r\n  on late\n  fine 2 CNY\n";
    assert_eq!(sound(text), sound(&text.replace('\n', "\r\n")));
    assert_eq!(sound(text), sound(&format!("\u{FEFF}{text}")));
    assert_eq!(sound(text), sound(&text.replace("  ", "\t")));
    assert_eq!(sound(text), sound(&text.replace("  ", "\u{3000}")));
}

#[test]
fn full_width_runs_stay_together() {
    assert_eq!(sound("measure m = a <= 12.5 days"), sound("计量 ｍ = a ＜＝ １２．５ 天".replace('ｍ', "m").as_str()));
    assert_eq!(sound("measure m = (a + 2) * 10%"), sound("计量 m ＝（a＋２）×１０％。"));
    assert_eq!(sound("table t\n  | a | pay |\n  | 1 .. 2 | 3 CNY |"), sound("表 t\n  ｜ a ｜ 发 ｜\n  ｜ １ .. ２ ｜ ３元 ｜"));
}

#[test]
fn invisible_characters_in_texts_and_comments_are_warnings() {
    let parsed = parse(&source("rule r \"a\u{200B}b\" # c\u{202E}\n  on late\n  violation\n"));
    assert!(parsed.diagnostics.iter().all(|diagnostic| diagnostic.severity == Severity::Warning && diagnostic.code == "invisible-character"));
    assert_eq!((parsed.diagnostics.len(), parsed.file.items.len()), (2, 1));
}
