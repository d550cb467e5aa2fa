//! Aggregates over the members of a register or a set.

use super::env::Env;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Aggregate, Expr};
use crate::model::group::{Group, Members};
use crate::model::value::{Type, Unit};
use crate::model::EntitySort;
use crate::syntax::tree::{self, Aggregate as Written, Name};

impl<'t> Lower<'t> {
    /// `number of machine where …`, `average over each cadre of (…)`.
    pub(super) fn group(&mut self, env: &Env, group: &'t tree::Group, at: At) -> Typed {
        if self.within_members(env, at) {
            return Typed::poison(at);
        }
        let Some(of) = self.members(env, &group.of, at) else { return Typed::poison(at) };
        let entity = Group { aggregate: Aggregate::Count, of: of.clone(), filter: None, value: None, unit: Unit::One }.entity().to_owned();
        let inside = Env { each: Some(entity), counted: None, ..env.clone() };
        let filter = group.filter.as_ref().map(|filter| self.condition(&inside, filter));
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
                Say::new("members cannot be looked through within members", "不能在逐个成员之中再逐个成员"),
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

    fn no_group(&mut self, at: At) -> Typed {
        self.error(
            "type-mismatch",
            at,
            Say::new("members have no order in time: there is no first or last of them", "成员没有先后，无从取首次或末次"),
            Say::new("write `total`, `least`, `most` or `average`", "请写 `合计`、`最小`、`最大` 或 `平均`"),
        );
        Typed::poison(at)
    }

    /// A register by its name, or a set.
    pub(super) fn members(&mut self, env: &Env, names: &'t [Name], at: At) -> Option<Members> {
        if let [name] = names
            && self.model.entity(&name.value).is_some_and(|entity| entity.sort == EntitySort::Register)
        {
            return Some(Members::Register(name.value.clone()));
        }
        let set = self.path(env, names, None, at);
        match &set.ty {
            Ty::Is(Type::Set(entity)) => Some(Members::Set(set.expr, entity.clone())),
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
