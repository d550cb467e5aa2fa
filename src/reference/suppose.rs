//! How a question could have been answered otherwise: by another value of what it asks about, or simply turned round.

use super::derivation::{Detail, Step, Value};
use super::known::Known;
use super::occasion::Occasion;
use crate::model::Model;
use crate::model::expr::{Aggregate, Expr, Measure, Op, Scope};
use crate::model::norm::Norm;
use crate::model::number::Number;
use crate::model::rewrite;
use crate::model::value::{Range, Scalar, Unit};
use crate::model::walk::{self, Look};

/// Another answer.
pub(super) enum Supposed<'s> {
    /// The condition itself.
    Turned,
    /// This value of a quantity; every value that compares so gives the same.
    Given {
        /// The quantity.
        of: &'s Step,
        /// `Eq` when the norm asks about the quantity in other places as well.
        op: Op,
        /// Its value.
        value: Scalar,
    },
    /// One of the other values of an enumeration.
    OneOf {
        /// What has the value.
        of: &'s Step,
        /// The others.
        values: Vec<Scalar>,
    },
}

/// The other answer to a question; none when it cannot be otherwise (fewer than none).
pub(super) fn other_answer<'s>(norm: &Norm, occasion: &Occasion<'_>, known: &Known<'_>, step: &'s Step) -> Option<Supposed<'s>> {
    let Value::Known(Scalar::Bool(now)) = step.value else { return None };
    if let Some(of) = enumeration(step) {
        return others(known.model, of).map(|values| Supposed::OneOf { of, values });
    }
    let (Expr::Compare(op, ..), [left, right]) = (&step.expr, step.parts.as_slice()) else { return Some(Supposed::Turned) };
    // What the norm itself has decided is otherwise only when something else is.
    let own = |step: &Step| matches!(&step.expr, Expr::Decided(of, _) if *of == norm.name);
    if own(left) || own(right) {
        return None;
    }
    // Yes or no in a table's column: other rows ask the same.
    if let (Op::Eq | Op::Ne, Value::Known(Scalar::Bool(is)), Expr::Value(Scalar::Bool(_))) = (op, &left.value, &right.expr) {
        return Some(Supposed::Given { of: left, op: Op::Eq, value: Scalar::Bool(!is) });
    }
    let (of, op, bound) = match (&left.expr, &right.expr) {
        (_, Expr::Value(Scalar::Quantity(bound, unit))) => (left, *op, (*bound, unit)),
        (Expr::Value(Scalar::Quantity(bound, unit)), _) => (right, op.mirrored(), (*bound, unit)),
        _ => return Some(Supposed::Turned),
    };
    let wanted = if now { op.inverse() } else { op };
    let Some(range) = range(occasion, known, of, bound.1) else { return Some(Supposed::Turned) };
    let (op, value) = match (wanted, range.grain) {
        (Op::Le | Op::Ge | Op::Eq, _) => (wanted, bound.0),
        (Op::Lt, Some(grain)) => (Op::Le, bound.0.minus(grain)?),
        (Op::Gt, Some(grain)) => (Op::Ge, bound.0.plus(grain)?),
        _ => return Some(Supposed::Turned),
    };
    if range.grain.is_some_and(|grain| value.over(grain).is_none_or(|steps| steps.as_whole().is_none())) {
        return Some(Supposed::Turned);
    }
    if range.low.is_some_and(|low| value < low) || range.high.is_some_and(|high| value > high) {
        return None;
    }
    let op = if times_asked(norm, &of.expr) > 1 { Op::Eq } else { op };
    Some(Supposed::Given { of, op, value: Scalar::Quantity(value, bound.1.clone()) })
}

/// What is compared with values of an enumeration.
fn enumeration(step: &Step) -> Option<&Step> {
    let constant = |step: &Step| matches!(step.expr, Expr::Value(Scalar::Kind(..)));
    let of = match (&step.expr, step.parts.as_slice()) {
        (Expr::Compare(Op::Eq | Op::Ne, ..), [of, other] | [other, of]) if constant(other) => of,
        (Expr::OneOf(..), [of, among @ ..]) if among.iter().all(constant) => of,
        _ => return None,
    };
    matches!(of.value, Value::Known(Scalar::Kind(..))).then_some(of)
}

/// The values that it has not.
fn others(model: &Model, of: &Step) -> Option<Vec<Scalar>> {
    let Value::Known(Scalar::Kind(kind, now)) = &of.value else { return None };
    let values = &model.kind(kind)?.values;
    let other = |(value, _): &(String, Option<String>)| (value.as_str() != &**now).then(|| Scalar::Kind(kind.clone(), value.as_str().into()));
    Some(values.iter().filter_map(other).collect())
}

