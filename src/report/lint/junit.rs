//! Findings as JUnit XML: a suite for each institution, a case for each norm, failed where something is found that nobody expects.

use super::Report;
use crate::analysis::finding::Finding;
use crate::diagnostics::{Severity, Tongue};
use crate::report::junit::{Case, document};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes the document. Notes fail a case only where their code is denied.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write_junit(reports: &[Report<'_>], denied: &[String], tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    let suites: Vec<(String, Vec<Case>)> = reports.iter().map(|report| (report.path.to_owned(), cases(report, denied, tongue))).collect();
    document(&suites, out)
}

fn cases(report: &Report<'_>, denied: &[String], tongue: Tongue) -> Vec<Case> {
    let mut wrong: BTreeMap<&str, Vec<&Finding>> = report.model.norms.iter().map(|norm| (norm.name.as_str(), Vec::new())).collect();
    for finding in report.unexpected().filter(|finding| finding.severity > Severity::Note || denied.iter().any(|code| code == finding.code)) {
        wrong.entry(&finding.about).or_default().push(finding);
    }
    let case = |(name, findings): (&str, Vec<&Finding>)| {
        let said: Vec<String> = findings.iter().map(|finding| said(finding, tongue)).collect();
        let class = name.split_once('.').map_or("", |(regulation, _)| regulation);
        Case { class: class.to_owned(), name: name.to_owned(), wrong: (!said.is_empty()).then(|| ("failure", said.join("\n"))) }
    };
    wrong.into_iter().map(case).collect()
}

/// `gap: nothing says …`, where it is, and the way out.
fn said(finding: &Finding, tongue: Tongue) -> String {
    let place = finding.places.first().and_then(|(place, _)| place.as_ref()).map_or(String::new(), |place| {
        let (line, column) = super::sarif::position(&place.source.text, place.span.start);
        format!("\n{}:{line}:{column}", place.source.name)
    });
    format!("{}: {}{place}\n{}", finding.code, finding.message.get(tongue), finding.help.get(tongue))
}
