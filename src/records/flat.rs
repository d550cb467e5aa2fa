//! A line of JSONL that is written plainly: an object of texts without escapes, plain numbers, yes, no, null and lists of such texts and numbers. It is read where it
//! stands, without copies. Every other line is read by `serde_json`, which knows every way of writing and every mistake.

use super::raw::{Raw, Row};
use std::collections::BTreeSet;

/// More keys than this are no plain line.
const KEYS: usize = 32;

/// The values of a line by their keys.
#[derive(Debug, Default)]
pub(crate) struct Flat<'a>(Vec<(&'a str, Raw<'a>)>);

impl<'a> Flat<'a> {
    /// Reads a line; none when it is not plain.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let mut scan = Scan { text, at: 0 };
        let mut values: Vec<(&str, Raw<'_>)> = Vec::with_capacity(8);
        scan.is(b'{')?;
        loop {
            scan.is(b'"')?;
            let key = scan.text()?;
            scan.is(b':')?;
            let value = scan.value()?;
            if values.len() == KEYS || values.iter().any(|(known, _)| *known == key) {
                return None;
            }
            values.push((key, value));
            match scan.next()? {
                b',' => {}
                b'}' => break,
                _ => return None,
            }
        }
        scan.is_over().then_some(Self(values))
    }
}

impl Row for Flat<'_> {
    fn get(&self, column: &str) -> Raw<'_> {
        self.0.iter().find(|(key, _)| *key == column).map_or(Raw::Missing, |(_, value)| value.clone())
    }
    fn columns(&self, into: &mut BTreeSet<String>) {
        into.extend(self.0.iter().map(|(key, _)| (*key).to_owned()));
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// The next byte that is no space.
    fn next(&mut self) -> Option<u8> {
        self.space();
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn is(&mut self, wanted: u8) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    fn is_over(&mut self) -> bool {
        self.space();
        self.at == self.text.len()
    }

    /// The rest of a text, up to and with its end.
    fn text(&mut self) -> Option<&'a str> {
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return self.text.get(start..self.at - 1);
                }
                b'\\' | 0..=0x1f => return None,
                _ => self.at += 1,
            }
        }
    }

    fn value(&mut self) -> Option<Raw<'a>> {
        match self.next()? {
            b'"' => self.text().map(Raw::cell),
            b'[' => self.list().map(Raw::List),
            b't' => self.word("rue").map(|()| Raw::Yes(true)),
            b'f' => self.word("alse").map(|()| Raw::Yes(false)),
            b'n' => self.word("ull").map(|()| Raw::Blank),
            b'-' | b'0'..=b'9' => self.number().map(Raw::Number),
            _ => None,
        }
    }

    fn word(&mut self, rest: &str) -> Option<()> {
        self.text.as_bytes().get(self.at..)?.starts_with(rest.as_bytes()).then(|| self.at += rest.len())
    }

    fn list(&mut self) -> Option<Vec<&'a str>> {
        let mut all = Vec::new();
        self.space();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(all);
        }
        loop {
            all.push(match self.next()? {
                b'"' => self.text()?,
                b'-' | b'0'..=b'9' => self.number()?,
                _ => return None,
            });
            match self.next()? {
                b',' => {}
                b']' => return Some(all),
                _ => return None,
            }
        }
    }

    /// The rest of a number whose first byte was read; one with an exponent is not plain.
    fn number(&mut self) -> Option<&'a str> {
        let start = self.at - 1;
        let first = match self.text.as_bytes().get(start)? {
            b'-' => self.at,
            _ => start,
        };
        self.at = first;
        let whole = self.digits();
        let is_whole = whole == 1 || (whole > 1 && self.text.as_bytes().get(first) != Some(&b'0'));
        let mut is_number = is_whole;
        if self.peek() == Some(b'.') {
            self.at += 1;
            is_number &= self.digits() > 0;
        }
        let ends = !matches!(self.peek(), Some(b'e' | b'E'));
        self.text.get(start..self.at).filter(|_| is_number && ends)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }
}
