//! Judging one occasion in one world: the order in which the parts of a norm are looked at (§4–§8).

use super::derivation::{Detail, ExceptionTried, Step, World as WorldTold};
use super::interval::Interval;
use super::known::{Id, Known};
use super::measure::CountedBefore;
use super::occasion::Occasion;
use super::rules::Rules;
use super::value::Val;
use super::verdict::{Cause, Effect, Part, Ruling};
use super::world::World;
use super::yields::Yielded;
use crate::model::expr::{Expr, Op};
use crate::model::norm::{DEADLINE, Norm, Requirement, What};
use crate::model::value::Type;

use crate::records::At;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A subject: entity, id.
pub(super) type Subject = (Arc<str>, Arc<str>);

/// What is tried beyond what is so: for what would have changed a verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Instead<'e> {
    /// This condition turned round, wherever it stands.
    Turned(&'e Expr),
    /// This requirement met in time.
    Met(usize),
}

/// One occasion of a norm in one world.
pub(super) struct Judge<'a, 'k> {
    pub known: &'k Known<'a>,
    pub rules: &'k Rules<'k>,
    pub norm: &'k Norm,
    pub occasion: &'k Occasion<'k>,
    pub world: World,
    /// The record that a pattern is looking at.
    pub counted: Option<Id>,
    /// The member that a group is looking at.
    pub each: Option<Val>,
    /// By when a condition must be so: records after that time (at it, when the moment itself is too late) are not looked at.
    pub cut: Option<(At, bool)>,
    /// Day as of which facts are read, when it is not the occasion's.
    pub fact_day: Option<NaiveDate>,
    /// Evaluated expressions, when somebody wants to see them.
    pub steps: Option<Vec<Step>>,
    pub detail: Detail,
    /// Records that the judgement rests on.
    pub used: BTreeSet<Id>,
    /// Last day that it depends on; none when records of any time may change it.
    pub horizon: Option<NaiveDate>,
    /// Slots of this norm that are decided already: its requirements may read them.
    pub own: Vec<(String, Val)>,
    /// What was taken to be in time or late for a deadline that nobody knows, by its name.
    pub unclear: Vec<(String, At, bool)>,
    /// When what was breached was due, and when it was done: for the sanctions.
    pub delay: Option<Delay>,
    /// Why it may still change with time.
    pub instead: Option<Instead<'k>>,
    /// Fields that are asked whether they are stated.
    pub asks: &'k BTreeSet<String>,
    /// Measures that are known before, and at which of them the judgement looks.
    pub counted_before: &'k [Option<CountedBefore<'k>>],
    pub looked_at: BTreeSet<usize>,
}

/// When something was due that was not done in time, and when it was done all the same.
pub(super) type Delay = (At, Option<At>);

/// A part of the judgement with its effects.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PartOutcome {
    pub part: Part,
    pub effects: Vec<Effect>,
}

/// The judgement in one world.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// False when there is no such occasion in this world.
    pub there: bool,
    /// In force and its condition holds, and nothing switched it off.
    pub applies: bool,
    pub parts: Vec<PartOutcome>,
    /// Why the condition itself cannot be worked out.
    pub causes: Vec<Cause>,
    pub bearer: Option<Subject>,
    /// When the first breach was.
    pub breach: Option<At>,
    /// How late it was.
    pub delay: Option<Delay>,
    /// When the last of its terms ended: that is when what follows happens.
    pub ended: Option<At>,
    /// The records it makes, in the order of the norm's yields.
    pub yields: Vec<Yielded>,
    /// Values decided, for norms that read them.
    pub slots: Vec<(String, Val)>,
    /// Between which bounds those that are open lie in this world.
    pub bounds: Vec<(String, Interval)>,
    pub used: BTreeSet<Id>,
    pub horizon: Option<NaiveDate>,
    /// Places of the measures known before at which it looked.
    pub looked_at: BTreeSet<usize>,
    pub told: Option<WorldTold>,
}

