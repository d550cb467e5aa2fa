//! Norms, compiled: for each record type that a norm judges, or for its period.

use super::bearer::{Bearer, bearer};
use super::code::Code;
use super::common::Common;
use super::compile::Maker;
use super::duty::{self, Duty};
use super::lookup::Lookup;
use super::outside::{Made, Outside, outside};
use super::track::Reads;
use super::typed::{Typed, aligned};
use super::undo::Added;
use super::word::{Word, day_word};
use crate::model::expr::{Expr, Period};
use crate::model::norm::{Action, Decision, Exception, Hit, Norm, Posting, What, Yield};
use crate::model::order::BREACH;
use crate::model::{Interval, Model};
use std::collections::BTreeSet;

/// First and last day.
pub(super) type Days = (Word, Word);

/// A norm for one record type, or for a period.
#[derive(Debug, Clone)]
pub(super) struct Judging {
    /// Its place in the plan's.
    pub(super) place: usize,
    /// Index into the model's norms.
    pub(super) norm: usize,
    /// Entity of the subject.
    pub(super) entity: Option<usize>,
    /// Who is bound, when that may be somebody else than the subject.
    pub(super) bearer: Option<Bearer>,
    pub(super) filter: Option<Code>,
    /// In force on these days.
    pub(super) days: Days,
    pub(super) when: Option<Code>,
    pub(super) exceptions: Vec<Off>,
    pub(super) violation: bool,
    pub(super) decisions: Vec<Deciding>,
    /// Judged at once.
    pub(super) requirements: Vec<Code>,
    /// Met by later records.
    pub(super) duties: Vec<Duty>,
    pub(super) if_breached: Vec<Deciding>,
    pub(super) makes: Vec<Making>,
    pub(super) reads: Reads,
}

/// An exception that switches off, with those to it.
#[derive(Debug, Clone)]
pub(super) struct Off {
    pub(super) days: Days,
    pub(super) when: Option<Code>,
    pub(super) inner: Vec<Off>,
}

/// A slot that gets a value.
#[derive(Debug, Clone)]
pub(super) struct Deciding {
    pub(super) posting: Option<Posting>,
    pub(super) hit: Hit,
    pub(super) clauses: Vec<(Option<Code>, Code)>,
    /// Its clauses by look-up, where they can be.
    pub(super) lookup: Option<Lookup>,
    pub(super) forfeits: Vec<Code>,
    pub(super) cap: Option<Code>,
    pub(super) floor: Option<Code>,
    /// Of the value, which stands in place of the member looked at.
    pub(super) rounding: Option<Code>,
    /// Word of the state in which what is posted in a month is added up.
    pub(super) posted: Option<usize>,
    /// It is the value of a clause as it stands, of at most 64.
    pub(super) is_plain: bool,
    /// Where other norms read it.
    pub(super) place: Option<usize>,
    /// What the value is; its code is worth nothing.
    pub(super) typed: Typed,
    /// What it is before it is rounded.
    pub(super) unrounded: Typed,
}

/// A record that is made.
#[derive(Debug, Clone)]
pub(super) struct Making {
    pub(super) event: usize,
    /// Of each field; none: missing.
    pub(super) fields: Vec<Option<Code>>,
}

/// The first and last day of an interval.
fn days(interval: Interval) -> Days {
    (interval.from.map_or(Word::MIN, day_word), interval.until.map_or(Word::MAX, day_word))
}

/// Compiles a norm for one record type (`event`) or a rhythm (`period`).
pub(super) fn made(common: &mut Common<'_>, at: usize, norm: &Norm, (event, period): (Option<usize>, Option<Period>), filter: Option<&Expr>) -> Made<Judging> {
    let model = common.model;
    refused(model, norm)?;
    let regulation = model.regulation(&norm.regulation).map(|regulation| regulation.validity).unwrap_or_default();
    // What the filter of an occasion looks at is the record itself.
    let mut own = Maker { common: &mut *common, event, counted: event.is_some(), own: true, period, each: None, keeping: None, norm: &norm.name };
    let filter = filter.map(|filter| own.condition(filter)).transpose()?;
    let entity = Some(common.entity);
    let mut maker = Maker { common, event, counted: false, own: true, period, each: None, keeping: None, norm: &norm.name };
    let when = norm.when.as_ref().map(|when| maker.condition(when)).transpose()?;
    let bearer = bearer(&mut maker, norm.bearer.as_ref())?;
    let exceptions = norm.exceptions.iter().map(|exception| off(&mut maker, exception)).collect::<Made<_>>()?;
    let mut decisions = Vec::new();
    for decision in &norm.decisions {
        let mut made = deciding(&mut maker, decision)?;
        made.place = place(maker.common, (&norm.name, &decision.slot), &made.typed)?;
        decisions.push(made);
    }
    let (mut requirements, mut duties) = (Vec::new(), Vec::new());
    for (position, requirement) in norm.requirements.iter().enumerate() {
        match &requirement.what {
            What::Condition(condition) if duty::is_at_once(requirement) => requirements.push(maker.condition(condition)?),
            _ => duties.push(Duty::new(&mut maker, norm, position, requirement)?),
        }
    }
    let if_breached = norm.if_breached.iter().map(|decision| deciding(&mut maker, decision)).collect::<Made<_>>()?;
    let makes = norm.yields.iter().map(|given| making(&mut maker, given, bearer.as_ref())).collect::<Made<_>>()?;
    let mut judging = Judging { place: 0, norm: at, entity, bearer, filter, days: (days(regulation).0.max(days(norm.validity).0), days(regulation).1.min(days(norm.validity).1)), when, exceptions, violation: norm.violation, decisions, requirements, duties, if_breached, makes, reads: Reads::default() };
    judging.reads = Reads::of(&judging);
    if !judging.duties.is_empty() {
        maker.common.keep_to_itself(norm);
    }
    Ok(judging)
}

