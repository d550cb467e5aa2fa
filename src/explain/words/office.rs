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
            Expr::Decided(_, slot) if self.zh() => format!("“{}”一栏所定职位", self.slot(slot)),
            Expr::Decided(_, slot) => format!("the office that stands under “{}”", self.slot(slot)),
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

    /// A step of an approval; the second of its sort has a number.
    pub(super) fn step(&self, slot: &str) -> Option<String> {
        let (name, number) = match slot.rsplit_once('_').filter(|(_, number)| number.parse::<u32>().is_ok()) {
            Some((name, number)) => (name, format!(" {number}")),
            None => (slot, String::new()),
        };
        let (en, zh) = match name {
            "agreed_by" => ("agreed by", "同意人"),
            "reviewed_by" => ("reviewed by", "审核人"),
            "consented_by" => ("consented by", "认可人"),
            "countersigned_by" => ("countersigned by", "会签人"),
            "approved_by" => ("approved by", "批准人"),
            "issued_by" => ("issued by", "签发人"),
            "signed_by" => ("signed by", "签字人"),
            "filed_with" => ("filed with", "备案处"),
            "self_signed" => ("signed under their own request", "本人签字"),
            _ => return None,
        };
        Some(format!("{}{number}", self.pick(en, zh)))
    }

    /// The value for a step that nobody need take has no label of the drafter's.
    pub(super) fn nobody(&self, kind: &str, value: &str) -> Option<String> {
        let is = kind.starts_with(crate::model::office::OFFICES) && value == NOBODY;
        is.then(|| self.pick("nobody", "无须").to_owned())
    }
}
