//! Lines of norms and exceptions.

use super::declarations::validity;
use super::effects::{addressee, amount, effect, effect_line, gives};
use super::expressions::{expr, value};
use super::items::cites;
use super::patterns::{pattern, reached};
use super::requirements::{deadline, must, on_request, when_no, when_term};
use super::types::{date, decimal, first_period, period, rounding, weekday};
use super::{Cx, File, Kids, Pair, Rule, kids, only, tables};
use crate::diagnostics::Span;
use crate::syntax::layout::Statement;
use crate::syntax::tree::{Amount, Combine, Each, EffectLine, Every, Expr, Hit, JudgedOn, Line, Name, Node, Quantity, Reaching, TableBody};
use rust_decimal::Decimal;

/// The body of a norm.
#[derive(Default)]
pub(super) struct Body {
    pub(super) continues: Option<Name>,
    pub(super) lines: Vec<Node<Line>>,
}

/// Reads the body of an approval, whose tables have steps.
pub(super) fn approval(file: &File<'_>, body: &[Statement]) -> Body {
    read(file, body, tables::approval)
}

/// Reads the body of a score, whose tables have items.
pub(super) fn score(file: &File<'_>, body: &[Statement]) -> Body {
    read(file, body, tables::score)
}

/// Reads the body of a norm or exception.
pub(super) fn lines(file: &File<'_>, body: &[Statement]) -> Body {
    read(file, body, tables::table)
}

fn read(file: &File<'_>, body: &[Statement], table: impl Fn(&File<'_>, &[Span]) -> Option<TableBody>) -> Body {
    let mut out = Body::default();
    for statement in body {
        let span = statement.span();
        match statement {
            Statement::Line(span) => {
                let read = file.sound(*span, || {
                    Cx::read(file, Rule::norm_line, *span, |cx, pair| {
                        let pair = only(pair);
                        if pair.as_rule() == Rule::continues {
                            return Err(cx.name(only(pair)));
                        }
                        Ok(line(cx, pair))
                    })
                });
                match read {
                    Some(Ok(line)) => out.lines.push(Node::new(line, *span)),
                    Some(Err(old)) => Cx { file, base: 0 }.once(&mut out.continues, old, *span),
                    None => {}
                }
            }
            Statement::Table(rows) => out.lines.extend(file.sound(span, || table(file, rows)).map(|table| Node::new(Line::Table(table), span))),
        }
    }
    out
}

