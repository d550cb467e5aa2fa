//! Lines of bounded length: a longer one is skipped without being kept in memory.

use std::collections::VecDeque;
use std::io::{self, BufRead};

/// What was read into the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// A whole line, without its end.
    Whole,
    /// A line that is longer than the limit; the buffer holds nothing.
    TooLong,
}

/// Lines of an input, numbered from 1.
pub(crate) struct Lines<'a> {
    input: &'a mut dyn BufRead,
    limit: usize,
    number: u64,
    /// Lines that were given back.
    returned: VecDeque<(u64, Line, Vec<u8>)>,
}

impl<'a> Lines<'a> {
    /// Lines of at most `limit` bytes.
    pub(crate) fn new(input: &'a mut dyn BufRead, limit: usize) -> Self {
        Self::after(0, input, limit)
    }

    /// The same, where so many lines of the file were passed over.
    pub(crate) fn after(number: u64, input: &'a mut dyn BufRead, limit: usize) -> Self {
        Self { input, limit, number, returned: VecDeque::new() }
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Gives lines back; they come again, in this order, before the others.
    pub(crate) fn give_back(&mut self, lines: Vec<(u64, Line, Vec<u8>)>) {
        for line in lines.into_iter().rev() {
            self.returned.push_front(line);
        }
    }

    /// Were lines given back that have not come again?
    pub(crate) fn has_returned(&self) -> bool {
        !self.returned.is_empty()
    }

    /// Reads the next line into `buffer` and says its number; none at the end.
    pub(crate) fn read(&mut self, buffer: &mut Vec<u8>) -> io::Result<Option<(u64, Line)>> {
        if let Some((number, line, text)) = self.returned.pop_front() {
            *buffer = text;
            return Ok(Some((number, line)));
        }
        buffer.clear();
        let (mut any, mut long) = (false, false);
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            long |= buffer.len() + part.len() > self.limit;
            if long {
                buffer.clear();
            } else {
                buffer.extend_from_slice(part);
            }
            let used = end.map_or(chunk.len(), |end| end + 1);
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some((self.number, self.tidy(buffer, long))))
    }

    /// Takes off a byte-order mark and the carriage return.
    fn tidy(&self, buffer: &mut Vec<u8>, long: bool) -> Line {
        if long {
            return Line::TooLong;
        }
        if self.number == 1 && buffer.starts_with(b"\xEF\xBB\xBF") {
            buffer.drain(..3);
        }
        if buffer.last() == Some(&b'\r') {
            buffer.pop();
        }
        Line::Whole
    }
}
