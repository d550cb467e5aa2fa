//! Events of logs → words.

use super::lines::Read;
use super::{Line, Made, Reading, What, Whole, Worker};
use crate::engine::batch::Text;
use crate::engine::decode::lines::Scanner;
use crate::engine::decode::scan::{Kind, Token};
use crate::engine::decode::shape::START;
use crate::records::Events;
use std::ops::Range;

impl Worker<'_, '_, '_, '_> {
    /// Makes words of some events.
    pub(super) fn events(&mut self, mut events: Events) -> Made {
        let mut made = Made::new(self.readings.len(), 0, Whole::Text);
        let text = std::mem::take(&mut events.text);
        // Names of events that have none of their own; they will stand behind the others.
        let mut names = String::new();
        for at in 0..events.len() {
            let (digested, line) = (made.digested.len(), events.line(at));
            let known = self.event(&text, &events, at, &mut made).and_then(|undeclared| match undeclared {
                Some(kind) => Some(What::Undeclared(kind)),
                None => {
                    let unknown = self.named(&mut made, &text, &mut names, (events.case(&text, at), line))?;
                    Some(What::Plain(made.digested.len(), unknown))
                }
            });
            self.put(Line { start: at, length: 0, number: line, what: known.unwrap_or(What::Left) }, digested, &mut made);
        }
        made.told(text, &names);
        made.whole = Whole::Events(events);
        made
    }

    /// Adds the record of an event to the batch of each plan, if it is written plainly for all of them; what its type is called if no policy does.
    fn event(&mut self, text: &str, events: &Events, at: usize, made: &mut Made) -> Option<Option<Text>> {
        let cells = events.cells(at)?;
        for (Reading { scanner, .. }, batch) in self.readings.iter_mut().zip(&mut made.batches) {
            let place = scanner.attributes(text, events.columns(), cells)?;
            match scanner.known(text, place, batch, self.stream)? {
                Read::Row(row) => batch.rows.push(row),
                Read::Undeclared(kind) => return Some(Some(kind)),
            }
        }
        Some(None)
    }
}

impl Scanner<'_, '_> {
    /// Reads the attributes of an event as if they were a line with these keys; their place among the shapes of lines.
    fn attributes(&mut self, text: &str, columns: &[String], cells: &[Option<Range<usize>>]) -> Option<usize> {
        self.tokens.clear();
        let mut place = START;
        for (column, cell) in columns.iter().zip(cells) {
            let Some(cell) = cell else { continue };
            place = self.shapes.after(place, column, &self.columns)?;
            let is_blank = text.get(cell.clone())?.trim().is_empty();
            self.tokens.push(Token { kind: if is_blank { Kind::Null } else { Kind::Text }, start: cell.start, end: cell.end });
        }
        Some(place)
    }
}
