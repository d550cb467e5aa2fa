//! `bylaw coverage`: the outline's clauses by regulation, for people and for CI.

mod json;

pub(crate) use json::write_json;

use super::table::{Cell, Style, fit, table};
use super::words::{percent, pick};
use crate::diagnostics::{Place, Tongue};
use crate::tools::coverage::{Computable, Coverage, Covered, Dangling, Status};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Columns for what a clause says.
const SUMMARY: usize = 72;

/// How many clauses there are, and how far they have come.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Counts {
    clauses: usize,
    encoded: usize,
    parameter: usize,
    attested: usize,
    not_computable: usize,
    missing: usize,
}

impl Counts {
    fn of<'c>(clauses: impl Iterator<Item = &'c Covered<'c>>) -> Self {
        let mut counts = Self::default();
        for one in clauses {
            counts.clauses += 1;
            counts.parameter += usize::from(one.parameter);
            *match one.status {
                Status::Encoded => &mut counts.encoded,
                Status::Attested => &mut counts.attested,
                Status::NotComputable => &mut counts.not_computable,
                Status::Missing => &mut counts.missing,
            } += 1;
        }
        counts
    }

    fn all(self) -> [usize; 6] {
        [self.clauses, self.encoded, self.parameter, self.attested, self.not_computable, self.missing]
    }
}

/// Of the clauses marked `yes`: how many, and how many are encoded.
fn computable(coverage: &Coverage<'_>) -> (usize, usize) {
    let marked = coverage.clauses.iter().filter(|one| one.clause.computable == Computable::Yes);
    let encoded = marked.clone().filter(|one| one.status == Status::Encoded).count();
    (marked.count(), encoded)
}

/// Writes the table, what is wrong, and the share that is encoded; with `verbose` also the clauses that fall short of their mark.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write(coverage: &Coverage<'_>, verbose: bool, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { coverage, tongue, colour };
    let mut sections = vec![page.table(), page.missing(), page.dangling(), page.contradictions()];
    sections.extend(verbose.then(|| page.short()));
    sections.push(page.elsewhere());
    sections.push(page.share());
    let text = sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n");
    out.write_all(text.as_bytes())
}

struct Page<'c> {
    coverage: &'c Coverage<'c>,
    tongue: Tongue,
    colour: bool,
}

impl<'c> Page<'c> {
    fn table(&self) -> String {
        let heads = [("regulation", "规章"), ("cites", "出处"), ("clauses", "条款"), ("encoded", "已编写"), ("value not stated", "其中数值未定"), ("attested", "须认定"), ("not computable", "不可计算"), ("missing", "缺漏")];
        let cell = |at: usize, text: &str| if at < 2 { Cell::left(text) } else { Cell::right(text) };
        let mut rows: Vec<Vec<Cell>> = vec![heads.iter().enumerate().map(|(at, (en, zh))| cell(at, pick(self.tongue, en, zh)).style(Style::Faint)).collect()];
        for (at, regulation) in self.coverage.regulations.iter().enumerate() {
            let counts = Counts::of(self.coverage.clauses.iter().filter(|one| one.regulation == at));
            rows.push(self.row(&regulation.name, &regulation.parts.join("; "), counts, Style::Plain));
        }
        let total = Counts::of(self.coverage.clauses.iter());
        rows.push(self.row(pick(self.tongue, "total", "合计"), "", total, Style::Bold));
        table(&rows, 0, self.colour)
    }

    fn row(&self, name: &str, parts: &str, counts: Counts, style: Style) -> Vec<Cell> {
        let mut row = vec![Cell::left(name).style(style), Cell::left(parts)];
        row.extend(counts.all().map(|count| Cell::right(count.to_string()).style(style)));
        if counts.missing > 0
            && let Some(last) = row.pop()
        {
            row.push(last.style(Style::Bad));
        }
        row
    }

    fn heading(&self, style: Style, en: &str, zh: &str, count: usize) -> String {
        let text = match self.tongue {
            Tongue::En => format!("{en} ({count})"),
            Tongue::Zh => format!("{zh}（{count}）"),
        };
        format!("{}\n", style.paint(&text, self.colour))
    }

