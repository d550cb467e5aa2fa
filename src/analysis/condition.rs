//! Conditions over the axes, and the boxes in which they hold.

use super::runs::Runs;
use super::space::{Space, Test};
use std::collections::{BTreeMap, BTreeSet};

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cond {
    Known(bool),
    /// Neither holds nor does not: a blank where a value is needed.
    Fault,
    Test(usize, Test),
    Not(Box<Cond>),
    All(Vec<Cond>),
    Either(Vec<Cond>),
}

/// A box: the cells of each axis that are in it; an axis that is not named has all.
pub(super) type Shape = BTreeMap<usize, Runs>;

/// More boxes than are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

const MOST_SHAPES: usize = 20_000;

/// Both; none when no cell is in both.
pub(super) fn meet(a: &Shape, b: &Shape) -> Option<Shape> {
    let mut both = a.clone();
    for (axis, runs) in b {
        let here = both.get(axis).map_or_else(|| runs.clone(), |already| already.and(runs));
        if here.is_empty() {
            return None;
        }
        both.insert(*axis, here);
    }
    Some(both)
}

impl Cond {
    pub(super) fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// The boxes in which the condition holds (`want`), or surely does not.
    pub(super) fn shapes(&self, space: &Space, want: bool) -> Result<Vec<Shape>, TooMany> {
        match self {
            Self::Known(known) => Ok(if *known == want { vec![Shape::new()] } else { Vec::new() }),
            Self::Fault => Ok(Vec::new()),
            Self::Test(axis, test) => {
                let runs = space.axes.get(*axis).map(|axis| axis.runs(test, want)).unwrap_or_default();
                Ok(if runs.is_empty() { Vec::new() } else { vec![Shape::from([(*axis, runs)])] })
            }
            Self::Not(inner) => inner.shapes(space, !want),
            Self::All(parts) if want => product(parts, space, want),
            Self::Either(parts) if !want => product(parts, space, want),
            Self::All(parts) | Self::Either(parts) => sum(parts, space, want),
        }
    }

    /// The axes that it asks about.
    pub(super) fn axes(&self) -> BTreeSet<usize> {
        match self {
            Self::Known(_) | Self::Fault => BTreeSet::new(),
            Self::Test(axis, _) => BTreeSet::from([*axis]),
            Self::Not(inner) => inner.axes(),
            Self::All(parts) | Self::Either(parts) => parts.iter().flat_map(Self::axes).collect(),
        }
    }

    /// The truth in one cell of each axis; none: a fault.
    pub(super) fn truth(&self, space: &Space, cells: &[usize]) -> Option<bool> {
        match self {
            Self::Known(known) => Some(*known),
            Self::Fault => None,
            Self::Test(axis, test) => {
                let (line, cell) = (space.axes.get(*axis)?, *cells.get(*axis)?);
                let is = |want| line.runs(test, want).holds(cell);
                if is(true) { Some(true) } else { is(false).then_some(false) }
            }
            Self::Not(inner) => inner.truth(space, cells).map(|truth| !truth),
            Self::All(parts) => joined(parts.iter().map(|part| part.truth(space, cells)), false),
            Self::Either(parts) => joined(parts.iter().map(|part| part.truth(space, cells)), true),
        }
    }
}

fn joined(truths: impl Iterator<Item = Option<bool>>, decides: bool) -> Option<bool> {
    let mut all = Some(!decides);
    for truth in truths {
        match truth {
            Some(truth) if truth == decides => return Some(decides),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

fn product(parts: &[Cond], space: &Space, want: bool) -> Result<Vec<Shape>, TooMany> {
    let mut all = vec![Shape::new()];
    for part in parts {
        let shapes = part.shapes(space, want)?;
        if all.len().saturating_mul(shapes.len()) > MOST_SHAPES {
            return Err(TooMany);
        }
        all = all.iter().flat_map(|one| shapes.iter().filter_map(|other| meet(one, other))).collect();
        if shapes.len() > 1 && (FEW..=MANY).contains(&all.len()) {
            all = outermost(all);
        }
    }
    Ok(all)
}

/// So few boxes that it does not matter whether some lie in others, and so many that looking for these takes longer than they do.
const FEW: usize = 16;
const MANY: usize = 2_000;

/// The boxes that lie in no other: conditions that are asked again and again, as by lines of which the first counts, otherwise multiply.
fn outermost(shapes: Vec<Shape>) -> Vec<Shape> {
    let mut kept: Vec<Shape> = Vec::new();
    for shape in shapes {
        if !kept.iter().any(|other| lies_in(&shape, other)) {
            kept.retain(|other| !lies_in(other, &shape));
            kept.push(shape);
        }
    }
    kept
}

fn lies_in(inner: &Shape, outer: &Shape) -> bool {
    outer.iter().all(|(axis, runs)| inner.get(axis).is_some_and(|own| own.and(runs) == *own))
}

fn sum(parts: &[Cond], space: &Space, want: bool) -> Result<Vec<Shape>, TooMany> {
    let mut all: Vec<Shape> = Vec::new();
    for part in parts {
        for shape in part.shapes(space, want)? {
            // Values of one axis, written one by one, are one box.
            match all.last_mut() {
                Some(last) if last.len() == 1 && shape.len() == 1 && last.keys().eq(shape.keys()) => {
                    for (axis, runs) in shape {
                        last.entry(axis).and_modify(|already| *already = already.or(&runs));
                    }
                }
                _ => all.push(shape),
            }
        }
        if all.len() > MOST_SHAPES {
            return Err(TooMany);
        }
    }
    Ok(all)
}
