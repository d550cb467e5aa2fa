//! Requirements: the deadline that counts, what was found until then, and the ruling.

use super::{Checker, request};
use super::arith::{self, yes};
use super::case::{Order, Scene, Seen, order_times};
use super::decide::answer;
use super::measure::{Counted, Standing};
use super::window::Bounds;
use crate::model::expr::{Expr, Op, Pattern, Window};
use crate::model::norm::{Deadline, DeadlineChange, Pause, Requirement, Until, What};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::records::At;
use crate::reference::derivation::{Required, Step, Suspended, Value};
use crate::model::walk::{self, Look};
use crate::reference::verdict::{Cause, Ruling};
use std::collections::BTreeSet;

impl<'c> Checker<'c> {
    /// One requirement.
    pub(super) fn required(&mut self, scene: Scene<'c>, requirement: &Requirement, told: &Required) {
        if told.cites != requirement.cites {
            self.fault("the citations are others", "引注不符");
        }
        let what = match &requirement.what {
            What::Records { number, .. } => number,
            What::Moment(expr) | What::Condition(expr) => expr,
            What::Either(alternatives) => return self.either(scene, alternatives, told),
        };
        if !told.alternatives.is_empty() {
            self.fault("alternatives are told that the policy does not have", "列出了规章中没有的选项");
        }
        self.unanswered = unanswered(scene, &self.case.norm.name, requirement);
        let scene_of_what = match requirement.what {
            What::Condition(_) => Scene { cut: told.due.map(|due| (due, requirement.is_before() && matches!(due, At::Moment(_)))), ..scene },
            _ => scene,
        };
        match &told.what {
            Some(step) => self.step(scene_of_what, what, step),
            None => self.fault("what is required is missing", "缺少要求的内容"),
        }
        if told.counting.is_none() && matches!(told.ruling, Ruling::Undetermined | Ruling::Conflict) && no_deadline(scene, requirement) {
            return;
        }
        self.changes(scene, requirement, told);
        // A period of months has as many days as it has: only where it ends is worked out again.
        let months = |step: &Step| matches!(step.value, Value::Known(Scalar::Quantity(_, Unit::Months | Unit::Years)));
        if let Some(days) = told.days.as_ref().filter(|_| !told.deadline.as_ref().is_some_and(months)) {
            self.day_count(days, false);
        }
        if told.deadline.is_some() && told.suspended.len() != requirement.suspended.len() {
            self.fault("a suspension is missing", "缺少中止期间");
        }
        for (expr, told) in requirement.suspended.iter().flat_map(Pause::exprs).zip(told.suspended.iter().flat_map(Suspended::steps)) {
            self.step(scene, expr, told);
        }
        let passed = !request::waits(told) && told.due.is_some_and(|due| self.case.passed(due));
        match &requirement.what {
            What::Condition(_) => {
                let ruling = match answer(told.what.as_ref()) {
                    Some(true) => Some(Ruling::Compliant),
                    // Whether an open deadline has passed is open, too: both are possible.
                    Some(false) if requirement.until.is_some() && told.due.is_none() && told.ruling == Ruling::Violation => Some(Ruling::Violation),
                    Some(false) if requirement.until.is_some() && !passed => Some(Ruling::Pending),
                    Some(false) => Some(Ruling::Violation),
                    None => None,
                };
                self.ruling_is(told, ruling);
            }
            What::Moment(_) => self.moment(told, passed, told.due.is_none() && requirement.until.is_some()),
            What::Records { op, .. } => self.records(scene, requirement, told, *op, passed),
            What::Either(_) => {}
        }
    }

    /// The changes of the deadline, and which deadline counts.
    fn changes(&mut self, scene: Scene<'c>, requirement: &Requirement, told: &Required) {
        let Some(until) = &requirement.until else {
            if !told.changes.is_empty() {
                self.fault("a change of a deadline is told that the policy does not have", "列出了规章中没有的期限变更");
            }
            return;
        };
        if until.changes.len() != told.changes.len() {
            return self.fault("a change of the deadline is missing", "缺少期限变更条款");
        }
        for (change, (cites, step)) in until.changes.iter().zip(&told.changes) {
            if *cites != change.cites {
                self.fault("the citations are others", "引注不符");
            }
            self.step(scene, &change.when, step);
        }
        let applies: Vec<_> = until.changes.iter().zip(&told.changes).filter(|(_, (_, step))| step.value == yes(true)).map(|(c, _)| c).collect();
        let base = self.counts(scene, (requirement, until), told, &applies);
        let unsure = told.changes.iter().any(|(_, step)| answer(Some(step)).is_none());
        if !unsure {
            self.requests(scene, requirement, told, base);
        }
        let (deadline, place) = self.granted(scene, requirement, told, base);
        match &told.deadline {
            Some(step) if !unsure => {
                let nothing = matches!(&step.value, Value::Blank | Value::Fault(Cause::Blank { .. }));
                if nothing && !self.is_to_come(place, length(deadline)) {
                    self.fault("the deadline has no value, and yet is reckoned with", "期限没有数值，却据以判定");
                }
                self.step(place, length(deadline), step);
                self.due(scene, requirement, told, deadline);
            }
            Some(_) => {}
            None if unsure => {}
            None => self.fault("the deadline that counts is missing", "缺少适用的期限"),
        }
    }

