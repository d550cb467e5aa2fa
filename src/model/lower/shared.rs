//! What counted records have in common with the occasion. With several registers or cases in common, nothing is picked: the text must say which.

use super::env::{Env, This};
use super::ty::Ty;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::EntitySort;
use crate::model::expr::{Expr, Scope};
use crate::model::value::Type;

/// One register or case that the counted records and the occasion share.
pub(super) struct Shared {
    /// The register or case.
    pub entity: String,
    /// The role of the counted records.
    pub role: String,
    /// The occasion's subject.
    pub value: Expr,
}

impl Lower<'_> {
    /// What the records share with the occasion, once for each register or case; the member of an aggregate or of `for each` comes first.
    pub(super) fn shared(&self, env: &Env, events: &[String]) -> Vec<Shared> {
        let each = env.each.iter().map(|entity| (entity.clone(), entity.clone(), Expr::Each));
        let mut found: Vec<Shared> = Vec::new();
        for (entity, name, value) in each.chain(self.subjects(env)) {
            if found.iter().all(|shared| shared.entity != entity)
                && let Some(role) = self.shared_role(events, &entity, &name)
            {
                found.push(Shared { entity, role, value });
            }
        }
        found
    }

    /// What records of these types have in common with each other, once for each register or case.
    pub(super) fn in_common(&self, events: &[String]) -> Vec<Shared> {
        let env = Env { this: This::Records(events.to_vec()), ..Env::new(0, None, String::new()) };
        self.shared(&env, events)
    }

    /// Several could be meant: true when that was told.
    pub(super) fn ambiguous(&mut self, shared: &[Shared], events: &[String], at: At) -> bool {
        if shared.len() < 2 || events.iter().any(|event| self.is_poisoned(event, super::ANY)) {
            return false;
        }
        let ways: Vec<(String, String, bool)> = shared.iter().map(|shared| self.way_out(shared, events)).collect();
        let (mut en, mut zh, mut ways_en, mut ways_zh) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (name, word, is_case) in &ways {
            en.push(format!("those {} the same {word}", if *is_case { "of" } else { "by" }));
            zh.push(format!("同一 {word} 的"));
            ways_en.push(format!("`{} the same {name}`", if *is_case { "for" } else { "by" }));
            ways_zh.push(format!("`同一 {name}`"));
        }
        let names: Vec<&str> = ways.iter().map(|(name, ..)| name.as_str()).collect();
        let list = super::tell::list(events);
        self.error(
            "ambiguous-link",
            at,
            Say::new(format!("the counted {list} could be {}", en.join(", or ")), format!("所数的 {list} 可以是{}", zh.join("，也可以是"))),
            Say::new(
                format!("write {}; where all must be the same, `for the same {}`", ways_en.join(" or "), names.join(", ")),
                format!("请写 {}；须全部相同时写 `同一 {}`", ways_zh.join(" 或 "), names.join(" 、 ")),
            ),
        );
        true
    }

    /// The name to write, the same in words, and whether it is a case.
    fn way_out(&self, shared: &Shared, events: &[String]) -> (String, String, bool) {
        let entity = self.model.entity(&shared.entity);
        let is_case = entity.is_some_and(|entity| entity.sort == EntitySort::Case);
        let named = self.in_records(events, Scope::Counted, &shared.entity).map(|(_, ty)| ty);
        let by_entity = named == Some(Ty::Is(Type::Ref(shared.entity.clone())));
        let member = matches!(shared.value, Expr::Each | Expr::Member);
        let name = if by_entity || member { &shared.entity } else { &shared.role };
        (name.clone(), format!("`{name}`"), is_case)
    }
}
