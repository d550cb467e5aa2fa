//! Lines to verdicts on several threads. Each thread judges the records of the subjects that fall to it, batch by batch; while the next batch is not there yet, it reads
//! lines for all. So nobody waits while there is work, and there are few batches at any time. What is read and written is read and written by whoever comes to it
//! first, while the others go on.

use super::batch::Piece;
use super::decode::{CHUNK, Decoder, File, Input, Scanned, Scanner};
use super::run::Run;
use super::runs::Runs;
use super::sink::Sink;
use crate::threads::Threads;
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Pieces under way for each thread, at most.
const AHEAD: usize = 3;

/// Bytes of a piece that several threads look at. By the time it is looked at, most of a large one has left the caches of the thread that filled it; where processors are
/// far from each other, that is what is read sooner.
const SHARED: usize = CHUNK * 8;

/// What is done after each batch: `made` takes from a thread's sink what it said of it, and `give` gets that of all threads, in the order of the batches.
pub struct After<'a, S, O> {
    /// On each thread.
    pub made: &'a (dyn Fn(&mut S) -> O + Sync),
    /// On one of them.
    pub give: &'a mut (dyn FnMut(Vec<O>) + Send),
}

/// Reads a file and judges its records. The decoder and the runs are for the same number of threads.
///
/// # Errors
/// When the input breaks off.
pub fn together<'p, 'm, S: Sink + Send, O: Send>(
    decoder: &mut Decoder<'p, 'm>,
    runs: &mut Runs<'p, 'm>,
    (file, source): (&str, &str),
    input: &mut (dyn Read + Send),
    sinks: &mut [S],
    after: After<'_, S, O>,
) -> io::Result<()> {
    let scanners = decoder.scanners();
    let workers = runs.runs.iter_mut().zip(sinks).zip(scanners).collect::<Vec<_>>();
    let file = decoder.begin(file, source);
    let desk = Desk {
        decoder,
        file,
        input: Some(Input::new(input, if workers.len() > 1 { SHARED } else { CHUNK })),
        window: workers.len() * AHEAD,
        threads: workers.len(),
        read: 0,
        scanned: BTreeMap::new(),
        batches: VecDeque::new(),
        first: 0,
        room: workers.iter().map(|_| Vec::new()).collect(),
        give: Some(after.give),
        stopped: None,
        is_over: false,
    };
    let shared = (Mutex::new(desk), News { condvar: Condvar::new(), is_wanted: workers.len() > 1 });
    let scanners = Threads::each(workers, |((run, sink), scanner)| Worker { run, sink, scanner, shared: &shared, made: after.made }.work());
    let desk = shared.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    desk.decoder.keep(scanners);
    desk.decoder.end(desk.file);
    desk.stopped.map_or(Ok(()), Err)
}

/// What the threads hand to each other.
struct Desk<'a, 'p, 'm, O> {
    decoder: &'a mut Decoder<'p, 'm>,
    file: File,
    /// Away while one of them reads.
    input: Option<Input<'a, dyn Read + Send + 'a>>,
    window: usize,
    threads: usize,
    /// Pieces that were read.
    read: usize,
    /// Pieces whose turn has not come.
    scanned: BTreeMap<usize, Scanned>,
    /// Batches that some thread has not judged yet, and what was said of each so far.
    batches: VecDeque<(Arc<Piece>, Vec<Option<O>>)>,
    /// Number of the first of them.
    first: usize,
    /// Room that each thread has filled before.
    room: Vec<Vec<Piece>>,
    /// Away while one of them writes.
    give: Option<&'a mut (dyn FnMut(Vec<O>) + Send)>,
    stopped: Option<io::Error>,
    is_over: bool,
}

