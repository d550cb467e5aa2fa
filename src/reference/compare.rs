//! Comparisons, and the logic of yes, no and faults (§3).

use super::judge::Judge;
use super::value::{Key, Linear, Opaque, Val, words};
use super::verdict::Cause;
use crate::model::expr::{Expr, Op};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::records::At;
use std::cmp::Ordering;
use std::sync::Arc;

/// All hold: false if one is false, else faulty if one is, else true.
pub(super) fn all(values: &[Val]) -> Val {
    connect(values, false)
}

/// One holds.
pub(super) fn any(values: &[Val]) -> Val {
    connect(values, true)
}

/// `decisive` in one of them settles it.
fn connect(values: &[Val], decisive: bool) -> Val {
    if values.iter().any(|value| value.as_bool() == Some(decisive)) {
        return Val::bool(decisive);
    }
    values.iter().find_map(not_bool).unwrap_or(Val::bool(!decisive))
}

pub(super) fn not(value: &Val) -> Val {
    value.as_bool().map(|value| Val::bool(!value)).or_else(|| not_bool(value)).unwrap_or(Val::bool(false))
}

/// The fault of a value where yes or no is needed.
fn not_bool(value: &Val) -> Option<Val> {
    match value {
        Val::Known(Scalar::Bool(_)) => None,
        Val::Fault(_) => Some(value.clone()),
        Val::Blank => Some(Val::Fault(Cause::Blank { what: "condition".to_owned() })),
        _ => Some(Val::fault("no_condition")),
    }
}

/// What a blank operand is called: the field, attribute or event that was asked for.
pub(super) fn what(expr: &Expr) -> String {
    match expr {
        Expr::Field(_, name) | Expr::Fact(_, _, name) | Expr::Parameter(name) | Expr::Judged(name, _) => name.clone(),
        Expr::Decided(norm, slot) | Expr::DecidedOf(norm, slot, ..) => format!("{norm}.{slot}"),
        Expr::Stay(stay) => stay.state.clone(),
        Expr::Measure(measure) => measure.name.clone().unwrap_or_else(|| measure.pattern.events.join(", ")),
        other => crate::model::walk::operands(other).first().map(|part| what(part)).unwrap_or_default(),
    }
}

impl Judge<'_, '_> {
    /// `a op b`. The expressions name what is blank.
    pub(super) fn compare(&mut self, op: Op, a: (&Val, &Expr), b: (&Val, &Expr)) -> Val {
        let equality = matches!(op, Op::Eq | Op::Ne);
        match (a.0, b.0) {
            (Val::Fault(cause), _) | (_, Val::Fault(cause)) => Val::Fault(cause.clone()),
            (Val::Blank, Val::Blank) if equality => Val::bool(op == Op::Eq),
            (Val::Blank, _) | (_, Val::Blank) if equality => Val::bool(op == Op::Ne),
            (Val::Blank, _) => Val::Fault(Cause::Blank { what: what(a.1) }),
            (_, Val::Blank) => Val::Fault(Cause::Blank { what: what(b.1) }),
            (Val::Known(x), Val::Known(y)) if x.is_scalar_pair(y) => self.known(op, x, y),
            _ => match (a.0.linear(), b.0.linear()) {
                (Some(x), Some(y)) => self.linear(op, x, y),
                _ => self.opaque(op, a.0, b.0),
            },
        }
    }

    /// The later or the earlier of two times (§3): a date counts as its end; the earlier leaves out what is blank.
    pub(super) fn later(&mut self, later: bool, (x, a): (Val, &Expr), (y, b): (Val, &Expr)) -> Val {
        let nothing = |value: &Val| matches!(value, Val::Blank | Val::Fault(Cause::Blank { .. }));
        match (&x, &y) {
            (one, _) if nothing(one) => return if later { x } else { y },
            (_, other) if nothing(other) => return if later { y } else { x },
            (Val::Fault(_), _) => return x,
            (_, Val::Fault(_)) => return y,
            _ => {}
        }
        let first = match (x.as_at(), y.as_at()) {
            (Some(x), Some(y)) => is_later(x, y, |at| self.rules.day(at)) == later,
            _ => self.compare(if later { Op::Ge } else { Op::Le }, (&x, a), (&y, b)).as_bool() == Some(true),
        };
        if first { x } else { y }
    }

    fn linear(&mut self, op: Op, a: Linear, b: Linear) -> Val {
        let hundred = Number::whole(100);
        let (a, b) = match (&a.unit, &b.unit) {
            (Unit::One, Unit::Percent) => (a.times(hundred), Some(b)),
            (Unit::Percent, Unit::One) => (Some(a), b.times(hundred)),
            _ => (Some(a), Some(b)),
        };
        let difference = a.zip(b).and_then(|(a, b)| a.plus(&b, Number::whole(-1)));
        difference.and_then(|form| self.world.holds(op, &form)).map_or_else(|| Val::fault("overflow"), Val::bool)
    }

    fn known(&mut self, op: Op, a: &Scalar, b: &Scalar) -> Val {
        match self.order_of(a, b) {
            Some(order) => Val::bool(op.holds(order)),
            None => Val::bool(op.holds(if a == b { Ordering::Equal } else { Ordering::Less })),
        }
    }

