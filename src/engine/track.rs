//! Which records a verdict rests on: for every counter, the records in its window. Kept only when whole verdicts are wanted.

use super::code::{Code, Traced};
use super::duty::Duty;
use super::norm::{Deciding, Judging, Off};
use super::timer::Told;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A record by its place among those read; what was made of it comes behind it, by name. Most names are short and take no memory of their own.
pub(super) type Place = (usize, bool, SmolStr);

/// Entity and id.
pub(super) type Subject = (Arc<str>, Arc<str>);

/// Records that were counted.
#[derive(Debug, Default)]
pub(super) struct Tracking {
    /// Counters of a subject.
    counters: usize,
    /// The record that is judged, and what was made of it.
    places: Vec<Place>,
    /// By subject and counter: the records in its window.
    counted: Vec<Vec<Place>>,
    /// The entity whose subjects are judged, and these, each once.
    entity: Option<(usize, Arc<str>)>,
    subjects: Vec<Option<Subject>>,
    /// Whose the last verdict is.
    about: usize,
    /// Names of the records of the last verdict, the one that was judged first.
    pub(super) events: Vec<SmolStr>,
    /// Room for the counters that a verdict read.
    words: Vec<usize>,
    pub(super) trace: Vec<Traced>,
}

impl Tracking {
    pub(super) fn new(counters: usize, entity: Option<(usize, Arc<str>)>) -> Self {
        Self { counters, entity, ..Self::default() }
    }

    /// A verdict on a subject is about to be told.
    pub(super) fn about(&mut self, subject: usize, name: &str) {
        if self.subjects.len() <= subject {
            self.subjects.resize(subject + 1, None);
        }
        self.about = subject;
        if let (Some((_, entity)), Some(known @ None)) = (&self.entity, self.subjects.get_mut(subject)) {
            *known = Some((Arc::clone(entity), name.into()));
        }
    }

    /// Whose the last verdict is, with the entity's place.
    pub(super) fn subject(&self) -> Option<(usize, &Subject)> {
        Some((self.entity.as_ref()?.0, self.subjects.get(self.about)?.as_ref()?))
    }

    /// A record, to be named later. One that was read takes the place of the one before and of what was made of that.
    pub(super) fn enter(&mut self, root: usize, made: bool, name: &str) -> usize {
        if !made {
            self.places.clear();
        }
        self.places.push((root, made, name.into()));
        self.places.len() - 1
    }

    /// A record, to be named later.
    pub(super) fn place(&self, place: usize) -> Option<Place> {
        self.places.get(place).cloned()
    }

    /// A verdict that waited is about to be told.
    pub(super) fn late(&mut self, told: Told, breached: bool) {
        (self.trace, self.events) = if breached { told.breached } else { (told.trace, told.events) };
        let mut timely = told.timely;
        timely.sort_unstable();
        timely.dedup();
        self.events.extend(timely.into_iter().map(|(_, _, name)| name));
    }

    /// A counter counts a record.
    pub(super) fn count(&mut self, subject: usize, word: usize, place: usize) {
        let Some(place) = self.places.get(place) else { return };
        let at = subject * self.counters + word;
        if self.counted.len() <= at {
            self.counted.resize_with(at + 1, Vec::new);
        }
        if let Some(counted) = self.counted.get_mut(at) {
            counted.push(Place::clone(place));
        }
    }

    /// The records in the windows of a subject's counters.
    pub(super) fn windows(&self, subject: usize) -> impl Iterator<Item = (usize, &[Place])> {
        let counted = self.counted.iter().skip(subject * self.counters).take(self.counters);
        counted.map(Vec::as_slice).enumerate().filter(|(_, places)| !places.is_empty())
    }

    /// These are the records in the windows of a subject's counters; in the others there are none.
    pub(super) fn put(&mut self, subject: usize, windows: Vec<(usize, Vec<Place>)>) {
        let start = subject * self.counters;
        self.counted.iter_mut().skip(start).take(self.counters).for_each(Vec::clear);
        for (word, places) in windows.into_iter().filter(|(word, _)| *word < self.counters) {
            if self.counted.len() <= start + word {
                self.counted.resize_with(start + word + 1, Vec::new);
            }
            if let Some(counted) = self.counted.get_mut(start + word) {
                *counted = places;
            }
        }
    }

    /// A counter begins anew.
    pub(super) fn forget(&mut self, subject: usize, word: usize) {
        if let Some(counted) = self.counted.get_mut(subject * self.counters + word).filter(|_| word < self.counters) {
            counted.clear();
        }
    }

