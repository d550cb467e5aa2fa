//! Numbers and dates as sums of terms and a constant.

use super::condition::Cond;
use super::reader::Reader;
use super::space::{Domain, Form, Measure, Test};
use crate::model::expr::{Expr, Op};
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Unit};
use chrono::{Datelike, Timelike};

/// A sum of terms and a constant.
pub(super) struct Linear {
    terms: Form,
    constant: Number,
    measure: Measure,
}

impl Linear {
    fn plus(mut self, other: Self, by: Number) -> Option<Self> {
        self.constant = self.constant.plus(other.constant.times(by)?)?;
        for (term, factor) in other.terms {
            let factor = factor.times(by)?;
            match self.terms.iter_mut().find(|(already, _)| crate::model::rewrite::same(already, &term)) {
                Some((_, already)) => *already = already.plus(factor)?,
                None => self.terms.push((term, factor)),
            }
        }
        Some(self)
    }
}

impl Reader<'_> {
    /// `a op b` as a test of the form `a − b`, its first factor made 1.
    pub(super) fn numbers(&mut self, op: Op, a: Linear, b: Linear) -> Option<Cond> {
        let Linear { terms: mut form, constant, measure } = a.plus(b, Number::whole(-1))?;
        form.retain(|(_, by)| !by.is_zero());
        let zero = Number::whole(0);
        let limit = zero.minus(constant)?;
        let Some((_, lead)) = form.first() else {
            return Some(Cond::Known(op.holds(zero.cmp(&limit))));
        };
        let lead = *lead;
        let op = if lead < zero { op.mirrored() } else { op };
        let limit = limit.over(lead)?;
        let form: Form = form.into_iter().map(|(term, by)| Some((term, by.over(lead)?))).collect::<Option<_>>()?;
        let domain = self.form_domain(&form, measure);
        Some(self.test(form, domain, Test::Compare(op, limit)))
    }

    fn form_domain(&self, form: &Form, measure: Measure) -> Domain {
        match form.as_slice() {
            [(term, _)] => match self.domain(term) {
                Some(domain @ Domain::Number(..)) => domain,
                _ => Domain::Number(measure, Range::default()),
            },
            terms => {
                // A difference of dates is a number of days.
                let measure = if measure == Measure::Day { Measure::Quantity(Unit::Days) } else { measure };
                let grain = terms.iter().try_fold(None::<Number>, |grain, (term, by)| match self.domain(term) {
                    Some(Domain::Number(_, Range { grain: Some(step), .. })) if by.as_whole().is_some() => Some(Some(grain.map_or(step, |grain| if grain < step { grain } else { step }))),
                    _ => None,
                });
                let grain = grain.flatten().filter(|grain| terms.iter().all(|(term, _)| matches!(self.domain(term), Some(Domain::Number(_, Range { grain: Some(step), .. })) if step.over(*grain).is_some_and(|n| n.as_whole().is_some()))));
                Domain::Number(measure, Range { grain, low: None, high: None })
            }
        }
    }

    /// The numbers or dates of an expression as a sum of terms and a constant.
    pub(super) fn linear(&self, expr: &Expr) -> Option<Linear> {
        if let Some(value) = constant(expr) {
            let (constant, measure) = number(&value)?;
            return Some(Linear { terms: Vec::new(), constant, measure });
        }
        let scaled = |one: &Expr, by: Number| {
            let mut linear = self.linear(one)?;
            linear.constant = linear.constant.times(by)?;
            linear.terms = linear.terms.into_iter().map(|(term, factor)| Some((term, factor.times(by)?))).collect::<Option<_>>()?;
            Some(linear)
        };
        match expr {
            Expr::Add(a, b) => self.linear(a)?.plus(self.linear(b)?, Number::whole(1)),
            Expr::Sub(a, b) => self.linear(a)?.plus(self.linear(b)?, Number::whole(-1)),
            Expr::Neg(a) => scaled(a, Number::whole(-1)),
            Expr::Mul(a, b) => match (factor(a), factor(b)) {
                (Some(by), _) => scaled(b, by),
                (_, Some(by)) => scaled(a, by),
                _ => self.term(expr),
            },
            Expr::Div(a, b) => match factor(b).and_then(|by| Number::whole(1).over(by)) {
                Some(by) => scaled(a, by),
                None => self.term(expr),
            },
            Expr::Shift(day, by) => match (self.linear(day), constant(by)) {
                (Some(mut linear), Some(Scalar::Quantity(days, Unit::Days))) if linear.measure == Measure::Day => {
                    linear.constant = linear.constant.plus(days)?;
                    Some(linear)
                }
                _ => self.term(expr),
            },
            _ => self.term(expr),
        }
    }

    fn term(&self, expr: &Expr) -> Option<Linear> {
        let Some(Domain::Number(measure, _)) = self.domain(expr) else { return None };
        Some(Linear { terms: vec![(expr.clone(), Number::whole(1))], constant: Number::whole(0), measure })
    }
}

/// The value of a constant.
pub(super) fn constant(expr: &Expr) -> Option<Scalar> {
    match expr {
        Expr::Value(value) => Some(value.clone()),
        Expr::Neg(inner) => match constant(inner)? {
            Scalar::Quantity(number, unit) => Some(Scalar::Quantity(Number::whole(0).minus(number)?, unit)),
            _ => None,
        },
        _ => None,
    }
}

/// A plain factor; a percentage is its fraction.
fn factor(expr: &Expr) -> Option<Number> {
    match constant(expr)? {
        Scalar::Quantity(number, Unit::One) => Some(number),
        Scalar::Quantity(number, Unit::Percent) => number.over(Number::whole(100)),
        _ => None,
    }
}

/// A value as a number on an axis.
pub(super) fn number(value: &Scalar) -> Option<(Number, Measure)> {
    match value {
        Scalar::Quantity(number, unit) => Some((*number, Measure::Quantity(unit.clone()))),
        Scalar::Date(day) => Some((Number::whole(i64::from(day.num_days_from_ce())), Measure::Day)),
        Scalar::Time(time) => Some((Number::whole(i64::from(time.num_seconds_from_midnight())), Measure::TimeOfDay)),
        _ => None,
    }
}
