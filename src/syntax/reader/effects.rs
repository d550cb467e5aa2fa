//! Effects, amounts and derived records.

use super::expressions::{expr, value};
use super::items::{cites, norm_names};
use super::norms::number_at;
use super::patterns::pattern;
use super::types::{decimal, unit};
use super::{Cx, Kids, Pair, Rule, kids, only};
use crate::syntax::trouble;
use crate::syntax::tree::{Amount, Change, Effect, EffectLine, Expr, Gives, Name, Node, Per, Posting, Quantity, Unit};

/// `fine 2 CNY to E when E [c]`.
pub(super) fn effect_line(cx: Cx<'_>, pair: Pair<'_>) -> EffectLine {
    let mut parts = kids(pair);
    let mut line = EffectLine { effect: effect(cx, only(parts.one())), to: None, when: None, cites: Vec::new() };
    for part in parts {
        match part.as_rule() {
            Rule::to_part => cx.once(&mut line.to, addressee(cx, part.clone()), cx.span(&part)),
            Rule::when_part => cx.once(&mut line.when, expr(cx, only(part.clone())), cx.span(&part)),
            _ => line.cites = cites(cx, Some(part)),
        }
    }
    line
}

/// An effect.
pub(super) fn effect(cx: Cx<'_>, pair: Pair<'_>) -> Effect {
    let rule = pair.as_rule();
    let mut parts = kids(pair);
    match rule {
        Rule::e_violation => Effect::Violation,
        Rule::e_off => Effect::Off,
        Rule::e_decides => Effect::Decides(cx.name(parts.one()), decided(cx, parts.one())),
        Rule::e_forfeits => Effect::Forfeits(cx.name(parts.one())),
        Rule::e_more => {
            let word = parts.one();
            let posting = cx.node(posting(word.as_rule()), &word);
            let more = with_unit(cx, posting.value, value(cx, parts.one()));
            Effect::Post(posting, Change::More(more))
        }
        _ => {
            let word = parts.one();
            let posting = cx.node(posting(only(word.clone()).as_rule()), &word);
            let change = change(cx, posting.value, &mut parts);
            Effect::Post(posting, change)
        }
    }
}

/// What a word of posting means.
pub(super) fn posting(rule: Rule) -> Posting {
    match rule {
        Rule::post_deduct | Rule::x_deduct => Posting::Deduct,
        Rule::post_pay | Rule::x_pay => Posting::Pay,
        Rule::post_score | Rule::x_score => Posting::Score,
        Rule::post_count => Posting::Count,
        _ => Posting::Fine,
    }
}

fn change(cx: Cx<'_>, posting: Posting, parts: &mut Kids<'_>) -> Change {
    let first = parts.one();
    match first.as_rule() {
        Rule::double => Change::Times(number_at(2, cx.span(&first))),
        Rule::fold => {
            let number = only(first);
            let quantity = Quantity { number: cx.node(decimal(cx, &number), &number), unit: None };
            Change::Times(cx.node(Expr::Quantity(quantity), &number))
        }
        _ => {
            let amount = value(cx, first);
            if parts.opt(Rule::more).is_some() {
                return Change::More(with_unit(cx, posting, amount));
            }
            match times(&amount) {
                Some(number) if posting != Posting::Count => Change::Times(Node::new(Expr::Quantity(Quantity { number, unit: None }), amount.span)),
                _ => Change::To(with_unit(cx, posting, amount)),
            }
        }
    }
}

/// What is decided, or what an exception makes of it.
fn decided(cx: Cx<'_>, pair: Pair<'_>) -> Change {
    match pair.as_rule() {
        Rule::double => Change::Times(number_at(2, cx.span(&pair))),
        Rule::fold | Rule::so_often => {
            let number = kids(pair).one();
            let quantity = Quantity { number: cx.node(decimal(cx, &number), &number), unit: None };
            Change::Times(cx.node(Expr::Quantity(quantity), &number))
        }
        Rule::value => Change::More(value(cx, pair)),
        _ => Change::To(expr(cx, pair)),
    }
}

