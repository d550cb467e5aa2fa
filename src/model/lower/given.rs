//! What follows from a norm: derived records, breach records, forfeits.

use super::data::cites;
use super::effects::Context;
use super::env::{Env, This};
use super::names::{Scoped, qualify};
use super::ty::Ty;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Aggregate, Expr, Measure, Pattern, Scope, Window};
use crate::model::links::Sort;
use crate::model::norm::Yield;
use crate::model::order::{BREACH, FORFEIT};
use crate::model::value::{Range, Type};
use crate::model::{Columns, EventType, Field};
use crate::syntax::tree::{self, Effect, Item, Line, Name};
use std::collections::BTreeSet;

impl<'t> Lower<'t> {
    /// `count as EVENT on DAY with …`.
    pub(super) fn gives(&mut self, context: &mut Context, gives: &'t tree::Gives, at: At) {
        let env = context.env.clone();
        let Some(event) = self.model.event(&gives.event.value).cloned() else {
            self.unknown_event(&env, &gives.event);
            return;
        };
        self.uses(env.at(gives.event.span), Sort::Event, "", &event.name);
        let mut fields: Vec<(String, Expr)> = Vec::new();
        for (name, value) in &gives.fields {
            match event.fields.iter().find(|field| field.name == name.value) {
                Some(field) => {
                    self.uses(env.at(name.span), Sort::Field, &event.name, &name.value);
                    let value = self.expect(&env, value, &Ty::Is(field.ty.clone()));
                    fields.push((name.value.clone(), value.expr));
                }
                None => {
                    let known: Vec<&str> = event.fields.iter().map(|field| field.name.as_str()).collect();
                    let what = format!("`{}`", event.name);
                    self.unknown(env.at(name.span), (&format!("field of {what}"), &format!("{what} 的字段")), &name.value, &known);
                }
            }
        }
        self.unset_fields(context, &event, &fields, at);
        if let Some(when) = &gives.when {
            let when = self.condition(&env, when);
            context.unless.push(when);
        }
        let on = gives.on.as_ref().map(|on| self.expect(&env, on, &Ty::Is(Type::Date)).expr);
        let only_for = gives.only_for.iter().filter_map(|norm| self.norm_name(env.file, norm, false)).collect();
        context.yields.push(Yield { event: event.name, on, fields, only_for, cites: cites(&gives.cites) });
    }

    /// A record under a condition of its own is all that its norm gives: the condition is the norm's.
    pub(super) fn given_alone(&mut self, context: &Context, tree: &'t tree::Norm) {
        let conditional = tree.lines.iter().find(|line| matches!(&line.value, Line::Gives(gives) if gives.when.is_some()));
        let more = context.yields.len() > 1 || context.violation || !context.slots.is_empty() || !context.requirements.is_empty();
        let Some(line) = conditional.filter(|_| more) else { return };
        self.error(
            "wrong-line",
            context.env.at(line.span),
            Say::new("`count as … when …` stands alone in its norm", "带条件的 `计为 … 当 …` 须独占一条规则"),
            Say::new("write another norm with the same `on` or `each` line for it, or for the rest", "请为它（或其余各行）另写一条规则，`凡` 或 `每个` 行相同"),
        );
    }

