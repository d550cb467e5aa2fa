//! Questions about states (§5): in it now, how long, how many at once.

use super::derivation::{Detail, Turns};
use super::gather::{Bounds, Counts, Gathered, High, Low};
use super::interval::Interval;
use super::judge::Judge;
use super::spells::{Course, Is, Moment, Turned};
use super::value::Val;
use super::verdict::Cause;
use crate::model::number::Number;
use crate::model::state::{Ask, Stay};
use crate::model::value::{Scalar, Unit};
use crate::records::{At, Stored};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A window of time: from its first moment (none: from the first turn) to its last, which may be inside.
struct Stretch {
    from: Option<Moment>,
    to: Moment,
    with_end: bool,
    /// After this moment nothing is known yet, and the last day of the window.
    known: Option<(Moment, NaiveDate)>,
}

/// What may be, and why it is not one value.
#[derive(Default)]
struct Spread {
    low: Option<Number>,
    high: Option<Number>,
    causes: Vec<Cause>,
}

impl Judge<'_, '_> {
    pub(super) fn stay(&mut self, stay: &Stay) -> Val {
        let mark = self.steps.as_ref().map(Vec::len);
        let counted = self.counted;
        if stay.ask != Ask::Now {
            // Time in a filter is the occasion's, as measures are.
            self.counted = None;
        }
        let value = self.stayed(stay).unwrap_or_else(Val::Fault);
        self.counted = counted;
        if let (Some(mark), Some(steps)) = (mark, &mut self.steps) {
            steps.truncate(mark);
        }
        value
    }

    fn stayed(&mut self, stay: &Stay) -> Result<Val, Cause> {
        let bounds = match stay.ask.window() {
            Some(window) => self.window(window)?,
            None => Bounds { low: Low::Open, high: self.counted.or(self.occasion.record).map_or(High::Day(self.occasion.day), High::Before) },
        };
        let all = Bounds { low: Low::Open, high: bounds.high };
        let (begins, ends) = self.gathered_turns(stay, &all)?;
        let turns = turns(&begins, ends.as_ref());
        self.used.extend(turns.iter().map(|turn| turn.id));
        self.used.extend(ends.iter().flat_map(|ends| &ends.counts).map(|counts| counts.id));
        self.reach(match bounds.high {
            High::Open => None,
            High::Until(at, _) | High::Term(at, _) => Some(self.rules.day(at)),
            High::Day(day) => Some(day),
            High::Record(id) | High::Before(id) => Some(self.rules.day(self.known.record(id).at)),
        });
        let value = match &stay.ask {
            Ask::Now => self.in_now(stay, &bounds, &turns),
            Ask::Time(Unit::Days, _) => self.days(stay, &bounds, &turns),
            Ask::Time(unit, _) => self.time(stay, unit, &bounds, &turns),
            Ask::LeastAtOnce(_) | Ask::MostAtOnce(_) => self.at_once(stay, &bounds, turns),
        };
        if self.steps.is_some() {
            let from = self.told(&bounds, Vec::new(), Vec::new()).from;
            let mut told = |gathered: Gathered| {
                let (valued, left_out) = self.valued(gathered, None);
                self.told(&all, valued, left_out)
            };
            let turns = Turns { from, begins: told(begins), ends: ends.map(told) };
            self.detail = Detail::Stay(Box::new(turns));
        }
        value.ok_or(Cause::Fault { fault: "no_such_day".to_owned() })
    }

    fn gathered_turns(&mut self, stay: &Stay, all: &Bounds) -> Result<(Gathered, Option<Gathered>), Cause> {
        let begins = self.gather(&stay.begins.pattern, all, None)?;
        let ends = match &stay.ends {
            Some(ends) => Some(self.gather(&ends.pattern, all, None)?),
            None => None,
        };
        Ok((begins, ends))
    }

    /// All turns that are known, whenever they were.
    pub(super) fn turns_ever(&mut self, stay: &Stay) -> Result<Vec<Turned>, Cause> {
        let (begins, ends) = self.gathered_turns(stay, &Bounds { low: Low::Open, high: High::Open })?;
        Ok(turns(&begins, ends.as_ref()))
    }

    fn in_now(&mut self, stay: &Stay, bounds: &Bounds, turns: &[Turned]) -> Option<Val> {
        let is = match self.unfinished(bounds) {
            Some(until) => Is::Open(vec![Cause::NotYet { until }]),
            None => self.course(turns)?.last().clone(),
        };
        Some(match is {
            Is::In => Val::bool(true),
            Is::Out => Val::bool(false),
            Is::Open(mut causes) => {
                causes.sort();
                causes.dedup();
                let looked_at = self.counted.or(self.occasion.record).map(|id| super::read::owner(&self.known.reference(id)));
                let key = Arc::from(format!("{}in {stay:?}", looked_at.unwrap_or_default()));
                // Not `yes` and `no`, which would be the values of what is missing in the records.
                Val::bool(self.world.pick(&key, &causes, &["in".to_owned(), "out".to_owned()]) == 0)
            }
        })
    }

