//! `from D`, `in the third week`, `in the fourth quarter`, `in june`: a part of the period as a first and a last day.

use super::Lower;
use super::env::{Env, This};
use super::expr::all;
use super::ty::Ty;
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Op, Pattern, Period, Scope};
use crate::model::norm::Deadline;
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::syntax::tree::{During, Node};

impl<'t> Lower<'t> {
    /// The condition that a record is not too early, and by when it must be there, where that is said too.
    pub(super) fn during(&mut self, env: &Env, during: &'t Node<During>) -> Option<(Expr, Option<Deadline>)> {
        let (from, by) = match &during.value {
            During::From(start) => {
                let start = self.date_or_moment(env, start);
                let own = if start.ty == Ty::Is(Type::Date) { Expr::Day(Scope::Counted) } else { Expr::At(Scope::Counted) };
                return Some((not_before(own, start.expr), None));
            }
            // The n-th seven days of the month: a drafter who means calendar weeks writes a reading.
            During::Week(n) => {
                self.part_of(env, during, Period::Month)?;
                let day = |n: u32| shifted(Expr::PeriodStart, i64::from(n));
                (day(n * 7 - 7), day(n * 7 - 1))
            }
            During::Quarter(n) => {
                self.part_of(env, during, Period::Year)?;
                (Expr::MonthDay(n * 3 - 2, 1), last_of(n * 3))
            }
            During::Month(month) => {
                self.part_of(env, during, Period::Year)?;
                (Expr::MonthDay(*month, 1), last_of(*month))
            }
        };
        Some((not_before(Expr::Day(Scope::Counted), from), Some(Deadline::By(by))))
    }

    /// A part belongs to a whole: the occasion's period must be one.
    fn part_of(&mut self, env: &Env, during: &Node<During>, whole: Period) -> Option<()> {
        if matches!(&env.this, This::Period(_, every) if every.unit == whole && every.count == 1 && every.weekday.is_none() && !every.working) {
            return Some(());
        }
        if !matches!(env.this, This::Unknown) {
            let month = whole == Period::Month;
            let say = if month { ("a week of the month belongs to `every month`", "第几周只能用于 `每月`") } else { ("a quarter or month belongs to `every year`", "季度或月份只能用于 `每年`") };
            self.error(
                "bad-rhythm",
                env.at(during.span),
                Say::new(say.0, say.1),
                Say::new("say the days instead, as in `from 12-13 by 12-18`", "也可写明日期，如 `自 12-13 起 不迟于 12-18`"),
            );
        }
        None
    }
}

fn not_before(own: Expr, start: Expr) -> Expr {
    Expr::Compare(Op::Ge, Box::new(own), Box::new(start))
}

/// The pattern with one more condition.
pub(super) fn narrowed(pattern: &Pattern, condition: &Expr) -> Pattern {
    let filter = all(pattern.filter.iter().chain([condition]).cloned());
    Pattern { filter, ..pattern.clone() }
}

/// The last day of a month, the 29th of February in its years.
fn last_of(month: u32) -> Expr {
    match month {
        2 => shifted(Expr::MonthDay(3, 1), -1),
        4 | 6 | 9 | 11 => Expr::MonthDay(month, 30),
        _ => Expr::MonthDay(month, 31),
    }
}

fn shifted(day: Expr, by: i64) -> Expr {
    let days = Expr::Value(Scalar::Quantity(Number::whole(by), Unit::Days));
    if by == 0 { day } else { Expr::Shift(Box::new(day), Box::new(days)) }
}