/// The number of `3 times`.
fn times(amount: &Node<Expr>) -> Option<Node<rust_decimal::Decimal>> {
    match &amount.value {
        Expr::Quantity(Quantity { number, unit: Some(unit) }) if unit.value == Unit::Times => Some(number.clone()),
        _ => None,
    }
}

/// Tells a bare number where an amount must have a unit.
fn with_unit(cx: Cx<'_>, posting: Posting, amount: Node<Expr>) -> Node<Expr> {
    if let (Posting::Fine | Posting::Deduct | Posting::Pay, Expr::Quantity(Quantity { number, unit: None })) = (posting, &amount.value) {
        cx.tell(trouble::unit_missing(amount.span, &number.value.to_string()));
    }
    amount
}

/// `90 CNY per day of leave from ITEM when E, at most 200 CNY [c]`.
pub(super) fn amount(cx: Cx<'_>, pair: Pair<'_>) -> Amount {
    let mut parts = kids(pair);
    let mut amount = Amount { amount: with_unit(cx, Posting::Pay, value(cx, parts.one())), per: None, when: None, cap: None, item: None, cites: Vec::new() };
    for part in parts {
        match part.as_rule() {
            Rule::bounded => cx.once(&mut amount.cap, value(cx, only(part.clone())), cx.span(&part)),
            Rule::item_part => cx.once(&mut amount.item, cx.name(only(only(part.clone()))), cx.span(&part)),
            Rule::per => cx.once(&mut amount.per, per(cx, part.clone()), cx.span(&part)),
            Rule::when_part => cx.once(&mut amount.when, expr(cx, only(part.clone())), cx.span(&part)),
            _ => amount.cites = cites(cx, Some(part)),
        }
    }
    amount
}

/// `per day of leave`; `每次 late` counts, as `per late` does.
fn per(cx: Cx<'_>, pair: Pair<'_>) -> Per {
    let mut parts = kids(pair);
    let unit = parts.opt(Rule::unit).map(|pair| unit(cx, pair)).filter(|unit| unit.value != Unit::Times);
    Per { unit, pattern: pattern(cx, parts.one()) }
}

/// `absence on DAY with days = 1 day, … for N only [c]`.
pub(super) fn gives(cx: Cx<'_>, mut parts: Kids<'_>) -> Gives {
    let event = cx.name(parts.one());
    let on = parts.opt(Rule::value).map(|pair| value(cx, pair));
    let fields = assignments(cx, parts.all(Rule::assign));
    let only_for = parts.opt(Rule::only_for).map(|pair| norm_names(cx, kids(pair))).unwrap_or_default();
    let when = parts.opt(Rule::when_part).map(|pair| expr(cx, only(pair)));
    Gives { event, on, fields, only_for, when, cites: cites(cx, parts.opt(Rule::cites)) }
}

/// `a = E, b = E`.
pub(super) fn assignments(cx: Cx<'_>, pairs: Vec<Pair<'_>>) -> Vec<(Name, Node<Expr>)> {
    let one = |pair| {
        let mut parts = kids(pair);
        (cx.name(parts.one()), expr(cx, parts.one()))
    };
    pairs.into_iter().map(one).collect()
}

/// `to leader`, `to drivers jointly`.
pub(super) fn addressee(cx: Cx<'_>, pair: Pair<'_>) -> Node<Expr> {
    let span = cx.span(&pair);
    let mut parts = kids(pair);
    let mut all: Vec<Node<Expr>> = parts.all(Rule::value).into_iter().map(|one| value(cx, one)).collect();
    let to = if all.len() == 1 { all.remove(0) } else { Node::new(Expr::Together(all), span) };
    if parts.opt(Rule::jointly).is_some() { Node::new(Expr::Jointly(Box::new(to)), span) } else { to }
}
