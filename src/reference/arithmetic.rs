//! Exact arithmetic on quantities, dates and moments (§3). An overflow, a division by zero, a blank is a fault, never a number.

use super::compare::what;
use super::judge::Judge;
use super::rules::Lost;
use super::value::{Linear, Val};
use super::verdict::Cause;
use crate::model::expr::{Expr, Rounding};
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::records::At;

/// An operand's fault: its own, or that it is blank.
fn fault_of(value: &Val, expr: &Expr) -> Option<Val> {
    match value {
        Val::Fault(_) => Some(value.clone()),
        Val::Blank => Some(Val::Fault(Cause::Blank { what: what(expr) })),
        _ => None,
    }
}

fn or_overflow(linear: Option<Linear>) -> Val {
    linear.map_or_else(|| Val::fault("overflow"), Linear::value)
}

/// Rounded to a multiple of `step`; none on overflow.
pub(super) fn rounded(mode: Rounding, number: Number, step: Number) -> Option<Number> {
    let ratio = number.over(step)?;
    let floor = ratio.floor();
    let rest = ratio.minus(floor)?;
    let half = Number::whole(1).over(Number::whole(2))?;
    let up = match mode {
        Rounding::Down => !rest.is_zero() && number < Number::whole(0),
        Rounding::Up => !rest.is_zero() && number > Number::whole(0),
        // Half-up is away from zero: −2.5 becomes −3.
        Rounding::HalfUp => rest > half || (rest == half && number > Number::whole(0)),
        Rounding::HalfEven => rest > half || (rest == half && floor.as_whole().is_none_or(|n| n % 2 != 0)),
    };
    let whole = if up { floor.plus(Number::whole(1))? } else { floor };
    whole.times(step)
}

impl Judge<'_, '_> {
    /// `a + sign × b`.
    pub(super) fn add(&mut self, a: &Val, b: &Val, sign: i64, exprs: (&Expr, &Expr)) -> Val {
        if let Some(fault) = fault_of(a, exprs.0).or_else(|| fault_of(b, exprs.1)) {
            return fault;
        }
        match (a.linear(), b.linear()) {
            (Some(x), Some(y)) if x.unit == y.unit => or_overflow(x.plus(&y, Number::whole(sign))),
            _ => Val::fault("unit"),
        }
    }

    /// `factor × value`.
    pub(super) fn scaled(&mut self, value: &Val, factor: Number, expr: &Expr) -> Val {
        if let Some(fault) = fault_of(value, expr) {
            return fault;
        }
        value.linear().map_or_else(|| Val::fault("unit"), |linear| or_overflow(linear.times(factor)))
    }

    /// A product: at most one side has a unit; a percentage that multiplies anything but 1 is a fraction.
    pub(super) fn multiply(&mut self, a: &Val, b: &Val, exprs: (&Expr, &Expr)) -> Val {
        if let Some(fault) = fault_of(a, exprs.0).or_else(|| fault_of(b, exprs.1)) {
            return fault;
        }
        let (Some(x), Some(y)) = (a.linear(), b.linear()) else { return Val::fault("unit") };
        let hundredth = Number::whole(1).over(Number::whole(100)).unwrap_or(Number::whole(0));
        let (unit, factor) = match (&x.unit, &y.unit) {
            (Unit::One, unit) | (unit, Unit::One) => (unit.clone(), Number::whole(1)),
            (Unit::Percent, unit) | (unit, Unit::Percent) => (unit.clone(), hundredth),
            _ => return Val::fault("unit"),
        };
        let product = match (x.terms.is_empty(), y.terms.is_empty()) {
            (_, true) => x.times(y.constant),
            (true, _) => y.times(x.constant),
            _ => {
                let interval = self.world.bounds(&x).product(&self.world.bounds(&y)).times(factor);
                return self.derived_within("product", &Type::Quantity(unit), &[a, b], interval);
            }
        };
        or_overflow(product.and_then(|form| form.times(factor)).map(|form| Linear { unit, ..form }))
    }

    /// A quotient: the same unit gives a plain number, a plain divisor keeps the unit.
    pub(super) fn divide(&mut self, a: &Val, b: &Val, exprs: (&Expr, &Expr)) -> Val {
        if let Some(fault) = fault_of(a, exprs.0).or_else(|| fault_of(b, exprs.1)) {
            return fault;
        }
        let (Some(x), Some(y)) = (a.linear(), b.linear()) else { return Val::fault("unit") };
        let unit = if x.unit == y.unit {
            Unit::One
        } else if y.unit == Unit::One {
            x.unit.clone()
        } else {
            return Val::fault("unit");
        };
        if !y.terms.is_empty() {
            if self.world.holds(crate::model::expr::Op::Eq, &y).unwrap_or(true) {
                return Val::fault("division_by_zero");
            }
            let interval = self.world.bounds(&x).product(&self.world.bounds(&y).inverse());
            return self.derived_within("quotient", &Type::Quantity(unit), &[a, b], interval);
        }
        if y.constant.is_zero() {
            return Val::fault("division_by_zero");
        }
        let inverse = Number::whole(1).over(y.constant);
        or_overflow(inverse.and_then(|inverse| x.times(inverse)).map(|form| Linear { unit, ..form }))
    }

