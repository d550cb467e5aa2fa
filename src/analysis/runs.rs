//! Sets of cells of one axis: sorted, disjoint ranges `[from, to)` of their numbers.

/// A set of cells.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(super) struct Runs(Vec<(u32, u32)>);

impl Runs {
    /// The cells `from` to `to`, without `to`.
    pub(super) fn range(from: usize, to: usize) -> Self {
        let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        if from < to { Self(vec![(at(from), at(to))]) } else { Self::default() }
    }

    /// The cells that the numbers name.
    pub(super) fn cells(cells: impl Iterator<Item = usize>) -> Self {
        cells.fold(Self::default(), |all, cell| all.or(&Self::range(cell, cell + 1)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// Every cell in it, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().flat_map(|(from, to)| (*from as usize)..(*to as usize))
    }

    pub(super) fn holds(&self, cell: usize) -> bool {
        self.0.iter().any(|(from, to)| (*from as usize..*to as usize).contains(&cell))
    }

    /// Is it all of the first `cells` cells?
    pub(super) fn is_all(&self, cells: usize) -> bool {
        *self == Self::range(0, cells)
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Vec::new();
        while let (Some((from, to)), Some((start, end))) = (a.peek(), b.peek()) {
            let (low, high) = (*from.max(start), *to.min(end));
            if low < high {
                both.push((low, high));
            }
            if to <= end {
                a.next();
            } else {
                b.next();
            }
        }
        Self(both)
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        let mut all: Vec<(u32, u32)> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::new();
        for (from, to) in all {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Self(joined)
    }

    /// The others of the first `cells` cells.
    pub(super) fn not(&self, cells: usize) -> Self {
        let mut from = 0;
        let mut rest = Self::default();
        for (start, end) in &self.0 {
            rest = rest.or(&Self::range(from, *start as usize));
            from = *end as usize;
        }
        rest.or(&Self::range(from, cells))
    }
}

#[cfg(test)]
mod tests {
    use super::Runs;

    #[test]
    fn sets_of_cells() {
        let (a, b) = (Runs::range(1, 4).or(&Runs::range(6, 9)), Runs::range(3, 7));
        assert_eq!(a.and(&b), Runs::cells([3, 6].into_iter()));
        assert_eq!(a.or(&b), Runs::range(1, 9));
        assert_eq!(a.not(10), Runs::cells([0, 4, 5, 9].into_iter()));
        assert!(a.or(&a.not(10)).is_all(10) && a.and(&a.not(10)).is_empty());
        assert_eq!(a.iter().collect::<Vec<_>>(), [1, 2, 3, 6, 7, 8]);
        assert!(a.holds(8) && !a.holds(9));
    }
}
