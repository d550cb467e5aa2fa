//! Where lines begin, noted while a file is read.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// The starts of lines that nobody asks for yet.
#[derive(Debug)]
pub(super) struct Starts {
    /// Bytes that were read.
    read: u64,
    /// The number of the first of them.
    first: u64,
    starts: VecDeque<u64>,
}

impl Starts {
    pub(super) fn new() -> Self {
        Self { read: 0, first: 1, starts: VecDeque::from([0]) }
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| self.read + at as u64 + 1));
        self.read += bytes.len() as u64;
    }

    /// Bytes before a line; lines are asked for in their order, and those before are forgotten. None: it was not read.
    pub(super) fn of(&mut self, line: u64) -> Option<u64> {
        let before = line.checked_sub(self.first)?;
        self.starts.drain(..usize::try_from(before).ok()?.min(self.starts.len()));
        self.first = line;
        self.starts.front().copied()
    }
}

/// Passes on what it reads, and notes where lines begin.
pub(super) struct Watching<'a> {
    pub(super) input: &'a mut dyn BufRead,
    pub(super) starts: &'a RefCell<Starts>,
}

impl Read for Watching<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        self.starts.borrow_mut().pass(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl BufRead for Watching<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed stands in the buffer, so that nothing is read here.
        if amount > 0
            && let Ok(there) = self.input.fill_buf()
        {
            self.starts.borrow_mut().pass(there.get(..amount).unwrap_or_default());
        }
        self.input.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_line_is_found_where_it_begins() {
        let text = "one\n\nthree\r\nfour";
        for room in 1..20 {
            let starts = RefCell::new(Starts::new());
            let mut inner = io::BufReader::with_capacity(room, text.as_bytes());
            let mut watching = Watching { input: &mut inner, starts: &starts };
            let mut all = String::new();
            while watching.read_line(&mut all).unwrap() > 0 {}
            assert_eq!(all, text);
            let of = |line| starts.borrow_mut().of(line);
            assert_eq!([of(1), of(2), of(2), of(4), of(5), of(6), of(1)], [Some(0), Some(4), Some(4), Some(12), None, None, None]);
        }
    }
}
