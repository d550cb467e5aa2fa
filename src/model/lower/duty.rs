//! `must …`: requirements and their deadlines.

use super::data::cites;
use super::effects::Context;
use super::env::{Env, This};
use super::expr::{all, any, negated};
use super::occasion::is_whole;
use super::ty::{Ty, Typed};
use super::{At, Lower, Stage, arithmetic};
use crate::diagnostics::Say;
use crate::model::expr::{Aggregate, Expr, Measure, Op, Pattern, Scope, Window};
use crate::model::norm::{Deadline, DeadlineChange, OnRequest, Pause, Requirement, Until, What};
use crate::model::number::Number;
use crate::model::state::{Ask, Stay};
use crate::model::value::{Scalar, Unit};
use crate::model::walk::{self, Look};
use crate::syntax::tree::{self, CompareOp, Node};
use std::collections::BTreeSet;

impl<'t> Lower<'t> {
    pub(super) fn must(&mut self, context: &mut Context, must: &'t tree::Must, at: At) {
        let env = context.env.clone();
        let written = must.deadline.as_ref().and_then(|deadline| self.deadline(&env, deadline));
        let during = must.during.as_ref().and_then(|during| self.during(&env, during));
        let until = during.as_ref().and_then(|(_, by)| by.clone()).or(written);
        let until = until.map(|default| Until { default, changes: Vec::new(), on_request: None });
        let whats = match &must.what {
            tree::What::Records { pattern, op, number, distinct } => self.records(&env, pattern, *op, number, distinct.as_ref(), at),
            tree::What::Moment(what) => vec![What::Moment(self.when(&env, what))],
            tree::What::Condition(what) => vec![What::Condition(self.condition(&env, what))],
            tree::What::Order(steps, link) => self.order(&env, steps, link, at),
        };
        let before = context.requirements.len();
        if let ([What::Condition(what)], Some(_)) = (whats.as_slice(), &until) {
            self.reads_what_comes_later(&env, what, at);
        }
        for mut what in whats {
            if let (What::Records { pattern, .. }, Some((in_time, _))) = (&mut what, &during) {
                *pattern = super::during::narrowed(pattern, in_time);
            }
            context.requirements.push(Requirement { cites: cites(&must.cites), what, until: until.clone(), suspended: Vec::new() });
        }
        context.last_must = Some(before..context.requirements.len());
    }

    /// What another norm decides has no state as of the deadline: where it counts what comes later, too, that would be counted as done in time.
    fn reads_what_comes_later(&mut self, env: &Env, what: &Expr, at: At) {
        let mut looks = Later::default();
        walk::expr(what, &mut looks);
        let mut seen = BTreeSet::new();
        while let Some(name) = looks.reads.pop() {
            let Some(Stage::Done(norm)) = self.norms.get(&name) else { continue };
            if !seen.insert(name.clone()) {
                continue;
            }
            let mut inner = Later::default();
            walk::norm(norm, &mut inner);
            if inner.later {
                let short = super::names::short(env.regulation.as_deref(), &name).to_owned();
                return self.error(
                    "wrong-line",
                    at,
                    Say::new(
                        format!("`{short}` counts what comes after the deadline, too, so that what is done too late would count as done in time"),
                        format!("`{short}` 也计入期限之后的记录，逾期办理的会被当作按期办理"),
                    ),
                    Say::new("count in this line, or by a `measure`: there only what comes by the deadline counts", "请在本行直接计数，或用 `计量`：在此只计期限之内的"),
                );
            }
            looks.reads.extend(inner.reads);
        }
    }

    pub(super) fn records(
        &mut self,
        env: &Env,
        pattern: &'t tree::Pattern,
        op: CompareOp,
        number: &'t Node<tree::Expr>,
        distinct: Option<&'t Node<tree::Expr>>,
        at: At,
    ) -> Vec<What> {
        if self.only_facts(env, at, "a number of records", "记录的次数") {
            return Vec::new();
        }
        let number = self.expect(env, number, &Ty::ONE);
        let pattern = self.pattern(env, pattern);
        let distinct = match (&pattern, distinct) {
            (Some(pattern), Some(key)) => Some(self.expr(&env.inside(&pattern.events), key, None).expr),
            _ => None,
        };
        let op = match op {
            CompareOp::Ge => Op::Ge,
            CompareOp::Le => Op::Le,
            CompareOp::Eq => Op::Eq,
            CompareOp::Gt | CompareOp::Lt | CompareOp::Ne => {
                self.error(
                    "wrong-line",
                    at,
                    Say::new("a number of records is asked for with at least, at most or exactly", "次数要求只能用至少、至多或恰好"),
                    Say::new("write `at least N times`", "请写 `至少 N 次`"),
                );
                return Vec::new();
            }
        };
        pattern.map(|pattern| What::Records { pattern, op, number: number.expr, distinct }).into_iter().collect()
    }

