//! Statements (§8): what is posted for a subject in a month, with totals.

use super::judge::Subject;
use super::rules::Rules;
use super::verdict::{Ruling, Statement, StatementLine, Verdict};
use crate::model::Model;
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::Unit;
use std::collections::BTreeMap;

/// The statements of sorted verdicts, by subject and month.
pub(super) fn all(model: &Model, verdicts: &[Verdict]) -> Vec<Statement> {
    let mut lines: BTreeMap<(Subject, String), Vec<StatementLine>> = BTreeMap::new();
    let rules: BTreeMap<&str, Rules> = model.regulations.iter().map(|r| (r.name.as_str(), Rules::of(model, &r.name))).collect();
    for verdict in verdicts.iter().filter(|verdict| verdict.ruling != Ruling::NotApplicable) {
        let Some(rules) = model.norm(&verdict.rule).and_then(|norm| rules.get(norm.regulation.as_str())) else { continue };
        let month = rules.day(verdict.at).format("%Y-%m").to_string();
        for effect in &verdict.effects {
            let (Some(posting), Some(to)) = (effect.posting, &effect.to) else { continue };
            lines.entry((to.clone(), month.clone())).or_default().push(StatementLine {
                verdict: verdict.id.clone(),
                rule: verdict.rule.clone(),
                source: if effect.cites.is_empty() { verdict.source.clone() } else { effect.cites.clone() },
                posting,
                amount: effect.amount,
                unit: effect.unit.clone().unwrap_or(Unit::One),
                items: effect.items.clone(),
            });
        }
    }
    lines.into_iter().map(|((subject, month), lines)| Statement { subject, month, totals: totals(&lines), lines }).collect()
}

/// Pay, score and count add, fine and deduct subtract; open where a line is open.
fn totals(lines: &[StatementLine]) -> Vec<(Unit, Option<Number>)> {
    let mut totals: BTreeMap<Unit, Option<Number>> = BTreeMap::new();
    for line in lines {
        let total = totals.entry(line.unit.clone()).or_insert(Some(Number::whole(0)));
        *total = total.zip(line.amount).and_then(|(total, amount)| match line.posting {
            Posting::Pay | Posting::Score | Posting::Count => total.plus(amount),
            Posting::Fine | Posting::Deduct => total.minus(amount),
        });
    }
    totals.into_iter().collect()
}
