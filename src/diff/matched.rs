//! Which norm of the one version is which of the other.

use super::meaning;
use crate::model::Model;
use crate::model::norm::Norm;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

/// Prefixes under which norms are records.
const RECORDS_OF: [&str; 2] = ["breach:", "forfeit:"];

/// Are the two one norm?
type Alike<'a> = &'a dyn Fn(&Norm, &Norm) -> bool;

/// Norms under other names: the earlier and the later.
pub(crate) fn renamed(old: &Model, new: &Model) -> BTreeMap<String, String> {
    let (gone, come) = (only(old, new), only(new, old));
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for norm in &come {
        if let Some(earlier) = norm.continues.as_ref().and_then(|earlier| gone.iter().find(|norm| norm.name == *earlier)) {
            found.insert(earlier.name.clone(), norm.name.clone());
            taken.insert(&norm.name);
        }
    }
    for earlier in gone.iter().filter(|norm| norm.continues.as_ref().is_some_and(|later| come.iter().any(|norm| norm.name == *later))) {
        let later = earlier.continues.clone().unwrap_or_default();
        if !found.contains_key(&earlier.name) && !taken.contains(later.as_str()) {
            taken.extend(come.iter().find(|norm| norm.name == later).map(|norm| norm.name.as_str()));
            found.insert(earlier.name.clone(), later);
        }
    }
    // The same under another name; else what alone stands for the same clauses.
    let alike: [Alike<'_>; 2] = [
        &|a, b| meaning::of_norm(old, a) == meaning::of_norm(new, b),
        &|a, b| !a.cites.is_empty() && a.cites == b.cites && discriminant(&a.occasion) == discriminant(&b.occasion),
    ];
    for alike in alike {
        let open = |norms: &[&Norm], is_open: &dyn Fn(&str) -> bool| -> Vec<String> { norms.iter().filter(|norm| is_open(&norm.name)).map(|norm| norm.name.clone()).collect() };
        let left = open(&gone, &|name| !found.contains_key(name));
        let right = open(&come, &|name| !taken.contains(name));
        let pairs: Vec<(&Norm, &Norm)> = left
            .iter()
            .filter_map(|name| old.norm(name))
            .flat_map(|a| right.iter().filter_map(|name| new.norm(name)).filter(move |b| a.regulation == b.regulation && alike(a, b)).map(move |b| (a, b)))
            .collect();
        for (a, b) in &pairs {
            let times = |is: &dyn Fn(&(&Norm, &Norm)) -> bool| pairs.iter().filter(|pair| is(pair)).count();
            if times(&|pair| pair.0.name == a.name) == 1 && times(&|pair| pair.1.name == b.name) == 1 {
                found.insert(a.name.clone(), b.name.clone());
                taken.insert(&b.name);
            }
        }
    }
    found
}

fn only<'m>(one: &'m Model, other: &Model) -> Vec<&'m Norm> {
    one.norms.iter().filter(|norm| other.norm(&norm.name).is_none()).collect()
}

/// The rules with norms under their later names.
pub(crate) fn under_later_names(model: &Model, names: &BTreeMap<String, String>) -> Model {
    if names.is_empty() {
        return model.clone();
    }
    let mut value = serde_json::to_value(model).unwrap_or(Value::Null);
    rename(&mut value, names);
    let mut model: Model = serde_json::from_value(value).unwrap_or_else(|_| model.clone());
    model.sort();
    model
}

fn rename(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(later) = later(text, names) {
                *text = later;
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|value| rename(value, names)),
        Value::Object(fields) => fields.iter_mut().filter(|(name, _)| !["label", "cites", "because", "title", "continues"].contains(&name.as_str())).for_each(|(_, value)| rename(value, names)),
        _ => {}
    }
}

/// The later name of what is called so: a norm, its records, what it leaves open in place.
fn later(text: &str, names: &BTreeMap<String, String>) -> Option<String> {
    let prefix = RECORDS_OF.into_iter().find(|prefix| text.starts_with(prefix)).unwrap_or_default();
    let name = text.strip_prefix(prefix)?;
    if let Some(later) = names.get(name) {
        return Some(format!("{prefix}{later}"));
    }
    let (norm, rest) = name.rsplit_once('.')?;
    let later = names.get(norm).filter(|_| rest.starts_with("not_stated_"))?;
    Some(format!("{later}.{rest}"))
}
