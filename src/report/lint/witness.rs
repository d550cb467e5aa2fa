//! Cases of findings as examples that the drafter can keep.

use super::{Report, example};
use crate::analysis::finding::{Finding, Witness};
use crate::diagnostics::Tongue;
use crate::explain::words::Words;
use crate::records::Records;
use crate::report::words::pick;
use std::collections::BTreeMap;

/// File names with their texts: an example for each finding with a case. It passes as the rules are; once they are mended, its expectation is to be.
pub(crate) fn witnesses(reports: &[Report<'_>], tongue: Tongue) -> Vec<(String, String)> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut files = Vec::new();
    for report in reports {
        for finding in &report.linted.findings {
            if let Some(witness) = &finding.witness {
                let name = format!("{}-{}", finding.code, finding.about);
                let n = times.entry(name.clone()).and_modify(|n| *n += 1).or_insert(1);
                let name = if *n == 1 { format!("{name}.bylaw") } else { format!("{name}-{n}.bylaw") };
                files.push((name, text(report, finding, witness, tongue)));
            }
        }
    }
    files
}

fn text(report: &Report<'_>, finding: &Finding, witness: &Witness, tongue: Tongue) -> String {
    let nothing = Records::default();
    let words = Words::new(report.model, &nothing, &finding.about, tongue);
    let short = finding.about.split_once('.').map_or(finding.about.as_str(), |(_, name)| name);
    let title = finding.message.get(tongue).replace('"', "'");
    let mut lines = vec![format!("{} \"{title}\"", pick(tongue, "example", "示例"))];
    lines.extend(example(report.model, &witness.example, tongue));
    let key = witness.verdict.split_once('@').map_or("", |(_, key)| key);
    let (subject, period) = key.split_once('/').map_or((key, None), |(subject, period)| (subject, Some(period)));
    let of = format!(" {} \"{subject}\"", pick(tongue, "of", "对"));
    let on = period.map(|period| format!(" {} {period}", pick(tongue, "for", "于"))).unwrap_or_default();
    lines.push(format!("  {} {short}{of}{on} {} {}", pick(tongue, "expect", "预期"), pick(tongue, "is", "为"), words.ruling(witness.ruling)));
    lines.join("\n") + "\n"
}
