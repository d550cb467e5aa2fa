//! The same norm with one expression in the place of another.

use super::expr::{About, Expr, Scope, Window};
use super::group::Members;
use super::norm::{Action, Deadline, Decision, Exception, Norm, Pause, Requirement, What};
use super::walk::{self, Look};

/// `norm` with `with` wherever it says `what` about the occasion; its occasion stays. What patterns say about the records they look
/// at stays too, unless `what` is a parameter, which is the same everywhere.
pub fn norm(norm: &Norm, what: &Expr, with: &Expr) -> Norm {
    let mut norm = norm.clone();
    let rewrite = Rewrite { what, with };
    for expr in norm.dated_by.iter_mut().chain(&mut norm.judged_on).chain(&mut norm.when).chain(&mut norm.bearer) {
        rewrite.expr(expr);
    }
    norm.decisions.iter_mut().chain(&mut norm.if_breached).for_each(|d| rewrite.decision(d));
    norm.terms.iter_mut().chain(&mut norm.requirements).for_each(|r| rewrite.requirement(r));
    norm.yields.iter_mut().flat_map(|y| y.fields.iter_mut().map(|(_, value)| value).chain(&mut y.on)).for_each(|value| rewrite.expr(value));
    norm.exceptions.iter_mut().for_each(|e| rewrite.exception(e));
    norm
}

/// `expr` with `with` wherever it says `what`.
pub fn replaced(expr: &Expr, what: &Expr, with: &Expr) -> Expr {
    let mut said = expr.clone();
    Rewrite { what, with }.expr(&mut said);
    said
}

/// Do both say the same? A measure is the same under every name.
pub fn same(a: &Expr, b: &Expr) -> bool {
    match (a, b) {
        (Expr::Measure(a), Expr::Measure(b)) => {
            (&a.aggregate, &a.pattern, &a.of, &a.distinct, &a.window) == (&b.aggregate, &b.pattern, &b.of, &b.distinct, &b.window)
        }
        _ => a == b,
    }
}

/// `expr`, said in an occasion's own pattern, as said of the occasion: the record that the pattern looks at is the one that is judged.
pub fn counted_as_this(expr: &Expr) -> Expr {
    #[derive(Default)]
    struct Leaves(Vec<(Expr, Expr)>);
    impl Look for Leaves {
        fn expr(&mut self, expr: &Expr) {
            let this = match expr {
                Expr::Field(Scope::Counted, name) => Expr::Field(Scope::This, name.clone()),
                Expr::At(Scope::Counted) => Expr::At(Scope::This),
                Expr::Day(Scope::Counted) => Expr::Day(Scope::This),
                Expr::Judged(fact, About::Record(Scope::Counted)) => Expr::Judged(fact.clone(), About::Record(Scope::This)),
                _ => return,
            };
            self.0.push((expr.clone(), this));
        }
    }
    let mut leaves = Leaves::default();
    walk::expr(expr, &mut leaves);
    let mut said = expr.clone();
    for (what, with) in &leaves.0 {
        Rewrite { what, with }.expr(&mut said);
    }
    said
}

struct Rewrite<'e> {
    what: &'e Expr,
    with: &'e Expr,
}

