//! Whom it falls on: a ban or duty on what somebody does that binds somebody else.

use super::Context;
use super::finding::{Finding, plain};
use crate::diagnostics::{Say, Severity};
use crate::model::Field;
use crate::model::expr::{Expr, Scope};
use crate::model::norm::{Norm, Occasion};
use crate::model::value::Type;

/// Looks at who bears a norm on a record: where that is somebody whom a register names, the one who acted may go free.
pub(super) fn look(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>) {
    let Occasion::Record(pattern) = &norm.occasion else { return };
    let Some(Expr::Fact(of, entity, attribute)) = &norm.bearer else { return };
    let binds = norm.violation || !norm.if_breached.is_empty() || norm.decisions.iter().any(|decision| decision.posting.is_some());
    let bearer = context.model.entity(entity).and_then(|entity| entity.attribute(attribute)).map(|field| &field.ty);
    let Some(Type::Ref(person)) = bearer else { return };
    // Somebody of the same register acts; the thing whose keeper is bound does not.
    let actor = pattern.events.iter().filter_map(|event| context.model.event(event)).find_map(|event| {
        event.fields.iter().take(event.roles).find(|role| role.ty == Type::Ref(person.clone()) && **of != Expr::Field(Scope::This, role.name.clone()))
    });
    // One whom no norm on such records binds, such as an inspector, only says what somebody else did.
    let bound = |actor: &Field| context.model.norms.iter().any(|other| matches!(&other.occasion, Occasion::Record(on) if on.events == pattern.events) && binds_actor(other, actor));
    let Some(actor) = actor.filter(|actor| binds && bound(actor) && !mentions(norm, &actor_of(actor))) else { return };
    let speech = context.speech(&norm.name);
    let title = speech.say(|words| words.quoted_norm(&norm.name));
    let bound = speech.say(|words| norm.bearer.as_ref().map_or(String::new(), |bearer| words.phrase(bearer, &[])));
    let who = speech.say(|words| words.phrase(&actor_of(actor), &[]));
    let message = Say::new(
        format!("{} falls on {}, who may be somebody else than {}; of the latter nothing is said", title.en, bound.en, who.en),
        format!("{}由{}负责，而{}可能另有其人，对后者没有规定", title.zh, bound.zh, who.zh),
    );
    let help = Say::new("say in another norm what follows for the one who acted; if the text is so, keep it and write `expect finding other-bearer because \"…\"`", "另写一条规定行为人的责任；原文就是这样的，照原样保留，并写`预期 问题 other-bearer 因为 “…”`");
    let place = context.written.items.get(&norm.name).cloned();
    found.push(Finding { places: vec![(place, speech.say(|words| words.cites(&norm.cites)))], help, ..plain("other-bearer", Severity::Note, &norm.name, message) });
}

/// Does the norm bind the one in this role? Without a bearer of its own it binds the subject.
fn binds_actor(norm: &Norm, role: &Field) -> bool {
    norm.bearer.as_ref().is_none_or(|bearer| *bearer == actor_of(role) || *bearer == Expr::Subject)
}

fn actor_of(role: &Field) -> Expr {
    Expr::Field(Scope::This, role.name.clone())
}

/// Does a condition of the norm look at the one who acts? Then it knows of the two.
fn mentions(norm: &Norm, actor: &Expr) -> bool {
    struct Sees<'a>(&'a Expr, bool);
    impl crate::model::walk::Look for Sees<'_> {
        fn expr(&mut self, expr: &Expr) {
            self.1 |= expr == self.0;
        }
    }
    let mut sees = Sees(actor, false);
    norm.when.iter().for_each(|when| crate::model::walk::expr(when, &mut sees));
    sees.1
}
