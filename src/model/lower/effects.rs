//! The lines of a norm's body.

use super::data::cites;
use super::env::Env;
use super::expr::{all, negated};
use super::norm::ALWAYS;
use super::slots::{Draft, Target, posting, slot_name};
use super::tell::similar;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::{Say, Span, codes};
use crate::model::Interval;
use crate::model::expr::Expr;
use crate::model::norm::{Clause, ExpectedFinding, Hit, Posting, Requirement, What, Yield};
use crate::syntax::tree::{self, Amount, Change, Effect, Form, Line, Node};

/// A norm in the making.
pub(super) struct Context {
    pub full: String,
    pub env: Env,
    /// The written hit policy.
    pub hit: Option<Hit>,
    pub slots: Vec<Draft>,
    pub if_breached: Vec<Draft>,
    pub requirements: Vec<Requirement>,
    /// `when no …`: terms that must end without what they name.
    pub terms: Vec<Requirement>,
    /// Which of the requirements the last `must` line made, with its alternatives; none before the first.
    pub last_must: Option<std::ops::Range<usize>>,
    pub yields: Vec<Yield>,
    /// What the lines of a sum with a bound of their own come to: where each stands, and the slot.
    pub bounded: Vec<(Span, Typed)>,
    /// It is a score.
    pub score: bool,
    pub violation: bool,
    pub validity: Interval,
    pub unless: Vec<Expr>,
    pub findings: Vec<ExpectedFinding>,
    pub remarks: Vec<String>,
    /// Something in it was told already, so that what is missing is no second error.
    pub broken: bool,
    /// Exceptions that are being lowered, outermost first.
    pub above: Vec<String>,
}

impl Context {
    pub(super) fn new(full: &str, form: Form, env: &Env) -> Self {
        Self {
            full: full.to_owned(),
            env: env.clone(),
            hit: None,
            slots: Vec::new(),
            if_breached: Vec::new(),
            requirements: Vec::new(),
            terms: Vec::new(),
            last_must: None,
            yields: Vec::new(),
            bounded: Vec::new(),
            score: form == Form::Score,
            violation: form == Form::Ban,
            validity: ALWAYS,
            unless: Vec::new(),
            findings: Vec::new(),
            remarks: Vec::new(),
            broken: false,
            above: Vec::new(),
        }
    }
}

impl<'t> Lower<'t> {
    /// `expect finding CODE until DAY because "…"`.
    pub(super) fn expects(&mut self, context: &mut Context, code: &Node<String>, until: Option<&Node<String>>, because: &Node<String>) {
        let file = context.env.file;
        let until = until.and_then(|day| self.date((file, day.span), &day.value));
        if codes::findings().any(|known| known == code.value) {
            context.findings.push(ExpectedFinding { code: code.value.clone(), until, because: because.value.clone() });
            return;
        }
        let known: Vec<&str> = codes::findings().collect();
        let near = similar(&code.value, known.iter().copied()).map_or_else(|| known.join(", "), |near| format!("`{near}`"));
        self.error(
            "unknown-finding",
            (file, code.span),
            Say::new(format!("there is no finding called `{}`", code.value), format!("没有名为 `{}` 的问题", code.value)),
            Say::new(format!("write {near}; what no check finds is a remark: `remark \"…\"`"), format!("可写 {near}；检查不出的缺陷，请写成备注：`备注 “…”`")),
        );
    }

    /// Lines that stand by themselves.
    pub(super) fn lines(&mut self, context: &mut Context, tree: &'t tree::Norm) {
        let told = self.told.len();
        self.bounded_lines(context, tree);
        if context.score {
            self.score_items(context, tree);
        }
        for line in &tree.lines {
            let before = context.parts();
            self.line(context, line);
            self.wrote(context, &before, line.span);
        }
        context.broken = self.told.len() > told;
    }

