//! Verdicts → rows of Arrow, as they are told: the columns are those of `arrow.rs`. What a verdict has of its own is written into its column at once; what it has in common
//! with others is noted by number, and copied column by column when a batch is full.

use super::arrow::{effect_fields, lists, rows_of, verdict_schema};
use super::row::Common;
use super::texts::Texts;
use super::words::put_at;
use crate::engine::Told;
use crate::reference::verdict::Verdict;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, StringArray};
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
    texts: Arc<Common>,
    /// The batch that knows it, and its number there.
    noted: Option<(usize, usize)>,
}

impl Alike {
    /// Of a verdict that has nothing of its own.
    pub(crate) fn new(verdict: &Verdict) -> Self {
        Self { texts: Arc::new(Common::new(verdict)), noted: None }
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
        open.at.put(|out| put_at(told.at, out))?;
        open.period.push(told.period.unwrap_or_default())?;
        open.has_period.push(told.period.is_some());
        for name in told.events {
            open.events.push(name)?;
        }
        open.events_of.push(told.events.len());
        open.is_final.push(told.is_final);
        open.revision.push(told.revision.as_str())?;
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
    common: Vec<Arc<Common>>,
    /// Of each row, which of what is common.
    alike: Vec<usize>,
    id: Texts,
    subject: Texts,
    at: Texts,
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
            period: self.period.next(),
            has_period: Vec::with_capacity(rows),
            events: self.events.next(),
            events_of: Vec::with_capacity(rows),
            is_final: Vec::with_capacity(rows),
            revision: self.revision.next(),
        }
    }

    fn finish(self) -> Result<RecordBatch, ArrowError> {
        let rows = self.alike.len();
        let in_common: Vec<&Common> = self.alike.iter().filter_map(|at| self.common.get(*at)).map(|common| &**common).collect();
        let common = |text: fn(&Common) -> &str| Texts::of(in_common.iter().map(|common| text(common))).and_then(|texts| texts.finish(None));
        let (verdict, rule, source) = (common(|common| common.ruling)?, common(|common| &common.rule)?, common(|common| &common.source)?);
        let effects = effects(&in_common)?;
        let period = self.period.finish(Some(NullBuffer::from(self.has_period)))?;
        let mut columns: Vec<ArrayRef> = vec![self.id.finish(None)?, verdict, rule, source, self.subject.finish(None)?, self.at.finish(None)?, period];
        columns.extend([lists(self.events.finish(None)?, self.events_of.into_iter())?, effects, Arc::new(BooleanArray::from(self.is_final))]);
        columns.extend([self.revision.finish(None)?, Arc::new(StringArray::new_null(rows)) as ArrayRef]);
        RecordBatch::try_new(verdict_schema(), columns)
    }
}

/// The effects of verdicts.
fn effects(in_common: &[&Common]) -> Result<ArrayRef, ArrowError> {
    let all = || in_common.iter().flat_map(|common| &common.effects);
    let mut fields: Vec<ArrayRef> = Vec::new();
    for field in 0..4 {
        let texts = all().map(|effect| effect.get(field).and_then(Option::as_deref));
        let there = texts.clone().map(|text| text.is_some()).collect();
        fields.push(Texts::of(texts.map(Option::unwrap_or_default))?.finish(Some(there))?);
    }
    let count = fields.first().map_or(0, |field| field.len());
    fields.push(Arc::new(StringArray::new_null(count)));
    lists(rows_of(effect_fields(), fields)?, in_common.iter().map(|common| common.effects.len()))
}
