//! Worlds: together they hold every value that an open thing may have, each is judged right.

use super::Checker;
use super::case::Scene;
use super::span::{self, Span};
use crate::model::expr::{Aggregate, Expr};
use crate::model::state::Ask;
use crate::model::value::{Type, Unit};
use crate::model::walk::{self, Look};
use crate::reference::derivation::{Detail, Step, Value, World};
use crate::reference::verdict::{Cause, Ruling};
use std::collections::BTreeMap;

impl<'c> Checker<'c> {
    /// The worlds and what they say.
    pub(super) fn worlds(&mut self) {
        let worlds = &self.case.derivation.worlds;
        if worlds.is_empty() && self.too_many() {
            return self.untried();
        }
        if worlds.is_empty() {
            return self.fault("nothing was judged", "没有任何推演");
        }
        if !self.too_many() {
            self.cover(&worlds.iter().collect::<Vec<_>>(), 0, &BTreeMap::new());
        }
        for (n, world) in worlds.iter().enumerate() {
            let scene = Scene { choices: &world.choices, decided: &world.decisions, ..self.case.scene() };
            self.within(&format!("case {}", n + 1), |checker| checker.world(scene, world));
        }
    }

    /// More was open than could be tried: the worlds are not complete, and the verdict says so.
    pub(super) fn too_many(&self) -> bool {
        self.case.derivation.verdict.causes.contains(&Cause::TooManyOpen)
    }

    /// Nothing was tried, because too much is open: everything is undetermined for this reason alone, and something is open.
    fn untried(&mut self) {
        let case = self.case;
        let (verdict, norm) = (&case.derivation.verdict, case.norm);
        let slots = norm.decisions.iter().map(|decision| decision.slot.clone());
        let terms = (1..=norm.terms.len()).map(|n| format!("term {n}"));
        let parts: Vec<String> = terms.chain(slots).chain((1..=norm.requirements.len()).map(|n| format!("requirement {n}"))).collect();
        let told = verdict.parts.iter().map(|part| &part.name);
        let alone = |causes: &[Cause]| causes == [Cause::TooManyOpen];
        let open = verdict.parts.iter().all(|part| part.ruling == Ruling::Undetermined && alone(&part.causes)) && alone(&verdict.causes);
        if !told.eq(&parts) || !open || verdict.ruling != Ruling::Undetermined || verdict.is_final || !verdict.immaterial.is_empty() {
            self.fault("too much is open, and yet something is said", "未定事项过多，却作出结论");
        }
        let mut all = Everything::default();
        walk::norm(norm, &mut all);
        let scene = case.scene();
        if !all.0.iter().any(|expr| !matches!(scene.eval(expr), Some(Value::Known(_) | Value::Blank | Value::Fault(_)))) {
            self.fault("nothing is open", "没有未定事项");
        }
    }

    /// Worlds that made the same choices up to `depth` choose about the same thing next, and every possibility is there once.
    fn cover(&mut self, worlds: &[&World], depth: usize, spans: &BTreeMap<Cause, Vec<Span>>) {
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
        let open = spans.get(cause).cloned().unwrap_or_else(|| self.spans_of(cause));
        let some = open.iter().any(|span| self.complete(cause, &words, Some(span)));
        if !some && !self.complete(cause, &words, None) && !self.given_elsewhere(worlds, words.len()) {
            self.fault("a possible case is missing", "缺少一种可能的情形");
        }
        let width = width(worlds, depth);
        for (word, group) in &groups {
            let mut narrowed = spans.clone();
            // Several measures may be open for one reason: which of them the choice was about is not told, so each keeps what it was, too.
            let parts = open.iter().filter_map(|span| span::narrowed(span, word));
            let kept = if open.len() > 1 { open.as_slice() } else { &[] };
            let parts: Vec<Span> = parts.chain(kept.iter().copied()).collect();
            if !parts.is_empty() {
                narrowed.insert(cause.clone(), parts);
            }
            self.cover(group, depth + width, &narrowed);
        }
    }

    /// Do these choices hold everything that the open thing may be?
    fn complete(&self, cause: &Cause, words: &[&str], span: Option<&Span>) -> bool {
        let model = self.case.model;
        let kinds: Vec<String> = match self.type_of(cause) {
            Some(Type::Kind(kind)) => vec![kind],
            // Of a day that is not known its day of the week is chosen.
            Some(Type::Date | Type::Moment) => vec![crate::model::WEEKDAY.to_owned()],
            // Of somebody who is not known an attribute is chosen.
            Some(Type::Ref(entity)) => {
                let attributes = model.entity(&entity).map(|entity| entity.attributes.as_slice()).unwrap_or_default();
                attributes.iter().filter_map(|attribute| if let Type::Kind(kind) = &attribute.ty { Some(kind.clone()) } else { None }).collect()
            }
            _ => Vec::new(),
        };
        let holds = |kind: &crate::model::Kind| kind.values.len() == words.len() && kind.values.iter().all(|(name, _)| words.contains(&name.as_str()));
        if kinds.iter().filter_map(|kind| model.kind(kind)).any(holds) {
            return true;
        }
        words == ["no", "yes"] || words == ["in", "out"] || span::complete(words, span)
    }

