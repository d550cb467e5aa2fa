//! Lines of examples.

use super::effects::assignments;
use super::expressions::value;
use super::types::{date, time};
use super::{Cx, File, Pair, Rule, has, kids, only};
use crate::diagnostics::Span;
use crate::syntax::layout::Statement;
use crate::syntax::trouble::Trouble;
use crate::syntax::tree::{BLANK, Example, Expect, Expr, Given, GivenOn, Name, Node, Ruling, Validity};

/// Reads the body of an example into it.
pub(super) fn lines(file: &File<'_>, example: &mut Example, body: &[Statement]) {
    super::lines(file, body, Rule::example_line, |cx, pair| {
        let line = only(pair);
        let span = cx.span(&line);
        match line.as_rule() {
            Rule::given => {
                if let Some(given) = given(cx, line) {
                    example.given.push(Node::new(given, span));
                }
            }
            Rule::known => cx.once(&mut example.until, on(cx, line), span),
            _ => example.expect.push(Node::new(expect(cx, line), span)),
        }
    });
}

fn date_expr(cx: Cx<'_>, pair: &Pair<'_>) -> Node<Expr> {
    let date = date(cx, pair);
    Node::new(Expr::Date(date.value), date.span)
}

/// The parts of a `given` line, in any order.
#[derive(Default)]
struct Parts {
    is: Option<Node<Expr>>,
    of: Option<Node<String>>,
    by: Option<Node<String>>,
    roles: Vec<(Option<Name>, Node<String>)>,
    on: Option<GivenOn>,
    period: Option<Node<String>>,
    from: Option<Node<String>>,
    until: Option<Node<String>>,
    fields: Vec<(Name, Node<Expr>)>,
}

fn given(cx: Cx<'_>, pair: Pair<'_>) -> Option<Given> {
    let span = cx.span(&pair);
    let mut kids = kids(pair);
    if let Some(settled) = kids.opt(Rule::given_settled) {
        return Some(self::settled(cx, settled));
    }
    let name = cx.name(kids.one());
    let id = kids.opt(Rule::text).map(|text| cx.text(text));
    let mut parts = Parts::default();
    for part in kids {
        parts.take(cx, part);
    }
    let Parts { is, of, by, roles, on, period, from, until, fields } = parts;
    let days = Validity { from, until };
    match (is, of.zip(by), on) {
        (None, ..) if period.is_some() => told(cx, span, "`for 2024` of a judged fact alone", "只有认定事项才写 `于 2024`"),
        (_, _, Some(_)) if days.from.is_some() || days.until.is_some() => {
            told(cx, span, "`from 2024-03-05` of a subject, `on 2024-03-05` of a record", "名册成员用 `自 2024-03-05 起`，记录用 `于 2024-03-05`")
        }
        (Some(value), Some((of, by)), Some(GivenOn::At(on, _))) if roles.len() == 2 => Some(Given::Attested { fact: name, of, period, value, by, on }),
        (Some(_), ..) => told(cx, span, "`given FACT of \"case\" is yes by \"person\" on 2024-03-05`", "`已知 事实 对 \"案件\" 为 是 由 \"人\" 于 2024-03-05`"),
        (None, _, Some(on)) => Some(Given::Record { event: name, id, roles, on, fields }),
        (None, _, None) => match id {
            Some(id) if roles.is_empty() => Some(Given::Subject(name, id, days, fields)),
            _ => told(cx, span, "when it happened: `on 2024-03-05`", "何时发生：`于 2024-03-05`"),
        },
    }
}

/// `prior_half read as total_then_completed`, `study_limit = 10 working days`.
fn settled(cx: Cx<'_>, pair: Pair<'_>) -> Given {
    let mut parts = kids(pair);
    let name = parts.one();
    parts.opt(Rule::op_eq);
    let is = parts.one();
    let is = match is.as_rule() {
        Rule::name => {
            let name = cx.name(is);
            let span = name.span;
            Node::new(Expr::Path(vec![name]), span)
        }
        _ => value(cx, is),
    };
    Given::Settled(cx.name(name), is)
}

fn told(cx: Cx<'_>, span: Span, en: &str, zh: &str) -> Option<Given> {
    let message = crate::diagnostics::Say::new("this line does not say all that is given", "这一行没有把已知的情形说全");
    cx.tell(Trouble::new("incomplete-given", span, message).help(format!("write {en}"), format!("请写 {zh}")));
    None
}

