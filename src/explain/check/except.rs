//! Exceptions: all that the policy has, each condition checked, who prevails, what it does to a slot.

use super::Checker;
use super::arith::{fault, operate};
use super::case::Scene;
use super::decide::answer;
use super::step::agrees;
use crate::model::expr::Expr;
use crate::model::norm::{Action, Exception};
use crate::reference::derivation::{ExceptionTried, Value};

/// A prevailing exception: its action, the value in it, and the exceptions that prevail over it in turn.
pub(super) struct Prevailing {
    name: String,
    pub(super) action: Action,
    value: Option<Value>,
    inner: Vec<Prevailing>,
    /// True, or open when an exception to it is.
    pub(super) sure: bool,
}

impl Prevailing {
    /// Does an exception of this name, to it or to one of its exceptions, change what it makes of the slot?
    fn changed_by(&self, name: &str, slot: &str) -> bool {
        self.inner.iter().any(|inner| (inner.name == name && slot_of(&inner.action) == Some(slot)) || inner.changed_by(name, slot))
    }
}

impl<'c> Checker<'c> {
    /// The exceptions of a norm or of an exception; those that prevail.
    pub(super) fn exceptions(&mut self, scene: Scene<'c>, model: &[Exception], told: &[ExceptionTried]) -> Vec<Prevailing> {
        if model.len() != told.len() {
            self.fault("an exception is missing", "缺少例外");
            return Vec::new();
        }
        let mut prevailing = Vec::new();
        for (exception, tried) in model.iter().zip(told) {
            self.within(&tried.name, |checker| prevailing.extend(checker.exception(scene, exception, tried)));
        }
        prevailing
    }

    fn exception(&mut self, scene: Scene<'c>, exception: &Exception, tried: &ExceptionTried) -> Option<Prevailing> {
        if tried.name != exception.name || tried.cites != exception.cites {
            self.fault("another exception stands in the policy", "规章中为另一例外");
        }
        let in_force = exception.validity.contains(self.reference_day(scene));
        match (&exception.when, &tried.when) {
            (Some(when), Some(step)) => self.step(scene, when, step),
            (None, None) => {}
            (Some(_), None) if !in_force => {}
            _ => self.fault("the condition of an exception is missing", "缺少例外的条件"),
        }
        let applies = if in_force { answer(tried.when.as_ref()) } else { Some(false) };
        if tried.applies != applies {
            self.fault("an exception applies although its condition does not say so", "例外是否适用与其条件不符");
        }
        let inner = self.exceptions(scene, &exception.exceptions, &tried.exceptions);
        let off = inner.iter().find(|p| matches!(p.action, Action::Off)).map(|p| p.sure);
        let prevails = match (applies, off) {
            (Some(false), _) | (_, Some(true)) => Some(false),
            (Some(true), None) => Some(true),
            _ => None,
        };
        if tried.prevails != prevails {
            self.fault("an exception prevails without reason", "例外是否优先与其依据不符");
        }
        self.given_value(scene, exception, tried);
        if prevails == Some(false) {
            return None;
        }
        let value = tried.value.as_ref().map(|step| step.value.clone());
        Some(Prevailing { name: exception.name.clone(), action: exception.action.clone(), value, inner, sure: prevails == Some(true) })
    }

    fn given_value(&mut self, scene: Scene<'c>, exception: &Exception, tried: &ExceptionTried) {
        match (gives(&exception.action), &tried.value) {
            (Some(expr), Some(step)) => self.step(scene, expr, step),
            (Some(_), None) if tried.applies == Some(true) => self.fault("the value of an exception is missing", "缺少例外的数值"),
            (None, Some(_)) => self.fault("an exception gives a value that it cannot give", "例外给出了不应有的数值"),
            _ => {}
        }
    }
}

/// The value expression of an action.
fn gives(action: &Action) -> Option<&Expr> {
    match action {
        Action::Off | Action::Violation => None,
        Action::Replace(_, value) | Action::Times(_, value) | Action::More(_, value) => Some(value),
    }
}

/// The slot that an action works on.
fn slot_of(action: &Action) -> Option<&str> {
    match action {
        Action::Off | Action::Violation => None,
        Action::Replace(slot, _) | Action::Times(slot, _) | Action::More(slot, _) => Some(slot),
    }
}

/// Does one of them, or an exception to it, put another value in the place of the slot's own?
pub(super) fn replaced(slot: &str, prevailing: &[Prevailing]) -> bool {
    prevailing.iter().any(|p| matches!(&p.action, Action::Replace(name, _) if name == slot) || replaced(slot, &p.inner))
}

/// The value of a slot after the prevailing exceptions; none when the checker leaves it open.
pub(super) fn changed(own: &Value, slot: &str, prevailing: &[Prevailing]) -> Option<Value> {
    if prevailing.iter().any(|p| !p.sure) {
        return None;
    }
    let mut results: Vec<Value> = Vec::new();
    let upon_another = |p: &Prevailing| prevailing.iter().any(|other| other.changed_by(&p.name, slot));
    for exception in prevailing.iter().filter(|p| slot_of(&p.action) == Some(slot) && !upon_another(p)) {
        let given = exception.value.clone()?;
        let parts = [own.clone(), given.clone()];
        let result = match &exception.action {
            Action::Times(..) => operate(&Expr::Mul(blank(), blank()), &parts)?,
            Action::More(..) => operate(&Expr::Add(blank(), blank()), &parts)?,
            _ => given,
        };
        // An exception to it works on the value that it gives.
        let result = changed(&result, slot, &exception.inner)?;
        if !results.iter().any(|known| agrees(known, &result)) {
            results.push(result);
        }
    }
    let off = prevailing.iter().any(|p| matches!(p.action, Action::Off));
    match results.as_slice() {
        [] => Some(own.clone()),
        [one] if !off => Some(one.clone()),
        _ => Some(fault("contradiction")),
    }
}

/// An operand that only stands for its place.
fn blank() -> Box<Expr> {
    Box::new(Expr::Subject)
}
