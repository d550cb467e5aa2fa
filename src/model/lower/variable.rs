//! A single name → what it means: of the counted record, the member, the occasion, or everywhere.

use super::env::{Env, This};
use super::names::{Scoped, short};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{About, Expr, Scope};
use crate::model::links::Sort;
use crate::model::value::Type;
use crate::syntax::tree::Name;

impl<'t> Lower<'t> {
    /// A single name, in the order: counted record, member, occasion, the regulation's and shared names.
    pub(super) fn variable(&mut self, env: &Env, name: &Name) -> Option<Typed> {
        let at = env.at(name.span);
        if let Some((expr, ty)) = self.in_holder(env, &name.value) {
            match &expr {
                Expr::Fact(_, entity, field) if field == &name.value => self.uses(at, Sort::Field, entity, field),
                _ => self.uses(at, Sort::Type, "", &name.value),
            }
            return Some(Typed::new(expr, ty, at));
        }
        if let Some(events) = &env.counted
            && let Some((expr, ty)) = self.in_records(events, Scope::Counted, &name.value)
        {
            self.uses_found(env, at, &name.value, &expr, events);
            return Some(Typed::new(expr, ty, at));
        }
        if let Some((expr, ty)) = self.in_each(env, &name.value) {
            self.uses_found(env, at, &name.value, &expr, &[]);
            return Some(Typed::new(expr, ty, at));
        }
        if let Some((member, entity)) = &env.member
            && *member == name.value
        {
            self.uses_found(env, at, &name.value, &Expr::Member, &[]);
            return Some(Typed::known(Expr::Member, Type::Ref(entity.clone()), at));
        }
        if let Some(found) = self.field_of_this(env, name) {
            return Some(found);
        }
        let (full, file, item) = self.scoped(env.regulation.as_deref(), &name.value)?;
        self.uses_item(env.file, name, &full);
        self.scoped_value(env, &full, file, item, at)
    }

    pub(super) fn field_of_this(&self, env: &Env, name: &Name) -> Option<Typed> {
        let (expr, ty) = self.in_this(env, &name.value)?;
        if env.this == This::Unknown
            && let Some((full, ..)) = self.scoped(env.regulation.as_deref(), &name.value)
        {
            self.uses_item(env.file, name, &full);
        }
        let events = if let This::Records(events) = &env.this { events.as_slice() } else { &[] };
        self.uses_found(env, env.at(name.span), &name.value, &expr, events);
        Some(Typed::new(expr, ty, env.at(name.span)))
    }

    /// What the name means of the person of whom an office is asked: an attribute, the person, or who asks them.
    pub(super) fn in_holder(&self, env: &Env, name: &str) -> Option<(Expr, Ty)> {
        let holder = env.holder.as_deref()?;
        if let Some(field) = self.model.entity(&holder.entity)?.attribute(name) {
            let ty = if self.is_poisoned(&holder.entity, name) { Ty::Poison } else { Ty::Is(field.ty.clone()) };
            return Some((Expr::Fact(Box::new(holder.who.clone()), holder.entity.clone(), name.to_owned()), ty));
        }
        if holder.entity == name {
            return Some((holder.who.clone(), Ty::Is(Type::Ref(holder.entity.clone()))));
        }
        let (asker, entity) = holder.asker.as_ref()?;
        matches!(name, "asker" | "申请人").then(|| (asker.clone(), Ty::Is(Type::Ref(entity.clone()))))
    }

    /// What the name means of the member that an aggregate over subjects looks at: itself, or an attribute.
    pub(super) fn in_each(&self, env: &Env, name: &str) -> Option<(Expr, Ty)> {
        let entity = env.each.as_ref()?;
        if entity == name {
            return Some((Expr::Each, Ty::Is(Type::Ref(entity.clone()))));
        }
        let field = self.model.entity(entity)?.attribute(name)?;
        let ty = if self.is_poisoned(entity, name) { Ty::Poison } else { Ty::Is(field.ty.clone()) };
        Some((Expr::Fact(Box::new(Expr::Each), entity.clone(), name.to_owned()), ty))
    }

    /// What the name means of the occasion.
    pub(super) fn in_this(&self, env: &Env, name: &str) -> Option<(Expr, Ty)> {
        let attribute = |of: Expr, entity: &str| {
            let field = self.model.entity(entity)?.attribute(name)?;
            let ty = if self.is_poisoned(entity, name) { Ty::Poison } else { Ty::Is(field.ty.clone()) };
            Some((Expr::Fact(Box::new(of), entity.to_owned(), name.to_owned()), ty))
        };
        match (&env.this, name) {
            (This::Records(events), _) => self.in_records(events, env.scope(), name),
            (This::Case(_) | This::Period(..) | This::Throughout(_), "at") => Some((Expr::At(Scope::This), Ty::When)),
            (This::Case(_) | This::Period(..) | This::Throughout(_), "day") => Some((Expr::Day(Scope::This), Ty::Is(Type::Date))),
            (This::Case(entity) | This::Period(Some(entity), _) | This::Throughout(entity), _) if entity == name => {
                Some((Expr::Subject, Ty::Is(Type::Ref(entity.clone()))))
            }
            (This::Case(entity) | This::Period(Some(entity), _) | This::Throughout(entity), _) => attribute(Expr::Subject, entity),
            (This::Person(entity), _) => {
                let by = Expr::Field(Scope::Counted, "by".to_owned());
                if entity == name { Some((by, Ty::Is(Type::Ref(entity.clone())))) } else { attribute(by, entity) }
            }
            (This::Unknown, _) => Some((Expr::Subject, Ty::Poison)),
            _ => None,
        }
    }

