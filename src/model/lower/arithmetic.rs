//! Sums, products, quotients; moving dates; days between dates.

use super::env::Env;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Op};
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::syntax::tree::{self, Expr as Tree, Node};

impl<'t> Lower<'t> {
    pub(super) fn opposite(&mut self, env: &Env, inner: &'t Node<Tree>, at: At) -> Typed {
        let value = self.expr(env, inner, None);
        if value.ty.unit().is_none() {
            return self.not_a_number(&value);
        }
        Typed::new(minus(value.expr), value.ty, at)
    }

    /// `a + b` or `a - b`: quantities of one unit, or a date moved by a length.
    pub(super) fn sum(&mut self, env: &Env, a: &'t Node<Tree>, b: &'t Node<Tree>, minus_b: bool, at: At) -> Typed {
        let a = self.expr(env, a, None);
        let b = self.expr(env, b, a.ty.unit().map(|_| &a.ty));
        if a.is_poison() || b.is_poison() {
            return self.either_type(a, b, at);
        }
        if a.ty.is_when() {
            return self.shift(a, b, minus_b, at);
        }
        if a.ty.unit().is_none() || b.ty.unit().is_none() {
            let wrong = if a.ty.unit().is_none() { &a } else { &b };
            return self.not_a_number(wrong);
        }
        let (a, b) = super::compare::percent_of_both(a, b);
        let exact = a.ty.unit() == b.ty.unit() && (a.ty == Ty::Bare) == (b.ty == Ty::Bare);
        if !exact && a.ty.unit() != b.ty.unit() {
            self.differ(&a, &b);
            return Typed::poison(at);
        }
        let ty = if a.ty == Ty::Bare { b.ty } else { a.ty };
        let (a, b) = (Box::new(a.expr), Box::new(b.expr));
        Typed::new(if minus_b { Expr::Sub(a, b) } else { Expr::Add(a, b) }, ty, at)
    }

    /// A date or moment moved by a length.
    fn shift(&mut self, date: Typed, length: Typed, back: bool, at: At) -> Typed {
        match length.ty.unit() {
            Some(Unit::Days | Unit::Months | Unit::Years | Unit::Hours | Unit::Minutes) => {}
            Some(Unit::WorkingDays) if self.has_calendar(at) => {}
            Some(Unit::WorkingDays) => return Typed::poison(at),
            _ => {
                let say = length.ty.say();
                self.error(
                    "type-mismatch",
                    length.at,
                    Say::new(format!("a date is moved by a length of time, but this is {}", say.en), format!("日期只能按时长推移，但这是{}", say.zh)),
                    Say::new("write for instance `day + 3 days`; for the time between two dates `days from A to B`", "例如 `day + 3 天`；两日之间用 `天数 自 A 至 B`"),
                );
                return Typed::poison(at);
            }
        }
        // Hours are counted from the beginning of a day.
        let by_the_clock = matches!(length.ty.unit(), Some(Unit::Hours | Unit::Minutes)) && date.ty == Ty::Is(Type::Date);
        let (start, ty) = if by_the_clock { (super::clock::beginning(date.expr), Ty::Is(Type::Moment)) } else { (date.expr, date.ty) };
        let length = if back { minus(length.expr) } else { length.expr };
        Typed::new(Expr::Shift(Box::new(start), Box::new(length)), ty, at)
    }

    /// Has the regulation of this text a calendar? If not, it is told.
    pub(super) fn has_calendar(&mut self, at: At) -> bool {
        let regulation = self.regulation_of(at.0).and_then(|name| self.model.regulation(name));
        // Measures in shared texts are worked out under the regulation that uses them.
        let found = regulation.is_none_or(|regulation| regulation.calendar.is_some());
        // One that is named and not known is told in the header.
        let named = self.regulation_of(at.0).is_some_and(|name| self.is_poisoned("calendar", name));
        if !found && !named {
            self.error(
                "no-calendar",
                at,
                Say::new("working days are counted, but the regulation names no calendar", "要数工作日，但规章没有指明日历"),
                Say::new("write `calendar NAME` in the regulation's header", "请在规章开头写明 `日历 名称`"),
            );
        }
        found
    }

    pub(super) fn product(&mut self, env: &Env, a: &'t Node<Tree>, b: &'t Node<Tree>, at: At) -> Typed {
        let (a, b) = (self.expr(env, a, None), self.expr(env, b, None));
        self.times(a, b, at)
    }

