//! Patterns, measures and windows.

use super::expressions::{counted_value, dotted, expr, sum, value};
use super::types::{period, quantity};
use super::{Cx, Kids, Pair, Rule, kids, only};
use crate::diagnostics::Span;
use crate::syntax::tree::{Aggregate, Deadline, Expr, Group, Link, Measure, Members, Name, Node, Pattern, Rank, RunOver, Window};

/// The next names, which the caller knows to be of `rule`.
pub(super) fn names(cx: Cx<'_>, mut parts: Kids<'_>, rule: Rule) -> Vec<Name> {
    parts.all(rule).into_iter().map(|name| cx.name(name)).collect()
}

/// `rank of X among R`, with what decides between equals.
pub(super) fn rank(cx: Cx<'_>, pair: Pair<'_>) -> Rank {
    let lowest = |pair: Option<Pair<'_>>| pair.is_some_and(|pair| only(pair).as_rule() == Rule::d_lowest);
    let mut parts = kids(pair);
    parts.one();
    let of = sum(cx, parts.one());
    let among = members(cx, parts.one());
    let filter = parts.opt(Rule::filter).map(|filter| expr(cx, only(filter)));
    let lowest_first = lowest(parts.opt(Rule::direction));
    let ties = parts.opt(Rule::ties).into_iter().flat_map(kids).map(|tie| {
        let mut parts = kids(tie);
        (sum(cx, parts.one()), lowest(parts.opt(Rule::direction)))
    });
    let ties = ties.collect();
    Rank { of, among, filter, lowest: lowest_first, ties }
}

/// A register or a set, and when its members must be there.
fn members(cx: Cx<'_>, pair: Pair<'_>) -> Members {
    let mut parts = kids(pair);
    let names = dotted(cx, parts.one());
    Members { names, there: parts.next().map(|there| cx.node(there.as_rule() == Rule::whole_period, &there)) }
}

/// Event names, then links and filters.
pub(super) fn pattern(cx: Cx<'_>, pair: Pair<'_>) -> Pattern {
    let span = cx.span(&pair);
    let mut tails = Tails::default();
    let events = tails.read(cx, kids(pair));
    tails.pattern(events, span)
}

/// What may follow the events of a pattern, in any order.
#[derive(Default)]
struct Tails {
    same: Vec<Name>,
    anyone: bool,
    filter: Option<Node<Expr>>,
    distinct: Option<Node<Expr>>,
    through: Option<Node<Expr>>,
    window: Option<Node<Window>>,
    run: Option<RunOver>,
}

impl Tails {
    /// Takes the parts of a pattern; gives the names of its events.
    fn read(&mut self, cx: Cx<'_>, mut parts: Kids<'_>) -> Vec<Name> {
        let events = parts.all(Rule::name).into_iter().map(|name| cx.name(name)).collect();
        for part in parts {
            self.take(cx, part);
        }
        events
    }

    fn take(&mut self, cx: Cx<'_>, part: Pair<'_>) {
        let at = cx.span(&part);
        match part.as_rule() {
            Rule::link => {
                for linked in kids(part) {
                    match linked.as_rule() {
                        Rule::name => self.same.push(cx.name(linked)),
                        _ => self.anyone = true,
                    }
                }
            }
            Rule::filter | Rule::filter_only => {
                let next = expr(cx, only(part));
                self.filter = Some(match self.filter.take() {
                    Some(first) => {
                        let span = first.span.to(next.span);
                        Node::new(Expr::Binary(crate::syntax::tree::BinaryOp::And, Box::new(first), Box::new(next)), span)
                    }
                    None => next,
                });
            }
            Rule::distinct => cx.once(&mut self.distinct, value(cx, only(part)), at),
            Rule::run_through => cx.once(&mut self.through, value(cx, only(part)), at),
            Rule::window => cx.once(&mut self.window, window(cx, part), at),
            Rule::run_over => {
                let over = only(part);
                let over = match over.as_rule() {
                    Rule::p_day => RunOver::Days,
                    Rule::p_working_day => RunOver::WorkingDays,
                    _ => RunOver::Slots(cx.name(over)),
                };
                cx.once(&mut self.run, over, at);
            }
            _ => {}
        }
    }

    fn pattern(&mut self, events: Vec<Name>, span: Span) -> Pattern {
        // `by anyone` beside `for the same X` says that nobody is meant in particular: what is written links.
        let link = match (self.anyone, std::mem::take(&mut self.same)) {
            (_, same) if !same.is_empty() => Link::Same(same),
            (true, _) => Link::Anyone,
            (false, _) => Link::Implicit,
        };
        Pattern { events, link, filter: self.filter.take().map(Box::new), span }
    }
}

