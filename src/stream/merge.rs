//! Sorted texts of several sources → one after the other, in the order of their keys.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, Read};

/// Bytes of texts that are handed over at once.
const BLOCK: usize = 1 << 20;

/// Sources that are being merged.
pub(super) struct Merge {
    heads: BinaryHeap<Head>,
    sources: Vec<Source>,
}

/// Some texts, one behind the other.
#[derive(Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Merge {
    /// Of texts with the same key, that of the source that comes first is the first.
    pub(super) fn of(mut sources: Vec<Source>) -> io::Result<Self> {
        let mut heads = BinaryHeap::new();
        for (number, source) in sources.iter_mut().enumerate() {
            heads.extend(source.next(number, Vec::new(), Vec::new())?);
        }
        Ok(Self { heads, sources })
    }

    /// All texts with their keys.
    pub(super) fn each(mut self, mut take: impl FnMut(&[u8], &[u8]) -> io::Result<()>) -> io::Result<()> {
        while self.next(&mut take)? {}
        Ok(())
    }

    /// The next texts; none: that were all.
    pub(super) fn block(&mut self) -> io::Result<Option<Block>> {
        let mut block = Block { bytes: Vec::with_capacity(BLOCK), ends: Vec::new() };
        let mut more = true;
        while more && block.bytes.len() < BLOCK {
            more = self.next(|_, text| {
                block.bytes.extend_from_slice(text);
                block.ends.push(block.bytes.len());
                Ok(())
            })?;
        }
        Ok((!block.ends.is_empty()).then_some(block))
    }

    /// The next text; false: there is none.
    fn next(&mut self, take: impl FnOnce(&[u8], &[u8]) -> io::Result<()>) -> io::Result<bool> {
        let Some(Head { key, text, run }) = self.heads.pop() else { return Ok(false) };
        take(&key, &text)?;
        if let Some(source) = self.sources.get_mut(run) {
            self.heads.extend(source.next(run, key, text)?);
        }
        Ok(true)
    }
}

impl Block {
    /// One after the other.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.bytes.get(start..*end).unwrap_or_default())
    }
}

/// Where sorted texts come from.
pub(super) enum Source {
    Written(BufReader<File>),
    /// Keys and texts, and where each begins, the length of its key and of its text.
    Kept(Vec<u8>, std::vec::IntoIter<(usize, u32, u32)>),
}

impl Source {
    /// A file from its start.
    pub(super) fn written(file: File) -> Self {
        Self::Written(BufReader::with_capacity(1 << 16, file))
    }

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
