//! `base`, `less … per …`, `add … per …`: the lines of a sum.

use super::data::cites;
use super::effects::Context;
use super::env::Env;
use super::occasion::own_window;
use super::slots::{Target, slot_name};
use super::ty::{Ty, Typed};
use super::{At, Lower, arithmetic};
use crate::diagnostics::Say;
use crate::model::expr::{Aggregate, Expr, Measure, Pattern, Scope, Window};
use crate::model::norm::{Clause, Hit, Posting};
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::model::walk::{self, Look};
use crate::syntax::tree;

impl<'t> Lower<'t> {
    /// One line of a sum. The amount's unit says what is posted: money is paid, points are scored, plain numbers counted.
    pub(super) fn pay_line(&mut self, context: &mut Context, line: &'t tree::Amount, word: &str, at: At) {
        let env = context.env.clone();
        let when = line.when.as_ref().map(|when| self.condition(&env, when));
        let bounded = context.bounded.iter().find(|(span, _)| *span == at.1).map(|(_, value)| value.clone());
        let value = bounded.unwrap_or_else(|| self.line_amount(&env, line, Posting::Pay, at));
        self.posted_already(&value);
        let posting = match value.ty.unit() {
            Some(Unit::Points) => Posting::Score,
            Some(Unit::One) => Posting::Count,
            _ => context.slots.iter().find_map(|slot| slot.decision.posting).filter(|_| value.is_poison()).unwrap_or(Posting::Pay),
        };
        let value = if word == "less" { Typed { expr: arithmetic::minus(value.expr), ..value } } else { value };
        let count = context.slots.iter().filter(|slot| !slot.part).flat_map(|slot| &slot.decision.clauses).filter(|c| c.name.starts_with(word)).count();
        let name = if word == "base" && count == 0 { word.to_owned() } else { format!("{word} {}", count + 1) };
        let clause = Clause { name, cites: cites(&line.cites), when, value: value.expr.clone(), item: None };
        let target = Target { slot: slot_name(posting).to_owned(), posting: Some(posting), to: None, hit: Hit::Sum };
        // Whatever else is posted to the slot is part of the sum.
        let slot = self.slot_for(&mut context.slots, &target, &value.ty, value.at);
        if let Some(draft) = context.slots.get_mut(slot) {
            draft.decision.hit = Hit::Sum;
        }
        self.add_clause(&mut context.slots, &target, clause, value);
    }

    /// What another norm posts is in the statement already: in a sum it would be there twice.
    fn posted_already(&mut self, value: &Typed) {
        struct Posted(Option<(String, String)>);
        impl Look for Posted {
            fn expr(&mut self, expr: &Expr) {
                if let Expr::Decided(norm, slot) | Expr::DecidedOf(norm, slot, ..) = expr
                    && ["deduct", "fine", "pay"].contains(&slot.split('_').next().unwrap_or_default())
                {
                    self.0 = Some((norm.clone(), slot.clone()));
                }
            }
        }
        if !matches!(value.ty.unit(), Some(Unit::Money(_))) {
            return;
        }
        let mut posted = Posted(None);
        walk::expr(&value.expr, &mut posted);
        let Some((norm, slot)) = posted.0 else { return };
        let norm = norm.rsplit('.').next().unwrap_or(&norm).to_owned();
        self.error(
            "posted-twice",
            value.at,
            Say::new(
                format!("`{norm}` posts this amount by itself: in this sum it would be taken twice"),
                format!("`{norm}` 已自行记账，计入本合计就重复了"),
            ),
            Say::new(
                format!("let `{norm}` only decide it, `decides off = …` in place of `{slot} …`, and read `{norm}.off` here"),
                format!("请在 `{norm}` 中改写 `确定 数额 = …`，此处引用 `{norm}.数额`"),
            ),
        );
    }

    /// The amount, and how often.
    pub(super) fn line_amount(&mut self, env: &Env, line: &'t tree::Amount, posting: Posting, at: At) -> Typed {
        let amount = self.amount(env, &line.amount, posting);
        match &line.per {
            Some(per) => self.per(env, amount, per, at),
            None => amount,
        }
    }

    /// The amount times how much or how often, within the occasion's period.
    fn per(&mut self, env: &Env, amount: Typed, per: &'t tree::Per, at: At) -> Typed {
        let pattern = self.pattern(env, &per.pattern);
        let Some(window) = own_window(&env.this) else {
            if env.this != super::env::This::Unknown {
                self.error(
                    "window-missing",
                    at,
                    Say::new("nothing says within which time these are counted", "未写明在什么期间内计数"),
                    Say::new("`per` needs a norm with a period, such as `each staff, every month`", "`每` 须用于有周期的规则，如 `每个 职工 ， 每月`"),
                );
            }
            return Typed::poison(at);
        };
        let Some(pattern) = pattern else { return Typed::poison(at) };
        let how_often = match &per.unit {
            None => count(pattern, window, at),
            Some(unit) => match self.unit(env.at(unit.span), &unit.value) {
                None => return Typed::poison(at),
                Some((Unit::One, _)) => count(pattern, window, at),
                Some((unit, factor)) => match self.total(pattern, window, unit, factor, at) {
                    Some(total) => total,
                    None => return Typed::poison(at),
                },
            },
        };
        self.times(amount, how_often, at)
    }

    /// The total of the one field in that unit, as a plain number.
    fn total(&mut self, pattern: Pattern, window: Window, unit: Unit, factor: Number, at: At) -> Option<Typed> {
        let wanted = Type::Quantity(unit.clone());
        let mut fields: Vec<String> = Vec::new();
        for event in pattern.events.iter().filter_map(|event| self.model.event(event)) {
            fields.extend(event.fields.iter().filter(|field| field.ty == wanted).map(|field| field.name.clone()));
        }
        fields.sort();
        fields.dedup();
        let shared = |field: &String| self.in_records(&pattern.events, Scope::Counted, field).is_some_and(|(_, ty)| ty == Ty::Is(wanted.clone()));
        let [field] = fields.as_slice() else {
            self.which_field(&fields, &unit, at);
            return None;
        };
        if !shared(field) {
            self.which_field(&[], &unit, at);
            return None;
        }
        let of = Some(Expr::Field(Scope::Counted, field.clone()));
        let total = Measure { name: None, label: None, aggregate: Aggregate::Total, pattern, of, distinct: None, window };
        let one = Expr::Value(Scalar::Quantity(factor, unit));
        let ratio = Expr::Div(Box::new(Expr::Measure(Box::new(total))), Box::new(one));
        Some(Typed::new(ratio, Ty::ONE, at))
    }

    fn which_field(&mut self, fields: &[String], unit: &Unit, at: At) {
        let name = super::ty::unit_name(unit);
        let list = super::tell::list(fields);
        let message = if fields.is_empty() {
            Say::new(format!("these records do not all have a field in {}", name.en), format!("这些记录并非都有以{}计的字段", name.zh))
        } else {
            Say::new(format!("several fields are in {}: {list}", name.en), format!("以{}计的字段不止一个：{list}", name.zh))
        };
        self.error(
            "ambiguous-name",
            at,
            message,
            Say::new("write the sum out: `less 5 CNY per …` for one event, or a `when` with `total FIELD of EVENT`", "请改写为按一个事件计，或用 `合计 事件 的 字段`"),
        );
    }
}

fn count(pattern: Pattern, window: Window, at: At) -> Typed {
    let count = Measure { name: None, label: None, aggregate: Aggregate::Count, pattern, of: None, distinct: None, window };
    Typed::new(Expr::Measure(Box::new(count)), Ty::ONE, at)
}