/// What no norm that is compiled may have.
fn refused(model: &Model, norm: &Norm) -> Made<()> {
    if norm.dated_by.is_some() || norm.judged_on.is_some() {
        return outside("a day of its own on which it is judged", "另定判定日");
    }
    if !norm.terms.is_empty() {
        return outside("a term that ends without what it names", "期满未成的条件");
    }
    if model.event_index(&format!("{BREACH}{}", norm.name)).is_some() {
        return outside("its breaches are records for others", "违反本条另成记录");
    }
    Ok(())
}

fn off(maker: &mut Maker<'_, '_>, exception: &Exception) -> Made<Off> {
    if exception.action != Action::Off {
        return outside("an exception that changes a value", "改变数值的例外");
    }
    let when = exception.when.as_ref().map(|when| maker.condition(when)).transpose()?;
    let inner = exception.exceptions.iter().map(|inner| off(maker, inner)).collect::<Made<_>>()?;
    Ok(Off { days: days(exception.validity), when, inner })
}

fn making(maker: &mut Maker<'_, '_>, given: &Yield, bearer: Option<&Bearer>) -> Made<Making> {
    if !given.only_for.is_empty() {
        return outside("a record that only some norms see", "仅部分条款可见的记录");
    }
    if given.on.is_some() {
        return outside("a record made for a day of its own", "另定日期的派生记录");
    }
    let model = maker.common.model;
    let Some(event) = maker.event.and_then(|_| model.event_index(&given.event)) else { return outside("a record made by a period", "由期间产生的记录") };
    let declared = model.events.get(event).map(|event| event.fields.as_slice()).unwrap_or_default();
    let own = maker.event.and_then(|event| model.events.get(event));
    let mut fields = Vec::new();
    for (at, field) in declared.iter().enumerate() {
        let stated = given.fields.iter().find(|(name, _)| *name == field.name);
        let kept = super::word::Kept::of(model, field);
        let is_subject = kept == super::word::Kept::Ref(maker.common.entity);
        let is_bearer = bearer.filter(|(_, entity)| kept == super::word::Kept::Ref(*entity));
        fields.push(match stated {
            Some((_, value)) => {
                let value = maker.make(value)?;
                let fitting = super::compile::typed(&kept, Code::Const(0))?;
                Some(in_steps_of(value, &fitting)?)
            }
            None if is_bearer.is_some() => is_bearer.map(|(code, _)| code.clone()),
            None if is_subject => Some(Code::Subject),
            // The same field of the occasion's record, when it has one that is kept alike.
            None => own.and_then(|own| own.field(&field.name).filter(|there| own.fields.get(*there).is_some_and(|own| own.ty == field.ty && own.range == field.range))).map(|there| maker.slot(there)),
        });
        if at == 0 && common_key(maker, event) && !matches!(fields.first(), Some(Some(Code::Subject))) {
            return outside("a record about somebody else", "关于他人的记录");
        }
    }
    Ok(Making { event, fields })
}

fn common_key(maker: &Maker<'_, '_>, event: usize) -> bool {
    maker.common.key(event).is_some()
}

/// The value in the step of a field.
fn in_steps_of(value: Typed, like: &Typed) -> Made<Code> {
    match (value, like) {
        (Typed::Quantity(code, step, unit), Typed::Quantity(_, wanted, of)) if unit == *of || unit == crate::model::value::Unit::One => {
            let times = step.over(*wanted).and_then(crate::model::number::Number::as_whole).and_then(|n| Word::try_from(n).ok());
            times.and_then(|times| code.times(times)).ok_or_else(|| Outside::because("a value finer than its field", "比字段更细的值"))
        }
        (value, like) if std::mem::discriminant(&value) == std::mem::discriminant(like) => Ok(value.code()),
        _ => outside("a value of another type", "另一类型的值"),
    }
}

