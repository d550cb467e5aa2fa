//! Findings: where rules contradict themselves or fall silent, each with a case that the evaluator has confirmed.
//!
//! | file | from | to |
//! |---|---|---|
//! | [`lint`] | a model | findings |
//! | `reader`, `linear`, `domain` | expressions of a norm | conditions over axes |
//! | `seen` | crossings and breaches | the records that make them |
//! | `condition` | conditions | the boxes in which they hold |
//! | `space`, `runs` | what conditions compare | axes, cut into cells; sets of cells |
//! | `feasible`, `simplex` | a box over axes that are sums of each other's terms | whether it holds occasions |
//! | `diagram` | boxes of all lines | which lines hold where |
//! | `clauses`, `overlaps` | the lines of a decision | gaps, lines that never count; overlaps; boundaries |
//! | `bounds`, `forfeits` | counts over windows | how much a window can hold; forfeits before which another always comes |
//! | `never`, `own` | a norm | what can never be; approvals of one's own |
//! | `loopholes` | a norm | a heavier offence that costs less; an act that escapes a threshold in parts |
//! | `negative` | lines that post | amounts that can be less than nothing |
//! | `bearer` | a norm | whom it falls on, if not on who acted |
//! | `rhythms`, `sheets`, `adopted`, `dates` | a model | the same act at two rhythms; items on several sheets; copies that differ; days |
//! | `lists` | a model | values that a list leaves out; offices that nobody can hold |
//! | `pairs/` | a model | what norms say against each other |
//! | `timing` | duties with deadlines | deadlines that cannot be kept |
//! | `instead` | lines that change a deadline | two that are true together |
//! | `open`, `sums`, `expected` | a model | what the text leaves open; totals; what the drafter expects |
//! | `witness/` | a region | a case, replayed |
//! | `text` | a model | what has no source, what nothing uses |
//! | `region` | a region | words |
//! | [`why`], `named` | two clauses | why they never meet, or a case in which they do |

mod adopted;
mod bearer;
pub(crate) mod both;
mod bounds;
mod clauses;
mod condition;
mod diagram;
mod dates;
mod domain;
pub mod finding;
mod expected;
mod feasible;
mod forfeits;
mod instead;
mod linear;
mod lists;
mod loopholes;
mod named;
mod negative;
mod never;
mod open;
mod overlaps;
mod own;
mod pairs;
mod reader;
mod region;
mod rhythms;
mod runs;
mod seen;
mod sheets;
mod simplex;
mod space;
mod sums;
mod text;
mod timing;
pub mod why;
pub(crate) mod witness;

use crate::diagnostics::{Say, Tongue};
use crate::explain::words::Words;
use crate::model::Model;
use crate::model::norm::Norm;
use crate::model::written::Written;
use crate::records::Records;
use chrono::NaiveDate;
use finding::Finding;
use pairs::stage::{place, same_place};
use region::Speech;
use std::collections::BTreeMap;

/// What the analyser says about a model.
#[derive(Debug)]
pub struct Linted {
    /// In the order of the text.
    pub findings: Vec<Finding>,
    /// What it could not decide.
    pub undecided: Vec<Undecided>,
}

/// Something that was not decided.
#[derive(Debug, Clone)]
pub struct Undecided {
    /// Norm.
    pub norm: String,
    /// Slot of its decision.
    pub slot: String,
    /// Why.
    pub why: Say,
}

/// What all checks look at.
pub(crate) struct Context<'m> {
    only: Option<&'m [&'m str]>,
    model: &'m Model,
    written: &'m Written,
    en: Words<'m>,
    zh: Words<'m>,
    /// The norms on counts that reach a number, as norms on the records that do.
    crossings: BTreeMap<String, Norm>,
}

/// Looks for everything in a model. An expectation that ended before `today` counts no more; without a day all count. `progress` is told how many norms
/// are done.
#[must_use]
pub fn lint(model: &Model, written: &Written, today: Option<NaiveDate>, progress: &mut dyn FnMut(usize)) -> Linted {
    look(model, written, None, today, progress)
}

