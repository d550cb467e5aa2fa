//! A table ⇄ the cells of a sheet.
//!
//! The first column says what a row of the sheet is: `table`, `line`, `hit`, `sort`, `heading`, then `row` for each row (nothing is as good), `#` for a comment
//! on a line of its own, `---` for a line that only separates. The columns of the table follow, then the notes.

use super::{Row, Said, Sort, Table};
use crate::diagnostics::{Diagnostic, Say, Tongue};

/// A cell of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A text; empty when nothing stands there.
    Text(String),
    /// A number that a spreadsheet made of it, and whether it shows a percentage.
    Number(f64, bool),
    /// Something that no text of a policy can be: what it is.
    Other(&'static str, &'static str),
}

/// A sheet as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The file, and the sheet in it where there are several.
    pub name: String,
    /// Its rows.
    pub rows: Vec<Vec<Entry>>,
}

/// A table from a sheet, and where its parts stand there.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    /// The table. The sorts of its columns are those that the sheet says, if it says any.
    pub(crate) table: Table,
    /// What the sheet says of each column.
    pub(crate) sorts: Vec<Option<Sort>>,
    /// The sheet's rows of the statements.
    pub(crate) line_at: Vec<usize>,
    /// The sheet's rows of the sorts and the headings.
    pub(crate) sort_at: usize,
    pub(crate) heading_at: usize,
    /// The sheet's rows of the rows.
    pub(crate) row_at: Vec<usize>,
    /// The sheet's columns of the columns.
    pub(crate) column_at: Vec<usize>,
    /// The sheet's column of the notes.
    pub(crate) note_at: Option<usize>,
}

/// What a row of a sheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Table,
    Line,
    Hit,
    Sort,
    Heading,
    Row,
    Comment,
    Rule,
    Blank,
}

const KINDS: [(Kind, &str, &str); 8] = [
    (Kind::Table, "table", "表"),
    (Kind::Line, "line", "行文"),
    (Kind::Hit, "hit", "取法"),
    (Kind::Sort, "sort", "栏类"),
    (Kind::Heading, "heading", "栏目"),
    (Kind::Row, "row", "行"),
    (Kind::Comment, "#", "#"),
    (Kind::Rule, "---", "---"),
];
const SORTS: [(Sort, &str, &str); 3] = [(Sort::Input, "input", "条件"), (Sort::Output, "output", "结果"), (Sort::Source, "source", "依据")];
const NOTE: (&str, &str) = ("note", "备注");

/// The sheet of a table, in the tongue of its text.
pub(crate) fn cells(table: &Table, tongue: Tongue) -> Vec<Vec<String>> {
    let pick = |en: &str, zh: &str| if tongue == Tongue::Zh { zh } else { en }.to_owned();
    let key = |kind: Kind| KINDS.iter().find(|(known, ..)| *known == kind).map(|(_, en, zh)| pick(en, zh)).unwrap_or_default();
    let sort = |sort: Sort| SORTS.iter().find(|(known, ..)| *known == sort).map(|(_, en, zh)| pick(en, zh)).unwrap_or_default();
    let mut out = vec![vec![key(Kind::Table), table.name.clone()]];
    out.extend(table.lines.iter().map(|line| vec![key(if line.hit { Kind::Hit } else { Kind::Line }), line.text.clone()]));
    let of_columns = |kind: Kind, cells: Vec<String>, note: String| [vec![key(kind)], cells, vec![note]].concat();
    out.push(of_columns(Kind::Sort, table.columns.iter().map(|(_, of)| sort(*of)).collect(), pick(NOTE.0, NOTE.1)));
    out.push(of_columns(Kind::Heading, table.columns.iter().map(|(heading, _)| heading.clone()).collect(), table.note.clone()));
    out.extend(table.rows.iter().map(|row| match row {
        Row::Cells(cells, note) => of_columns(Kind::Row, cells.clone(), note.clone()),
        Row::Comment(comment) => vec![key(Kind::Comment), comment.clone()],
        Row::Rule => vec![key(Kind::Rule)],
        Row::Blank => vec![String::new()],
    }));
    out
}

