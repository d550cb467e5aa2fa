//! `when a count reaches n` (§4): the record at which it does, and again at each multiple.

use super::judge::Judge;
use super::known::{Id, Known};
use super::occasion::{Occasion, Reached, sees};
use super::periods::span;
use super::rules::Rules;
use super::value::Val;
use super::verdict::Cause;
use crate::model::expr::{Aggregate, Expr, Measure, Window};
use crate::model::norm::Norm;
use crate::model::number::Number;
use crate::model::value::Scalar;
use crate::records::{At, Stored};
use std::collections::BTreeMap;

/// A record that counts, with its amount; possible ones count in one reading only.
#[derive(Debug, Clone)]
struct Counting {
    id: Id,
    amount: Number,
    doubt: Option<Vec<Cause>>,
}

/// A crossing: the record, which multiple it is, and the records counted until then.
struct Crossing {
    at: usize,
    multiple: i128,
}

struct Walk<'w, 'k> {
    known: &'w Known<'k>,
    rules: &'w Rules<'w>,
    norm: &'w Norm,
    measure: &'w Measure,
    number: &'w Expr,
    every: bool,
}

/// All crossings.
pub(super) fn all<'a>(known: &Known, rules: &Rules, norm: &Norm, measure: &Measure, number: &Expr, every: bool) -> Vec<Occasion<'a>> {
    let walk = Walk { known, rules, norm, measure, number, every };
    let mut groups: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for id in known.candidates(&measure.pattern, None, (None, None)) {
        if sees(norm, known, id)
            && let Some(key) = walk.key(id)
        {
            groups.entry(key).or_default().push(id);
        }
    }
    groups.into_iter().flat_map(|(key, ids)| walk.group(&key, &ids)).collect()
}

impl Walk<'_, '_> {
    /// What records must share to be counted together, and the calendar period; none when a link is not known.
    fn key(&self, id: Id) -> Option<String> {
        let mut key = Vec::new();
        for (name, _) in &self.measure.pattern.links {
            match self.known.field(id, name) {
                Stored::Known(Scalar::Ref(_, value)) => key.push(value.to_string()),
                Stored::Known(scalar) => key.push(super::value::words(scalar)),
                Stored::Blank | Stored::Missing => return None,
            }
        }
        if let Some(period) = self.period(id) {
            key.push(period);
        }
        Some(key.join("/"))
    }

    /// The calendar period in which a record counts, for calendar windows.
    fn period(&self, id: Id) -> Option<String> {
        match &self.measure.window {
            Window::Period { unit, .. } => Some(span(*unit, self.rules.day(self.known.record(id).at)).name),
            Window::YearFrom { month, day, .. } => super::periods::year_from((*month, *day), self.rules.day(self.known.record(id).at)).map(|(first, _)| first.to_string()),
            _ => None,
        }
    }

    fn group<'a>(&self, key: &str, ids: &[Id]) -> Vec<Occasion<'a>> {
        let counting: Vec<Counting> = ids.iter().filter_map(|id| self.counting(*id)).collect();
        let certain: Vec<Counting> = counting.iter().filter(|one| one.doubt.is_none()).cloned().collect();
        let sure = self.crossings(&certain);
        let mut occasions: Vec<Occasion> = sure.iter().map(|crossing| self.occasion(key, crossing, &certain, None)).collect();
        if certain.len() < counting.len() {
            let causes: Vec<Cause> = counting.iter().flat_map(|one| one.doubt.iter().flatten().cloned()).collect();
            for crossing in self.crossings(&counting) {
                let occasion = self.occasion(key, &crossing, &counting, Some(causes.clone()));
                if !occasions.iter().any(|known| known.key == occasion.key) {
                    occasions.push(occasion);
                }
            }
        }
        occasions
    }

