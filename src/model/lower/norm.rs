//! A norm: envelope, occasion, conditions; the effects are in the files beside.

use super::data::cites;
use super::declare::text;
use super::effects::Context;
use super::env::{Env, This};
use super::expr::{all, negated};
use super::names::Scoped;
use super::slots::Draft;
use super::ty::Ty;
use super::{At, Lower, Stage};
use crate::diagnostics::Say;
use crate::model::{EntitySort, Interval};
use crate::model::expr::{Expr, Scope};
use crate::model::norm::{DEADLINE, Exception, Norm, Occasion, Posting, What};
use crate::model::value::{Type, Unit};
use crate::syntax::tree::{self, Form, Line};

/// Norms that read each other in a row.
const CHAIN: usize = 64;

/// What other norms may know of a lowered norm.
#[derive(Debug, Clone)]
pub(super) struct Facets {
    /// Its occasion.
    pub this: This,
    /// It is judged for each of several.
    pub for_each: bool,
    /// Entity of who is bound; none: the institution.
    pub bearer: Option<String>,
    /// Slots and their types.
    pub slots: Vec<(String, Ty)>,
    /// Its deadline is a value, too.
    pub deadline: bool,
    /// Types of what it posts when breached.
    pub posted: Vec<Ty>,
    /// It can be a violation.
    pub can_breach: bool,
    /// It can be met too late.
    pub can_delay: bool,
}

/// What is judged; who is bound, and of which entity.
type Bound = (Option<Occasion>, Option<(Expr, Option<String>)>, Option<String>);

/// What a norm asks besides its lines.
struct Asks {
    dated_by: Option<Expr>,
    judged_on: Option<Expr>,
    when: Option<Expr>,
}

impl<'t> Lower<'t> {
    pub(super) fn all_norms(&mut self) {
        let all: Vec<(String, At)> = self
            .names
            .scoped
            .iter()
            .filter(|(_, (_, item))| matches!(item, Scoped::Norm(_)))
            .map(|(full, (file, _))| (full.clone(), (*file, crate::diagnostics::Span::default())))
            .collect();
        for (full, at) in all {
            self.ensure(&full, at);
        }
        self.unreachable_exceptions();
    }

    /// Lowers a norm if that has not been done. False when it cannot be used; a loop is told at `at`.
    pub(super) fn ensure(&mut self, full: &str, at: At) -> bool {
        if let Some(stage) = self.norms.get(full) {
            return matches!(stage, Stage::Done(_));
        }
        if let Some(start) = self.open.iter().position(|open| open == full) {
            let way: Vec<String> = self.open.iter().skip(start).chain([&full.to_owned()]).map(|name| format!("`{name}`")).collect();
            self.told_cycle(at, &way.join(" → "));
            return false;
        }
        if self.open.len() > CHAIN {
            self.chain_too_long(at);
            return false;
        }
        let Some((file, Scoped::Norm(tree))) = self.names.scoped.get(full).copied() else { return false };
        self.open.push(full.to_owned());
        let (inlining, copies) = (std::mem::take(&mut self.inlining), std::mem::take(&mut self.copies));
        let norm = self.norm(full, file, tree);
        (self.inlining, self.copies) = (inlining, copies);
        self.open.pop();
        let done = norm.is_some();
        self.norms.insert(full.to_owned(), norm.map_or(Stage::Broken, |norm| Stage::Done(Box::new(norm))));
        done
    }

    fn chain_too_long(&mut self, at: At) {
        self.error(
            "too-deep",
            at,
            Say::new(format!("more than {CHAIN} norms wait for each other in a row"), format!("超过 {CHAIN} 条规则依次等待")),
            Say::new("let a norm read an earlier one of the row", "请让规则直接读取前面的规则"),
        );
    }

