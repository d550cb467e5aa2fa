//! Names with their numbers, found by what they are.

use super::table::Table;
use super::word::Word;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// A name that is looked up: as it stands in a table, if it is short.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asked {
    key: u128,
    hash: u64,
    length: usize,
}

/// Texts with their numbers. Short ones, which are most, stand in a table themselves.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbered {
    tiny: Table<u64>,
    short: Table<u128>,
    long: HashMap<Box<str>, u32, RandomState>,
    /// All names, one after the other, and where each ends.
    text: String,
    ends: Vec<u32>,
}

/// Bytes of a tiny text, and of a short one.
const TINY: usize = 7;
const LONGER: usize = TINY + 1;
const SHORT: usize = 15;

impl Numbered {
    pub(super) fn number(&mut self, text: &str) -> Word {
        let asked = self.asked(text.as_bytes(), (0, text.len()));
        self.answer(asked, text)
    }

    /// What stands there.
    #[inline]
    pub(super) fn asked(&self, text: &[u8], (start, length): (usize, usize)) -> Asked {
        match length {
            0..=TINY => {
                let key = tiny(text, start, length);
                Asked { key: u128::from(key), hash: self.tiny.hash(key), length }
            }
            LONGER..=SHORT => {
                let key = short(text, start, length);
                Asked { key, hash: self.short.hash(key), length }
            }
            _ => Asked { length, ..Asked::default() },
        }
    }

    /// Something of the memory that is needed for its number.
    #[inline]
    pub(super) fn touch(&self, asked: Asked) -> u32 {
        match asked.length {
            0..=TINY => self.tiny.touch(asked.hash),
            LONGER..=SHORT => self.short.touch(asked.hash),
            _ => 0,
        }
    }

    #[inline]
    pub(super) fn answer(&mut self, asked: Asked, text: &str) -> Word {
        let next = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        let number = match asked.length {
            0..=TINY => self.tiny.number(asked.key as u64, asked.hash, next),
            LONGER..=SHORT => self.short.number(asked.key, asked.hash, next),
            _ => match self.long.get(text) {
                Some(number) => *number,
                None => *self.long.entry(text.into()).or_insert(next),
            },
        };
        if number == next {
            self.text.push_str(text);
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
        Word::from(number)
    }

    /// The number of a text that has one already.
    pub(super) fn known(&self, text: &str) -> Option<usize> {
        let asked = self.asked(text.as_bytes(), (0, text.len()));
        let number = match asked.length {
            0..=TINY => self.tiny.known(asked.key as u64, asked.hash),
            LONGER..=SHORT => self.short.known(asked.key, asked.hash),
            _ => self.long.get(text).copied(),
        };
        number.map(|number| number as usize)
    }

    /// All names, one after the other, and where each ends.
    pub(super) fn spelled(&self) -> (&str, &[u32]) {
        (&self.text, &self.ends)
    }

    #[inline]
    pub(super) fn name(&self, number: usize) -> Option<&str> {
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start as usize..*self.ends.get(number)? as usize)
    }
}

/// The bytes of a tiny text that stands there, and last their number.
#[inline]
fn tiny(text: &[u8], start: usize, length: usize) -> u64 {
    let key = match chunk::<8>(text, start) {
        // What stands behind the text is wiped out.
        Some(chunk) => u64::from_le_bytes(*chunk) & ((1 << (8 * length.min(TINY))) - 1),
        None => u64::from_le_bytes(filled(text, start, length)),
    };
    key | (length as u64) << (8 * TINY)
}

/// The same of a short one.
#[inline]
fn short(text: &[u8], start: usize, length: usize) -> u128 {
    let key = match chunk::<16>(text, start) {
        Some(chunk) => u128::from_le_bytes(*chunk) & ((1 << (8 * length.min(SHORT))) - 1),
        None => u128::from_le_bytes(filled(text, start, length)),
    };
    key | (length as u128) << (8 * SHORT)
}

fn chunk<const N: usize>(text: &[u8], start: usize) -> Option<&[u8; N]> {
    text.get(start..)?.first_chunk::<N>()
}

/// A text at the end of all.
fn filled<const N: usize>(text: &[u8], start: usize, length: usize) -> [u8; N] {
    let mut bytes = [0; N];
    let from = text.get(start..start + length).unwrap_or_default();
    bytes.iter_mut().zip(from).for_each(|(place, byte)| *place = *byte);
    bytes
}
