//! One norm on one occasion: the order is that of the reference evaluator, the values are words.

use super::code::{Code, Now, Traced};
use super::norm::{Days, Deciding, Judging, Off};
use super::word::{BLANK, MISSING, Word};
use crate::model::norm::{Hit, Posting};
use crate::reference::verdict::Ruling;
use serde::{Deserialize, Serialize};

/// What a slot got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The first clause that applies.
    pub clause: Option<usize>,
    /// Those of the first 64 clauses that apply, one bit each.
    pub clauses: u64,
    /// The value in steps ([`super::Plan::number`]); none: nothing is decided or posted.
    pub value: Option<Word>,
}

/// How far a judgement looked: its condition held, it applies, a requirement was breached.
pub(super) type Looked = (bool, bool, bool);

const NOTHING: Outcome = Outcome { clause: None, clauses: 0, value: None };

/// The clauses that apply, so far.
struct Met {
    outcome: Outcome,
    value: Word,
    count: Word,
}

impl Judging {
    /// Does the norm apply? No: how far was looked (did its condition hold). None when there is no such occasion. When [`Now::odd`] is raised, the answer is
    /// worth nothing.
    #[inline]
    pub(super) fn applies(&self, now: &mut Now<'_>) -> Option<Result<(), Looked>> {
        if let Some(filter) = &self.filter
            && !filter.holds(now)
        {
            return None;
        }
        let when = self.when.as_ref().is_none_or(|when| when.holds(now));
        if !when || !contains(self.days, now.day) {
            return Some(Err((false, false, false)));
        }
        let mut off = false;
        for exception in &self.exceptions {
            off |= exception.switches_off(now);
        }
        Some(if off { Err((true, false, false)) } else { Ok(()) })
    }

    /// The ruling of a norm that applies, and how far it looked. `outcomes` gets one entry for each decision, and for each sanction when it is breached. When
    /// [`Now::odd`] is raised, all of it is worth nothing.
    #[inline]
    pub(super) fn ruling(&self, now: &mut Now<'_>, outcomes: &mut Vec<Outcome>) -> (Ruling, Looked) {
        outcomes.clear();
        if let Some(trace) = &mut now.trace {
            trace.clear();
        }
        let mut ruling = if self.violation { Ruling::Violation } else { Ruling::Compliant };
        for deciding in &self.decisions {
            let outcome = deciding.decide(now);
            if let Some(place) = deciding.place.and_then(|place| now.decided.get_mut(place)) {
                *place = outcome.value.unwrap_or(BLANK);
            }
            ruling = ruling.min(ruling_of(deciding, outcome));
            outcomes.push(outcome);
        }
        let mut breached = false;
        for requirement in &self.requirements {
            let met = requirement.holds(now);
            traced(now, Traced::Met(met));
            breached |= !met;
        }
        if breached {
            ruling = Ruling::Violation;
            outcomes.extend(self.if_breached.iter().map(|deciding| deciding.decide(now)));
        }
        (ruling, (true, true, breached))
    }
}

/// A fine is a violation.
fn ruling_of(deciding: &Deciding, outcome: Outcome) -> Ruling {
    if deciding.posting == Some(Posting::Fine) && outcome.value.is_some() { Ruling::Violation } else { Ruling::Compliant }
}

fn contains((first, last): Days, day: Word) -> bool {
    first <= day && day <= last
}

impl Off {
    fn switches_off(&self, now: &mut Now<'_>) -> bool {
        let applies = self.when.as_ref().is_none_or(|when| when.holds(now)) && contains(self.days, now.day);
        let mut inner = false;
        for exception in &self.inner {
            inner |= exception.switches_off(now);
        }
        applies && !inner
    }
}

impl Deciding {
    #[inline]
    pub(super) fn decide(&self, now: &mut Now<'_>) -> Outcome {
        if self.is_plain && now.trace.is_none() {
            let clauses = self.clauses(now);
            // Mostly one applies, and its value is the decision's.
            if clauses.is_power_of_two()
                && let at = clauses.trailing_zeros() as usize
                && let Some((_, of)) = self.clauses.get(at)
            {
                let value = of.value(now);
                now.odd |= value == MISSING;
                return Outcome { clause: Some(at), clauses, value: Some(value) };
            }
            if clauses == 0 {
                return self.gap(now);
            }
        }
        self.decide_at_length(now)
    }

