//! Open quantities that cancel: `a - a` is 0 and `a / 3 * 3 = a` holds, whatever `a` is.

use super::logic::holds;
use crate::model::expr::Expr;
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::reference::derivation::{Step, Value};
use std::collections::BTreeMap;

/// An open quantity taken from itself is nothing, whatever it is: in sums, and in comparisons of them.
pub(super) fn cancels(told: &Step, expected: &Value) -> bool {
    if !matches!(expected, Value::Open { .. }) || told.parts.is_empty() {
        return false;
    }
    let Some((terms, rest)) = linear(told) else {
        let (Expr::Compare(op, ..), [a, b], Value::Known(Scalar::Bool(answer))) = (&told.expr, told.parts.as_slice(), &told.value) else { return false };
        let difference = linear(a).zip(linear(b)).and_then(|((mut terms, x), (others, y))| {
            for (name, factor) in others {
                let sum = terms.get(&name).copied().unwrap_or(Number::whole(0)).minus(factor)?;
                terms.insert(name, sum);
            }
            Some((terms, x.minus(y)?))
        });
        return difference.is_some_and(|(terms, rest)| terms.values().all(|factor| factor.is_zero()) && holds(*op, rest.cmp(&Number::whole(0))) == *answer);
    };
    terms.values().all(|factor| factor.is_zero()) && matches!(&told.value, Value::Known(Scalar::Quantity(n, _)) if *n == rest)
}

/// A quantity as multiples of open ones and a rest; none for what is no such sum.
fn linear(told: &Step) -> Option<(BTreeMap<String, Number>, Number)> {
    let zero = Number::whole(0);
    let scaled = |step: &Step, by: Number| {
        let (terms, rest) = linear(step)?;
        let terms = terms.into_iter().map(|(name, factor)| Some((name, factor.times(by)?))).collect::<Option<BTreeMap<_, _>>>()?;
        Some((terms, rest.times(by)?))
    };
    let number = |step: &Step| match &step.value {
        Value::Known(Scalar::Quantity(n, unit)) if *unit != Unit::Percent => Some(*n),
        _ => None,
    };
    match (&told.expr, told.parts.as_slice()) {
        (Expr::Add(..) | Expr::Sub(..), [a, b]) => {
            let sign = Number::whole(if matches!(told.expr, Expr::Add(..)) { 1 } else { -1 });
            let (mut terms, x) = linear(a)?;
            let (others, y) = scaled(b, sign)?;
            for (name, factor) in others {
                let sum = terms.get(&name).copied().unwrap_or(zero).plus(factor)?;
                terms.insert(name, sum);
            }
            Some((terms, x.plus(y)?))
        }
        (Expr::Neg(_), [a]) => scaled(a, Number::whole(-1)),
        (Expr::Mul(..), [a, b]) => match (number(a), number(b)) {
            (_, Some(n)) => scaled(a, n),
            (Some(n), _) => scaled(b, n),
            _ => None,
        },
        (Expr::Div(..), [a, b]) => scaled(a, Number::whole(1).over(number(b)?)?),
        _ => match &told.value {
            Value::Known(Scalar::Quantity(n, _)) => Some((BTreeMap::new(), *n)),
            Value::Open { .. } => Some((BTreeMap::from([(format!("{:?}", told.expr), Number::whole(1))]), zero)),
            _ => None,
        },
    }
}
