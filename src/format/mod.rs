//! A policy text in its one form.
//!
//! The words of each statement come from `syntax`, in order, as the drafter wrote them or in the other tongue; here they are set: blanks between words
//! (`spacing`), lines (`lines`), tables (`table`), and what stands between statements (`page`). Comments, names, texts and numbers stay. The result is read again
//! before anybody sees it: it must give the same tree and the same comments.

mod lines;
mod page;
mod spacing;
mod table;
#[cfg(test)]
mod tests;

use crate::diagnostics::{Diagnostic, Severity, Source, Span, Tongue};
use crate::syntax::token::{Chapter, Piece, Token};
use crate::syntax::tree::{Item, Node};
use crate::syntax::{Parsed, parse, pieces};
use spacing::Style;
use std::sync::Arc;

/// How a text is formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FormatOptions {
    /// The tongue of the keywords; as they are, when none.
    pub to: Option<Tongue>,
}

/// A text in its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The text.
    pub text: String,
    /// Statements of the source that cannot be said in the tongue asked for, and stay as they are.
    pub unturned: Vec<Span>,
}

/// Why a text is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unformatted {
    /// It cannot be read: what is wrong.
    Broken(Vec<Diagnostic>),
    /// The result would not say the same. This is a bug; the text that would have been written.
    Unlike(String),
}

/// Gives a policy text its one form, or says it in the other tongue.
///
/// ```
/// use bylaw::diagnostics::{Source, Tongue};
/// use bylaw::{FormatOptions, format};
/// use std::sync::Arc;
///
/// let source = Arc::new(Source { name: "late.bylaw".into(), text: "rule late  [03.2e]\n    on late\n    fine   2 CNY when minutes>5 minutes # why\n".into() });
/// let formatted = format(&source, FormatOptions::default()).unwrap();
/// assert_eq!(formatted.text, "rule late [03.2e]\n  on late\n  fine 2 CNY when minutes > 5 minutes  # why\n");
///
/// let chinese = format(&source, FormatOptions { to: Some(Tongue::Zh) }).unwrap();
/// assert_eq!(chinese.text, "规则 late 【03.2e】\n  凡 late\n  罚 2 元 当 minutes > 5 分钟  # why\n");
/// ```
///
/// # Errors
/// When the text cannot be read, or the result would not say the same (a bug).
pub fn format(source: &Arc<Source>, options: FormatOptions) -> Result<Formatted, Unformatted> {
    let parsed = parse(source);
    if parsed.diagnostics.iter().any(|one| one.severity == Severity::Error) {
        return Err(Unformatted::Broken(parsed.diagnostics));
    }
    let unlike = || Unformatted::Unlike(source.text.clone());
    let page = |chapters: &[Chapter]| page::page(&source.text, chapters, &parsed.comments, Style::of(chapters, options.to, parsed.tongue));
    let chapters = pieces(&source.text, options.to).ok_or_else(unlike)?;
    let text = page(&chapters);
    if says_the_same(&parsed, source, &text) {
        return Ok(Formatted { text, unturned: kept(&chapters) });
    }
    let Some(to) = options.to else { return Err(Unformatted::Unlike(text)) };
    let plain = pieces(&source.text, None).ok_or_else(unlike)?;
    let (chapters, unturned) = mixed(&plain, chapters, &parsed.file.items, to);
    let text = page(&chapters);
    if says_the_same(&parsed, source, &text) { Ok(Formatted { text, unturned }) } else { Err(Unformatted::Unlike(text)) }
}

/// How the words of one text are set, for tables that come from elsewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words(Style);

impl Words {
    /// As this text has them.
    pub(crate) fn of(chapters: &[Chapter], tongue: Tongue) -> Self {
        Self(Style::of(chapters, None, tongue))
    }

    /// A statement on one line.
    pub(crate) fn line(&self, tokens: &[Token]) -> String {
        self.0.line(tokens)
    }

    /// The rows of a table, aligned, without margins.
    pub(crate) fn rows(&self, pieces: &[&Piece]) -> Vec<String> {
        table::rows(pieces, self.0)
    }
}

/// Statements that the other tongue cannot say.
fn kept(chapters: &[Chapter]) -> Vec<Span> {
    chapters.iter().flat_map(|chapter| &chapter.pieces).filter(|piece| piece.kept).map(|piece| piece.span).collect()
}

/// The same tree, and the same comments in the same order.
fn says_the_same(parsed: &Parsed, source: &Source, text: &str) -> bool {
    let again = Arc::new(Source { name: source.name.clone(), text: text.to_owned() });
    let read = parse(&again);
    let comments = |text: &str, spans: &[Span]| spans.iter().filter_map(|span| text.get(span.start..span.end)).map(str::to_owned).collect::<Vec<_>>();
    read.diagnostics.iter().all(|one| one.severity != Severity::Error)
        && read.file == parsed.file
        && comments(text, &read.comments) == comments(&source.text, &parsed.comments)
}

/// The items in the other tongue. What would then say something else (a name that is a keyword there, a form that the tongue does not have) stays as it is.
fn mixed(plain: &[Chapter], turned: Vec<Chapter>, items: &[Node<Item>], to: Tongue) -> (Vec<Chapter>, Vec<Span>) {
    let mut unturned = kept(&turned);
    let mut chapters = Vec::new();
    for ((plain, turned), item) in plain.iter().zip(turned).zip(items) {
        if says(&turned, item, to) {
            chapters.push(turned);
            continue;
        }
        let mut mixed = Chapter { span: plain.span, apart: plain.apart, pieces: plain.pieces.clone() };
        for (at, piece) in turned.pieces.into_iter().enumerate() {
            let Some(place) = mixed.pieces.get_mut(at) else { continue };
            let span = piece.span;
            let before = std::mem::replace(place, piece);
            if !says(&mixed, item, to) {
                unturned.push(span);
                if let Some(place) = mixed.pieces.get_mut(at) {
                    *place = before;
                }
            }
        }
        chapters.push(mixed);
    }
    unturned.sort();
    unturned.dedup();
    (chapters, unturned)
}

/// Does the chapter, written out, give this item with the same comments?
fn says(chapter: &Chapter, item: &Node<Item>, to: Tongue) -> bool {
    let chapters = std::slice::from_ref(chapter);
    let text = page::page("", chapters, &[], Style::of(chapters, Some(to), to));
    let read = parse(&Arc::new(Source { name: String::new(), text }));
    matches!(read.file.items.as_slice(), [only] if only == item) && read.diagnostics.iter().all(|one| one.severity != Severity::Error)
}
