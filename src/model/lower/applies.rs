//! `applies to staff where …` in a header: a norm about somebody else does not apply.

use super::Lower;
use super::env::{Env, Holder, This};
use crate::model::expr::{Expr, Scope};
use crate::model::order::BREACH;
use crate::syntax::tree::{self, Item};

impl<'t> Lower<'t> {
    /// What the header of the norm's regulation asks of whoever it is about: its bearer, or else the occasion's subject. A breach is one of a norm that
    /// applied.
    pub(super) fn applies(&mut self, env: &Env, bearer: Option<&(Expr, Option<String>)>) -> Vec<Expr> {
        if matches!(&env.this, This::Records(events) if events.iter().any(|event| event.starts_with(BREACH))) {
            return Vec::new();
        }
        let mut conditions = Vec::new();
        for (file, line) in self.lines_of_applicability(env) {
            let Some(entity) = self.entity_name(file, &line.to) else { continue };
            let free: Vec<String> = line.except_in.iter().filter_map(|norm| self.norm_name(file, norm, false)).collect();
            if free.contains(&env.item) {
                continue;
            }
            let bearer = bearer.filter(|(_, of)| of.as_ref() == Some(&entity)).map(|(who, _)| who.clone());
            let Some(who) = bearer.or_else(|| self.subjects(env).into_iter().find(|(of, ..)| *of == entity).map(|(.., who)| who)) else { continue };
            let holder = Some(Box::new(Holder { who, entity, asker: None, on: Scope::This }));
            let asks = Env { holder, this: env.this.clone(), ..Env::new(file, env.regulation.clone(), env.item.clone()) };
            conditions.push(self.condition(&asks, &line.when));
        }
        conditions
    }

    fn lines_of_applicability(&self, env: &Env) -> Vec<(usize, &'t tree::Applies)> {
        let texts = self.texts.iter().enumerate();
        let own = texts.flat_map(|(file, text)| text.tree.items.iter().map(move |item| (file, item)));
        own.filter_map(|(file, item)| match &item.value {
            Item::Regulation(header) if env.regulation.as_deref() == Some(header.head.name.value.as_str()) => Some((file, header)),
            _ => None,
        })
        .flat_map(|(file, header)| header.applies.iter().map(move |line| (file, line)))
        .collect()
    }
}
