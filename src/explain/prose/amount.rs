//! How a slot got its value: clauses, arithmetic, forfeits, exceptions, cap, floor, rounding.

use super::condition::{first_false, is_constant, is_sum};
use super::headline::capital;
use super::{Prose, table};
use crate::diagnostics::Tongue;
use crate::explain::words::sides::Sides;
use crate::model::expr::Expr;
use crate::model::norm::{Action, Decision, Hit};
use crate::model::value::{Scalar, Unit};
use crate::reference::derivation::{ClauseTried, Decided, Step, Value, World};
use crate::reference::verdict::Ruling;

/// How many clauses that did not apply are listed one by one.
const SHOWN: usize = 20;

impl Prose<'_> {
    pub(super) fn decisions(&mut self, world: &World) {
        let norm = self.words.norm;
        for decided in &world.decisions {
            let decision = norm.and_then(|norm| norm.decisions.iter().find(|d| d.slot == decided.slot));
            self.decision(decided, decision, world, "");
        }
        for decided in &world.if_breached {
            let decision = norm.and_then(|norm| norm.if_breached.iter().find(|d| d.slot == decided.slot));
            let because = self.words.pick(" (because the duty was breached)", "（因未履行义务）");
            self.decision(decided, decision, world, because);
        }
    }

    fn decision(&mut self, decided: &Decided, decision: Option<&Decision>, world: &World, because: &str) {
        let slot = self.words.slot(&decided.slot);
        let slot = if self.words.zh() { slot } else { capital(&slot) };
        self.page.heading(&format!("{slot}{because}"));
        let (applied, others): (Vec<&ClauseTried>, Vec<&ClauseTried>) =
            decided.clauses.iter().partition(|clause| clause.applies == Some(true));
        if applied.is_empty() {
            self.page.line(1, self.words.pick("no clause applies", "没有适用的条款"));
        }
        let rows: Vec<Vec<String>> = applied.iter().map(|clause| self.applied(clause)).collect();
        self.page.lines(1, &table::lines(&rows));
        for clause in applied.iter().filter(|clause| clause.when.is_some()) {
            self.why_applied(clause);
        }
        self.together(decided, decision.map(|d| d.hit), &applied);
        self.clipped(decided, decision, world);
        self.rejected(&others);
    }

    /// Name, citation, arithmetic.
    fn applied(&self, clause: &ClauseTried) -> Vec<String> {
        let value = clause.value.as_ref().map(|step| self.amount(step)).unwrap_or_default();
        let of = clause.points.as_ref().map(|step| self.words.value(&step.value)).map(|most| match self.words.tongue {
            Tongue::En => format!(" (of {most})"),
            Tongue::Zh => format!("（满分 {most}）"),
        });
        vec![format!("{}{}{}", self.words.clause(&clause.name), of.unwrap_or_default(), self.words.cites(&clause.cites)), value]
    }

    /// An expression as its arithmetic and the result: `5 CNY × total days of leave = 5 × 2 = 10 CNY`.
    pub(super) fn amount(&self, step: &Step) -> String {
        let (phrase, value) = (self.words.phrase(&step.expr, &[]), self.words.known_in(step));
        if phrase == value || is_constant(&step.expr) {
            value
        } else if is_sum(&step.expr) && !is_opposite_of_slot(&step.expr) {
            let worked = self.words.worked(step);
            if worked == phrase { format!("{phrase} = {value}") } else { format!("{phrase} = {worked} = {value}") }
        } else {
            format!("{phrase} = {value}")
        }
    }

    fn why_applied(&mut self, clause: &ClauseTried) {
        let Some(when) = &clause.when else { return };
        let name = self.words.clause(&clause.name);
        let line = match self.words.tongue {
            Tongue::En => format!("{name} applies, because"),
            Tongue::Zh => format!("{name}适用，因为"),
        };
        self.page.line(1, &line);
        self.condition(when, 2);
    }

    /// The sum, or how the clauses become one value.
    fn together(&mut self, decided: &Decided, hit: Option<Hit>, applied: &[&ClauseTried]) {
        let words = &self.words;
        let combined = words.value(&decided.combined);
        let line = match (hit, applied) {
            (Some(Hit::Sum), [_, _, ..]) => {
                let terms: Vec<String> = applied.iter().filter_map(|clause| clause.value.as_ref()).map(|step| words.worked(step)).collect();
                format!("{} = {combined}", sum(&terms))
            }
            (Some(Hit::Max), [_, _, ..]) => format!("{}{combined}", words.pick("the largest of these: ", "取其中最大者：")),
            (Some(Hit::Min), [_, _, ..]) => format!("{}{combined}", words.pick("the smallest of these: ", "取其中最小者：")),
            (Some(Hit::Count), _) => format!("{}{combined}", words.pick("how many clauses apply: ", "适用条款数：")),
            (Some(Hit::List), [_, _, ..]) => words.pick("each stands by itself", "各项分别计算").to_owned(),
            (Some(Hit::First), [_, _, ..]) => format!("{}{combined}", words.pick("the first that applies counts: ", "以最先适用者为准：")),
            (Some(Hit::ExactlyOne | Hit::AtMostOne), [_, _, ..]) if decided.ruling == Ruling::Conflict => {
                words.pick("these contradict each other, and nothing says which prevails", "以上结果相互矛盾，且未规定何者优先").to_owned()
            }
            (Some(Hit::ExactlyOne), []) => {
                words.pick("the text says that exactly one clause answers, so there is a gap", "按规定应恰有一项适用，此处存在空白").to_owned()
            }
            _ => return,
        };
        self.page.line(1, &line);
    }

    /// Forfeits, what exceptions do before them, cap, floor, rounding, the result.
    fn clipped(&mut self, decided: &Decided, decision: Option<&Decision>, world: &World) {
        for (cites, step) in &decided.forfeits {
            let lost = step.value == Value::Known(Scalar::Bool(true));
            if lost {
                let line = format!("{}{}{}", self.words.pick("forfeited", "予以取消"), self.words.cites(cites), self.words.pick(", because", "，因为"));
                self.page.line(1, &line);
                self.condition(step, 2);
            } else {
                let why = self.words.condition_line(first_false(step));
                let line = format!("{}{}{}{why}", self.words.pick("not forfeited", "不取消"), self.words.cites(cites), self.words.pick(": ", "："));
                self.page.line(1, &line);
            }
        }
        let replaced = self.excepted_first(decided, decision, world);
        for (bound, en, zh) in [(&decided.cap, "at most", "不高于"), (&decided.floor, "at least", "不低于")].into_iter().filter(|_| !replaced) {
            if let Some((cites, step)) = bound {
                let bound = self.words.figure(step, Sides::Names, &[]);
                let bound = if is_constant(&step.expr) { format!(" {bound}") } else { format!("{}{bound}", self.words.pick(" ", "")) };
                let line = format!("{}{bound}{}", self.words.pick(en, zh), self.words.cites(cites));
                self.page.line(1, &line);
            }
        }
        if let Some((mode, step, cites)) = decision.and_then(|d| d.rounding.as_ref()) {
            let line = format!("{}{}", self.words.rounded("", *mode, *step).trim_start(), self.words.cites(cites));
            self.page.line(1, &line);
        }
        let none = decided.value == Value::Blank;
        let value = if none { self.words.pick("nothing", "无").to_owned() } else { self.in_unit(&decided.value, decision) };
        let line = format!("{}{value}", self.words.pick("result: ", "结果："));
        self.page.line(1, &line);
    }

    /// Where the slot has bounds or a rounding: the exceptions that change its value before these. Does one put another value in its place?
    fn excepted_first(&mut self, decided: &Decided, decision: Option<&Decision>, world: &World) -> bool {
        if decided.cap.is_none() && decided.floor.is_none() && decision.is_none_or(|decision| decision.rounding.is_none()) {
            return false;
        }
        let mut replaced = false;
        for tried in world.exceptions.iter().filter(|tried| tried.prevails == Some(true)) {
            let name = self.words.quoted_norm(&tried.name);
            let (en, zh) = match self.action_on(tried, &decided.slot) {
                None => continue,
                Some(Action::Replace(..)) => {
                    replaced = true;
                    ("{} puts another value in its place; bounds do not speak to that", "{}另定其值，上下限不适用于该值")
                }
                Some(_) => ("{} changes it first", "先按{}变更"),
            };
            let line = self.words.pick(en, zh).replacen("{}", &name, 1);
            self.page.line(1, &line);
        }
        replaced
    }

    /// Clauses that did not apply and the condition that failed.
    fn rejected(&mut self, clauses: &[&ClauseTried]) {
        if clauses.is_empty() {
            return;
        }
        self.page.line(1, self.words.pick("clauses that do not apply", "不适用的条款"));
        for clause in clauses.iter().take(SHOWN) {
            let why = clause.when.as_ref().map(|when| self.words.condition_line(first_false(when)));
            let name = format!("{}{}", self.words.clause(&clause.name), self.words.cites(&clause.cites));
            let why = why.map(|why| format!("{}{why}", self.words.pick(": ", "："))).unwrap_or_default();
            self.page.line(2, &format!("{name}{why}"));
        }
        if let Some(more) = clauses.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let line = match self.words.tongue {
                Tongue::En => format!("and {more} more"),
                Tongue::Zh => format!("另有 {more} 项"),
            };
            self.page.line(2, &line);
        }
    }

    /// A result as an amount of its posting or a value.
    pub(super) fn outcome(&self, decided: &Decided, decision: Option<&Decision>) -> Option<String> {
        let posting = decision.and_then(|d| d.posting);
        match (&decided.value, posting) {
            (Value::Blank, _) => None,
            (Value::Known(Scalar::Quantity(number, unit)), Some(posting)) => {
                let shown = self.words.quantity(*number, unit);
                let shown = if *unit == Unit::One { self.words.number(*number) } else { shown };
                Some(self.words.posting(posting, &shown))
            }
            (value, _) => {
                Some(format!("{}{}{}", self.words.slot(&decided.slot), self.words.pick(": ", "："), self.in_unit(value, decision)))
            }
        }
    }

    /// A value of a slot; an open one in the slot's unit.
    fn in_unit(&self, value: &Value, decision: Option<&Decision>) -> String {
        match (value, decision.and_then(|d| d.unit.as_ref())) {
            (Value::Open { low, high, .. }, Some(unit)) => self.words.open(*low, *high, unit),
            _ => self.words.value(value),
        }
    }
}

fn is_opposite_of_slot(expr: &Expr) -> bool {
    matches!(expr, Expr::Neg(of) if matches!(of.as_ref(), Expr::Decided(..)))
}

/// `90`, `−5 × 2`, `7` → `90 − 5 × 2 + 7`.
fn sum(terms: &[String]) -> String {
    let mut text = String::new();
    for term in terms {
        match (text.is_empty(), term.strip_prefix('−')) {
            (true, _) => text.push_str(term),
            (false, Some(rest)) => {
                text.push_str(" − ");
                text.push_str(rest);
            }
            (false, None) => {
                text.push_str(" + ");
                text.push_str(term);
            }
        }
    }
    text
}
