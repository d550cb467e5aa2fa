//! The whole audit: layer by layer, norm by norm, occasion by occasion (§8, §10).

use super::alike::{self, Alike};
use super::judge::Judge;
use super::known::{Given, Known, Made};
use super::occasion::{self, Occasion};
use super::rules::Rules;
use super::verdict::{Audit, EarlierVerdict, Verdict};
use super::yields::{self, Judged};
use super::{merge, statement};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Pattern};
use crate::model::norm::{Norm, Occasion as Sort};
use crate::model::walk::{self, Look};
use crate::model::order::{self, Layer};
use crate::model::{EntitySort, Model};
use crate::records::{At, Record, Records};
use crate::threads::Threads;
use chrono::{NaiveDate, NaiveDateTime};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Judges every occasion of every norm. `progress` hears how many norms of how many are done.
pub fn audit(model: &Model, records: &Records, progress: &mut dyn FnMut(usize, usize)) -> Audit {
    audit_on(model, records, Threads::ONE, progress)
}

/// As [`audit`], with the occasions of each norm shared out over threads.
pub(crate) fn audit_on(model: &Model, records: &Records, threads: Threads, progress: &mut dyn FnMut(usize, usize)) -> Audit {
    let Some(mut run) = Run::new(model, records) else {
        let say = Say::new("no record can be used: there is nothing to judge", "没有可用的记录，无从判定");
        return Audit { notes: vec![say], ..Audit::default() };
    };
    run.threads = threads;
    let all = order::layers(model);
    run.layers(&all, &mut |done| progress(done, model.norms.len()));
    sort(&mut run.verdicts);
    put_together(model, records, vec![run.verdicts], threads)
}

/// Which occasions are judged, and for what: index of the norm, and the occasion. None: it is passed over.
pub type Choice<'w> = dyn Fn(usize, &Asked<'_>) -> Option<Wanted> + Sync + 'w;

/// For what an occasion is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Its verdict is told.
    Told,
    /// Others read from it; its own verdict is not told.
    Needed,
}

/// An occasion of which is asked whether it is to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'o> {
    /// Its subject.
    pub subject: Option<&'o (Arc<str>, Arc<str>)>,
    /// Last day of its period.
    pub last: Option<NaiveDate>,
    /// Its record.
    pub record: Option<&'o Record>,
}

/// The verdicts of some norms on some occasions, unsorted. What they read of other norms must be wanted, too.
pub fn audit_some<'a>(model: &'a Model, records: &'a Records, threads: Threads, norms: &dyn Fn(usize) -> bool, wanted: &'a Choice<'a>) -> Vec<Verdict> {
    let Some(mut run) = Run::new(model, records) else { return Vec::new() };
    run.threads = threads;
    let layers: Vec<Layer> = order::layers(model).into_iter().map(|layer| layer.only(norms)).collect();
    run.wanted = Some(wanted);
    run.once = true;
    run.layers(&layers, &mut |_| {});
    run.verdicts
}

/// An audit of verdicts from wherever they come, each list sorted.
pub(crate) fn put_together(model: &Model, records: &Records, sorted: Vec<Vec<Verdict>>, threads: Threads) -> Audit {
    let verdicts = merged(sorted);
    let statements = statement::all(model, &verdicts, threads);
    Audit { verdicts, statements, notes: notes(model, records) }
}

/// One sorted list of several.
fn merged(mut sorted: Vec<Vec<Verdict>>) -> Vec<Verdict> {
    sorted.retain(|list| !list.is_empty());
    if sorted.len() < 2 {
        return sorted.pop().unwrap_or_default();
    }
    let mut all = Vec::with_capacity(sorted.iter().map(Vec::len).sum());
    let mut lists: Vec<_> = sorted.into_iter().map(|list| list.into_iter().peekable()).collect();
    loop {
        let heads = lists.iter_mut().enumerate().filter_map(|(at, list)| list.peek().map(|verdict| (at, verdict)));
        let Some(least) = heads.min_by(|(_, a), (_, b)| order(a, b)).map(|(at, _)| at) else { return all };
        all.extend(lists.get_mut(least).and_then(Iterator::next));
    }
}