    /// Clauses with their mark, what else there is to say, and what they say.
    fn list(&self, clauses: &[&'c Covered<'c>], more: impl Fn(&'c Covered<'c>) -> Option<String>) -> String {
        let row = |one: &&'c Covered<'c>| {
            let mut row = vec![Cell::left(&one.clause.id), Cell::left(one.clause.computable.code()).style(Style::Faint)];
            row.extend(more(one).map(Cell::left));
            row.push(Cell::left(fit(&one.clause.summary, SUMMARY)));
            row
        };
        table(&clauses.iter().map(row).collect::<Vec<_>>(), 2, self.colour)
    }

    fn those(&self, are: impl Fn(&Covered<'c>) -> bool) -> Vec<&'c Covered<'c>> {
        self.coverage.clauses.iter().filter(|one| are(one)).collect()
    }

    fn missing(&self) -> String {
        let missing = self.those(|one| one.status == Status::Missing);
        if missing.is_empty() {
            return String::new();
        }
        let heading = self.heading(Style::Bad, "missing: nothing cites them", "缺漏：没有任何引用", missing.len());
        format!("{heading}{}", self.list(&missing, |_| None))
    }

    fn dangling(&self) -> String {
        let all = &self.coverage.dangling;
        if all.is_empty() {
            return String::new();
        }
        let heading = self.heading(Style::Bad, "dangling: the outline has no such clause", "悬空：清单中没有的条款", all.len());
        let row = |one: &Dangling| vec![Cell::left(&one.cites), Cell::left(where_it_is(one))];
        format!("{heading}{}", table(&all.iter().map(row).collect::<Vec<_>>(), 2, self.colour))
    }

    fn contradictions(&self) -> String {
        let all = self.those(Covered::contradicts);
        if all.is_empty() {
            return String::new();
        }
        let heading = self.heading(Style::Bad, "cited, and listed as not computable", "既被引用，又列为不可计算", all.len());
        format!("{heading}{}", self.list(&all, |one| Some(joined(&one.by))))
    }

    fn short(&self) -> String {
        let all = self.those(Covered::falls_short);
        if all.is_empty() {
            return String::new();
        }
        let heading = self.heading(Style::Open, "marked `yes`, but attested or listed as not computable", "标为 `yes`，却须认定或列为不可计算", all.len());
        let status = |one: &Covered<'_>| match one.status {
            Status::NotComputable => pick(self.tongue, "not computable", "不可计算"),
            _ => pick(self.tongue, "attested", "须认定"),
        };
        format!("{heading}{}", self.list(&all, |one| Some(status(one).to_owned())))
    }

    fn elsewhere(&self) -> String {
        let all = &self.coverage.not_looked_at;
        if all.is_empty() {
            return String::new();
        }
        let chapters: Vec<String> = all.iter().map(|(chapter, count)| format!("{chapter} ({count})")).collect();
        match self.tongue {
            Tongue::En => format!("not looked at, chapters of no regulation here (clauses): {}\n", chapters.join(", ")),
            Tongue::Zh => format!("未涉及的章（条款数），此处规章均未引用：{}\n", chapters.join("、")),
        }
    }

    fn share(&self) -> String {
        if self.coverage.clauses.is_empty() {
            let help = ("no clause belongs to a regulation here: name the part of the outline that one encodes, such as `regulation NAME [03]`\n", "没有条款属于此处的规章：请在规章首行写明其出处，如 `规章 名称 【03】`\n");
            return pick(self.tongue, help.0, help.1).to_owned();
        }
        let (marked, encoded) = computable(self.coverage);
        let share = percent(encoded, marked);
        match self.tongue {
            Tongue::En => format!("encoded without an attestation: {encoded} of {marked} clauses marked `yes`, {share} %\n"),
            Tongue::Zh => format!("标为 `yes` 的条款 {marked} 条，无须认定而已编写 {encoded} 条，占 {share}%\n"),
        }
    }
}

/// `file:line`, or what cites it where that is not known.
fn where_it_is(one: &Dangling) -> String {
    let places: Vec<String> = one.places.iter().map(place).collect();
    if places.is_empty() { joined(&one.by) } else { places.join(", ") }
}

fn joined(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn place(place: &Place) -> String {
    format!("{}:{}", place.source.name, place.line())
}
