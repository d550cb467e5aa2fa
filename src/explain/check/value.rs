//! Values of names: fields, times, attributes, parameters, judgements, slots.

use super::arith::{fault, open};
use super::case::{Case, Scene, Seen};
use super::dates;
use super::logic::combine;
use crate::model::expr::{About, Expr, Scope};
use crate::model::value::{Scalar, Type};
use crate::model::{Decided, EntitySort, Model, ParameterSort, walk};
use crate::records::Stored;
use crate::reference::derivation::Value;
use crate::reference::verdict::Cause;
use chrono::{Datelike, NaiveDate, NaiveTime};

impl<'c> Scene<'c> {
    /// The record that names of this scope belong to.
    pub(super) fn holder(&self, scope: Scope) -> Option<Seen<'c>> {
        match scope {
            Scope::This => self.case.trigger,
            Scope::Counted => self.counted,
        }
    }

    /// The value of an expression, worked out from the model and the records; none where the checker does not look (values
    /// that other verdicts decide).
    pub(super) fn eval(&self, expr: &Expr) -> Option<Value> {
        if let Expr::Measure(measure) = expr {
            return self.measure(measure).value;
        }
        if let Expr::Group(group) = expr {
            return self.group(group);
        }
        if let Expr::Stay(stay) = expr {
            return self.stay(stay);
        }
        if let Expr::Holds(holds) = expr {
            return self.holds(holds);
        }
        if let Expr::OrElse(a, b) = expr {
            return self.eval(a).and_then(|value| if value == Value::Blank { self.eval(b) } else { Some(value) });
        }
        let parts: Vec<Value> = walk::operands(expr).into_iter().map(|part| self.eval(part)).collect::<Option<_>>()?;
        self.of_parts(expr, &parts)
    }

    /// The value of an expression from the values of its operands. Measures are looked at elsewhere.
    pub(super) fn of_parts(&self, expr: &Expr, parts: &[Value]) -> Option<Value> {
        let case = self.case;
        match (expr, parts) {
            (Expr::Value(scalar), _) => Some(Value::Known(scalar.clone())),
            (Expr::Field(scope, name), _) => self.field(self.holder(*scope)?, name),
            (Expr::At(scope), _) => Some(Value::Known(dates::value_of(self.time(*scope)))),
            (Expr::Day(scope), _) => Some(Value::Known(Scalar::Date(self.time(*scope).day(case.zone)))),
            (Expr::Subject, _) => Some(subject(case.subject.as_ref())),
            // Nobody knows who the members are: one occasion says so.
            (Expr::Member, _) if case.member.is_none() && case.key().ends_with("/?") => Some(fault("no_members")),
            (Expr::Member, _) => Some(subject(case.member.as_ref())),
            (Expr::Each, _) => self.each.map(|(entity, id)| Value::Known(Scalar::Ref(entity.into(), id.into()))),
            (Expr::PeriodStart, _) => case.period.map(|(first, _)| Value::Known(Scalar::Date(first))),
            (Expr::MonthDay(month, day), _) => Some(self.month_day(*month, *day)),
            (Expr::Belonging(_, entity, months), [Value::Known(Scalar::Ref(_, id))]) => case.belonging(entity, id, *months),
            (Expr::Fact(_, entity, attribute), [of]) => self.fact(of, entity, attribute),
            (Expr::Weekday(_), [Value::Known(time)]) => dates::day_of(time, case.zone).map(|day| Value::Known(crate::model::weekday::of(day))),
            (Expr::Weekday(_), [Value::Blank]) => Some(fault("blank")),
            (Expr::Weekday(_), [of]) => Some(self.weekday_taken(of).unwrap_or_else(|| spread(of, of))),
            (Expr::TimeOfDay(_), [of]) => Some(dates::time_of_day(of, case.zone)),
            (Expr::OnDay(..), [day, time]) => Some(dates::on_day(day, time, case.zone)),
            (Expr::Late(unit, ..), [Value::Known(due), Value::Blank]) => self.late_so_far(unit, due),
            (Expr::Late(unit, ..), [Value::Known(a), Value::Known(b)]) => dates::between(unit, a, b, case.zone, case.calendar),
            (Expr::Late(..), [a, b]) => Some(spread(a, b)),
            (Expr::Later(later, ..), [a, b]) => Some(self.later(*later, a, b)),
            (Expr::Parameter(name), _) => self.parameter(name),
            (Expr::Judged(name, About::Record(scope)), _) => self.judgement(name, &self.holder(*scope)?.reference()),
            (Expr::Judged(name, About::Subject(_)), [Value::Known(Scalar::Ref(_, id))]) => self.judgement(name, &self.said_of(name, id)),
            (Expr::Between(unit, ..), [Value::Known(a), Value::Known(b)]) => dates::between(unit, a, b, case.zone, case.calendar),
            (Expr::Shift(..), [Value::Known(a), Value::Known(b)]) => dates::shift(a, b, case.zone, case.calendar),
            (Expr::Between(..) | Expr::Shift(..), [a, b]) => Some(spread(a, b)),
            (Expr::Slot(schedule, slot, start), _) => self.slot(schedule, slot, *start),
            (Expr::Decided(norm, slot), _) if *norm == case.norm.name => self.decided.iter().find(|told| told.slot == *slot).map(|told| told.value.clone()),
            (Expr::Decided(..) | Expr::DecidedOf(..) | Expr::Measure(_) | Expr::Group(_) | Expr::Stay(_) | Expr::Holds(_), _) => None,
            (Expr::Compare(op, a, b), _) => match combine(case, expr, parts)? {
                Value::Open { low, high, causes } => Some(self.comparison_taken(*op, (a, b), parts).unwrap_or(Value::Open { low, high, causes })),
                settled => Some(settled),
            },
            _ => combine(case, expr, parts),
        }
    }

    /// What is not done yet is at least so late as has passed since.
    fn late_so_far(&self, unit: &crate::model::value::Unit, due: &Scalar) -> Option<Value> {
        let case = self.case;
        let now = Scalar::Date(case.derivation.known_until.day(case.zone));
        match dates::between(unit, due, &now, case.zone, case.calendar)? {
            Value::Known(Scalar::Quantity(least, _)) => Some(Value::Open { low: Some(least), high: None, causes: vec![Cause::NotDone] }),
            other => Some(other),
        }
    }

    /// Of two times the later or the earlier: of a day its end; what is blank is never the earlier.
    fn later(&self, later: bool, a: &Value, b: &Value) -> Value {
        let end = |value: &Value| match value {
            Value::Known(scalar) => {
                let day = dates::day_of(scalar, self.case.zone)?;
                Some((day, if let Scalar::Moment(moment) = scalar { Some(moment.naive_utc()) } else { None }))
            }
            _ => None,
        };
        let nothing = |value: &Value| match value {
            Value::Blank | Value::Fault(Cause::Blank { .. }) => true,
            Value::Fault(Cause::Fault { fault }) => fault == "blank",
            _ => false,
        };
        match (a, b) {
            (one, _) if nothing(one) => if later { a.clone() } else { b.clone() },
            (_, other) if nothing(other) => if later { b.clone() } else { a.clone() },
            (Value::Fault(_), _) => a.clone(),
            (_, Value::Fault(_)) => b.clone(),
            _ => match (end(a), end(b)) {
                (Some(one), Some(other)) => {
                    let after = match (one, other) {
                        ((_, Some(one)), (_, Some(other))) => one > other,
                        ((day, None), (other, Some(_))) => day >= other,
                        ((day, _), (other, _)) => day > other,
                    };
                    if after == later { a.clone() } else { b.clone() }
                }
                _ => spread(a, b),
            },
        }
    }

    /// The day of the week that an open date is taken to fall on.
    fn weekday_taken(&self, of: &Value) -> Option<Value> {
        let Value::Open { causes, .. } = of else { return None };
        let taken = self.choices.iter().filter(|(cause, _)| causes.contains(cause)).find_map(|(_, word)| crate::model::weekday::named(word))?;
        Some(Value::Known(Scalar::Kind(crate::model::WEEKDAY.into(), taken.into())))
    }

    fn time(&self, scope: Scope) -> crate::records::At {
        self.holder(scope).map_or(self.case.at, Seen::at)
    }

    /// A role or field of a record; a missing one is what the world takes it to be.
    pub(super) fn field(&self, seen: Seen<'c>, name: &str) -> Option<Value> {
        let event = seen.event(self.case.model)?;
        let ty = &event.fields.get(event.field(name)?)?.ty;
        let cause = Cause::MissingField { record: seen.reference(), field: name.to_owned() };
        let missing = || match self.chosen(&cause, ty) {
            // What is asked whether it is stated, and is not, is blank.
            Value::Open { .. } if self.case.asks(name) && !self.is_tried(&cause) && self.choices.iter().any(|(asked, word)| *asked == cause && word == "no") => Value::Blank,
            value => value,
        };
        Some(seen.field(self.case.model, name).unwrap_or_else(missing))
    }

    fn month_day(&self, month: u32, day: u32) -> Value {
        NaiveDate::from_ymd_opt(self.case.day.year(), month, day).map_or_else(|| fault("no_such_day"), |day| Value::Known(Scalar::Date(day)))
    }

    fn fact(&self, of: &Value, entity: &str, attribute: &str) -> Option<Value> {
        // Attestations name the person who says so by the id alone.
        let ty = &self.case.model.entity(entity)?.attribute(attribute)?.ty;
        let Value::Known(Scalar::Ref(_, id) | Scalar::Text(id)) = of else { return Some(self.attribute_taken(of, ty).unwrap_or_else(|| spread(of, of))) };
        let as_of = self.day_for(entity, id);
        Some(self.case.stored_fact(entity, id, attribute, as_of).unwrap_or_else(|| {
            let subject = format!("{entity}:{id}");
            let asked = self.choices.iter().filter(|(cause, _)| match cause {
                Cause::MissingFact { subject: same, attribute: name, day } => *same == subject && name == attribute && day.is_none_or(|day| day == as_of),
                _ => false,
            });
            // Where it is asked whether it is stated, that is chosen first, and what it is after that.
            let words: Vec<&str> = asked.map(|(_, word)| word.as_str()).collect();
            match (words.as_slice(), self.case.asks(attribute)) {
                (["no"], true) => Value::Blank,
                ([.., word], false) | ([_, .., word], true) if !matches!(chosen(self.case.model, word, ty), Value::Open { .. }) => chosen(self.case.model, word, ty),
                _ => {
                    let is_case = self.case.model.entity(entity).is_some_and(|entity| entity.sort == EntitySort::Case);
                    open_for(&Cause::MissingFact { subject, attribute: attribute.to_owned(), day: (!is_case).then_some(as_of) })
                }
            }
        }))
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        let parameter = self.case.model.parameter(name)?;
        if let Some(settled) = &parameter.settled {
            return Some(Value::Known(settled.clone()));
        }
        let cause = match &parameter.sort {
            ParameterSort::Reading { decided: Some(Decided { alternative, since, retroactive, .. }) }
                if *retroactive || *since <= self.case.day =>
            {
                let Type::Kind(kind) = &parameter.ty else { return None };
                return Some(Value::Known(Scalar::Kind(kind.as_str().into(), alternative.as_str().into())));
            }
            ParameterSort::Reading { .. } => Cause::Reading { parameter: name.to_owned() },
            _ => Cause::Hole { parameter: name.to_owned() },
        };
        Some(self.chosen(&cause, &parameter.ty))
    }

    /// What the world takes an open value to be: a yes/no or a name; anything else stays open.
    pub(super) fn chosen(&self, cause: &Cause, ty: &Type) -> Value {
        let mut taken = self.choices.iter().filter(|(asked, _)| asked == cause && !self.is_tried(cause)).map(|(_, word)| chosen(self.case.model, word, ty));
        taken.find(|value| !matches!(value, Value::Open { .. })).unwrap_or_else(|| open_for(cause))
    }

    fn slot(&self, schedule: &str, slot: &str, start: bool) -> Option<Value> {
        let day = self.case.day;
        let today = day.format("%m-%d").to_string();
        let in_season = |season: &Option<(String, String)>| match season {
            None => true,
            Some((from, to)) if from <= to => *from <= today && today <= *to,
            Some((from, to)) => *from <= today || today <= *to,
        };
        let slots = &self.case.model.schedule(schedule)?.slots;
        let found = slots.iter().find(|s| s.name == slot && in_season(&s.season))?;
        let clock = NaiveTime::parse_from_str(if start { &found.start } else { &found.end }, "%H:%M").ok()?;
        let moment = day.and_time(clock).and_local_timezone(self.case.zone).single()?;
        Some(Value::Known(Scalar::Moment(moment.fixed_offset())))
    }
}