/// Marks the verdicts that replace those of an earlier audit; gives the ids of earlier verdicts whose occasion is gone, sorted.
pub fn supersede(audit: &mut Audit, earlier: &[EarlierVerdict]) -> Vec<String> {
    super::revision::supersede(&mut audit.verdicts, earlier)
}

/// By time, then id. Verdicts are large: their places are sorted, then each is moved once.
pub(crate) fn sort(verdicts: &mut Vec<Verdict>) {
    let mut places: Vec<(NaiveDateTime, usize)> = verdicts.iter().enumerate().map(|(at, verdict)| (time(verdict), at)).collect();
    let id = |at: usize| verdicts.get(at).map(|verdict| verdict.id.as_str());
    places.sort_by(|(time, a), (other, b)| time.cmp(other).then_with(|| id(*a).cmp(&id(*b))));
    if places.iter().enumerate().any(|(at, (_, place))| at != *place) {
        let mut all: Vec<Option<Verdict>> = std::mem::take(verdicts).into_iter().map(Some).collect();
        *verdicts = places.into_iter().filter_map(|(_, place)| all.get_mut(place)?.take()).collect();
    }
}

fn time(verdict: &Verdict) -> NaiveDateTime {
    match verdict.at {
        At::Date(day) => day.and_time(chrono::NaiveTime::MIN),
        At::Moment(moment) => moment.naive_local(),
    }
}

fn order(a: &Verdict, b: &Verdict) -> Ordering {
    time(a).cmp(&time(b)).then_with(|| a.id.cmp(&b.id))
}

/// The occasions of one period, by step, each norm with its own.
type Steps<'a> = BTreeMap<usize, Vec<(usize, Vec<Occasion<'a>>)>>;

/// Judging under way.
pub(super) struct Run<'a> {
    model: &'a Model,
    pub known: Known<'a>,
    /// Fields that each norm asks whether they are stated.
    pub asks: Vec<BTreeSet<String>>,
    verdicts: Vec<Verdict>,
    /// Which occasions are judged; none: all.
    wanted: Option<&'a Choice<'a>>,
    /// Are periods that come to the same judged once?
    once: bool,
    threads: Threads,
}

/// What is said of some occasions of a norm, and what that leaves for norms of later layers.
#[derive(Default)]
struct Said {
    verdicts: Vec<Verdict>,
    made: Vec<Made>,
    given: BTreeMap<String, Vec<Given>>,
}

/// Fewer occasions than this are not worth another thread.
const FEW: usize = 32;

impl<'a> Run<'a> {
    /// None when nothing is known.
    pub(super) fn new(model: &'a Model, records: &'a Records) -> Option<Self> {
        let mut links = Links::default();
        model.norms.iter().for_each(|norm| walk::norm(norm, &mut links));
        let asks = model.norms.iter().map(|norm| {
            let mut asks = Asks::default();
            walk::norm(norm, &mut asks);
            asks.0
        });
        let known = Known::new(model, records, records.until?, &links.0);
        Some(Self { model, known, asks: asks.collect(), verdicts: Vec::new(), wanted: None, once: false, threads: Threads::ONE })
    }

    /// The verdicts so far, norm by norm.
    pub(super) fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// Judges these norms, earlier layers first.
    pub(super) fn layers(&mut self, layers: &[Layer], done: &mut dyn FnMut(usize)) {
        let mut count = 0;
        for layer in layers {
            match layer {
                Layer::Beside(norms) => {
                    let all = norms.iter().map(|at| (*at, None)).collect();
                    self.together(all, &mut || {
                        count += 1;
                        done(count);
                    });
                }
                Layer::Periods(steps) => {
                    self.periods(steps);
                    count += layer.norms().len();
                    done(count);
                }
            }
        }
    }

