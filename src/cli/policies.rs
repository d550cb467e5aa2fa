//! Policies from disk.

use super::disk::Disk;
use super::failure::Failure;
use super::screen::Screen;
use crate::diagnostics::{Diagnostic, Severity, render};
use crate::model::{self, Model};

/// Compiles `paths`; tells warnings. Errors are the failure.
pub(crate) fn load(paths: &[String], screen: Screen) -> Result<Model, Failure> {
    let compiled = model::compile(paths, &Disk);
    match compiled.model {
        Some(model) => {
            tell(&compiled.diagnostics, screen);
            Ok(model)
        }
        None => Err(Failure::Policies(compiled.diagnostics)),
    }
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
