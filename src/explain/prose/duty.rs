//! What was required, until when, and whether it was met.

use super::condition::is_constant;
use super::{Prose, records};
use crate::diagnostics::Tongue;
use crate::explain::words::due::is_too_late;
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Deadline, DeadlineChange, Requirement, What};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::reference::derivation::{Counting, Detail, Required, Step, Suspended, Value, World};
use crate::reference::verdict::Ruling;

impl Prose<'_> {
    /// A ban that the occasion breaches by itself.
    pub(super) fn prohibition(&mut self, world: &World) {
        let Some(norm) = self.words.norm.filter(|norm| norm.violation && world.in_force && world.ruling != Ruling::NotApplicable) else { return };
        self.page.heading(self.words.pick("Prohibition", "禁止"));
        let forbidden = self.words.forbidden(norm);
        let case = self.words.pick("this is such a case: ", "所涉情形即属于此：");
        let line = format!("{case}{}", self.words.ruling(Ruling::Violation));
        self.page.lines(1, &forbidden.into_iter().chain([line]).collect::<Vec<_>>());
    }

    pub(super) fn requirements(&mut self, world: &World) {
        let many = world.requirements.len() > 1;
        for (n, required) in world.requirements.iter().enumerate() {
            let requirement = self.words.norm.and_then(|norm| norm.requirements.get(n));
            let title = self.words.pick("Requirement", "要求").to_owned();
            let number = if many { format!(" {}", n + 1) } else { String::new() };
            let number = format!("{number}{}", requirement.map(|requirement| self.decided_for(world, &requirement.what)).unwrap_or_default());
            self.page.heading(&format!("{title}{number}{}", self.words.cites(&required.cites)));
            match requirement.map(|requirement| &requirement.what) {
                Some(What::Either(alternatives)) => self.either(required, alternatives),
                _ => self.requirement(required, requirement),
            }
        }
    }

    pub(super) fn requirement(&mut self, required: &Required, requirement: Option<&Requirement>) {
        match requirement.map(|requirement| &requirement.what) {
            Some(What::Condition(_)) => {
                if let Some(step) = &required.what {
                    self.must_be(step);
                }
            }
            Some(what) => {
                let line = self.demand(what, required);
                self.page.line(1, &line);
            }
            None => {}
        }
        self.deadline(required, requirement);
        self.found(required, requirement);
        self.met(required, requirement);
    }

    /// The records that were found.
    pub(super) fn found(&mut self, required: &Required, requirement: Option<&Requirement>) {
        let Some(counting) = &required.counting else { return };
        let events = requirement.map(|r| records::required_events(&r.what)).unwrap_or_default();
        let found = required.found.as_ref().map(|found| self.words.value(found)).unwrap_or_default();
        let line = format!("{}{found}{}", self.words.pick("found: ", "查得："), self.window_text(counting));
        self.page.line(1, &line);
        self.counting(counting, events, 2);
    }

    fn demand(&self, what: &What, required: &Required) -> String {
        let words = &self.words;
        let figure = required.what.as_ref().map(|step| words.value(&step.value)).unwrap_or_default();
        match what {
            What::Moment(expr) => {
                let what = words.phrase(expr, &[]);
                let blank = required.what.as_ref().is_some_and(|step| step.value == Value::Blank);
                match (words.tongue, blank) {
                    (Tongue::En, true) => format!("{what} must be stated; so far it is blank"),
                    (Tongue::En, false) => format!("{what} must be stated; it is {figure}"),
                    (Tongue::Zh, true) => format!("须有“{what}”；目前为空白"),
                    (Tongue::Zh, false) => format!("须有“{what}”；为{figure}"),
                }
            }
            What::Condition(expr) => words.phrase(expr, &[]),
            What::Either(alternatives) => self.one_of(alternatives.len()),
            What::Records { pattern, op, distinct, .. } => {
                let records = words.pattern(pattern);
                let each = distinct.as_ref().map(|key| words.phrase(key, &pattern.events));
                let (en, zh) = match op {
                    Op::Ge | Op::Gt => ("at least", "不少于"),
                    Op::Le | Op::Lt => ("at most", "不超过"),
                    Op::Eq | Op::Ne => ("exactly", "恰好"),
                };
                match words.tongue {
                    Tongue::En => {
                        let each = each.map(|key| format!(", each {key} once")).unwrap_or_default();
                        format!("there must be {en} {} of {records}{each}", self.how_many(required))
                    }
                    Tongue::Zh => {
                        let each = each.map(|key| format!("，相同{key}只计一次")).unwrap_or_default();
                        format!("{} {figure} 次{each}", words.around(&records, &format!("须{zh}"), ""))
                    }
                }
            }
        }
    }

    fn deadline(&mut self, required: &Required, requirement: Option<&Requirement>) {
        self.found_deadline(required, requirement);
        self.due(required, requirement);
    }

    /// How the deadline was found.
    pub(super) fn found_deadline(&mut self, required: &Required, requirement: Option<&Requirement>) {
        let until = requirement.and_then(|requirement| requirement.until.as_ref());
        for (n, (cites, step)) in required.changes.iter().enumerate() {
            let change = until.and_then(|until| until.changes.get(n));
            let (en, zh) = if change.is_some_and(|c| c.extension) { ("extended", "延长至") } else { ("instead", "改为") };
            let to = change.map(|change| self.deadline_text(&change.deadline)).unwrap_or_default();
            let to = if self.words.zh() { self.words.after(zh, &to) } else { format!("{en} {to}") };
            let line = format!(
                "{to}{}{}{}",
                self.words.cites(cites),
                self.words.pick(" when ", "，条件为："),
                self.words.condition_line(step)
            );
            self.page.line(1, &line);
        }
        if let Some(request) = until.and_then(|until| until.on_request.as_deref()) {
            self.requests(required, request);
        }
        if let (Some(step), Some(_)) = (&required.deadline, until) {
            let granted = until.and_then(|until| until.on_request.as_deref()).filter(|_| super::request::is_granted(required));
            let which = match granted {
                // It stands in the record that granted it.
                Some(request) if !is_constant(&step.expr) => format!("{} = {}", self.words.phrase(&step.expr, &request.granted.events), self.words.known_in(step)),
                _ => self.amount(step),
            };
            let line = format!("{}{which}", self.words.pick("the deadline that counts: ", "适用的期限："));
            self.page.line(1, &line);
        }
        let extends = |change: &DeadlineChange| change.extension && required.deadline.as_ref().is_some_and(|step| step.expr == *length(&change.deadline));
        let applied: Vec<&DeadlineChange> = until.into_iter().flat_map(|until| &until.changes).zip(&required.changes).filter(|(change, (_, step))| change.extension && step.value == Value::Known(Scalar::Bool(true))).map(|(change, _)| change).collect();
        if !applied.is_empty() && required.deadline.is_some() && !applied.into_iter().any(extends) && !super::request::is_granted(required) {
            self.page.line(1, self.words.pick("the extension would end earlier: an extension never shortens", "延长后的期限更早：延长不缩短原期限"));
        }
        for pause in &required.suspended {
            let line = match pause {
                Suspended::Between(from, _) if from.value == Value::Blank => continue,
                Suspended::Between(from, to) => self.suspended(from, to),
                Suspended::While(days) => self.lasting(days),
            };
            self.page.line(1, &line);
        }
        if let Some(days) = &required.days {
            let line = format!("{}{}", self.words.pick("days: ", "起算与届满："), self.day_count(days));
            self.page.line(1, &line);
        }
    }

    /// `suspended from 2024-05-27 (first stop), not ended yet: the time does not run`.
    fn suspended(&self, from: &Step, to: &Step) -> String {
        let words = &self.words;
        let (begin, end) = (words.value(&from.value), words.value(&to.value));
        let why = words.aside(&words.phrase(&from.expr, &[]));
        match (words.tongue, to.value == Value::Blank) {
            (Tongue::En, true) => format!("suspended from {begin}{why}, not ended yet: the time does not run"),
            (Tongue::Zh, true) => format!("自{begin}{why}起中止，尚未恢复：期限停止计算"),
            (Tongue::En, false) => format!("suspended from {begin}{why} to {end}{}", words.aside(&words.phrase(&to.expr, &[]))),
            (Tongue::Zh, false) => format!("自{begin}{why}起中止，至{end}{}止", words.aside(&words.phrase(&to.expr, &[]))),
        }
    }

    /// `suspended while in “on hold” (begun 2024-02-01, 2024-03-04; ended 2024-02-10)`.
    fn lasting(&self, days_in: &Step) -> String {
        let words = &self.words;
        let state = if let Expr::Stay(stay) = &days_in.expr { words.state(stay) } else { String::new() };
        let days = |counting: &Counting| counting.counted.iter().map(|record| words.at(record.at)).collect::<Vec<_>>().join(words.pick(", ", "、"));
        let Detail::Stay(turns) = &days_in.detail else { return String::new() };
        let mut all = Vec::new();
        for (counting, (en, zh)) in [(Some(&turns.begins), ("begun", "开始于")), (turns.ends.as_ref(), ("ended", "结束于"))] {
            let counting = counting.filter(|counting| !counting.counted.is_empty());
            all.extend(counting.map(|counting| if words.zh() { words.after(zh, &days(counting)) } else { format!("{en} {}", days(counting)) }));
        }
        let when = if all.is_empty() { words.aside(words.pick("never", "从未")) } else { words.aside(&all.join(words.pick("; ", "；"))) };
        match words.tongue {
            Tongue::En => format!("suspended while in {state}{when}"),
            Tongue::Zh => format!("处于{state}期间中止{when}"),
        }
    }

    /// The last day or moment.
    pub(super) fn due(&mut self, required: &Required, requirement: Option<&Requirement>) {
        if let Some(due) = required.due {
            let excluded = is_too_late(requirement, due);
            let due = self.words.at(due);
            let line = match self.words.tongue {
                Tongue::En if is_limit(requirement) => format!("counted until: {due}"),
                Tongue::Zh if is_limit(requirement) => format!("计至：{due}"),
                Tongue::En if excluded => format!("due before: {due}"),
                Tongue::Zh if excluded => format!("应于此前完成：{due}"),
                Tongue::En => format!("due by: {due}"),
                Tongue::Zh => format!("最迟：{due}"),
            };
            self.page.line(1, &line);
        }
    }

    /// `1 record`, `2 records`.
    pub(super) fn how_many(&self, required: &Required) -> String {
        let one = Value::Known(Scalar::Quantity(Number::whole(1), Unit::One));
        let number = required.what.as_ref().map(|step| self.words.value(&step.value)).unwrap_or_default();
        let single = required.what.as_ref().is_some_and(|step| step.value == one);
        format!("{number} {}", if single { "record" } else { "records" })
    }

    fn deadline_text(&self, deadline: &Deadline) -> String {
        let words = &self.words;
        match (deadline, words.tongue) {
            (Deadline::Within(length, _, first), Tongue::En) => {
                let first = first.map(|counts| if counts { ", counting the first day" } else { ", not counting the first day" });
                format!("to within {}{}", words.phrase(length, &[]), first.unwrap_or_default())
            }
            (Deadline::Within(length, _, first), Tongue::Zh) => {
                let first = first.map(|counts| if counts { "（当日起算）" } else { "（次日起算）" });
                format!("{}以内{}", words.phrase(length, &[]), first.unwrap_or_default())
            }
            (Deadline::By(day), Tongue::En) => format!("to no later than {}", words.phrase(day, &[])),
            (Deadline::By(day), Tongue::Zh) => words.after("不迟于", &words.phrase(day, &[])),
            (Deadline::Before(day), Tongue::En) => format!("to before {}", words.phrase(day, &[])),
            (Deadline::Before(day), Tongue::Zh) => words.after("早于", &words.phrase(day, &[])),
        }
    }

    pub(super) fn met(&mut self, required: &Required, requirement: Option<&Requirement>) {
        let words = &self.words;
        let by = required.met_by.as_ref().map(|record| match words.tongue {
            Tongue::En => format!(" by record {record}"),
            Tongue::Zh => format!("（记录 {record}）"),
        });
        let by = by.unwrap_or_default();
        let met = match (required.met_at, required.ruling, words.tongue) {
            (Some(_), Ruling::Compliant | Ruling::Pending, _) if is_limit(requirement) => String::new(),
            (Some(at), _, Tongue::En) if is_limit(requirement) => format!("exceeded on {}{by}", words.at(at)),
            (Some(at), _, Tongue::Zh) if is_limit(requirement) => format!("于{}超过{by}", words.at(at)),
            (Some(at), Ruling::Violation, Tongue::En) => format!("done only on {}{by}, too late", words.at(at)),
            (Some(at), Ruling::Violation, Tongue::Zh) => format!("迟至{}才完成{by}，已逾期", words.at(at)),
            (Some(at), _, Tongue::En) => format!("done on {}{by}", words.at(at)),
            (Some(at), _, Tongue::Zh) => format!("已于{}完成{by}", words.at(at)),
            (None, ..) => String::new(),
        };
        if !met.is_empty() {
            self.page.line(1, &met);
        }
        let line = format!("{}{}", self.words.pick("outcome: ", "结论："), self.words.ruling(required.ruling));
        self.page.line(1, &line);
    }
}

/// The expression of a deadline that is told as its step.
fn length(deadline: &Deadline) -> &Expr {
    match deadline {
        Deadline::Within(length, ..) => length,
        Deadline::By(day) | Deadline::Before(day) => day,
    }
}

/// Is it a number of records that must not be exceeded?
pub(super) fn is_limit(requirement: Option<&Requirement>) -> bool {
    matches!(requirement.map(|requirement| &requirement.what), Some(What::Records { op: Op::Le | Op::Lt, .. }))
}