impl<O> Desk<'_, '_, '_, O> {
    fn settled(&self) -> usize {
        self.first + self.batches.len()
    }

    /// A piece was made words of; those whose turn it is become batches.
    fn put(&mut self, number: usize, scanned: Scanned) {
        self.scanned.insert(number, scanned);
        while let Some(scanned) = self.scanned.remove(&self.settled()) {
            let batch = self.decoder.settled(scanned, &mut self.file);
            self.batches.push_back((Arc::new(batch), (0..self.threads).map(|_| None).collect()));
        }
    }

    /// A thread judged a batch.
    fn judged(&mut self, number: usize, thread: usize, made: O) {
        if let Some(place) = self.batches.get_mut(number - self.first).and_then(|(_, made)| made.get_mut(thread)) {
            *place = Some(made);
        }
    }

    /// What all threads said of the first batch, when they have judged it.
    fn said(&mut self) -> Option<Vec<O>> {
        if !self.batches.front()?.1.iter().all(Option::is_some) {
            return None;
        }
        let (batch, made) = self.batches.pop_front()?;
        self.first += 1;
        if let Some(piece) = Arc::into_inner(batch)
            && let Some(room) = self.room.get_mut(piece.by)
        {
            room.push(piece);
        }
        Some(made.into_iter().flatten().collect())
    }
}

type Shared<'a, 'p, 'm, O> = (Mutex<Desk<'a, 'p, 'm, O>>, News);

/// That something is there for others. One thread alone has nobody to tell, and is spared the calls of the system.
struct News {
    condvar: Condvar,
    is_wanted: bool,
}

impl News {
    fn tell(&self) {
        if self.is_wanted {
            self.condvar.notify_all();
        }
    }
}

struct Worker<'w, 'a, 'p, 'm, S, O> {
    run: &'w mut Run<'p, 'm>,
    sink: &'w mut S,
    scanner: Scanner<'p, 'm>,
    shared: &'w Shared<'a, 'p, 'm, O>,
    made: &'w (dyn Fn(&mut S) -> O + Sync),
}

impl<'p, 'm, S: Sink, O> Worker<'_, '_, 'p, 'm, S, O> {
    fn work(mut self) -> Scanner<'p, 'm> {
        let (desk, news) = self.shared;
        let _leaving = Leaving(self.shared);
        let thread = self.run.number();
        let mut next = 0;
        let mut held = locked(desk);
        loop {
            if held.stopped.is_some() {
                return self.scanner;
            }
            if let Some(batch) = held.batches.get(next - held.first).map(|(batch, _)| Arc::clone(batch)) {
                drop(held);
                self.run.eval(batch.of(thread), self.sink);
                drop(batch);
                let made = (self.made)(self.sink);
                held = locked(desk);
                held.judged(next, thread, made);
                next += 1;
                // One of them gives out, in order, what has been said of all batches by then.
                if let Some(give) = held.give.take() {
                    while let Some(said) = held.said() {
                        drop(held);
                        news.tell();
                        give(said);
                        held = locked(desk);
                    }
                    held.give = Some(give);
                }
                news.tell();
            } else if let Some(mut input) = if held.read < held.first + held.window && !held.is_over { held.input.take() } else { None } {
                let room = held.room.get_mut(thread).and_then(Vec::pop).unwrap_or_default();
                drop(held);
                let piece = input.next(room);
                held = locked(desk);
                held.input = Some(input);
                match piece {
                    Err(error) => held.stopped = Some(error),
                    Ok(None) => held.is_over = true,
                    Ok(Some((bytes, room))) => {
                        let (number, ids, stream) = (held.read, held.file.seen.ids(), held.file.stream.clone());
                        held.read += 1;
                        drop(held);
                        news.tell();
                        let scanned = self.scanner.scan(bytes, Piece { by: thread, ..room }, ids, &stream);
                        held = locked(desk);
                        held.put(number, scanned);
                    }
                }
                news.tell();
            } else if held.is_over && next == held.read {
                return self.scanner;
            } else {
                held = news.condvar.wait(held).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

/// A thread that panics does not leave the others waiting.
struct Leaving<'w, 'a, 'p, 'm, O>(&'w Shared<'a, 'p, 'm, O>);

impl<O> Drop for Leaving<'_, '_, '_, '_, O> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            locked(&self.0.0).stopped = Some(io::ErrorKind::Other.into());
            self.0.1.tell();
        }
    }
}

fn locked<T>(desk: &Mutex<T>) -> MutexGuard<'_, T> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}
