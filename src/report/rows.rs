//! Verdicts → rows of Arrow, as they are told: the columns are those of `arrow.rs`. What verdicts have in common is made once.

use super::arrow::{effect_fields, verdict_schema};
use super::words::{at, cites, ruling_code, unit_code, value_code};
use crate::engine::Told;
use crate::records::At;
use crate::reference::verdict::Verdict;
use arrow_array::builder::{BooleanBuilder, ListBuilder, StringBuilder, StructBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field};
use std::fmt::Write as _;
use std::mem;
use std::sync::Arc;

/// Rows of a batch.
const ROWS: usize = 1 << 13;

/// Rows so far.
pub(crate) struct Rows {
    open: Open,
    rows: usize,
    done: Vec<RecordBatch>,
    /// The time that was written last, and how.
    last: Option<(At, String)>,
}

/// The texts that verdicts have in common.
#[derive(Debug)]
pub(crate) struct Alike {
    ruling: &'static str,
    source: String,
    /// Kind, amount, unit, value.
    effects: Vec<[Option<String>; 4]>,
}

impl Alike {
    /// Of a verdict that has nothing of its own.
    pub(crate) fn new(verdict: &Verdict) -> Self {
        let effects = verdict.effects.iter().map(|effect| {
            let unit = effect.unit.as_ref().and_then(unit_code).map(str::to_owned);
            [Some(effect.kind.clone()), effect.amount.map(|amount| amount.to_string()), unit, effect.value.as_ref().map(value_code)]
        });
        Self { ruling: ruling_code(verdict.ruling), source: cites(&verdict.source), effects: effects.collect() }
    }
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self { open: Open::new(), rows: 0, done: Vec::new(), last: None }
    }

    /// One more. Whoever is posted to is the verdict's subject.
    pub(crate) fn push(&mut self, told: &Told<'_>, alike: &Alike) -> Result<(), ArrowError> {
        let open = &mut self.open;
        open.id.append_value(told.id);
        open.verdict.append_value(alike.ruling);
        open.rule.append_value(&told.alike.rule);
        open.source.append_value(&alike.source);
        // Memory takes what is written.
        let _always = write!(open.subject, "{}:{}", told.subject.0, told.subject.1);
        open.subject.append_value("");
        let written = match &mut self.last {
            Some((last, written)) if *last == told.at => written,
            other => &mut other.insert((told.at, at(told.at))).1,
        };
        open.at.append_value(written);
        open.period.append_option(told.period);
        told.events.iter().for_each(|name| open.events.values().append_value(name));
        open.events.append(true);
        let effects = open.effects.values();
        for texts in &alike.effects {
            for (number, text) in texts.iter().enumerate() {
                column(effects, number)?.append_option(text.as_deref());
            }
            column(effects, texts.len())?.append_null();
            effects.append(true);
        }
        open.effects.append(true);
        open.is_final.append_value(told.is_final);
        open.revision.append_value(told.revision.as_str());
        open.supersedes.append_null();
        self.rows += 1;
        if self.rows >= ROWS { self.end() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), ArrowError> {
        self.rows = 0;
        let open = mem::replace(&mut self.open, Open::new());
        self.done.push(open.finish()?);
        Ok(())
    }

    /// All of them.
    pub(crate) fn finish(mut self) -> Result<Vec<RecordBatch>, ArrowError> {
        if self.rows > 0 {
            self.end()?;
        }
        Ok(self.done)
    }
}

fn column(effects: &mut StructBuilder, at: usize) -> Result<&mut StringBuilder, ArrowError> {
    effects.field_builder::<StringBuilder>(at).ok_or_else(|| ArrowError::SchemaError("an effect has five texts".to_owned()))
}

/// The batch that is being filled.
struct Open {
    id: StringBuilder,
    verdict: StringBuilder,
    rule: StringBuilder,
    source: StringBuilder,
    subject: StringBuilder,
    at: StringBuilder,
    period: StringBuilder,
    events: ListBuilder<StringBuilder>,
    effects: ListBuilder<StructBuilder>,
    is_final: BooleanBuilder,
    revision: StringBuilder,
    supersedes: StringBuilder,
}

impl Open {
    fn new() -> Self {
        let text = || StringBuilder::with_capacity(ROWS, ROWS * 24);
        let fields = effect_fields();
        let texts = fields.iter().map(|_| Box::new(StringBuilder::new()) as Box<dyn arrow_array::builder::ArrayBuilder>).collect();
        let element = |ty: DataType| Field::new("element", ty, false);
        let effects = StructBuilder::new(fields.clone(), texts);
        Self {
            id: text(),
            verdict: text(),
            rule: text(),
            source: text(),
            subject: text(),
            at: text(),
            period: StringBuilder::new(),
            events: ListBuilder::new(text()).with_field(element(DataType::Utf8)),
            effects: ListBuilder::new(effects).with_field(element(DataType::Struct(fields))),
            is_final: BooleanBuilder::with_capacity(ROWS),
            revision: text(),
            supersedes: StringBuilder::new(),
        }
    }

    fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let mut before: Vec<ArrayRef> = Vec::new();
        for texts in [&mut self.id, &mut self.verdict, &mut self.rule, &mut self.source, &mut self.subject, &mut self.at, &mut self.period] {
            before.push(Arc::new(texts.finish()));
        }
        before.extend([Arc::new(self.events.finish()) as ArrayRef, Arc::new(self.effects.finish()), Arc::new(self.is_final.finish())]);
        before.extend([Arc::new(self.revision.finish()) as ArrayRef, Arc::new(self.supersedes.finish())]);
        RecordBatch::try_new(verdict_schema(), before)
    }
}
