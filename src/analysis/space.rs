//! The space of occasions: one axis for each thing that conditions look at, cut into cells at the values that they compare it with. Within a cell
//! every condition has one truth.

use super::runs::Runs;
use crate::model::expr::{Expr, Op};
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Unit};
use crate::model::rewrite::same;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What an axis measures: a sum of terms, each with its factor, the first with 1. Most have one term.
pub(super) type Form = Vec<(Expr, Number)>;

/// What the values of an axis are.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Domain {
    /// No and yes.
    Bool,
    /// The values of an enumeration, from low to high.
    Kind(Arc<str>, Vec<Arc<str>>),
    /// Texts and subjects: those that conditions name, and any other.
    Named,
    /// Numbers of this unit; dates as days counted from the beginning of the calendar, times of day as seconds.
    Number(Measure, Range),
}

/// What a number on an axis says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Measure {
    Quantity(Unit),
    Day,
    TimeOfDay,
}

/// What a condition asks of one axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// The value is one of these.
    Among(Vec<Scalar>),
    /// The number compares so.
    Compare(Op, Number),
    /// The value is not blank.
    Stated,
}

/// A part of an axis within which every test has one truth.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Nothing was entered.
    Blank,
    /// This value.
    Is(Scalar),
    /// A text or subject that no condition names.
    Other,
    /// This number.
    Point(Number),
    /// The numbers between two, without them.
    Between(Option<Number>, Option<Number>),
}

/// One thing that conditions look at.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    pub form: Form,
    pub domain: Domain,
    cuts: BTreeSet<Number>,
    named: Vec<Scalar>,
    blank: bool,
    pub cells: Vec<Cell>,
}

/// All axes. Tests are entered first; then the cells are cut.
#[derive(Debug, Clone, Default)]
pub(super) struct Space {
    pub axes: Vec<Axis>,
}

impl Space {
    /// The axis of this form, a new one if there is none yet.
    pub(super) fn axis(&mut self, form: &Form, domain: impl FnOnce() -> Domain) -> usize {
        let alike = |axis: &Axis| axis.form.len() == form.len() && axis.form.iter().zip(form).all(|((a, by), (b, times))| by == times && same(a, b));
        if let Some(at) = self.axes.iter().position(alike) {
            return at;
        }
        let domain = domain();
        self.axes.push(Axis { form: form.clone(), domain, cuts: BTreeSet::new(), named: Vec::new(), blank: false, cells: Vec::new() });
        self.axes.len() - 1
    }

    /// Enters what a condition asks of an axis.
    pub(super) fn enter(&mut self, axis: usize, test: &Test) {
        let Some(axis) = self.axes.get_mut(axis) else { return };
        match test {
            Test::Compare(_, number) => {
                axis.cuts.insert(*number);
            }
            Test::Among(values) => {
                for value in values {
                    if !axis.named.contains(value) {
                        axis.named.push(value.clone());
                    }
                }
            }
            Test::Stated => axis.blank = true,
        }
    }

    /// Cuts every axis into its cells.
    pub(super) fn cut(&mut self) {
        self.axes.iter_mut().for_each(Axis::cut);
    }

    /// The number of cells of an axis.
    pub(super) fn size(&self, axis: usize) -> usize {
        self.axes.get(axis).map_or(0, |axis| axis.cells.len())
    }
}

impl Axis {
    fn cut(&mut self) {
        let mut cells = Vec::new();
        if self.blank {
            cells.push(Cell::Blank);
        }
        match &self.domain {
            Domain::Bool => cells.extend([false, true].map(|value| Cell::Is(Scalar::Bool(value)))),
            Domain::Kind(kind, values) => cells.extend(values.iter().map(|value| Cell::Is(Scalar::Kind(kind.clone(), value.clone())))),
            Domain::Named => {
                cells.extend(self.named.iter().cloned().map(Cell::Is));
                cells.push(Cell::Other);
            }
            Domain::Number(_, range) => cells.extend(numbers(&self.cuts, range)),
        }
        self.cells = cells;
    }

