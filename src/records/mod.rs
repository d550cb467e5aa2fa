//! Files → records: readers, identity, order, corrections; and the facts of registers and cases.
//!
//! Readers take anything that is [`std::io::BufRead`]; opening files is the command line's business. A bad record costs itself and nothing else: it is
//! a [`Rejection`]. The steps: lines or tags (`csv`, `jsonl`, `xes`) → rows of raw values → `row` finds the event by `layout` and types the
//! columns → `store` (which `saved` and `by_key` keep for a later audit) → `finish` settles cut, `identity`, `corrections`, [`order`] and facts.

#[cfg(feature = "arrow")]
pub(crate) mod arrow;
mod at;
mod attested;
mod by_hand;
mod by_key;
mod cases;
mod clean;
mod corrections;
#[cfg(feature = "arrow")]
mod counted;
mod csv;
mod digest;
mod events;
mod finish;
mod flat;
mod format;
mod identity;
mod input;
mod jsonl;
mod layout;
mod lines;
mod number;
pub mod order;
#[cfg(feature = "parquet")]
mod parquet;
mod passed;
mod places;
mod pieces;
mod portions;
mod problem;
mod raw;
mod reader;
pub mod record;
mod several;
mod register;
mod row;
mod saved;
mod set;
mod settled;
mod sink;
mod slowly;
mod store;
mod time;
mod typed;
mod types;
mod xes;
mod zstd;

pub use format::{Format, Packing};
pub use input::Input;

pub(crate) use at::{Hashes, Rows, hash};
pub(crate) use reader::Given;
pub(crate) use saved::SavedAt;
pub(crate) use digest::add as add_digested;
pub(crate) use passed::{Noted, Plain};
pub(crate) use pieces::Piece;
pub(crate) use portions::{Portion, Unread, Writing};
pub(crate) use row::unnamed;
pub(crate) use xes::Events;
pub(crate) use slowly::Slowly;
pub(crate) use places::Place;
pub(crate) use store::Passed;
pub use reader::{LINE_LIMIT, Reader};
pub(crate) use record::qualifier;
pub use record::{At, Attributes, Fact, Facts, Origin, Record, Rejection, Stored};
pub use by_key::Named;
pub(crate) use saved::packed;
pub(crate) use saved::{Draft, Whole};
pub use saved::{Key, KeyState, State, UnusableState};
pub use set::{Counts, Cut, Records};
pub use time::read_time;
#[cfg(test)]
pub(crate) use time::date as read_date;

#[cfg(test)]
mod tests;
