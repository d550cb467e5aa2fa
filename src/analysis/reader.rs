//! What expressions ask, as conditions: comparisons of things with constants, or linearly with each other. What an expression asks beyond that is an
//! axis of its own that is yes or no.

use super::condition::Cond;
use super::linear::{constant, number};
use super::space::{Domain, Form, Measure, Space, Test};
use crate::model::{EventType, Interval, Model};
use crate::model::expr::{Aggregate, Expr, Op, Scope};
use crate::model::norm::{Action, Exception, Hit, Norm, Occasion};
use crate::model::number::Number;
use crate::model::rewrite::counted_as_this;
use crate::model::value::{Scalar, Unit};

/// Lines of another norm that are held against each other, at most, when what it decides is put in place.
const MOST_ROWS: usize = 16;

/// Reads conditions of one norm into a space.
pub(super) struct Reader<'m> {
    pub model: &'m Model,
    pub norm: &'m Norm,
    /// The type of the record that is looked at besides the occasion, if one is.
    pub counted: Option<&'m EventType>,
    pub space: Space,
}

impl<'m> Reader<'m> {
    pub(super) fn new(model: &'m Model, norm: &'m Norm) -> Self {
        Self { model, norm, counted: None, space: Space::default() }
    }

    /// What the expression asks.
    pub(super) fn cond(&mut self, expr: &Expr) -> Cond {
        match expr {
            Expr::Value(Scalar::Bool(known)) => Cond::Known(*known),
            Expr::Not(inner) => Cond::Not(Box::new(self.cond(inner))),
            Expr::And(parts) => Cond::All(parts.iter().map(|part| self.cond(part)).collect()),
            Expr::Or(parts) => Cond::Either(parts.iter().map(|part| self.cond(part)).collect()),
            Expr::Compare(..) if super::seen::multiple(expr).is_some() => self.plain(expr),
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
                let domain = self.domain(&counted).unwrap_or(Domain::Number(Measure::Quantity(Unit::One), super::domain::count_range()));
                self.test(vec![(counted, Number::whole(1))], domain, Test::Compare(Op::Ge, Number::whole(1)))
            }
            // Holding a certain office is what it asks of the person.
            Expr::Holds(holds) if holds.on == Scope::This => match constant(&holds.office) {
                Some(Scalar::Kind(_, office)) => match holds.asked(&office) {
                    Some(asked) => self.cond(asked),
                    None => self.plain(expr),
                },
                _ => self.plain(expr),
            },
            _ => self.plain(expr),
        }
    }

    /// Where a line or an exception applies: always, where it has no condition.
    pub(super) fn when(&mut self, when: Option<&Expr>) -> Cond {
        when.map_or(Cond::Known(true), |when| self.cond(when))
    }

    /// A yes/no that is not looked into.
    pub(super) fn plain(&mut self, expr: &Expr) -> Cond {
        self.test(vec![(expr.clone(), Number::whole(1))], Domain::Bool, Test::Among(vec![Scalar::Bool(true)]))
    }

    pub(super) fn test(&mut self, form: Form, domain: Domain, test: Test) -> Cond {
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

    /// What another norm decides for the same occasion, put in its place: it is the value of the clause that applies.
    fn decided(&mut self, value: &Expr, then: &mut dyn FnMut(&mut Self, &Expr) -> Cond) -> Option<Cond> {
        let Expr::Decided(norm, slot) = value else { return None };
        if *norm == self.norm.name {
            return None;
        }
        let norm = self.model.norm(norm)?;
        let decision = norm.decisions.iter().find(|decision| decision.slot == *slot)?;
        // Where the other is not in force, its value is blank, and other lines may apply.
        let as_long = norm.regulation == self.norm.regulation && norm.dated_by == self.norm.dated_by && (norm.validity.is_always() || norm.validity == self.norm.validity);
        let plain = as_long && decision.floor.is_none() && decision.cap.is_none() && decision.forfeits.is_empty() && norm.exceptions.is_empty();
        if !plain || !matches!(decision.hit, Hit::ExactlyOne | Hit::AtMostOne | Hit::First) {
            return None;
        }
        let scope = self.scope_of(norm);
        let mut earlier: Vec<Cond> = Vec::new();
        let mut each = Vec::new();
        for clause in &decision.clauses {
            let when = self.when(clause.when.as_ref());
            let mut all = vec![scope.clone(), when.clone()];
            if decision.hit == Hit::First {
                all.extend(earlier.iter().map(|cond| Cond::Not(Box::new(cond.clone()))));
                earlier.push(when);
            } else if decision.clauses.len() <= MOST_ROWS {
                // Where another line says otherwise, it is open what is decided.
                let others = decision.clauses.iter().filter(|other| other.value != clause.value);
                all.extend(others.map(|other| self.when(other.when.as_ref()).negated()).collect::<Vec<_>>());
            }
            all.push(then(self, &clause.value));
            each.push(Cond::All(all));
        }
        Some(Cond::Either(each))
    }

    /// Where a norm applies and no exception switches it off, on the days of `during`.
    pub(super) fn applies(&mut self, norm: &Norm, during: Interval) -> Cond {
        let off = norm.exceptions.iter().map(|exception| self.switches_off(exception, during).negated()).collect::<Vec<_>>();
        Cond::All(std::iter::once(self.scope_of(norm)).chain(off).collect())
    }

    /// Where an exception prevails: it applies, and none of its own switches it off. One that is in force for a part of the days only leaves the
    /// others to what it is an exception to.
    pub(super) fn prevails(&mut self, exception: &Exception, during: Interval) -> Cond {
        if !covers(exception.validity, during) {
            return Cond::Known(false);
        }
        let when = self.when(exception.when.as_ref());
        let inner = exception.exceptions.iter().map(|inner| self.switches_off(inner, during).negated()).collect::<Vec<_>>();
        Cond::All(std::iter::once(when).chain(inner).collect())
    }

    /// Where an exception, or one to it, takes the place of what the slot's own lines say.
    pub(super) fn replaces(&mut self, exception: &Exception, slot: &str, during: Interval) -> Cond {
        let takes = match &exception.action {
            Action::Off => true,
            Action::Replace(of, _) => of == slot,
            Action::Times(..) | Action::More(..) | Action::Violation => false,
        };
        let prevails = self.prevails(exception, during);
        let mut inner = Vec::new();
        for other in &exception.exceptions {
            match (&other.action, takes) {
                // One that changes what it is an exception to leaves the lines to count where that switches off.
                (Action::Times(..) | Action::More(..) | Action::Violation, true) if exception.action == Action::Off => inner.push(self.prevails(other, during).negated()),
                (Action::Replace(..), false) => inner.push(self.replaces(other, slot, during)),
                _ => {}
            }
        }
        match takes {
            true => Cond::All(std::iter::once(prevails).chain(inner).collect()),
            false => Cond::All(vec![prevails, Cond::Either(inner)]),
        }
    }

    fn switches_off(&mut self, exception: &Exception, during: Interval) -> Cond {
        if exception.action != Action::Off {
            return Cond::Known(false);
        }
        let prevails = self.prevails(exception, during);
        let others = exception.exceptions.iter().filter(|inner| inner.action != Action::Off).map(|inner| self.prevails(inner, during).negated()).collect::<Vec<_>>();
        Cond::All(std::iter::once(prevails).chain(others).collect())
    }

    /// Where a norm applies: the filter of its occasion, and its condition.
    pub(super) fn scope_of(&mut self, norm: &Norm) -> Cond {
        let broken = super::seen::broken(self.model, &norm.occasion).map(|broken| self.breach(broken));
        let own = filter_of(norm).iter().chain(&norm.when).map(|expr| self.cond(expr)).collect::<Vec<_>>();
        Cond::All(broken.into_iter().chain(own).collect())
    }
}

/// Which of its occasions a norm is about, said of the occasion.
pub(super) fn filter_of(norm: &Norm) -> Option<Expr> {
    match &norm.occasion {
        Occasion::Record(pattern) | Occasion::Member(pattern, _) => pattern.filter.as_ref().map(counted_as_this),
        Occasion::Period { filter, .. } | Occasion::Case { filter, .. } | Occasion::Throughout { filter, .. } => filter.clone(),
        Occasion::Reaches { .. } => None,
    }
}

/// Does the first hold on all days of the second?
fn covers(whole: Interval, part: Interval) -> bool {
    let from = whole.from.is_none_or(|from| part.from.is_some_and(|begins| from <= begins));
    let until = whole.until.is_none_or(|until| part.until.is_some_and(|ends| ends <= until));
    from && until
}
