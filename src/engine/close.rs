//! Periods that end: what was counted in them is judged, and what was posted is given out.

use super::batch::Stamp;
use super::bearer::post_to;
use super::code::Now;
use super::late;
use super::plan::{Closing, FIRST_DAY, LINES, PERIODS, Plan};
use super::run::Run;
use super::sink::{Judged, Occasion, Sink, Statement};
use super::state::{Days, State};
use super::word::{MISSING, Word, day_of, day_word};
use super::work::post;
use crate::model::expr::Period;
use crate::reference::verdict::Ruling;
use crate::records::At;
use std::mem;
use std::sync::Arc;

/// What is left when all records have been judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finished {
    /// Names of the subjects that the reference evaluator must judge: whatever was said of them is void.
    pub again: Vec<String>,
    /// Periods of some norms have not ended: those that only the reference evaluator can judge.
    pub unfinished: bool,
    /// There were records of which nobody knows whose they are.
    pub nobodys: bool,
    /// Records of one subject did not surely come in their order.
    pub disordered: bool,
}

impl Run<'_, '_> {
    /// Ends the periods of a subject that are over on the calendar's day, and those between that had no record.
    pub(super) fn close<S: Sink + ?Sized>(&mut self, subject: Word, start: usize, sink: &mut S) {
        let plan = self.plan;
        let from = start + plan.header + PERIODS;
        for at in 0..plan.units.len() {
            let Some(((unit, _), now)) = plan.units.get(at).zip(self.state.calendar.starts.get(at).copied()) else { continue };
            let Some(closing) = plan.closings.get(at) else { continue };
            let Some(known) = self.state.words.get(from + at).copied().filter(|known| *known != now) else { continue };
            if known != Word::MIN {
                self.end(at, known, subject, start, sink);
                if *unit == Period::Month {
                    self.stated(known, subject, start, sink);
                }
                self.anew(at, start);
                if !self.passes_over(closing, sink) {
                    self.empty(at, known, now, subject, start, sink);
                }
            }
            if let Some(word) = self.state.words.get_mut(from + at) {
                *word = now;
            }
        }
    }

    /// Judges the periods after one and before another, in which there was no record.
    fn empty<S: Sink + ?Sized>(&mut self, at: usize, after: Word, before: Word, subject: Word, start: usize, sink: &mut S) {
        let Some((unit, _)) = self.plan.units.get(at) else { return };
        let unit = *unit;
        let mut next = day_word(self.state.calendar.span(unit, after).last) + 1;
        while next < before {
            self.end(at, next, subject, start, sink);
            if unit == Period::Month {
                self.stated(next, subject, start, sink);
                self.clear_postings(start);
            }
            next = day_word(self.state.calendar.span(unit, next).last) + 1;
        }
    }

    /// Is there nothing to be said of periods without records?
    fn passes_over<S: Sink + ?Sized>(&self, closing: &Closing, sink: &S) -> bool {
        closing.judgings.is_empty() || (closing.is_quiet && !sink.wants_not_applicable())
    }

    /// The words of a unit begin anew.
    fn anew(&mut self, unit: usize, start: usize) {
        let subject = start / self.plan.fresh.len();
        for (word, value) in self.plan.units.get(unit).map(|(_, words)| words.as_slice()).unwrap_or_default() {
            if let Some(tracking) = &mut self.tracking {
                tracking.forget(subject, *word);
            }
            if let Some(place) = self.state.words.get_mut(start + word) {
                *place = *value;
            }
        }
    }

    fn clear_postings(&mut self, start: usize) {
        let plan = self.plan;
        let words = (plan.header - plan.postings.len()..plan.header).chain([plan.header + LINES]);
        for word in words {
            if let Some(place) = self.state.words.get_mut(start + word) {
                *place = 0;
            }
        }
    }

