//! Forfeits before which another always comes, also by what is derived: ten lates forfeit the month, but three lates count as an absence and three
//! absences forfeit it, so that the ten are never the first.

use super::condition::{Cond, Shape};
use super::finding::{Finding, Witness, plain};
use super::linear::{constant, number};
use super::reader::Reader;
use super::region::said;
use super::space::{Domain, ends};
use super::{Context, Undecided, feasible, witness};
use crate::diagnostics::{Say, Severity};
use crate::model::expr::{Aggregate, Expr, Measure, Period, Window};
use crate::model::norm::{Decision, Norm, Occasion};
use crate::model::number::Number;
use crate::model::written::Part;
use crate::model::{Interval, Model};
use crate::reference::verdict::Audit;

/// Records that are made for a case, at most.
const MOST: i128 = 60;

/// `every 3 of P`: a record of another type, with fixed fields.
struct Derivation<'m> {
    measure: &'m Measure,
    each: i128,
    event: &'m str,
    fields: &'m [(String, Expr)],
}

/// Looks at the forfeits of a norm.
pub(super) fn look(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    for (at, decision) in norm.decisions.iter().enumerate().filter(|(_, decision)| decision.forfeits.len() > 1) {
        for forfeit in 0..decision.forfeits.len() {
            Forfeit { context, norm, decision, at, forfeit }.look(found, undecided);
        }
    }
}

struct Forfeit<'a> {
    context: &'a Context<'a>,
    norm: &'a Norm,
    decision: &'a Decision,
    at: usize,
    forfeit: usize,
}

impl Forfeit<'_> {
    fn look(&self, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
        let model = self.context.model;
        let mut reader = Reader::new(model, self.norm);
        let scope = reader.applies(self.norm, Interval::default());
        let conds: Vec<Cond> = self.decision.forfeits.iter().map(|(when, _)| reader.cond(when)).collect();
        reader.space.cut();
        let own = Cond::All(vec![scope, conds[self.forfeit].clone()]);
        let others = conds.iter().enumerate().filter(|(n, _)| *n != self.forfeit);
        let alone = Cond::All(std::iter::once(own.clone()).chain(others.map(|(_, cond)| cond.clone().negated())).collect());
        let shapes = |cond: &Cond| cond.shapes(&reader.space, true).map(|shapes| feasible::only(&reader, shapes));
        let (Ok(own), Ok(alone)) = (shapes(&own), shapes(&alone)) else { return };
        let derivations = derivations(model, &self.norm.name);
        let derived = !alone.is_empty();
        if own.is_empty() || !alone.iter().all(|shape| derivations.iter().any(|derivation| excludes(&reader, shape, derivation))) {
            return;
        }
        let speech = self.context.speech(&self.norm.name);
        let regions: Vec<_> = own.iter().take(12).map(|shape| speech.extents(&reader.space, shape)).collect();
        let where_ = said(&regions);
        let witness = derived.then(|| self.case(&reader, &own, &alone, &derivations)).flatten();
        if derived && witness.is_none() {
            let why = Say::new(format!("no case could be made that shows that another forfeit always comes before this one: {}", where_.en), format!("造不出另一种取消总在其先的实例：{}", where_.zh));
            undecided.push(Undecided { norm: self.norm.name.clone(), slot: self.decision.slot.clone(), why });
            return;
        }
        let title = speech.say(|words| words.quoted_norm(&self.norm.name));
        let (more_en, more_zh) = witness.as_ref().map_or((String::new(), String::new()), |(_, many)| (format!(": {many} such records are enough"), format!("：有 {many} 条这样的记录就已取消")));
        let message = Say::new(
            format!("this forfeit of {} never counts: whenever {}, another applies already{more_en}", title.en, where_.en),
            format!("{}的这一取消从不起作用：凡{}，另一种取消已经适用{more_zh}", title.zh, where_.zh),
        );
        let help = Say::new(
            "lower this threshold, raise the other, or remove it; if the text itself says both, keep it and write `expect finding shadowed because \"…\"`",
            "降低这一数目，或提高另一数目，或删去；如果原文就是这样，照原样保留，并写`预期 问题 shadowed 因为 “…”`",
        );
        let place = |n: usize| {
            let part = self.context.written.parts.get(&(self.norm.name.clone(), Part::Forfeit(self.at, n))).or_else(|| self.context.written.items.get(&self.norm.name)).cloned();
            (part, speech.say(|words| self.decision.forfeits.get(n).map_or_else(String::new, |(_, cites)| words.cites(cites))))
        };
        let places = std::iter::once(self.forfeit).chain((0..conds.len()).filter(|n| *n != self.forfeit)).map(place);
        found.push(Finding { places: places.collect(), help, regions, witness: witness.map(|(witness, _)| witness), ..plain("shadowed", Severity::Warning, &self.norm.name, message) });
    }

    /// The fewest records with which the amount is forfeited already, no more than this forfeit asks for.
    fn case(&self, reader: &Reader<'_>, own: &[Shape], alone: &[Shape], derivations: &[Derivation<'_>]) -> Option<(Witness, i128)> {
        let shape = alone.first()?;
        let (axis, least) = derivations.iter().find_map(|derivation| Some((counted(reader, derivation)?, excludes(reader, shape, derivation).then_some(())?))).and_then(|(axis, ())| Some((axis, lowest(reader, shape, axis)?)))?;
        let term = reader.space.axes.get(axis)?.form.first()?.0.clone();
        let many = least.ceil().as_whole().filter(|many| *many <= MOST)?;
        let forfeited = |audit: &Audit| audit.verdicts.iter().find(|verdict| verdict.rule == self.norm.name && verdict.effects.iter().flat_map(|effect| &effect.items).any(|item| item.name == "forfeited")).map(|verdict| verdict.id.clone());
        (1..=many).find_map(|n| {
            let number = crate::model::value::Scalar::Quantity(Number::whole(i64::try_from(n).ok()?), crate::model::value::Unit::One);
            let witness = witness::with(self.context.model, self.norm, reader, own, (&term, &number), &|audit| forfeited(audit).and_then(|id| audit.verdicts.iter().find(|verdict| verdict.id == id)))?;
            Some((witness, n))
        })
    }
}

