//! Plain text tables, aligned by what a terminal shows: a Chinese character is two columns wide.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a cell is shown where colour is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Style {
    /// As it is.
    #[default]
    Plain,
    /// Headings.
    Bold,
    /// Less important.
    Faint,
    /// Breaches.
    Bad,
    /// Open things.
    Open,
    /// Met.
    Good,
}

impl Style {
    /// `text` in this style, when `colour` is wanted.
    pub(crate) fn paint(self, text: &str, colour: bool) -> String {
        let code = match self {
            Self::Plain => return text.to_owned(),
            Self::Bold => "1",
            Self::Faint => "2",
            Self::Bad => "31",
            Self::Open => "33",
            Self::Good => "32",
        };
        if colour && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// One cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    text: String,
    right: bool,
    style: Style,
}

impl Cell {
    /// Aligned to the left.
    pub(crate) fn left(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
    /// Aligned to the right: numbers.
    pub(crate) fn right(text: impl Into<String>) -> Self {
        Self { text: text.into(), right: true, ..Self::default() }
    }
    /// In a style.
    pub(crate) fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }
}

/// `text`, cut off where it is wider than `most` columns.
pub(crate) fn fit(text: &str, most: usize) -> String {
    if text.width() <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(1);
    let fits = |letter: &char| {
        let room = left.checked_sub(letter.width().unwrap_or(0));
        left = room.unwrap_or(0);
        room.is_some()
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

/// The rows, each indented by `indent` blanks, columns two blanks apart, no blanks at the ends of lines.
pub(crate) fn table(rows: &[Vec<Cell>], indent: usize, colour: bool) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = cell.text.width();
            match widths.get_mut(column) {
                Some(known) => *known = width.max(*known),
                None => widths.push(width),
            }
        }
    }
    let mut out = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let gap = " ".repeat(width - cell.text.width());
            let (before, after) = if cell.right { (gap.as_str(), "") } else { ("", gap.as_str()) };
            line.push_str(if column == 0 { "" } else { "  " });
            line.push_str(before);
            line.push_str(&cell.style.paint(&cell.text, colour));
            line.push_str(after);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