    /// Judges the norms of a period of a subject.
    fn end<S: Sink + ?Sized>(&mut self, at: usize, first: Word, subject: Word, start: usize, sink: &mut S) {
        let plan = self.plan;
        let Some((closing, (unit, _))) = plan.closings.get(at).zip(plan.units.get(at)).filter(|(closing, _)| !closing.judgings.is_empty()) else { return };
        let span = self.state.calendar.span(*unit, first);
        let last = day_word(span.last);
        if plan.facts.loaded(plan.entity) && plan.facts.last_day(plan.entity, subject, (first, last)).is_none() {
            return;
        }
        self.decided.clear();
        self.decided.resize(plan.decided, MISSING);
        let State { words, names, again, .. } = &mut self.state;
        let (Some(state), Some(again)) = (words.get_mut(start..start + plan.fresh.len()), usize::try_from(subject).ok().and_then(|at| again.get_mut(at))) else { return };
        let mut now = Now { slots: &[], state, decided: &mut self.decided, subject, day: last, time: MISSING, period_start: first, is_period: true, each: MISSING, kept: Box::default(), facts: &plan.facts, names, sure: true, odd: false, trace: None };
        for judging in closing.judgings.iter().filter_map(|at| plan.judgings.get(*at)) {
            let Some(applies) = judging.applies(&mut now) else {
                *again |= std::mem::take(&mut now.odd);
                continue;
            };
            if let Some(tracking) = &mut self.tracking {
                now.trace = Some(std::mem::take(&mut tracking.trace));
            }
            self.outcomes.clear();
            let (ruling, looked) = match applies {
                Ok(()) => judging.ruling(&mut now, &mut self.outcomes),
                Err(looked) => (Ruling::NotApplicable, looked),
            };
            if let Some(tracking) = &mut self.tracking {
                tracking.trace = now.trace.take().unwrap_or_default();
            }
            if std::mem::take(&mut now.odd) {
                *again = true;
                continue;
            }
            if ruling == Ruling::NotApplicable && (!sink.wants_not_applicable() || (self.tracking.is_some() && sink.passes_over(judging.norm, names.name(plan.entity, subject)))) {
                continue;
            }
            let bearer = judging.bound(&mut now);
            if std::mem::take(&mut now.odd) {
                *again = true;
                continue;
            }
            if let (Some(tracking), Ok(subject)) = (&mut self.tracking, usize::try_from(subject)) {
                tracking.gather(judging, subject, None, looked);
                tracking.about(subject, names.name(plan.entity, subject as Word));
            }
            if ruling != Ruling::NotApplicable {
                *again |= !match bearer {
                    None => post(plan, judging, &self.outcomes, now.state),
                    Some(bearer) => post_to(plan, judging.deciding(), (subject, bearer, names, span.last), &self.outcomes, sink),
                };
            }
            let occasion = Occasion::Period(&span.name);
            sink.verdict(&Judged { norm: judging.norm, occasion, subject, bearer, day: span.last, ruling, outcomes: &self.outcomes, row: None, late: None, told: self.tracking.as_ref(), judging, plan, names });
        }
    }

    /// Gives out what was posted in a month.
    fn stated<S: Sink + ?Sized>(&mut self, month: Word, subject: Word, start: usize, sink: &mut S) {
        let plan = self.plan;
        let lines = self.state.words.get(start + plan.header + LINES).copied().unwrap_or(0);
        let totals = self.state.words.get(start + plan.header - plan.postings.len()..start + plan.header);
        if let (Some(totals), Some(month), true) = (totals, day_of(month), lines > 0) {
            let name = self.state.names.name(plan.entity, subject);
            sink.statement(&Statement { subject, name, entity: plan.entity, of: name, month, lines: lines.unsigned_abs(), totals });
        }
    }

    /// All records are there, up to and with `until` (none: the last one's time): ends the periods that are over.
    pub fn finish<S: Sink + ?Sized>(self, until: Option<At>, sink: &mut S) -> Finished {
        let days = self.state.seen;
        self.finish_on(days, until, sink)
    }

