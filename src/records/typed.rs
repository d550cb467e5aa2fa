//! What stands in a column → a value of the declared type.

use super::jsonl;
use super::number::{self, Read};
use super::problem::{self, Problem};
use super::raw::Raw;
use super::record::Stored;
use super::time;
use crate::diagnostics::Say;
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Type, Unit};
use crate::model::{Field, Kind, Model};
use chrono_tz::Tz;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Each text once: thousands of records share a few texts.
#[derive(Debug, Default)]
pub(crate) struct Pool(HashSet<Arc<str>>);

impl Pool {
    /// The shared copy of `text`.
    pub(crate) fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(shared) = self.0.get(text) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = text.into();
        self.0.insert(Arc::clone(&shared));
        shared
    }
}

/// Types values by the model's declarations.
#[derive(Debug)]
pub(crate) struct Typing<'m> {
    pool: Pool,
    kinds: HashMap<&'m str, (&'m Kind, HashMap<&'m str, Scalar>)>,
}

/// The column in which a field stands.
pub(crate) fn column(field: &Field) -> &str {
    field.column.as_deref().unwrap_or(&field.name)
}

impl<'m> Typing<'m> {
    pub(crate) fn new(model: &'m Model) -> Self {
        let mut pool = Pool::default();
        let kinds = model.kinds.iter().map(|kind| (kind.name.as_str(), (kind, values_of(kind, &mut pool)))).collect();
        Self { pool, kinds }
    }

    /// The shared copy of a text.
    pub(crate) fn share(&mut self, text: &str) -> Arc<str> {
        self.pool.share(text)
    }

    /// The value of `field`; a local time is one of `zone`.
    pub(crate) fn value(&mut self, field: &Field, raw: &Raw<'_>, zone: Option<Tz>) -> Result<Stored, Problem> {
        let column = column(field);
        if let (Type::Set(entity), Raw::List(ids)) = (&field.ty, raw) {
            return Ok(Stored::Known(self.set(entity, ids.iter().copied())));
        }
        let text = match raw {
            Raw::Missing => return Ok(Stored::Missing),
            Raw::Blank => return Ok(Stored::Blank),
            Raw::Text(text) | Raw::Number(text) => *text,
            Raw::Yes(yes) => return self.yes(field, *yes).map(Stored::Known),
            Raw::List(_) | Raw::Nested => return Err(problem::nested(column)),
        };
        self.scalar(field, column, text, zone).map(Stored::Known)
    }

    fn yes(&mut self, field: &Field, yes: bool) -> Result<Scalar, Problem> {
        match &field.ty {
            Type::Bool => Ok(Scalar::Bool(yes)),
            _ => self.scalar(field, column(field), if yes { "true" } else { "false" }, None),
        }
    }

    fn scalar(&mut self, field: &Field, column: &str, text: &str, zone: Option<Tz>) -> Result<Scalar, Problem> {
        match &field.ty {
            Type::Bool => yes_or_no(text).map(Scalar::Bool).ok_or_else(|| problem::wrong_type(column, text, &Say::new("yes or no", "是或否"))),
            Type::Quantity(unit) => quantity(column, text, unit, &field.range),
            Type::Date => time::date(column, text).map(Scalar::Date),
            Type::Moment => time::moment(column, text, zone).map(Scalar::Moment),
            Type::Time => time::time_of_day(column, text).map(Scalar::Time),
            Type::Kind(kind) => self.kind(kind, column, text.trim()),
            Type::Text => Ok(Scalar::Text(self.share(text))),
            Type::Ref(entity) => Ok(Scalar::Ref(self.share(entity), self.share(text.trim()))),
            // As a CSV file has it, whose cells are texts: `[]` is nobody.
            Type::Set(entity) if text.trim_start().starts_with('[') => {
                let list = serde_json::from_str::<Vec<serde_json::Value>>(text).ok();
                let ids = list.as_deref().and_then(jsonl::all_plain);
                let ids = ids.ok_or_else(|| problem::wrong_type(column, text, &Say::new("a JSON list of ids", "由编号组成的 JSON 列表")))?;
                Ok(self.set(entity, ids.into_iter()))
            }
            Type::Set(entity) => Ok(self.set(entity, text.split([';', '；']))),
        }
    }

    fn set<'t>(&mut self, entity: &str, ids: impl Iterator<Item = &'t str>) -> Scalar {
        let ids: BTreeSet<Arc<str>> = ids.map(str::trim).filter(|id| !id.is_empty()).map(|id| self.share(id)).collect();
        Scalar::Set(self.share(entity), ids.into_iter().collect())
    }

    fn kind(&self, name: &str, column: &str, text: &str) -> Result<Scalar, Problem> {
        let Some((kind, values)) = self.kinds.get(name) else {
            return Err(problem::not_in_list(column, text, std::iter::empty()));
        };
        values.get(text).cloned().ok_or_else(|| problem::not_in_list(column, text, kind.values.iter().map(|(value, _)| value.as_str())))
    }
}

/// The values of an enumeration by name and by label; a name goes before a label.
fn values_of<'m>(kind: &'m Kind, pool: &mut Pool) -> HashMap<&'m str, Scalar> {
    let name = pool.share(&kind.name);
    let mut values = HashMap::new();
    for (value, label) in &kind.values {
        if let Some(label) = label {
            values.entry(label.as_str()).or_insert(Scalar::Kind(Arc::clone(&name), pool.share(value)));
        }
    }
    for (value, _) in &kind.values {
        values.insert(value.as_str(), Scalar::Kind(Arc::clone(&name), pool.share(value)));
    }
    values
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "true" | "是" => Some(true),
        "no" | "false" | "否" => Some(false),
        _ => None,
    }
}

fn quantity(column: &str, text: &str, unit: &Unit, range: &Range) -> Result<Scalar, Problem> {
    match number::read(text) {
        Read::Number(_, Some(written)) if !number::means(&written, unit) => Err(problem::wrong_unit(column, text.trim(), &number::in_words(unit))),
        Read::Number(number, _) => match out_of_range(number, range) {
            Some(bound) => Err(problem::out_of_range(column, text.trim(), &bound)),
            None => Ok(Scalar::Quantity(number, unit.clone())),
        },
        Read::TooLarge => Err(problem::number_too_large(column, text.trim())),
        Read::Not => Err(problem::wrong_type(column, text, &Say::new("a number", "数"))),
    }
}

/// What is wrong with `number` in `range`; none when it is inside and on the grain.
fn out_of_range(number: Number, range: &Range) -> Option<Say> {
    if let Some(low) = range.low.filter(|low| number < *low) {
        return Some(Say::new(format!("below {low}, the lowest the policy declares"), format!("低于制度声明的下限 {low}")));
    }
    if let Some(high) = range.high.filter(|high| number > *high) {
        return Some(Say::new(format!("above {high}, the highest the policy declares"), format!("高于制度声明的上限 {high}")));
    }
    let grain = range.grain.filter(|grain| number.over(*grain).is_none_or(|steps| steps.as_whole().is_none()))?;
    Some(Say::new(format!("not a multiple of {grain}, the step the policy declares"), format!("不是制度声明的步长 {grain} 的整数倍")))
}
