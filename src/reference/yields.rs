//! Records that verdicts make (§8): `count as`, breaches. Where the worlds differ by undecided readings only, there is a record for each
//! reading; where they differ otherwise, the record is only possible and what differs in it is missing.

use super::derivation::Making;
use super::interval::Interval;
use super::judge::{Delay, Judge, Outcome};
use super::known::{BY_TIME, DAWN, Given, Id, Known, Made};
use super::occasion::Occasion;
use super::rules::Rules;
use super::value::{Opaque, Val};
use super::verdict::{Cause, Ruling};
use super::world::Choice;
use crate::model::norm::{Norm, Yield};
use crate::model::order::{BREACH, DONE, DUE, FIRST, LAST};
use crate::model::value::{Scalar, Type, Unit};
use crate::records::{At, Origin, Record, Stored};
use std::collections::{BTreeMap, BTreeSet};
use chrono::NaiveDate;
use std::sync::Arc;

/// Undecided readings with the alternatives that a world took.
type Under = Vec<(String, Arc<str>)>;

/// A record that one world makes.
#[derive(Debug, Clone)]
pub(super) struct Yielded {
    /// Aligned with its type.
    fields: Vec<Stored>,
    day: OwnDay,
}

/// The day of a record that is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OwnDay {
    /// That of what makes it, with its hour.
    Same,
    /// A day of its own: it is there from its beginning.
    On(NaiveDate),
    /// Nobody can tell.
    Open,
    /// The day is blank or has not come: there is no record.
    Never,
}

/// A judged world: its choices and what came out.
pub(super) type Judged = (Vec<Choice>, Outcome);

impl Judge<'_, '_> {
    /// A record to be made, and how it is told.
    pub(super) fn yielded(&mut self, given: &Yield) -> (Yielded, Making) {
        let mut told = Making { event: given.event.clone(), cites: given.cites.clone(), on: None, fields: Vec::new() };
        let day = match &given.on {
            None => OwnDay::Same,
            Some(on) => {
                let (day, step) = self.stepped(on);
                told.on = step;
                self.own_day(&day)
            }
        };
        (Yielded { fields: self.fields(given, &mut told), day }, told)
    }

    fn own_day(&self, on: &Val) -> OwnDay {
        match on {
            Val::Known(Scalar::Date(day)) if *day == self.occasion.day => OwnDay::Same,
            Val::Known(Scalar::Date(day)) if self.has_passed(At::Date(*day)) || *day == self.rules.day(self.known.until) => OwnDay::On(*day),
            Val::Known(Scalar::Date(_)) | Val::Blank => OwnDay::Never,
            _ => OwnDay::Open,
        }
    }

    fn fields(&mut self, given: &Yield, told: &mut Making) -> Vec<Stored> {
        let Some(event) = self.known.model.event(&given.event) else { return Vec::new() };
        let mut fields = Vec::new();
        for field in &event.fields {
            let stated = given.fields.iter().find(|(name, _)| *name == field.name);
            fields.push(match stated {
                Some((name, value)) => {
                    let (value, step) = self.stepped(value);
                    told.fields.extend(step.map(|step| (name.clone(), step)));
                    match value {
                        Val::Known(scalar) => Stored::Known(fitting(scalar, &field.ty)),
                        Val::Blank => Stored::Blank,
                        _ => Stored::Missing,
                    }
                }
                None => self.unstated(&field.name, &field.ty),
            });
        }
        fields
    }

    /// A role that is not set is the subject, when it is of its entity; else the same field of the occasion's record.
    fn unstated(&mut self, name: &str, ty: &Type) -> Stored {
        let Type::Ref(entity) = ty else { return Stored::Missing };
        let subject = self.bearer_now().or_else(|| self.occasion.subject.clone());
        match [subject, self.occasion.subject.clone()].into_iter().flatten().find(|(of, _)| **of == **entity) {
            Some((entity, id)) => Stored::Known(Scalar::Ref(entity, id)),
            None => self.occasion.record.map_or(Stored::Missing, |id| self.known.field(id, name).clone()),
        }
    }
}