impl Rewrite<'_> {
    fn decision(&self, decision: &mut Decision) {
        decision.to.iter_mut().for_each(|to| self.expr(to));
        for clause in &mut decision.clauses {
            clause.when.iter_mut().for_each(|when| self.expr(when));
            self.expr(&mut clause.value);
            clause.item.iter_mut().for_each(|item| self.expr(&mut item.points));
        }
        for (condition, _) in decision.forfeits.iter_mut().chain(&mut decision.floor).chain(&mut decision.cap) {
            self.expr(condition);
        }
    }

    fn requirement(&self, requirement: &mut Requirement) {
        match &mut requirement.what {
            What::Records { number: what, .. } | What::Moment(what) | What::Condition(what) => self.expr(what),
            What::Either(alternatives) => alternatives.iter_mut().for_each(|r| self.requirement(r)),
        }
        if let Some(until) = &mut requirement.until {
            self.deadline(&mut until.default);
            for change in &mut until.changes {
                self.expr(&mut change.when);
                self.deadline(&mut change.deadline);
            }
            if let Some(request) = &mut until.on_request {
                self.deadline(&mut request.deadline);
                request.answered.iter_mut().for_each(|length| self.expr(length));
            }
        }
        for pause in &mut requirement.suspended {
            match pause {
                Pause::Between(from, to) => {
                    self.expr(from);
                    self.expr(to);
                }
                Pause::While(days) => self.expr(days),
            }
        }
    }

    fn deadline(&self, deadline: &mut Deadline) {
        match deadline {
            Deadline::Within(length, from, _) => {
                self.expr(length);
                from.iter_mut().for_each(|from| self.expr(from));
            }
            Deadline::By(day) | Deadline::Before(day) => self.expr(day),
        }
    }

    fn exception(&self, exception: &mut Exception) {
        exception.when.iter_mut().for_each(|when| self.expr(when));
        match &mut exception.action {
            Action::Off | Action::Violation => {}
            Action::Replace(_, value) | Action::Times(_, value) | Action::More(_, value) => self.expr(value),
        }
        exception.exceptions.iter_mut().for_each(|e| self.exception(e));
    }

    fn expr(&self, expr: &mut Expr) {
        if same(expr, self.what) {
            *expr = self.with.clone();
            return;
        }
        use Expr::*;
        match expr {
            Value(_) | Field(..) | Delay(_) | At(_) | Day(_) | Subject | Member | Each | PeriodStart | MonthDay(..) | Parameter(_) | Decided(..) | Slot(..)
            | Judged(_, About::Record(_)) => {}
            Measure(measure) => {
                if let Window::Next(until) = &mut measure.window {
                    self.deadline(until);
                }
                if matches!(self.what, Parameter(_)) {
                    let pattern = &mut measure.pattern;
                    let inside = pattern.links.iter_mut().map(|(_, value)| value).chain(&mut pattern.filter);
                    inside.chain(&mut measure.of).chain(&mut measure.distinct).for_each(|e| self.expr(e));
                }
            }
            Group(group) => {
                if let Members::Set(set, _) = &mut group.of {
                    self.expr(set);
                }
                if matches!(self.what, Parameter(_)) {
                    group.filter.iter_mut().chain(&mut group.value).for_each(|e| self.expr(e));
                }
            }
            Holds(holds) => {
                let asks = holds.on == Scope::This || matches!(self.what, Parameter(_));
                let asks = holds.asks.iter_mut().filter(|_| asks).map(|(_, asked)| asked);
                [&mut holds.who, &mut holds.office].into_iter().chain(asks).for_each(|e| self.expr(e));
            }
            Stay(stay) => {
                if matches!(self.what, Parameter(_)) {
                    let turns = std::iter::once(&mut stay.begins).chain(&mut stay.ends);
                    turns.flat_map(|turn| turn.pattern.links.iter_mut().map(|(_, value)| value).chain(&mut turn.pattern.filter)).for_each(|e| self.expr(e));
                }
            }
            Weekday(of) | TimeOfDay(of) | Fact(of, ..) | Belonging(of, ..) | Judged(_, About::Subject(of)) | Not(of) | Stated(of) | Jointly(of) | Neg(of) | Round(_, of, _) => self.expr(of),
            DecidedOf(_, _, of, _) => of.iter_mut().for_each(|e| self.expr(e)),
            And(all) | Or(all) | Together(all) => all.iter_mut().for_each(|e| self.expr(e)),
            OneOf(value, among) => std::iter::once(value.as_mut()).chain(among).for_each(|e| self.expr(e)),
            Compare(_, a, b) | Contains(a, b) | Add(a, b) | Sub(a, b) | Mul(a, b) | Div(a, b) | Between(_, a, b) | Shift(a, b) | OnDay(a, b) | OrElse(a, b) | Later(_, a, b) | Late(_, a, b) => {
                self.expr(a);
                self.expr(b);
            }
        }
    }
}
