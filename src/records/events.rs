//! Rows of an events file → the store.

use super::digest::Texts;
use super::layout::Layout;
use super::problem::{Problem, listed};
use super::raw::Row;
use super::record::Origin;
use super::row::{self, Outcome, Place};
use super::sink::Sink;
use super::store::Store;
use super::typed::Typing;
use crate::diagnostics::Say;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Takes the rows of one events file.
pub(crate) struct EventSink<'r, 'm> {
    pub(crate) layout: &'r Layout<'m>,
    pub(crate) typing: &'r mut Typing<'m>,
    pub(crate) store: &'r mut Store,
    pub(crate) file: Arc<str>,
    pub(crate) source: Arc<str>,
    pub(crate) stream: u32,
    pub(crate) seq: u64,
    /// Some row had a type column.
    pub(crate) typed: bool,
    /// Rejections there were before this file, and columns of the rows without a type.
    pub(crate) rejections: usize,
    pub(crate) untyped: BTreeSet<String>,
    /// Gets the store when there are some records, to hand them over; none: they are kept.
    pub(crate) pass: Option<Pass<'r>>,
}

/// What is done with the records of a store before more come.
pub(crate) type Pass<'r> = &'r mut (dyn FnMut(&mut Store) + 'r);

/// So many records are handed over at once, at least.
const SOME: usize = 1 << 13;

impl Sink for EventSink<'_, '_> {
    fn header(&mut self, columns: &[String]) -> Result<(), Problem> {
        if self.layout.type_columns().any(|wanted| columns.iter().any(|column| column == wanted)) {
            return Ok(());
        }
        Err(no_type_column(self.layout, &self.file, columns.iter().map(String::as_str)))
    }

    fn row(&mut self, row: &dyn Row, line: u64, trace: Option<(&str, u64)>) {
        self.store.counts.read += 1;
        self.seq += 1;
        let origin = self.origin(line);
        let place = Place { origin: origin.clone(), source: &self.source, stream: self.stream, seq: self.seq, trace };
        let outcome = row::read(self.layout, self.typing, row, place);
        self.typed |= !matches!(outcome, Outcome::NoType(_));
        match outcome {
            Outcome::Read(item) => {
                self.store.add(*item);
                self.hand_over();
            }
            Outcome::Ignored(name) => self.store.ignore(&name, origin),
            Outcome::NoType(problem) => {
                if !self.typed && self.untyped.len() < 100 {
                    row.columns(&mut self.untyped);
                }
                self.store.reject(problem, origin, None);
            }
            Outcome::Bad(problem, id) => self.store.reject(problem, origin, id),
        }
    }

    fn bad(&mut self, line: u64, problem: Problem) {
        self.store.counts.read += 1;
        self.seq += 1;
        self.store.reject(problem, self.origin(line), None);
    }
}

impl EventSink<'_, '_> {
    /// A row of a type that no policy declares.
    pub(super) fn undeclared(&mut self, name: &str, line: u64) {
        self.store.counts.read += 1;
        self.seq += 1;
        self.typed = true;
        self.store.ignore(name, self.origin(line));
    }

    fn origin(&self, line: u64) -> Origin {
        Origin { file: Arc::clone(&self.file), line }
    }

    /// Takes over what was read of the next piece: rows, whether one of them had a type column, and columns of those without.
    pub(crate) fn absorb(&mut self, piece: Store, rows: u64, typed: bool, untyped: BTreeSet<String>) {
        self.store.absorb(piece, self.seq);
        self.seq += rows;
        if !self.typed && self.untyped.len() < 100 {
            self.untyped.extend(untyped);
        }
        self.typed |= typed;
        self.hand_over();
    }

    fn hand_over(&mut self) {
        if let Some(pass) = &mut self.pass
            && self.store.records.len() >= SOME
        {
            pass(self.store);
        }
    }

    /// The digest of all its records.
    pub(crate) fn digested(&mut self, texts: Texts) {
        let any = self.store.records.last().is_some_and(|record| record.stream == self.stream);
        self.digested_as(texts, any);
    }

    /// The same; are there any?
    pub(crate) fn digested_as(&mut self, texts: Texts, any: bool) {
        if let Some(stream) = self.store.streams.get_mut(self.stream as usize) {
            stream.digest = Some(texts.hex());
            stream.any |= any;
        }
    }

    /// At the end of the file: when no row had a type column at all, one message takes the place of one for each row.
    pub(crate) fn end(self) -> Result<(), Problem> {
        let here = self.store.rejections.get(self.rejections..).unwrap_or_default();
        if self.typed || here.iter().all(|rejection| rejection.code != "missing-type") {
            return Ok(());
        }
        let kept: Vec<_> = self.store.rejections.drain(self.rejections..).filter(|rejection| rejection.code != "missing-type").collect();
        self.store.rejections.extend(kept);
        Err(no_type_column(self.layout, &self.file, self.untyped.iter().map(String::as_str)))
    }
}

fn no_type_column<'a>(layout: &Layout<'_>, file: &str, columns: impl Iterator<Item = &'a str>) -> Problem {
    let looked_for = listed(layout.type_columns());
    let has = listed(columns);
    if layout.type_columns().next().is_none() {
        return Problem::new(
            "no-type-column",
            Say::new(format!("the policies declare no event, so nothing can be read from `{file}`"), format!("制度没有声明任何事件，无法读取 `{file}`")),
            Say::new("declare the events: `event late by staff`", "请声明事件：`事件 late 由 staff`"),
        );
    }
    Problem::new(
        "no-type-column",
        Say::new(
            format!("`{file}` has no column that says what each record is (looked for {})", looked_for.0),
            format!("`{file}` 中没有说明记录类型的列（找过 {}）", looked_for.1),
        ),
        Say::new(
            format!("the file has {}: name the right one in the policy, `feed f` with `type in \"COLUMN\"`", has.0),
            format!("该文件有 {}：请在制度的数据源中指明，`类型 见 \"列名\"`", has.1),
        ),
    )
}