    /// The same, when these are the days of all records.
    pub(super) fn finish_on<S: Sink + ?Sized>(mut self, days: Days, until: Option<At>, sink: &mut S) -> Finished {
        let plan = self.plan;
        let (first, last) = (days.first, days.last);
        let has_passed = |due: Stamp| passed(plan, days, until, due);
        // The last day, and the last that is over.
        let (until, over) = match until {
            None => (last, if days.whole { last } else { last.saturating_sub(1) }),
            Some(At::Date(day)) => (day_word(day), day_word(day)),
            Some(at @ At::Moment(_)) => (plan.stamp(at).day, plan.stamp(at).day - 1),
        };
        let mut finished = Finished { nobodys: self.state.nobodys, disordered: self.state.disordered, ..Finished::default() };
        if first == Word::MAX && until == Word::MIN {
            return finished;
        }
        let first = first.min(until);
        for subject in 0..self.state.subjects() {
            let start = subject * plan.fresh.len();
            let own_first = self.state.words.get(start + plan.header + FIRST_DAY).copied().unwrap_or(Word::MAX);
            if !self.is_own(subject as Word, own_first) {
                continue;
            }
            finished.unfinished |= self.finish_one(subject as Word, start, (first, until, over), sink);
            let timers = self.state.open.get_mut(subject).map(|open| mem::take(&mut open.timers)).unwrap_or_default();
            for timer in timers {
                let is_told = late::tell(plan, (subject as Word, &self.state.names), timer, has_passed, &mut self.tracking, sink);
                if !is_told {
                    self.state.mark(subject as Word);
                }
            }
            if self.state.again.get(subject) == Some(&true) {
                finished.again.push(self.state.names.name(plan.entity, subject as Word).to_owned());
            }
        }
        finished
    }

    /// The periods of one subject; are there some that have not ended?
    fn finish_one<S: Sink + ?Sized>(&mut self, subject: Word, start: usize, (first, until, over): (Word, Word, Word), sink: &mut S) -> bool {
        let plan = self.plan;
        let own_first = self.state.words.get(start + plan.header + FIRST_DAY).copied().unwrap_or(Word::MAX);
        let mut unfinished = false;
        for at in 0..plan.units.len() {
            let Some((unit, _)) = plan.units.get(at) else { continue };
            let unit = *unit;
            let known = self.state.words.get(start + plan.header + PERIODS + at).copied().unwrap_or(Word::MIN);
            let Some(closing) = plan.closings.get(at) else { continue };
            let judged = !closing.judgings.is_empty();
            if known != Word::MIN {
                let span = self.state.calendar.span(unit, known);
                if day_word(span.last) <= over {
                    self.end(at, known, subject, start, sink);
                } else {
                    unfinished |= judged;
                }
                if unit == Period::Month {
                    self.stated(known, subject, start, sink);
                }
            }
            self.anew(at, start);
            if !judged {
                continue;
            }
            if self.passes_over(closing, sink) {
                // The last period is the only one that may not be over.
                let last = self.state.calendar.holding(unit, until);
                unfinished |= day_word(last.last) > over && known < day_word(last.first);
                continue;
            }
            // Before its first record, and after its last.
            let begin = |run: &mut Self, day: Word| day_word(run.state.calendar.holding(unit, day).first);
            let (from, own) = (begin(self, first), if known == Word::MIN { None } else { Some(begin(self, own_first)) });
            let mut next = from;
            while next <= until {
                let span: Arc<_> = self.state.calendar.span(unit, next);
                let had_records = own.is_some_and(|own| own <= next && next <= known);
                if !had_records {
                    if day_word(span.last) <= over {
                        self.end(at, next, subject, start, sink);
                        if unit == Period::Month {
                            self.stated(next, subject, start, sink);
                            self.clear_postings(start);
                        }
                    } else {
                        unfinished = true;
                    }
                }
                next = day_word(span.last) + 1;
            }
        }
        unfinished
    }
}

/// Has a deadline passed, when all records are there? None: nobody can tell.
fn passed(plan: &Plan<'_>, days: Days, until: Option<At>, due: Stamp) -> Option<bool> {
    let is_day = due.nanos == Word::MIN;
    match until {
        Some(At::Date(day)) => Some(due.day <= day_word(day)),
        Some(at @ At::Moment(_)) if is_day => Some(due.day < plan.stamp(at).day),
        Some(at @ At::Moment(_)) => Some(due.nanos < plan.stamp(at).nanos),
        None if days.whole || due.day != days.last => Some(due.day <= days.last),
        None if is_day => Some(false),
        None => None,
    }
}
