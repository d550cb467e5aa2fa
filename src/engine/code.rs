//! Compiled expressions: a tree over words, names resolved to places. Whatever is not plainly so (a missing value, an overflow) raises
//! [`Now::odd`]; the result is then worth nothing.

use super::between::Length;
use super::compare::{meets, members};
use super::divide::divided;
use super::facts::Facts;
use super::word::{BLANK, MISSING, Names, Word, is_plain};
use crate::model::expr::{Op, Rounding};
use serde::{Deserialize, Serialize};

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Code {
    Const(Word),
    /// Field of the record that is looked at.
    Slot(usize),
    /// Word of the subject's state.
    State(usize),
    /// What a norm decided for the same occasion.
    Decided(usize),
    /// The subject of the occasion.
    Subject,
    /// Its day.
    Day,
    /// Its time of day, in seconds.
    Time,
    PeriodStart,
    /// The member that is looked at.
    Each,
    /// What was kept of the occasion, when a later record is looked at.
    Kept(usize),
    /// Attribute (of an entity) of somebody.
    Fact(Box<Code>, usize, usize),
    /// The same, on another day.
    FactOn(Box<Code>, usize, usize, Box<Code>),
    /// How many members of a set (of an entity) there are for whom it holds.
    Members(Box<Code>, usize, Box<Code>),
    /// Is somebody in a set of the entity?
    Contains(Box<Code>, Box<Code>, usize),
    Add(Box<Code>, Box<Code>),
    Mul(Box<Code>, Box<Code>),
    /// A constant number of times.
    Times(Box<Code>, Word),
    /// Divided by a positive constant, rounded to a whole number.
    Divide(Box<Code>, Word, Rounding),
    Compare(Op, Box<Code>, Box<Code>),
    /// Words of the state, added up.
    StateSum(Vec<usize>),
    /// Anything against a constant.
    Against(Op, Box<Code>, Word),
    /// A field against a constant, which is most of what rules ask.
    SlotAgainst(Op, usize, Word),
    Not(Box<Code>),
    /// All of them hold. Sure ([`Code::is_sure`]): nothing but a field can be missing in them.
    All(Vec<Code>, bool),
    /// One of them holds.
    Any(Vec<Code>, bool),
    /// Is it stated?
    Stated(Box<Code>),
    /// From one day to another.
    Between(Box<(Code, Code)>, Length),
    /// Day of the week of a day, Monday 0.
    Weekday(Box<Code>),
}

/// What code looks at.
pub(super) struct Now<'n> {
    pub(super) slots: &'n [Word],
    pub(super) state: &'n mut [Word],
    pub(super) decided: &'n mut [Word],
    pub(super) subject: Word,
    pub(super) day: Word,
    pub(super) time: Word,
    pub(super) period_start: Word,
    /// The occasion is a period; its day is the last.
    pub(super) is_period: bool,
    pub(super) each: Word,
    pub(super) kept: Box<[Word]>,
    pub(super) facts: &'n Facts,
    pub(super) names: &'n Names,
    /// All fields that code reads are there.
    pub(super) sure: bool,
    /// Something was not plain.
    pub(super) odd: bool,
    /// What became of decisions, when somebody wants to be told.
    pub(super) trace: Option<Vec<Traced>>,
}

/// A step of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Traced {
    /// The next decision.
    Decision,
    /// A clause applies, with this value.
    Clause(usize, Word),
    /// It is forfeited by this condition; the value before.
    Forfeited(usize, Word),
    /// The cap or floor takes the place of the value before.
    Cap(Word),
    Floor(Word),
    /// It was rounded; the value before.
    Rounded(Word),
    /// A requirement: is it met?
    Met(bool),
}

impl Code {
    /// A constant number of times, worked out at once where it can be.
    pub(super) fn times(self, by: Word) -> Option<Self> {
        match self {
            code if by == 1 => Some(code),
            Self::Const(word) => word.checked_mul(by).filter(|word| is_plain(*word)).map(Self::Const),
            code => Some(Self::Times(Box::new(code), by)),
        }
    }

    /// A sum.
    pub(super) fn sum(a: Self, b: Self) -> Self {
        match (a, b) {
            (Self::State(a), Self::State(b)) => Self::StateSum(vec![a, b]),
            (Self::StateSum(mut all), Self::State(b)) => {
                all.push(b);
                Self::StateSum(all)
            }
            (a, b) => Self::Add(Box::new(a), Box::new(b)),
        }
    }

    /// A comparison.
    pub(super) fn compare(op: Op, a: Self, b: Self) -> Self {
        match (a, b) {
            (Self::Slot(at), Self::Const(word)) => Self::SlotAgainst(op, at, word),
            (Self::Const(word), Self::Slot(at)) => Self::SlotAgainst(op.mirrored(), at, word),
            (a, Self::Const(word)) => Self::Against(op, Box::new(a), word),
            (Self::Const(word), b) => Self::Against(op.mirrored(), Box::new(b), word),
            (a, b) => Self::Compare(op, Box::new(a), Box::new(b)),
        }
    }

