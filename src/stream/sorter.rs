//! Texts in the order of their keys, more of them than memory holds: an external merge sort. What does not fit is sorted, written to a file without a
//! name that goes away with the program, and merged at the end.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

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
    pub(super) fn merge(all: Vec<Self>, mut take: impl FnMut(&[u8], &[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut heads = BinaryHeap::new();
        let mut runs = Vec::new();
        for mut sorter in all {
            sorter.sort();
            runs.extend(sorter.runs.drain(..).map(|file| Source::Written(BufReader::with_capacity(1 << 16, file))));
            runs.push(Source::Kept(sorter.bytes, sorter.places.into_iter()));
        }
        for (number, run) in runs.iter_mut().enumerate() {
            heads.extend(run.next(number, Vec::new(), Vec::new())?);
        }
        while let Some(Head { key, text, run }) = heads.pop() {
            take(&key, &text)?;
            if let Some(source) = runs.get_mut(run) {
                heads.extend(source.next(run, key, text)?);
            }
        }
        Ok(())
    }
}

/// Where sorted texts come from.
enum Source {
    Written(BufReader<File>),
    Kept(Vec<u8>, std::vec::IntoIter<(usize, u32, u32)>),
}

impl Source {
    /// The next; `key` and `text` are used again for it.
    fn next(&mut self, run: usize, mut key: Vec<u8>, mut text: Vec<u8>) -> io::Result<Option<Head>> {
        key.clear();
        text.clear();
        match self {
            Self::Kept(bytes, places) => {
                let Some((start, length, rest)) = places.next() else { return Ok(None) };
                let middle = start + length as usize;
                key.extend_from_slice(bytes.get(start..middle).unwrap_or_default());
                text.extend_from_slice(bytes.get(middle..middle + rest as usize).unwrap_or_default());
            }
            Self::Written(file) => {
                let mut lengths = [0; 8];
                match file.read_exact(&mut lengths) {
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
                    read => read?,
                }
                let [a, b, c, d, e, f, g, h] = lengths;
                fill(file, &mut key, u32::from_le_bytes([a, b, c, d]))?;
                fill(file, &mut text, u32::from_le_bytes([e, f, g, h]))?;
            }
        }
        Ok(Some(Head { key, text, run }))
    }
}

fn fill(file: &mut BufReader<File>, into: &mut Vec<u8>, length: u32) -> io::Result<()> {
    into.resize(length as usize, 0);
    file.read_exact(into)
}

/// The next text of a run. The greatest is the one that comes first.
struct Head {
    key: Vec<u8>,
    text: Vec<u8>,
    run: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.cmp(&self.key).then_with(|| other.run.cmp(&self.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

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
            let mut sorters = Vec::new();
            let mut wanted = Vec::new();
            for (at, list) in lists.iter().enumerate() {
                let mut sorter = Sorter::new(limit);
                for (place, parts) in list.iter().enumerate() {
                    let text = format!("{at} {place}");
                    sorter.push(&key(parts), text.as_bytes()).unwrap();
                    wanted.push((parts.clone(), text));
                }
                sorters.push(sorter);
            }
            wanted.sort_by(|(a, _), (b, _)| a.cmp(b));
            let mut merged = Vec::new();
            Sorter::merge(sorters, |key, text| {
                merged.push((key.to_vec(), String::from_utf8(text.to_vec()).unwrap()));
                Ok(())
            }).unwrap();
            let wanted: Vec<_> = wanted.iter().map(|(parts, text)| (key(parts), text.clone())).collect();
            prop_assert_eq!(merged, wanted);
        }
    }
}
