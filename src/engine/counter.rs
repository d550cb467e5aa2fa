//! Measures as counters: a word of the subject's state that every record it counts moves on, so that reading it costs nothing.

use super::code::Code;
use super::common::Common;
use super::compile::Maker;
use super::outside::{Made, outside};
use super::typed::{Typed, aligned};
use super::undo::Added;
use super::word::{BLANK, Means, Word};
use crate::model::expr::{Aggregate, Expr, Measure, Period, Window};
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::model::walk::{self, Look};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};

/// When a counter begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Span {
    /// Never.
    Always,
    /// With each calendar period.
    Each(Period),
    /// Never, and what is still to come counts as well: it must stay the first that was there.
    Ever,
}

/// How a record moves a counter on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moves {
    Add,
    First,
    /// The first; a second one is too much.
    Only,
    Last,
    Least,
    Most,
}

/// What records of one type do to a counter.
#[derive(Debug, Clone)]
pub(super) struct Update {
    pub(super) filter: Option<Code>,
    pub(super) value: Code,
    pub(super) moves: Moves,
    /// The word.
    pub(super) word: usize,
}

/// A counter.
#[derive(Debug, Clone)]
pub(super) struct Counter {
    /// What it counts, without its window and name.
    measure: Measure,
    pub(super) span: Span,
    typed: Typed,
    /// What it is before anything was counted.
    pub(super) start: Word,
}

impl Counter {
    /// What its word stands for.
    pub(super) fn means(&self) -> Means {
        self.typed.means()
    }
}

/// All counters, in the order of their words.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) all: Vec<Counter>,
    /// By record type.
    pub(super) updates: Vec<Vec<Update>>,
    /// Counters that may be the same, by what is quickly told of them.
    alike: HashMap<u64, Vec<usize>>,
    hasher: RandomState,
}

impl Counters {
    pub(super) fn new(events: usize) -> Self {
        Self { updates: vec![Vec::new(); events], ..Self::default() }
    }

    /// May what is still to come matter to it?
    pub(super) fn looks_ahead(&self, word: usize) -> bool {
        self.all.get(word).is_some_and(|counter| counter.span == Span::Ever)
    }

    /// Is it a number from the first, so that it is never missing?
    pub(super) fn is_number(&self, word: usize) -> bool {
        self.all.get(word).is_some_and(|counter| counter.start > BLANK)
    }

    fn find(&self, measure: &Measure, span: Span) -> Option<&Counter> {
        let alike = self.alike.get(&self.hash(measure, span))?;
        alike.iter().filter_map(|at| self.all.get(*at)).find(|counter| counter.measure == *measure && counter.span == span)
    }

    fn add(&mut self, counter: Counter) {
        let hash = self.hash(&counter.measure, counter.span);
        self.alike.entry(hash).or_default().push(self.all.len());
        self.all.push(counter);
    }

    pub(super) fn remove_last(&mut self) {
        let Some(counter) = self.all.pop() else { return };
        let hash = self.hash(&counter.measure, counter.span);
        self.alike.get_mut(&hash).and_then(Vec::pop);
    }

    /// Of its record types, span, and the constants in it.
    fn hash(&self, measure: &Measure, span: Span) -> u64 {
        struct Constants<H>(H);
        impl<H: Hasher> Look for Constants<H> {
            fn expr(&mut self, expr: &Expr) {
                if let Expr::Value(value) = expr {
                    value.hash(&mut self.0);
                }
            }
        }
        let mut constants = Constants(self.hasher.build_hasher());
        (span, &measure.pattern.events).hash(&mut constants.0);
        walk::measure(measure, &mut constants);
        constants.0.finish()
    }
}

/// The value of a measure, as a word of the state.
pub(super) fn of(common: &mut Common<'_>, event: Option<usize>, period: Option<Period>, norm: &str, measure: &Measure) -> Made<Typed> {
    let span = span(measure, period)?;
    linked(common, event, measure)?;
    if measure.distinct.is_some() {
        return outside("a count of distinct values", "去重计数");
    }
    let plain = Measure { name: None, label: None, window: Window::SoFar, ..measure.clone() };
    let typed = match common.counters.find(&plain, span) {
        Some(counter) => counter.typed.clone(),
        None => added(common, plain, span, norm)?,
    };
    Ok(match (&measure.aggregate, typed) {
        (Aggregate::Any, Typed::Quantity(code, ..)) => Typed::Bool(Code::compare(crate::model::expr::Op::Gt, code, Code::Const(0))),
        (_, typed) => typed,
    })
}

