//! Requirements and deadlines.

use super::expressions::{expr, primary, value};
use super::items::cites;
use super::norms::{number_at, without_times};
use super::patterns::{links, pattern};
use super::types::quantity;
use super::{Cx, Pair, Rule, has, kids, only};
use crate::syntax::trouble;
use crate::syntax::tree::{Aggregate, BinaryOp, CompareOp, Deadline, During, Expr, Measure, Must, Node, OnRequest, What, Window, Within};

/// `must P within 7 days`, `must not P`, `must have E by E`, `must satisfy E`, `must follow the order a, b for the same X`.
pub(super) fn must(cx: Cx<'_>, pair: Pair<'_>) -> Must {
    let never = has(&pair, Rule::k_must_not);
    let mut parts = kids(pair);
    let what = parts.one();
    let mut during = None;
    let (what, until) = match what.as_rule() {
        Rule::must_order => {
            let mut parts = kids(what);
            let steps = parts.all(Rule::name).into_iter().map(|name| cx.name(name)).collect();
            (What::Order(steps, links(cx, parts.collect())), None)
        }
        Rule::must_satisfy => satisfy(cx, what, None),
        Rule::must_have => {
            let mut parts = kids(what);
            (What::Moment(value(cx, parts.one())), parts.next().map(|pair| deadline(cx, pair)))
        }
        _ => records(cx, what, never, &mut during),
    };
    Must { what, during, deadline: until, cites: cites(cx, parts.opt(Rule::cites)) }
}

/// `when no P within 7 days`.
pub(super) fn when_no(cx: Cx<'_>, pair: Pair<'_>) -> Must {
    let mut parts = kids(pair);
    let mut during = None;
    let (what, until) = records(cx, parts.one(), false, &mut during);
    Must { what, during, deadline: until, cites: cites(cx, parts.opt(Rule::cites)) }
}

/// `when P within 7 days`, `when at least 2 P by D`: was there one, or are there so many, from the occasion to the end of that time?
pub(super) fn when_term(cx: Cx<'_>, pair: Pair<'_>) -> Node<Expr> {
    let span = cx.span(&pair);
    let counted = kids(pair.clone()).any(|part| matches!(part.as_rule(), Rule::number_of | Rule::distinct));
    let (What::Records { pattern, op, number, distinct }, until) = records(cx, pair, false, &mut None) else { unreachable!("records are read") };
    let aggregate = Node::new(if counted { Aggregate::Count } else { Aggregate::Any }, pattern.span);
    let window = until.map(|until| Node::new(Window::Next(Box::new(until)), span));
    let measure = Node::new(Expr::Measure(Box::new(Measure { aggregate, of: None, pattern, distinct, through: None, window })), span);
    if counted { Node::new(Expr::Binary(BinaryOp::Compare(op), Box::new(measure), Box::new(without_times(number))), span) } else { measure }
}

/// `satisfy X when Y`: where Y is so, X has to be.
fn satisfy(cx: Cx<'_>, pair: Pair<'_>, when: Option<Node<Expr>>) -> (What, Option<Deadline>) {
    let mut parts = kids(pair);
    let what = expr(cx, parts.one());
    let until = parts.opt(Rule::deadline).map(|pair| deadline(cx, pair));
    let when = parts.opt(Rule::when_part).map(|pair| expr(cx, only(pair))).into_iter().chain(when);
    let needed = when.fold(what, |what, when| {
        let span = what.span;
        let not = Node::new(Expr::Not(Box::new(when)), span);
        Node::new(Expr::Binary(BinaryOp::Or, Box::new(not), Box::new(what)), span)
    });
    (What::Condition(needed), until)
}

/// `when Y, must satisfy X`.
pub(super) fn must_satisfy(cx: Cx<'_>, when: Node<Expr>, pair: Pair<'_>, sources: Option<Pair<'_>>) -> Must {
    let (what, until) = satisfy(cx, pair, Some(when));
    Must { what, during: None, deadline: until, cites: cites(cx, sources) }
}

