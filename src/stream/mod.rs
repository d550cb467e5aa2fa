//! Files and tables → lines, a report for people, or tables, while records pass by: memory holds the state of subjects and some lines, not the history.
//!
//! Each verdict becomes a line at once, and the lines are sorted outside of memory ([`sorter`]); whether a verdict is final is filled in at the end ([`open`]). When
//! it turns out that the reference evaluator must judge some subjects, the files are read once more: what was said of them is left out, and their records are
//! kept. What comes out is byte for byte what [`crate::report`] writes of an audit that keeps everything.
//!
//! Lines of JSONL, rows of CSV and of tables, and events of XES that are written plainly become words at once, where nobody needs their records ([`words`]).
//!
//! For people the first verdicts of each ruling are kept instead ([`firsts`]).
//!
//! Records need not come in the order of their times, as long as those of each subject do. If they do not, as in several files that overlap, the files are read once more and
//! the records put in order outside of memory ([`sorted`]).
//!
//! Norms about subjects of several entities have a plan for each; every record goes through all of them ([`several`]).
//!
//! When records correct others, or ids come twice, these records alone are kept on a second reading, to settle what counts; those that do not count are passed over on a
//! third, and whoever's record was corrected is set apart for the reference evaluator, since that may stand anywhere. If they are many, all records are put in order.
//!
//! Records must be kept where only all of them together can settle something: attributes of cases, and norms that the engine does not judge. Of the latter only the records are
//! kept; of the others this gives up, and the caller keeps everything. Where a period has not ended, only the records that can matter to it are kept, on another reading ([`kept`]).
//!
//! A saved state is one more input, that comes first; and what is read can be saved on the way, so that later audits go on from it.
//!
//! One verdict rests on one subject's records, which are kept while all pass by ([`of_verdict`]), or read by themselves from an [`index`].

mod again;
mod ended;
mod firsts;
pub mod index;
mod kept;
mod lines;
mod merge;
mod open;
mod posted;
mod replay;
mod several;
mod sorted;
mod sorter;
#[cfg(feature = "arrow")]
mod tables;
mod words;

use crate::diagnostics::{Say, Tongue};
use crate::engine::{self, Left, Looks, Passage, Plans};
use crate::model::Model;
use crate::records::{At, Draft, Facts, Input, Reader, Records, Rejection, Whole};
use crate::reference::notes;
use crate::reference::verdict::{Audit, Ruling, Statement};
use crate::report::Report;
use crate::report::summary::{Summary, present};
use crate::report::jsonl;
use crate::threads::Threads;
use chrono::NaiveDate;
use again::{Again, Judged};
use ended::Ended;
use kept::Kept;
pub use lines::Form;
use lines::Lines;
use several::Several;
use words::at_once;
#[cfg(feature = "arrow")]
pub use tables::{Rest, Tables};
pub use replay::of_verdict;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

/// Reads one events file or table, or a saved state: its name, the name of its source, and what stands in it.
pub type Read<'r> = dyn FnMut(&str, Option<&str>, Input<'_>) -> Result<(), Rejection> + 'r;

/// Takes statements one after the other.
pub type Each<'e> = dyn FnMut(&Statement) -> io::Result<()> + 'e;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Records after that are left out; none: all are used.
    pub until: Option<At>,
    /// Which lines.
    pub form: Form,
    /// Norms that do not apply are shown.
    pub all: bool,
    /// How many threads work; what is written is the same.
    pub threads: Threads,
    /// What is read is saved, too; see [`Streamed::save`].
    pub save: bool,
    /// Statements are wanted beside the lines, whatever these are; see [`Streamed::write_beside`].
    pub statements: bool,
}

/// An audit whose records passed by.
pub struct Streamed<'m> {
    model: &'m Model,
    asked: Asked,
    records: Records,
    lines: Vec<Lines<'m>>,
    /// The last day that is over.
    over: Option<NaiveDate>,
    notes: Vec<Say>,
    /// What was read, where it is to be saved.
    state: Option<io::Result<Whole>>,
}

