//! What the examples of policies exercise, and what they do not (`docs/cli.md`, `bylaw test --coverage`).

mod seen;
mod targets;

pub(crate) use targets::Spot;
pub use targets::{Kind, Target};

use super::Ran;
use crate::model::Model;
use crate::model::written::Written;
use crate::records::Records;
use crate::reference::unfold;
use std::collections::{BTreeMap, BTreeSet};

/// How the targets of a regulation were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Tally {
    /// Every way that there is.
    pub both: usize,
    /// Only applying, met, taking effect, prevailing.
    pub only: usize,
    /// Only the other way.
    pub only_not: usize,
    /// Not at all.
    pub never: usize,
}

impl Tally {
    /// Counts these targets.
    pub fn of<'t>(targets: impl Iterator<Item = &'t Target>) -> Self {
        let mut tally = Self::default();
        for target in targets {
            *match (target.is_shown(), target.seen, target.seen_not) {
                (true, ..) => &mut tally.both,
                (_, true, _) => &mut tally.only,
                (_, _, true) => &mut tally.only_not,
                _ => &mut tally.never,
            } += 1;
        }
        tally
    }

    /// How many targets.
    #[must_use]
    pub fn all(self) -> usize {
        self.both + self.only + self.only_not + self.never
    }
}

/// What these runs of the model's examples show; `done` hears how many were looked at.
#[must_use]
pub fn exercised(model: &Model, written: &Written, ran: &[Ran<'_>], done: &mut dyn FnMut(usize)) -> Vec<Target> {
    let mut targets = targets::all(model, written);
    let by_norm = by_norm(&targets);
    for (at, one) in ran.iter().enumerate() {
        done(at);
        unfold(&one.model, &one.records, &mut |unfolded| {
            for at in by_norm.get(&unfolded.norm.name).into_iter().flatten() {
                targets.get_mut(*at).into_iter().for_each(|target| seen::look(target, unfolded));
            }
        });
    }
    targets
}

/// Of a target, by its place among them, and a way: the occasion in which it is seen, as verdicts name it.
pub(crate) type Shown = BTreeMap<(usize, bool), String>;

/// What these records show of the targets, whatever was seen before.
pub(crate) fn shown(targets: &[Target], by_norm: &ByNorm, model: &Model, records: &Records) -> Shown {
    let mut shown = Shown::new();
    unfold(model, records, &mut |unfolded| {
        for at in by_norm.get(&unfolded.norm.name).into_iter().flatten() {
            let Some(target) = targets.get(*at) else { continue };
            let mut target = Target { seen: false, seen_not: false, ..target.clone() };
            seen::look(&mut target, unfolded);
            for way in [(true, target.seen), (false, target.seen_not)].into_iter().filter(|(_, seen)| *seen).map(|(way, _)| way) {
                shown.entry((*at, way)).or_insert_with(|| format!("{}@{}", unfolded.norm.name, unfolded.key));
            }
        }
    });
    shown
}

/// The targets that each norm has spots of.
pub(crate) type ByNorm = BTreeMap<String, BTreeSet<usize>>;

pub(crate) fn by_norm(targets: &[Target]) -> ByNorm {
    let mut by_norm = ByNorm::new();
    for (at, target) in targets.iter().enumerate() {
        for (norm, _) in &target.spots {
            by_norm.entry(norm.clone()).or_default().insert(at);
        }
    }
    by_norm
}
