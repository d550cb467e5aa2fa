//! What is done for one record: counters are moved on, norms judge it and what is made of it, layer by layer, and their verdicts are told.

use super::batch::{Batch, Row, Stamp};
use super::bearer::{Bound, post_to};
use super::code::Now;
use super::counter::{Moves, Update};
use super::judge::{Looked, Outcome};
use super::norm::Judging;
use super::plan::{LINES, Plan};
use super::program::Step;
use super::room::{self, Live, MadeBy};
use super::timer::Open;
use super::sink::{Judged, Made, Occasion, Sink};
use super::track::Tracking;
use super::word::{BLANK, MISSING, Names, Word};
use crate::reference::verdict::Ruling;
use chrono::NaiveDate;

/// What is done for one record.
pub(super) struct Work<'w, 'p, 'm> {
    pub(super) plan: &'p Plan<'m>,
    pub(super) batch: &'w Batch,
    pub(super) row: &'w Row,
    /// Which of all records.
    pub(super) number: usize,
    pub(super) subject: Word,
    pub(super) day: NaiveDate,
    pub(super) outcomes: &'w mut Vec<Outcome>,
    pub(super) tracking: &'w mut Option<Tracking>,
    pub(super) fields: &'w mut Vec<Word>,
    /// Records that were made of it, and how many.
    pub(super) made: &'w mut Vec<Live>,
    pub(super) made_by: &'w mut Vec<MadeBy>,
    pub(super) count: &'w mut usize,
    /// The reference evaluator must judge the subject.
    pub(super) again: &'w mut bool,
    /// Its duties, where norms have some.
    pub(super) open: Option<&'w mut Open>,
}

