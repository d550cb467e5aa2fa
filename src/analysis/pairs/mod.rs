//! Findings between norms: only those that can judge the same occasion are held against each other.
//!
//! | file | looks for |
//! |---|---|
//! | `stage` | norms that can judge the same occasion, on the same days |
//! | `must`, `bind` | what a norm asks at once; where two such things exclude each other |
//! | `musts` | requirements and bans that nobody can obey together |
//! | `duties` | a duty to do what is forbidden, more asked for than is allowed |
//! | `slots` | one slot, decided twice; one act, sanctioned twice |
//! | `exceptions` | exceptions to one norm that give different values |

mod bind;
mod duties;
mod exceptions;
mod must;
mod musts;
mod slots;
pub(super) mod stage;

use super::finding::{Extent, Finding, Witness, plain};
use super::{Context, Undecided};
use crate::diagnostics::{Say, Severity};
use crate::model::norm::Norm;
use crate::model::written::Part;

/// Looks at everything that norms say about the same occasions.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    musts::look(context, found, undecided);
    duties::look(context, found, undecided);
    slots::look(context, found, undecided);
    for norm in context.norms().filter(|norm| context.looks_at(norm)) {
        exceptions::look(context, norm, found, undecided);
    }
}

/// What is said of two norms, or of two lines of one.
struct Told<'t> {
    code: &'static str,
    severity: Severity,
    norms: [(&'t Norm, Option<Part>); 2],
    message: Say,
    help: Say,
    regions: Vec<Vec<Extent>>,
    whole: bool,
    witness: Witness,
}

fn tell(context: &Context<'_>, found: &mut Vec<Finding>, told: Told<'_>) {
    let places = told.norms.iter().map(|(norm, part)| {
        let line = part.and_then(|part| context.written.parts.get(&(norm.name.clone(), part)));
        let place = line.or_else(|| context.written.items.get(&norm.name)).cloned();
        let speech = context.speech(&norm.name);
        (place, speech.say(|words| format!("{}{}", words.quoted_norm(&norm.name), words.cites(&cites(norm, *part)))))
    });
    // The case shows the verdict of one of them: the finding is about that one.
    let rule = told.witness.verdict.split_once('@').map_or("", |(rule, _)| rule);
    let about = told.norms.iter().find(|(norm, _)| norm.name == rule).unwrap_or(&told.norms[0]).0;
    let with = told.norms.iter().filter(|(norm, _)| norm.name != about.name).map(|(norm, _)| norm.name.clone()).collect();
    found.push(Finding {
        places: places.collect(),
        with,
        help: told.help,
        regions: told.regions,
        whole: told.whole,
        witness: Some(told.witness),
        ..plain(told.code, told.severity, &about.name, told.message)
    });
}

fn cites(norm: &Norm, part: Option<Part>) -> Vec<String> {
    let own = match part {
        Some(Part::Requirement(at, way)) => norm.requirements.get(at).and_then(|requirement| requirement.each().get(way).map(|one| one.cites.clone())),
        Some(Part::Clause(at, clause)) => norm.decisions.get(at).and_then(|decision| decision.clauses.get(clause)).map(|clause| clause.cites.clone()),
        _ => None,
    };
    own.filter(|cites| !cites.is_empty()).unwrap_or_else(|| norm.cites.clone())
}

/// `when …`, or nothing where it is always so.
fn when_en(region: &str) -> String {
    if region == "always" { "wherever both apply".to_owned() } else { format!("when {region}") }
}

fn when_zh(region: &str) -> String {
    if region == "任何情况下" { "凡两条都适用时".to_owned() } else { format!("{region}时") }
}
