//! Bodies of declarations: regulations, calendars, registers, feeds, holes, judged facts, readings.

use super::expressions::{expr, value};
use super::items::{cites, more_head};
use super::types::{date, quantity, typed, weekday};
use super::{Cx, File, Kids, Pair, Rule, kids, lines, only, types};
use crate::syntax::layout::Statement;
use crate::syntax::tree::{Adopts, Applies, Clock, Decided, Entity, FeedColumn, Head, Hole, Judged, Name, Node, Reading, Regulation, Validity, Weekday, Without};

/// Header lines of a regulation.
pub(super) fn regulation(file: &File<'_>, head: Head, body: &[Statement]) -> Regulation {
    let mut regulation = Regulation { head, validity: None, time_zone: None, currency: None, calendar: None, clock: None, lateness: None, adopts: None, applies: Vec::new(), moves_on: None, without: Vec::new() };
    lines(file, body, Rule::regulation_line, |cx, pair| {
        let mut parts = kids(pair);
        let line = parts.one();
        regulation.head.cites.extend(cites(cx, parts.opt(Rule::cites)));
        let at = cx.span(&line);
        match line.as_rule() {
            Rule::validity => cx.once(&mut regulation.validity, validity(cx, line), at),
            Rule::time_zone => cx.once(&mut regulation.time_zone, cx.name(only(line)), at),
            Rule::currency => cx.once(&mut regulation.currency, cx.name(only(line)), at),
            Rule::calendar_name => cx.once(&mut regulation.calendar, cx.name(only(line)), at),
            Rule::clock => {
                let side = only(line);
                let clock = if side.as_rule() == Rule::c_same { Clock::SameDay } else { Clock::NextDay };
                cx.once(&mut regulation.clock, cx.node(clock, &side), at);
            }
            Rule::adopts => {
                let mut parts = kids(line);
                cx.once(&mut regulation.adopts, Adopts { regulation: cx.name(parts.one()), path: cx.text(parts.one()) }, at);
            }
            Rule::moves_on => cx.once(&mut regulation.moves_on, cx.node((), &line), at),
            Rule::applies => {
                let mut parts = kids(line);
                let (to, when) = (cx.name(parts.one()), expr(cx, only(parts.one())));
                regulation.applies.push(Applies { to, when, except_in: parts.map(|norm| cx.name(norm)).collect() });
            }
            Rule::without => {
                let mut names: Vec<Node<String>> = kids(line).map(|part| if part.as_rule() == Rule::text { cx.text(part) } else { cx.name(part) }).collect();
                if let Some(because) = names.pop() {
                    regulation.without.push(Without { names, because });
                }
            }
            _ => cx.once(&mut regulation.lateness, quantity(cx, only(line)), at),
        }
    });
    regulation
}

/// `in force from D until D`.
pub(super) fn validity(cx: Cx<'_>, pair: Pair<'_>) -> Validity {
    let mut validity = Validity { from: None, until: None };
    for part in kids(pair) {
        let until = part.as_rule() == Rule::until_date;
        let day = date(cx, &only(part));
        if until {
            validity.until = Some(day);
        } else {
            validity.from = Some(day);
        }
    }
    validity
}

/// `weekend saturday, sunday`.
pub(super) fn weekend(file: &File<'_>, body: &[Statement]) -> Vec<Node<Weekday>> {
    let days = lines(file, body, Rule::calendar_line, |cx, pair| kids(pair).map(|day| weekday(cx, day)).collect::<Vec<_>>());
    days.into_iter().flat_map(|line| line.value).collect()
}

/// A register or case with its attributes.
pub(super) fn entity(file: &File<'_>, head: Head, body: &[Statement]) -> Entity {
    let attributes = lines(file, body, Rule::field_line, |cx, pair| types::field(cx, only(pair)));
    Entity { head, attributes: attributes.into_iter().map(|line| line.value).collect() }
}

/// Lines of a feed. The record's own properties may be named in Chinese.
pub(super) fn feed_columns(file: &File<'_>, body: &[Statement]) -> Vec<FeedColumn> {
    let columns = lines(file, body, Rule::feed_line, |cx, pair| {
        let mut parts = kids(only(pair));
        let (word, column) = (parts.one(), cx.text(parts.one()));
        FeedColumn { name: property(cx.node(word.as_str(), &word), cx.name(word)), column, as_date: parts.opt(Rule::as_date).is_some() }
    });
    columns.into_iter().map(|line| line.value).collect()
}

fn property(plain: Node<&str>, name: Name) -> Name {
    let english = match plain.value {
        "类型" => "type",
        "编号" => "id",
        "时间" => "at",
        "来源" => "source",
        "修订" => "revision",
        "记录时间" => "recorded_at",
        "取代" => "supersedes",
        "撤回" => "retracts",
        _ => return name,
    };
    Node::new(english.to_owned(), name.span)
}

/// `hole floor: money, 0 .. 90 [cite] "…"`.
pub(super) fn hole(cx: Cx<'_>, mut parts: Kids<'_>) -> Hole {
    let mut head = Head { name: cx.name(parts.one()), label: None, cites: Vec::new() };
    more_head(cx, &mut head, &mut parts);
    let field = typed(cx, Head { name: head.name.clone(), label: None, cites: Vec::new() }, &mut parts);
    more_head(cx, &mut head, &mut parts);
    Hole { head, field }
}

/// `judged complex: yes/no of petition by staff where E, presumed no after 5 working days`.
pub(super) fn judged(cx: Cx<'_>, mut parts: Kids<'_>) -> Judged {
    let mut head = super::items::head(cx, parts.one());
    let field = typed(cx, Head { name: head.name.clone(), label: None, cites: Vec::new() }, &mut parts);
    let (of, by) = (cx.name(parts.one()), parts.one());
    let by = (by.as_rule() == Rule::name).then(|| cx.name(by));
    let who = parts.opt(Rule::filter).map(|filter| super::expressions::expr(cx, only(filter)));
    let every = parts.opt(Rule::judged_every).map(|rhythm| super::norms::every(cx, only(rhythm)));
    let presumed = parts.opt(Rule::presumed).map(|pair| {
        let mut parts = kids(pair);
        (value(cx, parts.one()), parts.next().map(|length| quantity(cx, length)))
    });
    more_head(cx, &mut head, &mut parts);
    Judged { head, field, of, by, every, who, presumed }
}

/// A reading with its alternatives and what was decided.
pub(super) fn reading(file: &File<'_>, head: Head, body: &[Statement]) -> Reading {
    let mut reading = Reading { head, alternatives: Vec::new(), decided: None };
    lines(file, body, Rule::reading_line, |cx, pair| {
        let line = only(pair);
        match line.as_rule() {
            Rule::alternative => {
                let mut parts = kids(line);
                reading.alternatives.push((cx.name(parts.one()), parts.opt(Rule::text).map(|text| cx.text(text))));
            }
            Rule::decided => {
                let at = cx.span(&line);
                cx.once(&mut reading.decided, decided(cx, kids(line)), at);
            }
            _ => {}
        }
    });
    reading
}

fn decided(cx: Cx<'_>, mut parts: Kids<'_>) -> Decided {
    let (alternative, by) = (cx.name(parts.one()), cx.text(parts.one()));
    let since = date(cx, &parts.one());
    Decided { alternative, by, since, retroactive: parts.opt(Rule::retroactive).is_some() }
}
