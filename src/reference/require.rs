//! Requirements (§7): so many records, a moment, or a condition, until a deadline.

use super::compare::{all, what};
use super::deadline::{Due, Found};
use super::derivation::{LeftOut, Required as Told};
use super::gather::{Bounds, Counts, Gathered, High, Low};
use super::judge::{Instead, Judge};
use super::known::Id;
use super::occasion::Occasion;
use super::periods::of_rhythm;
use super::value::{Linear, Val};
use super::verdict::{Cause, Part, Ruling};
use crate::model::expr::{Expr, Op, Pattern};
use crate::model::norm::{Deadline, Occasion as Sort, Requirement, What};
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::model::walk;
use crate::records::At;

/// The judgement of a requirement.
pub(super) struct Required {
    pub part: Part,
    /// When it was breached.
    pub breach: Option<At>,
    pub told: Option<Told>,
    /// The deadline as it stands, for norms that read it.
    pub deadline: Val,
}

/// What came out, before it is told.
#[derive(Default)]
struct Finding {
    ruling: Option<Ruling>,
    causes: Vec<Cause>,
    breach: Option<At>,
    met_at: Option<At>,
    met_by: Option<Id>,
    found: Option<Val>,
}

impl Finding {
    fn ruled(ruling: Ruling) -> Self {
        Self { ruling: Some(ruling), ..Self::default() }
    }

    fn open(cause: Cause) -> Self {
        let ruling = if matches!(cause, Cause::Contradiction { .. }) { Ruling::Conflict } else { Ruling::Undetermined };
        Self { causes: vec![cause], ..Self::ruled(ruling) }
    }
}

/// A condition's value, or what is undetermined by its fault.
macro_rules! known {
    ($value:expr) => {
        match all(&[$value]) {
            Val::Fault(cause) => return Finding::open(cause),
            value => value.as_bool() == Some(true),
        }
    };
}

/// What is told of a requirement before anything was worked out.
pub(super) fn bare(cites: &[String]) -> Told {
    Told {
        cites: cites.to_vec(),
        what: None,
        counting: None,
        found: None,
        changes: Vec::new(),
        requests: None,
        deadline: None,
        suspended: Vec::new(),
        days: None,
        due: None,
        met_at: None,
        met_by: None,
        ruling: Ruling::Compliant,
        alternatives: Vec::new(),
    }
}

impl Judge<'_, '_> {
    pub(super) fn require(&mut self, at: usize, requirement: &Requirement) -> Required {
        if let What::Either(alternatives) = &requirement.what {
            return self.either(at, requirement, alternatives);
        }
        let mut told = bare(&requirement.cites);
        let start = self.start();
        let mut due = Due::Never;
        let mut fault = None;
        let finding = match self.found_deadline(requirement, start) {
            Err(cause) => {
                fault = Some(Val::Fault(cause.clone()));
                // What it asks for is told all the same.
                self.look(&requirement.what, &mut told);
                Finding::open(cause)
            }
            Ok(found) => {
                due = found.due.clone();
                (told.changes, told.requests, told.deadline, told.days, told.suspended) = (found.changes, found.requests, found.step, found.days, found.suspended);
                told.due = due.as_told();
                self.find(&requirement.what, &due, found.start.unwrap_or(start), found.start.is_some(), requirement.until.is_some(), &mut told)
            }
        };
        let finding = self.answered(requirement, finding);
        let mut ruling = finding.ruling.unwrap_or(Ruling::Undetermined);
        if self.instead == Some(Instead::Met(at)) && matches!(ruling, Ruling::Violation | Ruling::Pending) {
            ruling = Ruling::Compliant;
        }
        // What is met stays met; what must not be exceeded is settled by the deadline only.
        let met_for_good = ruling == Ruling::Compliant && !matches!(requirement.what, What::Records { op: Op::Le | Op::Eq, .. });
        if let Some(at) = due.as_told().filter(|_| !met_for_good) {
            self.reach(Some(self.rules.day(at)));
        }
        let deadline = fault.unwrap_or_else(|| self.deadline_value(&due));
        told.ruling = ruling;
        (told.met_at, told.met_by) = (finding.met_at, finding.met_by.map(|id| self.known.reference(id)));
        told.found = finding.found.map(|found| self.shown(&found));
        let due = due.as_told();
        let part = Part { name: format!("requirement {}", at + 1), ruling, due, met: finding.met_at, causes: finding.causes };
        let breach = finding.breach.or(due).or(Some(self.occasion.at));
        Required { part, breach, told: self.steps.is_some().then_some(told), deadline }
    }

    /// What is asked of somebody whom no clause names is not breached by anybody.
    fn answered(&self, requirement: &Requirement, finding: Finding) -> Finding {
        if !matches!(finding.ruling, Some(Ruling::Violation | Ruling::Pending)) {
            return finding;
        }
        let slots = walk::own_slots(requirement, &self.norm.name);
        let unanswered = self.own.iter().filter(|(slot, _)| slots.contains(slot)).find_map(|(_, value)| match value {
            Val::Fault(Cause::Contradiction { .. }) => None,
            Val::Fault(cause) => Some(cause.clone()),
            _ => None,
        });
        match unanswered {
            Some(cause) => Finding { ruling: Some(Ruling::Undetermined), causes: vec![cause], breach: None, ..finding },
            None => finding,
        }
    }

