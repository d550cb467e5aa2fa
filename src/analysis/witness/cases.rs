//! Cases in which a part of a norm comes out one way, at the border of its condition: candidates, of which the evaluator says what they show. What is
//! required by a deadline is done at its last moment, just after it, or never.

use super::pick::{self, Wanted};
use super::scene::Scene;
use crate::analysis::condition::Cond;
use crate::analysis::linear::{constant, number};
use crate::analysis::pairs::stage::days;
use crate::analysis::reader::{Reader, filter_of};
use crate::analysis::seen::{asked_at_once, broken, crossing};
use crate::model::expr::{Aggregate, Expr, Measure, Op, Pattern, Scope};
use crate::model::norm::{Clause, Decision, Exception, Hit, Norm, Occasion, Requirement, What};
use crate::model::value::Scalar;
use crate::model::walk::{self, Look};
use crate::model::written::Part;
use crate::model::{Example, Model};
use crate::records::At;
use crate::reference::verdict::Ruling;
use crate::tools::run;
use chrono::{Datelike, Days, NaiveDate};
use std::collections::BTreeSet;

/// What of a norm is to come out one way.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Aim<'a> {
    /// Its conditions.
    Guard,
    /// Its violation.
    Violation,
    /// A part.
    Part(Part),
    /// A requirement with all its ways.
    Whole(usize),
    /// An exception to it, by name.
    Exception(&'a str),
}

/// A candidate.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// The records; nothing is expected yet.
    pub(crate) example: Example,
    /// When it happens.
    pub(crate) day: NaiveDate,
    /// The values at which the condition of the part comes out so.
    pub(crate) values: Wanted,
}

/// Why there are no more candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// No story is made for what the norm judges.
    NoStory,
    /// The conditions have too many combinations.
    TooMany,
    /// Where the norm applies, it never comes out so.
    Never,
    /// So many were tried.
    Tried(usize),
}

/// Candidates for one way of one part, at most.
const MOST: usize = 72;
/// Of these, those in which one field is made otherwise.
const MORE: usize = 24;
/// Boxes of one condition, and ways to choose values in each, at most.
const BOXES: usize = 8;
const WAYS: usize = 4;

/// Candidates, the plainest first, until `heard` has enough.
///
/// # Errors
/// When it had not: why there are no more.
pub(crate) fn cases(model: &Model, norm: &Norm, (aim, want): (Aim<'_>, bool), heard: &mut dyn FnMut(Case) -> bool) -> Result<(), Lack> {
    let seen = crossing(norm);
    let norm = seen.as_ref().unwrap_or(norm);
    if Scene::new(model, norm).is_none() {
        return Err(Lack::NoStory);
    }
    let mut reader = Reader::new(model, norm);
    let asked = asked(&mut reader, norm, aim, want);
    reader.space.cut();
    let own: BTreeSet<usize> = asked.own.axes();
    let mut told = Told { model, norm, aim, want, tried: 0, heard, own: own.iter().filter_map(|axis| reader.space.axes.get(*axis)).flat_map(|axis| axis.form.iter().map(|(term, _)| term.clone())).collect() };
    let (mut any, mut too_many) = (false, false);
    for later in [false, true] {
        for whole in &asked.whole {
            match whole.shapes(&reader.space, true) {
                Err(_) => too_many = true,
                Ok(shapes) => {
                    for shape in shapes.iter().take(BOXES) {
                        any = true;
                        for wanted in pick::at_border(&reader, shape, WAYS) {
                            if told.told(&wanted, later) {
                                return Ok(());
                            }
                        }
                    }
                }
            }
        }
        if told.ways().is_empty() && !matches!(norm.occasion, Occasion::Period { .. }) {
            break;
        }
    }
    // What is not looked into may depend on a field: one at a time.
    let first = asked.whole.iter().find_map(|whole| whole.shapes(&reader.space, true).ok()?.first().and_then(|shape| pick::at_border(&reader, shape, 1).into_iter().next()));
    if let (Some(first), Some(scene)) = (first, Scene::new(model, norm)) {
        told.tried = told.tried.min(MOST - MORE);
        for wanted in scene.shaken(&first) {
            if told.told(&wanted, false) {
                return Ok(());
            }
        }
    }
    Err(match (any, too_many) {
        (true, _) => Lack::Tried(told.tried),
        (false, true) => Lack::TooMany,
        (false, false) => Lack::Never,
    })
}

/// The telling of stories for one aim.
struct Told<'t> {
    model: &'t Model,
    norm: &'t Norm,
    aim: Aim<'t>,
    want: bool,
    tried: usize,
    heard: &'t mut dyn FnMut(Case) -> bool,
    /// What the condition of the part looks at.
    own: Vec<Expr>,
}

