//! What a case takes an open value to be, where the choice is not about the value itself: an attribute of somebody who is not known, and on
//! which side of a number an open quantity lies.

use super::arith::yes;
use super::case::Scene;
use super::span::{Span, narrowed};
use crate::model::expr::{Expr, Op};
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::reference::derivation::Value;
use crate::reference::verdict::Cause;

/// A quantity as a multiple of one that is open, and a rest.
struct Line {
    open: Option<(Cause, Number)>,
    rest: Number,
}

impl Line {
    fn scaled(self, by: Number) -> Option<Self> {
        let open = match self.open {
            Some((cause, factor)) => Some((cause, factor.times(by)?)),
            None => None,
        };
        Some(Self { open, rest: self.rest.times(by)? })
    }

    /// Both together; none when two things are open.
    fn plus(self, other: Self) -> Option<Self> {
        let open = match (self.open, other.open) {
            (Some((cause, a)), Some((same, b))) if cause == same => Some((cause, a.plus(b)?)),
            (Some(_), Some(_)) => return None,
            (one, another) => one.or(another),
        };
        Some(Self { open, rest: self.rest.plus(other.rest)? })
    }
}

impl<'c> Scene<'c> {
    /// Is it something of the record that is tried inside the measure, so that no choice of the case is about its value?
    pub(super) fn is_tried(&self, cause: &Cause) -> bool {
        let Some(counted) = self.counted.filter(|_| self.inside) else { return false };
        match cause {
            Cause::MissingField { record: thing, .. } | Cause::NotJudged { about: thing, .. } => *thing == counted.reference(),
            _ => false,
        }
    }

    /// The attribute of somebody who is not known, when the case has chosen one of its values.
    pub(super) fn attribute_taken(&self, of: &Value, ty: &Type) -> Option<Value> {
        let (Value::Open { causes, .. }, Type::Kind(kind)) = (of, ty) else { return None };
        let values = &self.case.model.kind(kind)?.values;
        let about = self.choices.iter().filter(|(cause, _)| causes.contains(cause) && !self.is_tried(cause));
        let mut named = about.filter_map(|(_, word)| values.iter().find(|(name, _)| name == word));
        let (name, _) = named.next()?;
        named.all(|(other, _)| other == name).then(|| Value::Known(Scalar::Kind(kind.as_str().into(), name.as_str().into())))
    }

    /// A comparison that is settled by what the case has chosen about the one open thing in it.
    pub(super) fn comparison_taken(&self, op: Op, (a, b): (&Expr, &Expr), parts: &[Value]) -> Option<Value> {
        self.same_taken(op, parts).or_else(|| self.side_taken(op, a, b))
    }

    /// Is somebody who is not known taken to be this one?
    fn same_taken(&self, op: Op, parts: &[Value]) -> Option<Value> {
        let ([Value::Open { causes, .. }, Value::Known(one)] | [Value::Known(one), Value::Open { causes, .. }]) = parts else { return None };
        let ([cause], Scalar::Ref(entity, id)) = (causes.as_slice(), one) else { return None };
        if self.is_tried(cause) {
            return None;
        }
        let name = format!("{entity}:{id}");
        let about = |word: &String| match (word.strip_prefix("= "), word.strip_prefix("!= ")) {
            (Some(taken), _) => Some(taken == name),
            (_, Some(not)) if not == name => Some(false),
            _ => None,
        };
        let same = self.choices.iter().filter(|(asked, _)| asked == cause).find_map(|(_, word)| about(word))?;
        match op {
            Op::Eq => Some(yes(same)),
            Op::Ne => Some(yes(!same)),
            _ => None,
        }
    }

    /// On which side of a number does the case take an open quantity to lie?
    fn side_taken(&self, op: Op, a: &Expr, b: &Expr) -> Option<Value> {
        let Line { open, rest } = self.line(a)?.plus(self.line(b)?.scaled(Number::whole(-1))?)?;
        let (cause, factor) = open?;
        if factor.is_zero() || self.is_tried(&cause) {
            return None;
        }
        let zero = Number::whole(0);
        let at = zero.minus(rest)?.over(factor)?;
        let words = self.choices.iter().filter(|(asked, _)| *asked == cause).map(|(_, word)| word);
        let mut span = self.span_of(&cause)?;
        for word in words {
            span = narrowed(&span, word)?;
        }
        let op = if factor < zero { super::step::mirrored(op) } else { op };
        span.decides(op, at).map(yes)
    }

    /// The quantity as a line; none when it is none, or hangs on several open things.
    fn line(&self, expr: &Expr) -> Option<Line> {
        let number = |line: &Line| line.open.is_none().then_some(line.rest);
        match expr {
            Expr::Add(a, b) => self.line(a)?.plus(self.line(b)?),
            Expr::Sub(a, b) => self.line(a)?.plus(self.line(b)?.scaled(Number::whole(-1))?),
            Expr::Neg(a) => self.line(a)?.scaled(Number::whole(-1)),
            Expr::Mul(a, b) => {
                let (a, b) = (self.line(a)?, self.line(b)?);
                match (number(&a), number(&b)) {
                    (Some(n), _) => b.scaled(n),
                    (_, Some(n)) => a.scaled(n),
                    _ => None,
                }
            }
            Expr::Div(a, b) => self.line(a)?.scaled(Number::whole(1).over(number(&self.line(b)?)?)?),
            _ => match self.eval(expr)? {
                Value::Known(Scalar::Quantity(n, unit)) if unit != Unit::Percent => Some(Line { open: None, rest: n }),
                Value::Open { causes, .. } if matches!(expr, Expr::Parameter(_) | Expr::Field(..) | Expr::Fact(..) | Expr::Judged(..)) => match causes.as_slice() {
                    [cause] => Some(Line { open: Some((cause.clone(), Number::whole(1))), rest: Number::whole(0) }),
                    _ => None,
                },
                _ => None,
            },
        }
    }

    /// What an open quantity may be before anything is chosen.
    pub(super) fn span_of(&self, cause: &Cause) -> Option<Span> {
        let model = self.case.model;
        let of_field = |field: &crate::model::Field| Span::of(&field.ty, &field.range);
        match cause {
            Cause::Hole { parameter } | Cause::NotJudged { parameter, .. } => {
                model.parameter(parameter).and_then(|parameter| Span::of(&parameter.ty, &parameter.range))
            }
            Cause::MissingFact { subject, attribute, .. } => of_field(model.entity(subject.split(':').next()?)?.attribute(attribute)?),
            Cause::MissingField { record, field } => {
                let event = self.case.record(record)?.event(model)?;
                of_field(event.fields.get(event.field(field)?)?)
            }
            _ => None,
        }
    }
}
