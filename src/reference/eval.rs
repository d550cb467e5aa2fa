//! Expressions (§3). Everything is evaluated, without short circuit: what was evaluated is what is told.

use super::derivation::{DayCount, Detail, Step, Value};
use super::judge::{Instead, Judge};
use super::slots::in_season;
use super::value::{Key, Linear, Opaque, Val};
use super::verdict::Cause;
use super::world::Variable;
use super::{compare, interval::Interval};
use crate::model::calendar::DayClass;
use crate::model::expr::{Expr, Op, Scope};
use crate::model::value::{Scalar, Type, Unit};
use crate::records::At;
use chrono::{Datelike, NaiveDate};
use std::sync::Arc;

impl Judge<'_, '_> {
    /// The value of an expression in this world.
    pub(super) fn eval(&mut self, expr: &Expr) -> Val {
        let mark = self.steps.as_ref().map(Vec::len);
        let mut value = self.work_out(expr);
        if self.counted.is_none()
            && self.instead.is_some_and(|instead| matches!(instead, Instead::Turned(turned) if turned == expr))
        {
            value = compare::not(&value);
        }
        if let Some(mark) = mark {
            self.close(mark, expr, &value);
        }
        value
    }

    /// The value, and the step when steps are kept.
    pub(super) fn stepped(&mut self, expr: &Expr) -> (Val, Option<Step>) {
        let value = self.eval(expr);
        (value, self.steps.as_mut().and_then(Vec::pop))
    }

    /// Yes, no or a fault.
    pub(super) fn condition(&mut self, expr: &Expr) -> (Val, Option<Step>) {
        let (value, step) = self.stepped(expr);
        (compare::all(&[value]), step)
    }

    fn close(&mut self, mark: usize, expr: &Expr, value: &Val) {
        let detail = std::mem::replace(&mut self.detail, Detail::None);
        let value = self.shown(value);
        if let Some(steps) = &mut self.steps {
            let parts = steps.split_off(mark.min(steps.len()));
            steps.push(Step { expr: expr.clone(), value, parts, detail });
        }
    }

    /// The value as it is told.
    pub(super) fn shown(&mut self, value: &Val) -> Value {
        match value {
            Val::Known(scalar) => Value::Known(scalar.clone()),
            Val::Blank => Value::Blank,
            Val::Fault(cause) => Value::Fault(cause.clone()),
            Val::Linear(linear) => {
                let (low, high) = self.world.bounds(linear).ends();
                Value::Open { low, high, causes: self.world.causes(linear) }
            }
            Val::Opaque(opaque) => Value::Open { low: None, high: None, causes: opaque.causes.clone() },
        }
    }

    fn work_out(&mut self, expr: &Expr) -> Val {
        match expr {
            Expr::Value(scalar) => Val::Known(scalar.clone()),
            Expr::Field(scope, name) => self.field(*scope, name),
            Expr::At(scope) => self.when(*scope),
            Expr::Day(scope) => self.day_of(*scope),
            Expr::Subject => self.occasion.subject.clone().map_or(Val::Blank, |(entity, id)| Val::Known(Scalar::Ref(entity, id))),
            Expr::Member => self.occasion.member.clone().unwrap_or(Val::Blank),
            Expr::PeriodStart => {
                let first = self.occasion.period.as_ref().map_or(self.occasion.day, |span| span.first);
                Val::Known(Scalar::Date(first))
            }
            Expr::MonthDay(month, day) => {
                let found = NaiveDate::from_ymd_opt(self.occasion.day.year(), *month, *day);
                found.map_or_else(|| Val::fault("no_such_day"), |day| Val::Known(Scalar::Date(day)))
            }
            Expr::Fact(of, entity, attribute) => match self.eval(of) {
                Val::Blank => Val::Fault(Cause::Blank { what: Some(compare::what(of)).filter(|what| !what.is_empty()).unwrap_or_else(|| entity.clone()) }),
                of => self.fact(&of, entity, attribute),
            },
            Expr::Belonging(of, entity, months) => match self.eval(of) {
                Val::Known(Scalar::Ref(_, id)) => self.belonging(entity, &id, *months),
                Val::Blank => Val::Fault(Cause::Blank { what: entity.clone() }),
                other => other,
            },
            Expr::Weekday(of) => match self.eval(of) {
                Val::Blank => Val::Fault(Cause::Blank { what: compare::what(of) }),
                of => match (of.as_at(), &of) {
                    (Some(at), _) => Val::Known(crate::model::weekday::of(self.rules.day(at))),
                    (None, Val::Fault(_)) => of,
                    (None, _) => self.derived("weekday", &Type::Kind(crate::model::WEEKDAY.to_owned()), &[&of]),
                },
            },
            Expr::TimeOfDay(of) => self.time_of_day(of),
            Expr::OnDay(day, time) => self.on_day(day, time),
            Expr::Parameter(name) => self.parameter(name),
            Expr::Judged(name, about) => self.judged(name, about),
            Expr::Decided(norm, slot) => self.decided(norm, slot, &self.key_for(norm)),
            Expr::DecidedOf(norm, slot, of, before) => match of.as_ref().map(|of| self.eval(of)) {
                None => self.decided_in_period(norm, slot, None, *before),
                Some(Val::Known(Scalar::Ref(_, id))) => self.decided_in_period(norm, slot, Some(&id), *before),
                Some(other) => other,
            },
            Expr::Delay(done) => self.delayed(*done),
            Expr::Late(unit, due, done) => self.late(unit, due, done),
            Expr::Each => self.each.clone().unwrap_or(Val::Blank),
            Expr::Measure(measure) => self.measure(measure),
            Expr::Group(group) => self.group(group),
            Expr::Stay(stay) => self.stay(stay),
            Expr::Holds(holds) => self.holds(holds),
            Expr::Slot(schedule, slot, start) => self.slot(schedule, slot, *start),
            other => self.combine(other),
        }
    }

