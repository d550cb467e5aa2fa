//! Reading data: fields of records, facts of subjects, holes, readings, slots that other norms decided (§2, §9).

use super::derivation::Detail;
use super::interval::Interval;
use super::judge::Judge;
use super::known::Id;
use super::periods::of_rhythm;
use super::value::{Opaque, Val, words};
use super::verdict::Cause;
use crate::model::expr::{Expr, Scope};
use crate::model::norm::Occasion;
use crate::model::order::DONE;
use crate::model::value::Scalar;
use crate::model::{Field, Parameter, ParameterSort};
use crate::records::Stored;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Marks the record that an open value belongs to, in the value's key.
pub(super) fn owner(reference: &str) -> String {
    format!("‹{reference}›")
}

impl Judge<'_, '_> {
    /// The record of a scope.
    pub(super) fn record_of(&self, scope: Scope) -> Option<Id> {
        match scope {
            Scope::This => self.occasion.record,
            Scope::Counted => self.counted.or(self.occasion.record),
        }
    }

    /// A role or field.
    pub(super) fn field(&mut self, scope: Scope, name: &str) -> Val {
        let Some(id) = self.record_of(scope) else { return Val::fault("no_record") };
        let reference = self.known.reference(id);
        let stored = self.known.field(id, name).clone();
        if self.steps.is_some() {
            self.detail = Detail::Record { record: reference.clone() };
        }
        if name == DONE {
            self.until_done(&stored);
        }
        match stored {
            Stored::Known(scalar) => Val::Known(scalar),
            Stored::Blank => Val::Blank,
            Stored::Missing => {
                let event = self.known.model.events.get(self.known.record(id).event);
                let field = event.and_then(|event| event.fields.iter().find(|field| field.name == name));
                let cause = Cause::MissingField { record: reference.clone(), field: name.to_owned() };
                self.missing(&format!("{}{name}", owner(&reference)), name, field, cause)
            }
        }
    }

    /// A missing value: open, and blank where the norm asks whether it is stated and it is taken not to be.
    fn missing(&mut self, key: &str, name: &str, field: Option<&Field>, cause: Cause) -> Val {
        let Some(field) = field else { return Val::Fault(cause) };
        if self.asks.contains(name) && !self.taken_to_be(&format!("{key} is stated"), std::slice::from_ref(&cause)) {
            return Val::Blank;
        }
        self.open(key, &field.ty, Interval::of(&field.range), vec![cause])
    }

    /// Is the value stated (§3)?
    pub(super) fn stated(&mut self, of: &Expr) -> Val {
        match self.eval(of) {
            Val::Fault(cause) => Val::Fault(cause),
            Val::Blank => Val::bool(false),
            // What is missing was asked for when it was read.
            _ => Val::bool(true),
        }
    }

    /// An attribute of a subject, as of the day that counts for it (§2).
    pub(super) fn fact(&mut self, of: &Val, entity: &str, attribute: &str) -> Val {
        let field = self.known.model.entity(entity).and_then(|entity| entity.attribute(attribute));
        let id = match of {
            Val::Fault(cause) => return Val::Fault(cause.clone()),
            Val::Blank => return Val::Fault(Cause::Blank { what: entity.to_owned() }),
            Val::Known(Scalar::Ref(_, id) | Scalar::Text(id)) => id.clone(),
            _ => {
                let causes = self.causes_of(of);
                let Some(field) = field else { return Val::fault("no_value") };
                let key = format!("{}.{attribute}", of.name());
                return self.open(&key, &field.ty, Interval::of(&field.range), causes);
            }
        };
        let (subject, day) = (format!("{entity}:{id}"), self.known_on(entity, &id));
        if self.steps.is_some() {
            self.detail = Detail::Fact { subject: subject.clone(), day };
        }
        match self.fact_on(entity, &id, attribute, day) {
            Stored::Known(scalar) => Val::Known(scalar),
            Stored::Blank => Val::Blank,
            Stored::Missing => {
                let is_case = self.known.model.entity(entity).is_some_and(|e| e.sort == crate::model::EntitySort::Case);
                let cause = Cause::MissingFact { subject: subject.clone(), attribute: attribute.to_owned(), day: (!is_case).then_some(day) };
                self.missing(&format!("{subject}.{attribute} {day}"), attribute, field, cause)
            }
        }
    }

    fn fact_on(&self, entity: &str, id: &str, attribute: &str, day: NaiveDate) -> Stored {
        let facts = self.known.records.facts.entities.get(entity).and_then(|ids| ids.get(id)).and_then(|facts| facts.get(attribute));
        let holds = |from: Option<NaiveDate>, until: Option<NaiveDate>| from.is_none_or(|f| f <= day) && until.is_none_or(|u| day <= u);
        let found = facts.into_iter().flatten().find(|fact| holds(fact.from, fact.until));
        found.map_or(Stored::Missing, |fact| fact.value.clone())
    }

