//! The records that a verdict makes, with the arithmetic of their fields.

use super::{Prose, table};
use crate::diagnostics::Tongue;
use crate::model::order::FORFEIT;
use crate::reference::derivation::{Making, World};

impl Prose<'_> {
    /// `Record made: overrun on 2026-03-17` with a line for each field that is set.
    pub(super) fn makes(&mut self, world: &World) {
        for making in world.makes.iter().filter(|making| !making.event.starts_with(FORFEIT)) {
            self.making(making);
        }
    }

    fn making(&mut self, making: &Making) {
        let words = &self.words;
        let event = words.event(&making.event);
        let day = making.on.as_ref().map(|step| self.amount(step));
        let heading = match (words.tongue, day) {
            (Tongue::En, None) => format!("Counts as {event}"),
            (Tongue::En, Some(day)) => format!("Counts as {event}, on {day}"),
            (Tongue::Zh, None) => format!("计为{event}"),
            (Tongue::Zh, Some(day)) => format!("计为{event}，日期：{day}"),
        };
        let rows: Vec<Vec<String>> = making.fields.iter().map(|(name, step)| vec![words.field(std::slice::from_ref(&making.event), name), self.amount(step)]).collect();
        let cites = words.cites(&making.cites);
        self.page.heading(&format!("{heading}{cites}"));
        if rows.is_empty() {
            self.page.line(1, self.words.pick("a record of which nothing more is said", "记录中不另载内容"));
        }
        self.page.lines(1, &table::lines(&rows));
    }
}
