//! The words of a statement, as the formatter sees them: text without meaning, in the order in which it is to be written.

use crate::diagnostics::Span;

/// A word, number, text or sign, and what stood before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) kind: Kind,
    /// Nothing stands between it and the token before it.
    pub(crate) glued: bool,
    /// The drafter began a new line with it.
    pub(crate) broken: bool,
    /// Comments between it and the token before it.
    pub(crate) comments: Vec<Comment>,
}

/// What kind of token it is, as far as layout depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Keywords, names, numbers, texts, operators.
    Word,
    /// A comma; between the members of a list, or between parts of a sentence.
    Comma { list: bool },
    Colon,
    Open,
    Close,
    /// Citations, each without brackets.
    Cites(Vec<String>),
}

/// A comment, `#` included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) text: String,
    /// Nothing but blanks stands before it on its line.
    pub(crate) own_line: bool,
}

impl Token {
    pub(crate) fn new(text: impl Into<String>, kind: Kind) -> Self {
        Self { text: text.into(), kind, glued: false, broken: false, comments: Vec::new() }
    }

    /// A word that the source does not have.
    pub(crate) fn word(text: impl Into<String>) -> Self {
        Self::new(text, Kind::Word)
    }

    /// The same, right after the token before it.
    pub(crate) fn glued(mut self) -> Self {
        self.glued = true;
        self
    }
}

/// One item: its first line and what stands below it.
#[derive(Debug)]
pub(crate) struct Chapter {
    /// The whole of it.
    pub(crate) span: Span,
    /// A norm, exception, example or header, which stands apart from its neighbours.
    pub(crate) apart: bool,
    pub(crate) pieces: Vec<Piece>,
}

/// A statement or the row of a table.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) span: Span,
    pub(crate) what: What,
    /// It was to be said in the other tongue, which has no such form, and stays as it is.
    pub(crate) kept: bool,
}

/// What a piece says.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// The first line of an item. Of those that are one statement, any word may begin a new line; of the others, the word after a comma.
    First { tokens: Vec<Token>, single: bool },
    /// A statement below.
    Line(Vec<Token>),
    /// A row of a table: its cells. `Bare` cells hold citations without brackets.
    Row(Vec<Cell>),
    /// A line such as `|---|---|`.
    Rule,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Tokens(Vec<Token>),
    /// Citations, written without brackets.
    Sources(Vec<String>),
}
