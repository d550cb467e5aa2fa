//! What a norm judges, one by one.

use super::env::{Env, This};
use super::expr::all;
use super::measure::{period, strip};
use super::names::Scoped;
use super::ty::{Ty, Typed};
use super::{At, Lower, data};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Measure, Op, Pattern, Period, Scope, Window};
use crate::model::norm::{Occasion, Rhythm};
use crate::model::order::BREACH;
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::model::walk::{self, Look};
use crate::syntax::tree::{self, Expr as Tree, Line, Link, Node};
use chrono::{Datelike, NaiveDate, Weekday};

impl<'t> Lower<'t> {
    /// The occasion of a norm, and what names mean there. None when it is missing or broken (told).
    pub(super) fn occasion(&mut self, env: &Env, norm: &'t tree::Norm) -> (Option<Occasion>, Env) {
        let mut found: Vec<&'t Node<Line>> = norm.lines.iter().filter(|line| is_occasion(&line.value)).collect();
        let when_reached = |line: &&&Node<Line>| matches!(&line.value, Line::Reaching(reaching) if !reaching.every);
        if let (Some(reaches), [_, _, ..]) = (found.iter().find(when_reached), found.as_slice()) {
            self.error(
                "occasion-twice",
                env.at(reaches.span),
                Say::new("`when … reaches` says on what occasion this holds, and so does another line", "`当 … 达到` 已写明情形，另一行又写了一次"),
                Say::new("leave the other line out: `when … reaches` takes the place of `on`, and the occasion is the record that reaches the number", "请删去另一行：`当 … 达到` 代替 `凡`，达到该数的那条记录即为情形"),
            );
        } else if let [_, second, ..] = found.as_slice() {
            self.error(
                "occasion-twice",
                env.at(second.span),
                Say::new("a norm judges one sort of occasion, and this is the second", "一条规则只针对一种情形，此处是第二种"),
                Say::new("write `on A or B`, or make it two norms", "请写 `凡 A 或 B`，或分为两条规则"),
            );
        }
        let unknown = Env { this: This::Unknown, ..env.clone() };
        let Some(line) = (!found.is_empty()).then(|| found.swap_remove(0)) else {
            self.error(
                "occasion-missing",
                env.at(norm.head.name.span),
                Say::new("nothing says on what occasion this holds", "未写明在什么情形下适用"),
                Say::new("add `on EVENT`, `each REGISTER, every month`, or `on breach of NORM`", "请加上 `凡 事件`、`每个 名册 , 每月` 或 `凡 违反 规则`"),
            );
            return (None, unknown);
        };
        match &line.value {
            Line::On(pattern) => self.on(env, pattern, norm),
            Line::Each(each) => self.each(env, each, env.at(line.span)),
            Line::OnBreach(names) => self.on_breach(env, names),
            Line::Reaching(reaching) => self.reaching(env, reaching, env.at(line.span)),
            _ => (None, unknown),
        }
    }

    fn on(&mut self, env: &Env, pattern: &'t tree::Pattern, norm: &'t tree::Norm) -> (Option<Occasion>, Env) {
        let mut here = env.clone();
        let Some(pattern) = self.own_pattern(env, pattern) else {
            return (None, Env { this: This::Unknown, ..here });
        };
        here.this = This::Records(pattern.events.clone());
        let each = norm.lines.iter().find_map(|line| if let Line::ForEach(set, name) = &line.value { Some((set, name)) } else { None });
        let Some((set, name)) = each else { return (Some(Occasion::Record(pattern)), here) };
        let members = self.expr(&here, set, None);
        let entity = match &members.ty {
            Ty::Is(Type::Set(entity)) => entity.clone(),
            Ty::Poison => return (None, Env { this: This::Unknown, ..here }),
            other => {
                let say = other.say();
                self.error(
                    "type-mismatch",
                    members.at,
                    Say::new(format!("`for each` goes through a set, but this is {}", say.en), format!("`逐一` 须针对集合，但这是{}", say.zh)),
                    Say::new("name a field of type `set of REGISTER`", "请写类型为 `集合 名册` 的字段"),
                );
                return (None, Env { this: This::Unknown, ..here });
            }
        };
        let member = name.as_ref().map_or_else(|| entity.clone(), |name| name.value.clone());
        here.member = Some((member, entity));
        here.member_of.clone_from(&here.item);
        (Some(Occasion::Member(pattern, members.expr)), here)
    }

