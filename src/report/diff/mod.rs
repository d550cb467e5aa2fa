//! `bylaw diff`: what a revision changes, for people and for scripts.

mod events;
mod human;
mod json;

use crate::diff::Difference;
use crate::diff::recorded::Recorded;
use crate::model::Model;

/// A difference with what it is shown by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report<'a> {
    /// The earlier and the later version.
    pub(crate) models: [&'a Model; 2],
    /// What is said otherwise.
    pub(crate) difference: &'a Difference,
    /// What changes for recorded events, when some were given.
    pub(crate) recorded: Option<&'a Recorded>,
    /// Show the cases.
    pub(crate) cases: bool,
    /// Show everything, however long.
    pub(crate) all: bool,
}
