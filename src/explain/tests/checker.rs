//! The checker accepts what follows and nothing from which something cited was taken away.

use super::mutate::{Mutant, altered_each, without_each};
use crate::explain::check;
use crate::model::Model;
use crate::records::Records;
use crate::reference::derivation::Derivation;
use crate::reference::verdict::Ruling;

/// The derivation passes; no mutant of it does.
pub(super) fn only_the_whole_passes((model, records, derivation): &(Model, Records, Derivation)) {
    assert_eq!(check(model, records, derivation), Ok(()), "{}", derivation.verdict.id);
    let passes = |mutant: &Mutant| check(model, records, &mutant.derivation).is_ok();
    let survivors: Vec<String> = without_each(derivation, usize::MAX).into_iter().filter(passes).map(|mutant| mutant.place).collect();
    assert_eq!(survivors, Vec::<String>::new(), "taken away from {}", derivation.verdict.id);
    let undetermined = derivation.verdict.ruling == Ruling::Undetermined;
    let given = |place: &String| !is_premise(place) && (place != "verdict/is_final" || !undetermined);
    let survivors: Vec<String> = altered_each(derivation, usize::MAX).into_iter().filter(passes).map(|mutant| mutant.place).filter(given).collect();
    assert_eq!(survivors, Vec::<String>::new(), "altered in {}", derivation.verdict.id);
}

/// What the checker takes as given: the revision (a hash of the verdict that covers more than a derivation) and what other verdicts say.
fn is_premise(place: &str) -> bool {
    place == "verdict/revision"
}

#[test]
fn a_pay() {
    only_the_whole_passes(&super::pay::sample());
}

#[test]
fn a_duty_with_an_open_question() {
    only_the_whole_passes(&super::duty::sample());
}
