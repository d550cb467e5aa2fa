//! What a report for people shows of verdicts and statements: the first of each, and how many there are.

use super::Report;
use super::summary::{Counted, by_rule};
use super::totals::{Total, totals};
use super::words::RULINGS;
use crate::reference::verdict::{Ruling, Statement, Verdict};
use std::collections::BTreeMap;

/// Statements, verdicts of one ruling, rejected records: no more of each are shown than this.
pub(crate) const SHOWN: usize = 24;

/// The first of each, in their order.
pub(crate) struct Brief<'a> {
    /// Of each ruling, in the order of reports: how many there are, and the first.
    pub(crate) verdicts: Vec<(Ruling, usize, Vec<&'a Verdict>)>,
    /// How many statements there are, and the first.
    pub(crate) statements: (usize, Vec<&'a Statement>),
    /// What is counted to whom, all months together.
    pub(crate) totals: Vec<Total>,
    /// Verdicts by norm.
    pub(crate) rules: BTreeMap<&'a str, Counted>,
    /// How many verdicts replace an earlier one, and the first.
    pub(crate) replacing: (usize, Vec<&'a Verdict>),
}

impl<'a> Brief<'a> {
    /// Of an audit that has all of them.
    pub(crate) fn of(report: &Report<'a>) -> Self {
        let of = |wanted: Ruling| {
            let all = || report.shown().filter(move |verdict| verdict.ruling == wanted);
            (wanted, all().count(), all().take(SHOWN).collect())
        };
        let replacing = || report.shown().filter(|verdict| verdict.supersedes.is_some());
        Self {
            verdicts: RULINGS.into_iter().map(of).collect(),
            statements: (report.audit.statements.len(), report.audit.statements.iter().take(SHOWN).collect()),
            totals: totals(report.audit),
            rules: by_rule(report),
            replacing: (replacing().count(), replacing().take(SHOWN).collect()),
        }
    }
}