    fn each(&mut self, env: &Env, each: &'t tree::Each, at: At) -> (Option<Occasion>, Env) {
        let entity = match &each.kind {
            Some(name) => match self.entity_name(env.file, name) {
                Some(entity) => Some(entity),
                None => return (None, Env { this: This::Unknown, ..env.clone() }),
            },
            None => None,
        };
        let rhythm = each.every.as_ref().and_then(|every| self.rhythm(env, every));
        let this = match (&each.every, &entity) {
            (None, Some(entity)) if each.throughout => This::Throughout(entity.clone()),
            (Some(_), _) => match &rhythm {
                Some(rhythm) => This::Period(entity.clone(), rhythm.clone()),
                None => This::Unknown,
            },
            (None, Some(entity)) => This::Case(entity.clone()),
            (None, None) => This::Unknown,
        };
        let here = Env { this, ..env.clone() };
        let mut filter = each.filter.as_ref().map(|filter| self.condition(&here, filter));
        if let (true, Some(entity)) = (each.whole, &entity) {
            if self.model.entity(entity).is_none_or(|entity| entity.sort != crate::model::EntitySort::Register) {
                self.error(
                    "type-mismatch",
                    at,
                    Say::new(format!("`{entity}` is a case: only a register says who belongs to it, and when"), format!("`{entity}` 是案件，只有名册才写明谁在何时在册")),
                    Say::new("leave `in the register throughout` out", "请删去 `全期在册`"),
                );
            }
            filter = all(filter.into_iter().chain([there_throughout(Expr::Subject, entity)]));
        }
        let occasion = match (rhythm, entity) {
            (Some(every), entity) => Some(Occasion::Period { entity, filter, every }),
            (None, Some(entity)) if each.throughout => self.throughout(entity, filter, at),
            (None, Some(entity)) if each.every.is_none() => self.case(entity, filter, at),
            _ => None,
        };
        (occasion, here)
    }

    fn case(&mut self, entity: String, filter: Option<Expr>, at: At) -> Option<Occasion> {
        let is_case = self.model.entity(&entity).is_some_and(|entity| entity.sort == crate::model::EntitySort::Case);
        if !is_case {
            self.error(
                "occasion-missing",
                at,
                Say::new(format!("nothing says how often each `{entity}` is judged"), format!("未写明每个 `{entity}` 多久评判一次")),
                Say::new("add a rhythm, such as `, every month`", "请加上周期，如 `, 每月`"),
            );
            return None;
        }
        Some(Occasion::Case { entity, filter })
    }

    pub(super) fn rhythm(&mut self, env: &Env, every: &tree::Every) -> Option<Rhythm> {
        let working = every.unit.value == tree::Period::WorkingDay;
        if working && !self.has_calendar(env.at(every.unit.span)) {
            return None;
        }
        if let (1, tree::Period::Year, Some(day)) = (every.count, every.unit.value, &every.from)
            && let [_, _, b'-', _, _] = day.value.as_bytes()
        {
            return self.year_that_begins(env, day);
        }
        let from = self.first_of_several(env, every)?;
        if let Some(day) = &every.on
            && every.unit.value != tree::Period::Week
        {
            self.error(
                "bad-rhythm",
                env.at(day.span),
                Say::new("a day of the week belongs to `every week`", "星期几只能用于 `每周`"),
                Say::new("write for instance `every week on tuesday`", "例如 `每周 周二`"),
            );
            return None;
        }
        if let (Some(day), true) = (&every.on, every.count > 1) {
            self.error(
                "bad-rhythm",
                env.at(day.span),
                Say::new("a day of the week belongs to every week, not to several weeks as one", "星期几只能用于 `每周`，不能用于连算的几周"),
                Say::new("write `every 2 weeks from …`, and the day as a condition on the records", "请写 `每 2 周 自 …`，星期几写作对记录的条件"),
            );
            return None;
        }
        Some(Rhythm {
            unit: period(every.unit.value),
            count: every.count,
            from,
            weekday: every.on.as_ref().map(|day| data::weekday(day.value)),
            working,
        })
    }

