//! Names that mean nothing here, and what was perhaps meant.

use super::env::{Env, This};
use super::names::{Scoped, short};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::office::OFFICES;
use crate::model::value::Type;
use crate::syntax::tree::Name;

impl<'t> Lower<'t> {
    pub(super) fn unknown_variable(&mut self, env: &Env, name: &Name, want: Option<&Ty>) -> Typed {
        let at = env.at(name.span);
        let unknown_here = env.this == This::Unknown || want == Some(&Ty::Poison);
        if unknown_here {
            return Typed::poison(at);
        }
        if let Some(Ty::Is(Type::Kind(kind))) = want {
            return self.no_such_value(&kind.clone(), &name.value, at);
        }
        if let Some(kinds) = self.kinds_with(&[&name.value]).filter(|kinds| !kinds.is_empty()) {
            return self.value_without_kind(&name.value, &kinds, at);
        }
        if let Some(owner) = self.owner_of(env, &name.value) {
            let bare = &name.value;
            let fix = self.stands(at, bare).then(|| Say::new(format!("{owner}.{bare}"), format!("{owner}.{bare}")));
            self.error_fixed(
                "unknown-name",
                at,
                Say::new(format!("there is no field called `{bare}` here; `{owner}` has an attribute of that name"), format!("此处没有名为 `{bare}` 的字段；`{owner}` 有此属性")),
                Say::new(format!("write `{owner}.{bare}`"), format!("请写 `{owner}.{bare}`")),
                fix,
            );
            return Typed::poison(at);
        }
        let known = self.known_here(env);
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.unknown(at, ("field, measure or value", "字段、计量或取值"), &name.value, &known);
        Typed::poison(at)
    }

    /// Whom the record names that has such an attribute: as it is written here.
    pub(super) fn owner_of(&self, env: &Env, attribute: &str) -> Option<String> {
        let of_counted = env.counted.iter().flatten().filter_map(|event| self.model.event(event)).flat_map(|event| event.role_fields());
        let roles = of_counted.filter_map(|field| if let Type::Ref(entity) = &field.ty { Some((field.name.clone(), entity.clone())) } else { None });
        let this = if env.counted.is_some() { "this." } else { "" };
        let subjects = self.subjects(env).into_iter().map(|(entity, role, _)| (format!("{this}{role}"), entity));
        let has = |entity: &str| self.model.entity(entity).is_some_and(|entity| entity.attribute(attribute).is_some());
        roles.chain(subjects).find(|(_, entity)| has(entity)).map(|(written, _)| written)
    }

    pub(super) fn value_without_kind(&mut self, name: &str, kinds: &[String], at: At) -> Typed {
        let list = super::tell::list(kinds);
        self.error(
            "ambiguous-name",
            at,
            Say::new(format!("`{name}` is a value of {list}, and nothing here says which is meant"), format!("`{name}` 是 {list} 的取值，此处看不出所指")),
            Say::new("compare it with a field of that kind, as in `kind is sick`", "请与该类别的字段比较，如 `类别 为 病假`"),
        );
        Typed::poison(at)
    }

    /// The enumerations that have all these values, sorted; none when no name is given.
    pub(super) fn kinds_with(&self, names: &[&str]) -> Option<Vec<String>> {
        let fits = |kind: &&crate::model::Kind| !kind.name.starts_with(OFFICES) && names.iter().all(|name| kind.rank(name).is_some());
        (!names.is_empty()).then(|| self.model.kinds.iter().filter(fits).map(|kind| kind.name.clone()).collect())
    }

    /// Names that would have been understood.
    pub(super) fn known_here(&self, env: &Env) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let this = if let This::Records(events) = &env.this { Some(events) } else { None };
        for event in env.counted.iter().chain(this).flatten().filter_map(|event| self.model.event(event)) {
            names.extend(event.fields.iter().map(|field| field.name.clone()));
        }
        if let This::Period(Some(entity), _) | This::Case(entity) | This::Throughout(entity) | This::Person(entity) = &env.this {
            names.push(entity.clone());
            names.extend(self.model.entity(entity).into_iter().flat_map(|e| &e.attributes).map(|field| field.name.clone()));
        }
        names.extend(env.member.iter().map(|(name, _)| name.clone()));
        let regulation = env.regulation.as_deref();
        let scoped = self.names.scoped.iter().filter(|(_, (_, item))| !matches!(item, Scoped::Norm(_) | Scoped::Exception(_) | Scoped::State(_) | Scoped::Office(_)));
        names.extend(scoped.map(|(full, _)| short(regulation, full).to_owned()).filter(|name| !name.contains('.')));
        names
    }
}
