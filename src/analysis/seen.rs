//! Occasions that are made by something else, seen as the records they are: a count that reaches a number is the record at which it does, a breach is
//! the occasion on which a norm is broken.

use super::condition::Cond;
use super::linear::{constant, number};
use super::reader::{Reader, filter_of};
use crate::model::{Interval, Model};
use crate::model::expr::{Aggregate, Expr, Measure, Op, Pattern, Rounding};
use crate::model::norm::{Action, Norm, Occasion, Posting, Requirement, What};
use crate::model::number::Number;
use crate::model::order::BREACH;
use crate::model::rewrite::counted_as_this;
use crate::model::walk::{self, Look};

/// A norm on a count that reaches a number, as one on the records that reach it.
pub(super) fn crossing(norm: &Norm) -> Option<Norm> {
    let Occasion::Reaches { measure, number, every } = &norm.occasion else { return None };
    let pattern = Pattern { events: measure.pattern.events.clone(), links: Vec::new(), filter: measure.pattern.filter.clone() };
    let when = reaches(measure, number, *every).into_iter().chain(norm.when.clone()).collect();
    Some(Norm { occasion: Occasion::Record(pattern), when: Some(Expr::And(when)), ..norm.clone() })
}

/// What is so of the record at which it reaches the number.
fn reaches(measure: &Measure, limit: &Expr, every: bool) -> Vec<Expr> {
    let many = || Box::new(Expr::Measure(Box::new(measure.clone())));
    let compare = |op: Op, a: Box<Expr>, b: &Expr| Expr::Compare(op, a, Box::new(b.clone()));
    let step = constant(limit).and_then(|limit| number(&limit)).map(|(number, _)| number);
    match (measure.aggregate == Aggregate::Count, every, step, &measure.of) {
        (true, false, ..) => vec![compare(Op::Eq, many(), limit)],
        (true, true, Some(step), _) if step == Number::whole(1) => vec![compare(Op::Ge, many(), limit)],
        (true, true, Some(step), _) => vec![compare(Op::Ge, many(), limit), compare(Op::Eq, Box::new(Expr::Round(Rounding::Down, many(), step)), &many())],
        // It is a part of the total, and up to it there was less.
        (false, false, _, Some(of)) => {
            let own = Box::new(counted_as_this(of));
            let before = || Box::new(Expr::Sub(many(), own.clone()));
            vec![compare(Op::Ge, many(), limit), compare(Op::Ge, many(), &own), compare(Op::Lt, before(), limit)]
        }
        _ => vec![compare(Op::Ge, many(), limit)],
    }
}

/// The occasions of a norm on some days, as a norm that says nothing about them.
pub(super) fn bare(norm: &Norm, occasion: Occasion, validity: Interval) -> Norm {
    Norm {
        name: norm.name.clone(),
        continues: None,
        label: None,
        regulation: norm.regulation.clone(),
        cites: Vec::new(),
        validity,
        dated_by: None,
        judged_on: None,
        occasion,
        when: None,
        bearer: None,
        decisions: Vec::new(),
        terms: Vec::new(),
        requirements: Vec::new(),
        violation: false,
        yields: Vec::new(),
        if_breached: Vec::new(),
        exceptions: Vec::new(),
        expected_findings: Vec::new(),
        remarks: Vec::new(),
    }
}

/// What is judged in the end: a breach is an occasion of the norm that is broken, a number is reached at a record.
pub(super) fn ground(model: &Model, norm: &Norm) -> Norm {
    let mut occasion = &norm.occasion;
    while let Some(broken) = broken(model, occasion) {
        occasion = &broken.occasion;
    }
    let occasion = match occasion {
        Occasion::Reaches { measure, .. } => Occasion::Record(Pattern { filter: None, ..measure.pattern.clone() }),
        other => other.clone(),
    };
    bare(norm, occasion, norm.validity)
}

