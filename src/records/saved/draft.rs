//! A state that is written while records pass by. What stands at its start is known at the end only; until then the records wait outside of memory.

use super::packed::{Packing, Unpacking};
use super::packed_by;
use super::value::Names;
use super::wire::{self, Head, Piece, SOME, SavedRecord};
use crate::model::Model;
use crate::records::store::{Passed, Store};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};

/// Bytes that are written or read at once.
const ROOM: usize = 1 << 16;

/// The records so far.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// A file without a name, that goes away with the program; record types have the numbers of the model.
    file: Option<BufWriter<File>>,
    pieces: u64,
    names: Names,
    /// Those of the next piece.
    next: Vec<SavedRecord>,
    /// The record types that come up.
    events: BTreeSet<usize>,
    failed: Option<io::Error>,
}

/// All records, and what stands before them.
pub(crate) struct Whole {
    declared: String,
    head: Head,
    events: Vec<usize>,
    file: Option<BufWriter<File>>,
}

impl Draft {
    /// The next records, none of which says anything of its cases.
    pub(crate) fn add(&mut self, passed: &Passed) {
        for (index, record) in passed.records.iter().enumerate() {
            self.events.insert(record.event);
            self.next.push(wire::record_of(record, record.event, (0, passed.links_of(index)), &mut self.names));
            if self.next.len() == SOME {
                self.put();
            }
        }
    }

    fn put(&mut self) {
        if self.failed.is_none() {
            self.failed = self.written().err();
        }
        self.next.clear();
    }

    fn written(&mut self) -> io::Result<()> {
        let file = match self.file.take() {
            Some(file) => file,
            None => BufWriter::with_capacity(ROOM, tempfile::tempfile()?),
        };
        let mut packing = Packing::new(file);
        packing.put(&Piece { names: self.names.new_ones(), records: std::mem::take(&mut self.next) })?;
        self.file = Some(packing.end());
        self.pieces += 1;
        Ok(())
    }

    /// Those were all. `declared`: digest of what the policies declare of records; `store`: what else was read.
    pub(in super::super) fn end(mut self, model: &Model, declared: String, store: &Store) -> io::Result<Whole> {
        if !self.next.is_empty() {
            self.put();
        }
        if let Some(error) = self.failed {
            return Err(told(&error));
        }
        let events: Vec<usize> = self.events.into_iter().collect();
        let head = wire::head(model, store, &events, self.pieces, &mut Names::default());
        Ok(Whole { declared, head, events, file: self.file })
    }
}

impl Whole {
    /// Writes what [`crate::Reader::save`] writes where the same records are kept.
    pub(crate) fn save(self, out: &mut dyn Write) -> io::Result<()> {
        packed_by(&self.declared.clone(), out, |packing| self.write(packing))
    }

    fn write<W: Write>(self, out: &mut Packing<W>) -> io::Result<()> {
        out.put(&self.head)?;
        let Some(file) = self.file else { return Ok(()) };
        let mut file = file.into_inner().map_err(|error| told(error.error()))?;
        file.rewind()?;
        let mut pieces = Unpacking::new(BufReader::with_capacity(ROOM, file));
        for _ in 0..self.head.pieces {
            let other = || told(&io::ErrorKind::InvalidData.into());
            let mut piece: Piece = pieces.next().ok_or_else(other)?;
            piece.records.iter_mut().try_for_each(|record| record.number(&self.events)).ok_or_else(other)?;
            out.put(&piece)?;
        }
        Ok(())
    }
}

fn told(error: &io::Error) -> io::Error {
    let folder = std::env::temp_dir();
    io::Error::other(format!("the records of the new state wait in a file in `{}`: {error}; make room there, or name another folder in TMPDIR", folder.display()))
}
