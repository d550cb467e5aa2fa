//! Exceptions: a tree below each norm.

use super::data::cites;
use super::declare::text;
use super::effects::Context;
use super::names::Scoped;
use super::norm::ALWAYS;
use super::slots::{Target, posting, slot_name};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::Expr;
use crate::model::links::Sort;
use crate::model::norm::{Action, Exception, Hit};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::syntax::tree::{self, Change, Effect, Line, Node};
use std::collections::BTreeSet;

impl<'t> Lower<'t> {
    /// The exceptions to `target` (a norm or an exception), read with the norm's names, each with the exceptions to it. An exception
    /// with several effects becomes one entry for each, all under its name.
    pub(super) fn exceptions(&mut self, context: &mut Context, target: &str) -> Vec<Exception> {
        let names = self.names.exceptions_to(target);
        let mut all = Vec::new();
        for full in names {
            if let Some((file, Scoped::Exception(tree))) = self.names.scoped.get(&full).copied() {
                self.reached.insert(full.clone());
                if context.above.contains(&full) {
                    let at = (file, tree.head.name.span);
                    self.told_loop(at, &tree.head.name.value);
                    continue;
                }
                if !self.may_copy((file, tree.head.name.span)) {
                    continue;
                }
                context.above.push(full.clone());
                let mut here = context.env.clone();
                (here.file, here.item) = (file, full.clone());
                here.regulation = self.regulation_of(file).map(str::to_owned);
                let norm_env = std::mem::replace(&mut context.env, here);
                all.extend(self.exception(context, &full, tree));
                context.env = norm_env;
                context.above.pop();
            }
        }
        all
    }

    fn exception(&mut self, context: &mut Context, full: &str, tree: &'t tree::Exception) -> Vec<Exception> {
        let env = context.env.clone();
        let mut base = Exception {
            name: full.to_owned(),
            label: text(tree.head.label.as_ref()),
            cites: cites(&tree.head.cites),
            validity: ALWAYS,
            when: self.conditions(&env, &tree.lines, Vec::new()),
            action: Action::Off,
            exceptions: Vec::new(),
        };
        let mut actions: Vec<(Action, Option<Expr>, Vec<String>)> = Vec::new();
        for line in &tree.lines {
            let at = env.at(line.span);
            match &line.value {
                Line::InForce(validity) => base.validity = self.validity(at.0, validity),
                Line::When(_) | Line::Unless(_) => {}
                Line::Remark(remark) => context.remarks.push(remark.value.clone()),
                Line::ExpectFinding(code, until, because) => self.expects(context, code, until.as_ref(), because),
                Line::Effect(effect) => {
                    let when = effect.when.as_ref().map(|when| self.condition(&env, when));
                    let action = self.action(context, effect, at);
                    actions.extend(action.map(|action| (action, when, cites(&effect.cites))));
                }
                _ => self.error(
                    "wrong-line",
                    at,
                    Say::new("this line does not belong in an exception", "例外中不能有这一行"),
                    Say::new(
                        "an exception has conditions and effects; a bound, rounding or time of its own is a value that the norm reads (`at most limit.days`) and a table decides with the exception's condition",
                        "例外只写条件与后果；另有上下限、舍入、期限的，由规则读一个值（`不高于 上限.天数`），再由一张带例外条件的表来定",
                    ),
                ),
            }
        }
        if !tree.lines.iter().any(|line| matches!(line.value, Line::Effect(_))) {
            self.error(
                "form-incomplete",
                env.at(tree.head.name.span),
                Say::new("nothing says what the exception does", "未写明例外的后果"),
                Say::new(
                    "add `does not apply`, `permitted`, what is paid or fined instead, or `decides NAME = …` for what a table decides",
                    "请加上 `不适用`、`准许`、改为的金额，或 `确定 名称 = …`（由表确定的取值）",
                ),
            );
        }
        base.exceptions = self.exceptions(context, full);
        let entry = |(action, when, sources): (Action, Option<Expr>, Vec<String>)| Exception {
            when: super::expr::all(base.when.iter().cloned().chain(when)),
            cites: base.cites.iter().cloned().chain(sources).collect(),
            action,
            ..base.clone()
        };
        actions.into_iter().map(entry).collect()
    }

    fn action(&mut self, context: &mut Context, line: &'t tree::EffectLine, at: At) -> Option<Action> {
        if let Some(to) = &line.to {
            self.error(
                "wrong-line",
                context.env.at(to.span),
                Say::new("an exception changes an amount, not who receives it", "例外只能改变金额，不能改变收受者"),
                Say::new("leave `to` out; the norm itself may have a line for each case: `fine … to driver, owner jointly when not free`, `fine … to driver when free`", "请删去 `给`；规则本身可分情形各写一行：`罚 … 给 驾驶人、车主 连带 当 非 免责`、`罚 … 给 驾驶人 当 免责`"),
            );
        }
        match &line.effect {
            Effect::Off => Some(Action::Off),
            Effect::Violation => Some(Action::Violation),
            Effect::Post(kind, change) => self.changed_posting(context, kind, change, at),
            Effect::Decides(slot, change) => {
                let known = context.slots.iter().find(|draft| draft.decision.slot == slot.value).map(|draft| draft.ty.clone());
                let env = context.env.clone();
                let Some(ty) = known else {
                    self.no_slot(context, &slot.value, context.env.at(slot.span));
                    return None;
                };
                self.uses(env.at(slot.span), Sort::Slot, &context.full, &slot.value);
                let slot = slot.value.clone();
                if !matches!(change, Change::To(_)) && ty.unit().is_none() && !matches!(ty, Ty::Poison) {
                    self.not_a_number(&Typed::new(Expr::Subject, ty, at));
                    return None;
                }
                Some(match change {
                    Change::To(value) => Action::Replace(slot, self.expect(&env, value, &ty).expr),
                    Change::More(value) => Action::More(slot, self.expect(&env, value, &ty).expr),
                    Change::Times(factor) => {
                        let factor = self.expr(&env, factor, Some(&Ty::ONE));
                        Action::Times(slot, self.factor(factor).expr)
                    }
                })
            }
            Effect::Forfeits(_) => {
                self.error(
                    "wrong-line",
                    at,
                    Say::new("`forfeits` does not belong in an exception", "例外中不能写 `取消`"),
                    Say::new("write a rule that forfeits, with the condition in a `when` line", "请另写规则，条件写在 `当` 行"),
                );
                None
            }
        }
    }