impl Outcome {
    /// The headline (§10): the first present among the parts.
    pub(super) fn ruling(&self) -> Ruling {
        if !self.causes.is_empty() {
            return Ruling::Undetermined;
        }
        if !self.applies {
            return Ruling::NotApplicable;
        }
        self.parts.iter().map(|part| part.part.ruling).min().unwrap_or(Ruling::Compliant).min(Ruling::Compliant)
    }
}

static NOTHING: BTreeSet<String> = BTreeSet::new();

impl<'a, 'k> Judge<'a, 'k> {
    pub(super) fn new(known: &'k Known<'a>, rules: &'k Rules<'k>, norm: &'k Norm, occasion: &'k Occasion<'k>, forced: Vec<usize>) -> Self {
        Self {
            known,
            rules,
            norm,
            occasion,
            world: World::new(forced),
            counted: None,
            each: None,
            cut: None,
            fact_day: None,
            steps: None,
            detail: Detail::None,
            used: BTreeSet::new(),
            horizon: Some(occasion.day),
            own: Vec::new(),
            unclear: Vec::new(),
            delay: None,
            instead: None,
            asks: &NOTHING,
            counted_before: &[],
            looked_at: BTreeSet::new(),
        }
    }

    /// To evaluate an expression about an occasion outside of any judgement.
    pub(super) fn aside(known: &'k Known<'a>, rules: &'k Rules<'k>, norm: &'k Norm, occasion: &'k Occasion<'k>) -> Self {
        Self::new(known, rules, norm, occasion, Vec::new())
    }

    /// The whole judgement of this world.
    pub(super) fn judge(&mut self) -> Outcome {
        let mut outcome = Outcome { there: true, ..Outcome::default() };
        self.used.extend(self.occasion.record);
        if let Some(reached) = &self.occasion.reached {
            self.used.extend(reached.counted.iter().copied());
        }
        let mut told = empty_world();
        match self.is_there(&mut told) {
            Val::Fault(cause) => outcome.causes.push(cause),
            there if there.as_bool() == Some(false) => outcome.there = false,
            _ => self.judge_norm(&mut outcome, &mut told),
        }
        self.may_follow(&mut outcome);
        for (slot, value) in &outcome.slots {
            if let Val::Linear(linear) = value {
                outcome.bounds.push((slot.clone(), self.world.bounds(linear)));
            }
        }
        outcome.used = std::mem::take(&mut self.used);
        outcome.horizon = self.horizon;
        outcome.looked_at = std::mem::take(&mut self.looked_at);
        if self.steps.is_some() {
            told.choices = self.choices_told();
            told.ruling = outcome.ruling();
            outcome.told = Some(told);
        }
        outcome
    }

    /// Where nobody can work out whether the norm applies, what it would make is possible, and what it would decide has no value.
    fn may_follow(&mut self, outcome: &mut Outcome) {
        let Some(cause) = outcome.causes.first().cloned().filter(|_| outcome.there && !outcome.applies) else { return };
        let norm = self.norm;
        outcome.yields = norm.yields.iter().map(|given| self.yielded(given).0).collect();
        outcome.slots = norm.decisions.iter().map(|decision| (decision.slot.clone(), Val::Fault(cause.clone()))).collect();
    }

    fn choices_told(&self) -> Vec<(Cause, String)> {
        let mut all = Vec::new();
        for choice in self.world.choices() {
            for cause in &choice.causes {
                all.push((cause.clone(), choice.words.clone()));
            }
        }
        all
    }

