//! Derivations with something taken away or altered, by way of their JSON form.

use crate::reference::derivation::Derivation;
use serde_json::Value;

/// A change of a derivation: where, and what comes out.
pub(super) struct Mutant {
    pub(super) place: String,
    pub(super) derivation: Derivation,
}

/// One step into a JSON value.
#[derive(Clone)]
enum Way {
    Key(String),
    At(usize),
}

/// Every derivation that has one element less in one of its lists. What is no derivation any more (half a pair) is passed over.
pub(super) fn without_each(derivation: &Derivation, most: usize) -> Vec<Mutant> {
    let json = serde_json::to_value(derivation).unwrap();
    let mut ways = Vec::new();
    lists(&json, &mut Vec::new(), &mut ways);
    let less = |way: &Vec<Way>| {
        let mut copy = json.clone();
        let (last, list) = way.split_last().unwrap();
        let (Some(Value::Array(items)), Way::At(at)) = (find(&mut copy, list), last) else { panic!("a list") };
        items.remove(*at);
        mutant(way, &copy, derivation)
    };
    evenly(&ways, most).filter_map(less).collect()
}

/// Every derivation in which one answer is turned round or one number is another.
pub(super) fn altered_each(derivation: &Derivation, most: usize) -> Vec<Mutant> {
    let json = serde_json::to_value(derivation).unwrap();
    let mut ways = Vec::new();
    leaves(&json, &mut Vec::new(), &mut ways);
    let other = |way: &Vec<Way>| {
        let mut copy = json.clone();
        let leaf = find(&mut copy, way).unwrap();
        *leaf = altered(leaf)?;
        mutant(way, &copy, derivation)
    };
    evenly(&ways, most).filter_map(other).collect()
}

/// At most so many of the places, evenly spread.
fn evenly(ways: &[Vec<Way>], most: usize) -> impl Iterator<Item = &Vec<Way>> {
    ways.iter().step_by(ways.len().div_ceil(most).max(1))
}

fn altered(leaf: &Value) -> Option<Value> {
    match leaf {
        Value::Bool(yes) => Some(Value::Bool(!yes)),
        Value::String(text) => text.parse::<i64>().ok().map(|n| Value::String((n + 1).to_string())),
        Value::Number(n) => n.as_i64().map(|n| Value::from(n + 1)),
        _ => None,
    }
}

fn mutant(way: &[Way], json: &Value, original: &Derivation) -> Option<Mutant> {
    let derivation: Derivation = serde_json::from_value(json.clone()).ok()?;
    let place: Vec<String> = way
        .iter()
        .map(|step| match step {
            Way::Key(key) => key.clone(),
            Way::At(at) => at.to_string(),
        })
        .collect();
    (derivation != *original).then(|| Mutant { place: place.join("/"), derivation })
}

fn lists(value: &Value, here: &mut Vec<Way>, found: &mut Vec<Vec<Way>>) {
    each(value, here, &mut |inner, parent, way| {
        if parent.is_array() {
            found.push(way.to_vec());
        }
        let _ = inner;
    });
}

fn leaves(value: &Value, here: &mut Vec<Way>, found: &mut Vec<Vec<Way>>) {
    each(value, here, &mut |inner, _, way| {
        if matches!(inner, Value::Bool(_) | Value::String(_) | Value::Number(_)) {
            found.push(way.to_vec());
        }
    });
}

/// Every value inside, with what holds it and the way to it.
fn each(value: &Value, here: &mut Vec<Way>, see: &mut impl FnMut(&Value, &Value, &[Way])) {
    let inner: Vec<(Way, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (Way::At(at), item)).collect(),
        Value::Object(fields) => fields.iter().map(|(key, item)| (Way::Key(key.clone()), item)).collect(),
        _ => Vec::new(),
    };
    for (way, item) in inner {
        here.push(way);
        see(item, value, here);
        each(item, here, see);
        here.pop();
    }
}

fn find<'v>(value: &'v mut Value, way: &[Way]) -> Option<&'v mut Value> {
    way.iter().try_fold(value, |value, step| match step {
        Way::Key(key) => value.get_mut(key),
        Way::At(at) => value.get_mut(at),
    })
}
