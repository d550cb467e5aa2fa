//! Records through the plan: each moves its subject's counters on, is judged layer by layer together with what is made of it, and is forgotten.

use super::batch::{Batch, Row, Stamp, key};
use super::code::Now;
use super::counter::{Moves, Update};
use super::judge::Outcome;
use super::plan::{PERIODS, Plan};
use super::room::Room;
use super::sink::{Judged, Made, Occasion, Sink};
use super::state::{Header, State};
use super::track::Tracking;
use super::word::{BLANK, MISSING, Names, Word};
use crate::reference::verdict::Ruling;

/// How many records ahead subjects are looked up.
const AHEAD: usize = 32;
/// Words that memory gives at once, and how many are asked for ahead at most.
const LINE: usize = 8;
const MOST_TOUCHED: usize = 64;

/// Judging under way: a plan, the state, and room to work in.
pub struct Run<'p, 'm> {
    pub(super) plan: &'p Plan<'m>,
    pub(super) state: State,
    room: Room,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) tracking: Option<Tracking>,
    /// Steps that can matter to a record.
    picked: Vec<usize>,
    /// Norms that do not apply are not wanted.
    only_applicable: bool,
    /// Records before the batch.
    before: usize,
    /// Which subjects are its own.
    share: Share,
}

/// Which subjects fall to a run when there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) mine: u32,
    pub(super) of: u32,
}

impl Share {
    /// All of them.
    const WHOLE: Self = Self { mine: 0, of: 1 };

    pub(super) fn has(self, key: u32) -> bool {
        self.of == 1 || (u64::from(key) * u64::from(self.of)) >> 32 == u64::from(self.mine)
    }
}

impl<'p, 'm> Run<'p, 'm> {
    /// Begins with nothing known.
    pub fn new(plan: &'p Plan<'m>) -> Self {
        Self { plan, state: State::new(plan), room: Room::default(), outcomes: Vec::new(), tracking: None, picked: Vec::new(), only_applicable: false, before: 0, share: Share::WHOLE }
    }

    /// Begins with nothing known, and keeps for every verdict the records on which it rests.
    pub fn tracking(plan: &'p Plan<'m>) -> Self {
        Self { tracking: Some(Tracking::new(plan.counters, plan.entity().map(|name| (plan.entity, name.into())))), ..Self::new(plan) }
    }

    /// Only with the subjects that fall to it.
    pub(super) fn sharing(self, share: Share) -> Self {
        Self { share, ..self }
    }

    /// Which of several it is.
    pub(super) fn number(&self) -> usize {
        self.share.mine as usize
    }

    /// Is the subject one of its own? One that is only named, neither by a register nor as whose a record is, is nobody's.
    pub(super) fn is_own(&self, subject: Word, first_day: Word) -> bool {
        let facts = &self.plan.facts;
        let is_registered = usize::try_from(subject).is_ok_and(|at| at < facts.subjects(self.plan.entity));
        first_day != Word::MAX || (is_registered && self.share.has(key(self.state.names.name(self.plan.entity, subject))))
    }

    /// Judges records, in their order. Subjects are looked up some records ahead, so that memory is waited for once and not record by record.
    pub fn eval(&mut self, batch: &Batch, sink: &mut dyn Sink) {
        self.only_applicable = !sink.wants_not_applicable() && self.tracking.is_none();
        let (share, before) = (self.share, self.before);
        self.before += batch.rows.len();
        let mut all = (before..).zip(&batch.rows).filter(|(_, row)| share.has(row.key));
        let mut rows: Vec<(usize, &Row)> = Vec::with_capacity(AHEAD);
        loop {
            rows.clear();
            rows.extend(all.by_ref().take(AHEAD));
            if rows.is_empty() {
                return;
            }
            let names = rows.iter().fold(0, |touched, (_, row)| touched ^ self.state.touch(self.plan, batch, row));
            std::hint::black_box(names);
            let mut subjects = [MISSING; AHEAD];
            for (subject, (_, row)) in subjects.iter_mut().zip(&rows) {
                *subject = self.state.subject(self.plan, batch, row);
            }
            let (mut touched, width) = (0, self.plan.fresh.len().min(MOST_TOUCHED));
            for subject in subjects.iter().filter(|subject| **subject > BLANK) {
                let start = self.state.room(self.plan, *subject);
                let row = self.state.words.get(start..start + width).unwrap_or_default();
                touched ^= row.iter().step_by(LINE).fold(row.last().copied().unwrap_or(0), |all, word| all ^ word);
            }
            std::hint::black_box(touched);
            for ((number, row), subject) in rows.iter().zip(subjects) {
                self.record(batch, (row, *number), subject, sink);
            }
        }
    }

