//! Which boxes hold where: a decision diagram, axis by axis. Along an axis only the values at which the boxes in play change are told apart, and
//! places with the same boxes in play are one, so that the diagram grows with what meets and not with what is written.

use super::condition::{Shape, TooMany};
use super::runs::Runs;
use super::space::Space;
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A node: an axis with what lies behind each part of it, or the owners of the boxes that hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Node {
    Axis(usize, Vec<(Runs, usize)>),
    Leaf(Vec<usize>),
}

/// The diagram of the boxes of all owners, where owner 0, the scope, holds.
pub(super) struct Diagram {
    nodes: Vec<Node>,
    root: Option<usize>,
    sizes: Vec<usize>,
    ways: OnceCell<Ways>,
}

/// The ways up: from each node those above it, and of each owner the leaves at which it holds.
struct Ways {
    above: Vec<Vec<usize>>,
    leaves: HashMap<usize, Vec<usize>>,
}

const MOST_NODES: usize = 400_000;

struct Builder<'b> {
    boxes: &'b [(usize, Shape)],
    sizes: &'b [usize],
    nodes: Vec<Node>,
    ids: HashMap<Node, usize>,
    seen: HashMap<(usize, Vec<u32>), Option<usize>>,
}

impl Diagram {
    /// Of boxes with their owners. Owner 0 is the scope: outside of it nothing is looked at.
    pub(super) fn new(space: &Space, boxes: &[(usize, Shape)]) -> Result<Self, TooMany> {
        let sizes: Vec<usize> = (0..space.axes.len()).map(|axis| space.size(axis)).collect();
        let mut builder = Builder { boxes, sizes: &sizes, nodes: Vec::new(), ids: HashMap::new(), seen: HashMap::new() };
        let all = (0..boxes.len()).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        let root = builder.build(0, all)?;
        Ok(Self { nodes: builder.nodes, root, sizes, ways: OnceCell::new() })
    }

    /// The disjoint boxes at whose places in the scope `is` is true of the owners, at most `most` of them, and whether these are all. `wide`: what
    /// lies outside the scope may be in them, so that they say no more than is needed.
    pub(super) fn places(&self, is: &dyn Fn(&[usize]) -> bool, most: usize, wide: bool) -> (Vec<Shape>, bool) {
        self.places_below(is, None, most, wide)
    }

    /// As `places`, where both owners hold: only what lies above such leaves is gone through.
    pub(super) fn both(&self, a: usize, b: usize, most: usize, wide: bool) -> (Vec<Shape>, bool) {
        let ways = self.ways.get_or_init(|| self.ways());
        let none = Vec::new();
        let leaves = |owner| ways.leaves.get(&owner).unwrap_or(&none);
        let others: HashSet<usize> = leaves(b).iter().copied().collect();
        let mut open: Vec<usize> = leaves(a).iter().copied().filter(|leaf| others.contains(leaf)).collect();
        let mut above: HashSet<usize> = open.iter().copied().collect();
        while let Some(node) = open.pop() {
            open.extend(ways.above[node].iter().copied().filter(|parent| above.insert(*parent)));
        }
        self.places_below(&|owners| owners.contains(&a) && owners.contains(&b), Some(&above), most, wide)
    }

    fn places_below(&self, is: &dyn Fn(&[usize]) -> bool, among: Option<&HashSet<usize>>, most: usize, wide: bool) -> (Vec<Shape>, bool) {
        let mut picked = Picked { of: self, is, among, wide, truth: HashMap::new(), nodes: vec![Node::Leaf(vec![0]), Node::Leaf(vec![1])], ids: HashMap::new() };
        let root = self.root.map_or(0, |root| picked.reduce(root));
        let mut found = Vec::new();
        let whole = picked.list(root, &Shape::new(), &mut found, most);
        (found, whole)
    }

    fn ways(&self) -> Ways {
        let mut above: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut leaves: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            match node {
                Node::Leaf(owners) => owners.iter().for_each(|owner| leaves.entry(*owner).or_default().push(at)),
                Node::Axis(_, edges) => edges.iter().for_each(|(_, child)| above[*child].push(at)),
            }
        }
        Ways { above, leaves }
    }

    /// Every set of owners that holds somewhere.
    pub(super) fn together(&self) -> BTreeSet<&[usize]> {
        self.nodes.iter().filter_map(|node| if let Node::Leaf(owners) = node { Some(owners.as_slice()) } else { None }).collect()
    }
}

