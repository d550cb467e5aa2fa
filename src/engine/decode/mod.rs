//! JSONL → batches. A line that is written plainly becomes words at once; every other goes through the reader of all formats, which knows every way of
//! writing and every mistake, so that both say the same of it. Several threads read pieces of the file; what is unusual is settled by one, in order.

#[cfg(feature = "arrow")]
mod cells;
#[cfg(feature = "arrow")]
mod columns;
mod lines;
mod passage;
mod recipe;
mod scan;
mod seen;
mod shape;
mod spelled;
#[cfg(test)]
mod tests;
mod value;
mod when;

use super::batch::{Batch, Piece, Row, thread_of};
use super::plan::Plan;
use crate::records::{At, Given, Reader, Record};
use crate::threads::Threads;
#[cfg(feature = "arrow")]
pub(crate) use columns::Columns;
use lines::{Columned, Until};
pub(super) use lines::{Scanned, Scanner};
pub(crate) use passage::{Notes, Passage, Written};
use seen::Seen;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

/// Bytes of a batch.
pub(super) const CHUNK: usize = 1 << 17;

/// Reads JSONL into batches.
pub struct Decoder<'p, 'm> {
    plan: &'p Plan<'m>,
    scanners: Vec<Scanner<'p, 'm>>,
    until: Until,
    /// For lines that are not plain.
    reader: Reader<'m>,
    seen: BTreeMap<Arc<str>, Seen>,
    streams: u32,
    /// Records that were used.
    used: u64,
    /// Something that needs all records at once: a correction, an id that was there already.
    whole: bool,
}

/// A file that is read.
pub(super) struct File {
    given: Given,
    pub(super) seen: Seen,
    pub(super) stream: Stream,
    /// Lines so far.
    line: u64,
}

/// Where records come from.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    number: u32,
    source: Arc<str>,
}

impl<'p, 'm> Decoder<'p, 'm> {
    /// `reader` has the registers already, from which the plan was made. Records after `until` are left out.
    pub fn new(plan: &'p Plan<'m>, reader: Reader<'m>, until: Option<At>) -> Self {
        let scanners = vec![Scanner::new(plan, &reader, until, 1)];
        Self { plan, scanners, until: Until::new(plan, until), reader, seen: BTreeMap::new(), streams: 0, used: 0, whole: false }
    }

    /// The same on several threads.
    pub fn on(plan: &'p Plan<'m>, reader: Reader<'m>, until: Option<At>, threads: Threads) -> Self {
        let scanners = (0..threads.count()).map(|_| Scanner::new(plan, &reader, until, threads.count())).collect();
        Self { scanners, ..Self::new(plan, reader, until) }
    }

    /// Reads a file, batch by batch. `source` is the name given to it, or empty.
    ///
    /// # Errors
    /// When the input breaks off.
    pub fn read(&mut self, file: &str, source: &str, input: &mut dyn Read, take: &mut dyn FnMut(&Batch)) -> io::Result<()> {
        let mut file = self.begin(file, source);
        let mut input = Input::new(input, CHUNK);
        let mut room = Piece::default();
        let mut scanners = std::mem::take(&mut self.scanners);
        if let Some(scanner) = scanners.first_mut() {
            while let Some((bytes, empty)) = input.next(room)? {
                let scanned = scanner.scan(bytes, empty, file.seen.ids(), &file.stream);
                room = self.settled(scanned, &mut file);
                take(&room.batch);
            }
        }
        self.scanners = scanners;
        self.end(file);
        Ok(())
    }

    /// A file whose pieces are read one after the other.
    pub(super) fn begin(&mut self, file: &str, source: &str) -> File {
        let number = self.streams;
        self.streams += 1;
        let seen = self.seen.remove(source).unwrap_or_default();
        File { given: self.reader.opened(file, source), seen, stream: Stream { number, source: source.into() }, line: 0 }
    }

    /// All of it was read.
    pub(super) fn end(&mut self, file: File) {
        self.seen.insert(file.stream.source, file.seen);
    }

    /// They come back.
    pub(super) fn keep(&mut self, scanners: Vec<Scanner<'p, 'm>>) {
        self.scanners = scanners;
    }

    /// Room for each thread to work in.
    pub(super) fn scanners(&mut self) -> Vec<Scanner<'p, 'm>> {
        std::mem::take(&mut self.scanners)
    }