impl Told<'_> {
    /// Tells the story in each way; true: enough. `later`: it is known what comes of it in the years after.
    fn told(&mut self, wanted: &Wanted, later: bool) -> bool {
        let with_measures = wanted.iter().any(|(term, _)| matches!(term, Expr::Measure(_)));
        for (counts_itself, apart) in [(true, true), (true, false), (false, true)] {
            let Some(mut scene) = Scene::new(self.model, self.norm) else { return false };
            scene.counts_itself = counts_itself;
            scene.wide = true;
            // Who acts and who else is named are different people first, then the same.
            let several = apart && scene.keep_apart() || !apart && scene.clone().keep_apart();
            if !apart && !several || !counts_itself && !with_measures {
                continue;
            }
            for (_, one) in self.ways() {
                scene.settle(one, wanted);
            }
            scene.make(wanted);
            for done in self.done(&scene) {
                self.tried += 1;
                if self.tried > MOST {
                    return false;
                }
                let day = done.day;
                let mut example = done.example();
                if later {
                    example.until = NaiveDate::from_ymd_opt(day.year() + 2, 12, 31).map(|day| day.to_string());
                }
                let values = wanted.iter().filter(|(term, _)| self.own.contains(term)).cloned().collect();
                if (self.heard)(Case { example, day, values }) {
                    return true;
                }
            }
        }
        false
    }

    /// The requirements that the aim turns on, each of its ways.
    fn ways(&self) -> Vec<(usize, &Requirement)> {
        let of = |at: usize| self.norm.requirements.get(at).map(|requirement| requirement.each()).unwrap_or_default().into_iter().map(move |one| (at, one));
        let all: Vec<(usize, &Requirement)> = match self.aim {
            Aim::Part(Part::Requirement(at, way) | Part::Change(at, way, _) | Part::Request(at, way)) => of(at).skip(way).take(1).collect(),
            Aim::Whole(at) => of(at).collect(),
            Aim::Part(Part::Breached(..)) => (0..self.norm.requirements.len()).flat_map(of).collect(),
            _ => Vec::new(),
        };
        all.into_iter().filter(|(_, one)| !matches!(one.what, What::Condition(_))).collect()
    }

    /// The scene with what is required done in each way that may show it, and as it is.
    fn done<'m>(&self, scene: &Scene<'m>) -> Vec<Scene<'m>> {
        let met = self.want && !matches!(self.aim, Aim::Part(Part::Breached(..)));
        let mut all = Vec::new();
        for (at, one) in self.ways() {
            let due = self.due(scene, at);
            if let Aim::Part(Part::Request(..)) = self.aim {
                all.extend(self.requested(scene, one, due));
                continue;
            }
            let (patterns, times): (Vec<&Pattern>, Vec<(usize, bool)>) = match &one.what {
                What::Records { pattern, op, number: many, .. } => {
                    let many = constant(many).and_then(|many| number(&many)).and_then(|(many, _)| many.as_whole()).and_then(|many| usize::try_from(many).ok()).unwrap_or(1).min(40);
                    let times = match (op, met) {
                        (Op::Le, true) => vec![(many, true)],
                        (Op::Le, false) => vec![(many + 1, true)],
                        (_, true) => vec![(many, true)],
                        (Op::Eq, false) => vec![(many + 1, true), (many, false)],
                        (_, false) => vec![(many, false), (many.saturating_sub(1), true)],
                    };
                    (vec![pattern], times)
                }
                What::Moment(Expr::Measure(measure)) => (vec![&measure.pattern], vec![(1, met)]),
                What::Moment(of) => {
                    all.extend(self.came(scene, of, due, met));
                    continue;
                }
                What::Condition(_) | What::Either(_) => continue,
            };
            for ((times, in_time), pattern) in times.into_iter().filter(|(times, _)| *times > 0).flat_map(|times| patterns.iter().map(move |pattern| (times, pattern))) {
                // Without a deadline, and in a period, on the day itself or the next.
                let days = [due.map(|due| if in_time { due } else { after(due) }), Some(At::Date(scene.day)), scene.day.succ_opt().map(At::Date)];
                for at in days.into_iter().flatten().take(if due.is_some() && !in_time { 1 } else { 3 }) {
                    let mut scene = scene.clone();
                    if (0..times).try_for_each(|_| scene.follow(pattern, at)).is_some() {
                        all.push(scene);
                    }
                }
            }
        }
        all.push(scene.clone());
        all
    }

    /// A moment that comes at the last, just after it, or not.
    fn came<'m>(&self, scene: &Scene<'m>, of: &Expr, due: Option<At>, met: bool) -> Vec<Scene<'m>> {
        let day = |at: At| match at {
            At::Date(day) => day,
            At::Moment(moment) => moment.date_naive(),
        };
        let on = due.map(|due| day(if met { due } else { after(due) })).unwrap_or(scene.day);
        let values = [Some(Scalar::Date(on))].into_iter().chain((!met).then_some(None));
        let made = values.map(|value| {
            let mut scene = scene.clone();
            scene.make(&vec![(of.clone(), value)]);
            scene
        });
        made.collect()
    }

    /// Somebody asks for more time, and gets it or not.
    fn requested<'m>(&self, scene: &Scene<'m>, one: &Requirement, due: Option<At>) -> Vec<Scene<'m>> {
        let Some(request) = one.until.as_ref().and_then(|until| until.on_request.as_ref()) else { return Vec::new() };
        let at = due.map_or(At::Date(scene.day), |due| due);
        let mut asked = scene.clone();
        if asked.follow(&request.asked, at).is_none() {
            return Vec::new();
        }
        let mut answered = asked.clone();
        let answer = if self.want { Some(&request.granted) } else { request.refused.as_ref() };
        match answer.and_then(|answer| answered.follow(answer, after(at))) {
            Some(()) => vec![answered, asked],
            None => vec![asked],
        }
    }

    /// When it is due: the first time after what is judged.
    fn due(&self, scene: &Scene<'_>, at: usize) -> Option<At> {
        let mut example = scene.clone().example();
        example.until = NaiveDate::from_ymd_opt(scene.day.year() + 2, 12, 31).map(|day| day.to_string());
        let audit = run(self.model, &example).audit;
        let own = audit.verdicts.iter().filter(|verdict| verdict.rule == self.norm.name && verdict.ruling != Ruling::NotApplicable);
        let day = |due: &At| match due {
            At::Date(day) => *day,
            At::Moment(moment) => moment.date_naive(),
        };
        own.filter_map(|verdict| verdict.requirement(at)?.due).filter(|due| day(due) >= scene.day).min_by_key(day)
    }
}

