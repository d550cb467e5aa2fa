//! One line of JSONL → what stands behind each of its keys. It takes what `serde_json` takes, and nothing else; a key with an escape, one that stands
//! twice and values within values within values it leaves to the reader of all the others.

use super::shape::{START, Shapes};

/// How deep values may stand in values.
const DEEPEST: usize = 32;
/// Most digits of a number that is worked out here.
const MOST_DIGITS: usize = 18;

/// A value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Where it stands, a text without its quotes.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Between quotes, without escapes.
    Text,
    /// Between quotes, with escapes.
    Escaped,
    /// Digits without the point, and how many of them stand behind it.
    Number(i64, u32),
    /// One with an exponent, or very many digits.
    LongNumber,
    True,
    False,
    Null,
    /// A list of texts without escapes.
    List,
    /// Another list, or an object.
    Nested,
}

/// Reads the line that begins at `at`; where it ends, and the place of its keys among the shapes. None: it is none that can be read so.
pub(super) fn line(text: &[u8], at: usize, shapes: &mut Shapes, columns: &[&str], tokens: &mut Vec<Token>) -> Option<(usize, usize)> {
    tokens.clear();
    let mut at = space(text, at);
    if text.get(at) != Some(&b'{') {
        return None;
    }
    at += 1;
    let mut place = START;
    loop {
        // Mostly there are no spaces between keys and values.
        match shapes.next(place, text, at) {
            Some((next, after)) => (place, at) = (next, after),
            None => {
                at = space(text, at);
                if tokens.is_empty() && text.get(at) == Some(&b'}') {
                    return ended(text, at + 1).map(|end| (end, place));
                }
                let (key, after) = string(text, at).filter(|(key, _)| key.kind == Kind::Text)?;
                at = space(text, after);
                if text.get(at) != Some(&b':') {
                    return None;
                }
                at += 1;
                place = shapes.after(place, std::str::from_utf8(text.get(key.start..key.end)?).ok()?, columns)?;
            }
        }
        let start = at + 1;
        match text.get(at)? {
            // Mostly a text without escapes.
            b'"' => match special(text, start).filter(|end| text.get(*end) == Some(&b'"')) {
                Some(end) => {
                    tokens.push(Token { kind: Kind::Text, start, end });
                    at = end + 1;
                }
                None => at = pushed(tokens, string(text, at))?,
            },
            // In registers: what goes through memory waits until all that was written before is there, also what another thread had.
            b'0'..=b'9' => match short_number(text, at) {
                Some((worth, end)) => {
                    tokens.push(Token { kind: Kind::Number(worth, 0), start: at, end });
                    at = end;
                }
                None => at = pushed(tokens, any_number(text, at))?,
            },
            _ => at = pushed(tokens, value(text, space(text, at), DEEPEST))?,
        }
        if !matches!(text.get(at), Some(b',' | b'}')) {
            at = space(text, at);
        }
        match text.get(at) {
            Some(b',') => at += 1,
            Some(b'}') => return ended(text, at + 1).map(|end| (end, place)),
            _ => return None,
        }
    }
}

#[inline]
fn pushed(tokens: &mut Vec<Token>, value: Option<(Token, usize)>) -> Option<usize> {
    let (token, after) = value?;
    tokens.push(token);
    Some(after)
}

/// Nothing more may stand in the line; where it ends.
fn ended(text: &[u8], at: usize) -> Option<usize> {
    let at = space(text, at);
    matches!(text.get(at), None | Some(b'\n')).then_some(at)
}

#[inline]
fn space(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\t' | b'\r')) {
        at += 1;
    }
    at
}

/// A value, and what comes after it.
fn value(text: &[u8], at: usize, deep: usize) -> Option<(Token, usize)> {
    let literal = |written: &[u8], kind: Kind| {
        let end = at + written.len();
        (text.get(at..end)? == written).then_some((Token { kind, start: at, end }, end))
    };
    match text.get(at)? {
        b'"' => string(text, at),
        b'-' | b'0'..=b'9' => number(text, at),
        b't' => literal(b"true", Kind::True),
        b'f' => literal(b"false", Kind::False),
        b'n' => literal(b"null", Kind::Null),
        b'[' => list(text, at, deep.checked_sub(1)?),
        b'{' => object(text, at, deep.checked_sub(1)?),
        _ => None,
    }
}

/// A text that begins with its quote.
fn string(text: &[u8], at: usize) -> Option<(Token, usize)> {
    if text.get(at) != Some(&b'"') {
        return None;
    }
    let start = at + 1;
    let end = special(text, start)?;
    if text.get(end) == Some(&b'"') { Some((Token { kind: Kind::Text, start, end }, end + 1)) } else { escaped(text, start, end) }
}

