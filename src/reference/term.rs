//! Terms (§7): a norm with a term says nothing before it has ended without what it names.

use super::derivation::World as Told;
use super::judge::{Judge, Outcome, PartOutcome};
use super::require::Required;
use super::verdict::{Part, Ruling};
use crate::records::At;

impl Judge<'_, '_> {
    /// Have all terms ended without what they name? If it came in time, the norm does not apply; before, it is pending, and nothing follows.
    pub(super) fn terms(&mut self, outcome: &mut Outcome, told: &mut Told) -> bool {
        let norm = self.norm;
        let mut rulings = Vec::new();
        for (at, term) in norm.terms.iter().enumerate() {
            let Required { part, breach, told: seen, .. } = self.require(at, term);
            let ruling = of_term(part.ruling);
            if ruling == Ruling::Compliant {
                outcome.ended = later(outcome.ended, breach, |at| self.rules.day(at));
            }
            told.terms.extend(seen.map(|seen| super::derivation::Required { ruling, ..seen }));
            rulings.push(ruling);
            outcome.parts.push(PartOutcome { part: Part { name: format!("term {}", at + 1), ruling, ..part }, effects: Vec::new() });
        }
        if rulings.contains(&Ruling::NotApplicable) {
            outcome.applies = false;
            outcome.parts.clear();
            return false;
        }
        rulings.iter().all(|ruling| *ruling == Ruling::Compliant)
    }
}

/// A duty that is met is a term in which it came; one that is not met by its time is one that ended without.
fn of_term(ruling: Ruling) -> Ruling {
    match ruling {
        Ruling::Compliant => Ruling::NotApplicable,
        Ruling::Violation => Ruling::Compliant,
        other => other,
    }
}

fn later(a: Option<At>, b: Option<At>, day: impl Fn(At) -> chrono::NaiveDate) -> Option<At> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if day(a) > day(b) { a } else { b }),
        (a, b) => a.or(b),
    }
}