/// The day after, or a minute later.
fn after(at: At) -> At {
    match at {
        At::Date(day) => At::Date(day.checked_add_days(Days::new(1)).unwrap_or(day)),
        At::Moment(moment) => At::Moment(moment.checked_add_signed(chrono::Duration::minutes(1)).unwrap_or(moment)),
    }
}

/// Conditions to look for cases in.
struct Asked {
    /// What is to hold, first with no exception, then whatever exceptions say.
    whole: Vec<Cond>,
    /// What the part itself asks.
    own: Cond,
}

fn asked(reader: &mut Reader<'_>, norm: &Norm, aim: Aim<'_>, want: bool) -> Asked {
    let during = days(reader.model, norm).unwrap_or_default();
    let scope = reader.scope_of(norm);
    let prevailing: Vec<Cond> = norm.exceptions.iter().map(|exception| reader.prevails(exception, during)).collect();
    let calm = Cond::All(prevailing.iter().map(|cond| cond.clone().negated()).collect());
    let breach = broken(reader.model, &norm.occasion).map(|broken| reader.breach(broken));
    let guard = Cond::All(filter_of(norm).iter().chain(&norm.when).map(|expr| reader.cond(expr)).collect());
    let outside = Cond::All(breach.into_iter().chain([guard.clone().negated()]).collect());
    let own = match aim {
        Aim::Guard => return Asked { whole: if want { vec![Cond::All(vec![scope.clone(), calm]), scope] } else { vec![outside] }, own: guard },
        Aim::Violation if want => return Asked { whole: vec![Cond::All(vec![scope, calm])], own: guard },
        Aim::Violation => {
            let off = prevailing.into_iter().map(|prevails| Cond::All(vec![scope.clone(), prevails]));
            return Asked { whole: std::iter::once(outside).chain(off).collect(), own: guard };
        }
        Aim::Exception(name) => {
            let (path, own) = path(reader, &norm.exceptions, name, during).unwrap_or((Cond::Known(true), Cond::Known(false)));
            let way = if want { own.clone() } else { own.clone().negated() };
            return Asked { whole: vec![Cond::All(vec![scope, path, way])], own };
        }
        Aim::Whole(at) => norm.requirements.get(at).filter(|one| asked_at_once(one)).map(|one| reader.asked(one)),
        Aim::Part(part) => part_cond(reader, norm, part),
    };
    let way = match (&own, want) {
        (None, _) => Cond::Known(true),
        (Some(own), true) => own.clone(),
        (Some(own), false) => own.clone().negated(),
    };
    let mut all = vec![scope, way];
    if let Aim::Part(Part::Breached(..)) = aim {
        let asked: Vec<Cond> = norm.requirements.iter().filter(|one| asked_at_once(one)).map(|one| reader.asked(one)).collect();
        if !asked.is_empty() {
            all.push(Cond::All(asked).negated());
        }
    }
    let with_calm = Cond::All(all.iter().cloned().chain([calm]).collect());
    Asked { whole: vec![with_calm, Cond::All(all)], own: own.unwrap_or(guard) }
}

