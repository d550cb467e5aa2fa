//! What two norms ask of the same occasion, when nobody can do both: requirements that exclude each other, a requirement that only a ban's
//! occasions can meet.

use super::bind::{Bind, facts, given, inside};
use super::must::Must;
use super::stage::{Sort, both, days, looked_at, place, stage};
use super::{Told, tell};
use crate::analysis::condition::{Cond, Shape, TooMany};
use crate::analysis::diagram::Diagram;
use crate::analysis::finding::{Finding, Witness};
use crate::analysis::reader::Reader;
use crate::analysis::region::said;
use crate::analysis::{Context, Undecided, witness};
use crate::diagnostics::{Say, Severity};
use crate::model::expr::Expr;
use crate::model::norm::{Norm, Requirement, What};
use crate::model::walk::{self, Look};
use crate::model::written::Part;
use crate::model::{Interval, Model};
use std::collections::BTreeSet;

/// Pairs that are looked at, at most.
const MOST_PAIRS: usize = 20_000;
/// So few that each is held against each.
const FEW: usize = 40;

/// Looks at all pairs that are about the same thing.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    let mut seen: BTreeSet<(String, Option<usize>, String, Option<usize>)> = BTreeSet::new();
    for (sort, norms) in looked_at(context) {
        let musts: Vec<Must<'_>> = norms.iter().flat_map(|norm| Must::of(norm)).collect();
        let Some(pairs) = candidates(context.model, &sort, &musts) else {
            let why = Say::new("so many norms ask things of the same occasion that they were not held against each other", "对同一情形提出要求的规则太多，未逐对比较");
            undecided.push(Undecided { norm: norms.first().map(|norm| norm.name.clone()).unwrap_or_default(), slot: String::new(), why });
            continue;
        };
        for (a, b) in pairs {
            let (a, b) = (musts[a], musts[b]);
            if seen.insert((a.norm.name.clone(), a.at, b.norm.name.clone(), b.at)) {
                Pair { context, sort: &sort, a, b }.look(found, undecided);
            }
        }
    }
}

