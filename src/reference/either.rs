//! Alternatives (§7): one of several requirements is enough, each with its own deadline.

use super::derivation::Required as Told;
use super::judge::{Instead, Judge};
use super::require::Required;
use super::value::Val;
use super::verdict::{Part, Ruling};
use crate::model::norm::{Requirement, What};
use crate::records::At;
use chrono::{DateTime, FixedOffset, NaiveDate};

/// The best ruling that one of the alternatives has is the whole's: met, else still possible, else open, else breached.
const BEST_FIRST: [Ruling; 4] = [Ruling::Compliant, Ruling::Pending, Ruling::Conflict, Ruling::Undetermined];

impl Judge<'_, '_> {
    /// Judges every alternative, and the whole by the best of them.
    pub(super) fn either(&mut self, at: usize, requirement: &Requirement, alternatives: &[Requirement]) -> Required {
        // That it is met is supposed of the whole.
        let supposed = self.instead.take_if(|instead| matches!(instead, Instead::Met(_)));
        let each: Vec<Required> = alternatives.iter().map(|alternative| self.require(at, alternative)).collect();
        self.instead = self.instead.or(supposed);
        let rulings: Vec<Ruling> = each.iter().map(|one| self.so_far(&one.part)).collect();
        let best = BEST_FIRST.into_iter().find(|best| rulings.contains(best)).unwrap_or(Ruling::Violation);
        let deciding: Vec<(&Requirement, &Required)> =
            alternatives.iter().zip(&each).zip(&rulings).filter(|(_, ruling)| **ruling == best).map(|(one, _)| one).collect();
        let in_time = deciding.iter().filter(|(_, one)| best == Ruling::Compliant && one.part.met.is_some());
        let met_first = in_time.min_by_key(|(_, one)| self.place_of(one.part.met));
        let (met, met_by) = met_first.map_or((None, None), |(_, one)| (one.part.met, one.told.as_ref().and_then(|told| told.met_by.clone())));
        let due = self.last_due(&deciding);
        let causes = deciding.iter().flat_map(|(_, one)| one.part.causes.iter().cloned()).collect();
        let breach = each.iter().filter_map(|one| one.breach).max_by_key(|breach| self.place_of(Some(*breach)));
        let ruling = match best {
            Ruling::Violation | Ruling::Pending if self.instead == Some(Instead::Met(at)) => Ruling::Compliant,
            best => best,
        };
        let told = Told {
            due,
            met_at: met,
            met_by,
            ruling,
            alternatives: each.iter().filter_map(|one| one.told.clone()).collect(),
            ..super::require::bare(&requirement.cites)
        };
        let part = Part { name: format!("requirement {}", at + 1), ruling, due, met, causes };
        Required { part, breach, told: self.steps.is_some().then_some(told), deadline: Val::Blank }
    }

    /// The ruling on an alternative; in a period that has not ended, what has no deadline of its own is not yet sure (§4).
    fn so_far(&self, part: &Part) -> Ruling {
        let ended = self.occasion.period.as_ref().is_none_or(|span| self.has_passed(At::Date(span.last)));
        match part.ruling {
            Ruling::Compliant | Ruling::Undetermined if !ended && part.due.is_none() => Ruling::Pending,
            ruling => ruling,
        }
    }

    /// The last deadline of the alternatives that decide; none when one of them can be met at any time or its deadline is open. A
    /// condition that is judged at once has none and waits for nothing.
    fn last_due(&self, deciding: &[(&Requirement, &Required)]) -> Option<At> {
        let at_once = |requirement: &Requirement| requirement.until.is_none() && matches!(requirement.what, What::Condition(_));
        let dues = deciding.iter().filter(|(requirement, _)| !at_once(requirement)).map(|(_, one)| one.part.due);
        let dues: Option<Vec<At>> = dues.collect();
        dues?.into_iter().max_by_key(|due| self.place_of(Some(*due)))
    }

    /// Where a time stands among others: a date ends after every moment of its day.
    fn place_of(&self, at: Option<At>) -> (Option<NaiveDate>, bool, Option<DateTime<FixedOffset>>) {
        let moment = if let Some(At::Moment(moment)) = at { Some(moment) } else { None };
        (at.map(|at| self.rules.day(at)), moment.is_none(), moment)
    }
}
