//! What norms say, in words: occasions, values of slots, requirements with their deadlines.

use super::changed::Must;
use super::facets::{Facet, Looked, Said};
use super::slots::{Given, Slot};
use crate::explain::words::Words;
use crate::model::Interval;
use crate::model::expr::{Expr, Op};
use crate::model::number::Number;
use crate::model::value::Scalar;
use crate::model::norm::{Action, Clause, Deadline, Decision, Exception, Hit, Norm, Occasion, Posting, Requirement, Rhythm, What, Yield};

/// What is judged.
pub(crate) fn occasion(words: &Words<'_>, norm: &Norm) -> String {
    match &norm.occasion {
        Occasion::Record(pattern) => said(words, "each {}", "每次{}", &words.pattern(pattern)),
        Occasion::Member(pattern, set) => {
            let (pattern, set) = (words.pattern(pattern), words.phrase(set, &[]));
            if words.zh() { format!("每次{pattern}的每名{set}") } else { format!("each of {set}, on each {pattern}") }
        }
        Occasion::Period { entity, filter, every } => {
            let who = entity.as_ref().map_or_else(|| words.pick("the institution", "本单位").to_owned(), |entity| said(words, "each {}", "每名{}", &words.entity(entity)));
            format!("{who}{}{}{}", words.pick(", ", "，"), rhythm(words, every), filtered(words, filter.as_ref()))
        }
        Occasion::Case { entity, filter } => format!("{}{}", said(words, "each {}", "每件{}", &words.entity(entity)), filtered(words, filter.as_ref())),
        Occasion::Throughout { entity, filter } => format!("{}{}", said(words, "each {}, throughout", "每名{}，始终", &words.entity(entity)), filtered(words, filter.as_ref())),
        Occasion::Reaches { measure, number, every } => {
            let (what, number) = (words.measure(measure), words.phrase(number, &[]));
            match (words.zh(), every) {
                (false, false) => format!("when {what} reaches {number}"),
                (false, true) => format!("every {number} of {what}"),
                (true, false) => format!("{what}达到{number}时"),
                (true, true) => format!("{what}每满{number}"),
            }
        }
    }
}

fn filtered(words: &Words<'_>, filter: Option<&Expr>) -> String {
    filter.map_or_else(String::new, |filter| said(words, " where {}", "（{}）", &words.phrase(filter, &[])))
}

fn rhythm(words: &Words<'_>, every: &Rhythm) -> String {
    let unit = words.period_unit(every.unit);
    let mut text = match (words.zh(), every.count) {
        (false, 1) => format!("every {unit}"),
        (false, count) => format!("every {count} {unit}s"),
        (true, 1) => format!("每{unit}"),
        (true, count) => format!("每 {count} {unit}"),
    };
    if let Some(from) = every.from {
        text += &said(words, " from {} on", "，自{}起", &words.day(from));
    }
    if let Some(day) = every.weekday.and_then(|day| words.model.kind(crate::model::WEEKDAY)?.values.get(usize::from(day))) {
        text += &said(words, ", on {}", "，{}", &words.kind_value(crate::model::WEEKDAY, &day.0));
    }
    if every.working {
        text += words.pick(", on working days", "，仅工作日");
    }
    text
}

/// One text with something in it, by tongue.
pub(crate) fn said(words: &Words<'_>, en: &str, zh: &str, what: &str) -> String {
    words.pick(en, zh).replacen("{}", what, 1)
}

/// When a norm is in force: as long as it says, while its regulation is.
pub(crate) fn in_force(words: &Words<'_>, norm: &Norm) -> String {
    let of = words.model.regulation(&norm.regulation).map(|regulation| regulation.validity).unwrap_or_default();
    let from = norm.validity.from.max(of.from);
    let until = [norm.validity.until, of.until].into_iter().flatten().min();
    interval(words, Interval { from, until })
}

