//! Walking through everything a norm says: expressions, patterns, measures, in a fixed order.

use super::expr::{About, Expr, Measure, Pattern, Window};
use super::norm::{Action, Deadline, Decision, Exception, Norm, Occasion, OnRequest, Pause, Requirement, What};

/// Something that looks at the parts of a norm. Both are called before what is inside.
pub trait Look {
    /// An expression.
    fn expr(&mut self, _expr: &Expr) {}
    /// A pattern: of an occasion, a measure, a window or a requirement.
    fn pattern(&mut self, _pattern: &Pattern) {}
}

/// Everything that `norm` says, exceptions included.
pub fn norm(norm: &Norm, look: &mut dyn Look) {
    occasion(&norm.occasion, look);
    for expr in norm.dated_by.iter().chain(&norm.judged_on).chain(&norm.when).chain(&norm.bearer) {
        self::expr(expr, look);
    }
    norm.decisions.iter().chain(&norm.if_breached).for_each(|d| decision(d, look));
    norm.terms.iter().chain(&norm.requirements).for_each(|r| requirement(r, look));
    norm.yields.iter().flat_map(|y| y.exprs()).for_each(|value| expr(value, look));
    norm.exceptions.iter().for_each(|e| exception(e, look));
}

/// What is judged.
pub fn occasion(occasion: &Occasion, look: &mut dyn Look) {
    match occasion {
        Occasion::Record(pattern) => self::pattern(pattern, look),
        Occasion::Member(pattern, members) => {
            self::pattern(pattern, look);
            expr(members, look);
        }
        Occasion::Period { filter, .. } | Occasion::Case { filter, .. } | Occasion::Throughout { filter, .. } => filter.iter().for_each(|f| expr(f, look)),
        Occasion::Reaches { measure, number, .. } => {
            self::measure(measure, look);
            expr(number, look);
        }
    }
}

fn decision(decision: &Decision, look: &mut dyn Look) {
    decision.to.iter().for_each(|to| expr(to, look));
    for clause in &decision.clauses {
        clause.when.iter().for_each(|when| expr(when, look));
        expr(&clause.value, look);
        clause.item.iter().for_each(|item| expr(&item.points, look));
    }
    for (condition, _) in decision.forfeits.iter().chain(&decision.floor).chain(&decision.cap) {
        expr(condition, look);
    }
}

/// A requirement with its deadline and the changes of it.
pub fn requirement(requirement: &Requirement, look: &mut dyn Look) {
    match &requirement.what {
        What::Records { pattern, number, distinct, .. } => {
            self::pattern(pattern, look);
            expr(number, look);
            distinct.iter().for_each(|d| expr(d, look));
        }
        What::Moment(what) | What::Condition(what) => expr(what, look),
        What::Either(alternatives) => alternatives.iter().for_each(|r| self::requirement(r, look)),
    }
    if let Some(until) = &requirement.until {
        deadline(&until.default, look);
        for change in &until.changes {
            expr(&change.when, look);
            deadline(&change.deadline, look);
        }
        if let Some(request) = &until.on_request {
            on_request(request, look);
        }
    }
    requirement.suspended.iter().flat_map(Pause::exprs).for_each(|e| expr(e, look));
}

/// The slots of `norm` that a requirement of it reads.
pub fn own_slots(requirement: &Requirement, norm: &str) -> Vec<String> {
    struct Own<'n>(&'n str, Vec<String>);
    impl Look for Own<'_> {
        fn expr(&mut self, expr: &Expr) {
            if let Expr::Decided(of, slot) = expr
                && of == self.0
            {
                self.1.push(slot.clone());
            }
        }
    }
    let mut own = Own(norm, Vec::new());
    self::requirement(requirement, &mut own);
    own.1
}

/// An extension on request.
pub fn on_request(request: &OnRequest, look: &mut dyn Look) {
    request.patterns().for_each(|p| pattern(p, look));
    deadline(&request.deadline, look);
    request.answered.iter().for_each(|length| expr(length, look));
}

