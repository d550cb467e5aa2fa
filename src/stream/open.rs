//! Lines of which one word is open: whether the verdict is final depends on the last day that is over, which is known when all records have been read.

use chrono::{Datelike, NaiveDate};
use std::io::{self, Write};

/// What is known of the word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    /// The verdict is final when this day is over; none: never.
    pub(super) settled: Option<NaiveDate>,
    /// Where the word belongs.
    pub(super) hole: usize,
}

/// Bytes that stand before a line.
const ROOM: usize = 8;
/// Of a line that is whole.
const NOWHERE: u32 = u32::MAX;

impl Open {
    /// Of a line that is whole.
    pub(super) const WHOLE: Self = Self { settled: None, hole: NOWHERE as usize };

    /// Begins a line.
    pub(super) fn room(line: &mut Vec<u8>) -> &mut Vec<u8> {
        line.clear();
        line.extend_from_slice(&[0; ROOM]);
        line
    }

    /// The line is written.
    pub(super) fn enter(self, line: &mut [u8]) -> io::Result<()> {
        let hole = u32::try_from(self.hole).map_err(io::Error::other)?;
        let [a, b, c, d] = self.settled.map_or(i32::MAX, |day| day.num_days_from_ce()).to_le_bytes();
        let [e, f, g, h] = hole.to_le_bytes();
        if let Some(room) = line.first_chunk_mut::<ROOM>() {
            *room = [a, b, c, d, e, f, g, h];
        }
        Ok(())
    }

    /// Is the verdict final, where that was open? And the line.
    #[cfg(feature = "arrow")]
    pub(super) fn read(line: &[u8], over: Option<NaiveDate>) -> (Option<bool>, &[u8]) {
        let Some((room, whole)) = line.split_first_chunk::<ROOM>() else { return (None, line) };
        let (settled, hole) = opened(room);
        ((hole != NOWHERE).then(|| is_over(settled, over)), whole)
    }

    /// Writes a line with its word: one of two, if it is final and if not.
    pub(super) fn write(line: &[u8], over: Option<NaiveDate>, (is, is_not): (&str, &str), out: &mut dyn Write) -> io::Result<()> {
        let Some((room, whole)) = line.split_first_chunk::<ROOM>() else { return Ok(()) };
        let (settled, hole) = opened(room);
        if hole == NOWHERE {
            return out.write_all(whole);
        }
        let (head, tail) = line.split_at_checked(hole as usize).unwrap_or((line, &[]));
        out.write_all(head.get(ROOM..).unwrap_or_default())?;
        out.write_all(if is_over(settled, over) { is } else { is_not }.as_bytes())?;
        out.write_all(tail)
    }
}

/// The day, counted from the first of the calendar, and where the word belongs.
fn opened([a, b, c, d, e, f, g, h]: &[u8; ROOM]) -> (i32, u32) {
    (i32::from_le_bytes([*a, *b, *c, *d]), u32::from_le_bytes([*e, *f, *g, *h]))
}

fn is_over(settled: i32, over: Option<NaiveDate>) -> bool {
    over.is_some_and(|over| settled <= over.num_days_from_ce())
}