    pub(super) fn told_cycle(&mut self, at: At, way: &str) {
        self.error(
            "cycle",
            at,
            Say::new(format!("norms wait for each other: {way}"), format!("规则互相等待：{way}")),
            Say::new(
                "take one of them out of the loop; what both need goes into a norm that reads neither, and a record that is only counted should carry no amount that is worked out later. `bylaw explain cycle` shows five ways",
                "请让其中之一脱离此环：两条都要用的，另写一条，且不读取这两条；只用来计数的记录，不带事后才算出的金额。`bylaw explain cycle` 列有五种办法",
            ),
        );
    }

    fn norm(&mut self, full: &str, file: usize, tree: &'t tree::Norm) -> Option<Norm> {
        let regulation = self.regulation_of(file)?.to_owned();
        let base = Env::new(file, Some(regulation.clone()), full.to_owned());
        let (occasion, env) = self.occasion(&base, tree);
        let bearer = self.bearer(&env, tree);
        let bearer_entity = match &bearer {
            Some((_, entity)) => entity.clone(),
            None => self.subject_entity(&env),
        };
        let mut context = Context::new(full, tree.form, &env);
        context.hit = tree.lines.iter().find_map(|line| if let Line::Hit(hit) = &line.value { Some(super::slots::hit(hit.value)) } else { None });
        self.lines(&mut context, tree);
        self.permissions(&mut context, tree, bearer.clone());
        self.signatures(&mut context, tree);
        self.combined(&mut context.slots);
        self.late_lines(&mut context, tree);
        let exceptions = self.exceptions(&mut context, full);
        let mut unless = self.applies(&env, bearer.as_ref());
        unless.append(&mut context.unless);
        let asks = Asks {
            dated_by: self.dated_by(&env, tree),
            judged_on: self.judged_on(&env, tree),
            when: self.conditions(&env, &tree.lines, unless),
        };
        self.put_together(tree, (occasion, bearer, bearer_entity), context, exceptions, asks)
    }

    /// Money that nobody is named for goes to who is bound: where that is a case, to a thing.
    fn posted_to_a_case(&mut self, context: &Context, bearer: Option<&str>) {
        let Some(case) = bearer.filter(|bearer| self.model.entity(bearer).is_some_and(|entity| entity.sort == EntitySort::Case)) else { return };
        let money = |draft: &&Draft| matches!(draft.decision.posting, Some(Posting::Fine | Posting::Deduct | Posting::Pay)) && draft.decision.to.is_none();
        // Somebody who could be meant stands in the record, too.
        let This::Records(events) = &context.env.this else { return };
        let is_register = |ty: &Type| matches!(ty, Type::Ref(entity) if self.model.entity(entity).is_some_and(|entity| entity.sort == EntitySort::Register));
        let roles = events.first().and_then(|event| self.model.event(event)).map(|event| event.role_fields()).unwrap_or_default();
        let Some(who) = roles.iter().find(|role| is_register(&role.ty)).map(|role| role.name.clone()) else { return };
        let Some(at) = context.slots.iter().chain(&context.if_breached).find(money).map(|draft| draft.at) else { return };
        self.warn(
            "posted-to-a-case",
            at,
            Say::new(format!("nobody is named for this amount, so it is posted to the `{case}`, which is no person"), format!("这笔金额没有写明记给谁，会记给 `{case}`，而它不是人")),
            Say::new(format!("say who: `to {who}`, or `borne by {who}` for the whole norm"), format!("请写明：`给 {who}`；整条都由其承担的，写 `由 {who} 负责`")),
        );
    }

