//! As much of the meaning of expressions as a maker of records needs. What it cannot tell is none.

use super::Maker;
use super::world::Draft;
use crate::model::ParameterSort;
use crate::model::expr::{Expr, Op, Scope};
use crate::model::value::Scalar;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use std::cmp::Ordering;

/// What an expression looks at.
#[derive(Debug, Clone)]
pub(super) struct Seen<'a, 'm> {
    pub(super) this: Option<&'a Draft<'m>>,
    pub(super) counted: Option<&'a Draft<'m>>,
    /// Subject of a period or case.
    pub(super) subject: Option<Scalar>,
    /// First and last day of the period; the record's day otherwise.
    pub(super) days: (NaiveDate, NaiveDate),
}

impl<'a, 'm> Seen<'a, 'm> {
    /// The record of an occasion.
    pub(super) fn this(draft: &'a Draft<'m>) -> Self {
        Self { this: Some(draft), counted: None, subject: draft.subject(), days: (draft.at.date(), draft.at.date()) }
    }

    /// The same, looking at `draft` in `scope`.
    pub(super) fn with<'b>(&self, scope: Scope, draft: &'b Draft<'m>) -> Seen<'b, 'm>
    where
        'a: 'b,
    {
        match scope {
            Scope::This => Seen { this: Some(draft), counted: self.counted, subject: self.subject.clone(), days: self.days },
            Scope::Counted => Seen { this: self.this, counted: Some(draft), subject: self.subject.clone(), days: self.days },
        }
    }

    fn record(&self, scope: Scope) -> Option<&'a Draft<'m>> {
        match scope {
            Scope::This => self.this,
            Scope::Counted => self.counted,
        }
    }
}

impl<'m> Maker<'m> {
    /// The value of `expr`.
    pub(super) fn eval(&self, expr: &Expr, seen: &Seen<'_, 'm>) -> Option<Scalar> {
        match expr {
            Expr::Value(value) => Some(value.clone()),
            Expr::Field(scope, name) => {
                let record = seen.record(*scope);
                let value = record.and_then(|record| record.value(name).cloned());
                if record.is_none() && *scope == Scope::This { self.attribute(seen.subject.as_ref()?, name, seen.days.1) } else { value }
            }
            Expr::At(scope) => match seen.record(*scope) {
                Some(record) => Some(Scalar::Moment(self.clock.instant(record.at))),
                None => Some(Scalar::Date(seen.days.1)),
            },
            Expr::Day(scope) => Some(Scalar::Date(seen.record(*scope).map_or(seen.days.1, |record| record.at.date()))),
            Expr::Subject => seen.subject.clone().or_else(|| seen.this.and_then(Draft::subject)),
            Expr::PeriodStart => Some(Scalar::Date(seen.days.0)),
            Expr::MonthDay(month, day) => NaiveDate::from_ymd_opt(seen.days.1.year(), *month, *day).map(Scalar::Date),
            Expr::Fact(of, _, name) => self.attribute(&self.eval(of, seen)?, name, seen.days.1),
            Expr::Parameter(name) => match &self.model.parameter(name)?.sort {
                ParameterSort::Reading { decided: Some(decided) } => Some(Scalar::Kind(name.as_str().into(), decided.alternative.as_str().into())),
                _ => None,
            },
            Expr::Shift(from, by) => {
                let (from, by) = (self.eval(from, seen)?, self.eval(by, seen)?);
                match from {
                    Scalar::Date(day) => self.clock.shifted(day.and_time(NaiveTime::MIN), &by).map(|at| Scalar::Date(at.date())),
                    Scalar::Moment(at) => self.clock.shifted(at.naive_local(), &by).map(|at| Scalar::Moment(self.clock.instant(at))),
                    _ => None,
                }
            }
            Expr::Slot(schedule, name, start) => {
                let at = self.clock.slot(self.model.schedule(schedule)?, name, *start, seen.days.1)?;
                Some(Scalar::Moment(self.clock.instant(at)))
            }
            Expr::Add(a, b) | Expr::Sub(a, b) => match (self.eval(a, seen)?, self.eval(b, seen)?) {
                (Scalar::Quantity(x, unit), Scalar::Quantity(y, _)) => {
                    let sum = if matches!(expr, Expr::Add(..)) { x.plus(y) } else { x.minus(y) };
                    sum.map(|sum| Scalar::Quantity(sum, unit))
                }
                _ => None,
            },
            Expr::Div(a, b) => match (self.eval(a, seen)?, self.eval(b, seen)?) {
                (Scalar::Quantity(x, unit), Scalar::Quantity(y, _)) => x.over(y).map(|ratio| Scalar::Quantity(ratio, unit)),
                _ => None,
            },
            _ => self.holds(expr, seen).map(Scalar::Bool),
        }
    }

