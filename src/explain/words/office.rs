//! Offices in words.

use super::Words;
use crate::explain::words::sides::Sides;
use crate::model::expr::Expr;
use crate::model::office::{Holds, NOBODY};
use crate::model::value::Scalar;
use crate::reference::derivation::{Detail, Step, Value};

impl Words<'_> {
    /// `approver holds director`, `批准人任局长`.
    pub(crate) fn holds(&self, holds: &Holds, counted: &[String]) -> String {
        let office = match &holds.office {
            Expr::Value(Scalar::Kind(kind, value)) => self.kind_value(kind, value),
            Expr::Decided(_, slot) if self.zh() => format!("“{}”所定职位", self.slot(slot)),
            Expr::Decided(_, slot) => format!("the office that is “{}”", self.slot(slot)),
            other => self.phrase(other, counted),
        };
        self.around(&self.phrase(&holds.who, counted), self.pick("holds", "任"), &office)
    }

    /// The same with who it is, which office, and what that asks: `signer (li) holds director (post of signer (clerk) is director)`.
    pub(crate) fn held(&self, step: &Step, parts: (&Step, &Step), counted: &[String]) -> String {
        let who = self.figure(parts.0, Sides::Names, counted);
        let asked = match &step.detail {
            Detail::Held { asked, .. } => self.aside(&self.asked(asked, counted)),
            _ => String::new(),
        };
        format!("{}{asked}", self.around(&who, self.pick("holds", "任"), &self.which_office(parts.1)))
    }

    /// `approver (li) must hold director, that is: post of approver (clerk) is director`.
    pub(crate) fn must_hold(&self, step: &Step, parts: (&Step, &Step)) -> String {
        let must = self.around(&self.figure(parts.0, Sides::Names, &[]), self.pick("must hold", "须任"), &self.which_office(parts.1));
        match &step.detail {
            Detail::Held { asked, .. } => format!("{must}{}{}", self.pick(", that is: ", "，即"), self.asked(asked, &[])),
            _ => must,
        }
    }

    fn which_office(&self, office: &Step) -> String {
        match &office.value {
            Value::Known(Scalar::Kind(kind, value)) => self.kind_value(kind, value),
            other => self.value(other),
        }
    }

    /// The value for a step that nobody need take has no label of the drafter's.
    pub(super) fn nobody(&self, kind: &str, value: &str) -> Option<String> {
        let is = kind.starts_with(crate::model::office::OFFICES) && value == NOBODY;
        is.then(|| self.pick("nobody", "无须").to_owned())
    }
}
