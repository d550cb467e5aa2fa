//! `explain --format html`: one explanation as a page, without script.

use super::{STYLE, fill, safe, say};
use crate::diagnostics::Tongue;
use std::io::{self, Write};

const PAGE: &str = include_str!("page/one.html");

/// Writes the page of an explanation in words.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write_one(id: &str, prose: &str, tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    fill(PAGE, out, &mut |name, out| {
        let text = match name {
            "lang" => say::lang(tongue).to_owned(),
            "policy" => safe::policy(STYLE, None),
            "style" => STYLE.to_owned(),
            "id" => safe::text(id),
            "prose" => marked_up(prose),
            text => safe::text(say::one(text, tongue).unwrap_or_default()),
        };
        out.write_all(text.as_bytes())
    })
}

/// The first sentence as heading; a line below which others are indented is a heading, too.
fn marked_up(prose: &str) -> String {
    let lines: Vec<&str> = prose.lines().collect();
    let mut page = String::new();
    for (n, line) in lines.iter().enumerate() {
        let (depth, said) = (depth(line), safe::text(line.trim_start()));
        let above = depth == 0 && lines.get(n + 1).is_some_and(|next| self::depth(next) > 0);
        page.push_str(&match (n, depth) {
            _ if said.is_empty() => continue,
            (0, _) => format!("<h1 class=\"sentence\">{said}</h1>\n"),
            _ if above => format!("<h2>{said}</h2>\n"),
            (_, 0) => format!("<p>{said}</p>\n"),
            (_, depth) => format!("<p class=\"in d{}\">{said}</p>\n", depth.min(6)),
        });
    }
    page
}

/// Levels of two blanks.
fn depth(line: &str) -> usize {
    (line.len() - line.trim_start_matches(' ').len()) / 2
}
