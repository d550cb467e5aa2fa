//! JSONL and CSV that pass by an audit which keeps nothing. Lines that are written plainly become words at once; of each is noted what is noted of a record, so that what is said at the end is
//! the same. Every other line becomes a record first.

use super::lines::Scanner;
use super::scan::{self, Kind, Token};
use super::shape::START;
use super::spelled::Spelled;
use crate::engine::batch::{Batch, Row, Text};
use crate::engine::plan::Plan;
use crate::engine::word::{Kept, is_plain};
use crate::records::{Facts, Passed, Piece, Plain, Reader, Record, Rejection, Slowly};
use crate::threads::Threads;
use std::io::BufRead;

/// Takes notes of what passes by.
pub(crate) trait Notes {
    /// The next record is written plainly; `record` makes it. Does it count? None: it could not be made.
    fn plain(&mut self, plain: &Plain<'_>, written: &Written<'_, '_>, record: &mut dyn FnMut() -> Option<Record>) -> Option<bool>;

    /// The next record had to be made; it comes back if it counts.
    fn made(&mut self, passed: Passed) -> Option<Record>;
}

/// A record that is written plainly, as words.
pub(crate) struct Written<'b, 'm> {
    plan: &'b Plan<'m>,
    batch: &'b Batch,
    row: &'b Row,
    /// It names somebody whom a register does not know.
    pub(crate) names_unknown: bool,
}

impl Written<'_, '_> {
    /// Its type.
    pub(crate) fn event(&self) -> usize {
        self.row.event
    }

    /// Whose it is, for a plan: none where it is no subject of the plan's, or (the flag) does not say whose.
    pub(crate) fn subject(&self) -> (Option<&str>, bool) {
        let Some(key) = self.plan.key(self.row.event) else { return (None, false) };
        let word = self.batch.words.get(self.row.words + key).copied().filter(|word| is_plain(*word));
        (word.map(|word| self.batch.text(Text::of_word(word))), word.is_none())
    }

    /// The subjects that it names, each with its entity.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.plan.fields.get(self.row.event).map(Vec::as_slice).unwrap_or_default();
        let words = self.batch.words.get(self.row.words..).unwrap_or_default();
        fields.iter().zip(words).filter_map(|((kept, _), word)| match kept {
            Kept::Ref(entity) if is_plain(*word) => Some((self.plan.model.entities.get(*entity)?.name.as_str(), self.batch.text(Text::of_word(*word)))),
            _ => None,
        })
    }
}

/// Reads files so.
pub(crate) struct Passage<'p, 'f, 'm> {
    plans: &'p [&'p Plan<'m>],
    facts: &'f Facts,
    threads: Threads,
    /// A time came that words do not hold: what was judged is void.
    failed: bool,
}

/// What one thread makes of a piece.
struct Made {
    /// For each plan.
    batches: Vec<Batch>,
    /// In order.
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
    /// `facts`: of the registers from which the plans were made.
    pub(crate) fn new(plans: &'p [&'p Plan<'m>], facts: &'f Facts, threads: Threads) -> Self {
        Self { plans, facts, threads, failed: false }
    }

    /// Did something come that words do not hold?
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Reads a file, in CSV or in JSONL, that was given no name as a source. `take` gets the records that count, as words of each plan.
    ///
    /// # Errors
    /// As for [`Reader::events`].
    pub(crate) fn read<N: Notes>(
        &mut self,
        reader: &mut Reader<'m>,
        (file, is_csv): (&str, bool),
        input: &mut dyn BufRead,
        notes: &mut N,
        take: &mut dyn FnMut(&N, &[Batch]),
    ) -> Result<(), Rejection> {
        let (plans, facts, threads) = (self.plans, self.facts, self.threads);
        let (stream, limit) = (reader.streams(), reader.limit());
        let of_thread = |_| plans.iter().map(|plan| Scanner::new(plan, reader, None, threads.count())).collect();
        let scanners: Vec<Vec<Scanner<'p, 'm>>> = (0..threads.count()).map(of_thread).collect();
        let begin = |columns: Option<&[String]>| {
            let worker = |scanners: Vec<Scanner<'p, 'm>>| {
                let with_rows = |mut scanner: Scanner<'p, 'm>| {
                    let row = if let Some(columns) = columns { Some(scanner.row_of(columns)?) } else { None };
                    Some((scanner, row))
                };
                let mut scanners = scanners.into_iter().map(with_rows).collect::<Option<Vec<_>>>()?;
                let mut spelled = Spelled::new(plans.first()?, facts);
                Some(move |piece: Piece| made(&mut scanners, &mut spelled, piece, (stream, limit)))
            };
            scanners.into_iter().map(worker).collect::<Option<Vec<_>>>()
        };
        let failed = &mut self.failed;
        let is_whole = reader.passing_pieces(file, (is_csv, input), begin, &mut |made: Made, slowly| {
            let mut batches = settled(plans, made, slowly, notes, failed);
            // Words of lines that do not count are of no use to anybody.
            batches.iter_mut().for_each(|batch| batch.rows.retain(|row| !row.is_placeholder()));
            take(notes, &batches);
        })?;
        self.failed |= !is_whole;
        Ok(())
    }
}

