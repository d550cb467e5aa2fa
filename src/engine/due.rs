//! By when: deadlines, worked out when a duty begins.

use super::batch::Stamp;
use super::code::{Code, Now};
use super::compile::Maker;
use super::outside::{Made, outside};
use super::instant::{Clock, Instant, Length, on, within};
use super::word::{Word, day_of};
use crate::model::norm::{self, Deadline};
use crate::model::{Model, Regulation};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// When something is due.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Due {
    /// At no time.
    Never,
    /// By the end of a day, or by a moment; `before`: the moment itself is too late.
    At { at: Stamp, before: bool },
}

/// The deadline, and what changes it: condition, deadline, is it an extension.
#[derive(Debug, Clone)]
pub(super) struct Until {
    default: Limit,
    changes: Vec<(Code, Limit, bool)>,
    clock: Clock,
}

/// One deadline.
#[derive(Debug, Clone)]
enum Limit {
    /// So long from the occasion; does its own day count?
    Within(Length, bool),
    /// Up to a time; true: before it.
    By(Instant, bool),
}

impl Until {
    /// Compiles a deadline.
    pub(super) fn new(maker: &mut Maker<'_, '_>, until: &norm::Until, (regulation, zone): (Option<&Regulation>, Tz)) -> Made<Self> {
        if until.on_request.is_some() {
            return outside("more time that is granted on request", "经申请展期");
        }
        let same_day = regulation.is_some_and(|regulation| regulation.same_day);
        let default = Limit::new(maker, &until.default, same_day)?;
        let mut changes = Vec::new();
        for change in &until.changes {
            changes.push((maker.condition(&change.when)?, Limit::new(maker, &change.deadline, same_day)?, change.extension));
        }
        let clock = Clock { zone, calendar: regulation.and_then(|regulation| regulation.calendar.clone()), moves_on: regulation.is_some_and(|regulation| regulation.moves_on) };
        let made = Self { default, changes, clock };
        // A deadline that does not count is not looked at: what is counted for it is no part of the verdict.
        let counts = std::iter::once(&made.default).chain(made.changes.iter().map(|(_, limit, _)| limit)).flat_map(Limit::codes).any(|code| !words(code).is_empty());
        if counts && !made.changes.is_empty() { outside("a deadline that counts records, and changes", "须计数且会变更的期限") } else { Ok(made) }
    }

    /// What is looked at whenever the norm applies.
    pub(super) fn codes(&self) -> impl Iterator<Item = &Code> {
        self.default.codes().into_iter().chain(self.changes.iter().flat_map(|(when, limit, _)| limit.codes().into_iter().chain([when])))
    }

    /// The deadline of an occasion of that time. Raises [`Now::odd`] when it is not plainly so.
    pub(super) fn due(&self, now: &mut Now<'_>, model: &Model, at: Stamp) -> Due {
        let mut applying = [Vec::new(), Vec::new()];
        for (when, limit, extension) in &self.changes {
            if when.holds(now) {
                applying[usize::from(*extension)].push(limit);
            }
        }
        let [instead, extensions] = applying;
        let mut one_of = |limits: &[&Limit]| {
            let mut found: Option<Due> = None;
            for limit in limits {
                let next = self.limit(limit, now, model, at);
                // Two that say different things contradict each other.
                now.odd |= found.is_some_and(|found| !is_same(found, next));
                found = Some(next);
            }
            found
        };
        let (extended, own) = (one_of(&extensions), one_of(&instead));
        let own = match own {
            Some(own) => own,
            None => self.limit(&self.default, now, model, at),
        };
        match (extended, own) {
            (None, own) => own,
            (Some(_), Due::Never) => own,
            (Some(extended @ Due::At { at, .. }), Due::At { at: before, .. }) => if place(before) > place(at) { own } else { extended },
            (Some(extended), _) => extended,
        }
    }

    fn limit(&self, limit: &Limit, now: &mut Now<'_>, model: &Model, at: Stamp) -> Due {
        let clock = (&self.clock, self.clock.calendar.as_deref().and_then(|name| model.calendar(name)));
        let due = match limit {
            Limit::Within(length, same_day) => length.whole(now).and_then(|(count, unit)| within(clock, at, count, unit, *same_day)).map(|at| (at, false)),
            Limit::By(instant, before) => instant.at(clock, now, at).and_then(|at| {
                let is_day = at.nanos == Word::MIN;
                if is_day && *before { Some((on(day_of(at.day)?.pred_opt()?), false)) } else { Some((at, *before && !is_day)) }
            }),
        };
        match due {
            Some((at, before)) => Due::At { at, before },
            None => {
                now.odd = true;
                Due::Never
            }
        }
    }
}

impl Due {
    /// The day or moment, if there is one.
    pub(super) fn at(self) -> Option<Stamp> {
        if let Self::At { at, .. } = self { Some(at) } else { None }
    }

    /// Is a record of that time in time? None: its hour would be needed.
    pub(super) fn in_time(self, at: Stamp) -> Option<bool> {
        match self {
            Self::Never => Some(true),
            Self::At { at: due, .. } if due.nanos == Word::MIN || at.day != due.day => Some(at.day <= due.day),
            Self::At { .. } if at.nanos == Word::MIN => None,
            Self::At { at: due, before } => Some(if before { at.nanos < due.nanos } else { at.nanos <= due.nanos }),
        }
    }
}

/// Where a time stands among others: a date ends after every moment of its day.
pub(super) fn place(at: Stamp) -> (Word, bool, Word) {
    (at.day, at.nanos == Word::MIN, at.nanos)
}

fn is_same(one: Due, other: Due) -> bool {
    one.at().map(place) == other.at().map(place)
}

/// Words of the state that code reads.
fn words(code: &Code) -> BTreeSet<usize> {
    let mut all = BTreeSet::new();
    code.reads(&mut all);
    all
}

impl Limit {
    fn new(maker: &mut Maker<'_, '_>, deadline: &Deadline, same_day: bool) -> Made<Self> {
        Ok(match deadline {
            Deadline::Within(_, Some(_), _) => return outside("a duty that does not begin with the record", "并非自该记录起算的义务"),
            Deadline::Within(length, None, counts_first) => Self::Within(Length::new(maker, length)?, counts_first.unwrap_or(same_day)),
            Deadline::By(at) => Self::By(Instant::new(maker, at)?, false),
            Deadline::Before(at) => Self::By(Instant::new(maker, at)?, true),
        })
    }

    fn codes(&self) -> Vec<&Code> {
        match self {
            Self::Within(length, _) => vec![&length.count],
            Self::By(instant, _) => instant.codes(),
        }
    }
}

