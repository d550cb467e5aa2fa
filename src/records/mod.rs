//! Files → records: readers, identity, order, corrections; and the facts of registers and cases.
//!
//! Readers take anything that is [`std::io::BufRead`]; opening files is the command line's business.

mod format;
pub mod order;
pub mod record;
mod set;

pub use format::{Format, open_gzip};
pub use record::{At, Fact, Facts, Origin, Record, Rejection, Stored};
pub use set::{Counts, Cut, Records};
