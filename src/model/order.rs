//! In which order norms are judged: what one reads from another comes first.

use super::expr::{Expr, Pattern};
use super::norm::{Norm, Occasion, Rhythm};
use super::walk::{self, Look};
use super::Model;
use std::collections::{BTreeMap, BTreeSet};

/// Prefix of the event type that a breach of a norm makes: `breach:regulation.norm`.
pub const BREACH: &str = "breach:";
/// Prefix of the event type by which a norm takes away a pay: `forfeit:regulation.pay`.
pub const FORFEIT: &str = "forfeit:";

/// Fields of a breach record that no text names: the last day of the time that passed, the day on which it was done all the same (blank: not yet),
/// and the first and last day of the period that was judged.
pub const DUE: &str = "delay due";
#[allow(missing_docs)]
pub const DONE: &str = "delay done";
#[allow(missing_docs)]
pub const FIRST: &str = "period start";
#[allow(missing_docs)]
pub const LAST: &str = "period end";

/// Norms that are judged together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layer {
    /// In any order: none reads from another.
    Beside(Vec<usize>),
    /// Period by period, and in each period step by step: they look back at what they decided in the period before.
    Periods(Vec<Vec<usize>>),
}

impl Layer {
    /// Its norms.
    pub fn norms(&self) -> Vec<usize> {
        match self {
            Self::Beside(norms) => norms.clone(),
            Self::Periods(steps) => steps.concat(),
        }
    }

    /// Without the norms that are not wanted.
    pub fn only(self, wanted: &dyn Fn(usize) -> bool) -> Self {
        let only = |norms: Vec<usize>| norms.into_iter().filter(|norm| wanted(*norm)).collect();
        match self {
            Self::Beside(norms) => Self::Beside(only(norms)),
            Self::Periods(steps) => Self::Periods(steps.into_iter().map(only).collect()),
        }
    }
}

/// Norms by index into [`Model::norms`], layer by layer: a norm reads only what norms of earlier layers give (derived records,
/// breaches, decided slots), or what norms of its own layer decided in earlier periods. Norms on a cycle, which `compile` and
/// [`super::bundle::read`] refuse, would share the last layer.
pub fn layers(model: &Model) -> Vec<Layer> {
    let needs = all_needs(model);
    let all: Vec<BTreeSet<usize>> = needs.iter().map(Needs::all).collect();
    let loops = loops(&all);
    let mut left: BTreeSet<usize> = (0..model.norms.len()).collect();
    let mut layers = Vec::new();
    while !left.is_empty() {
        let alone = |at: &usize| !loops.iter().any(|one| one.contains(at));
        let free = |at: &usize| all.get(*at).is_none_or(|needs| needs.is_disjoint(&left));
        let beside: Vec<usize> = left.iter().copied().filter(|at| alone(at) && free(at)).collect();
        let outside = |one: &&BTreeSet<usize>| one.iter().all(|at| left.contains(at) && all.get(*at).is_none_or(|needs| needs.difference(one).all(|need| !left.contains(need))));
        let layer = match loops.iter().find(outside) {
            _ if !beside.is_empty() => Layer::Beside(beside),
            Some(one) => Layer::Periods(steps(&needs, one)),
            None => Layer::Beside(left.iter().copied().collect()),
        };
        layer.norms().iter().for_each(|at| {
            left.remove(at);
        });
        layers.push(layer);
    }
    layers
}

/// The norms of a loop in the order in which they are judged within one period.
fn steps(needs: &[Needs], one: &BTreeSet<usize>) -> Vec<Vec<usize>> {
    let (mut left, mut steps) = (one.clone(), Vec::new());
    while !left.is_empty() {
        let free = |at: &usize| needs.get(*at).is_none_or(|needs| needs.now.is_disjoint(&left));
        let step: Vec<usize> = left.iter().copied().filter(free).collect();
        let step = if step.is_empty() { left.iter().copied().collect() } else { step };
        step.iter().for_each(|at| {
            left.remove(at);
        });
        steps.push(step);
    }
    steps
}

