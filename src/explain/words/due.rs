//! Until when something is due, in words.

use crate::model::norm::Requirement;
use crate::records::At;

/// Is the time at which it is due itself too late? Before a day means by the end of the day before, which is in time.
pub(crate) fn is_too_late(requirement: Option<&Requirement>, due: At) -> bool {
    matches!(due, At::Moment(_)) && requirement.is_some_and(Requirement::is_before)
}
