//! Records that replace others or take them back.
//!
//! A record that was itself taken back corrects nothing. One that was itself replaced keeps what it did: of a chain only the last one counts.

use super::identity::Fate;
use super::problem::{self, Problem};
use super::record::Record;
use super::store::Store;
use crate::diagnostics::Say;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// Which records correct which: from the correcting one to the others.
type Edges = BTreeMap<usize, Vec<(usize, bool)>>;

/// Applies all corrections of records that are still used.
pub(crate) fn apply(store: &mut Store, fates: &mut [Fate]) {
    if store.links.is_empty() {
        return;
    }
    let (mut edges, unknown) = edges(store, fates);
    for (index, target) in unknown {
        reject(store, fates, index, unknown_target(&target));
        edges.remove(&index);
    }
    for index in circles(&edges) {
        reject(store, fates, index, circle());
        edges.remove(&index);
    }
    for index in order(&edges).0 {
        let Some(targets) = edges.get(&index) else { continue };
        if matches!(fates.get(index), Some(Fate::Retracted(_)) | None) {
            continue;
        }
        let by = store.records.get(index).map(Record::reference).unwrap_or_default();
        for (target, retracts) in targets {
            let fate = fates.get_mut(*target).expect("a fate for each record");
            if *retracts {
                *fate = Fate::Retracted(by.clone());
            } else if matches!(fate, Fate::Used | Fate::Retracting) {
                *fate = Fate::Superseded(by.clone());
            }
        }
    }
    let retracting = store.links.iter().filter(|(_, links)| links.retracts.is_some());
    for (index, _) in retracting {
        if let Some(fate @ Fate::Used) = fates.get_mut(*index) {
            *fate = Fate::Retracting;
        }
    }
}

fn reject(store: &mut Store, fates: &mut [Fate], index: usize, problem: Problem) {
    let Some(record) = store.records.get(index) else { return };
    let (origin, id) = (record.origin.clone(), record.reference());
    store.reject(problem, origin, Some(id));
    *fates.get_mut(index).expect("a fate for each record") = Fate::Rejected;
}

/// The corrections, and those whose target is not there. A target that was rejected or is not yet known is there, but nothing happens to it.
fn edges(store: &Store, fates: &[Fate]) -> (Edges, Vec<(usize, String)>) {
    let mut there: HashMap<(&str, &str), Option<usize>> = HashMap::new();
    for (index, record) in store.records.iter().enumerate() {
        let known = there.entry((&record.source, &record.id)).or_default();
        if fates.get(index) == Some(&Fate::Used) {
            *known = Some(index);
        }
    }
    let (mut edges, mut unknown) = (Edges::new(), Vec::new());
    for (index, links) in store.links.iter().filter(|(index, _)| fates.get(**index) == Some(&Fate::Used)) {
        let Some(record) = store.records.get(*index) else { continue };
        let targets = edges.entry(*index).or_default();
        for (id, retracts) in [(&links.supersedes, false), (&links.retracts, true)] {
            let Some(id) = id else { continue };
            match there.get(&(&*record.source, &**id)) {
                Some(target) => targets.extend(target.map(|target| (target, retracts))),
                None => unknown.push((*index, id.to_string())),
            }
        }
    }
    unknown.dedup_by_key(|(index, _)| *index);
    (edges, unknown)
}

/// Correcting records before those they correct; and those that are left because of a circle.
fn order(edges: &Edges) -> (Vec<usize>, BTreeSet<usize>) {
    let mut into: BTreeMap<usize, usize> = edges.keys().map(|from| (*from, 0)).collect();
    for (target, _) in edges.values().flatten() {
        *into.entry(*target).or_default() += 1;
    }
    let mut free: VecDeque<usize> = into.iter().filter(|(_, count)| **count == 0).map(|(index, _)| *index).collect();
    let mut left: BTreeSet<usize> = into.keys().copied().collect();
    let mut order = Vec::new();
    while let Some(index) = free.pop_front() {
        order.push(index);
        left.remove(&index);
        for (target, _) in edges.get(&index).into_iter().flatten() {
            let count = into.get_mut(target).expect("every target was counted");
            *count -= 1;
            if *count == 0 {
                free.push_back(*target);
            }
        }
    }
    (order, left)
}

/// Records that correct each other in a circle: what is left, without those that only hang on a circle.
fn circles(edges: &Edges) -> BTreeSet<usize> {
    let left = order(edges).1;
    let mut turned = Edges::new();
    for (from, targets) in edges.iter().filter(|(from, _)| left.contains(from)) {
        for (target, retracts) in targets.iter().filter(|(target, _)| left.contains(target)) {
            turned.entry(*target).or_default().push((*from, *retracts));
        }
    }
    order(&turned).1
}

fn unknown_target(target: &str) -> Problem {
    let target = problem::shown(target);
    Problem::new(
        "unknown-target",
        Say::new(
            format!("the record corrects `{target}`, but its source has no readable record with that id"),
            format!("该记录更正 `{target}`，但同一来源中没有可读的该编号记录"),
        ),
        Say::new("give the file that holds it as well, under the same source name, or correct the id", "请一并提供含有该记录的文件（来源名称相同），或改正编号"),
    )
}

fn circle() -> Problem {
    Problem::new(
        "correction-cycle",
        Say::new("the record corrects others that in the end correct it", "该记录所更正的记录最终又更正了它"),
        Say::new("remove one of these corrections", "请去掉其中一个更正"),
    )
}
