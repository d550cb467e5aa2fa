//! CSV: a header line, then a row a line; a quoted cell may run over several lines.
//!
//! Split here, not by a library, because one unclosed quote must cost one row and not the rest of the file.

use super::lines::{Line, Lines};
use super::problem::{self, Problem};
use super::raw::{Raw, Row};
use super::sink::{Sink, Stop};
use crate::diagnostics::Say;
use std::collections::{BTreeSet, HashMap};
use std::io::BufRead;

struct CsvRow<'a> {
    columns: &'a Columns,
    cells: &'a [String],
}

impl Row for CsvRow<'_> {
    fn get(&self, column: &str) -> Raw<'_> {
        self.columns.get(column).and_then(|at| self.cells.get(*at)).map_or(Raw::Missing, |cell| Raw::cell(cell))
    }
    fn columns(&self, into: &mut BTreeSet<String>) {
        into.extend(self.columns.keys().cloned());
    }
}

/// The columns of a file.
pub(crate) struct Header {
    names: Vec<String>,
    columns: Columns,
}

impl Header {
    /// The columns of a file whose rows are read by others, and how many lines it takes. None: there are none, or what stands behind it was read already.
    pub(super) fn alone(input: &mut dyn BufRead, limit: usize, sink: &mut dyn Sink) -> Result<Option<(u64, Self)>, Stop> {
        let (mut lines, mut last) = (Lines::new(input, limit), 0);
        let Some((line, header)) = Self::read(&mut lines, &mut last, &mut Vec::new())? else { return Ok(None) };
        sink.header(&header.names).map_err(|problem| Stop { line, problem })?;
        Ok(Some((last, header)).filter(|_| !lines.has_returned()))
    }

    /// What stands in it.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Reads a row that stands in one line; false when a cell of it is not closed there.
    pub(super) fn line(&self, text: &[u8], line: u64, cells: &mut Vec<String>, sink: &mut dyn Sink) -> bool {
        if text.iter().all(u8::is_ascii_whitespace) {
            return true;
        }
        let row = match split(text, cells) {
            Split::Whole => Ok(()),
            Split::Bad(problem) => Err(problem),
            Split::Open => return false,
        };
        self.row((line, row), cells, sink);
        true
    }

    /// Reads the header line; none in a file without any. `last` is the last line seen.
    fn read(lines: &mut Lines<'_>, last: &mut u64, cells: &mut Vec<String>) -> Result<Option<(u64, Self)>, Stop> {
        let Some((line, header)) = next(lines, last, cells)? else { return Ok(None) };
        header.map_err(|problem| Stop { line, problem })?;
        let names: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
        let columns = columns(&names).map_err(|problem| Stop { line, problem })?;
        Ok(Some((line, Self { names, columns })))
    }

    /// Of a file that is read from its start.
    pub(crate) fn of(mut lines: Lines<'_>) -> Option<Self> {
        Self::read(&mut lines, &mut 0, &mut Vec::new()).ok()?.map(|(_, header)| header)
    }

    fn row(&self, (line, row): Parsed, cells: &[String], sink: &mut dyn Sink) {
        match row {
            Err(problem) => sink.bad(line, problem),
            Ok(()) if cells.len() != self.names.len() => sink.bad(line, ragged(cells.len(), self.names.len())),
            Ok(()) => sink.row(&CsvRow { columns: &self.columns, cells }, line, None),
        }
    }

    /// Reads the row that stands first among `lines`.
    pub(crate) fn one(&self, mut lines: Lines<'_>, sink: &mut dyn Sink) -> Result<(), Stop> {
        let mut cells = Vec::new();
        if let Some(row) = next(&mut lines, &mut 0, &mut cells)? {
            self.row(row, &cells, sink);
        }
        Ok(())
    }
}

/// Reads all rows into `sink`.
pub(crate) fn read(mut lines: Lines<'_>, sink: &mut dyn Sink) -> Result<(), Stop> {
    let mut cells = Vec::new();
    let mut last = 0;
    let Some((line, header)) = Header::read(&mut lines, &mut last, &mut cells)? else { return Ok(()) };
    sink.header(&header.names).map_err(|problem| Stop { line, problem })?;
    while let Some(row) = next(&mut lines, &mut last, &mut cells)? {
        header.row(row, &cells, sink);
    }
    Ok(())
}

/// Where each column stands. Every cell of every row is asked for by its name.
pub(super) type Columns = HashMap<String, usize, foldhash::fast::RandomState>;

