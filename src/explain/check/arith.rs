//! Arithmetic on values, after `docs/semantics.md` §3.

use crate::model::expr::{Expr, Rounding};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::reference::derivation::Value;
use crate::reference::verdict::Cause;
use std::cmp::Ordering;

/// A yes/no value.
pub(super) fn yes(yes: bool) -> Value {
    Value::Known(Scalar::Bool(yes))
}

/// Open, with nothing known about it.
pub(super) fn open() -> Value {
    Value::Open { low: None, high: None, causes: Vec::new() }
}

/// A fault; which one does not matter to the checker.
pub(super) fn fault(name: &str) -> Value {
    Value::Fault(Cause::Fault { fault: name.to_owned() })
}

/// Lowest and highest possible value of a quantity; none for what is no quantity.
pub(super) fn bounds(value: &Value) -> Option<(Option<Number>, Option<Number>)> {
    match value {
        Value::Known(Scalar::Quantity(n, _)) => Some((Some(*n), Some(*n))),
        Value::Open { low, high, .. } => Some((*low, *high)),
        _ => None,
    }
}

/// Arithmetic; none for any other expression.
pub(super) fn operate(expr: &Expr, parts: &[Value]) -> Option<Value> {
    match (expr, parts) {
        (Expr::Add(..), [a, b]) => Some(arithmetic(a, b, same_unit, Number::plus)),
        (Expr::Sub(..), [a, b]) => Some(arithmetic(a, b, same_unit, Number::minus)),
        (Expr::Mul(..), [a @ Value::Open { .. }, b]) | (Expr::Mul(..), [a, b @ Value::Open { .. }]) if bounds(a).is_some() && bounds(b).is_some() => Some(product(a, b)),
        (Expr::Mul(..), [a, b]) => Some(arithmetic(&fraction(a, b), &fraction(b, a), product_unit, Number::times)),
        (Expr::Div(..), [_, b]) if is_zero(b) => Some(fault("division_by_zero")),
        (Expr::Div(..), [a, b]) => Some(arithmetic(a, &fraction(b, a), quotient_unit, Number::over)),
        (Expr::Neg(_), [a]) => Some(negate(a)),
        (Expr::Round(mode, _, step), [a]) => Some(match a {
            Value::Known(Scalar::Quantity(n, unit)) => quantity(round(*n, *mode, *step), unit.clone()),
            other => not_known(other),
        }),
        _ => None,
    }
}

/// A product with an open factor lies between the products of the ends; where an end is missing, it is enough that nothing is negative.
fn product(a: &Value, b: &Value) -> Value {
    let is_percent = |value: &Value| matches!(value, Value::Known(Scalar::Quantity(_, Unit::Percent)));
    let (Some((a_low, a_high)), Some((b_low, b_high)), false) = (bounds(a), bounds(b), is_percent(a) || is_percent(b)) else { return open() };
    let zero = Number::whole(0);
    let times = |a: Option<Number>, b: Option<Number>| a?.times(b?);
    let ends: Option<Vec<Number>> = [(a_low, b_low), (a_low, b_high), (a_high, b_low), (a_high, b_high)].map(|(a, b)| times(a, b)).into_iter().collect();
    let (low, high) = match ends {
        Some(ends) => (ends.iter().min().copied(), ends.iter().max().copied()),
        None if a_low.is_some_and(|low| low >= zero) && b_low.is_some_and(|low| low >= zero) => (times(a_low, b_low), times(a_high, b_high)),
        None => (None, None),
    };
    Value::Open { low, high, causes: Vec::new() }
}

fn is_zero(value: &Value) -> bool {
    matches!(value, Value::Known(Scalar::Quantity(n, _)) if n.is_zero())
}

/// A percentage that multiplies or divides what has another unit is a plain fraction; a plain number of percentages stays one.
fn fraction(value: &Value, other: &Value) -> Value {
    match (value, other) {
        (Value::Known(Scalar::Quantity(_, Unit::Percent)), Value::Known(Scalar::Quantity(_, Unit::Percent | Unit::One))) => value.clone(),
        (Value::Known(Scalar::Quantity(n, Unit::Percent)), _) => n.over(Number::whole(100)).map_or_else(|| fault("overflow"), |n| quantity(Some(n), Unit::One)),
        _ => value.clone(),
    }
}

fn same_unit(a: &Unit, b: &Unit) -> Option<Unit> {
    (a == b).then(|| a.clone())
}

fn product_unit(a: &Unit, b: &Unit) -> Option<Unit> {
    match (a, b) {
        (Unit::One, other) | (other, Unit::One) => Some(other.clone()),
        _ => None,
    }
}

fn quotient_unit(a: &Unit, b: &Unit) -> Option<Unit> {
    match (a, b) {
        (a, b) if a == b => Some(Unit::One),
        (a, Unit::One) => Some(a.clone()),
        _ => None,
    }
}

fn arithmetic(a: &Value, b: &Value, unit: fn(&Unit, &Unit) -> Option<Unit>, number: fn(Number, Number) -> Option<Number>) -> Value {
    match (a, b) {
        (Value::Known(Scalar::Quantity(x, u)), Value::Known(Scalar::Quantity(y, v))) => match unit(u, v) {
            Some(unit) => quantity(number(*x, *y), unit),
            None => fault("unit"),
        },
        // What is not known in another way spreads before what is open.
        (Value::Fault(_), _) | (Value::Blank, _) => not_known(a),
        (_, Value::Fault(_)) | (_, Value::Blank) => not_known(b),
        (Value::Known(_), other) | (other, _) => not_known(other),
    }
}

/// What arithmetic makes of a value that is not known.
fn not_known(value: &Value) -> Value {
    match value {
        Value::Blank => fault("blank"),
        Value::Open { .. } => open(),
        Value::Fault(_) => value.clone(),
        Value::Known(_) => fault("unit"),
    }
}

/// The opposite.
pub(super) fn negate(a: &Value) -> Value {
    match a {
        Value::Known(Scalar::Quantity(n, unit)) => quantity(Number::whole(0).minus(*n), unit.clone()),
        other => not_known(other),
    }
}

/// A quantity, or the fault of an overflow.
pub(super) fn quantity(number: Option<Number>, unit: Unit) -> Value {
    number.map_or_else(|| fault("overflow"), |n| Value::Known(Scalar::Quantity(n, unit)))
}

/// To a multiple of `step`; half-up is away from zero.
pub(super) fn round(number: Number, mode: Rounding, step: Number) -> Option<Number> {
    let zero = Number::whole(0);
    let steps = number.over(step)?;
    let (size, negative) = if steps < zero { (zero.minus(steps)?, true) } else { (steps, false) };
    let (below, half) = (size.floor(), Number::whole(1).over(Number::whole(2))?);
    let rest = size.minus(below)?;
    let up = below.plus(Number::whole(1))?;
    let even = below.over(Number::whole(2))?.as_whole().is_some();
    let rounded = match (mode, rest.cmp(&half)) {
        _ if rest.is_zero() => below,
        (Rounding::Down, _) => below,
        (Rounding::Up, _) => up,
        (Rounding::HalfUp, Ordering::Less) | (Rounding::HalfEven, Ordering::Less) => below,
        (Rounding::HalfEven, Ordering::Equal) if even => below,
        (Rounding::HalfUp | Rounding::HalfEven, _) => up,
    };
    let signed = if negative { zero.minus(rounded)? } else { rounded };
    signed.times(step)
}