    /// The order of two known values of one type; a date and a moment are compared as days.
    fn order_of(&self, a: &Scalar, b: &Scalar) -> Option<Ordering> {
        match (a, b) {
            (Scalar::Moment(a), Scalar::Moment(b)) => Some(a.cmp(b)),
            (Scalar::Date(_) | Scalar::Moment(_), Scalar::Date(_) | Scalar::Moment(_)) => {
                let day = |scalar: &Scalar| Val::Known(scalar.clone()).as_at().map(|at| self.rules.day(at));
                Some(day(a)?.cmp(&day(b)?))
            }
            (Scalar::Time(a), Scalar::Time(b)) => Some(a.cmp(b)),
            (Scalar::Kind(kind, a), Scalar::Kind(_, b)) => {
                let kind = self.known.model.kind(kind)?;
                Some(kind.rank(a)?.cmp(&kind.rank(b)?))
            }
            // An attestation names people by their id alone.
            (Scalar::Ref(_, a) | Scalar::Text(a), Scalar::Ref(_, b) | Scalar::Text(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// A comparison with an open value that is no quantity: both ways, the same each time.
    fn opaque(&mut self, op: Op, a: &Val, b: &Val) -> Val {
        let (a, b) = (self.settled(a), self.settled(b));
        if let (Val::Known(x), Val::Known(y)) = (&a, &b) {
            return self.known(op, x, y);
        }
        if a == b {
            return Val::bool(op.holds(Ordering::Equal));
        }
        let (first, second, op) = if a.name() <= b.name() { (&a, &b, op) } else { (&b, &a, op.mirrored()) };
        let mut causes: Vec<Cause> = [first, second].into_iter().flat_map(|value| self.causes_of(value)).collect();
        causes.sort();
        causes.dedup();
        let (one, other) = (first.name(), second.name());
        if matches!(op, Op::Eq | Op::Ne) {
            let key: Key = Arc::from(format!("{one} = {other}"));
            let equal = self.world.pick(&key, &causes, &[format!("= {}", told(second, first)), format!("!= {}", told(second, first))]) == 0;
            if equal {
                self.remember_equal(first, second);
            }
            return Val::bool(equal == (op == Op::Eq));
        }
        let key: Key = Arc::from(format!("{one} ? {other}"));
        let options = ["<", "=", ">"].map(|sign| format!("{sign} {}", told(second, first)));
        let order = self.world.pick(&key, &causes, &options).cmp(&1);
        Val::bool(op.holds(order))
    }

    /// What an open value was taken to equal in this world.
    fn settled(&mut self, value: &Val) -> Val {
        match value {
            Val::Opaque(Opaque { key, .. }) => self.world.equal(key).map_or_else(|| value.clone(), Val::Known),
            _ => value.clone(),
        }
    }

    fn remember_equal(&mut self, a: &Val, b: &Val) {
        if let (Val::Opaque(Opaque { key, .. }), Val::Known(known)) | (Val::Known(known), Val::Opaque(Opaque { key, .. })) = (a, b) {
            self.world.set_equal(key, known.clone());
        }
    }

    /// The record says the day and not the hour: whether it was before or after a moment of that day is open (§3).
    pub(super) fn compare_times(&mut self, op: Op, a: (&Val, &Expr), b: (&Val, &Expr)) -> Val {
        let (Some(x), Some(y)) = (a.0.as_at(), b.0.as_at()) else { return self.compare(op, a, b) };
        let vague = |at: At, expr: &Expr| matches!(at, At::Date(_)) && is_time_of_record(expr);
        let unclear = match (x, y) {
            (At::Date(_), At::Moment(_)) => vague(x, a.1),
            (At::Moment(_), At::Date(_)) => vague(y, b.1),
            _ => false,
        };
        if !unclear || self.rules.day(x) != self.rules.day(y) {
            return self.compare(op, a, b);
        }
        let name = |value: &Val| if let Val::Known(scalar) = value { words(scalar) } else { String::new() };
        let record = self.occasion.name(self.known);
        let causes = [Cause::MissingField { record, field: "at".to_owned() }];
        let key: Key = Arc::from(format!("time {} ? {}", name(a.0), name(b.0)));
        let options = ["<", "=", ">"].map(|sign| format!("{sign} {}", name(b.0)));
        let order = self.world.pick(&key, &causes, &options).cmp(&1);
        Val::bool(op.holds(order))
    }

    /// Why a value is open.
    pub(super) fn causes_of(&mut self, value: &Val) -> Vec<Cause> {
        match value {
            Val::Linear(linear) => self.world.causes(linear),
            Val::Opaque(opaque) => opaque.causes.clone(),
            Val::Fault(cause) => vec![cause.clone()],
            Val::Known(_) | Val::Blank => Vec::new(),
        }
    }
}

/// Does the first come after the other, a date as its end? Not where both are the same.
pub(super) fn is_later(one: At, other: At, day: impl Fn(At) -> chrono::NaiveDate) -> bool {
    match (one, other) {
        (At::Moment(one), At::Moment(other)) => one > other,
        _ if day(one) != day(other) => day(one) > day(other),
        _ => matches!((one, other), (At::Date(_), At::Moment(_))),
    }
}

/// The side that is known, in words.
fn told(a: &Val, b: &Val) -> String {
    match (a, b) {
        (Val::Known(scalar), _) | (_, Val::Known(scalar)) => words(scalar),
        _ => "the other".to_owned(),
    }
}

/// When a record happened, as the record itself says it.
fn is_time_of_record(expr: &Expr) -> bool {
    match expr {
        Expr::At(_) => true,
        Expr::Measure(measure) => matches!(measure.of, Some(Expr::At(_))),
        _ => false,
    }
}

/// Two known values that are not both quantities.
trait ScalarPair {
    fn is_scalar_pair(&self, other: &Self) -> bool;
}

impl ScalarPair for Scalar {
    fn is_scalar_pair(&self, other: &Self) -> bool {
        !matches!((self, other), (Self::Quantity(..), Self::Quantity(..)))
    }
}
