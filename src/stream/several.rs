//! Plans beside each other: every record goes through each, and each writes lines of its own.

use super::lines::Lines;
use crate::engine::{self, Finished, Left, Passing, Plan, Plans};
use crate::model::Model;
use crate::records::At;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The plans, and what each needs to know beside the records.
pub(super) struct Several<'p, 'm> {
    pub(super) plans: Vec<&'p Plan<'m>>,
    /// Norms that are judged elsewhere, of each plan.
    elsewhere: Vec<BTreeSet<usize>>,
    /// Norms whose verdicts on a plan's subjects are another's, of each plan.
    others: Vec<BTreeSet<usize>>,
    lateness: Vec<u32>,
}

impl<'p, 'm> Several<'p, 'm> {
    /// `outside`: norms that none of them judges, and those on which they rest.
    pub(super) fn new(model: &'m Model, plans: &'p Plans<'m>, outside: &BTreeSet<usize>) -> Self {
        Self { plans: plans.iter().collect(), elsewhere: plans.elsewhere(outside), others: (0..plans.iter().count()).map(|at| plans.others(at, outside)).collect(), lateness: engine::lateness(model) }
    }

    /// Judging begins, with takers for each plan on each thread.
    pub(super) fn passing(&self, until: Option<At>, takers: Vec<Vec<Lines<'m>>>) -> Vec<Passing<'_, 'm, Lines<'m>>> {
        let each = self.plans.iter().zip(&self.elsewhere).zip(takers);
        each.map(|((plan, elsewhere), takers)| Passing::new(plan, until, &self.lateness, elsewhere, takers)).collect()
    }

    /// What each plan leaves of what it judges.
    pub(super) fn lefts(&self, until: At, finished: &[Finished]) -> Vec<Arc<Left>> {
        let each = self.plans.iter().zip(finished).zip(&self.others);
        each.map(|((plan, finished), others)| Arc::new(Left::new(plan, until, finished, others.clone()))).collect()
    }
}

/// That were all records. The lines, and what each plan came to; none when some value could not be said.
pub(super) fn finish<'m>(passing: Vec<Passing<'_, 'm, Lines<'m>>>, until: At) -> Option<(Vec<Lines<'m>>, Vec<Finished>)> {
    let mut all = (Vec::new(), Vec::new());
    for passing in passing {
        let (lines, finished) = passing.finish(until)?;
        all.0.extend(lines);
        all.1.push(finished);
    }
    Some(all)
}
