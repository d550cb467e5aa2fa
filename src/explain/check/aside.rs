//! Countings that a derivation does not list, and whose records the verdict rests on all the same: what makes the occasion, who is bound,
//! from when a deadline runs, what suspends it, since when a window counts.

use super::Checker;
use super::case::{Case, Seen};
use super::measure::Standing;
use crate::model::expr::{Expr, Measure, Window};
use crate::model::norm::{Deadline, Norm, Occasion, Pause, Requirement};
use crate::model::state::Stay;
use crate::model::walk::{self, Look};
use crate::reference::verdict::Ruling;
use std::collections::BTreeSet;

/// What was looked at besides.
#[derive(Default)]
pub(super) struct Aside {
    /// Records counted.
    pub(super) records: BTreeSet<String>,
    /// Those of them that tell who is bound.
    pub(super) bearer: BTreeSet<String>,
    /// May a record of any time change it?
    pub(super) endless: bool,
}

/// The measures in an expression, and the questions about states.
#[derive(Default)]
struct Measures {
    all: Vec<Measure>,
    stays: Vec<Stay>,
}

impl Look for Measures {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Measure(measure) => self.all.push((**measure).clone()),
            Expr::Stay(stay) => self.stays.push((**stay).clone()),
            _ => {}
        }
    }
}

impl<'c> Checker<'c> {
    /// Everything that the norm may have looked at besides what is listed.
    pub(super) fn aside(&self) -> Aside {
        let scene = self.case.scene();
        let norm = self.case.norm;
        let mut may = Measures::default();
        self.of_deadlines(&mut may);
        of_occasion(self.case, &mut may);
        let mut bound = Measures::default();
        norm.bearer.iter().for_each(|bearer| walk::expr(bearer, &mut bound));
        of_windows(norm, &mut may);
        let endless = may.all.iter().chain(&bound.all).any(|measure| measure.window == Window::Ever);
        let at_trigger = self.case.trigger.map_or(scene, |trigger| scene.at_record(trigger));
        let bearer: BTreeSet<String> = bound.all.iter().flat_map(|measure| references(&scene.measure(measure).records)).collect();
        let mut aside = Aside { records: bearer.clone(), bearer, endless };
        aside.records.extend(may.all.iter().flat_map(|measure| references(&scene.measure(measure).records)));
        aside.records.extend(may.stays.iter().chain(&bound.stays).flat_map(|stay| at_trigger.turns(stay)));
        for request in super::request::all(norm) {
            aside.records.extend(scene.exchanged(request).into_iter().map(|(seen, ..)| seen.reference()));
        }
        let mut all = Measures::default();
        walk::norm(norm, &mut all);
        let since = all.all.iter().chain(&may.all).filter(|measure| matches!(measure.window, Window::Since(_)));
        aside.records.extend(since.filter_map(|measure| scene.bounds(&measure.window)?.begins_after()));
        aside
    }

    /// The measures of `from` and of suspensions; and those of a deadline that came to nothing, so that it is not told.
    fn of_deadlines(&self, found: &mut Measures) {
        let told = self.case.derivation.worlds.iter().flat_map(super::walk::requirements).filter(|told| told.alternatives.is_empty());
        let lost = told.into_iter().any(|told| told.deadline.is_none() && told.ruling != Ruling::Compliant);
        for requirement in self.case.norm.terms.iter().chain(&self.case.norm.requirements).flat_map(Requirement::each) {
            let until = requirement.until.iter();
            let deadlines = until.flat_map(|until| std::iter::once(&until.default).chain(until.changes.iter().map(|change| &change.deadline)));
            for deadline in deadlines {
                if let Deadline::Within(_, Some(from), _) = deadline {
                    walk::expr(from, found);
                }
                if lost {
                    walk::expr(super::require::length(deadline), found);
                }
            }
            let changes = requirement.until.iter().flat_map(|until| &until.changes);
            changes.filter(|_| lost).for_each(|change| walk::expr(&change.when, found));
            requirement.suspended.iter().flat_map(Pause::exprs).for_each(|expr| walk::expr(expr, found));
        }
    }
}

/// What makes it an occasion at all, and in force.
fn of_occasion(case: &Case<'_>, found: &mut Measures) {
    let filter = match &case.norm.occasion {
        Occasion::Record(pattern) | Occasion::Member(pattern, _) => pattern.filter.as_ref(),
        Occasion::Period { filter, .. } | Occasion::Case { filter, .. } | Occasion::Throughout { filter, .. } => filter.as_ref(),
        Occasion::Reaches { .. } => None,
    };
    filter.into_iter().chain(&case.norm.dated_by).for_each(|expr| walk::expr(expr, found));
}

/// What ends the windows of what is still to come.
fn of_windows(norm: &Norm, found: &mut Measures) {
    let mut all = Measures::default();
    walk::norm(norm, &mut all);
    for measure in &all.all {
        if let Window::Next(until) = &measure.window {
            walk::deadline(until, found);
        }
    }
}

/// The records that count.
fn references(records: &[(Seen<'_>, Standing)]) -> Vec<String> {
    records.iter().filter(|(_, standing)| matches!(standing, Standing::Counted { .. })).map(|(seen, _)| seen.reference()).collect()
}
