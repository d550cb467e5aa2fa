//! Clauses and rows of one decision: where none applies, where two give different values, which never counts.

use super::condition::{Cond, Shape, meet};
use super::reader::Reader;
use super::diagram::Diagram;
use super::feasible;
use super::finding::{Finding, Witness};
use super::overlaps::overlaps;
use super::pairs::stage::days;
use super::region::{Speech, said};
use super::simplex::Answer;
use super::space::{Cell, Space};
use super::{Context, Undecided};
use crate::diagnostics::{Say, Severity};
use crate::model::norm::{Clause, Decision, Hit, Norm};
use crate::model::written::Part;
use crate::reference::verdict::{Cause, Ruling, Verdict};
use std::collections::BTreeSet;

/// Boxes in which a witness is looked for, at most.
const TRIED: usize = 12;

/// Lines that are named in a message, at most.
pub(super) const NAMED: usize = 6;

/// Boxes in which sums are looked at, at most.
const LINKED: usize = 512;

/// Looks at every decision of a norm.
pub(super) fn look(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    for (at, decision) in norm.decisions.iter().enumerate() {
        if is_looked_at(decision) {
            match Rows::new(context, norm, at, decision) {
                Ok(rows) => rows.look(found, undecided),
                Err(why) => undecided.push(Undecided { norm: norm.name.clone(), slot: decision.slot.clone(), why }),
            }
        }
    }
}

/// Is the decision one in which lines can leave a gap or contradict each other?
pub(super) fn is_looked_at(decision: &Decision) -> bool {
    one_value(decision) && (decision.clauses.len() > 1 || decision.clauses.iter().any(|clause| clause.when.is_some())) || is_sheets(decision) || is_stepped(decision)
}

fn one_value(decision: &Decision) -> bool {
    matches!(decision.hit, Hit::ExactlyOne | Hit::AtMostOne | Hit::First)
}

/// Is it a score with sheets, each for some? Whoever has none is in a gap.
fn is_sheets(decision: &Decision) -> bool {
    let items: Vec<&Clause> = decision.clauses.iter().filter(|clause| clause.item.is_some()).collect();
    decision.hit == Hit::Sum && !items.is_empty() && items.iter().all(|clause| clause.when.is_some())
}

/// Is it a sum of which every line has a condition? Where none holds nothing is due, which may be meant.
fn is_stepped(decision: &Decision) -> bool {
    decision.hit == Hit::Sum && decision.clauses.len() > 1 && decision.clauses.iter().all(|clause| clause.when.is_some() && clause.item.is_none())
}

pub(super) struct Rows<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) norm: &'a Norm,
    pub(super) at: usize,
    pub(super) decision: &'a Decision,
    pub(super) reader: Reader<'a>,
    scope: Cond,
    /// The clauses that are looked at, by their numbers, and their conditions. Owner n of the diagram is the n-th of them, from 1.
    pub(super) lines: Vec<usize>,
    whens: Vec<Cond>,
    pub(super) diagram: Diagram,
    /// Are there sums of terms that other axes look at?
    linked: bool,
}

impl<'a> Rows<'a> {
    fn new(context: &'a Context<'a>, norm: &'a Norm, at: usize, decision: &'a Decision) -> Result<Self, Say> {
        let mut reader = Reader::new(context.model, norm);
        let mut scope = vec![reader.scope_of(norm)];
        // What switches the norm off or gives the slot another value is no gap and no conflict of its rows.
        let during = days(context.model, norm).unwrap_or_default();
        scope.extend(norm.exceptions.iter().map(|exception| reader.replaces(exception, &decision.slot, during).negated()));
        let scope = Cond::All(scope);
        let sheets = is_sheets(decision);
        let lines = decision.clauses.iter().enumerate().filter(|(_, clause)| !sheets || clause.item.is_some());
        let (lines, looked_at): (Vec<usize>, Vec<&Clause>) = lines.unzip();
        let whens: Vec<Cond> = looked_at.into_iter().map(|clause| reader.when(clause.when.as_ref())).collect();
        reader.space.cut();
        let too_many = |_| Say::new("its conditions have too many combinations", "条件的组合太多");
        let mut boxes: Vec<(usize, Shape)> = scope.shapes(&reader.space, true).map_err(too_many)?.into_iter().map(|shape| (0, shape)).collect();
        for (row, when) in whens.iter().enumerate() {
            boxes.extend(when.shapes(&reader.space, true).map_err(too_many)?.into_iter().map(|shape| (row + 1, shape)));
        }
        let diagram = Diagram::new(&reader.space, &boxes).map_err(too_many)?;
        let linked = feasible::is_linked(&reader.space);
        Ok(Self { context, norm, at, decision, reader, scope, lines, whens, diagram, linked })
    }

