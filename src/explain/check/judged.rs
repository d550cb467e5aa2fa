//! Judged facts: which attestation counts, or what is presumed.

use super::arith::{open, yes};
use super::case::{Scene, Seen};
use super::dates;
use crate::model::expr::{Expr, Pattern};
use crate::model::number::Number;
use crate::model::value::{Scalar, Type};
use crate::records::At;
use crate::model::{Model, Parameter, ParameterSort};
use crate::reference::derivation::Value;
use crate::reference::verdict::Cause;
use chrono::NaiveDate;

/// Name of the built-in event.
const ATTESTATION: &str = "attestation";

/// Attestations about one fact of one thing, in order, and whether the person may say it (none: not known).
pub(super) struct Attested<'c> {
    pub(super) said: Vec<(Seen<'c>, Option<bool>)>,
}

impl<'c> Scene<'c> {
    /// Every attestation of the fact about `about`, but those whose author may speak and says no value of the fact's type.
    pub(super) fn attestations(&self, name: &str, about: &str) -> Attested<'c> {
        let model = self.case.model;
        let bare = name.rsplit('.').next().unwrap_or(name);
        let text = |seen: Seen<'c>, field: &str| match seen.field(model, field) {
            Some(Value::Known(Scalar::Text(text))) => Some(text),
            _ => None,
        };
        let pattern = Pattern { events: vec![ATTESTATION.to_owned()], links: Vec::new(), filter: None };
        let of_it = self.case.sorted().filter(|seen| {
            self.case.is_of(*seen, &pattern)
                && text(*seen, "fact").is_some_and(|fact| *fact == *name || *fact == *bare)
                && text(*seen, "about").is_some_and(|said| *said == *about)
        });
        let parameter = model.parameter(name);
        let says_something = |seen: Seen<'c>| parameter.is_some_and(|parameter| text(seen, "value").is_some_and(|value| is_readable(model, parameter, &value)));
        let said = of_it.map(|seen| (seen, self.may_say(name, seen)));
        Attested { said: said.filter(|(seen, may)| *may != Some(true) || says_something(*seen)).collect() }
    }

    /// May whoever attests say so, as of the day of the attestation? Where that is open, they may not.
    fn may_say(&self, name: &str, seen: Seen<'c>) -> Option<bool> {
        let ParameterSort::Judged { by, who, .. } = &self.case.model.parameter(name)?.sort else { return None };
        let day = seen.at().day(self.case.zone);
        if by.as_ref().is_some_and(|by| !self.belongs(by, seen, day)) {
            return Some(false);
        }
        match who {
            None => Some(true),
            Some(who) => {
                let then = Self { as_of: Some(day), ..self.at_record(seen) };
                Some(then.eval(who)? == yes(true))
            }
        }
    }

    /// Does whoever attests stand in the register on that day? Without a register nobody can tell.
    fn belongs(&self, register: &str, seen: Seen<'c>, day: NaiveDate) -> bool {
        let facts = &self.case.records.facts;
        if !facts.loaded.contains(register) {
            return true;
        }
        let Some(Value::Known(Scalar::Text(person) | Scalar::Ref(_, person))) = seen.field(self.case.model, "by") else { return false };
        let times = facts.members.get(register).and_then(|members| members.get(&*person));
        times.is_some_and(|times| times.iter().any(|(from, until)| from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)))
    }

    /// The value of a judged fact.
    pub(super) fn judgement(&self, name: &str, about: &str) -> Option<Value> {
        let model = self.case.model;
        let parameter = model.parameter(name)?;
        let ParameterSort::Judged { by, presumed, .. } = &parameter.sort else { return None };
        let attested = self.attestations(name, about);
        if let Some((seen, _)) = attested.said.iter().rev().find(|(_, may)| *may == Some(true)) {
            return said(model, parameter, seen.field(model, "value")?);
        }
        match presumed {
            Some(value) if self.presumes(name)? => Some(Value::Known(value.clone())),
            _ => {
                let cause = Cause::NotJudged { parameter: name.to_owned(), about: about.to_owned(), by: by.clone() };
                Some(self.chosen(&cause, &parameter.ty))
            }
        }
    }

    /// What an attestation about somebody is about: with the period, where the fact is said anew of each.
    pub(super) fn said_of(&self, name: &str, id: &str) -> String {
        match self.case.model.parameter(name).map(|parameter| &parameter.sort) {
            Some(ParameterSort::Judged { every: Some(every), .. }) => {
                let day = self.counted.map_or(self.case.day, |seen| seen.at().day(self.case.zone));
                format!("{id}/{}", dates::key_of(every, day))
            }
            _ => id.to_owned(),
        }
    }

    /// Does the presumption hold by now, as long as nobody says otherwise?
    pub(super) fn presumes(&self, name: &str) -> Option<bool> {
        match &self.case.model.parameter(name)?.sort {
            ParameterSort::Judged { presumed: Some(_), presumed_after: Some(length), .. } => self.presumption_holds(length),
            ParameterSort::Judged { presumed, .. } => Some(presumed.is_some()),
            _ => None,
        }
    }

    /// Have that many days passed since the occasion?
    fn presumption_holds(&self, length: &Scalar) -> Option<bool> {
        let case = self.case;
        let start = Scalar::Date(case.day);
        match dates::shift(&start, length, case.zone, case.calendar)? {
            Value::Known(Scalar::Date(last)) => Some(case.passed(At::Date(last))),
            _ => None,
        }
    }
}

