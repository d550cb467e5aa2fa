//! A sheet's table in place of the policy's.

use super::found::{Found, cells, found, lines_of, split};
use super::grid::{Grid, Read, address};
use super::{Row, Table};
use crate::diagnostics::{Diagnostic, Say, Severity, Source, Span, Tongue};
use crate::format::Words;
use crate::syntax::token::{Piece, What};
use crate::syntax::{parse, pieces};
use std::sync::Arc;

/// The new text.
#[derive(Debug, Clone)]
pub(crate) struct Woven {
    /// The whole of it.
    pub(crate) text: String,
    /// The lines of the table, before and after.
    pub(crate) before: Vec<String>,
    pub(crate) after: Vec<String>,
    /// Where what the sheet says stands in the text, and its address in the sheet.
    pub(crate) places: Vec<(Span, String)>,
}

/// Puts the rows of the sheet in place of the table's.
///
/// # Errors
/// When a cell cannot be used; the addresses are told.
pub(crate) fn woven(source: &Arc<Source>, target: &Found, read: &Read, sheet: &Grid) -> Result<Woven, Vec<Diagnostic>> {
    let changed_around = around(target, read, sheet);
    if !changed_around.is_empty() {
        return Err(changed_around);
    }
    let before: Vec<String> = lines_of(&source.text, target.span).into_iter().map(str::to_owned).collect();
    if says_the_same(&target.table, &read.table) {
        let other_sorts = sorts(&target.table, read, sheet);
        if !other_sorts.is_empty() {
            return Err(other_sorts);
        }
        return Ok(Woven { text: source.text.clone(), after: before.clone(), before, places: places(&source.text, target.span, read) });
    }
    let margin: String = before.first().map(|line| line.chars().take_while(|c| matches!(c, ' ' | '\t' | '\u{3000}')).collect()).unwrap_or_default();
    let bars = |cells: &[String], note: &str| with_note(cells.iter().fold(format!("{margin}|"), |line, cell| format!("{line} {cell} |")), note);
    let headings: Vec<String> = read.table.columns.iter().map(|(heading, _)| heading.clone()).collect();
    let mut raw = vec![bars(&headings, &read.table.note)];
    raw.extend(read.table.rows.iter().map(|row| match row {
        Row::Cells(cells, note) => bars(cells, note),
        Row::Comment(comment) => format!("{margin}{comment}"),
        Row::Rule => format!("{margin}|--|"),
        Row::Blank => String::new(),
    }));
    let torn = torn(&raw, &headings, read, sheet);
    if !torn.is_empty() {
        return Err(torn);
    }
    let unaligned = replaced(source, target.span, &raw);
    let span = |lines: &[String]| Span::new(target.span.start, target.span.start + joined(source, target.span, lines).len());
    let parsed = parse(&unaligned);
    if parsed.diagnostics.iter().any(|one| one.severity == Severity::Error) {
        return Err(addressed(parsed.diagnostics, &unaligned.name, &places(&unaligned.text, span(&raw), read), sheet));
    }
    let new = found(&unaligned, None).ok().and_then(|all| all.into_iter().find(|one| one.span.start == target.span.start));
    let other_sorts = new.map(|new| sorts(&new.table, read, sheet)).unwrap_or_default();
    if !other_sorts.is_empty() {
        return Err(other_sorts);
    }
    let lines = aligned(&unaligned, span(&raw), target.tongue, &margin, read).unwrap_or_else(|| raw.clone());
    let woven = replaced(source, target.span, &lines);
    // What is aligned must say the same.
    let (after, text) = if parse(&woven).file == parsed.file { (lines, woven.text.clone()) } else { (raw, unaligned.text.clone()) };
    Ok(Woven { places: places(&text, span(&after), read), text, before, after })
}

/// Rows and headings are the same.
fn says_the_same(table: &Table, other: &Table) -> bool {
    let headings = |table: &Table| table.columns.iter().map(|(heading, _)| heading.clone()).collect::<Vec<_>>();
    headings(table) == headings(other) && table.note == other.note && table.rows == other.rows
}

/// What stands around the table is not changed by a sheet.
fn around(target: &Found, read: &Read, sheet: &Grid) -> Vec<Diagnostic> {
    let there = |line: &super::Said| target.table.lines.iter().any(|known| known.text == line.text);
    let lines = read.table.lines.iter().zip(&read.line_at);
    lines
        .filter(|(line, _)| !there(line))
        .map(|(line, at)| {
            let text = &line.text;
            let message = if line.hit {
                Say::new(format!("the hit policy `{text}` is not that of the policy's table"), format!("取法 `{text}` 与规章中的表不同"))
            } else {
                Say::new(format!("the line `{text}` does not stand in the policy"), format!("规章中没有 `{text}` 一行"))
            };
            let help = Say::new("a sheet changes rows and headings only: change this in the policy, or export the table once more", "工作表只改行和栏目：请在规章中修改，或重新导出");
            sheet.wrong((*at, 1), &message, help)
        })
        .collect()
}

