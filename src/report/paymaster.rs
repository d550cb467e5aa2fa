//! `--statements FILE.csv`: for each person, month and unit what is posted by kind, exactly. The workbook shows the same rows.

use super::Report;
use super::csv::plainly;
use super::words::{posting_code, subject, unit_code};
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::reference::verdict::Statement;
use std::io::{self, Write};

/// The kinds in the order of the columns.
pub(crate) const KINDS: [Posting; 5] = [Posting::Pay, Posting::Fine, Posting::Deduct, Posting::Score, Posting::Count];

/// What is posted to one person in one month in one unit.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// Whose statement it is of.
    pub(crate) statement: &'a Statement,
    /// In what.
    pub(crate) unit: &'a Unit,
    /// For each of [`KINDS`] the sum; `None` where nothing is posted, `Some(None)` where something is open.
    pub(crate) sums: [Option<Option<Number>>; KINDS.len()],
    /// All together: fines and deductions are taken away. None where something is open.
    pub(crate) total: Option<Number>,
    /// How many postings are open.
    pub(crate) open: usize,
}

/// All rows, by person, month and unit.
#[cfg(feature = "xlsx")]
pub(crate) fn rows<'a>(report: &Report<'a>) -> impl Iterator<Item = Row<'a>> + use<'a> {
    report.audit.statements.iter().flat_map(rows_of)
}

fn rows_of(statement: &Statement) -> impl Iterator<Item = Row<'_>> {
    statement.totals.iter().map(move |(unit, total)| row(statement, unit, *total))
}

fn row<'a>(statement: &'a Statement, unit: &'a Unit, total: Option<Number>) -> Row<'a> {
    let lines = || statement.lines.iter().filter(|line| line.unit == *unit);
    let sum = |kind: Posting| {
        let mut of_kind = lines().filter(|line| line.posting == kind).map(|line| line.amount).peekable();
        of_kind.peek()?;
        Some(of_kind.try_fold(Number::whole(0), |sum, amount| sum.plus(amount?)))
    };
    Row { statement, unit, sums: KINDS.map(sum), total, open: lines().filter(|line| line.amount.is_none()).count() }
}

/// Writes the header and the rows.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(out)?;
    report.audit.statements.iter().try_for_each(|statement| table.add(statement))?;
    table.end()
}

/// The table, statement by statement.
pub(crate) struct Table<W: Write>(csv::Writer<W>);

impl<W: Write> Table<W> {
    /// Writes the header.
    pub(crate) fn new(out: W) -> io::Result<Self> {
        let mut table = csv::Writer::from_writer(out);
        let head = ["subject", "month", "unit"].into_iter().chain(KINDS.map(posting_code)).chain(["total", "open"]);
        table.write_record(head).map_err(plainly)?;
        Ok(Self(table))
    }

    /// Writes the rows of the next statement. Of its lines nothing counts but what is posted, how much and in what.
    pub(crate) fn add(&mut self, statement: &Statement) -> io::Result<()> {
        for row in rows_of(statement) {
            let known = |amount: Option<Number>| amount.map_or_else(|| "?".to_owned(), |amount| amount.to_string());
            let mut cells = vec![plain(&subject(&row.statement.subject)), row.statement.month.clone(), unit_code(row.unit).unwrap_or_default().to_owned()];
            cells.extend(row.sums.iter().map(|sum| sum.map(known).unwrap_or_default()));
            cells.extend([known(row.total), row.open.to_string()]);
            self.0.write_record(cells).map_err(plainly)?;
        }
        Ok(())
    }

    /// Those were all.
    pub(crate) fn end(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
