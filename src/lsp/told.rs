//! What is wrong, as editors are told: of each text, from the compiler and, when it has looked, from the analyser.

use super::text::{Lines, location, moved};
use super::workspace::{Institution, Workspace};
use crate::diagnostics::{Diagnostic, Place, Severity, Tongue};
use lsp_types::{Diagnostic as Told, DiagnosticRelatedInformation, DiagnosticSeverity, NumberOrString, Range};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All that is to be said about an institution, by text.
pub(crate) fn of(workspace: &Workspace, one: &Institution, asked: Option<Tongue>) -> BTreeMap<String, Vec<Told>> {
    let mut all: BTreeMap<String, Vec<Told>> = one.now.compiled.sources.iter().map(|source| (source.name.clone(), Vec::new())).collect();
    let findings = one.looked.iter().flat_map(|looked| looked.findings.iter().flatten());
    let found = findings.filter_map(|finding| now(one, finding));
    for diagnostic in one.now.compiled.diagnostics.iter().cloned().chain(found) {
        let main = diagnostic.labels.first().map(|label| label.place.source.name.clone());
        // What has no place is told at the head of the first text.
        let Some(path) = main.or_else(|| one.now.compiled.sources.first().map(|source| source.name.clone())).or_else(|| one.paths.first().cloned()) else { continue };
        let tongue = asked.unwrap_or_else(|| workspace.tongue(&path));
        let told = told(&diagnostic, tongue);
        let list = all.entry(path).or_default();
        if !list.contains(&told) {
            list.push(told);
        }
    }
    all
}

/// A finding at its place in the text as it is now; none when what it is about has changed.
fn now(one: &Institution, finding: &Diagnostic) -> Option<Diagnostic> {
    let mut finding = finding.clone();
    for label in &mut finding.labels {
        let old = &label.place.source;
        let new = one.now.compiled.sources.iter().find(|source| source.name == old.name)?;
        if !Arc::ptr_eq(old, new) {
            let span = moved(&old.text, &new.text, label.place.span)?;
            label.place = Place { source: Arc::clone(new), span };
        }
    }
    Some(finding)
}

/// One message.
pub(crate) fn told(diagnostic: &Diagnostic, tongue: Tongue) -> Told {
    let main = diagnostic.labels.first();
    let range = main.map_or_else(Range::default, |label| range(&label.place));
    let label = main.map(|label| label.say.get(tongue)).filter(|say| !say.is_empty() && !["here", "在这里"].contains(say));
    let mut message = diagnostic.message.get(tongue).to_owned();
    if let Some(label) = label {
        message.push_str(if tongue == Tongue::Zh { "：" } else { ": " });
        message.push_str(label);
    }
    if let Some(help) = diagnostic.help.as_ref().map(|help| help.get(tongue)).filter(|help| !help.is_empty()) {
        message.push_str(if tongue == Tongue::Zh { "\n帮助：" } else { "\nhelp: " });
        message.push_str(help);
    }
    let related: Vec<DiagnosticRelatedInformation> = diagnostic
        .labels
        .iter()
        .skip(1)
        .filter_map(|label| {
            let say = label.say.get(tongue);
            let here = if tongue == Tongue::Zh { "在这里" } else { "here" };
            Some(DiagnosticRelatedInformation { location: location(&label.place)?, message: if say.is_empty() { here } else { say }.to_owned() })
        })
        .collect();
    Told {
        range,
        severity: Some(match diagnostic.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(diagnostic.code.to_owned())),
        source: Some("bylaw".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..Told::default()
    }
}

fn range(place: &Place) -> Range {
    Lines::new(&place.source.text).range(place.span.within(&place.source.text))
}
