//! From everything that was read to what an evaluator sees: cut, identity, corrections, order, facts, counts, digests.

use super::identity::{self, Fate};
use super::layout::Layout;
use super::order::{self, Order};
use super::record::{At, Facts, Record, Rejection};
use super::set::{Cut, Records};
use super::store::Store;
use super::attested::UnknownFacts;
use super::cases::{self, UnknownSubjects};
use super::{corrections, digest, register, types};
use crate::model::Model;
use crate::reference::derivation::LeftOut;
use crate::threads::Threads;
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::HashMap;

/// Settles everything.
pub(crate) fn finish(model: &Model, layout: &Layout<'_>, mut store: Store, facts: Facts, cut: Cut, threads: Threads) -> Records {
    let zone = layout.zone.unwrap_or(Tz::UTC);
    let until = earlier(cut.until, cut.known_at, zone);
    let (streams, events_digest) = streams(model, &store);
    let registers_digest = registers_digest(&store);
    let mut fates: Vec<Fate> = store.records.iter().map(|record| first_fate(record, &cut)).collect();
    identity::settle(&mut store, &mut fates, &streams, threads);
    corrections::apply(&mut store, &mut fates);
    for (record, fate) in store.records.iter_mut().zip(&mut fates) {
        record.stream = streams.get(record.stream as usize).copied().unwrap_or_default();
        if *fate == Fate::Used && until.is_some_and(|until| order::compare_times(record.at, until, zone) == Order::After) {
            *fate = Fate::AfterCut;
        }
    }
    count(&mut store, &fates);
    let mut facts = facts;
    register::facts(&mut store, &model.entities, &mut facts);
    let indices = in_order(&store.records, zone, threads);
    let used: Vec<usize> = indices.iter().copied().filter(|index| fates.get(*index) == Some(&Fate::Used)).collect();
    let (mut subjects, mut attested) = (UnknownSubjects::default(), UnknownFacts::new(model));
    for record in used.iter().filter_map(|index| store.records.get(*index)) {
        subjects.look(record, &facts);
        attested.look(record);
    }
    let mut warnings = subjects.into_warnings();
    warnings.extend(types::nearly_declared(&store, layout));
    warnings.extend(attested.into_warnings());
    warnings.extend(cases::facts(&store, layout, &used, &mut facts));
    let (rejections, rows_rejected) = (by_place(std::mem::take(&mut store.rejections)), by_place(std::mem::take(&mut store.rows_rejected)));
    let (records, set_aside) = part(std::mem::take(&mut store.records), &indices, fates);
    let until = until.or_else(|| last(&records, zone));
    let Store { notes, counts, .. } = store;
    Records { records, set_aside, facts, rejections, rows_rejected, warnings, notes, counts, until, events_digest, registers_digest }
}

/// By file and line.
pub(super) fn by_place(mut all: Vec<Rejection>) -> Vec<Rejection> {
    all.sort_by(|a, b| (&a.origin.file, a.origin.line, a.code).cmp(&(&b.origin.file, b.origin.line, b.code)));
    all
}

/// The earlier of the two ends: what was not known by `known_at` cannot be judged as absent later than that.
fn earlier(until: Option<At>, known_at: Option<DateTime<FixedOffset>>, zone: Tz) -> Option<At> {
    let known_at = known_at.map(|moment| {
        let local = moment.with_timezone(&zone);
        let day = local.date_naive();
        let is_end_of_day = (local + TimeDelta::nanoseconds(1)).date_naive() != day;
        if is_end_of_day { At::Date(day) } else { At::Moment(moment) }
    });
    match (until, known_at) {
        (Some(until), Some(known)) if order::compare_times(known, until, zone) == Order::Before => Some(known),
        (Some(until @ At::Date(_)), Some(known @ At::Moment(_))) if order::compare_times(known, until, zone) == Order::Unordered => Some(known),
        (None, known) => known,
        (until, _) => until,
    }
}

fn first_fate(record: &Record, cut: &Cut) -> Fate {
    match (record.recorded_at, cut.known_at) {
        (Some(recorded), Some(known)) if recorded > known => Fate::AfterCut,
        _ => Fate::Used,
    }
}