    /// Each step, once it has happened, has the one before it earlier or at the same time.
    fn order(&mut self, env: &Env, steps: &'t [tree::Name], link: &tree::Link, at: At) -> Vec<What> {
        if self.only_facts(env, at, "an order of records", "记录的先后次序") {
            return Vec::new();
        }
        let (mut patterns, told) = (Vec::new(), self.told.len());
        for step in steps {
            let pattern = tree::Pattern { events: vec![step.clone()], link: link.clone(), filter: None, span: step.span };
            patterns.extend(self.unfiltered(env, &pattern));
            // What is wrong with the link of one step is wrong with that of each.
            if self.told.len() > told {
                return Vec::new();
            }
        }
        if steps.len() < 2 {
            self.error(
                "form-incomplete",
                at,
                Say::new("an order needs two steps at least", "先后次序至少要有两步"),
                Say::new("write `must follow the order a, b`", "请写 `须 依次 a 、 b`"),
            );
        }
        patterns.windows(2).filter_map(|pair| if let [x, y] = pair { Some(follows(x, y)) } else { None }).collect()
    }

    /// `deadline` as the core has it; a length that is no length of time is told.
    pub(super) fn deadline(&mut self, env: &Env, deadline: &'t tree::Deadline) -> Option<Deadline> {
        Some(match deadline {
            tree::Deadline::Within(within) => {
                let from = within.from.as_ref().map(|from| self.when(env, from));
                let length = self.written_length(env, &within.length)?;
                if within.counts_first.is_some() && matches!(length.ty.unit(), Some(Unit::Hours | Unit::Minutes)) {
                    self.error(
                        "unit-mismatch",
                        length.at,
                        Say::new("hours and minutes run from a moment: there is no first day to count", "小时、分钟自时刻起算，没有首日可计"),
                        Say::new("leave out `counting the first day`", "请删去 `当日起算` 或 `次日起算`"),
                    );
                }
                Deadline::Within(length.expr, from, within.counts_first)
            }
            tree::Deadline::To(to) => {
                let new = self.expr(env, to, Some(&Ty::When));
                match new.ty.unit() {
                    Some(unit) if arithmetic::is_length(&unit) => Deadline::Within(new.expr, None, None),
                    _ if new.is_poison() => return None,
                    _ => Deadline::By(self.when(env, to)),
                }
            }
            tree::Deadline::By(day) => Deadline::By(self.when(env, day)),
            tree::Deadline::Before(day) => Deadline::Before(self.when(env, day)),
            tree::Deadline::Ahead(length, day) => {
                let day = self.when(env, day);
                let length = self.length(env, length)?;
                Deadline::By(Expr::Shift(Box::new(day), Box::new(arithmetic::minus(length))))
            }
        })
    }

    /// How long: a number with its unit, what the text does not state (in days), or a value that is a length of time.
    fn written_length(&mut self, env: &Env, length: &'t Node<tree::Expr>) -> Option<Typed> {
        let at = env.at(length.span);
        match &length.value {
            tree::Expr::Quantity(quantity) => {
                let expr = self.length(env, quantity)?;
                let Expr::Value(Scalar::Quantity(_, unit)) = &expr else { return None };
                let ty = Ty::quantity(unit.clone());
                Some(Typed::new(expr, ty, at))
            }
            tree::Expr::NotStated => Some(self.hole_in_place(env, at, Some(&Ty::quantity(Unit::Days)))),
            _ => {
                let typed = self.expr(env, length, None);
                if typed.is_poison() {
                    return None;
                }
                match typed.ty.unit() {
                    Some(Unit::WorkingDays) if !self.has_calendar(at) => None,
                    Some(unit) if arithmetic::is_length(&unit) => Some(typed),
                    _ => {
                        self.no_length(at);
                        None
                    }
                }
            }
        }
    }

    fn no_length(&mut self, at: At) {
        self.error(
            "unit-mismatch",
            at,
            Say::new("a deadline is a length of time", "期限须为时长"),
            Say::new("write for instance `within 7 days`", "例如 `在 7 天 以内`"),
        );
    }

