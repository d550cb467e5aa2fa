//! What can go wrong at the face: plain data, shown in English by `Display` and in either tongue by methods.

use crate::diagnostics::{Diagnostic, Say, Tongue, render};
use std::error::Error;
use std::fmt;

/// Policies that do not compile.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// All errors, and what else there is to say, in the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
}

impl Broken {
    /// The messages with the lines they are about, as a terminal shows them.
    pub fn render(&self, tongue: Tongue, colour: bool) -> String {
        render::render(&self.diagnostics, tongue, colour)
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Tongue::En, false))
    }
}

impl Error for Broken {}

/// A text that is no time, or does not say which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTime(pub Say);

impl fmt::Display for BadTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl Error for BadTime {}

/// An explanation that does not follow from the policies and the records: a bug of this program. It is never shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsound(pub Vec<Say>);

impl fmt::Display for Unsound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the explanation does not follow from the records")?;
        self.0.iter().try_for_each(|wrong| write!(f, "\n  {}", wrong.en))
    }
}

impl Error for Unsound {}
