//! Statements for people: for each subject and month the lines and the totals.

use super::table::{Cell, Style, fit, table};
use super::words::{cites, posting_code, subject};
use crate::explain::words::Words;
use crate::model::expr::Expr;
use crate::model::norm::{Norm, Posting};
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::reference::verdict::{Item, Statement, StatementLine};

/// Columns for what a clause says.
const CLAUSE: usize = 60;

/// One statement: its heading, its lines, its totals.
pub(crate) fn statement(words: &Words<'_>, statement: &Statement, colour: bool) -> String {
    let heading = format!("{} · {}", subject(&statement.subject), statement.month);
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (line, times) in together(&statement.lines) {
        rows.push(row(words, line, times));
        if times == 1 {
            rows.extend(line.items.iter().map(|part| item(words, line, part)));
        }
    }
    for (unit, total) in &statement.totals {
        let style = if total.is_some() { Style::Bold } else { Style::Open };
        rows.push(vec![Cell::left(words.pick("total", "合计")).style(Style::Bold), Cell::left(""), Cell::left(""), number(words, *total, unit).style(style)]);
    }
    format!("  {}\n{}", Style::Bold.paint(&heading, colour), table(&rows, 4, colour))
}

/// Lines that say the same, each once with how many there are, in the order of the first of them.
fn together(lines: &[StatementLine]) -> Vec<(&StatementLine, i64)> {
    let mut all: Vec<(&StatementLine, i64)> = Vec::new();
    for line in lines {
        let equal = |other: &StatementLine| {
            (&line.rule, &line.source, line.posting, line.amount, &line.unit, &line.items)
                == (&other.rule, &other.source, other.posting, other.amount, &other.unit, &other.items)
        };
        match all.iter_mut().find(|(known, times)| equal(known) && product(line, times + 1).is_some()) {
            Some((_, times)) => *times += 1,
            None => all.push((line, 1)),
        }
    }
    all
}

/// The amount so many times, exactly: an open one stays open. None on overflow.
fn product(line: &StatementLine, times: i64) -> Option<Option<Number>> {
    match line.amount {
        Some(amount) => signed(line.posting, amount).times(Number::whole(times)).map(Some),
        None => Some(None),
    }
}

fn row(words: &Words<'_>, line: &StatementLine, times: i64) -> Vec<Cell> {
    let mut row = vec![
        Cell::left(norm_name(words, &line.rule)),
        Cell::left(cites(&line.source)).style(Style::Faint),
        Cell::left(words.slot(posting_code(line.posting))),
        number(words, product(line, times).flatten(), &line.unit),
    ];
    match line.amount {
        Some(amount) if times > 1 => {
            let each = words.quantity(signed(line.posting, amount), &line.unit);
            row.push(Cell::left(format!("= {each} × {times}")).style(Style::Faint));
        }
        None if times > 1 => row.push(Cell::left(format!("× {times}")).style(Style::Faint)),
        _ => {}
    }
    row
}

/// A part of a sum, below its line.
fn item(words: &Words<'_>, line: &StatementLine, item: &Item) -> Vec<Cell> {
    let name = Cell::left(format!("  {}", words.clause(&item.name))).style(Style::Faint);
    let amount = number(words, Some(signed(line.posting, item.amount)), &line.unit).style(Style::Faint);
    let said = Cell::left(clause(words, line, &item.name).unwrap_or_default()).style(Style::Faint);
    vec![name, Cell::left(cites(&item.cites)).style(Style::Faint), Cell::left(""), Cell::right(""), amount, said]
}

/// What the clause of that name says, unless it is a plain amount.
fn clause(words: &Words<'_>, line: &StatementLine, name: &str) -> Option<String> {
    let norm = words.model.norm(&line.rule)?;
    let slots = norm.decisions.iter().filter(|decision| decision.posting == Some(line.posting));
    let clause = slots.flat_map(|decision| &decision.clauses).find(|clause| clause.name == name)?;
    let value = written_out(norm, &clause.value)?;
    let said = words.about(&line.rule).phrase(value, &[]);
    (!matches!(value, Expr::Value(_))).then(|| fit(&said, CLAUSE))
}

/// What stands in the clause: of a line with a bound of its own, what is bounded; none for an item made up of several things.
fn written_out<'n>(norm: &'n Norm, value: &'n Expr) -> Option<&'n Expr> {
    let slot = match value {
        Expr::Neg(of) => return if let Expr::Decided(own, _) = of.as_ref() && *own == norm.name { written_out(norm, of) } else { Some(value) },
        Expr::Decided(own, slot) if *own == norm.name => slot,
        value => return Some(value),
    };
    let decision = norm.decisions.iter().find(|decision| decision.slot == *slot)?;
    if let [clause] = decision.clauses.as_slice() { Some(&clause.value) } else { None }
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
fn norm_name(words: &Words<'_>, rule: &str) -> String {
    norm_label(words, rule).map_or_else(|| rule.to_owned(), |label| format!("{rule} {label}"))
}

/// The norm's label where it helps in this tongue.
pub(crate) fn norm_label<'w>(words: &'w Words<'_>, rule: &str) -> Option<&'w str> {
    let label = words.model.norm(rule).and_then(|norm| norm.label.as_deref());
    label.filter(|label| words.zh() || label.is_ascii())
}

/// What follows an amount of this unit: ` days`, ` 元`, `%`.
pub(crate) fn unit_word(words: &Words<'_>, unit: &Unit) -> String {
    words.quantity(Number::whole(2), unit).trim_start_matches('2').to_owned()
}
