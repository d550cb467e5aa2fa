//! Aggregates over the members of a register or a set.

use super::env::{Env, This};
use super::expr::all;
use super::occasion::there_throughout;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Aggregate, Expr};
use crate::model::group::{Group, Members};
use crate::model::links::Sort;
use crate::model::value::{Type, Unit};
use crate::model::EntitySort;
use crate::syntax::tree::{self, Aggregate as Written};

impl<'t> Lower<'t> {
    /// `number of machine where …`, `average over each cadre of (…)`.
    pub(super) fn group(&mut self, env: &Env, group: &'t tree::Group, at: At) -> Typed {
        if self.within_members(env, at) {
            return Typed::poison(at);
        }
        let Some((of, there)) = self.members(env, &group.of, at) else { return Typed::poison(at) };
        let entity = Group { aggregate: Aggregate::Count, of: of.clone(), filter: None, value: None, unit: Unit::One }.entity().to_owned();
        let inside = Env { each: Some(entity), counted: None, ..env.clone() };
        let filter = group.filter.as_ref().map(|filter| self.condition(&inside, filter));
        let filter = all(there.into_iter().chain(filter));
        let value = group.value.as_ref().map(|value| self.expr(&inside, value, None));
        let aggregate = match group.aggregate.value {
            Written::Total => Aggregate::Total,
            Written::Least => Aggregate::Least,
            Written::Most => Aggregate::Most,
            Written::Average => Aggregate::Average,
            Written::Count => Aggregate::Count,
            _ => return self.no_group(env.at(group.aggregate.span)),
        };
        let ty = match &value {
            None => Ty::ONE,
            Some(value) if value.is_poison() => return Typed::poison(at),
            Some(value) if value.ty.unit().is_some() => if value.ty == Ty::Bare { Ty::ONE } else { value.ty.clone() },
            Some(value) => {
                self.not_a_number(value);
                return Typed::poison(at);
            }
        };
        let unit = ty.unit().unwrap_or(Unit::One);
        let group = Group { aggregate, of, filter, value: value.map(|value| value.expr), unit };
        Typed::new(Expr::Group(Box::new(group)), ty, at)
    }

    /// Are members looked through already? Then it is told.
    pub(super) fn within_members(&mut self, env: &Env, at: At) -> bool {
        if env.each.is_some() {
            self.error(
                "type-mismatch",
                at,
                Say::new("inside `number of … where` and `over each … of (…)` no other members can be gone through", "`个数 … 其中` 与 `每个 … 的 （…）` 之内不能再逐个数成员"),
                Say::new("say one of the two as a field of the register, or as a norm of its own", "请把其中之一写成名册的字段，或单独成条"),
            );
        }
        env.each.is_some()
    }

    /// Several people as one.
    pub(super) fn jointly(&mut self, env: &Env, of: &'t tree::Node<tree::Expr>, at: At) -> Typed {
        let of = self.expr(env, of, None);
        match &of.ty {
            Ty::Poison => Typed::poison(at),
            Ty::Is(Type::Set(entity)) => Typed::known(Expr::Jointly(Box::new(of.expr)), Type::Ref(entity.clone()), at),
            other => {
                let say = other.say();
                self.error(
                    "type-mismatch",
                    of.at,
                    Say::new(format!("only several people can bear something jointly, and this is {}", say.en), format!("只有多人才能连带承担，但这里是{}", say.zh)),
                    Say::new("name a field that is a `set of` people", "请写 `集合` 类型的字段"),
                );
                Typed::poison(at)
            }
        }
    }

    /// Several people, one by one: all of one register.
    pub(super) fn together(&mut self, env: &Env, all: &'t [tree::Node<tree::Expr>], at: At) -> Typed {
        let all: Vec<Typed> = all.iter().map(|one| self.expr(env, one, None)).collect();
        if all.iter().any(Typed::is_poison) {
            return Typed::poison(at);
        }
        let entity = all.first().and_then(|one| if let Ty::Is(Type::Ref(entity)) = &one.ty { Some(entity.clone()) } else { None });
        match entity.filter(|entity| all.iter().all(|one| one.ty == Ty::Is(Type::Ref(entity.clone())))) {
            Some(entity) => Typed::known(Expr::Together(all.into_iter().map(|one| one.expr).collect()), Type::Set(entity), at),
            None => {
                self.error(
                    "type-mismatch",
                    at,
                    Say::new("only people of one register are named together", "并列的须是同一名册中的人"),
                    Say::new("write a line for each, or one register for all of them", "请各写一行，或把他们列入同一名册"),
                );
                Typed::poison(at)
            }
        }
    }

    fn no_group(&mut self, at: At) -> Typed {
        self.error(
            "type-mismatch",
            at,
            Say::new("members have no order in time: there is no first or last of them", "成员没有先后，无从取首次或末次"),
            Say::new("write `total`, `least`, `most` or `average`", "请写 `合计`、`最小`、`最大` 或 `平均`"),
        );
        Typed::poison(at)
    }

    /// A register by its name, or a set; and the condition that they be there all along.
    pub(super) fn members(&mut self, env: &Env, members: &'t tree::Members, at: At) -> Option<(Members, Option<Expr>)> {
        let names = &members.names;
        let in_period = matches!(env.this, This::Period(..) | This::Unknown);
        if let [name] = names.as_slice()
            && self.model.entity(&name.value).is_some_and(|entity| entity.sort == EntitySort::Register)
            && (members.there.is_none() || in_period)
        {
            let entity = name.value.clone();
            self.uses(env.at(name.span), Sort::Type, "", &entity);
            return Some(match members.there.as_ref().map(|there| there.value) {
                None => (Members::Register(entity), None),
                Some(false) => (Members::During(entity), None),
                Some(true) => (Members::Register(entity.clone()), Some(there_throughout(Expr::Each, &entity))),
            });
        }
        if let Some(there) = &members.there {
            self.error(
                "wrong-line",
                env.at(there.span),
                Say::new("who was in a register in the course of a period can be asked of a register, in a norm of periods", "只有按周期评判的规则，才能对名册问期内谁在册"),
                Say::new("write `each …, every year` above, or leave this out", "请在上面写 `每个 …，每年`，或去掉这几个字"),
            );
            return None;
        }
        let set = self.path(env, names, None, at);
        match &set.ty {
            Ty::Is(Type::Set(entity)) => Some((Members::Set(set.expr, entity.clone()), None)),
            _ if set.is_poison() => None,
            other => {
                let say = other.say();
                self.error(
                    "type-mismatch",
                    at,
                    Say::new(format!("a register or a set has members, but this is {}", say.en), format!("只有名册和集合才有成员，但这里是{}", say.zh)),
                    Say::new("name a register, or a field that is a `set of` it; records are counted with `count of`", "请写名册，或 `集合` 类型的字段；记录用 `计数` 来数"),
                );
                None
            }
        }
    }
}
