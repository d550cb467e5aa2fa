//! The type of an expression's value, read off the model alone: what a sum of nothing is measured in, and of what sort is what cannot be known yet.

use super::expr::{Aggregate, Expr, Measure};
use super::state::Ask;
use super::value::{Type, Unit};
use super::{Model, walk};

/// The type of what `expr` says of a record of one of these `events`; none where the model alone does not tell.
pub fn type_of(model: &Model, events: &[String], expr: &Expr) -> Option<Type> {
    let of = |part: &Expr| type_of(model, events, part);
    match expr {
        Expr::Value(scalar) => Some(scalar.ty()),
        Expr::Field(_, name) => {
            let event = model.event(events.first()?)?;
            Some(event.fields.get(event.field(name)?)?.ty.clone())
        }
        Expr::Fact(_, entity, attribute) => Some(model.entity(entity)?.attribute(attribute)?.ty.clone()),
        Expr::Parameter(name) | Expr::Judged(name, _) => Some(model.parameter(name)?.ty.clone()),
        Expr::Decided(norm, slot) | Expr::DecidedOf(norm, slot, ..) => {
            let decision = model.norm(norm)?.decisions.iter().find(|decision| decision.slot == *slot)?;
            match &decision.unit {
                Some(unit) => Some(Type::Quantity(unit.clone())),
                None => type_of(model, &[], &decision.clauses.first()?.value),
            }
        }
        Expr::Measure(measure) => of_measure(model, measure),
        Expr::Day(_) | Expr::PeriodStart | Expr::MonthDay(..) | Expr::Delay(_) => Some(Type::Date),
        Expr::At(_) | Expr::OnDay(..) | Expr::Slot(..) => Some(Type::Moment),
        Expr::Between(unit, ..) | Expr::Late(unit, ..) => Some(Type::Quantity(unit.clone())),
        Expr::Belonging(_, _, months) => Some(Type::Quantity(if *months { Unit::Months } else { Unit::Days })),
        Expr::Stay(stay) => Some(match &stay.ask {
            Ask::Now => Type::Bool,
            Ask::Time(unit, _) => Type::Quantity(unit.clone()),
            Ask::LeastAtOnce(_) | Ask::MostAtOnce(_) => Type::Quantity(Unit::One),
        }),
        Expr::Mul(a, b) => product(of(a), of(b)),
        Expr::Div(a, b) => match (of(a), of(b)) {
            (Some(Type::Quantity(one)), Some(Type::Quantity(other))) if one == other => Some(Type::Quantity(Unit::One)),
            (one, _) => one,
        },
        other => walk::operands(other).into_iter().find_map(of),
    }
}

/// The type of a measure's value; of a count, a plain number.
pub fn of_measure(model: &Model, measure: &Measure) -> Option<Type> {
    match (&measure.of, &measure.aggregate) {
        (Some(of), _) => type_of(model, &measure.pattern.events, of),
        (None, Aggregate::Count) => Some(Type::Quantity(Unit::One)),
        (None, _) => None,
    }
}

/// At most one side of a product has a unit.
fn product(one: Option<Type>, other: Option<Type>) -> Option<Type> {
    let plain = |ty: &Option<Type>| matches!(ty, None | Some(Type::Quantity(Unit::One)));
    match (&one, &other) {
        (Some(Type::Quantity(Unit::Percent)), Some(Type::Quantity(_))) if !plain(&other) => other,
        _ if plain(&one) && other.is_some() => other,
        _ => one,
    }
}