    /// Is the condition so?
    pub(super) fn holds(&self, expr: &Expr, seen: &Seen<'_, 'm>) -> Option<bool> {
        match expr {
            Expr::And(all) => both(all.iter().map(|one| self.holds(one, seen)), false),
            Expr::Or(all) => both(all.iter().map(|one| self.holds(one, seen)), true),
            Expr::Not(of) => self.holds(of, seen).map(|so| !so),
            Expr::Compare(op, a, b) => self.compare(*op, &self.eval(a, seen)?, &self.eval(b, seen)?),
            Expr::OneOf(value, among) => {
                let value = self.eval(value, seen)?;
                both(among.iter().map(|one| Some(self.eval(one, seen)? == value)), true)
            }
            Expr::Contains(set, one) => match (self.eval(set, seen)?, self.eval(one, seen)?) {
                (Scalar::Set(_, ids), Scalar::Ref(_, id)) => Some(ids.contains(&id)),
                _ => None,
            },
            Expr::Stated(of) => match of.as_ref() {
                Expr::Field(scope, name) => seen.record(*scope).map(|record| record.value(name).is_some()),
                _ => Some(self.eval(of, seen).is_some()),
            },
            Expr::Value(_) | Expr::Field(..) | Expr::Fact(..) => match self.eval(expr, seen)? {
                Scalar::Bool(so) => Some(so),
                _ => None,
            },
            _ => None,
        }
    }

    /// Does the comparison hold?
    pub(super) fn compare(&self, op: Op, a: &Scalar, b: &Scalar) -> Option<bool> {
        let order = match (a, b) {
            (Scalar::Kind(kind, x), Scalar::Kind(_, y)) => match self.model.kind(kind) {
                Some(kind) => kind.rank(x)?.cmp(&kind.rank(y)?),
                None => x.cmp(y),
            },
            (Scalar::Date(day), Scalar::Moment(at)) => day.cmp(&at.naive_local().date()),
            (Scalar::Moment(at), Scalar::Date(day)) => at.naive_local().date().cmp(day),
            _ if std::mem::discriminant(a) == std::mem::discriminant(b) => a.cmp(b),
            _ => return None,
        };
        Some(match op {
            Op::Eq => order == Ordering::Equal,
            Op::Ne => order != Ordering::Equal,
            Op::Lt => order == Ordering::Less,
            Op::Le => order != Ordering::Greater,
            Op::Gt => order == Ordering::Greater,
            Op::Ge => order != Ordering::Less,
        })
    }

    fn attribute(&self, of: &Scalar, name: &str, _on: NaiveDate) -> Option<Scalar> {
        let Scalar::Ref(entity, id) = of else { return None };
        self.world.member(entity, id)?.values.get(name)?.clone()
    }

    /// A day's end, or the moment.
    pub(super) fn moment(&self, value: &Scalar) -> Option<NaiveDateTime> {
        match value {
            Scalar::Date(day) => day.and_hms_opt(23, 59, 0),
            Scalar::Moment(at) => Some(at.naive_local()),
            _ => None,
        }
    }
}

/// Kleene's *and* (`decides` is false) or *or* (true).
fn both(all: impl Iterator<Item = Option<bool>>, decides: bool) -> Option<bool> {
    let mut result = Some(!decides);
    for one in all {
        match one {
            Some(so) if so == decides => return Some(decides),
            Some(_) => {}
            None => result = None,
        }
    }
    result
}
