//! Findings for people: the place, what is wrong, the way out, and a case that shows it.

use super::sarif::position;
use super::{Report, example};
use crate::analysis::finding::{Finding, SAID, sentence};
use crate::diagnostics::render::render;
use crate::diagnostics::codes::named;
use crate::diagnostics::{Say, Severity, Tongue};
use crate::explain::words::Words;
use crate::records::Records;
use crate::report::table::Style;
use crate::report::words::pick;
use std::io::{self, Write};

/// Writes the errors and warnings that nobody expects, notes as one line each, then the counts. `all`: notes in full too, what is expected, and what was
/// not decided.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write(reports: &[Report<'_>], all: bool, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        let in_full = |finding: &&Finding| all || finding.expected.is_none() && finding.severity > Severity::Note;
        for finding in report.linted.findings.iter().filter(in_full) {
            write!(out, "{}", render(&[finding.diagnostic()], tongue, colour).trim_end_matches('\n'))?;
            writeln!(out)?;
            if let Some(reason) = &finding.expected {
                writeln!(out, "  {}{reason}", pick(tongue, "expected: ", "预期如此："))?;
            }
            everywhere(finding, tongue, colour, out)?;
            case(report, finding, tongue, colour, out)?;
            writeln!(out)?;
        }
        if !all {
            notes(report, tongue, colour, out)?;
        }
        if all {
            for undecided in &report.linted.undecided {
                let what = format!("{} {}", undecided.norm, undecided.slot);
                writeln!(out, "{}{}: {}", Style::Faint.paint(pick(tongue, "not decided: ", "未能判断："), colour), what, undecided.why.get(tongue))?;
            }
        }
        if reports.len() > 1 {
            write!(out, "{}: ", report.path)?;
            counts(&[report], all, tongue, out)?;
        }
    }
    counts(&reports.iter().collect::<Vec<_>>(), all, tongue, out)
}

/// Notes, one line each, by code.
fn notes(report: &Report<'_>, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut notes: Vec<&Finding> = report.unexpected().filter(|finding| finding.severity == Severity::Note).collect();
    notes.sort_by_key(|finding| finding.code);
    for finding in &notes {
        let place = finding.places.first().and_then(|(place, _)| place.as_ref()).map_or(String::new(), |place| format!(" {}:{}", place.source.name, position(&place.source.text, place.span.start).0));
        writeln!(out, "{}{} {}", Style::Faint.paint(&named(finding.code, tongue), colour), Style::Faint.paint(&place, colour), finding.message.get(tongue))?;
    }
    if notes.is_empty() { Ok(()) } else { writeln!(out) }
}

/// All that it holds for, one box a line, where the message names the first few only.
fn everywhere(finding: &Finding, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    if finding.regions.len() <= SAID {
        return Ok(());
    }
    let what = if finding.whole { pick(tongue, "everywhere it is so:", "所有这样的情形：") } else { pick(tongue, "it is so, among others:", "这样的情形（未列全）：") };
    writeln!(out, "  {}", Style::Bold.paint(what, colour))?;
    finding.regions.iter().try_for_each(|region| writeln!(out, "  - {}", sentence(region, tongue)))
}

fn case(report: &Report<'_>, finding: &Finding, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let Some(witness) = &finding.witness else { return Ok(()) };
    writeln!(out, "  {}", Style::Bold.paint(pick(tongue, "a case in which it is so (run through the rules):", "实例（已按规则判定）："), colour))?;
    for line in example(report.model, &witness.example, tongue) {
        writeln!(out, "  {line}")?;
    }
    let [_, _, ..] = witness.judged.as_slice() else { return writeln!(out, "    → {}", witness.verdict) };
    let nothing = Records::default();
    let words = Words::new(report.model, &nothing, "", tongue);
    witness.judged.iter().try_for_each(|verdict| {
        let said: Vec<String> = std::iter::once(words.ruling(verdict.ruling).to_owned()).chain(verdict.effects.iter().map(|effect| words.effect(effect, verdict.subject.as_ref()))).collect();
        writeln!(out, "    → {}{}{}", verdict.id, words.pick(": ", "："), said.join(words.pick(", ", "，")))
    })
}

fn counts(reports: &[&Report<'_>], all: bool, tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    let of = |severity: Severity| reports.iter().flat_map(|report| report.unexpected()).filter(|finding| finding.severity == severity).count();
    let (errors, warnings, notes) = (of(Severity::Error), of(Severity::Warning), of(Severity::Note));
    let expected: usize = reports.iter().map(|report| report.linted.findings.iter().filter(|finding| finding.expected.is_some()).count()).sum();
    let undecided: usize = reports.iter().map(|report| report.linted.undecided.len()).sum();
    let hidden = undecided > 0 && !all;
    let say = Say::new(
        format!("findings: {errors} errors, {warnings} warnings, {notes} notes; {expected} expected; {undecided} not decided{}", if hidden { " (`--all` says what)" } else { "" }),
        format!("问题：错误 {errors} 处，警告 {warnings} 处，提示 {notes} 处；预期之内 {expected} 处；未能判断 {undecided} 处{}", if hidden { "（用 `--all` 查看）" } else { "" }),
    );
    writeln!(out, "{}", say.get(tongue))
}