impl Work<'_, '_, '_> {
    /// Moves the counters on.
    #[inline]
    pub(super) fn count(&mut self, event: usize, place: Option<usize>, now: &mut Now<'_>, picks: &mut Vec<usize>) {
        let plan = self.plan;
        let Some(updates) = plan.updates.get(event) else { return };
        match plan.update_picks.get(event).and_then(Option::as_ref) {
            None => updates.iter().for_each(|update| self.update(update, place, now)),
            Some(pick) => {
                pick.steps(now.slots, picks);
                picks.iter().filter_map(|at| updates.get(*at)).for_each(|update| self.update(update, place, now));
            }
        }
    }

    #[inline]
    fn update(&mut self, update: &Update, place: Option<usize>, now: &mut Now<'_>) {
        if !update.filter.as_ref().is_none_or(|filter| filter.holds(now)) {
            return;
        }
        let value = update.value.value(now);
        now.odd |= !now.state.get_mut(update.word).is_some_and(|word| moved(update, word, value));
        if let Some(place) = place {
            self.counted(update.word, place);
        }
    }

    /// Takes note of a record that was counted.
    #[inline(never)]
    fn counted(&mut self, word: usize, place: usize) {
        if let (Some(tracking), Ok(subject)) = (self.tracking.as_mut(), usize::try_from(self.subject)) {
            tracking.count(subject, word, place);
        }
    }

    /// Judges the record and what is made of it. Records that a layer made are there for the next.
    #[inline]
    pub(super) fn steps<'s, S: Sink + ?Sized>(&mut self, steps: impl Iterator<Item = &'s Step>, place: Option<usize>, now: &mut Now<'_>, picks: &mut Vec<usize>, sink: &mut S) {
        let (mut layer, mut counted) = (0, 0);
        for (at_layer, event, judging) in steps {
            if *at_layer != layer {
                layer = *at_layer;
                if counted < *self.count {
                    counted = self.count_made(counted, now, picks, sink);
                }
            }
            let Some(judging) = self.plan.judgings.get(*judging) else { continue };
            if *event == self.row.event {
                self.judge(judging, (0, place), now, sink);
            }
            for one in 0..counted {
                self.judge_made(judging, *event, one, now, sink);
            }
        }
        if counted < *self.count {
            self.count_made(counted, now, picks, sink);
        }
    }

    /// Counts the records that were made since so many were counted; how many there are now.
    #[inline(never)]
    fn count_made<S: Sink + ?Sized>(&mut self, counted: usize, now: &mut Now<'_>, picks: &mut Vec<usize>, sink: &mut S) -> usize {
        for one in counted..*self.count {
            self.with(one, now, |work, live, now| {
                work.count(live.0, live.1, now, picks);
                work.meet(live.0, live.1, now, sink);
            });
        }
        *self.count
    }

    #[inline(never)]
    fn judge_made<S: Sink + ?Sized>(&mut self, judging: &Judging, event: usize, one: usize, now: &mut Now<'_>, sink: &mut S) {
        if self.made.get(one).is_some_and(|live| live.event == event) {
            self.with(one, now, |work, (_, place), now| work.judge(judging, (one + 1, place), now, sink));
        }
    }

    /// Looks at a record that was made: its type, and where it is kept.
    fn with(&mut self, one: usize, now: &mut Now<'_>, then: impl FnOnce(&mut Self, (usize, Option<usize>), &mut Now<'_>)) {
        // It is away meanwhile, so that others can be made.
        let Some(mut live) = self.made.get_mut(one).map(std::mem::take) else { return };
        let (of, at) = ((live.event, live.place), self.row.at);
        let mut its = looking(self.plan, (now.names, now.state), &mut live, self.subject, at);
        then(self, of, &mut its);
        now.odd |= its.odd;
        if let Some(place) = self.made.get_mut(one) {
            *place = live;
        }
    }

    /// Judges the record that was read (0), or one that was made of it.
    #[inline]
    fn judge<S: Sink + ?Sized>(&mut self, judging: &Judging, (one, place): (usize, Option<usize>), now: &mut Now<'_>, sink: &mut S) {
        let before = std::mem::take(&mut now.odd);
        let applies = judging.applies(now);
        if !now.odd && applies == Some(Ok(())) {
            self.applied(judging, (one, place), now, sink);
        } else if !now.odd
            && let Some(Err(looked)) = applies
            && sink.wants_not_applicable()
            && (self.tracking.is_none() || !sink.passes_over(judging.norm, now.names.name(self.plan.entity, self.subject)))
        {
            self.outcomes.clear();
            self.judged(judging, (one, place), (Ruling::NotApplicable, looked), now, sink);
        }
        *self.again |= std::mem::replace(&mut now.odd, before);
    }

    /// Judges a record to which the norm applies.
    fn applied<S: Sink + ?Sized>(&mut self, judging: &Judging, which: (usize, Option<usize>), now: &mut Now<'_>, sink: &mut S) {
        if let Some(tracking) = self.tracking.as_mut() {
            now.trace = Some(std::mem::take(&mut tracking.trace));
        }
        let ruling = judging.ruling(now, self.outcomes);
        if let Some(tracking) = self.tracking.as_mut() {
            tracking.trace = now.trace.take().unwrap_or_default();
        }
        if !now.odd {
            if judging.duties.is_empty() {
                self.judged(judging, which, ruling, now, sink);
            } else {
                self.begin(judging, which, ruling, now);
            }
        }
    }

    /// A record was judged.
    #[inline]
    fn judged<S: Sink + ?Sized>(&mut self, judging: &Judging, (one, place): (usize, Option<usize>), (ruling, looked): (Ruling, Looked), now: &mut Now<'_>, sink: &mut S) {
        let bearer = judging.bound(now);
        if now.odd {
            return;
        }
        if self.tracking.is_some() {
            self.track(judging, place, looked, now.names);
        }
        if ruling != Ruling::NotApplicable {
            *self.again |= !match bearer {
                None => post(self.plan, judging, self.outcomes, now.state),
                Some(bearer) => post_to(self.plan, judging.deciding(), (self.subject, bearer, now.names, self.day), self.outcomes, sink),
            };
            if !judging.makes.is_empty() {
                self.make(judging, one, now);
            }
        }
        if one == 0 {
            self.tell(judging, ruling, (now.names, bearer), Made { chain: None }, sink);
        } else {
            room::with_makers(self.plan, self.made_by, one, &mut |made_by| self.tell(judging, ruling, (now.names, bearer), made_by, sink));
        }
    }

    /// Makes the records that a norm makes of one.
    #[inline(never)]
    pub(super) fn make(&mut self, judging: &Judging, one: usize, now: &mut Now<'_>) {
        for (which, making) in judging.makes.iter().enumerate() {
            self.fields.clear();
            self.fields.extend(making.fields.iter().map(|code| code.as_ref().map_or(MISSING, |code| code.eval(now))));
            let at = *self.count;
            if self.made.len() <= at {
                self.made.push(Live::default());
            }
            self.made_by.truncate(at);
            self.made_by.push((judging.norm, which, one));
            let Some(live) = self.made.get_mut(at) else { return };
            live.begin(making.event, self.plan.decided);
            std::mem::swap(&mut live.slots, self.fields);
            live.filled(self.plan);
            *self.count += 1;
            if let Some(tracking) = self.tracking.as_mut() {
                let mut name = String::new();
                room::with_makers(self.plan, self.made_by, at + 1, &mut |made_by| name = made_by.of(self.batch.text(self.row.name)));
                live.place = Some(tracking.enter(self.number, true, &name));
            }
            if let Some(valid) = self.plan.valid.get(making.event).and_then(Option::as_ref) {
                let mut is_valid = false;
                self.with(at, now, |_, _, its| is_valid = valid.holds(its));
                if !is_valid {
                    *self.count = at;
                }
            }
        }
    }

    #[inline]
    fn tell<S: Sink + ?Sized>(&self, judging: &Judging, ruling: Ruling, (names, bearer): (&Names, Option<Bound>), made_by: Made<'_>, sink: &mut S) {
        let occasion = Occasion::Record { name: self.batch.text(self.row.name), made_by };
        sink.verdict(&Judged { norm: judging.norm, occasion, subject: self.subject, bearer, day: self.day, ruling, outcomes: self.outcomes, row: Some(self.number), late: None, told: self.tracking.as_ref(), judging, plan: self.plan, names });
    }

    /// Takes note of what the verdict rests on.
    #[inline(never)]
    fn track(&mut self, judging: &Judging, place: Option<usize>, looked: Looked, names: &Names) {
        if let (Some(tracking), Ok(subject)) = (self.tracking.as_mut(), usize::try_from(self.subject)) {
            tracking.gather(judging, subject, place, looked);
            tracking.about(subject, names.name(self.plan.entity, self.subject));
        }
    }
}

