//! Attributes and judged facts of a value, step by step.

use super::env::Env;
use super::names::Scoped;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{About, Expr};
use crate::model::links::Sort;
use crate::model::{WEEKDAY, weekday};
use crate::model::value::Type;
use crate::syntax::tree::Name;

impl<'t> Lower<'t> {
    /// Attributes and judged facts of a subject, step by step.
    pub(super) fn steps(&mut self, env: &Env, mut found: Typed, rest: &[Name], at: At) -> Typed {
        for name in rest {
            if found.is_poison() {
                return Typed::poison(at);
            }
            found = self.step(env, found, name);
        }
        Typed { at, ..found }
    }

    pub(super) fn step(&mut self, env: &Env, of: Typed, name: &Name) -> Typed {
        let at = env.at(name.span);
        if let Some(time) = self.time_of_day(env, &of, &name.value, at) {
            return time;
        }
        if matches!(of.ty, Ty::When | Ty::Is(Type::Date | Type::Moment)) && ["weekday", "星期"].contains(&name.value.as_str()) {
            match self.model.kind(WEEKDAY) {
                None => {
                    self.model.kinds.push(weekday::kind());
                    self.model.sort();
                }
                Some(kind) if *kind == weekday::kind() => {}
                Some(_) => {
                    self.error(
                        "duplicate-name",
                        at,
                        Say::new("`weekday` is asked of a date, but here it is a kind of its own", "此处问的是日期的星期，但 `weekday` 已另作类别"),
                        Say::new("give the kind another name", "请给该类别改名"),
                    );
                    return Typed::poison(at);
                }
            }
            return Typed::known(Expr::Weekday(Box::new(of.expr)), Type::Kind(WEEKDAY.to_owned()), at);
        }
        let Ty::Is(Type::Ref(entity)) = &of.ty else {
            let say = of.ty.say();
            let bare = &name.value;
            self.error(
                "unknown-name",
                at,
                Say::new(format!("{} has no attribute `{bare}`", say.en), format!("{}没有属性 `{bare}`", say.zh)),
                match crate::syntax::way_out(bare) {
                    Some((en, zh)) => Say::new(en, zh),
                    None if matches!(of.ty, Ty::Is(Type::Moment)) => Say::new(
                        "where a day is asked for, write the moment itself: its day is taken; `time of …` is its time of day, `weekday of …` its weekday",
                        "需要日期之处直接写该时刻，即取其日期；`… 的 钟点` 是其钟点，`… 的 星期` 是其星期",
                    ),
                    None => Say::new("only people, things and cases have attributes", "只有名册中的对象与案件才有属性"),
                },
            );
            return Typed::poison(at);
        };
        let attributes: Vec<String> =
            self.model.entity(entity).map(|e| e.attributes.iter().map(|field| field.name.clone()).collect()).unwrap_or_default();
        if let Some(field) = self.model.entity(entity).and_then(|entity| entity.attribute(&name.value)) {
            let ty = field.ty.clone();
            self.uses(at, Sort::Field, entity, &name.value);
            if self.is_poisoned(entity, &name.value) {
                return Typed::poison(at);
            }
            return Typed::known(Expr::Fact(Box::new(of.expr), entity.clone(), name.value.clone()), ty, at);
        }
        if let Some((full, _, Scoped::Judged(judged))) = self.scoped(env.regulation.as_deref(), &name.value)
            && judged.of.value == *entity
        {
            self.uses_item(env.file, name, &full);
            let ty = self.parameter_type(&full).map_or(Ty::Poison, Ty::Is);
            return Typed::new(Expr::Judged(full, About::Subject(Box::new(of.expr))), ty, at);
        }
        let attributes: Vec<&str> = attributes.iter().map(String::as_str).collect();
        self.unknown(at, (&format!("attribute of `{entity}`"), &format!("`{entity}` 的属性")), &name.value, &attributes);
        Typed::poison(at)
    }
}