/// From when until when.
pub(crate) fn interval(words: &Words<'_>, days: Interval) -> String {
    match (days.from.map(|day| words.day(day)), days.until.map(|day| words.day(day))) {
        (None, None) => words.pick("at all times", "一直").to_owned(),
        (Some(from), None) => said(words, "from {} on", "自{}起", &from),
        (None, Some(until)) => said(words, "until {}", "至{}止", &until),
        (Some(from), Some(until)) if words.zh() => format!("自{from}起至{until}止"),
        (Some(from), Some(until)) => format!("from {from} until {until}"),
    }
}

/// What it is that is compared.
pub(crate) fn facet(words: &Words<'_>, facet: &Facet) -> String {
    match facet {
        Facet::Applies => words.pick("whether it applies", "是否适用").to_owned(),
        Facet::Violation => words.pick("a violation by itself", "本身即违规").to_owned(),
        Facet::Slot(slot) | Facet::Line(slot, _) => words.slot(slot),
        Facet::Forfeited(slot) => said(words, "{} forfeited", "取消{}", &words.slot(slot)),
        Facet::Around(slot) => said(words, "exceptions to {}", "{}的例外", &words.slot(slot)),
        Facet::Breached(slot) => said(words, "{} if breached", "违反时的{}", &words.slot(slot)),
        Facet::Kept => words.pick("what is not met", "不符合之处").to_owned(),
        Facet::Musts => words.pick("what is required", "要求").to_owned(),
    }
}

/// What a norm says of a facet at a place; `other` is what the other version says there, which need not be repeated.
pub(crate) fn at_place(words: &Words<'_>, (looked, here): (&Looked<'_>, &Said<'_>), (other_looked, other): (&Looked<'_>, &Said<'_>), facet: &Facet) -> String {
    if *facet == Facet::Applies {
        return applies(words, here);
    }
    if here.applies == Some(false) {
        return applies(words, here);
    }
    let nothing = || words.pick("nothing", "无").to_owned();
    match facet {
        Facet::Applies => applies(words, here),
        Facet::Violation => {
            let key = looked.facet(here, facet);
            let is = looked.norm.violation || key != "[]";
            words.yes(is).to_owned()
        }
        Facet::Line(..) => String::new(),
        Facet::Forfeited(name) => words.yes(here.slots.get(name).is_some_and(|slot| slot.forfeited == Some(true))).to_owned(),
        Facet::Around(name) => match here.slots.get(name) {
            Some(slot) if matches!(slot.given, Given::Gap) => words.pick("not said (a gap)", "没有规定").to_owned(),
            Some(slot) if slot.changed.is_empty() => nothing(),
            Some(slot) => slot.changed.iter().fold("…".to_owned(), |before, changed| exception(words, changed.exception, &before)),
            None => nothing(),
        },
        Facet::Slot(name) | Facet::Breached(name) => {
            let own = matches!(facet, Facet::Slot(_));
            let (found, there) = if own { (here.slots.get(name), other.slots.get(name)) } else { (here.breached.get(name), other.breached.get(name)) };
            let others: Vec<String> = match there.map(|there| &there.given) {
                Some(Given::Lines(_, lines)) => lines.iter().map(|line| other_looked.line(line)).collect(),
                _ => Vec::new(),
            };
            found.map_or_else(nothing, |found| slot(words, looked, found, &others))
        }
        Facet::Kept => {
            let others: Vec<String> = other.unmet.iter().map(|(condition, truth)| format!("{truth:?} {}", other_looked.key(condition))).collect();
            let own = here.unmet.iter().filter(|(condition, truth)| !others.contains(&format!("{truth:?} {}", looked.key(condition))));
            let all: Vec<String> = own.map(|(condition, _)| said(words, "it must be so that {}", "应当{}", &words.phrase(condition, &[]))).collect();
            if all.is_empty() { words.pick("nothing: it is met", "无：符合").to_owned() } else { all.join(words.pick("; ", "；")) }
        }
        Facet::Musts => {
            let mut others: Vec<String> = other.musts.iter().map(Must::key).collect();
            let mut all = Vec::new();
            for must in &here.musts {
                let key = must.key();
                match others.iter().position(|other| *other == key) {
                    Some(at) => {
                        others.remove(at);
                    }
                    None => all.push(requirement(words, must.requirement, must.deadline)),
                }
            }
            if all.is_empty() { nothing() } else { all.join(words.pick("; ", "；")) }
        }
    }
}

