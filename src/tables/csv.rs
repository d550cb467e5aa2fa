//! Sheets as CSV: UTF-8, with or without a byte-order mark, commas or semicolons between cells.

use super::grid::{Entry, Grid};
use crate::diagnostics::{Diagnostic, Say};
use crate::model::load::{decode, said_not_utf8};
use std::io;

/// Writes a sheet. A byte-order mark tells spreadsheets that letters beyond ASCII are UTF-8.
pub(crate) fn write(rows: &[Vec<String>]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    if !rows.iter().flatten().all(|cell| cell.is_ascii()) {
        out.extend("\u{feff}".as_bytes());
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(&mut out);
    for row in rows {
        let padding = std::iter::repeat_n("", width.saturating_sub(row.len()));
        writer.write_record(row.iter().map(String::as_str).chain(padding))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(out)
}

/// Reads a sheet.
///
/// # Errors
/// When it is not UTF-8, or no CSV.
pub fn read(name: &str, bytes: &[u8]) -> Result<Grid, Vec<Diagnostic>> {
    let text = decode(bytes).map_err(|position| {
        let (message, help) = said_not_utf8(name, position);
        vec![Diagnostic::error("not-utf8", message).help(help)]
    })?;
    // All lines end alike, the last one too: then they can be counted.
    let text = text.replace("\r\n", "\n") + "\n";
    let first = text.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let delimiter = if first.contains(';') && !first.contains(',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows: Vec<Vec<Entry>> = Vec::new();
    let (mut lines, mut record) = (0, csv::StringRecord::new());
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                // The reader passes over empty lines, which are rows of the sheet.
                let own = record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>() + 1;
                let end = usize::try_from(reader.position().line()).unwrap_or(usize::MAX) - 1;
                rows.extend((lines + own..end).map(|_| Vec::new()));
                lines = end.max(lines + own);
                rows.push(record.iter().map(|cell| Entry::Text(cell.to_owned())).collect());
            }
            Err(error) => {
                let message = Say::new(format!("`{name}` cannot be read as CSV: {error}"), format!("`{name}` 无法按 CSV 读取：{error}"));
                return Err(vec![Diagnostic::error("bad-sheet", message).help(Say::new("save the sheet as CSV once more", "请重新另存为 CSV"))]);
            }
        }
    }
    Ok(Grid { name: name.to_owned(), rows })
}
