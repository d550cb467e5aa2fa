//! Verdicts → rows of Arrow, as they are told: the columns are those of `arrow.rs`. What a verdict has of its own is written into its column at once; what it has in common
//! with others is noted by number, and copied column by column when a batch is full.

use super::arrow::{effect_fields, lists, rows_of, verdict_schema};
use super::row::Common;
use super::texts::{Padded, Texts};
use super::words::Clock;
use crate::engine::Told;
use crate::records::At;
use crate::reference::verdict::Verdict;
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;
use arrow_schema::ArrowError;
use std::mem;
use std::sync::Arc;

/// Rows of a batch.
const ROWS: usize = 1 << 13;

/// Rows so far.
pub(crate) struct Rows {
    open: Open,
    done: Vec<RecordBatch>,
}

/// What verdicts have in common, and where it is noted.
#[derive(Debug)]
pub(crate) struct Alike {
    texts: Arc<Packed>,
    /// The batch that knows it, and its number there.
    noted: Option<(usize, usize)>,
}

impl Alike {
    /// Of a verdict that has nothing of its own.
    pub(crate) fn new(verdict: &Verdict) -> Self {
        Self { texts: Arc::new(Packed::new(Common::new(verdict))), noted: None }
    }
}

/// The texts that several verdicts have in common, as they are copied.
#[derive(Debug)]
struct Packed {
    ruling: Padded,
    rule: Padded,
    source: Padded,
    /// How many effects.
    count: usize,
    /// Of all effects: kind, amount, unit, value. To whom is never said: it is the verdict's subject.
    effects: [Joined; 4],
}

/// One text of each effect, one behind the other.
#[derive(Debug, Default)]
struct Joined {
    texts: Padded,
    lengths: Vec<usize>,
    there: Vec<bool>,
}

impl Packed {
    fn new(Common { ruling, rule, source, effects }: Common) -> Self {
        let joined = |field: usize| {
            let (mut texts, mut joined) = (String::new(), Joined::default());
            for text in effects.iter().map(|effect| effect.get(field).and_then(Option::as_deref)) {
                joined.there.push(text.is_some());
                joined.lengths.push(text.map_or(0, str::len));
                texts.push_str(text.unwrap_or_default());
            }
            Joined { texts: Padded::new(&texts), ..joined }
        };
        Self { ruling: Padded::new(ruling), rule: Padded::new(&rule), source: Padded::new(&source), count: effects.len(), effects: std::array::from_fn(joined) }
    }
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self { open: Open::default(), done: Vec::new() }
    }

    /// One more. Whoever is posted to is the verdict's subject.
    pub(crate) fn push(&mut self, told: &Told<'_>, alike: &mut Alike) -> Result<(), ArrowError> {
        let (open, batch) = (&mut self.open, self.done.len());
        let number = match alike.noted {
            Some((noted, number)) if noted == batch => number,
            _ => {
                open.common.push(Arc::clone(&alike.texts));
                alike.noted.insert((batch, open.common.len() - 1)).1
            }
        };
        open.alike.push(number);
        open.id.push(told.id)?;
        let (entity, id) = told.subject;
        open.subject.push_all(&[entity, ":", id])?;
        open.time(told.at)?;
        open.period.push(told.period.unwrap_or_default())?;
        open.has_period.push(told.period.is_some());
        for name in told.events {
            open.events.push(name)?;
        }
        open.events_of.push(told.events.len());
        open.is_final.push(told.is_final);
        open.revision.put(|out| out.extend_from_slice(told.revision.bytes()))?;
        if open.alike.len() >= ROWS { self.end() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), ArrowError> {
        let next = self.open.next();
        self.done.push(mem::replace(&mut self.open, next).finish()?);
        Ok(())
    }

    /// All of them.
    pub(crate) fn finish(mut self) -> Result<Vec<RecordBatch>, ArrowError> {
        if !self.open.alike.is_empty() {
            self.end()?;
        }
        Ok(self.done)
    }
}

