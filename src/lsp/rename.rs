//! Rename: right, or refused with a reason. The change is tried first: with a name that stands nowhere else the rules must be the same up to the name,
//! and with the name that is wanted the same as with that one.

use super::files::Edited;
use super::names::Found;
use super::text::{Lines, uri};
use super::workspace::{Institution, Workspace};
use crate::diagnostics::{Diagnostic, Place, Say, Severity, Span, Tongue};
use crate::model::{Model, known};
use crate::syntax::tree::Item;
use crate::syntax::{is_name, words};
use lsp_types::{TextEdit, Uri, WorkspaceEdit};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Where the name stands, by text.
type Spots = BTreeMap<String, BTreeSet<Span>>;

/// The changes that give what is named another name; or why not. All institutions of the workspace must have been compiled.
pub(crate) fn rename(workspace: &Workspace, found: &Found<'_>, new: &str) -> Result<WorkspaceEdit, Say> {
    let old = found.place.source.text.get(found.place.span.start..found.place.span.end).unwrap_or_default().to_owned();
    if !is_name(new) {
        return Err(Say::new(format!("`{new}` cannot be a name: a name is letters, digits and `_`, and no small word of the language"), format!("`{new}` 不能作为名称：名称由字母、数字和 `_` 组成，且不能是语言的虚词")));
    }
    if found.named.is_empty() {
        return Err(Say::new(format!("`{old}` is made of two names: rename those"), format!("`{old}` 由两个名称合成，请改那两个名称")));
    }
    let spots = spots(workspace, found);
    let touched: Vec<&Institution> = workspace.institutions.iter().filter(|one| spots.keys().any(|path| one.now.reads(path))).collect();
    if let Some(broken) = touched.iter().find(|one| !one.now.is_sound()) {
        let folder = broken.paths.join(" ");
        let errors = Workspace::errors(broken);
        return Err(Say::new(format!("there are errors in `{folder}` ({errors}): mend them first, so that it is known what means what"), format!("`{folder}` 有 {errors} 处错误：请先改正，才能确知何处所指相同")));
    }
    if let Some(place) = unresolved(workspace, &touched, &old) {
        let (line, file) = (place.line(), place.source.name.rsplit('/').next().unwrap_or_default().to_owned());
        return Err(Say::new(
            format!("`{old}` also stands at {file}:{line}, and nothing says what it means there: use it, or remove it"),
            format!("{file}:{line} 也有 `{old}`，但无从得知其所指：请使用它，或删除"),
        ));
    }
    let fresh = fresh(&touched);
    let (with_fresh, with_new) = (edited(workspace, &spots, &fresh), edited(workspace, &spots, new));
    for one in touched {
        let before = one.now.compiled.model.as_ref();
        let fresh_model = compiled(workspace, one, &with_fresh).map_err(|why| refused(&old, new, why.as_ref()))?;
        if !before.is_some_and(|before| same(&fresh_model, &fresh, &old, before)) {
            return Err(refused(&old, new, None));
        }
        let new_model = compiled(workspace, one, &with_new).map_err(|why| refused(&old, new, why.as_ref()))?;
        if !same(&fresh_model, &fresh, new, &new_model) {
            return Err(clash(new));
        }
    }
    Ok(changes(workspace, &spots, new))
}

/// All places that must change together, in all institutions.
fn spots(workspace: &Workspace, found: &Found<'_>) -> Spots {
    let mut spots: Spots = BTreeMap::new();
    spots.entry(found.place.source.name.clone()).or_default().insert(found.place.span);
    loop {
        let before: usize = spots.values().map(BTreeSet::len).sum();
        for one in &workspace.institutions {
            let links = &one.now.known.links;
            let stands = |source: usize, span: Span| links.sources.get(source).is_some_and(|text| spots.get(&text.name).is_some_and(|spans| spans.contains(&span)));
            let groups: BTreeSet<usize> = links.occurrences.iter().filter(|one| stands(one.source, one.span)).map(|one| one.group).collect();
            for one in links.occurrences.iter().filter(|one| groups.contains(&one.group)) {
                if let Some(text) = links.sources.get(one.source) {
                    spots.entry(text.name.clone()).or_default().insert(one.span);
                }
            }
        }
        if spots.values().map(BTreeSet::len).sum::<usize>() == before {
            return spots;
        }
    }
}