    /// Does it hang on a record that is not there, and may still come whenever that is?
    fn is_to_come(&self, scene: Scene<'c>, expr: &Expr) -> bool {
        let awaited = |expr: &Expr| matches!(expr, Expr::Measure(measure) if measure.window == Window::Ever) && scene.eval(expr) == Some(Value::Blank);
        awaited(expr) || walk::operands(expr).into_iter().any(|part| self.is_to_come(scene, part))
    }

    /// The day or moment on which the deadline runs out.
    fn due(&mut self, scene: Scene<'c>, requirement: &Requirement, told: &Required, deadline: &Deadline) {
        let start = self.start(scene, Some(deadline));
        match self.due_of(start, told, deadline, requirement) {
            Some(due) if told.due != Some(due) => self.fault("the deadline runs out on another day", "届满之日不符"),
            _ => {}
        }
    }

    fn moment(&mut self, told: &Required, passed: bool, open: bool) {
        let Some(step) = &told.what else { return };
        // Whether it came before an open deadline is open, too: both are possible.
        if open && matches!(told.ruling, Ruling::Compliant | Ruling::Violation | Ruling::Pending) {
            return;
        }
        let come = match &step.value {
            Value::Known(scalar) => super::dates::at_of(scalar),
            Value::Blank => None,
            _ => return,
        };
        let late = |at: At| told.due.is_some_and(|due| order_times(at, due, self.case.zone) == Order::After);
        let ruling = match come {
            Some(at) if late(at) && request::waits(told) => Ruling::Pending,
            Some(at) if late(at) => Ruling::Violation,
            Some(_) => Ruling::Compliant,
            None if passed => Ruling::Violation,
            None => Ruling::Pending,
        };
        if come.is_some() && told.met_at != come {
            self.fault("it was met at another time", "完成时间不符");
        }
        self.ruling_is(told, Some(ruling));
    }