/// The groups of norms that lead back to themselves.
fn loops(needs: &[BTreeSet<usize>]) -> Vec<BTreeSet<usize>> {
    let reached: Vec<BTreeSet<usize>> = (0..needs.len()).map(|start| reached(needs, start)).collect();
    let mut loops: Vec<BTreeSet<usize>> = Vec::new();
    for (at, from) in reached.iter().enumerate() {
        if from.contains(&at) && !loops.iter().any(|one| one.contains(&at)) {
            loops.push(from.iter().copied().filter(|other| reached.get(*other).is_some_and(|back| back.contains(&at))).collect());
        }
    }
    loops
}

/// Everything that a norm reads, over all steps.
fn reached(needs: &[BTreeSet<usize>], start: usize) -> BTreeSet<usize> {
    let (mut all, mut queue) = (BTreeSet::new(), vec![start]);
    while let Some(at) = queue.pop() {
        queue.extend(needs.get(at).into_iter().flatten().copied().filter(|need| all.insert(*need)));
    }
    all
}

/// These norms and all that they read from, over all steps.
pub fn rests(model: &Model, norms: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
    let needs = needs(model);
    let mut all: BTreeSet<usize> = norms.into_iter().collect();
    let mut queue: Vec<usize> = all.iter().copied().collect();
    while let Some(at) = queue.pop() {
        queue.extend(needs.get(at).into_iter().flatten().copied().filter(|need| all.insert(*need)));
    }
    all
}

/// What a norm reads from directly.
#[derive(Debug, Default, Clone)]
struct Needs {
    /// What must be known of the same time: decided slots and derived records.
    now: BTreeSet<usize>,
    /// Among these, those that give it records.
    records: BTreeSet<usize>,
    /// What these decided in the period before, of the same rhythm.
    earlier: BTreeSet<usize>,
}

impl Needs {
    fn all(&self) -> BTreeSet<usize> {
        self.now.union(&self.earlier).copied().collect()
    }
}

/// For each norm, the norms it reads from directly; itself, when it looks back at itself.
pub fn needs(model: &Model) -> Vec<BTreeSet<usize>> {
    all_needs(model).iter().map(Needs::all).collect()
}

fn all_needs(model: &Model) -> Vec<Needs> {
    let index: BTreeMap<&str, usize> = model.norms.iter().enumerate().map(|(at, norm)| (norm.name.as_str(), at)).collect();
    let mut givers: BTreeMap<&str, Vec<(usize, &[String])>> = BTreeMap::new();
    for (at, norm) in model.norms.iter().enumerate() {
        for given in &norm.yields {
            givers.entry(&given.event).or_default().push((at, &given.only_for));
        }
    }
    model.norms.iter().map(|norm| norm_needs(model, norm, &index, &givers)).collect()
}

/// The loops among norms that wait for each other: each a list of indices in which every norm reads from the next and the last
/// from the first. One loop for each group of norms that hang together. What leads to the period before is no loop, as long as all that hangs
/// together is decided period by period in one rhythm, and no records go round.
pub fn cycles(model: &Model) -> Vec<Vec<usize>> {
    let needs = all_needs(model);
    let now: Vec<BTreeSet<usize>> = needs.iter().map(|needs| needs.now.clone()).collect();
    let all: Vec<BTreeSet<usize>> = needs.iter().map(Needs::all).collect();
    let (mut cycles, mut told) = (Vec::new(), BTreeSet::<usize>::new());
    for start in 0..needs.len() {
        if !told.contains(&start)
            && let Some(cycle) = shortest_loop(&now, start)
        {
            told.extend(&cycle);
            cycles.push(cycle);
        }
    }
    for one in loops(&all) {
        let rhythm = |at: &usize| model.norms.get(*at).and_then(rhythm);
        let first = one.first().and_then(rhythm);
        let one_rhythm = first.is_some() && one.iter().all(|at| rhythm(at) == first);
        let gives = |at: &&usize| needs.get(**at).is_some_and(|needs| !needs.records.is_disjoint(&one));
        let at_fault = one.iter().find(gives).or_else(|| one.first().filter(|_| !one_rhythm));
        if let Some(at) = at_fault.filter(|_| told.is_disjoint(&one)) {
            told.extend(&one);
            // The way round leads through what it gets records from.
            let mut through = all.clone();
            if let (Some(needs), Some(from)) = (needs.get(*at), through.get_mut(*at)) {
                from.retain(|need| needs.records.is_disjoint(&one) || needs.records.contains(need));
            }
            cycles.extend(shortest_loop(&through, *at));
        }
    }
    cycles
}