    fn record(&mut self, batch: &Batch, (row, number): (&Row, usize), subject: Word, sink: &mut dyn Sink) {
        let plan = self.plan;
        self.state.seen(row.at);
        if plan.keyed.get(row.event) != Some(&true) {
            return;
        }
        if subject <= BLANK {
            // Nobody knows whose it is: any subject's, or nobody's.
            self.state.nobodys = true;
            return;
        }
        self.room.count = 0;
        let live = self.room.next(row.event, plan.decided);
        self.state.named(plan, batch, (row, subject), &mut live.slots);
        live.place = self.tracking.as_mut().map(|tracking| tracking.enter(number, false, batch.text(row.name)));
        let start = self.state.room(plan, subject);
        let end = start + plan.fresh.len();
        self.state.calendar.go(row.at.day);
        let Some(header) = self.state.words.get_mut(start + plan.header..end) else { return };
        if !Header(header).passes(row.at, row.stream) {
            self.state.mark(subject);
        }
        self.roll(subject, start, sink);
        if !self.holds(plan.valid.get(row.event).and_then(Option::as_ref), 0, subject, row.at, start) {
            return;
        }
        self.count(0, subject, row.at, start);
        let program = plan.programs.get(row.event).map(Vec::as_slice).unwrap_or_default();
        // Records that a layer made are there for the next.
        let (mut layer, mut counted) = (0, 1);
        let mut step = |run: &mut Self, (at_layer, event, judging): (usize, usize, usize)| {
            if at_layer != layer {
                layer = at_layer;
                counted = run.count_made(counted, subject, row.at, start);
            }
            for one in 0..counted {
                if run.room.live.get(one).is_some_and(|live| live.event == event) {
                    run.judge(judging, one, (subject, start), batch, (row, number), sink);
                }
            }
        };
        match plan.program_picks.get(row.event).and_then(Option::as_ref).filter(|_| self.only_applicable) {
            None => program.iter().for_each(|one| step(self, *one)),
            Some(pick) => {
                let mut picked = std::mem::take(&mut self.picked);
                pick.steps(self.room.live.first().map(|live| live.slots.as_slice()).unwrap_or_default(), &mut picked);
                picked.iter().filter_map(|at| program.get(*at)).for_each(|one| step(self, *one));
                self.picked = picked;
            }
        }
        self.count_made(counted, subject, row.at, start);
    }

    /// Counts the records that were made since so many were counted; how many there are now.
    fn count_made(&mut self, counted: usize, subject: Word, at: Stamp, start: usize) -> usize {
        for one in counted..self.room.count {
            self.count(one, subject, at, start);
        }
        self.room.count
    }

    fn holds(&mut self, code: Option<&super::code::Code>, one: usize, subject: Word, at: Stamp, start: usize) -> bool {
        let Some(code) = code else { return true };
        let plan = self.plan;
        let Some(live) = self.room.live.get_mut(one) else { return false };
        let mut now = looking(plan, self.state.view(plan, start), &live.slots, &mut live.decided, subject, at);
        let holds = code.holds(&mut now);
        if now.odd {
            self.state.mark(subject);
        }
        holds
    }

    /// Moves the counters on.
    fn count(&mut self, one: usize, subject: Word, at: Stamp, start: usize) {
        let plan = self.plan;
        let Some(live) = self.room.live.get_mut(one) else { return };
        let Some(updates) = plan.updates.get(live.event).filter(|updates| !updates.is_empty()) else { return };
        let State { words, names, again, .. } = &mut self.state;
        let Some(words) = words.get_mut(start..start + plan.fresh.len()) else { return };
        // What is counted is known from the record alone.
        let mut now = looking(plan, (names, &[]), &live.slots, &mut live.decided, subject, at);
        let pick = plan.update_picks.get(live.event).and_then(Option::as_ref);
        if let Some(pick) = pick {
            pick.steps(&live.slots, &mut self.picked);
        }
        let all = if pick.is_some() { self.picked.len() } else { updates.len() };
        for at in 0..all {
            let at = if pick.is_some() { self.picked.get(at).copied().unwrap_or(at) } else { at };
            let Some(update) = updates.get(at) else { continue };
            if !update.filter.as_ref().is_none_or(|filter| filter.holds(&mut now)) {
                continue;
            }
            let value = update.value.value(&mut now);
            now.odd |= !words.get_mut(update.word).is_some_and(|word| moved(update, word, value));
            if let (Some(tracking), Some(place), Ok(subject)) = (&mut self.tracking, live.place, usize::try_from(subject)) {
                tracking.count(subject, update.word, place);
            }
        }
        if now.odd && let Some(again) = usize::try_from(subject).ok().and_then(|at| again.get_mut(at)) {
            *again = true;
        }
    }

