//! Slots: every clause tried, combined by hit policy, forfeited, changed by exceptions, capped, rounded.

use super::Checker;
use super::arith::{fault, quantity, round, yes};
use super::case::Scene;
use super::except::{Prevailing, changed, replaced};
use super::logic::compare;
use super::step::agrees;
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Clause, Decision, Hit};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::reference::derivation::{ClauseTried, Decided, Step, Value};
use crate::reference::verdict::Cause;

/// Citations and an evaluated expression: a forfeit, floor or cap.
type Cited = (Vec<String>, Step);

impl<'c> Checker<'c> {
    /// One slot. `prevailing` are the exceptions that work on it.
    pub(super) fn decided(&mut self, scene: Scene<'c>, decision: &Decision, told: &Decided, prevailing: &[Prevailing]) {
        if told.slot != decision.slot || told.clauses.len() != decision.clauses.len() {
            return self.fault("a clause is missing, or the slot is another one", "条款缺失或栏目不符");
        }
        for (clause, tried) in decision.clauses.iter().zip(&told.clauses) {
            self.within(&tried.name, |checker| checker.clause(scene, clause, tried));
        }
        let combined = self.combined(decision, &told.clauses);
        if combined.as_ref().is_some_and(|mine| !same(mine, &told.combined)) {
            self.fault("the clauses do not combine to this value", "各条款合计与所列结果不符");
        }
        self.cited_all(scene, &decision.forfeits, &told.forfeits);
        self.cited_one(scene, decision.floor.as_ref(), told.floor.as_ref());
        self.cited_one(scene, decision.cap.as_ref(), told.cap.as_ref());
        let follows = match changed(&forfeited(decision, told), &decision.slot, prevailing) {
            // What the exceptions do is open.
            None => true,
            Some(value) => {
                let bounds = !replaced(&decision.slot, prevailing);
                clipped(self.case, decision, told, value, bounds).iter().any(|mine| same(mine, &told.value))
            }
        };
        if !follows {
            self.fault("the result of the slot does not follow", "该栏结果与依据不符");
        }
    }

    fn clause(&mut self, scene: Scene<'c>, clause: &Clause, tried: &ClauseTried) {
        if tried.name != clause.name || tried.cites != clause.cites {
            self.fault("another clause stands in the policy", "规章中为另一条款");
        }
        match (&clause.when, &tried.when) {
            (Some(when), Some(step)) => self.step(scene, when, step),
            (None, None) => {}
            _ => self.fault("the condition of a clause is missing", "缺少条款的条件"),
        }
        if tried.applies != answer(tried.when.as_ref()) {
            self.fault("a clause applies although its condition does not say so", "条款是否适用与其条件不符");
        }
        match (&tried.value, tried.applies) {
            (Some(step), _) => self.step(scene, &clause.value, step),
            (None, Some(true)) => self.fault("the value of a clause that applies is missing", "缺少适用条款的数值"),
            (None, _) => {}
        }
        match (clause.item.as_ref().filter(|_| tried.value.is_some()), &tried.points) {
            (Some(item), Some(step)) => self.step(scene, &item.points, step),
            (None, None) => {}
            _ => self.fault("the points of an item are missing", "缺少项目的分值"),
        }
    }

    /// The value of the clauses that apply, by hit policy; none when the checker leaves it open.
    fn combined(&self, decision: &Decision, clauses: &[ClauseTried]) -> Option<Value> {
        if clauses.iter().any(|clause| clause.applies.is_none()) {
            return None;
        }
        let items = || decision.clauses.iter().zip(clauses).filter(|(clause, _)| clause.item.is_some()).map(|(_, tried)| tried);
        if items().next().is_some() && !items().any(|tried| tried.applies == Some(true)) {
            return Some(fault("gap"));
        }
        // The sum of a score whose item has no mark, or one above its points, is none.
        let unmarked = |clause: &ClauseTried| match (&clause.value, &clause.points) {
            (Some(mark), Some(most)) => mark.value == Value::Blank || compare(self.case, Op::Gt, &mark.value, &most.value) == yes(true),
            _ => false,
        };
        if clauses.iter().any(unmarked) {
            return Some(fault("no_mark"));
        }
        let values: Vec<&Value> = clauses.iter().filter(|c| c.applies == Some(true)).filter_map(|c| c.value.as_ref()).map(|s| &s.value).collect();
        // An amount to be posted that is blank is not nothing; several that differ are told as they are.
        if decision.posting.is_some() && matches!(decision.hit, Hit::ExactlyOne | Hit::AtMostOne | Hit::First) && values.first() == Some(&&Value::Blank) {
            return Some(fault("blank")).filter(|_| decision.hit == Hit::First || values.iter().all(|value| **value == Value::Blank));
        }
        let one = |none: Value| match values.as_slice() {
            [] => none,
            [first, rest @ ..] if rest.iter().all(|value| agrees(first, value)) => (*first).clone(),
            _ => Value::Fault(Cause::Contradiction {
                slot: decision.slot.clone(),
                clauses: clauses.iter().filter(|clause| clause.applies == Some(true)).map(|clause| clause.name.clone()).collect(),
            }),
        };
        let best = |op: Op| {
            let mut values = values.iter().map(|value| (*value).clone());
            let first = values.next()?;
            Some(values.fold(first, |a, b| if compare(self.case, op, &a, &b) == yes(true) { a } else { b }))
        };
        match decision.hit {
            Hit::ExactlyOne => Some(one(fault("gap"))),
            Hit::AtMostOne => Some(one(Value::Blank)),
            Hit::First => Some(values.first().map_or_else(|| fault("gap"), |value| (*value).clone())),
            Hit::Count => Some(quantity(Some(Number::whole(i64::try_from(values.len()).unwrap_or(i64::MAX))), Unit::One)),
            Hit::List => None,
            Hit::Max => Some(best(Op::Ge).unwrap_or(Value::Blank)),
            Hit::Min => Some(best(Op::Le).unwrap_or(Value::Blank)),
            Hit::Sum if values.is_empty() => Some(Value::Blank),
            Hit::Sum => sum(&values),
        }
    }

