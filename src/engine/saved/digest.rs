//! The digest of what gives the words of a state their meaning. With another one, they would be read as something else.

use super::super::plan::Plan;
use crate::model::bundle;
use sha2::{Digest as _, Sha256};
use std::fmt::{self, Debug, Write as _};

/// SHA-256.
pub(super) type Digest = [u8; 32];

impl Plan<'_> {
    /// The digest of the rules, calendars and registers, and of what this version of Bylaw made of them: which word counts what, in which
    /// order norms are judged. It is worked out once for a plan.
    pub(super) fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| {
            let mut hash = Hashing(Sha256::new());
            hash.add(&bundle::digest(self.model));
            hash.add(&(self.entity, self.anywhere, self.zone, &self.fields, &self.keys, &self.valid, &self.updates, &self.judgings));
            hash.add(&(&self.feeds, &self.programs, &self.closings, self.counters, &self.means, &self.fresh, &self.units, self.header, &self.postings));
            hash.add(&(&self.facts, self.names.spelled()));
            hash.0.finalize().into()
        })
    }
}

/// Takes the digest of what is written to it.
struct Hashing(Sha256);

impl Hashing {
    /// Adds something by all that it holds. None of it has an order that changes from process to process.
    fn add(&mut self, what: &dyn Debug) {
        write!(self, "{what:?}\0").expect("a digest takes everything");
    }
}

impl fmt::Write for Hashing {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}
