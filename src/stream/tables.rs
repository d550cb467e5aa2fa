//! What an audit says, as tables of Arrow.

use super::Asked;
use super::ended::Posted;
use crate::diagnostics::{Say, Tongue};
use crate::model::Model;
use crate::records::Records;
use crate::reference::verdict::Audit;
use crate::report::summary::Summary;
use crate::report::{Report, summary_text};
use arrow_array::RecordBatch;
use std::io;

/// The verdicts, and what else there is.
#[derive(Debug)]
pub struct Tables {
    /// The verdicts, by [`crate::report::arrow::verdict_schema`].
    pub verdicts: Vec<RecordBatch>,
    /// What was read, without the records.
    pub records: Records,
    /// Statements and counts.
    pub rest: Rest,
}

/// Statements and counts, until somebody asks for them: what was posted is sorted outside of memory.
#[derive(Debug)]
pub struct Rest {
    posted: Posted,
    notes: Vec<Say>,
    asked: Asked,
}

impl Rest {
    pub(super) fn new(posted: Posted, notes: Vec<Say>, asked: Asked) -> Self {
        Self { posted, notes, asked }
    }

    /// The statements, by [`crate::report::arrow::statement_schema`]; and counts and digests as one JSON object, in English and in Chinese. `records`: what was read.
    ///
    /// # Errors
    /// When what was posted cannot be read again, or the texts of a batch take more than an array holds.
    pub fn finish(mut self, model: &Model, records: &Records) -> io::Result<(Vec<RecordBatch>, [String; 2])> {
        let rules = std::mem::take(&mut self.posted.rules);
        let (statements, totals) = self.posted.statements()?;
        let audit = Audit { verdicts: Vec::new(), statements: Vec::new(), notes: self.notes };
        let report = Report { model, records, audit: &audit, withdrawn: &[], all: self.asked.all, threads: self.asked.threads };
        let totals = totals.into_list();
        let summaries = [Tongue::En, Tongue::Zh].map(|tongue| {
            let rules = rules.iter().map(|(rule, counted)| (rule.as_str(), counted.clone())).collect();
            summary_text(&Summary::counted(&report, rules, (totals.clone(), 0), tongue))
        });
        Ok((statements, summaries))
    }
}