/// Is the text of an attestation a value of the type, and one that it may have?
fn is_readable(model: &Model, parameter: &Parameter, text: &str) -> bool {
    match &parameter.ty {
        Type::Bool => matches!(text, "yes" | "true" | "是" | "no" | "false" | "否"),
        Type::Kind(kind) => model.kind(kind).is_some_and(|kind| kind.values.iter().any(|(name, label)| name == text || label.as_deref() == Some(text))),
        Type::Quantity(_) => text.split_whitespace().next().and_then(Number::parse).is_some_and(|number| parameter.range.holds(number)),
        Type::Date => text.parse::<NaiveDate>().is_ok(),
        Type::Text | Type::Ref(_) => true,
        Type::Moment | Type::Time | Type::Set(_) => false,
    }
}

/// The text of an attestation as a value of the fact's type.
fn said(model: &Model, parameter: &Parameter, value: Value) -> Option<Value> {
    let Value::Known(Scalar::Text(text)) = value else { return Some(open()) };
    match (&parameter.ty, &*text) {
        (Type::Bool, "yes" | "true" | "是") => Some(yes(true)),
        (Type::Bool, "no" | "false" | "否") => Some(yes(false)),
        (Type::Kind(kind), said) => {
            let values = &model.kind(kind)?.values;
            let found = values.iter().find(|(name, label)| name == said || label.as_deref() == Some(said))?;
            Some(Value::Known(Scalar::Kind(kind.as_str().into(), found.0.as_str().into())))
        }
        _ => None,
    }
}

/// The thing that a judged fact is said of: a record's reference or a subject's id.
pub(super) fn about_of(scene: &Scene<'_>, name: &str, about: &crate::model::expr::About, parts: &[Value]) -> Option<String> {
    match (about, parts) {
        (crate::model::expr::About::Record(scope), _) => scene.holder(*scope).map(Seen::reference),
        (crate::model::expr::About::Subject(_), [Value::Known(Scalar::Ref(_, id))]) => Some(scene.said_of(name, id)),
        _ => None,
    }
}

/// Is it a comparison, or another question with the answer yes or no?
pub(super) fn is_question(expr: &Expr) -> bool {
    matches!(expr, Expr::Compare(..) | Expr::OneOf(..) | Expr::Contains(..) | Expr::Stated(_) | Expr::Holds(_))
}