    /// `every year from 04-01`: twelve months, one row after the other.
    fn year_that_begins(&mut self, env: &Env, day: &tree::Name) -> Option<Rhythm> {
        let first = super::measure::begins_each_year(&day.value).filter(|(_, day)| *day == 1).and_then(|(month, _)| NaiveDate::from_ymd_opt(2000, month, 1));
        if first.is_none() {
            self.error(
                "bad-rhythm",
                env.at(day.span),
                Say::new("a year of its own begins with a month", "自定年度须从某月一日起"),
                Say::new("write for instance `every year from 04-01`", "例如 `每年 自 04-01 起`"),
            );
        }
        Some(Rhythm { unit: Period::Month, count: 12, from: Some(first?), weekday: None, working: false })
    }

    /// The day from which several periods are counted; the outer none when that is not clear (told). Months that fill a year are counted from January.
    #[allow(clippy::option_option)]
    fn first_of_several(&mut self, env: &Env, every: &tree::Every) -> Option<Option<NaiveDate>> {
        let written = every.from.as_ref().map(|from| from.value.as_str());
        let day = |text: String| text.parse::<NaiveDate>().ok();
        let first = match (every.unit.value, written) {
            (_, None) if every.count == 1 => return Some(None),
            (tree::Period::Month, None) if every.count > 1 && 12 % every.count == 0 => return Some(None),
            (tree::Period::Year, Some(year)) if year.len() == 4 => day(format!("{year}-01-01")),
            (tree::Period::Month, Some(month)) if month.len() == 7 => day(format!("{month}-01")),
            (tree::Period::Week, Some(text)) if text.len() == 10 => day(text.to_owned()).map(|day| day.week(Weekday::Mon).first_day()),
            _ => None,
        };
        if first.is_none() {
            self.error(
                "bad-rhythm",
                env.at(every.unit.span),
                Say::new("several periods in a row are weeks, months or years, counted from a stated one", "多个周期连算须以周、月或年计，并写明从哪一个起算"),
                Say::new(
                    "write for instance `every 3 years from 2004`, `every 2 months from 2024-01` or `every 2 weeks from 2024-01-01`",
                    "例如 `每 3 年 自 2004 年`、`每 2 个月 自 2024-01 起` 或 `每 2 周 自 2024-01-01 起`",
                ),
            );
            return None;
        }
        Some(first)
    }

    fn on_breach(&mut self, env: &Env, names: &[tree::Name]) -> (Option<Occasion>, Env) {
        let unknown = Env { this: This::Unknown, ..env.clone() };
        let mut events = Vec::new();
        for name in names {
            let Some(norm) = self.norm_name(env.file, name, false) else { return (None, unknown) };
            if !self.breach_event(&norm, env.at(name.span)) {
                return (None, unknown);
            }
            // What a later version of the norm asks is breached like the norm itself.
            let later = self.names.later_versions(&norm);
            for norm in std::iter::once(norm).chain(later) {
                let can_breach = self.ensure(&norm, env.at(name.span)) && self.facets_of(&norm).is_some_and(|facets| facets.can_breach);
                let event = format!("{BREACH}{norm}");
                if can_breach && !events.contains(&event) && self.breach_event(&norm, env.at(name.span)) {
                    events.push(event);
                }
            }
        }
        if events.is_empty() {
            return (None, unknown);
        }
        let pattern = Pattern { events: events.clone(), links: Vec::new(), filter: None };
        (Some(Occasion::Record(pattern)), Env { this: This::Records(events), ..env.clone() })
    }

