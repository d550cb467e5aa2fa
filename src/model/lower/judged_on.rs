//! What is judged only after a period, and what is said anew of each.

use super::env::{Env, This};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Period, Scope};
use crate::model::norm::Rhythm;
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::model::{EntitySort, ParameterSort};
use crate::syntax::tree::{self, JudgedOn, Line, Node};
use chrono::{Datelike, Months, NaiveDate};

impl<'t> Lower<'t> {
    /// `judged 31 days after the period`: the day on which a period is judged.
    pub(super) fn judged_on(&mut self, env: &Env, norm: &'t tree::Norm) -> Option<Expr> {
        let (on, span) = norm.lines.iter().find_map(|line| if let Line::JudgedOn(on) = &line.value { Some((on, line.span)) } else { None })?;
        let at = env.at(span);
        let every = match &env.this {
            This::Unknown => return None,
            This::Period(_, every) => every,
            _ => {
                self.later_line(at, "only what is judged period by period can be judged after the period", "只有按周期评判的规则才能在期满之后判定", "add `each …, every year`", "请写 `每个 … ，每年`");
                return None;
            }
        };
        if norm.lines.iter().any(|line| matches!(line.value, Line::Gives(_))) {
            self.later_line(
                at,
                "a record that this norm makes stands in its period, and cannot wait until later",
                "本规则产生的记录落在本期之内，不能等到以后",
                "let another norm read what this one decides",
                "请让另一条规则读取本规则确定的取值",
            );
            return None;
        }
        let end = Expr::At(Scope::This);
        let (start, length) = match on {
            JudgedOn::After(length) => (end, self.length(env, length)?),
            JudgedOn::NextYear(day) if every.unit == Period::Year => {
                let day = self.expr_of_month_day(&day.value, env.at(day.span))?;
                (day, Expr::Value(Scalar::Quantity(Number::whole(1), Unit::Years)))
            }
            JudgedOn::NextYear(_) => {
                self.later_line(at, "the next year follows a year, not a shorter period", "`次年` 只用于按年评判的规则", "write for instance `judged 10 days after the period`", "例如 `期满 10 天 后 判定`");
                return None;
            }
        };
        Some(Expr::Shift(Box::new(start), Box::new(length)))
    }

    fn later_line(&mut self, at: At, en: &str, zh: &str, help_en: &str, help_zh: &str) {
        self.error("wrong-line", at, Say::new(en, zh), Say::new(help_en, help_zh));
    }

    /// `every year` of a judged fact: of a subject or case, not of a record, which has its time.
    pub(super) fn judged_every(&mut self, file: usize, of: &str, every: &tree::Every) -> Option<Rhythm> {
        let at = (file, every.unit.span);
        if self.model.entity(of).is_some_and(|entity| matches!(entity.sort, EntitySort::Register | EntitySort::Case)) {
            let env = Env::new(file, self.regulation_of(file).map(str::to_owned), String::new());
            let rhythm = self.rhythm(&env, every)?;
            let one = rhythm.count == 1 && rhythm.weekday.is_none() && !rhythm.working;
            if !one && begins(&rhythm).is_none() {
                self.later_line(at, "what is judged anew is judged of every day, week, month, quarter, half-year or year", "分期认定的周期为日、周、月、季度、半年或年", "write for instance `every year`, or `every year from 04-01`", "例如 `每年`，或 `每年 自 04-01 起`");
                return None;
            }
            return Some(rhythm);
        }
        self.later_line(
            at,
            "a record has its own time: what is judged of it is judged once",
            "记录自有其时间，对它的认定只有一次",
            "leave the period out, or say the fact of a register",
            "请去掉周期，或改为针对名册",
        );
        None
    }

    /// What an attestation in an example is about: a record or subject, and the period where the fact is said anew of each.
    pub(super) fn attested_of(&mut self, file: usize, full: &str, of: &Node<String>, period: Option<&Node<String>>) -> Option<String> {
        let every = match self.parameters.get(full).map(|parameter| &parameter.sort) {
            Some(ParameterSort::Judged { every, .. }) => every.clone(),
            _ => None,
        };
        match (every, period) {
            (None, None) => Some(of.value.clone()),
            (Some(every), Some(period)) if names(&every, &period.value) => Some(format!("{}/{}", of.value, period.value)),
            (None, Some(period)) => {
                self.later_line((file, period.span), "this is judged once and for all, not of a period", "该事项一次认定，不分周期", "leave the period out", "请去掉周期");
                None
            }
            (Some(_), _) => {
                let at = (file, period.map_or(of.span, |period| period.span));
                self.later_line(at, "this is judged anew of each period, and the line does not say of which", "该事项按周期认定，这里没有写明是哪一期", "write for instance `for 2024`, `for 2024-03` of a month, `for 2024-04..2025-03` of a year from April", "例如 `于 2024`；按月的写 `于 2024-03`；自 4 月起的年度写 `于 2024-04..2025-03`");
                None
            }
        }
    }

    fn expr_of_month_day(&mut self, written: &str, at: At) -> Option<Expr> {
        let day = self.month_day(written, at);
        (!day.is_poison()).then_some(day.expr)
    }
}

/// The month with which a year of its own begins.
fn begins(rhythm: &Rhythm) -> Option<u32> {
    rhythm.from.filter(|_| rhythm.unit == Period::Month && rhythm.count == 12).map(|first| first.month())
}

/// Is it the name of one of these periods?
fn names(every: &Rhythm, text: &str) -> bool {
    let Some(first) = begins(every) else { return super::when::period_named(text) == Some(every.unit) };
    let Some(start) = text.split_once("..").and_then(|(start, _)| format!("{start}-01").parse::<NaiveDate>().ok()) else { return false };
    let last = start.checked_add_months(Months::new(11));
    let short = last.filter(|last| last.year() == start.year()).map(|last| last.format("%m").to_string());
    let named = |last: String| format!("{}..{last}", start.format("%Y-%m"));
    start.month() == first && last.is_some_and(|last| text == named(short.unwrap_or_else(|| last.format("%Y-%m").to_string())))
}
