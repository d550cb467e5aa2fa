//! First lines of items, and which lines may follow.

use super::{Cx, File, Kids, Pair, Rule, declarations, examples, kids, lines, norms, only, patterns, types};
use crate::syntax::layout::{Chunk, Statement};
use crate::syntax::tree::{Calendar, Define, Event, Example, Exception, Feed, Form, Head, Item, Kind, LeftOut, Name, Node, Norm, Office, Role, Schedule};

/// Items that are one statement: whatever is indented below continues the first line.
const SINGLE: [&str; 18] = ["import", "引入", "not", "不可计算", "schedule", "作息", "kind", "类别", "hole", "未定", "judged", "认定", "measure", "计量", "state", "状态", "office", "职位"];

/// Reads an item; what is broken is told, and may make the item incomplete.
pub(super) fn item(file: &File<'_>, chunk: &Chunk) -> Option<Item> {
    let single = is_single(file.plain, chunk);
    let (first, body) = if single { (chunk.span(), &[][..]) } else { (chunk.first, &chunk.body[..]) };
    Cx::read(file, Rule::item_line, first, |cx, pair| whole(cx, only(pair), body))
}

/// Is the item one statement?
pub(super) fn is_single(plain: &str, chunk: &Chunk) -> bool {
    let word = plain.get(chunk.first.start..chunk.first.end).and_then(|first| first.split_whitespace().next()).unwrap_or_default();
    SINGLE.contains(&word) && !chunk.body.iter().any(|statement| matches!(statement, Statement::Table(_)))
}

fn whole(cx: Cx<'_>, pair: Pair<'_>, body: &[Statement]) -> Item {
    let (file, rule) = (cx.file, pair.as_rule());
    let mut parts = kids(pair);
    match rule {
        Rule::import => Item::Import(cx.text(parts.one())),
        Rule::regulation => Item::Regulation(declarations::regulation(file, head(cx, parts.one()), body)),
        Rule::calendar => {
            let (mut head, data) = (head(cx, parts.one()), cx.text(parts.one()));
            more_head(cx, &mut head, &mut parts);
            Item::Calendar(Calendar { head, file: data, weekend: declarations::weekend(file, body) })
        }
        Rule::schedule => {
            let (mut head, data) = (head(cx, parts.one()), cx.text(parts.one()));
            more_head(cx, &mut head, &mut parts);
            Item::Schedule(Schedule { head, file: data })
        }
        Rule::kind => Item::Kind(Kind { head: head(cx, parts.one()), values: types::kind_values(cx, parts.one()) }),
        Rule::register => Item::Register(declarations::entity(file, head(cx, parts.one()), body)),
        Rule::case => Item::Case(declarations::entity(file, head(cx, parts.one()), body)),
        Rule::feed => Item::Feed(Feed { head: head(cx, parts.one()), columns: declarations::feed_columns(file, body) }),
        Rule::event => Item::Event(event(cx, parts, body)),
        Rule::hole => Item::Hole(declarations::hole(cx, parts)),
        Rule::judged => Item::Judged(declarations::judged(cx, parts)),
        Rule::reading => Item::Reading(declarations::reading(file, head(cx, parts.one()), body)),
        Rule::measure_item => Item::Measure(measure(cx, parts)),
        Rule::state_item => Item::State(super::states::state(cx, parts)),
        Rule::office => {
            let (head, of) = (head(cx, parts.one()), cx.name(parts.one()));
            Item::Office(Office { head, of, holds: super::expressions::expr(cx, parts.one()) })
        }
        Rule::powers => Item::Powers(super::powers::powers(file, head(cx, parts.one()), body)),
        Rule::left_out => Item::LeftOut(LeftOut { cites: cites(cx, parts.opt(Rule::cites)), because: cx.text(parts.one()) }),
        Rule::exception => Item::Exception(exception(cx, parts, body)),
        Rule::example => {
            let mut example = Example { title: cx.text(parts.one()), given: Vec::new(), until: None, expect: Vec::new() };
            examples::lines(file, &mut example, body);
            Item::Example(example)
        }
        _ => Item::Norm(norm(cx, parts, body)),
    }
}

/// A name with its label and citations.
pub(super) fn head(cx: Cx<'_>, pair: Pair<'_>) -> Head {
    let mut parts = kids(pair);
    let name = cx.name(parts.one());
    let label = parts.opt(Rule::text).map(|text| cx.text(text));
    Head { name, label, cites: cites(cx, parts.opt(Rule::cites)) }
}

