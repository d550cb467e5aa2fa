//! What we tell people when something is wrong: plain data, rendered at the edge.
//!
//! Depends on nothing else in the crate. Every [`Diagnostic`] carries a stable code (`docs/codes/CODE.md` is its page),
//! a message in both tongues, labels as byte spans into a named source, and a way out.

pub mod codes;
pub mod render;
pub(crate) mod source;
#[cfg(test)]
mod tests;

use std::sync::Arc;

/// A byte range `[start, end)` in one source text. Line and column are worked out only when shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `[start, end)`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
    /// The range, widened to the borders of characters of `text` and cut at its end.
    #[must_use]
    pub fn within(self, text: &str) -> Self {
        let (mut start, mut end) = (self.start.min(text.len()), self.end.min(text.len()));
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        Self { start, end: end.max(start) }
    }
    /// The smallest range that holds both.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A text and the name it is shown under (a path, or `<example>`).
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// Path or other display name.
    pub name: String,
    /// The whole text, UTF-8.
    pub text: String,
}

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The text.
    pub source: Arc<Source>,
    /// Where in it.
    pub span: Span,
}

impl Place {
    /// The line on which it begins, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        let before = self.source.text.get(..self.span.start).unwrap_or(&self.source.text);
        before.matches('\n').count() + 1
    }
}

/// The tongue in which something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tongue {
    /// English.
    #[default]
    En,
    /// Chinese, Simplified.
    Zh,
}

/// A sentence in both tongues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// English: lower case, no full stop, the user's text in backticks.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Say {
    /// Both tongues at once.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
    /// The sentence in `tongue`.
    pub fn get(&self, tongue: Tongue) -> &str {
        match tongue {
            Tongue::En => &self.en,
            Tongue::Zh => &self.zh,
        }
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Works, but probably not as meant.
    Warning,
    /// Cannot be used.
    Error,
}

/// A place with what to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there; may be empty.
    pub say: Say,
}

/// A change of the text that does what the help says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub place: Place,
    /// By what; in both tongues, for the tongue of the text.
    pub text: Say,
}

/// One message. The first label is the main one; a diagnostic about a data file may have none and name file and line in
/// its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable kebab-case code, listed in [`codes::ALL`].
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong.
    pub message: Say,
    /// Where.
    pub labels: Vec<Label>,
    /// What to do next.
    pub help: Option<Say>,
    /// The same as a change of the text, where it is certain.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error without labels or help.
    pub fn error(code: &'static str, message: Say) -> Self {
        Self { code, severity: Severity::Error, message, labels: Vec::new(), help: None, fix: None }
    }
    /// Adds a label.
    #[must_use]
    pub fn at(mut self, place: Place, say: Say) -> Self {
        self.labels.push(Label { place, say });
        self
    }
    /// Sets the way out.
    #[must_use]
    pub fn help(mut self, help: Say) -> Self {
        self.help = Some(help);
        self
    }
    /// Sets the change of the text at the main place.
    #[must_use]
    pub fn fix(mut self, text: Say) -> Self {
        self.fix = self.labels.first().map(|label| Fix { place: label.place.clone(), text });
        self
    }
}
