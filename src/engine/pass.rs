//! Whole verdicts of records that pass by, some at a time; nothing is kept of them but what the state of their subjects needs.

use super::alike::{Known, Told};
use super::batch::Batch;
use super::close::Finished;
use super::left::{Left, last_day_over};
use super::plan::Plan;
use super::runs::Runs;
#[cfg(feature = "arrow")]
use super::batch::Stamp;
#[cfg(feature = "arrow")]
use super::word::{Word, day_of};
use super::sink::{Judged, Late, Occasion as Judgement, Sink, Statement};
use crate::model::Model;
use crate::records::{At, Record};
use crate::reference::verdict::Verdict;
use crate::threads::Threads;
use chrono::{Days, NaiveDate};
use std::collections::BTreeSet;
use std::mem;

/// So many records are judged before the next are made ready, by each thread.
pub(crate) const SOME: usize = 1 << 15;

/// So many bytes of records wait until several threads judge them.
const TOGETHER: usize = 1 << 23;

/// Takes verdicts; of each thread its own.
pub(crate) trait Take: Send {
    /// What it keeps with verdicts that are alike, from one to the next.
    type Form: Default + Send;

    /// A verdict of this norm.
    fn take(&mut self, norm: usize, told: &Told<'_>, form: &mut Self::Form);

    /// Does it ask about norms that do not apply?
    fn wants_not_applicable(&self) -> bool {
        true
    }

    /// A norm does not apply, to something of this subject of the plan's entity. True: no verdict of that is wanted.
    fn passes_over(&mut self, _norm: usize, _subject: &str) -> bool {
        false
    }
}

/// Whole verdicts, all of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verdicts {
    all: Vec<Verdict>,
    /// Of those by which somebody else may be bound: their places, and whose record or period it is.
    borne: Vec<(usize, Box<str>)>,
}

impl Verdicts {
    /// Those that are not left to the reference evaluator.
    pub(crate) fn without(mut self, left: &Left) -> Vec<Verdict> {
        if !left.subjects.is_empty() {
            let (mut at, mut borne) = (0, self.borne.iter().peekable());
            self.all.retain(|verdict| {
                let of = borne.next_if(|(place, _)| *place == at);
                at += 1;
                !of.map_or_else(|| left.of_subject(verdict.subject.as_ref()), |(_, of)| left.is_of_entity(of))
            });
        }
        self.all
    }
}

impl Take for Verdicts {
    type Form = ();

    fn take(&mut self, _: usize, told: &Told<'_>, (): &mut ()) {
        if told.is_borne {
            self.borne.push((self.all.len(), told.of.into()));
        }
        self.all.push(told.verdict());
    }
}

/// Judging under way.
pub(crate) struct Passing<'p, 'm, T: Take> {
    plan: &'p Plan<'m>,
    runs: Runs<'p, 'm>,
    wholes: Vec<Whole<'p, T>>,
    threads: Threads,
    /// Subjects of whom nothing is judged.
    apart: BTreeSet<String>,
    /// Records that are not judged yet, and the bytes that they take.
    waiting: (Vec<Batch>, usize),
}

impl<'p, 'm, T: Take> Passing<'p, 'm, T> {
    /// Begins, with a taker for each thread. Norms outside and those on which they rest are not told. `lateness` is in days, of each norm ([`lateness`]). Without `until`,
    /// no verdict is called final.
    pub(crate) fn new(plan: &'p Plan<'m>, until: Option<At>, lateness: &'p [u32], elsewhere: &'p BTreeSet<usize>, takers: Vec<T>) -> Self {
        let over = until.and_then(|until| last_day_over(plan, until));
        let threads = Threads::of(takers.len());
        let whole = |taker| Whole { times: Vec::new(), before: 0, over, lateness, elsewhere, taker, known: Known::default(), id: String::new(), named: (usize::MAX, 0), room: Vec::new(), failed: false };
        Self { plan, runs: Runs::tracking(plan, threads), wholes: takers.into_iter().map(whole).collect(), threads, apart: BTreeSet::new(), waiting: (Vec::new(), 0) }
    }

    /// Of these subjects only the days of their records are noted; what is said of them is worth nothing. Their records may come as they like.
    pub(crate) fn setting_apart(self, subjects: BTreeSet<String>) -> Self {
        Self { apart: subjects, ..self }
    }

    /// Judges the next records, in their order.
    pub(crate) fn eval(&mut self, records: &[Record]) {
        self.judge();
        for some in records.chunks(SOME * self.threads.count()) {
            let batches = self.threads.pieces(some, |records| batch(self.plan, &self.apart, records));
            self.wholes.iter_mut().for_each(|whole| whole.next(some.iter().map(|record| record.at)));
            self.runs.eval(&batches, &mut self.wholes);
        }
    }

    /// The same of records that are words already. Where several threads judge, some batches wait for each other: threads that have done theirs wait for the others after each time, and
    /// one of them writes lines to a file now and then.
    pub(crate) fn eval_batch(&mut self, batch: Batch) {
        self.waiting.1 += batch.room();
        self.waiting.0.push(batch);
        if self.threads == Threads::ONE || self.waiting.1 >= TOGETHER {
            self.judge();
        }
    }