fn line(cx: Cx<'_>, pair: Pair<'_>) -> Line {
    let (rule, whole) = (pair.as_rule(), pair.clone());
    let mut parts = kids(pair);
    match rule {
        Rule::validity => Line::InForce(validity(cx, whole)),
        Rule::dated => Line::DatedBy(value(cx, parts.one())),
        Rule::judged_on => Line::JudgedOn(match parts.find(|part| matches!(part.as_rule(), Rule::quantity | Rule::month_day)) {
            Some(day) if day.as_rule() == Rule::month_day => JudgedOn::NextYear(cx.node(super::types::month_day(cx, &day), &day)),
            length => JudgedOn::After(super::types::quantity(cx, length.expect("the grammar gives a length"))),
        }),
        Rule::borne => Line::BorneBy(value(cx, parts.one())),
        Rule::for_each => Line::ForEach(value(cx, parts.one()), parts.next().map(|name| cx.name(name))),
        Rule::on => Line::On(pattern(cx, parts.one())),
        Rule::on_breach => Line::OnBreach(parts.map(|name| cx.name(name)).collect()),
        Rule::reaching => {
            let number = parts.one();
            Line::Reaching(Reaching { every: true, measure: reached(cx, parts.one()), number: plain_number(cx, &number) })
        }
        Rule::each_line => Line::Each(each(cx, whole)),
        Rule::when_no => Line::WhenNo(when_no(cx, whole)),
        Rule::when_term => Line::When(when_term(cx, parts.one())),
        Rule::unless_term => Line::Unless(when_term(cx, parts.one())),
        Rule::when_line => when_line(cx, whole),
        Rule::unless => Line::Unless(expr(cx, parts.one())),
        Rule::hit => Line::Hit(hit(cx, whole)),
        Rule::must => Line::Must(must(cx, whole)),
        Rule::signed_in => Line::SignedIn(super::approvals::signed_in(cx, whole)),
        Rule::procedure_step => Line::Step(super::procedures::step(cx, whole)),
        Rule::distinct_people => {
            let names = parts.all(Rule::name).into_iter().map(|name| cx.name(name)).collect();
            Line::DistinctPeople(names, cites(cx, parts.opt(Rule::cites)))
        }
        Rule::not_their_own => Line::NotTheirOwn,
        Rule::may => Line::May(super::powers::may(cx, whole)),
        Rule::or_must => Line::OrMust(must(cx, parts.one())),
        Rule::instead | Rule::extended => {
            let (deadline, when) = (deadline(cx, parts.one()), expr(cx, parts.one()));
            let cites = cites(cx, parts.opt(Rule::cites));
            if rule == Rule::instead { Line::Instead(deadline, when, cites) } else { Line::Extended(deadline, when, cites) }
        }
        Rule::on_request => Line::ExtendedOnRequest(Box::new(on_request(cx, whole))),
        Rule::suspended => match parts.opt(Rule::expr) {
            Some(state) => Line::SuspendedWhile(expr(cx, state), cites(cx, parts.opt(Rule::cites))),
            None => Line::Suspended(value(cx, parts.one()), value(cx, parts.one()), cites(cx, parts.opt(Rule::cites))),
        },
        Rule::if_breached => match parts.opt(Rule::gives) {
            Some(given) => Line::IfBreachedGives(gives(cx, kids(given))),
            None => Line::IfBreached(effect_line(cx, parts.one())),
        },
        Rule::gives => Line::Gives(gives(cx, parts)),
        Rule::remark => Line::Remark(cx.text(parts.one())),
        Rule::expect_finding => {
            let code = cx.name(parts.one());
            let until = parts.opt(Rule::until_date).map(|until| date(cx, &only(until)));
            Line::ExpectFinding(code, until, cx.text(parts.one()))
        }
        Rule::base => Line::Base(amount(cx, parts.one())),
        Rule::less => Line::Less(item_amount(cx, parts)),
        Rule::add => Line::Add(item_amount(cx, parts)),
        Rule::forfeited => Line::Forfeited(expr(cx, only(parts.one())), cites(cx, parts.opt(Rule::cites))),
        Rule::floor => Line::Floor(value(cx, parts.one()), cites(cx, parts.opt(Rule::cites))),
        Rule::cap => Line::Cap(value(cx, parts.one()), cites(cx, parts.opt(Rule::cites))),
        Rule::marked => {
            let marks = pattern(cx, parts.one());
            let day = parts.opt(Rule::name).map(|day| cx.name(day));
            Line::Marked(marks, day)
        }
        Rule::total_line => Line::Total(value(cx, parts.one()), cites(cx, parts.opt(Rule::cites))),
        Rule::sheet_line => Line::Sheet(expr(cx, parts.one()), cites(cx, parts.opt(Rule::cites))),
        Rule::grade_line => grade(cx, whole),
        Rule::rounded_line => {
            let mut rounded = kids(parts.one());
            let (mode, step) = (rounding(cx, rounded.one()), rounded.one());
            Line::Rounded(mode, cx.node(decimal(cx, &step), &step), cites(cx, parts.opt(Rule::cites)))
        }
        Rule::each_item => Line::EachItem(Box::new(line(cx, parts.one()))),
        _ => Line::Effect(effect_line(cx, whole)),
    }
}

/// `从 预算 扣 3 分`: the item before its amount.
fn item_amount(cx: Cx<'_>, mut parts: Kids<'_>) -> Amount {
    let item = parts.opt(Rule::of_item).map(|item| cx.name(only(item)));
    let amount = amount(cx, parts.one());
    Amount { item: item.or(amount.item), ..amount }
}

/// A number without unit.
pub(super) fn plain_number(cx: Cx<'_>, pair: &Pair<'_>) -> Node<Expr> {
    cx.node(Expr::Quantity(Quantity { number: cx.node(decimal(cx, pair), pair), unit: None }), pair)
}

