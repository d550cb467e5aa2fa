//! Items, statements and comments → the whole text: margins and blank lines.

use super::lines::{add_comment, lines};
use super::spacing::Style;
use super::table::rows;
use crate::diagnostics::Span;
use crate::syntax::comment;
use crate::syntax::token::{Chapter, Comment, Piece, What};

/// The margin of what stands below an item.
const INDENT: usize = 2;

/// What stands in the text, one after the other.
struct Entry<'a> {
    span: Span,
    what: Stands<'a>,
    /// A blank line stands before it.
    blank: bool,
}

enum Stands<'a> {
    /// An item's first line; does it stand apart from its neighbours?
    First(&'a Piece, bool),
    Below(&'a Piece),
    Remark(Comment, Place),
}

/// Where a comment stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// At the end of the line before it.
    Behind,
    Margin,
    Indented,
}

/// The text of these chapters with the comments that stand between their statements.
pub(super) fn page(source: &str, chapters: &[Chapter], comments: &[Span], style: Style) -> String {
    let mut entries = entries(source, chapters, comments);
    place_comments(source, &mut entries);
    blank_lines(source, &mut entries);
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(entry) = entries.get(at) {
        let rest = entries.get(at..).unwrap_or_default();
        let (table, _) = rest.split_at(rest.iter().take_while(|entry| in_table(entry)).count());
        if matches!(entry.what, Stands::Below(_)) && !table.is_empty() {
            let pieces: Vec<&Piece> = table.iter().filter_map(|entry| if let Stands::Below(piece) = &entry.what { Some(*piece) } else { None }).collect();
            let mut aligned = rows(&pieces, style).into_iter();
            for entry in table {
                let row = if matches!(entry.what, Stands::Below(_)) { aligned.next() } else { None };
                write(&mut out, entry, style, row);
            }
            at += table.len();
        } else {
            write(&mut out, entry, style, None);
            at += 1;
        }
    }
    out.iter().fold(String::new(), |text, line| text + line + "\n")
}

/// A row, or a comment between rows.
fn in_table(entry: &Entry<'_>) -> bool {
    match &entry.what {
        Stands::Below(piece) => matches!(piece.what, What::Row(_) | What::Rule),
        Stands::Remark(_, place) => *place != Place::Margin,
        Stands::First(..) => false,
    }
}

fn entries<'a>(source: &str, chapters: &'a [Chapter], comments: &[Span]) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for chapter in chapters {
        for (index, piece) in chapter.pieces.iter().enumerate() {
            let what = if index == 0 { Stands::First(piece, chapter.apart) } else { Stands::Below(piece) };
            entries.push(Entry { span: piece.span, what, blank: false });
        }
    }
    let mut statements = entries.iter().map(|entry| entry.span).peekable();
    let mut between = Vec::new();
    for span in comments {
        while statements.next_if(|statement| statement.end <= span.start).is_some() {}
        if statements.peek().is_none_or(|statement| span.start < statement.start) {
            between.push(Entry { span: *span, what: Stands::Remark(comment(source, *span), Place::Behind), blank: false });
        }
    }
    entries.extend(between);
    entries.sort_by_key(|entry| entry.span);
    entries
}

/// A comment before a line of an item belongs to the item; one before the next item does if it is indented.
fn place_comments(source: &str, entries: &mut [Entry<'_>]) {
    let first = entries.iter().position(|entry| !matches!(entry.what, Stands::Remark(..))).unwrap_or(entries.len());
    let mut below = false;
    for at in (0..entries.len()).rev() {
        let Some(entry) = entries.get_mut(at) else { continue };
        match &mut entry.what {
            Stands::First(..) => below = false,
            Stands::Below(_) => below = true,
            Stands::Remark(comment, place) if comment.own_line => {
                let indented = source.get(..entry.span.start).is_some_and(|before| before.ends_with([' ', '\t', '\u{3000}']));
                below = at > first && (below || indented);
                *place = if below { Place::Indented } else { Place::Margin };
            }
            Stands::Remark(..) => {}
        }
    }
}

/// One blank line where there are some; none below an item's first line; one behind items that stand apart.
fn blank_lines(source: &str, entries: &mut [Entry<'_>]) {
    let lines_between = |from: usize, to: usize| source.get(from..to).map_or(0, |between| between.matches('\n').count());
    for at in 1..entries.len() {
        let (Some(before), Some(here)) = (entries.get(at - 1), entries.get(at)) else { continue };
        let below_first = matches!(before.what, Stands::First(..)) && matches!(here.what, Stands::Below(_) | Stands::Remark(_, Place::Indented));
        let blank = lines_between(before.span.end, here.span.start) > 1 && !below_first;
        if let Some(here) = entries.get_mut(at) {
            here.blank = blank;
        }
    }
    let mut apart_before = None;
    for at in 0..entries.len() {
        let Some(Entry { what: Stands::First(_, apart), .. }) = entries.get(at) else { continue };
        let needed = apart_before == Some(true);
        apart_before = Some(*apart);
        let leads = |entry: &&Entry<'_>| matches!(entry.what, Stands::Remark(_, Place::Margin));
        let leading = entries.get(..at).unwrap_or_default().iter().rev().take_while(leads).count();
        let group = entries.get_mut(at - leading..=at).unwrap_or_default();
        if needed && !group.iter().any(|entry| entry.blank)
            && let Some(first) = group.first_mut()
        {
            first.blank = true;
        }
    }
}

fn write(out: &mut Vec<String>, entry: &Entry<'_>, style: Style, row: Option<String>) {
    let indented = " ".repeat(INDENT);
    if entry.blank && !out.is_empty() {
        out.push(String::new());
    }
    match &entry.what {
        Stands::First(Piece { what: What::First { tokens, single }, .. }, _) => out.extend(lines(tokens, style, 0, *single)),
        Stands::Below(Piece { what: What::Line(tokens), .. }) => out.extend(lines(tokens, style, INDENT, true)),
        Stands::Below(_) | Stands::First(..) => out.extend(row.map(|row| format!("{indented}{row}"))),
        Stands::Remark(comment, place) => add_comment(out, comment, if *place == Place::Indented { &indented } else { "" }),
    }
}