    /// The cells in which the test holds (`want`) or does not. A comparison with a blank is neither.
    pub(super) fn runs(&self, test: &Test, want: bool) -> Runs {
        let all = self.cells.len();
        let blank = usize::from(self.blank);
        let (holds, faulty) = match test {
            Test::Stated => (Runs::range(blank, all), false),
            Test::Among(values) => (Runs::cells(self.cells.iter().enumerate().filter(|(_, cell)| matches!(cell, Cell::Is(value) if values.contains(value))).map(|(at, _)| at)), false),
            Test::Compare(op, number) => {
                let (below, at) = self.place(*number, blank);
                let holds = match op {
                    Op::Eq => Runs::range(below, at),
                    Op::Ne => Runs::range(0, below).or(&Runs::range(at, all)),
                    Op::Lt => Runs::range(blank, below),
                    Op::Le => Runs::range(blank, at),
                    Op::Gt => Runs::range(at, all),
                    Op::Ge => Runs::range(below, all),
                };
                (holds, !matches!(op, Op::Eq | Op::Ne))
            }
        };
        match want {
            true => holds,
            false if faulty => holds.not(all).and(&Runs::range(blank, all)),
            false => holds.not(all),
        }
    }

    /// The first cell that is not below the number, and the first above it.
    fn place(&self, number: Number, blank: usize) -> (usize, usize) {
        let below = |cell: &Cell| match cell {
            Cell::Point(point) => *point < number,
            Cell::Between(_, high) => high.is_some_and(|high| high <= number),
            _ => true,
        };
        let from = self.cells.partition_point(below).max(blank);
        let at = self.cells.get(from).is_some_and(|cell| *cell == Cell::Point(number));
        (from, from + usize::from(at))
    }
}

/// The cells of a line of numbers, cut at `cuts`, without those in which there is no number of the range.
fn numbers(cuts: &BTreeSet<Number>, range: &Range) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut low: Option<Number> = None;
    for cut in cuts {
        cells.push(Cell::Between(low, Some(*cut)));
        cells.push(Cell::Point(*cut));
        low = Some(*cut);
    }
    cells.push(Cell::Between(low, None));
    cells.into_iter().filter_map(|cell| within(cell, range)).collect()
}

/// The part of a cell that the range allows; none when no number is left.
fn within(cell: Cell, range: &Range) -> Option<Cell> {
    match cell {
        Cell::Point(number) => {
            let fits = range.low.is_none_or(|low| low <= number) && range.high.is_none_or(|high| number <= high);
            (fits && range.grain.is_none_or(|grain| on_grain(number, grain))).then_some(Cell::Point(number))
        }
        Cell::Between(low, high) => {
            // A bound of the range may be taken, a cut may not: where the range ends, its bound stands for the end.
            let first = first_above(low, range);
            let last = last_below(high, range);
            match (first, last) {
                (Some(first), Some(last)) if first > last => None,
                (Some(first), Some(last)) if range.grain.is_some() && first == last => Some(Cell::Point(first)),
                _ if range.grain.is_none() && empty(low, high, range) => None,
                _ => Some(Cell::Between(low, high)),
            }
        }
        cell => Some(cell),
    }
}

fn empty(low: Option<Number>, high: Option<Number>, range: &Range) -> bool {
    let out = |bound: Option<Number>, other: Option<Number>| bound.zip(other).is_some_and(|(bound, other)| bound <= other);
    out(high, range.low) || out(range.high, low)
}

/// Is the number a multiple of the grain?
pub(super) fn on_grain(number: Number, grain: Number) -> bool {
    number.over(grain).is_some_and(|steps| steps.as_whole().is_some())
}

/// The lowest number of the range above `low`, where the range has steps or begins.
fn first_above(low: Option<Number>, range: &Range) -> Option<Number> {
    match (low, range.low) {
        (Some(low), begins) if begins.is_none_or(|begins| begins <= low) => {
            let grain = range.grain?;
            low.over(grain)?.floor().plus(Number::whole(1))?.times(grain)
        }
        (_, Some(begins)) => match range.grain {
            Some(grain) => begins.over(grain)?.ceil().times(grain),
            None => Some(begins),
        },
        (None | Some(_), None) => None,
    }
}

fn last_below(high: Option<Number>, range: &Range) -> Option<Number> {
    match (high, range.high) {
        (Some(high), ends) if ends.is_none_or(|ends| ends >= high) => {
            let grain = range.grain?;
            high.over(grain)?.ceil().minus(Number::whole(1))?.times(grain)
        }
        (_, Some(ends)) => match range.grain {
            Some(grain) => ends.over(grain)?.floor().times(grain),
            None => Some(ends),
        },
        (None | Some(_), None) => None,
    }
}

/// The lowest and the highest number of a cell that the range allows, where there is one.
pub(super) fn ends(cell: &Cell, range: &Range) -> (Option<Number>, Option<Number>) {
    match cell {
        Cell::Point(number) => (Some(*number), Some(*number)),
        Cell::Between(low, high) => (first_above(*low, range), last_below(*high, range)),
        _ => (None, None),
    }
}
