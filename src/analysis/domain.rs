//! What the values of an expression are: the domain of its axis.

use super::linear::{constant, number};
use super::reader::Reader;
use super::space::{Domain, Measure};
use crate::model::Field;
use crate::model::expr::{Aggregate, Expr, Scope, Window};
use crate::model::norm::Occasion;
use crate::model::number::Number;
use crate::model::state::Ask;
use crate::model::value::{Range, Scalar, Type, Unit};

impl<'m> Reader<'m> {
    /// What an expression's values are; none when its type says nothing that conditions can be cut at.
    pub(super) fn domain(&self, expr: &Expr) -> Option<Domain> {
        let quantity = |unit: &Unit, range: Range| Some(Domain::Number(Measure::Quantity(unit.clone()), range));
        match expr {
            Expr::Field(Scope::Counted, name) if self.counted.is_some() => self.of_field(self.counted?.fields.iter().find(|field| field.name == *name)?),
            Expr::Field(_, name) => self.of_field(self.field(name)?),
            Expr::Fact(_, entity, attribute) => self.of_field(self.model.entity(entity)?.attribute(attribute)?),
            Expr::Parameter(name) | Expr::Judged(name, _) => {
                let parameter = self.model.parameter(name)?;
                self.of_type(&parameter.ty, &parameter.range)
            }
            Expr::Measure(measure) => match measure.aggregate {
                Aggregate::RunOfDays => quantity(&Unit::Days, Range { high: super::bounds::most(self.model, self.norm, measure), ..count_range() }),
                Aggregate::Count | Aggregate::RunOfWorkingDays | Aggregate::RunOfSlots(_) => {
                    let low = Number::whole(i64::from(measure.aggregate == Aggregate::Count && self.counts_itself(measure)));
                    quantity(&Unit::One, Range { low: Some(low), high: super::bounds::most(self.model, self.norm, measure), ..count_range() })
                }
                Aggregate::Any => Some(Domain::Bool),
                _ => {
                    let of = measure.of.as_ref()?;
                    let events = &measure.pattern.events;
                    let inner = match of {
                        Expr::Field(Scope::Counted, name) => events.iter().find_map(|event| self.model.event(event)?.fields.iter().find(|field| field.name == *name)).and_then(|field| self.of_field(field)),
                        other => self.domain(other),
                    };
                    match (inner?, &measure.aggregate) {
                        (Domain::Number(what, range), Aggregate::Total) => {
                            let low = range.low.filter(|low| *low >= Number::whole(0)).map(|_| Number::whole(0));
                            Some(Domain::Number(what, Range { grain: range.grain, low, high: None }))
                        }
                        (Domain::Number(what, range), Aggregate::Average) => Some(Domain::Number(what, Range { grain: None, ..range })),
                        (inner, _) => Some(inner),
                    }
                }
            },
            Expr::Day(_) => Some(Domain::Number(Measure::Day, Range { grain: Some(Number::whole(1)), ..Range::default() })),
            Expr::PeriodStart | Expr::MonthDay(..) => Some(Domain::Number(Measure::Day, Range { grain: Some(Number::whole(1)), ..Range::default() })),
            Expr::At(_) if matches!(self.norm.occasion, Occasion::Period { .. }) => Some(Domain::Number(Measure::Day, Range { grain: Some(Number::whole(1)), ..Range::default() })),
            Expr::Weekday(_) => self.of_type(&Type::Kind(crate::model::WEEKDAY.to_owned()), &Range::default()),
            Expr::TimeOfDay(_) => self.of_type(&Type::Time, &Range::default()),
            Expr::Between(unit, ..) => quantity(unit, Range { grain: Some(Number::whole(1)), ..Range::default() }),
            Expr::Belonging(..) | Expr::Late(Unit::Days, ..) => quantity(&Unit::Days, Range { grain: Some(Number::whole(1)), low: Some(Number::whole(0)), high: None }),
            Expr::Group(group) if group.aggregate == Aggregate::Count => quantity(&Unit::One, count_range()),
            Expr::Group(group) => quantity(&group.unit, Range::default()),
            Expr::Decided(norm, slot) | Expr::DecidedOf(norm, slot, ..) => {
                let decision = self.model.norm(norm)?.decisions.iter().find(|decision| decision.slot == *slot)?;
                match &decision.unit {
                    Some(unit) => quantity(unit, Range { grain: decision.rounding.as_ref().map(|(_, step, _)| *step), low: constant_number(decision.floor.as_ref()), high: constant_number(decision.cap.as_ref()) }),
                    None => decision.clauses.iter().find_map(|clause| match &clause.value {
                        Expr::Value(Scalar::Kind(kind, _)) => self.of_type(&Type::Kind(kind.to_string()), &Range::default()),
                        Expr::Value(Scalar::Bool(_)) => Some(Domain::Bool),
                        _ => None,
                    }),
                }
            }
            Expr::Round(_, of, step) => match self.domain(of)? {
                Domain::Number(measure, range) => Some(Domain::Number(measure, Range { grain: Some(*step), ..range })),
                other => Some(other),
            },
            Expr::Shift(day, _) => match self.domain(day)? {
                Domain::Number(Measure::Day, range) => Some(Domain::Number(Measure::Day, Range { grain: range.grain, low: None, high: None })),
                _ => None,
            },
            Expr::Mul(a, b) | Expr::Div(a, b) => [a, b].into_iter().find_map(|one| match self.domain(one) {
                Some(Domain::Number(Measure::Quantity(unit), _)) if unit != Unit::One || matches!(expr, Expr::Mul(..)) => quantity(&unit, Range::default()),
                _ => None,
            }),
            Expr::Subject | Expr::Member | Expr::Each => Some(Domain::Named),
            Expr::Not(_) | Expr::And(_) | Expr::Or(_) | Expr::Compare(..) | Expr::OneOf(..) | Expr::Contains(..) | Expr::Stated(_) | Expr::Holds(_) => Some(Domain::Bool),
            Expr::Stay(stay) => match &stay.ask {
                Ask::Now => Some(Domain::Bool),
                Ask::Time(unit, _) => quantity(unit, Range { grain: None, low: Some(Number::whole(0)), high: None }),
                _ => quantity(&Unit::One, count_range()),
            },
            _ => None,
        }
    }

