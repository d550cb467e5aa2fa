//! Decision tables of DMN 1.3 and later as a policy.
//!
//! | step | from | to | file |
//! |---|---|---|---|
//! | xml | bytes | elements | `xml.rs` |
//! | file | elements | decisions, tables, types, as DMN has them | `file.rs` |
//! | feel | a cell or an expression of FEEL | the same in a policy's words, or that it has none | `feel.rs`, `read.rs` |
//! | make | decisions | tables of a policy, and what was not taken | `make.rs`, `rows.rs`, `fields.rs` |
//!
//! A decision is taken whole or not at all: nothing of it is left out or said in another way without being told.

mod feel;
mod fields;
mod file;
mod make;
mod names;
mod read;
mod rows;
#[cfg(test)]
mod tests;
mod xml;

use crate::diagnostics::{Diagnostic, Say, Tongue};

/// A policy made of decisions.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its text, in its one form.
    pub text: String,
    /// What was not taken, and what is to be known.
    pub left: Vec<Say>,
    /// Decisions that were taken.
    pub taken: usize,
    /// Decisions of the file.
    pub decisions: usize,
}

/// Makes a policy of the decision tables in a DMN file; of one of them, and what it reads, when `only` names it. Its keywords and remarks are in `tongue`.
///
/// # Errors
/// When the file is no DMN of a known version, or holds no such decision.
pub fn policy(name: &str, bytes: &[u8], only: Option<&str>, tongue: Tongue) -> Result<Made, Vec<Diagnostic>> {
    let root = xml::read(bytes).map_err(|say| vec![unusable(name, &say)])?;
    let file = file::file(&root).map_err(|say| vec![unusable(name, &say)])?;
    make::made(name, &file, only, tongue).map_err(|say| vec![unusable(name, &say)])
}

fn unusable(name: &str, say: &Say) -> Diagnostic {
    Diagnostic::error("bad-dmn", Say::new(format!("`{name}`: {}", say.en), format!("`{name}`：{}", say.zh)))
        .help(Say::new("export the decisions once more, as DMN 1.3, 1.4 or 1.5", "请按 DMN 1.3、1.4 或 1.5 重新导出"))
}
