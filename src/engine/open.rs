//! Periods that have not ended, which the reference evaluator judges: what it needs for them of all records, and of what other norms say.

use super::looks::Looks;
use super::plan::Plan;
use crate::model::expr::{Expr, Period, Window};
use crate::model::norm::{Norm, Occasion, What};
use crate::model::order::{self, Layer};
use crate::model::walk::{self, Look};
use crate::records::{At, Facts};
use crate::reference::{Asked, span};
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// Norms with periods that have not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    /// The norms themselves.
    periods: BTreeSet<usize>,
    /// Those that they read from, over all steps, and they.
    rests: BTreeSet<usize>,
    /// Nothing before that day can matter to them; none: everything can.
    since: Option<NaiveDate>,
    /// Time zone of the regulations.
    zone: Tz,
    /// What they look at.
    pub(crate) looks: Looks,
}

impl Open {
    /// The norms on periods that a plan judges. `facts`: of the registers; `until`: the last day of which something is known.
    pub(super) fn new(plan: &Plan<'_>, facts: &Facts, until: NaiveDate) -> Self {
        let model = plan.model;
        let every = |at: usize| model.norms.get(at).filter(|_| plan.judges(at)).and_then(unit);
        let periods: BTreeSet<usize> = (0..model.norms.len()).filter(|at| every(*at).is_some()).collect();
        let rests = order::rests(model, periods.iter().copied());
        let first = periods.iter().filter_map(|at| every(*at)).map(|unit| span(unit, until).first).min();
        let since = first.and_then(|first| {
            let looks_back = order::layers(model).iter().any(|layer| matches!(layer, Layer::Periods(_)) && layer.norms().iter().any(|at| rests.contains(at)));
            let units = if looks_back { None } else { units(rests.iter().filter_map(|at| model.norms.get(*at))) };
            units.map(|units| earliest(first, &units, rests.len()))
        });
        let looks = Looks::new(model, &rests, facts);
        Self { periods, rests, since, zone: plan.zone, looks }
    }

    /// Must something of this norm be judged for them?
    pub(super) fn rests_on(&self, norm: usize) -> bool {
        self.rests.contains(&norm)
    }

    /// Is an occasion of this norm a period that has not ended? `over`: the last day that is over.
    pub(super) fn is_open(&self, norm: usize, asked: &Asked<'_>, over: Option<NaiveDate>) -> bool {
        self.periods.contains(&norm) && asked.last.is_some_and(|last| over.is_none_or(|over| last > over))
    }

    /// Must an occasion of this norm be judged for them?
    pub(super) fn needs(&self, norm: usize, asked: &Asked<'_>) -> bool {
        let is_late = |since: NaiveDate| asked.last.or(asked.record.map(|record| record.at.day(self.zone))).is_none_or(|day| day >= since);
        self.rests.contains(&norm) && self.since.is_none_or(is_late)
    }

    /// Can a record of this type, which happened then, matter to them by what it says?
    pub(crate) fn may_count(&self, event: usize, at: At) -> bool {
        self.looks.at(event) && self.since.is_none_or(|since| at.day(self.zone) >= since)
    }
}

fn unit(norm: &Norm) -> Option<Period> {
    if let Occasion::Period { every, .. } = &norm.occasion { Some(every.unit) } else { None }
}

/// The calendar periods within which norms count records, and their own; none when they look at what lies further back, or ahead.
fn units<'n>(norms: impl Iterator<Item = &'n Norm>) -> Option<BTreeSet<Period>> {
    struct Windows(BTreeSet<Period>, bool);
    impl Look for Windows {
        fn expr(&mut self, expr: &Expr) {
            match expr {
                Expr::Measure(measure) => match &measure.window {
                    Window::Period { unit, .. } => {
                        self.0.insert(*unit);
                    }
                    Window::Occasion => {}
                    _ => self.1 = true,
                },
                Expr::Stay(_) | Expr::DecidedOf(..) => self.1 = true,
                _ => {}
            }
        }
    }
    let mut windows = Windows(BTreeSet::from([Period::Day]), false);
    for norm in norms {
        let is_plain = matches!(norm.occasion, Occasion::Record(_) | Occasion::Period { .. }) && norm.judged_on.is_none() && norm.terms.is_empty();
        windows.1 |= !is_plain || norm.requirements.iter().any(|requirement| !matches!(requirement.what, What::Condition(_)));
        windows.0.extend(unit(norm));
        walk::norm(norm, &mut windows);
    }
    (!windows.1).then_some(windows.0)
}

/// The first day on which a record can matter to an occasion on or after `first`. A record that is made may itself rest on what was counted before it: of so many norms each reads from
/// another at most once.
fn earliest(first: NaiveDate, units: &BTreeSet<Period>, norms: usize) -> NaiveDate {
    let mut since = first;
    for _ in 0..norms {
        let before = units.iter().map(|unit| span(*unit, since).first).min().unwrap_or(since);
        if before == since {
            break;
        }
        since = before;
    }
    since
}