/// A cell's address, rows and columns from 0: `C7`.
pub(crate) fn address(row: usize, column: usize) -> String {
    let (mut letters, mut left) = (String::new(), column + 1);
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or_default();
        letters.insert(0, char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}

/// Digits that a number of a spreadsheet holds.
const DIGITS: usize = 15;

impl Grid {
    /// Something is wrong with a cell.
    pub(crate) fn wrong(&self, (row, column): (usize, usize), message: &Say, help: Say) -> Diagnostic {
        let (name, cell) = (&self.name, address(row, column));
        Diagnostic::error("bad-sheet", Say::new(format!("`{name}`, cell {cell}: {}", message.en), format!("`{name}` 单元格 {cell}：{}", message.zh))).help(help)
    }

    /// The sheet is of a table that is not there.
    pub(crate) fn no_table<'a>(&self, wanted: &str, there: impl Iterator<Item = &'a str>) -> Diagnostic {
        let there = there.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let row = self.rows.iter().position(|row| self.kind(row) == Some(Kind::Table)).unwrap_or_default();
        let help = if there.is_empty() { Say::new("the policy has no tables", "规章中没有表") } else { Say::new(format!("there are {there}"), format!("有 {there}")) };
        self.wrong((row, 1), &Say::new(format!("there is no table `{wanted}`"), format!("没有表 `{wanted}`")), help)
    }

    /// The name of the table whose sheet it is.
    pub(crate) fn of(&self) -> Option<&str> {
        let row = self.rows.iter().find(|row| self.kind(row) == Some(Kind::Table))?;
        if let Some(Entry::Text(name)) = row.get(1) { Some(name.trim()).filter(|name| !name.is_empty()) } else { None }
    }

    /// The table that the sheet says.
    pub(crate) fn table(&self) -> Result<Read, Vec<Diagnostic>> {
        let mut errors = Vec::new();
        let kinds: Vec<Kind> = self.rows.iter().enumerate().map(|(at, row)| self.kind(row).unwrap_or_else(|| {
            errors.push(self.unknown_kind(at));
            Kind::Blank
        })).collect();
        let first = |kind: Kind| kinds.iter().position(|known| *known == kind);
        let (Some(name), Some(heading_at)) = (self.of(), first(Kind::Heading)) else {
            errors.push(self.not_a_sheet());
            return Err(errors);
        };
        let sort_at = first(Kind::Sort);
        let mut text = |at: usize, column: usize, source: bool| self.text((at, column), source, &mut errors);
        let (sorts, note_at) = self.sorts(sort_at, &mut text);
        let mut columns: Vec<(usize, Option<Sort>, String)> = Vec::new();
        for column in (1..self.width(heading_at)).filter(|column| Some(*column) != note_at) {
            let heading = text(heading_at, column, false);
            if !heading.is_empty() {
                columns.push((column, sorts.iter().find(|(at, _)| *at == column).map(|(_, sort)| *sort), heading));
            }
        }
        let note = |text: &mut dyn FnMut(usize, usize, bool) -> String, at: usize| note_at.map(|column| text(at, column, false)).filter(|note| !note.is_empty()).map(hashed).unwrap_or_default();
        let header_note = note(&mut text, heading_at);
        let (mut rows, mut row_at, mut lines, mut line_at, mut beside) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, kind) in kinds.iter().enumerate() {
            let row = match kind {
                Kind::Line | Kind::Hit => {
                    lines.push(Said { hit: *kind == Kind::Hit, text: text(at, 1, false) });
                    line_at.push(at);
                    continue;
                }
                Kind::Table | Kind::Sort | Kind::Heading => continue,
                _ if at < heading_at => continue,
                Kind::Row => {
                    let cells = columns.iter().map(|(column, sort, _)| text(at, *column, *sort == Some(Sort::Source))).collect();
                    let known = |column: &usize| Some(*column) == note_at || columns.iter().any(|(at, ..)| at == column);
                    beside.extend((1..self.width(at)).filter(|column| !known(column) && !self.is_blank(at, *column)).map(|column| (at, column)));
                    Row::Cells(cells, note(&mut text, at))
                }
                Kind::Comment => Row::Comment(hashed(text(at, 1, false))),
                Kind::Rule => Row::Rule,
                Kind::Blank => Row::Blank,
            };
            rows.push(row);
            row_at.push(at);
        }
        while rows.last() == Some(&Row::Blank) {
            rows.pop();
        }
        row_at.truncate(rows.len());
        errors.extend(beside.into_iter().map(|place| {
            let help = Say::new("write the column's heading into the row `heading`, or empty the cell", "请在 `栏目` 行写上该栏的标题，或清空单元格");
            self.wrong(place, &Say::new("it stands in a column without a heading", "它所在的栏没有标题"), help)
        }));
        if !errors.is_empty() {
            return Err(errors);
        }
        let sorts = columns.iter().map(|(_, sort, _)| *sort).collect();
        let column_at = columns.iter().map(|(at, ..)| *at).collect();
        let columns = columns.into_iter().map(|(_, sort, heading)| (heading, sort.unwrap_or(Sort::Input))).collect();
        let table = Table { name: name.to_owned(), lines, columns, note: header_note, rows };
        Ok(Read { table, sorts, line_at, sort_at: sort_at.unwrap_or(heading_at), heading_at, row_at, column_at, note_at })
    }

    /// The sorts of the columns, and the column of the notes.
    fn sorts(&self, row: Option<usize>, text: &mut dyn FnMut(usize, usize, bool) -> String) -> (Vec<(usize, Sort)>, Option<usize>) {
        let Some(row) = row else { return (Vec::new(), None) };
        let (mut sorts, mut note) = (Vec::new(), None);
        for column in 1..self.width(row) {
            let word = text(row, column, false).to_lowercase();
            if let Some((sort, ..)) = SORTS.iter().find(|(_, en, zh)| word == *en || word == *zh) {
                sorts.push((column, *sort));
            } else if word == NOTE.0 || word == NOTE.1 {
                note = Some(column);
            }
        }
        (sorts, note)
    }

    fn width(&self, row: usize) -> usize {
        self.rows.get(row).map_or(0, Vec::len)
    }

    fn entry(&self, row: usize, column: usize) -> Option<&Entry> {
        self.rows.get(row).and_then(|row| row.get(column))
    }

    fn is_blank(&self, row: usize, column: usize) -> bool {
        self.entry(row, column).is_none_or(is_blank)
    }

    fn kind(&self, row: &[Entry]) -> Option<Kind> {
        if row.iter().all(is_blank) {
            return Some(Kind::Blank);
        }
        let Some(Entry::Text(key)) = row.first() else { return None };
        let key = key.trim().to_lowercase();
        if key.is_empty() { Some(Kind::Row) } else { KINDS.iter().find(|(_, en, zh)| key == *en || key == *zh).map(|(kind, ..)| *kind) }
    }

    fn unknown_kind(&self, row: usize) -> Diagnostic {
        let message = Say::new("the first column does not say what this row of the sheet is", "第一列没有说明这一行是什么");
        let help = Say::new("write `row` there, or leave it empty; `#` stands before a comment", "请写 `行`，或留空；注释行写 `#`");
        self.wrong((row, 0), &message, help)
    }

    fn not_a_sheet(&self) -> Diagnostic {
        let name = &self.name;
        let message = Say::new(format!("`{name}` is no sheet of a table: a row `table` with its name and a row `heading` are missing"), format!("`{name}` 不是表的工作表：缺少写有表名的 `表` 行和 `栏目` 行"));
        Diagnostic::error("bad-sheet", message).help(Say::new("begin with what `bylaw table export` writes", "请从 `bylaw table export` 写出的文件开始"))
    }

    /// The text of a cell; what a spreadsheet made another thing of is a text again where nothing was lost.
    fn text(&self, place: (usize, usize), source: bool, errors: &mut Vec<Diagnostic>) -> String {
        let as_text = || Say::new("format the cell as text and write it again", "请把单元格设为文本格式后重写");
        match self.entry(place.0, place.1) {
            None => String::new(),
            Some(Entry::Text(text)) => {
                let text = text.trim();
                if text.contains(['\n', '\r']) {
                    errors.push(self.wrong(place, &Say::new("the cell holds several lines", "单元格中有多行"), Say::new("write it on one line", "请写成一行")));
                }
                text.to_owned()
            }
            Some(Entry::Number(..)) if source => {
                errors.push(self.wrong(place, &Say::new("a citation became a number, and zeros may be lost", "依据变成了数，可能丢失了零"), as_text()));
                String::new()
            }
            Some(Entry::Number(number, percent)) => exact(*number, *percent).unwrap_or_else(|| {
                errors.push(self.wrong(place, &Say::new("a spreadsheet rounded this number", "电子表格对此数作了舍入"), as_text()));
                String::new()
            }),
            Some(Entry::Other(en, zh)) => {
                errors.push(self.wrong(place, &Say::new(format!("{en} stands here instead of a text"), format!("此处是{zh}，不是文本")), as_text()));
                String::new()
            }
        }
    }
}

fn is_blank(entry: &Entry) -> bool {
    matches!(entry, Entry::Text(text) if text.trim().is_empty())
}

fn hashed(note: String) -> String {
    if note.starts_with(['#', '＃']) { note } else { format!("# {note}") }
}

/// The digits of a number, when the spreadsheet held them all.
fn exact(number: f64, percent: bool) -> Option<String> {
    let digits = number.to_string();
    let held = digits.chars().filter(char::is_ascii_digit).collect::<String>().trim_start_matches('0').len() <= DIGITS;
    let decimal: rust_decimal::Decimal = digits.parse().ok().filter(|_| held)?;
    Some(if percent { format!("{}%", (decimal * rust_decimal::Decimal::ONE_HUNDRED).normalize()) } else { digits })
}
