//! One value in each cell of a region: round, or at the border.

use crate::analysis::feasible;
use crate::analysis::region::scalar;
use crate::analysis::simplex::Answer;
use crate::analysis::condition::Shape;
use crate::analysis::reader::Reader;
use crate::analysis::runs::Runs;
use crate::analysis::seen::multiple;
use crate::analysis::space::{Axis, Cell, Domain, Measure, ends};
use crate::model::expr::Expr;
use crate::model::number::Number;
use crate::model::rewrite::same;
use crate::model::value::{Range, Scalar};

/// What a term of the conditions is to be; none: blank.
pub(super) type Wanted = Vec<(Expr, Option<Scalar>)>;

/// Ways to choose values in the box, the plainest first.
pub(super) fn wanted(reader: &Reader<'_>, shape: &Shape, most: usize) -> Vec<Wanted> {
    ways(reader, shape, most, &|axis, runs| runs.iter().filter_map(|cell| axis.cells.get(cell)).flat_map(|cell| round_in(cell, &range_of(axis))).collect())
}

/// As [`wanted`], each number just inside the border of the box first, where it has one.
pub(super) fn at_border(reader: &Reader<'_>, shape: &Shape, most: usize) -> Vec<Wanted> {
    ways(reader, shape, most, &|axis, runs| {
        let range = range_of(axis);
        let is_number = |cell: usize| matches!(axis.cells.get(cell), Some(Cell::Point(_) | Cell::Between(..)));
        let in_cell = |cell: usize| axis.cells.get(cell).map(|cell| round_in(cell, &range)).unwrap_or_default();
        let mut near: Vec<Number> = Vec::new();
        for (from, to) in runs.ranges().iter().map(|(from, to)| (*from as usize, *to as usize)) {
            let below = from.checked_sub(1).filter(|below| is_number(*below)).and_then(|_| in_cell(from).into_iter().min());
            let above = to.checked_sub(1).filter(|_| is_number(to)).and_then(|last| in_cell(last).into_iter().max());
            near.extend(below.into_iter().chain(above));
        }
        for number in runs.iter().flat_map(in_cell) {
            if !near.contains(&number) {
                near.push(number);
            }
        }
        near
    })
}

fn range_of(axis: &Axis) -> Range {
    if let Domain::Number(_, range) = &axis.domain { range.clone() } else { Range::default() }
}

/// Ways to choose values in the box. `numbers`: those that are tried on an axis of numbers, in this order.
fn ways(reader: &Reader<'_>, shape: &Shape, most: usize, numbers: &dyn Fn(&Axis, &Runs) -> Vec<Number>) -> Vec<Wanted> {
    let space = &reader.space;
    let lines: Vec<(&Axis, Vec<&Cell>)> = shape
        .iter()
        .filter_map(|(axis, runs)| {
            let axis = space.axes.get(*axis)?;
            Some((axis, runs.iter().filter_map(|cell| axis.cells.get(cell)).collect()))
        })
        .collect();
    let tried: Vec<Vec<Number>> = shape.iter().filter_map(|(axis, runs)| Some(numbers(space.axes.get(*axis)?, runs))).collect();
    let lines_with = || lines.iter().zip(&tried);
    let options: Vec<Vec<Choice>> = lines_with().filter(|((axis, _), _)| axis.form.len() == 1).map(|((axis, cells), tried)| in_multiples(&lines, axis, cells).unwrap_or_else(|| choices(axis, cells, tried))).collect();
    let single: Vec<&Axis> = lines.iter().filter(|(axis, _)| axis.form.len() == 1).map(|(axis, _)| *axis).collect();
    let sums: Vec<(&Axis, &Vec<&Cell>, &Vec<Number>)> = lines_with().filter(|((axis, _), _)| axis.form.len() > 1).map(|((axis, cells), tried)| (*axis, cells, tried)).collect();
    let mut ways = Vec::new();
    for picks in combinations(&options, most.saturating_mul(8)) {
        let mut chosen: Vec<(Expr, Choice)> = single.iter().zip(picks).filter_map(|(axis, pick)| Some((axis.form.first()?.0.clone(), pick))).collect();
        if sums.iter().all(|(axis, cells, tried)| solve(reader, axis, cells, tried, &mut chosen)) {
            let way: Option<Wanted> = chosen.into_iter().map(|(term, choice)| Some((term, choice.value()?))).collect();
            ways.extend(way);
        }
        if ways.len() >= most {
            break;
        }
    }
    if ways.is_empty() && !sums.is_empty() {
        ways.extend(solved(reader, shape, &single, &options));
    }
    ways
}

