//! A case for a region: values are chosen in it, a story is told in which they hold, and the evaluator judges it. Only what the evaluator confirms
//! is a witness.

pub(crate) mod cases;
mod fill;
mod people;
mod pick;
mod records;
mod scene;
pub(crate) mod twice;
mod wide;

use super::condition::Shape;
use super::reader::Reader;
use super::finding::Witness;
use crate::model::{Example, GivenRecord, Model};
use crate::model::expr::{Expr, Pattern, Scope};
use crate::model::norm::Norm;
use crate::model::value::Scalar;
use crate::records::At;
use crate::reference::verdict::{Audit, Ruling, Verdict};
use crate::tools::run;
use chrono::NaiveDate;
use scene::Scene;

/// How many ways of choosing values in one box are tried.
const WAYS: usize = 6;

/// A case in one of the boxes whose verdict by the norm is as `shows` says.
pub(super) fn find(model: &Model, norm: &Norm, reader: &Reader<'_>, shapes: &[Shape], shows: &dyn Fn(&Verdict) -> bool) -> Option<Witness> {
    find_among(model, norm, reader, shapes, &|audit| audit.verdicts.iter().find(|verdict| verdict.rule == norm.name && shows(verdict)))
}

/// A case in one of the boxes in whose audit `shows` finds the verdict that shows it. The story is told of what the norm judges.
pub(super) fn find_among(model: &Model, norm: &Norm, reader: &Reader<'_>, shapes: &[Shape], shows: &dyn for<'v> Fn(&'v Audit) -> Option<&'v Verdict>) -> Option<Witness> {
    for shape in shapes {
        for wanted in pick::wanted(reader, shape, WAYS) {
            for counts_itself in [true, false] {
                let mut scene = Scene::new(model, norm)?;
                scene.counts_itself = counts_itself;
                scene.make(&wanted);
                if let Some(witness) = replayed(model, scene.example(), shows) {
                    return Some(witness);
                }
                if !wanted.iter().any(|(term, _)| matches!(term, Expr::Measure(_))) {
                    break;
                }
            }
        }
    }
    None
}

/// As [`find_among`], with one thing made otherwise than the box has it, and nothing else that is counted.
pub(super) fn with(model: &Model, norm: &Norm, reader: &Reader<'_>, shapes: &[Shape], (term, value): (&Expr, &Scalar), shows: &dyn for<'v> Fn(&'v Audit) -> Option<&'v Verdict>) -> Option<Witness> {
    for shape in shapes {
        for wanted in pick::wanted(reader, shape, 1) {
            let mut wanted: pick::Wanted = wanted.into_iter().filter(|(term, _)| !matches!(term, Expr::Measure(_))).collect();
            wanted.push((term.clone(), Some(value.clone())));
            let mut scene = Scene::new(model, norm)?;
            scene.make(&wanted);
            if let Some(witness) = replayed(model, scene.example(), shows) {
                return Some(witness);
            }
        }
    }
    None
}

/// A case in a box with so many records like the judged one, each with this value of a field, each of which is judged as `shows` says.
pub(super) fn in_parts(model: &Model, norm: &Norm, reader: &Reader<'_>, shape: &Shape, (field, value, parts): (&str, &Scalar, i64), shows: &dyn Fn(&Verdict) -> bool) -> Option<Witness> {
    for mut wanted in pick::wanted(reader, shape, WAYS) {
        let of_field = Expr::Field(Scope::This, field.to_owned());
        wanted.retain(|(term, _)| *term != of_field);
        wanted.push((of_field, Some(value.clone())));
        let mut scene = Scene::new(model, norm)?;
        scene.make(&wanted);
        let mut example = scene.example();
        let record = example.records.iter().find(|record| record.id == "r1")?.clone();
        example.records.extend((2..=parts).map(|n| GivenRecord { id: format!("r{n}"), ..record.clone() }));
        let all = |audit: &Audit| audit.verdicts.iter().filter(|verdict| verdict.rule == norm.name && shows(verdict)).count() == usize::try_from(parts).unwrap_or(0);
        if let Some(witness) = replayed(model, example, &|audit| audit.verdicts.iter().find(|verdict| verdict.rule == norm.name && all(audit))) {
            return Some(witness);
        }
    }
    None
}

/// As [`find_among`], on the days after `from`.
pub(super) fn since(model: &Model, norm: &Norm, reader: &Reader<'_>, shapes: &[Shape], from: Option<NaiveDate>, shows: &dyn for<'v> Fn(&'v Audit) -> Option<&'v Verdict>) -> Option<Witness> {
    for shape in shapes.iter().take(WAYS) {
        for wanted in pick::wanted(reader, shape, 1) {
            let mut scene = Scene::new(model, norm)?;
            if let Some(from) = from {
                scene.begin(from);
            }
            scene.make(&wanted);
            if let Some(witness) = replayed(model, scene.example(), shows) {
                return Some(witness);
            }
        }
    }
    None
}

/// As [`find_among`], with a record of each pattern after what is judged, each at the last moment that `due` finds for it once those before are there.
pub(super) fn followed(
    model: &Model,
    norm: &Norm,
    reader: &Reader<'_>,
    shapes: &[Shape],
    patterns: &[&Pattern],
    due: &dyn Fn(&Audit, usize) -> Option<At>,
    shows: &dyn for<'v> Fn(&'v Audit) -> Option<&'v Verdict>,
) -> Option<Witness> {
    let shape = shapes.first()?;
    let wanted = pick::wanted(reader, shape, 1).into_iter().next()?;
    let mut scene = Scene::new(model, norm)?;
    scene.make(&wanted);
    for (n, pattern) in patterns.iter().enumerate() {
        let example = scene.clone().example();
        let at = due(&run(model, &example).audit, n)?;
        scene.follow(pattern, at)?;
    }
    replayed(model, scene.example(), shows)
}

/// Days after the occasion on which what answers to it is tried.
const DAYS_AFTER: [u64; 8] = [0, 1, 2, 3, 4, 5, 6, 20];

/// As [`find_among`], with so many records of the pattern after what is judged.
pub(super) fn answered(model: &Model, norm: &Norm, reader: &Reader<'_>, shapes: &[Shape], pattern: &Pattern, many: usize, shows: &dyn for<'v> Fn(&'v Audit) -> Option<&'v Verdict>) -> Option<Witness> {
    for shape in shapes {
        for wanted in pick::wanted(reader, shape, WAYS) {
            for after in DAYS_AFTER {
                let mut scene = Scene::new(model, norm)?;
                scene.make(&wanted);
                if scene.answer(pattern, many, after).is_some()
                    && let Some(witness) = replayed(model, scene.example(), shows)
                {
                    return Some(witness);
                }
            }
        }
    }
    None
}

/// The case, run through the rules, when it shows what it should.
pub(super) fn replayed(model: &Model, example: Example, shows: &dyn for<'v> Fn(&'v Audit) -> Option<&'v Verdict>) -> Option<Witness> {
    let ran = run(model, &example);
    if !ran.unusable.is_empty() {
        return None;
    }
    let (verdict, ruling) = shows(&ran.audit).map(|verdict| (verdict.id.clone(), verdict.ruling))?;
    let judged = ran.audit.verdicts.iter().filter(|other| other.id == verdict || other.ruling != Ruling::NotApplicable).cloned().collect();
    drop(ran);
    Some(Witness { example, verdict, ruling, judged })
}
