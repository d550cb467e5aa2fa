//! Findings as annotations of GitHub Actions: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use super::Report;
use super::sarif::position;
use crate::diagnostics::{Severity, Tongue};
use std::io::{self, Write};

/// Writes a line for each finding that nobody expects.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write_github(reports: &[Report<'_>], tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    for finding in reports.iter().flat_map(Report::unexpected) {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let place = finding.places.iter().find_map(|(place, _)| place.as_ref());
        let at = place.map_or_else(String::new, |place| {
            let (line, column) = position(&place.source.text, place.span.start);
            let (end, _) = position(&place.source.text, place.span.end);
            format!("file={},line={line},endLine={end},col={column},", property(&place.source.name))
        });
        let text = format!("{}\n{}", finding.message.get(tongue), finding.help.get(tongue));
        writeln!(out, "::{level} {at}title={}::{}", finding.code, data(&text))?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