/// A place where the name stands and was resolved to nothing: in a measure or office that nothing uses. A keyword may stand anywhere.
fn unresolved(workspace: &Workspace, touched: &[&Institution], old: &str) -> Option<Place> {
    if [Tongue::En, Tongue::Zh].iter().any(|tongue| words(*tongue).iter().any(|word| word.split(' ').any(|part| part == old))) {
        return None;
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    touched.iter().find_map(|one| {
        let links = &one.now.known.links;
        links.sources.iter().enumerate().find_map(|(source, text)| {
            let parsed = workspace.parses.last(&text.name)?.1;
            let measures = parsed.file.items.iter().filter(|item| matches!(item.value, Item::Measure(_) | Item::Office(_)));
            measures.map(|item| item.span).find_map(|span| {
                let inside = text.text.get(span.start..span.end)?;
                inside.match_indices(old).map(|(at, _)| Span::new(span.start + at, span.start + at + old.len())).find_map(|span| {
                    let (before, behind) = (text.text.get(..span.start)?, text.text.get(span.end..)?);
                    let whole = !before.ends_with(is_part) && !behind.starts_with(is_part);
                    let line = before.rsplit('\n').next().unwrap_or_default();
                    let quoted = line.contains('#') || line.matches(['"', '“', '”', '「', '」']).count() % 2 == 1 || line.rfind(['[', '【']) > line.rfind([']', '】']);
                    let known = links.occurrences.iter().any(|one| one.source == source && one.span == span) || links.made.iter().any(|(at, _)| *at == (source, span));
                    (whole && !quoted && !known).then(|| Place { source: Arc::clone(text), span })
                })
            })
        })
    })
}

/// A name that stands in no text.
fn fresh(touched: &[&Institution]) -> String {
    let texts: Vec<&str> = touched.iter().flat_map(|one| &one.now.compiled.sources).map(|source| source.text.as_str()).collect();
    let taken = |name: &str| texts.iter().any(|text| text.contains(name));
    (0..).map(|n| format!("zz_renamed_{n}_zz")).find(|name| !taken(name)).unwrap_or_default()
}

fn edited(workspace: &Workspace, spots: &Spots, name: &str) -> BTreeMap<String, String> {
    let with = |path: &String, spans: &BTreeSet<Span>| {
        let mut text = workspace.files.text(path)?;
        for span in spans.iter().rev() {
            text.get(span.start..span.end)?;
            text.replace_range(span.start..span.end, name);
        }
        Some((path.clone(), text))
    };
    spots.iter().filter_map(|(path, spans)| with(path, spans)).collect()
}

/// The rules with those texts; else the first error.
fn compiled(workspace: &Workspace, one: &Institution, texts: &BTreeMap<String, String>) -> Result<Model, Option<Diagnostic>> {
    let files = Edited { files: &workspace.files, texts: texts.clone() };
    let (compiled, _) = known(&one.paths, &files, &workspace.parses.beside());
    compiled.model.ok_or_else(|| compiled.diagnostics.into_iter().find(|told| told.severity == Severity::Error))
}

/// Are the rules the same once `from` is called `to`? Order goes by names, and does not count.
fn same(a: &Model, from: &str, to: &str, b: &Model) -> bool {
    let (Ok(a), Ok(b)) = (serde_json::to_value(a), serde_json::to_value(b)) else { return false };
    canonical(a, Some((from, to))) == canonical(b, None)
}

pub(super) fn canonical(value: Value, called: Option<(&str, &str)>) -> Value {
    let text = |text: String| called.map_or(text.clone(), |(from, to)| text.replace(from, to));
    match value {
        Value::String(one) => Value::String(text(one)),
        Value::Array(all) => {
            let mut all: Vec<Value> = all.into_iter().map(|one| canonical(one, called)).collect();
            all.sort_by_cached_key(Value::to_string);
            Value::Array(all)
        }
        Value::Object(all) => {
            let mut all: Vec<(String, Value)> = all.into_iter().map(|(key, one)| (text(key), canonical(one, called))).collect();
            all.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(all.into_iter().collect())
        }
        other => other,
    }
}

fn refused(old: &str, new: &str, why: Option<&Diagnostic>) -> Say {
    match why {
        None => Say::new(format!("with `{new}` in place of `{old}` the rules would say something else"), format!("把 `{old}` 改为 `{new}` 后规则的含义会改变")),
        Some(why) => {
            let line = why.labels.first().map_or(0, |label| label.place.line());
            let file = why.labels.first().and_then(|label| label.place.source.name.rsplit('/').next()).unwrap_or_default().to_owned();
            Say::new(
                format!("with `{new}` in place of `{old}` there would be an error: {} ({file}:{line})", why.message.en),
                format!("把 `{old}` 改为 `{new}` 后会出错：{}（{file}:{line}）", why.message.zh),
            )
        }
    }
}

fn clash(new: &str) -> Say {
    Say::new(format!("`{new}` means something else where this name is used"), format!("`{new}` 在使用处另有所指"))
}

#[allow(clippy::mutable_key_type)] // the address of a file never changes
fn changes(workspace: &Workspace, spots: &Spots, new: &str) -> WorkspaceEdit {
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for (path, spans) in spots {
        let (Some(uri), Some(text)) = (uri(path), workspace.files.text(path)) else { continue };
        let lines = Lines::new(&text);
        changes.insert(uri, spans.iter().map(|span| TextEdit::new(lines.range(*span), new.to_owned())).collect());
    }
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}
