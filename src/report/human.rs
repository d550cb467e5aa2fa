//! `--format human`: statements, what needs attention with a reason each, counts.

use super::Report;
use super::brief::{Brief, SHOWN};
use super::reason::reason;
use super::statements::{norm_label, statement};
use super::summary::{codes, present};
use super::table::{Cell, Style, fit, table};
use super::words::{at_short, cites, pick, subject};
use crate::explain::words::Words;
use crate::diagnostics::Tongue;
use crate::records::Rejection;
use crate::reference::verdict::{Ruling, Verdict};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How wide the table of verdicts may be with labels.
const WIDE: usize = 100;
/// Less room than this is no use to a label.
const LEAST_LABEL: usize = 12;

/// Writes the report. Where there is more than fits, the counts come first.
pub(crate) fn write(report: &Report<'_>, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    write_brief(report, &Brief::of(report), (tongue, colour), out)
}

/// The same of an audit of which only the first are there: its verdicts and statements are those of `brief`.
pub(crate) fn write_brief(report: &Report<'_>, brief: &Brief<'_>, (tongue, colour): (Tongue, bool), out: &mut dyn Write) -> io::Result<()> {
    let page = Page { report, brief, words: Words::new(report.model, report.records, "", tongue), tongue, colour };
    let large = brief.statements.0 > SHOWN || brief.verdicts.iter().any(|(one, count, _)| *count > SHOWN && *one != Ruling::Compliant);
    let mut sections = vec![page.statements(), page.totals(), page.attention(), page.changes(), page.rejections(), page.rows_rejected(), page.warnings()];
    sections.insert(if large { 0 } else { sections.len() }, page.counts());
    sections.push(page.records());
    let text = sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n");
    out.write_all(text.as_bytes())
}

struct Page<'r> {
    report: &'r Report<'r>,
    brief: &'r Brief<'r>,
    words: Words<'r>,
    tongue: Tongue,
    colour: bool,
}

