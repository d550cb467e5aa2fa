//! What other norms decide: for the same occasion, or period by period.

use super::env::{Env, This};
use super::names::short;
use super::norm::Facets;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Period};
use crate::model::links::Sort;
use crate::model::norm::Rhythm;
use crate::syntax::tree::{self, Name, Node};

impl<'t> Lower<'t> {
    /// `due.days of the year before`.
    pub(super) fn before(&mut self, env: &Env, names: &'t [Name], period: &Node<tree::Period>, at: At) -> Typed {
        self.before = Some(period.clone());
        let found = self.path(env, names, None, at);
        if self.before.take().is_some() && !found.is_poison() {
            self.error(
                "decided-elsewhere",
                env.at(period.span),
                Say::new("only what a norm decides period by period was decided in the period before as well", "只有按周期确定的取值才有上一周期之值"),
                Say::new("name a slot of a norm with an `each …, every …` line, as in `due.days of the year before`", "请写含有 `每个 … , 每…` 的规则的取值，如 `上一年 的 应休.天数`"),
            );
            return Typed::poison(at);
        }
        found
    }

    /// The slot that another norm decides: for the same occasion, or for somebody in its period that holds the occasion's day or in the one before.
    pub(super) fn decided(&mut self, env: &Env, norm: &str, slot: &Name, of: Option<Typed>, at: At) -> Typed {
        let before = self.before.take();
        // Norms that read each other are lowered within each other: little stands on the stack meanwhile.
        let ready = if before.is_some() { self.foresees(norm) } else { self.ensure(norm, at) };
        if ready { self.read_slot(env, norm, slot, (of, before), at) } else { Typed::poison(at) }
    }

    /// What a norm decides is known, or will be when it is looked back at.
    pub(super) fn ready(&mut self, norm: &str, at: At) -> bool {
        if self.before.is_some() { self.foresees(norm) } else { self.ensure(norm, at) }
    }

    /// A norm that is looked back at need not be lowered before: its own lowering may look back in its turn.
    fn foresees(&mut self, norm: &str) -> bool {
        let known = self.facets_of(norm).is_some();
        self.looks_back |= !known && self.foreseen.is_none();
        known
    }

    /// What is known of a norm.
    pub(super) fn facets_of(&self, norm: &str) -> Option<&Facets> {
        self.facets.get(norm).or_else(|| self.foreseen.as_ref()?.get(norm))
    }

    /// Two parts of which one has no type: in a reading that only looks for types, the other says it.
    pub(super) fn either_type(&self, a: Typed, b: Typed, at: At) -> Typed {
        match (self.looks_back, a.is_poison(), b.is_poison()) {
            (true, true, false) => Typed { at, ..b },
            (true, false, true) => Typed { at, ..a },
            _ => Typed::poison(at),
        }
    }

    /// What the norm decides or, on days when another `continues` it, what that decides: a reader need not be written anew for each version.
    fn or_its_next(&mut self, found: Typed, norm: &str, (slot, this): (&str, &This)) -> Typed {
        let mut found = found;
        let mut versions = self.names.versions.get(norm).cloned().unwrap_or_default();
        while let Some(next) = versions.pop() {
            let open = self.open.contains(&next);
            if open || !self.ensure(&next, found.at) {
                continue;
            }
            let same = self.facets_of(&next).filter(|facets| same_occasion(this, &facets.this)).and_then(|facets| facets.slot(slot));
            if same.is_some_and(|(_, ty)| *ty == found.ty) {
                let decided = Expr::Decided(next.clone(), slot.to_owned());
                found.expr = Expr::OrElse(Box::new(found.expr), Box::new(decided));
                versions.extend(self.names.versions.get(&next).into_iter().flatten().cloned());
            }
        }
        found
    }

