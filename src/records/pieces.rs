//! JSONL in pieces of whole lines, so that several threads can read one file. Pieces are cut by their size alone: how many threads there are changes nothing.

use std::io::{self, BufRead};

/// Bytes of a piece, at least; the end of its last line comes with it.
const PIECE: usize = 1 << 18;

/// Some lines.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) bytes: Vec<u8>,
    /// Number of the first one, from 1.
    pub(crate) first: u64,
    /// It is one line, of which only the start was kept: it is longer than the limit.
    pub(crate) too_long: bool,
}

/// Cuts an input.
pub(crate) struct Pieces<'a> {
    input: &'a mut dyn BufRead,
    limit: usize,
    /// The start of a line whose end has not been read.
    rest: Vec<u8>,
    /// Number of the line that comes next.
    line: u64,
    failed: Option<io::Error>,
}

impl<'a> Pieces<'a> {
    /// Lines longer than `limit` bytes are not kept in memory.
    pub(crate) fn new(input: &'a mut dyn BufRead, limit: usize) -> Self {
        Self::after(0, input, limit)
    }

    /// The same, where so many lines of the file were read before.
    pub(crate) fn after(lines: u64, input: &'a mut dyn BufRead, limit: usize) -> Self {
        Self { input, limit, rest: Vec::new(), line: lines + 1, failed: None }
    }

    /// The number of the line that comes next.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The longest line, in bytes.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// The next piece; none at the end. What stands before an error comes before it.
    pub(crate) fn next(&mut self) -> io::Result<Option<Piece>> {
        let mut bytes = std::mem::take(&mut self.rest);
        // So many bytes from the start hold whole lines.
        let mut whole = 0;
        loop {
            if let Some(error) = self.failed.take() {
                if whole == 0 {
                    return Err(error);
                }
                self.failed = Some(error);
                return Ok(Some(self.piece(bytes, whole)));
            }
            if bytes.len() - whole > self.limit {
                return if whole == 0 { self.too_long(bytes).map(Some) } else { Ok(Some(self.piece(bytes, whole))) };
            }
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.failed = Some(error);
                    continue;
                }
            };
            let length = chunk.len();
            if length == 0 {
                whole = bytes.len();
                return Ok((whole > 0).then(|| self.piece(bytes, whole)));
            }
            if let Some(at) = memchr::memrchr(b'\n', chunk) {
                whole = bytes.len() + at + 1;
            }
            bytes.extend_from_slice(chunk);
            self.input.consume(length);
            if whole >= PIECE {
                return Ok(Some(self.piece(bytes, whole)));
            }
        }
    }

    fn piece(&mut self, mut bytes: Vec<u8>, whole: usize) -> Piece {
        self.rest = bytes.get(whole..).unwrap_or_default().to_vec();
        bytes.truncate(whole);
        let first = self.line;
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64 + u64::from(bytes.last() != Some(&b'\n'));
        Piece { bytes, first, too_long: false }
    }

    /// Skips the rest of a line.
    fn too_long(&mut self, bytes: Vec<u8>) -> io::Result<Piece> {
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = memchr::memchr(b'\n', chunk);
            let used = end.map_or(chunk.len(), |end| end + 1);
            let is_over = end.is_some() || used == 0;
            self.input.consume(used);
            if is_over {
                let first = self.line;
                self.line += 1;
                return Ok(Piece { bytes, first, too_long: true });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &[u8], limit: usize, buffer: usize) -> Vec<(u64, usize, bool)> {
        let mut input = io::BufReader::with_capacity(buffer, text);
        let mut pieces = Pieces::new(&mut input, limit);
        std::iter::from_fn(|| pieces.next().expect("a text in memory can be read")).map(|piece| (piece.first, piece.bytes.len(), piece.too_long)).collect()
    }

    #[test]
    fn pieces_hold_whole_lines() {
        assert_eq!(cut(b"", 9, 4), []);
        assert_eq!(cut(b"a\n\nb", 9, 4), [(1, 4, false)]);
        assert_eq!(cut(b"a\nb\n", 9, 4), [(1, 4, false)]);
        let long = "x".repeat(PIECE);
        let text = format!("{long}\n{long}\ny\n");
        assert_eq!(cut(text.as_bytes(), PIECE * 2, 4096), [(1, PIECE + 1, false), (2, PIECE + 3, false)]);
        let after = format!("a\n{text}");
        assert_eq!(cut(after.as_bytes(), 100, 64).iter().map(|(first, _, long)| (*first, *long)).collect::<Vec<_>>(), [(1, false), (2, true), (3, true), (4, false)]);
        assert_eq!(cut(text.as_bytes(), 100, 64).iter().map(|(first, _, long)| (*first, *long)).collect::<Vec<_>>(), [(1, true), (2, true), (3, false)]);
    }
}
