//! What names mean: fields, attributes, measures, parameters, decided slots, values.

use super::env::{Env, This};
use super::names::{Scoped, qualify};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Scope};
use crate::model::links::Sort;
use crate::model::{EntitySort, WEEKDAY, weekday};
use crate::model::value::{Scalar, Type, Unit};
use crate::syntax::tree::Name;

impl<'t> Lower<'t> {
    /// `name`, `staff.post`, `this.days`, `norm.slot`, `period.end`, `schedule.slot.start`.
    pub(super) fn path(&mut self, env: &Env, names: &'t [Name], want: Option<&Ty>, at: At) -> Typed {
        let Some((head, rest)) = names.split_first() else { return Typed::poison(at) };
        if rest.is_empty()
            && let Some(Ty::Is(Type::Kind(kind))) = want
            && self.model.kind(kind).is_some_and(|kind| kind.rank(&head.value).is_some())
        {
            self.uses(env.at(head.span), Sort::Value, kind, &head.value);
            let value = Scalar::Kind(kind.as_str().into(), head.value.as_str().into());
            return Typed::known(Expr::Value(value), Type::Kind(kind.clone()), at);
        }
        if let (Some(Ty::Is(Type::Kind(kind))), Some(day)) = (want, weekday::named(&head.value))
            && rest.is_empty()
            && kind == WEEKDAY
        {
            return Typed::known(Expr::Value(Scalar::Kind(WEEKDAY.into(), day.into())), Type::Kind(kind.clone()), at);
        }
        if let ("this", [_, ..]) = (head.value.as_str(), rest) {
            return self.of_this(env, rest, want, at);
        }
        if let Some(found) = self.special(env, names, at) {
            return found;
        }
        if let ("period", Some(edge), Some(rest)) = (head.value.as_str(), names.get(..2), names.get(2..))
            && let Some(found) = self.special(env, edge, at)
        {
            return self.steps(env, found, rest, at);
        }
        if let (word @ ("period" | "membership"), Some(next)) = (head.value.as_str(), rest.first())
            && !self.is_variable(env, word)
        {
            return self.no_such_part(env, head, next);
        }
        match self.variable(env, head) {
            Some(found) => self.steps(env, found, rest, at),
            None => self.unknown_variable(env, head, want),
        }
    }

    /// `this.days`, `this.lates`: of the occasion, also where records or members are looked at.
    pub(super) fn of_this(&mut self, env: &Env, names: &'t [Name], want: Option<&Ty>, at: At) -> Typed {
        let Some((field, rest)) = names.split_first() else { return Typed::poison(at) };
        let outside = Env { counted: None, each: None, ..env.clone() };
        if let Some(found) = self.field_of_this(&outside, field) {
            return self.steps(env, found, rest, at);
        }
        // What another norm decides for the occasion itself.
        if let Some(found) = self.special(&outside, names, at) {
            return found;
        }
        match self.variable(&outside, field) {
            Some(found) => self.steps(env, found, rest, at),
            None => self.unknown_variable(&outside, field, want),
        }
    }

    /// The period and the membership have few parts, and only norms with a period have them.
    pub(super) fn no_such_part(&mut self, env: &Env, of: &Name, part: &Name) -> Typed {
        let at = env.at(part.span);
        let known: &[&str] = if of.value == "period" { &["start", "end", "days", "开始", "结束", "天数"] } else { &["days", "天数"] };
        match env.this {
            This::Unknown => {}
            This::Period(..) => self.unknown(at, ("part of the period or membership", "本期或在册的属性"), &part.value, known),
            _ => self.error(
                "unknown-name",
                env.at(of.span),
                Say::new("only a norm with a period has one, and a length of membership in it", "只有带周期的规则才有本期和在册天数"),
                Say::new("write `each staff, every month`, or name a date", "请写 `每个 职工 ， 每月`，或写明日期"),
            ),
        }
        Typed::poison(at)
    }

    /// Would the name mean something without knowing the other side?
    pub(super) fn is_variable(&self, env: &Env, name: &str) -> bool {
        let in_holder = self.in_holder(env, name).is_some();
        let in_counted = env.counted.as_ref().is_some_and(|events| self.in_records(events, Scope::Counted, name).is_some());
        in_holder
            || in_counted
            || self.in_each(env, name).is_some()
            || env.member.as_ref().is_some_and(|(member, _)| member == name)
            || self.in_this(env, name).is_some()
            || !matches!(
                self.scoped(env.regulation.as_deref(), name),
                None | Some((_, _, Scoped::Norm(_) | Scoped::Exception(_) | Scoped::State(_) | Scoped::Office(_)))
            )
    }