    /// One bit for each clause that applies; of those where the first counts, that one.
    #[inline]
    fn clauses(&self, now: &mut Now<'_>) -> u64 {
        if let Some(lookup) = &self.lookup
            && now.sure
        {
            let clauses = lookup.clauses(now);
            return if self.hit == Hit::First { clauses & clauses.wrapping_neg() } else { clauses };
        }
        let mut clauses = 0;
        for (at, (when, _)) in self.clauses.iter().enumerate() {
            if when.as_ref().is_none_or(|when| when.holds(now)) {
                clauses |= 1 << (at % 64);
                if self.hit == Hit::First {
                    break;
                }
            }
        }
        clauses
    }

    /// No clause applies.
    fn gap(&self, now: &mut Now<'_>) -> Outcome {
        now.odd |= matches!(self.hit, Hit::ExactlyOne | Hit::First);
        NOTHING
    }

    #[inline(never)]
    fn decide_at_length(&self, now: &mut Now<'_>) -> Outcome {
        if let Some(trace) = &mut now.trace {
            trace.push(Traced::Decision);
        }
        let mut met = Met { outcome: NOTHING, value: 0, count: 0 };
        match &self.lookup {
            Some(lookup) if now.sure => {
                let mut left = lookup.clauses(now);
                while left != 0 {
                    let at = left.trailing_zeros() as usize;
                    left &= left - 1;
                    let Some((_, of)) = self.clauses.get(at) else { break };
                    if self.meet(at, of, &mut met, now) {
                        break;
                    }
                }
            }
            _ => {
                for (at, (when, of)) in self.clauses.iter().enumerate() {
                    if when.as_ref().is_none_or(|when| when.holds(now)) && self.meet(at, of, &mut met, now) {
                        break;
                    }
                }
            }
        }
        let Met { mut outcome, mut value, count } = met;
        if self.hit == Hit::Count {
            value = count;
        } else if outcome.clause.is_none() {
            return self.gap(now);
        }
        outcome.value = Some(self.bounded(value, now));
        outcome
    }

    /// A clause applies; is that all there is to know?
    fn meet(&self, at: usize, of: &Code, met: &mut Met, now: &mut Now<'_>) -> bool {
        let given = of.value(now);
        if let Some(trace) = &mut now.trace {
            trace.push(Traced::Clause(at, given));
            if self.hit == Hit::First && met.outcome.clause.is_some() {
                return false;
            }
        }
        met.count += 1;
        met.value = match (self.hit, met.outcome.clause) {
            (_, None) => given,
            (Hit::Sum, _) => met.value.checked_add(given).unwrap_or(MISSING),
            (Hit::Max, _) => met.value.max(given),
            (Hit::Min, _) => met.value.min(given),
            // Two clauses that say the same are one; two that do not are a conflict.
            (Hit::ExactlyOne | Hit::AtMostOne, _) if given != met.value => MISSING,
            _ => met.value,
        };
        now.odd |= met.value == MISSING;
        met.outcome.clause = met.outcome.clause.or(Some(at));
        met.outcome.clauses |= 1_u64.checked_shl(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or(0);
        self.hit == Hit::First && now.trace.is_none()
    }

    fn bounded(&self, mut value: Word, now: &mut Now<'_>) -> Word {
        let mut forfeited = None;
        for (at, condition) in self.forfeits.iter().enumerate() {
            if condition.holds(now) {
                forfeited = forfeited.or(Some(at));
            }
        }
        if let Some(condition) = forfeited {
            traced(now, Traced::Forfeited(condition, value));
            value = 0;
        }
        let bound = |code: &Option<Code>, now: &mut Now<'_>| code.as_ref().map(|code| code.eval(now));
        if let Some(cap) = bound(&self.cap, now).filter(|cap| value > *cap) {
            traced(now, Traced::Cap(value));
            value = cap;
        }
        if let Some(floor) = bound(&self.floor, now).filter(|floor| value < *floor) {
            traced(now, Traced::Floor(value));
            value = floor;
        }
        if let Some(rounding) = &self.rounding {
            traced(now, Traced::Rounded(value));
            let before = std::mem::replace(&mut now.each, value);
            value = rounding.eval(now);
            now.each = before;
        }
        value
    }
}

fn traced(now: &mut Now<'_>, what: Traced) {
    if let Some(trace) = &mut now.trace {
        trace.push(what);
    }
}