/// The way that the solver finds: dates of an ordinary year first.
fn solved(reader: &Reader<'_>, shape: &Shape, single: &[&Axis], options: &[Vec<Choice>]) -> Option<Wanted> {
    let ordinary = |term: &Expr| match reader.domain(term) {
        Some(Domain::Number(Measure::Day, _)) => Range { low: Some(day(0)), high: Some(day(600)), ..Range::default() },
        _ => Range::default(),
    };
    let point = [feasible::point_within(reader, shape, &ordinary), feasible::point(reader, shape)].into_iter().find_map(|answer| if let Answer::Point(point) = answer { Some(point) } else { None })?;
    let terms = feasible::terms(&reader.space, shape);
    let mut way = Vec::new();
    for (term, number) in terms.iter().zip(point) {
        let Some(Domain::Number(measure, _)) = reader.domain(term) else { return None };
        way.push(((*term).clone(), Choice::Number(measure, number).value()?));
    }
    for (axis, choices) in single.iter().zip(options) {
        let (term, _) = axis.form.first()?;
        if !terms.iter().any(|other| same(other, term)) {
            way.push((term.clone(), choices.first()?.clone().value()?));
        }
    }
    Some(way)
}

fn day(after: i64) -> Number {
    Number::whole(i64::from(super::scene::A_DAY) + after)
}

/// A value to take, still a number where it is one.
#[derive(Debug, Clone, PartialEq)]
enum Choice {
    Blank,
    Value(Scalar),
    Number(Measure, Number),
}

impl Choice {
    fn value(self) -> Option<Option<Scalar>> {
        match self {
            Self::Blank => Some(None),
            Self::Value(value) => Some(Some(value)),
            Self::Number(measure, number) => Some(Some(scalar(&measure, number)?)),
        }
    }
}

/// Numbers that are tried for one that is to be a multiple of several.
const MOST_TRIED: i64 = 400;

/// The first number in the cells that is a multiple of what it is to be one of, and none of what not; none where nothing is said of multiples.
fn in_multiples(lines: &[(&Axis, Vec<&Cell>)], axis: &Axis, cells: &[&Cell]) -> Option<Vec<Choice>> {
    let ([(term, _)], Domain::Number(measure, range)) = (axis.form.as_slice(), &axis.domain) else { return None };
    let of = |axis: &Axis| if let [(other, _)] = axis.form.as_slice() { multiple(other).filter(|(of, _)| same(of, term)).map(|(_, step)| step) } else { None };
    let asked: Vec<(Number, bool)> = lines.iter().filter_map(|(other, cells)| Some((of(other)?, cells.contains(&&Cell::Is(Scalar::Bool(true)))))).collect();
    if asked.is_empty() {
        return None;
    }
    let fits = |number: &Number| holds_in(*number, range) && cells.iter().any(|cell| holds(cell, *number)) && asked.iter().all(|(step, yes)| number.over(*step).is_some_and(|times| times.as_whole().is_some()) == *yes);
    (0..=MOST_TRIED).map(Number::whole).find(fits).map(|number| vec![Choice::Number(measure.clone(), number)])
}

fn choices(axis: &Axis, cells: &[&Cell], numbers: &[Number]) -> Vec<Choice> {
    let mut all = Vec::new();
    let named = cells.iter().filter_map(|cell| if let Cell::Is(value) = cell { Some(Choice::Value(value.clone())) } else { None });
    all.extend(named);
    if let Domain::Number(measure, _) = &axis.domain {
        all.extend(numbers.iter().map(|number| Choice::Number(measure.clone(), *number)));
    }
    if cells.iter().any(|cell| **cell == Cell::Other) {
        all.push(Choice::Value(Scalar::Text("another".into())));
    }
    if cells.iter().any(|cell| **cell == Cell::Blank) {
        all.push(Choice::Blank);
    }
    all
}

