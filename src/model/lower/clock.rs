//! Times of day: of a moment, on a day, and days moved by hours.

use super::env::{Env, This};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Period, Scope};
use crate::model::norm::Rhythm;
use crate::model::value::{Scalar, Type};
use crate::syntax::tree::{self, Node};
use chrono::NaiveTime;

/// How the time of day of a moment is called.
const TIME: [&str; 3] = ["time", "钟点", "时间"];

impl<'t> Lower<'t> {
    /// `time of at`: none where something else is asked for.
    pub(super) fn time_of_day(&mut self, env: &Env, of: &Typed, name: &str, at: At) -> Option<Typed> {
        if !TIME.contains(&name) || !of.ty.is_when() {
            return None;
        }
        // A period or a day on which something begins to be otherwise is judged as a day.
        let is_day = of.expr == Expr::At(Scope::This) && matches!(env.this, This::Period(..) | This::Throughout(_));
        if of.ty == Ty::Is(Type::Date) || is_day {
            self.error(
                "type-mismatch",
                at,
                Say::new("a date has no time of day", "日期没有钟点"),
                Say::new("ask for the time of a moment, as in `time of at`", "请取时刻的钟点，如 `发生时间 的 钟点`"),
            );
            return Some(Typed::poison(at));
        }
        Some(Typed::known(Expr::TimeOfDay(Box::new(of.expr.clone())), Type::Time, at))
    }

    /// `09:30 on day`.
    pub(super) fn on_day(&mut self, env: &Env, day: &'t Node<tree::Expr>, time: &'t Node<tree::Expr>, at: At) -> Typed {
        let (day, time) = (self.when(env, day), self.expect(env, time, &Ty::Is(Type::Time)));
        Typed::known(Expr::OnDay(Box::new(day), Box::new(time.expr)), Type::Moment, at)
    }

    /// A time of day where a date or moment is asked for: on the occasion's day, if it has one.
    pub(super) fn on_own_day(&mut self, env: &Env, time: Typed) -> Typed {
        let one_day = match &env.this {
            This::Records(_) | This::Throughout(_) | This::Unknown => true,
            This::Period(_, Rhythm { unit, count, .. }) => *unit == Period::Day && *count == 1,
            _ => false,
        };
        if !one_day {
            self.error(
                "type-mismatch",
                time.at,
                Say::new("nothing says on which day the clock shows this time", "未写明是哪一天的这个时间"),
                Say::new("write the day, as in `09:30 on period.end`", "请写明日期，如 `本期.结束 的 09:30`"),
            );
            return Typed::poison(time.at);
        }
        let day = Expr::Day(env.scope());
        Typed::known(Expr::OnDay(Box::new(day), Box::new(time.expr)), Type::Moment, time.at)
    }
}

/// The beginning of a day.
pub(super) fn beginning(day: Expr) -> Expr {
    Expr::OnDay(Box::new(day), Box::new(Expr::Value(Scalar::Time(NaiveTime::MIN))))
}