    /// Records asked for: those from the start to the deadline.
    fn records(&mut self, scene: Scene<'c>, requirement: &Requirement, told: &Required, op: Op, passed: bool) {
        // A filter that has no value leaves nothing to list.
        if let (What::Records { pattern, .. }, None, Ruling::Undetermined | Ruling::Conflict) = (&requirement.what, &told.counting, told.ruling)
            && scene.cannot_gather(pattern)
        {
            return;
        }
        let (What::Records { pattern, distinct, .. }, Some(counting)) = (&requirement.what, &told.counting) else {
            // Where the condition on a record cannot be worked out, there is nothing to list.
            let fails = matches!(&requirement.what, What::Records { pattern, .. } if scene.cannot_gather(pattern) || self.nothing_decided(pattern));
            if fails && told.found.is_none() && told.met_by.is_none() {
                return self.ruling_is(told, None);
            }
            return self.fault("the records of a requirement are not listed", "未列出要求所依据的记录");
        };
        let deadline = self.chosen_deadline(scene, requirement, told);
        // A change of the deadline has a start of its own; which records count says the deadline that it changes.
        let moves = matches!(requirement.until.as_ref().map(|until| &until.default), Some(Deadline::Within(_, Some(_), _)));
        let counts_from = deadline.filter(|_| moves);
        let start = self.start(scene, counts_from);
        // Where the deadline itself is open, the case at hand says how far it reaches; what lies beyond it must be left out as late.
        let open = told.due.is_none() && requirement.until.is_some();
        let nothing = || start.and_then(|start| start.day(self.case.zone).pred_opt()).map(At::Date);
        let reach = counting.counted.last().map(|record| record.at).or_else(nothing);
        // What answers a record comes after it, unless the policy says from when.
        let after = self.case.trigger.filter(|_| !matches!(counts_from, Some(Deadline::Within(_, Some(_), _))));
        let bounds = Bounds::plain(start, if open { reach } else { told.due }).following(after);
        let granted = deadline.map(|base| self.granted(scene, requirement, told, base).0);
        let bounds = if !open && matches!(granted, Some(Deadline::Before(_))) { bounds.strictly_before() } else { bounds };
        self.told_bounds(counting, start, told.due);
        let mut records = scene.sort_out(pattern, distinct.as_ref(), &bounds);
        // A record without its hour may be before or after a moment of its day.
        let limit = told.due.filter(|due| matches!(due, At::Moment(_))).map(|due| due.day(self.case.zone));
        for (seen, standing) in &mut records {
            if matches!(standing, Standing::Counted { .. }) && limit.is_some_and(|limit| seen.at() == At::Date(limit)) {
                *standing = Standing::Unclear;
            }
        }
        let unclear = records.iter().any(|(_, standing)| *standing == Standing::Unclear);
        let found: Vec<(Seen<'c>, bool)> = records
            .iter()
            .filter_map(|(seen, standing)| match standing {
                Standing::Counted { certain } => Some((*seen, *certain)),
                _ => None,
            })
            .collect();
        let mine = Counted { bounds: Some(bounds), value: None, records };
        self.listed(scene, pattern, None, &mine, counting);
        let n = found.iter().filter(|(_, certain)| *certain).count();
        if n != found.len() || unclear {
            return;
        }
        let found_value = Value::Known(Scalar::Quantity(Number::whole(i64::try_from(n).unwrap_or(i64::MAX)), crate::model::value::Unit::One));
        if told.found.as_ref() != Some(&found_value) {
            self.fault("another number of records was found", "查得的数量不符");
        }
        let Some((low, high)) = told.what.as_ref().and_then(|step| arith::bounds(&step.value)) else { return };
        let many = Number::whole(i64::try_from(found.len()).unwrap_or(i64::MAX));
        // The text may leave open how many are asked for: what then is enough is so for all numbers that it could be.
        let asked = match (low, high) {
            (Some(low), Some(high)) if low == high => low,
            (_, Some(high)) if many >= high => high,
            (Some(low), _) if many < low => low,
            (None, None) => return,
            _ => return self.ruling_is(told, None),
        };
        if op == Op::Ge && low == high {
            let all = scene.sort_out(pattern, distinct.as_ref(), &Bounds::plain(start, None).following(after));
            self.met_by(told, scene, (pattern, &all), asked);
        }
        match open {
            false => self.enough(told, &found, asked, op, passed),
            // Whether an open deadline has passed is open, too: both are possible.
            true if op == Op::Ge || exceeds(&found, asked) => self.enough(told, &found, asked, op, told.ruling == Ruling::Violation),
            true => {}
        }
    }

    /// Does the condition on the records read a slot that another verdict leaves without a value? That it does is a premise, and the verdict names it.
    fn nothing_decided(&self, pattern: &Pattern) -> bool {
        let mut reads = Slots::default();
        pattern.filter.iter().for_each(|filter| walk::expr(filter, &mut reads));
        self.case.derivation.verdict.causes.iter().any(|cause| matches!(cause, Cause::Gap { slot } | Cause::Contradiction { slot, .. } if reads.0.contains(slot)))
    }

    fn enough(&mut self, told: &Required, found: &[(Seen<'c>, bool)], asked: Number, op: Op, passed: bool) {
        let n = Number::whole(i64::try_from(found.len()).unwrap_or(i64::MAX));
        let ends = told.due.is_some();
        let ruling = match op {
            Op::Ge if n >= asked => Ruling::Compliant,
            Op::Ge if passed => Ruling::Violation,
            Op::Ge => Ruling::Pending,
            Op::Le | Op::Eq if n > asked => Ruling::Violation,
            Op::Le if passed || !ends => Ruling::Compliant,
            Op::Eq if passed && n == asked => Ruling::Compliant,
            Op::Eq if passed => Ruling::Violation,
            _ => Ruling::Pending,
        };
        self.ruling_is(told, Some(ruling));
    }

    /// The record with which the number was reached, also when it came too late.
    fn met_by(&mut self, told: &Required, scene: Scene<'c>, (pattern, all): (&Pattern, &[(Seen<'c>, Standing)]), asked: Number) {
        let nth = asked.as_whole().and_then(|n| usize::try_from(n).ok()).and_then(|n| n.checked_sub(1));
        let mut certain = all.iter().filter(|(_, standing)| *standing == Standing::Counted { certain: true }).map(|(seen, _)| *seen);
        // What comes after the deadline and the period belongs to a later one.
        let late = |at: At| told.due.is_some_and(|due| order_times(at, due, self.case.zone) == Order::After);
        let met = nth.and_then(|nth| certain.nth(nth)).filter(|seen| !(late(seen.at()) && scene.is_of_a_later_period(*seen, pattern)));
        if told.met_at != met.map(Seen::at) || told.met_by != met.map(Seen::reference) {
            self.fault("another record met the requirement", "满足要求的为另一记录");
        }
    }

