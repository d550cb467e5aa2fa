//! `bylaw audit --format html`: the explanations that go into the page, and the command for the others.

use super::args;
use super::explain::unsound;
use super::failure::Failure;
use super::progress::Progress;
use super::screen::{Screen, write_result};
use crate::Policy;
use crate::diagnostics::Tongue;
use crate::reference::verdict::{Ruling, Verdict};
use crate::report::{Html, Report};

/// Writes the page.
pub(crate) fn write(args: &args::Audit, policy: &Policy, report: Report<'_>, screen: Screen) -> Result<(), Failure> {
    let explained = explained(args, policy, report, screen)?;
    let command = command(args, screen.tongue);
    let html = Html { report, explained: &explained, command: &command, tongue: screen.tongue };
    write_result(args.output.as_deref(), |out| html.write(out))
}

/// Explains as many verdicts as are asked for: those that somebody has to look at first, each kind in the order of time.
fn explained(args: &args::Audit, policy: &Policy, report: Report<'_>, screen: Screen) -> Result<Vec<(String, String)>, Failure> {
    let all = &report.audit.verdicts;
    let mut wanted: Vec<&Verdict> = all.iter().filter(|verdict| args.all || verdict.ruling != Ruling::NotApplicable || verdict.supersedes.is_some()).collect();
    wanted.sort_by_key(|verdict| verdict.ruling);
    wanted.truncate(args.explain);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let progress = Progress::steps(screen.pick("explaining", "说明"), wanted.len());
    let explanations = policy.explanations(report.records);
    let mut explained = Vec::with_capacity(wanted.len());
    for (done, verdict) in wanted.into_iter().enumerate() {
        if let Some(explanation) = explanations.of(&verdict.id) {
            let explanation = explanation.map_err(|wrong| unsound(&wrong.0, screen.tongue))?;
            explained.push((verdict.id.clone(), explanation.prose(screen.tongue)));
        }
        progress.at(done + 1);
    }
    progress.end();
    Ok(explained)
}

/// `bylaw explain` with what this audit was given; the verdict is still to be named.
fn command(args: &args::Audit, tongue: Tongue) -> String {
    let mut words = vec!["bylaw".to_owned(), "explain".to_owned()];
    words.extend(args.policies.paths.iter().map(|path| word(path)));
    for (flag, values) in [("--events", &args.data.events), ("--register", &args.data.register), ("--data", &args.data.data)] {
        words.extend(values.iter().flat_map(|value| [flag.to_owned(), word(value)]));
    }
    for (flag, value) in [("--until", &args.data.until), ("--known-at", &args.data.known_at)] {
        words.extend(value.iter().flat_map(|value| [flag.to_owned(), word(value)]));
    }
    let lang = if tongue == Tongue::Zh { "zh" } else { "en" };
    words.extend(["--lang".to_owned(), lang.to_owned()]);
    words.join(" ")
}

/// As one word of a shell.
fn word(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_@%+=:,./-".contains(letter);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
