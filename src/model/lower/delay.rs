//! What a breach says of itself: how late it was done, and of which period it is.

use super::effects::Context;
use super::env::{Env, This};
use super::names::short;
use super::ty::Typed;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::Field;
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Requirement, What};
use crate::model::order::{BREACH, DONE, DUE, FIRST, LAST};
use crate::model::value::{Range, Type, Unit};
use crate::model::walk::{self, Look};

impl Lower<'_> {
    /// `delay.days`, `delay.working_days`, `delay.due`, `delay.done`, where something follows a breach; `period.start` and `period.end` of the period
    /// whose breach it is.
    pub(super) fn of_breach(&mut self, env: &Env, words: &[&str], at: At) -> Option<Typed> {
        match *words {
            ["delay", part @ ("days" | "working_days" | "due" | "done")] if !self.is_variable(env, "delay") => {
                let Some(due) = self.delay(env, DUE, at) else { return Some(Typed::poison(at)) };
                let Some(done) = self.delay(env, DONE, at) else { return Some(Typed::poison(at)) };
                let late = |unit: Unit| Typed::known(Expr::Late(unit.clone(), Box::new(due.clone()), Box::new(done.clone())), Type::Quantity(unit), at);
                Some(match part {
                    "days" => late(Unit::Days),
                    "working_days" if self.has_calendar(at) => late(Unit::WorkingDays),
                    "working_days" => Typed::poison(at),
                    "due" => Typed::known(due, Type::Date, at),
                    _ => Typed::known(done, Type::Date, at),
                })
            }
            ["period", edge @ ("start" | "end")] => {
                let events = breaches(env)?.to_vec();
                let of_period = |event: &String| {
                    let facets = event.strip_prefix(BREACH).and_then(|norm| self.facets.get(norm));
                    matches!(facets.map(|facets| &facets.this), Some(This::Period(..)))
                };
                if !events.iter().all(of_period) {
                    return None;
                }
                let field = self.breach_field(env, &events, if edge == "start" { FIRST } else { LAST });
                Some(Typed::known(field, Type::Date, at))
            }
            _ => None,
        }
    }

    /// The last day of the time, or the day on which it was done.
    fn delay(&mut self, env: &Env, which: &str, at: At) -> Option<Expr> {
        if env.sanction {
            return Some(Expr::Delay(which == DONE));
        }
        let Some(events) = breaches(env).map(<[String]>::to_vec) else {
            if env.this != This::Unknown {
                self.no_delay(
                    at,
                    Say::new("only a breach has a delay", "只有违反之后才有逾期"),
                    Say::new("use it in a norm `on breach of NORM`, or behind `if breached`", "请写在 `凡 违反 规则` 的规则中，或写在 `违者` 之后"),
                );
            }
            return None;
        };
        let punctual = events.iter().filter_map(|event| event.strip_prefix(BREACH)).find(|norm| self.facets.get(*norm).is_some_and(|facets| !facets.can_delay));
        if let Some(norm) = punctual {
            let norm = short(env.regulation.as_deref(), norm).to_owned();
            self.no_delay(
                at,
                Say::new(format!("`{norm}` asks for nothing that can be done too late"), format!("`{norm}` 没有可以逾期办理的要求")),
                Say::new("name a duty with a time that asks for records or a day: `must report within 5 days`, `must have (first day of report ever) by DAY`; a condition (`must satisfy`) is not done on any day", "请写有期限、要求有记录或日期的义务：`须 在 5 天 以内 报告`、`须 已有 （首次 报告 的 发生日 全程） 不迟于 某日`；条件（`须 满足`）没有办结之日"),
            );
            return None;
        }
        Some(self.breach_field(env, &events, which))
    }

    fn no_delay(&mut self, at: At, say: Say, help: Say) {
        self.error("no-delay", at, say, help);
    }

    /// A field that breach records have for this alone.
    fn breach_field(&mut self, env: &Env, events: &[String], name: &str) -> Expr {
        for event in self.model.events.iter_mut().filter(|event| events.contains(&event.name) && event.field(name).is_none()) {
            event.fields.push(Field { name: name.to_owned(), label: None, ty: Type::Date, range: Range::default(), column: None });
        }
        Expr::Field(env.scope(), name.to_owned())
    }

    /// A sanction that asks for the delay of what cannot be late.
    pub(super) fn delays_of_nothing(&mut self, context: &Context, can_delay: bool) {
        let mut asks = Asks(false);
        context.if_breached.iter().flat_map(|draft| &draft.decision.clauses).for_each(|clause| {
            clause.when.iter().chain([&clause.value]).for_each(|expr| walk::expr(expr, &mut asks));
        });
        if let (true, false, Some(draft)) = (asks.0, can_delay, context.if_breached.first()) {
            self.no_delay(
                draft.at,
                Say::new("this norm asks for nothing that can be done too late", "本规则没有可以逾期办理的要求"),
                Say::new("give its `must` a time, such as `within 5 days`, and let it ask for records or a day: a condition (`must satisfy`) is not done on any day", "请为 `须` 写明期限，如 `在 5 天 以内`，并要求有记录或日期：条件（`须 满足`）没有办结之日"),
            );
        }
    }
}

/// The types of the breach records that are judged.
fn breaches(env: &Env) -> Option<&[String]> {
    match &env.this {
        This::Records(events) if !events.is_empty() && events.iter().all(|event| event.starts_with(BREACH)) => Some(events),
        _ => None,
    }
}

/// Is something asked for that can be done after its time?
pub(super) fn can_delay(this: &This, requirements: &[Requirement]) -> bool {
    let all = requirements.iter().flat_map(|requirement| requirement.each().into_iter().map(move |each| (each, requirement)));
    all.into_iter().any(|(each, whole)| match &each.what {
        What::Records { op: Op::Ge | Op::Eq, .. } | What::Moment(_) => each.until.is_some() || whole.until.is_some() || matches!(this, This::Period(..)),
        _ => false,
    })
}

/// Looks for the delay of the norm itself.
struct Asks(bool);

impl Look for Asks {
    fn expr(&mut self, expr: &Expr) {
        self.0 |= matches!(expr, Expr::Delay(_));
    }
}
