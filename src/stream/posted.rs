//! What is posted → statements: line by line outside of memory, put together subject by subject and month by month.

use super::sorter::Sorter;
use crate::model::norm;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::reference::statement_totals;
use crate::reference::verdict::{Statement, StatementLine};
use crate::threads::Threads;
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
    #[serde(borrow)]
    said: Said<'p>,
}

/// What a line says.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Said<'p> {
    /// As it is written.
    Written(#[serde(borrow)] &'p [u8]),
    /// The id of its verdict, and where the rule stands.
    Texts(&'p str, &'p str),
}

impl Posting<'_> {
    /// Writes it with its line: to whom, and in which month.
    pub(super) fn write(self, (entity, id, month): (&str, &str, i32), said: Said<'_>, into: &mut Vec<u8>) -> io::Result<()> {
        let posted = Posted { entity, id, month, rule: self.rule, posting: self.posting, amount: self.amount.map(Number::parts), unit: self.unit.clone(), said };
        postcard::to_io(&posted, into).map(|_| ()).map_err(io::Error::other)
    }
}

/// A statement whose lines are still coming, and its month.
struct Coming {
    statement: Statement,
    month: i32,
}

/// What comes of statements.
pub(super) enum Part<'p> {
    /// A line of the next. Tables take it apart; lines have it written.
    Line(#[cfg_attr(not(feature = "arrow"), allow(dead_code))] &'p StatementLine, Said<'p>),
    /// Whose it is, its month and its totals; it has the lines since the last.
    Statement(&'p Statement),
}

/// Puts what was posted together. Lines have what counts when they are added up; what else they say was written already.
pub(super) fn statements(posted: Vec<Sorter>, threads: Threads, mut take: impl FnMut(Part<'_>) -> io::Result<()>) -> io::Result<()> {
    let mut coming: Option<Coming> = None;
    Sorter::merge_on(posted, threads, |text| {
        let posted: Posted<'_> = postcard::from_bytes(text).map_err(io::Error::other)?;
        let is_next = |coming: &Coming| coming.month == posted.month && (&*coming.statement.subject.0, &*coming.statement.subject.1) == (posted.entity, posted.id);
        if !coming.as_ref().is_some_and(is_next) {
            coming.take().map_or(Ok(()), |coming| take(Part::Statement(&coming.whole())))?;
        }
        let coming = coming.get_or_insert_with(|| Coming::of(&posted));
        let amount = posted.amount.and_then(|(numerator, denominator)| Number::of_parts(numerator, denominator));
        let line = StatementLine { verdict: String::new(), rule: posted.rule.to_owned(), source: Vec::new(), posting: posted.posting, amount, unit: posted.unit, items: Vec::new() };
        take(Part::Line(&line, posted.said))?;
        coming.statement.lines.push(line);
        Ok(())
    })?;
    coming.map_or(Ok(()), |coming| take(Part::Statement(&coming.whole())))
}

impl Coming {
    fn of(posted: &Posted<'_>) -> Self {
        let mut month = NaiveDate::from_num_days_from_ce_opt(posted.month).unwrap_or_default().to_string();
        // Its first day, without the day.
        month.truncate(month.len().saturating_sub("-01".len()));
        let statement = Statement { subject: (Arc::from(posted.entity), Arc::from(posted.id)), month, lines: Vec::new(), totals: Vec::new() };
        Self { statement, month: posted.month }
    }

    fn whole(mut self) -> Statement {
        self.statement.totals = statement_totals(&self.statement.lines);
        self.statement
    }
}
