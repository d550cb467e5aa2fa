//! A verdict as a row of a table: the texts of its columns, which are the same in CSV, Parquet and Arrow.

use super::words::{at, cites, put_at, ruling_code, subject, unit_code, value_code};
use crate::engine::Told;
use crate::reference::verdict::{Effect, Verdict};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::io;

/// A verdict's texts, its own or standing elsewhere: `T`. Its records and effects are lists of them; what a list borrows is written as the list itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row<T, N = Vec<T>, E = Vec<[Option<T>; 5]>> {
    pub(crate) id: T,
    pub(crate) verdict: T,
    pub(crate) rule: T,
    pub(crate) source: T,
    pub(crate) subject: Option<T>,
    pub(crate) at: T,
    pub(crate) period: Option<T>,
    /// Names of the records.
    pub(crate) events: N,
    /// Kind, amount, unit, value, to whom if that is somebody else than the subject.
    pub(crate) effects: E,
    pub(crate) is_final: bool,
    pub(crate) revision: T,
    pub(crate) supersedes: Option<T>,
}

/// A row of which some texts are the verdict's.
pub(crate) type Whole<'v> = Row<Cow<'v, str>>;

impl<'v> Whole<'v> {
    /// Of a verdict.
    pub(crate) fn of(verdict: &'v Verdict) -> Self {
        let effects = verdict.effects.iter().map(|effect| {
            let to = effect.to.as_ref().filter(|to| Some(*to) != verdict.subject.as_ref()).map(subject);
            let [kind, amount, unit, value] = said(effect);
            [kind, amount, unit, value, to.map(Cow::Owned)]
        });
        Self {
            id: Cow::Borrowed(&verdict.id),
            verdict: Cow::Borrowed(ruling_code(verdict.ruling)),
            rule: Cow::Borrowed(&verdict.rule),
            source: Cow::Owned(cites(&verdict.source)),
            subject: verdict.subject.as_ref().map(subject).map(Cow::Owned),
            at: Cow::Owned(at(verdict.at)),
            period: verdict.period.as_deref().map(Cow::Borrowed),
            events: verdict.events.iter().map(|event| Cow::Borrowed(&**event)).collect(),
            effects: effects.collect(),
            is_final: verdict.is_final,
            revision: Cow::Borrowed(&verdict.revision),
            supersedes: verdict.supersedes.as_deref().map(Cow::Borrowed),
        }
    }
}

/// Kind, amount, unit and value of an effect.
fn said(effect: &Effect) -> [Option<Cow<'_, str>>; 4] {
    let unit = effect.unit.as_ref().and_then(unit_code).map(Cow::Borrowed);
    [Some(Cow::Borrowed(&effect.kind)), effect.amount.map(|amount| Cow::Owned(amount.to_string())), unit, effect.value.as_ref().map(|value| Cow::Owned(value_code(value)))]
}

/// A row of which nothing is its own.
pub(crate) type Alike<'r> = Row<&'r str, &'r [SmolStr], &'r [[Option<String>; 5]]>;

/// The texts that several verdicts have in common. Whoever is posted to is each verdict's subject.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) ruling: &'static str,
    pub(crate) rule: String,
    pub(crate) source: String,
    pub(crate) effects: Vec<[Option<String>; 5]>,
}

impl Common {
    /// Of a verdict that has nothing of its own.
    pub(crate) fn new(verdict: &Verdict) -> Self {
        let effects = verdict.effects.iter().map(|effect| {
            let [kind, amount, unit, value] = said(effect).map(|text| text.map(Cow::into_owned));
            [kind, amount, unit, value, None]
        });
        Self { ruling: ruling_code(verdict.ruling), rule: verdict.rule.clone(), source: cites(&verdict.source), effects: effects.collect() }
    }

    /// The row of one of them, not final; its subject and its time are written into `room`.
    pub(crate) fn row<'r>(&'r self, told: &'r Told<'_>, room: &'r mut Vec<u8>) -> io::Result<Alike<'r>> {
        let (entity, id) = told.subject;
        room.clear();
        [entity, ":", id].into_iter().for_each(|part| room.extend_from_slice(part.as_bytes()));
        let middle = room.len();
        put_at(told.at, room);
        let room: &'r [u8] = room;
        let (subject, at) = str::from_utf8(room).map_err(io::Error::other)?.split_at(middle);
        Ok(Row {
            id: told.id,
            verdict: self.ruling,
            rule: &self.rule,
            source: &self.source,
            subject: Some(subject),
            at,
            period: told.period,
            events: told.events,
            effects: &self.effects,
            is_final: false,
            revision: told.revision.as_str(),
            supersedes: None,
        })
    }
}
