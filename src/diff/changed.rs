//! What prevails at one place over what the lines say: exceptions, and changes of deadlines.

use super::meaning;
use crate::model::expr::Expr;
use crate::model::norm::{Action, Deadline, Exception, Requirement};
use serde_json::json;

/// An exception that prevails, as far as is decided.
#[derive(Debug, Clone)]
pub(crate) struct Changed<'n> {
    /// The exception.
    pub(crate) exception: &'n Exception,
    /// Its condition is neither true nor false.
    pub(super) open: bool,
    /// The exceptions to it.
    pub(super) inner: Vec<Changed<'n>>,
}

/// A requirement with the deadline that is in force.
#[derive(Debug, Clone)]
pub(crate) struct Must<'n> {
    /// What is required.
    pub(crate) requirement: &'n Requirement,
    /// Until when.
    pub(crate) deadline: Option<&'n Deadline>,
    /// It is not decided which change of the deadline counts.
    open: bool,
}

impl<'n> Changed<'n> {
    pub(super) fn is_off(&self) -> bool {
        self.exception.action == Action::Off
    }

    /// Is it so for sure, on all days?
    pub(super) fn is_sure(&self) -> bool {
        !self.open && self.exception.validity.is_always()
    }

    pub(super) fn is(&self, is: &dyn Fn(&Action) -> bool) -> bool {
        is(&self.exception.action) || self.inner.iter().any(|inner| inner.is(is))
    }

    pub(super) fn slots(&self) -> Vec<&'n str> {
        let own = match &self.exception.action {
            Action::Replace(slot, _) | Action::Times(slot, _) | Action::More(slot, _) => Some(slot.as_str()),
            Action::Off | Action::Violation => None,
        };
        let mut all: Vec<&str> = own.into_iter().chain(self.inner.iter().flat_map(Self::slots)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    pub(super) fn key(&self) -> serde_json::Value {
        let exception = self.exception;
        json!([meaning::key_of(&exception.action), exception.validity, self.open, self.inner.iter().map(|inner| inner.key()).collect::<Vec<_>>()])
    }
}

/// The exceptions that prevail, as far as is decided.
pub(super) fn changes<'n>(exceptions: &'n [Exception], next: &mut dyn Iterator<Item = Option<bool>>) -> Vec<Changed<'n>> {
    let mut all = Vec::new();
    for exception in exceptions {
        let truth = if exception.when.is_some() { next.next().flatten() } else { Some(true) };
        let inner = changes(&exception.exceptions, next);
        let off = inner.iter().any(|one| one.is_off() && one.is_sure() && one.inner.is_empty());
        if truth != Some(false) && !(off && truth == Some(true)) {
            all.push(Changed { exception, open: truth.is_none(), inner });
        }
    }
    all
}

pub(super) fn ask<'n>(exception: &'n Exception, asks: &mut Vec<&'n Expr>) {
    asks.extend(&exception.when);
    exception.exceptions.iter().for_each(|inner| ask(inner, asks));
}

impl Must<'_> {
    /// What it means, to compare.
    pub(crate) fn key(&self) -> String {
        let mut requirement = self.requirement.clone();
        if let (Some(until), false) = (&mut requirement.until, self.open) {
            until.changes.clear();
            if let Some(deadline) = self.deadline {
                until.default = deadline.clone();
            }
        }
        meaning::key_of(&requirement)
    }
}


pub(super) fn must<'n>(requirement: &'n Requirement, next: &mut dyn Iterator<Item = Option<bool>>) -> Must<'n> {
    let Some(until) = &requirement.until else { return Must { requirement, deadline: None, open: false } };
    let (mut deadline, mut open) = (&until.default, false);
    for change in &until.changes {
        match next.next().flatten() {
            Some(true) => deadline = &change.deadline,
            Some(false) => {}
            None => open = true,
        }
    }
    Must { requirement, deadline: Some(deadline), open }
}

