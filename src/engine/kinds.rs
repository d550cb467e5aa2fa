//! The values of enumerations, by name.

use super::word::Word;
use crate::model::Model;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Enumeration → value → its place in the list.
#[derive(Debug, Clone, Default)]
pub(super) struct Kinds<'m> {
    places: HashMap<&'m str, HashMap<&'m str, Word, RandomState>, RandomState>,
}

impl<'m> Kinds<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        let values = |kind: &'m crate::model::Kind| (0..).zip(&kind.values).map(|(place, (value, _))| (value.as_str(), place)).collect();
        Self { places: model.kinds.iter().map(|kind| (kind.name.as_str(), values(kind))).collect() }
    }

    /// The place of a value in its enumeration.
    pub(super) fn place(&self, kind: &str, value: &str) -> Option<Word> {
        self.places.get(kind)?.get(value).copied()
    }
}
