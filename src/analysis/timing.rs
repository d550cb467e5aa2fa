//! Deadlines that cannot be kept: a duty that is due before its period begins, or before the rules are in force; one that is due before it arises; steps
//! that may take longer than the whole; a day between two versions on which there is no rule. What is due when is what the evaluator says.

use super::condition::Cond;
use super::finding::{Finding, Witness, plain};
use super::linear::constant;
use super::pairs::stage::{both, days, sorts, stage};
use super::reader::Reader;
use super::{Context, witness};
use crate::diagnostics::{Say, Severity};
use crate::model::Interval;
use crate::model::expr::{Expr, Op, Pattern, Scope};
use crate::model::norm::{Deadline, Norm, Occasion, Requirement, What};
use crate::model::number::Number;
use crate::model::value::Scalar;
use crate::model::written::Part;
use crate::records::At;
use crate::reference::verdict::{Audit, Ruling, Verdict};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Ways through three duties that are tried, at most.
const MOST_CHAINS: usize = 400;

/// Looks at every norm, and at duties that follow each other.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>) {
    for norm in context.model.norms.iter().filter(|norm| context.looks_at(norm)) {
        versions(context, norm, found);
        if norm.requirements.iter().any(|requirement| requirement.until.is_some()) {
            match &norm.occasion {
                Occasion::Period { .. } => periods(context, norm, found),
                Occasion::Record(_) => backwards(context, norm, found),
                _ => {}
            }
        }
    }
    chains(context, found);
}

fn due(verdict: &Verdict, at: usize) -> Option<At> {
    verdict.requirement(at)?.due
}

fn ruling(verdict: &Verdict, at: usize) -> Option<Ruling> {
    verdict.requirement(at).map(|part| part.ruling)
}

fn day(at: At) -> NaiveDate {
    match at {
        At::Date(day) => day,
        At::Moment(moment) => moment.date_naive(),
    }
}

struct Timing<'a> {
    context: &'a Context<'a>,
    norm: &'a Norm,
    at: usize,
}

impl Timing<'_> {
    fn tell(&self, severity: Severity, message: Say, help: Say, witness: Option<Witness>, others: &[(&Norm, usize)], found: &mut Vec<Finding>) {
        let place = |norm: &Norm, at: usize| {
            let line = self.context.written.parts.get(&(norm.name.clone(), Part::Requirement(at, 0))).or_else(|| self.context.written.items.get(&norm.name)).cloned();
            let cites = norm.requirements.get(at).map(|requirement| requirement.cites.clone()).filter(|cites| !cites.is_empty()).unwrap_or_else(|| norm.cites.clone());
            (line, self.context.speech(&norm.name).say(|words| format!("{}{}", words.quoted_norm(&norm.name), words.cites(&cites))))
        };
        let places = std::iter::once((self.norm, self.at)).chain(others.iter().copied()).map(|(norm, at)| place(norm, at)).collect();
        let with = others.iter().map(|(norm, _)| norm.name.clone()).filter(|name| *name != self.norm.name).collect();
        found.push(Finding { places, with, help, witness, ..plain("timing", severity, &self.norm.name, message) });
    }

    fn title(&self) -> Say {
        self.context.speech(&self.norm.name).say(|words| words.quoted_norm(&self.norm.name))
    }

    fn day(&self, day: NaiveDate) -> Say {
        self.context.speech(&self.norm.name).say(|words| words.day(day))
    }
}

