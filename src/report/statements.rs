//! Statements for people: for each subject and month the lines and the totals.

use super::table::{Cell, Style, table};
use super::words::{cites, posting_code, subject};
use crate::explain::words::Words;
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::reference::verdict::{Statement, StatementLine};

/// One statement: its heading, its lines, its totals.
pub(crate) fn statement(words: &Words<'_>, statement: &Statement, colour: bool) -> String {
    let heading = format!("{} · {}", subject(&statement.subject), statement.month);
    let mut rows: Vec<Vec<Cell>> = statement.lines.iter().map(|line| row(words, line)).collect();
    for (unit, total) in &statement.totals {
        let style = if total.is_some() { Style::Bold } else { Style::Open };
        rows.push(vec![Cell::left(words.pick("total", "合计")).style(Style::Bold), Cell::left(""), Cell::left(""), number(words, *total, unit).style(style)]);
    }
    format!("  {}\n{}", Style::Bold.paint(&heading, colour), table(&rows, 4, colour))
}

fn row(words: &Words<'_>, line: &StatementLine) -> Vec<Cell> {
    let signed = line.amount.map(|amount| signed(line.posting, amount));
    vec![
        Cell::left(norm_name(words, &line.rule)),
        Cell::left(cites(&line.source)).style(Style::Faint),
        Cell::left(words.slot(posting_code(line.posting))),
        number(words, signed, &line.unit),
    ]
}

/// Fines and deductions are taken away in the totals, and shown so in the lines.
fn signed(posting: Posting, amount: Number) -> Number {
    match posting {
        Posting::Fine | Posting::Deduct => Number::whole(0).minus(amount).unwrap_or(amount),
        Posting::Pay | Posting::Score | Posting::Count => amount,
    }
}

fn number(words: &Words<'_>, value: Option<Number>, unit: &Unit) -> Cell {
    match value {
        Some(value) => Cell::right(words.quantity(value, unit)),
        None => Cell::right(words.pick("open", "未定")).style(Style::Open),
    }
}

/// The norm's name, and its label where that helps in this tongue.
pub(crate) fn norm_name(words: &Words<'_>, rule: &str) -> String {
    let label = words.model.norm(rule).and_then(|norm| norm.label.as_deref());
    match label.filter(|label| words.zh() || label.is_ascii()) {
        Some(label) => format!("{rule} {label}"),
        None => rule.to_owned(),
    }
}
