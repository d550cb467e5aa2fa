//! A stream of bytes made into UTF-8, with its lines counted: bad bytes become `U+FFFD`, so that they cost one event of an XES file and not the file.

use std::io::{self, BufRead, Read};

/// Stands for bytes that are not UTF-8.
pub(crate) const DAMAGED: char = char::REPLACEMENT_CHARACTER;

/// The cleaned stream.
pub(crate) struct Clean<'a> {
    input: &'a mut dyn BufRead,
    /// Cleaned bytes that were not consumed yet: those from `at`.
    text: Vec<u8>,
    at: usize,
    /// The start of a character whose rest has not been read.
    partial: Vec<u8>,
    newlines: u64,
    /// Bytes consumed since [`Clean::mark`], and how many may be.
    since_mark: usize,
    limit: usize,
}

impl<'a> Clean<'a> {
    pub(crate) fn new(input: &'a mut dyn BufRead, limit: usize) -> Self {
        Self { input, text: Vec::new(), at: 0, partial: Vec::new(), newlines: 0, since_mark: 0, limit }
    }
    /// The line that is being read, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.newlines + 1
    }
    /// A new piece begins; it may be as long as the limit.
    pub(crate) fn mark(&mut self) {
        self.since_mark = 0;
    }
    /// The piece is longer than the limit.
    pub(crate) fn too_long(&self) -> bool {
        self.since_mark > self.limit
    }

    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.at = 0;
        while self.text.is_empty() {
            let chunk = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let used = chunk.len();
            if used == 0 {
                if !self.partial.is_empty() {
                    self.partial.clear();
                    self.text.extend_from_slice(DAMAGED.to_string().as_bytes());
                }
                return Ok(());
            }
            if self.partial.is_empty() {
                self.partial = clean(chunk, &mut self.text);
            } else {
                self.partial.extend_from_slice(chunk);
                let whole = std::mem::take(&mut self.partial);
                self.partial = clean(&whole, &mut self.text);
            }
            self.input.consume(used);
        }
        Ok(())
    }
}

/// Appends `bytes` with the damaged ones replaced; the start of a last character that is not complete is given back.
fn clean(mut bytes: &[u8], into: &mut Vec<u8>) -> Vec<u8> {
    loop {
        let Err(error) = std::str::from_utf8(bytes) else {
            into.extend_from_slice(bytes);
            return Vec::new();
        };
        let (good, rest) = bytes.split_at(error.valid_up_to());
        into.extend_from_slice(good);
        let Some(bad) = error.error_len() else { return rest.to_vec() };
        into.extend_from_slice(DAMAGED.to_string().as_bytes());
        bytes = rest.get(bad..).unwrap_or_default();
    }
}

impl Read for Clean<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Clean<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.too_long() {
            return Err(io::Error::other("a piece is longer than the limit"));
        }
        if self.at >= self.text.len() {
            self.refill()?;
        }
        Ok(self.text.get(self.at..).unwrap_or_default())
    }
    fn consume(&mut self, amount: usize) {
        let end = (self.at + amount).min(self.text.len());
        let part = self.text.get(self.at..end).unwrap_or_default();
        self.newlines += memchr::memchr_iter(b'\n', part).count() as u64;
        self.since_mark += part.len();
        self.at = end;
    }
}