    /// Does the record count, and how much?
    fn counting(&self, id: Id) -> Option<Counting> {
        let occasion = Occasion::of_record(id, None, self.known, self.rules);
        let (mut yes, mut no, mut causes, mut forced, mut amount) = (false, false, Vec::new(), Vec::new(), Number::whole(1));
        for _ in 0..super::merge::MOST_WORLDS {
            let mut judge = Judge::new(self.known, self.rules, self.norm, &occasion, forced);
            judge.counted = Some(id);
            let there = judge.exists(id);
            let filter = self.measure.pattern.filter.as_ref().map_or(Val::bool(true), |filter| judge.eval(filter));
            match super::compare::all(&[there, filter]) {
                Val::Fault(cause) => {
                    causes.push(cause);
                    (yes, no) = (true, true);
                }
                value if value.as_bool() == Some(true) => {
                    yes = true;
                    if self.measure.aggregate == Aggregate::Total {
                        match self.measure.of.as_ref().map(|of| judge.eval(of)) {
                            Some(Val::Known(Scalar::Quantity(number, _))) => amount = number,
                            Some(open) => {
                                causes.extend(judge.causes_of(&open));
                                (no, amount) = (true, judge.most(&open));
                            }
                            None => {}
                        }
                    }
                }
                _ => no = true,
            }
            let taken = judge.world.choices().to_vec();
            causes.extend(taken.iter().flat_map(|choice| choice.causes.iter().cloned()));
            match super::world::next(&taken) {
                Some(next) => forced = next,
                None => break,
            }
        }
        causes.sort();
        causes.dedup();
        yes.then_some(Counting { id, amount, doubt: no.then_some(causes) })
    }

    /// Where the measure crosses the number, walking in order.
    fn crossings(&self, counting: &[Counting]) -> Vec<Crossing> {
        let mut all = Vec::new();
        for (at, one) in counting.iter().enumerate() {
            let Some(number) = self.number_at(one.id) else { continue };
            let from = counting.iter().take(at + 1).position(|other| self.in_window(other.id, one.id)).unwrap_or(at);
            let sum = |to: usize| counting.get(from..to).unwrap_or_default().iter().try_fold(Number::whole(0), |sum, one| sum.plus(one.amount));
            let (Some(before), Some(after)) = (sum(at), sum(at + 1)) else { continue };
            let multiple = |total: Number| total.over(number).and_then(|n| n.floor().as_whole()).unwrap_or(0).max(0);
            let (before, after) = (multiple(before), multiple(after));
            if self.every {
                all.extend((before + 1..=after).map(|multiple| Crossing { at, multiple }));
            } else if before < 1 && after >= 1 {
                all.push(Crossing { at, multiple: 1 });
            }
        }
        all
    }

    /// The number at a record; an open or impossible one is never reached.
    fn number_at(&self, id: Id) -> Option<Number> {
        let occasion = Occasion::of_record(id, None, self.known, self.rules);
        match Judge::aside(self.known, self.rules, self.norm, &occasion).eval(self.number) {
            Val::Known(Scalar::Quantity(number, _)) if number > Number::whole(0) => Some(number),
            _ => None,
        }
    }

    /// Is an earlier record in the window that ends with `end`?
    fn in_window(&self, id: Id, end: Id) -> bool {
        match &self.measure.window {
            Window::Last(_) | Window::Since(_) => {
                let occasion = Occasion::of_record(end, None, self.known, self.rules);
                let mut judge = Judge::aside(self.known, self.rules, self.norm, &occasion);
                judge.window(&self.measure.window).is_ok_and(|bounds| judge.lies_in(id, &bounds))
            }
            _ => true,
        }
    }

    fn occasion<'a>(&self, key: &str, crossing: &Crossing, counting: &[Counting], doubt: Option<Vec<Cause>>) -> Occasion<'a> {
        let id = counting.get(crossing.at).map_or(0, |one| one.id);
        let from = counting.iter().take(crossing.at + 1).position(|other| self.in_window(other.id, id)).unwrap_or(crossing.at);
        let counted = counting.get(from..=crossing.at).unwrap_or_default();
        let period = self.period(id);
        let reference = self.known.reference(id);
        let key = match (&period, key.is_empty()) {
            (Some(_), _) => format!("{key}#{}", crossing.multiple),
            (None, true) => reference,
            (None, false) => format!("{key}/{reference}"),
        };
        let start: Option<At> = counted.first().map(|one| self.known.record(one.id).at);
        let possible = counted.iter().filter(|one| one.doubt.is_some()).map(|one| one.id).collect();
        let reached = Reached { from: start, counted: counted.iter().map(|one| one.id).collect(), possible, period };
        Occasion { key, doubt, reached: Some(reached), ..Occasion::of_record(id, None, self.known, self.rules) }
    }
}

impl Judge<'_, '_> {
    /// The largest that an open quantity may be; 0 without a bound.
    fn most(&mut self, value: &Val) -> Number {
        let bounds = value.linear().map(|linear| self.world.bounds(&linear).ends());
        bounds.and_then(|(_, high)| high).unwrap_or(Number::whole(0))
    }
}
