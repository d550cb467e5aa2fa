//! One verdict's records: those of its subject. What the engine judges rests on nobody else's, so that an explanation needs no others.

use super::Read;
use super::words::at_once;
use crate::engine::{Notes, Passage, Plan, Plans, Written};
use crate::model::Model;
use crate::model::norm::Occasion;
use crate::records::order::{self, Order};
use crate::records::{At, Facts, Noted, Passed, Plain, Reader, Record, Records};
use crate::reference::have_a_word;
use crate::threads::Threads;

/// The records on which a verdict may rest, as an audit of all would see them. `files` may be called several times and must give the same: whose a record is must be found first, whose a
/// period is stands in its name. None: more than one subject's records
/// are needed, records after `until` are left out (an explanation names them), or there is no such verdict.
pub fn of_verdict<E>(
    model: &Model,
    registers: Records,
    (verdict, until, threads): (&str, Option<At>, Threads),
    files: &mut dyn FnMut(&mut Read<'_>) -> Result<(), E>,
) -> Result<Option<Records>, E> {
    let facts = registers.facts.clone();
    let plans = Plans::new(model, &facts);
    let Some(asked) = Asked::new(model, &plans, verdict) else { return Ok(None) };
    let mut registers = Some(registers);
    for words in [true, false] {
        let replay = Replay { model, facts: &facts, plan: asked.plan, threads, words };
        match replay.read(&asked, (&mut registers, until), files)? {
            Found::Records(records) => return Ok(Some(*records)),
            Found::Nothing => return Ok(None),
            Found::NoWords => {}
        }
    }
    Ok(None)
}

/// What a reading came to.
enum Found {
    Records(Box<Records>),
    Nothing,
    /// Lines could not be made words of as they came.
    NoWords,
}

/// How the files are read.
struct Replay<'a, 'm> {
    model: &'m Model,
    facts: &'a Facts,
    plan: &'a Plan<'m>,
    threads: Threads,
    /// Lines become words at once.
    words: bool,
}

impl<'m> Replay<'_, 'm> {
    fn read<E>(
        &self,
        asked: &Asked<'_, '_, 'm>,
        (registers, until): (&mut Option<Records>, Option<At>),
        files: &mut dyn FnMut(&mut Read<'_>) -> Result<(), E>,
    ) -> Result<Found, E> {
        let plans = [self.plan];
        let mut reader = Reader::new(self.model);
        reader.threads(self.threads);
        let noted = reader.noting(self.facts, until);
        let words = self.words && !noted.needs_all();
        let mut passage = words.then(|| Passage::new(&plans, self.facts, self.threads));
        let mut finding = Finding { noted, plan: self.plan, key: asked.key, is_period: asked.is_period, subject: asked.of_period().map(str::to_owned), is_open: false, kept: Vec::new() };
        files(&mut |file, source, input| {
            if let Some(passage) = at_once(passage.as_mut(), &input) {
                return passage.read(&mut reader, (file, source, input), &mut finding, &mut |_, _| ());
            }
            reader.passing((file, source), input, &mut |passed| drop(finding.records(passed)))
        })?;
        if passage.is_some_and(|passage| passage.has_failed()) {
            return Ok(Found::NoWords);
        }
        let Finding { noted, subject, is_open, kept, .. } = finding;
        let may_do = noted.is_clear() && !is_open && !noted.needs_all() && !noted.has_cut();
        let Some(subject) = subject.filter(|_| may_do) else { return Ok(Found::Nothing) };
        // The others may come as they like.
        let all_in_order = noted.is_in_order();
        let are_ordered = |kept: &[Record]| all_in_order || in_order(kept, self.plan);
        let (noted, kept) = if asked.is_period {
            (noted, kept)
        } else {
            let mut again = Reader::new(self.model);
            again.threads(self.threads);
            let mut passage = words.then(|| Passage::new(&plans, self.facts, self.threads));
            let mut owned = Owned { noted, plan: self.plan, subject: &subject, kept: Vec::new() };
            files(&mut |file, source, input| {
                if let Some(passage) = at_once(passage.as_mut(), &input) {
                    return passage.read(&mut again, (file, source, input), &mut owned, &mut |_, _| ());
                }
                again.passing((file, source), input, &mut |passed| owned.records(passed))
            })?;
            if passage.is_some_and(|passage| passage.has_failed()) || again.digest() != reader.digest() {
                return Ok(Found::Nothing);
            }
            (owned.noted, owned.kept)
        };
        let registers = registers.take().filter(|_| are_ordered(&kept));
        Ok(registers.map_or(Found::Nothing, |registers| Found::Records(Box::new(reader.finish_passed(noted, registers, kept)))))
    }
}

/// Whose a record is, or the records of whose a period is.
struct Finding<'v, 'm, 'f> {
    noted: Noted<'m, 'f>,
    plan: &'v Plan<'m>,
    key: &'v str,
    is_period: bool,
    subject: Option<String>,
    /// A record that does not say whose it is may be this one's.
    is_open: bool,
    kept: Vec<Record>,
}

