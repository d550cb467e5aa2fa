//! Policies from disk.

use super::disk::Disk;
use super::failure::Failure;
use super::screen::Screen;
use crate::Policy;
use crate::diagnostics::{Diagnostic, Severity, render};

/// Compiles `paths`; tells warnings. Errors are the failure.
pub(crate) fn load(paths: &[String], screen: Screen) -> Result<Policy, Failure> {
    let policy = Policy::load(paths, &Disk).map_err(|broken| Failure::Policies(broken.diagnostics))?;
    tell(policy.warnings(), screen);
    Ok(policy)
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
