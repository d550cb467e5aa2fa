//! Measures: aggregates over the records of a window.

use super::env::{Env, This};
use super::ty::{Ty, Typed};
use super::{At, Lower, arithmetic};
use crate::diagnostics::Say;
use crate::model::expr::{Aggregate, Expr, Measure, Pattern, Period, Window};
use crate::model::links::Sort;
use crate::model::norm::Rhythm;
use crate::model::value::{Scalar, Type, Unit};
use crate::model::walk::{self, Look};
use chrono::{Datelike, NaiveDate};
use crate::syntax::tree::{self, Aggregate as Written, Expr as Tree, Link, Node, RunOver};

impl<'t> Lower<'t> {
    pub(super) fn measure(&mut self, env: &Env, measure: &'t tree::Measure, name: Option<&str>, at: At) -> Typed {
        // A measure in a filter is the occasion's, not the counted record's: that has to be said.
        if in_filter(env) && !env.inherited {
            return self.whose_measure(name, at);
        }
        let env = &Env { counted: None, ..env.clone() };
        let pattern = self.pattern(env, &measure.pattern);
        let window = self.window(env, measure.window.as_ref(), pattern.as_ref().map(|pattern| (pattern, &measure.pattern.link)), at);
        let (Some(pattern), Some(window)) = (pattern, window) else {
            return Typed::new(Expr::Value(Scalar::Bool(false)), Ty::Poison, at);
        };
        self.over(env, measure, pattern, window, name, at)
    }

    fn whose_measure(&mut self, name: Option<&str>, at: At) -> Typed {
        let this = name.map_or("NAME", |full| full.rsplit('.').next().unwrap_or(full));
        self.error(
            "measure-in-where",
            at,
            Say::new("what is counted inside `where` would be of the record that is judged, not of the one that is looked at", "`其中` 里的计量针对所判的记录，而不是被数的记录"),
            Say::new(
                format!("for the record that is judged write `this.{this}`, a declared measure; for the one that is looked at let `counts as` make a record of each that fits, and count those"),
                format!("针对所判记录的，请声明计量并写 `本次.{this}`；针对被数记录的，请先用 `视为` 为每条符合的记录记一笔，再数这一笔"),
            ),
        );
        Typed::poison(at)
    }

    /// The measure over a pattern and window that are known already.
    pub(super) fn over(&mut self, env: &Env, measure: &'t tree::Measure, pattern: Pattern, window: Window, name: Option<&str>, at: At) -> Typed {
        let inside = env.inside(&pattern.events);
        let of = measure.of.as_ref().map(|of| self.expr(&inside, of, None));
        let through = measure.through.as_ref().map(|last| self.expr(&inside, last, None));
        let distinct = measure.distinct.as_ref().map(|key| self.expr(&inside, key, None).expr);
        let Some(aggregate) = self.aggregate(env, &measure.aggregate.value) else { return Typed::poison(at) };
        if of.as_ref().is_some_and(Typed::is_poison) {
            return Typed::poison(at);
        }
        let ty = match self.result(&aggregate, of.as_ref(), env.at(measure.aggregate.span)) {
            Some(ty) => ty,
            None => return Typed::poison(at),
        };
        if matches!(aggregate, Aggregate::RunOfWorkingDays | Aggregate::RunOfSlots(_)) && !self.has_calendar(at) {
            return Typed::poison(at);
        }
        if let Some(last) = &through
            && !self.is_last_day(last, &aggregate)
        {
            return Typed::poison(at);
        }
        if through.is_none() && matches!(aggregate, Aggregate::RunOfDays | Aggregate::RunOfWorkingDays) {
            self.each_is_a_day(&pattern, at);
        }
        let of = of.or(through).map(|of| of.expr);
        let label = match name.and_then(|full| self.names.scoped.get(full)) {
            Some((_, super::names::Scoped::Measure(define))) => super::declare::text(define.head.label.as_ref()),
            _ => None,
        };
        let measure = Measure { name: name.map(str::to_owned), label, aggregate, pattern, of, distinct, window };
        Typed::new(Expr::Measure(Box::new(measure)), ty, at)
    }

    /// `through ends`: a run of days, and a day.
    fn is_last_day(&mut self, last: &Typed, aggregate: &Aggregate) -> bool {
        if last.is_poison() {
            return false;
        }
        let run = matches!(aggregate, Aggregate::RunOfDays | Aggregate::RunOfWorkingDays);
        if !run || !last.ty.is_when() {
            self.error(
                "type-mismatch",
                last.at,
                Say::new("`through` names the last day of a record in a run of days", "`直至` 写明按日连续计算时一条记录的最后一日"),
                Say::new("write `longest run of leave through ends over days`, with a date", "请写 `最长连续 请假 直至 末日 按日`，其后为日期"),
            );
        }
        run && last.ty.is_when()
    }