/// `when E`, `when M reaches N`, and the effect after the condition: `当 E ， 罚 2 元`.
fn when_line(cx: Cx<'_>, pair: Pair<'_>) -> Line {
    let mut parts = kids(pair);
    let when = expr(cx, parts.one());
    let Some(next) = parts.next() else { return Line::When(when) };
    match next.as_rule() {
        Rule::reaches => {
            let number = value(cx, only(next));
            Line::Reaching(Reaching { every: false, measure: when, number: without_times(number) })
        }
        Rule::instead_now => {
            let deadline = deadline(cx, only(next));
            Line::Instead(deadline, when, cites(cx, parts.opt(Rule::cites)))
        }
        Rule::must_satisfy => {
            let sources = parts.opt(Rule::cites);
            Line::Must(super::requirements::must_satisfy(cx, when, next, sources))
        }
        _ => {
            let effect = effect(cx, only(next));
            let to = parts.opt(Rule::to_part).map(|to| addressee(cx, to));
            Line::Effect(EffectLine { effect, to, when: Some(when), cites: cites(cx, parts.opt(Rule::cites)) })
        }
    }
}

/// `grade good when >= 75 points`, `等次 良好 当 75 分 以上`.
fn grade(cx: Cx<'_>, pair: Pair<'_>) -> Line {
    let mut parts = kids(pair);
    let name = cx.name(parts.one());
    let name = Node::new(Expr::Path(vec![name.clone()]), name.span);
    let (mut when, mut sources, mut number) = (None, Vec::new(), None);
    while let Some(part) = parts.next() {
        match part.as_rule() {
            Rule::cites => sources = cites(cx, Some(part)),
            Rule::quantity => number = Some(super::expressions::quantity_expr(cx, part)),
            Rule::op_after => when = number.take().map(|number| (super::expressions::after(part), number)),
            _ => when = Some((super::expressions::compare_op(&part), value(cx, parts.one()))),
        }
    }
    Line::Grade(name, when, sources)
}

/// `10 次` is the number 10 where a count is meant anyway.
pub(super) fn without_times(mut number: Node<Expr>) -> Node<Expr> {
    if let Expr::Quantity(quantity) = &mut number.value
        && quantity.unit.as_ref().is_some_and(|unit| unit.value == crate::syntax::tree::Unit::Times)
    {
        quantity.unit = None;
    }
    number
}

fn each(cx: Cx<'_>, pair: Pair<'_>) -> Each {
    let mut parts = kids(pair);
    let kind = parts.opt(Rule::name).map(|name| cx.name(name));
    let filter = parts.opt(Rule::filter).map(|filter| expr(cx, only(filter)));
    let throughout = parts.opt(Rule::throughout).is_some();
    let every = parts.opt(Rule::every).map(|rhythm| every(cx, rhythm));
    Each { kind, filter, every, whole: parts.opt(Rule::whole_period).is_some(), throughout }
}

/// `every year from 04-01`.
pub(super) fn every(cx: Cx<'_>, pair: Pair<'_>) -> Every {
    let mut parts = kids(pair);
    let count = parts.opt(Rule::number).map_or(1, |number| {
        let span = cx.span(&number);
        u32::try_from(decimal(cx, &number)).ok().filter(|count| *count > 0).unwrap_or_else(|| {
            cx.tell(super::expected::whole_number(span, number.as_str()));
            1
        })
    });
    let unit = parts.one();
    let unit = cx.node(period(&unit), &unit);
    let mut every = Every { count, unit, from: None, on: None };
    for part in parts {
        match part.as_rule() {
            Rule::weekday => every.on = Some(weekday(cx, part)),
            _ => every.from = Some(first_period(cx, part)),
        }
    }
    every
}

fn hit(cx: Cx<'_>, pair: Pair<'_>) -> Node<Hit> {
    let inner = only(pair.clone());
    let hit = match inner.as_rule() {
        Rule::h_one => Hit::ExactlyOne,
        Rule::h_first => Hit::First,
        _ => Hit::All(match only(inner).as_rule() {
            Rule::b_max => Combine::Max,
            Rule::b_min => Combine::Min,
            Rule::b_count => Combine::Count,
            Rule::b_list => Combine::List,
            _ => Combine::Sum,
        }),
    };
    cx.node(hit, &pair)
}

/// A number that is meant though nothing is written.
pub(super) fn number_at(number: i64, span: Span) -> Node<Expr> {
    Node::new(Expr::Quantity(Quantity { number: Node::new(Decimal::from(number), span), unit: None }), span)
}
