//! The engine's state, written down: for other engines that host it. `eval(state, batch) → verdicts`, and between two batches the state lies where the host
//! keeps such things.
//!
//! The state of one subject is a blob by itself ([`Run::write_subject`]): a row of a table, a value by its key. What is not of a subject (the days of all records,
//! how many there were) is a small piece beside them ([`Run::write_rest`]). A host with several workers, each with its own subjects, reads the rests of all: they add up. Or all of it is one
//! file ([`Run::write`], [`Runs::write`]), for as many threads as the next process has.
//!
//! | file | what |
//! |---|---|
//! | `subject.rs` | what is written of a subject, and how it comes back |
//! | `words.rs` | words that are numbers only in this process, as what they name |
//! | `whole.rs` | all subjects in one file, and what is beside them |
//! | `seal.rs` | version, digests, and what is said when they do not fit |
//! | `digest.rs` | the digest of what gives a state its meaning: rules, calendars, registers |
//!
//! Not in it is what is the reader's business: which ids were there already. Whoever feeds a run gives it each record once, those of a subject in their order. Streams
//! keep their numbers from process to process: a record of stream 0 comes after those of stream 0 that were judged before.

mod digest;
mod seal;
mod subject;
#[cfg(test)]
mod tests;
mod whole;
mod words;

use super::plan::{FIRST_DAY, Plan};
use super::run::Run;
use super::runs::Runs;
use super::word::Word;
use crate::records::UnusableState;
use crate::threads::Threads;
use seal::{Kind, damaged};
use std::io::{self, Read, Write};
use subject::Subject;
use whole::{Rest, Saved};

impl<'p, 'm> Run<'p, 'm> {
    /// Writes what is known of a subject: its counters, sums, periods, duties, and whether the reference evaluator must judge it. False, and nothing is written,
    /// when there was no record of it.
    ///
    /// A host that has a table with a row for each subject reads the rows of those of whom a batch has records, judges the batch, and writes them again:
    ///
    /// ```
    /// use bylaw::engine::{Batch, Judged, Plan, Run, Sink, Statement};
    /// use bylaw::{Cut, Policy, Ruling};
    /// use std::collections::{BTreeMap, BTreeSet};
    ///
    /// struct Fined(Vec<String>);
    ///
    /// impl Sink for Fined {
    ///     fn verdict(&mut self, judged: &Judged<'_>) {
    ///         if judged.ruling == Ruling::Violation {
    ///             self.0.push(format!("{} for {}", judged.name(), judged.key()));
    ///         }
    ///     }
    ///     fn statement(&mut self, _: &Statement<'_>) {}
    /// }
    ///
    /// let policy = Policy::parse("
    /// regulation office
    ///   time zone Asia/Shanghai
    ///   currency CNY
    /// register staff
    /// event late by staff
    /// rule third_time [1]
    ///   on late
    ///   fine 5 CNY when count of late in the month >= 3
    /// ")?;
    /// let plan = Plan::new(policy.model(), &policy.reader().finish(Cut::default()).facts);
    /// assert_eq!(plan.outside().count(), 0, "norms that only the reference evaluator judges");
    ///
    /// // What the host keeps: a row for each subject, and one for the rest.
    /// let mut rows: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    /// let mut rest: Option<Vec<u8>> = None;
    /// let mut fined = Fined(Vec::new());
    ///
    /// let days = [("2024-03-04", &["li", "wang"][..]), ("2024-03-05", &["li"]), ("2024-03-06", &["wang", "li"])];
    /// for (day, late) in days {
    ///     let mut reader = policy.reader();
    ///     for staff in late {
    ///         reader.row(&[("type", "late"), ("id", &format!("{staff}-{day}")), ("at", day), ("staff", staff)])?;
    ///     }
    ///     let mut batch = Batch::default();
    ///     reader.finish(Cut::default()).records.iter().for_each(|record| plan.feed(record, &mut batch));
    ///     let subjects: BTreeSet<&str> = batch.subjects(&plan).collect();
    ///
    ///     let mut run = Run::new(&plan);
    ///     if let Some(rest) = &rest {
    ///         run.read_rest(rest)?;
    ///     }
    ///     for id in &subjects {
    ///         if let Some(row) = rows.get(*id) {
    ///             run.read_subject(id, row)?;
    ///         }
    ///     }
    ///     run.eval(&batch, &mut fined);
    ///     for id in subjects {
    ///         let mut row = Vec::new();
    ///         run.write_subject(id, &mut row)?;
    ///         rows.insert(id.to_owned(), row);
    ///     }
    ///     let mut row = Vec::new();
    ///     run.write_rest(&mut row)?;
    ///     rest = Some(row);
    /// }
    /// assert_eq!(fined.0, ["li for li-2024-03-06"]);
    ///
    /// // At the end all rows are read, periods end, and who must be judged by the reference evaluator is told.
    /// let mut run = Run::new(&plan);
    /// run.read_rest(&rest.unwrap_or_default())?;
    /// for (id, row) in &rows {
    ///     run.read_subject(id, row)?;
    /// }
    /// let finished = run.finish(policy.time("2024-03-31").ok(), &mut fined);
    /// assert!(finished.again.is_empty() && !finished.nobodys);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the output takes no more.
    pub fn write_subject(&self, id: &str, out: &mut (impl Write + ?Sized)) -> io::Result<bool> {
        let Some(number) = self.state.names.known(self.plan.entity, id).filter(|number| self.knows(*number)) else { return Ok(false) };
        seal::write(out, (Kind::Subject, self.plan, id), |out| out.put(&Subject::of(self, number)))?;
        Ok(true)
    }

