//! Division to a whole number.

use super::word::Word;
use crate::model::expr::Rounding;

/// `of ÷ by` to a whole number; `by` is positive. Half-up is away from zero.
#[inline]
pub(super) fn divided(of: Word, by: Word, mode: Rounding) -> Word {
    if mode == Rounding::Down { of.div_euclid(by) } else { rounded(of, by, mode) }
}

fn rounded(of: Word, by: Word, mode: Rounding) -> Word {
    let (towards_zero, left) = (of / by, of % by);
    let (floor, rest) = if left < 0 { (towards_zero - 1, left + by) } else { (towards_zero, left) };
    let twice = i128::from(rest) * 2;
    let up = match mode {
        Rounding::Down => false,
        Rounding::Up => rest != 0 && of > 0,
        Rounding::HalfUp => twice > i128::from(by) || (twice == i128::from(by) && of > 0),
        Rounding::HalfEven => twice > i128::from(by) || (twice == i128::from(by) && floor % 2 != 0),
    };
    floor + Word::from(up)
}