    /// Days at whose end the subject is in the state.
    fn days(&mut self, stay: &Stay, bounds: &Bounds, turns: &[Turned]) -> Option<Val> {
        let course = self.course(turns)?;
        let first = match &bounds.low {
            Low::Day(day) => Some(*day),
            Low::After(moment) => Some(self.rules.day(At::Moment(*moment))),
            _ => course.days.first().map(|(day, _)| *day),
        };
        let last = match bounds.high {
            High::Until(at, _) | High::Term(at, _) => self.rules.day(at),
            High::Day(day) => day,
            High::Record(id) | High::Before(id) => self.rules.day(self.known.record(id).at),
            High::Open => self.rules.day(self.known.until),
        };
        let unfinished = self.unfinished(bounds);
        let (mut low, mut high, mut causes) = (0, 0, Vec::new());
        for day in first.into_iter().flat_map(|first| first.iter_days()).take_while(|day| *day <= last) {
            match (unfinished, course.on(day)) {
                (Some(until), _) if !self.has_passed(At::Date(day)) => {
                    high += 1;
                    causes.push(Cause::NotYet { until });
                }
                (_, Is::In) => (low, high) = (low + 1, high + 1),
                (_, Is::Out) => {}
                (_, Is::Open(why)) => {
                    high += 1;
                    causes.extend(why.iter().cloned());
                }
            }
        }
        Some(self.whole(stay, Unit::Days, (low, Some(high)), causes))
    }

    fn whole(&mut self, stay: &Stay, unit: Unit, (low, high): (i64, Option<i64>), causes: Vec<Cause>) -> Val {
        if high == Some(low) {
            return Val::number(Number::whole(low), unit);
        }
        self.uncertain(&format!("{stay:?}"), unit, Interval::whole(low, high), causes).value()
    }

    /// Exact hours or minutes.
    fn time(&mut self, stay: &Stay, unit: &Unit, bounds: &Bounds, turns: &[Turned]) -> Option<Val> {
        let course = self.course(turns)?;
        let stretch = self.stretch(bounds)?;
        let mut sum = Spread { low: Some(Number::whole(0)), high: Some(Number::whole(0)), causes: Vec::new() };
        let edges = edges(&stretch, std::slice::from_ref(&course));
        for (from, to) in edges.iter().zip(edges.iter().skip(1)) {
            let length = length(*from, *to, unit);
            let add = |to: Option<Number>| to.and_then(|to| to.plus(length?));
            match (stretch.lacks(*from), course.at(*from)) {
                (Some(cause), _) => (sum.high, sum.causes) = (add(sum.high), [sum.causes, vec![cause]].concat()),
                (_, Is::In) => (sum.low, sum.high) = (add(sum.low), add(sum.high)),
                (_, Is::Out) => {}
                (_, Is::Open(why)) => (sum.high, sum.causes) = (add(sum.high), [sum.causes, why.clone()].concat()),
            }
        }
        let (Some(low), Some(high)) = (sum.low, sum.high) else { return Some(Val::fault("overflow")) };
        if low == high {
            return Some(Val::number(low, unit.clone()));
        }
        Some(self.uncertain(&format!("{stay:?}"), unit.clone(), Interval::closed(Some(low), Some(high)), sum.causes).value())
    }

    /// The least or largest number of subjects that are in the state at once.
    fn at_once(&mut self, stay: &Stay, bounds: &Bounds, turns: Vec<Turned>) -> Option<Val> {
        let courses = self.courses(stay, turns)?;
        let stretch = self.stretch(bounds)?;
        let least = matches!(stay.ask, Ask::LeastAtOnce(_));
        let mut edges = edges(&stretch, &courses);
        if !stretch.with_end {
            edges.pop();
        }
        let better = |best: Option<i64>, n: i64| Some(best.map_or(n, |best| if least { best.min(n) } else { best.max(n) }));
        let (mut low, mut high, mut causes) = (None, None, Vec::new());
        let mut more = false;
        for edge in edges {
            if let Some(cause) = stretch.lacks(edge) {
                // Anybody may come or go.
                causes.push(cause);
                low = better(low, 0);
                more = true;
                continue;
            }
            let (mut sure, mut maybe) = (0, 0);
            for course in &courses {
                match course.at(edge) {
                    Is::In => sure += 1,
                    Is::Out => {}
                    Is::Open(why) => {
                        maybe += 1;
                        causes.extend(why.iter().cloned());
                    }
                }
            }
            low = better(low, sure);
            high = better(high, sure + maybe);
        }
        // What is still to come can lift the largest number, and the least where nothing else is there.
        let high = if more && (!least || high.is_none()) { None } else { Some(high.unwrap_or(0)) };
        Some(self.whole(stay, Unit::One, (low.unwrap_or(0), high), causes))
    }