/// Numbers in a cell: the nearest to its lower border, and the nearest to the upper.
fn round_in(cell: &Cell, range: &Range) -> Vec<Number> {
    let (first, last) = ends(cell, range);
    let Cell::Between(low, high) = cell else { return first.into_iter().collect() };
    let inside = |number: &Number| {
        low.is_none_or(|low| low < *number) && high.is_none_or(|high| *number < high) && range.low.is_none_or(|low| low <= *number) && range.high.is_none_or(|high| *number <= high)
    };
    let steps = || ["1", "0.5", "0.1", "0.01", "0.001"].into_iter().filter_map(Number::parse);
    let zero = Number::whole(0);
    let above = first.or_else(|| steps().filter_map(|step| low.unwrap_or(zero).over(step)?.floor().plus(Number::whole(1))?.times(step)).find(inside));
    let below = last.or_else(|| steps().filter_map(|step| high.unwrap_or(zero).over(step)?.ceil().minus(Number::whole(1))?.times(step)).find(inside));
    let mut all: Vec<Number> = above.into_iter().chain(below).filter(inside).collect();
    if low.is_none() && range.low.is_none() {
        all.reverse();
    }
    all.dedup();
    all
}

/// One choice of each, at most `most` ways; the first of each first.
fn combinations(options: &[Vec<Choice>], most: usize) -> Vec<Vec<Choice>> {
    let mut all: Vec<Vec<Choice>> = vec![Vec::new()];
    for choices in options {
        let mut next = Vec::new();
        for choice in choices {
            next.extend(all.iter().map(|so_far| so_far.iter().cloned().chain([choice.clone()]).collect::<Vec<_>>()));
        }
        next.truncate(most.max(1));
        all = next;
    }
    all
}

/// Makes a sum fall into its cells: a term that has no value yet takes what is missing.
fn solve(reader: &Reader<'_>, axis: &Axis, cells: &[&Cell], targets: &[Number], chosen: &mut Vec<(Expr, Choice)>) -> bool {
    if !matches!(axis.domain, Domain::Number(..)) {
        return false;
    }
    let value = |term: &Expr, chosen: &[(Expr, Choice)]| chosen.iter().find(|(other, _)| same(other, term)).and_then(|(_, choice)| if let Choice::Number(_, number) = choice { Some(*number) } else { None });
    let free: Vec<&(Expr, Number)> = axis.form.iter().filter(|(term, _)| !chosen.iter().any(|(other, _)| same(other, term))).collect();
    let mut sum = Number::whole(0);
    for (term, by) in &axis.form {
        if let Some(part) = value(term, chosen).and_then(|number| number.times(*by)) {
            let Some(more) = sum.plus(part) else { return false };
            sum = more;
        }
    }
    let Some(((last, by), others)) = free.split_last() else {
        return cells.iter().any(|cell| holds(cell, sum));
    };
    for (term, by) in others {
        let Some((measure, start, _)) = plain(reader, term) else { return false };
        let Some(more) = start.times(*by).and_then(|part| sum.plus(part)) else { return false };
        sum = more;
        chosen.push((term.clone(), Choice::Number(measure, start)));
    }
    let Some((measure, _, range)) = plain(reader, last) else { return false };
    let allowed = |number: &Number| holds_in(*number, &range);
    let found = targets.iter().filter_map(|target| target.minus(sum)?.over(*by)).find(allowed);
    found.is_some_and(|number| {
        chosen.push((last.clone(), Choice::Number(measure, number)));
        true
    })
}

fn holds(cell: &Cell, number: Number) -> bool {
    match cell {
        Cell::Point(point) => *point == number,
        Cell::Between(low, high) => low.is_none_or(|low| low < number) && high.is_none_or(|high| number < high),
        _ => false,
    }
}

fn holds_in(number: Number, range: &Range) -> bool {
    range.low.is_none_or(|low| low <= number) && range.high.is_none_or(|high| number <= high) && range.grain.is_none_or(|grain| crate::analysis::space::on_grain(number, grain))
}

/// What a term without a condition of its own starts from: a day in spring for dates, the lowest or 10 for quantities.
fn plain(reader: &Reader<'_>, term: &Expr) -> Option<(Measure, Number, Range)> {
    let Some(Domain::Number(measure, range)) = reader.domain(term) else { return None };
    let start = match measure {
        Measure::Day => Number::whole(i64::from(super::scene::A_DAY)),
        _ => range.low.unwrap_or(Number::whole(10)),
    };
    Some((measure, start, range))
}
