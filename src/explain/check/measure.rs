//! Measures, counted once more from the records.

use super::arith::{self, bounds, open, yes};
use super::logic;
use super::case::{Case, Order, Scene, Seen, order_times};
use super::window::Bounds;
use crate::model::calendar::DayClass;
use crate::model::expr::{Aggregate, Expr, Measure, Pattern};
use crate::model::number::Number;
use crate::model::typing;
use crate::model::value::{Scalar, Type, Unit};
use crate::model::walk;
use crate::reference::derivation::Value;
use crate::reference::verdict::Cause;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    Counted { certain: bool },
    Before,
    After,
    Link(String),
    Void,
    Filter,
    SameAs(String),
    NotFor,
    /// The checker cannot say.
    Unclear,
}

/// A counting of the checker.
pub(super) struct Counted<'c> {
    pub(super) records: Vec<(Seen<'c>, Standing)>,
    pub(super) bounds: Option<Bounds<'c>>,
    /// None when the checker cannot say.
    pub(super) value: Option<Value>,
}

impl<'c> Scene<'c> {
    /// The measure at this occasion.
    pub(super) fn measure(&self, measure: &Measure) -> Counted<'c> {
        let Some(bounds) = self.bounds(&measure.window) else {
            return Counted { records: Vec::new(), bounds: None, value: None };
        };
        let records = self.sort_out(&measure.pattern, measure.distinct.as_ref(), &bounds);
        let of_each = |seen: &Seen<'c>| measure.of.as_ref().map(|of| self.at_record(*seen).eval(of)).unwrap_or(None);
        let counting = records.iter().filter(|(_, standing)| matches!(standing, Standing::Counted { .. }));
        let values: Vec<Option<Value>> = counting.map(|(seen, _)| of_each(seen)).collect();
        let value = self.aggregate(measure, &records, &values);
        let value = if bounds.unfinished(self.case).is_some() { value.map(|so_far| self.more_to_come(measure, so_far)) } else { value };
        Counted { records, bounds: Some(bounds), value }
    }

    /// The same place, looking at a record.
    pub(super) fn at_record(&self, seen: Seen<'c>) -> Self {
        Self { counted: Some(seen), inside: false, ..*self }
    }

    /// The same place, where the conditions on a record are tried. The occasion's own record is what the case takes it to be.
    pub(super) fn at_tried(&self, seen: Seen<'c>) -> Self {
        let own = self.case.trigger.is_some_and(|own| own.reference() == seen.reference());
        Self { inside: !own, ..self.at_record(seen) }
    }

    /// Every record of the pattern's types and what becomes of it: the first reason that holds.
    pub(super) fn sort_out(&self, pattern: &Pattern, distinct: Option<&Expr>, bounds: &Bounds<'c>) -> Vec<(Seen<'c>, Standing)> {
        let links: Vec<(&String, Option<Value>)> = pattern.links.iter().map(|(field, value)| (field, self.eval(value))).collect();
        let mut keys: Vec<(Value, String)> = Vec::new();
        let mut sorted = Vec::new();
        // What surely has another value for the first link is not about the same, and not listed.
        let first = links.first().and_then(|(_, value)| value.as_ref());
        for seen in self.case.naming(first).filter(|seen| self.case.is_of(*seen, pattern)) {
            let mut standing = self.standing(seen, pattern, &links, bounds);
            // Whether a record is there may hang on a reading that this case has chosen.
            let by_reading = || self.choices.iter().any(|(cause, _)| matches!(cause, Cause::Reading { .. }));
            if standing == (Standing::Counted { certain: false }) && !seen.certain() && by_reading() {
                standing = Standing::Unclear;
            }
            if let (Standing::Counted { certain: true }, Some(key)) = (&standing, distinct) {
                match self.at_record(seen).eval(key) {
                    Some(Value::Open { .. }) => standing = Standing::Counted { certain: false },
                    Some(value) => match keys.iter().find(|(known, _)| *known == value) {
                        Some((_, first)) => standing = Standing::SameAs(first.clone()),
                        None => keys.push((value, seen.reference())),
                    },
                    None => standing = Standing::Unclear,
                }
            }
            sorted.push((seen, standing));
        }
        sorted
    }

    /// Does a record surely have another value than the one that a link asks for?
    pub(super) fn differs(&self, seen: Seen<'c>, field: &str, asked: &Expr) -> bool {
        match (self.field(seen, field), self.eval(asked)) {
            (Some(Value::Known(own)), Some(Value::Known(asked))) => own != asked,
            (Some(Value::Blank), Some(_)) => true,
            _ => false,
        }
    }

    fn standing(&self, seen: Seen<'c>, pattern: &Pattern, links: &[(&String, Option<Value>)], bounds: &Bounds<'c>) -> Standing {
        if !seen.seen_by(&self.case.norm.name) {
            return Standing::NotFor;
        }
        let mut certain = seen.certain();
        match bounds.holds(seen, self.case) {
            Order::Before => return Standing::Before,
            Order::After => return Standing::After,
            Order::Same => {}
            Order::Unknown => certain = false,
        }
        for (field, value) in links {
            match (self.at_tried(seen).field(seen, field), value) {
                (Some(Value::Known(own)), Some(Value::Known(asked))) if own == *asked => {}
                (Some(Value::Known(_)), Some(Value::Known(_))) | (Some(Value::Blank), _) => return Standing::Link((*field).clone()),
                (Some(Value::Open { .. }), Some(_)) => certain = false,
                _ => return Standing::Unclear,
            }
        }
        let valid = seen.event(self.case.model).and_then(|event| event.valid.as_ref());
        let place = self.at_tried(seen);
        match valid.map(|valid| place.eval(&valid.when)) {
            None | Some(Some(Value::Known(Scalar::Bool(true)))) => {}
            Some(Some(Value::Known(_))) => return Standing::Void,
            Some(Some(_)) => certain = false,
            Some(None) => return Standing::Unclear,
        }
        match pattern.filter.as_ref().map(|filter| place.eval(filter)) {
            None | Some(Some(Value::Known(Scalar::Bool(true)))) => Standing::Counted { certain },
            Some(Some(Value::Known(_))) => Standing::Filter,
            // Which way an open condition goes may be what this case has chosen.
            Some(Some(Value::Open { .. })) if self.chose_of(seen) || pattern.filter.as_ref().is_some_and(|filter| self.chose(filter)) => Standing::Unclear,
            Some(Some(_)) => Standing::Counted { certain: false },
            Some(None) => Standing::Unclear,
        }
    }

    /// Does the condition ask for something of the record that is open? It is tried inside the measure.
    pub(super) fn hangs_on_tried(&self, filter: &Expr) -> bool {
        let tried = matches!(self.eval(filter), Some(Value::Open { causes, .. }) if causes.iter().any(|cause| self.is_tried(cause)));
        let made = matches!((filter, self.eval(filter)), (Expr::Field(..), Some(Value::Open { causes, .. })) if causes.is_empty());
        tried || made || walk::operands(filter).into_iter().any(|part| self.hangs_on_tried(part))
    }

    /// Is a link blank, or can the condition on some record not be worked out? Then neither can the measure, and nothing is listed.
    pub(super) fn cannot_gather(&self, pattern: &Pattern) -> bool {
        if pattern.links.iter().any(|(_, value)| matches!(self.eval(value), Some(Value::Blank | Value::Fault(_)))) {
            return true;
        }
        let Some(filter) = &pattern.filter else { return false };
        let fails = |seen: Seen<'c>| matches!(self.at_record(seen).eval(filter), Some(Value::Fault(_)));
        self.case.sorted().any(|seen| self.case.is_of(seen, pattern) && fails(seen))
    }

    /// Is it the occasion's own record, of which this case has chosen what it does not say?
    fn chose_of(&self, seen: Seen<'c>) -> bool {
        let reference = seen.reference();
        let own = self.case.trigger.is_some_and(|trigger| trigger.reference() == reference);
        own && self.choices.iter().any(|(cause, _)| matches!(cause, Cause::MissingField { record, .. } if *record == reference))
    }

    /// Has this case chosen something about a day, person or text that the condition asks for, and that nobody states? Quantities are counted with.
    fn chose(&self, filter: &Expr) -> bool {
        let asked = |name: &str| match self.case.model.parameter(name) {
            Some(parameter) if matches!(parameter.ty, Type::Quantity(_)) => false,
            _ => self.choices.iter().any(|(cause, _)| matches!(cause, Cause::Hole { parameter } if parameter == name)),
        };
        matches!(filter, Expr::Parameter(name) if asked(name)) || walk::operands(filter).into_iter().any(|part| self.chose(part))
    }

    /// A window that has not ended may hold more: what is so far is the least of what is counted, and settles only what more cannot change.
    fn more_to_come(&self, measure: &Measure, so_far: Value) -> Value {
        let (low, _) = bounds(&so_far).unwrap_or_default();
        let at_least = Value::Open { low, high: None, causes: Vec::new() };
        match (&measure.aggregate, &so_far) {
            (_, Value::Fault(_)) | (Aggregate::Any, Value::Known(Scalar::Bool(true))) => so_far,
            (Aggregate::First, Value::Known(_)) => so_far,
            (Aggregate::Count | Aggregate::RunOfDays | Aggregate::RunOfWorkingDays | Aggregate::RunOfSlots(_), _) => at_least,
            (Aggregate::Total, _) if self.never_less(measure) => at_least,
            _ => open(),
        }
    }

    /// Is the value of every record to come at least 0, as its field says?
    fn never_less(&self, measure: &Measure) -> bool {
        let Some(Expr::Field(_, name)) = &measure.of else { return false };
        let of_event = |event: &String| {
            let event = self.case.model.event(event)?;
            event.fields.get(event.field(name)?)?.range.low
        };
        measure.pattern.events.iter().all(|event| of_event(event).is_some_and(|low| low >= Number::whole(0)))
    }

    fn aggregate(&self, measure: &Measure, records: &[(Seen<'c>, Standing)], values: &[Option<Value>]) -> Option<Value> {
        if records.iter().any(|(_, standing)| *standing == Standing::Unclear) {
            return None;
        }
        let counted: Vec<(Seen, bool)> = records
            .iter()
            .filter_map(|(seen, standing)| match standing {
                Standing::Counted { certain } => Some((*seen, *certain)),
                _ => None,
            })
            .collect();
        let sure = counted.iter().filter(|(_, certain)| *certain).count();
        match &measure.aggregate {
            Aggregate::Count => Some(between(whole(sure), whole(counted.len()), Unit::One)),
            Aggregate::Any if sure > 0 => Some(yes(true)),
            Aggregate::Any => Some(if counted.is_empty() { yes(false) } else { open() }),
            Aggregate::RunOfDays | Aggregate::RunOfWorkingDays => {
                let working = measure.aggregate == Aggregate::RunOfWorkingDays;
                let class = |seen: Seen<'c>| self.case.calendar.map(|calendar| calendar.class(seen.at().day(self.case.zone)));
                if working && counted.iter().any(|(seen, _)| class(*seen) == Some(DayClass::Unknown)) {
                    return Some(open());
                }
                let unit = if working { Unit::WorkingDays } else { Unit::Days };
                let mut spans = Vec::new();
                let mut endless = false;
                for ((seen, certain), value) in counted.iter().zip(values) {
                    let first = seen.at().day(self.case.zone);
                    let last = match value {
                        _ if measure.of.is_none() => first,
                        Some(Value::Known(Scalar::Date(day))) => *day,
                        Some(Value::Known(Scalar::Moment(moment))) => crate::records::At::Moment(*moment).day(self.case.zone),
                        Some(Value::Open { .. }) => {
                            endless = true;
                            first
                        }
                        Some(Value::Blank) => return Some(arith::fault("blank")),
                        Some(fault) => return Some(fault.clone()),
                        None => return None,
                    };
                    match (last - first).num_days() {
                        ..0 => return Some(arith::fault("ends_before_it_begins")),
                        0..36_600 => {}
                        _ => return Some(arith::fault("overflow")),
                    }
                    spans.push((first, last, *certain));
                }
                let low = self.case.run(spans.iter().filter(|(.., certain)| *certain), working)?;
                let high = self.case.run(spans.iter(), working)?;
                Some(if endless { Value::Open { low: Some(low), high: None, causes: Vec::new() } } else { between(low, high, unit) })
            }
            Aggregate::RunOfSlots(schedule) => {
                let low = self.case.run_of_slots(schedule, counted.iter().filter(|(_, certain)| *certain).map(|(seen, _)| *seen), false)?;
                let high = self.case.run_of_slots(schedule, counted.iter().map(|(seen, _)| *seen), true)?;
                Some(between(low, high, Unit::One))
            }
            _ => {
                let values: Vec<Value> = values.iter().cloned().collect::<Option<_>>()?;
                let certain: Vec<bool> = counted.iter().map(|(_, certain)| *certain).collect();
                self.of_values(measure, &values, &certain)
            }
        }
    }

    /// Total, least, most, average, first, last.
    fn of_values(&self, measure: &Measure, values: &[Value], certain: &[bool]) -> Option<Value> {
        let aggregate = &measure.aggregate;
        if let Some(fault) = values.iter().find(|value| matches!(value, Value::Fault(_))) {
            return Some(fault.clone());
        }
        let all_sure = certain.iter().all(|certain| *certain);
        if all_sure && matches!(aggregate, Aggregate::First | Aggregate::Last) {
            return Some(self.end(aggregate, values).unwrap_or(Value::Blank));
        }
        if *aggregate == Aggregate::Total && values.is_empty() {
            return Some(arith::quantity(Some(Number::whole(0)), self.unit(measure)?));
        }
        if values.is_empty() {
            return Some(Value::Blank);
        }
        if !all_sure || values.iter().any(|value| matches!(value, Value::Open { .. })) {
            return Some(open());
        }
        if values.contains(&Value::Blank) {
            return Some(arith::fault("blank"));
        }
        let best = |op| values.iter().cloned().reduce(|a, b| if logic::compare(self.case, op, &a, &b) == yes(true) { a } else { b });
        match aggregate {
            Aggregate::Least => best(crate::model::expr::Op::Le),
            Aggregate::Most => best(crate::model::expr::Op::Ge),
            _ => total(values, *aggregate == Aggregate::Average),
        }
    }

    /// The value of the first or last record.
    fn end(&self, aggregate: &Aggregate, values: &[Value]) -> Option<Value> {
        if *aggregate == Aggregate::First { values.first().cloned() } else { values.last().cloned() }
    }

    /// The unit of a counted value.
    fn unit(&self, measure: &Measure) -> Option<Unit> {
        if let Some(Type::Quantity(unit)) = typing::of_measure(self.case.model, measure) { Some(unit) } else { None }
    }
}

impl<'c> Case<'c> {
    /// Is the record of one of the pattern's types?
    pub(super) fn is_of(&self, seen: Seen<'c>, pattern: &Pattern) -> bool {
        seen.event(self.model).is_some_and(|event| pattern.events.contains(&event.name))
    }

    /// Longest run of neighbouring days (or working days) with a record.
    fn run<'s>(&self, spans: impl Iterator<Item = &'s (NaiveDate, NaiveDate, bool)>, working: bool) -> Option<Number> {
        let days: BTreeSet<NaiveDate> = spans.flat_map(|(first, last, _)| first.iter_days().take_while(|day| day <= last)).collect();
        let (mut best, mut current, mut last) = (0_usize, 0_usize, None::<NaiveDate>);
        for day in days {
            if working && !matches!(self.calendar?.class(day), DayClass::Working(_)) {
                continue;
            }
            let follows = match last {
                Some(last) => self.next(last, working)? == day,
                None => false,
            };
            current = if follows { current + 1 } else { 1 };
            best = best.max(current);
            last = Some(day);
        }
        Some(whole(best))
    }

    fn next(&self, day: NaiveDate, working: bool) -> Option<NaiveDate> {
        let mut next = day.succ_opt()?;
        while working && !matches!(self.calendar?.class(next), DayClass::Working(_) | DayClass::Unknown) {
            next = next.succ_opt()?;
        }
        Some(next)
    }

    /// Do two records stand in this order, as far as their times say?
    pub(super) fn in_order(&self, first: crate::records::At, second: crate::records::At) -> bool {
        order_times(first, second, self.zone) != Order::After
    }
}

pub(super) fn whole(n: usize) -> Number {
    Number::whole(i64::try_from(n).unwrap_or(i64::MAX))
}

/// A quantity between two bounds: known when they are one.
fn between(low: Number, high: Number, unit: Unit) -> Value {
    if low == high { arith::quantity(Some(low), unit) } else { Value::Open { low: Some(low), high: Some(high), causes: Vec::new() } }
}

fn total(values: &[Value], average: bool) -> Option<Value> {
    let Some(Value::Known(Scalar::Quantity(_, unit))) = values.first() else { return None };
    let mut sum = Some(Number::whole(0));
    for value in values {
        let (low, _) = bounds(value)?;
        sum = sum.and_then(|sum| sum.plus(low?));
    }
    let sum = if average { sum.and_then(|sum| sum.over(whole(values.len()))) } else { sum };
    Some(arith::quantity(sum, unit.clone()))
}
