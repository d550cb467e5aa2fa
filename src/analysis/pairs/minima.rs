//! So many times a year, where so many a week are asked for already: the lesser of two minima adds nothing. Periods of one length count, too.

use super::stage::{Sort, both, days, sorts, stage};
use super::{Told, tell};
use crate::analysis::condition::Cond;
use crate::analysis::finding::Finding;
use crate::analysis::linear::{constant, number};
use crate::analysis::reader::Reader;
use crate::analysis::{Context, feasible, witness};
use crate::diagnostics::{Say, Severity};
use crate::model::expr::{Aggregate, Expr, Op, Pattern, Period, Window};
use crate::model::norm::{Norm, Occasion, Rhythm, What};
use crate::model::written::Part;
use crate::reference::verdict::{Ruling, Verdict};
use chrono::{Datelike, Days, NaiveDate};
use std::collections::BTreeMap;

/// Records that are made for a case, at most.
const MOST: usize = 120;

/// So many records in each period.
struct Least<'m> {
    norm: &'m Norm,
    sort: Sort,
    entity: Option<&'m str>,
    every: &'m Rhythm,
    at: usize,
    pattern: &'m Pattern,
    number: i128,
    distinct: bool,
}

fn least<'m>(norm: &'m Norm) -> Vec<Least<'m>> {
    let (Occasion::Period { entity, every, .. }, Some(sort)) = (&norm.occasion, sorts(norm).pop()) else { return Vec::new() };
    let whole = |expr: &Expr| constant(expr).and_then(|value| number(&value))?.0.as_whole();
    let one = |(at, requirement): (usize, &'m crate::model::norm::Requirement)| {
        let (pattern, number, distinct) = match &requirement.what {
            What::Records { pattern, op: Op::Ge, number, distinct } => (pattern, whole(number)?, distinct.is_some()),
            What::Condition(Expr::Compare(Op::Ge, measure, number)) => match &**measure {
                Expr::Measure(measure) if measure.aggregate == Aggregate::Count && in_period(&measure.window, every.unit) => (&measure.pattern, whole(number)?, measure.distinct.is_some()),
                _ => return None,
            },
            _ => return None,
        };
        requirement.until.is_none().then_some(Least { norm, sort: sort.clone(), entity: entity.as_deref(), every, at, pattern, number, distinct })
    };
    norm.requirements.iter().enumerate().filter(|_| every.count == 1 && !every.working).filter_map(one).collect()
}

fn in_period(window: &Window, own: Period) -> bool {
    matches!(window, Window::Occasion) || matches!(window, Window::Period { unit, .. } if *unit == own)
}

/// Looks at all minima of the same records in periods of different length.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>) {
    let all: Vec<Least<'_>> = context.model.norms.iter().flat_map(least).collect();
    let mut by_event: BTreeMap<&str, Vec<&Least<'_>>> = BTreeMap::new();
    for least in &all {
        if let [event] = least.pattern.events.as_slice() {
            by_event.entry(event).or_default().push(least);
        }
    }
    for together in by_event.values() {
        for long in together {
            // The shorter period that asks for the most.
            let implied = |short: &&&Least<'_>| times(short, long).is_some_and(|times| i128::from(times).saturating_mul(short.number) >= long.number) && is_within(short, long);
            let best = together.iter().filter(implied).max_by_key(|short| times(short, long).map(|times| i128::from(times) * short.number));
            if let Some(short) = best {
                tell_of(context, short, long, found);
            }
        }
    }
}

/// Does each record that the shorter asks for count for the longer?
fn is_within(short: &Least<'_>, long: &Least<'_>) -> bool {
    short.norm.name != long.norm.name && short.entity == long.entity && !long.distinct && short.pattern.links == long.pattern.links && (long.pattern.filter.is_none() || long.pattern.filter == short.pattern.filter)
}

/// How many of the shorter periods lie within each of the longer ones, at least.
fn times(short: &Least<'_>, long: &Least<'_>) -> Option<i64> {
    if long.every.weekday.is_some() {
        return None;
    }
    let (least_days, months) = match long.every.unit {
        Period::Day => return None,
        Period::Week => (7, 0),
        Period::Month => (28, 1),
        Period::Quarter => (90, 3),
        Period::HalfYear => (181, 6),
        Period::Year => (365, 12),
    };
    let of_months = |each: i64| (months > each).then_some(months / each);
    match (short.every.unit, short.every.weekday) {
        _ if short.every.unit == long.every.unit => (short.every.weekday.is_none() && short.number > long.number).then_some(1),
        _ if short.every.unit > long.every.unit => None,
        (Period::Day, _) => Some(least_days),
        (Period::Week, Some(_)) => Some(least_days / 7),
        (Period::Week, None) => Some((least_days - 6) / 7),
        (Period::Month, _) => of_months(1),
        (Period::Quarter, _) => of_months(3),
        (Period::HalfYear, _) => of_months(6),
        (Period::Year, _) => None,
    }
}

