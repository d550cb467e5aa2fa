//! JSONL and CSV that pass by an audit which keeps nothing. Lines that are written plainly become words at once; of each is noted what is noted of a record, so that what is said at the end is
//! the same. Every other line becomes a record first.

use super::lines::Scanner;
use super::scan::{self, Kind, Token};
use super::shape::START;
use super::spelled::Spelled;
use crate::engine::batch::{Batch, Row, Stamp, Text};
use crate::engine::plan::Plan;
use crate::engine::looks::Looks;
use crate::records::{Facts, Noted, Piece, Plain, Reader, Record, Rejection, Slowly};
use crate::threads::Threads;
use std::io::BufRead;

/// Takes what came of a piece.
pub(crate) type Take<'t, 'm> = &'t mut dyn FnMut(&Noted<'m, '_>, &Batch, Vec<Record>);

/// Reads files so.
pub(crate) struct Passage<'p, 'f, 'm> {
    plan: &'p Plan<'m>,
    facts: &'f Facts,
    /// What norms look at that need records.
    looks: &'f Looks,
    threads: Threads,
    /// A time came that words do not hold: what was judged is void.
    failed: bool,
}

/// What one thread makes of a piece.
struct Made {
    batch: Batch,
    /// Of each line that is no blank one, in order.
    lines: Vec<Line>,
    digested: Vec<u8>,
    /// Number of the first line.
    first: u64,
    too_long: bool,
    /// All of it, where some of it is no text.
    no_text: Option<Vec<u8>>,
}

/// Where a line stands in its piece.
struct Line {
    start: usize,
    length: usize,
    /// Counted from the first one.
    number: u64,
    /// Where its texts end among the digested; none: it is not plain, and has no row yet.
    plain: Option<usize>,
    names_unknown: bool,
}

impl<'p, 'f, 'm> Passage<'p, 'f, 'm> {
    /// `facts`: of the registers from which the plan was made; `looks`: what norms look at that need records, whoever occurs.
    pub(crate) fn new(plan: &'p Plan<'m>, (facts, looks): (&'f Facts, &'f Looks), threads: Threads) -> Self {
        Self { plan, facts, looks, threads, failed: false }
    }

    /// Did something come that words do not hold?
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Reads a file, in CSV or in JSONL, that was given no name as a source. `take` gets the records that count, as words, and those of them that norms look at.
    ///
    /// # Errors
    /// As for [`Reader::events`].
    pub(crate) fn read(&mut self, reader: &mut Reader<'m>, (file, is_csv): (&str, bool), input: &mut dyn BufRead, noted: &mut Noted<'m, '_>, take: Take<'_, 'm>) -> Result<(), Rejection> {
        let (plan, facts, looks, threads) = (self.plan, self.facts, self.looks, self.threads);
        let (stream, limit) = (reader.streams(), reader.limit());
        let scanners: Vec<Scanner<'p, 'm>> = (0..threads.count()).map(|_| Scanner::new(plan, reader, None, threads.count())).collect();
        let begin = |columns: Option<&[String]>| {
            let worker = |mut scanner: Scanner<'p, 'm>| {
                let row = if let Some(columns) = columns { Some(scanner.row_of(columns)?) } else { None };
                let mut spelled = Spelled::new(plan, facts);
                Some(move |piece: Piece| made((&mut scanner, row), &mut spelled, piece, (stream, limit)))
            };
            scanners.into_iter().map(worker).collect::<Option<Vec<_>>>()
        };
        let failed = &mut self.failed;
        let is_whole = reader.passing_pieces(file, (is_csv, input), begin, &mut |made: Made, slowly| {
            let (mut batch, kept) = settled((plan, looks), made, slowly, noted, failed);
            // Words of lines that do not count are of no use to anybody.
            batch.rows.retain(|row| row.event != NOBODY);
            take(noted, &batch, kept);
        })?;
        self.failed |= !is_whole;
        Ok(())
    }
}

/// The type of a row that is to go.
const NOBODY: usize = usize::MAX;

fn placeholder(stream: u32) -> Row {
    Row { event: NOBODY, at: Stamp { day: 0, nanos: 0, time: 0, offset: 0 }, stream, name: Text::NONE, words: 0, key: 0 }
}

