//! Slots of a norm while it is lowered: clauses come in, one decision each goes out.

use super::env::Env;
use super::norm::Facets;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::model::expr::Expr;
use crate::model::norm::{Clause, DEADLINE, Decision, Hit, Posting};
use crate::model::value::{Type, Unit};
use crate::syntax::tree::{Name, self, Expr as Tree, Node};

/// A decision in the making.
pub(super) struct Draft {
    pub decision: Decision,
    pub ty: Ty,
    pub at: At,
    /// A part of another slot of the norm, which reads it: an item of a score, a line with a bound of its own.
    pub part: bool,
}

/// Which slot a clause is for.
pub(super) struct Target {
    pub slot: String,
    pub posting: Option<Posting>,
    pub to: Option<Expr>,
    pub hit: Hit,
}

impl Target {
    pub(super) fn posting(posting: Posting, to: Option<Expr>, hit: Hit) -> Self {
        Self { slot: slot_name(posting).to_owned(), posting: Some(posting), to, hit }
    }
    pub(super) fn decides(slot: &str, hit: Hit) -> Self {
        Self { slot: slot.to_owned(), posting: None, to: None, hit }
    }
}

impl<'t> Lower<'t> {
    /// The slot of the target, made when it is new. Postings of one kind to another addressee are a slot of their own: `fine_2`.
    pub(super) fn slot_for(&mut self, slots: &mut Vec<Draft>, target: &Target, ty: &Ty, at: At) -> usize {
        let is = |draft: &Draft| draft.decision.posting == target.posting && draft.decision.to == target.to;
        let named = |draft: &Draft| target.posting.is_some() || draft.decision.slot == target.slot;
        if let Some(found) = slots.iter().position(|draft| is(draft) && named(draft)) {
            return found;
        }
        let count = slots.iter().filter(|draft| target.posting.is_some() && draft.decision.posting == target.posting).count();
        let slot = if count == 0 { target.slot.clone() } else { format!("{}_{}", target.slot, count + 1) };
        let decision = Decision {
            slot,
            posting: target.posting,
            unit: None,
            to: target.to.clone(),
            hit: target.hit,
            clauses: Vec::new(),
            floor: None,
            cap: None,
            rounding: None,
            totals: Vec::new(),
            forfeits: Vec::new(),
        };
        slots.push(Draft { decision, ty: ty.clone(), at, part: false });
        slots.len() - 1
    }

    /// Adds a clause; its value must be of the slot's type.
    pub(super) fn add_clause(&mut self, slots: &mut Vec<Draft>, target: &Target, mut clause: Clause, value: Typed) {
        let at = self.slot_for(slots, target, &value.ty, value.at);
        let Some(draft) = slots.get_mut(at) else { return };
        if draft.ty == Ty::Poison {
            draft.ty = value.ty.clone();
        }
        let known = Typed::new(Expr::Subject, draft.ty.clone(), draft.at);
        if draft.ty == Ty::Bare && value.ty == Ty::ONE {
            draft.ty = Ty::ONE;
        }
        if let Some((_, value)) = self.same(known, value) {
            clause.value = value.expr;
        }
        if let Some(draft) = slots.get_mut(at) {
            draft.decision.clauses.push(clause);
        }
    }

    /// The type of what comes out of a hit policy: a count is a plain number; only quantities can be added or ranked.
    pub(super) fn combined(&mut self, slots: &mut [Draft]) {
        for draft in slots {
            match draft.decision.hit {
                Hit::Count => draft.ty = Ty::ONE,
                Hit::Sum | Hit::Max | Hit::Min if draft.ty.unit().is_none() && draft.ty != Ty::Poison => {
                    let value = Typed::new(Expr::Subject, draft.ty.clone(), draft.at);
                    self.not_a_number(&value);
                }
                _ => {}
            }
        }
    }

    /// The amount of a posting.
    pub(super) fn amount(&mut self, env: &Env, node: &'t Node<Tree>, posting: Posting) -> Typed {
        let hint = self.usual_unit(env, posting);
        let typed = self.expr(env, node, hint.clone().map(Ty::quantity).as_ref());
        match (&typed.ty, hint) {
            (Ty::Poison, _) => typed,
            (Ty::Bare, Some(Unit::One)) => Typed { ty: Ty::ONE, ..typed },
            (Ty::Bare, hint) => self.fit(typed, &Ty::quantity(hint.unwrap_or(Unit::Money("CNY".into())))),
            (ty, _) if ty.unit().is_some() => typed,
            _ => self.not_a_number(&typed),
        }
    }

