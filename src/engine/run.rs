//! Records through the plan: each moves its subject's counters on, is judged layer by layer together with what is made of it, and is forgotten.

use super::batch::{Batch, Row, key, thread_of};
use super::judge::Outcome;
use super::plan::{PERIODS, Plan};
use super::room::Room;
use super::sink::Sink;
use super::state::{Header, State};
use super::track::Tracking;
use super::word::{BLANK, MISSING, Word};
use super::work::{Work, looking};

/// How many records ahead subjects are looked up.
const AHEAD: usize = 32;
/// Words that memory gives at once, and how many are asked for ahead at most.
const LINE: usize = 8;
const MOST_TOUCHED: usize = 64;

/// Judging under way: a plan, the state, and room to work in. Those of several threads stand beside each other, and must not share what memory gives at once.
#[repr(align(128))]
pub struct Run<'p, 'm> {
    pub(super) plan: &'p Plan<'m>,
    pub(super) state: State,
    room: Room,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) tracking: Option<Tracking>,
    /// What norms decided for a period.
    pub(super) decided: Vec<Word>,
    /// Fields of a record that is made.
    fields: Vec<Word>,
    /// Steps that can matter to a record.
    picked: Vec<usize>,
    /// Norms that do not apply are not wanted.
    only_applicable: bool,
    /// Records before the batch.
    pub(super) before: usize,
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
        self.of == 1 || thread_of(key, self.of) == self.mine
    }
}

impl<'p, 'm> Run<'p, 'm> {
    /// Begins with nothing known.
    pub fn new(plan: &'p Plan<'m>) -> Self {
        Self { plan, state: State::new(plan), room: Room::default(), outcomes: Vec::new(), tracking: None, decided: Vec::new(), fields: Vec::new(), picked: Vec::new(), only_applicable: false, before: 0, share: Share::WHOLE }
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
    pub fn eval<S: Sink + ?Sized>(&mut self, batch: &Batch, sink: &mut S) {
        self.only_applicable = !sink.wants_not_applicable();
        let (plan, share, before) = (self.plan, self.share, self.before);
        let width = plan.fresh.len();
        self.before += batch.places();
        let numbers = batch.numbers.as_deref();
        let place = |at: usize| numbers.and_then(|numbers| numbers.get(at)).map_or(at, |number| *number as usize);
        let has_all = numbers.is_some() || share.of == 1;
        let is_own = |row: &Row| has_all || share.has(row.key);
        let mut first = 0;
        for rows in batch.rows.chunks(AHEAD) {
            let mut asked = [None; AHEAD];
            for (asked, row) in asked.iter_mut().zip(rows).filter(|(_, row)| is_own(row)) {
                *asked = self.state.asked(plan, batch, row);
            }
            std::hint::black_box(self.state.names.touch(plan.entity, asked.iter().flatten().map(|(_, asked)| *asked)));
            let mut subjects = [MISSING; AHEAD];
            for (subject, asked) in subjects.iter_mut().zip(asked.iter().take(rows.len())) {
                *subject = self.state.subject(plan, batch, *asked);
            }
            // As many words as memory gives at once are fetched with one of them.
            let most = subjects.iter().copied().max().unwrap_or(MISSING);
            if most > BLANK {
                self.state.room(plan, most);
            }
            let mut touched = 0;
            for at in (0..width.min(MOST_TOUCHED)).step_by(LINE).chain([width.saturating_sub(1)]) {
                let words = self.state.words.get(at..).unwrap_or_default();
                touched = subjects.iter().filter_map(|subject| words.get(usize::try_from(*subject).ok()? * width)).fold(touched, |touched, word| touched ^ word);
            }
            std::hint::black_box(touched);
            for ((at, row), subject) in (first..).zip(rows).zip(subjects).filter(|((_, row), _)| is_own(row)) {
                self.record(batch, (row, before + place(at)), subject, sink);
            }
            first += rows.len();
        }
    }

    fn record<S: Sink + ?Sized>(&mut self, batch: &Batch, (row, number): (&Row, usize), subject: Word, sink: &mut S) {
        let plan = self.plan;
        self.state.seen(row.at);
        if plan.key(row.event).is_none() {
            return;
        }
        let Some(start) = usize::try_from(subject).ok().filter(|_| subject > BLANK).map(|at| at * plan.fresh.len()) else {
            // Nobody knows whose it is: any subject's, or nobody's.
            self.state.nobodys = true;
            return;
        };
        let whole = start..start + plan.fresh.len();
        self.state.calendar.go(row.at.day);
        let Some((header, periods)) = self.state.words.get_mut(whole.clone()).and_then(|words| words.get_mut(plan.header..)?.split_at_mut_checked(PERIODS)) else { return };
        let is_over = periods.iter().zip(&self.state.calendar.starts).any(|(known, now)| known != now);
        if !Header(header).passes(row.at, row.stream) {
            self.state.mark(subject);
            self.state.disordered = true;
        }
        if is_over {
            self.close(subject, start, sink);
        }
        let Room { read, .. } = &mut self.room;
        read.begin(row.event, plan.decided);
        self.state.named(plan, batch, (row, subject), &mut read.slots);
        read.filled(plan);
        read.place = self.tracking.as_mut().map(|tracking| tracking.enter(number, false, batch.text(row.name)));
        // What is always the same is looked up once for all norms.
        let (Room { read, made, made_by, count }, State { words, names, calendar, again, open, .. }) = (&mut self.room, &mut self.state);
        *count = 0;
        let place = read.place;
        let (Some(state), Some(again)) = (words.get_mut(whole), usize::try_from(subject).ok().and_then(|at| again.get_mut(at))) else { return };
        let picked = plan.program_picks.get(row.event).and_then(Option::as_ref).filter(|_| self.only_applicable);
        let program = plan.programs.get(row.event).map(Vec::as_slice).unwrap_or_default();
        let picks = &mut self.picked;
        let mut work = Work { plan, batch, row, number, subject, day: calendar.date, outcomes: &mut self.outcomes, tracking: &mut self.tracking, fields: &mut self.fields, made, made_by, count, again, open: usize::try_from(subject).ok().and_then(|at| open.get_mut(at)) };
        let mut now = looking(plan, (names, state), read, subject, row.at);
        let is_valid = plan.valid.get(row.event).and_then(Option::as_ref).is_none_or(|valid| valid.holds(&mut now));
        if is_valid {
            work.count(row.event, place, &mut now, picks);
            if !plan.feeds.is_empty() {
                work.meet(row.event, place, &mut now, sink);
            }
            match picked {
                None => work.steps(program.iter(), place, &mut now, picks, sink),
                Some(pick) => {
                    pick.steps(now.slots, picks);
                    let mut more = Vec::new();
                    work.steps(picks.iter().filter_map(|at| program.get(*at)), place, &mut now, &mut more, sink);
                }
            }
        }
        *work.again |= now.odd;
    }
}
