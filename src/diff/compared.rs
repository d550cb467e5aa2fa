//! Two versions of a norm at one place: what they say otherwise. Sums are compared line by line.

use super::facets::{Facet, Looked, Said};
use super::slots::Slot;
use super::words::{at_place, line};
use crate::explain::words::Words;
use crate::model::expr::{Aggregate, Expr, Pattern, Scope};
use crate::model::norm::{Clause, Decision, Hit, What};
use crate::model::rewrite::same;
use crate::model::value::Scalar;
use crate::model::walk;
use std::collections::{BTreeMap, BTreeSet};

/// Slots that are sums, with the lines of the one version beside those of the other.
pub(crate) struct Sums(BTreeMap<String, Vec<[Option<usize>; 2]>>);

impl Sums {
    pub(crate) fn of(looked: &[Looked<'_>; 2]) -> Self {
        let [a, b] = looked;
        let mut all = BTreeMap::new();
        for decision in &a.norm.decisions {
            let Some(other) = b.norm.decisions.iter().find(|other| other.slot == decision.slot) else { continue };
            let plain = [decision, other].iter().all(|decision| decision.clauses.iter().all(|clause| matches!(clause.value, Expr::Value(_)) && clause.item.is_none()));
            if decision.hit == Hit::Sum && other.hit == Hit::Sum && !plain {
                all.insert(decision.slot.clone(), paired((a, decision), (b, other)));
            }
        }
        Self(all)
    }

    /// Is the slot compared line by line?
    pub(crate) fn has(&self, slot: &str) -> bool {
        self.0.contains_key(slot)
    }

    /// What is compared of these slots.
    pub(crate) fn facets(&self) -> BTreeSet<Facet> {
        let of = |(slot, pairs): (&String, &Vec<[Option<usize>; 2]>)| -> Vec<Facet> {
            let lines = (0..pairs.len()).map(|n| Facet::Line(slot.clone(), n));
            lines.chain([Facet::Forfeited(slot.clone()), Facet::Around(slot.clone())]).collect()
        };
        self.0.iter().flat_map(of).collect()
    }

    fn pair(&self, slot: &str, n: usize) -> [Option<usize>; 2] {
        self.0.get(slot).and_then(|pairs| pairs.get(n)).copied().unwrap_or_default()
    }
}

/// Do two lines belong together?
type Alike<'a> = &'a dyn Fn(&Clause, &Clause) -> bool;

/// Lines that say the same, then those of one item, then what is left, in order.
fn paired((a, one): (&Looked<'_>, &Decision), (b, other): (&Looked<'_>, &Decision)) -> Vec<[Option<usize>; 2]> {
    let mut pairs: Vec<[Option<usize>; 2]> = Vec::new();
    let is_free = |pairs: &[[Option<usize>; 2]], side: usize, at: usize| !pairs.iter().any(|pair| pair[side] == Some(at));
    let item = |clause: &Clause| clause.item.as_ref().map(|item| item.value.clone());
    let whole = |looked: &Looked<'_>, clause: &Clause| (looked.line(clause), clause.when.as_ref().map(|when| looked.key(when)));
    let alike: [Alike<'_>; 5] = [
        &|x, y| whole(a, x) == whole(b, y),
        &|x, y| a.line(x) == b.line(y),
        &|x, y| item(x).is_some() && item(x) == item(y),
        &|x, y| item(x).is_none() && item(y).is_none() && x.name == y.name,
        &|x, y| item(x).is_none() && item(y).is_none(),
    ];
    for alike in alike {
        for (at, x) in one.clauses.iter().enumerate() {
            if is_free(&pairs, 0, at)
                && let Some(to) = other.clauses.iter().enumerate().position(|(to, y)| is_free(&pairs, 1, to) && alike(x, y))
            {
                pairs.push([Some(at), Some(to)]);
            }
        }
    }
    let left: Vec<usize> = (0..one.clauses.len()).filter(|at| is_free(&pairs, 0, *at)).collect();
    let right: Vec<usize> = (0..other.clauses.len()).filter(|at| is_free(&pairs, 1, *at)).collect();
    pairs.extend(left.into_iter().map(|at| [Some(at), None]));
    pairs.extend(right.into_iter().map(|at| [None, Some(at)]));
    pairs.sort_by_key(|[one, other]| (one.or(*other), *other));
    pairs
}

/// Two versions of a norm.
pub(crate) struct Compared<'c, 'n> {
    /// The two.
    pub(crate) looked: &'c [Looked<'n>; 2],
    /// Slots that are compared line by line.
    pub(crate) sums: &'c Sums,
    /// Is there one thing only that the norm does? Then whether it applies is said of that.
    pub(crate) alone: bool,
}