/// What makes records of other records, always and for this norm.
fn derivations<'m>(model: &'m Model, seen_by: &str) -> Vec<Derivation<'m>> {
    let mut all = Vec::new();
    for norm in &model.norms {
        let Occasion::Reaches { measure, number, every: true } = &norm.occasion else { continue };
        let plain = norm.when.is_none() && norm.exceptions.is_empty() && norm.validity.is_always() && norm.dated_by.is_none() && measure.aggregate == Aggregate::Count && measure.distinct.is_none();
        let Some(each) = value(number).and_then(Number::as_whole).filter(|each| *each > 0 && plain) else { continue };
        for given in norm.yields.iter().filter(|given| given.only_for.is_empty() || given.only_for.iter().any(|only| only == seen_by)) {
            all.push(Derivation { measure, each, event: &given.event, fields: &given.fields });
        }
    }
    all
}

/// The axis that counts what the derivation counts, in windows that are not longer.
fn counted(reader: &Reader<'_>, derivation: &Derivation<'_>) -> Option<usize> {
    let own = derivation.measure;
    let roles = |measure: &Measure| measure.pattern.links.iter().map(|(role, _)| role.clone()).collect::<Vec<_>>();
    reader.space.axes.iter().position(|axis| match axis.form.as_slice() {
        [(Expr::Measure(measure), _)] => {
            let within = measure.pattern.events.iter().all(|event| own.pattern.events.contains(event));
            let filter = own.pattern.filter.is_none() || own.pattern.filter == measure.pattern.filter;
            measure.aggregate == Aggregate::Count && measure.distinct.is_none() && within && filter && roles(measure) == roles(own) && length(reader.norm, &measure.window).zip(length(reader.norm, &own.window)).is_some_and(|(short, long)| short <= long)
        }
        _ => false,
    })
}

/// How long a window is that begins with a period of the calendar; one without a beginning is longer than all.
fn length(norm: &Norm, window: &Window) -> Option<u8> {
    let of = |unit: Period| unit as u8;
    match (window, &norm.occasion) {
        (Window::Period { unit, .. }, _) => Some(of(*unit)),
        (Window::Occasion, Occasion::Period { every, .. }) if every.count == 1 && every.weekday.is_none() && !every.working => Some(of(every.unit)),
        (Window::SoFar | Window::Ever, _) => Some(u8::MAX),
        _ => None,
    }
}

/// What one derived record adds to the axis.
fn adds(measure: &Measure, derivation: &Derivation<'_>) -> Option<Number> {
    if !measure.pattern.events.iter().any(|event| event == derivation.event) || measure.pattern.filter.is_some() || measure.distinct.is_some() {
        return None;
    }
    match (&measure.aggregate, &measure.of) {
        (Aggregate::Count, _) => Some(Number::whole(1)),
        (Aggregate::Total, Some(Expr::Field(_, name))) => derivation.fields.iter().find(|(field, _)| field == name).and_then(|(_, given)| value(given)),
        _ => None,
    }
}

/// Does the derivation leave no occasion in the box: so many are counted, and so little is derived?
fn excludes(reader: &Reader<'_>, shape: &Shape, derivation: &Derivation<'_>) -> bool {
    let Some(axis) = counted(reader, derivation) else { return false };
    let Some(least) = lowest(reader, shape, axis).and_then(|least| least.ceil().as_whole()) else { return false };
    let Some(Expr::Measure(own)) = reader.space.axes.get(axis).and_then(|axis| axis.form.first()).map(|(term, _)| term) else { return false };
    reader.space.axes.iter().enumerate().any(|(other, axis)| match axis.form.as_slice() {
        [(Expr::Measure(measure), _)] if measure.window == own.window => adds(measure, derivation)
            .and_then(|each| each.times(Number::whole(i64::try_from(least / derivation.each).ok()?)))
            .zip(highest(reader, shape, other))
            .is_some_and(|(derived, highest)| highest < derived),
        _ => false,
    })
}

fn value(expr: &Expr) -> Option<Number> {
    number(&constant(expr)?).map(|(number, _)| number)
}

fn lowest(reader: &Reader<'_>, shape: &Shape, axis: usize) -> Option<Number> {
    let line = reader.space.axes.get(axis)?;
    let Domain::Number(_, range) = &line.domain else { return None };
    shape.get(&axis)?.iter().filter_map(|cell| ends(line.cells.get(cell)?, range).0).min()
}

/// The highest value in the box; none where there is no end.
fn highest(reader: &Reader<'_>, shape: &Shape, axis: usize) -> Option<Number> {
    let line = reader.space.axes.get(axis)?;
    let Domain::Number(_, range) = &line.domain else { return None };
    let cells: Vec<usize> = shape.get(&axis)?.iter().collect();
    cells.iter().map(|cell| line.cells.get(*cell).and_then(|cell| ends(cell, range).1.or(match cell { super::space::Cell::Between(_, high) => *high, _ => None }))).collect::<Option<Vec<_>>>()?.into_iter().max()
}
