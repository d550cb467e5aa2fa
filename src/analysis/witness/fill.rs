//! What a story does not say is filled in with plain values.

use super::scene::Scene;
use crate::model::value::{Range, Scalar, Type};
use crate::model::number::Number;
use crate::model::{Example, Field, GivenRecord, GivenSubject, Interval, Model};
use chrono::{Datelike, NaiveDate, NaiveTime};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Scene<'_> {
    /// The story, with everything that was not asked for filled in.
    pub(super) fn example(mut self) -> Example {
        self.fill();
        if let Some(event) = self.event {
            let at = self.model.event(event).filter(|event| event.columns.at_is_date).map_or_else(|| format!("{}T{}", self.day, self.time.format("%H:%M")), |_| self.day.to_string());
            let fields = self.fields.into_iter().collect();
            self.records.push(GivenRecord { event: event.to_owned(), id: "r1".to_owned(), at, fields });
        }
        let registers = |entity: &str| self.model.entity(entity).is_some_and(|entity| !entity.attributes.is_empty() || entity.sort == crate::model::EntitySort::Register);
        let subjects = self.subjects.into_iter().filter(|((entity, _), _)| registers(entity)).map(|((entity, id), attributes)| GivenSubject { entity, id, days: Interval::default(), attributes: attributes.into_iter().collect() });
        Example {
            regulation: self.norm.regulation.clone(),
            title: String::new(),
            subjects: subjects.collect(),
            records: self.records,
            until: Some(NaiveDate::from_ymd_opt(self.day.year(), 12, 31).unwrap_or(self.day).to_string()),
            settled: self.settled,
            expect: Vec::new(),
        }
    }

    /// Fields and attributes that nothing was asked of get a plain value, so that nothing is open that need not be.
    fn fill(&mut self) {
        let (model, day) = (self.model, self.day);
        if let Some(event) = self.event.and_then(|event| model.event(event)) {
            fill(model, &event.fields, &mut self.fields, day);
        }
        for ((entity, _), row) in &mut self.subjects {
            if let Some(entity) = model.entity(entity) {
                fill(model, &entity.attributes, row, day);
            }
        }
        for record in &mut self.records {
            if let Some(event) = model.event(&record.event).filter(|event| event.name != "attestation") {
                let mut fields: BTreeMap<String, Option<Scalar>> = std::mem::take(&mut record.fields).into_iter().collect();
                fill(model, &event.fields, &mut fields, day);
                record.fields = fields.into_iter().collect();
            }
        }
    }
}

fn fill(model: &Model, fields: &[Field], into: &mut BTreeMap<String, Option<Scalar>>, day: NaiveDate) {
    for field in fields {
        if !into.contains_key(&field.name) {
            into.insert(field.name.clone(), plain(model, &field.ty, &field.range, day));
        }
    }
}

/// An unremarkable value; a subject is left blank.
fn plain(model: &Model, ty: &Type, range: &Range, day: NaiveDate) -> Option<Scalar> {
    Some(match ty {
        Type::Bool => Scalar::Bool(false),
        Type::Quantity(unit) => Scalar::Quantity(range.low.or(range.grain).unwrap_or(Number::whole(1)), unit.clone()),
        Type::Date => Scalar::Date(day),
        Type::Time => Scalar::Time(NaiveTime::from_hms_opt(9, 0, 0)?),
        Type::Text => Scalar::Text(Arc::from("x")),
        Type::Set(entity) => Scalar::Set(entity.as_str().into(), Vec::new()),
        Type::Kind(kind) => Scalar::Kind(kind.as_str().into(), model.kind(kind)?.values.first()?.0.as_str().into()),
        Type::Moment | Type::Ref(_) => return None,
    })
}
