//! `approval`: rows decide who signs; the signatures must be there, in order.

use super::data::cites;
use super::effects::Context;
use super::env::Env;
use super::expr::{all, any, negated};
use super::office::offices;
use super::slots::Target;
use super::table::Head;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::{Say, Span};
use crate::model::EntitySort;
use crate::model::expr::{Aggregate, Expr, Measure, Op, Pattern, Scope, Window};
use crate::model::norm::{Clause, Hit, Requirement, Until, What};
use crate::model::number::Number;
use crate::model::office::{NOBODY, SELF_SIGNED};
use crate::model::value::{Scalar, Type, Unit};
use crate::syntax::tree::{self, Cell, Column, Line, Link, Name, SignedIn, SignedUntil, Step, StepColumn};

/// A column of steps.
struct Taken<'t> {
    slot: String,
    step: &'t StepColumn,
    span: Span,
    /// What its cells name, each list once.
    cells: Vec<&'t [Name]>,
    /// Some rows ask nobody.
    nobody: bool,
}

/// A step whose records are known.
struct Signed {
    /// That nobody need take it.
    nobody: Option<Expr>,
    /// Its signatures.
    pattern: Pattern,
}

impl<'t> Lower<'t> {
    /// The head of a column of steps.
    pub(super) fn step_head(&mut self, env: &Env, table: &'t tree::TableBody, n: usize, step: &'t StepColumn) -> Head<'t> {
        let before = table.columns.iter().take(n).filter(|column| matches!(&column.value, Column::Step(other) if other.step == step.step)).count();
        Head::Step(slot(step.step, before), self.step_kind(env, step))
    }

    /// The enumeration of what the cells of the column name: offices, or values of the field of a filing.
    fn step_kind(&mut self, env: &Env, step: &StepColumn) -> String {
        let named = step.named.as_ref().filter(|_| step.step == Step::Filed);
        let kinds = named.map(|field| self.kinds_of_fields(&field.value)).unwrap_or_default();
        match kinds.as_slice() {
            [kind] => kind.clone(),
            _ => offices(env.regulation.as_deref()),
        }
    }

    /// The enumerations that fields of this name have.
    fn kinds_of_fields(&self, name: &str) -> Vec<String> {
        let fields = self.model.events.iter().flat_map(|event| &event.fields).filter(|field| field.name == name);
        let mut kinds: Vec<String> = fields.filter_map(|field| if let Type::Kind(kind) = &field.ty { Some(kind.clone()) } else { None }).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }

    /// A cell below a step is a clause of the step's slot.
    pub(super) fn step_clause(&mut self, context: &mut Context, (slot, kind): (&str, &str), names: &[Name], clause: (String, Vec<String>, Option<Expr>), at: At) {
        let (name, cites, when) = clause;
        let is_office = kind.starts_with(crate::model::office::OFFICES);
        if names.is_empty() && !is_office {
            return;
        }
        let value = value_of(names);
        if !is_office && self.model.kind(kind).is_some_and(|kind| kind.rank(&value).is_none()) {
            self.no_such_value(kind, &value, at);
            return;
        }
        let expr = Expr::Value(Scalar::Kind(kind.into(), value.as_str().into()));
        let value = Typed::known(expr.clone(), Type::Kind(kind.to_owned()), at);
        let hit = if is_office { context.hit.unwrap_or(Hit::ExactlyOne) } else { Hit::AtMostOne };
        self.add_clause(&mut context.slots, &Target::decides(slot, hit), Clause { name, cites, when, value: expr, item: None }, value);
    }

    /// What an approval asks for: each step signed by who holds the office, in order.
    pub(super) fn signatures(&mut self, context: &mut Context, tree: &'t tree::Norm) {
        let (env, own) = (context.env.clone(), tree.lines.iter().any(|line| line.value == Line::NotTheirOwn));
        let lines: Vec<&'t SignedIn> = tree.lines.iter().filter_map(|line| if let Line::SignedIn(signed) = &line.value { Some(signed) } else { None }).collect();
        let (mut in_order, mut by_themselves): (Vec<Signed>, Vec<Expr>) = (Vec::new(), Vec::new());
        for taken in steps(tree) {
            let step = taken.step.step;
            let (at, before) = (env.at(taken.span), context.parts());
            if let Some(role) = taken.step.named.as_ref().filter(|_| step != Step::Filed) {
                by_themselves.extend(self.named_in_request(context, &taken, role, own));
                self.wrote(context, &before, taken.span);
                continue;
            }
            let line = lines.iter().find(|line| line.step == step).or_else(|| lines.iter().find(|line| line.step == Step::Signed && step != Step::Filed));
            let Some(line) = line else {
                self.nowhere_signed(step, at);
                continue;
            };
            let Some((signed, by_asker)) = self.signed(context, &taken, line, own) else { continue };
            by_themselves.extend(by_asker.filter(|is| !by_themselves.contains(is)));
            self.must_be_signed(context, &signed, line);
            self.wrote(context, &before, taken.span);
            if step != Step::Filed {
                in_order.push(signed);
            }
        }
        let before = context.parts();
        context.requirements.extend(in_the_order(&in_order));
        if let (false, Some(by_themselves)) = (own, any(by_themselves)) {
            self.tell_own(context, by_themselves, env.at(tree.head.name.span));
        }
        self.wrote(context, &before, tree.head.name.span);
    }

    fn nowhere_signed(&mut self, step: Step, at: At) {
        let (en, zh) = if step == Step::Filed { ("filed in", "备案 见") } else { ("signed in", "签字 见") };
        self.error(
            "form-incomplete",
            at,
            Say::new("nothing says where this is recorded", "未写明此事记于何处"),
            Say::new(
                format!("add `{en} EVENT for the same CASE`, or the role of the request that names who, as in `approved by (approver)`"),
                format!("请加上 `{zh} 事件 同一 案件`，或写明申请中的角色，如 `批准人（批准人）`"),
            ),
        );
    }

    /// A step that the request itself names: `approved by (approver)`. Gives whether it is the asker.
    fn named_in_request(&mut self, context: &mut Context, taken: &Taken<'t>, role: &'t Name, own: bool) -> Option<Expr> {
        let env = context.env.clone();
        let at = env.at(role.span);
        let who = self.in_this(&env, &role.value);
        let Some((expr, ty)) = who else {
            let known: Vec<String> = self.subjects(&env).into_iter().map(|(_, role, _)| role).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown(at, ("role of the request", "申请的角色"), &role.value, &known);
            return None;
        };
        let events = if let super::env::This::Records(events) = &env.this { events.clone() } else { Vec::new() };
        self.uses_found(&env, at, &role.value, &expr, &events);
        let by_asker = self.asker_is(&env, &expr, &ty);
        let held = self.held_as_decided(context, &env, Typed::new(expr, ty, at), taken)?;
        let mine = by_asker.clone().filter(|_| own).map(negated);
        let signed = all([held].into_iter().chain(mine));
        let what = What::Condition(any(self.nobody(context, taken).into_iter().chain(signed))?);
        context.requirements.push(Requirement { cites: Vec::new(), what, until: None, suspended: Vec::new() });
        by_asker
    }

    /// That this person is the one whose request it is.
    fn asker_is(&self, env: &Env, who: &Expr, ty: &Ty) -> Option<Expr> {
        let Ty::Is(Type::Ref(entity)) = ty else { return None };
        let (.., asker) = self.subjects(env).into_iter().find(|(of, ..)| of == entity)?;
        (asker != *who).then(|| Expr::Compare(Op::Eq, Box::new(who.clone()), Box::new(asker)))
    }

    /// The signatures of a step, and whether one of them is the asker's.
    fn signed(&mut self, context: &mut Context, taken: &Taken<'t>, line: &'t SignedIn, own: bool) -> Option<(Signed, Option<Expr>)> {
        let env = context.env.clone();
        let events = self.events(&env, &line.pattern)?;
        let links = self.links_of_signatures(&env, &line.pattern, &events)?;
        let inside = env.inside(&events);
        let written = line.pattern.filter.as_ref().map(|filter| self.condition(&inside, filter));
        let at = env.at(taken.span);
        let (by, by_asker) = match &taken.step.named {
            Some(field) => (self.filed_with(context, &events, taken, field)?, None),
            None => {
                let (who, ty) = self.signer(&env, &events, taken, env.at(line.pattern.span))?;
                let by_asker = self.asker_is(&env, &who, &ty);
                let held = self.held_as_decided(context, &inside, Typed::new(who, ty, at), taken)?;
                let mine = by_asker.clone().filter(|_| own).map(negated);
                (all(mine.into_iter().chain([held]))?, by_asker)
            }
        };
        let pattern = |filter| Pattern { events: events.clone(), links: links.clone(), filter };
        let by_asker = by_asker.map(|is| happened(&pattern(all(written.clone().into_iter().chain([is]))), Window::Ever));
        let signed = Signed { nobody: self.nobody(context, taken), pattern: pattern(all(written.into_iter().chain([by]))) };
        Some((signed, by_asker))
    }

    /// Signatures belong to a case; that of the request, where nothing is written.
    fn links_of_signatures(&mut self, env: &Env, pattern: &tree::Pattern, events: &[String]) -> Option<Vec<(String, Expr)>> {
        if pattern.link != Link::Implicit {
            return Some(self.links(env, pattern.span, &pattern.link, events));
        }
        let is_case = |entity: &str| self.model.entity(entity).is_some_and(|entity| entity.sort == EntitySort::Case);
        let cases = self.subjects(env).into_iter().filter(|(entity, ..)| is_case(entity));
        let link = cases.into_iter().find_map(|(entity, role, value)| Some((self.shared_role(events, &entity, &role)?, value)));
        if link.is_none() {
            self.error(
                "link-missing",
                env.at(pattern.span),
                Say::new("nothing says which signatures belong to this request", "未写明哪些签字属于本申请"),
                Say::new("write `for the same X`, with a case or field that both have", "请写 `同一 X`，X 为两者共有的案件或字段"),
            );
        }
        link.map(|link| vec![link])
    }

    /// Who signed: the role of the signature whose register has the offices.
    fn signer(&mut self, env: &Env, events: &[String], taken: &Taken<'t>, at: At) -> Option<(Expr, Ty)> {
        let office = taken.cells.iter().find_map(|names| names.first())?;
        let entity = self.office_of(env, office)?;
        let Some(role) = self.shared_role(events, &entity, &entity) else {
            self.error(
                "link-missing",
                at,
                Say::new(format!("these records name no `{entity}` who signs"), format!("这些记录没有签字的 `{entity}`")),
                Say::new(format!("give the event a role, as in `event signed by {entity}`"), format!("请为事件加上角色，如 `事件 签字 由 {entity}`")),
            );
            return None;
        };
        Some((Expr::Field(Scope::Counted, role), Ty::Is(Type::Ref(entity))))
    }

    /// `filed with (place)`: the filing's field says what the rows decide.
    fn filed_with(&mut self, context: &Context, events: &[String], taken: &Taken<'t>, field: &'t Name) -> Option<Expr> {
        let at = context.env.at(field.span);
        let Some((expr, ty)) = self.in_records(events, Scope::Counted, &field.value) else {
            let known: Vec<String> = events.iter().filter_map(|event| self.model.event(event)).flat_map(|event| &event.fields).map(|f| f.name.clone()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown(at, ("field of the filing", "备案记录的字段"), &field.value, &known);
            return None;
        };
        self.uses_found(&context.env, at, &field.value, &expr, events);
        let kind = Ty::Is(Type::Kind(self.step_kind(&context.env, taken.step)));
        self.fit(Typed::new(expr.clone(), ty, at), &kind);
        let decided = Expr::Decided(context.full.clone(), taken.slot.clone());
        Some(Expr::Compare(Op::Eq, Box::new(expr), Box::new(decided)))
    }

    /// That the person holds the office which the rows decided.
    fn held_as_decided(&mut self, context: &Context, env: &Env, who: Typed, taken: &Taken<'t>) -> Option<Expr> {
        let office = Expr::Decided(context.full.clone(), taken.slot.clone());
        let mut asks = Vec::new();
        for names in &taken.cells {
            let asked: Vec<Expr> = names.iter().filter_map(|name| self.asked_of(env, &who, name)).collect();
            if asked.len() < names.len() {
                return None;
            }
            asks.push((value_of(names), any(asked)?));
        }
        self.holds_one(env, who, office, asks)
    }

    /// That nobody need take the step.
    fn nobody(&self, context: &Context, taken: &Taken<'t>) -> Option<Expr> {
        let slot = Expr::Decided(context.full.clone(), taken.slot.clone());
        if taken.step.step == Step::Filed && taken.step.named.is_some() {
            return taken.nobody.then(|| negated(Expr::Stated(Box::new(slot))));
        }
        let kind = offices(context.env.regulation.as_deref());
        taken.nobody.then(|| Expr::Compare(Op::Eq, Box::new(slot), Box::new(Expr::Value(Scalar::Kind(kind.as_str().into(), NOBODY.into())))))
    }

    /// The signature must be there: ever, before the request, or in time.
    fn must_be_signed(&mut self, context: &mut Context, signed: &Signed, line: &'t SignedIn) {
        let requirement = |what, until| Requirement { cites: cites(&line.cites), what, until, suspended: Vec::new() };
        let window = match &line.until {
            None => Window::Ever,
            Some(SignedUntil::SoFar) => Window::SoFar,
            Some(SignedUntil::Deadline(deadline)) => {
                let Some(default) = self.deadline(&context.env.clone(), deadline) else { return };
                let one = Expr::Value(Scalar::Quantity(Number::whole(1), Unit::One));
                let records = What::Records { pattern: signed.pattern.clone(), op: Op::Ge, number: one, distinct: None };
                let records = requirement(records, Some(Until { default, changes: Vec::new(), on_request: None }));
                context.requirements.push(match &signed.nobody {
                    None => records,
                    Some(nobody) => {
                        let nobody = requirement(What::Condition(nobody.clone()), None);
                        Requirement { cites: Vec::new(), what: What::Either(vec![nobody, records]), until: None, suspended: Vec::new() }
                    }
                });
                return;
            }
        };
        let there = happened(&signed.pattern, window);
        let what = any(signed.nobody.clone().into_iter().chain([there]));
        context.requirements.extend(what.map(|what| requirement(What::Condition(what), None)));
    }

    /// Signing one's own request is allowed, and told.
    fn tell_own(&mut self, context: &mut Context, is: Expr, at: At) {
        let yes = Expr::Value(Scalar::Bool(true));
        let clause = Clause { name: SELF_SIGNED.to_owned(), cites: Vec::new(), when: Some(is), value: yes.clone(), item: None };
        self.add_clause(&mut context.slots, &Target::decides(SELF_SIGNED, Hit::AtMostOne), clause, Typed::known(yes, Type::Bool, at));
    }
}