/// The number of each stream, by source and content, so that the order of the files does not matter; and the digest of all.
pub(super) fn streams(model: &Model, store: &Store) -> (Vec<u32>, String) {
    let digests = store.digests(model);
    let mut keys: Vec<_> = store.streams.iter().zip(&digests).enumerate().map(|(index, (stream, (hex, any)))| (&stream.source, hex, &stream.file, index, *any)).collect();
    keys.sort();
    let mut numbers = vec![0; keys.len()];
    let mut all = digest::Texts::new();
    for (number, (source, hex, _, index, any)) in keys.iter().enumerate() {
        if let Some(place) = numbers.get_mut(*index) {
            *place = u32::try_from(number).expect("fewer than four thousand million files");
        }
        if *any {
            all.add(source);
            all.add(hex);
        }
    }
    (numbers, all.hex())
}

fn registers_digest(store: &Store) -> String {
    let mut rows: Vec<String> = Vec::new();
    for (entity, of) in &store.registers {
        for row in of {
            let mut text = format!("{entity}\u{0}{}\u{0}{:?}\u{0}{:?}", row.id, row.from, row.until);
            for value in &row.values {
                text.push('\u{0}');
                digest::stored(value, &mut text);
            }
            rows.push(text);
        }
    }
    rows.sort();
    let mut texts = digest::Texts::new();
    rows.iter().for_each(|row| texts.add(row));
    texts.hex()
}

fn count(store: &mut Store, fates: &[Fate]) {
    for fate in fates {
        match fate {
            Fate::Used => store.counts.used += 1,
            Fate::Repeated => store.counts.repeated += 1,
            Fate::Superseded(_) => store.counts.superseded += 1,
            Fate::Retracted(_) => store.counts.retracted += 1,
            Fate::Retracting => store.counts.retracting += 1,
            Fate::AfterCut => store.counts.after_cut += 1,
            Fate::Rejected => {}
        }
    }
}

/// Day, moment, stream, position; and the record's index.
type Key = (NaiveDate, Option<DateTime<Utc>>, u32, u64, usize);

/// The records' indices in the total order: by day, then by moment, then by stream and position. A record with a date alone takes the place that its
/// position in the stream gives it among the moments of that day, or stands first.
fn in_order(records: &[Record], zone: Tz, threads: Threads) -> Vec<usize> {
    let mixed = records.iter().any(|record| matches!(record.at, At::Date(_))) && records.iter().any(|record| matches!(record.at, At::Moment(_)));
    let plain = |record: &Record| {
        let moment = if let At::Moment(moment) = record.at { Some(moment.to_utc()) } else { None };
        (record.at.day(zone), moment, record.stream, record.seq, 0)
    };
    let mut keys: Vec<Key> = threads.pieces(records, |records| records.iter().map(plain).collect::<Vec<Key>>()).concat();
    let mut latest: HashMap<(u32, NaiveDate), DateTime<Utc>> = HashMap::new();
    for (at, (day, moment, stream, _, index)) in keys.iter_mut().enumerate() {
        *index = at;
        match moment {
            Some(moment) if mixed => {
                let latest = latest.entry((*stream, *day)).or_insert(*moment);
                *latest = (*latest).max(*moment);
            }
            None => *moment = latest.get(&(*stream, *day)).copied(),
            Some(_) => {}
        }
    }
    keys.sort_unstable();
    keys.into_iter().map(|(.., index)| index).collect()
}

fn part(records: Vec<Record>, indices: &[usize], mut fates: Vec<Fate>) -> (Vec<Record>, Vec<(Record, LeftOut)>) {
    let mut records: Vec<Option<Record>> = records.into_iter().map(Some).collect();
    let (mut used, mut aside) = (Vec::new(), Vec::new());
    for index in indices {
        let (Some(record), Some(fate)) = (records.get_mut(*index).and_then(Option::take), fates.get_mut(*index)) else { continue };
        match std::mem::replace(fate, Fate::Used) {
            Fate::Used => used.push(record),
            Fate::Superseded(by) => aside.push((record, LeftOut::Superseded(by))),
            Fate::Retracted(by) => aside.push((record, LeftOut::Retracted(by))),
            Fate::AfterCut => aside.push((record, LeftOut::NotYetKnown)),
            Fate::Rejected | Fate::Repeated | Fate::Retracting => {}
        }
    }
    (used, aside)
}

/// The last record's time. When a record with a date alone stands on the last day, it is that whole day.
fn last(records: &[Record], zone: Tz) -> Option<At> {
    let last = records.last()?.at;
    let day = last.day(zone);
    let whole = records.iter().rev().take_while(|record| record.at.day(zone) == day).any(|record| matches!(record.at, At::Date(_)));
    Some(if whole { At::Date(day) } else { last })
}