/// Cells that would fall apart in a line of the policy.
fn torn(raw: &[String], headings: &[String], read: &Read, sheet: &Grid) -> Vec<Diagnostic> {
    let rows = read.table.rows.iter().zip(&read.row_at).map(|(row, at)| (Some(row), *at));
    let mut wrong = Vec::new();
    for (line, (row, at)) in raw.iter().zip([(None, read.heading_at)].into_iter().chain(rows)) {
        let wanted = match row {
            None => (headings, &read.table.note),
            Some(Row::Cells(cells, note)) => (cells.as_slice(), note),
            Some(_) => continue,
        };
        let (found, note) = cells(line);
        if found == wanted.0 && note == *wanted.1 {
            continue;
        }
        let column = found.iter().zip(wanted.0).position(|(found, wanted)| found != wanted).unwrap_or_else(|| found.len().min(wanted.0.len()).saturating_sub(1));
        let place = (at, read.column_at.get(column).copied().unwrap_or_default());
        let message = Say::new("this cannot stand in a cell of a table", "这样写不能放进表的单元格");
        wrong.push(sheet.wrong(place, &message, Say::new("`|`, `#` and quotes that are not closed end a cell; notes stand in the column `note`", "`|`、`#` 和未结束的引号会截断单元格；附注写在 `备注` 一栏")));
    }
    wrong
}

/// What the sheet says of a column is what its heading is.
fn sorts(table: &Table, read: &Read, sheet: &Grid) -> Vec<Diagnostic> {
    let columns = table.columns.iter().zip(&read.sorts).zip(&read.column_at);
    columns
        .filter(|(((_, is), said), _)| said.is_some_and(|said| said != *is))
        .map(|(((heading, _), _), at)| {
            let message = Say::new(format!("the sheet says another sort of column than the heading `{heading}` has"), format!("所写栏类与栏目 `{heading}` 不符"));
            sheet.wrong((read.sort_at, *at), &message, Say::new("correct the sort, or leave it empty", "请改正栏类，或留空"))
        })
        .collect()
}

fn with_note(line: String, note: &str) -> String {
    if note.is_empty() { line } else { format!("{line}  {note}") }
}

/// The lines, ended as those of the source are.
fn joined(source: &Source, span: Span, lines: &[String]) -> String {
    let rest = source.text.get(span.start..).unwrap_or_default();
    let newline = if rest.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r')) { "\r\n" } else { "\n" };
    lines.join(newline)
}

fn replaced(source: &Source, span: Span, lines: &[String]) -> Arc<Source> {
    let mut text = source.text.clone();
    text.replace_range(span.start..span.end, &joined(source, span, lines));
    Arc::new(Source { name: source.name.clone(), text })
}

/// The lines as the formatter sets them.
fn aligned(new: &Source, span: Span, tongue: Tongue, margin: &str, read: &Read) -> Option<Vec<String>> {
    let chapters = pieces(&new.text, None)?;
    let words = Words::of(&chapters, tongue);
    let is_row = |piece: &&Piece| matches!(piece.what, What::Row(_) | What::Rule) && span.start <= piece.span.start && piece.span.end <= span.end;
    let rows: Vec<&Piece> = chapters.iter().flat_map(|chapter| &chapter.pieces).filter(is_row).collect();
    let mut rows = words.rows(&rows).into_iter().map(|row| format!("{margin}{row}"));
    let mut lines = vec![with_note(rows.next()?, &read.table.note)];
    for row in &read.table.rows {
        lines.push(match row {
            Row::Cells(_, note) => with_note(rows.next()?, note),
            Row::Comment(comment) => format!("{margin}{comment}"),
            Row::Rule => rows.next()?,
            Row::Blank => String::new(),
        });
    }
    Some(lines)
}

/// Where the cells of the lines in `span` stand in the text, and where in the sheet.
fn places(text: &str, span: Span, read: &Read) -> Vec<(Span, String)> {
    let mut places = Vec::new();
    let mut start = span.start;
    let at = [read.heading_at].into_iter().chain(read.row_at.iter().copied());
    for (line, row) in text.get(span.start..span.end).unwrap_or_default().split_inclusive('\n').zip(at) {
        let (cells, note) = split(line);
        let columns = cells.into_iter().zip(read.column_at.iter().copied()).chain(read.note_at.map(|column| (note, column)));
        places.extend(columns.map(|(cell, column)| (Span::new(start + cell.start, start + cell.end), address(row, column))));
        // The whole row, where no cell is meant.
        places.push((Span::new(start, start + line.len()), address(row, 0)));
        start += line.len();
    }
    places
}

/// Errors of the new text, with the cells of the sheet that they are about.
pub(crate) fn addressed(mut told: Vec<Diagnostic>, path: &str, places: &[(Span, String)], sheet: &Grid) -> Vec<Diagnostic> {
    for label in told.iter_mut().flat_map(|one| &mut one.labels).filter(|label| label.place.source.name == path) {
        let span = label.place.span;
        if let Some((_, cell)) = places.iter().find(|(place, _)| place.start <= span.start && span.end <= place.end) {
            let (name, said) = (&sheet.name, &label.say);
            label.say = Say::new(format!("cell {cell} of `{name}`: {}", said.en), format!("`{name}` 单元格 {cell}：{}", said.zh));
        }
    }
    told
}