/// A value of the field's type: working days may be given as what they are counted in.
fn fitting(scalar: Scalar, ty: &Type) -> Scalar {
    match (scalar, ty) {
        (Scalar::Quantity(number, Unit::One), Type::Quantity(unit)) => Scalar::Quantity(number, unit.clone()),
        (scalar, _) => scalar,
    }
}

/// The records that an occasion's worlds make together.
pub(super) fn made(known: &Known, norm: &Norm, rules: &Rules, occasion: &Occasion, verdict: &str, worlds: &[Judged]) -> Vec<Made> {
    let mut all = Vec::new();
    let groups = by_reading(known, worlds);
    for (at, given) in norm.yields.iter().enumerate() {
        let Some(event) = known.model.event_index(&given.event) else { continue };
        let id = if at == 0 { verdict.to_owned() } else { format!("{verdict}#{}", at + 1) };
        let there = |worlds: &Vec<&Judged>| {
            let made = |(_, outcome): &&&Judged| outcome.yields.get(at).is_some_and(|made| made.day != OwnDay::Never);
            let there: Vec<&Outcome> = worlds.iter().filter(made).map(|(_, outcome)| outcome).collect();
            let first = there.first()?;
            let yields: Vec<&Yielded> = there.iter().filter_map(|outcome| outcome.yields.get(at)).collect();
            // Where nobody can tell the day, it stands possibly on the first that it may have.
            let day = yields.iter().map(|made| made.day).min_by_key(|day| if let OwnDay::On(day) = *day { day } else { occasion.day })?;
            let same = there.iter().all(|outcome| outcome.applies && outcome.ended == first.ended) && yields.iter().all(|made| made.day == day) && day != OwnDay::Open;
            let fields: Vec<&Vec<Stored>> = yields.iter().map(|made| &made.fields).collect();
            together(&fields).map(|fields| (fields, (first.ended, day), same && there.len() == worlds.len()))
        };
        let each = groups.iter().map(|(under, worlds)| (under.clone(), there(worlds))).collect();
        for (under, there) in without_idle(each) {
            let Some((fields, (ended, day), certain)) = there else { continue };
            let only_for = (!given.only_for.is_empty()).then(|| Arc::from(given.only_for.as_slice()));
            let place = match (day, ended) {
                (OwnDay::On(day), _) => Place::at(At::Date(day), DAWN),
                (_, Some(ended)) => Place::at(ended, BY_TIME),
                (_, None) => Place::of(known, occasion),
            };
            let root = place.root;
            let record = record(place, event, &id, fields, certain, only_for);
            all.push(Made { record, verdict: verdict.to_owned(), under, root });
        }
    }
    if let Some(event) = known.model.event_index(&format!("{BREACH}{}", norm.name)) {
        let there = |worlds: &Vec<&Judged>| {
            // What cannot be worked out may be a breach.
            let maybe = |outcome: &&Outcome| outcome.there && matches!(outcome.ruling(), Ruling::Violation | Ruling::Undetermined | Ruling::Conflict);
            let there: Vec<&Outcome> = worlds.iter().map(|(_, outcome)| outcome).filter(maybe).collect();
            let first = there.first()?;
            let same = there.iter().all(|outcome| outcome.ruling() == Ruling::Violation && outcome.breach == first.breach);
            let delay = first.delay.filter(|delay| there.iter().all(|outcome| outcome.delay == Some(*delay)));
            let fields = breach_fields(known, rules, occasion, event, (first, delay));
            Some((first.breach.unwrap_or(occasion.at), fields, there.len() == worlds.len() && same))
        };
        let each = groups.iter().map(|(under, worlds)| (under.clone(), there(worlds))).collect();
        for (under, there) in without_idle(each) {
            let Some((at, fields, certain)) = there else { continue };
            let at_occasion = rules.day(at) == occasion.day && at == occasion.at;
            let place = if at_occasion { Place::of(known, occasion) } else { Place::at(at, BY_TIME) };
            let root = place.root;
            let record = record(place, event, verdict, fields, certain, None);
            all.push(Made { record, verdict: verdict.to_owned(), under, root });
        }
    }
    all
}