    pub(super) fn round(&mut self, mode: Rounding, value: &Val, step: Number, expr: &Expr) -> Val {
        if let Some(fault) = fault_of(value, expr) {
            return fault;
        }
        match value {
            Val::Known(Scalar::Quantity(number, unit)) => {
                rounded(mode, *number, step).map_or_else(|| Val::fault("overflow"), |number| Val::number(number, unit.clone()))
            }
            Val::Linear(linear) => {
                let ty = Self::quantity(&linear.unit);
                let (low, high) = self.world.bounds(linear).ends();
                // Rounding never turns less into more.
                let end = |end: Option<Number>| end.and_then(|end| rounded(mode, end, step));
                let within = super::interval::Interval::closed(end(low), end(high));
                self.derived_within(&format!("rounded {mode:?} {step}"), &ty, &[value], within)
            }
            _ => Val::fault("unit"),
        }
    }

    /// The time from the first to the second.
    pub(super) fn between(&mut self, unit: &Unit, a: (&Val, &Expr), b: (&Val, &Expr)) -> Val {
        if let Some(fault) = fault_of(a.0, a.1).or_else(|| fault_of(b.0, b.1)) {
            return fault;
        }
        let (Some(from), Some(to)) = (a.0.as_at(), b.0.as_at()) else {
            return self.derived(&format!("{unit:?} between"), &Self::quantity(unit), &[a.0, b.0]);
        };
        let (first, last) = (self.rules.day(from), self.rules.day(to));
        let whole = |n: i64| Val::number(Number::whole(n), unit.clone());
        match unit {
            Unit::WorkingDays => match self.rules.working_days(first, last) {
                Ok(n) => {
                    self.tell_days(from, to, true, n, false);
                    whole(n)
                }
                Err(lost) => self.lost(lost, &Self::quantity(unit), &format!("working days {first} {last}")),
            },
            Unit::Months => whole(self.rules.months_between(first, last)),
            Unit::Years => whole(self.rules.months_between(first, last) / 12),
            Unit::Hours | Unit::Minutes => self.exactly_between(unit, from, to),
            _ => whole((last - first).num_days()),
        }
    }

    /// Exact hours or minutes; with a side that is only a day, open.
    fn exactly_between(&mut self, unit: &Unit, from: At, to: At) -> Val {
        let (At::Moment(from), At::Moment(to)) = (from, to) else {
            let record = self.occasion.name(self.known);
            let causes = vec![Cause::MissingField { record, field: "at".to_owned() }];
            let key = format!("{unit:?} between {from:?} {to:?}");
            return self.open(&key, &Self::quantity(unit), super::interval::Interval::ALL, causes);
        };
        let seconds = if *unit == Unit::Hours { 3600 } else { 60 };
        let nanos = (to - from).num_nanoseconds().map(Number::whole);
        let exact = nanos.and_then(|n| n.over(Number::whole(1_000_000_000))).and_then(|n| n.over(Number::whole(seconds)));
        exact.map_or_else(|| Val::fault("overflow"), |n| Val::number(n, unit.clone()))
    }

    /// A date or moment moved by a length.
    pub(super) fn shift(&mut self, at: (&Val, &Expr), by: (&Val, &Expr)) -> Val {
        if let Some(fault) = fault_of(at.0, at.1).or_else(|| fault_of(by.0, by.1)) {
            return fault;
        }
        match (at.0.as_at(), by.0) {
            (Some(at), Val::Known(Scalar::Quantity(number, unit))) => self.shifted(at, *number, unit),
            _ => self.derived("moved", &Type::Date, &[at.0, by.0]),
        }
    }

    pub(super) fn shifted(&mut self, at: At, number: Number, unit: &Unit) -> Val {
        let by = if *unit == Unit::Hours { number.times(Number::whole(60)) } else { Some(number) };
        let unit = if *unit == Unit::Hours { &Unit::Minutes } else { unit };
        if by.is_some_and(|by| by.as_whole().is_none()) {
            return Val::fault("part_of_a_day");
        }
        let Some(by) = by.and_then(Number::as_whole).and_then(|n| i64::try_from(n).ok()) else { return Val::fault("no_such_day") };
        match (self.rules.shift(at, by, unit), at) {
            (Ok(end), _) => {
                self.tell_days(at, end, *unit == Unit::WorkingDays, by, true);
                Val::at(end)
            }
            (Err(Lost::NoSuchDay), At::Date(_)) if matches!(unit, Unit::Minutes) => {
                let causes = vec![Cause::MissingField { record: self.occasion.name(self.known), field: "at".to_owned() }];
                self.open(&format!("{at:?} moved by {by} minutes"), &Type::Moment, super::interval::Interval::ALL, causes)
            }
            (Err(lost), _) => self.lost(lost, &Type::Date, &format!("{at:?} moved by {by} {unit:?}")),
        }
    }

    /// What comes of a day that is not there, or whose class nobody knows.
    fn lost(&mut self, lost: Lost, ty: &Type, key: &str) -> Val {
        match lost {
            Lost::NoSuchDay => Val::fault("no_such_day"),
            Lost::Unknown(day) => self.open(key, ty, super::interval::Interval::ALL, vec![Cause::CalendarUnknown { day }]),
        }
    }
}
