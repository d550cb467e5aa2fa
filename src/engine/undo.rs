//! What a norm that turns out to stay outside had begun is taken back: what it added, not all that was there before.

use super::common::{Common, Slot};

/// One thing that was added.
#[derive(Debug, Clone)]
pub(super) enum Added {
    /// A counter, the last one.
    Counter,
    /// The last update of a record type.
    Update(usize),
    /// How the value of a slot is kept.
    Decided(Slot),
    /// A field of a record type is read.
    Needed(usize, usize),
}

impl Common<'_> {
    /// Takes back whatever was added since so many things had been.
    pub(super) fn undo(&mut self, before: usize) {
        while self.added.len() > before {
            match self.added.pop() {
                Some(Added::Counter) => self.counters.remove_last(),
                Some(Added::Update(event)) => {
                    self.counters.updates.get_mut(event).and_then(Vec::pop);
                }
                Some(Added::Decided(slot)) => {
                    if let Some((_, typed)) = self.decided.get_mut(&slot) {
                        *typed = None;
                    }
                }
                Some(Added::Needed(event, field)) => {
                    if let Some(needed) = self.needed.get_mut(event) {
                        needed.remove(&field);
                    }
                }
                None => {}
            }
        }
    }
}