/// A pattern with how many, from and by when, and which count as one, in any order.
fn records(cx: Cx<'_>, pair: Pair<'_>, never: bool, during: &mut Option<Node<During>>) -> (What, Option<Deadline>) {
    let span = cx.span(&pair);
    let (mut found, mut until, mut distinct, mut count) = (None, None, None, None);
    for part in kids(pair) {
        let at = cx.span(&part);
        match part.as_rule() {
            Rule::deadline => cx.once(&mut until, deadline(cx, part), at),
            Rule::distinct => cx.once(&mut distinct, value(cx, only(part)), at),
            Rule::number_of => cx.once(&mut count, number_of(cx, part), at),
            Rule::starting => cx.once(during, Node::new(During::From(value(cx, only(part))), at), at),
            Rule::in_week | Rule::in_quarter | Rule::in_month => cx.once(during, Node::new(part_of_period(cx, part), at), at),
            _ => found = Some(pattern(cx, part)),
        }
    }
    if let (true, Some((_, number))) = (never, &count) {
        cx.tell(trouble::said_twice(number.span));
    }
    // `from D within 7 days` is `within 7 days from D`.
    if let (Some(Deadline::Within(Within { from: from @ None, .. })), Some(Node { value: During::From(_), .. })) = (&mut until, &*during)
        && let Some(Node { value: During::From(day), .. }) = during.take()
    {
        *from = Some(day);
    }
    if let (Some(_), Some(Node { value: During::Week(_) | During::Quarter(_) | During::Month(_), span })) = (&until, &*during) {
        cx.tell(trouble::said_twice(*span));
    }
    let usual = if never { (CompareOp::Le, number_at(0, span)) } else { (CompareOp::Ge, number_at(1, span)) };
    let (op, number) = count.unwrap_or(usual);
    let pattern = found.expect("the grammar gives a pattern");
    (What::Records { pattern, op, number, distinct }, until)
}

/// `in the third week`, `in the fourth quarter`, `in june`.
fn part_of_period(cx: Cx<'_>, pair: Pair<'_>) -> During {
    let (rule, span) = (pair.as_rule(), cx.span(&pair));
    let which = kids(pair).one();
    let ordinal = |pair: Pair<'_>| match only(pair).as_rule() {
        Rule::o_first => 1,
        Rule::o_second => 2,
        Rule::o_third => 3,
        _ => 4,
    };
    match rule {
        Rule::in_week => During::Week(ordinal(which)),
        Rule::in_quarter => During::Quarter(ordinal(which)),
        _ => During::Month(month(&which).unwrap_or_else(|| {
            cx.tell(trouble::bad_date(span, which.as_str()));
            1
        })),
    }
}

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// The number of a month: `june`, `6 月`.
fn month(pair: &Pair<'_>) -> Option<u32> {
    let number = match pair.as_rule() {
        Rule::month_name => u32::try_from(MONTHS.iter().position(|name| *name == pair.as_str())? + 1).ok()?,
        _ => pair.as_str().trim_end_matches('月').trim_end().parse().ok()?,
    };
    (1..=12).contains(&number).then_some(number)
}

/// `extended to E on P asked in P`, with what refuses it and how long an answer may take, in any order.
pub(super) fn on_request(cx: Cx<'_>, pair: Pair<'_>) -> OnRequest {
    let mut parts = kids(pair);
    let new = parts.one();
    let new = deadline(cx, new);
    let granted = pattern(cx, parts.one());
    let (mut asked, mut refused, mut answered, mut sources) = (None, None, None, Vec::new());
    for part in parts {
        let at = cx.span(&part);
        match part.as_rule() {
            Rule::asked_in => cx.once(&mut asked, pattern(cx, only(part)), at),
            Rule::refused_in => cx.once(&mut refused, pattern(cx, only(part)), at),
            Rule::answered_in => cx.once(&mut answered, quantity(cx, only(part)), at),
            _ => sources = cites(cx, Some(part)),
        }
    }
    OnRequest { deadline: new, granted, asked, refused, answered, cites: sources }
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

/// A deadline, or the bare length or day of `extended to 30 days`.
pub(super) fn deadline(cx: Cx<'_>, pair: Pair<'_>) -> Deadline {
    match pair.as_rule() {
        Rule::new_length => return Deadline::Within(within(cx, pair)),
        Rule::value => {
            let to = value(cx, pair);
            let whole = matches!(to.value, Expr::Quantity(_));
            return if whole { Deadline::Within(Within { length: to, from: None, counts_first: None }) } else { Deadline::To(to) };
        }
        _ => {}
    }
    let inner = only(pair);
    let rule = inner.as_rule();
    if rule == Rule::l_within {
        return Deadline::Within(within(cx, inner));
    }
    let mut parts = kids(inner);
    match rule {
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

/// A length of time with its start, in any order, and whether the first day counts.
pub(super) fn within(cx: Cx<'_>, pair: Pair<'_>) -> Within {
    let (mut length, mut from, mut counts_first) = (None, None, None);
    for part in kids(pair) {
        let at = cx.span(&part);
        match part.as_rule() {
            Rule::value => cx.once(&mut from, value(cx, part), at),
            Rule::first_counts => counts_first = Some(true),
            Rule::first_does_not => counts_first = Some(false),
            _ => length = Some(primary(cx, part)),
        }
    }
    Within { length: length.expect("the grammar gives a length"), from, counts_first }
}
