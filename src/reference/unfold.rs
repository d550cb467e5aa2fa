//! All occasions unfolded: each judged once, with everything that was looked at kept, in every world. What an audit passes over stands
//! here too: records that are no occasion because the condition of the pattern is false.

use super::audit::{Run, judge};
use super::derivation::World;
use super::judge::{Judge, Outcome};
use super::known::Known;
use super::merge;
use super::occasion::Occasion;
use super::rules::Rules;
use super::verdict::Ruling;
use crate::model::norm::Norm;
use crate::model::{Model, order};
use crate::records::Records;

/// An occasion, or a record that fails the pattern's condition.
#[derive(Debug)]
pub struct Unfolded<'m> {
    /// The norm.
    pub norm: &'m Norm,
    /// The second part of its verdict's id.
    pub key: String,
    /// What came of it, world by world; nothing when there are too many.
    pub worlds: Vec<UnfoldedWorld>,
}

/// One world of an occasion.
#[derive(Debug)]
pub struct UnfoldedWorld {
    /// The norm's own condition, or that of its pattern, is false (`Some(false)`) or holds; none when nobody knows, when the norm is not in force,
    /// or when there is no such occasion for another reason.
    pub guard: Option<bool>,
    /// It applies: nothing switched it off.
    pub applies: bool,
    /// Rulings of the parts, by name.
    pub parts: Vec<(String, Ruling)>,
    /// Everything that was looked at.
    pub told: World,
}

/// Judges every occasion and hands it to `heard`.
pub fn unfold<'m>(model: &'m Model, records: &'m Records, heard: &mut dyn FnMut(&Unfolded<'m>)) {
    let Some(mut run) = Run::new(model, records) else { return };
    for layer in order::layers(model) {
        // Who looks back reads what was decided in the periods before.
        let looks_back = matches!(layer, order::Layer::Periods(_));
        let norms = layer.norms();
        let layer = [layer];
        if looks_back {
            run.layers(&layer, &mut |_| {});
        }
        for at in &norms {
            let (Some(norm), Some(asks)) = (model.norms.get(*at), run.asks.get(*at)) else { continue };
            let rules = Rules::of(model, &norm.regulation);
            let known = &run.known;
            for occasion in super::occasion::all(known, &rules, norm, None) {
                if is_void(known, &rules, norm, &occasion) {
                    continue;
                }
                let worlds = merge::worlds(|forced| Judge { steps: Some(Vec::new()), ..judge(known, &rules, norm, &occasion, asks, forced) });
                let worlds = worlds.into_iter().flatten().filter_map(|(_, outcome)| unfolded(known, &occasion, outcome)).collect();
                heard(&Unfolded { norm, key: occasion.key, worlds });
            }
        }
        if !looks_back {
            run.layers(&layer, &mut |_| {});
        }
    }
}

/// A record that is void is no occasion, whatever the pattern says.
fn is_void(known: &Known, rules: &Rules, norm: &Norm, occasion: &Occasion) -> bool {
    let Some(valid) = occasion.record.and_then(|id| known.valid(id)) else { return false };
    let mut judge = Judge { counted: occasion.record, ..Judge::aside(known, rules, norm, occasion) };
    judge.eval(valid).as_bool() != Some(true)
}

fn unfolded(known: &Known, occasion: &Occasion, outcome: Outcome) -> Option<UnfoldedWorld> {
    let told = outcome.told?;
    let filtered = occasion.filter.is_some() && occasion.doubt.is_none() && occasion.record.is_none_or(|id| known.made(id).is_none_or(|made| made.under.is_empty()));
    let guard = match (outcome.there, outcome.causes.is_empty()) {
        (_, false) => None,
        (false, _) => filtered.then_some(false),
        (true, _) if !told.in_force => None,
        // Where an exception switched it off, exceptions were tried.
        (true, _) => Some(outcome.applies || !told.exceptions.is_empty()),
    };
    let parts = outcome.parts.into_iter().map(|part| (part.part.name, part.part.ruling)).collect();
    Some(UnfoldedWorld { guard, applies: outcome.applies, parts, told })
}