/// Is any period's duty due before the period begins, or before the rules are in force?
fn periods(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>) {
    let model = context.model;
    let Some(during) = days(model, norm) else { return };
    for (at, _) in norm.requirements.iter().enumerate().filter(|(_, requirement)| requirement.until.is_some()) {
        let timing = Timing { context, norm, at };
        let mut reader = Reader::new(model, norm);
        let applies = reader.applies(norm, during);
        reader.space.cut();
        let Ok(shapes) = applies.shapes(&reader.space, true) else { continue };
        let early = |audit: &Audit, is: &dyn Fn(&Verdict, NaiveDate) -> bool| {
            audit.verdicts.iter().find(|verdict| verdict.rule == norm.name && verdict.ruling != Ruling::NotApplicable && due(verdict, at).is_some_and(|due| is(verdict, day(due)))).map(|verdict| verdict.id.clone())
        };
        let before_period = |verdict: &Verdict, due: NaiveDate| begins(verdict).is_some_and(|begins| due < begins);
        let before_force = |_: &Verdict, due: NaiveDate| norm.dated_by.is_none() && during.from.is_some_and(|from| due < from);
        let case = |is: &dyn Fn(&Verdict, NaiveDate) -> bool, from: Option<NaiveDate>| {
            let shows = |audit: &Audit| early(audit, is);
            witness::since(model, norm, &reader, &shapes, from, &|audit| shows(audit).and_then(|id| audit.verdicts.iter().find(|verdict| verdict.id == id)))
        };
        let title = timing.title();
        if let Some(witness) = case(&before_period, None) {
            let message = Say::new(format!("what {} asks for is due before its period begins", title.en), format!("{}的期限早于本期开始", title.zh));
            let help = Say::new("name a day in the period, or a longer period (`every year`)", "请写本期内的日子，或改用更长的周期（`每年`）");
            timing.tell(Severity::Warning, message, help, Some(witness), &[], found);
        } else if let Some(from) = during.from
            && let Some(witness) = case(&before_force, Some(from))
        {
            let begins = timing.day(from);
            let message = Say::new(
                format!("in its first period, {} is due before it is in force ({})", title.en, begins.en),
                format!("{}在首期的期限早于施行之日（{}）", title.zh, begins.zh),
            );
            let help = Say::new(
                "let it begin with the next period (`in force from …`); if the text itself is so, keep it and write `expect finding timing because \"…\"`",
                "使它自下一期起施行（`自 … 起施行`）；如果原文就是这样，照原样保留，并写`预期 问题 timing 因为 “…”`",
            );
            timing.tell(Severity::Note, message, help, Some(witness), &[], found);
        }
    }
}

/// The first day of a verdict's period.
fn begins(verdict: &Verdict) -> Option<NaiveDate> {
    let period = verdict.period.as_ref()?;
    let parts: Vec<&str> = period.split('-').collect();
    let year = parts.first()?.parse().ok()?;
    match parts.as_slice() {
        [_] => NaiveDate::from_ymd_opt(year, 1, 1),
        [_, part] => match part.chars().next()? {
            'Q' => NaiveDate::from_ymd_opt(year, part[1..].parse::<u32>().ok()? * 3 - 2, 1),
            'H' => NaiveDate::from_ymd_opt(year, part[1..].parse::<u32>().ok()? * 6 - 5, 1),
            'W' => NaiveDate::from_isoywd_opt(year, part[1..].parse().ok()?, chrono::Weekday::Mon),
            _ => NaiveDate::from_ymd_opt(year, part.parse().ok()?, 1),
        },
        [_, month, day] => NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?),
        _ => None,
    }
}

