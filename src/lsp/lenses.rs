//! A lens on each example with its result, and on each clause with its coverage: what the background found, at its place in the text as it is now.

use super::background::Shown;
use super::names::newest;
use super::text::Lines;
use super::workspace::Workspace;
use crate::diagnostics::Tongue;
use crate::syntax::tree::Item;
use lsp_types::{CodeLens, Command, Range};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthChar;

/// The lenses of a text.
pub(crate) fn lenses(workspace: &Workspace, path: &str, asked: Option<Tongue>) -> Vec<CodeLens> {
    let Some((source, parsed)) = workspace.parsed(path) else { return Vec::new() };
    let tongue = asked.unwrap_or(parsed.tongue);
    let lines = Lines::new(&source.text);
    let mut at: BTreeMap<(u32, u32), (Range, Vec<String>)> = BTreeMap::new();
    let mut add = |range: Range, title: String| {
        let (_, titles) = at.entry((range.start.line, range.start.character)).or_insert((range, Vec::new()));
        if !titles.contains(&title) {
            titles.push(title);
        }
    };
    for looked in workspace.of(path).filter_map(|one| one.looked.as_ref()) {
        for item in &parsed.file.items {
            let Item::Example(example) = &item.value else { continue };
            let all: Vec<&Shown> = looked.examples.iter().flatten().filter(|shown| shown.title == example.title.value).collect();
            for shown in &all {
                let title = match (&shown.differs, tongue) {
                    (Some(differs), _) => format!("✗ {}", short(differs.get(tongue))),
                    (None, Tongue::En) => format!("✓ as expected ({})", shown.expectations),
                    (None, Tongue::Zh) => format!("✓ 与预期相符（{} 项）", shown.expectations),
                };
                // Who adopts a text has its examples, too.
                add(lines.range(example.title.span), if all.len() > 1 { format!("{}: {title}", shown.regulation) } else { title });
            }
        }
        for clause in looked.clauses.iter().flatten().filter(|clause| clause.place.source.name == path) {
            let Some(place) = newest(workspace, &clause.place) else { continue };
            // Lenses between the rows of a table pull it apart: only a row that lacks something has one.
            let is_row = source.text.get(place.span.start..).is_some_and(|text| text.starts_with(['|', '｜']));
            if is_row && clause.lacks.is_none() {
                continue;
            }
            let title = match (&clause.lacks, tongue) {
                (Some(lacks), _) => format!("○ {}", lacks.get(tongue)),
                (None, Tongue::En) => "● shown by examples".to_owned(),
                (None, Tongue::Zh) => "● 示例均已涉及".to_owned(),
            };
            add(lines.range(place.span), title);
        }
    }
    let lens = |(range, titles): (Range, Vec<String>)| {
        let command = Command { title: titles.join(" · "), command: String::new(), arguments: None };
        CodeLens { range: Range::new(range.start, range.start), command: Some(command), data: None }
    };
    at.into_values().map(lens).collect()
}

/// What fits on a line of the screen; `bylaw test` says all of it.
fn short(text: &str) -> String {
    const MOST: usize = 100;
    let cut = text.char_indices().scan(0, |width, (at, c)| {
        *width += UnicodeWidthChar::width(c).unwrap_or(0);
        Some((at, *width))
    });
    cut.into_iter().find(|(_, width)| *width > MOST).map_or_else(|| text.to_owned(), |(at, _)| format!("{}…", text.get(..at).unwrap_or_default()))
}