    /// `every 3 of P …`, `when MEASURE reaches N`: the occasion is the record that crosses.
    fn reaching(&mut self, env: &Env, reaching: &'t tree::Reaching, at: At) -> (Option<Occasion>, Env) {
        let unknown = Env { this: This::Unknown, ..env.clone() };
        let Some((measure, name, file)) = self.counted_by(env, &reaching.measure) else {
            self.error(
                "type-mismatch",
                env.at(reaching.measure.span),
                Say::new("what reaches a number must be a count or a total", "达到某数的须是计数或合计"),
                Say::new("write `count of …`, `total … of …`, or the name of such a measure", "请写 `计数 …`、`合计 … 的 …` 或其名称"),
            );
            return (None, unknown);
        };
        let Some(events) = self.events(env, &measure.pattern) else { return (None, unknown) };
        let here = Env { this: This::Records(events.clone()), ..env.clone() };
        // A named measure is read where it was declared.
        let inside = Env { file, regulation: self.regulation_of(file).map(str::to_owned), ..here.clone() };
        let links = self.key(&inside, &measure.pattern, &events);
        let filter = measure.pattern.filter.as_ref().map(|filter| self.condition(&inside.inside(&events), filter));
        let pattern = Pattern { events, links, filter };
        if looks_at_the_last(&pattern) {
            self.error(
                "wrong-line",
                at,
                Say::new("what is counted here asks about the record that reaches the number, which is not known before all are counted", "这里的计数条件问及达到该数的那条记录，而计完之前并不知道是哪一条"),
                Say::new("judge each record: `on EVENT`, `when MEASURE = N`", "请逐条判定：`凡 事件`，`当 计量 = N`"),
            );
            return (None, here);
        }
        let Some(window) = self.window(&inside, measure.window.as_ref(), Some((&pattern, &measure.pattern.link)), at) else { return (None, here) };
        if matches!(window, Window::Next(_)) {
            self.error(
                "window-missing",
                at,
                Say::new("what is still to come reaches no number", "尚未发生的记录谈不上达到某数"),
                Say::new("write a window that ends with the record, such as `in the month` or `in the last 30 days`", "请写以该记录为止的期间，如 `当月` 或 `最近 30 天`"),
            );
            return (None, here);
        }
        let typed = self.over(&inside, measure, pattern, window, name.as_deref(), at);
        let Expr::Measure(measure) = typed.expr else { return (None, here) };
        let number = self.expr(&here, &reaching.number, Some(&typed.ty));
        if self.same(crate::model::lower::ty::Typed { expr: Expr::Subject, ty: typed.ty, at }, number.clone()).is_none() {
            return (None, here);
        }
        let (measure, every): (Measure, bool) = (*measure, reaching.every);
        (Some(Occasion::Reaches { measure, number: number.expr, every }), here)
    }

    /// The count or total that is meant: written in place, or by the name of a measure; with the text it stands in.
    fn counted_by(&mut self, env: &Env, node: &'t Node<Tree>) -> Option<(&'t tree::Measure, Option<String>, usize)> {
        let fits = |measure: &tree::Measure| matches!(measure.aggregate.value, tree::Aggregate::Count | tree::Aggregate::Total);
        match &strip(node).value {
            Tree::Measure(measure) => fits(measure).then_some((measure, None, env.file)),
            Tree::Path(names) => {
                let [name] = names.as_slice() else { return None };
                let (full, file, item) = self.scoped(env.regulation.as_deref(), &name.value)?;
                let Scoped::Measure(define) = item else { return None };
                self.uses_item(env.file, name, &full);
                self.used.insert(full.clone());
                let Tree::Measure(measure) = &strip(&define.expr).value else { return None };
                fits(measure).then_some((measure, Some(full), file))
            }
            _ => None,
        }
    }

