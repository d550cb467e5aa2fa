//! `applies to staff where …` in a header: a norm about somebody else does not apply.

use super::{Lower, Text};
use super::env::{Env, Holder, This};
use crate::model::expr::{Expr, Scope};
use crate::model::order::BREACH;
use crate::syntax::tree;

impl Lower<'_> {
    /// What the header of the norm's regulation asks of whoever it is about: its bearer, or else the occasion's subject. A breach is one of a norm that
    /// applied.
    pub(super) fn applies(&mut self, env: &Env, bearer: Option<&(Expr, Option<String>)>) -> Vec<Expr> {
        if matches!(&env.this, This::Records(events) if events.iter().any(|event| event.starts_with(BREACH))) {
            return Vec::new();
        }
        let mut conditions = Vec::new();
        let own: Vec<_> = self.applies.iter().filter(|(_, regulation, _)| env.regulation.as_deref() == Some(regulation)).map(|(file, _, line)| (*file, *line)).collect();
        for (file, line) in own {
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
}

/// The lines of all headers.
pub(super) fn lines(texts: &[Text]) -> Vec<(usize, &str, &tree::Applies)> {
    let headers = texts.iter().enumerate().filter_map(|(file, text)| Some((file, text.header()?)));
    headers.flat_map(|(file, header)| header.applies.iter().map(move |line| (file, header.head.name.value.as_str(), line))).collect()
}
