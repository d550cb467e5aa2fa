//! Two versions of a norm in one space: where their conditions come out how, and a case for such a place, judged by both. What a difference of versions
//! (`crate::diff`) is made of.

use super::condition::{Cond, Shape};
use super::diagram::Diagram;
use super::feasible;
use super::finding::Extent;
use super::pairs::stage::{both, days};
use super::reader::Reader;
use super::region::{Speech, scalar};
use super::seen::crossing;
use super::space::{Domain, Measure, Test};
use super::witness::twice::{self, Also, Twice};
use crate::diagnostics::Tongue;
use crate::explain::words::Words;
use crate::model::Model;
use crate::model::expr::{Expr, Op, Pattern};
use crate::model::norm::Norm;
use crate::model::number::Number;
use crate::model::value::{Range, Scalar};
use crate::records::Records;
use crate::reference::verdict::Verdict;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Boxes of one region that are told, at most.
const TOLD: usize = 12;
/// Boxes in which a case is looked for, at most.
const TRIED: usize = 6;
/// Boxes in which sums are looked at, at most.
const LINKED: usize = 512;

/// One version of a norm, and the conditions in it that are looked at.
#[derive(Clone)]
pub(crate) struct Side<'m> {
    /// Its rules.
    pub(crate) model: &'m Model,
    /// The norm; where it judges a count that reaches a number, seen as one on the records that do.
    pub(crate) norm: Cow<'m, Norm>,
    /// Conditions, beside what decides whether the norm is about the occasion.
    pub(crate) asks: Vec<&'m Expr>,
}

impl<'m> Side<'m> {
    /// A norm with conditions of it.
    pub(crate) fn new(model: &'m Model, norm: &'m Norm, asks: Vec<&'m Expr>) -> Self {
        Self { model, norm: crossing(norm).map_or(Cow::Borrowed(norm), Cow::Owned), asks }
    }
}

/// How the conditions of a version come out: whether there is such an occasion at all under it, whether the norm is about it, then each that is asked.
/// None: neither true nor false.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Truths {
    /// Do the values exist in this version?
    pub(crate) exists: bool,
    /// Is the norm about it?
    pub(crate) scope: Option<bool>,
    /// What is asked, in the order given.
    pub(crate) asked: Vec<Option<bool>>,
}

/// Where it is so.
pub(crate) struct Region {
    /// In words.
    pub(crate) told: Vec<Vec<Extent>>,
    /// Are these all?
    pub(crate) whole: bool,
    /// Where it stands among others: the first cell of each axis.
    pub(crate) order: Vec<usize>,
    inside: Vec<Shape>,
}

/// A place: which conditions hold there.
pub(crate) type Place = [usize];

/// Two versions in one space.
pub(crate) struct Both<'s> {
    sides: [&'s Side<'s>; 2],
    reader: Reader<'s>,
    diagram: Diagram,
    linked: bool,
    /// The conditions of each version: where they begin among the owners.
    starts: [usize; 2],
}

impl<'s> Both<'s> {
    /// None: there are too many combinations.
    pub(crate) fn new(first: &'s Side<'s>, second: &'s Side<'s>) -> Option<Self> {
        let sides = [first, second];
        let mut readers = sides.map(|side| Reader::new(side.model, &side.norm));
        let mut conds: [Vec<Cond>; 2] = [Vec::new(), Vec::new()];
        let mut space = super::space::Space::default();
        for ((side, reader), conds) in sides.iter().zip(&mut readers).zip(&mut conds) {
            reader.space = std::mem::take(&mut space);
            conds.push(reader.scope_of(&side.norm));
            conds.extend(side.asks.iter().map(|ask| reader.cond(ask)));
            space = std::mem::take(&mut reader.space);
        }
        let mut exist = [Vec::new(), Vec::new()];
        for at in 0..space.axes.len() {
            let [(term, _)] = space.axes[at].form.as_slice() else { continue };
            let domains = [&readers[0], &readers[1]].map(|reader| reader.domain(term));
            let [Some(one), Some(other)] = domains else { continue };
            if one == other {
                continue;
            }
            for (domain, exist) in [&one, &other].into_iter().zip(&mut exist) {
                for test in within(domain) {
                    space.enter(at, &test);
                    exist.push(Cond::Test(at, test));
                }
            }
            space.axes[at].domain = united(one, other);
        }
        space.cut();
        for (conds, exist) in conds.iter_mut().zip(exist) {
            conds.insert(0, Cond::All(exist));
        }
        // Where both are about the same, only that is looked at; what the regions say outside of it does not matter.
        let scope = if conds[0][..2] == conds[1][..2] { conds[0][1].clone() } else { Cond::Known(true) };
        let mut boxes: Vec<(usize, Shape)> = scope.shapes(&space, true).ok()?.into_iter().map(|shape| (0, shape)).collect();
        let starts = [1, 1 + 2 * conds[0].len()];
        for (n, cond) in conds.iter().flatten().enumerate() {
            for (truth, owner) in [(true, 1 + 2 * n), (false, 2 + 2 * n)] {
                boxes.extend(cond.shapes(&space, truth).ok()?.into_iter().map(|shape| (owner, shape)));
            }
        }
        let diagram = Diagram::new(&space, &boxes).ok()?;
        let linked = feasible::is_linked(&space);
        let [_, mut reader] = readers;
        reader.space = space;
        Some(Self { sides, reader, diagram, linked, starts })
    }

