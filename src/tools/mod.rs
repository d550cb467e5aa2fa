//! What one does with a model besides judging records: running its examples, holding it against the outline of its text.

pub mod coverage;
mod examples;
pub mod exercised;
#[cfg(test)]
mod tests;

pub use examples::{Checked, Ran, Tested, run};
