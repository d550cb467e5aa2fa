//! What a norm requires after its occasion: records of the same subject, until a deadline.

use super::code::Code;
use super::compile::Maker;
use super::keep::Keeping;
use super::due::Until;
use super::outside::{Made, outside};
use super::typed::Typed;
use super::word::{Means, Word};
use crate::model::expr::{Expr, Op, Pattern, Scope};
use crate::model::norm::{Norm, Requirement, What};
use crate::model::value::Unit;
use crate::model::number::Number;

/// A requirement that later records meet.
#[derive(Debug, Clone)]
pub(super) struct Duty {
    /// Its place among the norm's requirements.
    pub(super) position: usize,
    /// One of several is enough.
    pub(super) either: bool,
    pub(super) asked: Vec<Asked>,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) enum Asked {
    /// A condition, judged at once.
    Now(Code),
    /// So many records.
    Records(Box<Later>),
}

/// So many records after the occasion.
#[derive(Debug, Clone)]
pub(super) struct Later {
    /// At least (`Ge`), at most, exactly.
    pub(super) op: Op,
    pub(super) number: Word,
    /// None: at any time.
    pub(super) until: Option<Until>,
    /// Record types, and what their records must be.
    pub(super) events: Vec<Meets>,
    /// What those conditions read of the occasion.
    pub(super) kept: Vec<Code>,
    /// What each of these stands for.
    pub(super) means: Vec<Means>,
}

/// A record type, and what its records must be.
type Meets = (usize, Option<Code>);

/// Is it judged at once?
pub(super) fn is_at_once(requirement: &Requirement) -> bool {
    matches!(requirement.what, What::Condition(_)) && requirement.until.is_none() && requirement.suspended.is_empty()
}

impl Duty {
    /// Compiles a requirement that is not judged at once.
    pub(super) fn new(maker: &mut Maker<'_, '_>, norm: &Norm, position: usize, requirement: &Requirement) -> Made<Self> {
        if maker.event.is_none() {
            return outside("records that a period asks for", "期间要求的记录");
        }
        match &requirement.what {
            What::Either(alternatives) => {
                let asked = alternatives.iter().map(|alternative| asked(maker, norm, alternative)).collect::<Made<_>>()?;
                Ok(Self { position, either: true, asked })
            }
            _ => Ok(Self { position, either: false, asked: vec![asked(maker, norm, requirement)?] }),
        }
    }

    /// What is looked at whenever the norm applies.
    pub(super) fn codes(&self) -> impl Iterator<Item = &Code> {
        self.asked.iter().flat_map(|asked| match asked {
            Asked::Now(code) => vec![code],
            Asked::Records(later) => later.until.iter().flat_map(Until::codes).collect(),
        })
    }
}

fn asked(maker: &mut Maker<'_, '_>, norm: &Norm, requirement: &Requirement) -> Made<Asked> {
    if !requirement.suspended.is_empty() {
        return outside("a deadline that is suspended", "期限中止的义务");
    }
    match &requirement.what {
        What::Condition(condition) if requirement.until.is_none() => Ok(Asked::Now(maker.condition(condition)?)),
        What::Condition(_) => outside("a condition with a deadline", "有期限的条件"),
        What::Moment(_) => outside("a time with a deadline", "有期限的时间"),
        What::Either(_) => outside("alternatives within alternatives", "选项之中的选项"),
        What::Records { distinct: Some(_), .. } => outside("a duty that counts each value once", "去重计数的义务"),
        What::Records { pattern, op, number, distinct: None } => {
            let number = match maker.make(number)? {
                Typed::Quantity(Code::Const(word), step, Unit::One) => step.times(Number::whole(word)).and_then(Number::as_whole).and_then(|number| Word::try_from(number).ok()).filter(|number| *number >= 0),
                _ => None,
            };
            let Some(number) = number else { return outside("a number of records that is not fixed", "并非固定的次数") };
            let model = maker.common.model;
            let regulation = model.regulation(&norm.regulation);
            let zone = regulation.and_then(|regulation| regulation.time_zone.parse().ok()).unwrap_or(chrono_tz::Tz::UTC);
            let until = requirement.until.as_ref().map(|until| Until::new(maker, until, (regulation, zone))).transpose()?;
            let (events, Keeping { kept, means, .. }) = meeting(maker, pattern)?;
            Ok(Asked::Records(Box::new(Later { op: *op, number, until, events, kept, means })))
        }
    }
}

/// Record types with the conditions that records of the subject must meet, and what these read of the occasion.
fn meeting(maker: &mut Maker<'_, '_>, pattern: &Pattern) -> Made<(Vec<Meets>, Keeping)> {
    let model = maker.common.model;
    let mut keeping = Keeping { event: maker.event, kept: Vec::new(), means: Vec::new() };
    let mut events = Vec::new();
    for name in &pattern.events {
        let Some(event) = model.event_index(name) else { return outside("an unknown record type", "未知记录类型") };
        let Some(key) = maker.common.key(event) else { return outside("a duty that records of other subjects meet", "由其他主体的记录履行的义务") };
        let (links, others): (Vec<_>, Vec<_>) = pattern.links.iter().partition(|(role, value)| role == key && maker.common.is_subject(maker.event, value));
        if links.is_empty() {
            return outside("a duty that records of other subjects meet", "由其他主体的记录履行的义务");
        }
        let mut parts = Vec::new();
        let mut counted = Maker { common: &mut *maker.common, event: Some(event), counted: true, own: false, period: None, each: None, keeping: Some(&mut keeping), norm: maker.norm };
        for (role, value) in others {
            let same = Expr::Compare(Op::Eq, Box::new(Expr::Field(Scope::Counted, role.clone())), Box::new(value.clone()));
            parts.push(counted.condition(&same)?);
        }
        if let Some(filter) = &pattern.filter {
            parts.push(counted.condition(filter)?);
        }
        if parts.iter().any(multiplies) {
            return outside("a duty whose records are asked for a product", "以乘积筛选记录的义务");
        }
        let filter = match parts.len() {
            0 => None,
            1 => parts.pop(),
            _ => Some(Code::all(parts, &maker.common.counters)),
        };
        events.push((event, filter));
    }
    if keeping.kept.iter().any(counts) {
        return outside("a duty whose records are compared with a count", "以计数筛选记录的义务");
    }
    Ok((events, keeping))
}

/// Does it read the state of the subject?
fn counts(code: &Code) -> bool {
    let mut words = std::collections::BTreeSet::new();
    code.reads(&mut words);
    !words.is_empty()
}

/// Values that are multiplied may be too large for anybody; then even a record that comes long after would be open.
fn multiplies(code: &Code) -> bool {
    match code {
        Code::Mul(..) => true,
        Code::Fact(a, ..) | Code::Against(_, a, _) | Code::Times(a, _) | Code::Divide(a, ..) | Code::Not(a) | Code::Stated(a) | Code::Weekday(a) => multiplies(a),
        Code::FactOn(a, _, _, b) | Code::Members(a, _, b) | Code::Contains(a, b, _) | Code::Add(a, b) | Code::Compare(_, a, b) => multiplies(a) || multiplies(b),
        Code::Between(days, _) => multiplies(&days.0) || multiplies(&days.1),
        Code::All(parts, _) | Code::Any(parts, _) => parts.iter().any(multiplies),
        _ => false,
    }
}
