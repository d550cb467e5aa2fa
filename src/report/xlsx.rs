//! `--format xlsx` and `--statements FILE.xlsx`: a workbook for the paymaster.
//!
//! Texts are written as texts, so that none of them becomes a formula. Amounts are numbers where a spreadsheet holds every digit, which is up to fifteen,
//! else texts; a sheet of notes says so.

use super::Report;
use super::paymaster::{KINDS, rows};
use super::reason::reason;
use super::statements::{norm_label, unit_word};
use super::words::{at, cites, pick, posting_code, subject};
use crate::diagnostics::Tongue;
use crate::explain::words::Words;
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::Unit;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use std::io::{self, Write};

/// Rows below the head of a sheet: spreadsheets hold no more.
const ROWS: usize = 1_048_575;
/// Letters in a cell: spreadsheets hold no more.
const LETTERS: usize = 32_767;
/// Digits that a number of a spreadsheet holds.
const DIGITS: usize = 15;

/// Writes the workbook, with or without a sheet of verdicts.
pub(crate) fn write(report: &Report<'_>, tongue: Tongue, verdicts: bool, out: &mut dyn Write) -> io::Result<()> {
    let words = Words::new(report.model, report.records, "", tongue);
    let mut book = Book { report, words, tongue, workbook: Workbook::new(), as_text: 0, cut: 0 };
    let bytes = book.written(verdicts).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

struct Book<'a> {
    report: &'a Report<'a>,
    words: Words<'a>,
    tongue: Tongue,
    workbook: Workbook,
    /// Amounts that no number holds.
    as_text: usize,
    /// Texts that were too long.
    cut: usize,
}

/// What stands in a cell.
enum Cell {
    Text(String),
    Amount(Option<Number>),
    Count(usize),
    Blank,
}

