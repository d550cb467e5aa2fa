//! Items that should add up to a stated total.

use super::Context;
use super::linear::{constant, number};
use super::finding::{Finding, plain};
use crate::diagnostics::{Say, Severity};
use crate::model::expr::Expr;
use crate::model::norm::{Decision, Norm, Total};
use crate::model::number::Number;
use crate::model::written::Part;

/// Looks at every total of a norm.
pub(super) fn look(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>) {
    for (at, decision) in norm.decisions.iter().enumerate() {
        for (which, total) in decision.totals.iter().enumerate() {
            if let Some((points, sum, stated)) = sums(decision, total)
                && sum != stated
            {
                let all = points.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ");
                tell(context, norm, (at, which), total, (&all, sum, stated), found);
            }
        }
    }
}

/// What the items of a sheet add up to, and what they should; none where it is not a matter of constants.
fn sums(decision: &Decision, total: &Total) -> Option<(Vec<Number>, Number, Number)> {
    let value = |expr: &Expr| number(&constant(expr)?).map(|(number, _)| number);
    let items = decision.clauses.iter().filter(|clause| clause.when == total.when).filter_map(|clause| clause.item.as_ref());
    let points: Vec<Number> = items.map(|item| value(&item.points)).collect::<Option<_>>()?;
    let sum = points.iter().try_fold(Number::ZERO, |sum, points| sum.plus(*points))?;
    Some((points, sum, value(&total.points)?))
}

fn tell(context: &Context<'_>, norm: &Norm, (at, which): (usize, usize), total: &Total, (all, sum, stated): (&str, Number, Number), found: &mut Vec<Finding>) {
    let speech = context.speech(&norm.name);
    let title = speech.say(|words| words.quoted_norm(&norm.name));
    let message = Say::new(
        format!("the items of {} add up to {all} = {sum} points, but the text says {stated}", title.en),
        format!("{}各项合计 {all} = {sum} 分，而原文规定总分为 {stated} 分", title.zh),
    );
    let help = Say::new(
        "correct the points or the total; if the text itself is so, keep it and write `expect finding sum because \"…\"`",
        "改正分值或总分；如果原文就是这样，照原样保留，并写`预期 问题 sum 因为 “…”`",
    );
    // A score decides its points before anything else, and only a score has totals.
    let part = |part: Part| context.written.parts.get(&(norm.name.clone(), part));
    let stands = part(Part::Total(0, which)).or_else(|| part(Part::Clause(at, 0))).or_else(|| context.written.items.get(&norm.name)).cloned();
    let places = vec![(stands, speech.say(|words| words.cites(&total.cites)))];
    found.push(Finding { places, help, ..plain("sum", Severity::Error, &norm.name, message) });
}