/// The batch that is being filled.
#[derive(Default)]
struct Open {
    common: Vec<Arc<Packed>>,
    /// Of each row, which of what is common.
    alike: Vec<usize>,
    id: Texts,
    subject: Texts,
    at: Texts,
    /// The last time that was written.
    last: Option<At>,
    clock: Clock,
    period: Texts,
    has_period: Vec<bool>,
    events: Texts,
    events_of: Vec<usize>,
    is_final: Vec<bool>,
    revision: Texts,
}

impl Open {
    /// An empty one with room for as much.
    fn next(&self) -> Self {
        let rows = self.alike.len();
        Self {
            common: Vec::new(),
            alike: Vec::with_capacity(rows),
            id: self.id.next(),
            subject: self.subject.next(),
            at: self.at.next(),
            last: None,
            clock: self.clock.clone(),
            period: self.period.next(),
            has_period: Vec::with_capacity(rows),
            events: self.events.next(),
            events_of: Vec::with_capacity(rows),
            is_final: Vec::with_capacity(rows),
            revision: self.revision.next(),
        }
    }

    /// When it was. Verdicts of one record, and of one period, mostly come together.
    fn time(&mut self, at: At) -> Result<(), ArrowError> {
        let is_last = match (self.last, at) {
            (Some(At::Date(last)), At::Date(day)) => last == day,
            // The same moment is written in another way elsewhere.
            (Some(At::Moment(last)), At::Moment(moment)) => last == moment && last.offset() == moment.offset(),
            _ => false,
        };
        self.last = Some(at);
        let clock = &mut self.clock;
        if is_last { self.at.again() } else { self.at.put(|out| clock.put(at, out)) }
    }

    fn finish(self) -> Result<RecordBatch, ArrowError> {
        let rows = self.alike.len();
        let mut in_common: Vec<&Packed> = Vec::with_capacity(rows);
        in_common.extend(self.alike.iter().filter_map(|at| self.common.get(*at)).map(|common| &**common));
        let common = |text: fn(&Packed) -> &Padded| {
            let mut texts = Texts::with(rows, in_common.iter().map(|common| text(common).len()).sum());
            in_common.iter().try_for_each(|common| texts.push_padded(text(common)))?;
            texts.finish(None)
        };
        let (verdict, rule, source) = (common(|common| &common.ruling)?, common(|common| &common.rule)?, common(|common| &common.source)?);
        let effects = effects(&in_common)?;
        let period = self.period.finish(Some(NullBuffer::from(self.has_period)))?;
        let mut columns: Vec<ArrayRef> = vec![self.id.finish(None)?, verdict, rule, source, self.subject.finish(None)?, self.at.finish(None)?, period];
        columns.extend([lists(self.events.finish(None)?, self.events_of.into_iter())?, effects, Arc::new(BooleanArray::from(self.is_final))]);
        columns.extend([self.revision.finish(None)?, Arc::new(StringArray::new_null(rows)) as ArrayRef]);
        RecordBatch::try_new(verdict_schema(), columns)
    }
}

/// The effects of verdicts.
fn effects(in_common: &[&Packed]) -> Result<ArrayRef, ArrowError> {
    let with_effects: Vec<&Packed> = in_common.iter().copied().filter(|common| common.count > 0).collect();
    let count = with_effects.iter().map(|common| common.count).sum();
    let mut fields: Vec<ArrayRef> = Vec::new();
    for field in 0..4 {
        let all = || with_effects.iter().filter_map(|common| common.effects.get(field));
        let (mut texts, mut there) = (Texts::with(count, all().map(|joined| joined.texts.len()).sum()), Vec::with_capacity(count));
        for joined in all() {
            match joined.there.as_slice() {
                // Mostly there is one.
                [own] => {
                    texts.push_padded(&joined.texts)?;
                    there.push(*own);
                }
                all => {
                    texts.push_joined(&joined.texts, &joined.lengths)?;
                    there.extend_from_slice(all);
                }
            }
        }
        fields.push(texts.finish(Some(NullBuffer::from(there)))?);
    }
    fields.push(Arc::new(StringArray::new_null(count)));
    lists(rows_of(effect_fields(), fields)?, in_common.iter().map(|common| common.count))
}
