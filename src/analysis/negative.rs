//! What is fined, deducted or paid and can be less than nothing: a deduction below zero is paid out, and nothing else shows it.

use super::condition::Cond;
use super::finding::{Finding, plain};
use super::linear::constant;
use super::pairs::stage::days;
use super::reader::Reader;
use super::{Context, feasible, witness};
use crate::diagnostics::{Say, Severity};
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Clause, Decision, Hit, Norm, Posting};
use crate::model::number::Number;
use crate::model::value::Scalar;
use crate::model::written::Part;

/// Looks at each line that posts an amount that is worked out. Sums of several lines are not looked at: what is subtracted in them is meant.
pub(super) fn look(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>) {
    for (at, decision) in norm.decisions.iter().enumerate() {
        let single = decision.clauses.len() == 1 || matches!(decision.hit, Hit::ExactlyOne | Hit::AtMostOne | Hit::First);
        if !single || decision.floor.is_some() || !matches!(decision.posting, Some(Posting::Fine | Posting::Deduct | Posting::Pay)) {
            continue;
        }
        for (row, clause) in decision.clauses.iter().enumerate().filter(|(_, clause)| constant(&clause.value).is_none()) {
            below_zero(context, norm, (at, decision), (row, clause), found);
        }
    }
}

fn below_zero(context: &Context<'_>, norm: &Norm, (at, decision): (usize, &Decision), (row, clause): (usize, &Clause), found: &mut Vec<Finding>) {
    let Some(unit) = decision.unit.clone() else { return };
    let zero = Number::whole(0);
    let below = Expr::Compare(Op::Lt, Box::new(clause.value.clone()), Box::new(Expr::Value(Scalar::Quantity(zero, unit))));
    let mut reader = Reader::new(context.model, norm);
    let conditions = vec![reader.applies(norm, days(context.model, norm).unwrap_or_default()), reader.when(clause.when.as_ref()), reader.cond(&below)];
    reader.space.cut();
    let Ok(shapes) = Cond::All(conditions).shapes(&reader.space, true) else { return };
    let shapes = feasible::only(&reader, shapes);
    let posts = |effect: &crate::reference::verdict::Effect| effect.kind == decision.slot && effect.amount.is_some_and(|amount| amount < zero);
    let Some(witness) = witness::find(context.model, norm, &reader, &shapes, &|verdict| verdict.effects.iter().any(posts)) else { return };
    let speech = context.speech(&norm.name);
    let (what, amount) = (speech.say(|words| words.slot(&decision.slot)), speech.say(|words| words.phrase(&clause.value, &[])));
    let message = Say::new(format!("the {} can be less than nothing: {}", what.en, amount.en), format!("{}可能小于零：{}", what.zh, amount.zh));
    let help = Say::new(
        "add `at least 0 …` below it, or the condition under which it is due; if it is meant, keep it and write `expect finding below-zero because \"…\"`",
        "在其下写 `不低于 0 …`，或写明何时才有；如果正是此意，照原样保留，并写`预期 问题 below-zero 因为 “…”`",
    );
    let place = context.written.parts.get(&(norm.name.clone(), Part::Clause(at, row))).or_else(|| context.written.items.get(&norm.name)).cloned();
    let cites = speech.say(|words| words.cites(&clause.cites));
    found.push(Finding { places: vec![(place, cites)], help, witness: Some(witness), ..plain("below-zero", Severity::Warning, &norm.name, message) });
}
