//! What is asked of values: how they compare, and of how many members of a set something holds.

use super::code::{Code, Now};
use super::word::Word;
use crate::model::expr::Op;

/// Does the comparison hold?
#[inline]
pub(super) fn meets(op: Op, a: Word, b: Word) -> bool {
    // A bit each for less, equal and more: without a jump.
    let holds: u32 = match op {
        Op::Eq => 0b010,
        Op::Ne => 0b101,
        Op::Lt => 0b001,
        Op::Le => 0b011,
        Op::Gt => 0b100,
        Op::Ge => 0b110,
    };
    let is = u32::from(a >= b) + u32::from(a > b);
    (holds >> is) & 1 != 0
}

/// Of how many members of a set (of an entity) it holds.
pub(super) fn members(set: &Code, entity: usize, holds: &Code, now: &mut Now<'_>) -> Word {
    // A blank set has no members.
    let set = set.raw(now);
    let (names, before) = (now.names, now.each);
    let mut count = 0;
    for member in names.members(entity, set) {
        now.each = *member;
        count += Word::from(holds.holds(now));
    }
    now.each = before;
    count
}