/// Makes words of the lines of a piece.
fn made((scanner, row): (&mut Scanner<'_, '_>, Option<RowOf>), spelled: &mut Spelled<'_, '_>, piece: Piece, (stream, limit): (u32, usize)) -> Made {
    let Piece { bytes, first, too_long } = piece;
    let mut made = Made { batch: Batch::default(), lines: Vec::new(), digested: Vec::new(), first, too_long, no_text: None };
    if too_long {
        return made;
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(bad) => {
            made.no_text = Some(bad.into_bytes());
            String::new()
        }
    };
    let bytes = made.no_text.as_deref().unwrap_or(text.as_bytes());
    let (mut start, mut number) = (0, 0);
    while start < bytes.len() {
        let (digested, words) = (made.digested.len(), made.batch.words.len());
        let plain = scanner.noted(&text, (start, row), &mut made.batch, stream).filter(|(end, _)| end - start <= limit).and_then(|(end, row)| {
            let words = made.batch.words.get(row.words..)?;
            let names_unknown = spelled.add(&row, words, &text, &mut made.digested)?;
            Some((end, row, names_unknown))
        });
        let line = match plain {
            Some((end, row, names_unknown)) => {
                made.batch.rows.push(row);
                Line { start, length: end - start, number, plain: Some(made.digested.len()), names_unknown }
            }
            None => {
                made.digested.truncate(digested);
                made.batch.words.truncate(words);
                made.batch.rows.push(placeholder(stream));
                let rest = bytes.get(start..).unwrap_or_default();
                Line { start, length: memchr::memchr(b'\n', rest).unwrap_or(rest.len()), number, plain: None, names_unknown: false }
            }
        };
        start += line.length + 1;
        number += 1;
        made.lines.push(line);
    }
    made.batch.text = text;
    made
}

/// Notes each record in its order, and reads those that are not plain.
fn settled<'m>((plan, looks): (&Plan<'m>, &Looks), mut made: Made, slowly: &mut Slowly<'_, '_, 'm>, noted: &mut Noted<'m, '_>, failed: &mut bool) -> (Batch, Vec<Record>) {
    if made.too_long {
        slowly.too_long(made.first);
    }
    let (stream, mut digested, mut kept) = (slowly.stream(), 0, Vec::new());
    for (at, line) in made.lines.iter().enumerate() {
        let number = made.first + line.number;
        let whole = || made.no_text.as_deref().unwrap_or(made.batch.text.as_bytes()).get(line.start..line.start + line.length).unwrap_or_default();
        let counts = match line.plain {
            Some(end) => {
                let seq = slowly.plain(made.digested.get(digested..end).unwrap_or_default());
                digested = end;
                made.batch.rows.get(at).is_some_and(|row| {
                    let Some(happened) = row.at.at() else { return false };
                    let plain = Plain { at: happened, source: "", id: made.batch.text(row.name), stream, seq };
                    let counts = noted.see_plain(&plain, || slowly.again(whole(), number, seq));
                    let is_kept = looks.at(row.event);
                    if counts && (line.names_unknown || is_kept) {
                        let record = slowly.again(whole(), number, seq);
                        *failed |= record.is_none();
                        record.iter().filter(|_| line.names_unknown).for_each(|record| noted.names_unknown(record));
                        kept.extend(record.filter(|_| is_kept));
                    }
                    counts
                })
            }
            None => {
                let text = whole().to_vec();
                let record = slowly.line(&text, number).and_then(|passed| noted.look(passed).pop());
                let row = record.as_ref().and_then(|record| row(plan, record, &mut made.batch, failed));
                let has_row = row.is_some();
                if let (Some(row), Some(place)) = (row, made.batch.rows.get_mut(at)) {
                    *place = row;
                }
                kept.extend(record.filter(|record| looks.at(record.event)));
                has_row
            }
        };
        if !counts && let Some(row) = made.batch.rows.get_mut(at) {
            row.event = NOBODY;
        }
    }
    (made.batch, kept)
}

/// The row of a record that was made.
fn row(plan: &Plan<'_>, record: &Record, batch: &mut Batch, failed: &mut bool) -> Option<Row> {
    *failed |= plan.stamp(record.at).at() != Some(record.at);
    let before = batch.rows.len();
    plan.feed(record, batch);
    let row = batch.rows.pop().filter(|_| batch.rows.len() == before);
    *failed |= row.is_none();
    row
}

/// The cells of a row: their place among the shapes of lines, and how many there are.
#[derive(Debug, Clone, Copy)]
struct RowOf {
    place: usize,
    cells: usize,
}

impl Scanner<'_, '_> {
    /// The record of the line that begins here, if it is written plainly, and where it ends; its words are added.
    fn noted(&mut self, text: &str, (start, row): (usize, Option<RowOf>), batch: &mut Batch, stream: u32) -> Option<(usize, Row)> {
        let (end, place) = match row {
            None => scan::line(text.as_bytes(), start, &mut self.shapes, &self.columns, &mut self.tokens)?,
            Some(row) => (cells(text.as_bytes(), start, row.cells, &mut self.tokens)?, row.place),
        };
        self.row(text, place, batch, (None, stream, false)).map(|row| (end, row))
    }

    /// The rows of a file with these columns; none when two of them are called alike.
    fn row_of(&mut self, columns: &[String]) -> Option<RowOf> {
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
