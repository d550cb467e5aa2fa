//! Conditions over the axes: what an expression asks, as far as it compares things with constants, or linearly with each other. What it asks
//! beyond that is an axis of its own that is yes or no.

use super::runs::Runs;
use super::space::{Domain, Form, Measure, Space, Test};
use crate::model::expr::{Aggregate, Expr, Op, Scope};
use crate::model::norm::{Hit, Norm, Occasion};
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Type, Unit};
use crate::model::{Field, Model};
use chrono::{Datelike, Timelike};
use std::collections::BTreeMap;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cond {
    Known(bool),
    /// Neither holds nor does not: a blank where a value is needed.
    Fault,
    Test(usize, Test),
    Not(Box<Cond>),
    All(Vec<Cond>),
    Either(Vec<Cond>),
}

/// A box: the cells of each axis that are in it; an axis that is not named has all.
pub(super) type Shape = BTreeMap<usize, Runs>;

/// More boxes than are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

const MOST_SHAPES: usize = 20_000;

/// Both; none when no cell is in both.
pub(super) fn meet(a: &Shape, b: &Shape) -> Option<Shape> {
    let mut both = a.clone();
    for (axis, runs) in b {
        let here = both.get(axis).map_or_else(|| runs.clone(), |already| already.and(runs));
        if here.is_empty() {
            return None;
        }
        both.insert(*axis, here);
    }
    Some(both)
}

impl Cond {
    /// The boxes in which the condition holds (`want`), or surely does not.
    pub(super) fn shapes(&self, space: &Space, want: bool) -> Result<Vec<Shape>, TooMany> {
        match self {
            Self::Known(known) => Ok(if *known == want { vec![Shape::new()] } else { Vec::new() }),
            Self::Fault => Ok(Vec::new()),
            Self::Test(axis, test) => {
                let runs = space.axes.get(*axis).map(|axis| axis.runs(test, want)).unwrap_or_default();
                Ok(if runs.is_empty() { Vec::new() } else { vec![Shape::from([(*axis, runs)])] })
            }
            Self::Not(inner) => inner.shapes(space, !want),
            Self::All(parts) if want => product(parts, space, want),
            Self::Either(parts) if !want => product(parts, space, want),
            Self::All(parts) | Self::Either(parts) => sum(parts, space, want),
        }
    }

    /// The truth in one cell of each axis; none: a fault.
    pub(super) fn truth(&self, space: &Space, cells: &[usize]) -> Option<bool> {
        match self {
            Self::Known(known) => Some(*known),
            Self::Fault => None,
            Self::Test(axis, test) => {
                let (line, cell) = (space.axes.get(*axis)?, *cells.get(*axis)?);
                let is = |want| line.runs(test, want).holds(cell);
                if is(true) { Some(true) } else { is(false).then_some(false) }
            }
            Self::Not(inner) => inner.truth(space, cells).map(|truth| !truth),
            Self::All(parts) => joined(parts.iter().map(|part| part.truth(space, cells)), false),
            Self::Either(parts) => joined(parts.iter().map(|part| part.truth(space, cells)), true),
        }
    }
}

