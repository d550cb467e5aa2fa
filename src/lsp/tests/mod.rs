#![allow(clippy::unwrap_used, clippy::panic)]

mod highlighting;

use super::files::Edited;

use super::rename::canonical;
use super::workspace::{Institution, Workspace};
use crate::diagnostics::Span;
use crate::model::known;
use std::collections::{BTreeMap, BTreeSet};

fn policies() -> String {
    format!("{}/policies", env!("CARGO_MANIFEST_DIR"))
}

/// A workspace with all institutions below a folder.
fn workspace(folder: &str) -> Workspace {
    let mut workspace = Workspace::new(vec![folder.to_owned()]);
    workspace.load_all();
    workspace.refresh();
    workspace
}

/// A suffix for the whole of an institution's names.
const MARK: &str = "_zz";

/// Every name gets another one, wherever the index has it: the rules must be the same.
fn all_names_at_once(workspace: &Workspace, one: &Institution) -> Result<(), String> {
    let links = &one.now.known.links;
    // Names that others are made of change those, too.
    let origins: BTreeSet<(usize, Span)> = links.made.iter().map(|(_, origin)| *origin).collect();
    let kept: BTreeSet<usize> = links.occurrences.iter().filter(|name| origins.contains(&(name.source, name.span))).map(|name| name.group).collect();
    let mut spans: BTreeMap<usize, BTreeSet<Span>> = BTreeMap::new();
    for name in links.occurrences.iter().filter(|name| !kept.contains(&name.group)) {
        spans.entry(name.source).or_default().insert(name.span);
    }
    let texts = spans.iter().map(|(source, spans)| {
        let source = &links.sources[*source];
        let mut text = source.text.clone();
        spans.iter().rev().for_each(|span| text.insert_str(span.end, MARK));
        (source.name.clone(), text)
    });
    let files = Edited { files: &workspace.files, texts: texts.collect() };
    let (compiled, _) = known(&one.paths, &files, &workspace.parses.beside());
    let Some(model) = compiled.model else {
        let told = compiled.diagnostics.iter().map(|told| {
            let place = told.labels.first().map(|label| (label.place.source.name.clone(), label.place.line(), label.place.source.text.lines().nth(label.place.line() - 1).unwrap_or_default().to_owned()));
            format!("{}: {} {place:?}", told.code, told.message.en)
        });
        return Err(told.collect::<Vec<_>>().join("\n"));
    };
    let (before, after) = (serde_json::to_value(one.now.compiled.model.as_ref().unwrap()).unwrap(), serde_json::to_value(&model).unwrap());
    if canonical(after, Some((MARK, ""))) == canonical(before, None) { Ok(()) } else { Err("the rules differ".to_owned()) }
}

#[test]
fn the_index_has_every_use_of_every_name() {
    let workspace = workspace(&policies());
    assert!(workspace.institutions.len() >= 20);
    let mut broken = Vec::new();
    for one in &workspace.institutions {
        assert!(one.now.is_sound(), "{:?}", one.paths);
        if let Err(why) = all_names_at_once(&workspace, one) {
            broken.push(format!("{:?}\n{why}", one.paths));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
}
