//! Statements (§8): what is posted for a subject in a month, with totals.

use super::judge::Subject;
use super::rules::Rules;
use super::verdict::{Ruling, Statement, StatementLine, Verdict};
use crate::model::Model;
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::threads::Threads;
use chrono::{Datelike, NaiveDate};
use foldhash::fast::{FixedState, RandomState};
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

/// The statements of sorted verdicts, by subject and month; each thread makes those of the subjects that fall to it by their names.
pub(super) fn all(model: &Model, verdicts: &[Verdict], threads: Threads) -> Vec<Statement> {
    let of = threads.count() as u64;
    let is_in = |part: u64, (_, id): &Subject| of == 1 || FixedState::default().hash_one(&**id) % of == part;
    let parts = Threads::each((0..of).collect(), |part| some(model, verdicts, &|subject| is_in(part, subject)));
    let mut all: Vec<Statement> = parts.into_iter().flatten().collect();
    if of > 1 {
        all.sort_by(|a, b| (&a.subject, &a.month).cmp(&(&b.subject, &b.month)));
    }
    all
}

/// Those of some subjects.
fn some(model: &Model, verdicts: &[Verdict], is_wanted: &dyn Fn(&Subject) -> bool) -> Vec<Statement> {
    let mut lines: HashMap<(&Subject, NaiveDate), Vec<StatementLine>, RandomState> = HashMap::default();
    let rules: BTreeMap<&str, Rules> = model.regulations.iter().map(|r| (r.name.as_str(), Rules::of(model, &r.name))).collect();
    for verdict in verdicts.iter().filter(|verdict| verdict.ruling != Ruling::NotApplicable) {
        let Some(rules) = model.norm(&verdict.rule).and_then(|norm| rules.get(norm.regulation.as_str())) else { continue };
        let day = rules.day(verdict.at);
        let month = day.with_day(1).unwrap_or(day);
        for effect in &verdict.effects {
            let (Some(posting), Some(to)) = (effect.posting, effect.to.as_ref().filter(|to| is_wanted(to))) else { continue };
            lines.entry((to, month)).or_default().push(StatementLine {
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
    let mut lines: Vec<_> = lines.into_iter().collect();
    lines.sort_unstable_by_key(|(key, _)| *key);
    lines.into_iter().map(|((subject, month), lines)| Statement { subject: subject.clone(), month: month.format("%Y-%m").to_string(), totals: totals(&lines), lines }).collect()
}

/// Pay, score and count add, fine and deduct subtract; open where a line is open.
pub(crate) fn totals(lines: &[StatementLine]) -> Vec<(Unit, Option<Number>)> {
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
