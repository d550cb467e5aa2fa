//! Room to work in: the record that is judged, and what was made of it. It is used again for every record.

use super::plan::Plan;
use super::sink::Made;
use super::word::{MISSING, Word, is_plain};

/// A record that is judged: the one read, or one that was made of it.
#[derive(Debug, Default)]
pub(super) struct Live {
    pub(super) event: usize,
    pub(super) slots: Vec<Word>,
    /// Every field that code reads is there.
    pub(super) sure: bool,
    /// What norms decided for it.
    pub(super) decided: Vec<Word>,
    /// Where it is kept, when records are.
    pub(super) place: Option<usize>,
}

/// Norm (index into the model's), which of its records, and which record it was made from: the one read (0), or one that was made.
pub(super) type MadeBy = (usize, usize, usize);

/// Room that is used again for every record.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// The record that was read.
    pub(super) read: Live,
    /// Those that were made of it.
    pub(super) made: Vec<Live>,
    pub(super) made_by: Vec<MadeBy>,
    /// Of these so many are there.
    pub(super) count: usize,
}

impl Live {
    /// Another record takes its place.
    #[inline]
    pub(super) fn begin(&mut self, event: usize, decided: usize) {
        self.event = event;
        self.slots.clear();
        self.decided.clear();
        self.decided.resize(decided, MISSING);
        self.sure = false;
        self.place = None;
    }

    /// Its words are there: takes note whether all are that code reads.
    #[inline]
    pub(super) fn filled(&mut self, plan: &Plan<'_>) {
        let read = plan.read.get(self.event).map(Vec::as_slice).unwrap_or_default();
        self.sure = read.iter().all(|at| self.slots.get(*at).is_some_and(|word| is_plain(*word)));
    }
}

/// By which norms a record was made.
pub(super) fn with_makers(plan: &Plan<'_>, made_by: &[MadeBy], one: usize, told: &mut dyn FnMut(Made<'_>)) {
    fn chain(plan: &Plan<'_>, made_by: &[MadeBy], one: usize, then: &mut dyn FnMut(&Made<'_>)) {
        match one.checked_sub(1).and_then(|one| made_by.get(one)) {
            None => then(&Made { chain: None }),
            Some((norm, number, from)) => {
                let norm = plan.norm(*norm).map_or("", |norm| norm.name.as_str());
                chain(plan, made_by, *from, &mut |inner| then(&Made { chain: Some((norm, *number, inner)) }));
            }
        }
    }
    chain(plan, made_by, one, &mut |made| told(*made));
}
