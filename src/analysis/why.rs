//! Why two clauses never meet; or, when they do, a case.

use super::condition::{Cond, Shape};
use super::diagram::Diagram;
use super::finding::Witness;
use super::named::{Clause, Line, named};
use super::pairs::stage::{Sort, both, common, days, place, same_place, stage};
use super::reader::Reader;
use super::region::{Speech, said};
use super::runs::Runs;
use super::{Context, feasible, witness};
use crate::diagnostics::Say;
use crate::model::norm::{Hit, Norm, Occasion, What};
use crate::model::Interval;
use crate::reference::verdict::{Ruling, Verdict};
use std::collections::BTreeSet;

/// Pairs that are looked at, where a name stands for several clauses.
const MOST_PAIRS: usize = 24;
/// Boxes of a region, at most.
const TRIED: usize = 12;

/// What is said of two clauses.
#[derive(Debug)]
pub struct Why {
    /// The first.
    pub one: Say,
    /// The second.
    pub other: Say,
    /// Do they meet?
    pub answer: Meets,
}

/// Whether two clauses meet.
#[derive(Debug)]
pub enum Meets {
    /// Never, and why.
    Never(Vec<Say>),
    /// Where, and a case.
    Here(Say, Box<Witness>),
    /// Where they might, but no case could be made.
    NotDecided(Say),
}

/// Says of each pair of clauses that the two names stand for whether they meet.
///
/// # Errors
/// A name that stands for nothing.
pub(super) fn why(context: &Context<'_>, one: &str, other: &str) -> Result<Vec<Why>, Say> {
    let (first, second) = (named(context, one)?, named(context, other)?);
    let mut all = Vec::new();
    for a in &first {
        for b in &second {
            let alike = a.norm.name == b.norm.name && a.line == b.line;
            if !alike && all.len() < MOST_PAIRS {
                all.push(Pair { context, a: *a, b: *b }.why());
            }
        }
    }
    Ok(all)
}

struct Pair<'a> {
    context: &'a Context<'a>,
    a: Clause<'a>,
    b: Clause<'a>,
}