impl Finding<'_, '_, '_> {
    /// The next records; those that count come back.
    fn records(&mut self, passed: Passed) -> Vec<Record> {
        let records = self.noted.look(passed);
        for record in &records {
            self.is_open |= self.plan.is_nobodys(record);
            let subject = self.plan.subject_of(record);
            if self.is_period && subject == self.subject.as_deref() {
                self.kept.push(record.clone());
            } else if !self.is_period && self.subject.is_none() && is_root(&record.reference(), self.key) {
                self.subject = subject.map(str::to_owned);
            }
        }
        records
    }
}

impl Notes for Finding<'_, '_, '_> {
    fn plain(&mut self, plain: &Plain<'_>, written: &Written<'_, '_>, record: &mut dyn FnMut() -> Option<Record>) -> Option<bool> {
        if !self.noted.see_plain(plain, &mut *record) {
            return Some(false);
        }
        if written.names_unknown || self.noted.asks_for(written.event()) {
            self.noted.look_closer(&record()?);
        }
        let (subject, is_open) = written.subject();
        self.is_open |= is_open;
        if self.is_period && subject == self.subject.as_deref() {
            self.kept.push(record()?);
        } else if !self.is_period && self.subject.is_none() && is_root(plain.id, self.key) {
            self.subject = subject.map(str::to_owned);
        }
        Some(true)
    }

    fn made(&mut self, passed: Passed) -> Option<Record> {
        self.records(passed).pop()
    }
}

/// The records of a subject, once more.
struct Owned<'v, 'm, 'f> {
    noted: Noted<'m, 'f>,
    plan: &'v Plan<'m>,
    subject: &'v str,
    kept: Vec<Record>,
}

impl Owned<'_, '_, '_> {
    fn records(&mut self, passed: Passed) {
        let records = self.noted.again(passed);
        self.kept.extend(records.into_iter().filter(|record| self.plan.subject_of(record) == Some(self.subject)));
    }
}

impl Notes for Owned<'_, '_, '_> {
    fn plain(&mut self, plain: &Plain<'_>, written: &Written<'_, '_>, record: &mut dyn FnMut() -> Option<Record>) -> Option<bool> {
        if written.subject().0 == Some(self.subject) && !self.noted.cuts(plain.at) {
            self.kept.push(record()?);
        }
        // Nobody judges it here.
        Some(false)
    }

    fn made(&mut self, passed: Passed) -> Option<Record> {
        self.records(passed);
        None
    }
}

/// A verdict that one subject's records are enough for.
pub(super) struct Asked<'v, 'p, 'm> {
    pub(super) plan: &'p Plan<'m>,
    /// The key of its occasion.
    pub(super) key: &'v str,
    pub(super) is_period: bool,
}

impl<'v, 'p, 'm> Asked<'v, 'p, 'm> {
    /// None: its norm, or another that has a word in it, needs more than one subject's records, or there is no such norm.
    pub(super) fn new(model: &'m Model, plans: &'p Plans<'m>, verdict: &'v str) -> Option<Self> {
        let (rule, key) = verdict.split_once('@')?;
        let norm = model.norms.iter().position(|norm| norm.name == rule)?;
        let plan = plans.of(norm).filter(|plan| have_a_word(model, norm).into_iter().all(|norm| plan.judges(norm)))?;
        let is_period = model.norms.get(norm).is_some_and(|norm| matches!(norm.occasion, Occasion::Period { .. }));
        Some(Self { plan, key, is_period })
    }

    /// Whose a period is.
    pub(super) fn of_period(&self) -> Option<&'v str> {
        if self.is_period { self.key.rsplit_once('/').map(|(subject, _)| subject) } else { None }
    }
}

/// Does each of a subject's records surely come after the one before?
pub(super) fn in_order(kept: &[Record], plan: &Plan<'_>) -> bool {
    kept.windows(2).all(|two| matches!(two, [a, b] if order::compare(a, b, plan.zone()) == Order::Before))
}

/// Is a record of this name that of the key, or the one from which that was made: `norm@record`, `norm@record#2`?
pub(super) fn is_root(name: &str, key: &str) -> bool {
    let is_made = |rest: &str| rest.ends_with('@');
    let ended = |key: &str| key == name || key.strip_suffix(name).is_some_and(is_made);
    let mut key = key;
    loop {
        if ended(key) {
            return true;
        }
        // Several records of one norm are numbered.
        match key.rsplit_once('#') {
            Some((before, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => key = before,
            _ => return false,
        }
    }
}
