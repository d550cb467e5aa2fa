//! Values from values: logic, comparison, arithmetic, after `docs/semantics.md` §3.

use crate::model::Model;
use crate::model::expr::{Expr, Op, Rounding};
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

/// The value of an expression from the values of its operands; none for expressions that look at more than their operands.
pub(super) fn combine(model: &Model, expr: &Expr, parts: &[Value]) -> Option<Value> {
    match (expr, parts) {
        (Expr::And(_), parts) => Some(all(parts, false)),
        (Expr::Or(_), parts) => Some(all(parts, true)),
        (Expr::Not(_), [a]) => Some(match a {
            Value::Known(Scalar::Bool(b)) => yes(!b),
            Value::Blank => fault("blank"),
            other => other.clone(),
        }),
        (Expr::Compare(op, ..), [a, b]) => Some(compare(model, *op, a, b)),
        (Expr::OneOf(..), [value, among @ ..]) => {
            let equal: Vec<Value> = among.iter().map(|one| compare(model, Op::Eq, value, one)).collect();
            Some(all(&equal, true))
        }
        (Expr::Contains(..), [set, one]) => Some(contains(set, one)),
        (Expr::Stated(_), [a]) => Some(match a {
            Value::Known(_) => yes(true),
            Value::Blank => yes(false),
            other => other.clone(),
        }),
        (Expr::Add(..), [a, b]) => Some(arithmetic(a, b, same_unit, Number::plus)),
        (Expr::Sub(..), [a, b]) => Some(arithmetic(a, b, same_unit, Number::minus)),
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

/// `and` (`decisive` false) or `or` (`decisive` true).
fn all(parts: &[Value], decisive: bool) -> Value {
    let mut result = yes(!decisive);
    for part in parts {
        match part {
            Value::Known(Scalar::Bool(b)) if *b == decisive => return yes(decisive),
            Value::Known(_) => {}
            Value::Blank => result = fault("blank"),
            Value::Fault(_) => result = part.clone(),
            Value::Open { .. } if !matches!(result, Value::Fault(_)) => result = part.clone(),
            Value::Open { .. } => {}
        }
    }
    result
}

/// A comparison of two values.
pub(super) fn compare(model: &Model, op: Op, a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Fault(_), _) => a.clone(),
        (_, Value::Fault(_)) => b.clone(),
        (Value::Known(x), Value::Known(y)) => match order(model, x, y) {
            Some(order) => yes(holds(op, order)),
            None if matches!(op, Op::Eq | Op::Ne) => yes((x == y) == (op == Op::Eq)),
            None => fault("unit"),
        },
        (Value::Open { .. }, Value::Known(_)) | (Value::Known(_), Value::Open { .. }) | (Value::Open { .. }, Value::Open { .. }) => {
            decided_by_bounds(op, a, b)
        }
        (Value::Blank, Value::Blank) if matches!(op, Op::Eq | Op::Ne) => yes(op == Op::Eq),
        (Value::Blank, Value::Known(_)) | (Value::Known(_), Value::Blank) if matches!(op, Op::Eq | Op::Ne) => yes(op == Op::Ne),
        (Value::Blank, Value::Open { .. }) | (Value::Open { .. }, Value::Blank) if matches!(op, Op::Eq | Op::Ne) => yes(op == Op::Ne),
        (Value::Blank, _) | (_, Value::Blank) => fault("blank"),
    }
}

/// What the bounds already say; open otherwise.
fn decided_by_bounds(op: Op, a: &Value, b: &Value) -> Value {
    let (Some((a_low, a_high)), Some((b_low, b_high))) = (bounds(a), bounds(b)) else { return open() };
    let below = |x: Option<Number>, y: Option<Number>| x.zip(y).is_some_and(|(x, y)| x < y);
    let not_above = |x: Option<Number>, y: Option<Number>| x.zip(y).is_some_and(|(x, y)| x <= y);
    let (sure, never) = match op {
        Op::Lt => (below(a_high, b_low), not_above(b_high, a_low)),
        Op::Le => (not_above(a_high, b_low), below(b_high, a_low)),
        Op::Gt => (below(b_high, a_low), not_above(a_high, b_low)),
        Op::Ge => (not_above(b_high, a_low), below(a_high, b_low)),
        Op::Eq => (false, below(a_high, b_low) || below(b_high, a_low)),
        Op::Ne => (below(a_high, b_low) || below(b_high, a_low), false),
    };
    match (sure, never) {
        (true, _) => yes(true),
        (_, true) => yes(false),
        _ => open(),
    }
}

/// How two known values stand to each other; none when they have no order.
pub(super) fn order(model: &Model, a: &Scalar, b: &Scalar) -> Option<Ordering> {
    match (a, b) {
        (Scalar::Quantity(x, unit), Scalar::Quantity(y, other)) if unit == other => Some(x.cmp(y)),
        // A plain ratio compared with a percentage is taken in hundredths.
        (Scalar::Quantity(x, Unit::One), Scalar::Quantity(y, Unit::Percent)) => Some(x.times(Number::whole(100))?.cmp(y)),
        (Scalar::Quantity(x, Unit::Percent), Scalar::Quantity(y, Unit::One)) => Some(x.cmp(&y.times(Number::whole(100))?)),
        (Scalar::Date(x), Scalar::Date(y)) => Some(x.cmp(y)),
        (Scalar::Moment(x), Scalar::Moment(y)) => Some(x.cmp(y)),
        (Scalar::Time(x), Scalar::Time(y)) => Some(x.cmp(y)),
        (Scalar::Bool(x), Scalar::Bool(y)) => Some(x.cmp(y)),
        (Scalar::Kind(kind, x), Scalar::Kind(same, y)) if kind == same => {
            let kind = model.kind(kind)?;
            Some(kind.rank(x)?.cmp(&kind.rank(y)?))
        }
        _ => None,
    }
}

/// Does the comparison hold for this order?
pub(super) fn holds(op: Op, order: Ordering) -> bool {
    match op {
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
    }
}

fn contains(set: &Value, one: &Value) -> Value {
    match (set, one) {
        (Value::Known(Scalar::Set(entity, ids)), Value::Known(Scalar::Ref(other, id))) => yes(entity == other && ids.contains(id)),
        (Value::Fault(_) | Value::Open { .. }, _) => set.clone(),
        (_, Value::Fault(_) | Value::Open { .. }) => one.clone(),
        _ => fault("blank"),
    }
}

fn is_zero(value: &Value) -> bool {
    matches!(value, Value::Known(Scalar::Quantity(n, _)) if n.is_zero())
}

/// A percentage that multiplies or divides something that is no percentage is a plain fraction.
fn fraction(value: &Value, other: &Value) -> Value {
    match (value, other) {
        (Value::Known(Scalar::Quantity(_, Unit::Percent)), Value::Known(Scalar::Quantity(_, Unit::Percent))) => value.clone(),
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