    /// The norm, when all that it asks of others is known. By itself: it would stand on the stack while norms that read each other are lowered within
    /// each other.
    fn put_together(&mut self, tree: &'t tree::Norm, (occasion, bearer, bearer_entity): Bound, context: Context, exceptions: Vec<Exception>, asks: Asks) -> Option<Norm> {
        let (full, env) = (context.full.clone(), context.env.clone());
        let regulation = env.regulation.clone()?;
        self.needed_lines(&context, tree);
        self.posted_to_a_case(&context, bearer_entity.as_deref());
        let slots: Vec<(String, Ty)> = context.slots.iter().map(|draft| (draft.decision.slot.clone(), draft.ty.clone())).collect();
        let deadline = deadline_is_a_value(&context);
        let posted = context.if_breached.iter().map(|draft| draft.ty.clone()).collect();
        let can_delay = super::delay::can_delay(&env.this, &context.requirements);
        self.delays_of_nothing(&context, can_delay);
        let can_breach = context.violation
            || !context.requirements.is_empty()
            || context.slots.iter().any(|draft| draft.decision.posting == Some(Posting::Fine))
            || exceptions.iter().any(violates);
        self.facets.insert(full.clone(), Facets { this: env.this.clone(), for_each: env.member.is_some(), bearer: bearer_entity, slots, deadline, posted, can_breach, can_delay });
        Some(Norm {
            name: full,
            continues: tree.continues.as_ref().map(|old| earlier_name(&regulation, &old.value)),
            label: text(tree.head.label.as_ref()),
            regulation,
            cites: cites(&tree.head.cites),
            validity: context.validity,
            dated_by: asks.dated_by,
            judged_on: asks.judged_on,
            occasion: occasion?,
            when: asks.when,
            bearer: bearer.map(|(expr, _)| expr),
            decisions: finished(context.slots),
            requirements: context.requirements,
            terms: context.terms,
            violation: context.violation,
            yields: context.yields,
            if_breached: finished(context.if_breached),
            exceptions,
            expected_findings: context.findings,
            remarks: context.remarks,
        })
    }

    fn dated_by(&mut self, env: &Env, tree: &'t tree::Norm) -> Option<Expr> {
        tree.lines.iter().find_map(|line| if let Line::DatedBy(day) = &line.value { Some(self.when(env, day)) } else { None })
    }

    /// All `when` and no `unless`, and `more`.
    pub(super) fn conditions(&mut self, env: &Env, lines: &'t [tree::Node<Line>], more: Vec<Expr>) -> Option<Expr> {
        let mut parts = Vec::new();
        for line in lines {
            match &line.value {
                Line::When(condition) => parts.push(self.condition(env, condition)),
                Line::Unless(condition) => parts.push(negated(self.condition(env, condition))),
                _ => {}
            }
        }
        all(parts.into_iter().chain(more))
    }

    /// `borne by`, or the member of `for each`, or whoever `may`: who is bound, and of which entity.
    fn bearer(&mut self, env: &Env, tree: &'t tree::Norm) -> Option<(Expr, Option<String>)> {
        let line = tree.lines.iter().find_map(|line| if let Line::BorneBy(who) = &line.value { Some(who) } else { None });
        let Some(who) = line else {
            let member = env.member.as_ref().map(|(_, entity)| (Expr::Member, Some(entity.clone())));
            let acting = || self.acting(env, tree).map(|(who, entity)| (who, Some(entity)));
            return member.or_else(acting);
        };
        let typed = self.expr(env, who, None);
        match typed.ty {
            Ty::Is(Type::Ref(entity)) => Some((typed.expr, Some(entity))),
            Ty::Poison => Some((typed.expr, None)),
            other => {
                let say = other.say();
                self.error(
                    "type-mismatch",
                    typed.at,
                    Say::new(format!("only a person, office or case can be bound, but this is {}", say.en), format!("责任者须为名册或案件中的对象，但这是{}", say.zh)),
                    Say::new("name a role, as in `borne by leader`", "请写角色，如 `由 领导 负责`"),
                );
                None
            }
        }
    }

    /// The entity of the occasion's subject: the first role that all its types share as their first.
    pub(super) fn subject_entity(&self, env: &Env) -> Option<String> {
        match &env.this {
            This::Period(entity, _) => entity.clone(),
            This::Case(entity) | This::Throughout(entity) => Some(entity.clone()),
            This::Records(events) => {
                let first = self.model.event(events.first()?)?.role_fields().first()?;
                let (_, ty) = self.in_records(events, Scope::This, &first.name)?;
                if let Ty::Is(Type::Ref(entity)) = ty { Some(entity) } else { None }
            }
            _ => None,
        }
    }

