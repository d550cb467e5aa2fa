//! Logic and comparison of values, after `docs/semantics.md` §3.

use super::arith::{bounds, fault, open, operate, yes};
use super::case::Case;
use super::dates::day_of;
use crate::model::expr::{Expr, Op};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::reference::derivation::Value;
use std::cmp::Ordering;

/// The value of an expression from the values of its operands; none for expressions that look at more than their operands.
pub(super) fn combine(case: &Case<'_>, expr: &Expr, parts: &[Value]) -> Option<Value> {
    match (expr, parts) {
        (Expr::And(_), parts) => Some(all(parts, false)),
        (Expr::Or(_), parts) => Some(all(parts, true)),
        (Expr::Not(_), [a]) => Some(match a {
            Value::Known(Scalar::Bool(b)) => yes(!b),
            Value::Blank => fault("blank"),
            other => other.clone(),
        }),
        (Expr::Compare(op, ..), [a, b]) => Some(compare(case, *op, a, b)),
        (Expr::OneOf(..), [value, among @ ..]) => {
            let equal: Vec<Value> = among.iter().map(|one| compare(case, Op::Eq, value, one)).collect();
            Some(all(&equal, true))
        }
        (Expr::OrElse(..), [Value::Blank, other] | [other, ..]) => Some(other.clone()),
        (Expr::Jointly(_), [Value::Known(Scalar::Set(entity, ids))]) => Some(Value::Known(Scalar::Ref(entity.clone(), ids.join("+").into()))),
        (Expr::Jointly(_), [other]) => Some(other.clone()),
        (Expr::Together(_), parts) => Some(together(parts)),
        (Expr::Contains(..), [set, one]) => Some(contains(set, one)),
        (Expr::Stated(_), [a]) => Some(match a {
            Value::Known(_) => yes(true),
            Value::Blank => yes(false),
            other => other.clone(),
        }),
        _ => operate(expr, parts),
    }
}

/// Those who are not blank, each once, in the order of their ids.
fn together(parts: &[Value]) -> Value {
    if let Some(fault) = parts.iter().find(|part| matches!(part, Value::Fault(_))) {
        return fault.clone();
    }
    let mut of = None;
    let mut ids = std::collections::BTreeSet::new();
    for part in parts {
        match part {
            Value::Known(Scalar::Ref(entity, id)) => {
                of = Some(entity.clone());
                ids.insert(id.clone());
            }
            Value::Blank => {}
            _ => return super::arith::open(),
        }
    }
    of.map_or(Value::Blank, |entity| Value::Known(Scalar::Set(entity, ids.into_iter().collect())))
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
pub(super) fn compare(case: &Case<'_>, op: Op, a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Fault(_), _) => a.clone(),
        (_, Value::Fault(_)) => b.clone(),
        (Value::Known(x), Value::Known(y)) => match order(case, x, y) {
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
pub(super) fn order(case: &Case<'_>, a: &Scalar, b: &Scalar) -> Option<Ordering> {
    match (a, b) {
        (Scalar::Quantity(x, unit), Scalar::Quantity(y, other)) if unit == other => Some(x.cmp(y)),
        // A plain ratio compared with a percentage is taken in hundredths.
        (Scalar::Quantity(x, Unit::One), Scalar::Quantity(y, Unit::Percent)) => Some(x.times(Number::whole(100))?.cmp(y)),
        (Scalar::Quantity(x, Unit::Percent), Scalar::Quantity(y, Unit::One)) => Some(x.cmp(&y.times(Number::whole(100))?)),
        (Scalar::Moment(x), Scalar::Moment(y)) => Some(x.cmp(y)),
        // A date and a moment are compared as days.
        (Scalar::Date(_) | Scalar::Moment(_), Scalar::Date(_) | Scalar::Moment(_)) => {
            Some(day_of(a, case.zone)?.cmp(&day_of(b, case.zone)?))
        }
        // An attestation names people by their id alone.
        (Scalar::Ref(_, x), Scalar::Text(y)) | (Scalar::Text(x), Scalar::Ref(_, y)) => Some(x.cmp(y)),
        (Scalar::Time(x), Scalar::Time(y)) => Some(x.cmp(y)),
        (Scalar::Bool(x), Scalar::Bool(y)) => Some(x.cmp(y)),
        (Scalar::Kind(kind, x), Scalar::Kind(same, y)) if kind == same => {
            let kind = case.model.kind(kind)?;
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
