//! Somebody else than the subject who is bound: the verdict is theirs, and what it posts is posted to them. The record or period stays the subject's: it is judged with the subject's
//! counters, by the thread that has the subject, under the id that it always has; and it is void when the reference evaluator must judge the subject.

use super::code::{Code, Now};
use super::compile::Maker;
use super::judge::Outcome;
use super::norm::{Deciding, Judging};
use super::outside::{Made, outside};
use super::plan::Plan;
use super::sink::{Sink, Statement};
use super::typed::Typed;
use super::word::{BLANK, Names, Word};
use crate::model::expr::Expr;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

/// Who is bound, and of which entity.
pub(super) type Bearer = (Code, usize);

/// The same, found: number and entity.
pub(super) type Bound = (Word, usize);

/// Who is bound: `who`, or whoever the record names first. None: the subject itself.
pub(super) fn bearer(maker: &mut Maker<'_, '_>, who: Option<&Expr>) -> Made<Option<Bearer>> {
    let typed = match who {
        Some(who) => maker.make(who),
        None => maker.subject(),
    };
    let Typed::Ref(code, entity) = typed? else { return outside("somebody who is bound, but is no subject", "责任人并非主体") };
    if code == Code::Subject || who.is_some_and(|who| maker.common.is_subject(maker.event, who)) {
        return Ok(None);
    }
    let mut words = BTreeSet::new();
    code.reads(&mut words);
    // What is counted to find them would be no part of what a verdict rests on.
    if words.is_empty() { Ok(Some((code, entity))) } else { outside("somebody else who is bound, found by counting", "另定责任人，且须计数得出") }
}

impl Judging {
    /// Its decisions, then those that follow a breach.
    pub(super) fn deciding(&self) -> impl Iterator<Item = &Deciding> {
        self.decisions.iter().chain(&self.if_breached)
    }

    /// Who is bound, when that may be somebody else than the subject. Raises [`Now::odd`] when nobody knows who.
    #[inline]
    pub(super) fn bound(&self, now: &mut Now<'_>) -> Option<Bound> {
        self.bearer.as_ref().map(|(code, entity)| (code.eval(now), *entity))
    }
}

/// What is posted to somebody else, or late, is told at once: nobody here knows what else is posted to them in the month. False when a sum is too large for a word. `deciding`: those of the outcomes.
pub(super) fn post_to<'d, S: Sink + ?Sized>(
    plan: &Plan<'_>,
    deciding: impl Iterator<Item = &'d Deciding>,
    (subject, (bearer, entity), names, day): (Word, Bound, &Names, NaiveDate),
    outcomes: &[Outcome],
    sink: &mut S,
) -> bool {
    let (mut totals, mut lines): (Vec<Word>, u64) = (vec![0; plan.postings.len()], 0);
    for (deciding, outcome) in deciding.zip(outcomes) {
        let (Some(posted), Some(value)) = (deciding.posted, outcome.value) else { continue };
        lines += 1;
        let total = (posted + plan.postings.len()).checked_sub(plan.header).and_then(|at| totals.get_mut(at));
        match total.and_then(|total| Some((total.checked_add(value).filter(|sum| *sum > BLANK)?, total))) {
            Some((sum, total)) => *total = sum,
            None => return false,
        }
    }
    if lines > 0 {
        let (name, of) = (names.name(entity, bearer), names.name(plan.entity, subject));
        sink.statement(&Statement { subject: bearer, name, entity, of, month: day.with_day(1).unwrap_or(day), lines, totals: &totals });
    }
    true
}