    fn look(&self, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
        if is_stepped(self.decision) {
            return self.step_left_out(found, undecided);
        }
        if self.decision.hit != Hit::AtMostOne {
            self.gap(found, undecided);
        }
        if matches!(self.decision.hit, Hit::ExactlyOne | Hit::AtMostOne) {
            overlaps(self, found, undecided);
        }
        self.idle(found);
    }

    /// No row applies.
    fn gap(&self, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
        let (shown, whole, shapes) = self.places(&|owners| owners.is_empty());
        let shapes: Vec<Shape> = shapes.into_iter().filter(|shape| self.surely_none(shape)).collect();
        if shapes.is_empty() {
            return;
        }
        let slot = &self.decision.slot;
        let shows = |verdict: &Verdict| causes(verdict).any(|cause| matches!(cause, Cause::Gap { slot: gap } if gap == slot));
        match self.witness(&shapes, &shows) {
            Some(witness) => {
                let step = shown.iter().all(|shape| one_step(&self.reader.space, shape));
                let code = if step { "boundary" } else { "gap" };
                let speech = self.context.speech(&self.norm.name);
                let where_ = self.regions(&speech, &shown);
                let what = self.slot(&speech);
                let message = Say::new(
                    format!("nothing says what {} is when {}", what.en, said(&where_).en),
                    format!("{}时，没有规定{}", said(&where_).zh, what.zh),
                );
                let help = Say::new(
                    "add a row or clause for this case, or end the table with a row of `any`; if the text itself is silent, keep it and write `expect finding gap because \"…\"`",
                    "为这种情形加一行，或以`任意`一行收尾；如果原文就没有规定，照原样保留，并写`预期 问题 gap 因为 “…”`",
                );
                self.tell(found, Told { code, kind: "gap", severity: Severity::Error, message, rows: &[], help, shapes: &shown, whole, witness: Some(witness) });
            }
            None => undecided.push(self.undecided(&shapes)),
        }
    }

    /// Lines of a sum apply below a number and above it, and none at it: `<= 7` and `> 8`. A wider stretch without a line may be meant.
    fn step_left_out(&self, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
        let (shown, whole, shapes) = self.places(&|owners| owners.is_empty());
        let left_out = |shape: &Shape| one_step(&self.reader.space, shape) && self.is_between(shape);
        let shapes: Vec<Shape> = shapes.into_iter().filter(|shape| left_out(shape) && self.surely_none(shape)).collect();
        let shown: Vec<Shape> = shown.into_iter().filter(|shape| left_out(shape)).collect();
        if shapes.is_empty() || shown.is_empty() {
            return;
        }
        let shows = |verdict: &Verdict| verdict.ruling != Ruling::NotApplicable && verdict.effects.is_empty() && verdict.causes.is_empty();
        let Some(witness) = self.witness(&shapes, &shows) else { return undecided.push(self.undecided(&shapes)) };
        let speech = self.context.speech(&self.norm.name);
        let (where_, what) = (said(&self.regions(&speech, &shown)), self.slot(&speech));
        let message = Say::new(
            format!("nothing counts towards {} when {}, though lines do just below and just above", what.en, where_.en),
            format!("{}时，没有一行计入{}，而略少、略多时都有", where_.zh, what.zh),
        );
        let help = Say::new(
            "let one of the two lines reach up to the other; if the text itself leaves this number out, keep it and write `expect finding gap because \"…\"`",
            "让其中一行与另一行相接；如果原文就漏了这个数，照原样保留，并写`预期 问题 gap 因为 “…”`",
        );
        self.tell(found, Told { code: "boundary", kind: "gap", severity: Severity::Warning, message, rows: &[], help, shapes: &shown, whole, witness: Some(witness) });
    }

    /// Does a line apply just below the one number of the box, on the axis on which it is one, and just above?
    fn is_between(&self, shape: &Shape) -> bool {
        let space = &self.reader.space;
        let cells: Vec<usize> = space.axes.iter().enumerate().map(|(axis, _)| shape.get(&axis).and_then(|runs| runs.iter().next()).unwrap_or(0)).collect();
        let applies = |axis: usize, cell: Option<usize>| {
            let Some(cell) = cell.filter(|cell| space.axes.get(axis).is_some_and(|axis| *cell < axis.cells.len())) else { return false };
            let beside: Vec<usize> = cells.iter().enumerate().map(|(at, own)| if at == axis { cell } else { *own }).collect();
            self.whens.iter().any(|when| when.truth(space, &beside) == Some(true))
        };
        shape.keys().any(|axis| {
            let own = cells.get(*axis).copied().unwrap_or(0);
            one_step(space, &Shape::from([(*axis, shape[axis].clone())])) && applies(*axis, own.checked_sub(1)) && applies(*axis, own.checked_add(1))
        })
    }