/// Citations, each without blanks around it.
pub(super) fn cites(cx: Cx<'_>, pair: Option<Pair<'_>>) -> Vec<Node<String>> {
    let cite = |cite: Pair<'_>| cx.node(cx.file.cited(cx.written(&cite).trim()), &cite);
    pair.map(|pair| kids(pair).map(cite).collect()).unwrap_or_default()
}

/// Texts and citations in any order after a name, added to `head`.
pub(super) fn more_head(cx: Cx<'_>, head: &mut Head, parts: &mut Kids<'_>) {
    loop {
        if let Some(text) = parts.opt(Rule::text) {
            head.label = Some(cx.text(text));
        } else if let Some(found) = parts.opt(Rule::cites) {
            head.cites.extend(cites(cx, Some(found)));
        } else {
            return;
        }
    }
}

fn measure(cx: Cx<'_>, mut parts: Kids<'_>) -> Define {
    let mut head = head(cx, parts.one());
    let expr = super::expressions::expr(cx, parts.one());
    head.cites.extend(cites(cx, parts.opt(Rule::cites)));
    Define { head, expr }
}

fn event(cx: Cx<'_>, mut parts: Kids<'_>, body: &[Statement]) -> Event {
    let heads = parts.all(Rule::head).into_iter().map(|pair| head(cx, pair)).collect();
    let mut event = Event { heads, roles: Vec::new(), feed: None, called: Vec::new(), fields: Vec::new(), void_unless: None };
    for part in parts {
        match part.as_rule() {
            Rule::roles => {
                let by = super::has(&part, Rule::k_by);
                event.roles.extend(kids(part).map(|pair| role(cx, pair, by)));
            }
            Rule::feed_name => {
                let at = cx.span(&part);
                cx.once(&mut event.feed, cx.name(only(part)), at);
            },
            _ => event.called.extend(kids(part).map(|text| cx.text(text))),
        }
    }
    let (mut called, mut void_unless) = (Vec::new(), None);
    let fields = lines(cx.file, body, Rule::event_line, |cx, pair| {
        let part = only(pair);
        if part.as_rule() == Rule::called {
            called.extend(kids(part).map(|text| cx.text(text)));
            return None;
        }
        if part.as_rule() == Rule::void_unless {
            let span = cx.span(&part);
            let mut parts = kids(part);
            let valid = super::expressions::expr(cx, parts.one());
            cx.once(&mut void_unless, (valid, cites(cx, parts.opt(Rule::cites))), span);
            return None;
        }
        Some(types::field(cx, part))
    });
    event.void_unless = void_unless;
    event.called.extend(called);
    event.fields = fields.into_iter().filter_map(|line| line.value).collect();
    event
}

fn role(cx: Cx<'_>, pair: Pair<'_>, by: bool) -> Role {
    let mut parts = kids(pair);
    Role { by, kind: cx.name(parts.one()), name: parts.next().map(|name| cx.name(name)) }
}

fn exception(cx: Cx<'_>, mut parts: Kids<'_>, body: &[Statement]) -> Exception {
    let mut head = Head { name: cx.name(parts.one()), label: None, cites: Vec::new() };
    more_head(cx, &mut head, &mut parts);
    let to = parts.all(Rule::norm_name).into_iter().map(|name| cx.name(name)).collect();
    more_head(cx, &mut head, &mut parts);
    Exception { head, to, lines: norms::lines(cx.file, body).lines }
}

fn norm(cx: Cx<'_>, mut parts: Kids<'_>, body: &[Statement]) -> Norm {
    let form = match parts.one().as_rule() {
        Rule::f_table => Form::Table,
        Rule::f_pay => Form::Pay,
        Rule::f_duty => Form::Duty,
        Rule::f_ban => Form::Ban,
        Rule::f_counts_as => Form::CountsAs,
        Rule::f_score => Form::Score,
        Rule::f_only => Form::Only,
        Rule::f_approval => Form::Approval,
        Rule::f_procedure => Form::Procedure,
        _ => Form::Rule,
    };
    let head = head(cx, parts.one());
    let read = match form {
        Form::Approval => norms::approval,
        Form::Score => norms::score,
        _ => norms::lines,
    };
    let body = read(cx.file, body);
    Norm { form, head, continues: body.continues, lines: body.lines }
}

/// Names of norms, written bare or as `regulation.norm`.
pub(super) fn norm_names(cx: Cx<'_>, parts: Kids<'_>) -> Vec<Name> {
    patterns::names(cx, parts, Rule::norm_name)
}