    fn line(&mut self, context: &mut Context, line: &'t Node<Line>) {
        let at = context.env.at(line.span);
        match &line.value {
            Line::InForce(validity) => {
                context.validity = self.validity(at.0, validity);
                self.within_regulation(context, at);
            }
            Line::Effect(effect) => self.effect(context, effect, at),
            Line::Table(_) if context.score => {}
            Line::Table(table) => self.table(context, table),
            // Of an item.
            Line::Less(Amount { item: Some(_), .. }) | Line::Add(Amount { item: Some(_), .. }) if context.score => {}
            Line::Base(Amount { item: Some(_), .. }) | Line::Less(Amount { item: Some(_), .. }) | Line::Add(Amount { item: Some(_), .. }) => self.only_in_scores(at),
            Line::Base(amount) => self.pay_line(context, amount, "base", at),
            Line::Less(amount) => self.pay_line(context, amount, "less", at),
            Line::Add(amount) => self.pay_line(context, amount, "add", at),
            Line::Must(must) => self.must(context, must, at),
            Line::WhenNo(must) => self.when_no(context, must, at),
            Line::OrMust(must) => self.or_must(context, must, at),
            Line::Instead(deadline, when, sources) => self.changed_deadline(context, deadline, when, sources, false, at),
            Line::Extended(deadline, when, sources) => self.changed_deadline(context, deadline, when, sources, true, at),
            Line::ExtendedOnRequest(request) => self.on_request(context, request, at),
            Line::Suspended(from, to, sources) => self.suspended(context, from, to, sources, at),
            Line::SuspendedWhile(state, sources) => self.suspended_while(context, state, sources, at),
            Line::IfBreached(effect) => self.if_breached(context, effect, at),
            Line::Gives(gives) => self.gives(context, gives, at),
            Line::Remark(remark) => context.remarks.push(remark.value.clone()),
            Line::ExpectFinding(code, until, because) => self.expects(context, code, until.as_ref(), because),
            Line::ForEach(..) | Line::On(_) | Line::Each(_) | Line::OnBreach(_) | Line::Reaching(_) => {}
            // Of the norm as a whole, once it is known who acts.
            Line::May(_) | Line::SignedIn(_) | Line::NotTheirOwn => {}
            Line::StepAfter(of) => self.step_after(context, of, at),
            // A norm of its own.
            Line::IfBreachedGives(_) | Line::Step(_) | Line::DistinctPeople(..) => {}
            Line::DatedBy(_) | Line::JudgedOn(_) | Line::When(_) | Line::Unless(_) | Line::BorneBy(_) | Line::Hit(_) => {}
            // After all slots are known.
            Line::Forfeited(..) | Line::Floor(..) | Line::Cap(..) | Line::Rounded(..) => {}
            Line::Marked(..) | Line::Total(..) | Line::Sheet(..) | Line::Grade(..) | Line::EachItem(_) if context.score => {}
            Line::Marked(..) | Line::Total(..) | Line::Sheet(..) | Line::Grade(..) | Line::EachItem(_) => self.only_in_scores(at),
        }
    }

    /// An effect of the norm itself.
    fn effect(&mut self, context: &mut Context, line: &'t tree::EffectLine, at: At) {
        let env = context.env.clone();
        let when = line.when.as_ref().map(|when| self.condition(&env, when));
        let hit = context.hit.unwrap_or(Hit::AtMostOne);
        match &line.effect {
            Effect::Post(kind, Change::To(amount)) => {
                let to = line.to.as_ref().and_then(|to| self.addressee(&env, to));
                let kind = posting(kind.value);
                let value = self.amount(&env, amount, kind);
                self.clause(context, Target::posting(kind, to, hit), when, value, &line.cites);
            }
            Effect::Post(_, Change::Times(_) | Change::More(_)) => self.only_exceptions(at, "`double` and `more`", "`加倍` 与 `加发`"),
            Effect::Violation => match when {
                None => context.violation = true,
                // A violation under a condition is a condition that must not hold.
                Some(when) => context.requirements.push(must_not(when, cites(&line.cites))),
            },
            Effect::Off => match when {
                Some(when) => context.unless.push(negated(when)),
                None => self.only_exceptions(at, "`does not apply` without a condition", "不带条件的 `不适用`"),
            },
            Effect::Decides(_, Change::Times(_) | Change::More(_)) => self.only_exceptions(at, "`double`, `times` and `more`", "`加倍`、`倍` 与 `加`"),
            Effect::Decides(slot, Change::To(value)) => {
                let names = decided_names(context, slot, value);
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let value = self.outcome(&env, value, &names);
                self.clause(context, Target::decides(&slot.value, hit), when, value, &line.cites);
            }
            Effect::Forfeits(target) => self.forfeits_line(context, target, when.is_some(), cites(&line.cites), at),
        }
    }

    fn clause(&mut self, context: &mut Context, target: Target, when: Option<Expr>, value: Typed, sources: &[Node<String>]) {
        let count = context.slots.iter().filter(|draft| draft.decision.slot == target.slot).map(|draft| draft.decision.clauses.len()).sum::<usize>();
        let name = format!("{} {}", target.slot, count + 1);
        let clause = Clause { name, cites: cites(sources), when, value: value.expr.clone(), item: None };
        self.add_clause(&mut context.slots, &target, clause, value);
    }

    fn only_exceptions(&mut self, at: At, en: &str, zh: &str) {
        self.error(
            "wrong-line",
            at,
            Say::new(format!("{en} belong to exceptions"), format!("{zh}只用于例外")),
            Say::new("write `exception NAME to NORM` and move the line there", "请写 `例外 名称 于 规则` 并把这一行移过去"),
        );
    }

    /// Who receives a posting.
    pub(super) fn addressee(&mut self, env: &Env, to: &'t Node<tree::Expr>) -> Option<Expr> {
        use crate::model::value::Type;
        let typed = self.expr(env, to, None);
        if !matches!(typed.ty, Ty::Poison | Ty::Is(Type::Ref(_) | Type::Set(_) | Type::Kind(_) | Type::Text)) {
            let say = typed.ty.say();
            self.error(
                "type-mismatch",
                typed.at,
                Say::new(format!("nothing can be posted to {}", say.en), format!("不能记给{}", say.zh)),
                Say::new("name a role, a person's attribute such as `staff.department`, or leave `to` out", "请写角色或属性（如 `职工.科室`），或删去 `给`"),
            );
        }
        Some(typed.expr)
    }

