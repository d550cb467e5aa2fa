//! Records that the reference evaluator needs, while all pass by.

use crate::engine::{Left, Occurred};
use crate::model::value::Scalar;
use crate::records::{Record, Stored};
use std::sync::Arc;

/// Which are kept.
pub(super) struct Kept<'l> {
    lefts: Vec<&'l Left>,
    /// Who occurred so far, for each of these with periods that have not ended.
    occurred: Vec<Occurred<'l>>,
}

impl<'l> Kept<'l> {
    /// For what is left of all plans together, and of each. In the order in which they come.
    pub(super) fn new(outside: &'l Left, lefts: &'l [Arc<Left>]) -> Self {
        let lefts: Vec<&Left> = std::iter::once(outside).chain(lefts.iter().map(Arc::as_ref)).collect();
        Self { occurred: lefts.iter().map(|_| Occurred::default()).collect(), lefts }
    }

    /// Is the next record kept?
    pub(super) fn wants(&mut self, record: &Record) -> bool {
        // Each takes note of who occurs.
        self.lefts.iter().zip(&mut self.occurred).fold(false, |wants, (left, occurred)| wants | is_wanted(left, occurred, record))
    }
}

fn is_wanted<'l>(left: &'l Left, occurred: &mut Occurred<'l>, record: &Record) -> bool {
    let is_subject = |stored: &Stored| matches!(stored, Stored::Known(Scalar::Ref(entity, id)) if left.is_subject(entity, id));
    let is_open = left.open.as_ref().is_some_and(|open| occurred.is_first(open, record) || open.may_count(record.at));
    is_open || !left.norms.is_empty() || (!left.subjects.is_empty() && record.fields.iter().any(is_subject))
}
