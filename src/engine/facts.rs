//! Attributes of subjects in registers, by number and day.

use super::kinds::Kinds;
use super::word::{Kept, MISSING, Names, Word, day_word};
use crate::model::{EntitySort, Model};
use crate::records;

/// Values in time: first day, last day, value.
type InTime = Vec<(Word, Word, Word)>;

/// First and last days.
type Stays = Vec<(Word, Word)>;

/// What is known of the subjects of each entity.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Entity → subject → attribute → values in time.
    values: Vec<Vec<Vec<InTime>>>,
    /// Entity → subject → first and last days of belonging to the register; none where no register was given.
    members: Vec<Option<Vec<Stays>>>,
}

impl Facts {
    /// The rows of the registers; their subjects get the first numbers.
    pub(super) fn new(model: &Model, kinds: &Kinds<'_>, facts: &records::Facts, names: &mut Names) -> Self {
        let mut all = Self { values: vec![Vec::new(); model.entities.len()], members: vec![None; model.entities.len()] };
        for (at, entity) in model.entities.iter().enumerate() {
            if entity.sort != EntitySort::Register || !facts.loaded.contains(&entity.name) {
                continue;
            }
            let mut values = Vec::new();
            for (id, attributes) in facts.entities.get(&entity.name).into_iter().flatten() {
                let subject = names.subject(at, id);
                let of = |field: &crate::model::Field, names: &mut Names| {
                    let kept = Kept::of(model, field);
                    let in_time = attributes.get(&field.name).into_iter().flatten();
                    in_time.map(|fact| (fact.from.map_or(Word::MIN, day_word), fact.until.map_or(Word::MAX, day_word), names.word(kinds, &kept, &fact.value))).collect()
                };
                let row: Vec<InTime> = entity.attributes.iter().map(|field| of(field, names)).collect();
                put(&mut values, subject, row);
            }
            let mut members = Vec::new();
            for (id, days) in facts.members.get(&entity.name).into_iter().flatten() {
                let days = days.iter().map(|(from, until)| (from.map_or(Word::MIN, day_word), until.map_or(Word::MAX, day_word)));
                put(&mut members, names.subject(at, id), days.collect());
            }
            if let (Some(kept), Some(known)) = (all.values.get_mut(at), all.members.get_mut(at)) {
                (*kept, *known) = (values, Some(members));
            }
        }
        all
    }

    /// The value of an attribute on a day.
    pub(super) fn on(&self, entity: usize, subject: Word, attribute: usize, day: Word) -> Word {
        let of = usize::try_from(subject).ok().and_then(|subject| self.values.get(entity)?.get(subject)?.get(attribute));
        of.and_then(|values| values.iter().find(|(from, until, _)| *from <= day && day <= *until)).map_or(MISSING, |(.., value)| *value)
    }

    /// Was a register given?
    pub(super) fn loaded(&self, entity: usize) -> bool {
        self.members.get(entity).is_some_and(Option::is_some)
    }

    /// The last day between two on which somebody belongs to the register; none when on no day of them, or when no register was given.
    pub(super) fn last_day(&self, entity: usize, subject: Word, (first, last): (Word, Word)) -> Option<Word> {
        let days = self.members.get(entity)?.as_ref()?.get(usize::try_from(subject).ok()?)?;
        days.iter().filter(|(from, until)| last.min(*until) >= first.max(*from)).map(|(_, until)| last.min(*until)).max()
    }

    /// How many subjects the register has.
    pub(super) fn subjects(&self, entity: usize) -> usize {
        self.members.get(entity).and_then(Option::as_ref).map_or(0, Vec::len)
    }
}

fn put<T: Default>(into: &mut Vec<T>, at: Word, value: T) {
    let Ok(at) = usize::try_from(at) else { return };
    if into.len() <= at {
        into.resize_with(at + 1, T::default);
    }
    if let Some(place) = into.get_mut(at) {
        *place = value;
    }
}