    /// A record that says how long it lasts, and yet is one day of the run: told.
    fn each_is_a_day(&mut self, pattern: &Pattern, at: At) {
        let lasts = |field: &&crate::model::Field| matches!(field.ty, Type::Quantity(Unit::Days | Unit::WorkingDays) | Type::Date);
        let found = pattern.events.iter().filter_map(|event| self.model.event(event)).find_map(|event| Some((event.name.clone(), event.fields.iter().find(lasts)?.name.clone())));
        let Some((event, field)) = found else { return };
        self.warn(
            "run-of-one-day-each",
            at,
            Say::new(
                format!("every record of `{event}` is one day of this run, whatever its `{field}` says"),
                format!("这里 `{event}` 的每条记录都只算一日，不论其 `{field}` 为何"),
            ),
            Say::new(
                "say the last day that a record covers: `through ends`, or `through day + (days rounded up to 1) - 1 day`; `through day` if it is one day each",
                "请写明一条记录所及的最后一日：`直至 末日`，或 `直至 day + (天数 进位 到 1) - 1 天`；每条确为一日的，写 `直至 day`",
            ),
        );
    }

    /// `in the year from 04-01`: of a norm that is judged for each such year, its own period.
    fn year_from(&mut self, env: &Env, unit: &Node<tree::Period>, whole: bool, day: &Node<String>) -> Option<Window> {
        let begins = begins_each_year(&day.value);
        let Some((month, day)) = begins.filter(|_| unit.value == tree::Period::Year) else {
            let of_a_year = unit.value == tree::Period::Year;
            self.error(
                "bad-rhythm",
                env.at(if of_a_year { day.span } else { unit.span }),
                Say::new("only a year begins on another day, and on one that every year has", "只有年度可另定起始日，且须为每年都有的日子"),
                Say::new("write for instance `in the year from 04-01`", "例如 `当年 自 04-01 起`"),
            );
            return None;
        };
        let own = |every: &Rhythm| every.unit == Period::Month && every.count == 12 && day == 1 && every.from.is_some_and(|from| from.month() == month);
        Some(match &env.this {
            This::Period(_, every) if own(every) => Window::Occasion,
            _ => Window::YearFrom { month, day, whole },
        })
    }

    /// The core's name of an aggregate; an unknown schedule is told.
    fn aggregate(&mut self, env: &Env, written: &Written) -> Option<Aggregate> {
        Some(match written {
            Written::Count => Aggregate::Count,
            Written::Total => Aggregate::Total,
            Written::Least => Aggregate::Least,
            Written::Most => Aggregate::Most,
            Written::Average => Aggregate::Average,
            Written::First => Aggregate::First,
            Written::Last => Aggregate::Last,
            Written::Any => Aggregate::Any,
            Written::Run(RunOver::Days) => Aggregate::RunOfDays,
            Written::Run(RunOver::WorkingDays) => Aggregate::RunOfWorkingDays,
            Written::Run(RunOver::Slots(schedule)) => Aggregate::RunOfSlots(self.schedule_name(env, schedule)?),
        })
    }

