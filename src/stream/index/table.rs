//! Sorted tables in blocks: what is noted for a key is found by reading one block, and each block is checked by its digest before it is used.

use super::Unusable;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes of a block, at least; all of one key stands in one block.
const BLOCK: usize = 1 << 14;
/// Bytes of a block's digest, the first of its SHA-256.
const DIGEST: usize = 16;

/// Where a block stands.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Block {
    /// The first key in it.
    first: u32,
    start: u64,
    length: u32,
    digest: [u8; DIGEST],
}

/// Writes a table; keys come in their order, each once.
pub(super) struct Table<'o> {
    out: &'o mut dyn Write,
    /// Bytes of the file so far.
    start: u64,
    blocks: Vec<Block>,
    first: Option<u32>,
    bytes: Vec<u8>,
}

impl<'o> Table<'o> {
    /// A table that begins after so many bytes.
    pub(super) fn new(out: &'o mut dyn Write, start: u64) -> Self {
        Self { out, start, blocks: Vec::new(), first: None, bytes: Vec::new() }
    }

    /// The next key and what is noted for it.
    pub(super) fn put(&mut self, key: u32, noted: &impl Serialize) -> io::Result<()> {
        if self.bytes.len() >= BLOCK {
            self.block()?;
        }
        self.first.get_or_insert(key);
        let bytes = std::mem::take(&mut self.bytes);
        self.bytes = postcard::to_extend(&(key, noted), bytes).map_err(io::Error::other)?;
        Ok(())
    }

    fn block(&mut self) -> io::Result<()> {
        let Some(first) = self.first.take() else { return Ok(()) };
        let length = u32::try_from(self.bytes.len()).map_err(|_| io::Error::other("one subject has more records than an index can hold"))?;
        self.out.write_all(&self.bytes)?;
        self.blocks.push(Block { first, start: self.start, length, digest: digest(&self.bytes) });
        self.start += u64::from(length);
        self.bytes.clear();
        Ok(())
    }

    /// That was all: its blocks, and the bytes of the file so far.
    pub(super) fn end(mut self) -> io::Result<(Vec<Block>, u64)> {
        self.block()?;
        Ok((self.blocks, self.start))
    }
}

/// What is noted for a key; none: nothing.
pub(super) fn noted<T: DeserializeOwned>(input: &mut (impl Read + Seek), blocks: &[Block], key: u32) -> Result<Option<T>, Unusable> {
    let Some(block) = blocks.partition_point(|block| block.first <= key).checked_sub(1).and_then(|at| blocks.get(at)) else { return Ok(None) };
    let mut bytes = Vec::new();
    input.seek(SeekFrom::Start(block.start))?;
    Read::take(input, u64::from(block.length)).read_to_end(&mut bytes)?;
    if digest(&bytes) != block.digest {
        return Err(Unusable::Damaged);
    }
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let ((here, noted), after) = postcard::take_from_bytes::<(u32, T)>(rest).map_err(|_| Unusable::Damaged)?;
        if here == key {
            return Ok(Some(noted));
        }
        rest = after;
    }
    Ok(None)
}

fn digest(bytes: &[u8]) -> [u8; DIGEST] {
    Sha256::digest(bytes).first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Cursor;

    #[test]
    fn what_is_noted_is_found_by_its_key() {
        let mut bytes = b"before".to_vec();
        let mut table = Table::new(&mut bytes, 6);
        for key in (3..90_000).step_by(3) {
            table.put(key, &vec![u64::from(key); key as usize % 4]).unwrap();
        }
        let (blocks, end) = table.end().unwrap();
        assert!(blocks.len() > 10 && end == bytes.len() as u64);
        let mut input = Cursor::new(bytes.clone());
        for key in (0..90_010).step_by(7) {
            let there = (key % 3 == 0 && (3..90_000).contains(&key)).then(|| vec![u64::from(key); key as usize % 4]);
            assert_eq!(noted(&mut input, &blocks, key).unwrap(), there, "{key}");
        }
        *bytes.last_mut().unwrap() ^= 1;
        assert!(matches!(noted::<Vec<u64>>(&mut Cursor::new(bytes), &blocks, 89_997), Err(Unusable::Damaged)));
    }
}
