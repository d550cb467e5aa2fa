//! Text → tree. The grammar (`grammar/`) is known to [`reader`] only; nothing below reads files.
//!
//! | step | from | to | file |
//! |---|---|---|---|
//! | plain | text | the same without comments, full-width punctuation, Traditional keyword characters | `plain.rs` |
//! | layout | plain text | items and their statements, by indentation | `layout.rs` |
//! | read | one statement | a part of the tree, by the grammar | `reader/` |
//! | turn | one statement | its words in order, as they are or in the other tongue, for the formatter | `reader/turn/` |
//!
//! Each item is read by itself, each statement of it by itself: one that is broken gives a message and hides nothing else.
//! A norm keeps the lines that could be read, so that the mistakes in them are told as well.

pub(crate) mod currency;
mod han;
mod layout;
mod plain;
mod reader;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod token;
pub mod tree;
mod trouble;

use crate::diagnostics::{Diagnostic, Severity, Source, Span, Tongue};
use layout::Chunk;
pub(crate) use reader::turn::comment;
use std::cell::RefCell;
use std::sync::Arc;
use trouble::Trouble;

/// What a text says, and what is wrong with it.
#[derive(Debug)]
pub struct Parsed {
    /// The items that could be read in full, and the norms of which some lines could not.
    pub file: Arc<tree::File>,
    /// What could not be read: items, and lines of items.
    pub unread: Vec<Span>,
    /// Comments in order, `#` included.
    pub comments: Vec<Span>,
    /// The tongue of the keywords (of most items, if both are used).
    pub tongue: Tongue,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// All forms of lines, as `bylaw explain forms` shows them.
pub(crate) const FORMS: &str = include_str!("../../docs/surface.md");

/// Largest file, in bytes.
const LARGEST: usize = 8 << 20;
/// So many troubles of a file are told.
const MOST_TROUBLES: usize = 100;

/// Whose clauses the citations of an adopted text name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CitedAs {
    /// The document that is cited, `03`.
    pub from: String,
    /// The document that adopts it, `10`.
    pub to: String,
}

impl CitedAs {
    /// `03.2e` as `10.2e`; a citation of anything else as it is.
    fn of(&self, cite: &str) -> String {
        match cite.strip_prefix(&self.from) {
            Some(rest) if rest.is_empty() || rest.starts_with('.') => format!("{}{rest}", self.to),
            _ => cite.to_owned(),
        }
    }
}

/// Reads a policy text. Never fails: broken items give diagnostics, the others are in the tree.
pub fn parse(source: &Arc<Source>) -> Parsed {
    parse_as(source, None)
}

/// Reads a policy text with the citations of another document.
pub fn parse_as(source: &Arc<Source>, cited_as: Option<&CitedAs>) -> Parsed {
    let mut parsed = Parsed { file: Arc::default(), unread: Vec::new(), comments: Vec::new(), tongue: Tongue::En, diagnostics: Vec::new() };
    if source.text.len() > LARGEST {
        parsed.diagnostics.push(trouble::file_too_large(LARGEST).at(source));
        return parsed;
    }
    let mut plain = plain::plain(&source.text);
    let chunks = layout::chunks(&source.text, &plain.text, &mut plain.troubles);
    parsed.comments = plain.comments;
    parsed.tongue = tongue(&plain.text, &chunks);
    let file = reader::File { source: &source.text, plain: &plain.text, troubles: RefCell::default(), unread: RefCell::default(), cited_as };
    let mut troubles = plain.troubles;
    troubles.sort_by_key(|trouble| trouble.span);
    let mut items = Vec::new();
    for chunk in &chunks {
        let item = if holds_error(&troubles, chunk.span()) { None } else { reader::item(&file, chunk) };
        match item {
            Some(item) => items.push(item),
            None => file.unread.borrow_mut().push(chunk.span()),
        }
        if file.troubles.borrow().len() > MOST_TROUBLES {
            break;
        }
    }
    parsed.file = Arc::new(tree::File { items });
    parsed.unread = file.unread.into_inner();
    troubles.extend(file.troubles.into_inner());
    parsed.diagnostics = told(troubles, source);
    parsed
}

/// Can this be a name, in either tongue?
pub(crate) fn is_name(word: &str) -> bool {
    reader::is_name(word)
}

/// How the language says what ordinary speech calls so, where it has no such word: in English and in Chinese.
pub(crate) fn way_out(word: &str) -> Option<(&'static str, &'static str)> {
    reader::way_out(word)
}

/// All keywords of a tongue.
pub(crate) fn words(tongue: Tongue) -> Vec<&'static str> {
    reader::words_of(tongue)
}

/// The keywords that items begin with.
pub(crate) fn item_words(tongue: Tongue) -> Vec<&'static str> {
    reader::item_words(tongue)
}

/// The keyword that stands at a byte of a text, the longest, with its words in both tongues.
pub(crate) fn keyword_at(text: &str, at: usize) -> Option<(Span, Vec<&'static str>, Vec<&'static str>)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let start = text.get(..at)?.char_indices().rev().take_while(|(_, c)| is_part(*c)).last().map_or(at, |(start, _)| start);
    let line = text.get(start..)?.lines().next()?;
    // Keywords of several words: the longest that begins here.
    let ends: Vec<usize> = line.char_indices().filter(|(end, c)| *end > 0 && !is_part(*c)).map(|(end, _)| end).chain([line.len()]).take(6).collect();
    ends.into_iter().rev().find_map(|end| {
        let (en, zh) = reader::in_both(line.get(..end)?)?;
        Some((Span::new(start, start + end), en, zh))
    })
}

/// The words of a text without faults, line by line, for the formatter; the keywords in tongue `to`, or as they are. None where something cannot be read.
pub(crate) fn pieces(text: &str, to: Option<Tongue>) -> Option<Vec<token::Chapter>> {
    let mut plain = plain::plain(text);
    let chunks = layout::chunks(text, &plain.text, &mut plain.troubles);
    let file = reader::turn::Turned { source: text, plain: &plain, to };
    chunks.iter().map(|chunk| reader::turn::chapter(&file, chunk)).collect()
}

/// Is there an error of the characters or the indentation in `span`?
fn holds_error(troubles: &[Trouble], span: Span) -> bool {
    let from = troubles.partition_point(|trouble| trouble.span.start < span.start);
    troubles.iter().skip(from).take_while(|trouble| trouble.span.start < span.end).any(|trouble| trouble.severity == Severity::Error)
}

/// The troubles in the order of the text, as many as anybody reads.
fn told(mut troubles: Vec<Trouble>, source: &Arc<Source>) -> Vec<Diagnostic> {
    for trouble in &mut troubles {
        trouble.span = trouble.span.within(&source.text);
    }
    troubles.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
    troubles.dedup();
    if troubles.len() > MOST_TROUBLES {
        let next = troubles.get(MOST_TROUBLES).map(|trouble| trouble.span).unwrap_or_default();
        troubles.truncate(MOST_TROUBLES);
        troubles.push(trouble::too_many(next, MOST_TROUBLES));
    }
    troubles.into_iter().map(|trouble| trouble.at(source)).collect()
}

fn tongue(plain: &str, chunks: &[Chunk]) -> Tongue {
    let chinese = chunks.iter().filter(|chunk| plain.get(chunk.first.start..).is_some_and(reader::begins_in_chinese)).count();
    if chinese * 2 > chunks.len() { Tongue::Zh } else { Tongue::En }
}