    pub(super) fn length(&mut self, env: &Env, length: &tree::Quantity) -> Option<Expr> {
        let at = env.at(length.number.span);
        let unit = length.unit.as_ref().map(|unit| self.unit(env.at(unit.span), &unit.value));
        match unit {
            Some(None) => None,
            Some(Some((unit, factor))) if arithmetic::is_length(&unit) => {
                if unit == Unit::WorkingDays && !self.has_calendar(at) {
                    return None;
                }
                let number = Number::from(length.number.value).times(factor)?;
                let days = matches!(unit, Unit::Days | Unit::WorkingDays | Unit::Months | Unit::Years);
                if days && !is_whole(number) {
                    self.not_whole(at);
                    return None;
                }
                Some(Expr::Value(Scalar::Quantity(number, unit)))
            }
            Some(Some(_)) => {
                self.no_length(at);
                None
            }
            None => {
                let number = length.number.value;
                self.error(
                    "unit-missing",
                    at,
                    Say::new("the length has no unit", "期限没有单位"),
                    Say::new(format!("write `{number} days` or `{number} working days`"), format!("请写 `{number} 天` 或 `{number} 个工作日`")),
                );
                None
            }
        }
    }

    fn not_whole(&mut self, at: At) {
        self.error(
            "bad-range",
            at,
            Say::new("a deadline has a whole number of days, months or years", "期限须为整数的天、月或年"),
            Say::new("write parts of a day in hours", "不足一天请以小时计"),
        );
    }

    /// `instead …` and `extended to …` change the requirement above them.
    pub(super) fn changed_deadline(
        &mut self,
        context: &mut Context,
        deadline: &'t tree::Deadline,
        when: &'t Node<tree::Expr>,
        sources: &[Node<String>],
        extension: bool,
        at: At,
    ) {
        let env = context.env.clone();
        let when = self.condition(&env, when);
        let deadline = self.deadline(&env, deadline);
        let until = last(context).and_then(|requirement| requirement.until.as_mut());
        match (until, deadline) {
            (Some(until), Some(deadline)) => until.changes.push(DeadlineChange { when, deadline, cites: cites(sources), extension }),
            (None, Some(_)) => self.no_deadline(at),
            (_, None) => {}
        }
    }

    /// `extended to E on GRANTED asked in ASKED` holds for the requirement above it.
    pub(super) fn on_request(&mut self, context: &mut Context, request: &'t tree::OnRequest, at: At) {
        let env = context.env.clone();
        if self.only_facts(&env, at, "records of a request", "申请的记录") {
            return;
        }
        let Some(asked) = &request.asked else {
            return self.error(
                "form-incomplete",
                at,
                Say::new("nothing says what asks for the extension", "未写明以何申请延期"),
                Say::new("add `asked in EVENT`; an extension that needs no request is `extended to … when …`", "请加上 `申请 于 事件`；无须申请的延期写 `延长至 … 当 …`"),
            );
        };
        let asked = self.pattern(&env, asked);
        let granted = self.pattern(&env, &request.granted);
        let refused = request.refused.as_ref().map(|refused| self.pattern(&env, refused));
        let answered = request.answered.as_ref().map(|length| self.length(&env, length));
        let inside = granted.as_ref().map(|granted| env.inside(&granted.events));
        let deadline = inside.and_then(|inside| self.deadline(&inside, &request.deadline));
        let (Some(asked), Some(granted), Some(deadline)) = (asked, granted, deadline) else { return };
        if refused == Some(None) || answered == Some(None) {
            return;
        }
        let request = OnRequest { cites: cites(&request.cites), asked, granted, refused: refused.flatten(), deadline, answered: answered.flatten() };
        match last(context).and_then(|requirement| requirement.until.as_mut()) {
            Some(until) if until.on_request.is_none() => until.on_request = Some(Box::new(request)),
            Some(_) => self.error(
                "wrong-line",
                at,
                Say::new("the requirement above already says how it is extended on request", "上面的要求已写明如何申请延期"),
                Say::new("name several events: `on A or B asked in C or D`", "请并列多个事件：`凡 A 或 B 申请 于 C 或 D`"),
            ),
            None => self.no_deadline(at),
        }
    }

    /// `suspended from A to B`.
    pub(super) fn suspended(&mut self, context: &mut Context, from: &'t Node<tree::Expr>, to: &'t Node<tree::Expr>, sources: &[Node<String>], at: At) {
        let pause = Pause::Between(self.when(&context.env, from), self.when(&context.env, to));
        self.pause(context, pause, sources, at);
    }

    /// `suspended while SUBJECT in STATE`.
    pub(super) fn suspended_while(&mut self, context: &mut Context, state: &'t Node<tree::Expr>, sources: &[Node<String>], at: At) {
        if let Some(pause) = self.lasting(&context.env, state) {
            self.pause(context, pause, sources, at);
        }
    }