/// `count of P …`, `total X of P …`, `合计 P 的 X …`.
pub(super) fn measure(cx: Cx<'_>, pair: Pair<'_>) -> Measure {
    let mut parts = kids(pair);
    let head = parts.one();
    let mut aggregate = cx.node(aggregate(&head), &head);
    let (mut of, mut events, mut tails) = (None, Vec::new(), Tails::default());
    let mut span = aggregate.span;
    for part in parts {
        match part.as_rule() {
            Rule::counted_value => of = Some(counted_value(cx, part)),
            Rule::counted => {
                span = cx.span(&part);
                events = tails.read(cx, kids(part));
            }
            Rule::link | Rule::filter_only => {
                span = span.to(cx.span(&part));
                tails.take(cx, part);
            }
            _ => tails.take(cx, part),
        }
    }
    if let (Aggregate::Run(over), Some(written)) = (&mut aggregate.value, tails.run.take()) {
        *over = written;
    }
    let pattern = tails.pattern(events, span);
    Measure { aggregate, of, pattern, distinct: tails.distinct, through: tails.through, window: tails.window }
}

/// `number of machine where …`, `average over each cadre of (…)`.
pub(super) fn group(cx: Cx<'_>, pair: Pair<'_>) -> Group {
    let mut parts = kids(pair);
    let head = parts.one();
    let aggregate = cx.node(aggregate(&head), &head);
    let of = members(cx, parts.find(|part| part.as_rule() == Rule::members).expect("the grammar gives members"));
    let (mut filter, mut value) = (None, None);
    for part in parts {
        match part.as_rule() {
            Rule::filter => filter = Some(expr(cx, only(part))),
            Rule::counted_value => value = Some(counted_value(cx, part)),
            _ => {}
        }
    }
    Group { aggregate, of, filter, value }
}

fn aggregate(pair: &Pair<'_>) -> Aggregate {
    match pair.as_rule() {
        Rule::a_count | Rule::a_number => Aggregate::Count,
        Rule::a_any => Aggregate::Any,
        Rule::a_run => Aggregate::Run(RunOver::Days),
        _ => match only(pair.clone()).as_rule() {
            Rule::a_total => Aggregate::Total,
            Rule::a_least => Aggregate::Least,
            Rule::a_most => Aggregate::Most,
            Rule::a_average => Aggregate::Average,
            Rule::a_first => Aggregate::First,
            _ => Aggregate::Last,
        },
    }
}

/// `every 3 of P …`: the count that is reached.
pub(super) fn reached(cx: Cx<'_>, pair: Pair<'_>) -> Node<Expr> {
    let span = cx.span(&pair);
    let mut tails = Tails::default();
    let events = tails.read(cx, kids(pair));
    let pattern = tails.pattern(events, span);
    let measure = Measure { aggregate: Node::new(Aggregate::Count, span), of: None, pattern, distinct: tails.distinct, through: tails.through, window: tails.window };
    Node::new(Expr::Measure(Box::new(measure)), span)
}

/// What links alone say.
pub(super) fn links(cx: Cx<'_>, parts: Vec<Pair<'_>>) -> Link {
    let mut tails = Tails::default();
    parts.into_iter().for_each(|part| tails.take(cx, part));
    tails.pattern(Vec::new(), Span::default()).link
}

pub(super) fn window(cx: Cx<'_>, pair: Pair<'_>) -> Node<Window> {
    let inner = only(pair.clone());
    let window = match inner.as_rule() {
        Rule::w_last => Window::Last(quantity(cx, only(inner))),
        Rule::w_next => Window::Next(Box::new(Deadline::Within(super::requirements::within(cx, inner)))),
        Rule::w_case => Window::Case,
        Rule::w_so_far => Window::SoFar,
        Rule::w_ever => Window::Ever,
        Rule::w_since => Window::Since(pattern(cx, only(inner))),
        Rule::w_year_from => {
            let mut parts = kids(inner);
            let (unit, day) = (parts.one(), parts.one());
            let (whole, unit) = (unit.as_rule() == Rule::w_whole, only(unit));
            Window::YearFrom(cx.node(period(&unit), &unit), whole, cx.node(super::types::month_day(cx, &day), &day))
        }
        Rule::w_whole => Window::Period(period(&only(inner)), true),
        _ => Window::Period(period(&only(inner)), false),
    };
    cx.node(window, &pair)
}