/// Judges the records of files. `files` opens each of them in turn and has it read; it may be called again and again and must give the same. `registers`: what was read of registers. None:
/// all records must be kept.
pub fn audit<'m, E>(model: &'m Model, registers: Records, asked: Asked, files: &mut dyn FnMut(&mut Read<'_>) -> Result<(), E>) -> Result<Option<Streamed<'m>>, E> {
    let facts = registers.facts.clone();
    let plans = Plans::new(model, &facts);
    if plans.judges_nothing() {
        return Ok(None);
    }
    let mut registers = registers;
    for words in [true, false] {
        match attempt(model, (&plans, &facts), registers, (asked, words), files)? {
            Attempt::Done(streamed) => return Ok(Some(*streamed)),
            Attempt::Kept => return Ok(None),
            Attempt::Again(same) => registers = *same,
        }
    }
    Ok(None)
}

/// What came of it.
enum Attempt<'m> {
    Done(Box<Streamed<'m>>),
    /// All records must be kept.
    Kept,
    /// Lines could not be made words of as they came; the registers are given back.
    Again(Box<Records>),
}

/// Judges once. `words`: lines become words at once where nobody needs records.
fn attempt<'m, E>(
    model: &'m Model,
    (plans, facts): (&Plans<'m>, &Facts),
    registers: Records,
    (asked, words): (Asked, bool),
    files: &mut dyn FnMut(&mut Read<'_>) -> Result<(), E>,
) -> Result<Attempt<'m>, E> {
    let outside = Arc::new(Left::norms(plans.rests_outside()));
    let looks = Looks::new(model, &outside.norms, facts);
    let several = Several::new(model, plans, &outside.norms);
    let lines = |left: &Arc<Left>, of: usize| Lines::new(model, asked, plans.zone(), Arc::clone(left), of);
    // Each plan has its own lines, on each thread.
    let of = asked.threads.count() * several.plans.len();
    let takers = |lefts: &[Arc<Left>]| lefts.iter().map(|left| (0..asked.threads.count()).map(|_| lines(left, of)).collect()).collect();
    let mut reader = Reader::new(model);
    reader.threads(asked.threads);
    let mut noted = reader.noting(facts, asked.until);
    // Nothing is left of what they judge so far.
    let nothing = vec![Arc::default(); several.plans.len()];
    let mut passing = several.passing(asked.until, &nothing, takers(&nothing));
    let (mut keeping, mut kept) = (Kept::new(&looks, &[]), Vec::new());
    let mut draft = asked.save.then(Draft::default);
    // Where few records are needed, lines become words at once.
    let words = words && !looks.at_names() && !noted.needs_all() && !asked.save;
    let mut passage = words.then(|| Passage::new(&several.plans, facts, asked.threads));
    files(&mut |file, source, input| {
        if let Some(passage) = at_once(passage.as_mut(), &input) {
            let mut notes = words::First { noted: &mut noted, looks: &looks, kept: &mut kept };
            return passage.read(&mut reader, (file, source, input), &mut notes, &mut |notes, batches| {
                if !notes.noted.needs_all() {
                    passing.iter_mut().zip(batches).for_each(|(passing, batch)| passing.eval_batch(batch));
                }
            });
        }
        reader.passing((file, source), input, &mut |passed| {
            if let Some(draft) = draft.as_mut().filter(|_| !noted.is_beyond()) {
                draft.add(&passed);
            }
            let records = noted.look(passed);
            if !noted.needs_all() {
                passing.iter_mut().for_each(|passing| passing.eval(&records));
                kept.extend(records.into_iter().filter(|record| keeping.wants(record)));
            }
        })
    })?;
    if passage.is_some_and(|passage| passage.has_failed()) {
        return Ok(Attempt::Again(Box::new(registers)));
    }
    let corrects = noted.corrects();
    if noted.is_beyond() || (corrects && !again::settle((model, asked), &reader, &mut noted, files)?) {
        return Ok(Attempt::Kept);
    }
    let state = draft.map(|draft| reader.drafted(draft));
    // The order of all records does not matter, as long as those of each subject come in theirs; records that are kept must be in it.
    let may_do = !corrects && (noted.is_in_order() || (noted.is_clear() && kept.is_empty()));
    // What was corrected may stand anywhere: whose it is is set apart, or all records are put in order.
    let few = if corrects { several.apart(&noted.corrected()) } else { None };
    let again = |sorting, apart| Again { model, several: &several, facts, words, asked, reader: &reader, sorting, apart };
    let first = match noted.until().filter(|_| may_do) {
        Some(until) => match several::finish(passing, until) {
            Some((lines, finished)) => Some(Judged { lines, finished, until, first: None, kept }),
            None => return Ok(Attempt::Kept),
        },
        None => {
            drop((passing, kept));
            match &few {
                Some(apart) => again(false, apart).judge(&mut noted, (&looks, apart), takers(apart), files)?,
                None => None,
            }
        }
    };
    let sorting = first.as_ref().is_none_or(|judged| judged.finished.iter().any(|finished| finished.disordered));
    let first = if sorting { again(true, &nothing).judge(&mut noted, (&looks, &nothing), takers(&nothing), files)? } else { first };
    let Some(mut judged) = first else { return Ok(Attempt::Kept) };
    let apart = few.as_ref().filter(|_| !sorting).unwrap_or(&nothing);
    let lefts = several.lefts(facts, judged.until, &judged.finished, apart);
    if lefts.iter().zip(apart).any(|(left, apart)| left.subjects != apart.subjects) {
        let Judged { finished, .. } = judged;
        let Some(other) = again(sorting, apart).judge(&mut noted, (&looks, &lefts), takers(&lefts), files)?.filter(|other| other.finished == finished) else { return Ok(Attempt::Kept) };
        judged = other;
    } else if lefts.iter().any(|left| left.open.is_some()) {
        // What was said stays.
        let Some(kept) = again(sorting, apart).keep(&mut noted, (&looks, &lefts), files)? else { return Ok(Attempt::Kept) };
        judged.kept = kept;
    }
    let Judged { lines: mut all, until, first, kept, .. } = judged;
    if sorting {
        noted.put_in_order(first, until);
    }
    let records = reader.finish_passed(noted, registers, kept);
    let over = lefts.first().and_then(|left| left.over);
    let lefts: Vec<Arc<Left>> = lefts.into_iter().chain([outside]).collect();
    if lefts.iter().any(|left| !left.is_empty()) {
        let mut rest = lines(&Arc::default(), asked.threads.count());
        let norms: BTreeMap<&str, usize> = model.norms.iter().enumerate().map(|(at, norm)| (norm.name.as_str(), at)).collect();
        for verdict in engine::rest(model, &records, asked.threads, &lefts) {
            let norm = norms.get(verdict.rule.as_str()).copied().unwrap_or(usize::MAX);
            rest.elsewhere(norm, &verdict);
        }
        all.push(rest);
    }
    let notes = notes(model, &records);
    Ok(Attempt::Done(Box::new(Streamed { model, asked, records, lines: all, over, notes, state })))
}

impl Streamed<'_> {
    /// Writes everything. Which rulings there are among the verdicts, and what was read, without the records.
    ///
    /// # Errors
    /// When `out` cannot be written, lines could not be kept outside of memory, or tables were asked for.
    pub fn write(self, tongue: Tongue, out: &mut dyn Write) -> io::Result<(Vec<Ruling>, Records)> {
        self.write_beside(tongue, out, &mut |_| Ok(()))
    }

    /// The same, where `each` takes the statements in their order, if they were asked for: of their lines it gets what is posted by which rule, how much and in what.
    ///
    /// # Errors
    /// As for [`Streamed::write`], and when `each` fails.
    pub fn write_beside(self, tongue: Tongue, out: &mut dyn Write, each: &mut Each<'_>) -> io::Result<(Vec<Ruling>, Records)> {
        let Self { model, asked, records, lines, over, notes, state: _ } = self;
        let ended = Ended::of(lines, (asked.form, asked.threads), over)?;
        let audit = Audit { verdicts: Vec::new(), statements: Vec::new(), notes };
        let report = Report { model, records: &records, audit: &audit, withdrawn: &[], all: asked.all, threads: asked.threads };
        if let Form::Human { colour } = asked.form {
            let rulings = ended.report(&report, (tongue, colour), out, each)?;
            return Ok((rulings, records));
        }
        let (rules, totals) = ended.write(out, each)?;
        let rulings = present(&rules);
        if asked.form == Form::Jsonl {
            let summary = Summary::counted(&report, rules, (totals.into_list(), 0), tongue);
            jsonl::end(&report, summary, tongue, out)?;
        }
        Ok((rulings, records))
    }

    /// Writes what [`Reader::save`] writes of a reader that keeps the records; once, and only if that was asked for.
    ///
    /// # Errors
    /// When `out` cannot be written, or records could not be kept outside of memory.
    pub fn save(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let nothing = || io::Error::new(io::ErrorKind::InvalidInput, "it was not asked for that what is read is saved, or it was saved already");
        self.state.take().ok_or_else(nothing)??.save(out)
    }

    /// What was read, without the records.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Everything as tables.
    ///
    /// # Errors
    /// When rows could not be kept outside of memory, the texts of a batch take more than an array holds, or lines were asked for.
    #[cfg(feature = "arrow")]
    pub fn tables(self) -> io::Result<Tables> {
        let Self { asked, records, lines, over, notes, .. } = self;
        let (verdicts, rest) = Ended::of(lines, (asked.form, asked.threads), over)?.tables()?;
        Ok(Tables { verdicts, records, rest: Rest::new(rest, notes, asked) })
    }
}
