//! The reason of a verdict in one line.

use super::table::fit;
use super::words::at_short;
use crate::explain::words::{Words, due::is_too_late};
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Norm, What};
use crate::records::At;
use crate::reference::verdict::{Part, Ruling, Verdict};

/// How wide the words of a norm may be.
const WIDE: usize = 90;

/// What was due or not met, what follows, what is open: as many of them as there are, separated by `; `.
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

/// A part that is due or not met, or whose ruling differs from the headline.
fn part_in_words(words: &Words<'_>, verdict: &Verdict, part: &Part) -> Option<String> {
    match (part.ruling, part.due) {
        (Ruling::Violation, due) if due.is_none() || is_limit(words, part) => words.norm.and_then(|norm| breached(words, norm, &part.name)),
        (Ruling::Violation, Some(due)) => {
            let due = until(words, part, due);
            Some(match part.met {
                Some(met) => format!("{}{due}{}{}", words.pick("was due ", "期限为 "), words.pick(", done only on ", "，迟至 "), at_short(met)),
                None => format!("{}{due}{}", words.pick("was due ", "期限为 "), words.pick(", not done", "，未办")),
            })
        }
        (Ruling::Pending, Some(due)) if is_limit(words, part) => Some(format!("{}{}", words.pick("counts until ", "计至 "), at_short(due))),
        (Ruling::Pending, Some(due)) => Some(format!("{}{}", words.pick("due ", "期限至 "), until(words, part, due))),
        (other, _) if other < Ruling::Compliant && other != verdict.ruling => {
            Some(format!("{}{}{}", words.slot(&part.name), words.pick(": ", "："), words.ruling(other)))
        }
        _ => None,
    }
}

/// `by 2024-03-08`; where the moment itself is too late, `before 2024-03-08 10:00`.
fn until(words: &Words<'_>, part: &Part, due: At) -> String {
    let excluded = is_too_late(words.norm.and_then(|norm| norm.requirement(&part.name)), due);
    match (words.zh(), excluded) {
        (false, true) => format!("before {}", at_short(due)),
        (false, false) => format!("by {}", at_short(due)),
        (true, true) => format!("{} 之前", at_short(due)),
        (true, false) => at_short(due),
    }
}

/// Is it a number of records that must not be exceeded? Then nothing was due.
fn is_limit(words: &Words<'_>, part: &Part) -> bool {
    let what = words.norm.and_then(|norm| asked(norm, &part.name));
    matches!(what, Some(What::Records { op: Op::Le | Op::Lt, .. }))
}

/// What `requirement 2` asks for.
fn asked<'n>(norm: &'n Norm, part: &str) -> Option<&'n What> {
    norm.requirement(part).map(|requirement| &requirement.what)
}

/// What was not met or is forbidden, in words of the norm. A fine says itself what it is for.
fn breached(words: &Words<'_>, norm: &Norm, part: &str) -> Option<String> {
    let said = |(en, zh): (&str, &str), text: &str| Some(fit(&format!("{}{text}", words.pick(en, zh)), WIDE));
    if part == "violation" {
        return words.forbidden(norm).and_then(|what| said(("forbidden: ", "禁止："), &what));
    }
    let not_met = ("not met: ", "不符合：");
    match asked(norm, part)? {
        what @ What::Either(_) => said(not_met, &in_words(words, what)),
        What::Condition(Expr::Not(what)) => said(("forbidden: ", "禁止："), &words.phrase(what, &[])),
        What::Condition(what) => said(not_met, &words.phrase(what, &[])),
        What::Moment(what) => said(("missing: ", "缺少："), &words.phrase(what, &[])),
        what @ What::Records { .. } => said(not_met, &in_words(words, what)),
    }
}

/// What must be, in words.
fn in_words(words: &Words<'_>, what: &What) -> String {
    match what {
        What::Condition(what) | What::Moment(what) => words.phrase(what, &[]),
        What::Records { pattern, op, number, .. } => {
            let (records, number) = (words.pattern(pattern), words.phrase(number, &[]));
            let degree = match op {
                Op::Ge | Op::Gt => words.pick("at least", "不少于"),
                Op::Le | Op::Lt => words.pick("at most", "不超过"),
                Op::Eq | Op::Ne => words.pick("exactly", "恰好"),
            };
            if words.zh() { words.around(&records, degree, &format!("{number} 次")) } else { format!("{degree} {number} of {records}") }
        }
        What::Either(alternatives) => {
            let all: Vec<String> = alternatives.iter().map(|one| in_words(words, &one.what)).collect();
            all.join(words.pick(", or ", "，或者"))
        }
    }
}
