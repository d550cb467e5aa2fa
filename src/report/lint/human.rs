//! Findings for people: the place, what is wrong, the way out, and a case that shows it.

use super::{Report, example};
use crate::analysis::finding::Finding;
use crate::diagnostics::render::render;
use crate::diagnostics::{Say, Severity, Tongue};
use crate::report::table::Style;
use crate::report::words::pick;
use std::io::{self, Write};

/// Writes the findings that nobody expects (`all`: those that are, too), then the counts.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write(reports: &[Report<'_>], all: bool, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        for finding in report.linted.findings.iter().filter(|finding| all || finding.expected.is_none()) {
            write!(out, "{}", render(&[finding.diagnostic()], tongue, colour).trim_end_matches('\n'))?;
            writeln!(out)?;
            if let Some(reason) = &finding.expected {
                writeln!(out, "  {}{reason}", pick(tongue, "expected: ", "预期如此："))?;
            }
            case(report, finding, tongue, colour, out)?;
            writeln!(out)?;
        }
        if all {
            for undecided in &report.linted.undecided {
                let what = format!("{} {}", undecided.norm, undecided.slot);
                writeln!(out, "{}{}: {}", Style::Faint.paint(pick(tongue, "not decided: ", "未能判断："), colour), what, undecided.why.get(tongue))?;
            }
        }
        if reports.len() > 1 {
            write!(out, "{}: ", report.path)?;
            counts(&[report], tongue, out)?;
        }
    }
    counts(&reports.iter().collect::<Vec<_>>(), tongue, out)
}

fn case(report: &Report<'_>, finding: &Finding, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let Some(witness) = &finding.witness else { return Ok(()) };
    writeln!(out, "  {}", Style::Bold.paint(pick(tongue, "a case in which it is so (run through the rules):", "实例（已按规则判定）："), colour))?;
    for line in example(report.model, &witness.example, tongue) {
        writeln!(out, "  {line}")?;
    }
    writeln!(out, "    → {}", witness.verdict)
}

fn counts(reports: &[&Report<'_>], tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    let of = |severity: Severity| reports.iter().flat_map(|report| report.unexpected()).filter(|finding| finding.severity == severity).count();
    let (errors, warnings, notes) = (of(Severity::Error), of(Severity::Warning), of(Severity::Note));
    let expected: usize = reports.iter().map(|report| report.linted.findings.iter().filter(|finding| finding.expected.is_some()).count()).sum();
    let undecided: usize = reports.iter().map(|report| report.linted.undecided.len()).sum();
    let say = Say::new(
        format!("findings: {errors} errors, {warnings} warnings, {notes} notes; {expected} expected; {undecided} not decided"),
        format!("问题：错误 {errors} 处，警告 {warnings} 处，提示 {notes} 处；预期之内 {expected} 处；未能判断 {undecided} 处"),
    );
    writeln!(out, "{}", say.get(tongue))
}