/// Adds what was posted to the month's sums; false when a sum is too large for a word.
#[inline]
pub(super) fn post(plan: &Plan<'_>, judging: &Judging, outcomes: &[Outcome], state: &mut [Word]) -> bool {
    let (mut fit, mut lines) = (true, 0);
    for (at, outcome) in outcomes.iter().enumerate() {
        let Some(value) = outcome.value else { continue };
        let Some(posted) = judging.decisions.get(at).or_else(|| judging.if_breached.get(at - judging.decisions.len())).and_then(|deciding| deciding.posted) else { continue };
        lines += 1;
        match state.get_mut(posted).and_then(|sum| Some((sum.checked_add(value).filter(|sum| *sum > BLANK)?, sum))) {
            Some((more, sum)) => *sum = more,
            None => fit = false,
        }
    }
    if lines > 0
        && let Some(known) = state.get_mut(plan.header + LINES)
    {
        *known += lines;
    }
    fit
}

/// A record moves a counter on; false when the sum is too large for a word.
#[inline(always)]
fn moved(update: &Update, word: &mut Word, value: Word) -> bool {
    *word = match update.moves {
        Moves::Add => match word.checked_add(value).filter(|sum| *sum > BLANK) {
            Some(sum) => sum,
            None => return false,
        },
        Moves::First if *word != BLANK => *word,
        Moves::Only if *word != BLANK => return false,
        Moves::Least if *word != BLANK => (*word).min(value),
        Moves::Most if *word != BLANK => (*word).max(value),
        _ => value,
    };
    true
}

/// What code looks at for a record.
#[inline]
pub(super) fn looking<'n>(plan: &'n Plan<'_>, (names, state): (&'n Names, &'n mut [Word]), live: &'n mut Live, subject: Word, at: Stamp) -> Now<'n> {
    Now {
        slots: &live.slots,
        state,
        decided: &mut live.decided,
        subject,
        day: at.day,
        time: at.time,
        period_start: at.day,
        is_period: false,
        each: MISSING,
        kept: Box::default(),
        facts: &plan.facts,
        names,
        sure: live.sure,
        odd: false,
        trace: None,
    }
}
