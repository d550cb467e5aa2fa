//! Findings: where rules contradict themselves or fall silent, each with a case that the evaluator has confirmed.
//!
//! | file | from | to |
//! |---|---|---|
//! | [`lint`] | a model | findings |
//! | `reader`, `linear`, `domain` | expressions of a norm | conditions over axes |
//! | `condition` | conditions | the boxes in which they hold |
//! | `space`, `runs` | what conditions compare | axes, cut into cells; sets of cells |
//! | `feasible`, `simplex` | a box over axes that are sums of each other's terms | whether it holds occasions |
//! | `diagram` | boxes of all lines | which lines hold where |
//! | `clauses` | the lines of a decision | gaps, overlaps, boundaries, lines that never count |
//! | `bounds`, `forfeits` | counts over windows | how much a window can hold; forfeits before which another always comes |
//! | `never`, `own` | a norm | what can never be; approvals of one's own |
//! | `bearer` | a norm | whom it falls on, if not on who acted |
//! | `rhythms`, `sheets`, `adopted`, `dates` | a model | the same act at two rhythms; items on several sheets; copies that differ; days |
//! | `pairs/` | a model | what norms say against each other |
//! | `open`, `sums`, `expected` | a model | what the text leaves open; totals; what the drafter expects |
//! | `witness/` | a region | a case, replayed |
//! | `text` | a model | what has no source, what nothing uses |
//! | `region` | a region | words |
//! | [`why`] | two clauses | why they never meet, or a case in which they do |

mod adopted;
mod bearer;
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
mod linear;
mod never;
mod open;
mod own;
mod pairs;
mod reader;
mod region;
mod rhythms;
mod runs;
mod sheets;
mod simplex;
mod space;
mod sums;
mod text;
pub mod why;
mod witness;

use crate::diagnostics::{Say, Tongue};
use crate::explain::words::Words;
use crate::model::Model;
use crate::model::written::Written;
use crate::records::Records;
use chrono::NaiveDate;
use finding::Finding;
use region::Speech;

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
    model: &'m Model,
    written: &'m Written,
    en: Words<'m>,
    zh: Words<'m>,
}

/// Looks for everything in a model. An expectation that ended before `today` counts no more; without a day all count. `progress` is told how many norms
/// are done.
#[must_use]
pub fn lint(model: &Model, written: &Written, today: Option<NaiveDate>, progress: &mut dyn FnMut(usize)) -> Linted {
    let nothing = Records::default();
    let words = |tongue| Words::new(model, &nothing, "", tongue);
    let context = Context { model, written, en: words(Tongue::En), zh: words(Tongue::Zh) };
    let (mut findings, mut undecided) = (Vec::new(), Vec::new());
    for (done, norm) in model.norms.iter().enumerate() {
        progress(done);
        clauses::look(&context, norm, &mut findings, &mut undecided);
        sums::look(&context, norm, &mut findings);
        forfeits::look(&context, norm, &mut findings, &mut undecided);
        never::look(&context, norm, &mut findings);
        own::look(&context, norm, &mut findings);
        bearer::look(&context, norm, &mut findings);
    }
    for look in [rhythms::look, sheets::look, adopted::look, dates::look, open::look] {
        look(&context, &mut findings);
    }
    pairs::look(&context, &mut findings, &mut undecided);
    text::look(&context, &mut findings);
    expected::look(&context, today, &undecided, &mut findings);
    findings.sort_by_cached_key(order);
    Linted { findings, undecided }
}

/// Says whether two clauses meet, and why not. A clause is a norm, an exception, a row (`NORM row 2`) or a citation, which can stand for several.
///
/// # Errors
/// A name that stands for nothing.
pub fn why(model: &Model, written: &Written, one: &str, other: &str) -> Result<Vec<why::Why>, Say> {
    let nothing = Records::default();
    let words = |tongue| Words::new(model, &nothing, "", tongue);
    let context = Context { model, written, en: words(Tongue::En), zh: words(Tongue::Zh) };
    why::why(&context, one, other)
}

fn order(finding: &Finding) -> (String, usize, String) {
    let place = finding.places.first().and_then(|(place, _)| place.as_ref());
    (place.map(|place| place.source.name.clone()).unwrap_or_default(), place.map_or(0, |place| place.span.start), finding.code.to_owned())
}

impl<'m> Context<'m> {
    /// The words of a norm, in both tongues.
    fn speech(&self, norm: &str) -> Speech<'m> {
        Speech { en: self.en.about(norm), zh: self.zh.about(norm) }
    }
}