    /// `a × b`: at most one has a unit.
    pub(super) fn times(&mut self, a: Typed, b: Typed, at: At) -> Typed {
        if a.is_poison() || b.is_poison() {
            return Typed::poison(at);
        }
        let (Some(one), Some(other)) = (a.ty.unit(), b.ty.unit()) else {
            let wrong = if a.ty.unit().is_none() { &a } else { &b };
            return self.not_a_number(wrong);
        };
        // A percentage that multiplies is a fraction.
        let (a, one) = if one == Unit::Percent { (fraction(a), Unit::One) } else { (a, one) };
        let (b, other) = if other == Unit::Percent { (fraction(b), Unit::One) } else { (b, other) };
        if one != Unit::One && other != Unit::One {
            let (one, other) = (a.ty.say(), b.ty.say());
            self.error2(
                "unit-mismatch",
                Say::new(format!("{} times {} has no meaning", one.en, other.en), format!("{}不能乘以{}", one.zh, other.zh)),
                (a.at, one),
                (b.at, other),
                Say::new(
                    "one of the two must be a plain number or a percentage: divide it by its unit, as in `days / 1 day`",
                    "其中之一须为数或百分比：可除以其单位，如 `时长 ÷ 1 天`",
                ),
            );
            return Typed::poison(at);
        }
        let ty = match (&a.ty, &b.ty) {
            (Ty::Bare, Ty::Bare) => Ty::Bare,
            (Ty::Bare, ty) | (ty, Ty::Bare) => ty.clone(),
            _ if one == Unit::One => Ty::quantity(other),
            _ => Ty::quantity(one),
        };
        Typed::new(Expr::Mul(Box::new(a.expr), Box::new(b.expr)), ty, at)
    }

    pub(super) fn quotient(&mut self, env: &Env, a: &'t Node<Tree>, b: &'t Node<Tree>, at: At) -> Typed {
        let (a, b) = (self.expr(env, a, None), self.expr(env, b, None));
        if a.is_poison() || b.is_poison() {
            return Typed::poison(at);
        }
        let (Some(one), Some(other)) = (a.ty.unit(), b.ty.unit()) else {
            let wrong = if a.ty.unit().is_none() { &a } else { &b };
            return self.not_a_number(wrong);
        };
        let ty = if one == other {
            Ty::ONE
        } else if other == Unit::One {
            a.ty.clone()
        } else {
            self.differ(&a, &b);
            return Typed::poison(at);
        };
        Typed::new(Expr::Div(Box::new(a.expr), Box::new(b.expr)), ty, at)
    }

    /// `days from A to B`.
    pub(super) fn between(&mut self, env: &Env, unit: &Node<tree::Unit>, from: &'t Node<Tree>, to: &'t Node<Tree>, at: At) -> Typed {
        let (from, to) = (self.when(env, from), self.when(env, to));
        let unit = match self.unit(env.at(unit.span), &unit.value) {
            Some((unit, factor)) if is_length(&unit) && factor == Number::whole(1) => unit,
            Some(_) => {
                self.error(
                    "unit-mismatch",
                    env.at(unit.span),
                    Say::new("the time between two dates is not counted in this unit", "两日之间不能以此单位计"),
                    Say::new("use days, working days, months, years, hours or minutes", "请用天、工作日、月、年、小时或分钟"),
                );
                return Typed::poison(at);
            }
            None => return Typed::poison(at),
        };
        if unit == Unit::WorkingDays && !self.has_calendar(at) {
            return Typed::poison(at);
        }
        Typed::new(Expr::Between(unit.clone(), Box::new(from), Box::new(to)), Ty::quantity(unit), at)
    }
}

impl<'t> Lower<'t> {
    /// `X is a working day`: one working day ends with it; `X is a day off`: none does.
    pub(super) fn worked(&mut self, env: &Env, day: &'t Node<Tree>, worked: bool, at: At) -> Typed {
        let day = self.when(env, day);
        if !self.has_calendar(at) {
            return Typed::poison(at);
        }
        let of = |n, unit| Box::new(Expr::Value(Scalar::Quantity(Number::whole(n), unit)));
        let before = Expr::Shift(Box::new(day.clone()), of(-1, Unit::Days));
        let days = Expr::Between(Unit::WorkingDays, Box::new(before), Box::new(day));
        Typed::known(Expr::Compare(Op::Eq, Box::new(days), of(i64::from(worked), Unit::WorkingDays)), Type::Bool, at)
    }
}

/// Units of time.
pub(super) fn is_length(unit: &Unit) -> bool {
    matches!(unit, Unit::Days | Unit::WorkingDays | Unit::Months | Unit::Years | Unit::Hours | Unit::Minutes)
}

/// The opposite; of a constant, the constant.
pub(super) fn minus(expr: Expr) -> Expr {
    match expr {
        Expr::Value(Scalar::Quantity(number, unit)) => match Number::whole(0).minus(number) {
            Some(opposite) => Expr::Value(Scalar::Quantity(opposite, unit)),
            None => Expr::Neg(Box::new(Expr::Value(Scalar::Quantity(number, unit)))),
        },
        Expr::Neg(inner) => *inner,
        other => Expr::Neg(Box::new(other)),
    }
}

/// A percentage as a plain number.
fn fraction(percent: Typed) -> Typed {
    let hundred = Number::whole(100);
    let expr = match percent.expr {
        Expr::Value(Scalar::Quantity(number, Unit::Percent)) => {
            Expr::Value(Scalar::Quantity(number.over(hundred).unwrap_or(number), Unit::One))
        }
        other => Expr::Div(Box::new(other), Box::new(Expr::Value(Scalar::Quantity(hundred, Unit::Percent)))),
    };
    Typed { expr, ty: Ty::Is(Type::Quantity(Unit::One)), at: percent.at }
}