    /// Rows whose condition never holds where the norm applies, or before which another always comes.
    fn idle(&self, found: &mut Vec<Finding>) {
        let mut together = self.diagram.together();
        if self.linked {
            together.retain(|set| self.is_somewhere(&|owners| owners == *set));
        }
        let speech = self.context.speech(&self.norm.name);
        let applying: BTreeSet<usize> = together.iter().flat_map(|owners| owners.iter().copied()).collect();
        let first: BTreeSet<usize> = together.iter().filter_map(|owners| owners.first().copied()).collect();
        for (at, when) in self.whens.iter().enumerate() {
            let (owner, row) = (at + 1, self.lines[at]);
            let ever = applying.contains(&owner);
            let counts = if self.decision.hit == Hit::First { first.contains(&owner) } else { ever };
            if counts || matches!(when, Cond::Known(false)) && self.decision.clauses.len() == 1 {
                continue;
            }
            let line = self.line(owner).map(|clause| speech.say(|words| words.clause(&clause.name))).unwrap_or_else(|| Say::new("", ""));
            if ever {
                let before: BTreeSet<usize> = together.iter().filter(|owners| owners.contains(&owner)).filter_map(|owners| owners.first()).map(|first| self.lines[first - 1]).collect();
                let rows: Vec<usize> = std::iter::once(row).chain(before).collect();
                let (shapes, whole, _) = self.places(&|owners| owners.contains(&owner));
                let first = speech.say(|words| words.list(&rows.iter().skip(1).take(NAMED).filter_map(|row| self.decision.clauses.get(*row)).map(|clause| words.clause(&clause.name)).collect::<Vec<_>>(), ("or", "或")));
                let more = if rows.len() > NAMED + 1 { Say::new(" or another line above it", "或前面的另一行") } else { Say::new("", "") };
                let message = Say::new(
                    format!("{} is never used, because {}{} comes first wherever it applies", line.en, first.en, more.en),
                    format!("{}从不起作用：凡适用它的情形，在前的{}{}已先适用", line.zh, first.zh, more.zh),
                );
                let help = Say::new("move it up, narrow the lines above it, or remove it", "把它上移，或收窄前面的行，或删去");
                self.tell(found, Told { code: "shadowed", kind: "shadowed", severity: Severity::Warning, message, rows: &rows, help, shapes: &shapes, whole, witness: None });
            } else {
                let message = Say::new(format!("{} can never apply: its condition contradicts itself, or what the norm applies to, or an exception takes its place wherever it applies", line.en), format!("{}永远不会适用：其条件自相矛盾，或与本条的适用范围矛盾，或凡适用之处都有例外代替", line.zh));
                let help = Say::new("compare it with the lines `on`, `each` and `when` of this norm, and with the values that the field may have", "请与本条的`凡`、`每个`、`当`各行和字段的取值范围对照");
                self.tell(found, Told { code: "dead", kind: "dead", severity: Severity::Warning, message, rows: &[row], help, shapes: &[], whole: true, witness: None });
            }
        }
    }

    /// What the lines decide: the deduction, or a name of the drafter's own in quotes.
    pub(super) fn slot(&self, speech: &Speech<'_>) -> Say {
        let name = speech.say(|words| words.slot(&self.decision.slot));
        match self.decision.posting {
            Some(_) => Say::new(format!("the {}", name.en), name.zh),
            None => Say::new(format!("“{}”", name.en), format!("“{}”", name.zh)),
        }
    }

