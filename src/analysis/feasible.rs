//! Which boxes hold occasions at all, where axes are sums of terms that other axes look at too: `a + b > 5` beside `a < 2` and `b < 2`.

use super::condition::Shape;
use super::reader::Reader;
use super::runs::Runs;
use super::seen::multiple;
use super::simplex::{Answer, Bound, System};
use super::space::{Axis, Cell, Domain, Space, ends};
use crate::model::expr::Expr;
use crate::model::number::Number;
use crate::model::rewrite::same;
use crate::model::value::{Range, Scalar};

/// Steps of the simplex method for one box.
const STEPS: usize = 4_000;
/// Ways to take one interval of each axis, for one box.
const WAYS: usize = 256;

/// Is any axis a sum of several terms, or whether another is a multiple? Where none is, every box holds occasions.
pub(super) fn is_linked(space: &Space) -> bool {
    space.axes.iter().any(|axis| axis.form.len() > 1 || is_multiple(axis).is_some())
}

/// What an axis asks to be a multiple of a number.
fn is_multiple(axis: &Axis) -> Option<(&Expr, Number)> {
    if let [(term, _)] = axis.form.as_slice() { multiple(term) } else { None }
}

/// Is each number that is to be a multiple, or none, in a cell that has one?
fn multiples_fit(space: &Space, shape: &Shape) -> bool {
    shape.iter().all(|(axis, runs)| {
        let Some((axis, (of, step))) = space.axes.get(*axis).and_then(|axis| Some((axis, is_multiple(axis)?))) else { return true };
        let of = shape.iter().find_map(|(axis, runs)| Some((space.axes.get(*axis).filter(|axis| matches!(axis.form.as_slice(), [(term, _)] if same(term, of)))?, runs)));
        let Some((number, cells)) = of else { return true };
        let fits = |truth: bool| cells.iter().filter_map(|cell| number.cells.get(cell)).any(|cell| match cell {
            Cell::Point(at) => is_whole(*at, step) == truth,
            Cell::Between(Some(low), Some(high)) if truth => next_multiple(*low, step).is_none_or(|next| next < *high),
            _ => true,
        });
        runs.iter().filter_map(|cell| axis.cells.get(cell)).any(|cell| match cell {
            Cell::Is(Scalar::Bool(truth)) => fits(*truth),
            _ => true,
        })
    })
}

fn is_whole(number: Number, step: Number) -> bool {
    number.over(step).is_none_or(|times| times.as_whole().is_some())
}

/// The first multiple above a number.
fn next_multiple(number: Number, step: Number) -> Option<Number> {
    number.over(step)?.floor().plus(Number::whole(1))?.times(step)
}

/// The boxes in which there are occasions; in what is not decided there may be.
pub(super) fn only(reader: &Reader<'_>, shapes: Vec<Shape>) -> Vec<Shape> {
    if !is_linked(&reader.space) {
        return shapes;
    }
    shapes.into_iter().filter(|shape| multiples_fit(&reader.space, shape) && point(reader, shape) != Answer::Never).collect()
}

/// Values of the terms that sums are of, somewhere in the box.
pub(super) fn point(reader: &Reader<'_>, shape: &Shape) -> Answer {
    point_within(reader, shape, &|_| Range::default())
}

/// The terms in the order in which a point gives their values.
pub(super) fn terms<'s>(space: &'s Space, shape: &Shape) -> Vec<&'s Expr> {
    let mut all: Vec<&Expr> = Vec::new();
    for axis in shape.keys().filter_map(|axis| space.axes.get(*axis)).filter(|axis| axis.form.len() > 1) {
        for (term, _) in &axis.form {
            if !all.iter().any(|other| same(other, term)) {
                all.push(term);
            }
        }
    }
    all
}

