//! Some events of a log: what stands in the columns that are read.

use crate::records::csv;
use crate::records::problem::Problem;
use crate::records::raw::{Raw, Row};
use crate::records::sink::Sink;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Bytes of text after which others begin.
const ROOM: usize = 1 << 18;

/// The columns that are read, and where each stands.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    pub(super) places: csv::Columns,
}

/// Some events.
#[derive(Debug, Default)]
pub(crate) struct Events {
    /// What stands in their cells, and the names of their cases. Whoever takes it out gives it back for reading one of them.
    pub(crate) text: String,
    columns: Arc<Columns>,
    /// For each event and column its place in the text; none: no such attribute.
    cells: Vec<Option<Range<usize>>>,
    each: Vec<Each>,
    /// Events that came before.
    before: usize,
    /// Keys of the first events, and how many came before each was seen.
    seen: Arc<BTreeMap<String, usize>>,
}

/// What an event is beside its cells.
#[derive(Debug)]
struct Each {
    line: u64,
    /// The name of its case, in the text, and its place there.
    case: (Range<usize>, u64),
    problem: Option<Problem>,
}

impl Events {
    /// None yet, after so many others.
    pub(super) fn after(before: usize, columns: &Arc<Columns>) -> Self {
        Self { columns: Arc::clone(columns), before, ..Self::default() }
    }

    /// With the keys that were seen so far, each with the number of events before.
    pub(super) fn seen(self, seen: &Arc<BTreeMap<String, usize>>) -> Self {
        Self { seen: Arc::clone(seen), ..self }
    }

    /// May more come?
    pub(super) fn has_room(&self) -> bool {
        self.text.len() < ROOM
    }

    /// Puts a text behind the others.
    pub(super) fn put(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    /// One more event; what stands in its columns, or what is wrong with it.
    pub(super) fn add<'a>(&mut self, line: u64, case: (Range<usize>, u64), cells: Result<impl Iterator<Item = Option<&'a str>>, Problem>) {
        let (columns, own) = (self.columns.names.len(), self.cells.len());
        let problem = match cells {
            Ok(cells) => {
                cells.for_each(|cell| {
                    let cell = cell.map(|cell| self.put(cell));
                    self.cells.push(cell);
                });
                None
            }
            Err(problem) => Some(problem),
        };
        self.cells.resize(own + columns, None);
        self.each.push(Each { line, case, problem });
    }

    pub(crate) fn len(&self) -> usize {
        self.each.len()
    }

    /// Names of the columns.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns.names
    }

    /// Where what stands in the columns of an event stands in the text; none: something is wrong with it, or it is none of these.
    pub(crate) fn cells(&self, at: usize) -> Option<&[Option<Range<usize>>]> {
        self.each.get(at).filter(|each| each.problem.is_none())?;
        let columns = self.columns.names.len();
        self.cells.get(at * columns..(at + 1) * columns)
    }

    /// The line on which an event begins.
    pub(crate) fn line(&self, at: usize) -> u64 {
        self.each.get(at).map_or(0, |each| each.line)
    }

    /// The name of an event's case, and its place there, from 1. `text`: theirs.
    pub(crate) fn case<'t>(&self, text: &'t str, at: usize) -> Option<(&'t str, u64)> {
        let (name, number) = &self.each.get(at)?.case;
        Some((text.get(name.clone())?, *number))
    }

    /// Reads one of them. `text`: theirs.
    pub(in crate::records) fn read(&self, text: &str, at: usize, sink: &mut dyn Sink) {
        let Some(each) = self.each.get(at) else { return };
        match (&each.problem, self.cells(at)) {
            (None, Some(cells)) => sink.row(&Event { events: self, text, cells, at }, each.line, self.case(text, at)),
            (Some(problem), _) => sink.bad(each.line, problem.clone()),
            (None, None) => {}
        }
    }
}

/// One of them.
struct Event<'e> {
    events: &'e Events,
    text: &'e str,
    cells: &'e [Option<Range<usize>>],
    at: usize,
}

impl Row for Event<'_> {
    fn get(&self, column: &str) -> Raw<'_> {
        let cell = self.events.columns.places.get(column).and_then(|at| self.cells.get(*at)?.clone());
        cell.and_then(|cell| self.text.get(cell)).map_or(Raw::Missing, Raw::cell)
    }
    fn columns(&self, into: &mut BTreeSet<String>) {
        let known = self.events.before + self.at;
        into.extend(self.events.seen.iter().filter(|(_, before)| **before <= known).map(|(key, _)| key.clone()));
    }
}
