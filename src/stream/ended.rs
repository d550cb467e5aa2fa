//! What was sorted → the file, or the tables.

use super::firsts::Firsts;
use super::lines::{Form, Lines};
use super::open::Open;
use super::posted::{Part, Said, statements};
use super::Each;
use super::sorter::Sorter;
use crate::diagnostics::Tongue;
use crate::reference::verdict::{Ruling, Statement};
#[cfg(feature = "arrow")]
use crate::report::arrow::{Statements, Verdicts};
use crate::report::brief::{Brief, SHOWN};
#[cfg(feature = "parquet")]
use crate::report::parquet;
#[cfg(feature = "arrow")]
use crate::report::row::Row;
use crate::report::summary::{Counted, present};
use crate::report::totals::Totals;
use crate::report::words::RULINGS;
use crate::report::{Report, csv, human, jsonl};
use crate::threads::Threads;
#[cfg(feature = "arrow")]
use arrow_array::RecordBatch;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::mem;

/// Of all threads together: what was counted of verdicts by norm, and the sorted lines of verdicts and statements.
pub(super) struct Ended<'m> {
    pub(super) rules: BTreeMap<&'m str, Counted>,
    form: Form,
    verdicts: Vec<Sorter>,
    /// The first verdicts, for people.
    firsts: Vec<Firsts>,
    posted: Vec<Sorter>,
    /// The last day that is over.
    over: Option<NaiveDate>,
    threads: Threads,
}

impl<'m> Ended<'m> {
    /// Fails if one of them had to.
    pub(super) fn of(all: Vec<Lines<'m>>, (form, threads): (Form, Threads), over: Option<NaiveDate>) -> io::Result<Self> {
        let mut ended = Self { rules: BTreeMap::new(), form, verdicts: Vec::new(), firsts: Vec::new(), posted: Vec::new(), over, threads };
        for lines in all {
            if let Some(error) = lines.failed {
                return Err(error);
            }
            for (norm, counted) in lines.model.norms.iter().zip(&lines.counts).filter(|(_, counted)| !counted.is_none()) {
                ended.rules.entry(&norm.name).or_default().plus(counted);
            }
            ended.verdicts.push(lines.verdicts);
            ended.firsts.push(lines.firsts);
            ended.posted.push(lines.statements);
        }
        Ok(ended)
    }

    /// Writes the lines; `each` takes the statements. What was counted of verdicts by norm, and to whom.
    pub(super) fn write(self, out: &mut dyn Write, each: &mut Each<'_>) -> io::Result<(BTreeMap<&'m str, Counted>, Totals)> {
        let Self { rules, form, verdicts, posted, over, threads, .. } = self;
        match form {
            Form::Jsonl => Sorter::merge_on(verdicts, threads, |text| Open::write(text, over, jsonl::FINAL, out))?,
            Form::Csv => {
                csv::header(out)?;
                Sorter::merge_on(verdicts, threads, |text| Open::write(text, over, csv::FINAL, out))?;
            }
            #[cfg(feature = "parquet")]
            Form::Parquet => {
                let mut rows = parquet::Rows::new(out)?;
                Sorter::merge_on(verdicts, threads, |text| rows.push(&row(text, over)?))?;
                rows.end()?;
            }
            Form::Human { .. } => return Err(io::Error::new(io::ErrorKind::InvalidInput, "a report was asked for, not lines")),
            #[cfg(feature = "arrow")]
            Form::Arrow => return Err(io::Error::new(io::ErrorKind::InvalidInput, "tables were asked for, not lines")),
        }
        // Lines of the next statement, with commas between them.
        let (mut totals, mut lines) = (Totals::default(), Vec::new());
        statements(posted, threads, |part| match part {
            Part::Line(_, Said::Written(line)) if form == Form::Jsonl => {
                lines.extend_from_slice(if lines.is_empty() { b"" } else { b"," });
                lines.extend_from_slice(line);
                Ok(())
            }
            Part::Line(..) => Ok(()),
            Part::Statement(statement) => {
                each(statement)?;
                totals.add(statement);
                if form == Form::Jsonl { jsonl::statement_of(statement, &mem::take(&mut lines), out) } else { Ok(()) }
            }
        })?;
        Ok((rules, totals))
    }

