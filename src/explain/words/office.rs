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
        self.around(&self.phrase(&holds.who, counted), self.pick("holds", "任"), &self.office(holds, counted))
    }

    /// `approver does not hold director`, `批准人不任局长`.
    pub(crate) fn holds_not(&self, holds: &Holds, counted: &[String]) -> String {
        self.around(&self.phrase(&holds.who, counted), self.pick("does not hold", "不任"), &self.office(holds, counted))
    }

    fn office(&self, holds: &Holds, counted: &[String]) -> String {
        match &holds.office {
            Expr::Value(Scalar::Kind(kind, value)) => self.kind_value(kind, value),
            Expr::Decided(_, slot) => self.under(slot),
            other => self.phrase(other, counted),
        }
    }

    /// The same with who it is, which office, and what that asks: `signer (li) holds director (post of signer (clerk) is director)`.
    pub(crate) fn held(&self, step: &Step, parts: (&Step, &Step), counted: &[String]) -> String {
        self.held_or_not(step, parts, counted, self.pick("holds", "任"))
    }

    /// As [`Words::held`], of who must not hold it.
    pub(crate) fn not_held(&self, step: &Step, parts: (&Step, &Step), counted: &[String]) -> String {
        self.held_or_not(step, parts, counted, self.pick("does not hold", "不任"))
    }

    /// `if signer (li) had held director`, `若签字人（li）任局长`; the other way round when it is so.
    pub(crate) fn had_held(&self, parts: (&Step, &Step), now: bool) -> String {
        let (who, office) = (self.figure(parts.0, Sides::Names, &[]), self.which_office(parts.1));
        match (self.zh(), now) {
            (true, true) => self.around(&self.after("若", &who), "不任", &office),
            (true, false) => self.around(&self.after("若", &who), "任", &office),
            (false, true) => format!("if {who} had not held {office}"),
            (false, false) => format!("if {who} had held {office}"),
        }
    }

    fn held_or_not(&self, step: &Step, parts: (&Step, &Step), counted: &[String], word: &str) -> String {
        let who = self.figure(parts.0, Sides::Names, counted);
        let asked = match &step.detail {
            Detail::Held { asked, .. } => self.aside(&self.asked(asked, counted)),
            _ => String::new(),
        };
        format!("{}{asked}", self.around(&who, word, &self.which_office(parts.1)))
    }

    /// `approver (li) must hold director, that is: post of approver (clerk) is director`.
    pub(crate) fn must_hold(&self, step: &Step, parts: (&Step, &Step)) -> String {
        let must = self.around(&self.figure(parts.0, Sides::Names, &[]), self.pick("must hold", "须任"), &self.which_office(parts.1));
        match &step.detail {
            Detail::Held { asked, .. } => format!("{must}{}{}", self.pick(", that is: ", "，即"), self.asked(asked, &[])),
            _ => must,
        }
    }

    /// The office that the clause itself decides.
    fn under(&self, slot: &str) -> String {
        let slot = self.slot(slot);
        if self.zh() { format!("“{slot}”一栏所定职位") } else { format!("the office that stands under “{slot}”") }
    }

    fn which_office(&self, office: &Step) -> String {
        match &office.value {
            Value::Known(Scalar::Kind(kind, value)) => self.kind_value(kind, value),
            // Why it cannot be worked out is said of the whole.
            Value::Fault(_) => match &office.expr {
                Expr::Decided(_, slot) => self.under(slot),
                other => self.phrase(other, &[]),
            },
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