/// A deadline.
pub fn deadline(deadline: &Deadline, look: &mut dyn Look) {
    match deadline {
        Deadline::Within(length, from, _) => {
            expr(length, look);
            from.iter().for_each(|from| expr(from, look));
        }
        Deadline::By(day) | Deadline::Before(day) => expr(day, look),
    }
}

fn exception(exception: &Exception, look: &mut dyn Look) {
    exception.when.iter().for_each(|when| expr(when, look));
    action(&exception.action, look);
    exception.exceptions.iter().for_each(|e| self::exception(e, look));
}

/// What an exception does.
pub fn action(action: &Action, look: &mut dyn Look) {
    match action {
        Action::Off | Action::Violation => {}
        Action::Replace(_, value) | Action::Times(_, value) | Action::More(_, value) => expr(value, look),
    }
}

/// What an expression reads besides records of its own: the fields and facts of one record, and parameters, are allowed where records must not be
/// counted.
pub fn counts(expr: &Expr) -> bool {
    struct Counts(bool);
    impl Look for Counts {
        fn expr(&mut self, expr: &Expr) {
            self.0 |= matches!(expr, Expr::Measure(_) | Expr::Decided(..) | Expr::DecidedOf(..) | Expr::Group(_));
        }
    }
    let mut counts = Counts(false);
    self::expr(expr, &mut counts);
    counts.0
}

/// A pattern and what is inside.
pub fn pattern(pattern: &Pattern, look: &mut dyn Look) {
    look.pattern(pattern);
    pattern.links.iter().for_each(|(_, value)| expr(value, look));
    pattern.filter.iter().for_each(|filter| expr(filter, look));
}

/// A measure's parts.
pub fn measure(measure: &Measure, look: &mut dyn Look) {
    pattern(&measure.pattern, look);
    measure.of.iter().chain(&measure.distinct).for_each(|e| expr(e, look));
    match &measure.window {
        Window::Since(since) => pattern(since, look),
        Window::Next(until) => deadline(until, look),
        _ => {}
    }
}

/// An expression and what is inside.
pub fn expr(expr: &Expr, look: &mut dyn Look) {
    look.expr(expr);
    if let Expr::Measure(measure) = expr {
        self::measure(measure, look);
    }
    if let Expr::Group(group) = expr {
        group.filter.iter().chain(&group.value).for_each(|e| self::expr(e, look));
    }
    if let Expr::Holds(holds) = expr {
        holds.asks.iter().for_each(|(_, asked)| self::expr(asked, look));
    }
    if let Expr::Stay(stay) = expr {
        stay.turns().for_each(|turn| pattern(&turn.pattern, look));
    }
    operands(expr).into_iter().for_each(|part| self::expr(part, look));
}

/// The operands of an expression, in order; for a measure or state none ([`expr()`] looks at its parts), for a group the set it looks through,
/// for an office the person and which office.
pub fn operands(expr: &Expr) -> Vec<&Expr> {
    use Expr::*;
    match expr {
        Value(_) | Field(..) | Delay(_) | At(_) | Day(_) | Subject | Member | Each | PeriodStart | MonthDay(..) | Parameter(_) | Decided(..)
        | Measure(_) | Stay(_) | Slot(..) | Judged(_, About::Record(_)) => Vec::new(),
        Weekday(of) | TimeOfDay(of) | Fact(of, ..) | Belonging(of, ..) | Judged(_, About::Subject(of)) | Not(of) | Stated(of) | Jointly(of) | Neg(of) | Round(_, of, _) => vec![of],
        DecidedOf(_, _, of, _) => of.iter().map(AsRef::as_ref).collect(),
        Holds(holds) => vec![&holds.who, &holds.office],
        Group(group) => group.set().into_iter().collect(),
        And(all) | Or(all) | Together(all) => all.iter().collect(),
        OneOf(value, among) => std::iter::once(value.as_ref()).chain(among).collect(),
        Compare(_, a, b) | Contains(a, b) | Add(a, b) | Sub(a, b) | Mul(a, b) | Div(a, b) | Between(_, a, b) | Shift(a, b) | OnDay(a, b) | OrElse(a, b) | Later(_, a, b) | Late(_, a, b) => {
            vec![a, b]
        }
    }
}