    /// The value.
    pub(super) fn eval(&self, now: &mut Now<'_>) -> Word {
        match self {
            Self::Const(word) => *word,
            Self::Slot(at) => now.plain(now.slots.get(*at).copied()),
            Self::State(at) => now.plain(now.state.get(*at).copied()),
            Self::Decided(at) => now.plain(now.decided.get(*at).copied()),
            Self::Subject => now.plain(Some(now.subject)),
            Self::Day => now.day,
            Self::Time => now.plain(Some(now.time)),
            Self::PeriodStart => now.period_start,
            Self::Each => now.each,
            Self::Kept(at) => now.plain(now.kept.get(*at).copied()),
            Self::Fact(of, entity, attribute) => {
                let of = of.eval(now);
                // As of the last day of a period on which somebody belongs to the register.
                let last = if now.is_period { now.facts.last_day(*entity, of, (now.period_start, now.day)) } else { None };
                now.plain(Some(now.facts.on(*entity, of, *attribute, last.unwrap_or(now.day))))
            }
            Self::FactOn(of, entity, attribute, day) => {
                let (of, day) = (of.eval(now), day.eval(now));
                now.plain(Some(now.facts.on(*entity, of, *attribute, day)))
            }
            Self::Members(set, entity, holds) => members(set, *entity, holds, now),
            Self::Contains(set, one, entity) => {
                let (set, one) = (set.eval(now), one.eval(now));
                Word::from(now.names.members(*entity, set).binary_search(&one).is_ok())
            }
            Self::Add(a, b) => {
                let (a, b) = (a.part(now), b.part(now));
                now.plain(a.checked_add(b))
            }
            Self::Mul(a, b) => {
                let (a, b) = (a.eval(now), b.eval(now));
                now.plain(a.checked_mul(b))
            }
            Self::Times(of, by) => {
                let of = of.eval(now);
                now.plain(of.checked_mul(*by))
            }
            Self::Divide(of, by, mode) => divided(of.part(now), *by, *mode),
            Self::Compare(op, a, b) => {
                let (a, b) = (a.eval(now), b.eval(now));
                Word::from(op.holds(a.cmp(&b)))
            }
            Self::StateSum(words) => now.sum(words),
            Self::SlotAgainst(op, at, other) => Word::from(meets(*op, now.plain(now.slots.get(*at).copied()), *other)),
            Self::Against(..) | Self::Not(_) | Self::All(..) | Self::Any(..) => Word::from(self.holds_at_all(now)),
            Self::Stated(of) => Word::from(of.raw(now) != BLANK),
            Self::Between(days, length) => {
                let (from, to) = (days.0.eval(now), days.1.eval(now));
                length.between(from, to, now)
            }
            Self::Weekday(of) => (of.eval(now) - 1).rem_euclid(7),
        }
    }

    /// The value, blank where it is blank.
    pub(super) fn raw(&self, now: &mut Now<'_>) -> Word {
        let word = match self {
            Self::Slot(at) => now.slots.get(*at).copied(),
            Self::State(at) => now.state.get(*at).copied(),
            Self::Decided(at) => now.decided.get(*at).copied(),
            other => return other.eval(now),
        };
        match word {
            Some(BLANK) => BLANK,
            word => now.plain(word),
        }
    }

    /// Does it hold?
    #[inline]
    pub(super) fn holds(&self, now: &mut Now<'_>) -> bool {
        match self {
            Self::SlotAgainst(op, at, other) => meets(*op, now.plain(now.slots.get(*at).copied()), *other),
            Self::Against(op, of, other) => meets(*op, of.whole(now), *other),
            other => other.holds_at_all(now),
        }
    }

    fn holds_at_all(&self, now: &mut Now<'_>) -> bool {
        match self {
            Self::Against(op, of, other) => meets(*op, of.whole(now), *other),
            Self::Not(of) => !of.holds(now),
            // What is missing must be met, unless nothing can be.
            Self::All(parts, sure) if *sure && now.sure => parts.iter().all(|part| part.holds(now)),
            Self::All(parts, _) => parts.iter().fold(true, |all, part| all & part.holds(now)),
            Self::Any(parts, sure) if *sure && now.sure => parts.iter().any(|part| part.holds(now)),
            Self::Any(parts, _) => parts.iter().fold(false, |any, part| any | part.holds(now)),
            other => other.eval(now) != 0,
        }
    }

    /// The value of what is compared: mostly counters, added up or divided.
    #[inline]
    fn whole(&self, now: &mut Now<'_>) -> Word {
        if let Self::Add(a, b) = self {
            let (a, b) = (a.divided_part(now), b.divided_part(now));
            now.plain(a.checked_add(b))
        } else {
            self.divided_part(now)
        }
    }

    #[inline]
    fn divided_part(&self, now: &mut Now<'_>) -> Word {
        if let Self::Divide(of, by, mode) = self { divided(of.part(now), *by, *mode) } else { self.part(now) }
    }

    /// The value of a part of something, which mostly is a word or a few of them.
    #[inline]
    fn part(&self, now: &mut Now<'_>) -> Word {
        match self {
            Self::State(at) => now.plain(now.state.get(*at).copied()),
            Self::StateSum(words) => now.sum(words),
            Self::Slot(at) => now.plain(now.slots.get(*at).copied()),
            other => other.eval(now),
        }
    }

    /// The value, which mostly is a constant.
    #[inline]
    pub(super) fn value(&self, now: &mut Now<'_>) -> Word {
        if let Self::Const(word) = self { *word } else { self.part(now) }
    }
}

impl Now<'_> {
    /// Words of the state, added up.
    #[inline(never)]
    fn sum(&mut self, words: &[usize]) -> Word {
        let (mut sum, mut odd): (Word, bool) = (0, false);
        for word in words {
            let word = self.state.get(*word).copied().unwrap_or(MISSING);
            let (more, is_over) = sum.overflowing_add(word);
            odd |= is_over | !is_plain(word);
            sum = more;
        }
        odd |= !is_plain(sum);
        self.odd |= odd;
        if odd { 0 } else { sum }
    }

    #[inline]
    fn plain(&mut self, word: Option<Word>) -> Word {
        match word {
            Some(word) if is_plain(word) => word,
            _ => {
                self.odd = true;
                0
            }
        }
    }
}