    /// The days in a state; something else is told.
    fn lasting(&mut self, env: &Env, state: &'t Node<tree::Expr>) -> Option<Pause> {
        match self.condition(env, state) {
            Expr::Stay(stay) if stay.ask == Ask::Now => Some(Pause::While(Expr::Stay(Box::new(Stay { ask: Ask::Time(Unit::Days, Window::Ever), ..*stay })))),
            // Told already.
            Expr::Value(Scalar::Bool(_)) => None,
            _ => {
                self.error(
                    "wrong-line",
                    env.at(state.span),
                    Say::new("what stops the clock day by day is a state", "逐日中止期限的须是一种状态"),
                    Say::new("declare `state NAME of … from … to …` and write `suspended while SUBJECT in NAME`", "请声明 `状态 名称 …`，并写 `中止 当 主体 处于 名称`"),
                );
                None
            }
        }
    }

    /// What suspends holds for the requirement above it.
    fn pause(&mut self, context: &mut Context, pause: Pause, sources: &[Node<String>], at: At) {
        match last(context).filter(|requirement| requirement.until.is_some()) {
            Some(requirement) if requirement.until.as_ref().is_some_and(has_length) => {
                requirement.suspended.push(pause);
                requirement.cites.extend(cites(sources));
            }
            Some(_) => self.error(
                "wrong-line",
                at,
                Say::new("a suspension stops a length of time; the day above, which is named, stays where it is", "中止只停计时长；上面写明的日期不因中止而移动"),
                Say::new(
                    "write the length, `within 28 days`, or `within (days from day to D)`; or move the day with `extended to D when …`",
                    "请写时长：`在 28 天 以内`，或 `在 （天数 自 发生日 至 D） 以内`；或以 `延长至 D 当 …` 移动该日",
                ),
            ),
            None => self.no_deadline(at),
        }
    }

    fn no_deadline(&mut self, at: At) {
        self.error(
            "wrong-line",
            at,
            Say::new("no line above this one sets a deadline that could change", "此行之前没有可更改的期限"),
            Say::new("write `must … within …` first", "请先写 `须 在 … 以内 …`"),
        );
    }

    /// A pattern without filter: the tree it comes from may be made here.
    pub(super) fn unfiltered(&mut self, env: &Env, pattern: &tree::Pattern) -> Option<Pattern> {
        let events = self.events(env, pattern)?;
        let links = if env.this == This::Unknown { Vec::new() } else { self.links(env, pattern.span, &pattern.link, &events) };
        Some(Pattern { events, links, filter: None })
    }
}

/// The requirement that a line below changes: the last one, or its last alternative; or the last term.
fn last(context: &mut Context) -> Option<&mut Requirement> {
    if let Some(term) = context.terms.last_mut() {
        return Some(term);
    }
    let requirement = context.requirements.last_mut()?;
    match requirement {
        Requirement { what: What::Either(alternatives), .. } => alternatives.last_mut(),
        requirement => Some(requirement),
    }
}

/// `y` has not happened, or `x` has and its first is not after `y`'s first.
pub(super) fn follows(x: &Pattern, y: &Pattern) -> What {
    let measure = |pattern: &Pattern, aggregate, of| {
        let measure = Measure { name: None, label: None, aggregate, pattern: pattern.clone(), of, distinct: None, window: Window::Ever };
        Expr::Measure(Box::new(measure))
    };
    let happened = |pattern| measure(pattern, Aggregate::Any, None);
    let first = |pattern| Box::new(measure(pattern, Aggregate::First, Some(Expr::At(Scope::Counted))));
    let in_order = Expr::Compare(Op::Le, first(x), first(y));
    let both = all([happened(x), in_order]).expect("two parts");
    What::Condition(any([negated(happened(y)), both]).expect("two parts"))
}

/// Does it run for some time, in one of the cases?
fn has_length(until: &Until) -> bool {
    let runs = |deadline: &Deadline| matches!(deadline, Deadline::Within(..));
    runs(&until.default) || until.changes.iter().any(|change| runs(&change.deadline)) || until.on_request.is_some()
}

/// Looks for counts without an end, and for what other norms decide.
#[derive(Default)]
struct Later {
    later: bool,
    reads: Vec<String>,
}

impl Look for Later {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Measure(measure) => self.later |= matches!(measure.window, Window::Ever | Window::Next(_)),
            Expr::Decided(norm, _) => self.reads.push(norm.clone()),
            _ => {}
        }
    }
}
