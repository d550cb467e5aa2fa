//! Ways round a rule, as notes: a heavier offence that costs less, and an act that escapes a threshold when it is done in parts.

use super::Context;
use super::condition::{Cond, Shape};
use super::finding::{Extent, Finding, Witness, plain};
use super::linear::{constant, number};
use super::reader::Reader;
use super::region::said;
use super::runs::Runs;
use super::space::{Axis, Cell, Domain, Measure, ends};
use super::witness;
use crate::diagnostics::{Say, Severity};
use crate::model::Model;
use crate::model::expr::{Aggregate, Expr, Scope};
use crate::model::norm::{Clause, Decision, Hit, Norm, Occasion, Posting};
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::model::walk::{self, Look};
use crate::model::written::Part;

/// Told the cells of a place, and the line that counts in each cell of the axis there.
type Go<'g> = &'g mut dyn FnMut(&[usize], &[Option<usize>]);

/// Places that are gone through, at most.
const MOST_PLACES: usize = 20_000;
/// Parts into which an act is split, at most.
const MOST_PARTS: i64 = 4;

/// Looks at the decisions of a norm.
pub(super) fn look(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>) {
    for (at, decision) in norm.decisions.iter().enumerate() {
        if !matches!(decision.hit, Hit::ExactlyOne | Hit::AtMostOne | Hit::First) || decision.clauses.len() < 2 || decision.clauses.iter().any(|clause| constant(&clause.value).is_none()) {
            continue;
        }
        let rows = Rows::new(context, norm, at, decision);
        match decision.posting {
            Some(Posting::Fine | Posting::Deduct) => rows.heavier(found),
            None => rows.split(found),
            _ => {}
        }
    }
}

struct Rows<'a> {
    context: &'a Context<'a>,
    norm: &'a Norm,
    at: usize,
    decision: &'a Decision,
    reader: Reader<'a>,
    scope: Cond,
    whens: Vec<Cond>,
}

impl<'a> Rows<'a> {
    fn new(context: &'a Context<'a>, norm: &'a Norm, at: usize, decision: &'a Decision) -> Self {
        let mut reader = Reader::new(context.model, norm);
        let scope = reader.applies(norm, norm.validity);
        let whens = decision.clauses.iter().map(|clause| reader.when(clause.when.as_ref())).collect();
        reader.space.cut();
        Self { context, norm, at, decision, reader, scope, whens }
    }

    /// The line that counts at a place, where just one value does.
    fn line(&self, cells: &[usize]) -> Option<usize> {
        let space = &self.reader.space;
        if self.scope.truth(space, cells) != Some(true) {
            return None;
        }
        let mut applying = self.whens.iter().enumerate().filter(|(_, when)| when.truth(space, cells) != Some(false)).map(|(line, when)| (line, when.truth(space, cells)));
        let (first, truth) = applying.next()?;
        let one = self.decision.hit == Hit::First || applying.all(|(line, _)| self.value(line) == self.value(first));
        (one && truth == Some(true)).then_some(first)
    }