fn applies(words: &Words<'_>, said: &Said<'_>) -> String {
    match said.applies {
        Some(true) => words.pick("applies", "适用"),
        Some(false) => words.pick("does not apply", "不适用"),
        None => words.pick("applies on some days, or where something is stated", "是否适用另看日期或所填"),
    }
    .to_owned()
}

fn slot(words: &Words<'_>, looked: &Looked<'_>, slot: &Slot<'_>, others: &[String]) -> String {
    let value = |value: &Expr| words.phrase(value, &[]);
    let posted = |text: String| text;
    let given = match &slot.given {
        Given::Nothing => words.pick("nothing", "无").to_owned(),
        Given::Gap => words.pick("not said (a gap)", "没有规定").to_owned(),
        Given::Open => words.pick("open where something is blank", "有空白，无法判定").to_owned(),
        Given::Forfeited => words.pick("forfeited", "取消").to_owned(),
        Given::Conflict(values) => said(words, "contradicts itself: {}", "自相矛盾：{}", &words.list(&values.iter().map(|one| value(one)).collect::<Vec<_>>(), ("and", "和"))),
        Given::One(one) => posted(value(one)),
        Given::Lines(hit, lines) => {
            let kept: Vec<&&Clause> = lines.iter().filter(|line| !others.contains(&looked.line(line))).collect();
            let some = kept.len() < lines.len();
            let mut all: Vec<String> = kept.into_iter().map(|clause| line(words, clause)).collect();
            if some {
                all.push("…".to_owned());
            }
            let (en, zh) = match hit {
                Hit::Max => ("the largest of: {}", "取最大：{}"),
                Hit::Min => ("the smallest of: {}", "取最小：{}"),
                _ => ("{}", "{}"),
            };
            said(words, en, zh, &all.join(words.pick("; ", "；")))
        }
    };
    slot.changed.iter().fold(given, |before, changed| exception(words, changed.exception, &before))
}

/// One line of several that count together.
pub(crate) fn line(words: &Words<'_>, clause: &Clause) -> String {
    if let Some(item) = &clause.item {
        let name = words.kind_value(&item.kind, &item.value);
        return format!("{name}{}{}", words.pick(": at most ", "：最多"), words.phrase(&item.points, &[]));
    }
    match &clause.value {
        Expr::Neg(of) => less(words, &words.phrase(of, &[])),
        Expr::Value(Scalar::Quantity(amount, unit)) if *amount < Number::whole(0) => less(words, &words.quantity(Number::whole(0).minus(*amount).unwrap_or(*amount), unit)),
        value => words.phrase(value, &[]),
    }
}

fn less(words: &Words<'_>, what: &str) -> String {
    if words.zh() { words.after("扣减", what) } else { format!("less {what}") }
}

/// What an exception makes of what there was.
fn exception(words: &Words<'_>, exception: &Exception, before: &str) -> String {
    let value = |value: &Expr| words.phrase(value, &[]);
    let now = match &exception.action {
        Action::Replace(_, to) => value(to),
        Action::Times(_, by) => format!("{} × {before}", value(by)),
        Action::More(_, more) => format!("{before} + {}", value(more)),
        Action::Off | Action::Violation => before.to_owned(),
    };
    if exception.validity.is_always() && exception.exceptions.is_empty() {
        return now;
    }
    let name = words.quoted_norm(&exception.name);
    said(words, "{}", "{}", &format!("{now}{}", words.aside(&said(words, "as far as {} says so", "以{}为限", &name))))
}

