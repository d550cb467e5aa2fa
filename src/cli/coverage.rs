//! `bylaw coverage`.

use super::args::{self, PlainFormat};
use super::data::unreadable;
use super::failure::{Exit, Failure};
use super::policies;
use super::screen::{Screen, write_result};
use crate::diagnostics::{Diagnostic, Say};
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
    let text = String::from_utf8(bytes).map_err(|error| Failure::Policies(vec![not_utf8(path, error.utf8_error().valid_up_to() + 1)]))?;
    Outline::read(path, &text).map_err(Failure::Policies)
}

fn not_utf8(path: &str, byte: usize) -> Diagnostic {
    Diagnostic::error("not-utf8", Say::new(format!("`{path}` is not UTF-8: byte {byte} is wrong"), format!("`{path}` 不是 UTF-8：第 {byte} 字节有误")))
        .help(Say::new("save the file as UTF-8", "请把文件存为 UTF-8"))
}