    /// Does what one thread must do, in order: lines that are not plain, and ids that were there already.
    pub(super) fn settled(&mut self, scanned: Scanned, file: &mut File) -> Piece {
        let Scanned { mut piece, ids, slow, lines, no_text } = scanned;
        if let Some(bytes) = no_text {
            for (at, line) in bytes.strip_suffix(b"\n").unwrap_or(&bytes).split(|byte| *byte == b'\n').enumerate() {
                file.line += 1;
                self.slow(line, file.line, (&mut piece, at), file);
            }
        }
        for (at, start, length, line) in &slow {
            let text = piece.batch.text.as_bytes().get(*start..start + length).unwrap_or_default().to_vec();
            self.slow(&text, file.line + line, (&mut piece, *at), file);
        }
        file.line += lines;
        if !slow.is_empty() {
            piece.batch.rows.retain(|row| !row.is_placeholder());
        }
        self.used += piece.len() as u64;
        self.whole |= !file.seen.are_new(ids);
        piece
    }

    /// Puts the record of a line that is not plain into its place.
    fn slow(&mut self, text: &[u8], line: u64, (piece, at): (&mut Piece, usize), file: &mut File) {
        if piece.parts.is_empty() {
            let Some(row) = self.slowly(text, line, &mut piece.batch, file) else { return };
            match piece.batch.rows.get_mut(at) {
                Some(place) => *place = row,
                None => piece.batch.rows.push(row),
            }
            return;
        }
        let mut alone = Batch::default();
        let Some(row) = self.slowly(text, line, &mut alone, file) else { return };
        let of = u32::try_from(piece.parts.len()).unwrap_or(u32::MAX);
        let part = piece.parts.get_mut(thread_of(row.key, of) as usize);
        let packed = part.and_then(|part| part.pack(&row, (&alone.text, &alone.words), self.plan.texts(row.event), u32::try_from(at).ok()?));
        self.whole |= packed.is_none();
    }

    /// A line that is not plain, through the reader of all formats.
    fn slowly(&mut self, text: &[u8], line: u64, batch: &mut Batch, file: &mut File) -> Option<Row> {
        let record = self.reader.line(&mut file.given, text, line)?;
        let corrects = self.reader.corrects() || record.revision > 0 || record.recorded_at.is_some() || record.source != file.stream.source;
        if corrects || !file.seen.is_new(&record.id) {
            self.whole = true;
            return None;
        }
        let before = batch.rows.len();
        self.plan.feed(&Record { stream: file.stream.number, ..record }, batch);
        let row = batch.rows.pop().filter(|_| batch.rows.len() == before)?;
        self.until.counts(row.at).then_some(row)
    }

    /// Did something come that only a reader of all records can settle? What was judged is then void.
    pub fn needs_all(&self) -> bool {
        self.whole
    }

    /// How many records were used.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// The reader, with what it has to say of lines that could not be used.
    pub fn into_reader(self) -> Reader<'m> {
        self.reader
    }
}

/// Pieces of whole lines.
pub(super) struct Input<'i, I: Read + ?Sized> {
    input: &'i mut I,
    chunk: usize,
    /// The start of a line whose end has not been read.
    begun: Vec<u8>,
    is_over: bool,
}

impl<'i, I: Read + ?Sized> Input<'i, I> {
    pub(super) fn new(input: &'i mut I, chunk: usize) -> Self {
        Self { input, chunk, begun: Vec::new(), is_over: false }
    }

    /// The next piece, with room for its records: that of a piece before, and what was read is written where that piece stood.
    pub(super) fn next(&mut self, mut room: Piece) -> io::Result<Option<(Vec<u8>, Piece)>> {
        if self.is_over {
            return Ok(None);
        }
        let mut bytes = std::mem::take(&mut room.batch.text).into_bytes();
        let begun = self.begun.len();
        // Only what is longer than before must be cleared.
        bytes.resize(begun + self.chunk, 0);
        let (start, rest) = bytes.split_at_mut(begun);
        start.copy_from_slice(&self.begun);
        let read = fill(self.input, rest)?;
        self.is_over = read < self.chunk;
        bytes.truncate(begun + read);
        // A line that is longer than a piece is read to its end.
        let end = if self.is_over { bytes.len() } else { memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1) };
        self.begun.clear();
        self.begun.extend_from_slice(bytes.get(end..).unwrap_or_default());
        bytes.truncate(end);
        Ok(Some((bytes, room)))
    }
}

/// Reads until there is no room, or no more; how many bytes.
fn fill(input: &mut (impl Read + ?Sized), mut into: &mut [u8]) -> io::Result<usize> {
    let mut all = 0;
    while !into.is_empty() {
        match input.read(into) {
            Ok(0) => break,
            Ok(read) => {
                all += read;
                into = into.get_mut(read..).unwrap_or_default();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}
