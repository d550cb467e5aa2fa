//! Every evaluated expression: the same expression as in the model, operands checked, value recomputed.

use super::arith::bounds;
use super::case::Scene;
use super::cancel::cancels;
use super::logic::holds;
use super::{Checker, judged};
use crate::model::expr::{Aggregate, Expr, Op};
use crate::model::value::Scalar;
use crate::model::walk;
use crate::reference::derivation::{Counting, Detail, Step, Value};
use crate::reference::verdict::Cause;
use std::collections::BTreeSet;

impl<'c> Checker<'c> {
    /// Checks that `told` is `expr`, evaluated.
    pub(super) fn step(&mut self, scene: Scene<'c>, expr: &Expr, told: &Step) {
        if told.expr != *expr {
            return self.fault("another expression stands in the policy", "规章中为另一表达式");
        }
        let mut operands = walk::operands(expr);
        // What stands behind `or else` is looked at only where the first is blank.
        if matches!(expr, Expr::OrElse(..)) && told.parts.first().is_some_and(|first| first.value != Value::Blank) {
            operands.truncate(1);
        }
        if told.parts.len() != operands.len() {
            return self.fault("operands are missing or too many", "运算项缺失或多余");
        }
        for (operand, part) in operands.into_iter().zip(&told.parts) {
            self.step(scene, operand, part);
        }
        let parts: Vec<Value> = told.parts.iter().map(|part| part.value.clone()).collect();
        let expected = match (expr, &told.detail) {
            (Expr::Measure(measure), Detail::Counted(counting)) => self.counting(scene, measure, counting),
            (Expr::Group(group), Detail::Members(looked)) => self.members(scene, group, parts.first(), looked),
            (Expr::Group(_), _) if !matches!(told.value, Value::Open { .. } | Value::Fault(_)) => {
                return self.fault("the members are not listed", "未列出成员");
            }
            // A window of hours before a record without its hour: there is nothing to list.
            (Expr::Measure(measure), _) if matches!(told.value, Value::Fault(_)) && scene.bounds(&measure.window).is_none() => return,
            (Expr::Measure(measure), Detail::None) if matches!(told.value, Value::Fault(_)) && scene.cannot_gather(&measure.pattern) => return,
            (Expr::Stay(stay), Detail::Stay(turns)) => self.stay(scene, stay, turns),
            (Expr::Stay(_), _) => return self.fault("the records of a state are not listed", "未列出状态所依据的记录"),
            (Expr::Holds(holds), detail) => self.held(scene, holds, &parts, detail),
            (Expr::Measure(_), _) => return self.fault("the records of a measure are not listed", "未列出计量所依据的记录"),
            _ => scene.of_parts(expr, &parts),
        };
        self.detail(scene, told, &parts);
        match expected {
            Some(expected) if !agrees(&expected, &told.value) && !self.split(scene, told, &expected) && !cancels(told, &expected) => {
                self.fault("a value does not follow from its parts", "数值与其依据不符");
            }
            _ => {}
        }
        if let Value::Open { causes, .. } = &told.value {
            self.causes_of(told, causes);
        }
    }

    /// What a step says it looked at.
    fn detail(&mut self, scene: Scene<'c>, told: &Step, parts: &[Value]) {
        let right = match (&told.detail, &told.expr) {
            (Detail::Record { record }, Expr::Field(scope, _) | Expr::At(scope) | Expr::Day(scope)) => {
                scene.holder(*scope).is_none_or(|seen| seen.reference() == *record)
            }
            (Detail::Record { .. }, _) => false,
            (Detail::Fact { subject, day }, _) => {
                let named = match parts {
                    [Value::Known(Scalar::Ref(entity, id))] => *subject == format!("{entity}:{id}"),
                    _ => true,
                };
                let whose = subject.split_once(':').map(|(entity, id)| scene.day_for(entity, id));
                named && whose.is_none_or(|whose| *day == whose)
            }
            (Detail::Judged { attested, presumed, ignored }, Expr::Judged(name, about)) => {
                match judged::about_of(&scene, name, about, parts) {
                    Some(about) => {
                        self.judged(scene, name, &about, (attested.as_deref(), *presumed, ignored));
                        true
                    }
                    None => true,
                }
            }
            (Detail::Decided { verdict }, Expr::DecidedOf(norm, _, _, before)) => {
                let whose = match parts {
                    [Value::Known(Scalar::Ref(_, id))] => format!("{norm}@{id}/"),
                    _ => format!("{norm}@"),
                };
                verdict.strip_prefix(&whose).is_some_and(|period| self.is_period_of(period, *before))
            }
            (Detail::Decided { verdict }, Expr::Decided(norm, _)) => verdict.split_once('@').is_some_and(|(rule, _)| rule == norm),
            (Detail::Days(days), Expr::Between(..) | Expr::Shift(..) | Expr::Late(..)) => {
                self.day_count(days, matches!(told.expr, Expr::Shift(..)));
                !days.same_day
            }
            (Detail::Members(_), Expr::Group(_)) | (Detail::Held { .. }, Expr::Holds(_)) | (Detail::Stay(_), Expr::Stay(_)) | (Detail::Counted(_), Expr::Measure(_)) | (Detail::None | Detail::Parameter { .. }, _) => true,
            _ => false,
        };
        if !right {
            self.fault("a step names a source that it cannot have", "步骤所注出处不成立");
        }
    }