/// A text with something in it at `at` that does not stand for itself.
#[cold]
fn escaped(text: &[u8], start: usize, mut at: usize) -> Option<(Token, usize)> {
    loop {
        match text.get(at)? {
            b'"' => return Some((Token { kind: Kind::Escaped, start, end: at }, at + 1)),
            b'\\' => {
                at = match text.get(at + 1)? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at + 2,
                    b'u' if text.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => at + 6,
                    _ => return None,
                };
            }
            // A control character.
            _ => return None,
        }
        at = special(text, at)?;
    }
}

/// Each of eight bytes the same.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The next quote, backslash or control character: eight bytes at a time.
#[inline(always)]
fn special(text: &[u8], mut at: usize) -> Option<usize> {
    while let Some(chunk) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        // The lowest bit that is set tells of the first byte that is less than another. With one bit turned over, a quote comes before the space.
        let less = |word: u64, than: u8| word.wrapping_sub(eight(than)) & !word;
        let found = (less(word ^ eight(2), b' ' + 1) | less(word ^ eight(b'\\'), 1)) & eight(0x80);
        if found != 0 {
            return Some(at + (found.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    let rest = text.get(at..)?;
    Some(at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '))?)
}

/// A number: mostly a few digits.
fn number(text: &[u8], start: usize) -> Option<(Token, usize)> {
    match short_number(text, start) {
        Some((worth, end)) => Some((Token { kind: Kind::Number(worth, 0), start, end }, end)),
        None => any_number(text, start),
    }
}

/// A whole number of a few digits, and where it ends.
#[inline(always)]
fn short_number(text: &[u8], start: usize) -> Option<(i64, usize)> {
    let (worth, count) = few_digits(u64::from_le_bytes(*text.get(start..)?.first_chunk()?));
    let end = start + count;
    let is_all = matches!(text.get(end), Some(b',' | b'}' | b']'));
    (is_all && (count == 1 || (count > 1 && text.get(start) != Some(&b'0')))).then_some((worth, end))
}

/// The digits at the start of eight bytes: the number that they are, and how many. All at once.
#[inline]
fn few_digits(word: u64) -> (i64, usize) {
    let digits = word ^ eight(b'0');
    // A byte that is more than nine gets its highest bit.
    let others = (((digits & eight(0x7f)) + eight(0x80 - 10)) | digits) & eight(0x80);
    let count = (others.trailing_zeros() / 8) as usize;
    // Zeros take the place of what stands behind, in front.
    let digits = digits.checked_shl(64 - 8 * count as u32).unwrap_or(0);
    let pairs = (digits.wrapping_mul(10).wrapping_add(digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let all = (fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) & 0xffff_ffff;
    (all as i64, count)
}

#[inline(never)]
fn any_number(text: &[u8], start: usize) -> Option<(Token, usize)> {
    let negative = text.get(start) == Some(&b'-');
    let first = start + usize::from(negative);
    let mut digits: i64 = 0;
    let mut run = |mut at: usize| {
        let begin = at;
        while let Some(digit) = text.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
            // When there are too many of them, the number is not used.
            digits = digits.wrapping_mul(10).wrapping_add(i64::from(digit));
            at += 1;
        }
        (at > begin).then_some(at)
    };
    let mut end = run(first)?;
    if text.get(first) == Some(&b'0') && end > first + 1 {
        return None;
    }
    let (mut places, mut long) = (0, end - first > MOST_DIGITS);
    if text.get(end) == Some(&b'.') {
        let after = run(end + 1)?;
        places = u32::try_from(after - end - 1).ok()?;
        long |= after - first - 1 > MOST_DIGITS;
        end = after;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = end + 1 + sign;
        end = exponent + text.get(exponent..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if end == exponent {
            return None;
        }
        long = true;
    }
    let kind = if long { Kind::LongNumber } else { Kind::Number(if negative { -digits } else { digits }, places) };
    Some((Token { kind, start, end }, end))
}

fn list(text: &[u8], start: usize, deep: usize) -> Option<(Token, usize)> {
    let mut kind = Kind::List;
    let mut at = space(text, start + 1);
    if text.get(at) != Some(&b']') {
        loop {
            let (token, after) = value(text, at, deep)?;
            if token.kind != Kind::Text {
                kind = Kind::Nested;
            }
            at = space(text, after);
            match text.get(at)? {
                b',' => at = space(text, at + 1),
                b']' => break,
                _ => return None,
            }
        }
    }
    Some((Token { kind, start, end: at + 1 }, at + 1))
}

fn object(text: &[u8], start: usize, deep: usize) -> Option<(Token, usize)> {
    let mut at = space(text, start + 1);
    if text.get(at) != Some(&b'}') {
        loop {
            at = space(text, string(text, at)?.1);
            if text.get(at) != Some(&b':') {
                return None;
            }
            at = space(text, value(text, space(text, at + 1), deep)?.1);
            match text.get(at)? {
                b',' => at = space(text, at + 1),
                b'}' => break,
                _ => return None,
            }
        }
    }
    Some((Token { kind: Kind::Nested, start, end: at + 1 }, at + 1))
}
