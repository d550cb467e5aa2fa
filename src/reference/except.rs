//! Exceptions (§6): which apply, which prevail, and what they leave of a slot.

use super::compare::all;
use super::derivation::ExceptionTried;
use super::judge::{Judge, PartOutcome};
use super::value::Val;
use super::verdict::{Cause, Part, Ruling};
use crate::model::norm::{Action, Exception};
use crate::model::value::Scalar;

/// An exception that was tried.
pub(super) struct Tried<'e> {
    exception: &'e Exception,
    applies: Val,
    /// What it gives, multiplies by or adds.
    operand: Option<Val>,
    inner: Vec<Tried<'e>>,
    pub told: ExceptionTried,
}

/// What the prevailing exceptions of a norm do.
#[derive(Debug, Default)]
pub(super) struct Prevailing {
    off: Vec<String>,
    pub violation: bool,
    violations: Vec<String>,
    effects: Vec<Given>,
    pub faults: Vec<Cause>,
}

/// What one prevailing exception does to a slot, with what its own exceptions do to that.
#[derive(Debug, Clone)]
struct Given {
    slot: String,
    name: String,
    cites: Vec<String>,
    change: Change,
    inner: Vec<Given>,
}

impl Given {
    /// Does an exception of this name change what it gives?
    fn holds(&self, name: &str) -> bool {
        self.inner.iter().any(|inner| inner.name == name || inner.holds(name))
    }
}

#[derive(Debug, Clone)]
enum Change {
    To(Val),
    Times(Val),
    More(Val),
    /// Nothing by itself: an exception to it gives the value.
    None,
}

/// The value of a slot after its exceptions.
pub(super) enum Excepted {
    /// None touches it.
    Own,
    /// Its own value, multiplied or raised: the bounds of the slot hold for it.
    Changed(Val, Vec<String>),
    /// Another value in its place, to which the bounds of the slot do not speak.
    Instead(Val, Vec<String>),
    Conflict(Vec<String>),
}

impl<'a, 'k> Judge<'a, 'k> {
    /// Tries each exception, with the exceptions to it.
    pub(super) fn exceptions<'e>(&mut self, exceptions: &'e [Exception]) -> Vec<Tried<'e>> {
        exceptions.iter().map(|exception| self.exception(exception)).collect()
    }

    fn exception<'e>(&mut self, exception: &'e Exception) -> Tried<'e> {
        let day = match &self.norm.dated_by {
            None => Val::Known(Scalar::Date(self.occasion.day)),
            Some(day) => self.stepped(day).0,
        };
        let in_force = self.within(&day, &[exception.validity], &exception.name);
        let (when, step) = match &exception.when {
            None => (Val::bool(true), None),
            Some(when) => self.condition(when),
        };
        let applies = all(&[in_force, when]);
        let operand = match &exception.action {
            Action::Replace(_, value) | Action::Times(_, value) | Action::More(_, value) if applies.as_bool() == Some(true) => {
                Some(self.stepped(value))
            }
            _ => None,
        };
        let (operand, value_step) = operand.map_or((None, None), |(value, step)| (Some(value), step));
        let inner = self.exceptions(&exception.exceptions);
        let prevails = applies.as_bool().map(|applies| applies && !inner.iter().any(Tried::switches_off));
        let told = ExceptionTried {
            name: exception.name.clone(),
            cites: exception.cites.clone(),
            when: step,
            applies: applies.as_bool(),
            prevails,
            value: value_step,
            exceptions: inner.iter().map(|tried| tried.told.clone()).collect(),
        };
        Tried { exception, applies, operand, inner, told }
    }
}

impl Tried<'_> {
    fn prevails(&self) -> bool {
        self.told.prevails == Some(true)
    }

    /// Does it prevail, with `Off`, over what it is an exception to? An `Off` over which a violation or a value prevails does not.
    fn switches_off(&self) -> bool {
        self.prevails() && matches!(self.exception.action, Action::Off) && !self.inner.iter().any(|inner| inner.prevails() && !inner.is_off())
    }

    fn is_off(&self) -> bool {
        matches!(self.exception.action, Action::Off)
    }

    fn faults(&self, into: &mut Vec<Cause>) {
        if let Val::Fault(cause) = &self.applies {
            into.push(cause.clone());
        }
        self.inner.iter().for_each(|inner| inner.faults(into));
    }

    fn gather(&self, into: &mut Prevailing) {
        if !self.prevails() {
            return;
        }
        let exception = self.exception;
        match &exception.action {
            Action::Off if self.switches_off() => into.off.push(exception.name.clone()),
            Action::Violation => {
                into.violation = true;
                into.violations.push(exception.name.clone());
            }
            _ => {}
        }
        if self.inner.iter().any(|inner| inner.prevails() && matches!(inner.exception.action, Action::Violation)) {
            into.violation = true;
            into.violations.push(exception.name.clone());
        }
        into.effects.extend(self.given());
    }

    /// What it does to slots: its own change, or that of its exceptions.
    fn given(&self) -> Vec<Given> {
        let exception = self.exception;
        let inner: Vec<Given> = self.inner.iter().filter(|inner| inner.prevails()).flat_map(Tried::given).collect();
        let operand = || self.operand.clone().unwrap_or(Val::Blank);
        let own = match &exception.action {
            Action::Replace(slot, _) => Some((slot, Change::To(operand()))),
            Action::Times(slot, _) => Some((slot, Change::Times(operand()))),
            Action::More(slot, _) => Some((slot, Change::More(operand()))),
            Action::Off | Action::Violation => None,
        };
        let given = |slot: &str, change, inner| Given { slot: slot.to_owned(), name: exception.name.clone(), cites: exception.cites.clone(), change, inner };
        let Some((slot, change)) = own else {
            let mut slots: Vec<&str> = inner.iter().map(|given| given.slot.as_str()).collect();
            slots.dedup();
            let of = |slot: &str| inner.iter().filter(|given| given.slot == slot).cloned().collect();
            return slots.into_iter().map(|slot| given(slot, Change::None, of(slot))).collect();
        };
        let inner = inner.into_iter().filter(|given| given.slot == *slot).collect();
        vec![given(slot, change, inner)]
    }
}

