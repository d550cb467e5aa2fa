//! The last line of an audit: counts and digests.

use super::Report;
use super::totals::{Total, totals};
use super::words::{RULINGS, at};
use crate::diagnostics::Tongue;
use crate::records::Rejection;
use crate::reference::verdict::{Ruling, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts and digests, as scripts read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Summary {
    verdicts: Counted,
    rules: BTreeMap<String, Counted>,
    records: RecordCounts,
    rejected: BTreeMap<&'static str, u64>,
    rejected_rows: BTreeMap<&'static str, u64>,
    warnings: BTreeMap<&'static str, u64>,
    totals: Vec<Total>,
    until: Option<String>,
    withdrawn: usize,
    superseding: usize,
    notes: Vec<String>,
    digests: Digests,
}

/// How many verdicts of each ruling, in the order of the headline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Counted {
    violation: u64,
    conflict: u64,
    undetermined: u64,
    pending: u64,
    compliant: u64,
    not_applicable: u64,
}

impl Counted {
    /// One verdict more.
    pub(crate) fn add(&mut self, ruling: Ruling) {
        *match ruling {
            Ruling::Violation => &mut self.violation,
            Ruling::Conflict => &mut self.conflict,
            Ruling::Undetermined => &mut self.undetermined,
            Ruling::Pending => &mut self.pending,
            Ruling::Compliant => &mut self.compliant,
            Ruling::NotApplicable => &mut self.not_applicable,
        } += 1;
    }

    /// Is there none?
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Those of others, too.
    pub(crate) fn plus(&mut self, other: &Self) {
        self.violation += other.violation;
        self.conflict += other.conflict;
        self.undetermined += other.undetermined;
        self.pending += other.pending;
        self.compliant += other.compliant;
        self.not_applicable += other.not_applicable;
    }

    /// How many of this ruling.
    pub(crate) fn get(&self, ruling: Ruling) -> u64 {
        match ruling {
            Ruling::Violation => self.violation,
            Ruling::Conflict => self.conflict,
            Ruling::Undetermined => self.undetermined,
            Ruling::Pending => self.pending,
            Ruling::Compliant => self.compliant,
            Ruling::NotApplicable => self.not_applicable,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct RecordCounts {
    read: u64,
    used: u64,
    rejected: u64,
    repeated: u64,
    superseded: u64,
    retracted: u64,
    retracting: u64,
    after_cut: u64,
    register_rows: u64,
    register_rejected: u64,
    ignored: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Digests {
    policy: String,
    registers: String,
    events: String,
}

impl Summary {
    /// Counts a report.
    pub(crate) fn of(report: &Report<'_>, tongue: Tongue) -> Self {
        let superseding = report.audit.verdicts.iter().filter(|verdict| verdict.supersedes.is_some()).count();
        Self::counted(report, by_rule(report), (totals(report.audit), superseding), tongue)
    }

    /// The same, when verdicts and statements have been counted already: by norm; what was counted to whom, and how many verdicts supersede another.
    pub(crate) fn counted(report: &Report<'_>, rules: BTreeMap<&str, Counted>, (totals, superseding): (Vec<Total>, usize), tongue: Tongue) -> Self {
        let (records, counts) = (report.records, &report.records.counts);
        let mut verdicts = Counted::default();
        rules.values().for_each(|counted| verdicts.plus(counted));
        Self {
            verdicts,
            rules: rules.into_iter().map(|(rule, counted)| (rule.to_owned(), counted)).collect(),
            records: RecordCounts {
                read: counts.read,
                used: counts.used,
                rejected: counts.rejected,
                repeated: counts.repeated,
                superseded: counts.superseded,
                retracted: counts.retracted,
                retracting: counts.retracting,
                after_cut: counts.after_cut,
                register_rows: counts.register_rows,
                register_rejected: counts.register_rejected,
                ignored: counts.ignored.clone(),
            },
            rejected: codes(&records.rejections),
            rejected_rows: codes(&records.rows_rejected),
            warnings: codes(&records.warnings),
            totals,
            until: records.until.map(at),
            withdrawn: report.withdrawn.len(),
            superseding,
            notes: records.notes.iter().chain(&report.audit.notes).map(|note| note.get(tongue).to_owned()).collect(),
            digests: Digests {
                policy: report.policy_digest(),
                registers: records.registers_digest.clone(),
                events: records.events_digest.clone(),
            },
        }
    }
}

/// How many of each code.
pub(crate) fn codes(rejections: &[Rejection]) -> BTreeMap<&'static str, u64> {
    let mut codes = BTreeMap::new();
    for rejection in rejections {
        *codes.entry(rejection.code).or_insert(0) += 1;
    }
    codes
}

/// Counts of verdicts by norm.
pub(crate) fn by_rule<'a>(report: &Report<'a>) -> BTreeMap<&'a str, Counted> {
    let of = |verdicts: &'a [Verdict]| {
        let mut rules: BTreeMap<&'a str, Counted> = BTreeMap::new();
        verdicts.iter().for_each(|verdict| rules.entry(&verdict.rule).or_default().add(verdict.ruling));
        rules
    };
    let mut all: BTreeMap<&'a str, Counted> = BTreeMap::new();
    for (rule, counted) in report.threads.pieces(&report.audit.verdicts, of).into_iter().flatten() {
        all.entry(rule).or_default().plus(&counted);
    }
    all
}

/// The rulings that occur in an audit, in the order of reports.
pub(crate) fn present(rules: &BTreeMap<&str, Counted>) -> Vec<Ruling> {
    RULINGS.into_iter().filter(|ruling| rules.values().any(|counted| counted.get(*ruling) > 0)).collect()
}
