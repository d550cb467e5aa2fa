//! Totals of counts across months: how often something was counted to each addressee.

use super::words::{posting_code, subject, unit_code};
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::reference::verdict::Audit;
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

/// All counts, sorted by norm, then addressee.
pub(crate) fn totals(audit: &Audit) -> Vec<Total> {
    let mut sums: BTreeMap<(&str, String, &Unit), Option<Number>> = BTreeMap::new();
    for statement in &audit.statements {
        for line in statement.lines.iter().filter(|line| line.posting == Posting::Count) {
            let key = (line.rule.as_str(), subject(&statement.subject), &line.unit);
            let sum = sums.entry(key).or_insert_with(|| Some(Number::whole(0)));
            *sum = sum.and_then(|sum| line.amount.and_then(|amount| sum.plus(amount)));
        }
    }
    let total = |((rule, subject, unit), amount): ((&str, String, &Unit), Option<Number>)| Total {
        subject,
        rule: rule.to_owned(),
        kind: posting_code(Posting::Count),
        amount: amount.map(|amount| amount.to_string()),
        unit: unit_code(unit).map(str::to_owned),
    };
    sums.into_iter().map(total).collect()
}