    /// The set of these; the blank are left out, and a set of nobody is blank.
    fn together(&mut self, all: &[Expr]) -> Val {
        let values = self.evals(all);
        let mut set: Option<(Arc<str>, std::collections::BTreeSet<Arc<str>>)> = None;
        for value in &values {
            match value {
                Val::Fault(_) => return value.clone(),
                Val::Known(Scalar::Ref(entity, id)) => {
                    set.get_or_insert_with(|| (entity.clone(), Default::default())).1.insert(id.clone());
                }
                Val::Blank => {}
                _ => {
                    let entity = values.iter().find_map(|value| if let Val::Known(Scalar::Ref(entity, _)) = value { Some(entity.to_string()) } else { None });
                    let open: Vec<&Val> = values.iter().collect();
                    return self.derived("together", &Type::Set(entity.unwrap_or_default()), &open);
                }
            }
        }
        set.map_or(Val::Blank, |(entity, ids)| Val::Known(Scalar::Set(entity, ids.into_iter().collect())))
    }

    /// Expressions over other expressions.
    fn combine(&mut self, expr: &Expr) -> Val {
        match expr {
            Expr::Not(of) => compare::not(&self.eval(of)),
            Expr::And(all) => compare::all(&self.evals(all)),
            Expr::Or(all) => compare::any(&self.evals(all)),
            Expr::Compare(op, a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                self.compare_times(*op, (&x, a), (&y, b))
            }
            Expr::OneOf(of, among) => {
                let value = self.eval(of);
                let among: Vec<(Val, &Expr)> = among.iter().map(|one| (self.eval(one), one)).collect();
                let equal: Vec<Val> = among.iter().map(|(one, expr)| self.compare(Op::Eq, (&value, of), (one, expr))).collect();
                compare::any(&equal)
            }
            Expr::Contains(set, member) => {
                let (set, member) = (self.eval(set), self.eval(member));
                self.contains(&set, &member)
            }
            Expr::Stated(of) => self.stated(of),
            Expr::Jointly(of) => match self.eval(of) {
                Val::Known(Scalar::Set(entity, ids)) => Val::Known(Scalar::Ref(entity, Arc::from(ids.join("+")))),
                other => other,
            },
            Expr::Together(all) => self.together(all),
            // The one thing that is looked at only where it is needed.
            Expr::OrElse(a, b) => match self.eval(a) {
                Val::Blank => self.eval(b),
                value => value,
            },
            Expr::Add(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                self.add(&x, &y, 1, (a, b))
            }
            Expr::Sub(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                self.add(&x, &y, -1, (a, b))
            }
            Expr::Mul(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                self.multiply(&x, &y, (a, b))
            }
            Expr::Div(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                self.divide(&x, &y, (a, b))
            }
            Expr::Neg(of) => {
                let value = self.eval(of);
                self.scaled(&value, crate::model::number::Number::whole(-1), of)
            }
            Expr::Between(unit, a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                self.between(unit, (&x, a), (&y, b))
            }
            Expr::Later(later, a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                self.later(*later, (x, a), (y, b))
            }
            Expr::Shift(at, by) => {
                let (x, y) = (self.eval(at), self.eval(by));
                self.shift((&x, at), (&y, by))
            }
            Expr::Round(mode, of, step) => {
                let value = self.eval(of);
                self.round(*mode, &value, *step, of)
            }
            _ => Val::fault("no_value"),
        }
    }

    fn evals(&mut self, all: &[Expr]) -> Vec<Val> {
        all.iter().map(|expr| self.eval(expr)).collect()
    }

