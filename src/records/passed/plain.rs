//! Records that pass by before anybody has made them: what is noted of them is what is noted of those that were made.

use super::Noted;
use crate::records::places::Place;
use crate::records::record::{At, Record};

/// A record before there is one: what must be noted of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain<'t> {
    pub(crate) at: At,
    pub(crate) source: &'t str,
    pub(crate) id: &'t str,
    pub(crate) stream: u32,
    pub(crate) seq: u64,
}

impl Noted<'_, '_> {
    /// The next record, which nobody has made yet; true: it counts, and does not come after the cut. It corrects no other; whom it names is not looked at ([`Noted::look_closer`]).
    pub(crate) fn see_plain(&mut self, plain: &Plain<'_>, record: impl FnOnce() -> Option<Record>) -> bool {
        self.ids.see_one(plain.source, plain.id);
        if self.is_after(plain.at) {
            self.after_cut += 1;
            return false;
        }
        self.used += 1;
        let place = self.places.at(plain.at, plain.stream, plain.seq);
        self.ends(plain.at, place, record);
        self.is_in_order &= self.comes_next(plain.at, plain.stream, place.0);
        true
    }

    /// Must a record of this type be made, to be looked at closer?
    pub(crate) fn asks_for(&self, event: usize) -> bool {
        self.attested.is_asked(event)
    }

    /// The record of one that was plain: it names somebody whom registers do not know, a fact, or norms look at it.
    pub(crate) fn look_closer(&mut self, record: &Record) {
        self.subjects.look(record, self.facts);
        self.attested.look(record);
    }

    /// The same record once more, where they come in the order of their times and none was corrected: its place; none: it comes after the cut.
    pub(crate) fn plain_once_more(&mut self, plain: &Plain<'_>) -> Option<Place> {
        let place = self.places.at(plain.at, plain.stream, plain.seq);
        (!self.is_after(plain.at)).then_some(place)
    }

    /// Does the same record once more come after the cut?
    pub(crate) fn cuts(&self, at: At) -> bool {
        self.is_after(at)
    }
}
