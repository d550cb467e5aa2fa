//! Plain text → items and statements, by indentation alone.

use super::trouble::{self, Trouble};
use crate::diagnostics::Span;

/// An item: the statement at the left margin and the statements below it.
#[derive(Debug, PartialEq)]
pub(super) struct Chunk {
    pub(super) first: Span,
    pub(super) body: Vec<Statement>,
}

impl Chunk {
    /// The whole item.
    pub(super) fn span(&self) -> Span {
        self.body.iter().fold(self.first, |span, statement| span.to(statement.span()))
    }
}

/// A statement of an item's body.
#[derive(Debug, PartialEq)]
pub(super) enum Statement {
    /// A logical line.
    Line(Span),
    /// Consecutive lines that begin with `|`.
    Table(Vec<Span>),
}

impl Statement {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Line(span) => *span,
            Self::Table(rows) => rows.iter().copied().reduce(Span::to).unwrap_or_default(),
        }
    }
}

/// A line that is not blank.
struct Physical<'a> {
    indent: usize,
    span: Span,
    text: &'a str,
}

/// Longest line, in bytes.
const LONGEST: usize = 20_000;
/// A tab counts as so many blanks; files that mix tabs and blanks in indentations are told so.
const TAB: usize = 4;

/// The items of `plain`. A line whose item has no body (`import`, `kind`, …) still shows its indented lines as statements: the caller joins them.
pub(super) fn chunks(source: &str, plain: &str, troubles: &mut Vec<Trouble>) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut open = Open::default();
    for line in lines(source, plain, troubles) {
        if line.indent == 0 && !open.comma && !line.text.starts_with('|') {
            chunks.push(Chunk { first: line.span, body: Vec::new() });
            open = Open { comma: ends_with_comma(line.text), ..Open::default() };
        } else if let Some(chunk) = chunks.last_mut() {
            open.add(chunk, &line, troubles);
        } else {
            troubles.push(trouble::stray_indent(line.span));
        }
    }
    chunks
}

/// What is known about the statement that is being collected.
#[derive(Default)]
struct Open {
    /// Indentation of the body's first line.
    base: Option<usize>,
    /// The last line ended with a comma: whatever comes next continues it.
    comma: bool,
}

impl Open {
    fn add(&mut self, chunk: &mut Chunk, line: &Physical<'_>, troubles: &mut Vec<Trouble>) {
        let continues = self.comma;
        self.comma = ends_with_comma(line.text);
        if line.text.starts_with('|') {
            self.comma = false;
            match chunk.body.last_mut() {
                Some(Statement::Table(rows)) => rows.push(line.span),
                _ => chunk.body.push(Statement::Table(vec![line.span])),
            }
            self.base.get_or_insert(line.indent);
            return;
        }
        match (chunk.body.last_mut(), self.base) {
            (None, _) if continues => chunk.first = chunk.first.to(line.span),
            (Some(Statement::Line(last)), Some(base)) if continues || line.indent > base => *last = last.to(line.span),
            _ => {
                if self.base.is_some_and(|base| line.indent < base) {
                    troubles.push(trouble::uneven_indent(line.span));
                }
                self.base.get_or_insert(line.indent);
                chunk.body.push(Statement::Line(line.span));
            }
        }
    }
}

fn ends_with_comma(text: &str) -> bool {
    text.ends_with(',')
}

fn lines<'a>(source: &str, plain: &'a str, troubles: &mut Vec<Trouble>) -> Vec<Physical<'a>> {
    let mut lines = Vec::new();
    let (mut start, mut blanks, mut tabs) = (0, false, None);
    for line in plain.split_inclusive('\n') {
        let text = line.trim();
        let before = line.len() - line.trim_start().len();
        let span = Span::new(start + before, start + before + text.len()).within(source);
        let mark = if start == 0 && source.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let margin = line.get(mark..before).unwrap_or_default();
        start += line.len();
        if text.is_empty() {
            continue;
        }
        if text.len() > LONGEST {
            troubles.push(trouble::line_too_long(span, LONGEST));
        }
        blanks |= margin.contains(' ');
        if margin.contains('\t') {
            tabs.get_or_insert(Span::new(span.start - before, span.start));
        }
        lines.push(Physical { indent: margin.chars().map(|c| if c == '\t' { TAB } else { 1 }).sum(), span, text });
    }
    if let (true, Some(tab)) = (blanks, tabs) {
        troubles.push(trouble::mixed_indent(tab));
    }
    lines
}
