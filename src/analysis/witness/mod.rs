//! A case for a region: values are chosen in it, a story is told in which they hold, and the evaluator judges it. Only what the evaluator confirms
//! is a witness.

mod pick;
mod scene;

use super::condition::Shape;
use super::reader::Reader;
use super::finding::Witness;
use crate::model::Model;
use crate::model::norm::Norm;
use crate::reference::verdict::Verdict;
use crate::tools::run;
use scene::Scene;

/// How many ways of choosing values in one box are tried.
const WAYS: usize = 6;

/// A case in one of the boxes whose verdict by the norm is as `shows` says.
pub(super) fn find(model: &Model, norm: &Norm, reader: &Reader<'_>, shapes: &[Shape], shows: &dyn Fn(&Verdict) -> bool) -> Option<Witness> {
    for shape in shapes {
        for wanted in pick::wanted(reader, shape, WAYS) {
            let mut scene = Scene::new(model, norm)?;
            scene.make(&wanted);
            let example = scene.example();
            let ran = run(model, &example);
            if !ran.unusable.is_empty() {
                continue;
            }
            if let Some(verdict) = ran.audit.verdicts.iter().find(|verdict| verdict.rule == norm.name && shows(verdict)) {
                let (verdict, ruling) = (verdict.id.clone(), verdict.ruling);
                return Some(Witness { example, verdict, ruling });
            }
        }
    }
    None
}
