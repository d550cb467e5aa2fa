//! Which keys follow which: lines of one kind have the same keys in the same order, so that each is found by one comparison.

use super::super::word::same;

/// Most places that are learnt; what comes beyond is read slowly.
const MOST: usize = 4096;

/// A tree of keys.
#[derive(Debug, Clone)]
pub(super) struct Shapes {
    places: Vec<Place>,
}

/// After some keys.
#[derive(Debug, Clone)]
struct Place {
    /// The place before, and the key that led here.
    from: usize,
    key: Box<str>,
    /// What that key's column is, if anybody wants it.
    column: Option<usize>,
    /// Places that may follow.
    next: Vec<usize>,
}

/// Before any key.
pub(super) const START: usize = 0;

impl Shapes {
    pub(super) fn new() -> Self {
        Self { places: vec![Place { from: START, key: "".into(), column: None, next: Vec::new() }] }
    }

    /// The place after one more key, and the key's column. None when the key stands twice in the line, or when there are too many kinds of lines.
    pub(super) fn after(&mut self, at: usize, key: &str, columns: &[&str]) -> Option<(usize, Option<usize>)> {
        let place = self.places.get(at)?;
        let found = place.next.iter().find_map(|next| self.places.get(*next).filter(|place| same(&place.key, key)).map(|place| (*next, place.column)));
        found.or_else(|| self.learn(at, key, columns))
    }

    fn learn(&mut self, at: usize, key: &str, columns: &[&str]) -> Option<(usize, Option<usize>)> {
        let mut back = at;
        while back != START {
            let place = self.places.get(back)?;
            if *place.key == *key {
                return None;
            }
            back = place.from;
        }
        if self.places.len() >= MOST {
            return None;
        }
        let new = self.places.len();
        let column = columns.iter().position(|column| *column == key);
        self.places.push(Place { from: at, key: key.into(), column, next: Vec::new() });
        self.places.get_mut(at)?.next.push(new);
        Some((new, column))
    }
}
