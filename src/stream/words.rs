//! Notes of records that become words at once.

use super::kept::Kept;
use crate::engine::{Looks, Notes, Passage, Written};
use crate::records::{Input, Noted, Passed, Place, Plain, Record};

/// What makes words of the records of an input at once, where there is something that can.
pub(super) fn at_once<'l, 'p, 'f, 'm>(passage: Option<&'l mut Passage<'p, 'f, 'm>>, input: &Input<'_>) -> Option<&'l mut Passage<'p, 'f, 'm>> {
    passage.filter(|_| Passage::knows(input))
}

/// The first time.
pub(super) struct First<'n, 'm, 'f> {
    pub(super) noted: &'n mut Noted<'m, 'f>,
    /// What norms look at that need records.
    pub(super) looks: &'n Looks,
    pub(super) kept: &'n mut Vec<Record>,
}

impl Notes for First<'_, '_, '_> {
    fn plain(&mut self, plain: &Plain<'_>, written: &Written<'_, '_>, record: &mut dyn FnMut() -> Option<Record>) -> Option<bool> {
        let counts = self.noted.see_plain(plain, &mut *record);
        let is_kept = self.looks.at(written.event());
        if counts && (is_kept || written.names_unknown || self.noted.asks_for(written.event())) {
            let record = record()?;
            self.noted.look_closer(&record);
            if is_kept && !self.noted.needs_all() {
                self.kept.push(record);
            }
        }
        Some(counts)
    }

    fn made(&mut self, passed: Passed) -> Option<Record> {
        let record = self.noted.look(passed).pop()?;
        if self.looks.at(record.event) && !self.noted.needs_all() {
            self.kept.push(record.clone());
        }
        Some(record)
    }
}

/// Once more.
pub(super) struct Again<'n, 'm, 'f, 'l> {
    pub(super) noted: &'n mut Noted<'m, 'f>,
    pub(super) keeping: &'n mut Kept<'l>,
    pub(super) kept: &'n mut Vec<(Place, Record)>,
}

impl Notes for Again<'_, '_, '_, '_> {
    fn plain(&mut self, plain: &Plain<'_>, written: &Written<'_, '_>, record: &mut dyn FnMut() -> Option<Record>) -> Option<bool> {
        let Some(place) = self.noted.plain_once_more(plain) else { return Some(false) };
        if self.keeping.wants_plain(plain.at, written) {
            self.kept.push((place, record()?));
        }
        Some(true)
    }

    fn made(&mut self, passed: Passed) -> Option<Record> {
        let (places, records) = self.noted.once_more(passed);
        let (place, record) = places.into_iter().zip(records).next()?;
        if self.keeping.wants(&record) {
            self.kept.push((place, record.clone()));
        }
        Some(record)
    }
}
