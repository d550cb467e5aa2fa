//! Decision tables as sheets that a person can edit, and back.
//!
//! | step | from | to | file |
//! |---|---|---|---|
//! | found | policy text | its tables, cell by cell as written, and where each stands | `found.rs` |
//! | grid | a table | the cells of a sheet, and back; what is wrong is told with its address (`C7`) | `grid.rs` |
//! | csv, xlsx | cells of a sheet | bytes, and back | `csv.rs`, `xlsx.rs` |
//! | woven | a sheet's table | the policy text with these rows in place of its own, all else byte for byte | `woven.rs` |
//!
//! Cells keep their text, so that nothing is lost on the way: a table that comes back as it went changes no byte.

pub(crate) mod changes;
pub mod csv;
pub(crate) mod found;
pub mod grid;
#[cfg(test)]
mod tests;
pub(crate) mod woven;
#[cfg(feature = "xlsx")]
pub(crate) mod xlsx;

use crate::diagnostics::{Diagnostic, Source};
use std::sync::Arc;

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A condition.
    Input,
    /// What follows.
    Output,
    /// Citations.
    Source,
}

/// A table of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// Full name, `regulation.norm`; a second table of one norm is `regulation.norm#2`.
    pub(crate) name: String,
    /// The statements it stands among, the norm's first line first.
    pub(crate) lines: Vec<Said>,
    /// Heading and sort of each column.
    pub(crate) columns: Vec<(String, Sort)>,
    /// The header's comment.
    pub(crate) note: String,
    /// What stands below the header.
    pub(crate) rows: Vec<Row>,
}

/// A statement of the norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// It is the hit policy.
    pub(crate) hit: bool,
    /// On one line.
    pub(crate) text: String,
}

/// A line below the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Row {
    /// A row, with the comment behind it (`#` included; empty when there is none).
    Cells(Vec<String>, String),
    /// A comment on a line of its own.
    Comment(String),
    /// `|---|---|`.
    Rule,
    /// An empty line.
    Blank,
}

/// Puts the rows of a sheet into a policy text, as `bylaw table import` does; gives the new text.
///
/// # Errors
/// When the sheet cannot be used.
pub fn import(source: &Arc<Source>, sheet: &grid::Grid) -> Result<String, Vec<Diagnostic>> {
    let found = found::found(source, None)?;
    let read = sheet.table()?;
    let target = found.iter().find(|one| one.table.name == read.table.name).ok_or_else(|| vec![sheet.no_table(&read.table.name, found.iter().map(|one| one.table.name.as_str()))])?;
    woven::woven(source, target, &read, sheet).map(|woven| woven.text)
}
