//! Ids that were there already. Two records with one id are the business of the reader that has all of them.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// The ids of one source. Whole numbers that only grow take no room.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct Seen {
    /// First and last of numbers that followed each other.
    runs: Vec<(u64, u64)>,
    hashes: HashSet<u64>,
    hasher: RandomState,
}

/// Ids of some lines, in their order.
#[derive(Debug, Default)]
pub(in crate::engine) struct Ids {
    /// First and last of numbers that followed each other, growing.
    runs: Vec<(u64, u64)>,
    /// Numbers that were not larger than all before.
    numbers: Vec<u64>,
    hashes: Vec<u64>,
    hasher: RandomState,
}

impl Ids {
    pub(super) fn add(&mut self, id: &str) {
        match number(id) {
            Some(number) => self.add_number(number),
            None => self.hashes.push(self.hasher.hash_one(id)),
        }
    }

    /// As for an id that is a whole number.
    #[inline]
    pub(super) fn add_number(&mut self, number: u64) {
        match self.runs.last_mut() {
            Some((_, last)) if number == *last + 1 => *last = number,
            Some((_, last)) if number <= *last => self.numbers.push(number),
            _ => self.runs.push((number, number)),
        }
    }
}

impl Seen {
    /// For ids that are asked about later.
    pub(in crate::engine) fn ids(&self) -> Ids {
        Ids { hasher: self.hasher.clone(), ..Ids::default() }
    }

    /// Are all of them surely new, and each of them once? Once they are not, nothing more is asked.
    pub(super) fn are_new(&mut self, ids: Ids) -> bool {
        let mut are_new = true;
        for (first, last) in ids.runs {
            match self.runs.last_mut() {
                Some((_, known)) if first == *known + 1 => *known = last,
                Some((_, known)) if first <= *known => are_new &= (first..=last).all(|number| self.is_new_number(number)),
                _ => self.runs.push((first, last)),
            }
        }
        are_new && ids.numbers.into_iter().all(|number| self.is_new_number(number)) && ids.hashes.into_iter().all(|hash| self.hashes.insert(hash))
    }

    /// Is it surely a new one?
    pub(super) fn is_new(&mut self, id: &str) -> bool {
        match number(id) {
            Some(number) => self.is_new_number(number),
            None => self.hashes.insert(self.hasher.hash_one(id)),
        }
    }

    /// As for an id that is a whole number.
    pub(super) fn is_new_number(&mut self, number: u64) -> bool {
        match self.runs.last_mut() {
            Some((_, last)) if number == *last + 1 => {
                *last = number;
                true
            }
            Some((_, last)) if number <= *last => {
                let after = self.runs.partition_point(|(first, _)| *first <= number);
                let within = after.checked_sub(1).and_then(|at| self.runs.get(at)).is_some_and(|(_, last)| number <= *last);
                !within && self.hashes.insert(self.hasher.hash_one(number))
            }
            _ => {
                self.runs.push((number, number));
                true
            }
        }
    }
}

/// The number that an id is, when it is written as numbers are.
fn number(id: &str) -> Option<u64> {
    let plain = (1..=18).contains(&id.len()) && (id == "0" || !id.starts_with('0')) && id.bytes().all(|byte| byte.is_ascii_digit());
    if plain { id.parse().ok() } else { None }
}
