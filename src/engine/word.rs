//! Values as words: whatever a rule compares or adds is one 64-bit integer.
//!
//! A quantity is a whole number of steps of its field's grain, a date its day number, a value of an enumeration its place in the list, a name or text the
//! number that [`Names`] gave it. What is missing or blank has a word of its own that no code may compute with: whoever meets it says so, and the
//! reference evaluator judges the subject.

use super::kinds::Kinds;
use super::numbered::{Asked, Numbered};
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Type, Unit};
use crate::model::{Field, Model};
use crate::records::Stored;
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
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

/// What a word stands for where only this process knows its number; any other word is its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Means {
    Itself,
    Text,
    /// A name, by entity.
    Ref(usize),
    /// A set of names, by entity.
    Set(usize),
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

    /// A name that will be looked up.
    #[inline]
    pub(super) fn asked(&self, entity: usize, text: &[u8], (start, length): (usize, usize)) -> Asked {
        self.lists.get(entity).map_or(Asked::default(), |list| list.asked(text, (start, length)))
    }

    /// Has memory fetched that will be needed for the numbers of names.
    pub(super) fn touch(&self, entity: usize, asked: impl Iterator<Item = Asked>) -> u32 {
        self.lists.get(entity).map_or(0, |list| asked.fold(0, |touched, asked| touched ^ list.touch(asked)))
    }

    /// The number of a subject that was asked for.
    #[inline]
    pub(super) fn answer(&mut self, entity: usize, asked: Asked, id: &str) -> Word {
        self.lists.get_mut(entity).map_or(MISSING, |list| list.answer(asked, id))
    }

    /// The name of a subject.
    #[inline]
    pub(super) fn name(&self, entity: usize, word: Word) -> &str {
        usize::try_from(word).ok().and_then(|at| self.lists.get(entity)?.name(at)).unwrap_or_default()
    }

    /// The number of a subject that has one already.
    pub(super) fn known(&self, entity: usize, id: &str) -> Option<usize> {
        self.lists.get(entity)?.known(id)
    }

    pub(super) fn text(&mut self, text: &str) -> Word {
        self.texts.number(text)
    }

    /// The text with a number.
    pub(super) fn text_of(&self, word: Word) -> Option<&str> {
        self.texts.name(usize::try_from(word).ok()?)
    }

    /// All names in the order of their numbers.
    pub(super) fn spelled(&self) -> impl std::fmt::Debug + '_ {
        (self.lists.iter().chain([&self.texts]).map(Numbered::spelled).collect::<Vec<_>>(), &self.members)
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

/// Are two texts the same? Most are shorter than a call to compare them is worth.
#[inline]
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    match a.len() {
        length if length != b.len() => false,
        8..=16 => a.first_chunk::<8>() == b.first_chunk::<8>() && a.last_chunk::<8>() == b.last_chunk::<8>(),
        4..=7 => a.first_chunk::<4>() == b.first_chunk::<4>() && a.last_chunk::<4>() == b.last_chunk::<4>(),
        _ => a == b,
    }
}
