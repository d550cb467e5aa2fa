//! Verdict → derivation → prose in two tongues, JSON, and the checker that derives it once more.
//!
//! * [`prose`]: read from top to bottom by somebody who does not program. `words/` knows names, values and expressions in a
//!   tongue, `prose/` the sections.
//! * [`json()`]: the same as data, nothing shortened.
//! * [`Filed`]: the records by their references, gathered once where many verdicts are explained.
//! * [`check`]: shares no code with [`crate::reference`] beyond the data types; what it accepts follows from the model and the records.

mod check;
mod filed;
mod json;
mod prose;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use crate::diagnostics::{Say, Tongue};
use crate::model::Model;
use crate::reference::derivation::Derivation;

pub use filed::Filed;

/// The derivation as a text in `tongue`. Long lists of records are shortened, with counts.
pub fn prose<'r>(model: &'r Model, records: impl Into<Filed<'r>>, derivation: &Derivation, tongue: Tongue) -> String {
    prose::prose(model, &records.into(), derivation, tongue)
}

/// The first sentence of [`prose`]: who, what, ruling, when, amount.
pub fn summary<'r>(model: &'r Model, records: impl Into<Filed<'r>>, derivation: &Derivation, tongue: Tongue) -> String {
    prose::summary(model, &records.into(), derivation, tongue)
}

/// The derivation as JSON (`docs/explain.md`): `{"version": 1, "derivation": …}`.
pub fn json(derivation: &Derivation) -> serde_json::Value {
    json::json(derivation)
}

/// As [`json()`], with `"summary": {"en": …, "zh": …}`.
pub fn json_with_summary<'r>(model: &'r Model, records: impl Into<Filed<'r>>, derivation: &Derivation) -> serde_json::Value {
    json::json_with_summary(model, &records.into(), derivation)
}

/// Derives the verdict once more from the model and the records and compares every step.
///
/// # Errors
/// Every place where the derivation does not follow.
pub fn check<'r>(model: &'r Model, records: impl Into<Filed<'r>>, derivation: &Derivation) -> Result<(), Vec<Say>> {
    check::check(model, &records.into(), derivation)
}
