//! Patterns: which records, and how they hang together with the occasion.

use super::env::{Env, This};
use super::shared::Shared;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::{Say, Span};
use crate::model::expr::{Expr, Pattern, Scope};
use crate::model::links::Sort;
use crate::model::value::Type;
use crate::syntax::tree::{self, Link, Name};

impl<'t> Lower<'t> {
    /// The event types of a pattern, sorted. None when one is unknown (told).
    pub(super) fn events(&mut self, env: &Env, pattern: &tree::Pattern) -> Option<Vec<String>> {
        let mut events = Vec::new();
        let mut whole = true;
        for name in &pattern.events {
            if self.model.event(&name.value).is_some() {
                self.uses(env.at(name.span), Sort::Event, "", &name.value);
                events.push(name.value.clone());
            } else {
                self.unknown_event(env, name);
                whole = false;
            }
        }
        events.sort();
        events.dedup();
        (whole && !events.is_empty()).then_some(events)
    }

    pub(super) fn unknown_event(&mut self, env: &Env, name: &Name) {
        let known: Vec<String> = self.model.events.iter().filter(|event| !event.derived).map(|event| event.name.clone()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.unknown(env.at(name.span), ("event", "事件"), &name.value, &known);
    }

    /// A counted pattern: linked to the occasion.
    pub(super) fn pattern(&mut self, env: &Env, pattern: &'t tree::Pattern) -> Option<Pattern> {
        self.linked(env, pattern, &pattern.link)
    }

    fn linked(&mut self, env: &Env, pattern: &'t tree::Pattern, link: &Link) -> Option<Pattern> {
        let events = self.events(env, pattern)?;
        let links = self.links(env, pattern.span, link, &events);
        let filter = pattern.filter.as_ref().map(|filter| self.condition(&env.inside(&events), filter));
        Some(Pattern { events, links, filter })
    }

    /// The pattern after `since`, which hangs together with the occasion as the counted records do, unless it says so itself.
    pub(super) fn since(&mut self, env: &Env, since: &'t tree::Pattern, counted: &Link) -> Option<Pattern> {
        let (Link::Same(names), Link::Implicit) = (counted, &since.link) else {
            return self.linked(env, since, if since.link == Link::Implicit { counted } else { &since.link });
        };
        let events = self.events(env, since)?;
        let torn = events.iter().any(|event| self.is_poisoned(event, super::ANY));
        if let Some(name) = names.iter().find(|name| !torn && self.in_counted(env, &name.value, &events).is_none()) {
            let (name, list) = (&name.value, super::tell::list(&events));
            let first = events.first().map_or("", String::as_str);
            self.error(
                "link-missing",
                env.at(since.span),
                Say::new(
                    format!("the counted records are those for the same `{name}`, and {list} has no `{name}`"),
                    format!("所数的是同一 `{name}` 的记录，而 {list} 没有 `{name}`"),
                ),
                Say::new(
                    format!("say whose it is, as in `since ({first} by anyone)`"),
                    format!("请写明是谁的，如 `自 （{first} 任何人） 以来`"),
                ),
            );
            return None;
        }
        self.linked(env, since, counted)
    }

    /// An occasion's own pattern: nothing to be linked to.
    pub(super) fn own_pattern(&mut self, env: &Env, pattern: &'t tree::Pattern) -> Option<Pattern> {
        let events = self.events(env, pattern)?;
        if let Link::Same(names) = &pattern.link {
            let at = env.at(names.first().map_or(pattern.span, |name| name.span));
            self.error(
                "link-missing",
                at,
                Say::new("the occasion itself comes first: there is nothing yet that this could be the same as", "情形本身在先，此处没有可与之相同的对象"),
                Say::new("leave `by the same …` out here", "请删去 `同一 …`"),
            );
        }
        let inside = Env { own: true, this: This::Records(events.clone()), ..env.inside(&events) };
        let filter = pattern.filter.as_ref().map(|filter| self.condition(&inside, filter));
        Some(Pattern { events, links: Vec::new(), filter })
    }

    /// What must be equal: what is written, or the one subject in common.
    pub(super) fn links(&mut self, env: &Env, span: Span, link: &Link, events: &[String]) -> Vec<(String, Expr)> {
        match link {
            Link::Anyone => Vec::new(),
            Link::Implicit => self.implicit_link(env, span, events).into_iter().collect(),
            Link::Same(names) => names.iter().filter_map(|name| self.same_link(env, name, events)).collect(),
        }
    }

    /// Subjects of the occasion in the order in which they are tried: entity, role name, value.
    pub(super) fn subjects(&self, env: &Env) -> Vec<(String, String, Expr)> {
        match &env.this {
            This::Period(Some(entity), _) | This::Case(entity) | This::Throughout(entity) => vec![(entity.clone(), entity.clone(), Expr::Subject)],
            This::Records(events) => {
                let roles = events.first().and_then(|event| self.model.event(event)).map(|event| event.role_fields());
                let shared = roles.unwrap_or_default().iter().filter_map(|role| {
                    let Type::Ref(entity) = &role.ty else { return None };
                    let (expr, _) = self.in_records(events, env.scope(), &role.name)?;
                    Some((entity.clone(), role.name.clone(), expr))
                });
                let member = env.member.iter().map(|(name, entity)| (entity.clone(), name.clone(), Expr::Member));
                member.chain(shared).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The role of `entity` that all these types share: the one called `name`, or else the first of the first type.
    pub(super) fn shared_role(&self, events: &[String], entity: &str, name: &str) -> Option<String> {
        let ty = Ty::Is(Type::Ref(entity.to_owned()));
        let shared = |role: &str| self.in_records(events, Scope::Counted, role).is_some_and(|(_, found)| found == ty);
        let first = events.first().and_then(|event| self.model.event(event))?;
        let mut roles: Vec<&str> = first.role_fields().iter().map(|role| role.name.as_str()).collect();
        roles.sort_by_key(|role| *role != name);
        roles.into_iter().find(|role| shared(role)).map(str::to_owned)
    }

    fn implicit_link(&mut self, env: &Env, span: Span, events: &[String]) -> Option<(String, Expr)> {
        let at = env.at(span);
        let shared = self.shared(env, events);
        if self.ambiguous(&shared, events, at) {
            return None;
        }
        if let Some(Shared { role, value, .. }) = shared.into_iter().next() {
            return Some((role, value));
        }
        if matches!(env.this, This::Unknown | This::Nothing | This::Period(None, _)) {
            return None;
        }
        let this = if let This::Records(this) = &env.this { this.as_slice() } else { &[] };
        if events.iter().chain(this).any(|event| self.is_poisoned(event, super::ANY)) {
            return None;
        }
        let list = super::tell::list(events);
        self.error(
            "link-missing",
            at,
            Say::new(format!("nothing says whose {list} are meant: they share no subject with the occasion"), format!("未写明是谁的 {list}：它们与本情形没有共同的主体")),
            Say::new("write `by anyone`, or `for the same X` with a field that both have", "请写 `任何人`，或用两者共有的字段写 `同一 X`"),
        );
        None
    }

    /// `for the same X`: X of the counted record equals X of the occasion.
    fn same_link(&mut self, env: &Env, name: &Name, events: &[String]) -> Option<(String, Expr)> {
        if env.this == This::Unknown {
            return None;
        }
        let at = env.at(name.span);
        let outside = Env { counted: None, ..env.clone() };
        let Some((field, field_ty)) = self.in_counted(env, &name.value, events) else {
            self.not_shared(at, &name.value, events);
            return None;
        };
        self.uses_found(env, at, &name.value, &Expr::Field(Scope::Counted, field.clone()), events);
        let this = match self.member_called(env, &name.value) {
            Some((member, entity)) => Some((member, Ty::Is(Type::Ref(entity)))),
            None => self.in_this(&outside, &name.value),
        };
        // A role may be called otherwise in the occasion: one of the same entity will do.
        let this = this.or_else(|| {
            let Ty::Is(Type::Ref(entity)) = &field_ty else { return None };
            self.subjects(env).into_iter().find(|(of, ..)| of == entity).map(|(.., value)| (value, field_ty.clone()))
        });
        let Some((value, ty)) = this else {
            let bare = &name.value;
            self.error(
                "link-missing",
                at,
                Say::new(format!("the occasion has no `{bare}`"), format!("本情形没有 `{bare}`")),
                Say::new("name a role or field that both the occasion and the counted records have", "请用情形与所数记录共有的角色或字段"),
            );
            return None;
        };
        let own = if let This::Records(this) = &env.this { this.as_slice() } else { &[] };
        self.uses_found(env, at, &name.value, &value, own);
        let counted = Typed::new(Expr::Field(Scope::Counted, field.clone()), field_ty, at);
        self.same(counted, Typed::new(value.clone(), ty, at))?;
        Some((field, value))
    }

    /// The role or field of the counted records that the name means; of a member's register, the role that would be linked by itself.
    fn in_counted(&self, env: &Env, name: &str, events: &[String]) -> Option<(String, Ty)> {
        if let Some((Expr::Field(_, field), ty)) = self.in_records(events, Scope::Counted, name) {
            return Some((field, ty));
        }
        let (_, entity) = self.member_called(env, name)?;
        let role = self.shared_role(events, &entity, name)?;
        Some((role, Ty::Is(Type::Ref(entity))))
    }

    /// The member that is looked at, by its own name or that of its register, and the register.
    fn member_called(&self, env: &Env, name: &str) -> Option<(Expr, String)> {
        if let Some(entity) = env.each.as_ref().filter(|entity| *entity == name) {
            return Some((Expr::Each, entity.clone()));
        }
        let (_, entity) = env.member.as_ref().filter(|(member, entity)| member == name || entity == name)?;
        Some((Expr::Member, entity.clone()))
    }

    fn not_shared(&mut self, at: At, name: &str, events: &[String]) {
        let known: Vec<String> = events
            .first()
            .and_then(|event| self.model.event(event))
            .map(|event| event.fields.iter().map(|field| field.name.clone()).collect())
            .unwrap_or_default();
        let shared: Vec<&str> =
            known.iter().map(String::as_str).filter(|field| self.in_records(events, Scope::Counted, field).is_some()).collect();
        let list = super::tell::list(events);
        self.unknown(at, (&format!("role or field of {list}"), &format!("{list} 的角色或字段")), name, &shared);
    }
}
