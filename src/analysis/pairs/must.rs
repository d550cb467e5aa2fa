//! What a norm asks of an occasion at once: a requirement, or that it is not.

use super::stage::{place, same_place};
use crate::analysis::Context;
use crate::analysis::condition::Cond;
use crate::analysis::reader::{Reader, filter_of};
use crate::analysis::seen::{at_once, bans};
use crate::model::Interval;
use crate::model::expr::Expr;
use crate::model::norm::{Exception, Norm, Requirement, What};
use crate::model::walk;
use crate::model::written::Part;
use crate::reference::verdict::{Audit, Ruling, Verdict};
use std::collections::BTreeSet;

/// What a norm asks.
#[derive(Clone, Copy)]
pub(super) struct Must<'m> {
    pub norm: &'m Norm,
    /// The requirement; none: that the norm's own occasions are not.
    pub at: Option<usize>,
}

impl<'m> Must<'m> {
    /// All that a norm asks at once, of the occasion itself.
    pub(super) fn of(norm: &'m Norm) -> Vec<Self> {
        let asked = norm.requirements.iter().enumerate().filter(|(_, requirement)| at_once(requirement)).map(|(at, _)| Self { norm, at: Some(at) });
        asked.chain(bans(norm).then_some(Self { norm, at: None })).collect()
    }

    pub(super) fn requirement(&self) -> Option<&'m Requirement> {
        self.norm.requirements.get(self.at?)
    }

    /// What it asks, and where it asks for it.
    pub(super) fn read(&self, reader: &mut Reader<'_>, during: Interval) -> (Cond, Cond) {
        let applies = reader.applies(self.norm, during);
        match self.requirement() {
            Some(requirement) => (applies, reader.asked(requirement)),
            None => (Cond::Known(true), Cond::All(vec![applies, reader.fined(self.norm)]).negated()),
        }
    }

    /// What it is about: the things that its condition looks at.
    pub(super) fn things(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        match self.requirement() {
            Some(requirement) => requirement.each().iter().for_each(|one| if let What::Condition(condition) = &one.what { things(condition, &mut all) }),
            None => {
                let clauses = self.norm.decisions.iter().flat_map(|decision| &decision.clauses).filter_map(|clause| clause.when.as_ref());
                let mut switches = Vec::new();
                self.norm.exceptions.iter().for_each(|exception| conditions(exception, &mut switches));
                filter_of(self.norm).iter().chain(&self.norm.when).chain(clauses).chain(switches).for_each(|expr| things(expr, &mut all));
            }
        }
        all
    }

    /// The verdicts that say it is broken.
    pub(super) fn broken<'v>(&self, audit: &'v Audit) -> impl Iterator<Item = &'v Verdict> {
        of(audit, &self.norm.name).filter(|verdict| match self.at {
            Some(at) => verdict.requirement(at).is_some_and(|part| part.ruling == Ruling::Violation),
            None => verdict.ruling == Ruling::Violation,
        })
    }

    /// Is it kept at this place?
    pub(super) fn kept(&self, context: &Context<'_>, audit: &Audit, at: &str) -> bool {
        let mut verdicts = of(audit, &self.norm.name).filter(|verdict| same_place(at, place(context, verdict)));
        match self.at {
            Some(at) => verdicts.any(|verdict| verdict.requirement(at).is_some_and(|part| part.ruling == Ruling::Compliant)),
            None => verdicts.all(|verdict| verdict.ruling != Ruling::Violation),
        }
    }

    /// The line that asks it.
    pub(super) fn part(&self) -> Option<Part> {
        self.at.map(|at| Part::Requirement(at, 0))
    }
}

/// What an exception and those to it ask.
fn conditions<'m>(exception: &'m Exception, into: &mut Vec<&'m Expr>) {
    into.extend(&exception.when);
    exception.exceptions.iter().for_each(|inner| conditions(inner, into));
}

/// The verdicts of a norm.
pub(super) fn of<'v>(audit: &'v Audit, norm: &str) -> impl Iterator<Item = &'v Verdict> {
    audit.verdicts.iter().filter(move |verdict| verdict.rule == norm)
}

/// The things that an expression looks at, as far as they can differ from one occasion to the next.
fn things(expr: &Expr, into: &mut BTreeSet<String>) {
    if let Expr::Holds(holds) = expr {
        holds.asks.iter().for_each(|(_, asked)| things(asked, into));
    }
    let parts = walk::operands(expr);
    match expr {
        Expr::Measure(measure) => {
            let mut measure = (**measure).clone();
            (measure.name, measure.label) = (None, None);
            into.insert(format!("{measure:?}"));
        }
        Expr::Value(_) => {}
        Expr::Fact(..) | Expr::Judged(..) => {
            into.insert(format!("{expr:?}"));
        }
        _ if parts.is_empty() => {
            into.insert(format!("{expr:?}"));
        }
        _ => parts.into_iter().for_each(|part| things(part, into)),
    }
}