    /// Is there such an occasion at all (§4)?
    fn is_there(&mut self, told: &mut WorldTold) -> Val {
        let mut there = Vec::new();
        if let Some(causes) = &self.occasion.doubt {
            there.push(Val::bool(self.taken_to_be(&format!("occasion {}", self.occasion.key), causes)));
        }
        if let Some(id) = self.occasion.record {
            there.push(self.exists(id));
        }
        let valid = self.occasion.record.and_then(|id| self.known.valid(id));
        for condition in valid.into_iter().chain(self.occasion.filter) {
            let counted = std::mem::replace(&mut self.counted, self.occasion.record);
            let (value, step) = self.stepped(condition);
            self.counted = counted;
            if told.about.is_none() {
                told.about = step.filter(|_| self.occasion.record.is_some() && value.as_bool() != Some(true));
            }
            there.push(value);
        }
        super::compare::all(&there)
    }

    /// Is a record there that a verdict made (§8, §9)?
    pub(super) fn exists(&mut self, id: Id) -> Val {
        let known = self.known;
        let Some(made) = known.made(id) else { return Val::bool(true) };
        for (parameter, alternative) in &made.under {
            if self.reading(parameter) != Some(alternative.clone()) {
                return Val::bool(false);
            }
        }
        if made.record.certain {
            return Val::bool(true);
        }
        let reference = made.record.reference();
        let causes = [Cause::PossibleRecords { records: vec![reference.clone()] }];
        Val::bool(self.taken_to_be(&format!("record {reference}"), &causes))
    }

    /// Chooses between yes and no.
    pub(super) fn taken_to_be(&mut self, what: &str, causes: &[Cause]) -> bool {
        self.world.pick(&Arc::from(what), causes, &["yes".to_owned(), "no".to_owned()]) == 0
    }

    /// In force, its condition, its exceptions, its parts.
    fn judge_norm(&mut self, outcome: &mut Outcome, told: &mut WorldTold) {
        let in_force = self.in_force();
        if let Val::Fault(cause) = &in_force {
            outcome.causes.push(cause.clone());
        }
        told.in_force = in_force.as_bool() == Some(true);
        let norm = self.norm;
        if let Some(when) = &norm.when {
            let (value, step) = self.stepped(when);
            told.when = step;
            match super::compare::all(&[value]) {
                Val::Fault(cause) => outcome.causes.push(cause),
                value if value.as_bool() == Some(false) => {
                    outcome.bearer = self.bearer_now();
                    return;
                }
                _ => {}
            }
        }
        if in_force.as_bool() == Some(false) {
            // Out of force it says nothing, whatever its condition comes to.
            outcome.causes.clear();
        }
        if in_force.as_bool() == Some(false) || !outcome.causes.is_empty() {
            outcome.bearer = self.bearer_now();
            return;
        }
        outcome.applies = true;
        outcome.bearer = self.bearer_now();
        let tried = self.exceptions(&norm.exceptions);
        told.exceptions = tried.iter().map(|tried| tried.told.clone()).collect::<Vec<ExceptionTried>>();
        let mut prevailing = super::except::Prevailing::of(&tried);
        outcome.causes.append(&mut prevailing.faults);
        if prevailing.switches_off() && outcome.causes.is_empty() {
            outcome.applies = false;
            return;
        }
        if !self.terms(outcome, told) {
            return;
        }
        self.parts(outcome, told, &prevailing);
        for given in &norm.yields {
            let (made, making) = self.yielded(given);
            outcome.yields.push(made);
            told.makes.push(making);
        }
    }

