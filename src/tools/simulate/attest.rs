//! Attestations: what somebody who may says of half of the occasions.

use super::Maker;
use super::eval::Seen;
use super::world::{Draft, Values};
use super::write::Line;
use crate::model::expr::Scope;
use crate::model::value::{Range, Scalar, Type};
use crate::model::{EntitySort, EventType, Field, Parameter, ParameterSort};
use chrono::{Duration, NaiveDateTime};
use std::collections::{BTreeMap, BTreeSet};

impl<'m> Maker<'m> {
    /// An attestation for half of the records and subjects that a judged fact is about.
    pub(super) fn attest(&mut self, ids: &[String]) -> Vec<Line> {
        let Some(event) = self.model.event("attestation") else { return Vec::new() };
        let mut lines = Vec::new();
        for fact in &self.model.parameters {
            let ParameterSort::Judged { of, .. } = &fact.sort else { continue };
            let mut about: Vec<(String, NaiveDateTime, Option<bool>)> = Vec::new();
            for (made, id) in self.made.iter().zip(ids).filter(|(made, _)| made.event.name == *of) {
                about.push((id.clone(), made.at, made.judged.get(&fact.name).copied()));
            }
            for member in self.world.members.get(of).into_iter().flatten() {
                let names = |made: &&Draft<'m>| made.fields.values().flatten().any(|value| matches!(value, Scalar::Ref(entity, id) if **entity == **of && *id == member.id));
                if let Some(made) = self.made.iter().find(names) {
                    about.push((member.id.to_string(), made.at, self.world.judged.get(&(fact.name.clone(), member.id.to_string())).copied()));
                }
            }
            for (about, at, wished) in about {
                if self.chance.percent(if wished.is_some() { 70 } else { 40 }) {
                    lines.extend(self.judge(event, fact, &about, at, wished));
                }
            }
        }
        lines
    }

    /// A register of people: the first that a record names. Where the text does not say who judges, anybody may.
    fn any_register(&self) -> Option<String> {
        let named = self.model.events.iter().flat_map(|event| event.role_fields());
        let mut registers = named.filter_map(|role| if let Type::Ref(entity) = &role.ty { Some(entity) } else { None });
        registers.find(|name| self.model.entity(name).is_some_and(|entity| entity.sort == EntitySort::Register)).cloned()
    }

    fn judge(&mut self, event: &'m EventType, fact: &'m Parameter, about: &str, at: NaiveDateTime, wished: Option<bool>) -> Option<Line> {
        let ParameterSort::Judged { by, who, .. } = &fact.sort else { return None };
        let later = at + Duration::days(self.chance.between(0, 2)) + Duration::minutes(self.chance.between(5, 120));
        let at = if self.clock.holds(later.date()) { later } else { at };
        let field = Field { name: "by".to_owned(), label: None, ty: Type::Ref(by.clone().or_else(|| self.any_register())?), range: Range::default(), column: None };
        let mut draft = Draft { event, at, fields: Values::new(), left_out: BTreeSet::new(), judged: BTreeMap::new(), opened: None };
        for _ in 0..40 {
            let person = self.any_value(&field, at, &[])?;
            draft.fields.insert("by".to_owned(), Some(person));
            let seen = Seen { this: Some(&draft), counted: Some(&draft), subject: None, days: (at.date(), at.date()) };
            if who.as_ref().is_none_or(|who| self.holds(who, &seen.with(Scope::Counted, &draft)) != Some(false)) {
                break;
            }
        }
        let value = match (&fact.ty, wished) {
            (Type::Bool, Some(wished)) => if wished { "yes" } else { "no" }.to_owned(),
            (Type::Bool, None) => if self.chance.percent(60) { "yes" } else { "no" }.to_owned(),
            _ => {
                let asked = Field { name: fact.name.clone(), label: None, ty: fact.ty.clone(), range: fact.range.clone(), column: None };
                super::write::plain(&self.any_value(&asked, at, &[])?, &self.clock)
            }
        };
        let by = draft.value("by").map(|by| super::write::plain(by, &self.clock))?;
        let pairs = [("fact", fact.name.as_str()), ("about", about), ("value", &value), ("by", &by)];
        let fields = pairs.into_iter().map(|(name, value)| (name.to_owned(), super::write::text(value))).collect();
        Some(Line::new(event, at, fields))
    }
}