    /// What must be equal for records to be counted together: by default the first role.
    fn key(&mut self, env: &Env, pattern: &tree::Pattern, events: &[String]) -> Vec<(String, Expr)> {
        match &pattern.link {
            Link::Anyone => Vec::new(),
            Link::Implicit => {
                let common = self.in_common(events);
                if self.ambiguous(&common, events, env.at(pattern.span)) {
                    return Vec::new();
                }
                let first = events.first().and_then(|event| self.model.event(event)).and_then(|event| event.role_fields().first());
                let first = first.map(|role| role.name.clone());
                let shared = first.filter(|role| self.in_records(events, Scope::This, role).is_some());
                shared.map(|role| (role.clone(), Expr::Field(Scope::This, role))).into_iter().collect()
            }
            Link::Same(names) => {
                let mut key = Vec::new();
                for name in names {
                    match self.in_records(events, Scope::This, &name.value) {
                        Some((Expr::Field(scope, field), _)) => key.push((field.clone(), Expr::Field(scope, field))),
                        _ => {
                            let known: Vec<String> = events
                                .first()
                                .and_then(|event| self.model.event(event))
                                .map(|event| event.fields.iter().map(|field| field.name.clone()).collect())
                                .unwrap_or_default();
                            let known: Vec<&str> = known.iter().map(String::as_str).collect();
                            self.unknown(env.at(name.span), ("role or field of these records", "这些记录的角色或字段"), &name.value, &known);
                        }
                    }
                }
                key
            }
        }
    }
}

/// How many days the occasion's period has.
pub(super) fn days_of_period() -> Expr {
    let between = Expr::Between(Unit::Days, Box::new(Expr::PeriodStart), Box::new(Expr::At(Scope::This)));
    Expr::Add(Box::new(between), Box::new(Expr::Value(Scalar::Quantity(Number::whole(1), Unit::Days))))
}

/// Somebody is in the register on every day of the period.
pub(super) fn there_throughout(who: Expr, entity: &str) -> Expr {
    let there = Expr::Belonging(Box::new(who), entity.to_owned(), false);
    Expr::Compare(Op::Eq, Box::new(there), Box::new(days_of_period()))
}

fn is_occasion(line: &Line) -> bool {
    matches!(line, Line::On(_) | Line::Each(_) | Line::OnBreach(_) | Line::Reaching(_))
}

/// The window of "within the occasion's period".
pub(super) fn own_window(this: &This) -> Option<Window> {
    match this {
        This::Period(..) => Some(Window::Occasion),
        This::Case(_) => Some(Window::Ever),
        This::Throughout(_) => Some(Window::SoFar),
        _ => None,
    }
}

/// In a norm of each year from April on, a day from April to December is one of the year in which the period begins.
pub(super) fn in_own_year(env: &Env, day: Typed) -> Typed {
    let begins = match &env.this {
        This::Period(_, Rhythm { unit: Period::Month, count: 12, from: Some(first), .. }) => first.month(),
        _ => return day,
    };
    match day.expr {
        Expr::MonthDay(month, _) if month >= begins && begins > 1 => {
            let back = Expr::Value(Scalar::Quantity(Number::whole(-12), Unit::Months));
            Typed { expr: Expr::Shift(Box::new(day.expr), Box::new(back)), ..day }
        }
        expr => Typed { expr, ..day },
    }
}

/// Has the number no fraction?
pub(super) fn is_whole(number: crate::model::number::Number) -> bool {
    number.as_whole().is_some()
}

/// Does the filter ask about the judged record, apart from what all that are counted share?
fn looks_at_the_last(pattern: &Pattern) -> bool {
    struct Asks<'p>(&'p Pattern, bool);
    impl Look for Asks<'_> {
        fn expr(&mut self, expr: &Expr) {
            self.1 |= match expr {
                Expr::At(Scope::This) | Expr::Day(Scope::This) => true,
                Expr::Field(Scope::This, name) => !self.0.links.iter().any(|(link, _)| link == name),
                _ => false,
            };
        }
    }
    let mut asks = Asks(pattern, false);
    pattern.filter.iter().for_each(|filter| walk::expr(filter, &mut asks));
    asks.1
}