    /// Writes the report for people; `each` takes the statements. Which rulings there are among the verdicts.
    pub(super) fn report(self, report: &Report<'_>, (tongue, colour): (Tongue, bool), out: &mut dyn Write, each: &mut Each<'_>) -> io::Result<Vec<Ruling>> {
        let Self { rules, firsts, posted, threads, .. } = self;
        let (mut totals, mut lines, mut first) = (Totals::default(), Vec::new(), Vec::new());
        let mut count = 0;
        statements(posted, threads, |part| {
            match part {
                Part::Line(_, Said::Written(line)) if first.len() < SHOWN => lines.push(postcard::from_bytes(line).map_err(io::Error::other)?),
                Part::Line(..) => {}
                Part::Statement(statement) => {
                    each(statement)?;
                    totals.add(statement);
                    count += 1;
                    if first.len() < SHOWN {
                        first.push(Statement { lines: mem::take(&mut lines), ..statement.clone() });
                    }
                }
            }
            Ok(())
        })?;
        let verdicts = Firsts::merge(firsts);
        let of = |ruling: Ruling| {
            let is_shown = report.all || ruling != Ruling::NotApplicable;
            let count = if is_shown { rules.values().map(|counted| counted.get(ruling)).sum() } else { 0 };
            (ruling, usize::try_from(count).unwrap_or(usize::MAX), verdicts.get(&ruling).into_iter().flatten().collect())
        };
        let brief = Brief {
            verdicts: RULINGS.into_iter().map(of).collect(),
            statements: (count, first.iter().collect()),
            totals: totals.into_list(),
            rules,
            replacing: (0, Vec::new()),
        };
        human::write_brief(report, &brief, (tongue, colour), out)?;
        Ok(present(&brief.rules))
    }

    /// The rows of verdicts, as [`Ended::write`] would write them; and what statements are made of.
    #[cfg(feature = "arrow")]
    pub(super) fn tables(self) -> io::Result<(Vec<RecordBatch>, Posted)> {
        let Self { rules, form, verdicts, posted, over, threads, .. } = self;
        if form != Form::Arrow {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "lines were asked for, not tables"));
        }
        let mut rows = Verdicts::default();
        Sorter::merge_on(verdicts, threads, |text| rows.push(&row(text, over)?).map_err(io::Error::other))?;
        let rules = rules.into_iter().map(|(rule, counted)| (rule.to_owned(), counted)).collect();
        Ok((rows.finish().map_err(io::Error::other)?, Posted { rules, posted, threads }))
    }
}

/// What was counted of verdicts by norm, and what was posted, sorted.
#[cfg(feature = "arrow")]
#[derive(Debug)]
pub(super) struct Posted {
    pub(super) rules: BTreeMap<String, Counted>,
    posted: Vec<Sorter>,
    threads: Threads,
}

#[cfg(feature = "arrow")]
impl Posted {
    /// The rows of statements, and what was counted to whom.
    pub(super) fn statements(self) -> io::Result<(Vec<RecordBatch>, Totals)> {
        let (mut totals, mut rows) = (Totals::default(), Statements::default());
        statements(self.posted, self.threads, |part| match part {
            Part::Line(line, Said::Texts(verdict, source)) => rows.line(line, verdict, source).map_err(io::Error::other),
            Part::Line(..) => Ok(()),
            Part::Statement(statement) => {
                totals.add(statement);
                rows.end(statement).map_err(io::Error::other)
            }
        })?;
        Ok((rows.finish().map_err(io::Error::other)?, totals))
    }
}

/// A row of a table, as it was kept.
#[cfg(feature = "arrow")]
fn row(text: &[u8], over: Option<NaiveDate>) -> io::Result<Row<&str>> {
    let (is_final, packed) = Open::read(text, over);
    let mut row: Row<&str> = postcard::from_bytes(packed).map_err(io::Error::other)?;
    row.is_final = is_final.unwrap_or(row.is_final);
    Ok(row)
}
