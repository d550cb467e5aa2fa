//! Expressions.

use super::patterns;
use super::types::{date, decimal, month_day, quantity, rounding, time, unit_of_difference};
use super::{Cx, Kids, Pair, Rule, kids, only};
use crate::diagnostics::Span;
use crate::syntax::tree::{BinaryOp, CompareOp, Expr, Name, Node, Quantity, Unit};

type E = Node<Expr>;

/// A condition or value.
pub(super) fn expr(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let mut parts = kids(pair);
    let first = and_expr(cx, parts.one());
    parts.fold(first, |left, right| binary(BinaryOp::Or, left, and_expr(cx, right)))
}

fn and_expr(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let mut parts = kids(pair);
    let first = not_expr(cx, parts.one());
    parts.fold(first, |left, right| binary(BinaryOp::And, left, not_expr(cx, right)))
}

fn binary(op: BinaryOp, left: E, right: E) -> E {
    let span = left.span.to(right.span);
    Node::new(Expr::Binary(op, Box::new(left), Box::new(right)), span)
}

fn not_expr(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let mut parts = kids(pair);
    let nots = parts.all(Rule::op_not);
    let inner = comparison(cx, parts.one());
    nots.iter().rev().fold(inner, |inner, not| {
        let span = cx.span(not).to(inner.span);
        Node::new(Expr::Not(Box::new(inner)), span)
    })
}

fn comparison(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let span = cx.span(&pair);
    let mut parts = kids(pair);
    let left = Box::new(value(cx, parts.one()));
    let Some(op) = parts.next() else { return *left };
    let value = match op.as_rule() {
        Rule::op_in => Expr::InState(left, cx.name(parts.one())),
        Rule::op_holds => Expr::Holds(left, cx.name(parts.one()), true),
        Rule::op_not_holds => Expr::Holds(left, cx.name(parts.one()), false),
        Rule::op_one_of => Expr::OneOf(left, operands(cx, parts.one()), true),
        Rule::op_not_one_of => Expr::OneOf(left, operands(cx, parts.one()), false),
        Rule::op_stated => Expr::Stated(left, true),
        Rule::op_blank => Expr::Stated(left, false),
        Rule::op_worked => Expr::Worked(left, true),
        Rule::op_off => Expr::Worked(left, false),
        Rule::quantity => {
            let right = quantity_expr(cx, op);
            Expr::Binary(BinaryOp::Compare(after(parts.one())), left, Box::new(right))
        }
        _ => Expr::Binary(BinaryOp::Compare(compare_op(&op)), left, Box::new(self::value(cx, parts.one()))),
    };
    Node::new(value, span)
}

/// `3 天 以上`: the operator after the number.
pub(super) fn after(pair: Pair<'_>) -> CompareOp {
    if only(pair).as_rule() == Rule::after_ge { CompareOp::Ge } else { CompareOp::Le }
}

pub(super) fn quantity_expr(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let span = cx.span(&pair);
    Node::new(Expr::Quantity(quantity(cx, pair)), span)
}

pub(super) fn compare_op(pair: &Pair<'_>) -> CompareOp {
    match pair.as_rule() {
        Rule::op_ne => CompareOp::Ne,
        Rule::op_le => CompareOp::Le,
        Rule::op_ge => CompareOp::Ge,
        Rule::op_lt => CompareOp::Lt,
        Rule::op_gt => CompareOp::Gt,
        _ => CompareOp::Eq,
    }
}

fn operands(cx: Cx<'_>, pair: Pair<'_>) -> Vec<E> {
    kids(pair).map(|operand| value(cx, operand)).collect()
}

/// A value: arithmetic, maybe rounded; a time on a day.
pub(super) fn value(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let span = cx.span(&pair);
    let mut parts = kids(pair);
    let first = parts.one();
    if first.as_rule() == Rule::timed {
        let mut parts = kids(first);
        let time = clock(cx, parts.one());
        return Node::new(Expr::OnDay(Box::new(sum(cx, parts.one())), Box::new(time)), span);
    }
    let sum = sum(cx, first);
    let Some(tail) = parts.next() else { return sum };
    if tail.as_rule() == Rule::shown {
        let time = clock(cx, kids(tail).filter(|part| part.as_rule() == Rule::time).last().expect("the grammar gives a time"));
        return Node::new(Expr::OnDay(Box::new(sum), Box::new(time)), span);
    }
    if tail.as_rule() == Rule::of_several {
        return of_several(cx, sum, tail, span);
    }
    rounded(cx, sum, tail, span)
}

/// `四舍五入 到 0.01` after a value.
fn rounded(cx: Cx<'_>, sum: E, tail: Pair<'_>, span: Span) -> E {
    let mut parts = kids(tail);
    let (mode, step) = (rounding(cx, parts.one()), parts.one());
    Node::new(Expr::Rounded(Box::new(sum), mode, cx.node(decimal(cx, &step), &step)), span)
}