    /// The clause of an owner.
    pub(super) fn line(&self, owner: usize) -> Option<&'a Clause> {
        self.decision.clauses.get(*self.lines.get(owner.checked_sub(1)?)?)
    }

    /// The boxes at whose places it is so, as they are said, whether these are all, and as they lie inside the scope; without those that hold no occasion.
    fn places(&self, is: &dyn Fn(&[usize]) -> bool) -> (Vec<Shape>, bool, Vec<Shape>) {
        self.places_by(&|most, wide| self.diagram.places(is, most, wide))
    }

    pub(super) fn places_by(&self, by: &dyn Fn(usize, bool) -> (Vec<Shape>, bool)) -> (Vec<Shape>, bool, Vec<Shape>) {
        let most = if self.linked { LINKED } else { TRIED };
        let (shown, mut whole) = by(most, true);
        let (inside, all) = by(most, false);
        if !self.linked {
            return (shown, whole, inside);
        }
        whole &= all;
        let mut inside = feasible::only(&self.reader, inside);
        let mut shown: Vec<Shape> = shown.into_iter().filter(|one| inside.iter().any(|other| meet(one, other).is_some())).collect();
        whole &= shown.len() <= TRIED;
        inside.truncate(TRIED);
        shown.truncate(TRIED);
        (shown, whole, inside)
    }

    /// Is there an occasion at which it is so? What is not decided counts as yes.
    fn is_somewhere(&self, is: &dyn Fn(&[usize]) -> bool) -> bool {
        let (shapes, whole) = self.diagram.places(is, LINKED, false);
        !whole || shapes.iter().any(|shape| feasible::point(&self.reader, shape) != Answer::Never)
    }

    /// Does no row apply at a place of the box, for sure? Where a blank makes a row neither true nor false, nothing is said.
    fn surely_none(&self, shape: &Shape) -> bool {
        let space = &self.reader.space;
        let cells: Vec<usize> = space.axes.iter().enumerate().map(|(axis, _)| shape.get(&axis).and_then(|runs| runs.iter().next()).unwrap_or(0)).collect();
        self.scope.truth(space, &cells) == Some(true) && self.whens.iter().all(|when| when.truth(space, &cells) == Some(false))
    }

    pub(super) fn witness(&self, shapes: &[Shape], shows: &dyn Fn(&Verdict) -> bool) -> Option<Witness> {
        super::witness::find(self.context.model, self.norm, &self.reader, shapes, shows)
    }

    pub(super) fn regions(&self, speech: &Speech<'_>, shapes: &[Shape]) -> Vec<Vec<super::finding::Extent>> {
        shapes.iter().map(|shape| speech.extents(&self.reader.space, shape)).collect()
    }

    pub(super) fn undecided(&self, shapes: &[Shape]) -> Undecided {
        let speech = self.context.speech(&self.norm.name);
        let regions = self.regions(&speech, shapes);
        let why = Say::new(
            format!("no case could be made in which {}", said(&regions).en),
            format!("造不出这样的实例：{}", said(&regions).zh),
        );
        Undecided { norm: self.norm.name.clone(), slot: self.decision.slot.clone(), why }
    }

    pub(super) fn tell(&self, found: &mut Vec<Finding>, told: Told<'_>) {
        let speech = self.context.speech(&self.norm.name);
        let mut places = Vec::new();
        for row in told.rows {
            let Some(clause) = self.decision.clauses.get(*row) else { continue };
            let place = self.context.written.parts.get(&(self.norm.name.clone(), Part::Clause(self.at, *row))).cloned();
            places.push((place, speech.say(|words| cited(words.cites(&clause.cites), words.clause(&clause.name)))));
        }
        if places.is_empty() {
            places.push((self.context.written.items.get(&self.norm.name).cloned(), speech.say(|words| words.cites(&self.norm.cites))));
        }
        let regions = self.regions(&speech, told.shapes);
        found.push(Finding {
            code: told.code,
            kind: told.kind,
            severity: told.severity,
            about: self.norm.name.clone(),
            with: Vec::new(),
            message: told.message,
            places,
            help: told.help,
            regions,
            whole: told.whole,
            witness: told.witness,
            expected: None,
        });
    }
}

pub(super) struct Told<'t> {
    pub(super) code: &'static str,
    pub(super) kind: &'static str,
    pub(super) severity: Severity,
    pub(super) message: Say,
    pub(super) rows: &'t [usize],
    pub(super) help: Say,
    pub(super) shapes: &'t [Shape],
    pub(super) whole: bool,
    pub(super) witness: Option<Witness>,
}

fn cited(cites: String, name: String) -> String {
    if cites.is_empty() { name } else { format!("{name} {cites}") }
}

pub(super) fn causes(verdict: &Verdict) -> impl Iterator<Item = &Cause> {
    verdict.causes.iter().chain(verdict.parts.iter().flat_map(|part| &part.causes))
}

/// Is the box one number wide on an axis of numbers?
pub(super) fn one_step(space: &Space, shape: &Shape) -> bool {
    shape.iter().any(|(axis, runs)| {
        let Some(axis) = space.axes.get(*axis) else { return false };
        let cells: Vec<&Cell> = runs.iter().filter_map(|cell| axis.cells.get(cell)).collect();
        matches!(cells.as_slice(), [Cell::Point(_)]) && axis.cells.len() > 2
    })
}
