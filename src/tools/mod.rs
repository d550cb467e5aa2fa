//! What one does with a model besides judging records: running its examples, holding it against the outline of its text, making up
//! records for it.

pub mod coverage;
mod examples;
pub mod exercised;
pub(crate) mod init;
pub(crate) mod proposed;
pub mod simulate;
#[cfg(test)]
mod tests;

pub use examples::{Checked, Ran, Tested, run, run_only};
