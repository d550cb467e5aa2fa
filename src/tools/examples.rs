//! Examples (`docs/semantics.md` §12): the given records are judged as any others are, and each expectation is held against the verdicts it speaks of.

use super::exercised::Target;
use crate::diagnostics::Say;
use crate::model::value::Scalar;
use crate::model::norm::Occasion;
use crate::model::{Example, Expected, ExpectedResult, Model};
use crate::records::{Cut, Reader, Records, read_time};
use crate::reference::verdict::{Audit, Effect, Ruling, Verdict};
use crate::reference::{audit, put_together, sort, verdicts_of};
use crate::threads::Threads;
use chrono::Datelike;
use chrono_tz::Tz;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// An example after it was run.
#[derive(Debug)]
pub struct Ran<'m> {
    /// The example.
    pub example: &'m Example,
    /// The rules that it runs by: those of the policy, with what it settles.
    pub model: Cow<'m, Model>,
    /// What it gave.
    pub records: Records,
    /// The verdicts on it.
    pub audit: Audit,
    /// Given records that cannot be used, and why.
    pub unusable: Vec<Say>,
    /// Its expectations, in the order written.
    pub checked: Vec<Checked<'m>>,
}

impl Ran<'_> {
    /// Is everything as expected?
    pub fn passed(&self) -> bool {
        self.unusable.is_empty() && self.checked.iter().all(|checked| checked.met)
    }
}

/// A model whose examples were run.
#[derive(Debug)]
pub struct Tested<'m> {
    /// Where its policies are.
    pub path: &'m str,
    /// The rules.
    pub model: &'m Model,
    /// Its examples.
    pub ran: Vec<Ran<'m>>,
    /// What they exercise, when somebody asked.
    pub targets: Option<Vec<Target>>,
}

impl Tested<'_> {
    /// Every example is as expected, and shows all that was asked for?
    #[must_use]
    pub fn passed(&self) -> bool {
        self.ran.iter().all(Ran::passed) && self.targets.iter().flatten().all(Target::is_shown)
    }
}

/// An expectation and the verdicts that it speaks of.
#[derive(Debug)]
pub struct Checked<'m> {
    /// What is expected.
    pub expected: &'m Expected,
    /// Positions in the audit's list of verdicts.
    pub verdicts: Vec<usize>,
    /// As expected?
    pub met: bool,
}

/// Runs one example.
pub fn run<'m>(model: &'m Model, example: &'m Example) -> Ran<'m> {
    ran(model, example, |model, records| audit(model, records, &mut |_, _| {}))
}

/// Runs one example and judges nothing but what it expects something of, and what that rests on.
pub fn run_only<'m>(model: &'m Model, example: &'m Example) -> Ran<'m> {
    let names: BTreeSet<&str> = example.expect.iter().map(|expected| expected.norm.as_str()).collect();
    ran(model, example, |model, records| {
        let mut verdicts = verdicts_of(model, records, &names);
        sort(&mut verdicts);
        put_together(model, records, vec![verdicts], Threads::ONE)
    })
}

fn ran<'m>(model: &'m Model, example: &'m Example, audit: impl Fn(&Model, &Records) -> Audit) -> Ran<'m> {
    let model = settled(model, example);
    let mut reader = Reader::new(&model);
    let mut unusable = Vec::new();
    for subject in &example.subjects {
        reader.subject(subject);
    }
    for record in &example.records {
        unusable.extend(reader.given(record).err());
    }
    let zone = zone(&model, &example.regulation);
    let until = example.until.as_ref().and_then(|until| read_time(until, Some(zone)).map_err(|say| unusable.push(say)).ok());
    let records = reader.finish(Cut { until, known_at: None });
    unusable.extend(records.rejections.iter().chain(&records.rows_rejected).map(|rejection| rejection.message.clone()));
    let audit = audit(&model, &records);
    let checked = example.expect.iter().map(|expected| check(&model, example, &audit, expected)).collect();
    Ran { example, model, records, audit, unusable, checked }
}

/// The rules with what the example settles.
fn settled<'m>(model: &'m Model, example: &Example) -> Cow<'m, Model> {
    let mut model = Cow::Borrowed(model);
    for (name, value) in &example.settled {
        if let Some(parameter) = model.to_mut().parameters.iter_mut().find(|parameter| parameter.name == *name) {
            parameter.settled = Some(value.clone());
        }
    }
    model
}

fn zone(model: &Model, regulation: &str) -> Tz {
    model.regulation(regulation).and_then(|regulation| regulation.time_zone.parse().ok()).unwrap_or(Tz::UTC)
}

