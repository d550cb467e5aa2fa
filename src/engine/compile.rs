//! Expressions of the core → code. What a word cannot say is refused, with the reason.

use super::code::Code;
use super::common::Common;
use super::keep::{Keeping, is_of_occasion};
use super::outside::{Made, NOT_FIRST, outside};
use super::typed::Typed;
use super::undo::Added;
use super::word::{Kept, day_word, time_word};
use crate::model::expr::{Aggregate, Expr, Measure, Op, Period, Scope};
use crate::model::group::{Group, Members};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::model::{EntitySort, Model, ParameterSort};

/// Compiles the expressions of one norm, counter or record type.
pub(super) struct Maker<'c, 'm> {
    pub(super) common: &'c mut Common<'m>,
    /// The record type that is looked at; none for a period.
    pub(super) event: Option<usize>,
    /// The record is one that a measure counts: nothing is known of the occasion.
    pub(super) counted: bool,
    /// What is looked at is the occasion itself, though it may be looked at as one that is counted: what registers and offices say is as of its day.
    pub(super) own: bool,
    /// The rhythm of a period.
    pub(super) period: Option<Period>,
    /// Entity of the member that a filter looks at.
    pub(super) each: Option<usize>,
    /// A later record is looked at, and what is read of the occasion is kept.
    pub(super) keeping: Option<&'c mut Keeping>,
    /// Regulation and name of the norm.
    pub(super) norm: &'c str,
}

impl Maker<'_, '_> {
    pub(super) fn condition(&mut self, expr: &Expr) -> Made<Code> {
        self.make(expr)?.condition()
    }

    fn conditions(&mut self, parts: &[Expr]) -> Made<Vec<Code>> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    pub(super) fn make(&mut self, expr: &Expr) -> Made<Typed> {
        if self.keeping.is_some() && self.each.is_none() && is_of_occasion(expr) {
            return self.keep(expr);
        }
        match expr {
            Expr::Value(scalar) => self.constant(scalar),
            Expr::Field(scope, name) => self.field(*scope, name),
            Expr::Day(scope) if self.has_time(*scope) => Ok(Typed::Date(Code::Day)),
            Expr::TimeOfDay(of) if self.event.is_some() && matches!(**of, Expr::At(scope) if self.has_time(scope)) => Ok(Typed::Time(Code::Time)),
            Expr::Subject if !self.counted => self.subject(),
            Expr::Each => self.each.map_or_else(|| outside("a member outside of a group", "组外的成员"), |entity| Ok(Typed::Ref(Code::Each, entity))),
            Expr::PeriodStart if self.period.is_some() => Ok(Typed::Date(Code::PeriodStart)),
            Expr::Fact(of, entity, attribute) => self.fact(of, entity, attribute),
            Expr::Parameter(name) => self.reading(name),
            Expr::Decided(norm, slot) => self.decided(norm, slot),
            Expr::Measure(measure) => self.measure(measure),
            Expr::Group(group) => self.group(group),
            Expr::Not(of) => Ok(Typed::Bool(Code::Not(Box::new(self.condition(of)?)))),
            Expr::And(parts) => Ok(Typed::Bool(Code::all(self.conditions(parts)?, &self.common.counters))),
            Expr::Or(parts) => Ok(Typed::Bool(Code::any(self.conditions(parts)?, &self.common.counters))),
            Expr::Compare(op, a, b) => {
                let (a, b) = (self.make(a)?, self.make(b)?);
                Ok(Typed::Bool(a.compared(*op, b)?))
            }
            Expr::OneOf(of, others) => self.one_of(of, others),
            Expr::Contains(set, one) => match (self.make(set)?, self.make(one)?) {
                (Typed::Set(set, entity), Typed::Ref(one, other)) if entity == other => Ok(Typed::Bool(Code::Contains(Box::new(set), Box::new(one), entity))),
                _ => outside("a set that is not worked out in advance", "此种集合不予预编译"),
            },
            Expr::Stated(of) => match self.make(of)?.code() {
                Code::State(word) if self.common.counters.looks_ahead(word) => outside("a window that looks ahead", "需要后续记录的时段"),
                code => Ok(Typed::Bool(Code::Stated(Box::new(code)))),
            },
            Expr::Weekday(of) => match self.day(of)? {
                Some(day) => Ok(Typed::Kind(Code::Weekday(Box::new(day)), crate::model::WEEKDAY.to_owned())),
                None => outside("the weekday of what is no date", "非日期之星期"),
            },
            Expr::Add(a, b) => self.make(a)?.plus(self.make(b)?, 1),
            Expr::Sub(a, b) => self.make(a)?.plus(self.make(b)?, -1),
            Expr::Mul(a, b) => self.make(a)?.product(self.make(b)?),
            Expr::Div(a, b) => self.make(a)?.quotient(self.make(b)?),
            Expr::Neg(of) => self.make(of)?.opposite(),
            Expr::Round(mode, of, step) => self.make(of)?.rounded(*mode, *step),
            Expr::Between(unit, a, b) => self.between(unit, a, b),
            Expr::Holds(holds) => self.holds(holds),
            _ => outside(words(expr).0, words(expr).1),
        }
    }

