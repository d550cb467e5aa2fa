//! The blocks of pages, and texts that were spoilt: blanks, line breaks and comments where they may stand.

use super::laws::{obeys, texts};
use super::*;
use proptest::prelude::*;

/// The policy texts of a page of `docs`.
fn blocks(page: &str) -> Vec<String> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page)).unwrap();
    let mut found = Vec::new();
    let mut rest = page.as_str();
    while let Some((_, after)) = rest.split_once("\n```bylaw") {
        let (_, body) = after.split_once('\n').unwrap();
        let (body, tail) = body.split_once("```").unwrap();
        found.push(body.to_owned());
        rest = tail;
    }
    found
}

#[test]
fn pages_obey() {
    let mut seen = 0;
    for page in ["guide.md", "guide.zh.md", "surface.md", "cli.md"] {
        for block in blocks(page) {
            // Some blocks show a mistake.
            if parse(&source(&block)).diagnostics.iter().all(|one| one.severity != Severity::Error) {
                obeys(page, &block);
                seen += 1;
            }
        }
    }
    assert!(seen > 40, "{seen}");
}

/// A text with other blanks, other line ends and comments that says the same: what is drawn for each line says how it is spoilt.
fn spoilt(text: &str, draws: &[(u8, u8, u8)]) -> String {
    let mut out = String::new();
    let mut draws = draws.iter().cycle();
    for line in text.lines() {
        let &(blanks, end, before) = draws.next().unwrap();
        let (margin, words) = line.split_at(line.len() - line.trim_start().len());
        match before {
            0..3 => out.push('\n'),
            3..5 => out.push_str("\n\n\n"),
            5..8 => out.push_str(&format!("{margin}# own {before}\n")),
            8 => out.push_str("   #indented\n"),
            9 => out.push_str("#margin\r\n"),
            _ => {}
        }
        // Three blanks for two: every margin grows, none changes places with another.
        out.push_str(&margin.replace("  ", "   "));
        out.push_str(&if blanks < 60 && !words.contains(['"', '“', '[', '【', '#', '|']) { words.replace(' ', &" ".repeat(usize::from(blanks % 4) + 1)) } else { words.to_owned() });
        if end < 40 && !words.is_empty() && !words.contains('#') {
            out.push_str(&format!("{}# end {end}", " ".repeat(usize::from(end % 3) + 1)));
        }
        out.push_str(if end % 7 == 0 { "  \r\n" } else { "\n" });
    }
    out
}

/// The words without comments.
fn bare(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.split('#').next()).flat_map(str::split_whitespace).map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn spoilt_texts_obey(which in any::<prop::sample::Index>(), draws in prop::collection::vec((0..120_u8, 0..120_u8, 0..60_u8), 40)) {
        let texts = [texts("tests/semantics"), texts("policies/04-canteen"), texts("policies/05-leave"), texts("policies/02-grain-bureau-petitions")].concat();
        let (name, text) = which.get(&texts);
        let spoilt = spoilt(text, &draws);
        let plain = formatted(&spoilt, None);
        prop_assert_eq!(&formatted(&plain, None), &plain, "{}", name);
        let chinese = formatted(&spoilt, Some(Tongue::Zh));
        prop_assert_eq!(&formatted(&chinese, None), &chinese, "{}", name);
        // Comments aside, it is the text it was.
        prop_assert_eq!(bare(&plain), bare(&formatted(text, None)), "{}", name);
    }
}
