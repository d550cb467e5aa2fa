//! `or must …`: other ways to meet the requirement above.

use super::effects::Context;
use super::expr::all;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::norm::{Requirement, What};
use crate::syntax::tree;

impl<'t> Lower<'t> {
    /// Makes what the line asks for an alternative of the `must` above it.
    pub(super) fn or_must(&mut self, context: &mut Context, must: &'t tree::Must, at: At) {
        let above = context.last_must.take();
        let start = context.requirements.len();
        self.must(context, must, at);
        let other = joined(context.requirements.split_off(start));
        // What stands between may be a requirement of its own: `violation when …`.
        let Some(above) = above.filter(|above| above.end == start) else {
            self.no_must_above(at);
            return;
        };
        let first = joined(context.requirements.split_off(above.start));
        context.requirements.extend(either(first, other));
        context.last_must = Some(above.start..context.requirements.len());
    }

    fn no_must_above(&mut self, at: At) {
        self.error(
            "wrong-line",
            at,
            Say::new("no `must` stands above this line that it could be an alternative to", "此行之前没有可供选择的 `须` 行"),
            Say::new("write `must …` first, its alternatives directly below it", "请先写 `须 …`，其后紧接 `或 须 …`"),
        );
    }
}

/// What one line asks for as one requirement: the steps of an order hold together.
fn joined(mut made: Vec<Requirement>) -> Option<Requirement> {
    let mut first = made.pop()?;
    if made.is_empty() {
        return Some(first);
    }
    made.push(first.clone());
    let conditions = made.into_iter().filter_map(|one| if let What::Condition(condition) = one.what { Some(condition) } else { None });
    first.what = What::Condition(all(conditions)?);
    Some(first)
}

/// Both as alternatives; what is broken (told already) is left out.
fn either(first: Option<Requirement>, other: Option<Requirement>) -> Option<Requirement> {
    match (first, other) {
        (Some(mut first), Some(other)) => {
            if let What::Either(alternatives) = &mut first.what {
                alternatives.push(other);
                return Some(first);
            }
            Some(Requirement { cites: Vec::new(), what: What::Either(vec![first, other]), until: None, suspended: Vec::new() })
        }
        (first, other) => first.or(other),
    }
}
