//! What examples can show both ways: norms with a condition, lines with a condition, requirements, exceptions.

use crate::diagnostics::Place;
use crate::model::expr::{Aggregate, Expr, Op};
use crate::model::norm::{Clause, Decision, Exception, Hit, Norm, Occasion, What};
use crate::model::walk::{self, Look};
use crate::model::written::{Part, Written};
use crate::model::Model;
use serde::Serialize;
use std::collections::BTreeMap;

/// What sort of target it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A norm: applicable, not applicable.
    Norm,
    /// A requirement, or one of its alternatives: met, breached.
    Must,
    /// A ban, or a rule that is a violation by itself: violated, not applying.
    Violation,
    /// A row or clause: taking effect, not taking effect.
    Clause,
    /// A condition under which a pay is forfeited: the same.
    Forfeited,
    /// A change of a deadline: the same.
    Deadline,
    /// An exception: prevailing, not prevailing.
    Exception,
}

/// What a target is looked for in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    /// The norm's conditions.
    Guard,
    /// Its violation.
    Violation,
    /// A part of it.
    Part(Part),
    /// A requirement with all its alternatives, which one line made.
    Whole(usize),
    /// An exception, by name.
    Exception(String),
}

/// Something that examples should show both ways.
#[derive(Debug, Clone)]
pub struct Target {
    /// What sort.
    pub kind: Kind,
    /// Regulation.
    pub regulation: String,
    /// Norm or exception.
    pub item: String,
    /// Its part as the core calls it (`row 2`, `requirement 1`); empty for the whole.
    pub part: String,
    /// Where it is written; none for a bundle.
    pub place: Option<Place>,
    /// It can be otherwise than the first way: applying, met, taking effect, prevailing.
    pub both: bool,
    /// Seen the first way.
    pub seen: bool,
    /// Seen the other way.
    pub seen_not: bool,
    /// Norms and their parts that the line made.
    pub(crate) spots: Vec<(String, Spot)>,
}

impl Target {
    /// Seen every way that there is?
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.seen && (self.seen_not || !self.both)
    }
}

/// All targets of a model, in the order of places (without places: of names).
pub(super) fn all(model: &Model, written: &Written) -> Vec<Target> {
    let mut targets = Targets { written, found: BTreeMap::new(), made: Vec::new() };
    model.norms.iter().for_each(|norm| targets.norm(norm));
    let mut made = targets.made;
    made.sort_by(|a, b| order(a).cmp(&order(b)));
    made
}

fn order(target: &Target) -> (&str, Option<(&str, usize)>, Kind) {
    (&target.regulation, target.place.as_ref().map(|place| (place.source.name.as_str(), place.span.start)), target.kind)
}

/// A line is a target once, however many norms and parts it made.
type Key = (Kind, Result<(String, usize, usize), (String, String)>);

/// A line as one norm has it.
struct Line<'l> {
    kind: Kind,
    item: &'l str,
    part: String,
    place: Option<&'l Place>,
    both: bool,
}

struct Targets<'w> {
    written: &'w Written,
    found: BTreeMap<Key, usize>,
    made: Vec<Target>,
}