/// Looks again at some norms, and at what they and others say of the same occasions: what an edited clause changes. What is looked for in the model as a
/// whole is looked for as well.
#[must_use]
pub fn lint_norms(model: &Model, written: &Written, norms: &[&str], today: Option<NaiveDate>) -> Linted {
    look(model, written, Some(norms), today, &mut |_| {})
}

fn look(model: &Model, written: &Written, only: Option<&[&str]>, today: Option<NaiveDate>, progress: &mut dyn FnMut(usize)) -> Linted {
    let nothing = Records::default();
    let context = Context::new(model, written, &nothing, only);
    let (mut findings, mut undecided) = (Vec::new(), Vec::new());
    for (done, norm) in model.norms.iter().enumerate().filter(|(_, norm)| context.looks_at(norm)) {
        progress(done);
        clauses::look(&context, context.seen(norm), &mut findings, &mut undecided);
        instead::look(&context, norm, &mut findings, &mut undecided);
        sums::look(&context, norm, &mut findings);
        forfeits::look(&context, norm, &mut findings, &mut undecided);
        never::look(&context, norm, &mut findings);
        own::look(&context, norm, &mut findings);
        loopholes::look(&context, norm, &mut findings);
        negative::look(&context, norm, &mut findings);
        bearer::look(&context, norm, &mut findings);
    }
    for look in [rhythms::look, sheets::look, lists::look, adopted::look, dates::look, open::look] {
        look(&context, &mut findings);
    }
    pairs::look(&context, &mut findings, &mut undecided);
    timing::look(&context, &mut findings);
    text::look(&context, &mut findings);
    expected::look(&context, today, &undecided, &mut findings);
    for finding in &mut findings {
        let Finding { witness: Some(witness), with, .. } = finding else { continue };
        let at = witness.judged.iter().find(|verdict| verdict.id == witness.verdict).map(|verdict| place(&context, verdict).to_owned());
        witness.keep(|verdict| with.contains(&verdict.rule) && at.as_ref().is_some_and(|at| same_place(at, place(&context, verdict))));
    }
    findings.sort_by_cached_key(order);
    Linted { findings, undecided }
}

/// Says whether two clauses meet, and why not. A clause is a norm, an exception, a row (`NORM row 2`) or a citation, which can stand for several.
///
/// # Errors
/// A name that stands for nothing.
pub fn why(model: &Model, written: &Written, one: &str, other: &str) -> Result<Vec<why::Why>, Say> {
    let nothing = Records::default();
    let context = Context::new(model, written, &nothing, None);
    why::why(&context, one, other)
}

fn order(finding: &Finding) -> (String, usize, String) {
    let place = finding.places.first().and_then(|(place, _)| place.as_ref());
    (place.map(|place| place.source.name.clone()).unwrap_or_default(), place.map_or(0, |place| place.span.start), finding.code.to_owned())
}

impl<'m> Context<'m> {
    fn new(model: &'m Model, written: &'m Written, nothing: &'m Records, only: Option<&'m [&'m str]>) -> Self {
        let words = |tongue| Words::new(model, nothing, "", tongue);
        let crossings = model.norms.iter().filter_map(|norm| Some((norm.name.clone(), seen::crossing(norm)?))).collect();
        Self { only, model, written, en: words(Tongue::En), zh: words(Tongue::Zh), crossings }
    }

    /// A norm; one on a count that reaches a number as one on the record that does.
    fn seen<'c>(&'c self, norm: &'c Norm) -> &'c Norm {
        self.crossings.get(&norm.name).unwrap_or(norm)
    }

    /// All norms, seen so.
    fn norms(&self) -> impl Iterator<Item = &Norm> {
        self.model.norms.iter().map(|norm| self.seen(norm))
    }

    /// Is the norm on a count that reaches a number?
    fn is_crossing(&self, norm: &str) -> bool {
        self.crossings.contains_key(norm)
    }

    /// Is the norm one of those that are looked at?
    fn looks_at(&self, norm: &Norm) -> bool {
        self.only.is_none_or(|only| only.contains(&norm.name.as_str()))
    }

    /// The words of a norm, in both tongues.
    fn speech(&self, norm: &str) -> Speech<'m> {
        Speech { en: self.en.about(norm), zh: self.zh.about(norm) }
    }
}
