//! What the engine leaves to the reference evaluator: norms, subjects, periods that have not ended.

use super::close::Finished;
use super::open::Open;
use super::plan::Plan;
use crate::model::value::Scalar;
use crate::records::{At, Facts, Record, Stored};
use crate::reference::Asked;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// What the engine leaves to the reference evaluator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Left {
    /// Norms, with those on which they rest.
    pub(crate) norms: BTreeSet<usize>,
    /// Subjects of the plan's entity.
    pub(crate) subjects: BTreeSet<String>,
    /// Periods that have not ended.
    pub(crate) open: Option<Open>,
    /// The last day that is over.
    pub(crate) over: Option<NaiveDate>,
    entity: String,
    /// Norms whose verdicts on these subjects are not the plan's.
    others: BTreeSet<usize>,
    /// Of each record type: the field that names the plan's subject. None: that of the occasion.
    keys: Option<Vec<Option<usize>>>,
}

impl Left {
    /// What is left whatever the records are: norms.
    #[cfg(feature = "arrow")]
    pub(crate) fn outside(plan: &Plan<'_>) -> Self {
        Self { entity: plan.entity().unwrap_or_default().to_owned(), ..Self::norms(plan.rests_outside()) }
    }

    /// Norms alone, whosever they are.
    pub(crate) fn norms(norms: BTreeSet<usize>) -> Self {
        Self { norms, ..Self::default() }
    }

    /// What is left of that which a plan judges. `facts`: of the registers; `finished`: what judging all records came to; `others`: norms whose verdicts on its subjects another plan tells.
    pub(crate) fn new((plan, facts): (&Plan<'_>, &Facts), until: At, finished: &Finished, others: BTreeSet<usize>) -> Self {
        let subjects = finished.again.iter().cloned().collect();
        let open = finished.unfinished.then(|| Open::new(plan, facts, until.day(plan.zone)));
        Self { open, over: last_day_over(plan, until), ..Self::of(plan, subjects, others) }
    }

    /// Subjects of a plan alone.
    pub(crate) fn of(plan: &Plan<'_>, subjects: BTreeSet<String>, others: BTreeSet<usize>) -> Self {
        let keys = plan.anywhere.then(|| plan.keys.clone());
        Self { subjects, entity: plan.entity().unwrap_or_default().to_owned(), others, keys, ..Self::default() }
    }

    /// And these subjects.
    pub(crate) fn with(mut self, subjects: &BTreeSet<String>) -> Self {
        self.subjects.extend(subjects.iter().cloned());
        self
    }

    /// Is there nothing?
    pub(crate) fn is_empty(&self) -> bool {
        self.norms.is_empty() && self.subjects.is_empty() && self.open.is_none()
    }

    /// Is something left of this norm, or needed for what is left?
    pub(crate) fn needs_norm(&self, norm: usize) -> bool {
        (!self.subjects.is_empty() && !self.others.contains(&norm)) || self.norms.contains(&norm) || self.open.as_ref().is_some_and(|open| open.rests_on(norm))
    }

    /// Is this subject left?
    pub(crate) fn of_subject(&self, subject: Option<&(std::sync::Arc<str>, std::sync::Arc<str>)>) -> bool {
        subject.is_some_and(|(entity, id)| self.is_subject(entity, id))
    }

    /// The same.
    pub(crate) fn is_subject(&self, entity: &str, id: &str) -> bool {
        *entity == *self.entity && self.is_of_entity(id)
    }

    /// Is this subject of the plan's entity left?
    pub(crate) fn is_of_entity(&self, id: &str) -> bool {
        !self.subjects.is_empty() && self.subjects.contains(id)
    }

    /// Is an occasion of this norm left?
    pub(crate) fn of_occasion(&self, norm: usize, wanted: &Asked<'_>) -> bool {
        let key = |record: &Record| match record.fields.get(self.keys.as_ref()?.get(record.event).copied()??) {
            Some(Stored::Known(Scalar::Ref(entity, id))) => Some(self.is_subject(entity, id)),
            _ => None,
        };
        let is_own = || match &self.keys {
            None => self.of_subject(wanted.subject),
            Some(_) => wanted.record.and_then(key) == Some(true),
        };
        let is_open = || self.open.as_ref().is_some_and(|open| open.is_open(norm, wanted, self.over));
        self.norms.contains(&norm) || (!self.others.contains(&norm) && is_own()) || is_open()
    }

    /// Is an occasion of this norm needed for periods that have not ended?
    pub(crate) fn needs_occasion(&self, norm: usize, wanted: &Asked<'_>) -> bool {
        self.open.as_ref().is_some_and(|open| open.needs(norm, wanted))
    }
}

/// The last day that is over.
pub(super) fn last_day_over(plan: &Plan<'_>, until: At) -> Option<NaiveDate> {
    match until {
        At::Date(day) => Some(day),
        At::Moment(_) => until.day(plan.zone).pred_opt(),
    }
}
