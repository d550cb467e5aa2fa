//! States, worked out once more: whose turns there are, and what the last of them says at each moment in question.

use super::Checker;
use super::arith::{open, yes};
use super::case::{Case, Order, Scene, Seen};
use super::measure::{Counted, Standing, whole};
use super::window::Bounds;
use crate::model::number::Number;
use crate::model::state::{Ask, Stay, Turn};
use crate::model::value::{Scalar, Unit};
use crate::records::At;
use crate::reference::derivation::{Turns, Value};
use chrono::{DateTime, FixedOffset, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

type Moment = DateTime<FixedOffset>;

/// A record that begins (or ends) a state.
#[derive(Clone, Copy)]
struct Step<'c> {
    seen: Seen<'c>,
    begins: bool,
    certain: bool,
}

/// In the state for sure, out of it for sure, or neither.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    In,
    Out,
    Open,
}

/// The question's window and its records.
pub(super) struct Asked<'c> {
    bounds: Bounds<'c>,
    begins: Counted<'c>,
    ends: Option<Counted<'c>>,
    /// None when the checker cannot say.
    pub(super) value: Option<Value>,
}

impl<'c> Checker<'c> {
    /// Checks the records of a question about a state; its value, when the checker can say.
    pub(super) fn stay(&mut self, scene: Scene<'c>, stay: &Stay, told: &Turns) -> Option<Value> {
        let scene = scene.of_question(stay);
        let mine = scene.asked(stay)?;
        if told.from != mine.bounds.from {
            self.fault("the window of a state is another one", "状态的计算期间不符");
        }
        for (turn, counted, told) in [(Some(&stay.begins), Some(&mine.begins), Some(&told.begins)), (stay.ends.as_ref(), mine.ends.as_ref(), told.ends.as_ref())] {
            match (turn, counted, told) {
                (Some(turn), Some(counted), Some(told)) => {
                    self.told_bounds(told, None, mine.bounds.until);
                    self.listed(scene, &turn.pattern, None, counted, told);
                }
                (None, None, None) => {}
                _ => self.fault("the records that end a state are not listed", "未列出使状态结束的记录"),
            }
        }
        mine.value
    }
}

impl<'c> Scene<'c> {
    /// The records that begin and end the state, as far as they count.
    pub(super) fn turns(&self, stay: &Stay) -> Vec<String> {
        let Some(asked) = self.of_question(stay).asked(stay) else { return Vec::new() };
        let records = asked.begins.records.iter().chain(asked.ends.iter().flat_map(|ends| &ends.records));
        records.filter(|(_, standing)| matches!(standing, Standing::Counted { .. })).map(|(seen, _)| seen.reference()).collect()
    }

    /// Time over a window is the occasion's, wherever it is asked for.
    fn of_question(self, stay: &Stay) -> Self {
        if stay.ask == Ask::Now { self } else { Self { counted: None, ..self } }
    }

    /// The value of a question about a state.
    pub(super) fn stay(&self, stay: &Stay) -> Option<Value> {
        Self { ..*self }.of_question(stay).asked(stay)?.value
    }

    fn asked(&self, stay: &Stay) -> Option<Asked<'c>> {
        let case = self.case;
        let bounds = match stay.ask.window() {
            Some(window) => self.bounds(window)?,
            None => Bounds::up_to(self.counted.or(case.trigger), case.day),
        };
        let all = bounds.since_ever();
        let turned = |turn: &Turn| Counted { records: self.sort_out(&turn.pattern, None, &all), bounds: Some(all), value: None };
        let (begins, ends) = (turned(&stay.begins), stay.ends.as_ref().map(turned));
        let value = self.value_of(stay, &bounds, &begins, ends.as_ref());
        Some(Asked { bounds, begins, ends, value })
    }

    fn value_of(&self, stay: &Stay, bounds: &Bounds<'c>, begins: &Counted<'c>, ends: Option<&Counted<'c>>) -> Option<Value> {
        let mut steps = steps(begins, true)?;
        for end in ends.map_or(Some(Vec::new()), |ends| steps_of_ends(ends, &steps))? {
            steps.push(end);
        }
        let case = self.case;
        match &stay.ask {
            Ask::Now if bounds.goes_on(case) => Some(open()),
            Ask::Now => Some(match case.says(&steps, &|_| true) {
                Is::In => yes(true),
                Is::Out => yes(false),
                Is::Open => open(),
            }),
            Ask::Time(Unit::Days, _) => case.days_in(bounds, &steps),
            Ask::Time(unit, _) => case.time_in(unit, bounds, &steps),
            Ask::LeastAtOnce(_) => case.at_once(bounds, &self.by_subject(stay, steps)?, true),
            Ask::MostAtOnce(_) => case.at_once(bounds, &self.by_subject(stay, steps)?, false),
        }
    }

    /// The steps of each subject; one that does not say whose it is may be anybody's, or a stranger's.
    fn by_subject(&self, stay: &Stay, steps: Vec<Step<'c>>) -> Option<Vec<Vec<Step<'c>>>> {
        let mut named: BTreeMap<Arc<str>, Vec<Step<'c>>> = BTreeMap::new();
        let mut nameless = Vec::new();
        for step in steps {
            let role = if step.begins { &stay.begins.role } else { &stay.ends.as_ref()?.role };
            match self.field(step.seen, role)? {
                Value::Known(Scalar::Ref(_, id)) => named.entry(id).or_default().push(step),
                Value::Open { .. } => nameless.push(Step { certain: false, ..step }),
                _ => {}
            }
        }
        let mut all: Vec<Vec<Step<'c>>> = named.into_values().collect();
        all.iter_mut().for_each(|own| own.extend(&nameless));
        for stranger in nameless.iter().filter(|step| step.begins) {
            all.push(std::iter::once(stranger).chain(nameless.iter().filter(|step| !step.begins)).copied().collect());
        }
        Some(all)
    }
}