    /// The start: the occasion, the first day of its period, the first record of its case.
    pub(super) fn start(&self) -> At {
        match (&self.occasion.period, self.occasion.case) {
            (Some(span), _) => At::Date(span.first),
            (None, Some(first)) => self.known.record(first).at,
            (None, None) => self.occasion.at,
        }
    }

    fn found_deadline(&mut self, requirement: &Requirement, start: At) -> Result<Found, Cause> {
        match (&requirement.until, &requirement.what, &self.occasion.period) {
            (Some(until), ..) => {
                let mut found = self.until(until, &requirement.suspended, start)?;
                // Only a stated start moves the point from which records count.
                if !matches!(until.default, Deadline::Within(_, Some(_), _)) {
                    found.start = None;
                }
                Ok(found)
            }
            (None, What::Condition(_), _) => Ok(Found::due(Due::Never)),
            (None, _, Some(span)) => Ok(Found::due(Due::At { at: At::Date(span.last), before: false })),
            (None, _, None) => Ok(Found::due(Due::Never)),
        }
    }

    /// Evaluates what is asked for, only to tell it.
    fn look(&mut self, asked: &What, told: &mut Told) {
        if let What::Moment(expr) | What::Condition(expr) | What::Records { number: expr, .. } = asked {
            told.what = self.stepped(expr).1;
        }
    }

    fn find(&mut self, asked: &What, due: &Due, start: At, moved: bool, has_until: bool, told: &mut Told) -> Finding {
        match asked {
            What::Condition(condition) => {
                self.cut = if let Due::At { at, before } = due { Some((*at, *before)) } else { None };
                let (value, step) = self.condition(condition);
                self.cut = None;
                told.what = step;
                let holds = known!(value);
                match (holds, has_until) {
                    (true, _) => Finding::ruled(Ruling::Compliant),
                    (false, false) => Finding { breach: Some(self.occasion.at), ..Finding::ruled(Ruling::Violation) },
                    (false, true) => self.not_met(due),
                }
            }
            What::Moment(moment) => {
                let (value, step) = self.stepped(moment);
                told.what = step;
                self.moment(&value, due)
            }
            What::Records { pattern, op, number, distinct } => {
                let (number_value, step) = self.stepped(number);
                told.what = step;
                match number_value {
                    Val::Fault(cause) => Finding::open(cause),
                    Val::Blank => Finding::open(Cause::Blank { what: what(number) }),
                    asked => {
                        let low = match (self.occasion.record, moved) {
                            (Some(record), false) => Low::FromRecord(record),
                            _ => Low::From(start),
                        };
                        self.records(pattern, *op, &asked, distinct.as_ref(), low, due, told)
                    }
                }
            }
            // `require` judges each of them by itself.
            What::Either(_) => Finding::default(),
        }
    }

    /// Not met: a violation once the deadline has passed, pending before.
    fn not_met(&mut self, due: &Due) -> Finding {
        let over = known!(self.is_over(due));
        Finding::ruled(if over { Ruling::Violation } else { Ruling::Pending })
    }

