//! Where nobody can do two things: either can be met, and both cannot, whatever is chosen of what can be chosen.

use super::stage::Sort;
use crate::analysis::condition::{Cond, Shape, TooMany, meet};
use crate::analysis::diagram::Diagram;
use crate::analysis::feasible;
use crate::analysis::reader::Reader;
use crate::analysis::seen::multiple;
use crate::analysis::space::Axis;
use crate::model::expr::{Expr, Scope};
use crate::model::rewrite::same;
use std::collections::BTreeSet;

/// Boxes of a region, at most.
const TRIED: usize = 12;

/// What nobody chooses: what decides whether the norms apply, what the text leaves open, and what other norms decide.
pub(super) fn given(reader: &Reader<'_>, scopes: &[&Cond]) -> BTreeSet<usize> {
    let fixed = |axis: &Axis| axis.form.iter().all(|(term, _)| matches!(term, Expr::Parameter(_) | Expr::Decided(..) | Expr::DecidedOf(..)));
    let all = reader.space.axes.iter().enumerate().filter(|(_, axis)| fixed(axis)).map(|(at, _)| at);
    let mut given: BTreeSet<usize> = scopes.iter().flat_map(|scope| scope.axes()).chain(all).collect();
    // Whether a number is a multiple is given with the number.
    let is_given = |axis: &Axis| axis.form.len() == 1 && axis.form.iter().all(|(term, _)| multiple(term).is_some_and(|(of, _)| given.iter().any(|at| matches!(reader.space.axes[*at].form.as_slice(), [(other, _)] if same(other, of)))));
    let multiples: Vec<usize> = reader.space.axes.iter().enumerate().filter(|(_, axis)| is_given(axis)).map(|(at, _)| at).collect();
    given.extend(multiples);
    given
}

/// What is so of the occasion's subject, whatever is done.
pub(super) fn facts<'r>(reader: &'r Reader<'_>, sort: &Sort) -> impl Iterator<Item = usize> + 'r {
    let role = sort.event.as_ref().and_then(|event| reader.model.event(event)).and_then(|event| event.role_fields().first()).map(|role| role.name.clone());
    let subject = move |who: &Expr| match who {
        Expr::Subject => true,
        Expr::Field(Scope::This, name) => role.as_ref() == Some(name),
        _ => false,
    };
    reader.space.axes.iter().enumerate().filter(move |(_, axis)| axis.form.iter().all(|(term, _)| matches!(term, Expr::Fact(who, ..) if subject(who)) || subject(term))).map(|(at, _)| at)
}

/// Where both apply, either can be met, and both cannot.
pub(super) struct Bind {
    pub shapes: Vec<Shape>,
    pub whole: bool,
    pub exact: Vec<Shape>,
    pub one: Vec<Shape>,
    pub other: Vec<Shape>,
}

/// The parts of the boxes that lie in `exact`.
pub(super) fn inside(exact: &[Shape], shapes: &[Shape]) -> Vec<Shape> {
    exact.iter().flat_map(|exact| shapes.iter().filter_map(|shape| meet(exact, shape))).take(TRIED).collect()
}

impl Bind {
    /// `given` are the axes that nobody chooses; on the others, whatever suits is chosen.
    /// `alone` is what keeps the second when the first is left undone.
    pub(super) fn new(reader: &Reader<'_>, scope: &Cond, (one, other, alone): (&Cond, &Cond, &Cond), given: &BTreeSet<usize>) -> Result<Self, TooMany> {
        let space = &reader.space;
        let shapes = |conds: &[&Cond]| Cond::All(conds.iter().map(|cond| (*cond).clone()).collect()).shapes(space, true);
        let nothing = Self { shapes: Vec::new(), whole: true, exact: Vec::new(), one: Vec::new(), other: Vec::new() };
        let here = shapes(&[scope])?;
        let only_one = feasible::only(reader, shapes(&[scope, one])?);
        let only_other = feasible::only(reader, shapes(&[scope, alone])?);
        if only_one.is_empty() || only_other.is_empty() {
            return Ok(nothing);
        }
        let together = feasible::only(reader, shapes(&[scope, one, other])?);
        let seen = |shape: &Shape| -> Shape { shape.iter().filter(|(axis, _)| given.contains(axis)).map(|(axis, runs)| (*axis, runs.clone())).collect() };
        let mut boxes: Vec<(usize, Shape)> = Vec::new();
        for (owner, shapes) in [&here, &only_one, &only_other, &together].into_iter().enumerate() {
            boxes.extend(shapes.iter().map(|shape| (owner, seen(shape))));
        }
        let diagram = Diagram::new(space, &boxes)?;
        let (wide, whole) = diagram.places(&|owners| owners == [1, 2], TRIED, true);
        let exact = feasible::only(reader, diagram.places(&|owners| owners == [1, 2], TRIED, false).0);
        let wide = wide.into_iter().filter(|shape| exact.iter().any(|exact| meet(exact, shape).is_some())).collect();
        Ok(Self { shapes: wide, whole, exact, one: only_one, other: only_other })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.exact.is_empty()
    }

    /// Boxes in which the first is kept, and so the second broken.
    pub(super) fn of_one(&self) -> Vec<Shape> {
        inside(&self.exact, &self.one)
    }
}
