//! What stands in a column → a word, for values written plainly. None sends the line to the reader of all the others, which knows every way of writing
//! and says what is wrong.

use super::super::batch::Text;
use super::super::word::{BLANK, Kept, MISSING, Word, day_word, is_plain, same};
use super::scan::{Kind, Token};
use crate::model::number::Number;
use crate::model::{Field, Model};
use chrono::NaiveDate;
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, HashMap};

/// How the words of one field are read.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    how: How,
}

#[derive(Debug, Clone)]
enum How {
    Bool,
    /// A number is a whole multiple of a step: by digits behind the point, it is so many times `.0` divided by `.1`. The lowest and the highest word.
    Quantity { factors: Vec<Option<(Word, Word)>>, low: Word, high: Word },
    Date,
    Time,
    /// Names and labels.
    Kind(Kinds),
    /// The text itself, trimmed or as it is.
    Named { trimmed: bool },
    Set,
    /// Only read slowly.
    Never,
}

/// Digits behind the point that are understood.
const PLACES: u32 = 9;

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

    /// Is a number read as it is written?
    #[cfg(feature = "arrow")]
    pub(super) fn wants_text(&self) -> bool {
        matches!(self.how, How::Named { .. } | How::Set)
    }

    /// Reads what is written: a word, or the place of the text it stands for.
    #[inline]
    pub(super) fn read(&self, line: &str, token: Option<&Token>) -> Option<Word> {
        let Some(token) = token else { return Some(MISSING) };
        match (&self.how, token.kind) {
            // As most are written.
            (How::Quantity { factors, low, high }, Kind::Number(digits, places)) => worth(factors, (digits, places), (*low, *high)),
            (How::Named { trimmed: true }, Kind::Text) if is_trimmed(line, token) => place(token),
            _ => self.read_otherwise(line, token),
        }
    }

    #[inline(never)]
    fn read_otherwise(&self, line: &str, token: &Token) -> Option<Word> {
        match (&self.how, token.kind) {
            (_, Kind::Null) => Some(BLANK),
            (How::Bool, Kind::True) => Some(1),
            (How::Bool, Kind::False) => Some(0),
            (How::Quantity { factors, low, high }, Kind::Text) => worth(factors, decimal(written(line, token)?)?, (*low, *high)),
            (How::Date, Kind::Text) => date(written(line, token)?),
            (How::Time, Kind::Text) => time(written(line, token)?),
            (How::Kind(kinds), Kind::Text) => kinds.word(line.as_bytes().get(token.start..token.end)?),
            (How::Named { trimmed }, Kind::Text) if if *trimmed { is_trimmed(line, token) } else { is_stated(line, token) } => place(token),
            (How::Named { .. }, Kind::Number(..) | Kind::LongNumber) if whole(written(line, token)?) => place(token),
            (How::Set, Kind::Text) if is_stated(line, token) && !written(line, token)?.trim_start().starts_with('[') => place(token),
            (How::Set, Kind::List) if list(written(line, token)?) => place(token),
            _ => None,
        }
    }
}

/// The place of a text.
fn place(token: &Token) -> Option<Word> {
    Some(Text::new(token.start, token.end.checked_sub(token.start)?)?.word())
}

/// What is written there, without quotes.
pub(super) fn written<'l>(line: &'l str, token: &Token) -> Option<&'l str> {
    line.get(token.start..token.end)
}

/// Has it more than spaces?
pub(super) fn is_stated(line: &str, token: &Token) -> bool {
    match line.as_bytes().get(token.start..token.end) {
        Some([b'!'..=b'~', ..]) => true,
        Some([]) | None => false,
        Some(_) => written(line, token).is_some_and(|text| !text.trim().is_empty()),
    }
}

