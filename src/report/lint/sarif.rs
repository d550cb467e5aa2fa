//! Findings as SARIF 2.1.0, which code hosts and editors read: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use super::Report;
use super::json::severity;
use crate::analysis::finding::Finding;
use crate::diagnostics::{Place, Tongue, codes};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes one log with one run. Findings that the drafter expects are there, suppressed with the reason.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write_sarif(reports: &[Report<'_>], tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<&Finding> = reports.iter().flat_map(|report| &report.linted.findings).collect();
    let names: BTreeSet<&str> = findings.iter().map(|finding| finding.code).collect();
    let rules: Vec<Value> = names.iter().map(|name| rule(name)).collect();
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, &names, tongue)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "bylaw", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    writeln!(out, "{log:#}")
}

/// A code with the first paragraph of its page.
fn rule(name: &str) -> Value {
    let page = codes::ALL.iter().find(|code| code.name == name).map_or("", |code| code.page);
    let about = page.lines().nth(1).unwrap_or(name);
    json!({ "id": name, "shortDescription": { "text": about }, "help": { "text": page, "markdown": page } })
}

fn result(finding: &Finding, names: &BTreeSet<&str>, tongue: Tongue) -> Value {
    let place = |place: &Place| json!({ "artifactLocation": { "uri": uri(&place.source.name) }, "region": region(place) });
    let mut places = finding.places.iter().filter_map(|(place, say)| place.as_ref().map(|place| (place, say)));
    let main: Vec<Value> = places.next().map(|(at, _)| json!({ "physicalLocation": place(at) })).into_iter().collect();
    let related: Vec<Value> = places
        .enumerate()
        .map(|(n, (at, say))| json!({ "id": n + 1, "physicalLocation": place(at), "message": { "text": say.get(tongue).trim() } }))
        .collect();
    let mut object = Map::new();
    object.insert("ruleId".into(), json!(finding.code));
    object.insert("ruleIndex".into(), json!(names.iter().position(|name| *name == finding.code)));
    object.insert("level".into(), json!(severity(finding.severity)));
    object.insert("message".into(), json!({ "text": format!("{}\n{}", finding.message.get(tongue), finding.help.get(tongue)) }));
    object.insert("locations".into(), json!(main));
    if !related.is_empty() {
        object.insert("relatedLocations".into(), json!(related));
    }
    if let Some(reason) = &finding.expected {
        object.insert("suppressions".into(), json!([{ "kind": "inSource", "justification": reason }]));
    }
    Value::Object(object)
}

/// Lines and columns from 1, columns in characters; the end is one past the last.
fn region(place: &Place) -> Value {
    let (line, column) = position(&place.source.text, place.span.start);
    let (end_line, end_column) = position(&place.source.text, place.span.end);
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// Line and column, in characters, of a byte.
pub(super) fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let column = before.rsplit('\n').next().map_or(1, |line| line.chars().count() + 1);
    (before.matches('\n').count() + 1, column)
}

/// A path as a relative reference: what is not plain is percent-encoded.
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'\\' => "/".to_owned(),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