fn joined(truths: impl Iterator<Item = Option<bool>>, decides: bool) -> Option<bool> {
    let mut all = Some(!decides);
    for truth in truths {
        match truth {
            Some(truth) if truth == decides => return Some(decides),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

fn product(parts: &[Cond], space: &Space, want: bool) -> Result<Vec<Shape>, TooMany> {
    let mut all = vec![Shape::new()];
    for part in parts {
        let shapes = part.shapes(space, want)?;
        if all.len().saturating_mul(shapes.len()) > MOST_SHAPES {
            return Err(TooMany);
        }
        all = all.iter().flat_map(|one| shapes.iter().filter_map(|other| meet(one, other))).collect();
    }
    Ok(all)
}

fn sum(parts: &[Cond], space: &Space, want: bool) -> Result<Vec<Shape>, TooMany> {
    let mut all: Vec<Shape> = Vec::new();
    for part in parts {
        for shape in part.shapes(space, want)? {
            // Values of one axis, written one by one, are one box.
            match all.last_mut() {
                Some(last) if last.len() == 1 && shape.len() == 1 && last.keys().eq(shape.keys()) => {
                    for (axis, runs) in shape {
                        last.entry(axis).and_modify(|already| *already = already.or(&runs));
                    }
                }
                _ => all.push(shape),
            }
        }
        if all.len() > MOST_SHAPES {
            return Err(TooMany);
        }
    }
    Ok(all)
}

/// Reads conditions of one norm into a space.
pub(super) struct Reader<'m> {
    pub model: &'m Model,
    pub norm: &'m Norm,
    pub space: Space,
}

impl<'m> Reader<'m> {
    pub(super) fn new(model: &'m Model, norm: &'m Norm) -> Self {
        Self { model, norm, space: Space::default() }
    }

    /// What the expression asks.
    pub(super) fn cond(&mut self, expr: &Expr) -> Cond {
        match expr {
            Expr::Value(Scalar::Bool(known)) => Cond::Known(*known),
            Expr::Not(inner) => Cond::Not(Box::new(self.cond(inner))),
            Expr::And(parts) => Cond::All(parts.iter().map(|part| self.cond(part)).collect()),
            Expr::Or(parts) => Cond::Either(parts.iter().map(|part| self.cond(part)).collect()),
            Expr::Compare(op, a, b) => self.compare(*op, a, b),
            Expr::OneOf(value, among) => {
                let scalars: Option<Vec<Scalar>> = among.iter().map(constant).collect();
                match scalars {
                    Some(scalars) if !scalars.iter().any(|one| matches!(one, Scalar::Quantity(..) | Scalar::Date(_) | Scalar::Time(_) | Scalar::Moment(_))) => {
                        self.among(value, scalars)
                    }
                    _ => Cond::Either(among.iter().map(|one| self.compare(Op::Eq, value, one)).collect()),
                }
            }
            Expr::Stated(what) => match self.domain(what) {
                Some(domain) => self.test(vec![((**what).clone(), Number::whole(1))], domain, Test::Stated),
                None => self.plain(expr),
            },
            // There is one when the count of them is at least one.
            Expr::Measure(measure) if measure.aggregate == Aggregate::Any => {
                let mut count = (**measure).clone();
                count.aggregate = Aggregate::Count;
                let counted = Expr::Measure(Box::new(count));
                let domain = Domain::Number(Measure::Quantity(Unit::One), count_range());
                self.test(vec![(counted, Number::whole(1))], domain, Test::Compare(Op::Ge, Number::whole(1)))
            }
            _ => self.plain(expr),
        }
    }

    /// A yes/no that is not looked into.
    fn plain(&mut self, expr: &Expr) -> Cond {
        self.test(vec![(expr.clone(), Number::whole(1))], Domain::Bool, Test::Among(vec![Scalar::Bool(true)]))
    }

    fn test(&mut self, form: Form, domain: Domain, test: Test) -> Cond {
        let axis = self.space.axis(&form, || domain);
        self.space.enter(axis, &test);
        Cond::Test(axis, test)
    }

    fn among(&mut self, value: &Expr, scalars: Vec<Scalar>) -> Cond {
        if let Some(cond) = self.decided(value, &mut |this, own| this.among(own, scalars.clone())) {
            return cond;
        }
        let is = |truth: bool| scalars.contains(&Scalar::Bool(truth));
        match value {
            Expr::Value(known) => Cond::Known(scalars.contains(known)),
            // A yes/no that is worked out is itself a condition.
            _ if self.domain(value) == Some(Domain::Bool) && (is(true) || is(false)) => match (is(true), is(false)) {
                (true, false) => self.cond(value),
                (false, true) => Cond::Not(Box::new(self.cond(value))),
                _ => Cond::Known(true),
            },
            _ => match self.domain(value) {
                Some(domain @ (Domain::Bool | Domain::Kind(..) | Domain::Named)) => self.test(vec![(value.clone(), Number::whole(1))], domain, Test::Among(scalars)),
                _ => self.plain(&Expr::OneOf(Box::new(value.clone()), scalars.into_iter().map(Expr::Value).collect())),
            },
        }
    }

    fn compare(&mut self, op: Op, a: &Expr, b: &Expr) -> Cond {
        // What is blank differs from everything.
        if op == Op::Ne {
            return Cond::Not(Box::new(self.compare(Op::Eq, a, b)));
        }
        for (one, other, op) in [(a, b, op), (b, a, op.mirrored())] {
            if let Some(cond) = self.decided(one, &mut |this, own| this.compare(op, own, other)) {
                return cond;
            }
            if let Some(value) = constant(other).filter(|value| number(value).is_none()) {
                return self.with_constant(op, one, value);
            }
        }
        let whole = Expr::Compare(op, Box::new(a.clone()), Box::new(b.clone()));
        match (self.linear(a), self.linear(b)) {
            (Some(a), Some(b)) => self.numbers(op, a, b).unwrap_or_else(|| self.plain(&whole)),
            _ => self.plain(&whole),
        }
    }

    /// Compares with a value of an enumeration, a yes/no, a text or a subject.
    fn with_constant(&mut self, op: Op, one: &Expr, value: Scalar) -> Cond {
        match (op, &value) {
            (Op::Eq, _) => self.among(one, vec![value]),
            (Op::Ne, _) => Cond::Not(Box::new(self.among(one, vec![value]))),
            (_, Scalar::Kind(kind, limit)) => {
                let Some(enumeration) = self.model.kind(kind) else { return Cond::Fault };
                let Some(rank) = enumeration.rank(limit) else { return Cond::Fault };
                let fits = |at: usize| match op {
                    Op::Lt => at < rank,
                    Op::Le => at <= rank,
                    Op::Gt => at > rank,
                    _ => at >= rank,
                };
                let values = enumeration.values.iter().enumerate().filter(|(at, _)| fits(*at));
                let among = values.map(|(_, (name, _))| Scalar::Kind(kind.clone(), name.as_str().into())).collect();
                self.among(one, among)
            }
            _ => self.plain(&Expr::Compare(op, Box::new(one.clone()), Box::new(Expr::Value(value)))),
        }
    }

    /// `a op b` as a test of the form `a − b`, its first factor made 1.
    fn numbers(&mut self, op: Op, a: Linear, b: Linear) -> Option<Cond> {
        let mut form = a.terms;
        for (term, by) in b.terms {
            let by = Number::whole(0).minus(by)?;
            match form.iter_mut().find(|(other, _)| crate::model::rewrite::same(other, &term)) {
                Some((_, already)) => *already = already.plus(by)?,
                None => form.push((term, by)),
            }
        }
        form.retain(|(_, by)| !by.is_zero());
        let limit = b.constant.minus(a.constant)?;
        let zero = Number::whole(0);
        let Some((_, lead)) = form.first() else {
            return Some(Cond::Known(fits(op, zero.cmp(&limit))));
        };
        let lead = *lead;
        let op = if lead < zero { op.mirrored() } else { op };
        let limit = limit.over(lead)?;
        let form: Form = form.into_iter().map(|(term, by)| Some((term, by.over(lead)?))).collect::<Option<_>>()?;
        let domain = self.form_domain(&form, a.measure);
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

    /// What another norm decides for the same occasion, put in its place: it is the value of the clause that applies.
    fn decided(&mut self, value: &Expr, then: &mut dyn FnMut(&mut Self, &Expr) -> Cond) -> Option<Cond> {
        let Expr::Decided(norm, slot) = value else { return None };
        if *norm == self.norm.name {
            return None;
        }
        let norm = self.model.norm(norm)?;
        let decision = norm.decisions.iter().find(|decision| decision.slot == *slot)?;
        let plain = decision.floor.is_none() && decision.cap.is_none() && decision.forfeits.is_empty() && norm.exceptions.is_empty();
        if !plain || !matches!(decision.hit, Hit::ExactlyOne | Hit::AtMostOne | Hit::First) {
            return None;
        }
        let scope = self.scope_of(norm);
        let mut earlier: Vec<Cond> = Vec::new();
        let mut each = Vec::new();
        for clause in &decision.clauses {
            let when = clause.when.as_ref().map_or(Cond::Known(true), |when| self.cond(when));
            let mut all = vec![scope.clone(), when.clone()];
            if decision.hit == Hit::First {
                all.extend(earlier.iter().map(|cond| Cond::Not(Box::new(cond.clone()))));
                earlier.push(when);
            }
            all.push(then(self, &clause.value));
            each.push(Cond::All(all));
        }
        Some(Cond::Either(each))
    }

    /// Where a norm applies: the filter of its occasion, and its condition.
    pub(super) fn scope_of(&mut self, norm: &Norm) -> Cond {
        let filter = match &norm.occasion {
            Occasion::Record(pattern) | Occasion::Member(pattern, _) => pattern.filter.as_ref().map(this),
            Occasion::Period { filter, .. } | Occasion::Case { filter, .. } | Occasion::Throughout { filter, .. } => filter.clone(),
            Occasion::Reaches { .. } => None,
        };
        Cond::All(filter.iter().chain(&norm.when).map(|expr| self.cond(expr)).collect())
    }

    /// The numbers or dates of an expression as a sum of terms and a constant.
    fn linear(&self, expr: &Expr) -> Option<Linear> {
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

    /// What an expression's values are; none when its type says nothing that conditions can be cut at.
    pub(super) fn domain(&self, expr: &Expr) -> Option<Domain> {
        let quantity = |unit: &Unit, range: Range| Some(Domain::Number(Measure::Quantity(unit.clone()), range));
        match expr {
            Expr::Field(_, name) => self.of_field(self.field(name)?),
            Expr::Fact(_, entity, attribute) => self.of_field(self.model.entity(entity)?.attribute(attribute)?),
            Expr::Parameter(name) | Expr::Judged(name, _) => {
                let parameter = self.model.parameter(name)?;
                self.of_type(&parameter.ty, &parameter.range)
            }
            Expr::Measure(measure) => match measure.aggregate {
                Aggregate::Count | Aggregate::RunOfDays | Aggregate::RunOfWorkingDays | Aggregate::RunOfSlots(_) => quantity(&Unit::One, count_range()),
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
            Expr::Belonging(..) => quantity(&Unit::Days, Range { grain: Some(Number::whole(1)), low: Some(Number::whole(0)), high: None }),
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
                crate::model::state::Ask::Now => Some(Domain::Bool),
                crate::model::state::Ask::Time(unit, _) => quantity(unit, Range { grain: None, low: Some(Number::whole(0)), high: None }),
                _ => quantity(&Unit::One, count_range()),
            },
            _ => None,
        }
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

fn count_range() -> Range {
    Range { grain: Some(Number::whole(1)), low: Some(Number::whole(0)), high: None }
}

fn constant_number(bound: Option<&(Expr, Vec<String>)>) -> Option<Number> {
    let (value, _) = bound?;
    number(&constant(value)?).map(|(number, _)| number)
}

/// A sum of terms and a constant.
struct Linear {
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

fn fits(op: Op, order: std::cmp::Ordering) -> bool {
    match op {
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
    }
}

/// In an occasion's own pattern the record that is looked at is the one that is judged.
pub(super) fn this(expr: &Expr) -> Expr {
    crate::model::rewrite::counted_as_this(expr)
}
