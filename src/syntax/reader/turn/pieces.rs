//! An item → its lines and rows, each with its words.

use super::super::{items, tables};
use super::{Rule, Turned, statement};
use crate::diagnostics::{Span, Tongue};
use crate::syntax::layout::{Chunk, Statement};
use crate::syntax::reader::{Grammar, only};
use crate::syntax::token::{Cell, Chapter, Piece, Token, What};
use pest::Parser;

/// An item as the formatter sees it; none if it cannot be read.
pub(in crate::syntax) fn chapter(file: &Turned<'_>, chunk: &Chunk) -> Option<Chapter> {
    let plain = &file.plain.text;
    let single = items::is_single(plain, chunk);
    let first = if single { chunk.span() } else { chunk.first };
    let item = Grammar::parse(Rule::item_line, plain.get(first.start..first.end)?).ok()?.next().map(only)?;
    let (declares, form) = (item.as_rule(), item.into_inner().next().map(|form| form.as_rule()));
    let (tokens, kept) = turned(file, Rule::item_line, first)?;
    let mut pieces = vec![Piece { span: first, what: What::First { tokens, single }, kept }];
    for below in if single { &[][..] } else { &chunk.body[..] } {
        match below {
            Statement::Line(span) => {
                let (tokens, kept) = turned(file, line_rule(declares), *span)?;
                pieces.push(Piece { span: *span, what: What::Line(tokens), kept });
            }
            Statement::Table(rows) => pieces.extend(table(file, table_of(declares, form), rows)?),
        }
    }
    let apart = matches!(declares, Rule::regulation | Rule::norm | Rule::exception | Rule::example | Rule::powers);
    Some(Chapter { span: chunk.span(), apart, pieces })
}

/// The words of a statement; as they are where the other tongue cannot say it, which is then told.
fn turned(file: &Turned<'_>, rule: Rule, span: Span) -> Option<(Vec<Token>, bool)> {
    let tokens = statement(file, rule, span)?;
    // `a 与 b 中较晚者` is a whole value and no part of another one.
    let kept = file.to == Some(Tongue::Zh) && tokens.iter().any(|token| matches!(token.text.as_str(), "the later of" | "the earlier of"));
    Some(if kept { (statement(&Turned { to: None, ..*file }, rule, span)?, true) } else { (tokens, false) })
}

/// How lines below an item are read.
fn line_rule(item: Rule) -> Rule {
    match item {
        Rule::regulation => Rule::regulation_line,
        Rule::calendar => Rule::calendar_line,
        Rule::register | Rule::case => Rule::field_line,
        Rule::feed => Rule::feed_line,
        Rule::event => Rule::event_line,
        Rule::reading => Rule::reading_line,
        Rule::example => Rule::example_line,
        _ => Rule::norm_line,
    }
}

/// What kind of table it is, by the rule of its header cells.
fn table_of(item: Rule, form: Option<Rule>) -> Rule {
    match (item, form) {
        (Rule::powers, _) => Rule::power_column,
        (_, Some(Rule::f_approval)) => Rule::approval_column,
        (_, Some(Rule::f_score)) => Rule::score_column,
        _ => Rule::column_cell,
    }
}

/// How the cells of a column are read; citations are not.
#[derive(Clone, Copy)]
enum Below {
    As(Rule),
    Sources,
}

fn table(file: &Turned<'_>, header_rule: Rule, rows: &[Span]) -> Option<Vec<Piece>> {
    let plain = &file.plain.text;
    let mut columns: Option<Vec<Below>> = None;
    let mut pieces = Vec::new();
    for &span in rows {
        let cells = tables::cells(plain, span);
        let what = match &columns {
            None => {
                let mut row = Vec::new();
                let mut below = Vec::new();
                for cell in cells {
                    below.push(below_header(plain, header_rule, cell)?);
                    row.push(Cell::Tokens(statement(file, header_rule, cell)?));
                }
                columns = Some(below);
                What::Row(row)
            }
            Some(_) if tables::is_rule(plain, span) => What::Rule,
            Some(columns) => What::Row(columns.iter().zip(cells).map(|(column, span)| cell(file, *column, span)).collect::<Option<_>>()?),
        };
        pieces.push(Piece { span, what, kept: false });
    }
    Some(pieces)
}

/// What stands below a header cell.
fn below_header(plain: &str, header_rule: Rule, span: Span) -> Option<Below> {
    let heads = Grammar::parse(header_rule, plain.get(span.start..span.end)?).ok()?.next().map(only)?.as_rule();
    Some(match (header_rule, heads) {
        (_, Rule::col_source) => Below::Sources,
        (Rule::power_column, Rule::col_when) => Below::As(Rule::when_cell),
        (Rule::power_column, _) => Below::As(Rule::names_cell),
        (_, Rule::col_step) => Below::As(Rule::step_cell),
        (_, Rule::col_worked) => Below::As(Rule::worked_cell),
        (_, Rule::col_outcome | Rule::col_decides) => Below::As(Rule::outcome_cell),
        _ => Below::As(Rule::condition_cell),
    })
}

fn cell(file: &Turned<'_>, column: Below, span: Span) -> Option<Cell> {
    match column {
        Below::As(rule) => statement(file, rule, span).map(Cell::Tokens),
        Below::Sources => Some(Cell::Sources(tables::citations(file.source, span).into_iter().map(|(cite, _)| cite.to_owned()).collect())),
    }
}