/// Does a deadline lie so long before a day that the record names that the duty can arise too late?
fn backwards(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>) {
    let model = context.model;
    for (at, requirement) in norm.requirements.iter().enumerate() {
        let Some((field, by)) = requirement.until.as_ref().and_then(|until| before_field(&until.default)) else { continue };
        if !matches!(requirement.what, What::Records { op: Op::Ge | Op::Eq, .. }) {
            continue;
        }
        let timing = Timing { context, norm, at };
        let during = days(model, norm).unwrap_or_default();
        let mut reader = Reader::new(model, norm);
        let applies = reader.applies(norm, during);
        // The day that the record names is its own day.
        let same = reader.cond(&Expr::Compare(Op::Eq, Box::new(field.clone()), Box::new(Expr::Day(Scope::This))));
        reader.space.cut();
        let Ok(shapes) = Cond::All(vec![applies, same]).shapes(&reader.space, true) else { continue };
        let witness = witness::find(model, norm, &reader, &super::feasible::only(&reader, shapes), &|verdict| due(verdict, at).is_some_and(|due| day(due) < day(verdict.at)));
        let Some(witness) = witness else { continue };
        let speech = context.speech(&norm.name);
        let (title, what, by) = (timing.title(), speech.say(|words| words.phrase(field, &[])), speech.say(|words| words.phrase(&by, &[])));
        let message = Say::new(
            format!("{} can be due before it arises: nothing says that {} is at least {} later", title.en, what.en, by.en),
            format!("{}的期限可能早于它的发生：没有规定{}至少在 {} 以后", title.zh, what.zh, by.zh),
        );
        let help = Say::new(
            "say by when what it rests on must have been known, or what holds when there is too little time; if the text is silent, keep it and write `expect finding timing because \"…\"`",
            "写明所依据的事最迟何时应已知晓，或时间不足时如何办理；原文没有规定的，照原样保留，并写`预期 问题 timing 因为 “…”`",
        );
        timing.tell(Severity::Note, message, help, Some(witness), &[], found);
    }
}

/// A deadline so long before a date of the record: the date, and how long.
fn before_field(deadline: &Deadline) -> Option<(&Expr, Expr)> {
    let (Deadline::By(Expr::Shift(day, by)) | Deadline::Before(Expr::Shift(day, by))) = deadline else { return None };
    let zero = Number::whole(0);
    let long = match &**by {
        Expr::Neg(by) => (**by).clone(),
        by => match constant(by)? {
            Scalar::Quantity(number, unit) if number < zero => Expr::Value(Scalar::Quantity(zero.minus(number)?, unit)),
            _ => return None,
        },
    };
    matches!(**day, Expr::Field(Scope::This, _)).then_some((day, long))
}

/// One duty that asks for a record of one type.
struct Step<'m> {
    norm: &'m Norm,
    at: usize,
    pattern: &'m Pattern,
    asks: &'m str,
}

fn steps(norm: &Norm) -> Vec<Step<'_>> {
    let one = |(at, requirement): (usize, &'_ Requirement)| match (&requirement.what, &requirement.until) {
        (What::Records { op: Op::Ge, .. }, Some(_)) => Some(at),
        _ => None,
    };
    let all = norm.requirements.iter().enumerate().filter_map(one).collect::<Vec<_>>();
    all.into_iter().filter_map(|at| match &norm.requirements.get(at)?.what {
        What::Records { pattern, .. } => match pattern.events.as_slice() {
            [asks] => Some(Step { norm, at, pattern, asks }),
            _ => None,
        },
        _ => None,
    }).collect()
}

/// `A` asks for `g`, a record of `g` asks for `f`, and `A` asks for `f` as well: can the first two be kept, each at its last, and the third be missed?
fn chains(context: &Context<'_>, found: &mut Vec<Finding>) {
    let model = context.model;
    let all: Vec<Step<'_>> = model.norms.iter().flat_map(steps).collect();
    let mut by_start: BTreeMap<&str, Vec<&Step<'_>>> = BTreeMap::new();
    for step in &all {
        if let Occasion::Record(pattern) = &step.norm.occasion
            && let [event] = pattern.events.as_slice()
        {
            by_start.entry(event).or_default().push(step);
        }
    }
    let mut tried = 0;
    for first in &all {
        for second in by_start.get(first.asks).into_iter().flatten().filter(|second| second.asks != first.asks) {
            let whole = all.iter().filter(|whole| whole.asks == second.asks && sorts(whole.norm).first() == sorts(first.norm).first() && (whole.norm.name != second.norm.name));
            for whole in whole.filter(|whole| [first, second, whole].iter().any(|step| context.looks_at(step.norm))) {
                tried += 1;
                if tried <= MOST_CHAINS {
                    chain(context, first, second, whole, found);
                }
            }
        }
    }
}

