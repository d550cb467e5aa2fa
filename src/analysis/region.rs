//! Regions in the drafter's words and units.

use super::condition::Shape;
use super::finding::{Extent, SAID, Stretch, sentence};
use super::runs::Runs;
use super::seen::multiple;
use super::space::{Axis, Cell, Domain, Form, Measure, Space, ends};
use crate::diagnostics::{Say, Tongue};
use crate::explain::words::Words;
use crate::model::expr::Expr;
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Unit};
use chrono::{NaiveDate, NaiveTime};

/// The words of a norm in both tongues.
pub(super) struct Speech<'m> {
    pub en: Words<'m>,
    pub zh: Words<'m>,
}

impl Speech<'_> {
    /// What `say` says in each tongue.
    pub(super) fn say(&self, say: impl Fn(&Words<'_>) -> String) -> Say {
        Say::new(say(&self.en), say(&self.zh))
    }

    /// What holds in a box, axis by axis.
    pub(super) fn extents(&self, space: &Space, shape: &Shape) -> Vec<Extent> {
        shape.iter().filter_map(|(axis, runs)| Some((space.axes.get(*axis)?, runs))).filter(|(axis, runs)| !runs.is_all(axis.cells.len())).map(|(axis, runs)| self.extent(axis, runs)).collect()
    }

    fn extent(&self, axis: &Axis, runs: &Runs) -> Extent {
        let term = term(&axis.form);
        if let Some((of, step)) = multiple(&term) {
            let yes = runs.iter().any(|cell| axis.cells.get(cell) == Some(&Cell::Is(Scalar::Bool(true))));
            let is = self.say(|words| match (yes, words.zh()) {
                (true, false) => format!("is a multiple of {}", words.number(step)),
                (false, false) => format!("is no multiple of {}", words.number(step)),
                (true, true) => format!("为 {} 的倍数", words.number(step)),
                (false, true) => format!("不是 {} 的倍数", words.number(step)),
            });
            return Extent { what: self.say(|words| words.phrase(of, &[])), is, values: Vec::new(), stretches: Vec::new() };
        }
        let what = self.say(|words| words.phrase(&term, &[]));
        let cells: Vec<&Cell> = runs.iter().filter_map(|cell| axis.cells.get(cell)).collect();
        let values = cells.iter().filter_map(|cell| if let Cell::Is(value) = cell { Some(plain(value)) } else { None }).collect();
        let stretches = spans(axis, runs);
        let is = self.say(|words| is(words, axis, &cells, &stretches));
        Extent { what, is, values, stretches }
    }
}

/// Regions as one sentence, the first few of them.
pub(super) fn said(regions: &[Vec<Extent>]) -> Say {
    let one = |tongue: Tongue| {
        let mut all: Vec<String> = regions.iter().take(SAID).map(|region| sentence(region, tongue)).collect();
        if regions.len() > SAID {
            all.push(match tongue {
                Tongue::En => format!("in {} more cases", regions.len() - SAID),
                Tongue::Zh => format!("另有 {} 种情形", regions.len() - SAID),
            });
        }
        all.join(match tongue {
            Tongue::En => "; or ",
            Tongue::Zh => "；或",
        })
    };
    Say::new(one(Tongue::En), one(Tongue::Zh))
}

fn plain(value: &Scalar) -> String {
    match value {
        Scalar::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Scalar::Kind(_, value) | Scalar::Text(value) | Scalar::Ref(_, value) => value.to_string(),
        other => format!("{other:?}"),
    }
}

/// The expression that a form measures.
pub(super) fn term(form: &Form) -> Expr {
    let one = Number::whole(1);
    let minus = Number::whole(-1);
    let dates = |expr: &Expr| matches!(expr, Expr::Day(_) | Expr::At(_) | Expr::PeriodStart | Expr::MonthDay(..) | Expr::Shift(..));
    match form.as_slice() {
        [(term, _)] => term.clone(),
        [(a, _), (b, by)] if *by == minus && (dates(a) || dates(b)) => Expr::Between(Unit::Days, Box::new(b.clone()), Box::new(a.clone())),
        terms => {
            let scaled = |(term, by): &(Expr, Number), by_sign: Number| match by.times(by_sign) {
                Some(by) if by != one => Expr::Mul(Box::new(Expr::Value(Scalar::Quantity(by, Unit::One))), Box::new(term.clone())),
                _ => term.clone(),
            };
            terms.iter().skip(1).fold(terms.first().map_or(Expr::Subject, |(term, _)| term.clone()), |sum, part| {
                if part.1 < Number::whole(0) {
                    Expr::Sub(Box::new(sum), Box::new(scaled(part, minus)))
                } else {
                    Expr::Add(Box::new(sum), Box::new(scaled(part, one)))
                }
            })
        }
    }
}

fn spans(axis: &Axis, runs: &Runs) -> Vec<Stretch> {
    let Domain::Number(_, range) = &axis.domain else { return Vec::new() };
    runs.ranges()
        .iter()
        .filter_map(|(from, to)| {
            let numbers: Vec<&Cell> = (*from..*to).filter_map(|cell| axis.cells.get(cell as usize)).filter(|cell| matches!(cell, Cell::Point(_) | Cell::Between(..))).collect();
            let (first, last) = (numbers.first()?, numbers.last()?);
            Some(exact(Stretch { from: low(first, range), to: high(last, range) }, first, last, range))
        })
        .collect()
}