    /// Does the period of this name hold the occasion's day, or (`before`) end before the one that does? Rows of periods are taken as told.
    fn is_period_of(&self, name: &str, before: bool) -> bool {
        let Some((day, unit)) = super::dates::keyed(name) else { return true };
        let Some((first, last)) = super::dates::period(unit, day) else { return false };
        let now = super::dates::period(unit, self.case.day);
        if before { now.and_then(|(first, _)| first.pred_opt()) == Some(last) } else { first <= self.case.day && self.case.day <= last }
    }

    /// May a question about something open have this answer in this world? Yes when a choice says so.
    fn split(&self, scene: Scene<'c>, told: &Step, expected: &Value) -> bool {
        if let (Expr::Measure(measure), Detail::Counted(counting)) = (&told.expr, &told.detail) {
            return matches!((expected, &told.value), (Value::Open { .. }, Value::Known(_))) && self.measure_split(scene, &measure.aggregate, counting, &told.value);
        }
        // Of two times one of which is open, the case says which comes first.
        if let (Expr::Later(..), Value::Open { causes, .. }, [a, b]) = (&told.expr, expected, told.parts.as_slice()) {
            return [a, b].iter().any(|part| part.value == told.value) && scene.choices.iter().any(|(cause, _)| causes.contains(cause));
        }
        if let (Expr::Div(..), Value::Fault(_), [_, divisor]) = (&told.expr, &told.value, told.parts.as_slice()) {
            let mut causes = Vec::new();
            open_causes(&divisor.value, &mut causes);
            return scene.choices.iter().any(|(cause, word)| word == "= 0" && causes.contains(cause));
        }
        // An attribute of somebody who is not known, the day of the week of a day: the choice names its value.
        if let (Expr::Fact(..) | Expr::Weekday(_), Value::Known(Scalar::Kind(_, value)), [of]) = (&told.expr, &told.value, told.parts.as_slice()) {
            let mut causes = Vec::new();
            open_causes(&of.value, &mut causes);
            return scene.choices.iter().any(|(cause, word)| **word == **value && causes.contains(cause));
        }
        let (Value::Open { .. }, Value::Known(Scalar::Bool(answer))) = (expected, &told.value) else { return false };
        if let Expr::Stay(_) = &told.expr {
            // The records say why; the case says which way.
            return scene.choices.iter().any(|(_, word)| word == if *answer { "in" } else { "out" });
        }
        if !judged::is_question(&told.expr) {
            return false;
        }
        let mut causes = Vec::new();
        told.parts.iter().for_each(|part| open_causes(&part.value, &mut causes));
        let mut choices = scene.choices.iter().filter(|(cause, _)| causes.contains(cause)).peekable();
        if choices.peek().is_none() {
            // Two sides that hang on the same open thing may settle it between them, as a number and twice that number do.
            return one_thing(told);
        }
        // A choice about records that may count, or may come, is about how many besides those that surely do: its number is another one.
        let of_measure = |cause: &Cause| matches!(cause, Cause::NotYet { .. } | Cause::PossibleRecords { .. } | Cause::Tie { .. });
        let words: Vec<&str> = choices.filter(|(cause, _)| !of_measure(cause)).map(|(_, word)| word.as_str()).collect();
        match (&told.expr, told.parts.as_slice()) {
            (Expr::Compare(op, ..), [a, b]) => {
                // A choice speaks of the open thing itself, not of what is worked out from it.
                let plain = |step: &Step| walk::operands(&step.expr).is_empty() || matches!(step.expr, Expr::Fact(..) | Expr::Judged(..));
                let said = plain(a) && plain(b);
                interval_allows(*op, &a.value, &b.value, *answer) && (!said || words_allow(*op, &a.value, &b.value, &words, *answer))
            }
            _ => true,
        }
    }

    /// Whether there was any: open as long as more may come, or when those that are there are only possible. The least or the most of known and
    /// open values: a known one, where the case says how the open ones stand to it.
    fn measure_split(&self, scene: Scene<'c>, aggregate: &Aggregate, counting: &Counting, told: &Value) -> bool {
        let mut causes: Vec<Cause> = counting.until.map(|until| Cause::NotYet { until: until.day(self.case.zone) }).into_iter().collect();
        counting.counted.iter().filter_map(|record| record.value.as_ref()).for_each(|value| open_causes(value, &mut causes));
        let possible = counting.counted.iter().any(|record| !record.certain);
        let chosen = scene.choices.iter().any(|(cause, _)| possible || causes.contains(cause));
        let better = match aggregate {
            Aggregate::Any => return chosen,
            Aggregate::Least => Op::Lt,
            Aggregate::Most => Op::Gt,
            _ => return false,
        };
        let values: Vec<&Value> = counting.counted.iter().filter_map(|record| record.value.as_ref()).collect();
        let beaten = |value: &&Value| super::logic::compare(self.case, better, value, told) == super::arith::yes(true);
        chosen && values.contains(&told) && !values.iter().any(beaten)
    }

