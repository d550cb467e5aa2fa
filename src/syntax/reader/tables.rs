//! Tables: lines between bars.

use super::effects::posting;
use super::expressions::{after, compare_op, expr, quantity_expr, value};
use super::{Cx, File, Pair, Rule, approvals, has, kids, only};
use crate::diagnostics::Span;
use crate::syntax::trouble;
use crate::syntax::tree::{Cell, Column, CompareOp, Expr, Node, TableBody};

/// A table from its lines; none if a header cell is broken.
pub(super) fn table(file: &File<'_>, rows: &[Span]) -> Option<TableBody> {
    read(file, rows, column)
}

/// The table of an approval.
pub(super) fn approval(file: &File<'_>, rows: &[Span]) -> Option<TableBody> {
    read(file, rows, approvals::column)
}

/// The table of a score.
pub(super) fn score(file: &File<'_>, rows: &[Span]) -> Option<TableBody> {
    read(file, rows, score_column)
}

fn read(file: &File<'_>, rows: &[Span], column: fn(&File<'_>, Span) -> Option<Node<Column>>) -> Option<TableBody> {
    let mut rows = rows.iter().copied();
    let header = rows.next()?;
    let cells = cells(file.plain, header);
    let columns: Vec<Node<Column>> = cells.iter().filter_map(|span| column(file, *span)).collect();
    if columns.len() != cells.len() {
        return None;
    }
    let mut body = TableBody { columns, rows: Vec::new() };
    for span in rows {
        let cells = self::cells(file.plain, span);
        if is_rule(file.plain, span) {
            continue;
        }
        if cells.len() != body.columns.len() {
            file.troubles.borrow_mut().push(trouble::row_length(span, cells.len(), body.columns.len()));
            continue;
        }
        let row = body.columns.iter().zip(cells).filter_map(|(column, span)| cell(file, &column.value, span)).collect();
        body.rows.push(Node::new(row, span));
    }
    Some(body)
}

/// A line such as `|---|---|` only separates.
pub(super) fn is_rule(plain: &str, span: Span) -> bool {
    plain.get(span.start..span.end).is_some_and(|row| row.contains("--") && row.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ')))
}

/// The places between the bars of a row, without blanks around them. Bars inside texts and citations are not borders.
pub(super) fn cells(plain: &str, span: Span) -> Vec<Span> {
    let row = plain.get(span.start..span.end).unwrap_or_default().trim_end();
    let mut close = None;
    let mut borders = Vec::new();
    for (at, character) in row.char_indices() {
        match (close, character) {
            (Some(end), _) if character == end => close = None,
            (Some(_), _) => {}
            (None, '"') => close = Some('"'),
            (None, '“') => close = Some('”'),
            (None, '「') => close = Some('」'),
            (None, '|') => borders.push(at),
            (None, _) => {}
        }
    }
    if !row.ends_with('|') {
        borders.push(row.len());
    }
    let between = borders.iter().zip(borders.iter().skip(1));
    between
        .map(|(left, right)| {
            let text = &row[left + 1..*right];
            let start = span.start + left + 1 + (text.len() - text.trim_start().len());
            Span::new(start, start + text.trim().len())
        })
        .collect()
}

fn column(file: &File<'_>, span: Span) -> Option<Node<Column>> {
    Cx::read(file, Rule::column_cell, span, |cx, pair| {
        let inner = only(pair);
        let column = match inner.as_rule() {
            Rule::col_outcome => Column::Outcome(posting(only(only(inner)).as_rule())),
            Rule::col_source => Column::Source,
            Rule::col_decides => Column::Decides(cx.name(only(inner))),
            _ => Column::Condition(expr(cx, inner)),
        };
        Node::new(column, span)
    })
}

fn score_column(file: &File<'_>, span: Span) -> Option<Node<Column>> {
    Cx::read(file, Rule::score_column, span, |cx, pair| {
        let inner = only(pair);
        let column = match inner.as_rule() {
            Rule::col_worked => Column::Worked,
            Rule::col_source => Column::Source,
            _ => Column::Condition(expr(cx, inner)),
        };
        Node::new(column, span)
    })
}

fn cell(file: &File<'_>, column: &Column, span: Span) -> Option<Node<Cell>> {
    match column {
        Column::Step(_) => approvals::cell(file, span),
        Column::Source => Some(Node::new(Cell::Source(sources(file, span)), span)),
        Column::Condition(_) => Cx::read(file, Rule::condition_cell, span, |cx, pair| Node::new(condition(cx, only(pair)), span)),
        Column::Worked => Cx::read(file, Rule::worked_cell, span, |cx, pair| {
            let inner = only(pair);
            let cell = match inner.as_rule() {
                Rule::cell_any => Cell::Any,
                Rule::full_points => Cell::FullPoints,
                _ => Cell::Value(expr(cx, inner)),
            };
            Node::new(cell, span)
        }),
        Column::Outcome(_) | Column::Decides(_) => Cx::read(file, Rule::outcome_cell, span, |cx, pair| {
            let inner = only(pair);
            let cell = if inner.as_rule() == Rule::cell_any { Cell::Any } else { Cell::Value(expr(cx, inner)) };
            Node::new(cell, span)
        }),
    }
}

fn condition(cx: Cx<'_>, pair: Pair<'_>) -> Cell {
    let range = has(&pair, Rule::cell_to);
    let rule = pair.as_rule();
    let mut parts = kids(pair);
    match rule {
        Rule::cell_any => Cell::Any,
        Rule::cell_bounds => {
            let (first, second) = (bound(cx, parts.one()), parts.next().map(|pair| bound(cx, pair)));
            match second {
                Some(second) => Cell::Both(first, second),
                None => Cell::Compare(first.0, first.1),
            }
        }
        _ => {
            let values = parts.filter(|part| part.as_rule() == Rule::value).map(|part| value(cx, part)).collect::<Vec<_>>();
            match (rule, <[_; 2]>::try_from(values)) {
                (Rule::cell_not, values) => Cell::NotOneOf(values.map_or_else(|values| values, Vec::from)),
                (_, Ok([low, high])) if range => Cell::Range(low, high),
                (_, values) => Cell::OneOf(values.map_or_else(|values| values, Vec::from)),
            }
        }
    }
}

/// `>= 5`, `5 以上`.
fn bound(cx: Cx<'_>, pair: Pair<'_>) -> (CompareOp, Node<Expr>) {
    let mut parts = kids(pair);
    let (first, second) = (parts.one(), parts.one());
    match first.as_rule() {
        Rule::quantity => (after(second), quantity_expr(cx, first)),
        _ => (compare_op(&first), value(cx, second)),
    }
}

/// What stands around and between citations.
const BETWEEN: [char; 9] = [',', ';', '、', '，', '；', '[', ']', '【', '】'];

/// Citations, in brackets or bare.
pub(super) fn sources(file: &File<'_>, span: Span) -> Vec<Node<String>> {
    citations(file.source, span).into_iter().map(|(cite, span)| Node::new(file.cited(cite), span)).collect()
}

/// The citations of a cell, and where each stands.
pub(super) fn citations(source: &str, span: Span) -> Vec<(&str, Span)> {
    let text = source.get(span.start..span.end).unwrap_or_default();
    let mut out = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive(BETWEEN) {
        let word = part.trim_end_matches(BETWEEN);
        let from = span.start + start + (word.len() - word.trim_start().len());
        start += part.len();
        let word = word.trim();
        if !word.is_empty() && word != "-" {
            out.push((word, Span::new(from, from + word.len())));
        }
    }
    out
}
