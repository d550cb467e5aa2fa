//! Programs: which norms are judged for a record that is read, and in which order.

use super::code::Code;
use super::norm::Judging;
use super::pick::Pick;
use crate::model::Model;
use std::collections::BTreeSet;

/// Layer, record type (the one that is read, or one that is made of it), norm.
pub(super) type Step = (usize, usize, usize);

/// What is judged for a record read of each type, layer by layer: itself, and all that is made of it.
pub(super) fn programs(model: &Model, judgings: &[Judging], layers: &[(usize, Option<usize>)]) -> Vec<Vec<Step>> {
    let mut of: Vec<Vec<Step>> = vec![Vec::new(); model.events.len()];
    for (at, (layer, event)) in layers.iter().enumerate() {
        if let Some((event, steps)) = event.and_then(|event| Some((event, of.get_mut(event)?))) {
            steps.push((*layer, event, at));
        }
    }
    let program = |root: usize| {
        let (mut seen, mut queue, mut all) = (BTreeSet::from([root]), vec![root], Vec::new());
        while let Some(event) = queue.pop() {
            for step in of.get(event).into_iter().flatten() {
                all.push(*step);
                let makes = judgings.get(step.2).into_iter().flat_map(|judging| &judging.makes);
                queue.extend(makes.map(|making| making.event).filter(|event| seen.insert(*event)));
            }
        }
        all.sort_unstable();
        all
    };
    (0..model.events.len()).map(program).collect()
}

/// Those of the steps for the record that is read can be looked up.
pub(super) fn pick(root: usize, steps: &[Step], judgings: &[Judging]) -> Option<Pick> {
    let guard = |(_, event, at): &Step| {
        let judging = judgings.get(*at).filter(|_| *event == root)?;
        judging.filter.as_ref().and_then(Code::guard).or_else(|| judging.when.as_ref()?.guard())
    };
    Pick::new(steps.iter().map(guard))
}
