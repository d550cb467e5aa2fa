//! Judged facts (§9): the last attestation by somebody who may, else the presumption, else open.

use super::derivation::{Detail, LeftOut};
use super::interval::Interval;
use super::judge::Judge;
use super::known::{Id, Standing};
use super::value::Val;
use super::verdict::Cause;
use crate::model::expr::{About, Expr};
use crate::model::norm::Rhythm;
use crate::model::number::Number;
use crate::model::value::{Scalar, Type};
use crate::model::{Parameter, ParameterSort};
use crate::records::{At, Stored};
use std::sync::Arc;

/// An attestation that counts, and the value it gives.
type Said = (Id, Scalar);

/// What a judged fact is said of, here.
struct Of {
    name: String,
    /// The day from which a presumption waits.
    since: At,
    /// It belongs to the record that a pattern is looking at.
    owner: Option<String>,
}

impl Judge<'_, '_> {
    pub(super) fn judged(&mut self, name: &str, about: &About) -> Val {
        let Some(parameter) = self.known.model.parameter(name) else { return Val::fault("no_value") };
        let ParameterSort::Judged { by, who, presumed, presumed_after, every, .. } = &parameter.sort else { return Val::fault("no_value") };
        let of = match self.said_of(about, every.as_ref()) {
            Ok(of) => of,
            Err(value) => return value,
        };
        let (counts, ignored) = self.attestations(parameter, &of.name, by.as_deref(), who.as_ref());
        self.used.extend(counts.last().map(|(id, _)| *id));
        let attested = counts.last().map(|(id, _)| self.known.reference(*id));
        let has_passed = presumed_after.as_ref().is_none_or(|after| self.wait_is_over(of.since, after));
        let presumption = presumed.as_ref().filter(|_| counts.is_empty() && has_passed);
        if self.steps.is_some() {
            self.detail = Detail::Judged { attested, presumed: presumption.is_some(), ignored };
        }
        if let Some((last, value)) = counts.last() {
            let rivals = counts.iter().filter(|(id, other)| other != value && self.known.standing(*id, *last, self.rules.zone) == Standing::Unordered);
            let rivals: Vec<Id> = rivals.map(|(id, _)| *id).collect();
            let mut records: Vec<String> = rivals.iter().map(|id| self.known.reference(*id)).collect();
            self.used.extend(rivals);
            if records.is_empty() {
                return Val::Known(value.clone());
            }
            records.push(self.known.reference(*last));
            records.sort();
            return self.open(&format!("attested {name} {}", of.name), &parameter.ty, Interval::ALL, vec![Cause::Tie { records }]);
        }
        if let Some(presumed) = presumption {
            return Val::Known(presumed.clone());
        }
        let cause = Cause::NotJudged { parameter: name.to_owned(), about: of.name.clone(), by: by.clone() };
        let key = format!("judged {}{name} {}", of.owner.unwrap_or_default(), of.name);
        self.open(&key, &parameter.ty, Interval::of(&parameter.range), vec![cause])
    }

    fn said_of(&mut self, about: &About, every: Option<&Rhythm>) -> Result<Of, Val> {
        match about {
            About::Record(scope) => {
                let id = self.record_of(*scope).ok_or_else(|| Val::fault("no_record"))?;
                let name = self.known.reference(id);
                Ok(Of { owner: Some(super::read::owner(&name)), name, since: self.known.record(id).at })
            }
            About::Subject(of) => match self.eval(of) {
                Val::Known(Scalar::Ref(_, id) | Scalar::Text(id)) => {
                    let day = self.counted.map_or(self.occasion.day, |id| self.rules.day(self.known.record(id).at));
                    let name = every.map_or_else(|| id.to_string(), |every| format!("{id}/{}", super::periods::of_rhythm(every, day).name));
                    Ok(Of { name, since: self.occasion.at, owner: None })
                }
                Val::Fault(cause) => Err(Val::Fault(cause)),
                Val::Blank => Err(Val::Fault(Cause::Blank { what: super::compare::what(of) })),
                open => Err(self.derived("judged", &Type::Bool, &[&open])),
            },
        }
    }