fn check<'m>(model: &Model, example: &Example, audit: &Audit, expected: &'m Expected) -> Checked<'m> {
    let norm = model.norm(&expected.norm);
    let zone = zone(model, norm.map(|norm| norm.regulation.as_str()).unwrap_or_default());
    // A crossing has the period in which it is counted, and falls on the day of its record.
    let crosses = norm.is_some_and(|norm| matches!(norm.occasion, Occasion::Reaches { .. }));
    let spoken_of = |verdict: &Verdict| {
        verdict.rule == expected.norm
            && expected.subject.as_ref().is_none_or(|id| about(verdict, id))
            && expected.on.as_ref().is_none_or(|on| falls(verdict, on, zone, crosses))
    };
    let all: Vec<usize> = audit.verdicts.iter().enumerate().filter(|(_, verdict)| spoken_of(verdict)).map(|(at, _)| at).collect();
    let applies = |at: &usize| audit.verdicts.get(*at).is_some_and(|verdict| verdict.ruling != Ruling::NotApplicable);
    let applying: Vec<usize> = all.iter().copied().filter(applies).collect();
    let verdicts = if applying.is_empty() { all } else { applying };
    let each = |is: &dyn Fn(&Verdict) -> bool| verdicts.iter().filter_map(|at| audit.verdicts.get(*at)).all(is);
    let of_slot = |effect: &Effect| expected.slot.as_ref().is_none_or(|slot| *slot == effect.kind);
    let met = match &expected.is {
        ExpectedResult::Nothing => each(&|verdict| !verdict.effects.iter().any(of_slot)),
        // A record that is no occasion of the norm at all has no verdict; it must be there, though.
        ExpectedResult::Ruling(ruling) if verdicts.is_empty() => ruling == "not_applicable" && mentions(example, expected.subject.as_deref()),
        ExpectedResult::Ruling(ruling) => !verdicts.is_empty() && each(&|verdict| code(verdict.ruling) == ruling),
        ExpectedResult::Value(value) => !verdicts.is_empty() && each(&|verdict| verdict.effects.iter().any(|effect| of_slot(effect) && gives(effect, value))),
    };
    Checked { expected, verdicts, met }
}

/// Is the verdict about the subject: its bearer, or the subject or member in its key?
fn about(verdict: &Verdict, id: &str) -> bool {
    let key = verdict.id.split_once('@').map_or("", |(_, key)| key);
    verdict.subject.as_ref().is_some_and(|(_, subject)| &**subject == id) || key.split('/').any(|part| part == id)
}

/// Does the occasion fall on the day or into the period, or is it that period?
fn falls(verdict: &Verdict, on: &str, zone: Tz, crosses: bool) -> bool {
    let day = verdict.at.day(zone);
    let quarter = format!("{}-Q{}", day.year(), day.month0() / 3 + 1);
    let half = format!("{}-H{}", day.year(), day.month0() / 6 + 1);
    if let Some(period) = verdict.period.as_ref().filter(|_| !crosses) {
        // A year holds its quarters and months; several periods are named by the first.
        let within = period.strip_prefix(on).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']));
        return within || (period.len() > on.len() || period.len() == on.len() && !period.contains(['Q', 'H'])) && (*on == quarter || *on == half);
    }
    let week = format!("{}-W{:02}", day.iso_week().year(), day.iso_week().week());
    let (date, month, year) = (day.to_string(), day.format("%Y-%m").to_string(), day.year().to_string());
    [date, week, month, quarter, half, year].iter().any(|name| name == on)
}

/// Does the example speak of this subject at all? A name that is misspelt expects nothing.
fn mentions(example: &Example, id: Option<&str>) -> bool {
    let Some(id) = id else { return true };
    let fields = example.records.iter().flat_map(|record| &record.fields);
    let in_records = fields.filter_map(|(_, value)| value.as_ref()).any(|value| match value {
        Scalar::Ref(_, one) => &**one == id,
        Scalar::Set(_, all) => all.iter().any(|one| &**one == id),
        _ => false,
    });
    in_records || example.subjects.iter().any(|subject| subject.id == id) || example.records.iter().any(|record| record.id == id)
}

fn gives(effect: &Effect, value: &Scalar) -> bool {
    match value {
        Scalar::Quantity(number, unit) => effect.amount == Some(*number) && effect.unit.as_ref() == Some(unit),
        other => effect.value.as_ref() == Some(other),
    }
}

/// The ruling as examples have it.
pub(super) fn code(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Compliant => "compliant",
        Ruling::Violation => "violation",
        Ruling::Pending => "pending",
        Ruling::Undetermined => "undetermined",
        Ruling::Conflict => "conflict",
        Ruling::NotApplicable => "not_applicable",
    }
}
