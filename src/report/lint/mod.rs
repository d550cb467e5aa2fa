//! `bylaw lint`: findings for people, and one JSON object a line for scripts.

mod example;
mod github;
mod human;
mod json;
mod junit;
mod sarif;
mod why;
mod witness;

pub(crate) use example::{example, literal};
pub(crate) use github::write_github;
pub(crate) use human::write;
pub(crate) use json::{extent, given, write_json};
pub(crate) use junit::write_junit;
pub(crate) use sarif::write_sarif;
pub(crate) use why::{write_why, write_why_json};
pub(crate) use witness::witnesses;

use crate::analysis::Linted;
use crate::analysis::finding::Finding;
use crate::model::Model;

/// An institution with what was found in it.
#[derive(Debug)]
pub(crate) struct Report<'m> {
    /// Where its policies are.
    pub path: &'m str,
    /// Its rules.
    pub model: &'m Model,
    /// What was found.
    pub linted: Linted,
}

impl Report<'_> {
    /// What nobody expects.
    pub(crate) fn unexpected(&self) -> impl Iterator<Item = &Finding> {
        self.linted.findings.iter().filter(|finding| finding.expected.is_none())
    }
}
