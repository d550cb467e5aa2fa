//! Every text once: the columns of the data name it by its place.

use std::collections::HashMap;

/// The texts, in the order in which they were first named.
#[derive(Debug, Default)]
pub(super) struct Texts {
    places: HashMap<String, usize>,
    all: Vec<String>,
}

impl Texts {
    /// Its place.
    pub(super) fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = self.all.len();
        self.places.insert(text.to_owned(), place);
        self.all.push(text.to_owned());
        place
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// All of them.
    pub(super) fn into_all(self) -> Vec<String> {
        self.all
    }
}