impl Book<'_> {
    fn written(&mut self, verdicts: bool) -> Result<Vec<u8>, XlsxError> {
        // The same audit gives the same bytes: no time of making.
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        self.workbook.set_properties(&DocProperties::new().set_author("bylaw").set_creation_datetime(&made));
        self.statements()?;
        self.postings()?;
        if verdicts {
            self.verdicts()?;
        }
        self.notes()?;
        self.workbook.save_to_buffer()
    }

    fn pick(&self, en: &'static str, zh: &'static str) -> &'static str {
        pick(self.tongue, en, zh)
    }

    fn statements(&mut self) -> Result<(), XlsxError> {
        let mut head = vec![self.heading("Person", "人员", 22), self.heading("Month", "月份", 10), self.heading("Unit", "单位", 12)];
        head.extend(KINDS.map(|kind| (self.words.slot(posting_code(kind)), 12)));
        head.extend([self.heading("Total", "合计", 14), self.heading("Open postings", "未定笔数", 14)]);
        let unit = |unit: &Unit| unit_word(&self.words, unit).trim().to_owned();
        let table: Vec<Vec<Cell>> = rows(self.report)
            .map(|row| {
                let mut cells = vec![Cell::Text(subject(&row.statement.subject)), Cell::Text(row.statement.month.clone()), Cell::Text(unit(row.unit))];
                cells.extend(row.sums.iter().map(|sum| sum.map_or(Cell::Blank, Cell::Amount)));
                cells.extend([Cell::Amount(row.total), Cell::Count(row.open)]);
                cells
            })
            .collect();
        self.sheet(self.pick("Statements", "结算单"), &head, table)
    }

    fn postings(&mut self) -> Result<(), XlsxError> {
        let head = [
            self.heading("Person", "人员", 22),
            self.heading("Month", "月份", 10),
            self.heading("Norm", "规则", 30),
            self.heading("Title", "名称", 30),
            self.heading("Article", "条款", 12),
            self.heading("Kind", "类别", 12),
            self.heading("Amount", "金额或数量", 14),
            self.heading("Unit", "单位", 12),
            self.heading("Verdict", "判定编号", 44),
        ];
        let mut table = Vec::new();
        for statement in &self.report.audit.statements {
            for line in &statement.lines {
                table.push(vec![
                    Cell::Text(subject(&statement.subject)),
                    Cell::Text(statement.month.clone()),
                    Cell::Text(line.rule.clone()),
                    self.title(&line.rule),
                    Cell::Text(cites(&line.source)),
                    Cell::Text(self.words.slot(posting_code(line.posting))),
                    Cell::Amount(line.amount.map(|amount| counted(line.posting, amount))),
                    Cell::Text(unit_word(&self.words, &line.unit).trim().to_owned()),
                    Cell::Text(line.verdict.clone()),
                ]);
            }
        }
        self.sheet(self.pick("Postings", "明细"), &head, table)
    }

    fn verdicts(&mut self) -> Result<(), XlsxError> {
        let head = [
            self.heading("Verdict", "判定编号", 44),
            self.heading("Ruling", "判定结果", 14),
            self.heading("Norm", "规则", 30),
            self.heading("Title", "名称", 30),
            self.heading("Article", "条款", 12),
            self.heading("Person", "人员", 22),
            self.heading("Time", "时间", 26),
            self.heading("Period", "期间", 12),
            self.heading("Reason", "理由", 60),
            self.heading("Records", "所依据的记录", 30),
            self.heading("Final", "最终", 8),
            self.heading("Revision", "版本", 18),
        ];
        let row = |verdict: &crate::reference::verdict::Verdict| {
            vec![
                Cell::Text(verdict.id.clone()),
                Cell::Text(self.words.ruling(verdict.ruling).to_owned()),
                Cell::Text(verdict.rule.clone()),
                self.title(&verdict.rule),
                Cell::Text(cites(&verdict.source)),
                Cell::Text(verdict.subject.as_ref().map(subject).unwrap_or_default()),
                Cell::Text(at(verdict.at)),
                Cell::Text(verdict.period.clone().unwrap_or_default()),
                Cell::Text(reason(&self.words, verdict)),
                Cell::Text(verdict.events.join("; ")),
                Cell::Text(self.words.yes(verdict.is_final).to_owned()),
                Cell::Text(verdict.revision.clone()),
            ]
        };
        let table = self.report.shown().map(row).collect();
        self.sheet(self.pick("Verdicts", "判定"), &head, table)
    }

    fn notes(&mut self) -> Result<(), XlsxError> {
        let records = self.report.records;
        let line = |en: &str, zh: &str, said: String| vec![Cell::Text(pick(self.tongue, en, zh).to_owned()), Cell::Text(said)];
        let mut table = vec![
            line("Known up to", "数据截至", records.until.map(at).unwrap_or_default()),
            line("Signs", "正负号", self.pick("fines and deductions count as minus in totals and postings", "罚款和扣款在合计和明细中计为负数").to_owned()),
            line("Open amounts", "未定数额", self.pick("`?`: a fact or a judgement is missing; see the verdict", "“?”：尚缺事实或认定，见相应判定").to_owned()),
            line(
                "Numbers as text",
                "以文本存放的数值",
                match self.tongue {
                    Tongue::En => format!("{}: a spreadsheet would round them (more than {DIGITS} digits, or no finite decimal); they are exact texts and are left out of its sums", self.as_text),
                    Tongue::Zh => format!("{} 个：电子表格会将其舍入（超过 {DIGITS} 位或为无限小数）；此处为精确文本，不参与表格求和", self.as_text),
                },
            ),
            line("Texts cut off", "被截断的文本", self.cut.to_string()),
            line("Rejected records, rows of registers", "拒收的记录、名册行", format!("{}, {}", records.rejections.len(), records.rows_rejected.len())),
            line("Digest of the policy", "规章摘要", self.report.policy_digest()),
            line("Digest of the registers", "名册摘要", records.registers_digest.clone()),
            line("Digest of the events", "记录摘要", records.events_digest.clone()),
        ];
        for note in records.notes.iter().chain(&self.report.audit.notes) {
            table.push(line("Note", "说明", note.get(self.tongue).to_owned()));
        }
        let head = [self.heading("About", "项目", 32), self.heading("What", "内容", 80)];
        self.sheet(self.pick("Notes", "说明"), &head, table)
    }

    fn heading(&self, en: &'static str, zh: &'static str, width: u32) -> (String, u32) {
        (self.pick(en, zh).to_owned(), width)
    }

    /// The label of a norm.
    fn title(&self, rule: &str) -> Cell {
        norm_label(&self.words, rule).map_or(Cell::Blank, |label| Cell::Text(label.to_owned()))
    }

    /// A table; where it is longer than a sheet can be, on several.
    fn sheet(&mut self, name: &str, head: &[(String, u32)], table: Vec<Vec<Cell>>) -> Result<(), XlsxError> {
        let (bold, right) = (Format::new().set_bold(), Format::new().set_align(FormatAlign::Right));
        let mut rows = table.into_iter().peekable();
        for number in 1.. {
            let mut sheet = Worksheet::new();
            sheet.set_name(if number == 1 { name.to_owned() } else { format!("{name} {number}") })?;
            sheet.set_freeze_panes(1, 0)?;
            for (column, (title, width)) in (0..).zip(head) {
                sheet.write_string_with_format(0, column, title, &bold)?;
                sheet.set_column_width(column, *width)?;
            }
            for (row, cells) in (1..).zip(rows.by_ref().take(ROWS)) {
                for (column, cell) in (0..).zip(cells) {
                    self.cell(&mut sheet, (row, column), cell, &right)?;
                }
            }
            self.workbook.push_worksheet(sheet);
            if rows.peek().is_none() {
                break;
            }
        }
        Ok(())
    }

    fn cell(&mut self, sheet: &mut Worksheet, (row, column): (u32, u16), cell: Cell, right: &Format) -> Result<(), XlsxError> {
        match cell {
            Cell::Text(text) if text.is_empty() => {}
            Cell::Text(text) => {
                sheet.write_string(row, column, self.fitting(text))?;
            }
            Cell::Amount(None) => {
                sheet.write_string_with_format(row, column, "?", right)?;
            }
            Cell::Amount(Some(amount)) => match number(&amount.to_string()) {
                Some(held) => {
                    sheet.write_number(row, column, held)?;
                }
                None => {
                    self.as_text += 1;
                    sheet.write_string_with_format(row, column, amount.to_string(), right)?;
                }
            },
            Cell::Count(count) => {
                sheet.write_number(row, column, u32::try_from(count).unwrap_or(u32::MAX))?;
            }
            Cell::Blank => {}
        }
        Ok(())
    }

    fn fitting(&mut self, text: String) -> String {
        // Spreadsheets count letters as UTF-16 does.
        if text.encode_utf16().count() <= LETTERS {
            return text;
        }
        self.cut += 1;
        text.chars().take(LETTERS / 2).chain(['…']).collect()
    }
}

/// As it counts in totals.
fn counted(posting: Posting, amount: Number) -> Number {
    match posting {
        Posting::Fine | Posting::Deduct => Number::whole(0).minus(amount).unwrap_or(amount),
        Posting::Pay | Posting::Score | Posting::Count => amount,
    }
}

/// The number of a spreadsheet that shows these digits, when one holds them all.
fn number(decimal: &str) -> Option<f64> {
    let digits = decimal.chars().filter(char::is_ascii_digit).collect::<String>();
    let held = digits.trim_start_matches('0').len() <= DIGITS && !decimal.contains('/');
    decimal.parse().ok().filter(|_| held)
}
