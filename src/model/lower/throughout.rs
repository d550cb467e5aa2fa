//! `each REGISTER, throughout`: what can stand in a norm that is judged whenever something about a subject begins to be otherwise.

use super::env::{Env, This};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::EntitySort;
use crate::model::expr::Expr;
use crate::model::norm::Occasion;

impl Lower<'_> {
    /// The occasion. Only a register says from which day on something is so.
    pub(super) fn throughout(&mut self, entity: String, filter: Option<Expr>, at: At) -> Option<Occasion> {
        if self.model.entity(&entity).is_some_and(|entity| entity.sort == EntitySort::Register) {
            return Some(Occasion::Throughout { entity, filter });
        }
        self.error(
            "throughout-facts",
            at,
            Say::new(format!("`{entity}` is a case, and nothing says on which days its attributes change"), format!("`{entity}` 是案件，其属性没有变更日期")),
            Say::new(format!("write `each {entity}` alone to judge the whole case"), format!("要评判整个案件，请只写 `每个 {entity}`")),
        );
        None
    }

    /// Tells that `what` cannot be asked for on an occasion that facts alone make; false on any other occasion.
    pub(super) fn only_facts(&mut self, env: &Env, at: At, en: &str, zh: &str) -> bool {
        let throughout = matches!(env.this, This::Throughout(_));
        if throughout {
            self.error(
                "throughout-facts",
                at,
                Say::new(
                    format!("{en} changes without a change of the register, which alone makes a norm `throughout` look again"),
                    format!("{zh}不随名册而变，而 `始终` 的规则只在名册变更之日评判"),
                ),
                Say::new(
                    "ask for attributes, judged facts or measures `so far`; judge anything else `every day` or on its records",
                    "请使用属性、认定事项或 `至今` 的计量；其他内容请写 `每日` 或针对记录的规则",
                ),
            );
        }
        throughout
    }
}