    /// The unit a bare amount of this posting was probably meant in.
    fn usual_unit(&self, env: &Env, posting: Posting) -> Option<Unit> {
        match posting {
            Posting::Score => Some(Unit::Points),
            Posting::Count => Some(Unit::One),
            Posting::Fine | Posting::Deduct | Posting::Pay => {
                let regulation = self.model.regulation(env.regulation.as_deref()?)?;
                regulation.currency.as_deref().map(|code| Unit::Money(code.into()))
            }
        }
    }

    /// A decided value; a bare name is a value of the only kind that has all the `names` of the slot.
    pub(super) fn outcome(&mut self, env: &Env, node: &'t Node<Tree>, names: &[&str]) -> Typed {
        let kinds = self.kinds_with(names).unwrap_or_default();
        let want = if let [kind] = kinds.as_slice() { Some(Ty::Is(Type::Kind(kind.clone()))) } else { None };
        let typed = self.expr(env, node, want.as_ref());
        if typed.ty == Ty::Bare { Typed { ty: Ty::ONE, ..typed } } else { typed }
    }
}

impl Lower<'_> {
    /// A norm has no such slot.
    pub(super) fn unknown_slot(&mut self, norm: &str, facets: &Facets, slot: &Name, at: At) {
        let known = facets.slots.iter().map(|(name, _)| name.as_str()).filter(|name| !name.contains(' '));
        let deadline = facets.deadline.then_some([DEADLINE, "期限"]).into_iter().flatten();
        let known: Vec<&str> = known.flat_map(|name| [Some(name), chinese(name)]).flatten().chain(deadline).collect();
        self.unknown(at, (&format!("slot of `{norm}`"), &format!("`{norm}` 的取值")), &slot.value, &known);
    }
}

/// Slots that the language names, and how they are called in Chinese.
const CHINESE: [(&str, &str); 7] = [("score", "得分"), ("grade", "等次"), ("deduct", "扣款"), ("deduct", "扣分"), ("fine", "罚款"), ("pay", "发放"), ("count", "次数")];

/// The Chinese name of a slot that the language names.
fn chinese(slot: &str) -> Option<&'static str> {
    CHINESE.iter().find(|(name, _)| *name == slot).map(|(_, chinese)| *chinese)
}

impl Facets {
    /// The slot of that name, or of the language's that is called so in Chinese; `fine_2` is `罚款_2`.
    pub(super) fn slot(&self, name: &str) -> Option<(&str, &Ty)> {
        let (bare, more) = name.split_once('_').map_or((name, None), |(bare, more)| (bare, Some(more)));
        let english = CHINESE.iter().find(|(_, chinese)| *chinese == bare).map(|(english, _)| more.map_or_else(|| (*english).to_owned(), |more| format!("{english}_{more}")));
        let named = |wanted: &str| self.slots.iter().find(|(slot, _)| slot == wanted).map(|(slot, ty)| (slot.as_str(), ty));
        let deadline = || (self.deadline && matches!(name, DEADLINE | "期限")).then_some((DEADLINE, &Ty::When));
        named(name).or_else(|| named(&english?)).or_else(deadline)
    }
}

/// The slot of a posting.
pub(super) fn slot_name(posting: Posting) -> &'static str {
    match posting {
        Posting::Fine => "fine",
        Posting::Deduct => "deduct",
        Posting::Pay => "pay",
        Posting::Score => "score",
        Posting::Count => "count",
    }
}

/// The core's name of a posting.
pub(super) fn posting(written: tree::Posting) -> Posting {
    match written {
        tree::Posting::Fine => Posting::Fine,
        tree::Posting::Deduct => Posting::Deduct,
        tree::Posting::Pay => Posting::Pay,
        tree::Posting::Score => Posting::Score,
        tree::Posting::Count => Posting::Count,
    }
}

/// The core's name of a hit policy.
pub(super) fn hit(written: tree::Hit) -> Hit {
    match written {
        tree::Hit::ExactlyOne => Hit::ExactlyOne,
        tree::Hit::First => Hit::First,
        tree::Hit::All(tree::Combine::Sum) => Hit::Sum,
        tree::Hit::All(tree::Combine::Max) => Hit::Max,
        tree::Hit::All(tree::Combine::Min) => Hit::Min,
        tree::Hit::All(tree::Combine::Count) => Hit::Count,
        tree::Hit::All(tree::Combine::List) => Hit::List,
    }
}
