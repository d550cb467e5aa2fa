//! Records that the reference evaluator needs, while all pass by.

use crate::engine::{Left, Looks, Occurred, Written};
use crate::model::value::Scalar;
use crate::records::{At, Record, Stored};
use std::sync::Arc;

/// Which are kept.
pub(super) struct Kept<'l> {
    /// What norms look at that no plan judges.
    outside: Occurred<'l>,
    /// What is left of each plan, and who occurred so far where periods have not ended.
    lefts: Vec<(&'l Left, Option<Occurred<'l>>)>,
}

impl<'l> Kept<'l> {
    /// For what is left of all plans together, and of each. In the order in which they come.
    pub(super) fn new(outside: &'l Looks, lefts: &'l [Arc<Left>]) -> Self {
        let occurred = |left: &'l Arc<Left>| left.open.as_ref().map(|open| Occurred::new(&open.looks));
        Self { outside: Occurred::new(outside), lefts: lefts.iter().map(|left| (left.as_ref(), occurred(left))).collect() }
    }

    /// Is the next record kept?
    pub(super) fn wants(&mut self, record: &Record) -> bool {
        let is_subject = |left: &Left, stored: &Stored| matches!(stored, Stored::Known(Scalar::Ref(entity, id)) if left.is_subject(entity, id));
        let names = |left: &Left| record.fields.iter().any(|stored| is_subject(left, stored));
        self.wants_one((record.event, record.at), &|occurred| occurred.is_first(record), &names)
    }

    /// The same, of a record that nobody has made.
    pub(super) fn wants_plain(&mut self, at: At, written: &Written<'_, '_>) -> bool {
        let names = |left: &Left| written.names().any(|(entity, id)| left.is_subject(entity, id));
        self.wants_one((written.event(), at), &|occurred| occurred.is_first_of(|| written.names()), &names)
    }

    /// `is_first`: does it name somebody for the first time? `names`: does it name a subject who is left?
    fn wants_one(&mut self, (event, at): (usize, At), is_first: &dyn Fn(&mut Occurred<'l>) -> bool, names: &dyn Fn(&Left) -> bool) -> bool {
        let mut wants = is_first(&mut self.outside) || self.outside.looks().at(event);
        // Each takes note of who occurs.
        for (left, occurred) in &mut self.lefts {
            let is_open = occurred.as_mut().is_some_and(is_first) || left.open.as_ref().is_some_and(|open| open.may_count(event, at));
            wants |= is_open || (!left.subjects.is_empty() && names(left));
        }
        wants
    }
}