impl<'n> Compared<'_, 'n> {
    /// What the two say of a facet, where that differs.
    pub(crate) fn keys(&self, facet: &Facet, said: &[Said<'n>; 2]) -> Option<[String; 2]> {
        let applies = [0, 1].map(|side: usize| self.looked[side].facet(&said[side], &Facet::Applies));
        let keys = if *facet == Facet::Applies {
            applies
        } else {
            let off = |side: usize| said[side].applies == Some(false);
            if off(0) && off(1) || !self.alone && (off(0) || off(1)) {
                return None;
            }
            let key = |side: usize| match facet {
                _ if off(side) => applies[side].clone(),
                Facet::Line(slot, n) => self.line(slot, *n, said, side).map_or_else(String::new, |(clause, applies)| format!("{applies:?} {}", self.looked[side].line(clause))),
                _ => self.looked[side].facet(&said[side], facet),
            };
            let with = |side: usize| if self.alone && !off(side) { format!("{} {}", key(side), applies[side]) } else { key(side) };
            [with(0), with(1)]
        };
        (keys[0] != keys[1]).then_some(keys)
    }

    /// Must the result differ there? A line means nothing where all is forfeited in both.
    pub(crate) fn shows(&self, facet: &Facet, said: &[Said<'n>; 2]) -> bool {
        match facet {
            Facet::Line(slot, _) => {
                let whole = Facet::Slot(slot.clone());
                self.looked[0].facet(&said[0], &whole) != self.looked[1].facet(&said[1], &whole)
            }
            _ => true,
        }
    }

    /// A line of a sum, if it is there and does not surely not apply.
    fn line(&self, slot: &str, n: usize, said: &[Said<'n>; 2], side: usize) -> Option<(&'n Clause, Option<bool>)> {
        let at = self.sums.pair(slot, n)[side]?;
        let slot: &Slot<'n> = said[side].slots.get(slot)?;
        let applies = slot.lines.get(at).copied().filter(|applies| *applies != Some(false))?;
        Some((slot.decision.clauses.get(at)?, applies))
    }

    /// What one version says there, in words.
    pub(crate) fn text(&self, words: &Words<'_>, facet: &Facet, said: &[Said<'n>; 2], side: usize) -> String {
        match facet {
            Facet::Line(slot, n) if said[side].applies != Some(false) => match self.line(slot, *n, said, side) {
                Some((clause, _)) => line(words, clause),
                None => words.pick("nothing", "无").to_owned(),
            },
            _ => at_place(words, (&self.looked[side], &said[side]), (&self.looked[1 - side], &said[1 - side]), facet),
        }
    }

    /// What the values there count or read: where it is nothing, a difference may not show.
    pub(crate) fn counts(&self, facet: &Facet, said: &[Said<'n>; 2]) -> Vec<(&'n Expr, Option<Scalar>)> {
        let mut all: Vec<(&'n Expr, Option<Scalar>)> = Vec::new();
        for (side, said) in said.iter().enumerate() {
            let slot = match facet {
                Facet::Slot(slot) | Facet::Line(slot, _) | Facet::Forfeited(slot) | Facet::Around(slot) => said.slots.get(slot),
                Facet::Breached(slot) => said.breached.get(slot),
                _ => None,
            };
            let Some(slot) = slot else { continue };
            let own = match facet {
                Facet::Line(slot, n) => self.sums.pair(slot, *n)[side],
                _ => None,
            };
            let clauses = slot.decision.clauses.iter().zip(&slot.lines).enumerate().filter(|(_, (_, applies))| **applies == Some(true));
            // All marks must be there, other lines need not.
            let of = clauses.filter(|(at, (clause, _))| own.is_none_or(|own| own == *at) || clause.item.is_some()).map(|(at, (clause, _))| (clause, own == Some(at)));
            for (clause, of_line) in of {
                let points = clause.item.as_ref().and_then(|item| if let Expr::Value(points) = &item.points { Some(points) } else { None });
                read(&clause.value, points.map(|points| (points, of_line)), &mut all);
            }
        }
        all
    }
}

/// So many records are made for a case, at most.
const MOST_RECORDS: usize = 40;

impl Compared<'_, '_> {
    /// Records of which there may have to be some, but not too many, for a difference to show: as many as one of the versions asks for.
    pub(crate) fn answers(&self, facet: &Facet, said: &[Said<'_>; 2]) -> Vec<(Pattern, usize)> {
        let mut all: Vec<(Pattern, usize)> = Vec::new();
        if *facet != Facet::Musts {
            return all;
        }
        for must in said.iter().flat_map(|said| &said.musts) {
            for one in must.requirement.each() {
                if let What::Records { pattern, number: Expr::Value(Scalar::Quantity(number, _)), .. } = &one.what
                    && let Some(many) = number.as_whole().and_then(|many| usize::try_from(many).ok()).filter(|many| (1..=MOST_RECORDS).contains(many))
                    && !all.contains(&(pattern.clone(), many))
                {
                    all.push((pattern.clone(), many));
                }
            }
        }
        all.sort_by_key(|(_, many)| *many);
        all
    }
}

/// Counts, totals, marks and numbers of the record that an expression reads. Of the mark that is compared the full points of the version that gives more
/// are wanted, of the others what both give.
fn read<'n>(expr: &'n Expr, points: Option<(&Scalar, bool)>, into: &mut Vec<(&'n Expr, Option<Scalar>)>) {
    let reads = match expr {
        Expr::Measure(measure) => matches!(measure.aggregate, Aggregate::Count | Aggregate::Total | Aggregate::Last | Aggregate::First | Aggregate::Most | Aggregate::Least),
        Expr::Field(Scope::This, _) => true,
        _ => false,
    };
    if reads {
        let known = into.iter_mut().find(|(other, _)| same(other, expr));
        match (known, points) {
            (Some((_, Some(known))), Some((points, more))) if (points > known) == more => *known = points.clone(),
            (Some(_), _) => {}
            (None, points) => into.push((expr, points.map(|(points, _)| points.clone()))),
        }
        return;
    }
    walk::operands(expr).into_iter().for_each(|part| read(part, points, into));
}