    /// Paths whose head is no value by itself.
    pub(super) fn special(&mut self, env: &Env, names: &'t [Name], at: At) -> Option<Typed> {
        let words: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
        if let Some(found) = self.of_breach(env, &words, at) {
            return Some(found);
        }
        match words.as_slice() {
            ["period", "start"] if matches!(env.this, This::Period(..)) => Some(Typed::known(Expr::PeriodStart, Type::Date, at)),
            ["period", "end"] if matches!(env.this, This::Period(..)) => Some(Typed::known(Expr::At(env.scope()), Type::Date, at)),
            ["period", "days"] if matches!(env.this, This::Period(..)) => Some(Typed::known(super::occasion::days_of_period(), Type::Quantity(Unit::Days), at)),
            ["membership", unit @ ("days" | "months")] => {
                let (subject, entity) = self.belongs_to(env)?;
                let months = *unit == "months";
                let ty = Type::Quantity(if months { Unit::Months } else { Unit::Days });
                Some(Typed::known(Expr::Belonging(Box::new(subject), entity, months), ty, at))
            }
            [schedule, slot, edge] if self.model.schedule(schedule).is_some() => {
                self.uses(env.at(names.first()?.span), Sort::Schedule, "", schedule);
                Some(self.slot(names, schedule, slot, edge, at))
            }
            [norm, _] if !self.is_variable(env, norm) => {
                let (full, ..) = self.scoped(env.regulation.as_deref(), norm).filter(|(.., item)| matches!(item, Scoped::Norm(_)))?;
                self.uses_norm(env, names.get(..1)?, &full);
                let of = env.each.clone().map(|entity| Typed::known(Expr::Each, Type::Ref(entity), at));
                let of = of.filter(|each| self.ready(&full, at) && self.judges_each(&full, &each.ty));
                if of.is_none() && super::measure::in_filter(env) && !env.inherited && self.may_be_counted(env, &full, at) {
                    return Some(self.whose_slot(&words, at));
                }
                Some(self.decided(env, &full, names.last()?, of, at))
            }
            [.., norm, _] if words.len() > 2 && self.scoped(env.regulation.as_deref(), norm).is_some_and(|(.., item)| matches!(item, Scoped::Norm(_))) => {
                let (subject, slot) = (names.get(..names.len() - 2)?, names.last()?);
                let (full, ..) = self.scoped(env.regulation.as_deref(), norm)?;
                let head = subject.first()?;
                let known = self.is_variable(env, &head.value) || self.in_each(env, &head.value).is_some();
                if !known || !self.ready(&full, at) {
                    return None;
                }
                let of = self.path(env, subject, None, at);
                if of.is_poison() {
                    return Some(of);
                }
                if self.judges_each(&full, &of.ty) {
                    self.uses_norm(env, names.get(names.len() - 2..names.len() - 1)?, &full);
                    return Some(self.decided(env, &full, slot, Some(of), at));
                }
                // An attribute of the subject may be called so, too.
                let attribute = matches!(&of.ty, Ty::Is(Type::Ref(entity)) if self.model.entity(entity).is_some_and(|entity| entity.attribute(norm).is_some()));
                (!attribute).then(|| self.not_judged_each(&full, norm, &of.ty, at))
            }
            [regulation, _, ..] if self.model.regulation(regulation).is_some() && !self.is_variable(env, regulation) => {
                self.elsewhere(env, names, at)
            }
            _ => None,
        }
    }

    /// Who belongs to which register for how long: the member that is looked at, or the subject of the period.
    pub(super) fn belongs_to(&self, env: &Env) -> Option<(Expr, String)> {
        let (subject, entity) = match (&env.each, &env.this) {
            (Some(entity), This::Period(..)) => (Expr::Each, entity),
            (None, This::Period(Some(entity), _)) => (Expr::Subject, entity),
            _ => return None,
        };
        let register = self.model.entity(entity).is_some_and(|entity| entity.sort == EntitySort::Register);
        register.then(|| (subject, entity.clone()))
    }

    /// `other_regulation.name` and `other_regulation.norm.slot`.
    pub(super) fn elsewhere(&mut self, env: &Env, names: &'t [Name], at: At) -> Option<Typed> {
        let (regulation, name, rest) = (names.first()?, names.get(1)?, names.get(2..)?);
        let full = qualify(Some(&regulation.value), &name.value);
        self.uses_norm(env, names.get(..2)?, &full);
        match (self.names.scoped.get(&full).copied(), rest) {
            (Some((_, Scoped::Norm(_))), [slot]) => Some(self.decided(env, &full, slot, None, at)),
            (Some((file, item)), rest) => {
                let found = self.scoped_value(env, &full, file, item, at)?;
                Some(self.steps(env, found, rest, at))
            }
            (None, _) => {
                let prefix = format!("{}.", regulation.value);
                let known: Vec<String> = self.names.scoped.keys().filter_map(|k| k.strip_prefix(&prefix)).map(str::to_owned).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                self.unknown((at.0, name.span), ("norm, measure or parameter", "规则、计量或参数"), &name.value, &known);
                Some(Typed::poison(at))
            }
        }
    }

    /// `norm`, or `regulation.norm`, was resolved to the item called `full`.
    pub(super) fn uses_norm(&self, env: &Env, names: &[Name], full: &str) {
        if let Some((name, before)) = names.split_last() {
            self.uses(env.at(name.span), Sort::Item, "", full);
            before.iter().for_each(|regulation| self.uses(env.at(regulation.span), Sort::Regulation, "", &regulation.value));
        }
    }

    pub(super) fn slot(&mut self, names: &[Name], schedule: &str, slot: &str, edge: &str, at: At) -> Typed {
        let slots: Vec<String> = self.model.schedule(schedule).map(|s| s.slots.iter().map(|s| s.name.clone()).collect()).unwrap_or_default();
        let span = |n: usize| (at.0, names.get(n).map_or(at.1, |name| name.span));
        // A schedule whose data could not be read has no slots; that was told.
        if !slots.is_empty() && !slots.iter().any(|known| known == slot) {
            let slots: Vec<&str> = slots.iter().map(String::as_str).collect();
            self.unknown(span(1), ("slot", "时段"), slot, &slots);
            return Typed::poison(at);
        }
        let start = match edge {
            "start" => true,
            "end" => false,
            _ => {
                self.unknown(span(2), ("edge of a slot", "时段端点"), edge, &["start", "end"]);
                return Typed::poison(at);
            }
        };
        Typed::known(Expr::Slot(schedule.to_owned(), slot.to_owned(), start), Type::Moment, at)
    }
}
