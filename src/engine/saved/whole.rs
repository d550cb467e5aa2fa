//! All subjects in one file, and what is beside them. Subjects follow one another, packed with gzip.

use super::super::batch::{key, thread_of};
use super::super::plan::Plan;
use super::super::run::Run;
use super::super::state::Days;
use super::seal::{self, Kind, damaged};
use super::subject::Subject;
use crate::records::UnusableState;
use crate::records::packed::{Packing, Unpacking};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// What is known beside the subjects.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Rest {
    /// The run keeps the records on which verdicts rest.
    pub(super) tracks: bool,
    /// How many records were judged.
    records: u64,
    /// Their days.
    seen: Days,
    /// There was one of which nobody knows whose it is.
    nobodys: bool,
    /// One did not surely come after the one before of its subject.
    disordered: bool,
}

impl Rest {
    pub(super) fn of(run: &Run<'_, '_>) -> Self {
        Self { tracks: run.tracking.is_some(), records: run.before as u64, seen: run.state.seen, nobodys: run.state.nobodys, disordered: run.state.disordered }
    }

    /// Of both.
    fn and(self, other: Self) -> Self {
        Self {
            tracks: self.tracks,
            records: self.records.max(other.records),
            seen: self.seen.and(other.seen),
            nobodys: self.nobodys || other.nobodys,
            disordered: self.disordered || other.disordered,
        }
    }

    /// Adds it to what a run knows.
    pub(super) fn put(self, run: &mut Run<'_, '_>) {
        let Self { records, seen, nobodys, disordered, .. } = Self::of(run).and(self);
        run.before = usize::try_from(records).unwrap_or(usize::MAX);
        (run.state.seen, run.state.nobodys, run.state.disordered) = (seen, nobodys, disordered);
    }
}

/// Writes all of some runs, each with its own subjects.
pub(super) fn write(runs: &[Run<'_, '_>], out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let Some(first) = runs.first() else { return Ok(()) };
    let rest = runs.iter().fold(Rest::of(first), |rest, run| rest.and(Rest::of(run)));
    let subjects: u64 = runs.iter().map(|run| run.subjects().count() as u64).sum();
    seal::write(out, (Kind::Whole, first.plan, ""), |out| {
        out.put(&(rest, subjects))?;
        let mut packing = Packing::new(GzEncoder::new(out.output(), Compression::fast()));
        for run in runs {
            for number in (0..run.state.subjects()).filter(|number| run.knows(*number)) {
                packing.put(&(run.state.names.name(run.plan.entity, number as i64), Subject::of(run, number)))?;
            }
        }
        packing.end().finish().map(|_| ())
    })
}

/// What was read, before it is somewhere.
pub(super) struct Saved {
    rest: Rest,
    subjects: Vec<(String, Subject)>,
}

impl Saved {
    pub(super) fn read(plan: &Plan<'_>, input: &mut (impl Read + ?Sized)) -> Result<Self, UnusableState> {
        let bytes = seal::read(input)?;
        let mut content = seal::open(&bytes, (Kind::Whole, plan, ""))?;
        Self::of(&mut content).ok_or_else(|| damaged(Kind::Whole))
    }

    fn of(content: &mut Unpacking<&[u8]>) -> Option<Self> {
        let (rest, count): (Rest, u64) = content.next()?;
        let mut packed = Unpacking::new(MultiGzDecoder::new(content.input()));
        let subjects = (0..count).map(|_| packed.next()).collect::<Option<_>>()?;
        Some(Self { rest, subjects })
    }

    /// Was it written by a run that keeps track?
    pub(super) fn tracks(&self) -> bool {
        self.rest.tracks
    }

    /// Puts everything into runs: what is beside the subjects into all, each subject into that to which it falls.
    pub(super) fn put(self, runs: &mut [Run<'_, '_>]) -> Result<(), UnusableState> {
        let of = u32::try_from(runs.len()).unwrap_or(u32::MAX);
        runs.iter_mut().for_each(|run| self.rest.put(run));
        for (id, subject) in self.subjects {
            let run = runs.get_mut(thread_of(key(&id), of) as usize).ok_or_else(|| damaged(Kind::Whole))?;
            subject.put(run, &id).map_err(|_| damaged(Kind::Whole))?;
        }
        Ok(())
    }
}
