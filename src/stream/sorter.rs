//! Texts in the order of their keys, more of them than memory holds: an external merge sort. What does not fit is sorted, written to a file without a
//! name that goes away with the program, and merged at the end.

use super::merge::{Merge, Source};
use crate::threads::Threads;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

/// Collects texts with their keys.
#[derive(Debug)]
pub(super) struct Sorter {
    /// Keys and texts, one after the other.
    bytes: Vec<u8>,
    /// Where each begins, the length of its key and of its text.
    places: Vec<(usize, u32, u32)>,
    /// Bytes that are kept before they are written.
    limit: usize,
    runs: Vec<File>,
}

impl Sorter {
    pub(super) fn new(limit: usize) -> Self {
        // What is not used of it takes no memory.
        Self { bytes: Vec::with_capacity(limit), places: Vec::new(), limit, runs: Vec::new() }
    }

    /// One more. Of those with the same key, the one that came first stays first.
    pub(super) fn push(&mut self, key: &[u8], text: &[u8]) -> io::Result<()> {
        if !self.places.is_empty() && self.bytes.len() + key.len() + text.len() > self.limit {
            self.spill()?;
        }
        let too_long = |_| io::Error::other("a line of four gigabytes");
        let place = (self.bytes.len(), u32::try_from(key.len()).map_err(too_long)?, u32::try_from(text.len()).map_err(too_long)?);
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(text);
        self.places.push(place);
        Ok(())
    }

    fn sort(&mut self) {
        let key = |(start, key, _): &(usize, u32, u32)| self.bytes.get(*start..start + *key as usize).unwrap_or_default();
        self.places.sort_by(|a, b| key(a).cmp(key(b)));
    }

    /// Writes what is in memory to a file.
    fn spill(&mut self) -> io::Result<()> {
        let told = |error: io::Error| {
            let folder = std::env::temp_dir();
            io::Error::other(format!("lines that memory does not hold go to a file in `{}`: {error}; make room there, or name another folder in TMPDIR", folder.display()))
        };
        self.written().map_err(told)
    }

    fn written(&mut self) -> io::Result<()> {
        self.sort();
        let mut file = BufWriter::with_capacity(1 << 18, tempfile::tempfile()?);
        for (start, key, text) in self.places.drain(..) {
            file.write_all(&key.to_le_bytes())?;
            file.write_all(&text.to_le_bytes())?;
            file.write_all(self.bytes.get(start..start + key as usize + text as usize).unwrap_or_default())?;
        }
        self.bytes.clear();
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        Ok(())
    }

    /// All texts of several, in the order of their keys.
    pub(super) fn merge(all: Vec<Self>, take: impl FnMut(&[u8], &[u8]) -> io::Result<()>) -> io::Result<()> {
        Merge::of(all.into_iter().flat_map(Self::sorted).collect())?.each(take)
    }

    /// The same without the keys. Where there are several threads, another one merges meanwhile.
    pub(super) fn merge_on(all: Vec<Self>, threads: Threads, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        if threads == Threads::ONE {
            return Self::merge(all, |_, text| take(text));
        }
        let mut merge = Merge::of(Threads::each(all, Self::sorted).into_iter().flatten().collect())?;
        threads.ahead(move || merge.block(), |block| block.texts().try_for_each(&mut take))
    }

    /// What is left of it in memory is sorted, too.
    fn sorted(mut self) -> Vec<Source> {
        self.sort();
        let written = self.runs.into_iter().map(Source::written);
        written.chain([Source::Kept(self.bytes, self.places.into_iter())]).collect()
    }
}

/// A key made of parts, which compare as the parts do, one after the other.
#[derive(Debug, Default)]
pub(super) struct Key(pub(super) Vec<u8>);

impl Key {
    /// Begins anew.
    pub(super) fn clear(&mut self) -> &mut Self {
        self.0.clear();
        self
    }

    /// A text: its end comes before whatever may follow in a longer one.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for part in text.as_bytes().split_inclusive(|byte| *byte == 0) {
            self.0.extend_from_slice(part);
            if part.last() == Some(&0) {
                self.0.push(1);
            }
        }
        self.0.extend_from_slice(&[0, 0]);
        self
    }

    /// A number.
    pub(super) fn number(&mut self, number: i64) -> &mut Self {
        self.0.extend_from_slice(&(number.cast_unsigned() ^ (1 << 63)).to_be_bytes());
        self
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn key(parts: &(String, i64)) -> Vec<u8> {
        let mut key = Key::default();
        key.text(&parts.0).number(parts.1);
        key.0
    }

    proptest! {
        #[test]
        fn keys_compare_as_their_parts(a in ("[\u{0}\u{1}ab张]{0,4}", any::<i64>()), b in ("[\u{0}\u{1}ab张]{0,4}", any::<i64>())) {
            prop_assert_eq!(key(&a).cmp(&key(&b)), a.cmp(&b));
        }

        #[test]
        fn everything_comes_out_in_order_whatever_fits(
            lists in prop::collection::vec(prop::collection::vec(("[ab]{0,3}", 0_i64..5), 0..40), 1..4),
            limit in 1_usize..200,
        ) {
            let text = |at: usize, place: usize| format!("{at} {place}");
            let sorters = || -> Vec<Sorter> {
                let sorter = |(at, list): (usize, &Vec<(String, i64)>)| {
                    let mut sorter = Sorter::new(limit);
                    list.iter().enumerate().for_each(|(place, parts)| sorter.push(&key(parts), text(at, place).as_bytes()).unwrap());
                    sorter
                };
                lists.iter().enumerate().map(sorter).collect()
            };
            let all = lists.iter().enumerate().flat_map(|(at, list)| list.iter().enumerate().map(move |(place, parts)| (parts.clone(), text(at, place))));
            let mut wanted: Vec<_> = all.collect();
            wanted.sort_by(|(a, _), (b, _)| a.cmp(b));
            let (mut alone, mut merged) = (Vec::new(), Vec::new());
            let several = if limit % 2 > 0 { Threads::of(3) } else { Threads::ONE };
            Sorter::merge_on(sorters(), several, |text| {
                alone.push(String::from_utf8(text.to_vec()).unwrap());
                Ok(())
            }).unwrap();
            Sorter::merge(sorters(), |key, text| {
                merged.push((key.to_vec(), String::from_utf8(text.to_vec()).unwrap()));
                Ok(())
            }).unwrap();
            let wanted: Vec<_> = wanted.iter().map(|(parts, text)| (key(parts), text.clone())).collect();
            prop_assert_eq!(alone, wanted.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>());
            prop_assert_eq!(merged, wanted);
        }
    }
}