    /// The records on which a verdict rests. `applies`: its condition held, and no exception switched it off; `breached`: a requirement was.
    pub(super) fn gather(&mut self, judging: &Judging, subject: usize, own: Option<usize>, (holds, applies, breached): (bool, bool, bool)) {
        let reads = &judging.reads;
        let own = own.and_then(|own| self.places.get(own));
        self.events.clear();
        if let Some((_, _, name)) = own {
            self.events.push(name.clone());
        }
        if !reads.any {
            return;
        }
        let words = &mut self.words;
        words.clear();
        words.extend(&reads.when);
        if holds {
            words.extend(&reads.exceptions);
        }
        if applies {
            words.extend(&reads.rest);
            if breached {
                words.extend(&reads.if_breached);
            }
            let mut decision = None;
            for traced in &self.trace {
                match traced {
                    Traced::Decision => decision = Some(decision.map_or(0, |before| before + 1)),
                    Traced::Clause(clause, _) => words.extend(decision.and_then(|at: usize| reads.values.get(at)?.get(*clause)).into_iter().flatten()),
                    _ => {}
                }
            }
        }
        words.sort_unstable();
        words.dedup();
        let counted = || words.iter().filter_map(|word| self.counted.get(subject * self.counters + word));
        let is_other = |place: &&Place| own.is_none_or(|own| !are_same(own, place));
        // Mostly one window has them all, in their order.
        let longest = counted().max_by_key(|places| places.len()).map(Vec::as_slice).unwrap_or_default();
        if longest.is_sorted_by(|a, b| a < b) && counted().all(|places| std::ptr::eq(longest, places.as_slice()) || has_all(longest, places)) {
            match own {
                None => self.events.extend(longest.iter().map(|(_, _, name)| name.clone())),
                Some(_) => self.events.extend(longest.iter().filter(is_other).map(|(_, _, name)| name.clone())),
            }
            return;
        }
        let mut all: Vec<&Place> = counted().flatten().filter(is_other).collect();
        all.sort_unstable();
        all.dedup();
        self.events.extend(all.into_iter().map(|(_, _, name)| name.clone()));
    }
}

/// Is it the same record? One that was read has one name.
#[inline]
fn are_same((a, made, name): &Place, (b, other_made, other): &Place) -> bool {
    (a, made) == (b, other_made) && (!made || name == other)
}

/// Are some places among others, and in the same order?
fn has_all(all: &[Place], some: &[Place]) -> bool {
    let mut left = all.iter();
    some.len() <= all.len() && some.iter().all(|place| left.any(|known| are_same(known, place)))
}

/// Words of the state that each part of a norm reads.
#[derive(Debug, Clone, Default)]
pub(super) struct Reads {
    pub(super) when: Vec<usize>,
    pub(super) exceptions: Vec<usize>,
    /// All but the values of clauses, which are read only when the clause applies.
    pub(super) rest: Vec<usize>,
    pub(super) if_breached: Vec<usize>,
    /// By decision, then sanction, and clause.
    pub(super) values: Vec<Vec<Vec<usize>>>,
    /// Is anything read at all?
    any: bool,
}

impl Reads {
    /// Of a norm.
    pub(super) fn of(judging: &Judging) -> Self {
        let words = |codes: &[&Code]| {
            let mut words = BTreeSet::new();
            codes.iter().for_each(|code| code.reads(&mut words));
            words.into_iter().collect::<Vec<usize>>()
        };
        let of = |decisions: &[Deciding]| decisions.iter().flat_map(Deciding::conditions).cloned().collect::<Vec<Code>>();
        let mut offs = Vec::new();
        judging.exceptions.iter().for_each(|off| off.conditions(&mut offs));
        let mut rest = of(&judging.decisions);
        rest.extend(judging.requirements.iter().chain(judging.duties.iter().flat_map(Duty::codes)).cloned());
        rest.extend(judging.makes.iter().flat_map(|making| making.fields.iter().flatten().cloned()));
        let all = judging.decisions.iter().chain(&judging.if_breached);
        let reads = Self {
            when: words(&judging.when.iter().collect::<Vec<_>>()),
            exceptions: words(&offs),
            rest: words(&rest.iter().collect::<Vec<_>>()),
            if_breached: words(&of(&judging.if_breached).iter().collect::<Vec<_>>()),
            values: all.map(|deciding| deciding.clauses.iter().map(|(_, value)| words(&[value])).collect()).collect(),
            any: false,
        };
        let lists = [&reads.when, &reads.exceptions, &reads.rest, &reads.if_breached];
        let any = lists.into_iter().chain(reads.values.iter().flatten()).any(|list| !list.is_empty());
        Self { any, ..reads }
    }
}

impl Off {
    fn conditions<'o>(&'o self, into: &mut Vec<&'o Code>) {
        into.extend(&self.when);
        self.inner.iter().for_each(|inner| inner.conditions(into));
    }
}

impl Deciding {
    /// Everything that is looked at whatever applies.
    fn conditions(&self) -> impl Iterator<Item = &Code> {
        self.clauses.iter().filter_map(|(when, _)| when.as_ref()).chain(&self.forfeits).chain(&self.cap).chain(&self.floor)
    }
}