    fn moment(&mut self, value: &Val, due: &Due) -> Finding {
        match value {
            Val::Fault(cause) => Finding::open(cause.clone()),
            Val::Blank => self.not_met(due),
            _ => match value.as_at() {
                Some(at) => {
                    let in_time = known!(self.in_time(at, due));
                    // As long as a request for more time waits, late is not yet too late.
                    let ruling = match due {
                        _ if in_time => Ruling::Compliant,
                        Due::Waits(_) => Ruling::Pending,
                        _ => Ruling::Violation,
                    };
                    Finding { met_at: Some(at), ..Finding::ruled(ruling) }
                }
                None => {
                    let causes = self.causes_of(value);
                    let key = format!("{} in time", value.name());
                    if self.taken_to_be(&key, &causes) { Finding::ruled(Ruling::Compliant) } else { self.not_met(due) }
                }
            },
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn records(&mut self, pattern: &Pattern, op: Op, asked: &Val, distinct: Option<&Expr>, low: Low, due: &Due, told: &mut Told) -> Finding {
        let bounds = Bounds { low, high: High::Open };
        let mut gathered = match self.gather(pattern, &bounds, distinct) {
            Ok(gathered) => gathered,
            Err(cause) => return Finding::open(cause),
        };
        gathered.counts.retain(|counts| Some(counts.id) != self.occasion.record);
        let mut timely = Vec::new();
        for counts in &gathered.counts {
            if known!(self.in_time(self.known.record(counts.id).at, due)) {
                timely.push(counts.clone());
            }
        }
        self.used.extend(timely.iter().map(|counts| counts.id));
        let (certain, open) = self.count(pattern, timely.iter(), None);
        let count = Linear::constant(certain, Unit::One);
        let count = match open {
            None => count,
            Some(open) => count.plus(&open, Number::whole(1)).unwrap_or(open),
        };
        let mut finding = self.numbers(op, &count, asked, due);
        self.met(op, asked, (pattern, &gathered.counts, &timely), &mut finding);
        finding.found = Some(count.value());
        if self.steps.is_some() {
            self.tell_records(&bounds, gathered, timely, due, told);
        }
        finding
    }

    /// The records in time, and the others, those that came too late among them.
    fn tell_records(&mut self, bounds: &Bounds, mut gathered: Gathered, timely: Vec<Counts>, due: &Due, told: &mut Told) {
        let late = gathered.counts.iter().filter(|counts| !timely.iter().any(|one| one.id == counts.id));
        let late: Vec<_> = late.map(|counts| (self.known.reference(counts.id), self.known.record(counts.id).at, LeftOut::After)).collect();
        gathered.left_out.extend(late);
        gathered.counts = timely;
        let (valued, left_out) = self.valued(gathered, None);
        let mut counting = self.told(bounds, valued, left_out);
        counting.until = due.as_told();
        told.counting = Some(counting);
    }

    /// At least, at most, exactly so many.
    fn numbers(&mut self, op: Op, count: &Linear, asked: &Val, due: &Due) -> Finding {
        let (count, expr) = (count.clone().value(), Expr::Subject);
        let compare = |judge: &mut Self, op| judge.compare(op, (&count, &expr), (asked, &expr));
        match op {
            Op::Ge => match known!(compare(self, Op::Ge)) {
                true => Finding::ruled(Ruling::Compliant),
                false => self.not_met(due),
            },
            Op::Le => match known!(compare(self, Op::Gt)) {
                true => Finding::ruled(Ruling::Violation),
                false => self.not_exceeded(due),
            },
            _ => {
                if known!(compare(self, Op::Gt)) {
                    Finding::ruled(Ruling::Violation)
                } else if known!(compare(self, Op::Eq)) {
                    self.not_exceeded(due)
                } else {
                    self.not_met(due)
                }
            }
        }
    }

    /// Not too many so far: compliant when no more can come in time.
    fn not_exceeded(&mut self, due: &Due) -> Finding {
        if matches!(due, Due::Never) {
            self.reach(None);
            return Finding::ruled(Ruling::Compliant);
        }
        let over = known!(self.is_over(due));
        Finding::ruled(if over { Ruling::Compliant } else { Ruling::Pending })
    }

    /// By which record it was met, in time or late; or which one was too many.
    fn met(&mut self, op: Op, asked: &Val, (pattern, every, timely): (&Pattern, &[Counts], &[Counts]), finding: &mut Finding) {
        let number = asked.linear().filter(|l| l.terms.is_empty()).and_then(|l| l.constant.ceil().as_whole());
        let Some(number) = number.and_then(|n| usize::try_from(n).ok()) else { return };
        let certain = |list: &[Counts]| list.iter().filter(|c| c.possible.is_none()).map(|c| c.id).collect::<Vec<_>>();
        let at = |id: Option<&Id>| id.map(|id| self.known.record(*id).at);
        let exceeding = certain(timely).get(number).copied();
        if op != Op::Ge && finding.ruling == Some(Ruling::Violation) && exceeding.is_some() {
            finding.breach = at(exceeding.as_ref());
            (finding.met_at, finding.met_by) = (finding.breach, exceeding);
            return;
        }
        if op != Op::Le && number > 0 {
            let reached = certain(every).get(number - 1).copied();
            let reached = reached.filter(|id| timely.iter().any(|one| one.id == *id) || !self.is_of_a_later_period(*id, pattern));
            (finding.met_at, finding.met_by) = (at(reached.as_ref()), reached);
            if finding.ruling == Some(Ruling::Compliant) && op == Op::Ge {
                let day = finding.met_at.map(|at| self.rules.day(at));
                self.reach(day.or(self.horizon));
            }
        }
    }

    /// What comes after the period belongs to a later one, unless the next would not count it: one that is asked `from` a day, before that day.
    fn is_of_a_later_period(&self, id: Id, pattern: &Pattern) -> bool {
        let Some(span) = &self.occasion.period else { return false };
        let day = self.rules.day(self.known.record(id).at);
        let Sort::Period { every, .. } = &self.norm.occasion else { return false };
        let Some(next) = span.last.succ_opt().filter(|next| *next <= day).map(|next| of_rhythm(every, next)) else { return false };
        let Some(filter) = &pattern.filter else { return true };
        let at = At::Date(next.last);
        let next = Occasion { subject: self.occasion.subject.clone(), period: Some(next), ..Occasion::new(String::new(), at, self.rules) };
        let mut judge = Judge::aside(self.known, self.rules, self.norm, &next);
        judge.counted = Some(id);
        judge.eval(filter).as_bool() != Some(false)
    }
}