impl Page<'_> {
    fn heading(&self, en: &str, zh: &str) -> String {
        format!("{}\n", Style::Bold.paint(pick(self.tongue, en, zh), self.colour))
    }

    fn more(&self, all: usize) -> String {
        match (all.saturating_sub(SHOWN), self.tongue) {
            (0, _) => String::new(),
            (more, Tongue::En) => format!("  … and {more} more: use --format jsonl\n"),
            (more, Tongue::Zh) => format!("  ……另有 {more} 项：请用 --format jsonl\n"),
        }
    }

    fn statements(&self) -> String {
        let (count, first) = &self.brief.statements;
        if first.is_empty() {
            return String::new();
        }
        let shown: Vec<String> = first.iter().map(|one| statement(&self.words, one, self.colour)).collect();
        format!("{}{}{}", self.heading("Statements", "结算单"), shown.join("\n"), self.more(*count))
    }

    fn totals(&self) -> String {
        let totals = &self.brief.totals;
        if totals.is_empty() {
            return String::new();
        }
        let open = pick(self.tongue, "open", "未定");
        let row = |total: &super::totals::Total| {
            let amount = total.amount.as_deref().unwrap_or(open);
            vec![Cell::left(&total.rule), Cell::left(&total.subject), Cell::right(amount), Cell::left(total.unit.clone().unwrap_or_default())]
        };
        let rows: Vec<_> = totals.iter().take(SHOWN).map(row).collect();
        format!("{}{}{}", self.heading("Counts, all months", "各月累计"), table(&rows, 2, self.colour), self.more(totals.len()))
    }

    /// Violations, conflicts, open ones, pending ones; with `all` also the rest.
    fn attention(&self) -> String {
        let mut sections = Vec::new();
        for (wanted, count, first) in &self.brief.verdicts {
            let (wanted, count) = (*wanted, *count);
            let quiet = matches!(wanted, Ruling::Compliant | Ruling::NotApplicable);
            if (quiet && !self.report.all) || count == 0 {
                continue;
            }
            let title = match self.tongue {
                Tongue::En => format!("{} ({})", self.words.ruling(wanted), count),
                Tongue::Zh => format!("{}（{}）", self.words.ruling(wanted), count),
            };
            let title = style_of(wanted).paint(&title, self.colour);
            let rows: Vec<_> = first.iter().map(|verdict| self.verdict(verdict)).collect();
            sections.push(format!("{title}\n{}{}", table(&rows, 2, self.colour), self.more(count)));
        }
        sections.join("\n")
    }

    fn verdict(&self, verdict: &Verdict) -> Vec<Cell> {
        vec![
            Cell::left(verdict.period.clone().unwrap_or_else(|| at_short(verdict.at))),
            Cell::left(verdict.subject.as_ref().map(subject).unwrap_or_default()),
            Cell::left(cites(&verdict.source)).style(Style::Faint),
            Cell::left(&verdict.id),
            Cell::left(reason(&self.words, verdict)),
        ]
    }

    /// What differs from the earlier audit.
    fn changes(&self) -> String {
        let (count, replacing) = &self.brief.replacing;
        let withdrawn = self.report.withdrawn;
        if replacing.is_empty() && withdrawn.is_empty() {
            return String::new();
        }
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for verdict in replacing {
            let earlier = verdict.supersedes.clone().unwrap_or_default();
            let now = Cell::left(self.words.ruling(verdict.ruling)).style(style_of(verdict.ruling));
            rows.push(vec![Cell::left(&verdict.id), now, Cell::left(format!("{earlier} → {}", verdict.revision)).style(Style::Faint)]);
        }
        for id in withdrawn.iter().take(SHOWN) {
            rows.push(vec![Cell::left(id), Cell::left(pick(self.tongue, "withdrawn", "撤回"))]);
        }
        let heading = self.heading("Changed since the earlier audit", "与上次相比的变化");
        format!("{heading}{}{}", table(&rows, 2, self.colour), self.more((*count).max(withdrawn.len())))
    }

    fn rejections(&self) -> String {
        let all = &self.report.records.rejections;
        self.messages(&format!("Rejected records ({})", all.len()), &format!("拒收的记录（{}）", all.len()), all, Style::Bad)
    }

    fn rows_rejected(&self) -> String {
        let all = &self.report.records.rows_rejected;
        self.messages(&format!("Rejected rows of registers ({})", all.len()), &format!("拒收的名册行（{}）", all.len()), all, Style::Bad)
    }

    /// Used, but deserving a look.
    fn warnings(&self) -> String {
        let all = &self.report.records.warnings;
        self.messages(&format!("Warnings ({})", all.len()), &format!("提醒（{}）", all.len()), all, Style::Open)
    }

    fn messages(&self, en: &str, zh: &str, all: &[Rejection], style: Style) -> String {
        if all.is_empty() {
            return String::new();
        }
        let mut text = self.heading(en, zh);
        for one in all.iter().take(SHOWN) {
            let place = if one.origin.line == 0 { one.origin.file.to_string() } else { format!("{}:{}", one.origin.file, one.origin.line) };
            let code = style.paint(one.code, self.colour);
            text.push_str(&format!("  {place}  {code}  {}\n", one.message.get(self.tongue)));
            text.push_str(&format!("    {}{}\n", pick(self.tongue, "help: ", "办法："), one.help.get(self.tongue)));
        }
        text + &self.more(all.len())
    }

    /// Verdicts by norm and ruling.
    fn counts(&self) -> String {
        let rules = &self.brief.rules;
        let rulings = present(rules);
        let heading = self.heading("Verdicts", "判定");
        if rules.is_empty() {
            return format!("{heading}  {}\n", pick(self.tongue, "none: no record gave an occasion", "无：没有记录引起判定"));
        }
        let head = rulings.iter().map(|one| Cell::right(self.words.ruling(*one)).style(style_of(*one)));
        // The regulation's name stands above the norms' when it is the same for all.
        let regulation = rules.keys().next().and_then(|rule| rule.split_once('.')).map(|(regulation, _)| regulation).unwrap_or_default();
        let bare = |rule: &str| rule.strip_prefix(regulation).and_then(|rest| rest.strip_prefix('.')).map(str::to_owned);
        let one = rules.keys().all(|rule| bare(rule).is_some());
        let title = Cell::left(if one { regulation } else { "" }).style(Style::Faint);
        let mut rows: Vec<Vec<Cell>> = vec![std::iter::once(title).chain(head).collect()];
        for (rule, counted) in rules {
            let name = bare(rule).filter(|_| one).unwrap_or_else(|| (*rule).to_owned());
            let mut row = vec![Cell::left(name)];
            row.extend(rulings.iter().map(|one| Cell::right(nonzero(counted.get(*one)))));
            rows.push(row);
        }
        let mut last = vec![Cell::left(pick(self.tongue, "all", "合计")).style(Style::Bold)];
        last.extend(rulings.iter().map(|one| Cell::right(rules.values().map(|counted| counted.get(*one)).sum::<u64>().to_string())));
        rows.push(last);
        self.add_labels(&mut rows, rules.keys());
        format!("{heading}{}", table(&rows, 2, self.colour))
    }

    /// The labels of the norms behind their counts, as far as there is room for them; none where there is hardly any.
    fn add_labels<'n>(&self, rows: &mut [Vec<Cell>], rules: impl Iterator<Item = &'n &'n str>) {
        let used = table(rows, 2, false).lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
        let Some(room) = WIDE.checked_sub(used + 2).filter(|room| *room >= LEAST_LABEL) else { return };
        for (row, rule) in rows.iter_mut().skip(1).zip(rules) {
            row.extend(norm_label(&self.words, rule).map(|label| Cell::left(fit(label, room)).style(Style::Faint)));
        }
    }

    /// Records, notes, digests.
    fn records(&self) -> String {
        let records = self.report.records;
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (en, zh, number) in self.record_counts() {
            rows.push(vec![Cell::left(pick(self.tongue, en, zh)), Cell::right(number.to_string())]);
        }
        for (code, number) in codes(&records.rejections) {
            rows.push(vec![Cell::left(format!("  {code}")), Cell::right(number.to_string())]);
        }
        for (name, number) in &records.counts.ignored {
            let label = pick(self.tongue, "no policy declares", "规章未声明的类型");
            rows.push(vec![Cell::left(format!("{label} `{name}`")), Cell::right(number.to_string())]);
        }
        for (en, zh, number) in [("rows of registers", "名册行数", records.counts.register_rows), ("rejected rows", "拒收的名册行", records.counts.register_rejected)] {
            if number > 0 {
                rows.push(vec![Cell::left(pick(self.tongue, en, zh)), Cell::right(number.to_string())]);
            }
        }
        let mut text = self.heading("Records", "记录") + &table(&rows, 2, self.colour);
        if let Some(until) = records.until {
            text.push_str(&format!("{}{}\n", pick(self.tongue, "known up to ", "已知截至 "), at_short(until)));
        }
        for note in records.notes.iter().chain(&self.report.audit.notes) {
            text.push_str(&format!("{}{}\n", pick(self.tongue, "note: ", "说明："), note.get(self.tongue)));
        }
        let digests = [("policy", "规章", self.report.policy_digest()), ("registers", "名册", records.registers_digest.clone()), ("events", "记录", records.events_digest.clone())];
        let short = |(en, zh, digest): &(&str, &str, String)| format!("{} {}", pick(self.tongue, en, zh), digest.get(..12).unwrap_or(digest));
        let line = digests.iter().map(short).collect::<Vec<_>>().join("  ");
        text + &Style::Faint.paint(&format!("{}{line}", pick(self.tongue, "digests: ", "摘要：")), self.colour) + "\n"
    }

    /// What happened to the records; what did not happen at all is left out.
    fn record_counts(&self) -> Vec<(&'static str, &'static str, u64)> {
        let counts = &self.report.records.counts;
        let all = [
            ("read", "读入", counts.read),
            ("used", "采用", counts.used),
            ("repeated", "重复", counts.repeated),
            ("superseded", "被替换", counts.superseded),
            ("retracted", "被撤销", counts.retracted),
            ("taking others back", "撤销其他记录", counts.retracting),
            ("after the known-up-to time", "晚于已知截至时间", counts.after_cut),
            ("rejected", "拒收", counts.rejected),
        ];
        all.into_iter().enumerate().filter(|(position, (_, _, number))| *position < 2 || *number > 0).map(|(_, one)| one).collect()
    }
}

fn nonzero(number: u64) -> String {
    if number == 0 { "·".to_owned() } else { number.to_string() }
}

fn style_of(ruling: Ruling) -> Style {
    match ruling {
        Ruling::Violation | Ruling::Conflict => Style::Bad,
        Ruling::Undetermined | Ruling::Pending => Style::Open,
        Ruling::Compliant => Style::Good,
        Ruling::NotApplicable => Style::Faint,
    }
}