    fn truths(&self, owners: &[usize]) -> [Truths; 2] {
        let truth = |at: usize| match (owners.contains(&at), owners.contains(&(at + 1))) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            _ => None,
        };
        [0, 1].map(|side| {
            let start = self.starts[side];
            Truths { exists: truth(start) == Some(true), scope: truth(start + 2), asked: (0..self.sides[side].asks.len()).map(|n| truth(start + 4 + 2 * n)).collect() }
        })
    }

    /// All that comes out somewhere, in both versions, by place.
    pub(crate) fn places(&self) -> Vec<(&Place, [Truths; 2])> {
        self.diagram.together().into_iter().map(|place| (place, self.truths(place))).collect()
    }

    /// Where it is one of these places; none where there are no occasions.
    pub(crate) fn region(&self, among: &BTreeSet<&Place>, speech: &Spoken<'_>) -> Option<Region> {
        let most = if self.linked { LINKED } else { TOLD };
        let by = |wide: bool| self.diagram.places(&|place| among.contains(place), most, wide);
        let ((mut shown, mut whole), (mut inside, all)) = (by(true), by(false));
        if self.linked {
            inside = feasible::only(&self.reader, inside);
            shown.retain(|one| inside.iter().any(|other| super::condition::meet(one, other).is_some()));
            whole &= all && shown.len() <= TOLD;
            shown.truncate(TOLD);
        }
        if inside.is_empty() && (all || !self.linked) {
            return None;
        }
        let told = shown.iter().map(|shape| speech.0.extents(&self.reader.space, shape)).collect();
        let first = |shape: &Shape| -> Vec<usize> { (0..self.reader.space.axes.len()).map(|axis| shape.get(&axis).and_then(|runs| runs.iter().next()).unwrap_or(0)).collect() };
        let order = inside.iter().map(first).min().unwrap_or_default();
        inside.truncate(TRIED);
        Some(Region { told, whole, order, inside })
    }

    /// A plain number of what a term measures, which is not nothing.
    fn some(&self, term: &Expr) -> Option<Scalar> {
        let Some(Domain::Number(measure @ Measure::Quantity(_), range)) = self.reader.domain(term) else { return None };
        let one = Number::whole(1);
        let some = if range.holds(one) { one } else { range.low.filter(|low| !low.is_zero()).or(range.grain)? };
        scalar(&measure, some)
    }

    /// A case in the region whose verdicts by the two versions are as `shows` says.
    /// `values` and `answers`: what may have to be there for the difference to show.
    pub(crate) fn case(&self, region: &Region, values: &[(&Expr, Option<Scalar>)], answers: Vec<(Pattern, usize)>, shows: &dyn Fn(Option<&Verdict>, Option<&Verdict>) -> bool) -> Option<Twice> {
        let during = self.sides.map(|side| days(side.model, &side.norm));
        let [Some(one), Some(other)] = during else { return None };
        let values = values.iter().filter_map(|(term, value)| Some(((*term).clone(), value.clone().or_else(|| self.some(term))?))).collect();
        twice::find(self.sides, both(one, other)?, &self.reader, (&region.inside, &Also { values, answers }), shows)
    }
}

/// The words of a norm in both tongues.
pub(crate) struct Spoken<'m>(Speech<'m>);

impl<'m> Spoken<'m> {
    /// Of a norm of a model. `nothing`: no records.
    pub(crate) fn new(model: &'m Model, norm: &str, nothing: &'m Records) -> Self {
        let words = |tongue| Words::new(model, nothing, norm, tongue);
        Self(Speech { en: words(Tongue::En), zh: words(Tongue::Zh) })
    }

    /// What `say` says in each tongue.
    pub(crate) fn say(&self, say: impl Fn(&Words<'_>) -> String) -> crate::diagnostics::Say {
        self.0.say(say)
    }
}

/// What a value must be to be one of the domain.
fn within(domain: &Domain) -> Vec<Test> {
    match domain {
        Domain::Kind(kind, values) => vec![Test::Among(values.iter().map(|value| Scalar::Kind(kind.clone(), value.clone())).collect())],
        Domain::Number(_, range) => {
            let low = range.low.map(|low| Test::Compare(Op::Ge, low));
            let high = range.high.map(|high| Test::Compare(Op::Le, high));
            low.into_iter().chain(high).collect()
        }
        Domain::Bool | Domain::Named => Vec::new(),
    }
}

/// All that is in one of the two.
fn united(one: Domain, other: Domain) -> Domain {
    match (one, other) {
        (Domain::Kind(kind, mut values), Domain::Kind(_, more)) => {
            let new: Vec<_> = more.into_iter().filter(|value| !values.contains(value)).collect();
            values.extend(new);
            Domain::Kind(kind, values)
        }
        (Domain::Number(measure, a), Domain::Number(_, b)) => {
            let pick = |a: Option<Number>, b: Option<Number>, of: fn(Number, Number) -> Number| a.zip(b).map(|(a, b)| of(a, b));
            Domain::Number(measure, Range { grain: pick(a.grain, b.grain, Number::min), low: pick(a.low, b.low, Number::min), high: pick(a.high, b.high, Number::max) })
        }
        (_, other) => other,
    }
}