/// Looks for `NAME is stated`.
struct Asks<'n>(&'n str, bool);

impl walk::Look for Asks<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Stated(of) | Expr::OrElse(of, _) = expr {
            self.1 |= matches!(&**of, Expr::Field(_, name) | Expr::Fact(_, _, name) if name == self.0);
        }
    }
}

impl Case<'_> {
    /// Does the norm ask whether this field or attribute is stated?
    fn asks(&self, name: &str) -> bool {
        let mut asks = Asks(name, false);
        walk::norm(self.norm, &mut asks);
        asks.1
    }

    /// An attribute as of a day, from the registers and the columns of cases.
    fn stored_fact(&self, entity: &str, id: &str, attribute: &str, day: NaiveDate) -> Option<Value> {
        let values = self.records.facts.entities.get(entity)?.get(id)?.get(attribute)?;
        let holds = |from: Option<NaiveDate>, until: Option<NaiveDate>| {
            from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
        };
        match &values.iter().find(|fact| holds(fact.from, fact.until))?.value {
            Stored::Known(scalar) => Some(Value::Known(scalar.clone())),
            Stored::Blank => Some(Value::Blank),
            Stored::Missing => None,
        }
    }
}

fn subject(subject: Option<&(std::sync::Arc<str>, std::sync::Arc<str>)>) -> Value {
    subject.map_or_else(open, |(entity, id)| Value::Known(Scalar::Ref(entity.clone(), id.clone())))
}

