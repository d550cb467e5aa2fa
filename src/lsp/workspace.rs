//! The institutions of the editor's folders. One is compiled when a text of it is opened, and again when one of its texts changes; only texts that
//! changed are parsed again.

use super::background::Looked;
use super::files::Overlay;
use crate::diagnostics::{Severity, Tongue};
use crate::model::{Compiled, Files, Known, Model, Parses, institutions, known};
use crate::syntax::Parsed;
use crate::diagnostics::Source;
use std::collections::BTreeSet;
use std::sync::Arc;

/// An institution as it was compiled last.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// The rules, and what is wrong.
    pub(crate) compiled: Compiled,
    /// What names were resolved to.
    pub(crate) known: Known,
}

impl Snapshot {
    /// Does it read this text?
    pub(crate) fn reads(&self, path: &str) -> bool {
        self.compiled.sources.iter().any(|source| source.name == path)
    }

    /// The rules, or what could be understood of them.
    pub(crate) fn model(&self) -> &Model {
        self.compiled.model.as_ref().unwrap_or(&self.known.understood)
    }

    /// Is it free of errors?
    pub(crate) fn is_sound(&self) -> bool {
        self.compiled.model.is_some()
    }
}

/// An institution.
#[derive(Debug)]
pub(crate) struct Institution {
    /// Its folder, or the one text that it consists of.
    pub(crate) paths: Vec<String>,
    /// How often it was compiled; none of it is true of an earlier time.
    pub(crate) version: u64,
    /// As it is.
    pub(crate) now: Arc<Snapshot>,
    /// As it was when it had no errors.
    pub(crate) good: Arc<Snapshot>,
    /// What was looked for in the background, and when.
    pub(crate) looked: Option<Looked>,
}

impl Institution {
    /// Is the path in its folder, or read by it?
    fn holds(&self, path: &str) -> bool {
        self.now.reads(path) || self.paths.iter().any(|own| inside(own, path))
    }

    /// What is known, the newest first.
    pub(crate) fn known(&self) -> impl Iterator<Item = &Snapshot> {
        let again = !Arc::ptr_eq(&self.now, &self.good);
        std::iter::once(&*self.now).chain(again.then_some(&*self.good))
    }
}

fn inside(folder: &str, path: &str) -> bool {
    path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Everything that is open.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// Texts.
    pub(crate) files: Overlay,
    /// Parsed texts.
    pub(crate) parses: Parses,
    /// Institutions that were compiled.
    pub(crate) institutions: Vec<Institution>,
    /// The editor's folders.
    roots: Vec<String>,
    /// What their institutions consist of.
    sets: Vec<Vec<String>>,
    /// Institutions to compile again.
    stale: BTreeSet<Vec<String>>,
    /// What was known before. To give back all its memory takes time, which is found once the editor has its answer.
    pub(crate) retired: Vec<Arc<Snapshot>>,
}

impl Workspace {
    pub(crate) fn new(roots: Vec<String>) -> Self {
        let mut workspace = Self { files: Overlay::default(), parses: Parses::keeping(), institutions: Vec::new(), roots, sets: Vec::new(), stale: BTreeSet::new(), retired: Vec::new() };
        workspace.look_around();
        workspace
    }

    /// Which institutions stand in the folders: after files came or went.
    pub(crate) fn look_around(&mut self) {
        self.sets = self.roots.iter().flat_map(|root| institutions(std::slice::from_ref(root), &self.files)).filter(|set| self.holds_policies(set)).collect();
        let (sets, roots) = (&self.sets, &self.roots);
        self.institutions.retain(|one| sets.contains(&one.paths) || !roots.iter().any(|root| one.paths.iter().all(|path| inside(root, path))));
        self.stale.retain(|set| sets.contains(set));
    }

    fn holds_policies(&self, set: &[String]) -> bool {
        set.iter().any(|path| matches!(self.files.folder(path), Ok(Some(found)) if found.iter().any(|file| file.ends_with(".bylaw"))) || path.ends_with(".bylaw"))
    }

