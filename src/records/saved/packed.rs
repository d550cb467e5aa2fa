//! Values one after the other, each with its length before it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// Writes values.
pub(crate) struct Packing<W: Write>(W);

impl<W: Write> Packing<W> {
    pub(crate) fn new(out: W) -> Self {
        Self(out)
    }

    /// The next value.
    pub(crate) fn put(&mut self, value: &impl Serialize) -> io::Result<()> {
        let bytes = postcard::to_stdvec(value).map_err(io::Error::other)?;
        self.0.write_all(&(bytes.len() as u64).to_le_bytes())?;
        self.0.write_all(&bytes)
    }

    /// What is written to.
    pub(crate) fn output(&mut self) -> &mut W {
        &mut self.0
    }

    /// That was the last: what was written to.
    pub(crate) fn end(self) -> W {
        self.0
    }
}

/// Reads values.
pub(crate) struct Unpacking<R> {
    input: R,
    room: Vec<u8>,
}

impl<R: Read> Unpacking<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, room: Vec::new() }
    }

    /// What is read from.
    pub(crate) fn input(&mut self) -> &mut R {
        &mut self.input
    }

    /// The next value; none when there is none, or another.
    pub(crate) fn next<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut length = [0; 8];
        self.input.read_exact(&mut length).ok()?;
        let length = u64::from_le_bytes(length);
        self.room.clear();
        Read::take(&mut self.input, length).read_to_end(&mut self.room).ok()?;
        if self.room.len() as u64 != length { None } else { postcard::from_bytes(&self.room).ok() }
    }
}

/// Passes bytes on, and takes their digest.
pub(crate) struct Hashed<W: Write> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Hashed<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, hash: Sha256::new() }
    }

    /// What was written to, and the SHA-256 of what passed.
    pub(crate) fn digest(self) -> (W, Vec<u8>) {
        (self.out, self.hash.finalize().to_vec())
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