    /// Are these the values that another verdict leaves open for one of its slots, in these cases? They are a premise.
    fn given_elsewhere(&self, worlds: &[&World], values: usize) -> bool {
        let mut given: BTreeMap<(&str, &str), Vec<&Value>> = BTreeMap::new();
        for step in worlds.iter().copied().flat_map(super::walk::all_steps) {
            if let (Expr::Decided(_, slot) | Expr::DecidedOf(_, slot, ..), Detail::Decided { verdict }) = (&step.expr, &step.detail) {
                let known = given.entry((verdict.as_str(), slot.as_str())).or_default();
                let is_open = |value: &Value| matches!(value, Value::Open { .. });
                if !known.iter().any(|one| **one == step.value || is_open(one) && is_open(&step.value)) {
                    known.push(&step.value);
                }
            }
        }
        given.values().any(|known| known.len() > 1 && known.len() == values)
    }

    /// What the things that are open for this reason may be: one field or parameter, or the measures that it leaves open.
    fn spans_of(&self, cause: &Cause) -> Vec<Span> {
        match cause {
            Cause::PossibleRecords { .. } | Cause::Tie { .. } | Cause::NotYet { .. } => self.possible(cause),
            Cause::NotDone => self.late(),
            // Its time is no field: what hangs on it is counted.
            Cause::MissingField { field, .. } if field == "at" => self.possible(cause),
            _ => self.case.scene().span_of(cause).into_iter().chain(self.worked_out(cause)).collect(),
        }
    }

    /// How late it may be that is not done yet.
    fn late(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for step in self.case.derivation.worlds.iter().flat_map(super::walk::all_steps) {
            if let (Expr::Late(..), [due, done]) = (&step.expr, step.parts.as_slice())
                && let Some(Value::Open { low, high, .. }) = self.case.scene().of_parts(&step.expr, &[due.value.clone(), done.value.clone()])
            {
                let span = Span::between(low, high, true);
                if !spans.contains(&span) {
                    spans.push(span);
                }
            }
        }
        spans
    }

    /// What products and quotients may be that hang on it: a choice may be about one of them.
    fn worked_out(&self, cause: &Cause) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for step in self.case.derivation.worlds.iter().flat_map(super::walk::all_steps) {
            if let (Expr::Mul(..) | Expr::Div(..), Value::Open { low, high, causes }) = (&step.expr, &step.value)
                && causes.len() > 1
                && causes.contains(cause)
            {
                let span = Span::between(*low, *high, false);
                if !spans.contains(&span) {
                    spans.push(span);
                }
            }
        }
        spans
    }

    /// The bounds of the measures that are open because of `cause`, counted by the checker.
    fn possible(&self, cause: &Cause) -> Vec<Span> {
        let mut spans = Vec::new();
        for world in &self.case.derivation.worlds {
            let scene = Scene { choices: &world.choices, decided: &world.decisions, ..self.case.scene() };
            let open = |step: &&Step| matches!(&step.value, Value::Open { causes, .. } if causes.contains(cause));
            for step in super::walk::all_steps(world).into_iter().filter(open) {
                if let Expr::Stay(stay) = &step.expr
                    && let Some(Value::Open { low, high, .. }) = scene.stay(stay)
                {
                    let span = Span::between(low, high, !matches!(stay.ask, Ask::Time(Unit::Hours | Unit::Minutes, _)));
                    if !spans.contains(&span) {
                        spans.push(span);
                    }
                }
                if let Expr::Measure(measure) = &step.expr
                    && let Some(Value::Open { low, high, .. }) = scene.measure(measure).value
                {
                    let run = matches!(measure.aggregate, Aggregate::RunOfDays | Aggregate::RunOfWorkingDays);
                    let span = Span::between(low, high, run || measure.of.is_none());
                    if !spans.contains(&span) {
                        spans.push(span);
                    }
                }
            }
        }
        spans
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

/// All expressions of a norm.
#[derive(Default)]
struct Everything(Vec<Expr>);

impl Look for Everything {
    fn expr(&mut self, expr: &Expr) {
        self.0.push(expr.clone());
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