    /// Fields that stay missing make what reads them undetermined. A role of the subject's entity is the subject.
    fn unset_fields(&mut self, context: &Context, event: &EventType, set: &[(String, Expr)], at: At) {
        let subject = self.subject_entity(&context.env);
        // A role is taken over from the judged record.
        let taken = |field: &Field| matches!(&context.env.this, This::Records(events) if !events.is_empty() && events.iter().all(|event| self.model.event(event).is_some_and(|event| event.role_fields().iter().any(|role| role.name == field.name && role.ty == field.ty))));
        let filled = |field: &Field| matches!((&field.ty, &subject), (Type::Ref(entity), Some(subject)) if entity == subject) || matches!(field.ty, Type::Ref(_)) && taken(field);
        let unset: Vec<&str> = event
            .fields
            .iter()
            .filter(|field| !filled(field) && !set.iter().any(|(name, _)| *name == field.name))
            .map(|field| field.name.as_str())
            .collect();
        if !unset.is_empty() && context.env.this != This::Unknown {
            let list = super::tell::list(&unset);
            let name = &event.name;
            // What the judged record has under the same name is not taken over unasked.
            let of_occasion = |field: &str| matches!(&context.env.this, This::Records(events) if !events.is_empty() && events.iter().all(|event| self.model.event(event).is_some_and(|event| event.field(field).is_some())));
            let same: Vec<String> = unset.iter().filter(|field| of_occasion(field)).map(|field| format!("{field} = {field}")).collect();
            let help = if same.is_empty() {
                Say::new("add `with FIELD = VALUE`", "请加上 `其 字段 = 值`")
            } else {
                Say::new(format!("to take over what the judged record has, add `with {}`", same.join(", ")), format!("沿用所判记录的，请加上 `其 {}`", same.join("、")))
            };
            self.warn(
                "field-not-set",
                at,
                Say::new(format!("the derived `{name}` has no {list}: what reads it there will be undetermined"), format!("派生的 `{name}` 缺少 {list}：读取它们的规则将无法判定")),
                help,
            );
        }
    }

    /// Which pays are forfeited by what: known before any norm is lowered.
    pub(super) fn gather_forfeits(&mut self) {
        for (file, item) in self.items() {
            let Item::Norm(norm) = item else { continue };
            let own = qualify(self.regulation_of(file), &norm.head.name.value);
            for line in &norm.lines {
                let (Line::Effect(effect) | Line::IfBreached(effect)) = &line.value else { continue };
                let Effect::Forfeits(target) = &effect.effect else { continue };
                // An unknown target is told where the line is lowered.
                let Some((full, ..)) = self.scoped(self.regulation_of(file), &target.value) else { continue };
                let event = match &line.value {
                    Line::IfBreached(_) => format!("{BREACH}{own}"),
                    _ => format!("{FORFEIT}{full}"),
                };
                let sources = cites(if effect.cites.is_empty() { &norm.head.cites } else { &effect.cites });
                let list = self.forfeits.entry(full).or_default();
                if !list.iter().any(|(known, _)| *known == event) {
                    list.push((event, sources));
                    list.sort();
                }
            }
        }
    }

    /// The entity that the target of a `forfeits` is paid to; none (told) when it is no norm per subject and period.
    pub(super) fn forfeit_target(&mut self, env: &Env, target: &Name) -> Option<(String, String)> {
        let full = self.norm_name(env.file, target, false)?;
        let (_, Scoped::Norm(tree)) = self.names.scoped.get(&full).copied()? else { return None };
        let each = tree.lines.iter().find_map(|line| if let Line::Each(each) = &line.value { Some(each) } else { None });
        match each.filter(|each| each.every.is_some()).and_then(|each| each.kind.as_ref()) {
            Some(entity) => Some((full, entity.value.clone())),
            None => {
                let name = &target.value;
                self.error(
                    "wrong-line",
                    env.at(target.span),
                    Say::new(format!("`{name}` is not paid per subject and period, so it cannot be forfeited"), format!("`{name}` 不是按主体和周期发放的，不能取消")),
                    Say::new("name a pay with an `each …, every …` line", "请写含有 `每个 … , 每…` 的发放规则"),
                );
                None
            }
        }
    }

    /// `forfeits PAY`: a derived record that the pay looks for.
    pub(super) fn forfeits_line(&mut self, context: &mut Context, target: &'t Name, conditional: bool, sources: Vec<String>, at: At) {
        let env = context.env.clone();
        if conditional {
            self.error(
                "wrong-line",
                at,
                Say::new("`forfeits` takes no condition of its own", "`取消` 自身不能带条件"),
                Say::new("put the condition in a `when` line of the rule", "请把条件写在规则的 `当` 行"),
            );
        }
        let Some((full, entity)) = self.forfeit_target(&env, target) else { return };
        let who = match &env.member {
            Some((_, of)) if *of == entity => Some(Expr::Member),
            _ => self.in_this(&env, &entity).map(|(expr, _)| expr),
        };
        let Some(who) = who else {
            if env.this != This::Unknown {
                self.error(
                    "link-missing",
                    at,
                    Say::new(format!("the occasion names no `{entity}` whose pay could be forfeited"), format!("本情形没有可被取消发放的 `{entity}`")),
                    Say::new("use it on an occasion that has one", "请用于含有该主体的情形"),
                );
            }
            return;
        };
        let event = format!("{FORFEIT}{full}");
        self.derived_event(&event, vec![role(&entity, &entity)], 1);
        context.yields.push(Yield { event, on: None, fields: vec![(entity, who)], only_for: vec![full], cites: sources });
    }