    fn read_slot(&mut self, env: &Env, norm: &str, slot: &Name, (of, before): (Option<Typed>, Option<Node<tree::Period>>), at: At) -> Typed {
        let Some(facets) = self.facets_of(norm).cloned() else { return Typed::poison(at) };
        let found = facets.slot(&slot.value).map(|(name, ty)| (name.to_owned(), ty.clone()));
        let decider = facets.this.clone();
        self.uses(env.at(slot.span), Sort::Slot, norm, &slot.value);
        let Some((name, ty)) = found else {
            let short = short(env.regulation.as_deref(), norm).to_owned();
            if !self.is_wrong(norm) {
                self.unknown_slot(&short, &facets, slot, env.at(slot.span));
            }
            return Typed::poison(at);
        };
        // It is said by nothing but itself.
        if ty == Ty::Poison && before.is_some() && self.foreseen.is_some() {
            self.only_by_itself(norm, &name, at);
            return Typed::poison(at);
        }
        if self.only_facts(env, at, "what another norm decides", "其他规则确定的取值") {
            return Typed::poison(at);
        }
        let full = norm.to_owned();
        // What is decided for each of several is not one value for the record.
        let of_members = facets.for_each && env.member.is_none();
        if of.is_none() && before.is_none() && !of_members && same_occasion(&env.this, &decider) {
            return self.or_its_next(Typed::new(Expr::Decided(full.clone(), name.clone()), ty, at), &full, (&name, &env.this));
        }
        if let Some(period) = &before
            && !matches!(&decider, This::Period(_, every) if lasts_one(every, super::measure::period(period.value)))
        {
            let short = short(env.regulation.as_deref(), norm).to_owned();
            self.error(
                "decided-elsewhere",
                env.at(period.span),
                Say::new(format!("`{short}` does not decide this for each such period"), format!("`{short}` 不是按此周期确定取值")),
                Say::new("name the period of its `every …` line", "请写其 `每…` 行的周期"),
            );
            return Typed::poison(at);
        }
        match self.whose_period(env, &decider, of) {
            Some(of) => Typed::new(Expr::DecidedOf(full, name, of.map(Box::new), before.is_some()), ty, at),
            None => {
                let short = short(env.regulation.as_deref(), norm).to_owned();
                if matches!(&env.this, This::Records(events) if events.iter().any(|event| event.starts_with(crate::model::order::BREACH))) {
                    self.error(
                        "decided-elsewhere",
                        at,
                        Say::new(format!("what follows a breach is asked on the breach, and `{short}` decides this on another occasion"), format!("违反之后的各行针对违反本身，而 `{short}` 针对另一情形")),
                        Say::new(
                            format!("let `count as` make a record with the value (`with VALUE = {short}.…`) where `{short}` can be read, and hang the duty on that record: a breach keeps its fields"),
                            format!("请在能引用 `{short}` 之处用 `计为` 记一笔并带上其值（`其 值 = {short}.…`），义务针对这一笔：违反保留其字段"),
                        ),
                    );
                    return Typed::poison(at);
                }
                self.error(
                    "decided-elsewhere",
                    at,
                    Say::new(format!("`{short}` decides this on other occasions than this norm's"), format!("`{short}` 针对的情形与本规则不同")),
                    Say::new(
                        format!("give this norm the same `on` or `each` line as `{short}`; or work the value out here once more; or let `{short}` `count as` a record that takes the value with it, and count those. What `each …, every year` decides can also be read on a record that names such a subject, and in shorter periods"),
                        format!("请使本规则的 `凡` 或 `每个` 行与 `{short}` 相同；或在此重新计算；或由 `{short}` `计为` 一笔带有该取值的记录，再数这些记录。按 `每个 … ， 每年` 确定的取值，也可在写明该主体的记录上、以及在更短的周期中引用"),
                    ),
                );
                Typed::poison(at)
            }
        }
    }

    fn only_by_itself(&mut self, norm: &str, slot: &str, at: At) {
        self.error(
            "cycle",
            at,
            Say::new(
                format!("what `{norm}.{slot}` is cannot be told: it is only what it was the period before, or its parts do not go together"),
                format!("看不出 `{norm}.{slot}` 是什么：它只等于上一期之值，或各部分单位不合"),
            ),
            Say::new("say what it begins with, as in `… of the year before or else 0 working days`", "请写明起始之值，如 `上一年 的 … 无则 0 个工作日`"),
        );
    }

    /// Whose value is read of a norm that decides period by period; the outer none when it cannot be: the norm judges otherwise, its periods are
    /// shorter than the occasion's, or the occasion names nobody of its register.
    #[allow(clippy::option_option)]
    fn whose_period(&self, env: &Env, decider: &This, of: Option<Typed>) -> Option<Option<Expr>> {
        let This::Period(entity, theirs) = decider else { return None };
        let holds = match &env.this {
            This::Records(_) | This::Unknown => true,
            This::Period(_, mine) => mine == theirs || is_longer(theirs, mine),
            _ => false,
        };
        match (entity, of) {
            _ if !holds => None,
            (None, None) => Some(None),
            (None, Some(_)) => None,
            (Some(_), Some(of)) => Some(Some(of.expr)),
            (Some(entity), None) => self.subjects(env).into_iter().find(|(role, ..)| role == entity).map(|(.., subject)| Some(subject)),
        }
    }
}

/// Is it judged for each of these: a year may begin on another day?
fn lasts_one(every: &Rhythm, period: Period) -> bool {
    every.count == 1 && every.unit == period || period == Period::Year && every.unit == Period::Month && every.count == 12
}

/// Does the day with which a period of the second ends lie in one period of the first?
fn is_longer(theirs: &Rhythm, mine: &Rhythm) -> bool {
    let plain = |rhythm: &Rhythm| rhythm.weekday.is_none() && !rhythm.working;
    plain(theirs) && theirs.unit >= mine.unit && theirs.count >= mine.count
}

/// Does every occasion of `reader` have one of `decider` with the same key?
fn same_occasion(reader: &This, decider: &This) -> bool {
    match (reader, decider) {
        (This::Unknown, _) | (_, This::Unknown) => true,
        (This::Records(events), This::Records(others)) => events.iter().all(|event| others.contains(event)),
        (a, b) => a == b,
    }
}
