//! Files → records: readers, identity, order, corrections; and the facts of registers and cases.
//!
//! Readers take anything that is [`std::io::BufRead`]; opening files is the command line's business.

pub mod record;

pub use record::{At, Facts, Origin, Record, Rejection, Stored};
