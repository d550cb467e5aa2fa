//! The independent checker: from the model and the records alone, does every line of a derivation follow?
//!
//! It shares data types with [`crate::reference`] and no code. Premises that it does not derive again: values and records that
//! other verdicts give (each has a derivation of its own), and what would have changed the verdict.

mod arith;
mod aside;
mod cancel;
mod case;
mod counting;
mod dates;
mod days;
mod decide;
mod due;
mod effects;
mod either;
mod except;
mod group;
mod judged;
mod later;
mod logic;
mod measure;
mod office;
mod outcome;
mod request;
mod require;
mod slots;
mod span;
mod stay;
mod step;
mod taken;
mod term;
mod throughout;
mod value;
mod verdict;
mod walk;
mod window;
mod worlds;

use crate::diagnostics::Say;
use crate::model::Model;
use super::Filed;
use crate::reference::derivation::Derivation;
use case::Case;

/// Collects what does not follow.
pub(super) struct Checker<'c> {
    case: &'c Case<'c>,
    faults: Vec<Say>,
    place: Vec<String>,
    /// No clause answers by what the requirement at hand asks.
    unanswered: bool,
}

impl<'c> Checker<'c> {
    /// Something does not follow, at the present place.
    fn fault(&mut self, en: &str, zh: &str) {
        let place = self.place.join(" / ");
        self.faults.push(Say::new(format!("{place}: {en}"), format!("{place}：{zh}")));
    }

    /// Checks something at a place inside the present one.
    fn within<T>(&mut self, place: &str, look: impl FnOnce(&mut Self) -> T) -> T {
        self.place.push(place.to_owned());
        let result = look(self);
        self.place.pop();
        result
    }
}

/// Every place where the derivation does not follow.
pub(crate) fn check(model: &Model, records: &Filed<'_>, derivation: &Derivation) -> Result<(), Vec<Say>> {
    let id = &derivation.verdict.id;
    let Some(case) = Case::new(model, records, derivation) else {
        return Err(vec![Say::new(
            format!("{id}: the policy or the records do not have what this verdict is about"),
            format!("{id}：规章或记录中没有该结论所涉的事项"),
        )]);
    };
    let mut checker = Checker { case: &case, faults: Vec::new(), place: vec![id.clone()], unanswered: false };
    checker.occasion();
    checker.worlds();
    checker.verdict();
    checker.effects();
    checker.other_norms();
    checker.changes_told();
    if checker.faults.is_empty() { Ok(()) } else { Err(checker.faults) }
}
