//! A table from short keys to numbers, made to be asked for many keys at once: [`Table::touch`] has memory fetched that [`Table::number`] then finds there.

use foldhash::fast::RandomState;
use std::hash::{BuildHasher, Hash};

/// Keys with their numbers, in open addressing: a power of two of places, at most half of which are taken.
#[derive(Debug, Clone)]
pub(super) struct Table<K> {
    /// [`FREE`]: nothing.
    places: Vec<(K, u32)>,
    taken: usize,
    hasher: RandomState,
}

/// The number of a place that is not taken.
const FREE: u32 = u32::MAX;
/// Places at first.
const FIRST: usize = 16;

impl<K: Copy + Default> Default for Table<K> {
    fn default() -> Self {
        Self { places: vec![(K::default(), FREE); FIRST], taken: 0, hasher: RandomState::default() }
    }
}

impl<K: Copy + Default + Eq + Hash> Table<K> {
    /// The hash of a key.
    #[inline]
    pub(super) fn hash(&self, key: K) -> u64 {
        self.hasher.hash_one(key)
    }

    /// Where a key is looked for first: as many bits of the hash as there are places.
    #[inline]
    fn place(&self, hash: u64) -> usize {
        hash as usize & (self.places.len() - 1)
    }

    /// Something of where a key with this hash may stand.
    #[inline]
    pub(super) fn touch(&self, hash: u64) -> u32 {
        self.places.get(self.place(hash)).map_or(0, |(_, number)| *number)
    }

    /// The number of a key, which is `next` if it has none yet.
    #[inline]
    pub(super) fn number(&mut self, key: K, hash: u64, next: u32) -> u32 {
        let mut at = self.place(hash);
        loop {
            match self.places.get_mut(at) {
                Some((_, number)) if *number == FREE => {
                    self.add(key, next);
                    return next;
                }
                Some((known, number)) if *known == key => return *number,
                _ => at = (at + 1) & (self.places.len() - 1),
            }
        }
    }

    /// The number of a key that has one.
    pub(super) fn known(&self, key: K, hash: u64) -> Option<u32> {
        let mut at = self.place(hash);
        loop {
            match self.places.get(at) {
                Some((known, number)) if *number != FREE && *known == key => return Some(*number),
                Some((_, number)) if *number != FREE => at = (at + 1) & (self.places.len() - 1),
                _ => return None,
            }
        }
    }

    fn add(&mut self, key: K, number: u32) {
        if self.taken * 2 >= self.places.len() {
            let more = vec![(K::default(), FREE); self.places.len() * 2];
            let before = std::mem::replace(&mut self.places, more);
            before.into_iter().filter(|(_, number)| *number != FREE).for_each(|(key, number)| self.put(key, number));
        }
        self.taken += 1;
        self.put(key, number);
    }

    /// In the next place that is free.
    fn put(&mut self, key: K, number: u32) {
        let mut at = self.place(self.hash(key));
        while let Some(place) = self.places.get_mut(at) {
            if place.1 == FREE {
                *place = (key, number);
                return;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn every_key_keeps_its_number() {
        let mut table: Table<u64> = Table::default();
        let key = |at: u32| u64::from(at).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for at in 0..10_000 {
            let number = |table: &mut Table<u64>, key: u64, next: u32| table.number(key, table.hash(key), next);
            assert_eq!(number(&mut table, key(at), at), at);
            assert_eq!(number(&mut table, key(at / 2), u32::MAX - 1), at / 2);
        }
        assert_eq!(table.number(key(0), table.hash(key(0)), 7), 0);
        assert_eq!([9, 9_999, 10_000].map(|at| table.known(key(at), table.hash(key(at)))), [Some(9), Some(9_999), None]);
    }
}
