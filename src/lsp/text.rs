//! Places: bytes of a text, and lines and UTF-16 units as editors count them; paths, and addresses of files.

use crate::diagnostics::{Place, Span};
use lsp_types::{Location, Position, Range, Uri};
use std::str::FromStr;

/// A text with the beginnings of its lines.
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// Where the byte is; one inside a character counts as its beginning, one behind the end as the end.
    pub(crate) fn position(&self, at: usize) -> Position {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let units: usize = self.text.get(start..at).unwrap_or_default().chars().map(char::len_utf16).sum();
        Position::new(number(line), number(units))
    }

    /// Which byte it is; a column behind the end of its line is the end of the line.
    pub(crate) fn byte(&self, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some(start) = self.starts.get(line).copied() else { return self.text.len() };
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let (mut at, mut units) = (start, 0);
        for character in self.text.get(start..end).unwrap_or_default().chars() {
            if units >= usize::try_from(position.character).unwrap_or(usize::MAX) {
                break;
            }
            units += character.len_utf16();
            at += character.len_utf8();
        }
        at
    }

    pub(crate) fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    pub(crate) fn span(&self, range: Range) -> Span {
        let start = self.byte(range.start);
        Span::new(start, self.byte(range.end).max(start))
    }

    /// The line that holds the byte, without its end, and where it begins.
    pub(crate) fn line_of(&self, at: usize) -> (usize, &'t str) {
        let line = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        (start, self.text.get(start..end).unwrap_or_default())
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A place as editors write it.
pub(crate) fn location(place: &Place) -> Option<Location> {
    Some(Location::new(uri(&place.source.name)?, Lines::new(&place.source.text).range(place.span)))
}

/// The address of a file.
pub(crate) fn uri(path: &str) -> Option<Uri> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let mut out = String::from("file://");
    if !path.starts_with('/') {
        out.push('/');
    }
    for byte in path.bytes() {
        if plain(byte) { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
    }
    Uri::from_str(&out).ok()
}

/// The file at an address; none when it is no file.
pub(crate) fn path(uri: &Uri) -> Option<String> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let rest = &rest[rest.find('/')?..];
    let (mut bytes, mut left) = (Vec::new(), rest.bytes());
    while let Some(byte) = left.next() {
        bytes.push(if byte == b'%' {
            let digits = [left.next()?, left.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
        } else {
            byte
        });
    }
    let path = String::from_utf8(bytes).ok()?;
    // `/c:/policies` on Windows.
    let drive = path.as_bytes().get(2) == Some(&b':');
    Some(if drive { path.get(1..)?.to_owned() } else { path })
}

/// Where a byte of an old text is in a new one, if what is around it did not change: the two are taken to differ in one stretch.
pub(crate) fn moved(old: &str, new: &str, span: Span) -> Option<Span> {
    if old == new {
        return Some(span);
    }
    let before = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let behind = old.bytes().rev().zip(new.bytes().rev()).take_while(|(a, b)| a == b).count().min(old.len().min(new.len()) - before);
    if span.end <= before {
        return Some(span);
    }
    let shift = |at: usize| (at + new.len()).checked_sub(old.len());
    (span.start >= old.len() - behind).then(|| Some(Span::new(shift(span.start)?, shift(span.end)?)))?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn columns_are_utf16_units() {
        let text = "规则 迟到😀 【03】\n  凡 late\r\n";
        let lines = Lines::new(text);
        for (at, _) in text.char_indices() {
            assert_eq!(lines.byte(lines.position(at)), at);
        }
        assert_eq!(lines.position(text.find('【').unwrap()), Position::new(0, 8));
        assert_eq!(lines.position(text.find("late").unwrap()), Position::new(1, 4));
        assert_eq!(lines.byte(Position::new(0, 99)), text.find('\n').unwrap());
        assert_eq!(lines.byte(Position::new(9, 0)), text.len());
    }

    #[test]
    fn paths_and_addresses_go_both_ways() {
        for name in ["/work/policies/14-计生局/1 考勤.bylaw", "/a%b#c?.bylaw"] {
            assert_eq!(path(&uri(name).unwrap()).unwrap(), name);
        }
        assert_eq!(path(&Uri::from_str("file:///c%3A/x.bylaw").unwrap()).unwrap(), "c:/x.bylaw");
        assert!(path(&Uri::from_str("untitled:Untitled-1").unwrap()).is_none());
    }

    #[test]
    fn places_move_with_the_text() {
        let (old, new) = ("aa bb cc", "aa x bb cc");
        assert_eq!(moved(old, new, Span::new(0, 2)), Some(Span::new(0, 2)));
        assert_eq!(moved(old, new, Span::new(6, 8)), Some(Span::new(8, 10)));
        assert_eq!(moved("aa bb cc", "aa bxb cc", Span::new(3, 5)), None);
    }
}
