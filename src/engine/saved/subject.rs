//! What is written of one subject.

use super::super::run::Run;
use super::super::timer::Open;
use super::super::track::Place;
use super::super::word::{BLANK, Means, Word};
use super::seal::{self, Kind, damaged};
use super::words::{self, Listing, Named};
use crate::records::UnusableState;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A subject, without its id.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Subject {
    /// The run keeps the records on which verdicts rest.
    pub(super) tracks: bool,
    /// How many records the run had judged.
    records: u64,
    /// The reference evaluator must judge it.
    again: bool,
    /// Words that are not as they were at first, by their places.
    pub(super) words: Vec<(u32, Word)>,
    /// What words name.
    pub(super) list: Vec<Named>,
    pub(super) open: Open,
    /// Records that are in windows, each once.
    pub(super) places: Vec<Place>,
    /// By counter, those in its window.
    pub(super) windows: Vec<(u32, Vec<u32>)>,
}

impl Subject {
    /// The subject of a run with this number.
    pub(super) fn of(run: &Run<'_, '_>, number: usize) -> Self {
        let (plan, state) = (run.plan, &run.state);
        let width = plan.fresh.len();
        let row = state.words.get(number * width..(number + 1) * width).unwrap_or_default();
        let (mut listing, mut again) = (Listing::default(), state.again.get(number).copied().unwrap_or_default());
        let mut words = Vec::new();
        for (at, word) in (0_u32..).zip(row).filter(|(at, word)| plan.fresh.get(*at as usize) != Some(*word)) {
            let mut word = *word;
            // What was not plain left a word that names nothing: the reference evaluator judges the subject, and the word is worth nothing.
            if words::listed(&state.names, &mut listing, means(&plan.means, at), &mut word).is_none() {
                (again, word) = (true, BLANK);
            }
            words.push((at, word));
        }
        let mut open = state.open.get(number).cloned().unwrap_or_default();
        open.timers.retain_mut(|timer| {
            let listed = plan.judgings.get(timer.judging).and_then(|judging| words::of_timer(timer, judging, &mut |means, word| words::listed(&state.names, &mut listing, means, word)));
            again |= listed.is_none();
            listed.is_some()
        });
        let (places, windows) = run.tracking.as_ref().map(|tracking| numbered(tracking.windows(number))).unwrap_or_default();
        Self { tracks: run.tracking.is_some(), records: run.before as u64, again, words, list: listing.list, open, places, windows }
    }

    /// Puts it into a run, in place of what that knew of it.
    pub(super) fn put(self, run: &mut Run<'_, '_>, id: &str) -> Result<(), UnusableState> {
        seal::same_tracking(self.tracks, run.tracking.is_some())?;
        self.put_tracked(run, id).ok_or_else(|| damaged(Kind::Subject))
    }

    fn put_tracked(mut self, run: &mut Run<'_, '_>, id: &str) -> Option<()> {
        let plan = run.plan;
        let names = &mut run.state.names;
        let mut row = plan.fresh.clone();
        for (at, mut word) in self.words {
            words::numbered(names, &self.list, means(&plan.means, at), &mut word)?;
            *row.get_mut(at as usize)? = word;
        }
        for timer in &mut self.open.timers {
            words::of_timer(timer, plan.judgings.get(timer.judging)?, &mut |means, word| words::numbered(names, &self.list, means, word))?;
        }
        let mut windows = Vec::new();
        for (word, records) in self.windows {
            let records = records.iter().map(|at| self.places.get(*at as usize).cloned()).collect::<Option<Vec<_>>>()?;
            windows.push(((word as usize), records));
        }
        // Now nothing can fail any more.
        let word = Some(names.subject(plan.entity, id)).filter(|word| *word > BLANK)?;
        let number = usize::try_from(word).ok()?;
        let start = run.state.room(plan, word);
        run.state.words.get_mut(start..start + row.len())?.copy_from_slice(&row);
        *run.state.again.get_mut(number)? = self.again;
        if let Some(open) = run.state.open.get_mut(number) {
            *open = self.open;
        }
        if let Some(tracking) = &mut run.tracking {
            tracking.put(number, windows);
        }
        run.before = run.before.max(usize::try_from(self.records).ok()?);
        Some(())
    }
}

/// What a word of the state stands for; all but counters stand for themselves.
fn means(counters: &[Means], at: u32) -> Means {
    counters.get(at as usize).copied().unwrap_or(Means::Itself)
}

/// The records that are in windows, each once, and by counter which of them.
fn numbered<'w>(all: impl Iterator<Item = (usize, &'w [Place])>) -> (Vec<Place>, Vec<(u32, Vec<u32>)>) {
    let mut numbers: BTreeMap<Place, u32> = BTreeMap::new();
    let mut places: Vec<Place> = Vec::new();
    let mut windows = Vec::new();
    for (word, records) in all {
        let number = |place: &Place| {
            *numbers.entry(place.clone()).or_insert_with(|| {
                places.push(place.clone());
                places.len() as u32 - 1
            })
        };
        windows.push((word as u32, records.iter().map(number).collect()));
    }
    (places, windows)
}