    fn ruling_is(&mut self, told: &Required, ruling: Option<Ruling>) {
        let right = match ruling {
            Some(Ruling::Violation | Ruling::Pending) if self.unanswered => told.ruling == Ruling::Undetermined,
            Some(ruling) => told.ruling == ruling,
            None => matches!(told.ruling, Ruling::Undetermined | Ruling::Conflict),
        };
        if !right {
            self.fault("the ruling on a requirement does not follow", "对要求的结论与依据不符");
        }
    }

    /// The deadline that counts, of those the policy has.
    fn chosen_deadline<'m>(&self, scene: Scene<'c>, requirement: &'m Requirement, told: &Required) -> Option<&'m Deadline> {
        let until = requirement.until.as_ref()?;
        let applies: Vec<_> = until.changes.iter().zip(&told.changes).filter(|(_, (_, step))| step.value == yes(true)).map(|(c, _)| c).collect();
        Some(self.counts(scene, (requirement, until), told, &applies))
    }

    /// An extension where one applies, unless it ends before what it extends: it never shortens.
    fn counts<'m>(&self, scene: Scene<'c>, (requirement, until): (&Requirement, &'m Until), told: &Required, applies: &[&'m DeadlineChange]) -> &'m Deadline {
        let extension = applies.iter().rev().find(|change| change.extension).map(|change| &change.deadline);
        let before = applies.iter().rev().find(|change| !change.extension).map_or(&until.default, |change| &change.deadline);
        let Some(extension) = extension else { return before };
        let due = |deadline| self.due_in(scene, requirement, told, deadline);
        match (due(before), due(extension)) {
            (Some(before_due), Some(extended)) if self.follows(before_due, extended) => before,
            // Where the time does not run at all, an extension does not make it run.
            (None, Some(_)) if told.deadline.as_ref().is_some_and(|step| step.expr == *length(before) && told.due.is_none()) => before,
            _ => extension,
        }
    }

    /// From when: what `from` says, else the occasion's time or the period's first day.
    pub(super) fn start(&self, scene: Scene<'c>, deadline: Option<&Deadline>) -> Option<At> {
        scene.start_of(deadline)
    }
}

/// Does it ask by something that no clause says?
fn unanswered(scene: Scene<'_>, norm: &str, requirement: &Requirement) -> bool {
    let silent = |value: &Value| matches!(value, Value::Fault(cause) if !matches!(cause, Cause::Contradiction { .. }));
    let slots = walk::own_slots(requirement, norm);
    scene.decided.iter().any(|told| slots.contains(&told.slot) && silent(&told.value))
}

/// The slots of other norms that an expression reads.
#[derive(Default)]
struct Slots(BTreeSet<String>);

impl Look for Slots {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Decided(_, slot) | Expr::DecidedOf(_, slot, ..) = expr {
            self.0.insert(slot.clone());
        }
    }
}

/// Are more found than asked for?
fn exceeds(found: &[(Seen<'_>, bool)], asked: Number) -> bool {
    i64::try_from(found.len()).is_ok_and(|n| Number::whole(n) > asked)
}

/// Is there no deadline that counts: two changes of one weight apply, or something that it is worked out from has no value?
fn no_deadline(scene: Scene<'_>, requirement: &Requirement) -> bool {
    let Some(until) = &requirement.until else { return false };
    let lost = |expr: &Expr| matches!(scene.eval(expr), Some(Value::Blank | Value::Fault(_)));
    let applies = |change: &&DeadlineChange| scene.eval(&change.when) == Some(yes(true));
    let rival = |extension: bool| until.changes.iter().filter(applies).filter(|change| change.extension == extension).count() > 1;
    let of = |deadline: &Deadline| match deadline {
        Deadline::Within(length, from, _) => lost(length) || from.as_ref().is_some_and(lost),
        Deadline::By(day) | Deadline::Before(day) => lost(day),
    };
    let fault = |expr: &Expr| matches!(scene.eval(expr), Some(Value::Fault(_)));
    let pauses = requirement.suspended.iter().flat_map(Pause::exprs).any(fault);
    let nothing = until.on_request.as_ref().is_some_and(|request| scene.grants_nothing(request));
    nothing || rival(true) || rival(false) || pauses || of(&until.default) || until.changes.iter().any(|change| lost(&change.when) || of(&change.deadline))
}

/// The expression of a deadline that is told as its step.
pub(super) fn length(deadline: &Deadline) -> &Expr {
    match deadline {
        Deadline::Within(length, ..) => length,
        Deadline::By(day) | Deadline::Before(day) => day,
    }
}
