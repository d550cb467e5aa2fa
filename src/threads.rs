//! Work on several threads. What is shared out comes back in its order, so that nobody can tell how many there were.
//!
//! Threads share nothing but what none of them changes: each has its part, and hands over what it made of it.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, ScopedJoinHandle};

/// How many threads may work at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threads(NonZeroUsize);

impl Default for Threads {
    /// The one that asks.
    fn default() -> Self {
        Self::ONE
    }
}

impl Threads {
    /// No others.
    pub const ONE: Self = Self(NonZeroUsize::MIN);

    /// So many.
    pub fn new(count: NonZeroUsize) -> Self {
        Self(count)
    }

    /// So many, and at least one.
    pub(crate) fn of(count: usize) -> Self {
        NonZeroUsize::new(count).map_or(Self::ONE, Self)
    }

    /// As many as the machine runs at once.
    pub fn available() -> Self {
        thread::available_parallelism().map_or(Self::ONE, Self)
    }

    /// How many.
    pub fn count(self) -> usize {
        self.0.get()
    }

    /// Does the work on each part, each on a thread of its own; what comes of it, in the order of the parts.
    pub(crate) fn each<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
        if parts.len() < 2 {
            return parts.into_iter().map(work).collect();
        }
        // The thread that asks only waits: what it made before is read by all, and what is written meanwhile must not stand between it.
        thread::scope(|scope| {
            let work = &work;
            let all: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || work(part))).collect();
            all.into_iter().map(joined).collect()
        })
    }

    /// Cuts a list into as many pieces as there are threads, and does the work on each.
    pub(crate) fn pieces<'t, T: Sync, R: Send>(self, all: &'t [T], work: impl Fn(&'t [T]) -> R + Sync) -> Vec<R> {
        Self::each(all.chunks(all.len().div_ceil(self.count()).max(1)).collect(), work)
    }

    /// Makes something of one after the other: `next` gives them, a worker for each thread works, `take` gets what came of it, in their order. Only a few are
    /// under way at any time.
    ///
    /// # Errors
    /// The first of `next` or `take`; what came before it was taken.
    pub(crate) fn pipe<T: Send, R: Send, W: FnMut(T) -> R + Send, E>(
        workers: Vec<W>,
        mut next: impl FnMut() -> Result<Option<T>, E>,
        mut take: impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut workers = workers;
        if let [alone] = workers.as_mut_slice() {
            while let Some(one) = next()? {
                take(alone(one))?;
            }
            return Ok(());
        }
        thread::scope(|scope| {
            let lanes: Vec<Lane<T, R>> = workers.into_iter().map(|worker| Lane::new(|to, from| drop(scope.spawn(move || serve(worker, &to, &from))))).collect();
            let (mut sent, mut taken) = (0_usize, 0_usize);
            let lane = |at: usize| lanes.get(at % lanes.len().max(1));
            let mut ended = None;
            loop {
                if ended.is_none() && sent < taken + lanes.len() * AHEAD {
                    match next() {
                        Ok(Some(one)) => {
                            // A worker that is gone panicked, and the scope says so.
                            let Some(Ok(())) = lane(sent).map(|lane| lane.to.send(one)) else { return Ok(()) };
                            sent += 1;
                            continue;
                        }
                        Ok(None) => ended = Some(Ok(())),
                        Err(error) => ended = Some(Err(error)),
                    }
                }
                if taken == sent {
                    return ended.unwrap_or(Ok(()));
                }
                let Some(made) = lane(taken).and_then(|lane| lane.from.recv().ok()) else { return Ok(()) };
                taken += 1;
                take(made)?;
            }
        })
    }

    /// Takes one after the other; where there are several threads, another makes the next ones meanwhile, a few ahead.
    ///
    /// # Errors
    /// The first of `make` or `take`; what came before it was taken.
    pub(crate) fn ahead<T: Send, E: Send>(self, mut make: impl FnMut() -> Result<Option<T>, E> + Send, mut take: impl FnMut(T) -> Result<(), E>) -> Result<(), E> {
        if self == Self::ONE {
            while let Some(one) = make()? {
                take(one)?;
            }
            return Ok(());
        }
        thread::scope(|scope| {
            let (to, from) = sync_channel(AHEAD);
            scope.spawn(move || {
                while let Some(made) = make().transpose() {
                    let is_last = made.is_err();
                    // Whoever takes them has failed.
                    if to.send(made).is_err() || is_last {
                        return;
                    }
                }
            });
            from.into_iter().try_for_each(|made| take(made?))
        })
    }
}

/// How much each worker may have waiting.
const AHEAD: usize = 2;

/// To a worker, and back.
struct Lane<T, R> {
    to: SyncSender<T>,
    from: Receiver<R>,
}

impl<T, R> Lane<T, R> {
    fn new(start: impl FnOnce(Receiver<T>, SyncSender<R>)) -> Self {
        let ((to, theirs), (back, from)) = (sync_channel(AHEAD), sync_channel(AHEAD));
        start(theirs, back);
        Self { to, from }
    }
}

fn serve<T, R>(mut worker: impl FnMut(T) -> R, to: &Receiver<T>, from: &SyncSender<R>) {
    while let Ok(one) = to.recv() {
        if from.send(worker(one)).is_err() {
            return;
        }
    }
}

fn joined<R>(handle: ScopedJoinHandle<'_, R>) -> R {
    handle.join().unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_out_comes_back_in_its_order() {
        for count in [1, 2, 3, 7] {
            let threads = Threads::new(NonZeroUsize::new(count).expect("not zero"));
            let all: Vec<usize> = (0..20).collect();
            assert_eq!(threads.pieces(&all, <[usize]>::to_vec).concat(), all);
            let (mut left, mut taken) = (all.iter().copied(), Vec::new());
            let workers = (0..count).map(|_| |one: usize| one * 2).collect();
            Threads::pipe(workers, || Ok::<_, ()>(left.next()), |made| { taken.push(made); Ok(()) }).expect("nothing fails");
            assert_eq!(taken, all.iter().map(|one| one * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_came_before_an_error_is_taken() {
        for count in [1, 2, 3] {
            let (mut left, mut taken) = (0..9, Vec::new());
            let workers = (0..count).map(|_| |one: usize| one).collect();
            let ended = Threads::pipe(workers, || left.next().map(Some).ok_or("broken off"), |made| { taken.push(made); Ok(()) });
            assert_eq!((ended, taken), (Err("broken off"), (0..9).collect()));
        }
    }

    #[test]
    fn what_is_made_ahead_comes_in_its_order_until_somebody_fails() {
        for count in [1, 2] {
            let threads = Threads::of(count);
            let (mut left, mut taken) = (0..9, Vec::new());
            let ended = threads.ahead(|| Ok::<_, &str>(left.next()), |one| { taken.push(one); Ok(()) });
            assert_eq!((ended, taken), (Ok(()), (0..9).collect()));
            let (mut left, mut taken) = (0..9, Vec::new());
            let ended = threads.ahead(|| left.next().map(Some).ok_or("broken off"), |one| { taken.push(one); Ok(()) });
            assert_eq!((ended, taken), (Err("broken off"), (0..9).collect()));
            let (mut left, mut taken) = (0.., Vec::new());
            let ended = threads.ahead(|| Ok(left.next()), |one| if one < 3 { taken.push(one); Ok(()) } else { Err("no room") });
            assert_eq!((ended, taken), (Err("no room"), (0..3).collect()));
        }
    }
}