/// `与 B 中较晚者` after a value.
fn of_several(cx: Cx<'_>, first: E, tail: Pair<'_>, span: Span) -> E {
    let mut all = vec![first];
    let mut later = true;
    for part in kids(tail) {
        match part.as_rule() {
            Rule::x_later | Rule::x_and => {}
            Rule::x_earlier => later = false,
            _ => all.push(sum(cx, part)),
        }
    }
    Node::new(Expr::Later(later, all), span)
}

/// `the later of A and B`.
fn later_of(cx: Cx<'_>, pair: Pair<'_>) -> Expr {
    let mut parts = kids(pair);
    let later = parts.one().as_rule() == Rule::the_later;
    Expr::Later(later, parts.map(|part| value(cx, part)).collect())
}

/// A time of day.
fn clock(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let span = cx.span(&pair);
    Node::new(Expr::Time(time(cx, &pair)), span)
}

/// A value that is not rounded.
pub(super) fn sum(cx: Cx<'_>, pair: Pair<'_>) -> E {
    chain(kids(pair), |part| product(cx, part))
}

fn product(cx: Cx<'_>, pair: Pair<'_>) -> E {
    if super::has(&pair, Rule::op_or_else) { with_or_else(cx, pair) } else { chain(kids(pair), |part| unary(cx, part)) }
}

/// `or else` holds its two sides together before anything is multiplied. By itself: what is nested stands on the stack.
fn with_or_else(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let mut parts = kids(pair);
    let (mut operands, mut ops) = (vec![unary(cx, parts.one())], Vec::new());
    while let Some(op) = parts.next() {
        let right = unary(cx, parts.one());
        let left = if op.as_rule() == Rule::op_or_else { operands.pop() } else { None };
        match left {
            Some(left) => {
                let span = left.span.to(right.span);
                operands.push(Node::new(Expr::OrElse(Box::new(left), Box::new(right)), span));
            }
            None => {
                ops.push(if op.as_rule() == Rule::op_mul { BinaryOp::Mul } else { BinaryOp::Div });
                operands.push(right);
            }
        }
    }
    let mut operands = operands.into_iter();
    let first = operands.next().expect("the grammar gives an operand");
    ops.into_iter().zip(operands).fold(first, |left, (op, right)| binary(op, left, right))
}

/// Operands with operators between them, from left to right.
fn chain<'i>(mut parts: Kids<'i>, mut operand: impl FnMut(Pair<'i>) -> E) -> E {
    let mut left = operand(parts.one());
    while let Some(op) = parts.next() {
        let op = match op.as_rule() {
            Rule::op_add => BinaryOp::Add,
            Rule::op_sub => BinaryOp::Sub,
            Rule::op_mul => BinaryOp::Mul,
            _ => BinaryOp::Div,
        };
        left = binary(op, left, operand(parts.one()));
    }
    left
}

fn unary(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let mut parts = kids(pair);
    let signs = parts.all(Rule::op_neg);
    let inner = primary(cx, parts.one());
    signs.iter().rev().fold(inner, |inner, sign| {
        let span = cx.span(sign).to(inner.span);
        Node::new(Expr::Negate(Box::new(inner)), span)
    })
}

pub(super) fn primary(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let span = cx.span(&pair);
    let value = match pair.as_rule() {
        Rule::not_stated => Expr::NotStated,
        Rule::paren => Expr::Paren(Box::new(expr(cx, only(pair)))),
        Rule::slot_of => {
            let mut parts = kids(pair);
            let (names, of) = (dotted(cx, parts.one()), parts.one());
            let of = Node::new(Expr::Paren(Box::new(expr(cx, only(of.clone())))), cx.span(&of));
            Expr::Of(names, Box::new(of))
        }
        Rule::later_of => later_of(cx, pair),
        Rule::rank => Expr::Rank(Box::new(patterns::rank(cx, pair))),
        Rule::group => Expr::Group(Box::new(patterns::group(cx, pair))),
        Rule::measure => Expr::Measure(Box::new(patterns::measure(cx, pair))),
        Rule::stay => Expr::Stay(Box::new(super::states::stay(cx, pair))),
        Rule::between => {
            let mut parts = kids(pair);
            Expr::Between(unit_of_difference(cx, parts.one()), Box::new(value(cx, parts.one())), Box::new(value(cx, parts.one())))
        }
        Rule::date => Expr::Date(date(cx, &pair).value),
        Rule::moment_text => {
            let mut parts = kids(pair);
            let (day, time) = (date(cx, &parts.one()).value, time(cx, &parts.one()));
            Expr::Date(format!("{day} {time}"))
        }
        Rule::next_year_day => next_year_day(cx, pair),
        Rule::month_day => Expr::MonthDay(month_day(cx, &pair)),
        Rule::time => Expr::Time(time(cx, &pair)),
        Rule::quantity => Expr::Quantity(quantity(cx, pair)),
        Rule::dotted => Expr::Path(dotted(cx, pair)),
        Rule::text => Expr::Text(cx.text(pair).value),
        Rule::yes => Expr::YesNo(true),
        Rule::no => Expr::YesNo(false),
        _ => named(cx, pair),
    };
    Node::new(value, span)
}

