//! What a comparison compares: numbers, times or names.

use super::Words;
use crate::model::expr::{Aggregate, Expr, Scope};
use crate::model::value::{Scalar, Type};

/// Which words a comparison is said with.
#[derive(Clone, Copy)]
pub(crate) enum Sides {
    Numbers,
    Times,
    Names,
}

impl Words<'_> {
    /// What is compared: numbers, times or names.
    pub(crate) fn sides(&self, a: &Expr, b: &Expr) -> Sides {
        self.sort(a).or_else(|| self.sort(b)).unwrap_or(Sides::Numbers)
    }

    fn sort(&self, expr: &Expr) -> Option<Sides> {
        let of_type = |ty: &Type| match ty {
            Type::Quantity(_) => Sides::Numbers,
            Type::Date | Type::Moment | Type::Time => Sides::Times,
            _ => Sides::Names,
        };
        match expr {
            Expr::Value(Scalar::Quantity(..)) => Some(Sides::Numbers),
            Expr::Value(Scalar::Date(_) | Scalar::Moment(_) | Scalar::Time(_)) => Some(Sides::Times),
            Expr::Value(_) | Expr::Subject | Expr::Member => Some(Sides::Names),
            Expr::At(_) | Expr::Day(_) | Expr::Shift(..) | Expr::PeriodStart | Expr::MonthDay(..) | Expr::Slot(..) => Some(Sides::Times),
            Expr::Fact(_, entity, name) => self.model.entity(entity)?.attribute(name).map(|field| of_type(&field.ty)),
            Expr::Parameter(name) | Expr::Judged(name, _) => self.model.parameter(name).map(|p| of_type(&p.ty)),
            Expr::Field(Scope::This, name) => {
                let event = self.occasion_events().first()?;
                self.model.event(event)?.fields.iter().find(|field| &field.name == name).map(|field| of_type(&field.ty))
            }
            Expr::Decided(norm, slot) => {
                let decision = self.model.norm(norm)?.decisions.iter().find(|decision| decision.slot == *slot)?;
                decision.unit.is_none().then_some(Sides::Names)
            }
            Expr::Measure(measure) => match (&measure.aggregate, measure.of.as_ref()?) {
                (Aggregate::First | Aggregate::Last | Aggregate::Least | Aggregate::Most, Expr::At(_) | Expr::Day(_)) => Some(Sides::Times),
                (Aggregate::First | Aggregate::Last | Aggregate::Least | Aggregate::Most, Expr::Field(_, name)) => {
                    let event = self.model.event(measure.pattern.events.first()?)?;
                    event.fields.iter().find(|field| &field.name == name).map(|field| of_type(&field.ty))
                }
                _ => None,
            },
            _ => None,
        }
    }
}