    /// Lines that change a slot that other lines made.
    pub(super) fn late_lines(&mut self, context: &mut Context, tree: &'t tree::Norm) {
        for line in &tree.lines {
            let at = context.env.at(line.span);
            let before = context.parts();
            match &line.value {
                Line::Forfeited(when, sources) => {
                    let when = self.condition(&context.env.clone(), when);
                    if let Some(slot) = self.changed_slot(context, at) {
                        slot.decision.forfeits.push((when, cites(sources)));
                    }
                }
                Line::Floor(value, sources) => {
                    let bound = self.bound(context, value, at);
                    if let Some(slot) = self.changed_slot(context, at) {
                        slot.decision.floor = bound.map(|bound| (bound, cites(sources)));
                    }
                }
                Line::Cap(value, sources) => {
                    let bound = self.bound(context, value, at);
                    if let Some(slot) = self.changed_slot(context, at) {
                        slot.decision.cap = bound.map(|bound| (bound, cites(sources)));
                    }
                }
                Line::Rounded(mode, step, sources) => {
                    if let Some(slot) = self.changed_slot(context, at) {
                        slot.decision.rounding = Some((super::expr::rounding(mode.value), step.value.into(), cites(sources)));
                    }
                }
                _ => {}
            }
            self.wrote(context, &before, line.span);
        }
        self.add_forfeits(context);
        self.grades(context, tree);
    }

    fn bound(&mut self, context: &mut Context, value: &'t Node<tree::Expr>, at: At) -> Option<Expr> {
        let ty = self.changed_slot(context, at)?.ty.clone();
        Some(self.expect(&context.env.clone(), value, &ty).expr)
    }

    /// The one slot with amounts that a floor, cap, rounding or forfeit is about.
    fn changed_slot<'c>(&mut self, context: &'c mut Context, at: At) -> Option<&'c mut Draft> {
        let broken = context.broken;
        let is_amount = |draft: &Draft| !draft.part && (draft.ty.unit().is_some() || draft.ty == Ty::Poison);
        let count = context.slots.iter().filter(|draft| is_amount(draft)).count();
        if count != 1 && !(broken && count == 0) {
            let (en, zh) = if count == 0 { ("there is no amount", "没有金额") } else { ("there are several amounts", "有多个金额") };
            self.error(
                "wrong-line",
                at,
                Say::new(format!("{en} that this line could be about"), format!("{zh}可供这一行限定")),
                Say::new("keep one amount in a norm that has such a line", "含有此类行的规则中请只保留一个金额"),
            );
            return None;
        }
        context.slots.iter_mut().find(|draft| is_amount(draft))
    }

    /// `if breached fine 10 CNY`.
    fn if_breached(&mut self, context: &mut Context, line: &'t tree::EffectLine, at: At) {
        let env = Env { sanction: true, ..context.env.clone() };
        match &line.effect {
            Effect::Post(kind, Change::To(amount)) => {
                let when = line.when.as_ref().map(|when| self.condition(&env, when));
                let to = line.to.as_ref().and_then(|to| self.addressee(&env, to));
                let kind: Posting = posting(kind.value);
                let value = self.amount(&env, amount, kind);
                let name = format!("if breached {} {}", slot_name(kind), context.if_breached.len() + 1);
                let clause = Clause { name, cites: cites(&line.cites), when, value: value.expr.clone(), item: None };
                self.add_clause(&mut context.if_breached, &Target::posting(kind, to, Hit::AtMostOne), clause, value);
            }
            // The pay reads the breach record.
            Effect::Forfeits(target) => {
                self.forfeit_target(&context.env, target);
            }
            _ => self.error(
                "wrong-line",
                at,
                Say::new("only postings, `count as` and `forfeits` follow a breach here", "违者之后只能写罚、扣、发、记分、计数、计为或取消"),
                Say::new("write a norm `on breach of NORM` for anything else, also for what it decides", "其他后果（包括确定取值）请另写 `凡 违反 规则`"),
            ),
        }
    }
}

/// A condition that must not hold.
fn must_not(when: Expr, cites: Vec<String>) -> Requirement {
    Requirement { cites, what: What::Condition(all([negated(when)]).expect("one part")), until: None, suspended: Vec::new() }
}

/// All bare names that a slot is given in this norm: they must be values of one kind.
fn decided_names(context: &Context, slot: &tree::Name, value: &Node<tree::Expr>) -> Vec<String> {
    use crate::model::value::Scalar;
    let known = context.slots.iter().filter(|draft| draft.decision.slot == slot.value).flat_map(|draft| &draft.decision.clauses);
    let mut names: Vec<String> = known
        .filter_map(|clause| if let Expr::Value(Scalar::Kind(_, value)) = &clause.value { Some(value.to_string()) } else { None })
        .collect();
    if let tree::Expr::Path(path) = &value.value
        && let [name] = path.as_slice()
    {
        names.push(name.value.clone());
    }
    names
}