/// `01-31 of the next year`: that day, moved by a year.
fn next_year_day(cx: Cx<'_>, pair: Pair<'_>) -> Expr {
    let span = cx.span(&pair);
    let day = primary(cx, kids(pair).find(|part| part.as_rule() == Rule::month_day).expect("the grammar gives a day"));
    let year = Quantity { number: Node::new(rust_decimal::Decimal::ONE, span), unit: Some(Node::new(Unit::Years, span)) };
    Expr::Binary(BinaryOp::Add, Box::new(day), Box::new(Node::new(Expr::Quantity(year), span)))
}

/// A path, maybe with `of the year before`.
fn named(cx: Cx<'_>, pair: Pair<'_>) -> Expr {
    let before = kids(pair.clone()).find_map(|part| if part.as_rule() == Rule::the_period { Some(only(part)) } else { Some(part).filter(is_period) });
    let names = path(cx, pair);
    match before {
        Some(before) => Expr::Before(names, cx.node(super::types::period(&before), &before)),
        None => Expr::Path(names),
    }
}

fn is_period(pair: &Pair<'_>) -> bool {
    matches!(pair.as_rule(), Rule::p_day | Rule::p_working_day | Rule::p_week | Rule::p_month | Rule::p_quarter | Rule::p_half_year | Rule::p_year)
}

/// `staff.post`, `post of staff`, `staff 的 post`: outermost subject first.
fn path(cx: Cx<'_>, pair: Pair<'_>) -> Vec<Name> {
    let owner_first = super::has(&pair, Rule::op_owner);
    let mut parts: Vec<Vec<Name>> = kids(pair).filter(|part| part.as_rule() == Rule::dotted).map(|part| dotted(cx, part)).collect();
    if !owner_first {
        parts.reverse();
    }
    parts.concat()
}

/// `a.b.c`; the words that every occasion has are the same in both tongues.
pub(super) fn dotted(cx: Cx<'_>, pair: Pair<'_>) -> Vec<Name> {
    let mut first = "";
    let parts = kids(pair).collect::<Vec<_>>();
    let mut names = Vec::with_capacity(parts.len());
    // By itself it is a name as any other.
    let of_delay = parts.get(1).is_some_and(|part| ["天数", "工作日数", "应办日", "办结日"].contains(&part.as_str()));
    for (index, part) in parts.into_iter().enumerate() {
        let english = match (index, part.as_str()) {
            (0, "本次") => Some("this"),
            (0, "发生时间") => Some("at"),
            (0, "发生日") => Some("day"),
            (0, "本期") => Some("period"),
            (0, "在册") => Some("membership"),
            (0, "逾期") if of_delay => Some("delay"),
            (1, "天数") if of_delay && first == "逾期" => Some("days"),
            (1, "工作日数") if of_delay && first == "逾期" => Some("working_days"),
            (1, "应办日") if of_delay && first == "逾期" => Some("due"),
            (1, "办结日") if of_delay && first == "逾期" => Some("done"),
            (1, "天数") if matches!(first, "本期" | "在册") => Some("days"),
            (1, "月数") if first == "在册" => Some("months"),
            (1, "发生时间") if first == "本次" => Some("at"),
            (1, "发生日") if first == "本次" => Some("day"),
            (1, "开始") if first == "本期" => Some("start"),
            (1, "结束") if first == "本期" => Some("end"),
            (2, "开始") => Some("start"),
            (2, "结束") => Some("end"),
            _ => None,
        };
        if index == 0 {
            first = part.as_str();
        }
        names.push(match english {
            Some(english) => cx.node(english.to_owned(), &part),
            None => cx.name(part),
        });
    }
    names
}

/// A value in parentheses or a name, as in `total X of P`.
pub(super) fn counted_value(cx: Cx<'_>, pair: Pair<'_>) -> E {
    let inner = only(pair);
    let span = cx.span(&inner);
    let value = match inner.as_rule() {
        Rule::paren => Expr::Paren(Box::new(expr(cx, only(inner)))),
        _ => Expr::Path(dotted(cx, inner)),
    };
    Node::new(value, span)
}