/// What a value that is not known makes of what depends on it.
fn spread(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Fault(_), _) => a.clone(),
        (_, Value::Fault(_)) => b.clone(),
        (Value::Blank, _) | (_, Value::Blank) => fault("blank"),
        _ => {
            let mut causes: Vec<Cause> = [a, b].into_iter().flat_map(|value| if let Value::Open { causes, .. } = value { causes.clone() } else { Vec::new() }).collect();
            causes.sort();
            causes.dedup();
            Value::Open { low: None, high: None, causes }
        }
    }
}

/// Open for this reason.
fn open_for(cause: &Cause) -> Value {
    Value::Open { low: None, high: None, causes: vec![cause.clone()] }
}

/// A choice in words as a value of this type. One about something else that is open for the same reason, as how many records there are, says nothing of it.
fn chosen(model: &Model, word: &str, ty: &Type) -> Value {
    match (ty, word) {
        (Type::Bool, "yes") => super::arith::yes(true),
        (Type::Bool, "no") => super::arith::yes(false),
        (Type::Kind(kind), name) if model.kind(kind).is_some_and(|kind| kind.values.iter().any(|(value, _)| value == name)) => {
            Value::Known(Scalar::Kind(kind.as_str().into(), name.into()))
        }
        _ => open(),
    }
}