    /// Reads what [`Run::write_subject`] wrote of the subject, in whatever process: it takes the place of what this run knew of it. Records that come now come after
    /// those that were judged when it was written.
    ///
    /// # Errors
    /// When it is no such state, damaged, another subject's, of another version, of other rules, registers or calendars, or of a run that
    /// keeps track where this one does not, or the other way round. The run is then as before.
    pub fn read_subject(&mut self, id: &str, bytes: &[u8]) -> Result<(), UnusableState> {
        let mut content = seal::open(bytes, (Kind::Subject, self.plan, id))?;
        let subject: Subject = content.next().ok_or_else(|| damaged(Kind::Subject))?;
        subject.put(self, id)
    }

    /// Writes what is known beside the subjects, a few bytes: how many records there were, on which days, whether one was nobody's or out of order.
    ///
    /// # Errors
    /// When the output takes no more.
    pub fn write_rest(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        seal::write(out, (Kind::Rest, self.plan, ""), |out| out.put(&Rest::of(self)))
    }

    /// Reads what [`Run::write_rest`] wrote. It is added to what this run knows, so the rests of several workers are read one after the other.
    ///
    /// # Errors
    /// As [`Run::read_subject`].
    pub fn read_rest(&mut self, bytes: &[u8]) -> Result<(), UnusableState> {
        let mut content = seal::open(bytes, (Kind::Rest, self.plan, ""))?;
        let rest: Rest = content.next().ok_or_else(|| damaged(Kind::Rest))?;
        seal::same_tracking(rest.tracks, self.tracking.is_some())?;
        rest.put(self);
        Ok(())
    }

    /// Ids of the subjects of whom there were records: those of whom [`Run::write_subject`] writes something.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        (0..self.state.subjects()).filter(|number| self.knows(*number)).map(|number| self.state.names.name(self.plan.entity, number as Word))
    }

    /// Writes everything: all subjects, and what is beside them.
    ///
    /// # Errors
    /// When the output takes no more.
    pub fn write(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        whole::write(std::slice::from_ref(self), out)
    }

    /// A run that goes on where one was written ([`Run::write`], [`Runs::write`]); it keeps track if that did.
    ///
    /// # Errors
    /// When the input cannot be read; when it is no such state, damaged, of another version, or of other rules, registers or calendars.
    pub fn read(plan: &'p Plan<'m>, input: &mut (impl Read + ?Sized)) -> Result<Self, UnusableState> {
        let saved = Saved::read(plan, input)?;
        let mut run = if saved.tracks() { Self::tracking(plan) } else { Self::new(plan) };
        saved.put(std::slice::from_mut(&mut run))?;
        Ok(run)
    }

    /// Were there records of this subject?
    fn knows(&self, number: usize) -> bool {
        let first = number * self.plan.fresh.len() + self.plan.header + FIRST_DAY;
        self.state.words.get(first).is_some_and(|first| *first != Word::MAX)
    }
}

impl<'p, 'm> Runs<'p, 'm> {
    /// Writes everything, as [`Run::write`].
    ///
    /// # Errors
    /// When the output takes no more.
    pub fn write(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        whole::write(&self.runs, out)
    }

    /// Runs that go on where some were written, or one; on as many threads as are wanted now.
    ///
    /// # Errors
    /// As [`Run::read`].
    pub fn read(plan: &'p Plan<'m>, threads: Threads, input: &mut (impl Read + ?Sized)) -> Result<Self, UnusableState> {
        let saved = Saved::read(plan, input)?;
        let mut runs = if saved.tracks() { Self::tracking(plan, threads) } else { Self::new(plan, threads) };
        saved.put(&mut runs.runs)?;
        Ok(runs)
    }
}
