//! States, and the questions about them.

use super::items::head;
use super::patterns::{links, pattern, window};
use super::types::unit_of_difference;
use super::{Cx, Kids, Pair, Rule, kids};
use crate::syntax::tree::{State, Stay, StayAsk};

/// `state NAME of KIND from PATTERN to PATTERN`.
pub(super) fn state(cx: Cx<'_>, mut parts: Kids<'_>) -> State {
    let (head, of, from) = (head(cx, parts.one()), cx.name(parts.one()), pattern(cx, parts.one()));
    State { head, of, from, to: parts.next().map(|to| pattern(cx, to)) }
}

/// `days in STATE in the month`.
pub(super) fn stay(cx: Cx<'_>, pair: Pair<'_>) -> Stay {
    let mut parts = kids(pair);
    let asked = parts.one();
    let ask = match asked.as_rule() {
        Rule::s_least => cx.node(StayAsk::LeastAtOnce, &asked),
        Rule::s_most => cx.node(StayAsk::MostAtOnce, &asked),
        _ => {
            let unit = unit_of_difference(cx, asked);
            crate::syntax::tree::Node::new(StayAsk::Time(unit.value), unit.span)
        }
    };
    let state = cx.name(parts.one());
    let (mut linked, mut within) = (Vec::new(), None);
    for part in parts {
        let at = cx.span(&part);
        match part.as_rule() {
            Rule::window => cx.once(&mut within, window(cx, part), at),
            _ => linked.push(part),
        }
    }
    Stay { ask, state, link: links(cx, linked), window: within }
}
