//! Several records with one identity: which one counts.

use super::problem::Problem;
use super::record::Record;
use super::store::{Links, Store};
use crate::diagnostics::Say;
use crate::threads::Threads;
use foldhash::fast::FixedState;
use std::collections::BTreeMap;
use std::hash::BuildHasher;

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    Used,
    /// Reported by itself.
    Rejected,
    /// The same as another.
    Repeated,
    /// Replaced by this record.
    Superseded(String),
    /// Taken back by this record.
    Retracted(String),
    /// It only takes another back.
    Retracting,
    /// Happened or written down after the cut.
    AfterCut,
}

/// Of each identity the highest `(revision, recorded_at)` stays [`Fate::Used`]. `before(a, b)`: which of two equal records is kept.
pub(crate) fn settle(store: &mut Store, fates: &mut [Fate], streams: &[u32], threads: Threads) {
    let mut indices: Vec<usize> = perhaps_repeated(&store.records, fates, threads);
    let place = |record: &Record| (streams.get(record.stream as usize).copied(), record.seq);
    let records = std::mem::take(&mut store.records);
    let of = |index: &usize| records.get(*index).expect("an index of this list");
    indices.sort_by(|a, b| {
        let (a, b) = (of(a), of(b));
        (&a.source, &a.id).cmp(&(&b.source, &b.id)).then_with(|| rank(b).cmp(&rank(a))).then_with(|| place(a).cmp(&place(b)))
    });
    for same in indices.chunk_by(|a, b| of(a).source == of(b).source && of(a).id == of(b).id) {
        if let [best, others @ ..] = same
            && !others.is_empty()
        {
            let (links, mut rejected) = (&store.links, Vec::new());
            judge(&records, links, *best, others, fates, &mut rejected);
            for index in rejected {
                let other = same.iter().find(|other| **other != index && differs(&records, links, **other, index)).unwrap_or(best);
                let (record, other) = (of(&index), of(other));
                store.counts.rejected += 1;
                store.rejections.push(same_id(record, other).at(record.origin.clone(), Some(record.reference())));
            }
        }
    }
    store.records = records;
}

/// The used records whose identity another one may have, too: few of very many.
fn perhaps_repeated(records: &[Record], fates: &[Fate], threads: Threads) -> Vec<usize> {
    let of = threads.count() as u64;
    let part = |part: u64| {
        let used = records.iter().zip(fates).enumerate().filter(|(_, (_, fate))| **fate == Fate::Used);
        let hashed = used.map(|(index, (record, _))| (FixedState::default().hash_one((&record.source, &record.id)), index));
        let mut mine: Vec<(u64, usize)> = hashed.filter(|(hash, _)| of == 1 || hash % of == part).collect();
        mine.sort_unstable();
        let repeated = mine.chunk_by(|(a, _), (b, _)| a == b).filter(|same| same.len() > 1);
        repeated.flatten().map(|(_, index)| *index).collect::<Vec<usize>>()
    };
    Threads::each((0..of).collect(), part).concat()
}

fn judge(records: &[Record], links: &BTreeMap<usize, Links>, best: usize, others: &[usize], fates: &mut [Fate], rejected: &mut Vec<usize>) {
    let record = |index: usize| records.get(index).expect("an index of this list");
    let (equal, lower): (Vec<usize>, Vec<usize>) = others.iter().partition(|other| rank(record(**other)) == rank(record(best)));
    let agree = equal.iter().all(|other| !differs(records, links, best, *other));
    let mut set = |index: usize, fate: Fate| *fates.get_mut(index).expect("a fate for each record") = fate;
    for index in lower {
        set(index, Fate::Superseded(record(best).reference()));
    }
    if agree {
        equal.into_iter().for_each(|index| set(index, Fate::Repeated));
    } else {
        for index in std::iter::once(best).chain(equal) {
            set(index, Fate::Rejected);
            rejected.push(index);
        }
    }
}

fn rank(record: &Record) -> (u64, Option<chrono::DateTime<chrono::FixedOffset>>) {
    (record.revision, record.recorded_at)
}

fn differs(records: &[Record], links: &BTreeMap<usize, Links>, a: usize, b: usize) -> bool {
    let body = |index: usize| records.get(index).map(|record| (record.event, record.at, &record.fields));
    body(a) != body(b) || links.get(&a) != links.get(&b)
}

fn same_id(record: &Record, other: &Record) -> Problem {
    let id = super::problem::shown(&record.reference());
    let place = format!("{}:{}", other.origin.file, other.origin.line);
    let by_line = *record.id == *format!("L{}", record.origin.line) && record.origin.file != other.origin.file;
    let help = if by_line {
        Say::new(
            "these records have no id, so their line is their id: name the sources, `--events a=FILE --events b=FILE`",
            "这些记录没有编号，以行号为编号：请为来源命名，`--events a=文件 --events b=文件`",
        )
    } else {
        Say::new(
            "give each record its own id, or say which one is right with `revision`; until then none of them is used",
            "请为各记录取不同的编号，或用 `revision` 指明以哪个为准；在此之前都不采用",
        )
    };
    let message = Say::new(
        format!("the record `{id}` also stands at {place}, with another content and the same revision"),
        format!("记录 `{id}` 又见于 {place}，版本相同而内容不同"),
    );
    Problem::new("same-id", message, help)
}