    /// A hole or a reading (§9).
    pub(super) fn parameter(&mut self, name: &str) -> Val {
        let Some(parameter) = self.known.model.parameter(name) else { return Val::fault("no_value") };
        if let Some(settled) = &parameter.settled {
            return Val::Known(settled.clone());
        }
        match &parameter.sort {
            ParameterSort::Reading { decided } => {
                let governs = decided.as_ref().filter(|d| d.retroactive || d.since <= self.occasion.day);
                if let Some(decided) = governs {
                    if self.steps.is_some() {
                        self.detail = Detail::Parameter { decided: Some(format!("{} {}", decided.by, decided.since)) };
                    }
                    return Val::Known(Scalar::Kind(Arc::from(name), Arc::from(decided.alternative.as_str())));
                }
                self.tell_parameter();
                let causes = vec![Cause::Reading { parameter: name.to_owned() }];
                self.open(&format!("reading {name}"), &parameter.ty, Interval::ALL, causes)
            }
            _ => {
                self.tell_parameter();
                self.hole(parameter)
            }
        }
    }

    fn tell_parameter(&mut self) {
        if self.steps.is_some() {
            self.detail = Detail::Parameter { decided: None };
        }
    }

    fn hole(&mut self, parameter: &Parameter) -> Val {
        let causes = vec![Cause::Hole { parameter: parameter.name.clone() }];
        self.open(&format!("hole {}", parameter.name), &parameter.ty, Interval::of(&parameter.range), causes)
    }

    /// What an undecided reading is taken to be in this world: the same choice everywhere.
    pub(super) fn reading(&mut self, name: &str) -> Option<Arc<str>> {
        let parameter = self.known.model.parameter(name)?;
        let causes = vec![Cause::Reading { parameter: name.to_owned() }];
        match self.open(&format!("reading {name}"), &parameter.ty, Interval::ALL, causes) {
            Val::Known(Scalar::Kind(_, alternative)) => Some(alternative),
            _ => None,
        }
    }

    /// The value that another norm decides in its period that holds the occasion's day, or in the one before.
    pub(super) fn decided_in_period(&mut self, norm: &str, slot: &str, subject: Option<&str>, before: bool) -> Val {
        let occasion = self.known.model.norms.iter().find(|other| other.name == norm).map(|other| &other.occasion);
        let Some(Occasion::Period { every, .. }) = occasion else { return Val::fault("no_value") };
        let mut span = of_rhythm(every, self.occasion.day);
        if before {
            let Some(day) = span.first.pred_opt() else { return Val::fault("no_such_day") };
            span = of_rhythm(every, day);
        }
        self.reach(Some(span.last));
        let key = subject.map_or_else(|| span.name.clone(), |subject| format!("{subject}/{}", span.name));
        self.decided(norm, slot, &key)
    }

    /// The occasion as another norm calls it: what is judged for each of several reads of what is judged of the record.
    pub(super) fn key_for(&self, norm: &str) -> String {
        let whole = self.occasion.member.is_some() && self.known.model.norm(norm).is_some_and(|other| matches!(other.occasion, Occasion::Record(_)));
        if whole { self.occasion.name(self.known) } else { self.occasion.key.clone() }
    }

    /// The value that another norm, or this one before, decided for the occasion of this key (§6).
    pub(super) fn decided(&mut self, norm: &str, slot: &str, key: &str) -> Val {
        let verdict = format!("{norm}@{key}");
        let known = self.known;
        if self.steps.is_some() {
            self.detail = Detail::Decided { verdict: verdict.clone() };
        }
        if *norm == self.norm.name && *key == self.occasion.key {
            return self.own.iter().find(|(name, _)| name == slot).map_or(Val::Blank, |(_, value)| value.clone());
        }
        let Some(given) = known.decided.get(&verdict) else { return Val::Blank };
        // Readings on which the other norm hung are chosen here as well.
        let mut left: Vec<&super::known::Given> = given.iter().collect();
        for (parameter, _) in given.iter().flat_map(|given| &given.under) {
            let chosen = self.reading(parameter);
            left.retain(|given| given.under.iter().all(|(p, alternative)| p != parameter || Some(alternative) == chosen.as_ref()));
        }
        left.iter().for_each(|given| self.reach(given.horizon));
        let values = left.iter().filter_map(|given| given.slots.iter().find(|(name, _)| name == slot)).map(|(_, v)| v);
        // What is open there in several ways is open here in one.
        let mut several: Vec<&Val> = Vec::new();
        let mut within: Option<Interval> = None;
        for value in values {
            if let Val::Opaque(open) = value {
                within = Some(within.map_or(*open.within, |known| known.hull(&open.within)));
            }
            let known = |one: &&Val| *one == value || matches!((one, value), (Val::Opaque(_), Val::Opaque(_)));
            if !several.iter().any(known) {
                several.push(value);
            }
        }
        let within = within.unwrap_or(Interval::ALL);
        let causes: BTreeSet<&Cause> = left.iter().flat_map(|given| &given.causes).collect();
        let causes: Vec<Cause> = causes.into_iter().cloned().collect();
        let at = match several.as_slice() {
            [] => return Val::Blank,
            [_] => 0,
            several => {
                let word = |value: &&Val| if let Val::Known(scalar) = value { words(scalar) } else if let Val::Opaque(_) = value { "open".to_owned() } else { value.name() };
                let all: Vec<String> = several.iter().map(word).collect();
                self.world.pick(&Arc::from(format!("{verdict} {slot}")), &causes, &all)
            }
        };
        match several.get(at) {
            Some(Val::Opaque(Opaque { ty, causes, .. })) => self.open(&format!("{verdict} {slot}: value"), &ty.clone(), within, causes.clone()),
            value => value.map_or(Val::Blank, |value| (*value).clone()),
        }
    }
}
