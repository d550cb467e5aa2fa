//! Which institutions stand below a path: a folder of folders holds several, each with names of its own.

use super::compile::Files;
use super::load::{decode, folder_of, normal};
use std::collections::BTreeMap;

/// The sets of policies that `paths` name, each of which is compiled by itself.
///
/// Several paths are one set: who lists them wants them together. A folder with policy files right inside is one set, with everything
/// below. A folder without is a collection: each folder in it is looked at in the same way. A folder that cannot be listed is left to
/// [`super::compile()`], which tells why.
pub fn institutions(paths: &[String], files: &dyn Files) -> Vec<Vec<String>> {
    let [path] = paths else { return vec![paths.to_vec()] };
    let Ok(Some(found)) = files.folder(path) else { return vec![paths.to_vec()] };
    let texts: Vec<String> = found.iter().filter(|path| path.ends_with(".bylaw")).map(|path| normal(path)).collect();
    if texts.is_empty() {
        return vec![paths.to_vec()];
    }
    let mut sets = Vec::new();
    split(&normal(path), &texts, &mut sets);
    if sets.len() > 1 && sets.iter().any(|set| holds_regulation(&set.texts, files)) {
        sets.retain(|set| holds_regulation(&set.texts, files));
    }
    sets.into_iter().map(|set| vec![set.folder]).collect()
}

/// A folder and the policy files below it.
struct Set {
    folder: String,
    texts: Vec<String>,
}

fn split(folder: &str, texts: &[String], sets: &mut Vec<Set>) {
    if texts.iter().any(|text| folder_of(text) == folder) {
        sets.push(Set { folder: folder.to_owned(), texts: texts.to_vec() });
        return;
    }
    let mut below: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for text in texts {
        below.entry(child(folder, text)).or_default().push(text.clone());
    }
    for (folder, texts) in below {
        split(&folder, &texts, sets);
    }
}

/// The folder right inside `folder` that holds `text`.
fn child(folder: &str, text: &str) -> String {
    let mut inner = folder_of(text);
    while folder_of(inner) != folder && folder_of(inner) != inner {
        inner = folder_of(inner);
    }
    inner.to_owned()
}

/// Does one of the texts begin a regulation? Folders without are there to be imported: a calendar, shared kinds.
fn holds_regulation(texts: &[String], files: &dyn Files) -> bool {
    let begins = |line: &str| ["regulation", "规章", "規章"].iter().any(|word| line.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '\u{3000}'])));
    texts.iter().any(|path| files.read(path).ok().and_then(|bytes| decode(&bytes).ok()).is_some_and(|text| text.lines().any(begins)))
}
