//! The plan: which norms are compiled, in which order they are judged for a record, and what a subject's state holds.

use super::code::Code;
use super::counter::Update;
use super::facts::Facts;
use super::kinds::Kinds;
use super::late::Feed;
use super::norm::Judging;
use super::outside::Outside;
use super::pick::Pick;
use super::program::Step;
use super::typed::Typed;
use super::word::{Kept, Means, Names, Word};
use crate::model::{EventType, Model};
use crate::model::expr::Period;
use crate::model::norm::{Norm, Occasion, Posting};
use crate::model::number::Number;
use crate::model::order;
use crate::model::value::{Scalar, Unit};
use crate::records::{self, Record, Stored};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// A model's norms as the engine judges them.
#[derive(Debug, Clone)]
pub struct Plan<'m> {
    pub(super) model: &'m Model,
    pub(super) kinds: Kinds<'m>,
    pub(super) names: Names,
    pub(super) facts: Facts,
    pub(super) entity: usize,
    pub(super) zone: Tz,
    /// Of each record type: how each field is kept, and whether any code reads it.
    pub(super) fields: Vec<Vec<(Kept, bool)>>,
    /// Of each record type: fields that get the number of a name, without the subject.
    pub(super) named: Vec<Vec<usize>>,
    /// Of each record type: fields that any code reads.
    pub(super) read: Vec<Vec<usize>>,
    /// Of each record type: the field that names its subject, if it has one of the entity.
    pub(super) keys: Vec<Option<usize>>,
    /// Records name a subject of it in any field, not only first.
    pub(super) anywhere: bool,
    /// What makes a record of the type valid.
    pub(super) valid: Vec<Option<Code>>,
    pub(super) updates: Vec<Vec<Update>>,
    /// Which of many updates of a record type can matter.
    pub(super) update_picks: Vec<Option<Pick>>,
    pub(super) judgings: Vec<Judging>,
    /// By record type: which duties its records may meet; empty when there are no duties at all.
    pub(super) feeds: Vec<Vec<Feed>>,
    /// For each type of record read.
    pub(super) programs: Vec<Vec<Step>>,
    /// Which of many steps of a program can matter, when norms that do not apply are not wanted.
    pub(super) program_picks: Vec<Option<Pick>>,
    /// Norms judged when a period ends, by its unit's place in `units`.
    pub(super) closings: Vec<Closing>,
    pub(super) decided: usize,
    /// How many counters a subject has; their words come first in its state.
    pub(super) counters: usize,
    /// What the word of each counter stands for.
    pub(super) means: Vec<Means>,
    /// The state of a subject that nothing is known of.
    pub(super) fresh: Vec<Word>,
    /// Units of periods whose end is watched, and the words that begin anew with each.
    pub(super) units: Vec<(Period, Vec<(usize, Word)>)>,
    /// Where the header of a subject's state begins.
    pub(super) header: usize,
    pub(super) postings: Vec<PostingKind>,
    pub(super) outside: Vec<(usize, Outside)>,
    /// Of all that gives the words of a state their meaning, once it was asked for.
    pub(super) digest: OnceLock<[u8; 32]>,
}

/// What is added up in a statement: postings of one kind, unit and step.
#[derive(Debug, Clone, PartialEq)]
pub struct PostingKind {
    /// Fine, deduction, payment, points or count.
    pub posting: Posting,
    /// Unit of the amount.
    pub unit: Unit,
    /// The amount is a whole number of these.
    pub step: Number,
}

/// What is judged when a period ends.
#[derive(Debug, Clone, Default)]
pub(super) struct Closing {
    pub(super) judgings: Vec<usize>,
    /// None of the norms applies to a period without records.
    pub(super) is_quiet: bool,
}

/// Words of the header of a subject's state.
pub(super) const FIRST_DAY: usize = 0;
pub(super) const LAST_DAY: usize = 1;
pub(super) const LAST_MOMENT: usize = 2;
/// Stream of the last record.
pub(super) const STREAM: usize = 3;
/// How many lines were posted in the month.
pub(super) const LINES: usize = 4;
/// Beginnings of the current periods.
pub(super) const PERIODS: usize = 5;

impl<'m> Plan<'m> {
    /// Compiles what can be compiled, for the entity for which most can be.
    pub fn new(model: &'m Model, facts: &records::Facts) -> Self {
        let mut best: Option<(usize, Self)> = None;
        for (most, entity) in entities(model) {
            if best.as_ref().is_some_and(|(compiled, plan)| (*compiled, plan.entity) >= (most, entity)) {
                continue;
            }
            let plan = Self::around(model, facts, (entity, false));
            let compiled = model.norms.len() - plan.outside.len();
            if best.as_ref().is_none_or(|(most, best)| (*most, best.entity) < (compiled, entity)) {
                best = Some((compiled, plan));
            }
        }
        best.map_or_else(|| Self::around(model, facts, (usize::MAX, false)), |(_, plan)| plan)
    }