impl Prevailing {
    pub(super) fn of(tried: &[Tried]) -> Self {
        let mut all = Self::default();
        for tried in tried {
            tried.faults(&mut all.faults);
            tried.gather(&mut all);
        }
        all
    }

    /// Off, and nothing else prevails: the norm does not apply.
    pub(super) fn switches_off(&self) -> bool {
        !self.off.is_empty() && self.effects.is_empty() && !self.violation
    }

    /// The part that is a violation by itself; beside an `Off`, a conflict.
    pub(super) fn as_violation(&self) -> PartOutcome {
        let conflict = !self.off.is_empty();
        let causes = if conflict { vec![self.contradiction("violation", &self.violations)] } else { Vec::new() };
        let ruling = if conflict { Ruling::Conflict } else { Ruling::Violation };
        PartOutcome { part: Part { name: "violation".to_owned(), ruling, due: None, met: None, causes }, effects: Vec::new() }
    }

    /// A requirement that an `Off` would switch off, had nothing else prevailed.
    pub(super) fn over_requirement(&self, mut part: Part) -> Part {
        if !self.off.is_empty() && part.ruling == Ruling::Violation {
            part.ruling = Ruling::Conflict;
            part.causes.push(self.contradiction(&part.name, &self.violations));
        }
        part
    }

    fn contradiction(&self, slot: &str, others: &[String]) -> Cause {
        let mut clauses: Vec<String> = self.off.iter().chain(others).cloned().collect();
        clauses.sort();
        clauses.dedup();
        Cause::Contradiction { slot: slot.to_owned(), clauses }
    }

    /// The value of a slot after the exceptions.
    pub(super) fn apply(&self, judge: &mut Judge, slot: &str, own: &Val) -> Excepted {
        let here: Vec<&Given> = self.effects.iter().filter(|given| given.slot == slot).collect();
        if here.is_empty() {
            return Excepted::Own;
        }
        if !self.off.is_empty() {
            return Excepted::Conflict(self.off.iter().cloned().chain(here.iter().map(|given| given.name.clone())).collect());
        }
        one_value(judge, &here, own)
    }
}

/// The one value that all of these give.
fn one_value(judge: &mut Judge, given: &[&Given], own: &Val) -> Excepted {
    let mut found: Option<(Val, Vec<String>)> = None;
    let mut instead = false;
    // What is an exception to another one here changes what that one gives, not once more what they all begin with.
    let given: Vec<&Given> = given.iter().filter(|one| !given.iter().any(|other| other.holds(&one.name))).copied().collect();
    let names = || given.iter().map(|given| given.name.clone()).collect();
    for one in &given {
        match value_of(judge, one, own) {
            Excepted::Own => {}
            Excepted::Conflict(names) => return Excepted::Conflict(names),
            other => {
                instead |= matches!(other, Excepted::Instead(..));
                let (Excepted::Changed(value, mut cites) | Excepted::Instead(value, mut cites)) = other else { continue };
                match &mut found {
                    None => found = Some((value, cites)),
                    Some((before, known)) => {
                        if !judge.is_same(before, &value) {
                            return Excepted::Conflict(names());
                        }
                        cites.retain(|cite| !known.contains(cite));
                        known.append(&mut cites);
                    }
                }
            }
        }
    }
    found.map_or(Excepted::Own, |(value, cites)| excepted(instead, value, cites))
}

fn excepted(instead: bool, value: Val, cites: Vec<String>) -> Excepted {
    if instead { Excepted::Instead(value, cites) } else { Excepted::Changed(value, cites) }
}

/// The value that one exception gives, after the exceptions to it.
fn value_of(judge: &mut Judge, given: &Given, own: &Val) -> Excepted {
    let value = match &given.change {
        Change::To(value) => value.clone(),
        Change::Times(factor) => judge.product(own, factor),
        Change::More(more) => judge.sum(own, more),
        Change::None => own.clone(),
    };
    let instead = matches!(given.change, Change::To(_));
    if given.inner.is_empty() {
        return excepted(instead, value, given.cites.clone());
    }
    let inner: Vec<&Given> = given.inner.iter().collect();
    let cited = |cites: Vec<String>| given.cites.iter().cloned().chain(cites).collect();
    match one_value(judge, &inner, &value) {
        Excepted::Own => excepted(instead, value, given.cites.clone()),
        Excepted::Changed(value, cites) => excepted(instead, value, cited(cites)),
        Excepted::Instead(value, cites) => Excepted::Instead(value, cited(cites)),
        conflict @ Excepted::Conflict(_) => conflict,
    }
}
