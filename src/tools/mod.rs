//! What one does with a model besides judging records: running its examples.

mod examples;
#[cfg(test)]
mod tests;

pub use examples::{Checked, Ran, run};
