//! Slots of other norms: of whom a norm decides them, and where that must be said.

use super::env::{Env, This};
use super::names::Scoped;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::Scope;
use crate::model::value::Type;
use crate::syntax::tree::{self, Name};

impl<'t> Lower<'t> {
    /// `norm.slot of (E)`.
    pub(super) fn of_value(&mut self, env: &Env, names: &'t [Name], of: &'t tree::Node<tree::Expr>, at: At) -> Typed {
        let of = self.expr(env, of, None);
        let Some((slot, norm)) = names.split_last().filter(|_| !of.is_poison()) else { return Typed::poison(at) };
        let name = norm.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(".");
        let Some((full, _, Scoped::Norm(_))) = self.scoped(env.regulation.as_deref(), &name) else {
            // An attribute of an attribute.
            return self.steps(env, of, names, at);
        };
        if !self.ready(&full, at) {
            return Typed::poison(at);
        }
        self.uses_norm(env, norm, &full);
        if self.judges_each(&full, &of.ty) {
            return self.decided(env, &full, slot, Some(of), at);
        }
        self.not_judged_each(&full, &name, &of.ty, at)
    }

    /// The norm decides nothing for such a subject, or not in a way in which others can read it.
    pub(super) fn not_judged_each(&mut self, norm: &str, name: &str, ty: &Ty, at: At) -> Typed {
        let say = ty.say();
        let case = match (self.facets_of(norm).map(|facets| &facets.this), ty) {
            (Some(This::Case(entity)), Ty::Is(Type::Ref(of))) if entity == of => Some(entity.clone()),
            _ => None,
        };
        let (message, help) = match case {
            Some(case) => (
                Say::new(
                    format!("`{name}` decides this for each `{case}` as a whole; a record of that `{case}`, or a period, cannot read it"),
                    format!("`{name}` 针对整个 `{case}` 确定取值，其中的记录或某一周期不能引用"),
                ),
                Say::new(
                    format!("work it out on the record: count with `for the same {case} so far`; or judge `{name}` on the record that settles the `{case}`, and read it there"),
                    format!("请在该记录上计算（写 `同一 {case} 至今`）；或把 `{name}` 改为针对使 `{case}` 了结的记录，并在那里引用"),
                ),
            ),
            None => (
                Say::new(format!("`{name}` does not judge every one of these: {}", say.en), format!("`{name}` 并非逐一评判此类对象：{}", say.zh)),
                Say::new("give somebody of the register whose members the norm judges in the same periods", "请写该规则按同一周期逐一评判的名册中的对象"),
            ),
        };
        self.error("decided-elsewhere", at, message, help);
        Typed::poison(at)
    }

    /// Could one take what this norm decides for something about the counted record: does it judge such records, or somebody whom they name?
    pub(super) fn may_be_counted(&mut self, env: &Env, norm: &str, at: At) -> bool {
        if !self.ready(norm, at) {
            return false;
        }
        let (Some(facets), Some(counted)) = (self.facets_of(norm), &env.counted) else { return false };
        match &facets.this {
            This::Records(events) => counted.iter().any(|event| events.contains(event)),
            This::Period(Some(entity), _) => self.in_records(counted, Scope::Counted, entity).is_some(),
            _ => false,
        }
    }

    /// A bare slot in a filter is the occasion's, where one expects the counted record's: that has to be said.
    pub(super) fn whose_slot(&mut self, words: &[&str], at: At) -> Typed {
        let slot = words.join(".");
        self.error(
            "measure-in-where",
            at,
            Say::new(
                format!("inside `where`, `{slot}` would be that of the occasion that is judged, not of the record that is counted"),
                format!("在 `其中` 里，`{slot}` 是所判情形的取值，而不是被数记录的"),
            ),
            Say::new(
                format!("write `this.{slot}` if that is meant; what was decided for somebody whom the counted record names is `{slot} of NAME`"),
                format!("确指所判情形的，请写 `本次.{slot}`；为被数记录中某主体确定的，请写 `名称 的 {slot}`"),
            ),
        );
        Typed::poison(at)
    }

    /// Does the norm judge each subject of this type, period by period?
    pub(super) fn judges_each(&mut self, norm: &str, ty: &Ty) -> bool {
        let Some(facets) = self.facets_of(norm) else { return false };
        matches!((&facets.this, ty), (This::Period(Some(entity), _), Ty::Is(Type::Ref(of))) if entity == of)
    }
}