impl Targets<'_> {
    fn add(&mut self, norm: &Norm, line: Line<'_>, spot: Spot) {
        let Line { kind, item, part, place, both } = line;
        let key = (kind, place.map(|place| (place.source.name.clone(), place.span.start, place.span.end)).ok_or_else(|| (item.to_owned(), part.clone())));
        let at = *self.found.entry(key).or_insert(self.made.len());
        if at == self.made.len() {
            let (regulation, item, place) = (norm.regulation.clone(), item.to_owned(), place.cloned());
            self.made.push(Target { kind, regulation, item, part, place, both, seen: false, seen_not: false, spots: Vec::new() });
        }
        if let Some(target) = self.made.get_mut(at) {
            target.both |= both;
            target.spots.push((norm.name.clone(), spot));
        }
    }

    fn norm(&mut self, norm: &Norm) {
        let before = self.made.len();
        let head = self.written.items.get(&norm.name);
        for part in Part::of(norm) {
            self.part(norm, part);
        }
        for exception in &norm.exceptions {
            self.exception(norm, exception);
        }
        let guarded = is_guarded(norm);
        let line = |kind, both| Line { kind, item: &norm.name, part: String::new(), place: head, both };
        if norm.violation {
            self.add(norm, line(Kind::Violation, guarded || !norm.exceptions.is_empty()), Spot::Violation);
        } else if guarded || self.made.len() == before {
            // What always applies and has nothing that could be otherwise should be seen once.
            self.add(norm, line(Kind::Norm, guarded), Spot::Guard);
        }
    }

    fn part(&mut self, norm: &Norm, part: Part) {
        let place = self.written.parts.get(&(norm.name.clone(), part));
        let (kind, name) = match part {
            Part::Clause(decision, clause) => match norm.decisions.get(decision).and_then(|decision| Some((decision, clause, decision.clauses.get(clause)?))) {
                Some((decision, at, clause)) if is_conditional(decision, at, clause) => (Kind::Clause, clause.name.clone()),
                _ => return,
            },
            Part::Breached(decision, clause) => match norm.if_breached.get(decision).and_then(|decision| decision.clauses.get(clause)) {
                Some(clause) if clause.when.is_some() => (Kind::Clause, clause.name.clone()),
                _ => return,
            },
            // What other norms take away is theirs to show.
            Part::Forfeit(..) if place.is_none() && !self.written.items.is_empty() => return,
            Part::Forfeit(_, forfeit) => (Kind::Forfeited, format!("forfeit {}", forfeit + 1)),
            Part::Requirement(at, way) => (Kind::Must, requirement_name(norm, at, way)),
            Part::Request(at, way) => (Kind::Deadline, format!("{}, on request", requirement_name(norm, at, way))),
            Part::Total(..) => return,
            Part::Change(at, way, change) => (Kind::Deadline, format!("{}, deadline {}", requirement_name(norm, at, way), change + 1)),
        };
        let both = if let Part::Requirement(at, way) = part { can_be_breached(norm, at, way) } else { true };
        if let Part::Requirement(at, way) = part
            && self.one_line(norm, at)
        {
            if way == 0 {
                let ways = norm.requirements.get(at).map_or(1, |requirement| requirement.each().len());
                let both = (0..ways).all(|way| can_be_breached(norm, at, way));
                let place = place.or_else(|| self.written.items.get(&norm.name));
                self.add(norm, Line { kind, item: &norm.name, part: format!("requirement {}", at + 1), place, both }, Spot::Whole(at));
            }
            return;
        }
        // A form that does not say where its lines are is known by its first line.
        let place = place.or_else(|| self.written.items.get(&norm.name));
        self.add(norm, Line { kind, item: &norm.name, part: name, place, both }, Spot::Part(part));
    }

    /// Did one line make all alternatives of the requirement (a step with its time)? An `or must` line makes one.
    fn one_line(&self, norm: &Norm, at: usize) -> bool {
        let ways = norm.requirements.get(at).map_or(1, |requirement| requirement.each().len());
        let place = |way: usize| self.written.parts.get(&(norm.name.clone(), Part::Requirement(at, way))).map(|place| (&place.source.name, place.span));
        let first = place(0);
        ways > 1 && first.is_some() && (1..ways).all(|way| place(way) == first)
    }

    fn exception(&mut self, norm: &Norm, exception: &Exception) {
        let line = Line { kind: Kind::Exception, item: &exception.name, part: String::new(), place: self.written.items.get(&exception.name), both: true };
        self.add(norm, line, Spot::Exception(exception.name.clone()));
        for inner in &exception.exceptions {
            self.exception(norm, inner);
        }
    }
}

fn requirement_name(norm: &Norm, at: usize, way: usize) -> String {
    let ways = norm.requirements.get(at).map_or(0, |requirement| requirement.each().len());
    let way = if ways > 1 { format!(", way {}", way + 1) } else { String::new() };
    format!("requirement {}{way}", at + 1)
}

/// What must happen some day, without a deadline, is pending until it happens.
fn can_be_breached(norm: &Norm, at: usize, way: usize) -> bool {
    let Some(requirement) = norm.requirements.get(at).and_then(|requirement| requirement.each().get(way).copied()) else { return false };
    let some_day = matches!(requirement.what, What::Moment(_) | What::Records { op: Op::Ge, .. });
    !some_day || requirement.until.is_some() || matches!(norm.occasion, Occasion::Period { .. })
}

/// Is there a condition under which the norm says nothing?
fn is_guarded(norm: &Norm) -> bool {
    let filter = match &norm.occasion {
        Occasion::Record(pattern) | Occasion::Member(pattern, _) => &pattern.filter,
        Occasion::Period { filter, .. } | Occasion::Case { filter, .. } | Occasion::Throughout { filter, .. } => filter,
        Occasion::Reaches { .. } => &None,
    };
    norm.when.is_some() || filter.is_some()
}

/// Can the clause take effect and not take effect?
fn is_conditional(decision: &Decision, at: usize, clause: &Clause) -> bool {
    clause.when.is_some() || decision.hit == Hit::First && at > 0 || counts(clause)
}

/// A line of a sum that counts something: without anything counted it has no effect.
pub(super) fn counts(clause: &Clause) -> bool {
    struct Counts(bool);
    impl Look for Counts {
        fn expr(&mut self, expr: &Expr) {
            self.0 |= matches!(expr, Expr::Measure(measure) if matches!(measure.aggregate, Aggregate::Count | Aggregate::Total));
        }
    }
    let mut counts = Counts(false);
    if ["base", "less", "add"].iter().any(|word| clause.name.starts_with(word)) {
        walk::expr(&clause.value, &mut counts);
    }
    counts.0
}
