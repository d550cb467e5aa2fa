//! Requirements and deadlines.

use super::declarations::names;
use super::expressions::{expr, value};
use super::items::cites;
use super::norms::number_at;
use super::patterns::pattern;
use super::types::quantity;
use super::{Cx, Pair, Rule, has, kids, only};
use crate::syntax::trouble;
use crate::syntax::tree::{CompareOp, Deadline, Expr, Must, Node, Quantity, What};

/// `must P within 7 days`, `must not P`, `must have E by E`, `must satisfy E`, `must follow the order a, b`.
pub(super) fn must(cx: Cx<'_>, pair: Pair<'_>) -> Must {
    let never = has(&pair, Rule::k_must_not);
    let mut parts = kids(pair);
    let what = parts.one();
    let (what, until) = match what.as_rule() {
        Rule::must_order => (What::Order(names(cx, what)), None),
        Rule::must_satisfy => {
            let mut parts = kids(what);
            (What::Condition(expr(cx, parts.one())), parts.next().map(|pair| deadline(cx, pair)))
        }
        Rule::must_have => {
            let mut parts = kids(what);
            (What::Moment(value(cx, parts.one())), parts.next().map(|pair| deadline(cx, pair)))
        }
        _ => records(cx, what, never),
    };
    Must { what, deadline: until, cites: cites(cx, parts.opt(Rule::cites)) }
}

/// A pattern with how many, by when, and which count as one, in any order.
fn records(cx: Cx<'_>, pair: Pair<'_>, never: bool) -> (What, Option<Deadline>) {
    let span = cx.span(&pair);
    let (mut found, mut until, mut distinct, mut count) = (None, None, None, None);
    for part in kids(pair) {
        let at = cx.span(&part);
        match part.as_rule() {
            Rule::deadline => cx.once(&mut until, deadline(cx, part), at),
            Rule::distinct => cx.once(&mut distinct, value(cx, only(part)), at),
            Rule::number_of => cx.once(&mut count, number_of(cx, part), at),
            _ => found = Some(pattern(cx, part)),
        }
    }
    if let (true, Some((_, number))) = (never, &count) {
        cx.tell(trouble::said_twice(number.span));
    }
    let usual = if never { (CompareOp::Le, number_at(0, span)) } else { (CompareOp::Ge, number_at(1, span)) };
    let (op, number) = count.unwrap_or(usual);
    let pattern = found.expect("the grammar gives a pattern");
    (What::Records { pattern, op, number, distinct }, until)
}

/// `at least 10 times`.
fn number_of(cx: Cx<'_>, pair: Pair<'_>) -> (CompareOp, Node<Expr>) {
    let mut parts = kids(pair);
    let op = match parts.one().as_rule() {
        Rule::n_least => CompareOp::Ge,
        Rule::n_most => CompareOp::Le,
        _ => CompareOp::Eq,
    };
    (op, value(cx, parts.one()))
}

/// A deadline, or the bare length of `extended to 30 days`.
pub(super) fn deadline(cx: Cx<'_>, pair: Pair<'_>) -> Deadline {
    if pair.as_rule() == Rule::quantity {
        return Deadline::Within(quantity(cx, pair), None);
    }
    let inner = only(pair);
    let (rule, span) = (inner.as_rule(), cx.span(&inner));
    let mut parts = kids(inner);
    match rule {
        Rule::l_not_stated => Deadline::NotStated(span),
        Rule::l_within => {
            let (mut length, mut from) = (None, None);
            for part in parts {
                let at = cx.span(&part);
                if part.as_rule() == Rule::quantity {
                    length = Some(quantity(cx, part));
                } else {
                    cx.once(&mut from, value(cx, part), at);
                }
            }
            let length: Quantity = length.expect("the grammar gives a length");
            Deadline::Within(length, from)
        }
        Rule::l_ahead => Deadline::Ahead(quantity(cx, parts.one()), value(cx, parts.one())),
        Rule::l_by => Deadline::By(value(cx, parts.one())),
        _ => {
            let limit = value(cx, parts.one());
            match parts.next() {
                Some(length) => Deadline::Ahead(quantity(cx, length), limit),
                None => Deadline::Before(limit),
            }
        }
    }
}
