//! What a part of the rules means, as data to compare: without titles, citations, the names of lines and of what is worked out in place, and in one
//! order where the order means nothing.

use crate::model::Model;
use crate::model::norm::Norm;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What it says, without what does not matter.
pub(crate) fn of<T: Serialize>(part: &T) -> Value {
    plain(serde_json::to_value(part).unwrap_or(Value::Null))
}

/// What a norm means, all but its name. Values that it leaves open in place are called by their order.
pub(crate) fn of_norm(model: &Model, norm: &Norm) -> Value {
    let mut value = serde_json::to_value(norm).unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut value {
        for name in ["name", "continues", "regulation", "expected_findings", "remarks"] {
            fields.remove(name);
        }
        lines_in_place(fields, &norm.name);
    }
    in_order(model, &plain(value), &mut Vec::new())
}

/// Slots that are called after their place among the lines (`less 1`) are put where they are read.
fn lines_in_place(norm: &mut Map<String, Value>, name: &str) {
    let Some(Value::Array(decisions)) = norm.get_mut("decisions") else { return };
    let numbered = |slot: &str| slot.rsplit_once(' ').is_some_and(|(_, number)| number.parse::<u32>().is_ok());
    let (parts, rest): (Vec<Value>, Vec<Value>) = std::mem::take(decisions).into_iter().partition(|decision| decision["posting"].is_null() && decision["slot"].as_str().is_some_and(numbered));
    *decisions = rest;
    let mut parts: BTreeMap<String, Value> = parts.into_iter().filter_map(|mut part| Some((part.as_object_mut()?.remove("slot")?.as_str()?.to_owned(), part))).collect();
    for slot in parts.keys().cloned().collect::<Vec<_>>() {
        let Some(part) = parts.get(&slot).cloned() else { continue };
        let read = json!([name, slot]);
        parts.values_mut().for_each(|other| replace(other, &read, &part));
        norm.values_mut().for_each(|value| replace(value, &read, &part));
    }
}

fn replace(value: &mut Value, read: &Value, with: &Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("decided") == Some(read) {
                fields.insert("decided".to_owned(), with.clone());
                return;
            }
            fields.values_mut().for_each(|value| replace(value, read, with));
        }
        Value::Array(all) => all.iter_mut().for_each(|value| replace(value, read, with)),
        _ => {}
    }
}

/// What does not matter is left out; what has no order is put in one.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(fields.into_iter().filter(|(name, _)| !["label", "cites", "totals"].contains(&name.as_str())).map(|(name, value)| (name.clone(), field(&name, value))).collect()).ordered(),
        Value::Array(all) => Value::Array(all.into_iter().map(plain).collect()),
        other => other,
    }
}

fn field(name: &str, value: Value) -> Value {
    let without = |value: Value, names: &[&str]| match plain(value) {
        Value::Object(mut fields) => {
            names.iter().for_each(|name| {
                fields.remove(*name);
            });
            Value::Object(fields)
        }
        other => other,
    };
    match (name, value) {
        ("measure", value @ Value::Object(_)) => without(value, &["name"]),
        ("stay", value @ Value::Object(_)) => without(value, &["state"]),
        ("clauses" | "exceptions", Value::Array(all)) => Value::Array(all.into_iter().map(|one| without(one, &["name"])).collect()),
        // With their citations, which are left out.
        ("forfeits", Value::Array(all)) => sorted(all.into_iter().map(|one| plain(first(one))).collect()),
        ("floor" | "cap", value @ Value::Array(_)) => plain(first(value)),
        ("rounding", Value::Array(all)) => Value::Array(all.into_iter().take(2).collect()),
        ("and" | "or", Value::Array(all)) => {
            let mut parts: Vec<Value> = Vec::new();
            for part in all.into_iter().map(plain) {
                match part.get(name) {
                    Some(Value::Array(inner)) => parts.extend(inner.iter().cloned()),
                    _ => parts.push(part),
                }
            }
            sorted(parts)
        }
        ("add" | "mul" | "together" | "links" | "requirements" | "terms" | "yields" | "fields" | "suspended" | "decisions" | "if_breached" | "attributes" | "called" | "slots", Value::Array(all)) => repeated(all.into_iter().map(plain).collect()),
        ("one_of", Value::Array(all)) => match <[Value; 2]>::try_from(all) {
            Ok([value, Value::Array(among)]) => Value::Array(vec![plain(value), sorted(among.into_iter().map(plain).collect())]),
            Ok(other) => plain(Value::Array(other.into())),
            Err(all) => plain(Value::Array(all)),
        },
        ("compare", Value::Array(all)) => compared(all.into_iter().map(plain).collect()),
        (_, value) => plain(value),
    }
}

