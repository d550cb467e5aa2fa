//! Values as words: whatever a rule compares or adds is one 64-bit integer.
//!
//! A quantity is a whole number of steps of its field's grain, a date its day number, a value of an enumeration its place in the list, a name or text the
//! number that [`Names`] gave it. What is missing or blank has a word of its own that no code may compute with: whoever meets it says so, and the
//! reference evaluator judges the subject.

use super::kinds::Kinds;
use super::table::Table;
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Type, Unit};
use crate::model::{Field, Model};
use crate::records::Stored;
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// A value.
pub(super) type Word = i64;

/// There is no value, or none that a word can hold.
pub(super) const MISSING: Word = i64::MIN;
/// Known to be blank.
pub(super) const BLANK: Word = i64::MIN + 1;

/// Is it a value that code may compute with?
pub(super) fn is_plain(word: Word) -> bool {
    word > BLANK
}

/// How the values of a field are kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kept {
    Bool,
    /// Whole multiples of the step.
    Quantity(Number, Unit),
    Date,
    /// Seconds since midnight.
    Time,
    /// Place in the enumeration's list.
    Kind(String),
    Text,
    /// Number of a name, by entity.
    Ref(usize),
    /// Number of a set of names.
    Set(usize),
    /// A moment is never kept.
    Nothing,
}

/// Decimal places of a quantity whose grain is not stated: what has more is judged by the reference evaluator.
const PLACES: i64 = 10_000;

impl Kept {
    pub(super) fn of(model: &Model, field: &Field) -> Self {
        Self::of_type(model, &field.ty, &field.range)
    }

    pub(super) fn of_type(model: &Model, ty: &Type, range: &Range) -> Self {
        let entity = |name: &String| model.entities.iter().position(|entity| entity.name == *name);
        match ty {
            Type::Bool => Self::Bool,
            Type::Quantity(unit) => Self::Quantity(range.grain.or_else(|| Number::whole(1).over(Number::whole(PLACES))).unwrap_or(Number::whole(1)), unit.clone()),
            Type::Date => Self::Date,
            Type::Time => Self::Time,
            Type::Kind(kind) => Self::Kind(kind.clone()),
            Type::Text => Self::Text,
            Type::Ref(name) => entity(name).map_or(Self::Nothing, Self::Ref),
            Type::Set(name) => entity(name).map_or(Self::Nothing, Self::Set),
            Type::Moment => Self::Nothing,
        }
    }

    /// Is it a text that gets a number?
    pub(super) fn is_named(&self) -> bool {
        matches!(self, Self::Text | Self::Ref(_) | Self::Set(_))
    }
}

/// The number of a day.
pub(super) fn day_word(day: NaiveDate) -> Word {
    i64::from(day.num_days_from_ce())
}

/// The day of a number.
pub(super) fn day_of(word: Word) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(word).ok()?)
}

/// Seconds since midnight; none for a fraction of a second.
pub(super) fn time_word(time: NaiveTime) -> Word {
    if time.nanosecond() == 0 { i64::from(time.num_seconds_from_midnight()) } else { MISSING }
}

/// A quantity in whole steps; none when it is between two, or too large.
pub(super) fn steps(number: Number, step: Number) -> Option<Word> {
    i64::try_from(number.over(step)?.as_whole()?).ok().filter(|steps| is_plain(*steps))
}

/// Numbers of names: each entity has its own, texts share one list.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    lists: Vec<Numbered>,
    texts: Numbered,
    sets: Vec<HashMap<Vec<Word>, Word>>,
    /// Members of each set, by entity and number.
    members: Vec<Vec<Vec<Word>>>,
}

impl Names {
    pub(super) fn new(model: &Model) -> Self {
        let entities = model.entities.len();
        Self { lists: vec![Numbered::default(); entities], texts: Numbered::default(), sets: vec![HashMap::new(); entities], members: vec![Vec::new(); entities] }
    }

    /// The number of a subject.
    pub(super) fn subject(&mut self, entity: usize, id: &str) -> Word {
        self.lists.get_mut(entity).map_or(MISSING, |list| list.number(id))
    }

    /// Has memory fetched that will be needed for the number of a subject.
    pub(super) fn touch(&self, entity: usize, id: &str) -> u32 {
        self.lists.get(entity).map_or(0, |list| list.touch(id))
    }

    /// The name of a subject.
    pub(super) fn name(&self, entity: usize, word: Word) -> &str {
        usize::try_from(word).ok().and_then(|at| self.lists.get(entity)?.name(at)).unwrap_or_default()
    }

