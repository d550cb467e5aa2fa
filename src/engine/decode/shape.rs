//! Which keys follow which: lines of one kind have the same keys in the same order, so that each is found by one comparison.

use super::recipe::End;

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
    next: Vec<Next>,
    /// What stands where, when a line ends here.
    end: Option<Box<End>>,
}

/// A key that may follow.
#[derive(Debug, Clone)]
struct Next {
    /// As it is mostly written, with quotes and colon.
    written: Box<[u8]>,
    /// The first 16 bytes of it, and which of them there are.
    first: u128,
    mask: u128,
    place: usize,
}

impl Next {
    fn new(key: &str, place: usize) -> Self {
        let written = format!("\"{key}\":").into_bytes();
        let (mut first, mut mask) = ([0; 16], [0; 16]);
        for ((byte, first), mask) in written.iter().zip(&mut first).zip(&mut mask) {
            (*first, *mask) = (*byte, 0xff);
        }
        Self { written: written.into(), first: u128::from_le_bytes(first), mask: u128::from_le_bytes(mask), place }
    }
}

/// Before any key.
pub(super) const START: usize = 0;

impl Shapes {
    pub(super) fn new() -> Self {
        Self { places: vec![Place { from: START, key: "".into(), column: None, next: Vec::new(), end: None }] }
    }

    /// The place after the key that stands at `at`, and what comes behind its colon; none when it was not met yet, or is written in another way.
    #[inline]
    pub(super) fn next(&self, place: usize, text: &[u8], at: usize) -> Option<(usize, usize)> {
        let rest = text.get(at..)?;
        let next = &self.places.get(place)?.next;
        // Most keys are shorter than a call to compare them is worth.
        let found = match rest.first_chunk::<16>().map(|first| u128::from_le_bytes(*first)) {
            Some(first) => next.iter().find(|next| (first ^ next.first) & next.mask == 0 && (next.written.len() <= 16 || rest.starts_with(&next.written))),
            None => next.iter().find(|next| rest.starts_with(&next.written)),
        };
        found.map(|next| (next.place, at + next.written.len()))
    }

    /// The place after one more key. None when the key stands twice in the line, or when there are too many kinds of lines.
    pub(super) fn after(&mut self, at: usize, key: &str, columns: &[&str]) -> Option<usize> {
        let place = self.places.get(at)?;
        let known = place.next.iter().map(|next| next.place).find(|next| self.places.get(*next).is_some_and(|place| *place.key == *key));
        known.or_else(|| self.learn(at, key, columns))
    }

    fn learn(&mut self, at: usize, key: &str, columns: &[&str]) -> Option<usize> {
        if self.path(at).any(|place| *place.key == *key) || self.places.len() >= MOST {
            return None;
        }
        let new = self.places.len();
        let column = columns.iter().position(|column| *column == key);
        self.places.push(Place { from: at, key: key.into(), column, next: Vec::new(), end: None });
        self.places.get_mut(at)?.next.push(Next::new(key, new));
        Some(new)
    }

    /// The keys that lead to a place, the last one first.
    fn path(&self, at: usize) -> impl Iterator<Item = &Place> {
        let mut at = at;
        std::iter::from_fn(move || {
            let place = self.places.get(at).filter(|_| at != START)?;
            at = place.from;
            Some(place)
        })
    }

    /// What stands where in lines that end at a place.
    pub(super) fn end(&mut self, at: usize, type_column: Option<usize>) -> Option<&mut End> {
        if self.places.get(at)?.end.is_none() {
            let mut columns: Vec<Option<usize>> = self.path(at).map(|place| place.column).collect();
            columns.reverse();
            self.places.get_mut(at)?.end = Some(Box::new(End::new(columns, type_column)));
        }
        self.places.get_mut(at)?.end.as_deref_mut()
    }
}
