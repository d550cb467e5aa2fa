//! Lines and columns of approvals.

use super::expressions::expr;
use super::items::cites;
use super::patterns::pattern;
use super::requirements::deadline;
use super::{Cx, File, Pair, Rule, kids, only};
use crate::diagnostics::Span;
use crate::syntax::tree::{Cell, Column, Name, Node, SignedIn, SignedUntil, Step, StepColumn};

/// `signed in P before D [c]`.
pub(super) fn signed_in(cx: Cx<'_>, pair: Pair<'_>) -> SignedIn {
    let mut parts = kids(pair);
    let step = step(only(parts.one()).as_rule());
    let pattern = pattern(cx, parts.one());
    let until = match (parts.opt(Rule::w_so_far), parts.opt(Rule::deadline)) {
        (Some(_), _) => Some(SignedUntil::SoFar),
        (None, until) => until.map(|until| SignedUntil::Deadline(deadline(cx, until))),
    };
    SignedIn { step, pattern, until, cites: cites(cx, parts.opt(Rule::cites)) }
}

/// A header cell.
pub(super) fn column(file: &File<'_>, span: Span) -> Option<Node<Column>> {
    Cx::read(file, Rule::approval_column, span, |cx, pair| {
        let inner = only(pair);
        let column = match inner.as_rule() {
            Rule::col_source => Column::Source,
            Rule::col_step => {
                let mut parts = kids(inner);
                let step = step(only(parts.one()).as_rule());
                Column::Step(StepColumn { step, named: parts.next().map(|name| cx.name(name)) })
            }
            _ => Column::Condition(expr(cx, inner)),
        };
        Node::new(column, span)
    })
}

/// A cell below a step: names, any of them; none.
pub(super) fn cell(file: &File<'_>, span: Span) -> Option<Node<Cell>> {
    let names = Cx::read(file, Rule::step_cell, span, |cx, pair| {
        let names = kids(pair).filter(|part| part.as_rule() == Rule::norm_name);
        names.map(|name| cx.name(name)).collect::<Vec<Name>>()
    });
    names.map(|names| Node::new(Cell::Names(names), span))
}

fn step(rule: Rule) -> Step {
    match rule {
        Rule::v_agreed | Rule::by_agreed => Step::Agreed,
        Rule::v_reviewed | Rule::by_reviewed => Step::Reviewed,
        Rule::v_consented | Rule::by_consented => Step::Consented,
        Rule::v_countersigned | Rule::by_countersigned => Step::Countersigned,
        Rule::v_approved | Rule::by_approved => Step::Approved,
        Rule::v_issued | Rule::by_issued => Step::Issued,
        Rule::v_filed | Rule::with_filed => Step::Filed,
        _ => Step::Signed,
    }
}