fn chain(context: &Context<'_>, first: &Step<'_>, second: &Step<'_>, whole: &Step<'_>, found: &mut Vec<Finding>) {
    let model = context.model;
    let Some(sort) = sorts(first.norm).into_iter().next() else { return };
    let in_force = [first, second, whole].into_iter().try_fold(Interval::default(), |all, step| both(all, days(model, step.norm)?));
    let Some(during) = in_force else { return };
    let ground = stage(first.norm, &sort, during);
    let mut reader = Reader::new(model, &ground);
    let applies = Cond::All(vec![reader.applies(first.norm, during), reader.applies(whole.norm, during)]);
    reader.space.cut();
    let Ok(shapes) = applies.shapes(&reader.space, true) else { return };
    let of = |audit: &Audit, step: &Step<'_>, is: Ruling| audit.verdicts.iter().any(|verdict| verdict.rule == step.norm.name && ruling(verdict, step.at) == Some(is));
    let last = |audit: &Audit, step: &Step<'_>| audit.verdicts.iter().filter(|verdict| verdict.rule == step.norm.name).find_map(|verdict| due(verdict, step.at));
    let witness = witness::followed(model, &ground, &reader, &shapes, &[first.pattern, second.pattern], &|audit, n| last(audit, if n == 0 { first } else { second }), &|audit| {
        let kept = of(audit, first, Ruling::Compliant) && of(audit, second, Ruling::Compliant);
        audit.verdicts.iter().find(|verdict| kept && verdict.rule == whole.norm.name && ruling(verdict, whole.at) == Some(Ruling::Violation))
    });
    let Some(witness) = witness else { return };
    let name = |step: &Step<'_>| context.speech(&step.norm.name).say(|words| words.quoted_norm(&step.norm.name));
    let (a, b, c) = (name(first), name(second), name(whole));
    let message = Say::new(
        format!("{} and {}, each met at its last, come too late for {}", a.en, b.en, c.en),
        format!("{}与{}都在期限的最后一日完成时，{}已经逾期", a.zh, b.zh, c.zh),
    );
    let help = Say::new(
        "shorten the steps or lengthen the whole; if the text itself is so, keep it and write `expect finding timing because \"…\"`",
        "缩短各步的期限，或延长总期限；如果原文就是这样，照原样保留，并写`预期 问题 timing 因为 “…”`",
    );
    Timing { context, norm: whole.norm, at: whole.at }.tell(Severity::Note, message, help, Some(witness), &[(first.norm, first.at), (second.norm, second.at)], found);
}

/// Is there a day between a norm and the one that it continues?
fn versions(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>) {
    let before = norm.continues.as_ref().and_then(|name| context.model.norm(name));
    let Some((until, from)) = before.and_then(|before| before.validity.until).zip(norm.validity.from) else { return };
    let Some(next) = until.succ_opt().filter(|next| *next < from) else { return };
    let timing = Timing { context, norm, at: 0 };
    let title = timing.title();
    let (first, last) = (timing.day(next), timing.day(from.pred_opt().unwrap_or(from)));
    let message = Say::new(format!("between {} and what it continues there is no rule from {} to {}", title.en, first.en, last.en), format!("{}与它所承接的规则之间，{}至{}没有规定", title.zh, first.zh, last.zh));
    let help = Say::new("let the one begin on the day after the other ends", "使后者自前者终止的次日起施行");
    let place = context.written.items.get(&norm.name).cloned();
    let cites = context.speech(&norm.name).say(|words| words.cites(&norm.cites));
    found.push(Finding { places: vec![(place, cites)], help, with: norm.continues.iter().cloned().collect(), ..plain("timing", Severity::Warning, &norm.name, message) });
}