pub(super) fn columns(names: &[String]) -> Result<Columns, Problem> {
    let mut columns = Columns::default();
    for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if columns.insert(name.clone(), at).is_some() {
            return Err(problem::duplicate_key(name));
        }
    }
    Ok(columns)
}

fn ragged(found: usize, expected: usize) -> Problem {
    Problem::new(
        "ragged-row",
        Say::new(
            format!("the row has {found} cells, the header has {expected}"),
            format!("该行有 {found} 格，而表头有 {expected} 格"),
        ),
        Say::new("put quotes around cells that hold a comma, or add the missing commas", "含逗号的单元格请加引号，或补上缺少的逗号"),
    )
}

type Parsed = (u64, Result<(), Problem>);

/// The next row's cells and the line on which it starts; blank lines are passed over. `last` is the last line seen.
fn next(lines: &mut Lines<'_>, last: &mut u64, cells: &mut Vec<String>) -> Result<Option<Parsed>, Stop> {
    let mut text = Vec::new();
    loop {
        let read = lines.read(&mut text).map_err(|error| Stop::input(*last + 1, &error))?;
        let Some((line, kind)) = read else { return Ok(None) };
        *last = line;
        if kind == Line::TooLong {
            return Ok(Some((line, Err(problem::line_too_long(lines.limit())))));
        }
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        return match split(&text, cells) {
            Split::Whole => Ok(Some((line, Ok(())))),
            Split::Bad(problem) => Ok(Some((line, Err(problem)))),
            Split::Open => continued(lines, last, line, text, cells).map(Some),
        };
    }
}

/// A row with a quote that its first line does not close: takes further lines until it is closed. When it never is, or the row is then broken, only
/// the first line is given up and the others are read again.
fn continued(lines: &mut Lines<'_>, last: &mut u64, start: u64, first: Vec<u8>, cells: &mut Vec<String>) -> Result<Parsed, Stop> {
    let mut whole = first;
    let mut taken = Vec::new();
    let mut text = Vec::new();
    while let Some((line, kind)) = lines.read(&mut text).map_err(|error| Stop::input(*last + 1, &error))? {
        whole.push(b'\n');
        whole.extend_from_slice(&text);
        let closes = text.contains(&b'"');
        taken.push((line, kind, std::mem::take(&mut text)));
        if kind == Line::TooLong || whole.len() > lines.limit() {
            break;
        }
        match if closes { split(&whole, cells) } else { Split::Open } {
            Split::Open => {}
            Split::Bad(_) => break,
            Split::Whole => {
                *last = line;
                return Ok((start, Ok(())));
            }
        }
    }
    lines.give_back(taken);
    let problem = Problem::new(
        "unclosed-quote",
        Say::new("a cell begins with a quotation mark that is not closed", "单元格以引号开头，却没有配对的引号"),
        Say::new("close the quotation mark, or write it twice where it belongs to the text", "请补上引号；属于文字本身的引号请写两次"),
    );
    Ok((start, Err(problem)))
}

enum Split {
    Whole,
    /// A quoted cell is still open at the end.
    Open,
    Bad(Problem),
}

/// Splits a row into cells.
fn split(row: &[u8], cells: &mut Vec<String>) -> Split {
    let text = match std::str::from_utf8(row) {
        Ok(text) => text,
        Err(error) => return Split::Bad(problem::bad_utf8(error.valid_up_to() + 1)),
    };
    let (mut rest, mut count) = (text, 0);
    loop {
        if cells.len() == count {
            cells.push(String::new());
        }
        let cell = cells.get_mut(count).expect("a cell was pushed");
        cell.clear();
        count += 1;
        rest = match rest.strip_prefix('"') {
            Some(quoted) => match quoted_cell(quoted, cell) {
                Some(after) => after,
                None => return Split::Open,
            },
            None => {
                let (plain, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                cell.push_str(plain);
                after
            }
        };
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None if rest.is_empty() => break,
            None => {
                let why = Say::new("text follows the closing quotation mark of a cell", "单元格的右引号之后还有文字");
                return Split::Bad(problem::broken_line(why));
            }
        }
    }
    cells.truncate(count);
    Split::Whole
}

/// Reads a cell after its opening quote; what follows its closing one. None when it is not closed.
fn quoted_cell<'t>(mut text: &'t str, cell: &mut String) -> Option<&'t str> {
    loop {
        let (inside, after) = text.split_once('"')?;
        cell.push_str(inside);
        match after.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                text = more;
            }
            None => return Some(after),
        }
    }
}
