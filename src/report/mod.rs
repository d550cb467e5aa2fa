//! What an audit, a test run and the coverage of a text look like: for people, for scripts, for spreadsheets.
//!
//! Each renderer is one file and writes into anything that is [`std::io::Write`]; nothing here opens a file or knows a terminal.
//! Numbers are computed elsewhere, except totals across months (`totals`) and by kind (`paymaster`).

pub(crate) mod alike;
#[cfg(feature = "arrow")]
pub mod arrow;
#[cfg(feature = "arrow")]
pub mod batches;
pub(crate) mod brief;
pub(crate) mod coverage;
pub(crate) mod csv;
pub(crate) mod diff;
pub(crate) mod examples;
pub(crate) mod exercised;
pub(crate) mod html;
pub(crate) mod human;
pub(crate) mod jsonl;
pub(crate) mod junit;
pub(crate) mod lint;
mod missing;
pub(crate) mod paymaster;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
pub(crate) mod plan;
pub(crate) mod proposed;
mod reason;
pub(crate) mod row;
#[cfg(feature = "arrow")]
pub(crate) mod rows;
#[cfg(feature = "arrow")]
mod texts;
mod statements;
pub(crate) mod summary;
mod table;
pub(crate) mod tested;
pub(crate) mod totals;
pub(crate) mod words;
#[cfg(feature = "xlsx")]
pub(crate) mod xlsx;

/// Counts and digests as one JSON object.
pub(crate) fn summary_of(report: &Report<'_>, tongue: Tongue) -> String {
    summary_text(&summary::Summary::of(report, tongue))
}

/// The same of one that was counted already.
pub(crate) fn summary_text(summary: &summary::Summary) -> String {
    serde_json::to_string(summary).expect("every key of a summary is a string")
}

/// Is it shown, when norms that do not apply are or are not?
pub(crate) fn is_shown(all: bool, verdict: &Verdict) -> bool {
    all || verdict.ruling != Ruling::NotApplicable || verdict.supersedes.is_some()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod written_tests;

pub use html::Html;

use crate::diagnostics::Tongue;
use crate::model::{Model, bundle};
use crate::records::Records;
use crate::reference::verdict::{Audit, Ruling, Verdict};
use crate::threads::Threads;
use std::io::{self, Write};

/// How an audit is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Tables and sentences; with or without colour.
    Human {
        /// ANSI colours.
        colour: bool,
    },
    /// One JSON object a line.
    Jsonl,
    /// One row a verdict.
    Csv,
    /// One row a verdict, stored by columns.
    #[cfg(feature = "parquet")]
    Parquet,
    /// A workbook: statements, postings, verdicts.
    #[cfg(feature = "xlsx")]
    Xlsx,
}

/// An audit with what it was made from.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The rules.
    pub model: &'a Model,
    /// The records.
    pub records: &'a Records,
    /// The result.
    pub audit: &'a Audit,
    /// Ids of earlier verdicts whose occasion is gone.
    pub withdrawn: &'a [String],
    /// Show norms that do not apply.
    pub all: bool,
    /// How many threads write lines; they are the same.
    pub threads: Threads,
}

impl<'a> Report<'a> {
    /// Writes the report.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write(&self, format: Format, tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human { colour } => human::write(self, tongue, colour, out),
            Format::Jsonl => jsonl::write(self, tongue, out),
            Format::Csv => csv::write(self, out),
            #[cfg(feature = "parquet")]
            Format::Parquet => parquet::write(self, out),
            #[cfg(feature = "xlsx")]
            Format::Xlsx => xlsx::write(self, tongue, true, out),
        }
    }

    /// The verdicts that are shown: those that do not apply only with `all`, or when they replace one that did.
    fn shown(&self) -> impl Iterator<Item = &'a Verdict> + use<'a> {
        let all = self.all;
        self.audit.verdicts.iter().filter(move |verdict| is_shown(all, verdict))
    }

    /// Writes something for each of a list, on all threads, in its order.
    fn write_each<T: Sync>(&self, list: &[T], out: &mut dyn Write, line: impl Fn(&T, &mut Vec<u8>) -> io::Result<()> + Sync) -> io::Result<()> {
        let line = &line;
        let worker = |_| {
            move |some: &[T]| {
                let mut text = Vec::with_capacity(1 << 16);
                some.iter().try_for_each(|one| line(one, &mut text)).map(|()| text)
            }
        };
        let mut left = list.chunks(1 << 7);
        Threads::pipe((0..self.threads.count()).map(worker).collect(), || Ok(left.next()), |text| out.write_all(&text?))
    }

    /// Digest of the rules.
    fn policy_digest(&self) -> String {
        bundle::digest(self.model)
    }
}
