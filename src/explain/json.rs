//! A derivation as JSON: what it holds, whole, under a version, with its first sentence in both tongues.

use super::prose::summary;
use crate::diagnostics::Tongue;
use crate::model::Model;
use super::Filed;
use crate::reference::derivation::Derivation;
use serde_json::{Value, json};

/// Version of the shape; it changes when a reader of the old shape would misread the new one.
const VERSION: u32 = 1;

/// The derivation as data; lists are whole.
pub(crate) fn json(derivation: &Derivation) -> Value {
    let body = serde_json::to_value(derivation).expect("every key of a derivation is a string");
    json!({ "version": VERSION, "derivation": body })
}

/// As [`json`], with the headline sentence in both tongues.
pub(crate) fn json_with_summary(model: &Model, records: &Filed<'_>, derivation: &Derivation) -> Value {
    let say = |tongue| summary(model, records, derivation, tongue);
    let mut value = json(derivation);
    if let Some(object) = value.as_object_mut() {
        object.insert("summary".to_owned(), json!({ "en": say(Tongue::En), "zh": say(Tongue::Zh) }));
    }
    value
}