    pub(super) fn text(&mut self, text: &str) -> Word {
        self.texts.number(text)
    }

    /// The number of a set.
    pub(super) fn set<'t>(&mut self, entity: usize, ids: impl Iterator<Item = &'t str>) -> Word {
        let mut words: Vec<Word> = ids.map(|id| self.subject(entity, id)).collect();
        words.sort_unstable();
        words.dedup();
        let (Some(sets), Some(members)) = (self.sets.get_mut(entity), self.members.get_mut(entity)) else { return MISSING };
        *sets.entry(words).or_insert_with_key(|words| {
            members.push(words.clone());
            members.len() as Word - 1
        })
    }

    pub(super) fn members(&self, entity: usize, set: Word) -> &[Word] {
        usize::try_from(set).ok().and_then(|at| self.members.get(entity)?.get(at)).map_or(&[], Vec::as_slice)
    }

    /// The word of a value.
    pub(super) fn word(&mut self, kinds: &Kinds<'_>, kept: &Kept, stored: &Stored) -> Word {
        match stored {
            Stored::Missing => MISSING,
            Stored::Blank => BLANK,
            Stored::Known(scalar) => self.scalar(kinds, kept, scalar).unwrap_or(MISSING),
        }
    }

    pub(super) fn scalar(&mut self, kinds: &Kinds<'_>, kept: &Kept, scalar: &Scalar) -> Option<Word> {
        Some(match (kept, scalar) {
            (Kept::Bool, Scalar::Bool(yes)) => Word::from(*yes),
            (Kept::Quantity(step, unit), Scalar::Quantity(number, of)) if unit == of => steps(*number, *step)?,
            (Kept::Date, Scalar::Date(day)) => day_word(*day),
            (Kept::Time, Scalar::Time(time)) => time_word(*time),
            (Kept::Kind(kind), Scalar::Kind(of, value)) if **of == **kind => kinds.place(kind, value)?,
            (Kept::Text, Scalar::Text(text)) => self.text(text),
            (Kept::Ref(entity), Scalar::Ref(_, id)) => self.subject(*entity, id),
            (Kept::Set(entity), Scalar::Set(_, ids)) => self.set(*entity, ids.iter().map(|id| &**id)),
            _ => return None,
        })
    }
}

/// Texts with their numbers. Short ones, which are most, stand in a table themselves.
#[derive(Debug, Clone, Default)]
struct Numbered {
    tiny: Table<u64>,
    short: Table<u128>,
    long: HashMap<Box<str>, u32, RandomState>,
    /// All names, one after the other, and where each ends.
    text: String,
    ends: Vec<u32>,
}

/// Bytes of a tiny text, and of a short one.
const TINY: usize = 7;
const LONGER: usize = TINY + 1;
const SHORT: usize = 15;

impl Numbered {
    fn number(&mut self, text: &str) -> Word {
        let next = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        let number = match text.len() {
            0..=TINY => self.tiny.number(tiny(text), next),
            LONGER..=SHORT => self.short.number(short(text), next),
            _ => match self.long.get(text) {
                Some(number) => *number,
                None => *self.long.entry(text.into()).or_insert(next),
            },
        };
        if number == next {
            self.text.push_str(text);
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
        Word::from(number)
    }

    /// Has memory fetched that will be needed for the number of a text.
    fn touch(&self, text: &str) -> u32 {
        match text.len() {
            0..=TINY => self.tiny.touch(tiny(text)),
            LONGER..=SHORT => self.short.touch(short(text)),
            _ => 0,
        }
    }

    fn name(&self, number: usize) -> Option<&str> {
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start as usize..*self.ends.get(number)? as usize)
    }
}

fn tiny(text: &str) -> u64 {
    packed::<8>(text).map_or(0, u64::from_le_bytes)
}

fn short(text: &str) -> u128 {
    packed::<16>(text).map_or(0, u128::from_le_bytes)
}

/// The bytes of a short text, and last their number.
fn packed<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (place, byte) in bytes.iter_mut().zip(text.bytes()) {
        *place = byte;
    }
    *bytes.last_mut()? = u8::try_from(text.len()).ok()?;
    Some(bytes)
}

/// Are two texts the same? Most are shorter than a call to compare them is worth.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    match a.len() {
        length if length != b.len() => false,
        8..=16 => a.first_chunk::<8>() == b.first_chunk::<8>() && a.last_chunk::<8>() == b.last_chunk::<8>(),
        4..=7 => a.first_chunk::<4>() == b.first_chunk::<4>() && a.last_chunk::<4>() == b.last_chunk::<4>(),
        _ => a == b,
    }
}
