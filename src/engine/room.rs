//! Room to work in: the record that is judged, and what was made of it. It is used again for every record.

use super::plan::Plan;
use super::sink::Made;
use super::word::{MISSING, Word};

/// A record that is judged: the one read, or one that was made of it.
#[derive(Debug, Default)]
pub(super) struct Live {
    pub(super) event: usize,
    pub(super) slots: Vec<Word>,
    /// What norms decided for it.
    pub(super) decided: Vec<Word>,
    /// Norm (index into the model's), which of its records, place of the record it was made from.
    pub(super) made: Option<(usize, usize, usize)>,
    /// Where it is kept, when records are.
    pub(super) place: Option<usize>,
}

/// Room that is used again for every record.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) live: Vec<Live>,
    /// Of these so many are there.
    pub(super) count: usize,
}

impl Room {
    /// Room for one more record.
    pub(super) fn next(&mut self, event: usize, decided: usize) -> &mut Live {
        if self.live.len() <= self.count {
            self.live.push(Live::default());
        }
        let at = self.count;
        self.count += 1;
        let live = &mut self.live[at];
        live.event = event;
        live.slots.clear();
        live.decided.clear();
        live.decided.resize(decided, MISSING);
        live.made = None;
        live.place = None;
        live
    }

    /// By which norms a record was made.
    pub(super) fn with_makers(&self, plan: &Plan<'_>, one: usize, told: &mut dyn FnMut(Made<'_>)) {
        fn chain(room: &Room, plan: &Plan<'_>, one: usize, then: &mut dyn FnMut(&Made<'_>)) {
            match room.live.get(one).and_then(|live| live.made) {
                None => then(&Made { chain: None }),
                Some((norm, number, from)) => {
                    let norm = plan.norm(norm).map_or("", |norm| norm.name.as_str());
                    chain(room, plan, from, &mut |inner| then(&Made { chain: Some((norm, number, inner)) }));
                }
            }
        }
        chain(self, plan, one, &mut |made| told(*made));
    }
}