/// What a quantity can be when another value of it can honestly be tried: it was measured or looked up, and is known in this unit.
fn range(occasion: &Occasion<'_>, known: &Known<'_>, of: &Step, unit: &Unit) -> Option<Range> {
    if !matches!(&of.value, Value::Known(Scalar::Quantity(_, own)) if own == unit) {
        return None;
    }
    let (model, whole) = (known.model, || Some(Number::whole(1)));
    match &of.expr {
        Expr::Measure(measure) => Some(match measure.aggregate {
            Aggregate::Count | Aggregate::RunOfDays | Aggregate::RunOfWorkingDays | Aggregate::RunOfSlots(_) => {
                Range { grain: whole(), low: Some(Number::whole(0)), high: None }
            }
            Aggregate::Total => total(model, measure),
            _ => Range::default(),
        }),
        Expr::Late(..) => Some(Range { grain: whole(), low: whole(), high: None }),
        Expr::Between(..) => Some(Range { grain: whole(), ..Range::default() }),
        Expr::Field(Scope::This, name) => {
            let event = model.events.get(known.record(occasion.record?).event)?;
            event.fields.iter().find(|field| field.name == *name).map(|field| field.range.clone())
        }
        Expr::Fact(_, entity, attribute) => model.entity(entity)?.attribute(attribute).map(|field| field.range.clone()),
        _ => None,
    }
}

/// What a sum can be, where the values that are summed stand in records: a multiple of their grain, and no less than nothing when none of them is.
fn total(model: &Model, measure: &Measure) -> Range {
    let Some(Expr::Field(Scope::Counted, name)) = &measure.of else { return Range::default() };
    let field = |event: &String| model.event(event).and_then(|event| event.fields.get(event.field(name)?)).map(|field| field.range.clone());
    let ranges: Vec<Range> = measure.pattern.events.iter().map(|event| field(event).unwrap_or_default()).collect();
    let grain = ranges.first().and_then(|first| first.grain).filter(|grain| ranges.iter().all(|range| range.grain == Some(*grain)));
    let low = Some(Number::whole(0)).filter(|zero| ranges.iter().all(|range| range.low.is_some_and(|low| low >= *zero)));
    Range { grain, low, high: None }
}

/// Does the norm ask elsewhere about a quantity that this question compares? Another answer then needs another value, and what it would be is not known.
pub(super) fn is_asked_elsewhere(norm: &Norm, step: &Step) -> bool {
    let Expr::Compare(_, left, right) = &step.expr else { return false };
    let is_quantity = |part: &Step| matches!(part.value, Value::Known(Scalar::Quantity(..)));
    let mut sides = [left, right].into_iter().zip(&step.parts);
    sides.any(|(side, part)| is_quantity(part) && !matches!(**side, Expr::Value(_)) && times_asked(norm, side) > 1)
}

/// In how many places the norm asks about `what`.
fn times_asked(norm: &Norm, what: &Expr) -> usize {
    struct Times<'e>(&'e Expr, usize);
    impl Look for Times<'_> {
        fn expr(&mut self, expr: &Expr) {
            self.1 += usize::from(rewrite::same(expr, self.0));
        }
    }
    let mut times = Times(what, 0);
    walk::norm(norm, &mut times);
    times.1
}

/// `of op value`, which does not hold as things are.
pub(super) fn compared(of: &Step, op: Op, value: Scalar) -> Step {
    let expr = Expr::Compare(op, Box::new(of.expr.clone()), Box::new(Expr::Value(value.clone())));
    untrue(expr, vec![of.clone(), constant(value)])
}

/// `of is one of values`, which does not hold as things are.
pub(super) fn is_one_of(of: &Step, values: Vec<Scalar>) -> Step {
    let among = values.iter().cloned().map(Expr::Value).collect();
    let parts = std::iter::once(of.clone()).chain(values.into_iter().map(constant)).collect();
    untrue(Expr::OneOf(Box::new(of.expr.clone()), among), parts)
}

/// The values of [`is_one_of`].
pub(super) fn values(step: &Step) -> Vec<Scalar> {
    let Expr::OneOf(_, among) = &step.expr else { return Vec::new() };
    among.iter().filter_map(|one| if let Expr::Value(value) = one { Some(value.clone()) } else { None }).collect()
}

fn untrue(expr: Expr, parts: Vec<Step>) -> Step {
    Step { expr, value: Value::Known(Scalar::Bool(false)), parts, detail: Detail::None }
}

fn constant(value: Scalar) -> Step {
    Step { expr: Expr::Value(value.clone()), value: Value::Known(value), parts: Vec::new(), detail: Detail::None }
}
