//! Findings that the drafter expects: a defect of the text that is kept as it is. An expectation of which nothing comes is itself a finding.

use super::Context;
use super::finding::{Finding, plain};
use crate::diagnostics::{Say, Severity};
use crate::model::norm::ExpectedFinding;
use chrono::NaiveDate;

/// Does a finding of this code answer to the expectation? What is one step wide is still a gap or an overlap.
fn answers(expected: &str, finding: &Finding) -> bool {
    expected == finding.code || expected == finding.kind || expected == "conflict" && finding.kind == "overlap"
}

/// Marks what is expected, and tells expectations of which nothing came.
pub(super) fn look(context: &Context<'_>, today: Option<NaiveDate>, undecided: &[super::Undecided], found: &mut Vec<Finding>) {
    let mut idle = Vec::new();
    for norm in &context.model.norms {
        for ExpectedFinding { code, until, because } in &norm.expected_findings {
            let ended = until.filter(|until| today.is_some_and(|today| *until < today));
            let mut any = false;
            for finding in found.iter_mut().filter(|finding| (finding.about == norm.name || finding.with.contains(&norm.name)) && answers(code, finding)) {
                any = true;
                match ended {
                    Some(until) => {
                        finding.help.en += &format!("; until {until} it was expected: {because}");
                        finding.help.zh += &format!("；{until}以前预期如此：{because}");
                    }
                    None => finding.expected = Some(because.clone()),
                }
            }
            let open = undecided.iter().any(|one| one.norm == norm.name);
            // What was not looked at cannot be absent.
            if !any && !open && context.looks_at(norm) {
                idle.push((norm, code));
            }
        }
    }
    for (norm, code) in idle {
        let speech = context.speech(&norm.name);
        let title = speech.say(|words| words.quoted_norm(&norm.name));
        let message = Say::new(format!("{} expects the finding `{code}`, but there is none", title.en), format!("{}预期有问题 `{code}`，却没有发现", title.zh));
        let help = Say::new("if the text was mended, remove the line `expect finding`", "如果原文已经改好，请删去`预期 问题`一行");
        let place = context.written.items.get(&norm.name).cloned();
        let places = vec![(place, speech.say(|words| words.cites(&norm.cites)))];
        found.push(Finding { places, help, ..plain("expected-finding-absent", Severity::Warning, &norm.name, message) });
    }
}