/// Where an exception comes to be tried, and where it then prevails.
fn path(reader: &mut Reader<'_>, among: &[Exception], name: &str, during: crate::model::Interval) -> Option<(Cond, Cond)> {
    for exception in among {
        if exception.name == name {
            return Some((Cond::Known(true), reader.prevails(exception, during)));
        }
        if let Some((path, own)) = path(reader, &exception.exceptions, name, during) {
            return Some((Cond::All(vec![reader.when(exception.when.as_ref()), path]), own));
        }
    }
    None
}

/// The condition of a part; none where it has none that is asked of the occasion at once.
fn part_cond(reader: &mut Reader<'_>, norm: &Norm, part: Part) -> Option<Cond> {
    match part {
        Part::Clause(decision, at) => clause(reader, norm.decisions.get(decision)?, at),
        Part::Breached(decision, at) => clause(reader, norm.if_breached.get(decision)?, at),
        Part::Forfeit(decision, at) => Some(reader.cond(&norm.decisions.get(decision)?.forfeits.get(at)?.0)),
        Part::Requirement(at, way) => match &norm.requirements.get(at)?.each().get(way)?.what {
            What::Condition(condition) => Some(reader.cond(condition)),
            _ => None,
        },
        Part::Change(at, way, change) => Some(reader.cond(&norm.requirements.get(at)?.each().get(way)?.until.as_ref()?.changes.get(change)?.when)),
        Part::Request(..) | Part::Total(..) => None,
    }
}

/// Where a clause takes effect: its condition holds, no earlier one comes first, and what it counts is there.
fn clause(reader: &mut Reader<'_>, decision: &Decision, at: usize) -> Option<Cond> {
    let clause = decision.clauses.get(at)?;
    let mut all = vec![reader.when(clause.when.as_ref())];
    if decision.hit == Hit::First {
        let earlier: Vec<Cond> = decision.clauses.iter().take(at).map(|earlier| reader.when(earlier.when.as_ref()).negated()).collect();
        all.extend(earlier);
    }
    let counted: Vec<Cond> = counted(clause).into_iter().map(|measure| reader.cond(&Expr::Measure(Box::new(measure)))).collect();
    if !counted.is_empty() {
        all.push(Cond::Either(counted));
    }
    Some(Cond::All(all))
}

/// What a line of a sum counts: is there any?
fn counted(clause: &Clause) -> Vec<Measure> {
    struct Counted(Vec<Measure>);
    impl Look for Counted {
        fn expr(&mut self, expr: &Expr) {
            if let Expr::Measure(measure) = expr
                && matches!(measure.aggregate, Aggregate::Count | Aggregate::Total)
            {
                self.0.push(Measure { aggregate: Aggregate::Any, of: None, ..(**measure).clone() });
            }
        }
    }
    let mut counted = Counted(Vec::new());
    if ["base", "less", "add"].iter().any(|word| clause.name.starts_with(word)) {
        walk::expr(&clause.value, &mut counted);
    }
    counted.0
}

/// Is the term a plain thing that a title can name?
pub(crate) fn is_plain(term: &Expr) -> bool {
    matches!(term, Expr::Field(Scope::This, _) | Expr::Fact(..) | Expr::Measure(_) | Expr::Judged(..))
}