/// Reads lines, or rows, for one plan.
type Reading<'p, 'm> = (Scanner<'p, 'm>, Option<RowOf>);

/// Makes words of the lines of a piece.
fn made(scanners: &mut [Reading<'_, '_>], spelled: &mut Spelled<'_, '_>, piece: Piece, (stream, limit): (u32, usize)) -> Made {
    let Piece { bytes, first, too_long } = piece;
    let batches = scanners.iter().map(|_| Batch::default()).collect();
    let mut made = Made { batches, lines: Vec::new(), digested: Vec::new(), first, too_long, no_text: None };
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
        let digested = made.digested.len();
        let plain = plainly(scanners, (&text, start, stream), &mut made.batches).filter(|end| end - start <= limit).and_then(|end| {
            let batch = made.batches.first()?;
            let row = batch.rows.last()?;
            Some((end, spelled.add(row, batch.words.get(row.words..)?, &text, &mut made.digested)?))
        });
        let line = match plain {
            Some((end, names_unknown)) => Line { start, length: end - start, number, plain: Some(made.digested.len()), names_unknown },
            None => {
                made.digested.truncate(digested);
                for batch in &mut made.batches {
                    // Its words stay, and nobody looks at them.
                    batch.rows.truncate(made.lines.len());
                    batch.rows.push(Row::placeholder(stream));
                }
                let rest = bytes.get(start..).unwrap_or_default();
                Line { start, length: memchr::memchr(b'\n', rest).unwrap_or(rest.len()), number, plain: None, names_unknown: false }
            }
        };
        start += line.length + 1;
        number += 1;
        made.lines.push(line);
    }
    let mut texts = vec![text; made.batches.len()];
    for batch in &mut made.batches {
        batch.text = texts.pop().unwrap_or_default();
    }
    made
}

/// Adds the record of the line that begins here to the batch of each plan, if it is written plainly for all of them; where it ends.
fn plainly(scanners: &mut [Reading<'_, '_>], (text, start, stream): (&str, usize, u32), batches: &mut [Batch]) -> Option<usize> {
    let mut ended = None;
    for ((scanner, row), batch) in scanners.iter_mut().zip(batches) {
        let (end, row) = scanner.noted(text, (start, *row), batch, stream)?;
        batch.rows.push(row);
        ended = Some(end);
    }
    ended
}

/// Notes each record in its order, and reads those that are not plain.
fn settled<'m>(plans: &[&Plan<'m>], mut made: Made, slowly: &mut Slowly<'_, '_, 'm>, notes: &mut impl Notes, failed: &mut bool) -> Vec<Batch> {
    if made.too_long {
        slowly.too_long(made.first);
    }
    let (stream, mut digested) = (slowly.stream(), 0);
    for (at, line) in made.lines.iter().enumerate() {
        let number = made.first + line.number;
        let text = made.batches.first().map(|batch| batch.text.as_bytes()).unwrap_or_default();
        let whole = || made.no_text.as_deref().unwrap_or(text).get(line.start..line.start + line.length).unwrap_or_default();
        let counts = match line.plain {
            Some(end) => {
                let seq = slowly.plain(made.digested.get(digested..end).unwrap_or_default());
                digested = end;
                let written = made.batches.first().zip(plans.first()).and_then(|(batch, plan)| Some(Written { plan, batch, row: batch.rows.get(at)?, names_unknown: line.names_unknown }));
                let counts = written.and_then(|written| {
                    let plain = Plain { at: written.row.at.at()?, source: "", id: written.batch.text(written.row.name), stream, seq };
                    notes.plain(&plain, &written, &mut || slowly.again(whole(), number, seq))
                });
                *failed |= counts.is_none();
                counts == Some(true)
            }
            None => {
                let text = whole().to_vec();
                let record = slowly.line(&text, number).and_then(|passed| notes.made(passed));
                if let Some(record) = &record {
                    for (plan, batch) in plans.iter().zip(&mut made.batches) {
                        *failed |= put(plan, record, batch, at).is_none();
                    }
                }
                record.is_some()
            }
        };
        if !counts {
            made.batches.iter_mut().filter_map(|batch| batch.rows.get_mut(at)).for_each(|row| *row = Row::placeholder(stream));
        }
    }
    made.batches
}

/// Puts a record that was made into its place; none when words do not hold it.
fn put(plan: &Plan<'_>, record: &Record, batch: &mut Batch, at: usize) -> Option<()> {
    let before = batch.rows.len();
    plan.feed(record, batch);
    let row = batch.rows.pop().filter(|_| batch.rows.len() == before)?;
    *batch.rows.get_mut(at)? = row;
    (plan.stamp(record.at).at() == Some(record.at)).then_some(())
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
