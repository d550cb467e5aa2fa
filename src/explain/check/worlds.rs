//! Worlds: together they hold every value that an open thing may have, each is judged right.

use super::Checker;
use super::case::Scene;
use super::span::{self, Span};
use crate::model::Field;
use crate::model::expr::Expr;
use crate::model::state::Ask;
use crate::model::value::{Type, Unit};
use crate::reference::derivation::{Step, Value, World};
use crate::reference::verdict::Cause;
use std::collections::BTreeMap;

impl<'c> Checker<'c> {
    /// The worlds and what they say.
    pub(super) fn worlds(&mut self) {
        let worlds = &self.case.derivation.worlds;
        if worlds.is_empty() {
            return self.fault("nothing was judged", "没有任何推演");
        }
        if !self.too_many() {
            self.cover(&worlds.iter().collect::<Vec<_>>(), 0, &BTreeMap::new());
        }
        for (n, world) in worlds.iter().enumerate() {
            let scene = Scene { case: self.case, choices: &world.choices, counted: None, as_of: None };
            self.within(&format!("case {}", n + 1), |checker| checker.world(scene, world));
        }
    }

    /// More was open than could be tried: the worlds are not complete, and the verdict says so.
    pub(super) fn too_many(&self) -> bool {
        self.case.derivation.verdict.causes.contains(&Cause::TooManyOpen)
    }

    /// Worlds that made the same choices up to `depth` choose about the same thing next, and every possibility is there once.
    fn cover(&mut self, worlds: &[&World], depth: usize, spans: &BTreeMap<Cause, Span>) {
        if let [_] = worlds
            && worlds.iter().all(|world| world.choices.len() == depth)
        {
            return;
        }
        let next: Option<Vec<&(Cause, String)>> = worlds.iter().map(|world| world.choices.get(depth)).collect();
        let Some((cause, next)) = next.and_then(|next| Some((&next.first()?.0, next))) else {
            return self.fault("the cases do not fit together", "各情形不能构成整体");
        };
        if next.iter().any(|(same, _)| same != cause) {
            return self.fault("the cases do not fit together", "各情形不能构成整体");
        }
        let mut groups: BTreeMap<&str, Vec<&World>> = BTreeMap::new();
        for (world, (_, word)) in worlds.iter().zip(&next) {
            groups.entry(word.as_str()).or_default().push(world);
        }
        let words: Vec<&str> = groups.keys().copied().collect();
        let span = spans.get(cause).copied().or_else(|| self.span_of(cause));
        if !self.complete(cause, &words, span.as_ref()) {
            self.fault("a possible case is missing", "缺少一种可能的情形");
        }
        let width = width(worlds, depth);
        for (word, group) in &groups {
            let mut narrowed = spans.clone();
            if let Some(part) = span.and_then(|span| span::narrowed(&span, word)) {
                narrowed.insert(cause.clone(), part);
            }
            self.cover(group, depth + width, &narrowed);
        }
    }

    /// Do these choices hold everything that the open thing may be?
    fn complete(&self, cause: &Cause, words: &[&str], span: Option<&Span>) -> bool {
        let kind = match self.type_of(cause) {
            Some(Type::Kind(kind)) => self.case.model.kind(&kind),
            _ => None,
        };
        if let Some(kind) = kind
            && kind.values.iter().all(|(name, _)| words.contains(&name.as_str()))
        {
            return words.len() == kind.values.len();
        }
        words == ["no", "yes"] || words == ["in", "out"] || span::complete(words, span)
    }

    /// What an open quantity may be before anything is chosen.
    fn span_of(&self, cause: &Cause) -> Option<Span> {
        let model = self.case.model;
        let of_field = |field: &Field| Span::of(&field.ty, &field.range);
        match cause {
            Cause::Hole { parameter } | Cause::NotJudged { parameter, .. } => {
                model.parameter(parameter).and_then(|parameter| Span::of(&parameter.ty, &parameter.range))
            }
            Cause::MissingFact { subject, attribute, .. } => of_field(model.entity(subject.split(':').next()?)?.attribute(attribute)?),
            Cause::MissingField { record, field } => {
                let event = self.case.record(record)?.event(model)?;
                // Its time is no field: what hangs on it is counted.
                event.field(field).and_then(|field| event.fields.get(field)).map_or_else(|| self.possible(cause), of_field)
            }
            Cause::PossibleRecords { .. } | Cause::Tie { .. } | Cause::NotYet { .. } => self.possible(cause),
            _ => None,
        }
    }

    /// The bounds of a measure that is open because of `cause`, counted by the checker.
    fn possible(&self, cause: &Cause) -> Option<Span> {
        for world in &self.case.derivation.worlds {
            let scene = Scene { case: self.case, choices: &world.choices, counted: None, as_of: None };
            let open = |step: &&Step| matches!(&step.value, Value::Open { causes, .. } if causes.contains(cause));
            for step in super::walk::all_steps(world).into_iter().filter(open) {
                if let Expr::Stay(stay) = &step.expr
                    && let Some(Value::Open { low, high, .. }) = scene.stay(stay)
                {
                    return Some(Span::between(low, high, !matches!(stay.ask, Ask::Time(Unit::Hours | Unit::Minutes, _))));
                }
                if let Expr::Measure(measure) = &step.expr
                    && let Some(Value::Open { low, high, .. }) = scene.measure(measure).value
                {
                    return Some(Span::between(low, high, measure.of.is_none()));
                }
            }
        }
        None
    }

    /// The type of an open thing, when it has one.
    pub(super) fn type_of(&self, cause: &Cause) -> Option<Type> {
        let model = self.case.model;
        match cause {
            Cause::Hole { parameter } | Cause::Reading { parameter } | Cause::NotJudged { parameter, .. } => {
                model.parameter(parameter).map(|p| p.ty.clone())
            }
            Cause::MissingFact { subject, attribute, .. } => {
                Some(model.entity(subject.split(':').next()?)?.attribute(attribute)?.ty.clone())
            }
            Cause::MissingField { record, field } => {
                let event = self.case.record(record)?.event(model)?;
                Some(event.fields.get(event.field(field)?)?.ty.clone())
            }
            _ => None,
        }
    }
}

/// How many entries one choice has: something that is open for several reasons names each, with the same word.
fn width(worlds: &[&World], depth: usize) -> usize {
    let same = |offset: usize| {
        let first = worlds.first().and_then(|world| world.choices.get(depth + offset)).map(|(cause, _)| cause);
        first.is_some()
            && worlds.iter().all(|world| match (world.choices.get(depth), world.choices.get(depth + offset)) {
                (Some((_, word)), Some((cause, again))) => Some(cause) == first && word == again,
                _ => false,
            })
    };
    (1..).take_while(|offset| same(*offset)).count() + 1
}
