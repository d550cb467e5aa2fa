//! `when no …`: a term that ends without what it names.

use super::data::cites;
use super::effects::Context;
use super::env::This;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::norm::{Requirement, Until};
use crate::syntax::tree::{self, Line};

impl<'t> Lower<'t> {
    /// `when no PATTERN within 15 days`: nothing follows before that term has ended without such a record.
    pub(super) fn when_no(&mut self, context: &mut Context, term: &'t tree::Must, at: At) {
        let env = context.env.clone();
        let deadline = term.deadline.as_ref().and_then(|deadline| self.deadline(&env, deadline));
        let during = term.during.as_ref().and_then(|during| self.during(&env, during));
        if term.deadline.is_none() && !matches!(env.this, This::Period(..) | This::Unknown) {
            return self.error(
                "form-incomplete",
                at,
                Say::new("nothing says when this term ends", "未写明期间何时届满"),
                Say::new("add for instance `within 15 days` or `by DATE`", "请写明期间，如 `在 15 天 以内` 或 `不迟于 日期`"),
            );
        }
        let tree::What::Records { pattern, op, number, distinct } = &term.what else { return };
        for mut what in self.records(&env, pattern, *op, number, distinct.as_ref(), at) {
            if let (crate::model::norm::What::Records { pattern, .. }, Some((in_time, _))) = (&mut what, &during) {
                *pattern = super::during::narrowed(pattern, in_time);
            }
            let until = deadline.clone().map(|default| Until { default, changes: Vec::new(), on_request: None });
            context.terms.push(Requirement { cites: cites(&term.cites), what, until, suspended: Vec::new() });
        }
    }

    /// What follows the end of a term is a record: everything else is asked of that record.
    pub(super) fn after_terms(&mut self, context: &Context, tree: &tree::Norm) {
        let other = context.violation || !context.slots.is_empty() || !context.requirements.is_empty();
        let Some(line) = tree.lines.iter().find(|line| matches!(line.value, Line::WhenNo(_))).filter(|_| other && !context.terms.is_empty()) else { return };
        self.error(
            "wrong-line",
            context.env.at(line.span),
            Say::new("only a record follows the end of a term", "期间届满后只能产生记录"),
            Say::new(
                "write `count as EVENT` here, and another norm `on EVENT` for the rest",
                "请在此写 `计为 事件`，其余后果另写一条 `凡 事件`",
            ),
        );
    }
}