    /// Decisions, requirements, what is a violation by itself, and sanctions.
    fn parts(&mut self, outcome: &mut Outcome, told: &mut WorldTold, prevailing: &super::except::Prevailing) {
        let norm = self.norm;
        if norm.violation || prevailing.violation {
            outcome.parts.push(prevailing.as_violation());
        }
        for decision in &norm.decisions {
            let decided = self.decide(decision, prevailing);
            self.own.push((decision.slot.clone(), decided.given.clone()));
            outcome.slots.push((decision.slot.clone(), decided.given.clone()));
            outcome.parts.push(PartOutcome { part: decided.part(&decision.slot), effects: decided.effects });
            told.decisions.extend(decided.told);
        }
        for (at, requirement) in norm.requirements.iter().enumerate() {
            let required = self.require(at, requirement);
            if required.part.ruling == Ruling::Violation {
                let before = outcome.breach;
                outcome.breach = earlier(outcome.breach, required.breach, self.rules);
                if before.is_none() || before != outcome.breach {
                    outcome.delay = delay_of(requirement, &required.part);
                }
            }
            if norm.deadline_is_a_value() && self.known.deadlines.contains(norm.name.as_str()) {
                outcome.slots.push((DEADLINE.to_owned(), required.deadline));
            }
            let part = prevailing.over_requirement(required.part);
            outcome.parts.push(PartOutcome { part, effects: Vec::new() });
            told.requirements.extend(required.told);
        }
        let breached = outcome.parts.iter().any(|part| part.part.name.starts_with("requirement") && part.part.ruling == Ruling::Violation);
        if breached {
            self.delay = outcome.delay;
            for decision in &norm.if_breached {
                let decided = self.decide(decision, &super::except::Prevailing::default());
                let mut part = decided.part(&format!("if breached {}", decision.slot));
                part.ruling = if part.ruling == Ruling::Compliant { Ruling::Violation } else { part.ruling };
                outcome.parts.push(PartOutcome { part, effects: decided.effects });
                told.if_breached.extend(decided.told);
            }
        }
        if let Some(span) = &self.occasion.period
            && !self.has_passed(At::Date(span.last))
        {
            outcome.parts.iter_mut().for_each(unfinished);
        }
        let judged_on = self.judged_on(told, outcome);
        if let Some(day) = judged_on.filter(|day| !self.has_passed(At::Date(*day))) {
            self.waits_until(day, outcome);
            return;
        }
        // A fine for the breach is no breach of its own: it comes with the requirement's.
        let own = |name: &str| !name.starts_with("requirement") && !name.starts_with("if breached");
        let at_once = |part: &PartOutcome| part.part.ruling == Ruling::Violation && own(&part.part.name);
        if outcome.parts.iter().any(at_once) {
            outcome.breach = earlier(outcome.breach, Some(self.occasion.at), self.rules);
        }
        // Before it was judged nobody could know of the breach.
        if let (Some(day), Some(breach)) = (judged_on, outcome.breach) {
            outcome.breach = Some(if self.rules.day(breach) < day { At::Date(day) } else { breach });
        }
    }

    /// The day on which the period is judged, when it is a later one.
    fn judged_on(&mut self, told: &mut WorldTold, outcome: &mut Outcome) -> Option<NaiveDate> {
        let on = self.norm.judged_on.as_ref()?;
        let (value, step) = self.stepped(on);
        told.judged_on = step;
        match value.as_at() {
            Some(at) => {
                let day = self.rules.day(at);
                self.reach(Some(day));
                Some(day)
            }
            None => {
                outcome.causes.extend(self.causes_of(&value));
                None
            }
        }
    }

    /// Until then nothing is judged: whatever was recorded so far, every part is pending, and what it decides is open for others.
    fn waits_until(&mut self, day: NaiveDate, outcome: &mut Outcome) {
        let causes = vec![Cause::JudgedOn { day }];
        for part in &mut outcome.parts {
            part.effects.clear();
            (part.part.ruling, part.part.causes, part.part.met) = (Ruling::Pending, causes.clone(), None);
        }
        outcome.breach = None;
        for ((slot, value), decision) in outcome.slots.iter_mut().zip(&self.norm.decisions) {
            let ty = match &*value {
                Val::Known(scalar) => Some(scalar.ty()),
                Val::Linear(linear) => Some(Type::Quantity(linear.unit.clone())),
                Val::Opaque(opaque) => Some(opaque.ty.clone()),
                Val::Blank | Val::Fault(_) => decision.unit.clone().map(Type::Quantity),
            };
            *value = match ty {
                Some(ty) => Val::Opaque(super::value::Opaque { key: Arc::from(format!("{slot} on {day}")), ty, within: Box::new(Interval::ALL), causes: causes.clone() }),
                None => Val::Fault(Cause::JudgedOn { day }),
            };
        }
    }

