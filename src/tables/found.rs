//! The tables of a policy text.

use super::{Row, Said, Sort, Table};
use crate::diagnostics::{Diagnostic, Severity, Source, Span, Tongue};
use crate::format;
use crate::syntax::token::{Cell, Chapter, Piece, What};
use crate::syntax::tree::{Column, Item, Line, TableBody};
use crate::syntax::{parse, pieces};
use std::sync::Arc;

/// A table, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// What it says.
    pub(crate) table: Table,
    /// From the margin of its header to the end of its last line, without the line break.
    pub(crate) span: Span,
    /// The tongue of the text.
    pub(crate) tongue: Tongue,
}

/// The tables of a text in order. The regulation is that of the header, or else the one given.
///
/// # Errors
/// When the text cannot be read.
pub(crate) fn found(source: &Arc<Source>, regulation: Option<&str>) -> Result<Vec<Found>, Vec<Diagnostic>> {
    let parsed = parse(source);
    if parsed.diagnostics.iter().any(|one| one.severity == Severity::Error) {
        return Err(parsed.diagnostics);
    }
    let text = &source.text;
    let Some(chapters) = pieces(text, None) else { return Ok(Vec::new()) };
    let header = parsed.file.items.iter().find_map(|item| if let Item::Regulation(regulation) = &item.value { Some(regulation.head.name.value.as_str()) } else { None });
    let regulation = header.or(regulation);
    let words = format::Words::of(&chapters, parsed.tongue);
    let mut all = Vec::new();
    for (chapter, item) in chapters.iter().zip(&parsed.file.items) {
        let Some(head) = item.value.heads().first().map(|head| head.name.value.clone()) else { continue };
        let bodies = bodies(&item.value);
        let lines = said(chapter, &item.value, &words);
        for (at, rows) in blocks(chapter).into_iter().enumerate() {
            let full = regulation.map_or_else(|| head.clone(), |regulation| format!("{regulation}.{head}"));
            let name = if at == 0 { full } else { format!("{full}#{}", at + 1) };
            let span = whole_lines(text, rows);
            let Some((header, below)) = lines_of(text, span).split_first().map(|(first, rest)| (*first, rest.to_vec())) else { continue };
            let (headings, note) = cells(header);
            let sorts = bodies.get(at).map_or_else(|| power_sorts(rows.first()), |body| sorts(body));
            if headings.len() != sorts.len() {
                continue;
            }
            let rows = below.into_iter().map(row).collect();
            let table = Table { name, lines: lines.clone(), columns: headings.into_iter().zip(sorts).collect(), note, rows };
            all.push(Found { table, span, tongue: parsed.tongue });
        }
    }
    Ok(all)
}

/// The tables of a norm in the tree. Those of powers have no body there.
fn bodies(item: &Item) -> Vec<&TableBody> {
    let Item::Norm(norm) = item else { return Vec::new() };
    norm.lines.iter().filter_map(|line| if let Line::Table(body) = &line.value { Some(body) } else { None }).collect()
}

/// Consecutive rows of an item.
fn blocks(chapter: &Chapter) -> Vec<&[Piece]> {
    let is_row = |piece: &Piece| matches!(piece.what, What::Row(_) | What::Rule);
    chapter.pieces.chunk_by(|a, b| is_row(a) == is_row(b)).filter(|pieces| pieces.first().is_some_and(is_row)).collect()
}

/// The statements of an item, without its rows.
fn said(chapter: &Chapter, item: &Item, words: &format::Words) -> Vec<Said> {
    let Item::Norm(norm) = item else { return chapter.pieces.iter().filter_map(|piece| line(piece, false, words)).collect() };
    let hits: Vec<Span> = norm.lines.iter().filter(|line| matches!(line.value, Line::Hit(_))).map(|line| line.span).collect();
    chapter.pieces.iter().filter_map(|piece| line(piece, hits.contains(&piece.span), words)).collect()
}

fn line(piece: &Piece, hit: bool, words: &format::Words) -> Option<Said> {
    match &piece.what {
        What::First { tokens, .. } | What::Line(tokens) => Some(Said { hit, text: words.line(tokens) }),
        What::Row(_) | What::Rule => None,
    }
}