    /// An open value says why: the causes of its open parts, or a cause of its own.
    fn causes_of(&mut self, told: &Step, causes: &[Cause]) {
        let mut below = Vec::new();
        told.parts.iter().for_each(|part| open_causes(&part.value, &mut below));
        // The other of two times does not make it open.
        if matches!(told.expr, Expr::Later(..)) && told.parts.iter().any(|part| part.value == told.value) {
            return;
        }
        let complete = below.iter().all(|cause| causes.contains(cause));
        if causes.is_empty() || (!below.is_empty() && !complete) {
            self.fault("an open value does not say why it is open", "未定数值未列明全部原因");
        }
    }
}

/// Are both sides of the comparison open for a reason that they share?
fn one_thing(told: &Step) -> bool {
    let [a, b] = told.parts.as_slice() else { return false };
    let (mut left, mut right) = (Vec::new(), Vec::new());
    open_causes(&a.value, &mut left);
    open_causes(&b.value, &mut right);
    left.iter().any(|cause| right.contains(cause))
}

fn open_causes(value: &Value, causes: &mut Vec<Cause>) {
    if let Value::Open { causes: more, .. } = value {
        causes.extend(more.iter().cloned());
    }
}

/// Could the comparison have this answer within the bounds that the world gives?
fn interval_allows(op: Op, a: &Value, b: &Value, answer: bool) -> bool {
    let (Some((a_low, a_high)), Some((b_low, b_high))) = (bounds(a), bounds(b)) else { return true };
    let op = if answer { op } else { opposite(op) };
    let below = a_low.zip(b_high).is_none_or(|(a, b)| holds(op_or_equal(op), a.cmp(&b)));
    let above = a_high.zip(b_low).is_none_or(|(a, b)| holds(op_or_equal(op), a.cmp(&b)));
    match op {
        Op::Lt | Op::Le => below,
        Op::Gt | Op::Ge => above,
        Op::Eq | Op::Ne => true,
    }
}

/// Could the comparison with a known number have this answer, when the case says on which side of that number the open value lies?
fn words_allow(op: Op, a: &Value, b: &Value, words: &[&str], answer: bool) -> bool {
    let (number, op) = match (a, b) {
        (Value::Open { .. }, Value::Known(Scalar::Quantity(number, _))) => (number, op),
        (Value::Known(Scalar::Quantity(number, _)), Value::Open { .. }) => (number, mirrored(op)),
        _ => return true,
    };
    let said = words.iter().find_map(|word| {
        let (sign, threshold) = word.split_once(' ')?;
        (crate::model::number::Number::parse(threshold)? == *number).then_some(sign)
    });
    let implied = match (said, op) {
        (Some("<"), Op::Lt | Op::Le | Op::Ne) | (Some("<="), Op::Le) | (Some("="), Op::Eq | Op::Le | Op::Ge) => Some(true),
        (Some("<"), _) | (Some("<="), Op::Gt) | (Some("="), _) => Some(false),
        (Some(">"), Op::Gt | Op::Ge | Op::Ne) | (Some(">="), Op::Ge) => Some(true),
        (Some(">"), _) | (Some(">="), Op::Lt) => Some(false),
        _ => None,
    };
    implied.is_none_or(|implied| implied == answer)
}

/// The comparison with its sides turned.
pub(super) fn mirrored(op: Op) -> Op {
    match op {
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        Op::Eq | Op::Ne => op,
    }
}

fn op_or_equal(op: Op) -> Op {
    match op {
        Op::Lt => Op::Le,
        Op::Gt => Op::Ge,
        other => other,
    }
}

fn opposite(op: Op) -> Op {
    match op {
        Op::Eq => Op::Ne,
        Op::Ne => Op::Eq,
        Op::Lt => Op::Ge,
        Op::Le => Op::Gt,
        Op::Gt => Op::Le,
        Op::Ge => Op::Lt,
    }
}

/// Do two values say the same? Of faults other than contradictions only the sort is compared; an open value lies within the expected bounds and names
/// the expected causes.
pub(super) fn agrees(expected: &Value, told: &Value) -> bool {
    match (expected, told) {
        (Value::Fault(Cause::Contradiction { slot, clauses }), Value::Fault(Cause::Contradiction { slot: told_slot, clauses: told_clauses })) => {
            slot == told_slot && clauses.iter().collect::<BTreeSet<_>>() == told_clauses.iter().collect::<BTreeSet<_>>()
        }
        (Value::Fault(_), Value::Fault(_)) => true,
        (Value::Open { low, high, causes }, Value::Open { low: told_low, high: told_high, causes: told }) => {
            causes.iter().all(|cause| told.contains(cause)) && low.is_none_or(|low| told_low.is_some_and(|told| low <= told)) && high.is_none_or(|high| told_high.is_some_and(|told| told <= high))
        }
        (expected, told) => expected == told,
    }
}
