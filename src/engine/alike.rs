//! Verdicts that say the same of several subjects: what they have in common is worked out once, for the first of them. The others are told with their own id, subject, time
//! and records.

use super::sink::Judged;
use super::word::Word;
use crate::records::At;
use crate::reference::{AlikeRevisions, Digits};
use crate::reference::verdict::Verdict;
use chrono::NaiveDate;
use foldhash::fast::RandomState;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::Arc;

/// So many are remembered; then all are forgotten.
const MOST: usize = 1 << 12;

/// A verdict, borrowed in parts.
pub(crate) struct Told<'t> {
    /// What it has in common with others: without id, subject, time, period and records; posted to nobody, not final.
    pub(crate) alike: &'t Verdict,
    /// `regulation.norm@key`.
    pub(crate) id: &'t str,
    /// Whose it is, and to whom it posts: the bearer, or else the subject.
    pub(crate) subject: &'t (Arc<str>, Arc<str>),
    /// Subject of the plan's entity whose record or period it is.
    pub(crate) of: &'t str,
    /// Somebody is bound who may be another than that.
    pub(crate) is_borne: bool,
    pub(crate) at: At,
    pub(crate) period: Option<&'t str>,
    pub(crate) events: &'t [SmolStr],
    /// The last day on which a record may come that changes it; none: too late for a calendar.
    pub(crate) settled: Option<NaiveDate>,
    /// That day is over.
    pub(crate) is_final: bool,
    pub(crate) revision: Digits,
}

impl Told<'_> {
    /// The whole verdict.
    pub(crate) fn verdict(&self) -> Verdict {
        let mut verdict = Verdict {
            id: self.id.to_owned(),
            subject: Some(self.subject.clone()),
            at: self.at,
            period: self.period.map(str::to_owned),
            events: self.events.iter().map(|name| String::from(&**name)).collect(),
            is_final: self.is_final,
            revision: self.revision.to_string(),
            ..self.alike.clone()
        };
        verdict.effects.iter_mut().for_each(|effect| effect.to = Some(self.subject.clone()));
        verdict
    }
}

/// What some verdicts have in common, and what is kept with it.
pub(super) struct Alike<F> {
    key: Box<[Word]>,
    pub(super) verdict: Verdict,
    pub(super) revisions: AlikeRevisions,
    pub(super) form: F,
}

/// Those that were met.
#[derive(Default)]
pub(super) struct Known<F> {
    places: HashMap<Box<[Word]>, usize, RandomState>,
    all: Vec<Alike<F>>,
    /// Of each norm, the places of the last two: mostly the next is one of them.
    last: Vec<[usize; 2]>,
    key: Vec<Word>,
}

impl<F: Default> Known<F> {
    /// What a verdict has in common with others; none when some value cannot be said.
    pub(super) fn of(&mut self, judged: &Judged<'_>) -> Option<&mut Alike<F>> {
        judged.alike_by(&mut self.key);
        if self.last.len() <= judged.norm {
            self.last.resize(judged.norm + 1, [usize::MAX; 2]);
        }
        let last = self.last.get_mut(judged.norm)?;
        let is_known = |at: &usize| self.all.get(*at).is_some_and(|alike| *alike.key == *self.key);
        if let Some(at) = last.iter().copied().find(is_known) {
            return self.all.get_mut(at);
        }
        let at = match self.places.get(self.key.as_slice()) {
            Some(at) => *at,
            None => {
                let verdict = judged.alike()?;
                if self.all.len() >= MOST {
                    self.places.clear();
                    self.all.clear();
                }
                let key: Box<[Word]> = self.key.as_slice().into();
                self.places.insert(key.clone(), self.all.len());
                self.all.push(Alike { key, revisions: AlikeRevisions::new(&verdict), verdict, form: F::default() });
                self.all.len() - 1
            }
        };
        *last = [at, last[0]];
        self.all.get_mut(at)
    }
}
