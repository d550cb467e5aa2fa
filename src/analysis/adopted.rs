//! Copies that differ: what a regulation adopts of another, but for a clause that it says otherwise.

use super::Context;
use super::finding::{Finding, plain};
use crate::diagnostics::{Say, Severity};
use crate::model::norm::Norm;
use crate::model::{NotAdopted, Regulation};

/// Looks at what regulations do not take over, and at what stands in its place.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>) {
    for regulation in &context.model.regulations {
        for left in &regulation.not_adopted {
            let own = context.model.norms.iter().filter(|norm| norm.regulation == regulation.name && cites(norm, &left.cites));
            for norm in own.filter(|norm| norm.label.is_some() && norm.label != left.label) {
                found.push(differs(context, regulation, left, norm));
            }
        }
    }
}

fn cites(norm: &Norm, clauses: &[String]) -> bool {
    norm.cites.iter().any(|cite| clauses.contains(cite))
}

fn differs(context: &Context<'_>, regulation: &Regulation, left: &NotAdopted, norm: &Norm) -> Finding {
    let speech = context.speech(&norm.name);
    let title = speech.say(|words| words.regulation(&regulation.name));
    let clauses = speech.say(|words| words.cites(&norm.cites));
    // The words of the two texts themselves, in whichever tongue they are.
    let words = |label: &Option<String>, name: &str| label.clone().unwrap_or_else(|| name.to_owned());
    let (here, there) = (words(&norm.label, &norm.name), words(&left.label, &left.name));
    let message = Say::new(
        format!("{} takes over {}, but says “{here}” {} where that says “{there}”", title.en, left.regulation, clauses.en),
        format!("{}沿用 {}，{}却写“{here}”，而后者写“{there}”", title.zh, left.regulation, clauses.zh),
    );
    let help = Say::new(
        "ask which of the two is right; if both texts are so, keep it and write `expect finding copies-differ because \"…\"`",
        "请核实哪一处正确；两处原文确实如此的，照原样保留，并写`预期 问题 copies-differ 因为 “…”`",
    );
    Finding { places: vec![(context.written.items.get(&norm.name).cloned(), clauses)], help, ..plain("copies-differ", Severity::Note, &norm.name, message) }
}
