//! Words that are numbers only in this process: they are written as places in a list of what they name, and get the numbers of the process that reads them.

use super::super::code::Traced;
use super::super::duty::Asked;
use super::super::judge::Outcome;
use super::super::norm::Judging;
use super::super::timer::{Progress, Timer};
use super::super::word::{Means, Names, Word, is_plain};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a word names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Named {
    Text(String),
    Ref(String),
    Set(Vec<String>),
}

/// What the words of a subject name, each once, in the order in which they come up.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) list: Vec<Named>,
    places: BTreeMap<(Means, Word), Word>,
}

/// Puts a word that names something on the list; its place there takes the word's. None when it names nothing.
pub(super) fn listed(names: &Names, listing: &mut Listing, means: Means, word: &mut Word) -> Option<()> {
    if means == Means::Itself || !is_plain(*word) {
        return Some(());
    }
    if let Some(place) = listing.places.get(&(means, *word)) {
        *word = *place;
        return Some(());
    }
    let named = match means {
        Means::Itself => return Some(()),
        Means::Text => Named::Text(names.text_of(*word)?.to_owned()),
        Means::Ref(entity) => Named::Ref(names.name(entity, *word).to_owned()),
        Means::Set(entity) => {
            let mut ids: Vec<String> = names.members(entity, *word).iter().map(|member| names.name(entity, *member).to_owned()).collect();
            // Their numbers have another order in another process.
            ids.sort_unstable();
            Named::Set(ids)
        }
    };
    let place = Word::try_from(listing.list.len()).ok()?;
    listing.places.insert((means, *word), place);
    listing.list.push(named);
    *word = place;
    Some(())
}

/// The number of what stands at a word's place on the list takes the word's place. None when something else stands there.
pub(super) fn numbered(names: &mut Names, list: &[Named], means: Means, word: &mut Word) -> Option<()> {
    if means == Means::Itself || !is_plain(*word) {
        return Some(());
    }
    *word = match (means, list.get(usize::try_from(*word).ok()?)?) {
        (Means::Text, Named::Text(text)) => names.text(text),
        (Means::Ref(entity), Named::Ref(id)) => names.subject(entity, id),
        (Means::Set(entity), Named::Set(ids)) => names.set(entity, ids.iter().map(String::as_str)),
        _ => return None,
    };
    Some(())
}

/// Something that is done to each word, knowing what it stands for.
type Each<'e> = &'e mut dyn FnMut(Means, &mut Word) -> Option<()>;

/// Goes through the words of a timer. None when it is not one of this norm.
pub(super) fn of_timer(timer: &mut Timer, judging: &Judging, each: Each<'_>) -> Option<()> {
    let decided: Vec<Means> = judging.decisions.iter().chain(&judging.if_breached).map(|deciding| deciding.typed.means()).collect();
    match (&mut timer.bearer, &judging.bearer) {
        (None, None) => {}
        (Some((word, entity)), Some((_, own))) if entity == own => each(Means::Ref(*own), word)?,
        _ => return None,
    }
    outcomes(&mut timer.outcomes, &decided, each)?;
    if let Some(sanctions) = &mut timer.sanctions {
        outcomes(sanctions, decided.get(judging.decisions.len()..)?, each)?;
    }
    if timer.duties.len() != judging.duties.len() {
        return None;
    }
    for (progress, duty) in timer.duties.iter_mut().zip(&judging.duties) {
        if progress.len() != duty.asked.len() {
            return None;
        }
        for one in progress.iter_mut().zip(&duty.asked) {
            match one {
                (Progress::Now(_), Asked::Now(_)) => {}
                (Progress::Records(came), Asked::Records(later)) if came.kept.len() == later.means.len() => {
                    came.kept.iter_mut().zip(&later.means).try_for_each(|(word, means)| each(*means, word))?;
                }
                _ => return None,
            }
        }
    }
    if let Some(told) = &mut timer.told {
        trace(&mut told.trace, &decided, each)?;
        trace(&mut told.breached.0, &decided, each)?;
    }
    Some(())
}

fn outcomes(outcomes: &mut [Outcome], decided: &[Means], each: Each<'_>) -> Option<()> {
    for (at, outcome) in outcomes.iter_mut().enumerate() {
        let means = *decided.get(at)?;
        outcome.value.as_mut().map_or(Some(()), |word| each(means, word))?;
    }
    Some(())
}

/// What follows is about the decision that was begun last.
fn trace(trace: &mut [Traced], decided: &[Means], each: Each<'_>) -> Option<()> {
    let mut decisions = decided.iter();
    let mut means = None;
    for traced in trace {
        match traced {
            Traced::Decision => means = Some(*decisions.next()?),
            Traced::Met(_) => {}
            Traced::Clause(_, word) | Traced::Forfeited(_, word) | Traced::Cap(word) | Traced::Floor(word) | Traced::Rounded(word) => each(means?, word)?,
        }
    }
    Some(())
}
