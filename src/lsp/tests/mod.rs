#![allow(clippy::unwrap_used, clippy::panic)]

mod highlighting;

use super::background::{Job, start};
use super::names::{find, references};
use super::rename::rename;
use std::sync::Arc;

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

/// Two institutions, of which the second adopts the first.
fn adopting() -> (tempfile::TempDir, Workspace, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap().to_str().unwrap().to_owned();
    let (one, two) = (format!("{root}/one/one.bylaw"), format!("{root}/two/two.bylaw"));
    let head = "  time zone Asia/Shanghai\n  currency CNY\n";
    std::fs::create_dir_all(format!("{root}/one")).unwrap();
    std::fs::create_dir_all(format!("{root}/two")).unwrap();
    std::fs::write(&one, format!("regulation one [1]\n{head}\nregister staff\nevent late by staff\n\nrule small [1.1]\n  on late\n  fine 1 CNY\n\nrule large [1.2]\n  on late\n  fine 9 CNY\n\nexample \"it costs nine\"\n  given staff \"li\"\n  given late by \"li\" on 2024-03-05\n  expect large of \"li\" is 9 CNY\n")).unwrap();
    std::fs::write(&two, format!("regulation two [2]\n{head}  adopts one from \"../one\"\n  without small because \"it is too small\"\n\nexception free to large [2.1]\n  does not apply\n")).unwrap();
    let workspace = workspace(&root);
    assert!(workspace.institutions.iter().all(|one| one.now.is_sound()), "{:?}", workspace.institutions.iter().map(|one| &one.now.compiled.diagnostics).collect::<Vec<_>>());
    (folder, workspace, one, two)
}

fn at(path: &str, word: &str) -> usize {
    std::fs::read_to_string(path).unwrap().find(word).unwrap()
}

#[test]
fn names_go_with_what_is_adopted() {
    let (_folder, workspace, one, two) = adopting();
    for (path, word, new, changes) in [(&one, "small", "little", [1, 1]), (&two, "small because", "little", [1, 1]), (&one, "large", "big", [2, 1]), (&two, "one from", "uno", [1, 1]), (&one, "late", "came_late", [4, 0])] {
        let found = find(&workspace, path, at(path, word)).unwrap();
        let edit = rename(&workspace, &found, new).unwrap_or_else(|why| panic!("{word}: {}", why.en));
        let count = |path: &str| edit.changes.as_ref().unwrap().iter().find(|(uri, _)| super::text::path(uri).as_deref() == Some(path)).map_or(0, |(_, edits)| edits.len());
        assert_eq!([count(&one), count(&two)], changes, "{word}");
    }
    // Another regulation has its own `large`, and what hangs on it.
    let found = find(&workspace, &one, at(&one, "large")).unwrap();
    assert_eq!(references(&workspace, &found, true).len(), 3);
}

#[test]
fn work_on_an_older_version_is_dropped() {
    let (_folder, workspace, ..) = adopting();
    let (jobs, todo) = crossbeam_channel::unbounded();
    let (news, found) = crossbeam_channel::unbounded();
    start(todo, news).unwrap();
    let one = &workspace.institutions[0];
    for version in 1..=3 {
        jobs.send(Job { paths: one.paths.clone(), version, snapshot: Arc::clone(&one.now) }).unwrap();
    }
    let first = found.recv().unwrap();
    assert_eq!(first.looked.version, 3);
    drop(jobs);
    assert!(found.iter().all(|news| news.looked.version == 3));
}

#[test]
fn what_is_closed_is_what_is_on_disk() {
    let (_folder, mut workspace, one, _) = adopting();
    let text = std::fs::read_to_string(&one).unwrap();
    workspace.files.open(one.clone(), text.replace("on late\n", "on lates\n"), 1);
    workspace.touch(&one);
    // Both institutions read it.
    assert_eq!(workspace.refresh().len(), 2);
    assert!(workspace.institutions.iter().any(|one| !one.now.is_sound()));
    workspace.close(&one);
    workspace.refresh();
    assert!(workspace.institutions.iter().all(|one| one.now.is_sound()));
    // A text outside of all folders is one by itself, as long as it is open.
    let alone = tempfile::tempdir().unwrap();
    let path = alone.path().canonicalize().unwrap().join("x.bylaw").to_str().unwrap().to_owned();
    workspace.files.open(path.clone(), text, 1);
    workspace.touch(&path);
    workspace.refresh();
    assert_eq!(workspace.institutions.len(), 3);
    workspace.close(&path);
    workspace.refresh();
    assert_eq!(workspace.institutions.len(), 2);
}
