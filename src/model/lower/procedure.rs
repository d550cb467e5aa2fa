//! `procedure`: a step by whom, after which others, in what time, by nobody who took part before.

use super::approval::happened;
use super::data::cites;
use super::duty::follows;
use super::effects::Context;
use super::env::Env;
use super::expr::{all, any, negated};
use super::ty::Typed;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Aggregate, Expr, Measure, Op, Pattern, Scope, Window};
use crate::model::group::{Group, Members};
use crate::model::norm::{Deadline, Requirement, Until, What};
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::syntax::tree::{self, Link, Name, ProcedureStep, StepAfter};

impl<'t> Lower<'t> {
    /// What a step asks for.
    pub(super) fn step_after(&mut self, context: &mut Context, of: &'t StepAfter, at: At) {
        let env = context.env.clone();
        let Some(pattern) = self.records_of(&env, &of.step.event) else { return };
        let mut conditions = Vec::new();
        conditions.extend(self.by_holder(&env, &of.step, &pattern));
        let mut before = Vec::new();
        for earlier in &of.before {
            let Some(records) = self.records_of(&env, &earlier.event) else { continue };
            let due = earlier.when.as_ref().map(|when| self.condition(&env, when));
            if let What::Condition(follows) = follows(&records, &pattern) {
                conditions.extend(any(due.clone().map(negated).into_iter().chain([follows])));
            }
            before.push((records, due));
        }
        let sources = cites(&of.step.cites);
        let requirement = |what, until| Requirement { cites: sources.clone(), what, until, suspended: Vec::new() };
        context.requirements.extend(conditions.into_iter().map(|condition| requirement(What::Condition(condition), None)));
        for (event, cited) in &of.apart {
            let cited = if cited.is_empty() { sources.clone() } else { cites(cited) };
            let others = self.by_others(&env, &of.step, &pattern, event);
            context.requirements.extend(others.map(|others| Requirement { cites: cited, what: What::Condition(others), until: None, suspended: Vec::new() }));
        }
        let Some(length) = &of.step.within else { return };
        let Some(length) = self.length(&env, length) else { return };
        if before.is_empty() {
            return self.nothing_before(at);
        }
        // From the nearest step before it that is due.
        let mut nearer: Vec<Expr> = Vec::new();
        for (earlier, due) in before.iter().rev() {
            let start = first_at(earlier);
            let skip = nearer.iter().cloned().chain(due.clone().map(negated)).chain([negated(happened(earlier, Window::Ever))]);
            let skip = requirement(What::Condition(any(skip).expect("one part")), None);
            let one = Expr::Value(Scalar::Quantity(Number::whole(1), Unit::One));
            let records = What::Records { pattern: pattern.clone(), op: Op::Ge, number: one, distinct: None };
            let until = Until { default: Deadline::Within(length.clone(), Some(start), None), changes: Vec::new(), on_request: None };
            let either = vec![skip, requirement(records, Some(until))];
            context.requirements.push(Requirement { cites: Vec::new(), what: What::Either(either), until: None, suspended: Vec::new() });
            match due {
                Some(due) => nearer.push(due.clone()),
                None => break,
            }
        }
    }

    fn nothing_before(&mut self, at: At) {
        self.error(
            "wrong-line",
            at,
            Say::new("there is no step before this one from which the time could run", "此步骤之前没有可起算的步骤"),
            Say::new("leave `within …` out of the first step", "请删去首个步骤的期限"),
        );
    }

    /// The records of a step about the occasion's case.
    fn records_of(&mut self, env: &Env, event: &Name) -> Option<Pattern> {
        let pattern = tree::Pattern { events: vec![event.clone()], link: Link::Implicit, filter: None, span: event.span };
        self.unfiltered(env, &pattern)
    }

    /// No record of the step is by somebody who holds none of its offices.
    fn by_holder(&mut self, env: &Env, step: &'t ProcedureStep, records: &Pattern) -> Option<Expr> {
        let entity = self.office_of(env, step.by.first()?)?;
        let at = env.at(step.event.span);
        let role = self.who_acts(records, &entity, at)?;
        let who = Typed::known(Expr::Field(Scope::Counted, role), Type::Ref(entity), at);
        let inside = env.inside(&records.events);
        let held: Vec<Expr> = step.by.iter().filter_map(|office| self.held(&inside, who.clone(), office)).collect();
        if held.len() < step.by.len() {
            return None;
        }
        let others = Pattern { filter: Some(negated(any(held)?)), ..records.clone() };
        Some(negated(happened(&others, Window::Ever)))
    }

    /// The role of those records that says who acts.
    fn who_acts(&mut self, records: &Pattern, entity: &str, at: At) -> Option<String> {
        let role = self.shared_role(&records.events, entity, entity);
        if role.is_none() {
            self.error(
                "link-missing",
                at,
                Say::new(format!("these records name no `{entity}` who acts"), format!("这些记录没有办理的 `{entity}`")),
                Say::new(format!("give the event a role, as in `by {entity}`"), format!("请为事件加上角色，如 `由 {entity}`")),
            );
        }
        role
    }

    /// Nobody of the register stands in both steps.
    fn by_others(&mut self, env: &Env, step: &'t ProcedureStep, records: &Pattern, event: &'t Name) -> Option<Expr> {
        let other = self.records_of(env, event)?;
        let at = env.at(step.event.span);
        let entity = self.people(&records.events)?;
        let mine = self.who_acts(records, &entity, at)?;
        let theirs = self.who_acts(&other, &entity, env.at(event.span))?;
        let by = |pattern: &Pattern, role: &str| {
            let mut pattern = pattern.clone();
            pattern.links.push((role.to_owned(), Expr::Each));
            happened(&pattern, Window::Ever)
        };
        let both = all([by(&other, &theirs), by(records, &mine)]);
        let number = Group { aggregate: Aggregate::Count, of: Members::Register(entity), filter: both, value: None, unit: Unit::One };
        let nobody = Expr::Value(Scalar::Quantity(Number::whole(0), Unit::One));
        Some(Expr::Compare(Op::Eq, Box::new(Expr::Group(Box::new(number))), Box::new(nobody)))
    }

    /// The register of the first role that is one.
    fn people(&self, events: &[String]) -> Option<String> {
        let roles = self.model.event(events.first()?)?.role_fields();
        let register = |entity: &str| self.model.entity(entity).is_some_and(|entity| entity.sort == crate::model::EntitySort::Register);
        roles.iter().find_map(|role| if let Type::Ref(entity) = &role.ty { register(entity).then(|| entity.clone()) } else { None })
    }
}

/// When the first record of the pattern was.
fn first_at(pattern: &Pattern) -> Expr {
    let of = Some(Expr::At(Scope::Counted));
    Expr::Measure(Box::new(Measure { name: None, label: None, aggregate: Aggregate::First, pattern: pattern.clone(), of, distinct: None, window: Window::Ever }))
}