impl Builder<'_> {
    fn build(&mut self, axis: usize, active: Vec<u32>) -> Result<Option<usize>, TooMany> {
        let owner = |at: &u32| self.boxes.get(*at as usize).map_or(0, |(owner, _)| *owner);
        if !active.iter().any(|at| owner(at) == 0) {
            return Ok(None);
        }
        if axis == self.sizes.len() {
            let owners: BTreeSet<usize> = active.iter().map(owner).filter(|owner| *owner > 0).collect();
            return Ok(Some(self.node(Node::Leaf(owners.into_iter().collect()))));
        }
        if let Some(seen) = self.seen.get(&(axis, active.clone())) {
            return Ok(*seen);
        }
        if self.nodes.len() > MOST_NODES || self.seen.len() > MOST_NODES {
            return Err(TooMany);
        }
        let mut free = Vec::new();
        let mut turns: Vec<(u32, bool, u32)> = Vec::new();
        for at in &active {
            match self.boxes.get(*at as usize).and_then(|(_, shape)| shape.get(&axis)) {
                None => free.push(*at),
                Some(runs) => turns.extend(runs.ranges().iter().flat_map(|(from, to)| [(*from, true, *at), (*to, false, *at)])),
            }
        }
        turns.sort_unstable();
        let size = u32::try_from(self.sizes[axis]).unwrap_or(u32::MAX);
        let mut here: BTreeSet<u32> = BTreeSet::new();
        let mut parts: Vec<(Runs, Vec<u32>)> = Vec::new();
        let mut index: HashMap<Vec<u32>, usize> = HashMap::new();
        let (mut from, mut next) = (0, 0);
        while from < size {
            while let Some((_, begins, at)) = turns.get(next).filter(|(cell, ..)| *cell <= from) {
                if *begins {
                    here.insert(*at);
                } else {
                    here.remove(at);
                }
                next += 1;
            }
            let to = turns.get(next).map_or(size, |(cell, ..)| (*cell).min(size));
            let mut active: Vec<u32> = free.iter().copied().chain(here.iter().copied()).collect();
            active.sort_unstable();
            let runs = Runs::range(from as usize, to as usize);
            match index.get(&active) {
                Some(part) => parts[*part].0 = parts[*part].0.or(&runs),
                None => {
                    index.insert(active.clone(), parts.len());
                    parts.push((runs, active));
                }
            }
            from = to;
        }
        let mut edges: Vec<(Runs, usize)> = Vec::new();
        for (runs, active) in parts {
            if let Some(child) = self.build(axis + 1, active)? {
                join(&mut edges, runs, child);
            }
        }
        let node = if edges.is_empty() { None } else { Some(self.node(Node::Axis(axis, edges))) };
        self.seen.insert((axis, active), node);
        Ok(node)
    }

    fn node(&mut self, node: Node) -> usize {
        entered(&mut self.nodes, &mut self.ids, node)
    }
}

fn entered(nodes: &mut Vec<Node>, ids: &mut HashMap<Node, usize>, node: Node) -> usize {
    *ids.entry(node).or_insert_with_key(|node| {
        nodes.push(node.clone());
        nodes.len() - 1
    })
}

/// Parts of an axis behind which the same lies are one part.
fn join(edges: &mut Vec<(Runs, usize)>, runs: Runs, child: usize) {
    match edges.iter_mut().find(|(_, other)| *other == child) {
        Some((already, _)) => *already = already.or(&runs),
        None => edges.push((runs, child)),
    }
}

/// The same diagram with only two leaves: 0, it is not so; 1, it is.
struct Picked<'d> {
    of: &'d Diagram,
    is: &'d dyn Fn(&[usize]) -> bool,
    /// The nodes below which it can be so; none: all.
    among: Option<&'d HashSet<usize>>,
    wide: bool,
    truth: HashMap<usize, usize>,
    nodes: Vec<Node>,
    ids: HashMap<Node, usize>,
}

impl Picked<'_> {
    fn reduce(&mut self, node: usize) -> usize {
        if self.among.is_some_and(|among| !among.contains(&node)) {
            return 0;
        }
        if let Some(seen) = self.truth.get(&node) {
            return *seen;
        }
        let of = self.of;
        let reduced = match &of.nodes[node] {
            Node::Leaf(owners) => usize::from((self.is)(owners)),
            Node::Axis(axis, edges) => {
                let mut all = Vec::new();
                for (runs, child) in edges {
                    let child = self.reduce(*child);
                    join(&mut all, runs.clone(), child);
                }
                // Cells without an edge are outside the scope.
                let alike = all.len() == 1 && (self.wide || all.iter().all(|(runs, _)| runs.is_all(of.sizes[*axis])));
                let first = all.first().map_or(0, |(_, child)| *child);
                all.retain(|(_, child)| *child != 0);
                match all.as_slice() {
                    [] => 0,
                    _ if alike => first,
                    _ => entered(&mut self.nodes, &mut self.ids, Node::Axis(*axis, all)),
                }
            }
        };
        self.truth.insert(node, reduced);
        reduced
    }

    fn list(&self, node: usize, so_far: &Shape, found: &mut Vec<Shape>, most: usize) -> bool {
        match (node, self.nodes.get(node)) {
            (0, _) | (_, None) => true,
            _ if found.len() >= most => false,
            (1, _) | (_, Some(Node::Leaf(_))) => {
                found.push(so_far.clone());
                true
            }
            (_, Some(Node::Axis(axis, edges))) => {
                let mut whole = true;
                for (runs, child) in edges {
                    let mut shape = so_far.clone();
                    shape.insert(*axis, runs.clone());
                    whole &= self.list(*child, &shape, found, most);
                }
                whole
            }
        }
    }
}
