//! What the lines of a slot give at one place, by its hit policy.

use super::changed::Changed;
use super::facets::{Looked, joined};
use super::meaning;
use crate::model::expr::Expr;
use crate::model::norm::{Action, Clause, Decision, Hit};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use serde_json::json;
use std::borrow::Cow;

/// What a slot gets.
#[derive(Debug, Clone)]
pub(crate) enum Given<'n> {
    /// Nothing, and nothing is missing.
    Nothing,
    /// No line applies, though one should.
    Gap,
    /// A condition is neither true nor false: a blank where a value is needed.
    Open,
    /// Lines that contradict each other.
    Conflict(Vec<&'n Expr>),
    /// A value.
    One(Cow<'n, Expr>),
    /// Several lines together.
    Lines(Hit, Vec<&'n Clause>),
    /// Forfeited.
    Forfeited,
}

/// A slot with what exceptions do to it.
#[derive(Debug, Clone)]
pub(crate) struct Slot<'n> {
    /// Its decision.
    pub(crate) decision: &'n Decision,
    /// What it gets.
    pub(crate) given: Given<'n>,
    /// Its lines, whether they apply.
    pub(crate) lines: Vec<Option<bool>>,
    /// Is it forfeited?
    pub(crate) forfeited: Option<bool>,
    /// Exceptions that change that.
    pub(crate) changed: Vec<Changed<'n>>,
}

impl<'n> Looked<'n> {
    /// What the lines give; their conditions are the next ones.
    pub(super) fn given(&self, decision: &'n Decision, next: &mut dyn Iterator<Item = Option<bool>>) -> Slot<'n> {
        let lines: Vec<Option<bool>> = decision.clauses.iter().map(|clause| if clause.when.is_some() { next.next().flatten() } else { Some(true) }).collect();
        let mut forfeited = Some(false);
        for _ in &decision.forfeits {
            forfeited = match (forfeited, next.next().flatten()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (before, Some(false)) => before,
                _ => None,
            };
        }
        Slot { decision, given: self.combined(decision, &lines, forfeited), lines, forfeited, changed: Vec::new() }
    }

    fn combined(&self, decision: &'n Decision, lines: &[Option<bool>], forfeited: Option<bool>) -> Given<'n> {
        let first = if decision.hit == Hit::First { lines.iter().position(|line| *line == Some(true)) } else { None };
        let looked_at = first.and_then(|first| lines.get(..=first)).unwrap_or(lines);
        let hits: Vec<&'n Clause> = decision.clauses.iter().zip(looked_at).filter(|(_, line)| **line == Some(true)).map(|(clause, _)| clause).collect();
        if looked_at.contains(&None) || forfeited.is_none() {
            return Given::Open;
        }
        if decision.clauses.iter().any(|clause| clause.item.is_some()) && !hits.iter().any(|clause| clause.item.is_some()) {
            return Given::Gap;
        }
        let Some((first, rest)) = hits.split_first() else {
            return match decision.hit {
                Hit::ExactlyOne | Hit::First => Given::Gap,
                Hit::Count => Given::One(Cow::Owned(number(0))),
                _ => Given::Nothing,
            };
        };
        if forfeited == Some(true) {
            return Given::Forfeited;
        }
        let differ = || rest.iter().any(|clause| self.key(&clause.value) != self.key(&first.value));
        match decision.hit {
            Hit::ExactlyOne | Hit::AtMostOne if differ() => {
                let mut values: Vec<&'n Expr> = hits.iter().map(|clause| &clause.value).collect();
                values.sort_by_key(|value| self.key(value));
                values.dedup_by_key(|value| self.key(value));
                Given::Conflict(values)
            }
            Hit::Count => Given::One(Cow::Owned(number(i64::try_from(hits.len()).unwrap_or(i64::MAX)))),
            Hit::List if !rest.is_empty() => Given::Lines(decision.hit, hits),
            Hit::Sum | Hit::Max | Hit::Min if !rest.is_empty() || first.item.is_some() => folded(decision.hit, &hits).unwrap_or(Given::Lines(decision.hit, hits)),
            _ => Given::One(Cow::Borrowed(&first.value)),
        }
    }

    /// What a slot gets, to compare.
    pub(super) fn slot(&self, slot: &Slot<'n>) -> String {
        // An exception that gives a value gives it whatever the lines say.
        if let [Changed { exception, open: false, inner }] = slot.changed.as_slice()
            && let Action::Replace(_, value) = &exception.action
            && inner.is_empty()
            && exception.validity.is_always()
            && !slot.is_bounded()
        {
            return self.key(value);
        }
        let given = match &slot.given {
            Given::Nothing => "nothing".to_owned(), // as where there is no such slot
            Given::Gap => "gap".to_owned(),
            Given::Open => "open".to_owned(),
            Given::Forfeited => "forfeited".to_owned(),
            Given::Conflict(values) => format!("conflict {}", joined(values.iter().map(|value| self.key(value)))),
            Given::One(Cow::Borrowed(value)) => self.key(value),
            Given::One(Cow::Owned(value)) => meaning::key_of(value),
            Given::Lines(hit, clauses) => format!("{hit:?} {}", joined(clauses.iter().map(|clause| self.line(clause)))),
        };
        match slot.changed.as_slice() {
            [] => given,
            changed => json!([given, changed.iter().map(Changed::key).collect::<Vec<_>>()]).to_string(),
        }
    }

    /// What a line means, without its condition.
    pub(crate) fn line(&self, clause: &Clause) -> String {
        let item = clause.item.as_ref().map(|item| (&item.kind, &item.value, self.key(&item.points)));
        json!([self.key(&clause.value), item]).to_string()
    }
}

impl Slot<'_> {
    /// Is what the lines give changed again before it is posted?
    pub(crate) fn is_bounded(&self) -> bool {
        let decision = self.decision;
        decision.floor.is_some() || decision.cap.is_some() || decision.rounding.is_some() || !decision.forfeits.is_empty()
    }
}

/// Constants put together.
fn folded<'n>(hit: Hit, hits: &[&'n Clause]) -> Option<Given<'n>> {
    let mut all = hits.iter().map(|clause| match &clause.value {
        Expr::Value(Scalar::Quantity(number, unit)) if clause.item.is_none() => Some((*number, unit)),
        _ => None,
    });
    let (mut sum, unit) = all.next()??;
    for one in all {
        let (more, of) = one?;
        if of != unit {
            return None;
        }
        sum = match hit {
            Hit::Sum => sum.plus(more)?,
            Hit::Max => sum.max(more),
            _ => sum.min(more),
        };
    }
    Some(Given::One(Cow::Owned(Expr::Value(Scalar::Quantity(sum, unit.clone())))))
}

fn number(of: i64) -> Expr {
    Expr::Value(Scalar::Quantity(Number::whole(of), Unit::One))
}

