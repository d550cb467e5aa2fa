//! Rows of a table, aligned.

use super::spacing::{Style, width};
use crate::syntax::token::{Piece, What};

/// The rows of one table as lines without indentation, in order.
pub(super) fn rows(pieces: &[&Piece], style: Style) -> Vec<String> {
    let rows: Vec<Option<Vec<String>>> = pieces
        .iter()
        .map(|piece| if let What::Row(cells) = &piece.what { Some(cells.iter().map(|cell| style.cell(cell)).collect()) } else { None })
        .collect();
    let columns = rows.iter().flatten().map(Vec::len).max().unwrap_or_default();
    let column = |at: usize| rows.iter().flatten().filter_map(move |row| row.get(at));
    let widths: Vec<usize> = (0..columns).map(|at| column(at).map(|cell| width(cell)).max().unwrap_or_default()).collect();
    let right: Vec<bool> = (0..columns).map(|at| are_numbers(column(at).skip(1))).collect();
    rows.iter()
        .enumerate()
        .map(|(index, row)| match row {
            None => widths.iter().fold("|".to_owned(), |line, width| format!("{line}{}|", "-".repeat(width + 2))),
            Some(cells) => cells.iter().zip(&widths).zip(&right).fold("|".to_owned(), |line, ((cell, wide), right)| {
                let blanks = " ".repeat(wide.saturating_sub(width(cell)));
                if *right && index > 0 && measure(cell).is_some() { format!("{line} {blanks}{cell} |") } else { format!("{line} {cell}{blanks} |") }
            }),
        })
        .collect()
}

/// Numbers with the same unit and as many decimals; some cells may say nothing.
fn are_numbers<'a>(cells: impl Iterator<Item = &'a String>) -> bool {
    let mut found: Option<(usize, &str)> = None;
    for cell in cells {
        match (measure(cell), found) {
            (None, _) if matches!(cell.as_str(), "" | "-" | "any" | "任意") => {}
            (Some(next), Some(known)) if next == known => {}
            (Some(next), None) => found = Some(next),
            _ => return false,
        }
    }
    found.is_some()
}

/// The decimals and the unit of a cell that is a number.
fn measure(cell: &str) -> Option<(usize, &str)> {
    let end = cell.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(cell.len());
    let (number, unit) = cell.split_at(end);
    let is_bound = unit.ends_with(['上', '下', '内']);
    let is_unit = !is_bound && (unit.is_empty() || unit == "%" || unit.strip_prefix(' ').is_some_and(|unit| !unit.contains(|c: char| c.is_ascii_digit() || "+-*/<>=.,()（）、，".contains(c))));
    let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    (!number.is_empty() && !number.contains("..") && is_unit).then_some((decimals, unit))
}