    fn cited_all(&mut self, scene: Scene<'c>, model: &[(Expr, Vec<String>)], told: &[Cited]) {
        if model.len() != told.len() {
            return self.fault("a forfeit is missing", "缺少取消条款");
        }
        for (mine, told) in model.iter().zip(told) {
            self.cited(scene, mine, told);
        }
    }

    fn cited_one(&mut self, scene: Scene<'c>, model: Option<&(Expr, Vec<String>)>, told: Option<&Cited>) {
        match (model, told) {
            (Some(mine), Some(told)) => self.cited(scene, mine, told),
            (None, None) => {}
            _ => self.fault("a floor or cap is missing", "缺少上限或下限"),
        }
    }

    fn cited(&mut self, scene: Scene<'c>, (expr, cites): &(Expr, Vec<String>), (told_cites, step): &Cited) {
        if cites != told_cites {
            self.fault("the citations are others", "引注不符");
        }
        self.step(scene, expr, step);
    }
}

/// Does a condition hold? None: open or faulty.
pub(super) fn answer(when: Option<&Step>) -> Option<bool> {
    match when.map(|step| &step.value) {
        None => Some(true),
        Some(Value::Known(Scalar::Bool(holds))) => Some(*holds),
        Some(_) => None,
    }
}

/// As values agree, with gaps and contradictions told as open or faulty.
fn same(mine: &Value, told: &Value) -> bool {
    match (mine, told) {
        (Value::Fault(_), Value::Open { .. }) => true,
        (Value::Blank, Value::Known(Scalar::Quantity(n, _))) => n.is_zero(),
        _ => agrees(mine, told),
    }
}

fn sum(values: &[&Value]) -> Option<Value> {
    let mut total: Option<(Number, Unit)> = None;
    for value in values {
        let Value::Known(Scalar::Quantity(n, unit)) = value else { return None };
        total = Some(match total {
            None => (*n, unit.clone()),
            Some((sum, same)) if same == *unit => match sum.plus(*n) {
                Some(sum) => (sum, same),
                None => return Some(fault("overflow")),
            },
            Some(_) => return None,
        });
    }
    total.map(|(n, unit)| quantity(Some(n), unit))
}

/// The value of the clauses, unless it is forfeited.
fn forfeited(decision: &Decision, told: &Decided) -> Value {
    if told.forfeits.iter().any(|(_, step)| step.value == yes(true)) {
        let unit = match &told.combined {
            Value::Known(Scalar::Quantity(_, unit)) => Some(unit.clone()),
            _ => decision.unit.clone(),
        };
        return unit.map_or_else(|| told.combined.clone(), |unit| quantity(Some(Number::whole(0)), unit));
    }
    if told.forfeits.iter().any(|(_, step)| answer(Some(step)).is_none()) { super::arith::open() } else { told.combined.clone() }
}

/// After cap and floor, if they hold for it, and rounding; several where it is open whether a bound is passed.
fn clipped(case: &super::case::Case<'_>, decision: &Decision, told: &Decided, value: Value, bounds: bool) -> Vec<Value> {
    if let (Some((_, floor)), Some((_, cap))) = (&told.floor, &told.cap)
        && !matches!(told.combined, Value::Blank | Value::Fault(_))
        && compare(case, Op::Gt, &floor.value, &cap.value) == yes(true)
    {
        let clauses = vec!["at least".to_owned(), "at most".to_owned()];
        return vec![Value::Fault(Cause::Contradiction { slot: decision.slot.clone(), clauses })];
    }
    let mut values = vec![value];
    for (bound, op) in [(&told.cap, Op::Gt), (&told.floor, Op::Lt)] {
        let Some((_, step)) = bound.as_ref().filter(|_| bounds) else { continue };
        let bounded = |value: Value| match compare(case, op, &value, &step.value) {
            passed if passed == yes(true) => vec![step.value.clone()],
            Value::Open { .. } => vec![value, step.value.clone()],
            _ => vec![value],
        };
        values = values.into_iter().flat_map(bounded).collect();
    }
    let rounded = |value: Value| match (&decision.rounding, &value) {
        (Some((mode, step, _)), Value::Known(Scalar::Quantity(n, unit))) => quantity(round(*n, *mode, *step), unit.clone()),
        (Some(_), Value::Open { .. }) => super::arith::open(),
        _ => value,
    };
    values.into_iter().map(rounded).collect()
}
