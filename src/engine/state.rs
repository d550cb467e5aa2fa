//! The state of every subject: one row of words each, found by the subject's number.

use super::batch::{Batch, Row, Stamp, Text};
use super::numbered::Asked;
use super::plan::{FIRST_DAY, LAST_DAY, LAST_MOMENT, Plan, STREAM};
use super::timer::Open;
use super::word::{BLANK, Kept, MISSING, Names, Word, day_of, day_word};
use crate::model::expr::Period;
use crate::reference::{Span, span};
use chrono::NaiveDate;
use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// What is known of the subjects so far.
#[derive(Debug, Clone)]
pub struct State {
    pub(super) names: Names,
    /// Rows of words, one after the other.
    pub(super) words: Vec<Word>,
    /// By subject: the reference evaluator must judge it.
    pub(super) again: Vec<bool>,
    /// By subject: its duties; empty where no norm has some.
    pub(super) open: Vec<Open>,
    pub(super) seen: Days,
    /// There was a record of which nobody knows whose it is.
    pub(super) nobodys: bool,
    /// A record did not surely come after the one before of its subject.
    pub(super) disordered: bool,
    pub(super) calendar: Calendar,
    sets: HashMap<(usize, Vec<u8>), Word, RandomState>,
}

impl State {
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        let calendar = Calendar { units: plan.units.iter().map(|(unit, _)| *unit).collect(), day: Word::MIN, date: NaiveDate::default(), starts: vec![Word::MIN; plan.units.len()], spans: HashMap::default(), last: None };
        let mut state = Self { names: plan.names.clone(), words: Vec::new(), again: Vec::new(), open: Vec::new(), seen: Days::NONE, nobodys: false, disordered: false, calendar, sets: HashMap::default() };
        // Those of a register have periods without any record.
        for subject in 0..plan.facts.subjects(plan.entity) {
            state.room(plan, subject as Word);
        }
        state
    }

    /// Where the row of a subject begins.
    pub(super) fn room(&mut self, plan: &Plan<'_>, subject: Word) -> usize {
        let (width, at) = (plan.fresh.len(), usize::try_from(subject).unwrap_or(usize::MAX));
        while self.again.len() <= at {
            self.words.extend_from_slice(&plan.fresh);
            self.again.push(false);
            if !plan.feeds.is_empty() {
                self.open.push(Open::default());
            }
        }
        at * width
    }

    /// Takes note of a record's day.
    #[inline]
    pub(super) fn seen(&mut self, at: Stamp) {
        self.seen = self.seen.and(Days { first: at.day, last: at.day, whole: at.nanos == Word::MIN });
    }

    /// How many subjects have been seen.
    pub(super) fn subjects(&self) -> usize {
        self.again.len()
    }

    /// What a record calls its subject; none when it names none.
    #[inline]
    pub(super) fn asked(&self, plan: &Plan<'_>, batch: &Batch, row: &Row) -> Option<(Text, Asked)> {
        let word = batch.words.get(row.words + plan.key(row.event)?).filter(|word| **word > BLANK);
        let text = Text::of_word(*word?);
        Some((text, self.names.asked(plan.entity, batch.text.as_bytes(), text.place())))
    }

    /// The subject that a record calls so.
    #[inline]
    pub(super) fn subject(&mut self, plan: &Plan<'_>, batch: &Batch, asked: Option<(Text, Asked)>) -> Word {
        asked.map_or(MISSING, |(text, asked)| self.names.answer(plan.entity, asked, batch.text(text)))
    }

    /// The words of a record, with numbers for the names in them.
    #[inline]
    pub(super) fn named(&mut self, plan: &Plan<'_>, batch: &Batch, (row, subject): (&Row, Word), slots: &mut Vec<Word>) {
        let Some(fields) = plan.fields.get(row.event) else { return };
        let words = batch.words.get(row.words..row.words + fields.len()).unwrap_or_default();
        words.iter().for_each(|word| slots.push(*word));
        if let Some(own) = plan.key(row.event).and_then(|key| slots.get_mut(key)) {
            *own = subject;
        }
        for at in plan.named.get(row.event).into_iter().flatten() {
            let (Some((kept, _)), Some(word)) = (fields.get(*at), slots.get_mut(*at)) else { continue };
            if *word > BLANK {
                *word = self.number(kept, batch, Text::of_word(*word));
            }
        }
    }

    fn number(&mut self, kept: &Kept, batch: &Batch, text: Text) -> Word {
        let text = batch.text(text);
        match kept {
            Kept::Text => self.names.text(text),
            Kept::Ref(entity) => self.names.subject(*entity, text),
            Kept::Set(entity) => match self.sets.get(&(*entity, text.as_bytes()) as &dyn SetKey) {
                Some(word) => *word,
                None => self.new_set(*entity, text),
            },
            _ => MISSING,
        }
    }

    /// The members of a set stand in a JSON list, or between semicolons.
    fn new_set(&mut self, entity: usize, text: &str) -> Word {
        let word = match serde_json::from_str::<Vec<String>>(text) {
            Ok(ids) if text.starts_with('[') => self.names.set(entity, ids.iter().map(|id| id.trim()).filter(|id| !id.is_empty())),
            _ => self.names.set(entity, text.split([';', '；']).map(str::trim).filter(|id| !id.is_empty())),
        };
        self.sets.insert((entity, text.as_bytes().to_vec()), word);
        word
    }
}

