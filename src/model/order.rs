//! In which order norms are judged: what one reads from another comes first.

use super::expr::{Expr, Pattern};
use super::norm::Norm;
use super::walk::{self, Look};
use super::Model;
use std::collections::{BTreeMap, BTreeSet};

/// Prefix of the event type that a breach of a norm makes: `breach:regulation.norm`.
pub const BREACH: &str = "breach:";
/// Prefix of the event type by which a norm takes away a pay: `forfeit:regulation.pay`.
pub const FORFEIT: &str = "forfeit:";

/// Norms by index into [`Model::norms`], layer by layer: a norm reads only what norms of earlier layers give (derived records,
/// breaches, decided slots). Within a layer the order has no effect. Norms on a cycle, which `compile` and
/// [`super::bundle::read`] refuse, would share the last layer.
pub fn layers(model: &Model) -> Vec<Vec<usize>> {
    let needs = needs(model);
    let mut left: BTreeSet<usize> = (0..model.norms.len()).collect();
    let mut layers = Vec::new();
    while !left.is_empty() {
        let free = |at: &usize| needs.get(*at).is_none_or(|needs| needs.is_disjoint(&left));
        let mut layer: Vec<usize> = left.iter().copied().filter(free).collect();
        if layer.is_empty() {
            layer = left.iter().copied().collect();
        }
        layer.iter().for_each(|at| {
            left.remove(at);
        });
        layers.push(layer);
    }
    layers
}

/// For each norm, the norms it reads from directly.
pub fn needs(model: &Model) -> Vec<BTreeSet<usize>> {
    let index: BTreeMap<&str, usize> = model.norms.iter().enumerate().map(|(at, norm)| (norm.name.as_str(), at)).collect();
    let mut givers: BTreeMap<&str, Vec<(usize, &[String])>> = BTreeMap::new();
    for (at, norm) in model.norms.iter().enumerate() {
        for given in &norm.yields {
            givers.entry(&given.event).or_default().push((at, &given.only_for));
        }
    }
    model.norms.iter().map(|norm| norm_needs(norm, &index, &givers)).collect()
}

/// The loops among norms that wait for each other: each a list of indices in which every norm reads from the next and the last
/// from the first. One loop for each group of norms that hang together.
pub fn cycles(model: &Model) -> Vec<Vec<usize>> {
    let needs = needs(model);
    let (mut cycles, mut told) = (Vec::new(), BTreeSet::<usize>::new());
    for start in 0..needs.len() {
        if !told.contains(&start)
            && let Some(cycle) = shortest_loop(&needs, start)
        {
            told.extend(&cycle);
            cycles.push(cycle);
        }
    }
    cycles
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
    norm: &Norm,
    index: &BTreeMap<&str, usize>,
    givers: &BTreeMap<&str, Vec<(usize, &[String])>>,
) -> BTreeSet<usize> {
    let reads = Reads::of(norm);
    let mut needs = BTreeSet::new();
    for event in &reads.events {
        needs.extend(event.strip_prefix(BREACH).and_then(|broken| index.get(broken)));
        for (giver, only_for) in givers.get(event.as_str()).into_iter().flatten() {
            if only_for.is_empty() || only_for.contains(&norm.name) {
                needs.insert(*giver);
            }
        }
    }
    needs.extend(reads.decided.iter().filter(|other| **other != norm.name).filter_map(|other| index.get(other.as_str())));
    needs
}

/// What a norm reads, by name.
#[derive(Debug, Default)]
pub struct Reads {
    /// Event types in its patterns.
    pub events: BTreeSet<String>,
    /// Norms whose decided slots it reads.
    pub decided: BTreeSet<String>,
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
            Expr::Decided(norm, _) => {
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
