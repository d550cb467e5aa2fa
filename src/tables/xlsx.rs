//! Sheets as a workbook. Every cell is written as a text, and the columns are formatted as texts, so that a spreadsheet leaves alone what is typed there:
//! leading zeros, percentages and dates survive. What became a number all the same is taken where it is exact.

use super::grid::{Entry, Grid};
use crate::diagnostics::{Diagnostic, Say};
use calamine::{Data, Reader, StyleRange, Xlsx};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use std::io::{self, Cursor};
use unicode_width::UnicodeWidthStr;

/// Letters of a sheet's name: spreadsheets hold no more.
const NAME: usize = 31;
/// Columns of the screen that a column may take.
const WIDEST: usize = 60;

/// Writes a workbook: the sheets with their names.
pub(crate) fn write(sheets: &[(String, Vec<Vec<String>>)]) -> io::Result<Vec<u8>> {
    written(sheets).map_err(io::Error::other)
}

fn written(sheets: &[(String, Vec<Vec<String>>)]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same tables give the same bytes: no time of making.
    workbook.set_properties(&DocProperties::new().set_author("bylaw").set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let (text, bold) = (Format::new().set_num_format("@"), Format::new().set_num_format("@").set_bold());
    let mut taken: Vec<String> = Vec::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(free_name(name, &mut taken))?;
        let width = rows.iter().map(Vec::len).max().unwrap_or_default();
        let heading = rows.iter().position(|row| row.first().is_some_and(|key| matches!(key.as_str(), "heading" | "栏目"))).unwrap_or_default();
        for (column, at) in (0..).zip(0..width + 1) {
            let below = rows.iter().skip(heading).filter_map(|row| row.get(at));
            let widest = below.map(|cell| cell.width()).max().unwrap_or_default().clamp(8, WIDEST);
            sheet.set_column_format(column, &text)?;
            sheet.set_column_width(column, u32::try_from(widest + 2).unwrap_or(10))?;
        }
        for (row, (at, cells)) in (0..).zip(rows.iter().enumerate()) {
            for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string_with_format(row, column, cell, if at == heading { &bold } else { &text })?;
            }
        }
        sheet.set_freeze_panes(u32::try_from(heading + 1).unwrap_or(0), 1)?;
    }
    workbook.save_to_buffer()
}

/// A name that a sheet may have, and that no other one has.
fn free_name(name: &str, taken: &mut Vec<String>) -> String {
    let fits = |name: &str, behind: &str| {
        let mut short = String::new();
        for letter in name.chars().map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') { '_' } else { c }) {
            if short.encode_utf16().count() + letter.len_utf16() + behind.len() > NAME {
                break;
            }
            short.push(letter);
        }
        short + behind
    };
    let mut found = fits(name, "");
    for number in 2.. {
        if !taken.contains(&found.to_lowercase()) {
            break;
        }
        found = fits(name, &format!(" {number}"));
    }
    taken.push(found.to_lowercase());
    found
}

/// Reads the sheets of a workbook.
///
/// # Errors
/// When it is none.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Vec<Grid>, Vec<Diagnostic>> {
    let broken = |error: calamine::XlsxError| {
        let message = Say::new(format!("`{name}` cannot be read as a workbook: {error}"), format!("`{name}` 无法按工作簿读取：{error}"));
        vec![Diagnostic::error("bad-sheet", message).help(Say::new("save it as `.xlsx` once more", "请重新另存为 `.xlsx`"))]
    };
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = workbook.sheet_names();
    let many = names.len() > 1;
    let mut grids = Vec::new();
    for sheet in names {
        let range = workbook.worksheet_range(&sheet).map_err(broken)?;
        let styles = workbook.worksheet_style(&sheet).map_err(broken)?;
        let end = range.end().map_or((0, 0), |(row, column)| (row + 1, column + 1));
        let row = |row: u32| (0..end.1).map(|column| entry(range.get_value((row, column)), (row, column), &styles)).collect();
        let name = if many { format!("{name} {sheet}") } else { name.to_owned() };
        grids.push(Grid { name, rows: (0..end.0).map(row).collect() });
    }
    Ok(grids)
}

fn entry(data: Option<&Data>, place: (u32, u32), styles: &StyleRange) -> Entry {
    let format = || styles.get(place).and_then(|style| style.number_format.as_ref()).map(|format| format.format_code.clone()).unwrap_or_default();
    let number = |value: f64| {
        let code = format();
        // What a number looks like that has a currency or a unit in its format, its value does not say.
        let plain = code.is_empty() || code == "@" || code.eq_ignore_ascii_case("general") || code.chars().all(|c| matches!(c, '0' | '#' | '.' | ',' | '%' | ' ' | '_'));
        if plain { Entry::Number(value, code.contains('%')) } else { Entry::Other("a number in a format of its own", "有专门格式的数") }
    };
    match data {
        None | Some(Data::Empty) => Entry::Text(String::new()),
        Some(Data::String(text)) => Entry::Text(text.clone()),
        Some(Data::Float(value)) => number(*value),
        Some(Data::Int(value)) => i32::try_from(*value).map_or(Entry::Other("a number that is too large", "过大的数"), |value| number(f64::from(value))),
        Some(Data::DateTime(value)) if !value.is_duration() && value.as_f64().fract() == 0.0 && value.as_f64() >= 61.0 => {
            let (year, month, day, ..) = value.to_ymd_hms_milli();
            Entry::Text(format!("{year:04}-{month:02}-{day:02}"))
        }
        Some(Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_)) => Entry::Other("a time of the spreadsheet", "电子表格的时间"),
        Some(Data::Bool(_)) => Entry::Other("a truth value of the spreadsheet", "电子表格的逻辑值"),
        Some(Data::Error(_)) => Entry::Other("an error of the spreadsheet", "电子表格的错误值"),
    }
}