    /// Norms that are judged by the reference evaluator, with the reason.
    pub fn outside(&self) -> impl Iterator<Item = (&'m Norm, &Outside)> {
        self.outside.iter().filter_map(|(at, why)| Some((self.model.norms.get(*at)?, why)))
    }

    /// Is the norm judged here?
    pub fn judges(&self, norm: usize) -> bool {
        self.outside.iter().all(|(at, _)| *at != norm)
    }

    /// Time zone of the regulations.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Is every norm judged elsewhere?
    pub fn judges_nothing(&self) -> bool {
        self.outside.len() == self.model.norms.len()
    }

    /// Norms outside, and those on which they rest: the reference evaluator judges them all.
    pub fn rests_outside(&self) -> BTreeSet<usize> {
        order::rests(self.model, self.outside.iter().map(|(at, _)| *at))
    }

    /// Norms by the number that verdicts give.
    pub fn norm(&self, at: usize) -> Option<&'m Norm> {
        self.model.norms.get(at)
    }

    /// What is added up in statements, in the order of [`super::Statement::totals`].
    pub fn postings(&self) -> &[PostingKind] {
        &self.postings
    }

    /// What one step of a norm's decision is worth; none when its value is no quantity, or has another step for some record types.
    pub fn step(&self, norm: usize, decision: usize) -> Option<Number> {
        let mut steps = self.judgings.iter().filter(|judging| judging.norm == norm).map(|judging| match &judging.decisions.get(decision)?.typed {
            Typed::Quantity(_, step, _) => Some(*step),
            _ => None,
        });
        let first = steps.next()??;
        steps.all(|step| step == Some(first)).then_some(first)
    }

    /// Whose records are kept together.
    pub fn entity(&self) -> Option<&'m str> {
        self.model.entities.get(self.entity).map(|entity| entity.name.as_str())
    }

    /// The field of a record type that names its subject.
    #[inline]
    pub(super) fn key(&self, event: usize) -> Option<usize> {
        self.keys.get(event).copied().flatten()
    }

    /// Does this field of a record type name its subject?
    pub(crate) fn is_key(&self, event: usize, field: &str) -> bool {
        let key = self.key(event).and_then(|key| self.model.events.get(event)?.fields.get(key));
        key.is_some_and(|key| key.name == field)
    }

    /// Whose a record is; none: nobody's of the entity, or nobody knows.
    pub(crate) fn subject_of<'r>(&self, record: &'r Record) -> Option<&'r str> {
        match self.key(record.event).and_then(|key| record.fields.get(key)) {
            Some(Stored::Known(Scalar::Ref(_, id))) => Some(id),
            _ => None,
        }
    }

    /// Fields of a record type whose words stand for texts that are looked at: the key, and others.
    pub(super) fn texts(&self, event: usize) -> (Option<usize>, &[usize]) {
        (self.key(event), self.named.get(event).map(Vec::as_slice).unwrap_or_default())
    }

    /// Bytes of state that each subject takes.
    pub fn state_size(&self) -> usize {
        self.fresh.len() * size_of::<Word>()
    }
}

/// The entities whose subjects records name first, with how many norms can be judged around each at most; most first.
pub(super) fn entities(model: &Model) -> Vec<(usize, usize)> {
    let entity = |name: &String| model.entities.iter().position(|entity| entity.name == *name);
    let first = |event: &EventType| {
        let first = event.fields.first().filter(|_| event.roles > 0)?;
        if let Kept::Ref(entity) = Kept::of(model, first) { Some(entity) } else { None }
    };
    let firsts: Vec<Option<usize>> = model.events.iter().map(first).collect();
    let mut most: BTreeMap<usize, usize> = firsts.iter().flatten().map(|entity| (*entity, 0)).collect();
    for norm in &model.norms {
        let one = match &norm.occasion {
            Occasion::Record(pattern) => pattern.events.first().and_then(|name| *firsts.get(model.event_index(name)?)?),
            Occasion::Period { entity: Some(name), .. } => entity(name),
            _ => None,
        };
        if let Some(most) = one.and_then(|one| most.get_mut(&one)) {
            *most += 1;
        }
    }
    let mut all: Vec<(usize, usize)> = most.into_iter().map(|(entity, most)| (most, entity)).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    all
}
