//! Measures, patterns and windows in words.

use super::Words;
use super::phrase::Tight;
use crate::diagnostics::Tongue;
use crate::model::expr::{Aggregate, Expr, Measure, Pattern, Period, Scope, Window};
use crate::model::norm::{Deadline, Occasion};

/// The record types of a pattern.
pub(crate) fn pattern_events(pattern: &Pattern) -> &[String] {
    &pattern.events
}

impl Words<'_> {
    /// A measure: by its name when it has one, else what it counts and where.
    pub(crate) fn measure(&self, measure: &Measure) -> String {
        match &measure.name {
            Some(name) => self.label_or(measure.label.as_deref(), name.rsplit('.').next().unwrap_or(name)),
            None => self.measure_in_full(measure),
        }
    }

    /// What a measure counts and where: `total days of leave in the month`, `当月请假的天数合计`.
    pub(crate) fn measure_in_full(&self, measure: &Measure) -> String {
        let filter = self.filtered(&measure.pattern);
        let of = measure.of.as_ref().map(|of| self.value_of(of, &measure.pattern.events)).unwrap_or_default();
        let window = self.window(&measure.window);
        let distinct = measure.distinct.as_ref().map(|key| self.phrase(key, &measure.pattern.events));
        match self.tongue {
            Tongue::En => {
                let said = self.english(&measure.aggregate, &self.linked(&measure.pattern), &of);
                let distinct = distinct.map(|key| format!(", each {key} once")).unwrap_or_default();
                format!("{}{filter}{distinct}", joined(&said, &window))
            }
            Tongue::Zh => {
                let (links, names) = (self.links(&measure.pattern), self.names(&measure.pattern));
                let said = self.chinese(&measure.aggregate, &links, &format!("{names}{filter}"), &of);
                let distinct = distinct.map(|key| format!("（相同{key}只计一次）")).unwrap_or_default();
                format!("{window}{said}{distinct}")
            }
        }
    }

    fn value_of(&self, of: &Expr, events: &[String]) -> String {
        match of {
            Expr::At(Scope::Counted) => self.pick("time", "时间").to_owned(),
            Expr::Day(Scope::Counted) => self.pick("day", "日期").to_owned(),
            _ => self.phrase(of, events),
        }
    }

    /// The record whose time a measure gives: `the first Create Fine for the same Fine`.
    pub(crate) fn record_of(&self, measure: &Measure) -> Option<String> {
        let (Some(Expr::At(Scope::Counted) | Expr::Day(Scope::Counted)), Aggregate::First | Aggregate::Last) = (&measure.of, &measure.aggregate) else {
            return None;
        };
        let first = measure.aggregate == Aggregate::First;
        let pattern = &measure.pattern;
        Some(match self.tongue {
            Tongue::En => format!("{} {}", if first { "the first" } else { "the last" }, self.records_in(measure)),
            Tongue::Zh => {
                let record = self.after(if first { "首次" } else { "末次" }, &self.names(pattern));
                format!("{}{}{record}{}", self.window(&measure.window), self.links(pattern), self.filtered(pattern))
            }
        })
    }

    /// The records of a measure in its window: `early leave in the month where …`, `当月早退（…）`.
    pub(crate) fn records_in(&self, measure: &Measure) -> String {
        let (pattern, window) = (&measure.pattern, self.window(&measure.window));
        match self.tongue {
            Tongue::En => format!("{}{}", joined(&self.linked(pattern), &window), self.filtered(pattern)),
            Tongue::Zh => format!("{window}{}", self.pattern(pattern)),
        }
    }

    /// The record types, the links that are not simply the occasion's subject, the filter.
    pub(crate) fn pattern(&self, pattern: &Pattern) -> String {
        format!("{}{}", self.linked(pattern), self.filtered(pattern))
    }

    /// The filter, after what it filters.
    fn filtered(&self, pattern: &Pattern) -> String {
        match &pattern.filter {
            None => String::new(),
            Some(filter) if self.zh() => format!("（{}）", self.phrase(filter, &pattern.events)),
            Some(filter) => format!(" where {}", self.inside(filter, &pattern.events, Tight::Not)),
        }
    }

    /// The record types and the links that are not simply the occasion's subject.
    fn linked(&self, pattern: &Pattern) -> String {
        let (links, names) = (self.links(pattern), self.names(pattern));
        match self.tongue {
            Tongue::En => format!("{names}{links}"),
            Tongue::Zh if links.is_empty() => names,
            Tongue::Zh => self.after(&links, &names),
        }
    }

    fn names(&self, pattern: &Pattern) -> String {
        let names: Vec<String> = pattern.events.iter().map(|event| self.event(event)).collect();
        self.list(&names, ("or", "或"))
    }

    /// ` for the same petition`, `同一信访件的`.
    fn links(&self, pattern: &Pattern) -> String {
        let links = pattern.links.iter().filter(|(_, value)| !matches!(value, Expr::Subject));
        let said = links.map(|(field, value)| self.link(field, value, &pattern.events));
        match self.tongue {
            Tongue::En => said.map(|link| format!(" for {link}")).collect(),
            Tongue::Zh => said.map(|link| self.around(&link, "的", "")).collect(),
        }
    }

    /// `the same petition`, or `petition = …` when the two are not called the same.
    fn link(&self, field: &str, value: &Expr, events: &[String]) -> String {
        let own = self.field(events, field);
        match value {
            Expr::Field(Scope::This, name) if name == field && self.zh() => self.after("同一", &own),
            Expr::Field(Scope::This, name) if name == field => format!("the same {own}"),
            _ => format!("{own} {} {}", self.pick("being", "为"), self.phrase(value, &[])),
        }
    }

    /// A window: `in the month`, `当月`.
    pub(crate) fn window(&self, window: &Window) -> String {
        match window {
            Window::Period { unit, whole } => self.in_period(*unit, *whole),
            Window::YearFrom { month, day, whole } => {
                let whole = match (self.tongue, *whole) {
                    (Tongue::En, true) => "in the whole year from",
                    (Tongue::En, false) => "in the year from",
                    (Tongue::Zh, true) => "全年度（自",
                    (Tongue::Zh, false) => "当年度（自",
                };
                let begins = format!("{month:02}-{day:02}");
                if self.zh() { format!("{whole}{begins}起）") } else { format!("{whole} {begins}") }
            }
            Window::Occasion => self.own_period().map_or_else(|| self.pick("in the period", "本期").to_owned(), |unit| self.in_period(unit, false)),
            Window::Last(length) if self.zh() => format!("最近 {}", self.scalar(length)),
            Window::Last(length) => format!("in the last {}", self.scalar(length)),
            Window::Next(until) => self.to_come(until),
            Window::Since(pattern) if self.zh() => format!("自上次{}以来", self.pattern(pattern)),
            Window::Since(pattern) => format!("since the last {}", self.pattern(pattern)),
            Window::SoFar => self.pick("so far", "截至当时").to_owned(),
            Window::Ever => String::new(),
        }
    }

    /// `within the next 10 working days`, `此后 10 个工作日以内`.
    fn to_come(&self, until: &Deadline) -> String {
        let first = |counts: Option<bool>| counts.map(|counts| match (self.tongue, counts) {
            (Tongue::En, true) => ", counting the first day",
            (Tongue::En, false) => ", not counting the first day",
            (Tongue::Zh, true) => "（当日起算）",
            (Tongue::Zh, false) => "（次日起算）",
        });
        match (until, self.tongue) {
            (Deadline::Within(length, None, counts), Tongue::En) => format!("within the next {}{}", self.phrase(length, &[]), first(*counts).unwrap_or_default()),
            (Deadline::Within(length, None, counts), Tongue::Zh) => format!("{}以内{}", self.after("此后", &self.phrase(length, &[])), first(*counts).unwrap_or_default()),
            (Deadline::Within(length, Some(from), counts), Tongue::En) => {
                format!("within {} from {}{}", self.phrase(length, &[]), self.phrase(from, &[]), first(*counts).unwrap_or_default())
            }
            (Deadline::Within(length, Some(from), counts), Tongue::Zh) => {
                let from = self.around(&self.phrase(from, &[]), "自", "起");
                format!("{}以内{}", self.after(&from, &self.phrase(length, &[])), first(*counts).unwrap_or_default())
            }
            (Deadline::By(day), Tongue::En) => format!("from then until {}", self.phrase(day, &[])),
            (Deadline::By(day), Tongue::Zh) => self.after("此后不迟于", &self.phrase(day, &[])),
            (Deadline::Before(day), Tongue::En) => format!("from then until before {}", self.phrase(day, &[])),
            (Deadline::Before(day), Tongue::Zh) => self.after("此后早于", &self.phrase(day, &[])),
        }
    }

    fn in_period(&self, unit: Period, whole: bool) -> String {
        let name = self.period_unit(unit);
        match (self.tongue, whole, unit) {
            (Tongue::En, true, _) => format!("in the whole {name}"),
            (Tongue::En, false, _) => format!("in the {name}"),
            (Tongue::Zh, true, _) => format!("全{name}"),
            (Tongue::Zh, false, Period::HalfYear) => "该半年".to_owned(),
            (Tongue::Zh, false, _) => format!("当{name}"),
        }
    }

    /// The period of the norm's occasions when it is one plain calendar period.
    fn own_period(&self) -> Option<Period> {
        match &self.norm?.occasion {
            Occasion::Period { every, .. } if every.count == 1 && every.weekday.is_none() && !every.working => Some(every.unit),
            _ => None,
        }
    }

    /// What is taken of the records, after the links and the record types.
    fn chinese(&self, aggregate: &Aggregate, links: &str, records: &str, of: &str) -> String {
        let all = self.after(links, records);
        let taken = |what: &str| self.around(&all, what, "");
        let through = |before: &str, after: &str| if of.is_empty() { String::new() } else { format!("{before}{of}{after}") };
        let which = |word: &str| self.around(&format!("{links}{}", self.after(word, records)), "的", of);
        match aggregate {
            Aggregate::Count => taken("的次数"),
            Aggregate::Total => format!("{}合计", self.around(&all, "的", of)),
            Aggregate::Least => self.around(&all, "的最小", of),
            Aggregate::Most => self.around(&all, "的最大", of),
            Aggregate::Average => self.around(&all, "的平均", of),
            Aggregate::First => which("首次"),
            Aggregate::Last => which("末次"),
            Aggregate::Any => self.after("有", &all),
            Aggregate::RunOfDays => taken(&format!("{}最长连续天数", through("（至", "）"))),
            Aggregate::RunOfWorkingDays => taken(&format!("{}最长连续工作日数", through("（至", "）"))),
            Aggregate::RunOfSlots(schedule) => taken(&format!("按{}的最长连续次数", self.schedule(schedule))),
        }
    }

    fn english(&self, aggregate: &Aggregate, records: &str, of: &str) -> String {
        let through = |before: &str, after: &str| if of.is_empty() { String::new() } else { format!("{before}{of}{after}") };
        match aggregate {
            Aggregate::Count => format!("count of {records}"),
            Aggregate::Total => format!("total {of} of {records}"),
            Aggregate::Least => format!("least {of} of {records}"),
            Aggregate::Most => format!("most {of} of {records}"),
            Aggregate::Average => format!("average {of} of {records}"),
            Aggregate::First => format!("{of} of the first {records}"),
            Aggregate::Last => format!("{of} of the last {records}"),
            Aggregate::Any => format!("any {records}"),
            Aggregate::RunOfDays => format!("longest run of days with {records}{}", through(" through ", "")),
            Aggregate::RunOfWorkingDays => format!("longest run of working days with {records}{}", through(" through ", "")),
            Aggregate::RunOfSlots(schedule) => format!("longest run of slots of {} with {records}", self.schedule(schedule)),
        }
    }

    fn schedule(&self, name: &str) -> String {
        self.label_or(self.model.schedule(name).and_then(|schedule| schedule.label.as_deref()), name)
    }
}

fn joined(text: &str, window: &str) -> String {
    if window.is_empty() { text.to_owned() } else { format!("{text} {window}") }
}