fn sorts(body: &TableBody) -> Vec<Sort> {
    let sort = |column: &Column| match column {
        Column::Condition(_) => Sort::Input,
        Column::Outcome(_) | Column::Decides(_) | Column::Step(_) | Column::Worked => Sort::Output,
        Column::Source => Sort::Source,
    };
    body.columns.iter().map(|column| sort(&column.value)).collect()
}

/// A table of powers: acts and conditions say when, offices what follows.
fn power_sorts(header: Option<&Piece>) -> Vec<Sort> {
    let Some(Piece { what: What::Row(cells), .. }) = header else { return Vec::new() };
    let sort = |cell: &Cell| match cell {
        Cell::Tokens(tokens) => match tokens.first().map(|token| token.text.as_str()) {
            Some("who" | "谁") => Sort::Output,
            Some("source" | "依据") => Sort::Source,
            _ => Sort::Input,
        },
        Cell::Sources(_) => Sort::Source,
    };
    cells.iter().map(sort).collect()
}

/// From the beginning of the first row's line to the end of the last one's.
fn whole_lines(text: &str, rows: &[Piece]) -> Span {
    let span = rows.iter().map(|piece| piece.span).reduce(Span::to).unwrap_or_default();
    let start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let end = text.get(span.end..).and_then(|after| after.find('\n')).map_or(text.len(), |newline| span.end + newline);
    let line = text.get(start..end).unwrap_or_default();
    Span::new(start, start + line.strip_suffix('\r').unwrap_or(line).len())
}

/// The lines in a span.
pub(crate) fn lines_of(text: &str, span: Span) -> Vec<&str> {
    text.get(span.start..span.end).unwrap_or_default().split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect()
}

fn row(line: &str) -> Row {
    let bare = line.trim();
    if bare.is_empty() {
        return Row::Blank;
    }
    if bare.starts_with(['#', '＃']) {
        return Row::Comment(bare.to_owned());
    }
    let (cells, note) = cells(line);
    let dashes = |cell: &String| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':' | ' '));
    if line.contains("--") && cells.iter().all(dashes) && note.is_empty() { Row::Rule } else { Row::Cells(cells, note) }
}

/// What stands between the bars of a line, and the comment behind them.
pub(crate) fn cells(line: &str) -> (Vec<String>, String) {
    let (spans, note) = split(line);
    let text = |span: Span| line.get(span.start..span.end).unwrap_or_default().to_owned();
    (spans.into_iter().map(text).collect(), text(note))
}

/// The places between the bars of a line, without blanks around them, and that of the comment. Bars in texts are no borders, `#` in texts and citations
/// begins no comment; wide characters count as their plain forms. It is what the reader of the language sees (`syntax::plain`), in the letters of the source.
pub(crate) fn split(line: &str) -> (Vec<Span>, Span) {
    let (mut borders, mut end) = (Vec::new(), line.trim_end().len());
    let (mut close, mut bracket) = (None, false);
    for (at, character) in line.char_indices() {
        match (close, character) {
            (Some(end), _) if character == end => close = None,
            (Some(_), _) => {}
            (None, '"') => close = Some('"'),
            (None, '“') => close = Some('”'),
            (None, '「') => close = Some('」'),
            (None, '[' | '【') => bracket = true,
            (None, ']' | '】') => bracket = false,
            (None, '|' | '｜') => borders.push((at, at + character.len_utf8())),
            (None, '#' | '＃') if !bracket => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let note = Span::new(end, line.trim_end().len().max(end));
    let row = line.get(..end).unwrap_or_default().trim_end().len();
    // The last bar may be left out.
    if borders.last().is_some_and(|(_, after)| *after < row) {
        borders.push((row, row));
    }
    let between = borders.iter().zip(borders.iter().skip(1)).map(|((_, from), (to, _))| {
        let text = line.get(*from..*to).unwrap_or_default();
        let start = from + (text.len() - text.trim_start().len());
        Span::new(start, start + text.trim().len())
    });
    (between.collect(), note)
}