/// Of two steps that are signed the later one has a signature that is not before the first of the earlier one.
fn in_the_order(steps: &[Signed]) -> Vec<Requirement> {
    let mut made = Vec::new();
    for (n, later) in steps.iter().enumerate() {
        for earlier in steps.iter().take(n) {
            let at = |signed: &Signed, aggregate| {
                let (pattern, of) = (signed.pattern.clone(), Some(Expr::At(Scope::Counted)));
                let measure = Measure { name: None, label: None, aggregate, pattern, of, distinct: None, window: Window::Ever };
                Box::new(Expr::Measure(Box::new(measure)))
            };
            let free = earlier.nobody.iter().chain(&later.nobody).cloned();
            let missing = [earlier, later].map(|signed| negated(happened(&signed.pattern, Window::Ever)));
            let follows = Expr::Compare(Op::Le, at(earlier, Aggregate::First), at(later, Aggregate::Last));
            let what = any(free.chain(missing).chain([follows])).expect("three parts");
            made.push(Requirement { cites: Vec::new(), what: What::Condition(what), until: None, suspended: Vec::new() });
        }
    }
    made
}

/// There is a record of the pattern.
pub(super) fn happened(pattern: &Pattern, window: Window) -> Expr {
    Expr::Measure(Box::new(Measure { name: None, label: None, aggregate: Aggregate::Any, pattern: pattern.clone(), of: None, distinct: None, window }))
}