    /// The forfeits that other norms bring upon this one.
    pub(super) fn add_forfeits(&mut self, context: &mut Context) {
        let Some(list) = self.forfeits.get(&context.full).cloned() else { return };
        let This::Period(Some(entity), _) = context.env.this.clone() else { return };
        for (event, sources) in list {
            if let Some(norm) = event.strip_prefix(BREACH) {
                let norm = norm.to_owned();
                if !self.breach_event(&norm, context.env.at(Default::default())) {
                    continue;
                }
            } else {
                self.derived_event(&event, vec![role(&entity, &entity)], 1);
            }
            let Some((Expr::Field(_, link), _)) = self.in_records(std::slice::from_ref(&event), Scope::Counted, &entity) else { continue };
            let pattern = Pattern { events: vec![event], links: vec![(link, Expr::Subject)], filter: None };
            let measure = Measure { name: None, label: None, aggregate: Aggregate::Any, pattern, of: None, distinct: None, window: Window::Occasion };
            if let Some(slot) = context.slots.first_mut() {
                slot.decision.forfeits.push((Expr::Measure(Box::new(measure)), sources));
            }
        }
    }

    /// Makes the event type for breaches of a norm: the bearer first, then the occasion's other roles and fields. False when the norm is broken
    /// or cannot be breached (told).
    pub(super) fn breach_event(&mut self, norm: &str, at: At) -> bool {
        if !self.ensure(norm, at) {
            return false;
        }
        let Some(facets) = self.facets.get(norm).cloned() else { return false };
        if !facets.can_breach {
            self.error(
                "cannot-breach",
                at,
                Say::new(format!("`{norm}` asks for nothing and fines nothing, so nobody can breach it"), format!("`{norm}` 既无要求也无罚则，无从违反")),
                Say::new("name a duty, a ban, or a rule with a fine or `violation`", "请写义务、禁止，或含有罚款、违规的规则"),
            );
            return false;
        }
        let mut roles: Vec<Field> = facets.bearer.iter().map(|entity| role(entity, entity)).collect();
        match &facets.this {
            This::Records(events) => {
                let first = events.first().and_then(|event| self.model.event(event)).map(|event| event.role_fields().to_vec());
                roles.extend(first.unwrap_or_default().into_iter().filter(|field| self.in_records(events, Scope::This, &field.name).is_some()));
            }
            This::Case(entity) | This::Period(Some(entity), _) | This::Throughout(entity) => roles.push(role(entity, entity)),
            _ => {}
        }
        let mut seen = BTreeSet::new();
        roles.retain(|role| seen.insert(role.name.clone()));
        let many = roles.len();
        if let This::Records(events) = &facets.this {
            let fields = events.first().and_then(|event| self.model.event(event)).map(|event| event.fields.get(event.roles..).unwrap_or_default().to_vec());
            let shared = |field: &Field| self.in_records(events, Scope::This, &field.name).is_some();
            roles.extend(fields.unwrap_or_default().into_iter().filter(|field| seen.insert(field.name.clone()) && shared(field)));
        }
        roles.iter_mut().for_each(|role| role.column = None);
        self.derived_event(&format!("{BREACH}{norm}"), roles, many);
        true
    }

    fn derived_event(&mut self, name: &str, fields: Vec<Field>, roles: usize) {
        if self.model.event(name).is_none() {
            let columns = Columns::default();
            let name = name.to_owned();
            self.model.events.push(EventType { name, label: None, called: Vec::new(), columns, fields, roles, derived: true, valid: None });
            self.model.sort();
        }
    }
}

fn role(name: &str, entity: &str) -> Field {
    Field { name: name.to_owned(), label: None, ty: Type::Ref(entity.to_owned()), range: Range::default(), column: None }
}
