//! What stands in a column → a word, for values written plainly. None sends the line to the reader of all the others, which knows every way of writing
//! and says what is wrong.

use super::super::word::{BLANK, Kept, MISSING, Word, day_word, is_plain, place, same};
use crate::model::number::Number;
use crate::model::{Field, Model};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// How the words of one field are read.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    how: How,
}

#[derive(Debug, Clone)]
enum How {
    Bool,
    /// A number is a whole multiple of `step`; the lowest and the highest word.
    Quantity { times: i128, over: i128, low: Word, high: Word },
    Date,
    Time,
    /// A whole number.
    Whole { low: Word, high: Word },
    /// Names and labels.
    Kind(Vec<(Box<str>, Word)>),
    /// The text itself, trimmed or as it is.
    Named { trimmed: bool },
    Set,
    /// Only read slowly.
    Never,
}

/// A word, or the place of the text it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read<'l> {
    Word(Word),
    Text(&'l str),
}

impl Plain {
    pub(super) fn new(model: &Model, field: &Field, kept: &Kept) -> Self {
        let how = match kept {
            Kept::Bool => How::Bool,
            Kept::Quantity(step, _) => quantity(field, *step).unwrap_or(How::Never),
            Kept::Date => How::Date,
            Kept::Time => How::Time,
            Kept::Kind(kind) => How::Kind(kinds(model, kind)),
            Kept::Text => How::Named { trimmed: false },
            Kept::Ref(_) => How::Named { trimmed: true },
            Kept::Set(_) => How::Set,
            Kept::Nothing => How::Never,
        };
        Self { how }
    }

    /// Reads what is written.
    pub(super) fn read<'l>(&self, raw: Option<&'l str>) -> Option<Read<'l>> {
        let Some(raw) = raw else { return Some(Read::Word(MISSING)) };
        if raw == "null" {
            return Some(Read::Word(BLANK));
        }
        match &self.how {
            How::Bool => match raw {
                "true" => Some(Read::Word(1)),
                "false" => Some(Read::Word(0)),
                _ => None,
            },
            How::Quantity { times, over, low, high } => {
                let (digits, places) = decimal(inner(raw).unwrap_or(raw))?;
                let (numerator, denominator) = (digits.checked_mul(*times)?, 10_i128.checked_pow(places)?.checked_mul(*over)?);
                if numerator % denominator != 0 {
                    return None;
                }
                let word = Word::try_from(numerator / denominator).ok()?;
                (*low <= word && word <= *high).then_some(Read::Word(word))
            }
            How::Whole { low, high } => {
                let (digits, places) = decimal(inner(raw).unwrap_or(raw))?;
                let word = Word::try_from(digits).ok().filter(|_| places == 0)?;
                (*low <= word && word <= *high).then_some(Read::Word(word))
            }
            How::Date => date(text(raw)?).map(Read::Word),
            How::Time => time(text(raw)?).map(Read::Word),
            How::Kind(kinds) => {
                let text = text(raw)?;
                kinds.iter().find(|(known, _)| same(known, text)).map(|(_, word)| Read::Word(*word))
            }
            How::Named { trimmed } => match text(raw) {
                Some(text) => (!trimmed || text.trim().len() == text.len()).then_some(Read::Text(text)),
                None => whole(raw).then_some(Read::Text(raw)),
            },
            How::Set => match text(raw) {
                Some(text) => Some(Read::Text(text)),
                None => list(raw).then_some(Read::Text(raw)),
            },
            How::Never => None,
        }
    }
}

fn kinds(model: &Model, kind: &str) -> Vec<(Box<str>, Word)> {
    let mut all: BTreeMap<Box<str>, Word> = BTreeMap::new();
    let values = model.kind(kind).map(|kind| kind.values.as_slice()).unwrap_or_default();
    for (value, label) in values {
        if let (Some(label), Some(word)) = (label, place(model, kind, value)) {
            all.entry(label.as_str().into()).or_insert(word);
        }
    }
    for (value, _) in values {
        if let Some(word) = place(model, kind, value) {
            all.insert(value.as_str().into(), word);
        }
    }
    all.into_iter().collect()
}

fn quantity(field: &Field, step: Number) -> Option<How> {
    let (over, times) = step.parts();
    let bound = |number: Option<Number>, open: Word| match number {
        None => Some(open),
        Some(number) => number.over(step).and_then(|steps| if open > 0 { steps.floor() } else { steps.ceil() }.as_whole()).and_then(|steps| Word::try_from(steps).ok()),
    };
    let (low, high) = (bound(field.range.low, Word::MIN + 2)?, bound(field.range.high, Word::MAX)?);
    Some(if (times, over) == (1, 1) { How::Whole { low, high } } else { How::Quantity { times, over, low, high } })
}

/// What stands between quotes, without escapes; none when it is no text, or blank.
pub(super) fn text(raw: &str) -> Option<&str> {
    inner(raw).filter(|text| !text.trim().is_empty() && memchr::memchr(b'\\', text.as_bytes()).is_none())
}

fn inner(raw: &str) -> Option<&str> {
    raw.strip_prefix('"')?.strip_suffix('"')
}

/// Is it a whole number as it is written in an id?
pub(super) fn whole(raw: &str) -> bool {
    !raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits and how many of them stand behind the point.
fn decimal(text: &str) -> Option<(i128, u32)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() || whole.len() > 18 || fraction.len() > 9 || (fraction.is_empty() && unsigned.contains('.')) {
        return None;
    }
    let mut digits: i64 = 0;
    for byte in whole.bytes() {
        digits = digits * 10 + i64::from(digit(byte)?);
    }
    let mut all = i128::from(digits);
    for byte in fraction.bytes() {
        all = all * 10 + i128::from(digit(byte)?);
    }
    Some((if unsigned.len() < text.len() { -all } else { all }, u32::try_from(fraction.len()).ok()?))
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

/// Two digits at a place.
pub(super) fn two(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(digit(*bytes.get(at)?)?) * 10 + u32::from(digit(*bytes.get(at + 1)?)?))
}

/// Year, month and day at the start.
pub(super) fn ymd(bytes: &[u8]) -> Option<(u32, u32, u32)> {
    let dashes = bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    let year = two(bytes, 0)? * 100 + two(bytes, 2)?;
    (dashes && year > 0).then_some((year, two(bytes, 5)?, two(bytes, 8)?))
}

fn date(text: &str) -> Option<Word> {
    let (year, month, day) = ymd(text.as_bytes()).filter(|_| text.len() == 10)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).map(day_word)
}

/// Seconds since midnight of `08:30` or `08:30:15`.
pub(super) fn clock(bytes: &[u8]) -> Option<Word> {
    let (hour, minute) = (two(bytes, 0)?, two(bytes, 3)?);
    let second = match bytes.len() {
        5 => 0,
        8 if bytes.get(5) == Some(&b':') => two(bytes, 6)?,
        _ => return None,
    };
    (bytes.get(2) == Some(&b':') && hour < 24 && minute < 60 && second < 60).then(|| Word::from(hour * 3600 + minute * 60 + second))
}

fn time(text: &str) -> Option<Word> {
    clock(text.as_bytes()).filter(|word| is_plain(*word))
}

/// A list of plain texts.
fn list(raw: &str) -> bool {
    let Some(inside) = raw.strip_prefix('[').and_then(|raw| raw.strip_suffix(']')) else { return false };
    inside.trim().is_empty() || inside.split(',').all(|item| text(item.trim()).is_some())
}