    /// The attestations of the fact that count, in order, with their values; and the others with the reason.
    fn attestations(
        &mut self,
        parameter: &Parameter,
        about: &str,
        by: Option<&str>,
        who: Option<&Expr>,
    ) -> (Vec<Said>, Vec<(String, LeftOut)>) {
        let bare = parameter.name.rsplit_once('.').map_or(parameter.name.as_str(), |(_, bare)| bare);
        let known = self.known;
        let (mut counts, mut ignored) = (Vec::new(), Vec::new());
        for id in known.attested.get(about).into_iter().flatten() {
            let fact = text(known.field(*id, "fact"));
            if fact.as_deref() != Some(parameter.name.as_str()) && fact.as_deref() != Some(bare) {
                continue;
            }
            let reference = known.reference(*id);
            match self.may_say(*id, by, who) {
                Some(step) => ignored.push((reference, step)),
                None => match text(known.field(*id, "value")).and_then(|value| self.read_value(parameter, &value)) {
                    Some(value) => counts.push((*id, value)),
                    None => ignored.push((reference, LeftOut::Unreadable)),
                },
            }
        }
        if self.steps.is_some() {
            for (record, reason) in &known.records.set_aside {
                let is = known.model.events.get(record.event).is_some_and(|event| event.name == "attestation");
                let field = |name: &str| {
                    let at = known.model.events.get(record.event)?.field(name)?;
                    text(record.fields.get(at)?)
                };
                if is && field("about").as_deref() == Some(about) && field("fact").is_some_and(|fact| *fact == *bare || *fact == *parameter.name) {
                    ignored.push((record.reference(), reason.clone()));
                }
            }
        }
        (counts, ignored)
    }

    /// Why the person may not say it; none when they may. Read as of the day of the attestation.
    fn may_say(&mut self, id: Id, by: Option<&str>, who: Option<&Expr>) -> Option<LeftOut> {
        let day = self.rules.day(self.known.record(id).at);
        let facts = &self.known.records.facts;
        if let Some(by) = by.filter(|by| facts.loaded.contains(*by)) {
            let person = text(self.known.field(id, "by"));
            let times = person.and_then(|person| facts.members.get(by)?.get(&*person));
            let belongs = |(from, until): &(Option<_>, Option<_>)| from.is_none_or(|f| f <= day) && until.is_none_or(|u| day <= u);
            if !times.is_some_and(|times| times.iter().any(belongs)) {
                return Some(LeftOut::NotIn(by.to_owned()));
            }
        }
        let who = who?;
        let counted = self.counted.replace(id);
        let fact_day = self.fact_day.replace(day);
        let mark = self.steps.as_ref().map(Vec::len);
        let (value, step) = self.condition(who);
        if let (Some(mark), Some(steps)) = (mark, &mut self.steps) {
            steps.truncate(mark);
        }
        (self.counted, self.fact_day) = (counted, fact_day);
        if value.as_bool() == Some(true) { None } else { Some(step.map_or(LeftOut::NotFor, |step| LeftOut::NotAuthorised(Box::new(step)))) }
    }

    /// The value that an attestation gives, as a value of the fact's type.
    fn read_value(&self, parameter: &Parameter, value: &str) -> Option<Scalar> {
        match &parameter.ty {
            Type::Bool => match value {
                "yes" | "true" | "是" => Some(Scalar::Bool(true)),
                "no" | "false" | "否" => Some(Scalar::Bool(false)),
                _ => None,
            },
            Type::Kind(name) => {
                let kind = self.known.model.kind(name)?;
                let found = kind.values.iter().find(|(n, label)| n == value || label.as_deref() == Some(value))?;
                Some(Scalar::Kind(Arc::from(name.as_str()), Arc::from(found.0.as_str())))
            }
            Type::Quantity(unit) => {
                let number = value.split_whitespace().next().and_then(Number::parse).filter(|number| parameter.range.holds(*number))?;
                Some(Scalar::Quantity(number, unit.clone()))
            }
            Type::Date => value.parse().ok().map(Scalar::Date),
            Type::Text => Some(Scalar::Text(Arc::from(value))),
            Type::Ref(entity) => Some(Scalar::Ref(Arc::from(entity.as_str()), Arc::from(value))),
            Type::Moment | Type::Time | Type::Set(_) => None,
        }
    }

    /// Have the days passed after which silence counts?
    fn wait_is_over(&self, since: At, after: &Scalar) -> bool {
        let Scalar::Quantity(number, unit) = after else { return true };
        let days = number.as_whole().and_then(|n| i64::try_from(n).ok()).unwrap_or(0);
        let end = self.rules.shift(At::Date(self.rules.day(since)), days, unit);
        end.is_ok_and(|end| self.has_passed(end))
    }
}

fn text(stored: &Stored) -> Option<Arc<str>> {
    match stored {
        Stored::Known(Scalar::Text(text) | Scalar::Ref(_, text) | Scalar::Kind(_, text)) => Some(text.clone()),
        Stored::Known(other) => Some(Arc::from(super::value::words(other).as_str())),
        _ => None,
    }
}
