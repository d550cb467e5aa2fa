//! What an import changes, line by line.

/// A line that goes, stays or comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    /// It is gone.
    Gone(&'a str),
    /// It is new.
    New(&'a str),
}

/// So many pairs of lines are compared at most.
const MOST: usize = 4_000_000;

/// The lines that differ, blanks aside, in order; what stays is left out.
pub(crate) fn changes<'a>(before: &'a [String], after: &'a [String]) -> Vec<Change<'a>> {
    let same = |a: &str, b: &str| a.split_whitespace().eq(b.split_whitespace());
    let first = before.iter().zip(after).take_while(|(a, b)| same(a, b)).count();
    let (before, after) = (before.get(first..).unwrap_or_default(), after.get(first..).unwrap_or_default());
    let last = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let (before, after) = (before.get(..before.len() - last).unwrap_or_default(), after.get(..after.len() - last).unwrap_or_default());
    let gone = |line: &'a String| Change::Gone(line.trim());
    let new = |line: &'a String| Change::New(line.trim());
    if before.len().saturating_mul(after.len()) > MOST {
        return before.iter().map(gone).chain(after.iter().map(new)).collect();
    }
    // Longest common subsequence, from the end.
    let width = after.len() + 1;
    let mut longest = vec![0_u32; (before.len() + 1) * width];
    let at = |longest: &[u32], i: usize, j: usize| longest.get(i * width + j).copied().unwrap_or_default();
    for (i, line) in before.iter().enumerate().rev() {
        for (j, other) in after.iter().enumerate().rev() {
            let value = if same(line, other) { at(&longest, i + 1, j + 1) + 1 } else { at(&longest, i + 1, j).max(at(&longest, i, j + 1)) };
            if let Some(place) = longest.get_mut(i * width + j) {
                *place = value;
            }
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    loop {
        match (before.get(i), after.get(j)) {
            (Some(line), Some(other)) if same(line, other) => (i, j) = (i + 1, j + 1),
            (Some(line), other) if other.is_none() || at(&longest, i + 1, j) >= at(&longest, i, j + 1) => {
                out.push(gone(line));
                i += 1;
            }
            (_, Some(other)) => {
                out.push(new(other));
                j += 1;
            }
            (_, None) => return out,
        }
    }
}