/// The same, without the readings on which nothing hangs: where all alternatives of one give the same, whatever the others are.
fn without_idle<T: PartialEq>(mut each: Vec<(Under, T)>) -> Vec<(Under, T)> {
    let readings: BTreeSet<String> = each.iter().flat_map(|(under, _)| under.iter().map(|(reading, _)| reading.clone())).collect();
    for reading in &readings {
        let is_it = |(name, _): &&(String, Arc<str>)| name == reading;
        let rest = |under: &Under| under.iter().filter(|choice| !is_it(choice)).cloned().collect::<Under>();
        let taken: BTreeSet<&Arc<str>> = each.iter().filter_map(|(under, _)| under.iter().find(is_it)).map(|(_, taken)| taken).collect();
        let idle = |under: &Under, value: &T| {
            let others = each.iter().filter(|(other, _)| other.iter().any(|choice| is_it(&choice)) && rest(other) == rest(under));
            let (mut count, mut same) = (0, true);
            others.for_each(|(_, other)| {
                count += 1;
                same &= other == value;
            });
            same && count == taken.len()
        };
        let idle: Vec<bool> = each.iter().map(|(under, value)| under.iter().any(|choice| is_it(&choice)) && idle(under, value)).collect();
        let mut kept: Vec<(Under, T)> = Vec::new();
        let shorter: Vec<Under> = each.iter().map(|(under, _)| rest(under)).collect();
        for (((under, value), idle), shorter) in each.into_iter().zip(idle).zip(shorter) {
            let under = if idle { shorter } else { under };
            if !kept.iter().any(|(known, _)| *known == under) {
                kept.push((under, value));
            }
        }
        each = kept;
    }
    each
}

/// Where a record that is made stands among the others.
struct Place {
    at: At,
    stream: u32,
    seq: u64,
    root: Option<Id>,
}

impl Place {
    /// By itself.
    fn at(at: At, stream: u32) -> Self {
        Self { at, stream, seq: 0, root: None }
    }

    /// Where the occasion's record is.
    fn of(known: &Known, occasion: &Occasion) -> Self {
        let Some(id) = occasion.record else { return Self::at(occasion.at, BY_TIME) };
        let trigger = known.record(id);
        Self { at: occasion.at, stream: trigger.stream, seq: trigger.seq, root: known.root(id) }
    }
}

fn record(place: Place, event: usize, id: &str, fields: Vec<Stored>, certain: bool, only_for: Option<Arc<[String]>>) -> Record {
    Record {
        event,
        source: Arc::from(""),
        id: Arc::from(id),
        revision: 0,
        recorded_at: None,
        at: place.at,
        stream: place.stream,
        seq: place.seq,
        fields,
        origin: Origin { file: Arc::from(""), line: 0 },
        certain,
        only_for,
    }
}

/// Worlds by the undecided readings that they took.
fn by_reading<'w>(known: &Known, worlds: &'w [Judged]) -> Vec<(Under, Vec<&'w Judged>)> {
    let mut groups: BTreeMap<Under, Vec<&Judged>> = BTreeMap::new();
    for world in worlds {
        let mut under: Under = world.0.iter().filter_map(|choice| reading_of(known, choice)).collect();
        under.sort();
        groups.entry(under).or_default().push(world);
    }
    groups.into_iter().collect()
}

fn reading_of(known: &Known, choice: &Choice) -> Option<(String, Arc<str>)> {
    let name = choice.key.strip_prefix("reading ")?;
    known.model.parameter(name)?;
    Some((name.to_owned(), Arc::from(choice.words.as_str())))
}

/// The fields on which all agree; the others are missing. None when there is no record at all.
fn together(all: &[&Vec<Stored>]) -> Option<Vec<Stored>> {
    let (first, rest) = all.split_first()?;
    let agreed = |(at, value): (usize, &Stored)| {
        if rest.iter().all(|other| other.get(at) == Some(value)) { value.clone() } else { Stored::Missing }
    };
    Some(first.iter().enumerate().map(agreed).collect())
}

