//! What is posted → statements: line by line outside of memory, put together subject by subject and month by month.

use super::sorter::Sorter;
use crate::model::norm;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::reference::statement_totals;
use crate::reference::verdict::{Statement, StatementLine};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::io;
use std::sync::Arc;

/// What counts of a line when they are added up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting<'p> {
    pub(super) rule: &'p str,
    pub(super) posting: norm::Posting,
    pub(super) amount: Option<Number>,
    pub(super) unit: &'p Unit,
}

/// A line outside of memory.
#[derive(Serialize, Deserialize)]
struct Posted<'p> {
    #[serde(borrow)]
    entity: &'p str,
    #[serde(borrow)]
    id: &'p str,
    /// Its first day, counted from the first of January of the year 1.
    month: i32,
    #[serde(borrow)]
    rule: &'p str,
    posting: norm::Posting,
    /// Numerator and denominator.
    amount: Option<(i128, i128)>,
    unit: Unit,
    /// As it is written.
    #[serde(borrow)]
    line: &'p [u8],
}

impl Posting<'_> {
    /// Writes it with its line: to whom, and in which month.
    pub(super) fn write(self, (entity, id, month): (&str, &str, i32), line: &[u8], into: &mut Vec<u8>) -> io::Result<()> {
        let posted = Posted { entity, id, month, rule: self.rule, posting: self.posting, amount: self.amount.map(Number::parts), unit: self.unit.clone(), line };
        postcard::to_io(&posted, into).map(|_| ()).map_err(io::Error::other)
    }
}

/// A statement whose lines are still coming, and its month.
struct Coming {
    statement: Statement,
    month: i32,
    /// As they are written, with commas between them.
    lines: Vec<u8>,
}

/// Puts what was posted together; each statement comes with its lines as they are written.
pub(super) fn statements(posted: Vec<Sorter>, mut take: impl FnMut(&Statement, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut coming: Option<Coming> = None;
    let mut done = |coming: &mut Option<Coming>| {
        let Some(Coming { mut statement, lines, .. }) = coming.take() else { return Ok(()) };
        statement.totals = statement_totals(&statement.lines);
        take(&statement, &lines)
    };
    Sorter::merge(posted, |_, text| {
        let posted: Posted<'_> = postcard::from_bytes(text).map_err(io::Error::other)?;
        let is_next = |coming: &Coming| coming.month == posted.month && (&*coming.statement.subject.0, &*coming.statement.subject.1) == (posted.entity, posted.id);
        if !coming.as_ref().is_some_and(is_next) {
            done(&mut coming)?;
            let month = NaiveDate::from_num_days_from_ce_opt(posted.month).unwrap_or_default().format("%Y-%m").to_string();
            let statement = Statement { subject: (Arc::from(posted.entity), Arc::from(posted.id)), month, lines: Vec::new(), totals: Vec::new() };
            coming = Some(Coming { statement, month: posted.month, lines: Vec::new() });
        }
        if let Some(Coming { statement, lines, .. }) = &mut coming {
            if !lines.is_empty() {
                lines.push(b',');
            }
            lines.extend_from_slice(posted.line);
            let amount = posted.amount.and_then(|(numerator, denominator)| Number::of_parts(numerator, denominator));
            // For the totals; what else it says is written already.
            statement.lines.push(StatementLine { verdict: String::new(), rule: posted.rule.to_owned(), source: Vec::new(), posting: posted.posting, amount, unit: posted.unit, items: Vec::new() });
        }
        Ok(())
    })?;
    done(&mut coming)
}
