//! How late what was breached was done (§8): its last day, the day on which it was done all the same, and what lies between.

use super::interval::Interval;
use super::judge::Judge;
use super::value::Val;
use super::verdict::Cause;
use super::world::Variable;
use crate::model::expr::Expr;
use crate::model::value::{Scalar, Unit};
use crate::records::Stored;
use std::sync::Arc;

impl Judge<'_, '_> {
    /// In a sanction: the last day of the time, or the day on which it was done; blank as long as it was not.
    pub(super) fn delayed(&mut self, done: bool) -> Val {
        let Some((due, met)) = self.delay else { return Val::fault("no_value") };
        let at = if done { met } else { Some(due) };
        let stored = at.map_or(Stored::Blank, |at| Stored::Known(Scalar::Date(self.rules.day(at))));
        if done {
            self.until_done(&stored);
        }
        match stored {
            Stored::Known(day) => Val::Known(day),
            _ => Val::Blank,
        }
    }

    /// As long as it was not done, it may be any day; the day on which it was is not final before that.
    pub(super) fn until_done(&mut self, done: &Stored) {
        match done {
            Stored::Known(Scalar::Date(day)) => self.reach(Some(*day)),
            _ => self.horizon = None,
        }
    }

    /// The days between; as long as it was not done, at least those that have passed.
    pub(super) fn late(&mut self, unit: &Unit, due: &Expr, done: &Expr) -> Val {
        let (from, to) = (self.eval(due), self.eval(done));
        if to != Val::Blank || !matches!(from, Val::Known(_)) {
            return self.between(unit, (&from, due), (&to, done));
        }
        let now = Val::Known(Scalar::Date(self.rules.day(self.known.until)));
        let so_far = self.between(unit, (&from, due), (&now, done));
        // What was counted up to now is not what is told.
        self.detail = super::derivation::Detail::None;
        let Val::Known(Scalar::Quantity(least, _)) = so_far else { return so_far };
        let key = Arc::from(format!("late in {unit:?} {}", from.name()));
        self.world.declare(&key, || Variable { interval: Interval::whole(least.as_whole().and_then(|n| i64::try_from(n).ok()).unwrap_or(0), None), causes: vec![Cause::NotDone] });
        Val::Linear(super::value::Linear::variable(key, unit.clone()))
    }
}