/// A comparison, with the lower side first.
fn compared(mut all: Vec<Value>) -> Value {
    if let [op, a, b] = all.as_mut_slice() {
        let turned = match op.as_str() {
            Some("gt") => Some("lt"),
            Some("ge") => Some("le"),
            Some("eq" | "ne") if key(a) > key(b) => op.as_str(),
            _ => None,
        };
        if let Some(turned) = turned {
            *op = json!(turned);
            std::mem::swap(a, b);
        }
    }
    Value::Array(all)
}

fn first(value: Value) -> Value {
    match value {
        Value::Array(all) => all.into_iter().next().unwrap_or(Value::Null),
        other => other,
    }
}

/// In one order, each once.
fn sorted(mut all: Vec<Value>) -> Value {
    all.sort_by_cached_key(key);
    all.dedup();
    Value::Array(all)
}

/// In one order, as often as it is there.
fn repeated(mut all: Vec<Value>) -> Value {
    all.sort_by_cached_key(key);
    Value::Array(all)
}

trait Ordered {
    fn ordered(self) -> Self;
}

impl Ordered for Value {
    /// The lines of a decision have no order, unless the first that applies counts; nor have exceptions.
    fn ordered(mut self) -> Self {
        let by_turn = self["hit"] == "first";
        for name in ["clauses", "exceptions"] {
            if let Some(Value::Array(all)) = self.get_mut(name).filter(|_| name == "exceptions" || !by_turn) {
                all.sort_by_cached_key(key);
            }
        }
        self
    }
}

const NOT_STATED: &str = "not_stated_";

/// Is it the name of a value that the text leaves open in place?
pub(crate) fn is_in_place(parameter: &str) -> bool {
    parameter.rsplit('.').next().is_some_and(|name| name.starts_with(NOT_STATED))
}

/// What the order goes by: what is left open in place is everywhere the same.
fn key(value: &Value) -> String {
    let text = value.to_string();
    let mut key = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(NOT_STATED) {
        let (before, after) = rest.split_at(at + NOT_STATED.len());
        key.push_str(before);
        rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
    }
    key + rest
}

/// What is left open in place, called by its order, with what it may be.
fn in_order(model: &Model, value: &Value, seen: &mut Vec<String>) -> Value {
    match value {
        Value::Object(fields) => match fields.get("parameter").and_then(Value::as_str).filter(|name| is_in_place(name)) {
            Some(name) => {
                let at = seen.iter().position(|other| other == name).unwrap_or_else(|| {
                    seen.push(name.to_owned());
                    seen.len() - 1
                });
                let what = model.parameter(name).map(|parameter| json!([parameter.ty, parameter.range, parameter.settled]));
                json!({"open in place": [at, what]})
            }
            None => Value::Object(fields.iter().map(|(name, value)| (name.clone(), in_order(model, value, seen))).collect()),
        },
        Value::Array(all) => Value::Array(all.iter().map(|value| in_order(model, value, seen)).collect()),
        other => other.clone(),
    }
}

/// What a part of a norm means, as text to compare: what is left open in place is everywhere the same.
pub(crate) fn key_of<T: Serialize>(part: &T) -> String {
    key(&of(part))
}

/// Everything that a norm names: other norms, record types, registers, enumerations, parameters.
pub(crate) fn named(norm: &Norm) -> BTreeSet<String> {
    fn look(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => {
                let name = ["breach:", "forfeit:"].iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
                into.insert(name.to_owned());
            }
            Value::Array(all) => all.iter().for_each(|value| look(value, into)),
            Value::Object(fields) => fields.values().for_each(|value| look(value, into)),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    look(&of(norm), &mut names);
    names.remove(&norm.name);
    names
}

/// What parts mean whose order means nothing.
pub(crate) fn sorted_of<T: Serialize>(parts: &[T]) -> Value {
    repeated(parts.iter().map(of).collect())
}