fn tell_of(context: &Context<'_>, short: &Least<'_>, long: &Least<'_>, found: &mut Vec<Finding>) {
    let model = context.model;
    let Some(during) = days(model, short.norm).zip(days(model, long.norm)).and_then(|(a, b)| both(a, b)) else { return };
    let ground = stage(long.norm, &long.sort, during);
    let mut reader = Reader::new(model, &ground);
    let applies = reader.applies(long.norm, during);
    let asked = reader.scope_of(short.norm);
    reader.space.cut();
    let shapes = |cond: Cond| cond.shapes(&reader.space, true).map(|shapes| feasible::only(&reader, shapes));
    let (Ok(here), Ok(beyond)) = (shapes(applies.clone()), shapes(Cond::All(vec![applies, asked.negated()]))) else { return };
    let Some(times) = times(short, long).filter(|_| !here.is_empty() && beyond.is_empty()) else { return };
    let Ok(many) = usize::try_from(short.number) else { return };
    let dates = dates(short.every);
    if dates.len() * many > MOST {
        return;
    }
    let kept = |verdict: &Verdict| verdict.ruling == Ruling::Compliant;
    let witness = witness::spread(model, &ground, &reader, &here, short.pattern, (&dates, many), &|audit| {
        let of = |norm: &str| audit.verdicts.iter().filter(move |verdict| verdict.rule == norm).collect::<Vec<_>>();
        let enough = of(&short.norm.name).iter().filter(|verdict| kept(verdict)).count() >= usize::try_from(times).unwrap_or(usize::MAX);
        audit.verdicts.iter().find(|verdict| enough && verdict.rule == long.norm.name && kept(verdict))
    });
    let Some(witness) = witness else { return };
    let name = |least: &Least<'_>| context.speech(&least.norm.name).say(|words| words.quoted_norm(&least.norm.name));
    let (one, other) = (name(long), name(short));
    let follows = i128::from(times) * short.number;
    let but = if short.norm.exceptions.is_empty() { ("", "") } else { (", as far as no exception takes it away", "（例外所免的除外）") };
    let message = Say::new(
        format!("{} adds nothing: it asks for it {}, and {} follow already from {}{}", one.en, if long.number == 1 { "once".to_owned() } else { format!("{} times", long.number) }, follows, other.en, but.0),
        format!("{}没有作用：它要求 {} 次，而按{}已至少有 {} 次{}", one.zh, long.number, other.zh, follows, but.1),
    );
    let help = Say::new(
        "one of the two numbers is not meant so, or the lesser can go; if the text itself says both, keep it and write `expect finding shadowed because \"…\"`",
        "两个数目中必有一个并非本意，或较低的一个可以删去；如果原文就是这样，照原样保留，并写`预期 问题 shadowed 因为 “…”`",
    );
    let norms = [(long.norm, Some(Part::Requirement(long.at, 0))), (short.norm, Some(Part::Requirement(short.at, 0)))];
    tell(context, found, Told { code: "shadowed", severity: Severity::Note, norms, message, help, regions: Vec::new(), whole: true, witness });
}

/// A day in each of the periods of 2024.
fn dates(every: &Rhythm) -> Vec<NaiveDate> {
    let begin = NaiveDate::from_ymd_opt(2024, 1, 1);
    let all = begin.into_iter().flat_map(|day| (0..366).filter_map(move |n| day.checked_add_days(Days::new(n))));
    let falls = |day: &NaiveDate| match (every.unit, every.weekday) {
        (Period::Day, _) => true,
        (Period::Week, Some(weekday)) => day.weekday().num_days_from_monday() == u32::from(weekday),
        (Period::Week, None) => day.weekday().num_days_from_monday() == 2,
        (Period::Month, _) => day.day() == 10,
        (Period::Quarter, _) => day.day() == 10 && (day.month() - 1).is_multiple_of(3),
        (Period::HalfYear, _) => day.day() == 10 && (day.month() - 1).is_multiple_of(6),
        (Period::Year, _) => day.ordinal() == 60,
    };
    all.filter(falls).collect()
}