/// The columns of steps, from left to right.
fn steps(tree: &tree::Norm) -> Vec<Taken<'_>> {
    let mut all: Vec<Taken<'_>> = Vec::new();
    for table in tree.lines.iter().filter_map(|line| if let Line::Table(table) = &line.value { Some(table) } else { None }) {
        for (n, column) in table.columns.iter().enumerate() {
            let Column::Step(step) = &column.value else { continue };
            let before = table.columns.iter().take(n).filter(|column| matches!(&column.value, Column::Step(other) if other.step == step.step)).count();
            let cells = table.rows.iter().filter_map(|row| row.value.get(n)).filter_map(|cell| if let Cell::Names(names) = &cell.value { Some(names.as_slice()) } else { None });
            let mut taken = Taken { slot: slot(step.step, before), span: column.span, step, cells: Vec::new(), nobody: false };
            for names in cells {
                taken.nobody |= names.is_empty();
                if !names.is_empty() && !taken.cells.contains(&names) {
                    taken.cells.push(names);
                }
            }
            all.push(taken);
        }
    }
    all
}

/// The value that stands for these offices.
pub(super) fn value_of(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
    if names.is_empty() { NOBODY.to_owned() } else { names.join(" or ") }
}

/// The slot of a step; the second of its sort is `approved_by_2`.
fn slot(step: Step, before: usize) -> String {
    let name = match step {
        Step::Agreed => "agreed_by",
        Step::Reviewed => "reviewed_by",
        Step::Consented => "consented_by",
        Step::Countersigned => "countersigned_by",
        Step::Approved => "approved_by",
        Step::Issued => "issued_by",
        Step::Signed => "signed_by",
        Step::Filed => "filed_with",
    };
    if before == 0 { name.to_owned() } else { format!("{name}_{}", before + 1) }
}