    /// The text changed or was opened: its institutions are to be compiled again.
    pub(crate) fn touch(&mut self, path: &str) {
        if !self.touch_compiled(path) && self.files.get(path).is_some() {
            let set = self.set_of(path);
            self.stale.insert(set);
        }
    }

    /// A file changed on disk: institutions that were compiled with it are to be compiled again. False when there is none.
    pub(crate) fn touch_compiled(&mut self, path: &str) -> bool {
        let of = |is: &dyn Fn(&Institution) -> bool| self.institutions.iter().filter(|one| is(one)).map(|one| one.paths.clone()).collect::<Vec<_>>();
        let mut holding = of(&|one| one.holds(path));
        // Data may stand anywhere.
        if holding.is_empty() && !path.ends_with(".bylaw") {
            holding = of(&|_| true);
        }
        let any = !holding.is_empty();
        self.stale.extend(holding);
        any
    }

    /// The editor has done with a text: it is what is on disk. One that was an institution by itself is none any more.
    pub(crate) fn close(&mut self, path: &str) {
        self.files.close(path);
        let sets = &self.sets;
        self.institutions.retain(|one| one.paths != [path] || sets.contains(&one.paths));
        self.touch_compiled(path);
    }

    /// What a text that no compiled institution has belongs to: the institution of its folder; else itself, with its folder when it has no header.
    fn set_of(&self, path: &str) -> Vec<String> {
        if let Some(set) = self.sets.iter().find(|set| set.iter().any(|own| inside(own, path))) {
            return set.clone();
        }
        let text = self.files.text(path).unwrap_or_default();
        let has_header = text.lines().any(|line| ["regulation ", "规章 ", "規章 "].iter().any(|word| line.starts_with(word)));
        let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        vec![if has_header { path } else { folder }.to_owned()]
    }

    /// Compiles all that are in the folders and were not yet.
    pub(crate) fn load_all(&mut self) {
        let missing: Vec<Vec<String>> = self.sets.iter().filter(|set| self.institutions.iter().all(|one| one.paths != **set)).cloned().collect();
        self.stale.extend(missing);
    }

    /// Is there anything to compile?
    pub(crate) fn is_stale(&self) -> bool {
        !self.stale.is_empty()
    }

    /// Compiles what is to be compiled; says which those are.
    pub(crate) fn refresh(&mut self) -> Vec<usize> {
        let stale = std::mem::take(&mut self.stale);
        stale.into_iter().map(|set| self.compile(set)).collect()
    }

    fn compile(&mut self, paths: Vec<String>) -> usize {
        let (compiled, known) = known(&paths, &self.files, &self.parses);
        let now = Arc::new(Snapshot { compiled, known });
        match self.institutions.iter().position(|one| one.paths == paths) {
            Some(at) => {
                if let Some(one) = self.institutions.get_mut(at) {
                    one.version += 1;
                    if now.is_sound() {
                        self.retired.push(std::mem::replace(&mut one.good, Arc::clone(&now)));
                    }
                    self.retired.push(std::mem::replace(&mut one.now, now));
                }
                at
            }
            None => {
                self.institutions.push(Institution { paths, version: 1, good: Arc::clone(&now), now, looked: None });
                self.institutions.len() - 1
            }
        }
    }

    /// The institutions that read a text.
    pub(crate) fn of<'w>(&'w self, path: &'w str) -> impl Iterator<Item = &'w Institution> {
        self.institutions.iter().filter(move |one| one.now.reads(path) || one.good.reads(path))
    }

    /// A text as it is, parsed.
    pub(crate) fn parsed(&self, path: &str) -> Option<(Arc<Source>, Arc<Parsed>)> {
        let text = self.files.text(path)?;
        Some(self.parses.remember(path, text.strip_prefix('\u{feff}').unwrap_or(&text)))
    }

    /// The tongue of a text's keywords.
    pub(crate) fn tongue(&self, path: &str) -> Tongue {
        self.parses.last(path).map_or(Tongue::En, |(_, parsed)| parsed.tongue)
    }

    /// How many errors the institution has.
    pub(crate) fn errors(one: &Institution) -> usize {
        one.now.compiled.diagnostics.iter().filter(|told| told.severity == Severity::Error).count()
    }
}
