//! Chance from a seed. Only 64-bit draws are used, so that every platform draws the same.

use fastrand::Rng;

/// A sequence of draws.
#[derive(Debug)]
pub(super) struct Chance(Rng);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    /// A number below `n`; 0 when there is none.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX);
        if n == 0 { 0 } else { usize::try_from(self.0.u64(0..n)).unwrap_or(0) }
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low { low } else { self.0.i64(low..=high) }
    }

    /// True in so many cases of a hundred.
    pub(super) fn percent(&mut self, n: u32) -> bool {
        self.0.u64(0..100) < u64::from(n)
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        among.get(self.below(among.len()))
    }

    /// One of so many, the first more often than the last.
    pub(super) fn falling(&mut self, n: usize) -> usize {
        self.below(n).min(self.below(n))
    }
}
