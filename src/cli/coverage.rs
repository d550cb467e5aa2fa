//! `bylaw coverage`.

use super::args::{self, PlainFormat};
use super::data::unreadable;
use super::failure::{Exit, Failure};
use super::policies;
use super::screen::{Screen, write_result};
use crate::diagnostics::Diagnostic;
use crate::model::load::{decode, said_not_utf8};
use crate::report::coverage as report;
use crate::tools::coverage::{Outline, Rules, coverage as hold};
use std::fs;

/// Holds the policies against the outline of their text.
pub(crate) fn coverage(args: &args::Coverage, screen: Screen) -> Result<Exit, Failure> {
    let outline = read(&args.outline)?;
    let each = policies::load_each(&args.policies.paths, screen)?;
    let rules: Vec<Rules<'_>> = each.iter().map(|one| Rules { model: &one.model, cited: &one.cited }).collect();
    let coverage = hold(&rules, &outline);
    write_result(None, |out| match args.format {
        PlainFormat::Human => report::write(&coverage, args.verbose, screen.tongue, screen.colour_results(), out),
        PlainFormat::Json => report::write_json(&coverage, out),
    })?;
    Ok(if coverage.is_whole() { Exit::Well } else { Exit::Findings })
}

fn read(path: &str) -> Result<Outline, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::Records(vec![unreadable(path, &error)]))?;
    let text = decode(&bytes).map_err(|position| {
        let (message, help) = said_not_utf8(path, position);
        Failure::Policies(vec![Diagnostic::error("not-utf8", message).help(help)])
    })?;
    Outline::read(path, &text).map_err(Failure::Policies)
}
