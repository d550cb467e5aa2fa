//! A source as the renderer shows it: lines and columns in characters, nothing that could steer a terminal, overlong lines cut.

use super::{Source, Span};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::sync::Arc;

/// The text of a source with every control or invisible character replaced by one of the same number of bytes, so that spans stay right.
#[derive(Debug)]
pub(super) struct View {
    name: String,
    text: String,
}

/// Bytes shown on either side of a place in an overlong line.
const AROUND: usize = 80;
/// Lines longer than this are cut.
const LONG: usize = 400;

impl View {
    pub(super) fn new(source: &Arc<Source>) -> Self {
        let mut text: String = source.text.chars().map(harmless).collect();
        text.push(' '); // so that the end of the file can be pointed at
        Self { name: source.name.clone(), text }
    }

    /// `span`, made to lie inside the text and on the borders of characters.
    pub(super) fn clamp(&self, span: Span) -> Span {
        span.within(&self.text)
    }

    /// The last border of a character at or before `at`.
    fn border(&self, mut at: usize) -> usize {
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// Start of the line that holds `at`.
    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// End of the line that holds `at`, with its line break.
    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline + 1)
    }

    /// The lines of `span` with `around` further lines on both sides; only the neighbourhood where the lines are overlong.
    fn extent(&self, span: Span, around: usize) -> (usize, usize) {
        let last = if span.end > span.start { self.border(span.end - 1) } else { span.start };
        let (mut start, mut end) = (self.line_start(span.start), self.line_end(last));
        for _ in 0..around {
            start = if start == 0 { 0 } else { self.line_start(start - 1) };
            end = if end == self.text.len() { end } else { self.line_end(end) };
        }
        let last = self.text.len() - 1; // the blank added above, shown only where it is pointed at
        if end > last && last > start && span.end < last {
            end = last;
        }
        if self.text[start..end].split('\n').any(|line| line.len() > LONG) {
            let from = self.border(span.start.saturating_sub(AROUND));
            let to = self.border((span.start + AROUND).min(self.text.len())).max(self.border(span.end.min(span.start + LONG)));
            return (from.max(self.line_start(span.start)), self.border(to.max(span.end)).min(self.line_end(span.end)));
        }
        (start, end)
    }
}

/// `character`, or a harmless one with as many bytes in its place.
fn harmless(character: char) -> char {
    let hidden = character.is_control() && !matches!(character, '\n' | '\t' | '\r') || is_invisible(character);
    match (hidden, character.len_utf8()) {
        (false, _) => character,
        (true, 1) => '?',
        (true, 2) => '¿',
        (true, 3) => '\u{FFFD}',
        (true, _) => '\u{1F7E7}',
    }
}

/// Characters that take no room on the screen or turn the direction of writing.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}')
}

impl SourceCode for View {
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, _after: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let span = self.clamp(Span::new(span.offset(), span.offset() + span.len()));
        let (start, end) = self.extent(span, before);
        // Without context lines miette asks for the line and column to print in the header; else for the text.
        let (line_of, column) = if before == 0 { (span.start, self.text[self.line_start(span.start)..span.start].chars().count()) } else { (start, 0) };
        let line = self.text[..line_of].matches('\n').count();
        let data = &self.text.as_bytes()[start..end];
        let count = self.text[start..end].matches('\n').count();
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, (start, end - start).into(), line, column, count)))
    }
}