    fn value(&self, line: usize) -> Option<&'a Expr> {
        self.decision.clauses.get(line).map(|clause| &clause.value)
    }

    fn amount(&self, line: usize) -> Option<Number> {
        number(&constant(self.value(line)?)?).map(|(number, _)| number)
    }

    /// Goes along an axis, at each place of the others.
    fn along(&self, axis: usize, go: Go<'_>) {
        let space = &self.reader.space;
        let sizes: Vec<usize> = (0..space.axes.len()).map(|axis| space.size(axis)).collect();
        let places = sizes.iter().enumerate().filter(|(at, _)| *at != axis).try_fold(1usize, |all, (_, size)| all.checked_mul(*size));
        let Some(places) = places.filter(|places| places.saturating_mul(sizes[axis]) <= MOST_PLACES) else { return };
        for mut place in 0..places {
            let mut cells = vec![0; sizes.len()];
            for (at, size) in sizes.iter().enumerate().filter(|(at, _)| *at != axis) {
                cells[at] = place % size;
                place /= size;
            }
            let lines: Vec<Option<usize>> = (0..sizes[axis]).map(|cell| { cells[axis] = cell; self.line(&cells) }).collect();
            go(&cells, &lines);
        }
    }

    fn shape(&self, axis: usize, cells: &[usize], cell: usize) -> Shape {
        let at = |other: usize| if other == axis { cell } else { cells[other] };
        (0..cells.len()).map(|axis| (axis, Runs::range(at(axis), at(axis) + 1))).collect()
    }

    /// What the record says of itself, in an order: numbers, and enumerations from low to high.
    fn is_ordered(&self, axis: &Axis) -> bool {
        let own = matches!(axis.form.as_slice(), [(Expr::Field(Scope::This, _) | Expr::Measure(_), _)]);
        own && match &axis.domain {
            Domain::Number(Measure::Quantity(_), _) => true,
            Domain::Kind(kind, _) => self.context.model.kind(kind).is_some_and(|kind| kind.ordered),
            _ => false,
        }
    }

    /// Does it cost less, where there is more of something that otherwise costs more?
    fn heavier(&self, found: &mut Vec<Finding>) {
        for (axis, _) in self.reader.space.axes.iter().enumerate().filter(|(_, line)| self.is_ordered(line)) {
            let mut worst: Option<(Vec<usize>, usize, usize)> = None;
            self.along(axis, &mut |cells, lines| {
                let amounts: Vec<(usize, Number)> = lines.iter().enumerate().filter_map(|(cell, line)| Some((cell, self.amount((*line)?)?))).collect();
                let rises = amounts.windows(2).any(|pair| pair[0].1 < pair[1].1);
                if let Some(pair) = amounts.windows(2).find(|pair| pair[0].1 > pair[1].1).filter(|_| rises && worst.is_none()) {
                    worst = Some((cells.to_vec(), pair[0].0, pair[1].0));
                }
            });
            let Some((cells, less, more)) = worst else { continue };
            let shapes = [less, more].map(|cell| self.shape(axis, &cells, cell));
            let lines = [less, more].map(|cell| { let mut at = cells.clone(); at[axis] = cell; self.line(&at) });
            let [Some(dear), Some(cheap)] = lines else { continue };
            let case = |shape: &Shape, line: usize| {
                let amount = self.amount(line);
                witness::find(self.context.model, self.norm, &self.reader, std::slice::from_ref(shape), &|verdict| verdict.effects.iter().any(|effect| effect.kind == self.decision.slot && effect.amount == amount))
            };
            let (Some(_), Some(witness)) = (case(&shapes[0], dear), case(&shapes[1], cheap)) else { continue };
            let speech = self.context.speech(&self.norm.name);
            let along = |cell: usize| said(&[speech.extents(&self.reader.space, &Shape::from([(axis, Runs::range(cell, cell + 1))]))]);
            let (lower, higher) = (along(less), along(more));
            let value = |line: usize| speech.say(|words| self.value(line).map(|value| words.phrase(value, &[])).unwrap_or_default());
            let (dear_said, cheap_said) = (value(dear), value(cheap));
            let message = Say::new(
                format!("when {}, it costs {}, and when {}, only {}", lower.en, dear_said.en, higher.en, cheap_said.en),
                format!("{}时为{}，{}时却只有{}", lower.zh, dear_said.zh, higher.zh, cheap_said.zh),
            );
            let help = Say::new("let the sanction grow with the offence; if the text itself is so, keep it and write `expect finding loophole because \"…\"`", "使处罚随情节加重；如果原文就是这样，照原样保留，并写`预期 问题 loophole 因为 “…”`");
            let regions = vec![speech.extents(&self.reader.space, &shapes[1])];
            self.tell(message, help, &[dear, cheap], regions, witness, found);
        }
    }

    /// Does it need something else when it is one than when it is done in parts, and nothing adds the parts up?
    fn split(&self, found: &mut Vec<Finding>) {
        let Occasion::Record(pattern) = &self.norm.occasion else { return };
        let additive = |axis: &Axis| match (axis.form.as_slice(), &axis.domain) {
            ([(Expr::Field(Scope::This, name), _)], Domain::Number(Measure::Quantity(Unit::Money(_) | Unit::Days | Unit::WorkingDays | Unit::Hours), _)) => Some(name.clone()),
            _ => None,
        };
        for (axis, line) in self.reader.space.axes.iter().enumerate() {
            let Some(name) = additive(line).filter(|name| !is_added_up(self.context.model, &pattern.events, name)) else { continue };
            let Domain::Number(measure, range) = &line.domain else { continue };
            let mut way: Option<(Vec<usize>, usize, usize, Number, i64)> = None;
            self.along(axis, &mut |cells, lines| {
                for (low, one) in lines.iter().enumerate().filter_map(|(cell, line)| Some((cell, (*line)?))) {
                    let Some(part) = line.cells.get(low).and_then(|cell| ends(cell, range).1.or(ends(cell, range).0)) else { continue };
                    let parts = (2..=MOST_PARTS).find_map(|parts| {
                        let whole = part.times(Number::whole(parts))?;
                        let high = line.cells.iter().position(|cell| match cell {
                            Cell::Point(point) => *point == whole,
                            Cell::Between(from, to) => from.is_none_or(|from| from < whole) && to.is_none_or(|to| whole < to),
                            _ => false,
                        })?;
                        let other = lines.get(high).copied().flatten()?;
                        (high > low && self.value(other) != self.value(one) && range.high.is_none_or(|most| whole <= most)).then_some((high, parts))
                    });
                    // The fewest parts, and the largest.
                    if let Some((high, parts)) = parts.filter(|(_, parts)| way.as_ref().is_none_or(|(.., before, fewest)| (*parts, *before) < (*fewest, part))) {
                        way = Some((cells.to_vec(), low, high, part, parts));
                    }
                }
            });
            let Some((cells, low, high, part, parts)) = way else { continue };
            let lines = [low, high].map(|cell| { let mut at = cells.clone(); at[axis] = cell; self.line(&at) });
            let [Some(one), Some(other)] = lines else { continue };
            let value = |line: usize| self.value(line).and_then(constant);
            let (value_of_part, value_of_whole) = (value(one), value(other));
            let [small, big] = [low, high].map(|cell| self.shape(axis, &cells, cell));
            let gives = |verdict: &crate::reference::verdict::Verdict, wanted: &Option<crate::model::value::Scalar>| verdict.effects.iter().any(|effect| {
                effect.kind == self.decision.slot && (effect.value.is_some() && effect.value == *wanted || effect.amount.is_some() && effect.amount == wanted.as_ref().and_then(number).map(|(number, _)| number))
            });
            let Some(each) = super::region::scalar(measure, part) else { continue };
            let of_whole = witness::find(self.context.model, self.norm, &self.reader, &[big], &|verdict| gives(verdict, &value_of_whole));
            let of_parts = witness::in_parts(self.context.model, self.norm, &self.reader, &small, (&name, &each, parts), &|verdict| gives(verdict, &value_of_part));
            let (Some(_), Some(witness)) = (of_whole, of_parts) else { continue };
            let speech = self.context.speech(&self.norm.name);
            let phrase = |line: usize| speech.say(|words| self.value(line).map(|value| words.phrase(value, &[])).unwrap_or_default());
            let (slot, of_part, of_whole) = (speech.say(|words| words.slot(&self.decision.slot)), phrase(one), phrase(other));
            let amount = |times: i64| part.times(Number::whole(times)).and_then(|number| super::region::scalar(measure, number)).map_or(Say::new("", ""), |value| speech.say(|words| words.scalar(&value)));
            let (once, all) = (amount(1), amount(parts));
            let message = Say::new(
                format!("the {} is {} for {parts} times {}, but {} for {} at once", slot.en, of_part.en, once.en, of_whole.en, all.en),
                format!("{}：一次{}为{}，分 {parts} 次、每次{}则为{}", slot.zh, all.zh, of_whole.zh, once.zh, of_part.zh),
            );
            let help = Say::new(
                "ask for the total over a time (`total … in the month`), or say that parts count as one; if the text is silent, keep it and write `expect finding loophole because \"…\"`",
                "按一段时间合计（`合计 … 当月`），或写明分次的合并计算；原文没有规定的，照原样保留，并写`预期 问题 loophole 因为 “…”`",
            );
            self.tell(message, help, &[one, other], vec![speech.extents(&self.reader.space, &small)], witness, found);
        }
    }

    fn tell(&self, message: Say, help: Say, lines: &[usize], regions: Vec<Vec<Extent>>, witness: Witness, found: &mut Vec<Finding>) {
        let speech = self.context.speech(&self.norm.name);
        let place = |line: &usize| {
            let clause: &Clause = self.decision.clauses.get(*line)?;
            let part = self.context.written.parts.get(&(self.norm.name.clone(), Part::Clause(self.at, *line))).cloned();
            Some((part, speech.say(|words| format!("{}{}", words.clause(&clause.name), words.cites(&clause.cites)))))
        };
        let places = lines.iter().filter_map(place).collect();
        found.push(Finding { places, help, regions, whole: false, witness: Some(witness), ..plain("loophole", Severity::Note, &self.norm.name, message) });
    }
}

/// Does any norm add up this field of these records, or count them in a window?
fn is_added_up(model: &Model, events: &[String], field: &str) -> bool {
    struct Sums<'n> {
        events: &'n [String],
        field: &'n str,
        found: bool,
    }
    impl Look for Sums<'_> {
        fn expr(&mut self, expr: &Expr) {
            if let Expr::Measure(measure) = expr {
                let adds = match (&measure.aggregate, &measure.of) {
                    (Aggregate::Total, Some(Expr::Field(_, name))) => name == self.field,
                    (Aggregate::Total | Aggregate::Count | Aggregate::Any, _) => true,
                    _ => false,
                };
                self.found |= adds && measure.pattern.events.iter().any(|event| self.events.contains(event));
            }
        }
    }
    let mut sums = Sums { events, field, found: false };
    model.norms.iter().for_each(|norm| walk::norm(norm, &mut sums));
    sums.found
}