/// Those that are about the same thing, and apply together somewhere; none where these are too many.
fn candidates(model: &Model, sort: &Sort, musts: &[Must<'_>]) -> Option<BTreeSet<(usize, usize)>> {
    if !musts.iter().any(|must| must.at.is_some()) {
        return Some(BTreeSet::new());
    }
    let things: Vec<BTreeSet<String>> = musts.iter().map(Must::things).collect();
    let alike = |a: usize, b: usize| musts[a].at.is_some() && (a < b || musts[b].at.is_none()) && !things[a].is_disjoint(&things[b]);
    let mut pairs = BTreeSet::new();
    let mut enter = |together: &[usize]| {
        for a in together {
            pairs.extend(together.iter().filter(|b| alike(*a, **b) && sort.holds(musts[*a].norm, musts[**b].norm)).map(|b| (*a, *b)));
        }
        pairs.len() <= MOST_PAIRS
    };
    let few = match (musts.len() > FEW).then(|| scopes(model, sort, musts)).transpose() {
        Ok(None) => enter(&(0..musts.len()).collect::<Vec<_>>()),
        Ok(Some(diagram)) => diagram.together().iter().all(|owners| enter(&owners.iter().map(|owner| owner - 1).collect::<Vec<_>>())),
        Err(TooMany) => false,
    };
    few.then_some(pairs)
}

/// Where each of them applies.
fn scopes(model: &Model, sort: &Sort, musts: &[Must<'_>]) -> Result<Diagram, TooMany> {
    let ground = stage(musts.first().ok_or(TooMany)?.norm, sort, Interval::default());
    let mut reader = Reader::new(model, &ground);
    let conds: Vec<Cond> = musts.iter().map(|must| { let during = days(model, must.norm).unwrap_or_default(); reader.applies(must.norm, during) }).collect();
    reader.space.cut();
    let mut boxes: Vec<(usize, Shape)> = vec![(0, Shape::new())];
    for (n, cond) in conds.iter().enumerate() {
        boxes.extend(cond.shapes(&reader.space, true)?.into_iter().map(|shape| (n + 1, shape)));
    }
    Diagram::new(&reader.space, &boxes)
}

struct Pair<'a> {
    context: &'a Context<'a>,
    sort: &'a Sort,
    a: Must<'a>,
    b: Must<'a>,
}

impl Pair<'_> {
    fn look(&self, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
        let model = self.context.model;
        let Some(during) = days(model, self.a.norm).zip(days(model, self.b.norm)).and_then(|(a, b)| both(a, b)) else { return };
        let stage = stage(self.a.norm, self.sort, during);
        let mut reader = Reader::new(model, &stage);
        let (applies, asks) = self.a.read(&mut reader, during);
        let (other, forbids) = self.b.read(&mut reader, during);
        reader.space.cut();
        let given = given(&reader, &[&applies, &other]);
        let scope = Cond::All(vec![applies, other]);
        for of_subject in [false, true] {
            let given: BTreeSet<usize> = if of_subject { given.iter().copied().chain(facts(&reader, self.sort)).collect() } else { given.clone() };
            let Ok(bind) = Bind::new(&reader, &scope, (&asks, &forbids, &forbids), &given) else {
                undecided.push(self.undecided(Say::new("its conditions have too many combinations", "条件的组合太多")));
                return;
            };
            if bind.is_empty() {
                continue;
            }
            if let Some(why) = self.sort.open(&self.asks(self.b).0) {
                undecided.push(self.undecided(why));
                return;
            }
            match self.witness(&bind, &stage, &reader) {
                Some(witness) => self.tell(&reader, &bind, witness, found),
                None => {
                    let speech = self.context.speech(&self.a.norm.name);
                    let other = speech.say(|words| words.quoted_norm(&self.b.norm.name));
                    let regions: Vec<_> = bind.shapes.iter().map(|shape| speech.extents(&reader.space, shape)).collect();
                    let where_ = said(&regions);
                    undecided.push(self.undecided(Say::new(
                        format!("no case could be made in which it and {} exclude each other, {}", other.en, super::when_en(&where_.en)),
                        format!("造不出它与{}互相排斥的实例（{}）", other.zh, where_.zh),
                    )));
                }
            }
            return;
        }
        for (may, other) in [(self.a, self.b), (self.b, self.a)].into_iter().filter(|_| !self.sort.is_open()) {
            let pair = Pair { context: self.context, sort: self.sort, a: may, b: other };
            pair.permissions(&stage, during, found, undecided);
        }
    }

    /// Lines that permit something, each by itself: what the other norm forbids in every case, and, of two norms that both say who may, what the
    /// other keeps to others.
    fn permissions(&self, stage: &Norm, during: Interval, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
        let Some(requirement) = self.a.requirement().filter(|requirement| permits(requirement)) else { return };
        let both_permit = self.b.requirement().is_some_and(permits);
        for (way, line) in requirement.each().into_iter().enumerate() {
            let What::Condition(line) = &line.what else { continue };
            let mut reader = Reader::new(self.context.model, stage);
            let (applies, _) = self.a.read(&mut reader, during);
            let (other, allows) = self.b.read(&mut reader, during);
            let line = reader.cond(line);
            reader.space.cut();
            let given = given(&reader, &[&applies, &other]);
            let scope = Cond::All(vec![applies, other]);
            let always = Bind::new(&reader, &scope, (&line, &allows, &Cond::Known(true)), &given);
            let Ok(always) = always else { continue };
            if always.is_empty() && !both_permit {
                continue;
            }
            let all: BTreeSet<usize> = (0..reader.space.axes.len()).collect();
            let bind = Bind::new(&reader, &scope, (&line, &allows, &Cond::Known(true)), &all);
            let Ok(bind) = bind else { continue };
            if bind.is_empty() {
                continue;
            }
            let witness = witness::find_among(self.context.model, stage, &reader, &bind.of_one(), &|audit| self.b.broken(audit).find(|verdict| self.a.kept(self.context, audit, place(self.context, verdict))));
            let speech = self.context.speech(&self.a.norm.name);
            let regions: Vec<_> = bind.shapes.iter().map(|shape| speech.extents(&reader.space, shape)).collect();
            let where_ = said(&regions);
            let (one, other) = (self.asks(self.a).0, self.asks(self.b).0);
            let Some(witness) = witness else {
                let why = Say::new(format!("no case could be made in which it permits what {} forbids, {}", other.en, super::when_en(&where_.en)), format!("造不出它所准许的为{}所禁止的实例（{}）", other.zh, where_.zh));
                undecided.push(self.undecided(why));
                continue;
            };
            let message = Say::new(
                format!("{} permits what {} forbids {}", one.en, other.en, super::when_en(&where_.en)),
                format!("{}，{}所准许的为{}所禁止", super::when_zh(&where_.zh), one.zh, other.zh),
            );
            let help = Say::new(
                "say which gives way: a further condition on the one that permits (`may … when …`), or an `exception` to the one that forbids; if the text itself says both, keep it and write `expect finding conflict because \"…\"`",
                "写明哪一条让步：为准许的一条加上条件（`可以 … 当 …`），或为禁止的一条写`例外`；如果原文就是这样，照原样保留，并写`预期 问题 conflict 因为 “…”`",
            );
            let severity = if always.is_empty() { Severity::Note } else { Severity::Warning };
            let part = self.a.at.map(|at| Part::Requirement(at, way));
            tell(self.context, found, Told { code: "conflict", severity, norms: [(self.a.norm, part), (self.b.norm, self.b.part())], message, help, regions, whole: bind.whole, witness });
        }
    }

    /// A case in which the first is kept and the second broken, when there is also one the other way round.
    fn witness(&self, bind: &Bind, stage: &Norm, reader: &Reader<'_>) -> Option<Witness> {
        let case = |kept: Must<'_>, broken: Must<'_>, shapes: &[Shape]| {
            witness::find_among(self.context.model, stage, reader, &inside(&bind.exact, shapes), &|audit| broken.broken(audit).find(|verdict| kept.kept(self.context, audit, place(self.context, verdict))))
        };
        case(self.b, self.a, &bind.other)?;
        case(self.a, self.b, &bind.one)
    }

    fn undecided(&self, why: Say) -> Undecided {
        Undecided { norm: self.a.norm.name.clone(), slot: String::new(), why }
    }

    fn tell(&self, reader: &Reader<'_>, bind: &Bind, witness: Witness, found: &mut Vec<Finding>) {
        let speech = self.context.speech(&self.a.norm.name);
        let regions: Vec<_> = bind.shapes.iter().map(|shape| speech.extents(&reader.space, shape)).collect();
        let where_ = said(&regions);
        let (one, other) = (self.asks(self.a).1, self.asks(self.b).1);
        let message = Say::new(
            format!("{}, and {}: nobody can obey both {}", one.en, other.en, super::when_en(&where_.en)),
            format!("{}，而{}：{}无法同时遵守", one.zh, other.zh, super::when_zh(&where_.zh)),
        );
        let help = Say::new(
            "say which gives way (`exception NAME to NORM` with `does not apply`), or let the two apply to different occasions; if the text itself says both, keep it and write `expect finding conflict because \"…\"`",
            "写明哪一条让步（`例外 … 于 …`，`不适用`），或使两条适用于不同的情形；如果原文就是这样，照原样保留，并写`预期 问题 conflict 因为 “…”`",
        );
        tell(self.context, found, Told { code: "conflict", severity: Severity::Error, norms: [(self.a.norm, self.a.part()), (self.b.norm, self.b.part())], message, help, regions, whole: bind.whole, witness });
    }

    /// The norm in quotes, and with what it asks.
    fn asks(&self, must: Must<'_>) -> (Say, Say) {
        let speech = self.context.speech(&must.norm.name);
        let name = speech.say(|words| words.quoted_norm(&must.norm.name));
        let conditions: Vec<&Expr> = must.requirement().into_iter().flat_map(Requirement::each).filter_map(|one| if let What::Condition(condition) = &one.what { Some(condition) } else { None }).collect();
        if conditions.is_empty() {
            let forbids = Say::new(format!("{} forbids it", name.en), format!("{}禁止", name.zh));
            return (name, forbids);
        }
        let asked = speech.say(|words| conditions.iter().map(|condition| words.phrase(condition, &[])).collect::<Vec<_>>().join(words.pick(" or ", "或")));
        let asks = Say::new(format!("{} asks for “{}”", name.en, asked.en), format!("{}要求“{}”", name.zh, asked.zh));
        (name, asks)
    }
}

/// Does it say who may do something, in several lines?
fn permits(requirement: &Requirement) -> bool {
    struct Offices(bool);
    impl Look for Offices {
        fn expr(&mut self, expr: &Expr) {
            self.0 |= matches!(expr, Expr::Holds(_));
        }
    }
    let mut offices = Offices(false);
    walk::requirement(requirement, &mut offices);
    offices.0 && matches!(requirement.what, What::Either(_))
}
