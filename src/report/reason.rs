//! The reason of a verdict in one line.

use super::words::at_short;
use crate::explain::words::Words;
use crate::reference::verdict::{Part, Ruling, Verdict};

/// What was due, what follows, what is open: as many of them as there are, separated by `; `.
pub(crate) fn reason(words: &Words<'_>, verdict: &Verdict) -> String {
    let words = words.about(&verdict.rule);
    let parts = verdict.parts.iter().filter_map(|part| part_in_words(&words, verdict, part));
    let effects = verdict.effects.iter().map(|effect| words.effect(effect, verdict.subject.as_ref()));
    let causes = verdict.causes.iter().map(|cause| words.cause(cause));
    let mut said: Vec<String> = Vec::new();
    for text in parts.chain(effects).chain(causes) {
        if !said.contains(&text) {
            said.push(text);
        }
    }
    said.join(words.pick("; ", "；"))
}

/// A part that is due, or whose ruling differs from the headline.
fn part_in_words(words: &Words<'_>, verdict: &Verdict, part: &Part) -> Option<String> {
    match (part.ruling, part.due) {
        (Ruling::Violation, Some(due)) => Some(match part.met {
            Some(met) => format!("{}{}{}{}", words.pick("was due by ", "期限为 "), at_short(due), words.pick(", done only on ", "，迟至 "), at_short(met)),
            None => format!("{}{}{}", words.pick("was due by ", "期限为 "), at_short(due), words.pick(", not done", "，未办")),
        }),
        (Ruling::Pending, Some(due)) => Some(format!("{}{}", words.pick("due by ", "期限至 "), at_short(due))),
        (other, _) if other < Ruling::Compliant && other != verdict.ruling => {
            Some(format!("{}{}{}", words.slot(&part.name), words.pick(": ", "："), words.ruling(other)))
        }
        _ => None,
    }
}
