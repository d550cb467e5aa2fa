//! A row before it is typed: what stands in its columns.

use super::problem::{self, Problem};
use std::collections::BTreeSet;

/// What stands in one column of one row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Raw<'a> {
    /// There is no such column.
    Missing,
    /// Known to be blank.
    Blank,
    /// Text; in CSV and XES everything is.
    Text(&'a str),
    /// A JSON number, as written.
    Number(&'a str),
    /// A JSON boolean.
    Yes(bool),
    /// A JSON list of plain values.
    List(Vec<&'a str>),
    /// A JSON object, or a list of lists.
    Nested,
}

impl<'a> Raw<'a> {
    /// A cell: empty is blank.
    pub(crate) fn cell(text: &'a str) -> Self {
        if text.trim().is_empty() { Self::Blank } else { Self::Text(text) }
    }
    /// The plain text of an id, a name or the like; none when blank or missing.
    pub(crate) fn text(&self, column: &str) -> Result<Option<&'a str>, Problem> {
        match self {
            Self::Missing | Self::Blank => Ok(None),
            Self::Text(text) => Ok(Some(text.trim())),
            Self::Number(number) => Ok(Some(number)),
            Self::Yes(yes) => Ok(Some(if *yes { "true" } else { "false" })),
            Self::List(_) | Self::Nested => Err(problem::nested(column)),
        }
    }
}

/// A row: a line of CSV, an object of JSONL, an event of XES.
pub(crate) trait Row {
    /// What stands in the column called `column`.
    fn get(&self, column: &str) -> Raw<'_>;
    /// Adds the names of its columns, for messages.
    fn columns(&self, into: &mut BTreeSet<String>);
}

/// A row given by hand: columns and what stands in them.
pub(crate) struct Pairs<'a>(pub(crate) &'a [(&'a str, &'a str)]);

impl Pairs<'_> {
    /// A column that is named more than once.
    pub(crate) fn twice(&self) -> Option<&str> {
        let mut known = BTreeSet::new();
        self.0.iter().map(|(name, _)| *name).find(|name| !known.insert(*name))
    }
}

impl Row for Pairs<'_> {
    fn get(&self, column: &str) -> Raw<'_> {
        self.0.iter().find(|(name, _)| *name == column).map_or(Raw::Missing, |(_, cell)| Raw::cell(cell))
    }
    fn columns(&self, into: &mut BTreeSet<String>) {
        into.extend(self.0.iter().map(|(name, _)| (*name).to_owned()));
    }
}
