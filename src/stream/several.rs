//! Plans beside each other: every record goes through each, and each writes lines of its own.

use super::lines::Lines;
use crate::engine::{self, Finished, Left, Passing, Plan, Plans};
use crate::model::Model;
use crate::records::{At, Facts, Record};
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many subjects are judged by the reference evaluator at most because their records were corrected; it takes some ten times as long for a record as putting it in order does.
const MOST_APART: usize = 250;

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

    /// Judging begins, with takers for each plan on each thread; of each plan, some subjects are set apart.
    pub(super) fn passing(&self, until: Option<At>, apart: &[Arc<Left>], takers: Vec<Vec<Lines<'m>>>) -> Vec<Passing<'_, 'm, Lines<'m>>> {
        let each = self.plans.iter().zip(&self.elsewhere).zip(takers).zip(apart);
        each.map(|(((plan, elsewhere), takers), apart)| Passing::new(plan, until, &self.lateness, elsewhere, takers).setting_apart(apart.subjects.clone())).collect()
    }

    /// Of each plan, the subjects of records that may stand anywhere; none when they are too many.
    pub(super) fn apart(&self, records: &[Record]) -> Option<Vec<Arc<Left>>> {
        let of = |plan: &Plan<'m>| records.iter().filter_map(|record| plan.subject_of(record)).map(str::to_owned).collect::<BTreeSet<String>>();
        let all: Vec<BTreeSet<String>> = self.plans.iter().map(|plan| of(plan)).collect();
        let are_few = all.iter().map(BTreeSet::len).sum::<usize>() <= MOST_APART;
        are_few.then(|| {
            let each = self.plans.iter().zip(all).zip(&self.others);
            each.map(|((plan, subjects), others)| Arc::new(Left::of(plan, subjects, others.clone()))).collect()
        })
    }

    /// What each plan leaves of what it judges, with those who were set apart.
    pub(super) fn lefts(&self, facts: &Facts, until: At, finished: &[Finished], apart: &[Arc<Left>]) -> Vec<Arc<Left>> {
        let each = self.plans.iter().zip(finished).zip(&self.others).zip(apart);
        each.map(|(((plan, finished), others), apart)| Arc::new(Left::new((plan, facts), until, finished, others.clone()).with(&apart.subjects))).collect()
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