/// The bearer, then the other roles and the fields of the occasion's record or its case, under their own names.
fn breach_fields(known: &Known, rules: &Rules, occasion: &Occasion, event: usize, (outcome, delay): (&Outcome, Option<Delay>)) -> Vec<Stored> {
    let Some(event) = known.model.events.get(event) else { return Vec::new() };
    let person = |subject: &Option<(Arc<str>, Arc<str>)>, ty: &Type| match subject {
        Some((entity, id)) if *ty == Type::Ref(entity.to_string()) => Some(Stored::Known(Scalar::Ref(entity.clone(), id.clone()))),
        _ => None,
    };
    let day = |at: At| Stored::Known(Scalar::Date(rules.day(at)));
    let of_breach = |name: &str| match (name, &occasion.period) {
        (DUE, _) => Some(delay.map_or(Stored::Missing, |(due, _)| day(due))),
        (DONE, _) => Some(delay.map_or(Stored::Missing, |(_, done)| done.map_or(Stored::Blank, day))),
        (FIRST, Some(span)) => Some(day(At::Date(span.first))),
        (LAST, Some(span)) => Some(day(At::Date(span.last))),
        _ => None,
    };
    let value = |(at, field): (usize, &crate::model::Field)| {
        if let Some(value) = of_breach(&field.name) {
            return value;
        }
        let bearer = if at == 0 { person(&outcome.bearer, &field.ty) } else { None };
        let of_record = || occasion.record.map(|id| known.field(id, &field.name).clone()).filter(|value| *value != Stored::Missing);
        bearer.or_else(of_record).or_else(|| person(&occasion.subject, &field.ty)).unwrap_or(Stored::Missing)
    };
    event.fields.iter().enumerate().map(value).collect()
}

/// What other norms may read of the slots that this one decided.
pub(super) fn given(known: &Known, rules: &Rules, worlds: &[Judged]) -> Vec<Given> {
    let horizon = super::merge::horizon(known, rules, worlds);
    let slots = |worlds: Vec<&Judged>| {
        let causes: BTreeSet<&Cause> = worlds.iter().flat_map(|(choices, _)| choices.iter().flat_map(|choice| &choice.causes)).collect();
        let causes: Vec<Cause> = causes.into_iter().cloned().collect();
        let mut seen: Vec<Vec<(String, Val)>> = Vec::new();
        for (_, outcome) in worlds {
            let slots: Vec<(String, Val)> = outcome.slots.iter().map(|(name, value)| (name.clone(), elsewhere(value, &causes, outcome, name))).collect();
            if !seen.contains(&slots) {
                seen.push(slots);
            }
        }
        (seen, causes)
    };
    let each = without_idle(by_reading(known, worlds).into_iter().map(|(under, worlds)| (under, slots(worlds))).collect());
    each.into_iter()
        .flat_map(|(under, (seen, causes))| seen.into_iter().map(move |slots| Given { under: under.clone(), slots, causes: causes.clone(), horizon }))
        .collect()
}

/// A quantity that is open in one judgement is open in the next, without its parts: for what was chosen, and for what makes it open itself.
fn elsewhere(value: &Val, chosen: &[Cause], outcome: &Outcome, slot: &str) -> Val {
    match value {
        Val::Linear(linear) => {
            let own = outcome.parts.iter().filter(|part| part.part.name == slot).flat_map(|part| &part.part.causes);
            let causes: BTreeSet<Cause> = chosen.iter().chain(own).cloned().collect();
            let within = outcome.bounds.iter().find(|(name, _)| name == slot).map_or(Interval::ALL, |(_, within)| *within);
            Val::Opaque(Opaque { key: Arc::from(linear.name()), ty: Type::Quantity(linear.unit.clone()), within: Box::new(within), causes: causes.into_iter().collect() })
        }
        other => other.clone(),
    }
}
