//! Totals of counts across months: how often something was counted to each addressee.

use super::words::{posting_code, subject, unit_code};
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::reference::verdict::{Audit, Statement};
use serde::Serialize;
use std::collections::BTreeMap;

/// One addressee of one norm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Total {
    /// To whom.
    pub(crate) subject: String,
    /// `regulation.norm`.
    pub(crate) rule: String,
    /// `count`.
    pub(crate) kind: &'static str,
    /// All months together; none where one is open.
    pub(crate) amount: Option<String>,
    /// Its unit.
    pub(crate) unit: Option<String>,
}

/// Sums of counts, by norm, addressee and unit.
#[derive(Debug, Default)]
pub(crate) struct Totals(BTreeMap<(String, String, Unit), Option<Number>>);

impl Totals {
    /// Adds what is counted in a statement.
    pub(crate) fn add(&mut self, statement: &Statement) {
        for line in statement.lines.iter().filter(|line| line.posting == Posting::Count) {
            let key = (line.rule.clone(), subject(&statement.subject), line.unit.clone());
            let sum = self.0.entry(key).or_insert_with(|| Some(Number::whole(0)));
            *sum = sum.and_then(|sum| line.amount.and_then(|amount| sum.plus(amount)));
        }
    }

    /// All of them, sorted by norm, then addressee.
    pub(crate) fn into_list(self) -> Vec<Total> {
        let total = |((rule, subject, unit), amount): ((String, String, Unit), Option<Number>)| Total {
            subject,
            rule,
            kind: posting_code(Posting::Count),
            amount: amount.map(|amount| amount.to_string()),
            unit: unit_code(&unit).map(str::to_owned),
        };
        self.0.into_iter().map(total).collect()
    }
}

/// All counts, sorted by norm, then addressee.
pub(crate) fn totals(audit: &Audit) -> Vec<Total> {
    let mut totals = Totals::default();
    audit.statements.iter().for_each(|statement| totals.add(statement));
    totals.into_list()
}