    fn changed_posting(&mut self, context: &mut Context, kind: &Node<tree::Posting>, change: &'t Change, at: At) -> Option<Action> {
        let env = context.env.clone();
        let kind = posting(kind.value);
        let mut slots = context.slots.iter().filter(|draft| draft.decision.posting == Some(kind));
        let (first, second) = (slots.next(), slots.next());
        if let (Some(_), Some(second)) = (first, second) {
            let name = second.decision.slot.clone();
            self.error(
                "ambiguous-name",
                at,
                Say::new(format!("the norm has several amounts of this sort, such as `{name}`"), format!("规则中有多个此类金额，如 `{name}`")),
                Say::new("make them norms of their own", "请分为各自的规则"),
            );
            return None;
        }
        let slot = first.map(|draft| (draft.decision.slot.clone(), draft.ty.clone()));
        match (change, slot) {
            (Change::To(amount), Some((slot, ty))) => {
                let value = self.amount(&env, amount, kind);
                let value = self.fit(value, &ty);
                Some(Action::Replace(slot, value.expr))
            }
            // The norm itself posts nothing of the sort: an empty slot, which the exception fills.
            (Change::To(amount), None) => {
                let value = self.amount(&env, amount, kind);
                let target = Target::posting(kind, None, Hit::AtMostOne);
                self.slot_for(&mut context.slots, &target, &value.ty, value.at);
                Some(Action::Replace(slot_name(kind).to_owned(), value.expr))
            }
            (Change::Times(factor), Some((slot, _))) => {
                let factor = self.expr(&env, factor, Some(&Ty::ONE));
                let factor = self.factor(factor);
                Some(Action::Times(slot, factor.expr))
            }
            (Change::More(amount), Some((slot, ty))) => {
                let value = self.amount(&env, amount, kind);
                let value = self.fit(value, &ty);
                Some(Action::More(slot, value.expr))
            }
            (Change::Times(_) | Change::More(_), None) => {
                self.no_slot(context, slot_name(kind), at);
                None
            }
        }
    }

    /// A factor: a plain number or a percentage.
    fn factor(&mut self, factor: Typed) -> Typed {
        if factor.ty.unit() == Some(Unit::Percent) {
            let at = factor.at;
            let one = Typed::new(Expr::Value(Scalar::Quantity(Number::whole(1), Unit::One)), Ty::ONE, at);
            let product = self.times(factor, one, at);
            // 1 × the fraction is the fraction.
            if let Expr::Mul(fraction, _) = product.expr {
                return Typed::new(*fraction, Ty::ONE, at);
            }
            return Typed::poison(at);
        }
        self.fit(factor, &Ty::ONE)
    }

    fn no_slot(&mut self, context: &Context, slot: &str, at: At) {
        if context.broken {
            return;
        }
        let known: Vec<&str> = context.slots.iter().map(|draft| draft.decision.slot.as_str()).collect();
        let known: BTreeSet<&str> = known.into_iter().collect();
        let list = super::tell::list(&known);
        let help = if known.is_empty() {
            Say::new("the norm decides nothing; write `violation`, `does not apply` or a plain amount", "该规则没有取值；请写 `违规`、`不适用` 或具体金额")
        } else {
            Say::new(format!("it decides {list}"), format!("它确定 {list}"))
        };
        self.error("no-such-slot", at, Say::new(format!("the norm has no `{slot}` that could be changed"), format!("该规则没有可更改的 `{slot}`")), help);
    }

    /// Exceptions that hang on each other and on no norm.
    pub(super) fn unreachable_exceptions(&mut self) {
        let lost: Vec<(At, String)> = self
            .names
            .scoped
            .iter()
            .filter_map(|(full, (file, item))| if let Scoped::Exception(tree) = item { Some((full, *file, *tree)) } else { None })
            .filter(|(full, _, tree)| !self.reached.contains(*full) && tree.to.iter().all(|to| self.is_exception(to, full)))
            .map(|(_, file, tree)| ((file, tree.head.name.span), tree.head.name.value.clone()))
            .collect();
        for (at, name) in lost {
            self.told_loop(at, &name);
        }
    }

    fn told_loop(&mut self, at: At, name: &str) {
        self.error(
            "cycle",
            at,
            Say::new(format!("`{name}` is an exception to exceptions that lead back to it"), format!("`{name}` 所例外的例外又回到它自身")),
            Say::new("let one of them be an exception to a norm only", "请让其中之一只作为规则的例外"),
        );
    }

    fn is_exception(&self, name: &tree::Name, of: &str) -> bool {
        let regulation = of.rsplit_once('.').map(|(regulation, _)| regulation);
        matches!(self.scoped(regulation, &name.value), Some((_, _, Scoped::Exception(_))))
    }
}