    /// Judges norms that look back at the period before, from the first period on.
    fn periods(&mut self, steps: &[Vec<usize>]) {
        let mut periods: BTreeMap<Option<NaiveDate>, Steps<'a>> = BTreeMap::new();
        for (step, norms) in steps.iter().enumerate() {
            for at in norms {
                for occasion in self.occasions(*at) {
                    let first = occasion.period.as_ref().map(|span| span.first);
                    let of_step = periods.entry(first).or_default().entry(step).or_default();
                    match of_step.last_mut() {
                        Some((norm, occasions)) if norm == at => occasions.push(occasion),
                        _ => of_step.push((*at, vec![occasion])),
                    }
                }
            }
        }
        for steps in periods.into_values() {
            for norms in steps.into_values() {
                self.together(norms.into_iter().map(|(at, occasions)| (at, Some(occasions))).collect(), &mut || {});
            }
        }
    }

    fn occasions(&self, at: usize) -> Vec<Occasion<'a>> {
        let Some(norm) = self.model.norms.get(at) else { return Vec::new() };
        occasion::all(&self.known, &Rules::of(self.model, &norm.regulation), norm, None)
    }

    /// Judges these occasions of norms, or all of them; none of the norms reads from another.
    fn together(&mut self, norms: Vec<(usize, Option<Vec<Occasion<'a>>>)>, done: &mut dyn FnMut()) {
        let (mut made, mut given) = (Vec::new(), BTreeMap::new());
        for (at, occasions) in norms {
            let (Some(norm), Some(asks)) = (self.model.norms.get(at), self.asks.get(at)) else { continue };
            let rules = Rules::of(self.model, &norm.regulation);
            let occasions = occasions.unwrap_or_else(|| self.occasions(at));
            let (known, wanted) = (&self.known, self.wanted);
            let asked = alike::asked(self.model, norm).filter(|_| self.once);
            let judged = |occasions: &[Occasion<'a>]| {
                let (mut said, mut alike) = (Said::default(), Alike::new(norm, asked.as_deref()));
                for occasion in occasions {
                    let last = occasion.period.as_ref().map(|span| span.last);
                    let which = || Asked { subject: occasion.subject.as_ref(), last, record: occasion.record.map(|id| known.record(id)) };
                    let Some(wanted) = wanted.map_or(Some(Wanted::Told), |wanted| wanted(at, &which())) else { continue };
                    let judge = |forced| judge(known, &rules, norm, occasion, asks, forced);
                    let answers = alike.answers(known, &rules, occasion, judge);
                    let (verdict, given) = match answers.as_ref().and_then(|answers| alike.of(known, occasion, answers)) {
                        Some(judged) => judged,
                        None => {
                            let before = answers.as_ref().map(|_| alike.counted_before(judge)).unwrap_or_default();
                            let worlds = merge::worlds(|forced| Judge { counted_before: &before, ..judge(forced) });
                            let verdict = merge::verdict(known, &rules, norm, occasion, worlds.as_deref());
                            let (mut made, mut given) = (Vec::new(), Vec::new());
                            if let (Some(worlds), Some(verdict)) = (&worlds, &verdict) {
                                (made, given) = follow(known, norm, &rules, occasion, &verdict.id, worlds);
                            }
                            if let (Some(worlds), Some(answers)) = (&worlds, answers) {
                                alike.keep(answers, worlds, &verdict, &given);
                            }
                            said.made.extend(made);
                            (verdict, given)
                        }
                    };
                    let Some(verdict) = verdict else { continue };
                    if !given.is_empty() {
                        said.given.insert(verdict.id.clone(), given);
                    }
                    if wanted == Wanted::Told {
                        said.verdicts.push(verdict);
                    }
                }
                said
            };
            let all = if occasions.len() < FEW { vec![judged(&occasions)] } else { self.threads.pieces(&occasions, judged) };
            for said in all {
                self.verdicts.extend(said.verdicts);
                made.extend(said.made);
                given.extend(said.given);
            }
            done();
        }
        self.known.add(made);
        self.known.decided.extend(given);
    }
}

