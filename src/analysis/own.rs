//! Loopholes in who signs: an approval in which nothing keeps the one who asks from signing.

use super::Context;
use super::finding::{Finding, plain};
use crate::diagnostics::{Say, Severity};
use crate::model::norm::Norm;
use crate::model::office::SELF_SIGNED;

/// Looks at an approval.
pub(super) fn look(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>) {
    if !norm.decisions.iter().any(|decision| decision.slot == SELF_SIGNED) {
        return;
    }
    let speech = context.speech(&norm.name);
    let title = speech.say(|words| words.quoted_norm(&norm.name));
    let message = Say::new(
        format!("nothing in {} keeps those who ask from signing for themselves, where they hold the office", title.en),
        format!("{}没有禁止申请人自己签批：申请人担任该职位时，可以自己批准自己", title.zh),
    );
    let help = Say::new(
        "write `not their own` if a signature of one's own does not count; if the text is silent, keep it and write `expect finding self-approval because \"…\"`",
        "自己签自己的不算数的，写`非本人`；原文没有规定的，照原样保留，并写`预期 问题 self-approval 因为 “…”`",
    );
    let place = context.written.items.get(&norm.name).cloned();
    found.push(Finding { places: vec![(place, speech.say(|words| words.cites(&norm.cites)))], help, ..plain("self-approval", Severity::Note, &norm.name, message) });
}
