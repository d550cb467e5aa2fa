//! Times of day (§3): what the clock shows at a moment, and the moment at which it shows something.

use super::compare::what;
use super::interval::Interval;
use super::judge::Judge;
use super::read::owner;
use super::value::Val;
use super::verdict::Cause;
use crate::model::expr::Expr;
use crate::model::value::{Scalar, Type};
use crate::records::At;

impl Judge<'_, '_> {
    /// The time of day of a moment. A date alone does not say it.
    pub(super) fn time_of_day(&mut self, of: &Expr) -> Val {
        let value = self.eval(of);
        match (&value, value.as_at()) {
            (Val::Blank, _) => Val::Fault(Cause::Blank { what: what(of) }),
            (Val::Fault(_), _) => value,
            (_, Some(At::Moment(moment))) => Val::Known(Scalar::Time(moment.with_timezone(&self.rules.zone).time())),
            (_, Some(At::Date(day))) => {
                let record = match of {
                    Expr::At(scope) => self.record_of(*scope).map(|id| self.known.reference(id)),
                    _ => None,
                };
                let record = record.unwrap_or_else(|| self.occasion.name(self.known));
                let key = format!("{}time of {day}", owner(&record));
                self.open(&key, &Type::Time, Interval::ALL, vec![Cause::MissingField { record, field: "at".to_owned() }])
            }
            (_, None) => self.derived("time of day", &Type::Time, &[&value]),
        }
    }

    /// The moment at which the clock shows the time on that day.
    pub(super) fn on_day(&mut self, day: &Expr, time: &Expr) -> Val {
        let (on, at) = (self.eval(day), self.eval(time));
        for (value, expr) in [(&on, day), (&at, time)] {
            match value {
                Val::Blank => return Val::Fault(Cause::Blank { what: what(expr) }),
                Val::Fault(_) => return value.clone(),
                _ => {}
            }
        }
        match (on.as_at(), &at) {
            (Some(day), Val::Known(Scalar::Time(time))) => {
                let moment = self.rules.local(self.rules.day(day).and_time(*time));
                moment.map_or_else(|| Val::fault("no_such_moment"), |moment| Val::Known(Scalar::Moment(moment)))
            }
            _ => self.derived("clock", &Type::Moment, &[&on, &at]),
        }
    }
}
