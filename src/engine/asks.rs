//! What code looks at, told from the code alone.

use super::code::{Code, Now};
use super::counter::Counters;
use super::facts::Facts;
use super::word::{MISSING, Names, Word};
use std::collections::BTreeSet;

impl Code {
    /// Words of the state that it reads.
    pub(super) fn reads(&self, into: &mut BTreeSet<usize>) {
        match self {
            Self::State(word) => {
                into.insert(*word);
            }
            Self::Const(_) | Self::Slot(_) | Self::Decided(_) | Self::Subject | Self::Day | Self::Time | Self::PeriodStart | Self::Each | Self::Kept(_) | Self::SlotAgainst(..) => {}
            Self::StateSum(words) => into.extend(words),
            Self::Fact(of, ..) | Self::Against(_, of, _) | Self::Times(of, _) | Self::Divide(of, ..) | Self::Not(of) | Self::Stated(of) | Self::Weekday(of) => of.reads(into),
            Self::FactOn(a, _, _, b) | Self::Members(a, _, b) | Self::Contains(a, b, _) | Self::Add(a, b) | Self::Mul(a, b) | Self::Compare(_, a, b) => {
                a.reads(into);
                b.reads(into);
            }
            Self::Between(days, _) => {
                days.0.reads(into);
                days.1.reads(into);
            }
            Self::All(parts, _) | Self::Any(parts, _) => parts.iter().for_each(|part| part.reads(into)),
        }
    }

    /// Can nothing but a field of the record be missing in it? What has not been counted yet may be, unless it is a number.
    pub(super) fn is_sure(&self, counters: &Counters) -> bool {
        match self {
            Self::Const(_) | Self::Slot(_) | Self::SlotAgainst(..) | Self::Day | Self::PeriodStart | Self::Kept(_) => true,
            Self::State(word) => counters.is_number(*word),
            Self::StateSum(words) => words.iter().all(|word| counters.is_number(*word)),
            Self::Against(_, of, _) | Self::Divide(of, ..) | Self::Not(of) | Self::Weekday(of) => of.is_sure(counters),
            Self::Add(a, b) | Self::Compare(_, a, b) => a.is_sure(counters) && b.is_sure(counters),
            Self::All(parts, _) | Self::Any(parts, _) => parts.iter().all(|part| part.is_sure(counters)),
            _ => false,
        }
    }

    /// Does it look at nothing but these words of the state?
    pub(super) fn rests_on(&self, words: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Const(_) => true,
            Self::State(word) => words(*word),
            Self::StateSum(all) => all.iter().all(|word| words(*word)),
            Self::Against(_, of, _) | Self::Times(of, _) | Self::Divide(of, ..) | Self::Not(of) => of.rests_on(words),
            Self::Add(a, b) | Self::Mul(a, b) | Self::Compare(_, a, b) => a.rests_on(words) && b.rests_on(words),
            Self::All(parts, _) | Self::Any(parts, _) => parts.iter().all(|part| part.rests_on(words)),
            _ => false,
        }
    }

    /// Its value with this state and nothing else; none when that does not say.
    pub(super) fn alone(&self, state: &[Word], facts: &Facts, names: &Names) -> Option<Word> {
        let mut state = state.to_vec();
        let mut now = Now { slots: &[], state: &mut state, decided: &mut [], subject: MISSING, day: 0, time: MISSING, period_start: 0, is_period: true, each: MISSING, kept: Box::default(), facts, names, sure: true, odd: false, trace: None };
        let value = self.eval(&mut now);
        (!now.odd).then_some(value)
    }

    /// All of them.
    pub(super) fn all(parts: Vec<Self>, counters: &Counters) -> Self {
        let sure = parts.iter().all(|part| part.is_sure(counters));
        Self::All(parts, sure)
    }

    /// One of them.
    pub(super) fn any(parts: Vec<Self>, counters: &Counters) -> Self {
        let sure = parts.iter().all(|part| part.is_sure(counters));
        Self::Any(parts, sure)
    }
}