/// A requirement, with the deadline that counts.
pub(crate) fn requirement(words: &Words<'_>, requirement: &Requirement, until: Option<&Deadline>) -> String {
    let what = match &requirement.what {
        What::Records { pattern, op, number, distinct } => {
            let (of, number) = (words.pattern(pattern), words.phrase(number, &pattern.events));
            let distinct = distinct.as_ref().map(|key| words.phrase(key, &pattern.events));
            let distinct = distinct.map(|key| if words.zh() { format!("（相同{key}只计一次）") } else { format!(", each {key} once") }).unwrap_or_default();
            let times = match (op, words.zh()) {
                (Op::Ge, _) if number == "1" => String::new(),
                (Op::Ge | Op::Gt, false) => format!(" at least {number} times"),
                (Op::Ge | Op::Gt, true) => format!("至少 {number} 次"),
                (Op::Le | Op::Lt, false) => format!(" at most {number} times"),
                (Op::Le | Op::Lt, true) => format!("至多 {number} 次"),
                (_, false) => format!(" exactly {number} times"),
                (_, true) => format!("正好 {number} 次"),
            };
            format!("{of}{times}{distinct}")
        }
        What::Moment(moment) => words.phrase(moment, &[]),
        What::Condition(condition) => words.phrase(condition, &[]),
        What::Either(ways) => ways.iter().map(|way| self::requirement(words, way, way.until.as_ref().map(|until| &until.default))).collect::<Vec<_>>().join(words.pick(", or ", "，或")),
    };
    let Some(until) = until else { return what };
    let until = deadline(words, until);
    if words.zh() { format!("{until}{what}") } else { format!("{what} {until}") }
}

fn deadline(words: &Words<'_>, deadline: &Deadline) -> String {
    let value = |value: &Expr| words.phrase(value, &[]);
    match deadline {
        Deadline::Within(length, from, _) => {
            let length = value(length);
            match (from.as_ref().map(value), words.zh()) {
                (None, false) => format!("within {length}"),
                (None, true) => format!("{length}内"),
                (Some(from), false) => format!("within {length} of {from}"),
                (Some(from), true) => format!("自{from}起{length}内"),
            }
        }
        Deadline::By(day) => said(words, "by {}", "不晚于{}，", &value(day)),
        Deadline::Before(day) => said(words, "before {}", "在{}之前，", &value(day)),
    }
}

/// What is counted as something else.
pub(crate) fn yields(words: &Words<'_>, given: &Yield) -> String {
    let fields: Vec<String> = given.fields.iter().map(|(name, value)| format!("{} = {}", words.field(std::slice::from_ref(&given.event), name), words.phrase(value, &[]))).collect();
    let event = match &given.on {
        Some(day) => format!("{}{}", words.event(&given.event), said(words, " on {}", "（日期为{}）", &words.phrase(day, &[]))),
        None => words.event(&given.event),
    };
    if fields.is_empty() { event } else { format!("{event}{}", words.aside(&fields.join(words.pick(", ", "，")))) }
}

/// What sort of value a decision gives, beside the value.
pub(crate) fn frame(words: &Words<'_>, decision: &Decision) -> String {
    let mut all = Vec::new();
    if let Some(posting) = decision.posting {
        let (en, zh) = match posting {
            Posting::Fine => ("fined", "罚款"),
            Posting::Deduct => ("deducted", "扣款"),
            Posting::Pay => ("paid", "发放"),
            Posting::Score => ("scored", "计分"),
            Posting::Count => ("counted", "计次"),
        };
        all.push(words.pick(en, zh).to_owned());
    }
    all.extend(decision.to.as_ref().map(|to| said(words, "for {}", "记于{}", &words.phrase(to, &[]))));
    all.extend(decision.floor.as_ref().map(|(least, _)| said(words, "at least {}", "不少于{}", &words.phrase(least, &[]))));
    all.extend(decision.cap.as_ref().map(|(most, _)| said(words, "at most {}", "不超过{}", &words.phrase(most, &[]))));
    all.extend(decision.rounding.as_ref().map(|(mode, step, _)| words.rounded("", *mode, *step).trim().to_owned()));
    if all.is_empty() { words.pick("as it is", "照算").to_owned() } else { all.join(words.pick(", ", "，")) }
}
