//! Expressions in words: what a clause asks, without values.

use super::Words;
use super::measure::pattern_events;
use crate::model::expr::{About, Expr, Op, Rounding, Scope};
use crate::model::norm::Occasion;
use crate::model::order::{DONE, DUE};
use crate::model::state::Ask;
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};

/// How tightly a phrase holds together; a looser part inside a tighter one gets brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tight {
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Whole,
}

/// What is counted in units of one (`total days ÷ 1 day`, which makes a plain number of it): the total itself.
pub(crate) fn counted_units(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Div(total, one) => match one.as_ref() {
            Expr::Value(Scalar::Quantity(n, unit)) if *n == Number::whole(1) && *unit != Unit::One => Some(total),
            _ => None,
        },
        _ => None,
    }
}

/// The day of which it is asked whether it is a working day: how many of them there are from the day before to it.
pub(crate) fn asked_if_worked(days: &Expr) -> Option<&Expr> {
    let Expr::Between(Unit::WorkingDays, from, to) = days else { return None };
    let Expr::Shift(day, by) = from.as_ref() else { return None };
    let back = matches!(by.as_ref(), Expr::Value(Scalar::Quantity(n, Unit::Days)) if *n == Number::whole(-1));
    (back && day == to).then_some(to)
}

/// Is it asked whether a day is a working day (or a day off)?
pub(crate) fn wants_worked(days: &Expr, number: &Expr) -> Option<bool> {
    match (asked_if_worked(days), number) {
        (Some(_), Expr::Value(Scalar::Quantity(n, _))) => Some(*n == Number::whole(1)),
        _ => None,
    }
}

/// The answer that is asked for when something is compared with yes or no.
pub(crate) fn wanted(op: Op, with: &Expr) -> Option<bool> {
    match (op, with) {
        (Op::Eq, Expr::Value(Scalar::Bool(answer))) => Some(*answer),
        (Op::Ne, Expr::Value(Scalar::Bool(answer))) => Some(!answer),
        _ => None,
    }
}

/// How tightly the phrase of `expr` holds together.
pub(crate) fn tight(expr: &Expr) -> Tight {
    match expr {
        Expr::Or(all) if all.len() > 1 => Tight::Or,
        Expr::And(all) if all.len() > 1 => Tight::And,
        Expr::Compare(op, a, b) if wanted(*op, b) == Some(true) => tight(a),
        Expr::Compare(op, _, b) if wanted(*op, b).is_some() => Tight::Not,
        Expr::Not(_) => Tight::Not,
        Expr::Compare(..) | Expr::OneOf(..) | Expr::Contains(..) | Expr::Stated(_) | Expr::Holds(_) => Tight::Compare,
        Expr::Stay(stay) if stay.ask == Ask::Now => Tight::Compare,
        Expr::Add(..) | Expr::Sub(..) | Expr::Neg(_) | Expr::Round(..) => Tight::Sum,
        Expr::Div(..) if counted_units(expr).is_some() => counted_units(expr).map_or(Tight::Product, tight),
        Expr::Mul(..) | Expr::Div(..) | Expr::OrElse(..) => Tight::Product,
        _ => Tight::Whole,
    }
}

