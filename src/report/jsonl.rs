//! `--format jsonl`: one object a line. The order of keys is fixed; `docs/output.md` is its page.

use super::words::{at, cites, posting_code, ruling_code, subject, unit_code, value_code};
use super::{Report, is_shown, summary};
use crate::diagnostics::Tongue;
use crate::records::Rejection;
use crate::reference::verdict::{Cause, Effect, Item, Part, Statement, StatementLine, Verdict};
use serde::Serialize;
use std::io::{self, Write};

/// Writes everything: verdicts, statements, rejected records, warnings, withdrawn verdicts, the summary.
pub(crate) fn write(report: &Report<'_>, tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    report.write_each(&report.audit.verdicts, out, |one, out| if is_shown(report.all, one) { verdict(one, out) } else { Ok(()) })?;
    report.write_each(&report.audit.statements, out, statement)?;
    end(report, summary::Summary::of(report, tongue), tongue, out)
}

/// A verdict.
pub(crate) fn verdict(verdict: &Verdict, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    line(out, &VerdictLine::of(verdict))
}

/// A statement.
pub(crate) fn statement(statement: &Statement, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    line(out, &Named { statement: StatementRow::of(statement) })
}

/// A line of a statement, as one of a list.
pub(crate) fn statement_line(line: &StatementLine, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    Ok(serde_json::to_writer(out, &LineRow::of(line))?)
}

/// A statement whose lines are written already, with commas between them.
pub(crate) fn statement_of(statement: &Statement, lines: &[u8], out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let mut whole = serde_json::to_vec(&Named { statement: StatementRow { lines: Vec::new(), ..StatementRow::of(statement) } })?;
    whole.push(b'\n');
    let at = memchr::memmem::find(&whole, NO_LINES).map_or(whole.len(), |at| at + NO_LINES.len() - 1);
    let (head, tail) = whole.split_at(at);
    out.write_all(head)?;
    out.write_all(lines)?;
    out.write_all(tail)
}

/// What stands for `final`, and for its contrary.
pub(crate) const FINAL: (&str, &str) = ("true", "false");

/// No text has it inside, where quotes have a stroke before them.
const NO_LINES: &[u8] = b",\"lines\":[]";

/// What comes after verdicts and statements.
pub(crate) fn end(report: &Report<'_>, summary: summary::Summary, tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    for rejection in report.records.rejections.iter().chain(&report.records.rows_rejected) {
        line(out, &Rejected { rejected: RejectedRow::of(rejection, tongue) })?;
    }
    for warning in &report.records.warnings {
        line(out, &Warning { warning: RejectedRow::of(warning, tongue) })?;
    }
    for id in report.withdrawn {
        line(out, &Withdrawn { withdrawn: WithdrawnRow { id } })?;
    }
    line(out, &Last { summary })
}

fn line(out: &mut (impl Write + ?Sized), row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")
}

/// One verdict, as scripts read it.
#[derive(Debug, Serialize)]
struct VerdictLine<'a> {
    id: &'a str,
    verdict: &'static str,
    rule: &'a str,
    source: String,
    subject: Option<String>,
    at: String,
    period: Option<&'a str>,
    events: &'a [String],
    effects: Vec<EffectRow<'a>>,
    r#final: bool,
    revision: &'a str,
    supersedes: Option<&'a str>,
    /// Only where the parts of the occasion differ (a sure breach is not hidden behind an open question) or one has a deadline.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartRow<'a>>,
    /// Only where something is open or contradictory.
    #[serde(skip_serializing_if = "<[Cause]>::is_empty")]
    causes: &'a [Cause],
}

impl<'a> VerdictLine<'a> {
    fn of(verdict: &'a Verdict) -> Self {
        let same = verdict.parts.iter().all(|part| part.ruling == verdict.ruling && part.due.is_none());
        Self {
            id: &verdict.id,
            verdict: ruling_code(verdict.ruling),
            rule: &verdict.rule,
            source: cites(&verdict.source),
            subject: verdict.subject.as_ref().map(subject),
            at: at(verdict.at),
            period: verdict.period.as_deref(),
            events: &verdict.events,
            effects: verdict.effects.iter().map(|effect| EffectRow::of(effect, verdict)).collect(),
            r#final: verdict.is_final,
            revision: &verdict.revision,
            supersedes: verdict.supersedes.as_deref(),
            parts: if same { Vec::new() } else { verdict.parts.iter().map(PartRow::of).collect() },
            causes: &verdict.causes,
        }
    }
}