/// What a verdict leaves for norms of later layers.
fn follow(known: &Known, norm: &Norm, rules: &Rules, occasion: &Occasion, verdict: &str, worlds: &[Judged]) -> (Vec<Made>, Vec<Given>) {
    let made = yields::made(known, norm, rules, occasion, verdict, worlds);
    let given = if known.read.contains(norm.name.as_str()) { yields::given(known, rules, worlds) } else { Vec::new() };
    (made, given)
}

/// A judgement with the choices to be made again.
pub(super) fn judge<'k>(
    known: &'k Known<'k>,
    rules: &'k Rules<'k>,
    norm: &'k Norm,
    occasion: &'k Occasion<'k>,
    asks: &'k BTreeSet<String>,
    forced: Vec<usize>,
) -> Judge<'k, 'k> {
    Judge { asks, ..Judge::new(known, rules, norm, occasion, forced) }
}

/// Event types and fields by which patterns look records up.
#[derive(Default)]
struct Links(BTreeSet<(String, String)>);

impl Look for Links {
    fn pattern(&mut self, pattern: &Pattern) {
        if let Some((field, _)) = pattern.links.first() {
            self.0.extend(pattern.events.iter().map(|event| (event.clone(), field.clone())));
        }
    }
    fn expr(&mut self, _: &Expr) {}
}

/// Names of fields and attributes that are asked whether they are stated.
#[derive(Default)]
struct Asks(BTreeSet<String>);

impl Look for Asks {
    fn pattern(&mut self, _: &Pattern) {}
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Stated(of) | Expr::OrElse(of, _) = expr
            && let Expr::Field(_, name) | Expr::Fact(_, _, name) = of.as_ref()
        {
            self.0.insert(name.clone());
        }
    }
}

/// Registers whose rows are read.
#[derive(Default)]
struct Registers(BTreeSet<String>);

impl Look for Registers {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Fact(_, entity, _) = expr {
            self.0.insert(entity.clone());
        }
    }
}

/// What a reader of the result should know.
pub(crate) fn notes(model: &Model, records: &Records) -> Vec<Say> {
    let mut notes = Vec::new();
    let mut without = BTreeSet::new();
    let mut periods = false;
    for norm in &model.norms {
        if let Sort::Period { entity, .. } = &norm.occasion {
            periods = true;
            without.extend(entity.iter().filter(|entity| !records.facts.loaded.contains(*entity)));
        }
        if let Sort::Throughout { entity, .. } = &norm.occasion {
            without.extend(Some(entity).filter(|entity| !records.facts.loaded.contains(*entity)));
        }
    }
    let mut read = Registers::default();
    model.norms.iter().for_each(|norm| walk::norm(norm, &mut read));
    let register = |entity: &&String| model.entity(entity).is_some_and(|entity| entity.sort == EntitySort::Register);
    for entity in read.0.iter().filter(register).filter(|entity| !records.facts.loaded.contains(*entity) && !without.contains(entity)) {
        notes.push(Say::new(
            format!("no register `{entity}` was given: what the policies ask of its rows is not known"),
            format!("未提供名册 `{entity}`：规章所问的名册事项均属未知"),
        ));
    }
    for entity in without {
        notes.push(Say::new(
            format!("no register `{entity}` was given: those who occur in the records are taken to belong to it"),
            format!("未提供名册 `{entity}`：以记录中出现者为其成员"),
        ));
    }
    if let (true, Some(first)) = (periods, records.records.first()) {
        let at = match first.at {
            At::Date(day) => day,
            At::Moment(moment) => moment.date_naive(),
        };
        notes.push(Say::new(
            format!("periods are judged from the one that holds the first record ({at})"),
            format!("期间自首条记录（{at}）所在的期间起判定"),
        ));
    }
    notes
}