/// As `point`, with narrower ranges for some terms.
pub(super) fn point_within(reader: &Reader<'_>, shape: &Shape, narrow: &dyn Fn(&Expr) -> Range) -> Answer {
    let space = &reader.space;
    let terms = terms(space, shape);
    if terms.is_empty() {
        return Answer::Point(Vec::new());
    }
    // Each term by itself, then each sum: the intervals, one of which it lies in.
    let mut columns: Vec<Column> = Vec::new();
    for (at, term) in terms.iter().enumerate() {
        let Some(Domain::Number(_, range)) = reader.domain(term) else { return Answer::NotDecided };
        let own = shape.iter().find_map(|(axis, runs)| {
            let axis = space.axes.get(*axis)?;
            matches!(axis.form.as_slice(), [(other, _)] if same(other, term)).then(|| pieces(axis, runs))
        });
        columns.push((vec![(at, Number::whole(1))], both(&range, &narrow(term)), own.unwrap_or_else(|| vec![Piece::default()])));
    }
    for (axis, runs) in shape {
        let Some(axis) = space.axes.get(*axis).filter(|axis| axis.form.len() > 1) else { continue };
        let at = |term: &Expr| terms.iter().position(|other| same(other, term)).unwrap_or_default();
        let form = axis.form.iter().map(|(term, by)| (at(term), *by)).collect();
        columns.push((form, Range::default(), pieces(axis, runs)));
    }
    let mut open = false;
    let mut budget = STEPS;
    for way in 0..=WAYS {
        let Some(picked) = nth_way(&columns, way) else { break };
        if way == WAYS {
            return Answer::NotDecided;
        }
        match system(&columns, terms.len(), &picked).map(|system| system.solve(&mut budget)) {
            Some(Answer::Never) => {}
            Some(answer @ Answer::Point(_)) => return answer,
            Some(Answer::NotDecided) | None => open = true,
        }
    }
    if open { Answer::NotDecided } else { Answer::Never }
}

/// An interval.
#[derive(Debug, Clone, Copy, Default)]
struct Piece {
    low: Option<Bound>,
    high: Option<Bound>,
}

/// The intervals that cells form: neighbours are one. A blank has no value.
fn pieces(axis: &Axis, runs: &Runs) -> Vec<Piece> {
    let range = if let Domain::Number(_, range) = &axis.domain { range.clone() } else { Range::default() };
    let mut all = Vec::new();
    for (from, to) in runs.ranges() {
        let cells: Vec<&Cell> = (*from as usize..*to as usize).filter_map(|cell| axis.cells.get(cell)).filter(|cell| **cell != Cell::Blank).collect();
        let Some((first, last)) = cells.first().zip(cells.last()) else { continue };
        let end = |cell: &Cell, low: bool| match cell {
            Cell::Point(at) => Some(Bound { at: *at, open: false }),
            Cell::Between(from, to) => {
                let closed = ends(cell, &range);
                let closed = (if low { closed.0 } else { closed.1 }).map(|at| Bound { at, open: false });
                // Without steps the end itself is outside, but for the end of the range.
                let open = (if low { *from } else { *to }).map(|at| Bound { at, open: true });
                if range.grain.is_some() { closed } else { open.or(closed) }
            }
            _ => None,
        };
        all.push(Piece { low: end(first, true), high: end(last, false) });
    }
    all
}

/// A term or a sum: its factors, its range, and the intervals one of which it lies in.
type Column = (Vec<(usize, Number)>, Range, Vec<Piece>);

/// The n-th way to take one interval of each.
fn nth_way(columns: &[Column], mut n: usize) -> Option<Vec<Piece>> {
    let mut picked = Vec::new();
    for (_, _, pieces) in columns {
        picked.push(*pieces.get(n.checked_rem(pieces.len())?)?);
        n /= pieces.len();
    }
    (n == 0).then_some(picked)
}

fn system(columns: &[Column], variables: usize, picked: &[Piece]) -> Option<System> {
    let mut system = System::default();
    for (at, ((form, range, _), piece)) in columns.iter().zip(picked).enumerate() {
        if at < variables {
            let closed = |at: Option<Number>| at.map(|at| Bound { at, open: false });
            let low = tighter(piece.low, closed(range.low), |one, other| one > other);
            let high = tighter(piece.high, closed(range.high), |one, other| one < other);
            system.variable(range.grain, low, high)?;
        } else {
            system.sum(form, piece.low, piece.high)?;
        }
    }
    Some(system)
}

fn both(a: &Range, b: &Range) -> Range {
    let pick = |a: Option<Number>, b: Option<Number>, of: fn(Number, Number) -> Number| a.zip(b).map_or(a.or(b), |(a, b)| Some(of(a, b)));
    Range { grain: a.grain, low: pick(a.low, b.low, Number::max), high: pick(a.high, b.high, Number::min) }
}

fn tighter(a: Option<Bound>, b: Option<Bound>, inside: fn(Number, Number) -> bool) -> Option<Bound> {
    match (a, b) {
        (Some(a), Some(b)) if inside(b.at, a.at) || a.at == b.at && b.open => Some(b),
        (Some(a), _) => Some(a),
        (None, b) => b,
    }
}
