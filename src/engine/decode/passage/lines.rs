//! Lines of JSONL and rows of CSV → words.

use super::{How, Line, Made, Reading, What, Whole, Worker};
use crate::engine::batch::{Batch, Row, Text};
use crate::engine::decode::lines::Scanner;
use crate::engine::decode::scan::{self, Kind, Token};
use crate::engine::decode::shape::START;
use crate::records::{Piece, unnamed};

impl Worker<'_, '_, '_, '_> {
    /// Makes words of the lines of a piece.
    pub(super) fn lines(&mut self, piece: Piece) -> Made {
        let Piece { bytes, first, too_long } = piece;
        let mut made = Made::new(self.readings.len(), first, Whole::Text);
        made.too_long = too_long;
        if too_long {
            return made;
        }
        let (text, no_text) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(bad) => (String::new(), Some(bad.into_bytes())),
        };
        let bytes = no_text.as_deref().unwrap_or(text.as_bytes());
        let (mut start, mut number) = (0, 0);
        // Names of records that have none of their own; they will stand behind the lines.
        let mut names = String::new();
        while start < bytes.len() {
            let digested = made.digested.len();
            let read = self.plainly(&text, start, &mut made.batches).filter(|(end, _)| end - start <= self.limit);
            let known = read.and_then(|(end, undeclared)| match undeclared {
                Some(kind) => Some((end, What::Undeclared(kind))),
                None => {
                    let unknown = self.named(&mut made, &text, &mut names, (None, first + number))?;
                    Some((end, What::Plain(made.digested.len(), unknown)))
                }
            });
            let line = match known {
                Some((end, what)) => Line { start, length: end - start, number, what },
                None => {
                    let rest = bytes.get(start..).unwrap_or_default();
                    Line { start, length: memchr::memchr(b'\n', rest).unwrap_or(rest.len()), number, what: What::Left }
                }
            };
            start += line.length + 1;
            number += 1;
            self.put(line, digested, &mut made);
        }
        if let Some(bytes) = no_text {
            made.whole = Whole::Bytes(bytes);
        }
        made.told(text, &names);
        made
    }

    /// Calls the last record after its line or its case, if it has no id, and after its source: that stands behind the text, among the `names`. Adds what is digested of it; does it name somebody unknown?
    pub(super) fn named(&mut self, made: &mut Made, text: &str, names: &mut String, (trace, line): (Option<(&str, u64)>, u64)) -> Option<bool> {
        let own = made.batches.first()?.rows.last()?.name;
        let mut id = own.of(text);
        if own == Text::NONE || !self.source.is_empty() {
            let start = names.len();
            names.push_str(&self.qualifier);
            if own == Text::NONE {
                unnamed(names, trace, line);
            } else {
                names.push_str(id);
            }
            let name = Text::new(text.len() + start, names.len() - start)?;
            made.batches.iter_mut().filter_map(|batch| batch.rows.last_mut()).for_each(|row| row.name = name);
            id = names.get(start + self.qualifier.len()..)?;
        }
        let batch = made.batches.first()?;
        let row = batch.rows.last()?;
        self.spelled.add(row, (self.source, id), batch.words.get(row.words..)?, text, &mut made.digested)
    }

    /// Adds the record of the line that begins here to the batch of each plan, if it is written plainly for all of them; where it ends, and what its type is called if no policy does.
    fn plainly(&mut self, text: &str, start: usize, batches: &mut [Batch]) -> Option<(usize, Option<Text>)> {
        let mut ended = None;
        for (Reading { scanner, how }, batch) in self.readings.iter_mut().zip(batches) {
            let (end, read) = scanner.noted(text, (start, how), batch, self.stream)?;
            match read {
                Read::Row(row) => batch.rows.push(row),
                Read::Undeclared(kind) => return Some((end, Some(kind))),
            }
            ended = Some(end);
        }
        ended.map(|end| (end, None))
    }
}

impl Made {
    /// All rows are said in this text, and the names behind it.
    pub(super) fn told(&mut self, mut text: String, names: &str) {
        text.push_str(names);
        let mut texts = vec![text; self.batches.len()];
        for batch in &mut self.batches {
            batch.text = texts.pop().unwrap_or_default();
        }
    }
}

/// What a line or an event is.
pub(super) enum Read {
    Row(Row),
    /// Of a type that no policy declares.
    Undeclared(Text),
}

/// The cells of a row: their place among the shapes of lines, and how many there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowOf {
    place: usize,
    cells: usize,
}

impl Scanner<'_, '_> {
    /// The record of the line that begins here, if it is written plainly, and where it ends; its words are added. It may have no name yet.
    fn noted(&mut self, text: &str, (start, how): (usize, &How), batch: &mut Batch, stream: u32) -> Option<(usize, Read)> {
        let (end, place) = match how {
            How::Line => scan::line(text.as_bytes(), start, &mut self.shapes, &self.columns, &mut self.tokens)?,
            How::Cells(row) => (cells(text.as_bytes(), start, row.cells, &mut self.tokens)?, row.place),
            How::Event => return None,
            #[cfg(feature = "arrow")]
            How::Row(_) => return None,
        };
        Some((end, self.known(text, place, batch, stream)?))
    }

    /// The record whose values were read, if it is written plainly; its words are added. It may have no name yet.
    pub(super) fn known(&mut self, text: &str, place: usize, batch: &mut Batch, stream: u32) -> Option<Read> {
        if let Some(row) = self.row(text, place, batch, (None, stream, false)) {
            return Some(Read::Row(row));
        }
        let kind = self.shapes.end(place, self.type_column)?.kind?;
        let kind = self.tokens.get(kind).filter(|kind| kind.kind == Kind::Text)?;
        let undeclared = self.is_undeclared(text.get(kind.start..kind.end)?);
        undeclared.then(|| Text::new(kind.start, kind.end - kind.start).map(Read::Undeclared)).flatten()
    }

    /// The rows of a file with these columns; none when two of them are called alike.
    pub(super) fn row_of(&mut self, columns: &[String]) -> Option<RowOf> {
        let mut place = START;
        for column in columns {
            place = self.shapes.after(place, column, &self.columns)?;
        }
        Some(RowOf { place, cells: columns.len() })
    }
}

/// The cells of the row that begins at `start`; where its line ends. None: a cell stands in quotation marks, or there are more or fewer.
fn cells(text: &[u8], start: usize, cells: usize, tokens: &mut Vec<Token>) -> Option<usize> {
    let rest = text.get(start..)?;
    let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let line = text.get(start..end)?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if memchr::memchr(b'"', line).is_some() {
        return None;
    }
    tokens.clear();
    let mut from = 0;
    for to in memchr::memchr_iter(b',', line).chain([line.len()]) {
        let is_blank = line.get(from..to)?.iter().all(u8::is_ascii_whitespace);
        tokens.push(Token { kind: if is_blank { Kind::Null } else { Kind::Text }, start: start + from, end: start + to });
        from = to + 1;
    }
    (tokens.len() == cells).then_some(end)
}
