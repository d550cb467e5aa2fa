//! Permissions, and tables of powers.

use super::expressions::expr;
use super::items::cites;
use super::{Cx, File, Kids, Pair, Rule, kids, norms, only, tables};
use crate::diagnostics::{Say, Span};
use crate::syntax::layout::Statement;
use crate::syntax::trouble::{self, Trouble};
use crate::syntax::tree::{Head, May, Name, Node, Power, Powers};

/// `may supervisor, handler when E [c]`.
pub(super) fn may(cx: Cx<'_>, pair: Pair<'_>) -> May {
    let mut parts = kids(pair);
    let who = names(cx, &mut parts);
    let when = parts.opt(Rule::when_part).map(|when| expr(cx, only(when)));
    May { who, when, cites: cites(cx, parts.opt(Rule::cites)) }
}

/// Names, or `anyone`: none.
fn names(cx: Cx<'_>, parts: &mut Kids<'_>) -> Vec<Name> {
    parts.opt(Rule::anyone);
    parts.all(Rule::norm_name).into_iter().map(|name| cx.name(name)).collect()
}

/// What a column of a table of powers is about.
#[derive(Clone, Copy, PartialEq)]
enum Column {
    Act,
    Who,
    When,
    Source,
}

/// Lines for every act, and the rows.
pub(super) fn powers(file: &File<'_>, head: Head, body: &[Statement]) -> Powers {
    let (tables, lines): (Vec<&Statement>, Vec<&Statement>) = body.iter().partition(|statement| matches!(statement, Statement::Table(_)));
    let lines: Vec<Statement> = lines.into_iter().map(|line| Statement::Line(line.span())).collect();
    let mut powers = Powers { lines: norms::lines(file, &lines).lines, rows: Vec::new(), head };
    for table in tables {
        if let Statement::Table(rows) = table {
            powers.rows.extend(table_of(file, rows));
        }
    }
    powers
}

/// A table that does not say who, or what.
fn no_rows(span: Span) -> Trouble {
    Trouble::new("form-incomplete", span, Say::new("nothing says who may do what", "未写明谁可以做什么"))
        .help("add a table with the columns `act | who | when | source`", "请加上含 `行为 | 谁 | 当 | 依据` 各栏的表")
}

fn no_act(span: Span) -> Trouble {
    Trouble::new("form-incomplete", span, Say::new("the row names no act", "该行未写明行为"))
        .help("write the event in the column `act`", "请在 `行为` 一栏写明事件")
}

fn table_of(file: &File<'_>, rows: &[Span]) -> Vec<Node<Power>> {
    let mut rows = rows.iter().copied();
    let Some(header) = rows.next() else { return Vec::new() };
    let cells = tables::cells(file.plain, header);
    let columns: Vec<Column> = cells.iter().filter_map(|span| column(file, *span)).collect();
    if columns.len() != cells.len() {
        return Vec::new();
    }
    if !columns.contains(&Column::Act) || !columns.contains(&Column::Who) {
        file.troubles.borrow_mut().push(no_rows(header));
        return Vec::new();
    }
    let mut powers = Vec::new();
    for span in rows.filter(|span| !tables::is_rule(file.plain, *span)) {
        let cells = tables::cells(file.plain, span);
        if cells.len() != columns.len() {
            file.troubles.borrow_mut().push(trouble::row_length(span, cells.len(), columns.len()));
            continue;
        }
        let row = row(file, &columns, &cells);
        if row.acts.is_empty() {
            file.troubles.borrow_mut().push(no_act(span));
        }
        powers.push(Node::new(row, span));
    }
    powers
}

fn column(file: &File<'_>, span: Span) -> Option<Column> {
    Cx::read(file, Rule::power_column, span, |_, pair| match only(pair).as_rule() {
        Rule::col_act => Column::Act,
        Rule::col_who => Column::Who,
        Rule::col_when => Column::When,
        _ => Column::Source,
    })
}

fn row(file: &File<'_>, columns: &[Column], cells: &[Span]) -> Power {
    let mut power = Power { acts: Vec::new(), may: May { who: Vec::new(), when: None, cites: Vec::new() } };
    for (column, span) in columns.iter().zip(cells) {
        match column {
            Column::Act => power.acts = listed(file, *span),
            Column::Who => power.may.who = listed(file, *span),
            Column::When => power.may.when = Cx::read(file, Rule::when_cell, *span, |cx, pair| kids(pair).find(|part| part.as_rule() == Rule::expr).map(|part| expr(cx, part))).flatten(),
            Column::Source => power.may.cites = tables::sources(file, *span),
        }
    }
    power
}

fn listed(file: &File<'_>, span: Span) -> Vec<Name> {
    Cx::read(file, Rule::names_cell, span, |cx, pair| kids(pair).filter(|part| part.as_rule() == Rule::norm_name).map(|name| cx.name(name)).collect()).unwrap_or_default()
}
