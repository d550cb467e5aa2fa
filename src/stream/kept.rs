//! Records that the reference evaluator needs, while all pass by.

use crate::engine::{Left, Looks, Occurred, Written};
use crate::model::value::Scalar;
use crate::records::{At, Record, Stored};
use std::sync::Arc;

/// Which are kept.
pub(super) struct Kept<'l> {
    /// What norms look at that no plan judges.
    outside: (&'l Looks, Occurred<'l>),
    /// What is left of each plan, and who occurred so far where periods have not ended.
    lefts: Vec<(&'l Left, Occurred<'l>)>,
}

impl<'l> Kept<'l> {
    /// For what is left of all plans together, and of each. In the order in which they come.
    pub(super) fn new(outside: &'l Looks, lefts: &'l [Arc<Left>]) -> Self {
        Self { outside: (outside, Occurred::default()), lefts: lefts.iter().map(|left| (left.as_ref(), Occurred::default())).collect() }
    }

    /// Is the next record kept?
    pub(super) fn wants(&mut self, record: &Record) -> bool {
        let (looks, occurred) = &mut self.outside;
        let outside = occurred.is_first(looks, record) || looks.at(record.event);
        // Each takes note of who occurs.
        self.lefts.iter_mut().fold(outside, |wants, (left, occurred)| wants | is_wanted(left, occurred, record))
    }

    /// Can it be told of words which are kept? Not where it matters who occurs.
    pub(super) fn knows_words(&self) -> bool {
        let open = self.lefts.iter().filter_map(|(left, _)| left.open.as_ref());
        !self.outside.0.at_names() && !open.map(|open| &open.looks).any(Looks::at_names)
    }

    /// The same as [`Kept::wants`], of a record that nobody has made; see [`Kept::knows_words`].
    pub(super) fn wants_plain(&self, at: At, written: &Written<'_, '_>) -> bool {
        let of_left = |left: &Left| {
            let is_open = left.open.as_ref().is_some_and(|open| open.may_count(written.event(), at));
            is_open || (!left.subjects.is_empty() && written.names().any(|(entity, id)| left.is_subject(entity, id)))
        };
        self.outside.0.at(written.event()) || self.lefts.iter().any(|(left, _)| of_left(left))
    }
}

fn is_wanted<'l>(left: &'l Left, occurred: &mut Occurred<'l>, record: &Record) -> bool {
    let is_subject = |stored: &Stored| matches!(stored, Stored::Known(Scalar::Ref(entity, id)) if left.is_subject(entity, id));
    let is_open = left.open.as_ref().is_some_and(|open| occurred.is_first(&open.looks, record) || open.may_count(record.event, record.at));
    is_open || (!left.subjects.is_empty() && record.fields.iter().any(is_subject))
}