/// A place for a slot that norms read; the same for all record types of its norm.
fn place(common: &mut Common<'_>, (norm, slot): (&str, &str), typed: &Typed) -> Made<Option<usize>> {
    let Some((at, known)) = common.decided.get_mut(&(norm.to_owned(), slot.to_owned())) else { return Ok(None) };
    let now = typed.clone().with(Code::Decided(*at));
    match known {
        Some(before) if *before != now => outside("a value with another step for each record type", "各记录类型步长不同的值"),
        Some(_) => Ok(Some(*at)),
        None => {
            *known = Some(now);
            common.added.push(Added::Decided((norm.to_owned(), slot.to_owned())));
            Ok(Some(*at))
        }
    }
}

fn deciding(maker: &mut Maker<'_, '_>, decision: &Decision) -> Made<Deciding> {
    if decision.to.is_some() {
        return outside("an amount for somebody else", "给他人的数额");
    }
    if decision.hit == Hit::List || decision.clauses.iter().any(|clause| clause.item.is_some()) {
        return outside("a list or a score", "列举或评分");
    }
    if decision.clauses.len() > 64 && !matches!(decision.hit, Hit::First | Hit::ExactlyOne | Hit::AtMostOne) {
        return outside("a sum of very many clauses", "条款过多的求和");
    }
    let mut whens = Vec::new();
    let mut values = Vec::new();
    for clause in &decision.clauses {
        whens.push(clause.when.as_ref().map(|when| maker.condition(when)).transpose()?);
        values.push(maker.make(&clause.value)?);
    }
    let forfeits: Vec<Code> = decision.forfeits.iter().map(|(condition, _)| maker.condition(condition)).collect::<Made<_>>()?;
    let bounds = [&decision.cap, &decision.floor];
    let which: BTreeSet<usize> = bounds.iter().enumerate().filter(|(_, bound)| bound.is_some()).map(|(at, _)| at).collect();
    for (bound, _) in bounds.into_iter().flatten() {
        values.push(maker.make(bound)?);
    }
    let mut typed = alike(&mut values)?;
    if decision.hit == Hit::Count {
        typed = Typed::Quantity(Code::Const(0), crate::model::number::Number::whole(1), crate::model::value::Unit::One);
    }
    if matches!(typed, Typed::Text(_) | Typed::Set(..)) {
        return outside("a text or a set that is decided", "确定为文本或集合的值");
    }
    let mut bounds = values.split_off(decision.clauses.len()).into_iter().map(Typed::code);
    let [cap, floor] = [0, 1].map(|at| if which.contains(&at) { bounds.next() } else { None });
    if let (Some(cap), Some(floor)) = (&cap, &floor)
        && !matches!((cap, floor), (Code::Const(cap), Code::Const(floor)) if floor <= cap)
    {
        return outside("a floor and a cap that may cross", "可能交叉的下限与上限");
    }
    let mut rounding = None;
    let unrounded = typed.clone();
    if let Some((mode, step, _)) = &decision.rounding {
        let rounded = typed.with(Code::Each).rounded(*mode, *step)?;
        typed = rounded.clone();
        rounding = Some(rounded.code());
    }
    let folded = matches!(decision.hit, Hit::Sum | Hit::Max | Hit::Min) || !decision.forfeits.is_empty() || cap.is_some() || floor.is_some();
    if folded && !matches!(typed, Typed::Quantity(..)) {
        return outside("a fold of what is no quantity", "非数量的合并");
    }
    let is_plain = forfeits.is_empty() && cap.is_none() && floor.is_none() && rounding.is_none() && decision.hit != Hit::Count && whens.len() <= 64;
    let lookup = Lookup::new(whens.iter().map(Option::as_ref), &maker.common.counters);
    let clauses = whens.into_iter().zip(values.into_iter().map(Typed::code)).collect();
    Ok(Deciding { posting: decision.posting, hit: decision.hit, clauses, lookup, is_plain, forfeits, cap, floor, rounding, posted: None, place: None, typed, unrounded })
}

/// Brings the values to one step; what they are.
fn alike(values: &mut [Typed]) -> Made<Typed> {
    let Some(first) = values.first() else { return outside("a slot without clauses", "无条款的项") };
    let mut like = first.clone().with(Code::Const(0));
    for value in values.iter() {
        match (&like, value) {
            (Typed::Quantity(_, step, unit), Typed::Quantity(_, other, of)) if unit == of => {
                let (.., common) = aligned((Code::Const(0), *step), (Code::Const(0), *other))?;
                like = Typed::Quantity(Code::Const(0), common, unit.clone());
            }
            (like, value) if *like == value.clone().with(Code::Const(0)) => {}
            _ => return outside("values of different types", "类型不同的值"),
        }
    }
    for value in values.iter_mut() {
        if let (Typed::Quantity(_, common, _), Typed::Quantity(code, step, unit)) = (&like, value.clone()) {
            let (code, ..) = aligned((code, step), (Code::Const(0), *common))?;
            *value = Typed::Quantity(code, *common, unit);
        }
    }
    Ok(like)
}
