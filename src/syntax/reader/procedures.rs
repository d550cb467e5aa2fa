//! Lines of procedures.

use super::expressions::expr;
use super::items::cites;
use super::types::quantity;
use super::{Cx, Pair, Rule, kids, only};
use crate::syntax::tree::ProcedureStep;

/// `step reviewed by section_head within 2 working days when E [c]`.
pub(super) fn step(cx: Cx<'_>, pair: Pair<'_>) -> ProcedureStep {
    let mut parts = kids(pair);
    let event = cx.name(parts.one());
    let by = parts.all(Rule::norm_name).into_iter().map(|name| cx.name(name)).collect();
    let within = parts.opt(Rule::step_time).map(|time| quantity(cx, only(time)));
    let when = parts.opt(Rule::when_part).map(|when| expr(cx, only(when)));
    ProcedureStep { event, by, within, when, cites: cites(cx, parts.opt(Rule::cites)) }
}