    /// Judges what waits.
    fn judge(&mut self) {
        let (batches, _) = mem::take(&mut self.waiting);
        if batches.is_empty() {
            return;
        }
        self.wholes.iter_mut().for_each(|whole| whole.next(batches.iter().flat_map(Batch::times)));
        self.runs.eval(&batches, &mut self.wholes);
    }

    /// Periods begin with this day, whatever the records are.
    #[cfg(feature = "arrow")]
    pub(crate) fn begin(&mut self, day: NaiveDate) {
        let at = Stamp::of_day(day);
        self.runs.runs.iter_mut().for_each(|run| run.state.seen(at));
    }

    /// Names of the subjects that had a record so far.
    #[cfg(feature = "arrow")]
    pub(crate) fn subjects(&mut self) -> impl Iterator<Item = &str> {
        self.judge();
        self.runs.runs.iter().flat_map(|run| run.subjects())
    }

    /// The first day of all records so far; none: there are none.
    #[cfg(feature = "arrow")]
    pub(crate) fn first_day(&self) -> Option<NaiveDate> {
        let first = self.runs.runs.iter().map(|run| run.state.seen.first).min()?;
        day_of(first).filter(|_| first != Word::MAX)
    }

    /// That were all, up to and with `until`. The takers, and what must be judged elsewhere; none when some value could not be said.
    pub(crate) fn finish(mut self, until: At) -> Option<(Vec<T>, Finished)> {
        self.judge();
        let finished = self.runs.finish(Some(until), &mut self.wholes);
        let failed = finished.nobodys || self.wholes.iter().any(|whole| whole.failed);
        (!failed).then(|| (self.wholes.into_iter().map(|whole| whole.taker).collect(), finished))
    }
}

/// Days within which a record may come late, of each norm's regulation.
pub(crate) fn lateness(model: &Model) -> Vec<u32> {
    model.norms.iter().map(|norm| model.regulation(&norm.regulation).map_or(0, |regulation| regulation.lateness)).collect()
}

/// Records as a batch; all of them, so that rows and records have the same places.
fn batch(plan: &Plan<'_>, apart: &BTreeSet<String>, records: &[Record]) -> Batch {
    let mut batch = Batch::default();
    for record in records {
        if !apart.is_empty() && plan.subject_of(record).is_some_and(|subject| apart.contains(subject)) {
            plan.feed_day(record, &mut batch);
        } else {
            plan.feed(record, &mut batch);
        }
    }
    batch
}

/// Makes whole verdicts of one thread, apart from those of the next.
#[repr(align(128))]
struct Whole<'p, T: Take> {
    /// When the records of now happened.
    times: Vec<At>,
    /// Records before those of now.
    before: usize,
    over: Option<NaiveDate>,
    /// Of each norm.
    lateness: &'p [u32],
    /// Norms that the reference evaluator judges.
    elsewhere: &'p BTreeSet<usize>,
    taker: T,
    known: Known<T::Form>,
    /// Room for an id, and for what a revision is made from.
    id: String,
    /// The norm with whose name the id begins, and how long that is.
    named: (usize, usize),
    room: Vec<u8>,
    /// A value could not be said.
    failed: bool,
}

impl<T: Take> Whole<'_, T> {
    /// The times of the next records.
    fn next(&mut self, times: impl Iterator<Item = At>) {
        self.before += self.times.len();
        self.times.clear();
        self.times.extend(times);
    }
}

impl<T: Take> Sink for Whole<'_, T> {
    fn verdict(&mut self, judged: &Judged<'_>) {
        if self.elsewhere.contains(&judged.norm) {
            return;
        }
        let of_now = || judged.row.and_then(|row| self.times.get(row.checked_sub(self.before)?)).copied();
        let at = judged.late.map_or_else(of_now, Late::time);
        let lateness = self.lateness.get(judged.norm).copied().unwrap_or(0);
        let settled = judged.settled().and_then(|day| day.checked_add_days(Days::new(u64::from(lateness))));
        let is_final = settled.zip(self.over).is_some_and(|(settled, over)| settled <= over);
        let (Some(alike), Some(subject), Some(tracking)) = (self.known.of(judged), judged.subject(), judged.told) else {
            self.failed = true;
            return;
        };
        // Mostly the last verdict was of the same norm.
        if self.named.0 != judged.norm {
            self.id.clear();
            self.id.push_str(&alike.verdict.rule);
            self.id.push('@');
            self.named = (judged.norm, self.id.len());
        }
        self.id.truncate(self.named.1);
        judged.put_key(&mut self.id);
        let told = Told {
            alike: &alike.verdict,
            id: &self.id,
            subject: &subject,
            of: judged.name(),
            is_borne: judged.bearer.is_some(),
            at: at.unwrap_or(At::Date(judged.day)),
            period: if let Judgement::Period(name) = judged.occasion { Some(name) } else { None },
            events: &tracking.events,
            settled,
            is_final,
            revision: alike.revisions.revision(&subject, &tracking.events, &mut self.room),
        };
        self.taker.take(judged.norm, &told, &mut alike.form);
    }

    fn statement(&mut self, _: &Statement<'_>) {}

    fn passes_over(&mut self, norm: usize, subject: &str) -> bool {
        self.elsewhere.contains(&norm) || self.taker.passes_over(norm, subject)
    }

    fn wants_not_applicable(&self) -> bool {
        self.taker.wants_not_applicable()
    }
}