impl State {
    /// The reference evaluator must judge this subject.
    pub(super) fn mark(&mut self, subject: Word) {
        if let Some(again) = usize::try_from(subject).ok().and_then(|at| self.again.get_mut(at)) {
            *again = true;
        }
    }
}

/// The days of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Days {
    pub(super) first: Word,
    pub(super) last: Word,
    /// A date alone stands on the last day: all of it is there.
    pub(super) whole: bool,
}

impl Days {
    /// Of no record.
    pub(super) const NONE: Self = Self { first: Word::MAX, last: Word::MIN, whole: false };

    /// Of these records and others.
    #[inline]
    pub(super) fn and(self, other: Self) -> Self {
        let whole = (self.whole && self.last >= other.last) || (other.whole && other.last >= self.last);
        Self { first: self.first.min(other.first), last: self.last.max(other.last), whole }
    }
}

/// Looks a set up by what stands in the data, without a copy of it.
trait SetKey {
    fn parts(&self) -> (usize, &[u8]);
}

impl SetKey for (usize, &[u8]) {
    fn parts(&self) -> (usize, &[u8]) {
        (self.0, self.1)
    }
}

impl SetKey for (usize, Vec<u8>) {
    fn parts(&self) -> (usize, &[u8]) {
        (self.0, &self.1)
    }
}

impl<'a> std::borrow::Borrow<dyn SetKey + 'a> for (usize, Vec<u8>) {
    fn borrow(&self) -> &(dyn SetKey + 'a) {
        self
    }
}

impl std::hash::Hash for dyn SetKey + '_ {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl PartialEq for dyn SetKey + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for dyn SetKey + '_ {}

/// The periods that hold a day. Records of one day mostly come together.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    units: Vec<Period>,
    day: Word,
    pub(super) date: NaiveDate,
    /// First days of the periods that hold the day.
    pub(super) starts: Vec<Word>,
    spans: HashMap<(Period, Word), Arc<Span>, RandomState>,
    /// The one that was asked for last.
    last: Option<(Period, Word, Arc<Span>)>,
}

impl Calendar {
    /// Goes to a day.
    #[inline]
    pub(super) fn go(&mut self, day: Word) {
        if self.day != day {
            self.turn(day);
        }
    }

    #[inline(never)]
    fn turn(&mut self, day: Word) {
        self.day = day;
        self.date = day_of(day).unwrap_or_default();
        for (start, unit) in self.starts.iter_mut().zip(&self.units) {
            *start = day_of(day).map_or(day, |day| day_word(span(*unit, day).first));
        }
    }

    /// The period of a unit that holds a day.
    pub(super) fn holding(&mut self, unit: Period, day: Word) -> Arc<Span> {
        let first = day_of(day).map_or(day, |day| day_word(span(unit, day).first));
        self.span(unit, first)
    }

    /// The period of a unit that begins on a day.
    pub(super) fn span(&mut self, unit: Period, start: Word) -> Arc<Span> {
        match &self.last {
            Some((known, first, span)) if (*known, *first) == (unit, start) => Arc::clone(span),
            _ => {
                let day = day_of(start).unwrap_or_default();
                let span = Arc::clone(self.spans.entry((unit, start)).or_insert_with(|| Arc::new(span(unit, day))));
                self.last = Some((unit, start, Arc::clone(&span)));
                span
            }
        }
    }
}

/// The header of a subject's state.
pub(super) struct Header<'h>(pub(super) &'h mut [Word]);

impl Header<'_> {
    /// Takes note of a record; false when it does not surely come after the one before.
    #[inline]
    pub(super) fn passes(&mut self, at: Stamp, stream: u32) -> bool {
        let [first, last, moment, known, ..] = self.0 else { return false };
        let is_date = at.nanos == Word::MIN;
        let same_day = *last == at.day;
        let (streams, stream) = (if same_day { *known } else { 0 }, Word::from(stream));
        let ordered = match streams & STREAM_ONLY == stream {
            _ if !same_day => *last < at.day,
            // In one stream the order is that in which they stand.
            true if streams & SEVERAL == 0 => is_date || *moment <= at.nanos,
            // A later moment comes after those of other streams; a date alone has no place among them.
            _ => !is_date && streams & DATES == 0 && (*moment < at.nanos || (*moment == at.nanos && streams & STREAM_ONLY == stream)),
        };
        let several = same_day && (streams & SEVERAL != 0 || streams & STREAM_ONLY != stream);
        let dates = is_date || (same_day && streams & DATES != 0);
        *first = (*first).min(at.day);
        *last = (*last).max(at.day);
        *moment = (*moment).max(at.nanos);
        *known = stream | if several { SEVERAL } else { 0 } | if dates { DATES } else { 0 };
        ordered
    }
}

/// Of the word that says the stream of the last record: which it is; there are several on its day; a date alone stands on it.
const STREAM_ONLY: Word = 0xffff_ffff;
const SEVERAL: Word = 1 << 32;
const DATES: Word = 1 << 33;

const _: () = assert!(FIRST_DAY == 0 && LAST_DAY == 1 && LAST_MOMENT == 2 && STREAM == 3);