    /// An open value of a type (§3): yes/no and enumerations branch when they are read.
    pub(super) fn open(&mut self, key: &str, ty: &Type, interval: Interval, causes: Vec<Cause>) -> Val {
        let key: Key = Arc::from(key);
        match ty {
            Type::Bool => {
                let yes = self.world.pick(&key, &causes, &["yes".to_owned(), "no".to_owned()]) == 0;
                Val::bool(yes)
            }
            Type::Kind(name) => {
                let values: Vec<String> =
                    self.known.model.kind(name).map(|kind| kind.values.iter().map(|(value, _)| value.clone()).collect()).unwrap_or_default();
                let picked = self.world.pick(&key, &causes, &values);
                match values.get(picked) {
                    Some(value) => Val::Known(Scalar::Kind(Arc::from(name.as_str()), Arc::from(value.as_str()))),
                    None => Val::fault("no_value"),
                }
            }
            Type::Quantity(unit) => {
                self.world.declare(&key, || Variable { interval, causes });
                Val::Linear(Linear::variable(key, unit.clone()))
            }
            _ => Val::Opaque(Opaque { key, ty: ty.clone(), within: Box::new(interval), causes }),
        }
    }

    /// An open value that comes from open values in a way that is not followed further.
    pub(super) fn derived(&mut self, name: &str, ty: &Type, from: &[&Val]) -> Val {
        self.derived_within(name, ty, from, Interval::ALL)
    }

    /// The same, for a quantity of which it is known between which bounds it lies.
    pub(super) fn derived_within(&mut self, name: &str, ty: &Type, from: &[&Val], interval: Interval) -> Val {
        let mut causes: Vec<Cause> = from.iter().flat_map(|value| self.causes_of(value)).collect();
        causes.sort();
        causes.dedup();
        let names: Vec<String> = from.iter().map(|value| value.name()).collect();
        let key: Key = Arc::from(format!("{name}({})", names.join(", ")));
        let value = self.open(&key, ty, interval, causes);
        self.world.narrow(&key, &interval);
        value
    }

    fn when(&mut self, scope: Scope) -> Val {
        match (scope, self.counted) {
            (Scope::Counted, Some(id)) => Val::at(self.known.record(id).at),
            _ => Val::at(self.occasion.at),
        }
    }

    fn day_of(&mut self, scope: Scope) -> Val {
        match (scope, self.counted) {
            (Scope::Counted, Some(id)) => Val::Known(Scalar::Date(self.rules.day(self.known.record(id).at))),
            _ => Val::Known(Scalar::Date(self.occasion.day)),
        }
    }

    /// Is the member in the set? A blank set has none.
    fn contains(&mut self, set: &Val, member: &Val) -> Val {
        match (set, member) {
            (Val::Fault(cause), _) | (_, Val::Fault(cause)) => Val::Fault(cause.clone()),
            (Val::Blank, _) | (_, Val::Blank) => Val::bool(false),
            (Val::Known(Scalar::Set(_, ids)), Val::Known(Scalar::Ref(_, id) | Scalar::Text(id))) => Val::bool(ids.contains(id)),
            (Val::Known(Scalar::Ref(_, one)), Val::Known(Scalar::Ref(_, id) | Scalar::Text(id))) => Val::bool(one == id),
            _ => self.derived("in", &Type::Bool, &[set, member]),
        }
    }

    /// The moment at which a slot of a schedule begins or ends on the occasion's day.
    fn slot(&mut self, schedule: &str, slot: &str, start: bool) -> Val {
        let day = self.occasion.day;
        let found = self.known.model.schedule(schedule).and_then(|s| s.slots.iter().find(|s| s.name == slot && in_season(s, day)));
        let Some(found) = found else { return Val::fault("no_slot") };
        let time = |text: &str| chrono::NaiveTime::parse_from_str(text, "%H:%M").ok();
        let (Some(from), Some(until)) = (time(&found.start), time(&found.end)) else { return Val::fault("no_slot") };
        // A slot that ends before it starts ends on the next day.
        let (day, time) = match (start, until <= from) {
            (true, _) => (Some(day), from),
            (false, true) => (day.succ_opt(), until),
            (false, false) => (Some(day), until),
        };
        let moment = day.and_then(|day| self.rules.local(day.and_time(time)));
        moment.map_or_else(|| Val::fault("no_such_moment"), |moment| Val::Known(Scalar::Moment(moment)))
    }

    /// The days that were counted, for whoever wants to see them. `moved`: a time moved back passes the days before its start, the end among them.
    pub(super) fn tell_days(&mut self, start: At, end: At, working: bool, counted: i64, moved: bool) {
        if self.steps.is_none() || !working {
            return;
        }
        let (from, to) = (self.rules.day(start).min(self.rules.day(end)), self.rules.day(start).max(self.rules.day(end)));
        let class = |day: NaiveDate| self.rules.calendar.map_or(DayClass::Unknown, |calendar| calendar.class(day));
        let back = moved && counted < 0;
        let days = from.iter_days().skip(usize::from(!back)).take_while(|day| if back { *day < to } else { *day <= to });
        let skipped = days.map(|day| (day, class(day))).filter(|(_, class)| !matches!(class, DayClass::Working(_))).collect();
        self.detail = Detail::Days(DayCount { start, end, same_day: false, counted, skipped, suspended: Vec::new(), moved: Vec::new() });
    }

    /// The name of the unit's type.
    pub(super) fn quantity(unit: &Unit) -> Type {
        Type::Quantity(unit.clone())
    }
}