impl Parts {
    fn take(&mut self, cx: Cx<'_>, part: Pair<'_>) {
        let at = cx.span(&part);
        match part.as_rule() {
            Rule::given_is => cx.once(&mut self.is, value(cx, only(part)), at),
            Rule::given_on => cx.once(&mut self.on, on(cx, part), at),
            Rule::given_for => {
                let written = kids(part).last().expect("the grammar gives a period");
                cx.once(&mut self.period, period(cx, written), at);
            }
            Rule::given_from => cx.once(&mut self.from, date(cx, &only(part)), at),
            Rule::given_until => cx.once(&mut self.until, date(cx, &only(part)), at),
            Rule::given_with => self.fields.extend(assignments(cx, kids(part).collect())),
            _ => {
                let (of, by) = (has(&part, Rule::k_of), has(&part, Rule::k_by));
                let mut kids = kids(part);
                let role = kids.opt(Rule::name).map(|name| cx.name(name));
                let written = kids.one();
                // A role left empty: `for approver blank`.
                let blank = BLANK.contains(&written.as_str().trim());
                let id = if blank { Node::new(String::new(), cx.span(&written)) } else { subject(cx, written) };
                if of {
                    self.of.get_or_insert_with(|| id.clone());
                } else if by {
                    self.by.get_or_insert_with(|| id.clone());
                }
                self.roles.push((role, id));
            }
        }
    }
}

fn on(cx: Cx<'_>, pair: Pair<'_>) -> GivenOn {
    let mut parts = kids(pair);
    let first = parts.one();
    if first.as_rule() == Rule::days_each {
        let mut days = kids(first);
        return GivenOn::Each(date_expr(cx, &days.one()), date_expr(cx, &days.one()));
    }
    let at = parts.next().map(|pair| Node::new(Expr::Time(time(cx, &pair)), cx.span(&pair)));
    GivenOn::At(date_expr(cx, &first), at)
}

/// A subject's id, in quotes or bare.
fn subject(cx: Cx<'_>, pair: Pair<'_>) -> Node<String> {
    let inner = if pair.as_rule() == Rule::subject_id { only(pair) } else { pair };
    if inner.as_rule() == Rule::text { cx.text(inner) } else { cx.name(inner) }
}

fn expect(cx: Cx<'_>, pair: Pair<'_>) -> Expect {
    let mut parts = kids(pair);
    let norm = cx.name(parts.one());
    let of = parts.opt(Rule::subject_id).map(|pair| subject(cx, pair));
    let on = parts.opt(Rule::period_text).map(|pair| period(cx, pair));
    let is = parts.one();
    if is.as_rule() == Rule::ruling {
        let ruling = cx.node(ruling(&only(is.clone())), &is);
        return Expect::Verdict { norm, of, on, is: ruling };
    }
    let none = matches!(is.as_str(), "无");
    let mut is = value(cx, is);
    if let (true, Expr::Path(names)) = (none, &mut is.value)
        && let Some(name) = names.first_mut()
    {
        name.value = "none".to_owned();
    }
    Expect::Amount { norm, of, on, is }
}

/// `2024-03`, `2024年3月`: a day or period in the plain form.
fn period(cx: Cx<'_>, pair: Pair<'_>) -> Node<String> {
    let name = cx.name(pair);
    let parts: Vec<&str> = name.value.split(['年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let plain = match parts.as_slice() {
        [year, rest @ ..] if name.value.contains('年') => {
            std::iter::once((*year).to_owned()).chain(rest.iter().map(|part| format!("{part:0>2}"))).collect::<Vec<_>>().join("-")
        }
        _ => return name,
    };
    Node::new(plain, name.span)
}

fn ruling(pair: &Pair<'_>) -> Ruling {
    match pair.as_rule() {
        Rule::r_compliant => Ruling::Compliant,
        Rule::r_violation => Ruling::Violation,
        Rule::r_pending => Ruling::Pending,
        Rule::r_undetermined => Ruling::Undetermined,
        Rule::r_conflict => Ruling::Conflict,
        _ => Ruling::NotApplicable,
    }
}
