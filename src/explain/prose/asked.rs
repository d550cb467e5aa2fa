//! Requirements that rest on what the clause itself decides: who must approve.

use super::Prose;
use crate::model::expr::{Expr, Pattern};
use crate::model::norm::What;
use crate::model::office::NOBODY;
use crate::model::value::Scalar;
use crate::model::walk::{self, Look};
use crate::reference::derivation::{Value, World};

/// Slots of a norm that an expression reads.
struct Own<'n> {
    norm: &'n str,
    slots: Vec<String>,
}

impl Look for Own<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Decided(norm, slot) = expr
            && norm == self.norm
            && !self.slots.contains(slot)
        {
            self.slots.push(slot.clone());
        }
    }
    fn pattern(&mut self, _: &Pattern) {}
}

fn look(what: &What, own: &mut Own<'_>) {
    match what {
        What::Records { pattern, .. } => walk::pattern(pattern, own),
        What::Moment(expr) | What::Condition(expr) => walk::expr(expr, own),
        What::Either(alternatives) => alternatives.iter().for_each(|one| look(&one.what, own)),
    }
}

impl Prose<'_> {
    /// `: approved by director`, for what the requirement reads of the clause's own slots.
    pub(super) fn decided_for(&self, world: &World, what: &What) -> String {
        let mut own = Own { norm: self.words.norm.map_or("", |norm| norm.name.as_str()), slots: Vec::new() };
        look(what, &mut own);
        let value = |slot: &String| world.decisions.iter().find(|decided| decided.slot == *slot).map(|decided| &decided.value);
        let said: Vec<String> = own
            .slots
            .iter()
            .filter_map(|slot| match value(slot)? {
                Value::Known(Scalar::Kind(_, office)) if &**office == NOBODY => None,
                known @ Value::Known(_) => {
                    let (slot, value) = (self.words.slot(slot), self.words.value(known));
                    Some(if self.words.zh() { self.words.around(&slot, "为", &value) } else { format!("{slot} {value}") })
                },
                _ => None,
            })
            .collect();
        if said.is_empty() { String::new() } else { format!("{}{}", self.words.pick(": ", "："), said.join(self.words.pick(", ", "，"))) }
    }
}