/// The span of a measure's window: up to and with the occasion.
fn span(measure: &Measure, period: Option<Period>) -> Made<Span> {
    match (&measure.window, period) {
        (Window::SoFar, _) => Ok(Span::Always),
        // What was the first stays the first, whatever is still to come.
        (Window::Ever, None) if measure.aggregate == Aggregate::First => Ok(Span::Ever),
        (Window::Period { unit, whole }, None) if !whole => Ok(Span::Each(*unit)),
        (Window::Period { unit, .. }, Some(period)) if *unit == period => Ok(Span::Each(period)),
        (Window::Occasion, Some(period)) => Ok(Span::Each(period)),
        (Window::Occasion, None) => Ok(Span::Each(Period::Day)),
        (Window::Last(_) | Window::Since(_) | Window::YearFrom { .. }, _) => outside("a window that slides", "滑动的时段"),
        _ => outside("a window that looks ahead", "需要后续记录的时段"),
    }
}

/// The records must be those of the occasion's subject.
fn linked(common: &Common<'_>, event: Option<usize>, measure: &Measure) -> Made<()> {
    let [(role, value)] = measure.pattern.links.as_slice() else { return outside("records that are not those of one subject", "并非同一主体的记录") };
    let keyed = |name: &String| common.model.event_index(name).and_then(|event| common.key(event)).is_some_and(|key| key == role);
    if common.is_subject(event, value) && measure.pattern.events.iter().all(keyed) { Ok(()) } else { outside("records of other subjects", "其他主体的记录") }
}

fn added(common: &mut Common<'_>, measure: Measure, span: Span, norm: &str) -> Made<Typed> {
    let moves = match measure.aggregate {
        Aggregate::Count | Aggregate::Any | Aggregate::Total => Moves::Add,
        // On which records a verdict rests is known as well, when there is only one of them.
        Aggregate::First => if span == Span::Ever { Moves::Only } else { Moves::First },
        Aggregate::Last => Moves::Last,
        Aggregate::Least => Moves::Least,
        Aggregate::Most => Moves::Most,
        _ => return outside("an average or a run", "平均值或连续数"),
    };
    let word = common.counters.all.len();
    let mut made: Vec<(usize, Option<Code>, Typed)> = Vec::new();
    for name in &measure.pattern.events {
        let Some(event) = common.model.event_index(name) else { return outside("an unknown record type", "未知记录类型") };
        let mut maker = Maker { common: &mut *common, event: Some(event), counted: true, own: false, period: None, each: None, keeping: None, norm };
        let filter = measure.pattern.filter.as_ref().map(|filter| maker.condition(filter)).transpose()?;
        let value = match &measure.of {
            Some(of) => maker.make(of)?,
            None => Typed::Quantity(Code::Const(1), Number::whole(1), Unit::One),
        };
        made.push((event, filter, value));
    }
    let typed = same_step(&mut made, Code::State(word))?;
    if moves == Moves::Add && !matches!(typed, Typed::Quantity(..)) {
        return outside("a total of what is no quantity", "非数量之和");
    }
    if matches!(moves, Moves::Least | Moves::Most) && matches!(typed, Typed::Ref(..) | Typed::Text(_) | Typed::Set(..) | Typed::Bool(_)) {
        return outside("an extreme of what has no order", "无序之值的最值");
    }
    for (event, filter, value) in made {
        if let Some(updates) = common.counters.updates.get_mut(event) {
            updates.push(Update { filter, value: value.code(), moves, word });
            common.added.push(Added::Update(event));
        }
    }
    let start = if moves == Moves::Add { 0 } else { BLANK };
    common.counters.add(Counter { measure, span, typed: typed.clone(), start });
    common.added.push(Added::Counter);
    Ok(typed)
}

/// Brings quantities of several record types to one step; the type of the counter.
fn same_step(made: &mut [(usize, Option<Code>, Typed)], code: Code) -> Made<Typed> {
    let Some((_, _, first)) = made.first() else { return outside("records of no type", "无记录类型") };
    let mut like = first.clone();
    for (_, _, value) in made.iter() {
        if let (Typed::Quantity(_, step, unit), Typed::Quantity(_, other, of)) = (&like, value) {
            if unit != of {
                return outside("quantities of different units", "计量单位不同");
            }
            let (.., common) = aligned((Code::Const(0), *step), (Code::Const(0), *other))?;
            like = Typed::Quantity(Code::Const(0), common, unit.clone());
        }
    }
    for (_, _, value) in made.iter_mut() {
        if let (Typed::Quantity(_, common, _), Typed::Quantity(of, step, unit)) = (&like, value.clone()) {
            let (of, _, _) = aligned((of, step), (Code::Const(0), *common))?;
            *value = Typed::Quantity(of, *common, unit);
        } else if std::mem::discriminant(&like) != std::mem::discriminant(value) {
            return outside("values of different types", "类型不同的值");
        }
    }
    Ok(like.with(code))
}