impl Pair<'_> {
    fn why(&self) -> Why {
        Why { one: self.title(self.a), other: self.title(self.b), answer: self.answer() }
    }

    fn title(&self, clause: Clause<'_>) -> Say {
        self.speech(clause).say(|words| {
            let norm = words.quoted_norm(&clause.norm.name);
            match clause.line {
                Line::Whole => format!("{norm}{}", words.cites(&clause.norm.cites)),
                Line::Clause(decision, at) => decision.clauses.get(at).map_or_else(String::new, |line| format!("{norm}{}{}{}", words.pick(", ", "，"), words.clause(&line.name), words.cites(&line.cites))),
                Line::Requirement(at) => clause.norm.requirements.get(at).map_or_else(String::new, |requirement| format!("{norm}{}", words.cites(&requirement.cites))),
                Line::Exception(exception) => format!("{}{}", words.quoted_norm(&exception.name), words.cites(&exception.cites)),
            }
        })
    }

    fn speech(&self, clause: Clause<'_>) -> Speech<'_> {
        self.context.speech(&clause.norm.name)
    }

    fn answer(&self) -> Meets {
        let model = self.context.model;
        let (a, b) = (self.a.norm, self.b.norm);
        let shared = common(a, b);
        if shared.as_ref().is_some_and(Sort::is_open) {
            return Meets::NotDecided(Say::new("one and the same is a member of both sets; nothing says whether that can be", "同一成员在两个集合之中；能否如此，没有规定"));
        }
        if shared.is_none() && a.name != b.name {
            let (one, other) = (self.occasions(a), self.occasions(b));
            return Meets::Never(vec![Say::new(format!("different events: {} against {}", one.en, other.en), format!("情形不同：{}与{}", one.zh, other.zh))]);
        }
        let (Some(first), Some(second)) = (self.in_force(self.a), self.in_force(self.b)) else {
            return Meets::Never(vec![Say::new("one of them is never in force", "其中一条从未施行")]);
        };
        let Some(during) = both(first, second) else {
            let (one, other) = (days_said(first), days_said(second));
            return Meets::Never(vec![Say::new(format!("valid at different times: {} against {}", one.en, other.en), format!("施行时间不同：{}与{}", one.zh, other.zh))]);
        };
        let ground = shared.map_or_else(|| a.clone(), |sort| stage(a, &sort, during));
        let mut reader = Reader::new(model, &ground);
        let plain = [self.plain(self.a, &mut reader), self.plain(self.b, &mut reader)];
        let full = [self.full(self.a, &mut reader, during), self.full(self.b, &mut reader, during)];
        reader.space.cut();
        let all = |conds: &[&Cond]| Cond::All(conds.iter().map(|cond| (*cond).clone()).collect()).shapes(&reader.space, true).map(|shapes| feasible::only(&reader, shapes));
        let (Ok(apart), Ok(here)) = (all(&[&plain[0], &plain[1]]), all(&[&full[0], &full[1]])) else {
            return Meets::NotDecided(Say::new("their conditions have too many combinations", "条件的组合太多"));
        };
        if apart.is_empty() {
            return Meets::Never(self.apart(&reader, &plain));
        }
        if here.is_empty() {
            return Meets::Never(self.gives_way(&mut reader, during, &plain));
        }
        self.here(&ground, &reader, here)
    }

    /// Records of these types, or members in periods.
    fn occasions(&self, norm: &Norm) -> Say {
        let speech = self.context.speech(&norm.name);
        let entity = |name: &str| speech.say(|words| words.entity(name));
        match &norm.occasion {
            Occasion::Record(pattern) | Occasion::Member(pattern, _) => speech.say(|words| words.list(&pattern.events.iter().map(|event| words.event(event)).collect::<Vec<_>>(), ("or", "或"))),
            Occasion::Reaches { measure, .. } => speech.say(|words| words.measure(measure)),
            Occasion::Period { entity: of, every, .. } => {
                let unit = speech.say(|words| words.period_unit(every.unit).to_owned());
                let each = of.as_ref().map_or(Say::new("", ""), |of| { let of = entity(of); Say::new(format!("each {}, ", of.en), format!("每个{}，", of.zh)) });
                Say::new(format!("{}every {} {}", each.en, every.count, unit.en), format!("{}每 {} {}", each.zh, every.count, unit.zh))
            }
            Occasion::Case { entity: of, .. } => { let of = entity(of); Say::new(format!("each {}", of.en), format!("每个{}", of.zh)) }
            Occasion::Throughout { entity: of, .. } => { let of = entity(of); Say::new(format!("each {}, throughout", of.en), format!("每个{}，始终", of.zh)) }
        }
    }

    fn in_force(&self, clause: Clause<'_>) -> Option<Interval> {
        let norm = days(self.context.model, clause.norm)?;
        match clause.line {
            Line::Exception(exception) => both(norm, exception.validity),
            _ => Some(norm),
        }
    }

    /// Where it applies by its own conditions.
    fn plain(&self, clause: Clause<'_>, reader: &mut Reader<'_>) -> Cond {
        let scope = reader.scope_of(clause.norm);
        let own = match clause.line {
            Line::Whole => Cond::Known(true),
            Line::Clause(decision, at) => reader.when(decision.clauses.get(at).and_then(|line| line.when.as_ref())),
            Line::Requirement(at) => match clause.norm.requirements.get(at).map(|requirement| &requirement.what) {
                // `must satisfy X when Y` is the condition *not Y or X*: Y is where it asks.
                Some(What::Condition(crate::model::expr::Expr::Or(parts))) => match parts.first() {
                    Some(crate::model::expr::Expr::Not(when)) => reader.cond(when),
                    _ => Cond::Known(true),
                },
                _ => Cond::Known(true),
            },
            Line::Exception(exception) => reader.when(exception.when.as_ref()),
        };
        Cond::All(vec![scope, own])
    }

    /// Where it counts: no exception takes its place, and, where the first that applies counts, none before it does.
    fn full(&self, clause: Clause<'_>, reader: &mut Reader<'_>, during: Interval) -> Cond {
        let mut all = vec![self.plain(clause, reader)];
        match clause.line {
            Line::Exception(exception) => all.push(reader.prevails(exception, during)),
            _ => all.push(reader.applies(clause.norm, during)),
        }
        if let Line::Clause(decision, at) = clause.line
            && decision.hit == Hit::First
        {
            all.extend(decision.clauses.iter().take(at).map(|line| reader.when(line.when.as_ref()).negated()).collect::<Vec<_>>());
        }
        Cond::All(all)
    }

    /// What sets their conditions apart.
    fn apart(&self, reader: &Reader<'_>, conds: &[Cond; 2]) -> Vec<Say> {
        let shapes = |cond: &Cond| cond.shapes(&reader.space, true).map(|shapes| feasible::only(reader, shapes)).unwrap_or_default();
        let (one, other) = (shapes(&conds[0]), shapes(&conds[1]));
        let title = |clause| self.title(clause);
        for (clause, shapes) in [(self.a, &one), (self.b, &other)] {
            if shapes.is_empty() {
                let title = title(clause);
                return vec![Say::new(format!("{} never applies at all", title.en), format!("{}本身从不适用", title.zh))];
            }
        }
        let along = |shapes: &[Shape], axis: usize| shapes.iter().fold(Runs::default(), |all, shape| all.or(&shape.get(&axis).cloned().unwrap_or_else(|| Runs::range(0, reader.space.size(axis)))));
        let speech = self.speech(self.a);
        let against = |axis: usize, a: &Runs, b: &Runs| -> Option<Say> {
            let extent = |runs: &Runs| speech.extents(&reader.space, &Shape::from([(axis, runs.clone())])).into_iter().next();
            let (a, b) = (extent(a)?, extent(b)?);
            let short = |text: &str| text.strip_prefix("is ").unwrap_or(text).to_owned();
            Some(Say::new(format!("{}: {} against {}", a.what.en, short(&a.is.en), short(&b.is.en)), format!("{}：{}与{}", a.what.zh, a.is.zh, b.is.zh)))
        };
        let mut said: Vec<Say> = (0..reader.space.axes.len()).filter_map(|axis| {
            let (a, b) = (along(&one, axis), along(&other, axis));
            if a.and(&b).is_empty() { against(axis, &a, &b) } else { None }
        }).collect();
        if said.is_empty() {
            // No one thing sets all of them apart: one thing here, another there.
            let mut seen = BTreeSet::new();
            for a in &one {
                for b in &other {
                    let axis = a.keys().find(|axis| b.get(axis).is_some_and(|runs| a[*axis].and(runs).is_empty()));
                    if let Some(axis) = axis && let Some(say) = against(*axis, &a[axis], &b[axis]) && seen.insert(say.en.clone()) {
                        said.push(say);
                    }
                }
            }
        }
        if said.is_empty() {
            let where_ = |shapes: &[Shape]| self::said(&shapes.iter().map(|shape| speech.extents(&reader.space, shape)).collect::<Vec<_>>());
            let (a, b) = (where_(&one), where_(&other));
            said.push(Say::new(format!("the numbers cannot be so: {} against {}", a.en, b.en), format!("数值不能如此：{}与{}", a.zh, b.zh)));
        }
        said
    }

    /// Which exceptions or earlier lines leave nothing in common.
    fn gives_way(&self, reader: &mut Reader<'_>, during: Interval, plain: &[Cond; 2]) -> Vec<Say> {
        let mut said = Vec::new();
        for clause in [self.a, self.b] {
            let title = self.title(clause);
            let speech = self.speech(clause);
            if let Line::Clause(decision, at) = clause.line
                && decision.hit == Hit::First
            {
                let before = [self.a, self.b].into_iter().find(|other| matches!(other.line, Line::Clause(same, n) if same.slot == decision.slot && n < at));
                if let Some(before) = before {
                    let first = self.title(before);
                    said.push(Say::new(format!("{} gives way to {}, which comes first", title.en, first.en), format!("{}让步于在前的{}", title.zh, first.zh)));
                }
            }
            for exception in &clause.norm.exceptions {
                let prevails = reader.prevails(exception, during);
                reader.space.cut();
                let common = Cond::All(vec![plain[0].clone(), plain[1].clone(), prevails]);
                if !matches!(clause.line, Line::Exception(own) if own.name == exception.name) && common.shapes(&reader.space, true).is_ok_and(|shapes| !shapes.is_empty()) {
                    let by = speech.say(|words| format!("{}{}", words.quoted_norm(&exception.name), words.cites(&exception.cites)));
                    said.push(Say::new(format!("{} gives way to {}", title.en, by.en), format!("{}让步于{}", title.zh, by.zh)));
                }
            }
        }
        if said.is_empty() {
            said.push(Say::new("wherever both would apply, an exception or an earlier line takes the place of one", "凡两条都适用之处，都有例外或在前的一行代替其中一条"));
        }
        said
    }

    fn here(&self, ground: &Norm, reader: &Reader<'_>, shapes: Vec<Shape>) -> Meets {
        let speech = self.speech(self.a);
        let boxes: Vec<(usize, Shape)> = shapes.iter().map(|shape| (0, shape.clone())).chain([(1, Shape::new())]).collect();
        let places = Diagram::new(&reader.space, &boxes).map(|diagram| diagram.places(&|_| true, TRIED, false).0).unwrap_or(shapes);
        let where_ = said(&places.iter().map(|shape| speech.extents(&reader.space, shape)).collect::<Vec<_>>());
        let case = witness::find_among(self.context.model, ground, reader, &places, &|audit| {
            let applies = |verdict: &&Verdict, norm: &Norm| verdict.rule == norm.name && verdict.ruling != Ruling::NotApplicable;
            let first: Vec<&str> = audit.verdicts.iter().filter(|verdict| applies(verdict, self.a.norm)).map(|verdict| place(self.context, verdict)).collect();
            audit.verdicts.iter().filter(|verdict| applies(verdict, self.b.norm)).find(|verdict| first.iter().any(|at| same_place(at, place(self.context, verdict))))
        });
        match case {
            Some(case) => Meets::Here(where_, Box::new(case)),
            None => Meets::NotDecided(where_),
        }
    }
}

fn days_said(days: Interval) -> Say {
    match (days.from, days.until) {
        (Some(from), Some(until)) => Say::new(format!("from {from} until {until}"), format!("{from}至{until}")),
        (Some(from), None) => Say::new(format!("from {from}"), format!("自{from}起")),
        (None, Some(until)) => Say::new(format!("until {until}"), format!("至{until}止")),
        (None, None) => Say::new("always", "始终"),
    }
}