    /// Is the record that is judged surely one of those that are counted?
    fn counts_itself(&self, measure: &crate::model::expr::Measure) -> bool {
        let (Occasion::Record(own) | Occasion::Member(own, _)) = &self.norm.occasion else { return false };
        let pattern = &measure.pattern;
        let linked = |(name, link): &(String, Expr)| matches!(link, Expr::Field(Scope::This, other) if other == name);
        let near = !matches!(measure.window, Window::Since(_) | Window::Next(_));
        near && measure.distinct.is_none() && pattern.filter.is_none() && own.events.iter().all(|event| pattern.events.contains(event)) && pattern.links.iter().all(linked)
    }

    fn of_field(&self, field: &Field) -> Option<Domain> {
        self.of_type(&field.ty, &field.range)
    }

    fn of_type(&self, ty: &Type, range: &Range) -> Option<Domain> {
        Some(match ty {
            Type::Bool => Domain::Bool,
            Type::Kind(kind) => Domain::Kind(kind.as_str().into(), self.model.kind(kind)?.values.iter().map(|(value, _)| value.as_str().into()).collect()),
            Type::Text | Type::Ref(_) => Domain::Named,
            Type::Quantity(unit) => Domain::Number(Measure::Quantity(unit.clone()), range.clone()),
            Type::Date => Domain::Number(Measure::Day, Range { grain: Some(Number::whole(1)), ..Range::default() }),
            Type::Time => Domain::Number(Measure::TimeOfDay, Range { grain: Some(Number::whole(60)), low: Some(Number::whole(0)), high: Some(Number::whole(86_340)) }),
            Type::Moment | Type::Set(_) => return None,
        })
    }

    /// A field of the record that is judged, or of the one that a measure counts.
    fn field(&self, name: &str) -> Option<&'m Field> {
        let events: &[String] = match &self.norm.occasion {
            Occasion::Record(pattern) | Occasion::Member(pattern, _) => &pattern.events,
            Occasion::Reaches { measure, .. } => &measure.pattern.events,
            _ => &[],
        };
        events.iter().find_map(|event| self.model.event(event)?.fields.iter().find(|field| field.name == name))
    }
}

pub(super) fn count_range() -> Range {
    Range { grain: Some(Number::whole(1)), low: Some(Number::whole(0)), high: None }
}

fn constant_number(bound: Option<&(Expr, Vec<String>)>) -> Option<Number> {
    let (value, _) = bound?;
    number(&constant(value)?).map(|(number, _)| number)
}