    /// Whoever the occasion's record names first, or whose period it is.
    pub(super) fn subject(&mut self) -> Made<Typed> {
        if self.common.is_subject(self.event, &Expr::Subject) {
            return Ok(Typed::Ref(Code::Subject, self.common.entity));
        }
        let first = self.event.and_then(|event| self.common.model.events.get(event)?.fields.first()).map(|first| Kept::of(self.common.model, first));
        match first {
            Some(kept @ Kept::Ref(_)) => typed(&kept, self.slot(0)),
            _ => outside(NOT_FIRST.0, NOT_FIRST.1),
        }
    }

    /// Is it known when that happened? Of a record that is counted nothing is known of the occasion.
    fn has_time(&self, scope: Scope) -> bool {
        (self.event.is_some() || self.period.is_some()) && !(self.counted && scope == Scope::This)
    }

    /// The day of a date or moment; none of what is neither.
    pub(super) fn day(&mut self, expr: &Expr) -> Made<Option<Code>> {
        match expr {
            Expr::At(scope) if self.has_time(*scope) => Ok(Some(Code::Day)),
            Expr::Measure(measure) if matches!(measure.of, Some(Expr::At(Scope::Counted) | Expr::Day(Scope::Counted))) => {
                let by_day = Measure { of: Some(Expr::Day(Scope::Counted)), ..(**measure).clone() };
                Ok(if let Typed::Date(code) = self.measure(&by_day)? { Some(code) } else { None })
            }
            other => Ok(if let Typed::Date(code) = self.make(other)? { Some(code) } else { None }),
        }
    }

    fn constant(&mut self, scalar: &Scalar) -> Made<Typed> {
        let entity = |model: &Model, name: &str| model.entities.iter().position(|entity| entity.name == name);
        Ok(match scalar {
            Scalar::Bool(yes) => Typed::Bool(Code::Const(i64::from(*yes))),
            Scalar::Quantity(number, unit) => Typed::quantity(*number, unit.clone()),
            Scalar::Date(day) => Typed::Date(Code::Const(day_word(*day))),
            Scalar::Time(time) => Typed::Time(Code::Const(time_word(*time))),
            Scalar::Kind(kind, value) => match self.common.kinds.place(kind, value) {
                Some(at) => Typed::Kind(Code::Const(at), kind.to_string()),
                None => return outside("a value of no list", "清单外的值"),
            },
            Scalar::Text(text) => Typed::Text(Code::Const(self.common.names.text(text))),
            Scalar::Ref(of, id) => match entity(self.common.model, of) {
                Some(of) => Typed::Ref(Code::Const(self.common.names.subject(of, id)), of),
                None => return outside("a subject of no register", "名册外的主体"),
            },
            Scalar::Moment(_) | Scalar::Set(..) => return outside("a constant moment or set", "时刻或集合常量"),
        })
    }

    fn field(&mut self, scope: Scope, name: &str) -> Made<Typed> {
        if self.counted && scope == Scope::This {
            return outside("a filter that looks at the occasion", "筛选条件涉及被判事项");
        }
        let model = self.common.model;
        let found = self.event.and_then(|event| model.events.get(event)).and_then(|event| Some((event.field(name)?, event.fields.get(event.field(name)?)?)));
        let Some((at, field)) = found else { return outside("a field that the record has not", "记录没有的字段") };
        typed(&Kept::of(model, field), self.slot(at))
    }

    /// A field of the record, by its place.
    pub(super) fn slot(&mut self, at: usize) -> Code {
        if let Some(needed) = self.event.and_then(|event| self.common.needed.get_mut(event))
            && needed.insert(at)
        {
            self.common.added.extend(self.event.map(|event| Added::Needed(event, at)));
        }
        Code::Slot(at)
    }

    fn fact(&mut self, of: &Expr, entity: &str, attribute: &str) -> Made<Typed> {
        let model = self.common.model;
        let found = model.entities.iter().position(|known| known.name == entity);
        let Some((at, declared)) = found.and_then(|at| Some((at, model.entities.get(at)?))) else { return outside("an unknown register", "未知名册") };
        if declared.sort != EntitySort::Register || !self.common.facts.loaded(at) {
            return outside("attributes that no register gives", "名册未提供的事项");
        }
        if self.counted && !self.own && self.keeping.is_none() {
            return outside("an attribute in a measure", "计数中的名册事项");
        }
        let field = declared.attributes.iter().position(|field| field.name == attribute);
        let Some((place, field)) = field.and_then(|place| Some((place, declared.attributes.get(place)?))) else { return outside("an unknown attribute", "未知事项") };
        match self.make(of)? {
            Typed::Ref(of, known) if known == at => {
                let of = Box::new(of);
                // Of a later record, too, it is what it is on the day of the occasion.
                let day = if self.counted && !self.own { Some(self.keep(&Expr::Day(Scope::This))?.code()) } else { None };
                typed(&Kept::of(model, field), day.map_or(Code::Fact(of.clone(), at, place), |day| Code::FactOn(of, at, place, Box::new(day))))
            }
            _ => outside("an attribute of somebody else", "他人的名册事项"),
        }
    }

