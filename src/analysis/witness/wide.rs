//! Stories with more people in them: whoever else a record names is somebody else than the one that is judged, and is what a condition asks of them.

use super::pick::{self, Wanted};
use super::records::first_day;
use super::scene::Scene;
use crate::analysis::reader::Reader;
use crate::model::expr::{Expr, Pattern, Scope};
use crate::model::norm::{Occasion, Requirement};
use crate::model::number::Number;
use crate::model::rewrite::{counted_as_this, replaced};
use crate::model::value::{Scalar, Type};
use crate::model::walk::{self, Look};
use crate::model::ParameterSort;
use chrono::Days;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of a record that is being made.
type Fields = BTreeMap<String, Option<Scalar>>;

/// What a hole is taken to be where nothing says how much it could be.
const SOME: i64 = 10;

impl Scene<'_> {
    /// Somebody who is nobody else yet.
    pub(super) fn stranger(&mut self, entity: &str) -> String {
        let id = (2..).map(|n| format!("{entity}_{n}")).find(|id| !self.subjects.contains_key(&(entity.to_owned(), id.clone()))).unwrap_or_default();
        self.subjects.entry((entity.to_owned(), id.clone())).or_default();
        id
    }

    /// Gives the judged record somebody of their own in each role; false where it has no two of one sort.
    pub(super) fn keep_apart(&mut self) -> bool {
        let roles = self.event.and_then(|event| self.model.event(event)).map(|event| event.role_fields().to_vec()).unwrap_or_default();
        let mut seen = BTreeSet::new();
        let mut any = false;
        for role in roles {
            if let Type::Ref(entity) = &role.ty
                && !seen.insert(entity.clone())
            {
                let id = self.stranger(entity);
                self.fields.insert(role.name.clone(), Some(Scalar::Ref(entity.as_str().into(), id.into())));
                any = true;
            }
        }
        any
    }

    /// Makes a record besides the judged one pass a filter: its fields, and what is known of whom it names. `given`: fields that stay.
    pub(super) fn suit(&mut self, event: &str, filter: &Expr, given: &mut BTreeSet<String>, fields: &mut Fields) -> Option<()> {
        let mut filter = filter.clone();
        for (name, value) in &self.fields {
            if let Some(value) = value {
                filter = replaced(&filter, &Expr::Field(Scope::This, name.clone()), &Expr::Value(value.clone()));
            }
        }
        let today = Expr::Value(Scalar::Date(self.day));
        let begins = match &self.norm.occasion {
            Occasion::Period { every, .. } => first_day(every.unit, self.day).map(|day| Expr::Value(Scalar::Date(day))),
            _ => None,
        };
        filter = replaced(&filter, &Expr::Day(Scope::This), &today);
        if let Some(begins) = begins {
            filter = replaced(&filter, &Expr::PeriodStart, &begins);
        }
        let mut norm = self.norm.clone();
        norm.occasion = Occasion::Record(Pattern { events: vec![event.to_owned()], links: Vec::new(), filter: None });
        let mut reader = Reader::new(self.model, &norm);
        let cond = reader.cond(&counted_as_this(&filter));
        reader.space.cut();
        let shapes = cond.shapes(&reader.space, true).ok()?;
        let way = shapes.iter().find_map(|shape| pick::wanted(&reader, shape, 1).into_iter().next())?;
        for (term, value) in way {
            match term {
                Expr::Field(Scope::This, name) if !given.contains(&name) => {
                    fields.insert(name, value);
                }
                Expr::Fact(who, entity, attribute) => {
                    let id = self.person(&who, &entity, given, fields)?;
                    self.subjects.entry((entity, id)).or_default().insert(attribute, value);
                }
                _ => {}
            }
        }
        Some(())
    }

    /// Whom the record names: somebody new, where nothing gives them.
    fn person(&mut self, who: &Expr, entity: &str, given: &mut BTreeSet<String>, fields: &mut Fields) -> Option<String> {
        let reference = |id: &str| Some(Scalar::Ref(entity.into(), id.into()));
        match who {
            Expr::Field(Scope::This, role) => {
                if let (true, Some(Some(Scalar::Ref(_, id)))) = (given.contains(role), fields.get(role)) {
                    return Some(id.to_string());
                }
                let id = self.stranger(entity);
                fields.insert(role.clone(), reference(&id));
                given.insert(role.clone());
                Some(id)
            }
            Expr::Fact(inner, of, attribute) => {
                let owner = self.person(inner, of, given, fields)?;
                let key = (of.clone(), owner);
                if let Some(Some(Scalar::Ref(_, id))) = self.subjects.get(&key).and_then(|row| row.get(attribute)) {
                    return Some(id.to_string());
                }
                let id = self.stranger(entity);
                self.subjects.entry(key).or_default().insert(attribute.clone(), reference(&id));
                Some(id)
            }
            _ => None,
        }
    }

    /// Somebody who may judge the fact.
    pub(super) fn judge(&mut self, fact: &str) -> Option<String> {
        let ParameterSort::Judged { by: Some(by), who, .. } = &self.model.parameter(fact)?.sort else { return None };
        let id = self.stranger(by);
        if let Some(who) = who {
            let mut fields = Fields::from([("by".to_owned(), Some(Scalar::Ref(by.as_str().into(), id.as_str().into())))]);
            self.suit("attestation", who, &mut BTreeSet::from(["by".to_owned()]), &mut fields)?;
        }
        Some(id)
    }

    /// Settles how long the text does not say.
    pub(super) fn settle(&mut self, requirement: &Requirement, wanted: &Wanted) {
        struct Holes(BTreeSet<String>);
        impl Look for Holes {
            fn expr(&mut self, expr: &Expr) {
                if let Expr::Parameter(name) = expr {
                    self.0.insert(name.clone());
                }
            }
        }
        let mut holes = Holes(BTreeSet::new());
        walk::requirement(requirement, &mut holes);
        for name in holes.0 {
            let is_wanted = wanted.iter().any(|(term, _)| *term == Expr::Parameter(name.clone()));
            if let Some(parameter) = self.model.parameter(&name).filter(|parameter| parameter.sort == ParameterSort::Hole && !is_wanted)
                && let Type::Quantity(unit) = &parameter.ty
            {
                let range = &parameter.range;
                let some = Some(Number::whole(SOME)).filter(|some| range.holds(*some)).or(range.low).or(range.high);
                self.settled.extend(some.map(|some| (name, Scalar::Quantity(some, unit.clone()))));
            }
        }
    }

    /// The same, with one field at a time made otherwise that a condition looks at which is not looked into.
    pub(super) fn shaken(&self, wanted: &Wanted) -> Vec<Wanted> {
        struct Named(BTreeSet<String>);
        impl Look for Named {
            fn expr(&mut self, expr: &Expr) {
                if let Expr::Field(Scope::This, name) = expr {
                    self.0.insert(name.clone());
                }
            }
        }
        let mut named = Named(BTreeSet::new());
        wanted.iter().filter(|(term, _)| !matches!(term, Expr::Field(..) | Expr::Fact(..))).for_each(|(term, _)| walk::expr(term, &mut named));
        let fields = self.event.and_then(|event| self.model.event(event)).map(|event| event.fields.as_slice()).unwrap_or_default();
        let mut all = Vec::new();
        for field in fields.iter().filter(|field| named.0.contains(&field.name)) {
            let values: Vec<Option<Scalar>> = match &field.ty {
                Type::Quantity(unit) => [1, 2, 10, 1000, 100_000].into_iter().map(Number::whole).filter(|number| field.range.holds(*number)).map(|number| Some(Scalar::Quantity(number, unit.clone()))).collect(),
                Type::Date => [40, 0].into_iter().filter_map(|back| Some(Some(Scalar::Date(self.day.checked_sub_days(Days::new(back))?)))).chain([None]).collect(),
                Type::Ref(entity) => vec![Some(Scalar::Ref(entity.as_str().into(), format!("{entity}_1").into())), Some(Scalar::Ref(entity.as_str().into(), format!("{entity}_9").into())), None],
                _ => vec![None],
            };
            for value in values {
                let of = Expr::Field(Scope::This, field.name.clone());
                let rest = wanted.iter().filter(|(term, _)| *term != of).cloned();
                all.push(rest.chain([(of.clone(), value)]).collect());
            }
        }
        all
    }
}
