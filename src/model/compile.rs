//! The face of the compiler: what goes in and what comes out.

use super::links::LaterLinks;
use super::load::{Loaded, load};
use super::written::Written;
use super::{Model, Parses, bundle, cited, lower, sugar};
use crate::diagnostics::{Diagnostic, Place, Say, Severity, Source};
use std::sync::Arc;

/// Where policy texts and data files come from. The command line reads the disk, tests a map.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>>;
    /// The files below a folder (recursive) that end in `.bylaw` or `.json`; none when `path` is no folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    fn folder(&self, path: &str) -> std::io::Result<Option<Vec<String>>>;
}

/// What came out of compiling.
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    /// The rules; none when there is an error.
    pub model: Option<Model>,
    /// Everything there is to say, errors and less, in the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
    /// The policy texts that were read, sorted by name.
    pub sources: Vec<Arc<Source>>,
    /// Every citation and where it stands, in the order of files and places; none of a bundle.
    pub cited: Vec<(String, Place)>,
    /// Where norms and their parts stand; nothing of a bundle.
    pub written: Written,
}

/// Compiles policy files (`.bylaw`), folders of them, or one bundle (`.json`), with everything they import.
///
/// All errors of all files are found in one run. The model does not depend on the order of `paths` or of items in files.
pub fn compile(paths: &[String], files: &dyn Files) -> Compiled {
    compiled(paths, files, &Parses::default(), false).0
}

/// What is known of policies beside their model, for editors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// What could be understood where there is an error, and so no model: not to be judged by.
    pub(crate) understood: Model,
    /// What names were resolved to.
    pub(crate) links: LaterLinks,
}

/// Compiles as [`compile()`] does, and tells what names were resolved to. Texts that `parses` remembers are not parsed again.
pub(crate) fn known(paths: &[String], files: &dyn Files, parses: &Parses) -> (Compiled, Known) {
    compiled(paths, files, parses, true)
}

fn compiled(paths: &[String], files: &dyn Files, parses: &Parses, noted: bool) -> (Compiled, Known) {
    let Loaded { mut texts, bundles, mut told } = load(paths, files, parses);
    let sources: Vec<Arc<Source>> = texts.iter().map(|text| Arc::clone(&text.source)).collect();
    let cited = texts.iter().flat_map(cited::all).collect();
    sugar::plain(&mut texts);
    let (mut written, mut known) = (Written::default(), Known::default());
    let model = match (texts.as_slice(), bundles.as_slice()) {
        ([], [(_, bundle)]) => read_bundle(bundle, &mut told),
        (_, [(path, _), ..]) => {
            told.push(not_alone(path));
            None
        }
        (texts, []) => {
            let lowered = lower::lower(texts, files, noted);
            told.extend(lowered.told);
            written = lowered.written;
            known = lowered.known.map(|(understood, links)| Known { understood, links }).unwrap_or_default();
            lowered.model
        }
    };
    told.sort_by(|a, b| place(a).cmp(&place(b)));
    let failed = told.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    (Compiled { model: model.filter(|_| !failed), diagnostics: told, sources, cited, written }, known)
}

/// Where diagnostics come in the order: those without a place first.
fn place(diagnostic: &Diagnostic) -> Option<(&str, usize)> {
    diagnostic.labels.first().map(|label| (label.place.source.name.as_str(), label.place.span.start))
}

fn read_bundle(text: &str, told: &mut Vec<Diagnostic>) -> Option<Model> {
    bundle::read(text).map_err(|diagnostic| told.push(diagnostic)).ok()
}

fn not_alone(path: &str) -> Diagnostic {
    Diagnostic::error(
        "bundle-alone",
        Say::new(format!("`{path}` is a bundle, and something else is given beside it"), format!("`{path}` 是编译包，却同时给出了其他文件")),
    )
    .help(Say::new("a bundle holds all its rules: give it alone, or give the policy files", "编译包已含全部规则：请单独给出，或改为给出规章文件"))
}