/// Has it no spaces around it, but something else?
#[inline]
pub(super) fn is_trimmed(line: &str, token: &Token) -> bool {
    match line.as_bytes().get(token.start..token.end) {
        Some([b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~']) => true,
        Some([]) | None => false,
        Some(_) => written(line, token).is_some_and(|text| !text.is_empty() && text.trim().len() == text.len()),
    }
}

/// A number in steps.
#[inline]
fn worth(factors: &[Option<(Word, Word)>], (digits, places): (Word, u32), (low, high): (Word, Word)) -> Option<Word> {
    let (times, over) = (*factors.get(places as usize)?)?;
    let product = if times == 1 { digits } else { digits.checked_mul(times)? };
    let word = match over {
        1 => product,
        over if product % over == 0 => product / over,
        _ => return None,
    };
    (low <= word && word <= high).then_some(word)
}

/// Values of an enumeration by name and label: few are compared one by one.
#[derive(Debug, Clone)]
enum Kinds {
    Few(Vec<(Box<[u8]>, Word)>),
    Many(HashMap<Box<[u8]>, Word, RandomState>),
}

/// So many are few.
const FEW: usize = 8;

impl Kinds {
    fn word(&self, text: &[u8]) -> Option<Word> {
        match self {
            Self::Few(few) => few.iter().find(|(known, _)| same(known, text)).map(|(_, word)| *word),
            Self::Many(many) => many.get(text).copied(),
        }
    }
}

fn kinds(model: &Model, kind: &str) -> Kinds {
    let mut all: BTreeMap<&str, Word> = BTreeMap::new();
    let values = model.kind(kind).map(|kind| kind.values.as_slice()).unwrap_or_default();
    for (word, (_, label)) in (0..).zip(values) {
        if let Some(label) = label {
            all.entry(label.as_str()).or_insert(word);
        }
    }
    all.extend((0..).zip(values).map(|(word, (value, _))| (value.as_str(), word)));
    all.retain(|name, _| !name.trim().is_empty());
    let few = all.len() <= FEW;
    let all = all.into_iter().map(|(name, word)| (name.as_bytes().into(), word));
    if few { Kinds::Few(all.collect()) } else { Kinds::Many(all.collect()) }
}

fn quantity(field: &Field, step: Number) -> Option<How> {
    let (over, times) = step.parts();
    let bound = |number: Option<Number>, open: Word| match number {
        None => Some(open),
        Some(number) => number.over(step).and_then(|steps| if open > 0 { steps.floor() } else { steps.ceil() }.as_whole()).and_then(|steps| Word::try_from(steps).ok()),
    };
    let (low, high) = (bound(field.range.low, Word::MIN + 2)?, bound(field.range.high, Word::MAX)?);
    let factor = |places: u32| {
        let over = over.checked_mul(10_i128.checked_pow(places)?)?;
        let common = common(times, over);
        Some((Word::try_from(times / common).ok()?, Word::try_from(over / common).ok()?))
    };
    (over > 0 && times > 0).then(|| How::Quantity { factors: (0..=PLACES).map(factor).collect(), low, high })
}

/// The greatest common divisor of two positive numbers.
fn common(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Is it a whole number as it is written in an id?
pub(super) fn whole(raw: &str) -> bool {
    !raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits and how many of them stand behind the point.
pub(super) fn decimal(text: &str) -> Option<(Word, u32)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() || whole.len() + fraction.len() > 18 || (fraction.is_empty() && unsigned.contains('.')) {
        return None;
    }
    let mut digits: Word = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        digits = digits * 10 + Word::from(digit(byte)?);
    }
    Some((if unsigned.len() < text.len() { -digits } else { digits }, u32::try_from(fraction.len()).ok()?))
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
#[inline]
pub(super) fn clock(bytes: &[u8]) -> Option<Word> {
    if let Ok(eight) = <[u8; 8]>::try_from(bytes) {
        return with_seconds(u64::from_le_bytes(eight));
    }
    let (hour, minute) = (two(bytes, 0)?, two(bytes, 3)?);
    (bytes.len() == 5 && bytes.get(2) == Some(&b':') && hour < 24 && minute < 60).then(|| Word::from(hour * 3600 + minute * 60))
}

/// Seconds since midnight of `08:30:15`, eight bytes at once.
#[inline]
pub(super) fn with_seconds(bytes: u64) -> Option<Word> {
    const NOUGHT: u64 = u64::from_le_bytes(*b"00:00:00");
    const DIGITS: u64 = u64::from_le_bytes([0x7f, 0x7f, 0, 0x7f, 0x7f, 0, 0x7f, 0x7f]);
    const NINE_LESS: u64 = u64::from_le_bytes([0x76, 0x76, 0, 0x76, 0x76, 0, 0x76, 0x76]);
    let digits = bytes ^ NOUGHT;
    // A digit that is more than nine, and a colon that is none, leave something.
    let others = (((digits & DIGITS) + NINE_LESS) & u64::from_le_bytes([0x80; 8])) | (digits & !(DIGITS & u64::from_le_bytes([0x0f; 8])));
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let at = |place: u32| (pairs >> (8 * place)) & 0xff;
    let (hour, minute, second) = (at(0), at(3), at(6));
    (others == 0 && hour < 24 && minute < 60 && second < 60).then(|| (hour * 3600 + minute * 60 + second) as Word)
}

fn time(text: &str) -> Option<Word> {
    clock(text.as_bytes()).filter(|word| is_plain(*word))
}

/// A list of texts none of which is blank, or has a comma.
fn list(raw: &str) -> bool {
    let text = |raw: &str| raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).is_some_and(|text| !text.trim().is_empty());
    let Some(inside) = raw.strip_prefix('[').and_then(|raw| raw.strip_suffix(']')) else { return false };
    inside.trim().is_empty() || inside.split(',').all(|item| text(item.trim()))
}