    /// Validity of regulation and norm on the day that chooses the version (§4).
    fn in_force(&mut self) -> Val {
        let day = match &self.norm.dated_by {
            None => Val::Known(crate::model::value::Scalar::Date(self.occasion.day)),
            Some(day) => {
                let value = self.eval(day);
                self.steps.as_mut().map(Vec::pop);
                value
            }
        };
        let intervals = [self.rules.validity, self.norm.validity];
        self.within(&day, &intervals, "validity")
    }

    /// Lies the day in all intervals?
    pub(super) fn within(&mut self, day: &Val, intervals: &[crate::model::Interval], what: &str) -> Val {
        if intervals.iter().all(|interval| interval.from.is_none() && interval.until.is_none()) {
            return Val::bool(true);
        }
        match day {
            Val::Fault(_) => day.clone(),
            Val::Blank => Val::Fault(Cause::Blank { what: "date".to_owned() }),
            _ => match day.as_at() {
                Some(at) => Val::bool(intervals.iter().all(|interval| interval.contains(self.rules.day(at)))),
                None => {
                    let causes = self.causes_of(day);
                    Val::bool(self.taken_to_be(&format!("{what} {}", day.name()), &causes))
                }
            },
        }
    }

    pub(super) fn bearer_now(&mut self) -> Option<Subject> {
        let Some(bearer) = &self.norm.bearer else { return self.occasion.subject.clone() };
        let value = self.eval(bearer);
        self.steps.as_mut().map(Vec::pop);
        match value {
            Val::Known(crate::model::value::Scalar::Ref(entity, id)) => Some((entity, id)),
            _ => None,
        }
    }

    /// Has the moment, or the end of the day, come and gone (§7)?
    pub(super) fn has_passed(&self, at: At) -> bool {
        match (at, self.known.until) {
            (At::Moment(due), At::Moment(until)) => due < until,
            (At::Date(due), At::Moment(_)) => due < self.rules.day(self.known.until),
            (_, At::Date(until)) => self.rules.day(at) <= until,
        }
    }

    /// The judgement depends on records up to and with this day.
    pub(super) fn reach(&mut self, day: Option<NaiveDate>) {
        self.horizon = self.horizon.zip(day).map(|(known, day)| known.max(day));
    }
}

/// A period that has not ended is pending, unless it is surely breached already (§4). Requirements on records say so themselves.
fn unfinished(part: &mut PartOutcome) {
    let settled = ["requirement", "term"].iter().any(|sort| part.part.name.starts_with(sort)) && part.part.due.is_some();
    if matches!(part.part.ruling, Ruling::Compliant | Ruling::Undetermined) && !settled {
        part.part.ruling = Ruling::Pending;
        part.effects.clear();
    }
}

/// How late it was; none of what must not be exceeded, or has no time.
fn delay_of(requirement: &Requirement, part: &Part) -> Option<Delay> {
    let exceeds = |requirement: &&Requirement| matches!(requirement.what, What::Records { op: Op::Le, .. });
    part.due.filter(|_| !requirement.each().iter().any(exceeds)).map(|due| (due, part.met))
}

fn earlier(a: Option<At>, b: Option<At>, rules: &Rules) -> Option<At> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if rules.day(b) < rules.day(a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

fn empty_world() -> WorldTold {
    WorldTold {
        choices: Vec::new(),
        about: None,
        when: None,
        judged_on: None,
        in_force: false,
        decisions: Vec::new(),
        terms: Vec::new(),
        requirements: Vec::new(),
        if_breached: Vec::new(),
        exceptions: Vec::new(),
        makes: Vec::new(),
        ruling: Ruling::NotApplicable,
    }
}