/// The norm whose breaches are judged, where nothing else is.
pub(super) fn broken<'m>(model: &'m Model, occasion: &Occasion) -> Option<&'m Norm> {
    let Occasion::Record(pattern) = occasion else { return None };
    let [event] = pattern.events.as_slice() else { return None };
    model.norm(event.strip_prefix(BREACH)?)
}

/// What is a multiple of which number, where the expression says that.
pub(super) fn multiple(expr: &Expr) -> Option<(&Expr, Number)> {
    match expr {
        Expr::Compare(Op::Eq, rounded, whole) => match &**rounded {
            Expr::Round(Rounding::Down, of, step) if of == whole => Some((&**whole, *step)),
            _ => None,
        },
        _ => None,
    }
}

impl Reader<'_> {
    /// Where a norm can be broken, as far as what is broken at once is asked of the record that a breach takes its fields from.
    pub(super) fn breach(&mut self, norm: &Norm) -> Cond {
        let of_record = matches!(norm.occasion, Occasion::Record(_)) && norm.bearer.is_none() && norm.dated_by.is_none();
        let at_once = norm.terms.is_empty() && norm.requirements.iter().all(at_once);
        if !of_record || !at_once && looks_at_time(norm) {
            return Cond::Known(true);
        }
        let applies = self.applies(norm, norm.validity);
        let changed = norm.exceptions.iter().any(|exception| exception.action != Action::Off);
        if !at_once || changed {
            return applies;
        }
        let kept: Vec<Cond> = norm.requirements.iter().map(|requirement| self.asked(requirement)).collect();
        let fined = if bans(norm) { self.fined(norm) } else { Cond::Known(false) };
        Cond::All(vec![applies, Cond::Either(vec![Cond::All(kept).negated(), fined])])
    }

    /// What a requirement of conditions asks: one of its ways.
    pub(super) fn asked(&mut self, requirement: &Requirement) -> Cond {
        let ways = requirement.each();
        Cond::Either(ways.into_iter().filter_map(|one| if let What::Condition(condition) = &one.what { Some(self.cond(condition)) } else { None }).collect())
    }

    /// Where a norm that is a ban finds a violation among what it applies to.
    pub(super) fn fined(&mut self, norm: &Norm) -> Cond {
        if norm.violation {
            return Cond::Known(true);
        }
        let fines = norm.decisions.iter().filter(|decision| decision.posting == Some(Posting::Fine));
        Cond::Either(fines.flat_map(|decision| &decision.clauses).map(|clause| self.when(clause.when.as_ref())).collect())
    }
}

/// Are all its ways conditions, whatever their deadlines?
pub(super) fn asked_at_once(requirement: &Requirement) -> bool {
    requirement.each().iter().all(|one| matches!(one.what, What::Condition(_)))
}

/// Is it asked of the occasion itself, at once?
pub(super) fn at_once(requirement: &Requirement) -> bool {
    requirement.until.is_none() && requirement.each().iter().all(|one| one.until.is_none() && matches!(one.what, What::Condition(_)))
}

/// Does the norm say that its occasions, or those that it fines, are not to be?
pub(super) fn bans(norm: &Norm) -> bool {
    norm.requirements.is_empty() && (norm.violation || norm.decisions.iter().any(|decision| decision.posting == Some(Posting::Fine)))
}

/// Does what decides whether it applies look at when it is, so that it need not be so when the breach is?
fn looks_at_time(norm: &Norm) -> bool {
    struct Time(bool);
    impl Look for Time {
        fn expr(&mut self, expr: &Expr) {
            self.0 |= matches!(expr, Expr::At(_) | Expr::Day(_) | Expr::MonthDay(..) | Expr::PeriodStart | Expr::Measure(_) | Expr::Group(_) | Expr::Stay(_) | Expr::Fact(..) | Expr::Decided(..) | Expr::DecidedOf(..));
        }
    }
    let mut time = Time(false);
    filter_of(norm).iter().chain(&norm.when).chain(norm.exceptions.iter().filter_map(|exception| exception.when.as_ref())).for_each(|expr| walk::expr(expr, &mut time));
    time.0 || norm.exceptions.iter().any(|exception| !exception.exceptions.is_empty())
}