/// In which rhythm a norm decides.
fn rhythm(norm: &Norm) -> Option<&Rhythm> {
    if let Occasion::Period { every, .. } = &norm.occasion { Some(every) } else { None }
}

/// The shortest way from `start` back to itself, by breadth.
fn shortest_loop(needs: &[BTreeSet<usize>], start: usize) -> Option<Vec<usize>> {
    let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for next in needs.get(at).into_iter().flatten() {
            if *next == start {
                let mut way = vec![at];
                while let Some(before) = way.last().and_then(|last| came_from.get(last)) {
                    way.push(*before);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(next) && *next != start {
                came_from.insert(*next, at);
                queue.push_back(*next);
            }
        }
    }
    None
}

fn norm_needs(
    model: &Model,
    norm: &Norm,
    index: &BTreeMap<&str, usize>,
    givers: &BTreeMap<&str, Vec<(usize, &[String])>>,
) -> Needs {
    let reads = Reads::of(norm);
    let mut needs = Needs::default();
    for event in &reads.events {
        needs.records.extend(event.strip_prefix(BREACH).and_then(|broken| index.get(broken)));
        for (giver, only_for) in givers.get(event.as_str()).into_iter().flatten() {
            if only_for.is_empty() || only_for.contains(&norm.name) {
                needs.records.insert(*giver);
            }
        }
    }
    needs.now.extend(&needs.records);
    needs.now.extend(reads.decided.iter().filter(|other| **other != norm.name).filter_map(|other| index.get(other.as_str())));
    for earlier in reads.earlier.iter().filter_map(|other| index.get(other.as_str())) {
        let same = model.norms.get(*earlier).is_some_and(|other| rhythm(other).is_some() && rhythm(other) == rhythm(norm));
        if same { needs.earlier.insert(*earlier) } else { needs.now.insert(*earlier) };
    }
    needs
}

/// What a norm reads, by name.
#[derive(Debug, Default)]
pub struct Reads {
    /// Event types in its patterns.
    pub events: BTreeSet<String>,
    /// Norms whose decided slots it reads, of the same time.
    pub decided: BTreeSet<String>,
    /// Norms whose slots it reads as they were decided in the period before.
    pub earlier: BTreeSet<String>,
    /// Holes and readings.
    pub parameters: BTreeSet<String>,
    /// Judged facts.
    pub judged: BTreeSet<String>,
}

impl Reads {
    /// What `norm` reads by itself, exceptions included.
    pub fn of(norm: &Norm) -> Self {
        let mut reads = Self::default();
        walk::norm(norm, &mut reads);
        reads
    }
}

impl Look for Reads {
    fn pattern(&mut self, pattern: &Pattern) {
        self.events.extend(pattern.events.iter().cloned());
    }
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::DecidedOf(norm, _, _, true) => {
                self.earlier.insert(norm.clone());
            }
            Expr::Decided(norm, _) | Expr::DecidedOf(norm, ..) => {
                self.decided.insert(norm.clone());
            }
            Expr::Parameter(name) => {
                self.parameters.insert(name.clone());
            }
            Expr::Judged(name, _) => {
                self.judged.insert(name.clone());
            }
            _ => {}
        }
    }
}