    fn judge(&mut self, judging: usize, one: usize, (subject, start): (Word, usize), batch: &Batch, (row, number): (&Row, usize), sink: &mut dyn Sink) {
        let plan = self.plan;
        let Some(judging) = plan.judgings.get(judging) else { return };
        let Some(live) = self.room.live.get_mut(one) else { return };
        let mut now = looking(plan, self.state.view(plan, start), &live.slots, &mut live.decided, subject, row.at);
        now.trace = self.tracking.as_mut().map(|tracking| &mut tracking.trace);
        let judged = judging.judge(&mut now, &mut self.outcomes);
        let odd = now.odd;
        if odd {
            self.state.mark(subject);
            return;
        }
        let Some((ruling, looked)) = judged else { return };
        if ruling == Ruling::NotApplicable && self.tracking.is_some() && sink.passes_over(judging.norm, self.state.names.name(plan.entity, subject)) {
            return;
        }
        if let (Some(tracking), Ok(subject)) = (&mut self.tracking, usize::try_from(subject)) {
            tracking.gather(judging, subject, live.place, looked);
            tracking.about(subject, self.state.names.name(plan.entity, subject as Word));
        }
        if ruling != Ruling::NotApplicable {
            self.state.post(plan, judging, &self.outcomes, subject, start);
            for (which, making) in judging.makes.iter().enumerate() {
                let decided = plan.decided;
                let Some(live) = self.room.live.get_mut(one) else { continue };
                let mut now = looking(plan, self.state.view(plan, start), &live.slots, &mut live.decided, subject, row.at);
                let fields: Vec<Word> = making.fields.iter().map(|code| code.as_ref().map_or(MISSING, |code| code.eval(&mut now))).collect();
                if now.odd {
                    self.state.mark(subject);
                }
                let made = self.room.next(making.event, decided);
                made.slots = fields;
                made.made = Some((judging.norm, which, one));
                if self.tracking.is_some() {
                    let last = self.room.count - 1;
                    let mut name = String::new();
                    self.room.with_makers(plan, last, &mut |made_by| name = made_by.of(batch.text(row.name)));
                    let place = self.tracking.as_mut().map(|tracking| tracking.enter(number, true, &name));
                    self.room.live[last].place = place;
                }
                let last = self.room.count - 1;
                if !self.holds(plan.valid.get(making.event).and_then(Option::as_ref), last, subject, row.at, start) {
                    self.room.count = last;
                }
            }
        }
        if ruling == Ruling::NotApplicable && !sink.wants_not_applicable() {
            return;
        }
        let day = self.state.calendar.date;
        let name = self.state.names.name(plan.entity, subject);
        let told = |made_by: Made<'_>, sink: &mut dyn Sink| {
            let occasion = Occasion::Record { name: batch.text(row.name), made_by };
            sink.verdict(&Judged { norm: judging.norm, occasion, subject, name, day, ruling, outcomes: &self.outcomes, row: Some(number), told: self.tracking.as_ref(), judging, model: plan.model, names: &self.state.names });
        };
        if one == 0 {
            told(Made { chain: None }, sink);
        } else {
            self.room.with_makers(plan, one, &mut |made_by| told(made_by, sink));
        }
    }

    /// Ends the periods that are over for a subject on the calendar's day.
    pub(super) fn roll(&mut self, subject: Word, start: usize, sink: &mut dyn Sink) {
        let plan = self.plan;
        let from = start + plan.header + PERIODS;
        let is_over = |(at, start): (usize, &Word)| self.state.words.get(from + at).is_some_and(|known| *known != *start);
        if self.state.calendar.starts.iter().enumerate().any(is_over) {
            self.close(subject, start, sink);
        }
    }
}

/// A record moves a counter on; false when the sum is too large for a word.
fn moved(update: &Update, word: &mut Word, value: Word) -> bool {
    *word = match update.moves {
        Moves::Add => match word.checked_add(value).filter(|sum| *sum > BLANK) {
            Some(sum) => sum,
            None => return false,
        },
        Moves::First if *word != BLANK => *word,
        Moves::Least if *word != BLANK => (*word).min(value),
        Moves::Most if *word != BLANK => (*word).max(value),
        _ => value,
    };
    true
}

/// What code looks at for a record.
fn looking<'n>(plan: &'n Plan<'_>, (names, state): (&'n Names, &'n [Word]), slots: &'n [Word], decided: &'n mut [Word], subject: Word, at: Stamp) -> Now<'n> {
    Now {
        slots,
        state,
        decided,
        subject,
        day: at.day,
        time: at.time,
        period_start: at.day,
        is_period: false,
        each: MISSING,
        facts: &plan.facts,
        names,
        odd: false,
        trace: None,
    }
}