#[derive(Debug, Serialize)]
struct EffectRow<'a> {
    kind: &'a str,
    amount: Option<String>,
    unit: Option<&'a str>,
    /// Value of a slot that is no quantity, as CSV has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Only when somebody else than the verdict's subject receives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// Only for sums of several items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<ItemRow<'a>>,
}

/// A part of a sum.
#[derive(Debug, Serialize)]
struct ItemRow<'a> {
    clause: &'a str,
    source: String,
    amount: String,
}

impl<'a> ItemRow<'a> {
    fn of(item: &'a Item) -> Self {
        Self { clause: &item.name, source: cites(&item.cites), amount: item.amount.to_string() }
    }
}

impl<'a> EffectRow<'a> {
    fn of(effect: &'a Effect, verdict: &Verdict) -> Self {
        Self {
            kind: &effect.kind,
            amount: effect.amount.map(|amount| amount.to_string()),
            unit: effect.unit.as_ref().and_then(unit_code),
            value: effect.value.as_ref().map(value_code),
            to: effect.to.as_ref().filter(|to| Some(*to) != verdict.subject.as_ref()).map(subject),
            items: effect.items.iter().map(ItemRow::of).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct PartRow<'a> {
    name: &'a str,
    verdict: &'static str,
    /// Last day or moment.
    due: Option<String>,
    /// When it was met, in time or late.
    met: Option<String>,
}

impl<'a> PartRow<'a> {
    fn of(part: &'a Part) -> Self {
        Self { name: &part.name, verdict: ruling_code(part.ruling), due: part.due.map(at), met: part.met.map(at) }
    }
}

#[derive(Debug, Serialize)]
struct Named<'a> {
    statement: StatementRow<'a>,
}

#[derive(Debug, Serialize)]
struct StatementRow<'a> {
    subject: String,
    month: &'a str,
    lines: Vec<LineRow<'a>>,
    totals: Vec<TotalRow<'a>>,
}

impl<'a> StatementRow<'a> {
    fn of(statement: &'a Statement) -> Self {
        let totals = statement.totals.iter();
        Self {
            subject: subject(&statement.subject),
            month: &statement.month,
            lines: statement.lines.iter().map(LineRow::of).collect(),
            totals: totals.map(|(unit, amount)| TotalRow { amount: amount.map(|amount| amount.to_string()), unit: unit_code(unit) }).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct LineRow<'a> {
    verdict: &'a str,
    rule: &'a str,
    source: String,
    kind: &'static str,
    amount: Option<String>,
    unit: Option<&'a str>,
}

impl<'a> LineRow<'a> {
    fn of(line: &'a StatementLine) -> Self {
        Self {
            verdict: &line.verdict,
            rule: &line.rule,
            source: cites(&line.source),
            kind: posting_code(line.posting),
            amount: line.amount.map(|amount| amount.to_string()),
            unit: unit_code(&line.unit),
        }
    }
}

#[derive(Debug, Serialize)]
struct TotalRow<'a> {
    amount: Option<String>,
    unit: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Rejected<'a> {
    rejected: RejectedRow<'a>,
}

#[derive(Debug, Serialize)]
struct Warning<'a> {
    warning: RejectedRow<'a>,
}

#[derive(Debug, Serialize)]
struct RejectedRow<'a> {
    code: &'a str,
    file: &'a str,
    line: u64,
    id: Option<&'a str>,
    message: &'a str,
    help: &'a str,
}

impl<'a> RejectedRow<'a> {
    fn of(rejection: &'a Rejection, tongue: Tongue) -> Self {
        Self {
            code: rejection.code,
            file: &rejection.origin.file,
            line: rejection.origin.line,
            id: rejection.id.as_deref(),
            message: rejection.message.get(tongue),
            help: rejection.help.get(tongue),
        }
    }
}

#[derive(Debug, Serialize)]
struct Withdrawn<'a> {
    withdrawn: WithdrawnRow<'a>,
}

#[derive(Debug, Serialize)]
struct WithdrawnRow<'a> {
    id: &'a str,
}

#[derive(Debug, Serialize)]
struct Last {
    summary: summary::Summary,
}
