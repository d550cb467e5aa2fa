//! Countings that a derivation does not list, and whose records the verdict rests on all the same: from when a deadline runs, what
//! suspends it, since when a window counts.

use super::Checker;
use super::case::Scene;
use super::measure::Standing;
use crate::model::expr::{Expr, Measure, Window};
use crate::model::norm::{Deadline, Norm};
use crate::model::walk::{self, Look};
use std::collections::BTreeSet;

/// What was looked at besides.
#[derive(Default)]
pub(super) struct Aside {
    /// Records counted.
    pub(super) records: BTreeSet<String>,
    /// May a record of any time change it?
    pub(super) endless: bool,
}

/// The measures in an expression.
#[derive(Default)]
struct Measures(Vec<Measure>);

impl Look for Measures {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Measure(measure) = expr {
            self.0.push((**measure).clone());
        }
    }
}

impl Checker<'_> {
    /// Everything that the norm may have looked at besides what is listed.
    pub(super) fn aside(&self) -> Aside {
        let scene = Scene { case: self.case, choices: &[], counted: None, as_of: None, each: None, decided: &[] };
        let of_deadlines = of_deadlines(self.case.norm);
        let mut aside = Aside { endless: of_deadlines.iter().any(|measure| measure.window == Window::Ever), ..Aside::default() };
        for measure in &of_deadlines {
            let counted = scene.measure(measure).records.into_iter().filter(|(_, standing)| matches!(standing, Standing::Counted { .. }));
            aside.records.extend(counted.map(|(seen, _)| seen.reference()));
        }
        for request in super::request::all(self.case.norm) {
            aside.records.extend(scene.exchanged(request).into_iter().map(|(seen, ..)| seen.reference()));
        }
        let mut all = Measures::default();
        walk::norm(self.case.norm, &mut all);
        let since = all.0.iter().chain(&of_deadlines).filter(|measure| matches!(measure.window, Window::Since(_)));
        aside.records.extend(since.filter_map(|measure| scene.bounds(&measure.window)?.begins_after()));
        aside
    }
}

/// The measures of `from` and of suspensions.
fn of_deadlines(norm: &Norm) -> Vec<Measure> {
    let mut found = Measures::default();
    for requirement in &norm.requirements {
        let until = requirement.until.iter();
        let deadlines = until.flat_map(|until| std::iter::once(&until.default).chain(until.changes.iter().map(|change| &change.deadline)));
        for deadline in deadlines {
            if let Deadline::Within(_, Some(from), _) = deadline {
                walk::expr(from, &mut found);
            }
        }
        for (from, to) in &requirement.suspended {
            walk::expr(from, &mut found);
            walk::expr(to, &mut found);
        }
    }
    found.0
}