fn steps<'c>(counted: &Counted<'c>, begins: bool) -> Option<Vec<Step<'c>>> {
    let mut all = Vec::new();
    for (seen, standing) in &counted.records {
        match standing {
            Standing::Counted { certain } => all.push(Step { seen: *seen, begins, certain: *certain }),
            Standing::Unclear => return None,
            _ => {}
        }
    }
    Some(all)
}

/// The ends that are not at once beginnings.
fn steps_of_ends<'c>(ends: &Counted<'c>, begins: &[Step<'c>]) -> Option<Vec<Step<'c>>> {
    let again = |seen: Seen<'c>| begins.iter().any(|step| step.certain && step.seen.reference() == seen.reference());
    Some(steps(ends, false)?.into_iter().filter(|step| !again(step.seen)).collect())
}

impl<'c> Case<'c> {
    /// What the last of these steps says: a step is perhaps the last when no sure one comes surely after it.
    fn says(&self, steps: &[Step<'c>], counts: &dyn Fn(&Step<'c>) -> bool) -> Is {
        let there: Vec<&Step<'c>> = steps.iter().filter(|step| counts(step)).collect();
        let later = |a: &Step<'c>, b: &Step<'c>| self.order(b.seen, a.seen) == Order::Before;
        let perhaps_last = there.iter().filter(|step| !there.iter().any(|other| other.certain && later(other, step)));
        let mut says: Vec<bool> = perhaps_last.map(|step| step.begins).collect();
        if there.iter().all(|step| !step.certain) {
            says.push(false);
        }
        match (says.contains(&true), says.contains(&false)) {
            (true, false) => Is::In,
            (false, _) => Is::Out,
            _ => Is::Open,
        }
    }

    fn day_of(&self, step: &Step<'c>) -> NaiveDate {
        step.seen.at().day(self.zone)
    }

    /// Days at whose end the state holds.
    fn days_in(&self, bounds: &Bounds<'c>, steps: &[Step<'c>]) -> Option<Value> {
        let first = bounds.from.map(|at| at.day(self.zone)).or_else(|| steps.iter().map(|step| self.day_of(step)).min());
        let last = bounds.until.unwrap_or(self.derivation.known_until).day(self.zone);
        let (mut sure, mut possible) = (0, 0);
        for day in first.into_iter().flat_map(|first| first.iter_days()).take_while(|day| *day <= last) {
            let is = if bounds.goes_on(self) && !self.is_over(day) { Is::Open } else { self.says(steps, &|step| self.day_of(step) <= day) };
            sure += usize::from(is == Is::In);
            possible += usize::from(is != Is::Out);
        }
        Some(between(whole(sure), Some(whole(possible)), &Unit::Days))
    }

    /// Is all of the day known?
    fn is_over(&self, day: NaiveDate) -> bool {
        match self.derivation.known_until {
            At::Date(known) => day <= known,
            known => day < known.day(self.zone),
        }
    }

    /// At a moment: steps without an hour hold for their whole day, and leave it open beside steps with one.
    fn is_at(&self, moment: Moment, steps: &[Step<'c>]) -> Is {
        let day = At::Moment(moment).day(self.zone);
        let today: Vec<Step<'c>> = steps.iter().filter(|step| self.day_of(step) == day).copied().collect();
        let dated = today.iter().filter(|step| matches!(self.happened(step.seen), At::Date(_))).count();
        if today.iter().all(|step| matches!(step.seen.at(), At::Date(_))) {
            return self.says(steps, &|step| self.day_of(step) <= day);
        }
        if dated > 0 {
            let morning = self.says(steps, &|step| self.day_of(step) < day);
            let same = today.iter().all(|step| morning == if step.begins { Is::In } else { Is::Out });
            return if same { morning } else { Is::Open };
        }
        self.says(steps, &|step| self.day_of(step) < day || matches!(self.happened(step.seen), At::Moment(at) if at <= moment && self.day_of(step) == day))
    }

    /// The first moment of a day.
    pub(super) fn dawn(&self, day: NaiveDate) -> Option<Moment> {
        let at = |hour: u32| day.and_hms_opt(hour, 0, 0)?.and_local_timezone(self.zone).earliest();
        [0, 1, 2, 3].into_iter().find_map(at).map(|moment| moment.fixed_offset())
    }

    /// The end of a time, and whether the moment is itself inside.
    fn end_of(&self, at: At) -> Option<(Moment, bool)> {
        match at {
            At::Moment(moment) => Some((moment, true)),
            At::Date(day) => Some((self.dawn(day.succ_opt()?)?, false)),
        }
    }

    /// The moments of the window from which on something may be different; whether its last one is inside.
    fn edges(&self, bounds: &Bounds<'c>, steps: &[Step<'c>]) -> Option<(Vec<Moment>, bool)> {
        let mut edges = BTreeSet::new();
        for step in steps {
            let day = self.day_of(step);
            edges.extend([self.dawn(day)?, self.dawn(day.succ_opt()?)?]);
            if let At::Moment(moment) = self.happened(step.seen) {
                edges.insert(moment);
            }
        }
        let (end, inside) = self.end_of(bounds.until.unwrap_or(self.derivation.known_until))?;
        let start = match bounds.from {
            Some(At::Moment(moment)) => Some(moment),
            Some(At::Date(day)) => Some(self.dawn(day)?),
            // From the first step on: before it nothing is counted.
            None => self.first_change(steps)?,
        };
        let Some(start) = start.filter(|start| *start <= end) else { return Some((Vec::new(), false)) };
        edges.insert(self.end_of(self.derivation.known_until)?.0);
        let mut all: Vec<Moment> = edges.into_iter().filter(|edge| start < *edge && *edge < end).collect();
        all.extend([start, end]);
        all.sort_unstable();
        all.dedup();
        Some((all, inside))
    }

    fn first_change(&self, steps: &[Step<'c>]) -> Option<Option<Moment>> {
        let mut first: Option<Moment> = None;
        for step in steps {
            let day = self.day_of(step);
            let mixed = steps.iter().any(|other| self.day_of(other) == day && matches!(self.happened(other.seen), At::Date(_)));
            let moment = match self.happened(step.seen) {
                At::Moment(moment) if !mixed => moment,
                _ => self.dawn(day)?,
            };
            first = Some(first.map_or(moment, |first| first.min(moment)));
        }
        Some(first)
    }

    /// Is nothing known of this moment yet?
    fn is_ahead(&self, bounds: &Bounds<'c>, moment: Moment) -> bool {
        bounds.goes_on(self) && self.end_of(self.derivation.known_until).is_some_and(|(known, _)| known <= moment)
    }

    fn time_in(&self, unit: &Unit, bounds: &Bounds<'c>, steps: &[Step<'c>]) -> Option<Value> {
        let (edges, _) = self.edges(bounds, steps)?;
        let (mut sure, mut possible) = (whole(0), whole(0));
        for pair in edges.windows(2) {
            let [from, to] = pair else { continue };
            let per = Number::whole(if *unit == Unit::Hours { 3_600_000_000_000 } else { 60_000_000_000 });
            let length = Number::whole((*to - *from).num_nanoseconds()?).over(per)?;
            let is = if self.is_ahead(bounds, *from) { Is::Open } else { self.is_at(*from, steps) };
            if is == Is::In {
                sure = sure.plus(length)?;
            }
            if is != Is::Out {
                possible = possible.plus(length)?;
            }
        }
        Some(between(sure, Some(possible), unit))
    }

    fn at_once(&self, bounds: &Bounds<'c>, subjects: &[Vec<Step<'c>>], least: bool) -> Option<Value> {
        let all: Vec<Step<'c>> = subjects.concat();
        let (mut edges, inside) = self.edges(bounds, &all)?;
        if !inside {
            edges.pop();
        }
        let ahead = edges.iter().any(|edge| self.is_ahead(bounds, *edge));
        let known: Vec<(usize, usize)> = edges.into_iter().filter(|edge| !self.is_ahead(bounds, *edge)).map(|edge| self.how_many(edge, subjects)).collect();
        let (sure, possible) = (known.iter().map(|(sure, _)| *sure), known.iter().map(|(_, possible)| *possible));
        let (low, high) = if least { (sure.min(), possible.min()) } else { (sure.max(), possible.max()) };
        let low = if ahead && least { 0 } else { low.unwrap_or(0) };
        let high = if ahead && !(least && high.is_some()) { None } else { Some(whole(high.unwrap_or(0))) };
        Some(between(whole(low), high, &Unit::One))
    }

    /// How many are in the state for sure, and how many perhaps.
    fn how_many(&self, moment: Moment, subjects: &[Vec<Step<'c>>]) -> (usize, usize) {
        let each: Vec<Is> = subjects.iter().map(|own| self.is_at(moment, own)).collect();
        (each.iter().filter(|is| **is == Is::In).count(), each.iter().filter(|is| **is != Is::Out).count())
    }
}

/// A quantity between two bounds: known when they are one.
fn between(low: Number, high: Option<Number>, unit: &Unit) -> Value {
    if high == Some(low) { super::arith::quantity(Some(low), unit.clone()) } else { Value::Open { low: Some(low), high, causes: Vec::new() } }
}