    /// One course for each subject. A record that does not say whose it is may be anybody's.
    fn courses(&self, stay: &Stay, turns: Vec<Turned>) -> Option<Vec<Course>> {
        let (mut of, mut anybody): (BTreeMap<Arc<str>, Vec<Turned>>, Vec<Turned>) = (BTreeMap::new(), Vec::new());
        for mut turn in turns {
            let role = if turn.enters { Some(&stay.begins.role) } else { stay.ends.as_ref().map(|ends| &ends.role) };
            let role = role.map_or("", String::as_str);
            match self.known.field(turn.id, role) {
                Stored::Known(Scalar::Ref(_, subject)) => of.entry(subject.clone()).or_default().push(turn),
                Stored::Missing => {
                    let cause = Cause::MissingField { record: self.known.reference(turn.id), field: role.to_owned() };
                    turn.possible.get_or_insert_default().push(cause);
                    anybody.push(turn);
                }
                _ => {}
            }
        }
        let strangers = anybody.iter().filter(|turn| turn.enters).map(|turn| {
            let leaves = anybody.iter().filter(|other| !other.enters).cloned();
            std::iter::once(turn.clone()).chain(leaves).collect::<Vec<_>>()
        });
        let known = of.into_values().map(|own| own.into_iter().chain(anybody.iter().cloned()).collect::<Vec<_>>());
        known.chain(strangers).map(|turns| self.course(&turns)).collect()
    }

    /// The window as moments.
    fn stretch(&self, bounds: &Bounds) -> Option<Stretch> {
        let from = match &bounds.low {
            Low::Day(day) => Some(self.midnight(*day)?),
            Low::After(moment) => Some(*moment),
            _ => None,
        };
        let end = |at: At| match at {
            At::Moment(moment) => Some((moment, true)),
            At::Date(day) => Some((self.midnight(day.succ_opt()?)?, false)),
        };
        let (to, with_end) = match bounds.high {
            High::Until(at, _) | High::Term(at, _) => end(at)?,
            High::Day(day) => end(At::Date(day))?,
            High::Record(id) | High::Before(id) => end(self.known.record(id).at)?,
            High::Open => end(self.known.until)?,
        };
        let known = match self.unfinished(bounds) {
            Some(until) => Some((end(self.known.until)?.0, until)),
            None => None,
        };
        Some(Stretch { from, to, with_end, known })
    }
}

impl Stretch {
    /// Why nothing is known of this moment yet.
    fn lacks(&self, moment: Moment) -> Option<Cause> {
        self.known.filter(|(known, _)| *known <= moment).map(|(_, until)| Cause::NotYet { until })
    }
}

/// The moments of the window at which something may change, its first and last among them.
fn edges(stretch: &Stretch, courses: &[Course]) -> Vec<Moment> {
    let changes = courses.iter().flat_map(|course| &course.moments).map(|(moment, _)| *moment);
    let Some(from) = stretch.from.or_else(|| changes.clone().min()).filter(|from| *from <= stretch.to) else { return Vec::new() };
    let known = stretch.known.map(|(known, _)| known);
    let mut edges: Vec<Moment> = changes.chain(known).filter(|moment| from < *moment && *moment < stretch.to).collect();
    edges.extend([from, stretch.to]);
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Exact hours or minutes from one moment to another; none on overflow.
fn length(from: Moment, to: Moment, unit: &Unit) -> Option<Number> {
    let seconds = if *unit == Unit::Hours { 3600 } else { 60 };
    let nanos = (to - from).num_nanoseconds().map(Number::whole)?;
    nanos.over(Number::whole(1_000_000_000))?.over(Number::whole(seconds))
}

/// Beginnings and ends together. A record that ends the state and begins it again changes nothing.
fn turns(begins: &Gathered, ends: Option<&Gathered>) -> Vec<Turned> {
    let turned = |counts: &Counts, enters: bool| Turned { id: counts.id, enters, possible: counts.possible.clone() };
    let again = |id| begins.counts.iter().any(|counts| counts.id == id && counts.possible.is_none());
    let left = ends.into_iter().flat_map(|ends| &ends.counts).filter(|counts| !again(counts.id));
    begins.counts.iter().map(|counts| turned(counts, true)).chain(left.map(|counts| turned(counts, false))).collect()
}
