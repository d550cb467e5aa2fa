//! Policies from disk.

use super::disk::Disk;
use super::failure::Failure;
use super::screen::Screen;
use crate::Policy;
use crate::diagnostics::{Diagnostic, Place, Say, Severity, render};
use crate::model::written::Written;
use crate::model::{Compiled, Model, compile, institutions};

/// The policies of one institution.
pub(crate) struct Institution {
    /// Where they are.
    pub(crate) path: String,
    /// The first of those files and folders.
    pub(crate) first: String,
    /// The rules.
    pub(crate) model: Model,
    /// What they cite, and where.
    pub(crate) cited: Vec<(String, Place)>,
    /// Where norms and their parts stand.
    pub(crate) written: Written,
}

/// Each institution below `paths`; tells warnings. Errors, of all of them, are the failure.
pub(crate) fn load_each(paths: &[String], screen: Screen) -> Result<Vec<Institution>, Failure> {
    let (mut each, mut errors, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    // What several of them import is told once.
    let add = |all: &mut Vec<Diagnostic>, more: Vec<Diagnostic>| more.into_iter().for_each(|one| if !all.contains(&one) { all.push(one) });
    for set in institutions(paths, &Disk) {
        let Compiled { model, diagnostics, cited, written, .. } = compile(&set, &Disk);
        match model {
            Some(model) => {
                add(&mut warnings, diagnostics);
                each.push(Institution { path: set.join(" "), first: set.first().cloned().unwrap_or_default(), model, cited, written });
            }
            None => add(&mut errors, diagnostics),
        }
    }
    tell(&warnings, screen);
    if errors.is_empty() { Ok(each) } else { Err(Failure::Policies(errors)) }
}

/// Compiles `paths`, which must be one institution; tells warnings. Errors are the failure.
pub(crate) fn load(paths: &[String], screen: Screen) -> Result<Policy, Failure> {
    let sets = institutions(paths, &Disk);
    if sets.len() > 1 {
        return Err(several(paths, &sets));
    }
    let policy = Policy::load(paths, &Disk).map_err(|broken| Failure::Policies(broken.diagnostics))?;
    tell(policy.warnings(), screen);
    Ok(policy)
}

/// Records are judged by the rules of one institution.
fn several(paths: &[String], sets: &[Vec<String>]) -> Failure {
    let (path, count) = (paths.join(" "), sets.len());
    let some = sets.iter().flatten().take(3).cloned().collect::<Vec<_>>().join(", ");
    Failure::Usage(
        Say::new(format!("`{path}` holds {count} institutions, each with names of its own"), format!("`{path}` 中有 {count} 个机构，各有自己的名称")),
        Say::new(
            format!("give the folder of one of them ({some}, …); folders that are listed one by one are taken together"),
            format!("请给出其中一个文件夹（{some} 等）；逐一列出的文件夹视为一体"),
        ),
    )
}

/// Writes diagnostics to standard error.
pub(crate) fn tell(diagnostics: &[Diagnostic], screen: Screen) {
    if !diagnostics.is_empty() {
        screen.tell(&render::render(diagnostics, screen.tongue, screen.colour_errors()));
    }
}

/// How many are errors.
pub(crate) fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|one| one.severity == Severity::Error).count()
}
