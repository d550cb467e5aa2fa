//! What began and ended a state.

use super::Prose;
use super::records::steps;
use crate::model::state::{Ask, Stay};
use crate::reference::derivation::{Counting, Detail, Step, Turns, Value, World};

/// A question about a state, its answer and its records.
pub(super) type Asked<'d> = (&'d Stay, &'d Value, &'d Turns);

/// Every question about a state in a world, each once.
pub(super) fn all(world: &World) -> Vec<Asked<'_>> {
    let mut all: Vec<Asked<'_>> = Vec::new();
    steps(world).into_iter().for_each(|step| collect(step, &mut all));
    all
}

fn collect<'d>(step: &'d Step, all: &mut Vec<Asked<'d>>) {
    if let (crate::model::expr::Expr::Stay(stay), Detail::Stay(turns)) = (&step.expr, &step.detail)
        && !all.iter().any(|(other, ..)| *other == stay.as_ref())
    {
        all.push((stay, &step.value, turns));
    }
    step.parts.iter().for_each(|part| collect(part, all));
}

impl Prose<'_> {
    /// Each question with its answer, the records that begin the state and those that end it.
    pub(super) fn stays(&mut self, stays: &[Asked<'_>]) {
        for (stay, value, turns) in stays {
            let phrase = self.words.stay(stay, &[]);
            let title = match &stay.ask {
                Ask::Now => format!("{phrase}{}{}", self.words.pick(": ", "："), self.words.value(value)),
                _ => format!("{phrase} = {}{}", self.words.value(value), self.window_text(&Counting { from: turns.from, until: turns.begins.until, ..Counting::default() })),
            };
            self.page.line(1, &title);
            let begins = self.words.pick("what begins it", "开始").to_owned();
            self.turn(&begins, &turns.begins, &stay.begins.pattern.events);
            match (&turns.ends, &stay.ends) {
                (Some(counting), Some(ends)) => {
                    let what = self.words.pick("what ends it", "结束").to_owned();
                    self.turn(&what, counting, &ends.pattern.events);
                }
                _ => self.page.line(2, self.words.pick("nothing ends it", "没有任何记录使其结束")),
            }
        }
    }

    fn turn(&mut self, what: &str, counting: &Counting, events: &[String]) {
        self.page.line(2, &format!("{what}{}", self.words.pick(":", "：")));
        self.counting(counting, events, 3);
    }
}
