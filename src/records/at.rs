//! One record at a known place of its file, read again without what stands before it; and a short hash, by which it is told from another.

use super::csv::Header;
use super::digest;
use super::lines::Lines;
use super::reader::{Given, Reader};
use super::record::Record;
use super::jsonl;
use crate::model::Model;
use std::io::{self, BufRead};
use twox_hash::XxHash3_64;

/// A short hash of bytes, the same on every machine and in every version.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// Hashes records. Where a record stands is no part of it.
#[derive(Debug, Default)]
pub(crate) struct Hashes {
    bytes: Vec<u8>,
    buffer: String,
}

impl Hashes {
    /// The hash of a record that corrects no other.
    pub(crate) fn of(&mut self, model: &Model, record: &Record) -> u64 {
        self.bytes.clear();
        digest::add_record(&mut self.bytes, model, record, [None; 2], &mut self.buffer);
        hash(&self.bytes)
    }
}

/// How a file is read from the middle.
pub(crate) enum Rows {
    /// A line is an object.
    Jsonl,
    /// Rows under a header.
    Csv(Header),
}

impl Rows {
    /// Of a CSV file, whose start `input` gives; none when it has no header.
    pub(crate) fn csv(input: &mut dyn BufRead, limit: usize) -> Option<Self> {
        Header::of(Lines::new(input, limit)).map(Self::Csv)
    }
}

impl Reader<'_> {
    /// Reads the record of which `input` gives the start, at `line` of its file. None: nothing there is a record that can be used by itself.
    ///
    /// # Errors
    /// When the input breaks off.
    pub(crate) fn at(&mut self, given: &mut Given, rows: &Rows, line: u64, input: &mut dyn BufRead) -> io::Result<Option<Record>> {
        let limit = self.limit();
        let mut lines = Lines::after(line.saturating_sub(1), input, limit);
        let read = match rows {
            Rows::Csv(header) => self.one_by(given, |_, sink| header.one(lines, sink)),
            Rows::Jsonl => {
                let mut text = Vec::new();
                match lines.read(&mut text)? {
                    Some(_) => self.one_by(given, |_, sink| {
                        jsonl::line(&text, line, limit, sink);
                        Ok(())
                    }),
                    None => None,
                }
            }
        };
        // Rows of one stream are ordered as their lines are.
        Ok(read.map(|record| Record { seq: line, ..record }))
    }

    /// Which readings may rest on one index: the same declarations, the same time zone, the same reader.
    pub(crate) fn read_alike(&self) -> String {
        let zone = self.layout().zone.map_or("", |zone| zone.name());
        format!("{} {zone} {}", env!("CARGO_PKG_VERSION"), self.declared())
    }
}