    /// The schedule called so; an unknown one is told.
    fn schedule_name(&mut self, env: &Env, name: &tree::Name) -> Option<String> {
        if self.model.schedule(&name.value).is_some() {
            self.uses(env.at(name.span), Sort::Schedule, "", &name.value);
            return Some(name.value.clone());
        }
        let known: Vec<String> = self.model.schedules.iter().map(|schedule| schedule.name.clone()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.unknown(env.at(name.span), ("schedule", "作息"), &name.value, &known);
        None
    }

    /// The type of the result; a value that cannot be aggregated so is told.
    fn result(&mut self, aggregate: &Aggregate, of: Option<&Typed>, at: At) -> Option<Ty> {
        let counted = match aggregate {
            Aggregate::Count | Aggregate::RunOfSlots(_) => Some(Ty::ONE),
            Aggregate::Any => Some(Ty::BOOL),
            Aggregate::RunOfDays => Some(Ty::quantity(Unit::Days)),
            Aggregate::RunOfWorkingDays => Some(Ty::quantity(Unit::WorkingDays)),
            _ => None,
        };
        if counted.is_some() {
            return counted;
        }
        let Some(of) = of else {
            self.error(
                "type-mismatch",
                at,
                Say::new("nothing says which value of the records is meant", "未写明取记录的哪个值"),
                Say::new("name a field, as in `total days of leave`", "请写明字段，如 `合计 请假 的 时长`"),
            );
            return None;
        };
        let fits = match aggregate {
            Aggregate::Total | Aggregate::Average => of.ty.unit().is_some(),
            Aggregate::Least | Aggregate::Most => of.ty.unit().is_some() || of.ty.is_when() || of.ty == Ty::Is(Type::Time),
            _ => true,
        };
        if fits {
            return Some(if of.ty == Ty::Bare { Ty::ONE } else { of.ty.clone() });
        }
        self.not_a_number(of);
        None
    }

    /// The window of records of a pattern with the link that is written; where none is written, the period or the case of the occasion.
    pub(super) fn window(&mut self, env: &Env, window: Option<&'t Node<tree::Window>>, counted: Option<(&Pattern, &Link)>, at: At) -> Option<Window> {
        let Some(window) = window else { return self.default_window(env, at) };
        let at = env.at(window.span);
        if window.value != tree::Window::SoFar && self.only_facts(env, at, "a measure in this time", "限于此期间的计量") {
            return None;
        }
        Some(match &window.value {
            tree::Window::Period(unit, whole) => {
                self.another_year(*unit, env, at)?;
                period_window(*unit, *whole, &env.this)
            }
            tree::Window::YearFrom(unit, whole, day) => self.year_from(env, unit, *whole, day)?,
            tree::Window::Last(length) => self.last(env, length, at)?,
            tree::Window::Next(until) => Window::Next(Box::new(self.deadline(env, until)?)),
            tree::Window::Since(since) => Window::Since(Box::new(self.since(env, since, counted.map_or(&Link::Implicit, |(_, link)| link))?)),
            tree::Window::SoFar => Window::SoFar,
            tree::Window::Ever => Window::Ever,
            tree::Window::Case => {
                if counted.is_some_and(|(pattern, _)| !self.is_linked_to_case(pattern)) {
                    self.error(
                        "window-missing",
                        at,
                        Say::new("these records belong to no case of the occasion", "这些记录与本情形没有共同的案件"),
                        Say::new("write `for the same CASE`, or another window", "请写 `同一 案件`，或换一个期间"),
                    );
                    return None;
                }
                Window::Ever
            }
        })
    }

    /// In a norm of leave years or school years, `in the year` would be the calendar year in which that year ends: which is meant has to be said.
    fn another_year(&mut self, unit: tree::Period, env: &Env, at: At) -> Option<()> {
        let This::Period(_, Rhythm { unit: Period::Month, count: 12, from: Some(first), .. }) = &env.this else { return Some(()) };
        if unit != tree::Period::Year {
            return Some(());
        }
        let from = first.format("%m-%d");
        self.error(
            "window-missing",
            at,
            Say::new(format!("the years of this norm begin on {from}, and `in the year` is the calendar year"), format!("本规则的年度自 {from} 起，而 `当年` 指公历年")),
            Say::new(
                format!("write `in the year from {from}`; where the calendar year is meant, `in the year from 01-01`"),
                format!("请写 `当年 自 {from} 起`；确指公历年的，写 `当年 自 01-01 起`"),
            ),
        );
        None
    }

    fn is_linked_to_case(&self, pattern: &Pattern) -> bool {
        let Some(event) = pattern.events.first().and_then(|event| self.model.event(event)) else { return true };
        let is_case = |entity: &str| self.model.entity(entity).is_some_and(|e| e.sort == crate::model::EntitySort::Case);
        pattern.links.iter().any(|(link, _)| {
            let field = event.fields.iter().find(|field| field.name == *link);
            field.is_some_and(|field| matches!(&field.ty, Type::Ref(entity) if is_case(entity)))
        })
    }

    fn default_window(&mut self, env: &Env, at: At) -> Option<Window> {
        match &env.this {
            This::Period(..) => Some(Window::Occasion),
            This::Case(_) => Some(Window::Ever),
            This::Throughout(_) => Some(Window::SoFar),
            This::Unknown => None,
            _ => {
                self.error(
                    "window-missing",
                    at,
                    Say::new("nothing says within which time these records are counted", "未写明在什么期间内计数"),
                    Say::new("add `in the month`, `in the last 30 days`, `so far` or `ever`", "请加上 `当月`、`最近 30 天`、`至今` 或 `全程`"),
                );
                None
            }
        }
    }

    fn last(&mut self, env: &Env, length: &tree::Quantity, at: At) -> Option<Window> {
        let unit = length.unit.as_ref().map(|unit| self.unit(env.at(unit.span), &unit.value));
        match unit {
            Some(None) => None,
            Some(Some((unit, factor))) if arithmetic::is_length(&unit) => {
                if unit == Unit::WorkingDays && !self.has_calendar(at) {
                    return None;
                }
                let number = crate::model::number::Number::from(length.number.value).times(factor)?;
                Some(Window::Last(Scalar::Quantity(number, unit)))
            }
            _ => {
                self.error(
                    "unit-missing",
                    at,
                    Say::new("a window has a length of time", "期间须为时长"),
                    Say::new("write for instance `in the last 30 days`", "例如 `最近 30 天`"),
                );
                None
            }
        }
    }

    /// A named measure, worked out where it is used: its names mean what they mean there.
    pub(super) fn inlined(&mut self, env: &Env, full: &str, file: usize, define: &'t tree::Define, at: At) -> Typed {
        self.used.insert(full.to_owned());
        if let Some(start) = self.inlining.iter().position(|open| open == full) {
            let way: Vec<String> = self.inlining.iter().skip(start).chain([&full.to_owned()]).map(|name| format!("`{name}`")).collect();
            let way = way.join(" → ");
            self.error(
                "cycle",
                at,
                Say::new(format!("the measures stand for each other: {way}"), format!("计量互相引用：{way}")),
                Say::new("say one of them without the others", "请让其中之一不引用其他"),
            );
            return Typed::poison(at);
        }
        if !self.may_copy(at) {
            return Typed::poison(at);
        }
        self.inlining.push(full.to_owned());
        let here = Env { file, regulation: self.regulation_of(file).map(str::to_owned), item: full.to_owned(), inherited: true, ..env.clone() };
        let typed = match strip(&define.expr) {
            Node { value: Tree::Measure(measure), span } => self.measure(&here, measure, Some(full), (file, *span)),
            other => self.expr(&here, other, None),
        };
        self.inlining.pop();
        self.asked(full, |reads| walk::expr(&typed.expr, reads));
        if in_filter(env) && !env.inherited && counts_records(&typed.expr) {
            return self.whose_measure(Some(full), at);
        }
        Typed { at, ..typed }
    }

    /// A measure that no norm uses was never checked, and says nothing. After an error the use may only not have been reached.
    pub(super) fn unused_measures(&mut self) {
        if self.failed() {
            return;
        }
        self.note_unused();
        let unused: Vec<(At, String)> = self
            .names
            .scoped
            .iter()
            .filter(|(full, (file, _))| !self.used.contains(*full) && self.texts.get(*file).is_some_and(|text| !text.adopted))
            .filter_map(|(_, (file, item))| match item {
                super::names::Scoped::Measure(define) => Some(((*file, define.head.name.span), define.head.name.value.clone())),
                _ => None,
            })
            .collect();
        for (at, name) in unused {
            self.warn(
                "unused-measure",
                at,
                Say::new(format!("no norm uses the measure `{name}`, so its inside was not checked"), format!("没有规则使用计量 `{name}`，其内容未经检查")),
                Say::new("use it in a condition or amount, or remove it", "请在条件或金额中使用，或删除"),
            );
        }
    }
}

/// Without parentheses.
pub(super) fn strip(mut node: &Node<Tree>) -> &Node<Tree> {
    while let Tree::Paren(inner) = &node.value {
        node = inner;
    }
    node
}

/// The calendar period; a working day is a day.
pub(super) fn period(unit: tree::Period) -> Period {
    match unit {
        tree::Period::Day | tree::Period::WorkingDay => Period::Day,
        tree::Period::Week => Period::Week,
        tree::Period::Month => Period::Month,
        tree::Period::Quarter => Period::Quarter,
        tree::Period::HalfYear => Period::HalfYear,
        tree::Period::Year => Period::Year,
    }
}

/// `in the month` of a monthly occasion is the occasion's own period: one meaning, one form.
fn period_window(unit: tree::Period, whole: bool, this: &This) -> Window {
    let unit = period(unit);
    match this {
        This::Period(_, Rhythm { unit: own, count: 1, weekday: None, working: false, .. }) if *own == unit => Window::Occasion,
        _ => Window::Period { unit, whole },
    }
}

/// The month and day of `04-01`; none when some year has no such day.
pub(super) fn begins_each_year(day: &str) -> Option<(u32, u32)> {
    let (month, day) = day.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    NaiveDate::from_ymd_opt(2023, month, day).map(|_| (month, day))
}

/// Is it a condition on the records of a pattern, other than the occasion's own?
pub(super) fn in_filter(env: &Env) -> bool {
    env.counted.is_some() && !env.own && env.each.is_none() && env.holder.is_none()
}

/// Is there a measure in it?
fn counts_records(expr: &Expr) -> bool {
    struct Counts(bool);
    impl Look for Counts {
        fn expr(&mut self, expr: &Expr) {
            self.0 |= matches!(expr, Expr::Measure(_));
        }
    }
    let mut counts = Counts(false);
    walk::expr(expr, &mut counts);
    counts.0
}
