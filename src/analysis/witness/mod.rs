//! A case for a region: values are chosen in it, a story is told in which they hold, and the evaluator judges it. Only what the evaluator confirms
//! is a witness.

mod pick;
mod scene;

use super::condition::Shape;
use super::reader::Reader;
use super::finding::Witness;
use crate::model::{Example, Model};
use crate::model::expr::{Expr, Pattern};
use crate::model::norm::Norm;
use crate::model::value::Scalar;
use crate::reference::verdict::{Audit, Verdict};
use crate::tools::run;
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
            let mut scene = Scene::new(model, norm)?;
            scene.make(&wanted);
            if let Some(witness) = replayed(model, scene.example(), shows) {
                return Some(witness);
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
    drop(ran);
    Some(Witness { example, verdict, ruling })
}