/// Between steps, a stretch that holds one number is that number.
fn exact(span: Stretch, first: &Cell, last: &Cell, range: &Range) -> Stretch {
    match (ends(first, range).0, ends(last, range).1) {
        (Some(low), Some(high)) if low == high => Stretch { from: Some((low, false)), to: Some((high, false)) },
        _ => span,
    }
}

fn low(cell: &Cell, range: &Range) -> Option<(Number, bool)> {
    match cell {
        Cell::Point(number) => Some((*number, false)),
        Cell::Between(Some(low), _) if range.low.is_none_or(|least| least <= *low) => Some((*low, true)),
        _ => None,
    }
}

fn high(cell: &Cell, range: &Range) -> Option<(Number, bool)> {
    match cell {
        Cell::Point(number) => Some((*number, false)),
        Cell::Between(_, Some(high)) if range.high.is_none_or(|most| most >= *high) => Some((*high, true)),
        _ => None,
    }
}

fn is(words: &Words<'_>, axis: &Axis, cells: &[&Cell], spans: &[Stretch]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let blank = cells.iter().any(|cell| **cell == Cell::Blank);
    match &axis.domain {
        Domain::Number(measure, _) => parts.extend(spans.iter().map(|span| stretch(words, measure, span))),
        Domain::Bool if looked_into(&axis.form) => {
            let yes = cells.iter().any(|cell| **cell == Cell::Is(Scalar::Bool(true)));
            parts.push(if yes { words.pick("is yes", "为是") } else { words.pick("is no", "为否") }.to_owned());
        }
        Domain::Bool => {
            let yes = cells.iter().any(|cell| **cell == Cell::Is(Scalar::Bool(true)));
            parts.push(if yes { words.pick("(it is so)", "（成立）") } else { words.pick("(it is not so)", "（不成立）") }.to_owned());
        }
        Domain::Kind(..) | Domain::Named => {
            let mut values: Vec<String> = cells.iter().filter_map(|cell| if let Cell::Is(value) = cell { Some(words.scalar(value)) } else { None }).collect();
            if cells.iter().any(|cell| **cell == Cell::Other) {
                values.push(words.pick("something else", "其他").to_owned());
            }
            if !values.is_empty() {
                let all = words.list(&values, ("or", "或"));
                parts.push(match words.zh() {
                    false => format!("is {all}"),
                    true => format!("为{all}"),
                });
            }
        }
    }
    if blank {
        parts.push(words.pick("is blank", "为空").to_owned());
    }
    parts.join(words.pick(" or ", "或"))
}

fn looked_into(form: &Form) -> bool {
    matches!(form.as_slice(), [(Expr::Field(..) | Expr::Fact(..) | Expr::Judged(..) | Expr::Parameter(_) | Expr::Decided(..), _)])
}

fn stretch(words: &Words<'_>, measure: &Measure, span: &Stretch) -> String {
    let value = |number: Number| measured(words, measure, number);
    let zh = words.zh();
    let above = |(number, open): (Number, bool)| match (zh, open) {
        (false, true) => format!("more than {}", value(number)),
        (false, false) => format!("at least {}", value(number)),
        (true, true) => format!("超过{}", value(number)),
        (true, false) => format!("不少于{}", value(number)),
    };
    let below = |(number, open): (Number, bool)| match (zh, open) {
        (false, true) => format!("less than {}", value(number)),
        (false, false) => format!("at most {}", value(number)),
        (true, true) => format!("不足{}", value(number)),
        (true, false) => format!("不超过{}", value(number)),
    };
    match (span.from, span.to) {
        (Some((low, false)), Some((high, false))) if low == high => if zh { format!("为{}", value(low)) } else { format!("is {}", value(low)) },
        (Some(low), Some(high)) => if zh { format!("{}、{}", above(low), below(high)) } else { format!("is {} and {}", above(low), below(high)) },
        (Some(low), None) => if zh { above(low) } else { format!("is {}", above(low)) },
        (None, Some(high)) => if zh { below(high) } else { format!("is {}", below(high)) },
        (None, None) => words.pick("is stated", "已填").to_owned(),
    }
}

/// A number of an axis as what it measures.
pub(super) fn scalar(measure: &Measure, number: Number) -> Option<Scalar> {
    Some(match measure {
        Measure::Quantity(unit) => Scalar::Quantity(number, unit.clone()),
        Measure::Day => Scalar::Date(NaiveDate::from_num_days_from_ce_opt(i32::try_from(number.as_whole()?).ok()?)?),
        Measure::TimeOfDay => Scalar::Time(NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(number.as_whole()?).ok()?, 0)?),
    })
}

fn measured(words: &Words<'_>, measure: &Measure, number: Number) -> String {
    scalar(measure, number).map_or_else(|| words.number(number), |value| words.scalar(&value))
}
