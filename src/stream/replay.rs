//! One verdict's records: those of its subject. What the engine judges rests on nobody else's, so that an explanation needs no others.

use super::Read;
use crate::engine::{Plan, Plans};
use crate::model::Model;
use crate::model::norm::Occasion;
use crate::records::order::{self, Order};
use crate::records::{At, Reader, Record, Records};
use crate::reference::have_a_word;
use crate::threads::Threads;

/// The records on which a verdict may rest, as an audit of all would see them. `files` may be called twice and must give the same: whose a record is must be found first, whose a
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
    let Asked { plan, key, is_period } = asked;
    let mut subject = asked.of_period().map(str::to_owned);
    let mut reader = Reader::new(model);
    reader.threads(threads);
    let mut noted = reader.noting(&facts, until);
    let (mut is_open, mut kept) = (false, Vec::new());
    files(&mut |file, source, input| {
        reader.passing((file, source), input, &mut |passed| {
            let records = noted.look(passed);
            // A record that does not say whose it is may be this one's.
            is_open |= records.iter().any(|record| plan.is_nobodys(record));
            if is_period {
                kept.extend(records.into_iter().filter(|record| plan.subject_of(record) == subject.as_deref()));
            } else if subject.is_none() {
                subject = records.iter().find(|record| is_root(record, key)).and_then(|record| plan.subject_of(record)).map(str::to_owned);
            }
        })
    })?;
    let may_do = noted.is_clear() && !is_open && !noted.needs_all() && !noted.has_cut();
    let Some(subject) = subject.filter(|_| may_do) else { return Ok(None) };
    // The others may come as they like.
    let all_in_order = noted.is_in_order();
    let are_ordered = |kept: &[Record]| all_in_order || in_order(kept, plan);
    if is_period {
        return Ok(are_ordered(&kept).then(|| reader.finish_passed(noted, registers, kept)));
    }
    let mut again = Reader::new(model);
    again.threads(threads);
    files(&mut |file, source, input| {
        again.passing((file, source), input, &mut |passed| {
            kept.extend(noted.again(passed).into_iter().filter(|record| plan.subject_of(record) == Some(&*subject)));
        })
    })?;
    let same = again.digest() == reader.digest() && are_ordered(&kept);
    Ok(same.then(|| reader.finish_passed(noted, registers, kept)))
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

/// Is it the record of the key, or the one from which that was made: `norm@record`, `norm@record#2`?
pub(super) fn is_root(record: &Record, key: &str) -> bool {
    let name = record.reference();
    let is_made = |rest: &str| rest.ends_with('@');
    let ended = |key: &str| key == name || key.strip_suffix(name.as_str()).is_some_and(is_made);
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
