//! Records and registers as text: JSON lines, CSV.

use super::Maker;
use super::clock::Clock;
use super::world::{Draft, Member};
use crate::model::value::{Scalar, Type};
use crate::model::{Entity, EventType, Field};
use chrono::NaiveDateTime;
use std::fmt::Write;

/// A line of the stream: its keys and values as JSON, in order. The id is given when the lines stand in order.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) at: NaiveDateTime,
    /// Its type, when it is a whole record.
    kind: Option<(String, String)>,
    id: (String, String),
    at_key: String,
    at_is_date: bool,
    pub(super) fields: Vec<(String, String)>,
}

impl Line {
    pub(super) fn new(event: &EventType, at: NaiveDateTime, fields: Vec<(String, String)>) -> Self {
        let columns = &event.columns;
        let name = event.called.first().unwrap_or(&event.name);
        Self {
            at,
            kind: Some((columns.r#type.clone(), name.clone())),
            id: (columns.id.clone(), String::new()),
            at_key: columns.at.clone(),
            at_is_date: columns.at_is_date,
            fields,
        }
    }

    pub(super) fn with_id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id.1);
        self
    }

    /// Sets a key, or adds it.
    pub(super) fn put(&mut self, key: &str, value: String) {
        match self.fields.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => self.fields.push((key.to_owned(), value)),
        }
    }

    /// The JSON object.
    pub(super) fn json(&self, clock: &Clock<'_>) -> String {
        let at = if self.at_is_date { self.at.date().to_string() } else { clock.written(self.at) };
        let mut pairs: Vec<(&str, String)> = self.kind.iter().map(|(key, name)| (key.as_str(), text(name))).collect();
        pairs.extend([(self.id.0.as_str(), text(&self.id.1)), (self.at_key.as_str(), text(&at))]);
        for (key, value) in &self.fields {
            match pairs.iter_mut().find(|(name, _)| name == key) {
                // What a key that is there already says: `at` may be given on purpose.
                Some((_, old)) => old.clone_from(value),
                None => pairs.push((key, value.clone())),
            }
        }
        let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{}: {value}", text(key))).collect();
        format!("{{{}}}", pairs.join(", "))
    }
}

/// A text as JSON.
pub(super) fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value as it stands in a cell.
pub(super) fn plain(value: &Scalar, clock: &Clock<'_>) -> String {
    match value {
        Scalar::Bool(so) => if *so { "true" } else { "false" }.to_owned(),
        Scalar::Quantity(number, _) => number.to_string(),
        Scalar::Date(day) => day.to_string(),
        Scalar::Moment(at) => clock.written(at.naive_local()),
        Scalar::Time(time) => time.format("%H:%M").to_string(),
        Scalar::Kind(_, text) | Scalar::Text(text) | Scalar::Ref(_, text) => text.to_string(),
        Scalar::Set(_, ids) => ids.join(";"),
    }
}

/// A value as JSON; blank is null.
fn json(value: Option<&Scalar>, clock: &Clock<'_>) -> String {
    match value {
        None => "null".to_owned(),
        Some(value @ (Scalar::Bool(_) | Scalar::Quantity(..))) => plain(value, clock),
        Some(Scalar::Set(_, ids)) => format!("[{}]", ids.iter().map(|id| text(id)).collect::<Vec<_>>().join(", ")),
        Some(value) => text(&plain(value, clock)),
    }
}

/// The column in which a field stands.
pub(super) fn column(field: &Field) -> &str {
    field.column.as_deref().unwrap_or(&field.name)
}

impl Maker<'_> {
    /// The line of a record, with the attributes of its cases.
    pub(super) fn line(&self, draft: &Draft<'_>) -> Line {
        let mut line = Line::new(draft.event, draft.at, Vec::new());
        for field in draft.event.fields.iter().filter(|field| !draft.left_out.contains(&field.name)) {
            line.put(column(field), json(draft.value(&field.name), &self.clock));
        }
        for role in draft.event.role_fields() {
            let (Type::Ref(name), Some(Scalar::Ref(_, id))) = (&role.ty, draft.value(&role.name)) else { continue };
            let (true, Some(entity), Some(case)) = (self.is_case(name), self.model.entity(name), self.world.member(name, id)) else { continue };
            for field in &entity.attributes {
                // A field of the record that stands in the same column goes before.
                if !line.fields.iter().any(|(key, _)| key == column(field)) {
                    let value = case.values.get(&field.name).and_then(Option::as_ref);
                    line.put(column(field), json(value, &self.clock));
                }
            }
        }
        line
    }

    /// A register as CSV.
    pub(super) fn csv(&self, entity: &Entity) -> String {
        let members: &[Member] = self.world.members.get(&entity.name).map_or(&[], Vec::as_slice);
        let days = members.iter().any(|member| member.from.is_some() || member.until.is_some());
        let mut out = String::from("id");
        entity.attributes.iter().for_each(|field| _ = write!(out, ",{}", cell(column(field))));
        out.push_str(if days { ",from,until\n" } else { "\n" });
        for member in members {
            out.push_str(&cell(&member.id));
            for field in &entity.attributes {
                let value = member.values.get(&field.name).and_then(Option::as_ref);
                _ = write!(out, ",{}", cell(&value.map(|value| plain(value, &self.clock)).unwrap_or_default()));
            }
            if days {
                let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
                _ = write!(out, ",{},{}", day(member.from), day(member.until));
            }
            out.push('\n');
        }
        out
    }
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
