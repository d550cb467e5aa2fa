//! Several runs, each on a thread of its own, with the subjects that fall to it by their own key. They share nothing but the plan and the records.

use super::batch::Batch;
use super::close::Finished;
use super::plan::Plan;
use super::run::{Run, Share};
use super::sink::Sink;
use super::state::Days;
use crate::records::At;
use crate::threads::Threads;

/// Judging under way, on so many threads.
pub struct Runs<'p, 'm> {
    pub(super) runs: Vec<Run<'p, 'm>>,
}

impl<'p, 'm> Runs<'p, 'm> {
    /// Begins with nothing known.
    pub fn new(plan: &'p Plan<'m>, threads: Threads) -> Self {
        Self::of(threads, || Run::new(plan))
    }

    /// Begins with nothing known, and keeps for every verdict the records on which it rests.
    pub fn tracking(plan: &'p Plan<'m>, threads: Threads) -> Self {
        Self::of(threads, || Run::tracking(plan))
    }

    fn of(threads: Threads, run: impl Fn() -> Run<'p, 'm>) -> Self {
        let of = u32::try_from(threads.count()).unwrap_or(u32::MAX);
        Self { runs: (0..of).map(|mine| run().sharing(Share { mine, of })).collect() }
    }

    /// Judges records, in the order of the batches; each run tells its own sink.
    pub fn eval<S: Sink + Send>(&mut self, batches: &[Batch], sinks: &mut [S]) {
        let parts = self.runs.iter_mut().zip(sinks).collect();
        Threads::each(parts, |(run, sink): (&mut Run<'p, 'm>, &mut S)| batches.iter().for_each(|batch| run.eval(batch, sink)));
    }

    /// All records are there, up to and with `until` (none: the last one's time): ends the periods that are over.
    pub fn finish<S: Sink + Send>(self, until: Option<At>, sinks: &mut [S]) -> Finished {
        let days = self.runs.iter().fold(Days::NONE, |days, run| days.and(run.state.seen));
        let parts = self.runs.into_iter().zip(sinks).collect();
        let all = Threads::each(parts, |(run, sink): (Run<'p, 'm>, &mut S)| run.finish_on(days, until, sink));
        all.into_iter().fold(Finished::default(), |mut all, one| {
            all.again.extend(one.again);
            Finished { unfinished: all.unfinished || one.unfinished, nobodys: all.nobodys || one.nobodys, disordered: all.disordered || one.disordered, ..all }
        })
    }
}