    /// A field or role that all these types share, the role of an entity by the entity's name, `at` or `day`.
    pub(super) fn in_records(&self, events: &[String], scope: Scope, name: &str) -> Option<(Expr, Ty)> {
        let mut found: Option<(String, Type)> = None;
        let known = |event: &String| self.model.event(event).is_some_and(|event| event.field(name).is_some()) || matches!(name, "at" | "day");
        let poisoned = |event: &String| self.is_poisoned(event, name) || self.is_poisoned(event, super::ANY) && !known(event);
        if events.iter().any(poisoned) {
            return Some((Expr::Field(scope, name.to_owned()), Ty::Poison));
        }
        for event in events {
            let event = self.model.event(event)?;
            let field = event.field(name).or_else(|| {
                let named = |field: &crate::model::Field| field.ty == Type::Ref(name.to_owned());
                let mut roles = event.role_fields().iter().enumerate().filter(|(_, field)| named(field));
                let first = roles.next().map(|(at, _)| at);
                first.filter(|_| roles.next().is_none())
            });
            let here = field.and_then(|at| event.fields.get(at)).map(|field| (field.name.clone(), field.ty.clone()));
            match (&found, here) {
                (None, Some(here)) => found = Some(here),
                (Some(known), Some(here)) if *known == here => {}
                (None, None) if matches!(name, "at" | "day") => {}
                _ => return None,
            }
        }
        match (found, name) {
            (Some((field, ty)), _) => Some((Expr::Field(scope, field), Ty::Is(ty))),
            (None, "at") => Some((Expr::At(scope), Ty::When)),
            (None, "day") => Some((Expr::Day(scope), Ty::Is(Type::Date))),
            _ => None,
        }
    }

    /// A measure, hole, reading or judged fact.
    pub(super) fn scoped_value(&mut self, env: &Env, full: &str, file: usize, item: Scoped<'t>, at: At) -> Option<Typed> {
        match item {
            Scoped::Measure(define) => Some(self.inlined(env, full, file, define, at)),
            Scoped::Hole(_) | Scoped::Reading(_) => {
                let ty = self.parameter_type(full).map_or(Ty::Poison, Ty::Is);
                Some(Typed::new(Expr::Parameter(full.to_owned()), ty, at))
            }
            Scoped::Judged(judged) => Some(self.judged_here(env, full, &judged.of.value, at)),
            Scoped::Norm(_) | Scoped::Exception(_) | Scoped::State(_) | Scoped::Office(_) => None,
        }
    }

    /// A judged fact about the record looked at, the occasion's record, or the case it belongs to.
    pub(super) fn judged_here(&mut self, env: &Env, full: &str, of: &str, at: At) -> Typed {
        let ty = self.parameter_type(full).map_or(Ty::Poison, Ty::Is);
        let only = |events: &[String]| events.iter().all(|event| event == of);
        let about = if env.counted.as_ref().is_some_and(|events| only(events)) {
            Some(About::Record(Scope::Counted))
        } else if matches!(&env.this, This::Records(events) if only(events)) {
            Some(About::Record(env.scope()))
        } else if self.model.entity(of).is_some() {
            let counted = env.counted.as_ref().and_then(|events| self.in_records(events, Scope::Counted, of));
            let member = env.member.as_ref().filter(|(_, entity)| entity == of).map(|_| (Expr::Member, Ty::Poison));
            let each = env.each.as_ref().filter(|entity| *entity == of).map(|_| (Expr::Each, Ty::Poison));
            counted.or(each).or(member).or_else(|| self.in_this(env, of)).map(|(expr, _)| About::Subject(Box::new(expr)))
        } else {
            None
        };
        match about {
            Some(about) => Typed::new(Expr::Judged(full.to_owned(), about), ty, at),
            None => {
                let name = short(env.regulation.as_deref(), full);
                self.error(
                    "judged-of-nothing",
                    at,
                    Say::new(format!("`{name}` is said of `{of}`, and there is none here"), format!("`{name}` 针对 `{of}`，此处没有")),
                    Say::new(format!("use it where the record is or names a `{of}`"), format!("请在记录是 `{of}` 或提到 `{of}` 之处使用")),
                );
                Typed::poison(at)
            }
        }
    }
}
