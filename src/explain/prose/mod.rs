//! A derivation as a text that is read from top to bottom: what was found, on which article, from which records, by which
//! arithmetic, what else was looked at, what is open, what would have changed it.

mod amount;
mod asked;
mod change;
mod condition;
mod deadline;
mod duty;
mod either;
mod except;
mod facts;
mod fraction;
mod headline;
mod lists;
mod makes;
mod must;
mod open;
mod other;
mod page;
mod records;
mod request;
mod stays;
mod table;
mod term;
mod throughout;

use super::words::Words;
use crate::diagnostics::Tongue;
use crate::model::Model;
use crate::explain::Filed;
use crate::reference::derivation::{Derivation, World};
use crate::reference::verdict::Cause;
use page::Page;

/// What the sections share.
struct Prose<'p> {
    words: Words<'p>,
    derivation: &'p Derivation,
    page: Page,
}

/// The whole text.
pub(crate) fn prose(model: &Model, records: &Filed<'_>, derivation: &Derivation, tongue: Tongue) -> String {
    let words = words(model, records, derivation, tongue);
    let mut prose = Prose { words, derivation, page: Page::default() };
    prose.headline();
    prose.article();
    prose.occasion();
    prose.began();
    if let Some(world) = prose.shown_world() {
        prose.shown_for(world);
        prose.so_far();
        prose.applicability(world);
        prose.facts(world);
        prose.countings(world);
        prose.terms(world);
        prose.decisions(world);
        prose.prohibition(world);
        prose.requirements(world);
        prose.makes(world);
        prose.exceptions(world);
    }
    prose.open();
    prose.not_applied();
    prose.would_change();
    prose.standing();
    prose.page.text()
}

fn words<'p>(model: &'p Model, records: &Filed<'p>, derivation: &Derivation, tongue: Tongue) -> Words<'p> {
    let mut words = Words::new(model, records.clone(), &derivation.verdict.rule, tongue);
    words.fractions = fraction::matters(derivation);
    words
}

/// The headline sentence alone.
pub(crate) fn summary(model: &Model, records: &Filed<'_>, derivation: &Derivation, tongue: Tongue) -> String {
    let words = words(model, records, derivation, tongue);
    Prose { words, derivation, page: Page::default() }.sentence()
}

impl<'p> Prose<'p> {
    /// The world that is told in full: the first whose ruling is the headline, else the first.
    fn shown_world(&self) -> Option<&'p World> {
        let worlds = &self.derivation.worlds;
        worlds.iter().find(|world| world.ruling == self.derivation.verdict.ruling).or_else(|| worlds.first())
    }

    /// Says that the following is not the judgement yet, when the period is judged on a later day.
    fn so_far(&mut self) {
        let days = |cause: &Cause| if let Cause::JudgedOn { day } = cause { Some(*day) } else { None };
        let Some(day) = self.derivation.verdict.causes.iter().find_map(days).filter(|_| self.words.norm.is_some_and(|norm| norm.judged_on.is_some())) else { return };
        let day = self.words.day(day);
        let text = match self.words.tongue {
            Tongue::En => format!("It is judged on {day}, and not before. What follows is how things stand so far, and no judgement."),
            Tongue::Zh => format!("须到{day}方可判定。以下只是目前的情形，不是判定。"),
        };
        self.page.blank();
        self.page.line(0, &text);
    }

    /// Says for which choices the following holds when there are several worlds.
    fn shown_for(&mut self, world: &World) {
        if self.derivation.worlds.len() < 2 {
            return;
        }
        let choices = self.choices(world);
        let text = match self.words.tongue {
            Tongue::En => format!("Some values are open. What follows is worked out for the case that {choices}; the other cases are listed below."),
            Tongue::Zh => format!("部分情况尚未确定。以下按这一情形推演：{choices}。其他可能见后文。"),
        };
        self.page.blank();
        self.page.line(0, &text);
    }
}
