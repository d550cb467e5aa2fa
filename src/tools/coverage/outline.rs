//! The outline: every clause of a text, one row each, and whether something can be computed from it (`docs/coverage.md`).

use crate::diagnostics::{Diagnostic, Place, Say, Source, Span};
use csv::{ErrorKind, Position, ReaderBuilder, StringRecord};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The clauses of a text, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Name of the file.
    pub name: String,
    /// The clauses; ids are unique.
    pub clauses: Vec<Clause>,
}

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// As policies cite it.
    pub id: String,
    /// What can be computed from it.
    pub computable: Computable,
    /// Its chapter; what stands before the first dot of the id, where the column says nothing.
    pub chapter: String,
    /// Its section.
    pub section: String,
    /// What it says, in short.
    pub summary: String,
    /// What sort of clause it is.
    pub kind: String,
    /// The clause that it repeats.
    pub duplicate_of: String,
}

/// What can be computed from a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Computable {
    /// Records and registers settle it.
    #[serde(rename = "yes")]
    Yes,
    /// Somebody has to say something.
    #[serde(rename = "with-attestation")]
    WithAttestation,
    /// No record could show it.
    #[serde(rename = "no")]
    No,
}

impl Computable {
    /// As the outline writes it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::WithAttestation => "with-attestation",
            Self::No => "no",
        }
    }

    fn read(cell: &str) -> Option<Self> {
        [Self::Yes, Self::WithAttestation, Self::No].into_iter().find(|one| one.code() == cell)
    }
}

impl Outline {
    /// Reads an outline, a CSV text with a header.
    ///
    /// # Errors
    /// Everything that is wrong with it, `bad-outline` with its line.
    pub fn read(name: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let source = Arc::new(Source { name: name.to_owned(), text: text.strip_prefix('\u{feff}').unwrap_or(text).to_owned() });
        let mut reading = Reading { source: &source, told: Vec::new(), clauses: Vec::new(), seen: BTreeMap::new() };
        reading.all();
        let Reading { told, clauses, .. } = reading;
        if told.is_empty() { Ok(Self { name: name.to_owned(), clauses }) } else { Err(told) }
    }
}

/// Where the columns are.
struct Columns {
    id: usize,
    computable: usize,
    chapter: Option<usize>,
    section: Option<usize>,
    summary: Option<usize>,
    kind: Option<usize>,
    duplicate_of: Option<usize>,
}

struct Reading<'s> {
    source: &'s Arc<Source>,
    told: Vec<Diagnostic>,
    clauses: Vec<Clause>,
    seen: BTreeMap<String, Span>,
}

impl Reading<'_> {
    fn all(&mut self) {
        let text = &self.source.text;
        let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return self.broken(&error),
        };
        let Some(columns) = self.columns(&header) else { return };
        for row in reader.records() {
            match row {
                Ok(row) => self.row(&columns, &row),
                Err(error) => self.broken(&error),
            }
        }
    }

    fn columns(&mut self, header: &StringRecord) -> Option<Columns> {
        let find = |is: &dyn Fn(&str) -> bool| header.iter().position(|name| is(name.trim()));
        let called = |name: &'static str| find(&|found| found == name);
        let missing: Vec<&str> = ["id", "computable"].into_iter().filter(|name| called(name).is_none()).collect();
        for name in missing {
            self.tell(
                self.line(0),
                Say::new(format!("the outline has no column `{name}`"), format!("条款清单没有 `{name}` 列")),
                Say::new("the first line names the columns; `id` and `computable` must be among them", "首行写明各列名称，其中须有 `id` 与 `computable`"),
            );
        }
        Some(Columns {
            id: called("id")?,
            computable: called("computable")?,
            chapter: called("chapter"),
            section: called("section"),
            summary: called("summary").or_else(|| find(&|name| name.starts_with("summary"))),
            kind: called("kind"),
            duplicate_of: called("duplicate_of"),
        })
    }

    fn row(&mut self, columns: &Columns, row: &StringRecord) {
        let cell = |at: usize| row.get(at).unwrap_or_default().trim();
        let other = |at: Option<usize>| at.map(cell).unwrap_or_default().to_owned();
        let (id, written) = (cell(columns.id), cell(columns.computable));
        let span = self.line(row.position().map_or(0, byte));
        if id.is_empty() {
            self.tell(
                span,
                Say::new("this row has no `id`", "此行没有 `id`"),
                Say::new("write the clause's number, as policies cite it", "请填写条款编号，与规章中引用的一致"),
            );
        } else if let Some(first) = self.seen.insert(id.to_owned(), span) {
            let first = Place { source: Arc::clone(self.source), span: first }.line();
            self.tell(
                span,
                Say::new(format!("`{id}` stands twice, first in line {first}"), format!("`{id}` 重复，首次出现在第 {first} 行")),
                Say::new("give each clause a number of its own, or remove the row", "请为各条款取不同的编号，或删除此行"),
            );
        }
        let Some(computable) = Computable::read(written) else {
            self.tell(
                span,
                Say::new(format!("`{written}` does not say whether the clause is computable"), format!("`{written}` 未说明条款可否计算")),
                Say::new("write `yes`, `with-attestation` or `no`", "请写 `yes`、`with-attestation` 或 `no`"),
            );
            return;
        };
        let chapter = Some(other(columns.chapter)).filter(|chapter| !chapter.is_empty());
        self.clauses.push(Clause {
            id: id.to_owned(),
            computable,
            chapter: chapter.unwrap_or_else(|| id.split('.').next().unwrap_or_default().to_owned()),
            section: other(columns.section),
            summary: other(columns.summary),
            kind: other(columns.kind),
            duplicate_of: other(columns.duplicate_of),
        });
    }

    fn broken(&mut self, error: &csv::Error) {
        let span = self.line(error.position().map_or(0, byte));
        let (message, help) = match error.kind() {
            ErrorKind::UnequalLengths { expected_len, len, .. } => (
                Say::new(format!("the row has {len} cells, the header has {expected_len}"), format!("该行有 {len} 格，而表头有 {expected_len} 格")),
                Say::new("put quotes around cells that hold a comma, or add the missing commas", "含逗号的单元格请加引号，或补上缺少的逗号"),
            ),
            _ => (Say::new("the row cannot be read", "此行无法读取"), Say::new("correct the row", "请改正此行")),
        };
        self.tell(span, message, help);
    }

    /// The line that begins at the byte; the line end before it, which the reader may have left there, is none of it.
    fn line(&self, byte: usize) -> Span {
        let text = &self.source.text;
        let rest = text.get(byte..).unwrap_or_default();
        let start = byte + rest.len() - rest.trim_start_matches(['\n', '\r']).len();
        let end = text.get(start..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |length| start + length);
        Span::new(start, end)
    }

    fn tell(&mut self, span: Span, message: Say, help: Say) {
        let place = Place { source: Arc::clone(self.source), span };
        self.told.push(Diagnostic::error("bad-outline", message).at(place, Say::new("", "")).help(help));
    }
}

fn byte(position: &Position) -> usize {
    usize::try_from(position.byte()).unwrap_or(usize::MAX)
}
