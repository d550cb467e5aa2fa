//! Making a condition hold (or fail) for a record that is being made.

use super::Maker;
use super::eval::Seen;
use super::lore;
use super::world::Draft;
use crate::model::expr::{About, Expr, Measure, Scope, Window};
use crate::model::value::{Scalar, Type};
use crate::model::walk::{self, Look};
use crate::model::{EntitySort, Field};
use std::collections::BTreeSet;

/// How often a value is drawn anew.
const TRIES: usize = 40;

/// Where a condition stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a, 'm> {
    /// As what it sees the record that is being made.
    pub(super) scope: Scope,
    /// What else it sees.
    pub(super) seen: &'a Seen<'a, 'm>,
    /// Roles and fields that are left alone.
    pub(super) fixed: &'a BTreeSet<String>,
    /// How many records are being made for the sake of others.
    pub(super) depth: u32,
}

impl<'m> Maker<'m> {
    /// Changes `draft` so that the condition is as wanted, as far as that can be had.
    pub(super) fn wish(&mut self, expr: &Expr, want: bool, draft: &mut Draft<'m>, place: Place<'_, 'm>) {
        let Place { scope, seen, fixed, depth } = place;
        if self.holds(expr, &seen.with(scope, draft)) == Some(want) {
            return;
        }
        match (expr, want) {
            (Expr::Not(of), _) => self.wish(of, !want, draft, place),
            (Expr::And(all), true) | (Expr::Or(all), false) => all.iter().for_each(|one| self.wish(one, want, draft, place)),
            (Expr::And(all), false) | (Expr::Or(all), true) => {
                let first = self.chance.below(all.len());
                for one in all.iter().cycle().skip(first).take(all.len()) {
                    self.wish(one, want, draft, place);
                    if self.holds(one, &seen.with(scope, draft)) != Some(!want) {
                        return;
                    }
                }
            }
            (Expr::Judged(fact, About::Record(of)), _) if *of == scope => _ = draft.judged.insert(fact.clone(), want),
            (Expr::Judged(fact, About::Subject(of)), _) => {
                if let Some(Scalar::Ref(_, id)) = self.eval(of, &seen.with(scope, draft)) {
                    self.world.judged.insert((fact.clone(), id.to_string()), want);
                }
            }
            (Expr::Measure(_), true) => {
                if let Some(measure) = lore::any(expr) {
                    self.before(measure, draft, seen, scope, depth);
                }
            }
            (Expr::Stated(of), false) => {
                if let Expr::Field(of, name) = of.as_ref()
                    && *of == scope
                    && !fixed.contains(name)
                {
                    draft.fields.insert(name.clone(), None);
                }
            }
            _ => self.draw(expr, want, draft, scope, seen, fixed),
        }
    }

    /// Draws the fields that the condition reads until it is as wanted; otherwise leaves them as they were.
    fn draw(&mut self, expr: &Expr, want: bool, draft: &mut Draft<'m>, scope: Scope, seen: &Seen<'_, 'm>, fixed: &BTreeSet<String>) {
        let mut reads = Reads { scope, names: BTreeSet::new(), traits: BTreeSet::new(), at: false };
        walk::expr(expr, &mut reads);
        let event = draft.event;
        let fields: Vec<&'m Field> = event.fields.iter().filter(|field| reads.names.contains(&field.name) && !fixed.contains(&field.name)).collect();
        let before = (draft.fields.clone(), draft.at);
        let schedule = self.lore.schedules.get(draft.event.name.as_str()).copied();
        if self.equate(expr, want, draft, scope, seen, &fields) {
            return;
        }
        for _ in 0..TRIES {
            if reads.at && schedule.is_some() {
                draft.at = self.clock.minute(before.1.date(), schedule, &mut self.chance);
            }
            for field in &fields {
                match &field.ty {
                    Type::Ref(entity) if self.is_case(entity) => self.change_case(draft, field, &reads.traits),
                    _ => {
                        let value = self.value(field, draft);
                        draft.fields.insert(field.name.clone(), value);
                    }
                }
            }
            if self.holds(expr, &seen.with(scope, draft)) == Some(want) {
                return;
            }
        }
        (draft.fields, draft.at) = before;
    }

    /// `FIELD op VALUE` where the value is known: the field is set.
    fn equate(&mut self, expr: &Expr, want: bool, draft: &mut Draft<'m>, scope: Scope, seen: &Seen<'_, 'm>, fields: &[&'m Field]) -> bool {
        let Expr::Compare(op, a, b) = expr else { return false };
        let op = if want { *op } else { op.inverse() };
        for (side, other, op) in [(a, b, op), (b, a, op.mirrored())] {
            let Expr::Field(of, name) = side.as_ref() else { continue };
            let Some(field) = fields.iter().find(|field| field.name == *name && *of == scope) else { continue };
            let target = self.eval(other, &seen.with(scope, draft));
            if target.is_some_and(|target| self.set(draft, field, op, &target)) {
                return true;
            }
        }
        false
    }

    /// Draws attributes of a case anew while nothing but this record speaks of it.
    fn change_case(&mut self, draft: &Draft<'m>, role: &Field, traits: &BTreeSet<String>) {
        let (Some(Scalar::Ref(entity, id)), true) = (draft.value(&role.name).cloned(), draft.opened.as_deref() == Some(&role.name)) else { return };
        let Some(declared) = self.model.entity(&entity).filter(|entity| entity.sort == EntitySort::Case) else { return };
        for field in declared.attributes.iter().filter(|field| traits.contains(&field.name)) {
            let value = self.any_value(field, draft.at, &[]);
            if let Some(member) = self.world.member_mut(&entity, &id) {
                member.values.insert(field.name.clone(), value);
            }
        }
    }

    /// What should have been there before: a record of the measure's pattern, some days or hours earlier.
    fn before(&mut self, measure: &Measure, draft: &Draft<'m>, seen: &Seen<'_, 'm>, scope: Scope, depth: u32) {
        if depth == 0 || self.is_full() || matches!(measure.window, Window::Since(_)) {
            return;
        }
        // An occasion's own record is what the measure looks from; in a filter it is the counted one.
        let seen = seen.with(scope, draft);
        let back = if matches!(measure.window, Window::Period { .. }) { 2 } else { 6 };
        let Some(first) = draft.at.checked_sub_signed(chrono::Duration::days(back)) else { return };
        let earlier = draft.at - chrono::Duration::minutes(self.chance.between(5, 600));
        self.follow(&measure.pattern, &seen, first, earlier, depth - 1);
    }
}

/// Fields of the scope that an expression reads, and names of attributes.
struct Reads {
    scope: Scope,
    names: BTreeSet<String>,
    traits: BTreeSet<String>,
    /// Its time.
    at: bool,
}

impl Look for Reads {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Field(scope, name) if *scope == self.scope => _ = self.names.insert(name.clone()),
            Expr::Fact(_, _, name) => _ = self.traits.insert(name.clone()),
            Expr::At(scope) if *scope == self.scope => self.at = true,
            _ => {}
        }
    }
}