impl Words<'_> {
    /// `expr` in words. `counted` are the record types that a pattern looks at where the expression stands in one, else empty.
    pub(crate) fn phrase(&self, expr: &Expr, counted: &[String]) -> String {
        let say = |e: &Expr| self.phrase(e, counted);
        match expr {
            Expr::Value(Scalar::Kind(kind, value)) if self.zh() => format!("“{}”", self.kind_value(kind, value)),
            Expr::Value(scalar) => self.scalar(scalar),
            Expr::Field(Scope::Counted, name) => self.field(if counted.is_empty() { self.occasion_events() } else { counted }, name),
            Expr::Field(Scope::This, name) => self.own_field(name, counted),
            Expr::At(scope) => self.time_of(*scope, false),
            Expr::Day(scope) => self.time_of(*scope, true),
            Expr::Subject => self.occasion_subject(),
            Expr::Member | Expr::Each => self.pick("the member", "该成员").to_owned(),
            Expr::PeriodStart => self.pick("the first day of the period", "期初").to_owned(),
            Expr::MonthDay(month, day) => self.month_day(*month, *day),
            Expr::Belonging(of, _, true) => self.of(&say(of), self.pick("full months in the register in the period", "本期在册整月数")),
            Expr::Belonging(of, ..) => self.of(&say(of), self.pick("days in the register in the period", "本期在册天数")),
            Expr::Fact(of, entity, attribute) => self.of(&say(of), &self.attribute(entity, attribute)),
            Expr::Weekday(of) => self.of(&say(of), self.pick("day of the week", "星期")),
            Expr::TimeOfDay(of) => self.of(&say(of), self.pick("time of day", "钟点")),
            Expr::Later(later, a, b) if self.zh() => format!("{}与 {}中较{}者", say(a), say(b), if *later { "晚" } else { "早" }),
            Expr::Later(later, a, b) => format!("the {} of {} and {}", if *later { "later" } else { "earlier" }, say(a), say(b)),
            Expr::OnDay(day, time) if self.zh() => self.of(&say(day), &say(time)),
            Expr::OnDay(day, time) => format!("{} on {}", say(time), say(day)),
            Expr::Parameter(name) | Expr::Judged(name, About::Record(_)) => self.parameter(name),
            Expr::Judged(name, About::Subject(of)) => self.of(&say(of), &self.parameter(name)),
            Expr::DecidedOf(norm, slot, of, before) => {
                let norm = self.quoted_norm(norm);
                let norm = of.as_ref().map_or(norm.clone(), |of| self.of(&say(of), &norm));
                let norm = if *before { self.around(&norm, self.pick("in the period before", "上一期"), "").trim_end().to_owned() } else { norm };
                self.of(&norm, &self.slot(slot))
            }
            Expr::Decided(norm, slot) if self.norm.is_some_and(|own| own.name == *norm) => match counted {
                [] => self.slot(slot),
                _ if self.zh() => format!("本条所定的“{}”", self.slot(slot)),
                _ => format!("what this clause puts under “{}”", self.slot(slot)),
            },
            Expr::Decided(norm, slot) => self.of(&self.quoted_norm(norm), &self.slot(slot)),
            Expr::Measure(measure) => self.measure(measure),
            Expr::Group(group) => self.group(group),
            Expr::Stay(stay) => self.stay(stay, counted),
            Expr::Holds(holds) => self.holds(holds, counted),
            Expr::Not(of) => self.not(of, counted),
            Expr::And(all) => self.joined(all, counted, Tight::And, self.pick(" and ", "，且")),
            Expr::Or(all) => self.joined(all, counted, Tight::Or, self.pick(" or ", "，或")),
            Expr::Compare(Op::Eq, a, b) if wants_worked(a, b).is_some() => {
                let worked = wants_worked(a, b) == Some(true);
                let word = if worked { self.pick("is a working day", "是工作日") } else { self.pick("is a day off", "是休息日") };
                self.around(&asked_if_worked(a).map(say).unwrap_or_default(), word, "").trim_end().to_owned()
            }
            Expr::Compare(op, a, b) if wanted(*op, b).is_some() => if wanted(*op, b) == Some(true) { say(a) } else { self.not(a, counted) },
            Expr::Compare(op, a, b) => {
                let (left, right) = (self.inside(a, counted, Tight::Sum), self.inside(b, counted, Tight::Sum));
                self.around(&left, self.op(*op, self.sides(a, b)), &right)
            }
            Expr::OneOf(value, among) => {
                let among: Vec<String> = among.iter().map(say).collect();
                self.one_of(&say(value), self.pick("is one of", "属于"), &among)
            }
            Expr::Contains(set, one) if self.zh() => format!("{}中有 {}", say(set), say(one)),
            Expr::Contains(set, one) => format!("{} is among {}", say(one), say(set)),
            Expr::Stated(of) => self.around(&say(of), self.pick("is stated", "已填写"), "").trim_end().to_owned(),
            Expr::Delay(done) => self.of_breach(if *done { DONE } else { DUE }).unwrap_or_default().to_owned(),
            Expr::Late(Unit::WorkingDays, ..) => self.pick("working days late", "逾期工作日数").to_owned(),
            Expr::Late(..) => self.pick("days late", "逾期天数").to_owned(),
            Expr::OrElse(a, b) if self.zh() => format!("{}{}", say(a), self.aside(&format!("没有则为 {}", say(b)))),
            Expr::OrElse(a, b) => format!("{} or else {}", self.inside(a, counted, Tight::Whole), self.inside(b, counted, Tight::Whole)),
            Expr::Together(all) => self.list(&all.iter().map(&say).collect::<Vec<_>>(), ("and", "和")),
            Expr::Jointly(of) => format!("{}{}", say(of), self.pick(" jointly", "（连带）")),
            Expr::Add(a, b) => self.pair(a, "+", b, counted, Tight::Sum),
            Expr::Sub(a, b) => self.pair(a, "−", b, counted, Tight::Sum),
            Expr::Mul(a, b) => self.pair(a, "×", b, counted, Tight::Product),
            Expr::Div(..) if counted_units(expr).is_some() => counted_units(expr).map(say).unwrap_or_default(),
            Expr::Div(a, b) => self.pair(a, "÷", b, counted, Tight::Product),
            Expr::Neg(of) => format!("−{}", self.inside(of, counted, Tight::Product)),
            Expr::Between(unit, a, b) => self.between(unit, &self.point(a, counted), &self.point(b, counted)),
            Expr::Shift(start, length) if is_next_year(start, length) => self.in_next_year(&say(start)),
            Expr::Shift(start, length) => self.shifted(&say(start), length, counted),
            Expr::Round(mode, of, step) => self.rounded(&self.inside(of, counted, Tight::Product), *mode, *step),
            Expr::Slot(schedule, slot, start) => self.slot_time(schedule, slot, *start),
        }
    }

    /// `kind is one of (sick, personal)`, `假别属于“病假”、“事假”`.
    pub(crate) fn one_of(&self, value: &str, word: &str, among: &[String]) -> String {
        let among = if self.zh() { among.join("、") } else { format!("({})", among.join(", ")) };
        self.around(value, word, &among)
    }

    /// An end of a span of time: the record itself stands for its time.
    fn point(&self, expr: &Expr, counted: &[String]) -> String {
        match (expr, self.occasion_events()) {
            (Expr::At(Scope::This) | Expr::Day(Scope::This), [event]) => format!("{}{}", self.pick("the ", ""), self.event(event)),
            (Expr::Measure(measure), _) if measure.name.is_none() => self.record_of(measure).unwrap_or_else(|| self.measure(measure)),
            _ => self.phrase(expr, counted),
        }
    }

    fn of(&self, owner: &str, what: &str) -> String {
        if self.zh() { self.around(owner, "的", what) } else { format!("{what} of {owner}") }
    }

    /// A part in brackets when it holds together less tightly than `least`.
    pub(crate) fn inside(&self, expr: &Expr, counted: &[String], least: Tight) -> String {
        let said = self.phrase(expr, counted);
        if tight(expr) < least { self.bracketed(&said) } else { said }
    }

    /// In brackets of the tongue.
    pub(crate) fn bracketed(&self, text: &str) -> String {
        if self.zh() { format!("（{text}）") } else { format!("({text})") }
    }

    /// As [`Words::bracketed`], after other text: with a blank before it where the tongue wants one.
    pub(crate) fn aside(&self, text: &str) -> String {
        if self.zh() { format!("（{text}）") } else { format!(" ({text})") }
    }

    fn joined(&self, all: &[Expr], counted: &[String], level: Tight, with: &str) -> String {
        let looser = if level == Tight::And { Tight::And } else { Tight::Or };
        let said: Vec<String> = all.iter().map(|e| self.inside(e, counted, looser)).collect();
        match said.as_slice() {
            [] => self.yes(level == Tight::And).to_owned(),
            _ => said.join(with),
        }
    }

    fn pair(&self, a: &Expr, op: &str, b: &Expr, counted: &[String], level: Tight) -> String {
        let right = if level == Tight::Sum { Tight::Product } else { Tight::Whole };
        format!("{} {op} {}", self.inside(a, counted, level), self.inside(b, counted, right))
    }

    fn not(&self, of: &Expr, counted: &[String]) -> String {
        match of {
            Expr::Stated(of) => self.around(&self.phrase(of, counted), self.pick("is blank", "为空"), "").trim_end().to_owned(),
            Expr::Contains(set, one) if self.zh() => format!("{}中没有 {}", self.phrase(set, counted), self.phrase(one, counted)),
            Expr::Contains(set, one) => format!("{} is not among {}", self.phrase(one, counted), self.phrase(set, counted)),
            Expr::Holds(holds) => self.holds_not(holds, counted),
            Expr::Stay(stay) if stay.ask == Ask::Now => self.stays_not(stay, counted),
            Expr::OneOf(value, among) => {
                let among: Vec<String> = among.iter().map(|e| self.phrase(e, counted)).collect();
                self.one_of(&self.phrase(value, counted), self.pick("is none of", "不属于"), &among)
            }
            _ if tight(of) == Tight::Whole => format!("{}{}", self.pick("not ", "并非"), self.phrase(of, counted)),
            _ => format!("{}{}", self.pick("not ", "并非"), self.bracketed(&self.phrase(of, counted))),
        }
    }

    fn own_field(&self, name: &str, counted: &[String]) -> String {
        let label = self.field(self.occasion_events(), name);
        if counted.is_empty() { label } else { self.of(self.pick("this occasion", "本次"), &label) }
    }

    fn time_of(&self, scope: Scope, day: bool) -> String {
        let (en, zh) = if day { ("day", "日期") } else { ("time", "时间") };
        match (scope, self.occasion_events()) {
            (Scope::Counted, _) => self.pick(&format!("its {en}"), &format!("其{zh}")).to_owned(),
            (Scope::This, [event]) => {
                let event = self.event(event);
                self.pick(&format!("the {en} of the {event}"), &format!("{event}的{zh}")).to_owned()
            }
            (Scope::This, _) => self.pick(&format!("the {en} of the occasion"), &format!("发生{zh}")).to_owned(),
        }
    }

    fn occasion_subject(&self) -> String {
        let first_role = |events: &[String]| match self.model.event(events.first()?)?.role_fields().first()?.ty {
            Type::Ref(ref entity) => Some(entity.clone()),
            _ => None,
        };
        let entity = self.norm.and_then(|norm| match &norm.occasion {
            Occasion::Record(pattern) | Occasion::Member(pattern, _) => first_role(pattern_events(pattern)),
            Occasion::Reaches { measure, .. } => first_role(pattern_events(&measure.pattern)),
            Occasion::Period { entity, .. } => entity.clone(),
            Occasion::Case { entity, .. } | Occasion::Throughout { entity, .. } => Some(entity.clone()),
        });
        entity.map_or_else(|| self.pick("the subject", "当事人").to_owned(), |entity| self.entity(&entity))
    }

    fn between(&self, unit: &Unit, from: &str, to: &str) -> String {
        let (en, zh) = match unit {
            Unit::WorkingDays => ("working days", "工作日数"),
            Unit::Hours => ("hours", "小时数"),
            Unit::Minutes => ("minutes", "分钟数"),
            Unit::Months => ("months", "月数"),
            Unit::Years => ("years", "年数"),
            _ => ("days", "天数"),
        };
        if self.zh() { self.around(&self.around(&self.after("自", from), "至", to), "的", zh) } else { format!("{en} from {from} to {to}") }
    }

    fn shifted(&self, start: &str, length: &Expr, counted: &[String]) -> String {
        let (said, back) = match length {
            Expr::Neg(length) => (self.phrase(length, counted), true),
            Expr::Value(Scalar::Quantity(n, unit)) if *n < Number::whole(0) => {
                (self.quantity(Number::whole(0).minus(*n).unwrap_or(*n), unit), true)
            }
            _ => (self.phrase(length, counted), false),
        };
        match (self.zh(), back) {
            (true, true) => self.around(start, "前", &said),
            (true, false) => self.around(start, "后", &said),
            (false, true) => format!("{said} before {start}"),
            (false, false) => format!("{said} after {start}"),
        }
    }

    /// `31 January of the next year`, `次年1月31日`.
    fn in_next_year(&self, day: &str) -> String {
        if self.zh() { self.after("次年", day) } else { format!("{day} of the next year") }
    }

    /// What rounding does to `text`.
    pub(crate) fn rounded(&self, text: &str, mode: Rounding, step: Number) -> String {
        let (en, zh) = match mode {
            Rounding::HalfUp => ("rounded half up", "四舍五入"),
            Rounding::HalfEven => ("rounded half to even", "银行家舍入"),
            Rounding::Down => ("rounded down", "舍去尾数"),
            Rounding::Up => ("rounded up", "进位"),
        };
        if self.zh() { format!("{text}{zh}到 {step}") } else { format!("{text} {en} to {step}") }
    }

    fn slot_time(&self, schedule: &str, slot: &str, start: bool) -> String {
        let title = self.label_or(self.model.schedule(schedule).and_then(|s| s.label.as_deref()), schedule);
        match (self.zh(), start) {
            (true, true) => format!("{title}“{slot}”开始时间"),
            (true, false) => format!("{title}“{slot}”结束时间"),
            (false, true) => format!("the start of {slot} ({title})"),
            (false, false) => format!("the end of {slot} ({title})"),
        }
    }
}

/// A day of the year, moved by one year.
fn is_next_year(day: &Expr, by: &Expr) -> bool {
    matches!(day, Expr::MonthDay(..)) && matches!(by, Expr::Value(Scalar::Quantity(n, Unit::Years)) if *n == Number::whole(1))
}