    /// A reading that is decided for good.
    fn reading(&mut self, name: &str) -> Made<Typed> {
        let model = self.common.model;
        let Some(parameter) = model.parameter(name) else { return outside("an unknown parameter", "未知参数") };
        match (&parameter.settled, &parameter.sort) {
            (Some(settled), _) => self.constant(&settled.clone()),
            (None, ParameterSort::Reading { decided: Some(decided) }) if decided.retroactive => match &parameter.ty {
                crate::model::value::Type::Kind(kind) => match self.common.kinds.place(kind, &decided.alternative) {
                    Some(at) => Ok(Typed::Kind(Code::Const(at), kind.clone())),
                    None => outside("a reading of no list", "清单外的理解"),
                },
                _ => outside("a reading that is no list", "并非清单的理解"),
            },
            _ => outside("a hole, an open reading or a judged fact", "原文未定、未决或须认定之事"),
        }
    }

    fn decided(&mut self, norm: &str, slot: &str) -> Made<Typed> {
        match self.common.decided.get(&(norm.to_owned(), slot.to_owned())) {
            Some((_, Some(value))) => Ok(value.clone()),
            _ => outside("a value of a norm that is not compiled", "未预编译条款的值"),
        }
    }

    fn one_of(&mut self, of: &Expr, others: &[Expr]) -> Made<Typed> {
        let parts = others.iter().map(|other| self.make(of)?.compared(Op::Eq, self.make(other)?)).collect::<Made<_>>()?;
        Ok(Typed::Bool(Code::any(parts, &self.common.counters)))
    }

    fn group(&mut self, group: &Group) -> Made<Typed> {
        let (Members::Set(set, _), Aggregate::Count, None) = (&group.of, &group.aggregate, &group.value) else {
            return outside("members of a whole register", "整个名册的成员");
        };
        let Typed::Set(set, entity) = self.make(set)? else { return outside("a set that is not kept", "未保存的集合") };
        let before = self.each.replace(entity);
        let filter = group.filter.as_ref().map_or(Ok(Code::Const(1)), |filter| self.condition(filter));
        self.each = before;
        Ok(Typed::Quantity(Code::Members(Box::new(set), entity, Box::new(filter?)), Number::whole(1), Unit::One))
    }

    fn measure(&mut self, measure: &Measure) -> Made<Typed> {
        if self.counted || self.each.is_some() {
            return outside("a measure inside a measure", "计数之中的计数");
        }
        super::counter::of(self.common, self.event, self.period, self.norm, measure)
    }
}

/// Code for a word that is kept.
pub(super) fn typed(kept: &Kept, code: Code) -> Made<Typed> {
    Ok(match kept {
        Kept::Bool => Typed::Bool(code),
        Kept::Quantity(step, unit) => Typed::Quantity(code, *step, unit.clone()),
        Kept::Date => Typed::Date(code),
        Kept::Time => Typed::Time(code),
        Kept::Kind(kind) => Typed::Kind(code, kind.clone()),
        Kept::Text => Typed::Text(code),
        Kept::Ref(entity) => Typed::Ref(code, *entity),
        Kept::Set(entity) => Typed::Set(code, *entity),
        Kept::Nothing => return outside("a moment", "时刻"),
    })
}

/// What an expression is, where it is refused.
fn words(expr: &Expr) -> (&'static str, &'static str) {
    match expr {
        Expr::Judged(..) => ("a judged fact", "须认定之事"),
        Expr::DecidedOf(..) => ("what a norm decides period by period", "按期确定的值"),
        Expr::Stay(_) => ("a state", "状态"),
        Expr::Day(_) | Expr::At(_) => ("a filter that looks at the occasion", "筛选条件涉及被判事项"),
        Expr::Shift(..) | Expr::Later(..) | Expr::OnDay(..) => ("a date that is worked out", "推算的日期"),
        Expr::Delay(_) | Expr::Late(..) => ("a delay", "逾期"),
        Expr::Belonging(..) => ("days in the register", "在册天数"),
        Expr::Slot(..) => ("a schedule", "作息"),
        Expr::OrElse(..) => ("a value in place of a blank one", "空白的替代值"),
        _ => ("an expression that is not worked out in advance", "此种算式不予预编译"),
    }
}