    /// What a form must hold, and what must stand alone.
    fn needed_lines(&mut self, context: &Context, tree: &'t tree::Norm) {
        self.after_terms(context, tree);
        self.given_alone(context, tree);
        let has = |test: fn(&Line) -> bool| tree.lines.iter().any(|line| test(&line.value));
        let (present, en, zh) = match tree.form {
            Form::Table => (has(|line| matches!(line, Line::Table(_))), "rows, such as `| kind | pay |`", "表行，如 `| kind | 发 |`"),
            Form::Pay => (
                has(|line| matches!(line, Line::Base(_) | Line::Effect(_) | Line::Table(_))),
                "a base, such as `base 90 CNY`",
                "基数，如 `基数 90 元`",
            ),
            Form::Duty => (has(|line| matches!(line, Line::Must(_))), "what must be done, `must …`", "应做之事：`须 …`"),
            Form::CountsAs => (has(|line| matches!(line, Line::Gives(_))), "what it counts as, `count as …`", "视为何事：`计为 …`"),
            Form::Score => (has(|line| matches!(line, Line::Table(_))), "its items, such as `| item | points |`", "各项，如 `| 项目 | 分值 |`"),
            Form::Rule => {
                let idle = context.slots.is_empty() && context.requirements.is_empty() && !context.violation && context.yields.is_empty();
                (!idle, "an effect: `fine …`, `must …`, `violation`, `decides …`", "后果：`罚 …`、`须 …`、`违规`、`确定 …`")
            }
            Form::Approval => (has(is_steps), "who signs: a table with a column such as `approved by`", "由谁签字：含 `批准人` 等栏的表"),
            Form::Procedure => (has(|line| matches!(line, Line::StepAfter(_))), "steps, `step …`", "步骤：`步骤 …`"),
            Form::Only => (has(|line| matches!(line, Line::May(_))), "who may do it, `may …`", "谁可以做：`可以 …`"),
            Form::Ban => (true, "", ""),
        };
        if !present && !context.broken {
            let at = (context.env.file, tree.head.name.span);
            self.error(
                "form-incomplete",
                at,
                Say::new(format!("this norm lacks {en}"), format!("本规则缺少{zh}")),
                Say::new("add the line, or use another form", "请补上这一行，或改用其他形式"),
            );
        }
    }
}

fn is_steps(line: &Line) -> bool {
    matches!(line, Line::Table(table) if table.columns.iter().any(|column| matches!(column.value, tree::Column::Step(_))))
}

/// A name without a regulation is one of the same regulation.
pub(super) fn earlier_name(regulation: &str, old: &str) -> String {
    if old.contains('.') { old.to_owned() } else { super::names::qualify(Some(regulation), old) }
}

fn violates(exception: &crate::model::norm::Exception) -> bool {
    exception.action == crate::model::norm::Action::Violation || exception.exceptions.iter().any(violates)
}

/// The decisions of finished drafts, with their units.
fn finished(slots: Vec<Draft>) -> Vec<crate::model::norm::Decision> {
    let finish = |draft: Draft| crate::model::norm::Decision { unit: draft.ty.unit().or(posted(&draft)), ..draft.decision };
    slots.into_iter().map(finish).collect()
}

/// A posting always has a unit, also when nothing but an exception gives it a value.
fn posted(draft: &Draft) -> Option<Unit> {
    draft.decision.posting.map(|_| Unit::One)
}

/// Nothing stated: always.
pub(super) const ALWAYS: Interval = Interval { from: None, until: None };

/// May other norms read its deadline: is there one requirement, with a deadline, and no slot called so?
fn deadline_is_a_value(context: &Context) -> bool {
    let [one] = context.requirements.as_slice() else { return false };
    let has = one.until.is_some() || matches!(context.env.this, This::Period(..));
    has && !matches!(one.what, What::Either(_)) && !context.slots.iter().any(|draft| draft.decision.slot == DEADLINE)
}
