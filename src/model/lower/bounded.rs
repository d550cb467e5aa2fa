//! `less 5 CNY per late, at most 20 CNY`: a line of a sum with a bound of its own. What it comes to is a slot, which the sum reads.

use super::data::cites;
use super::effects::Context;
use super::slots::Target;
use super::ty::Typed;
use super::{At, Lower};
use crate::model::expr::Expr;
use crate::model::norm::{Clause, Hit, Posting};
use crate::syntax::tree::{self, Amount, Line};

impl<'t> Lower<'t> {
    /// Makes these slots, before any that reads them.
    pub(super) fn bounded_lines(&mut self, context: &mut Context, tree: &'t tree::Norm) {
        let mut seen: Vec<(Option<&str>, &str)> = Vec::new();
        for line in &tree.lines {
            let Some((word, amount)) = of_sum(&line.value) else { continue };
            let whose = (amount.item.as_ref().map(|item| item.value.as_str()), word);
            let number = seen.iter().filter(|seen| **seen == whose).count() + 1;
            seen.push(whose);
            if amount.cap.is_some() {
                let before = context.parts();
                let value = self.bounded_line(context, whose.0, &format!("{word} {number}"), amount, context.env.at(line.span));
                context.bounded.push((line.span, value));
                self.wrote(context, &before, line.span);
            }
        }
    }

    fn bounded_line(&mut self, context: &mut Context, item: Option<&str>, name: &str, amount: &'t Amount, at: At) -> Typed {
        let env = context.env.clone();
        let posting = if context.score { Posting::Score } else { Posting::Pay };
        let value = self.line_amount(&env, amount, posting, at);
        if value.is_poison() {
            return value;
        }
        let when = amount.when.as_ref().map(|when| self.condition(&env, when));
        let cap = amount.cap.as_ref().map(|cap| (self.expect(&env, cap, &value.ty).expr, cites(&amount.cites)));
        let slot = item.map_or_else(|| name.to_owned(), |item| format!("{item} {name}"));
        let read = Typed::new(Expr::Decided(context.full.clone(), slot.clone()), value.ty.clone(), at);
        let clause = Clause { name: name.to_owned(), cites: cites(&amount.cites), when, value: value.expr.clone(), item: None };
        self.add_clause(&mut context.slots, &Target::decides(&slot, Hit::Sum), clause, value);
        if let Some(draft) = context.slots.last_mut() {
            (draft.part, draft.decision.cap) = (true, cap);
        }
        read
    }
}

/// A line of a sum, and its word.
pub(super) fn of_sum(line: &Line) -> Option<(&'static str, &Amount)> {
    match line {
        Line::Base(amount) => Some(("base", amount)),
        Line::Less(amount) => Some(("less", amount)),
        Line::Add(amount) => Some(("add", amount)),
        _ => None,
    }
}
