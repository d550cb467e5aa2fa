//! Which measures counted the same records: each list is told once.

use crate::model::expr::Measure;
use crate::reference::derivation::{CountedRecord, Counting, Value};

/// A list of records with the measures that counted it.
pub(super) struct Listed<'w> {
    /// The measures with their values, in the order of the text.
    pub(super) measures: Vec<(&'w Measure, &'w Value)>,
    /// Window, records, records left out.
    pub(super) counting: &'w Counting,
    /// What the measures took from each record, where they took something.
    pub(super) values: Vec<&'w Counting>,
}

/// Puts a measure below the list of records that it counted, or begins a new list.
pub(super) fn list<'w>(lists: &mut Vec<Listed<'w>>, measure: &'w Measure, value: &'w Value, counting: &'w Counting) {
    let valued = counting.counted.iter().any(|record| record.value.is_some());
    let Some(listed) = lists.iter_mut().find(|listed| same_list(listed.counting, counting)) else {
        lists.push(Listed { measures: vec![(measure, value)], counting, values: if valued { vec![counting] } else { Vec::new() } });
        return;
    };
    match listed.measures.iter_mut().find(|(known, _)| same_measure(known, measure)) {
        // What has a name is told by its name.
        Some(known) if known.0.name.is_none() => *known = (measure, value),
        Some(_) => {}
        None => listed.measures.push((measure, value)),
    }
    let values = |counting: &Counting| counting.counted.iter().map(|record| record.value.clone()).collect::<Vec<_>>();
    if valued && !listed.values.iter().any(|known| values(known) == values(counting)) {
        listed.values.push(counting);
    }
}

fn same_measure(a: &Measure, b: &Measure) -> bool {
    let unnamed = |measure: &Measure| Measure { name: None, label: None, ..measure.clone() };
    unnamed(a) == unnamed(b)
}

/// The same window, records and records left out; the values may differ.
fn same_list(a: &Counting, b: &Counting) -> bool {
    (a.from, a.until) == (b.from, b.until) && same_counted(a, b) && a.left_out == b.left_out
}

fn same_counted(a: &Counting, b: &Counting) -> bool {
    let record = |record: &CountedRecord| (record.record.clone(), record.certain);
    a.counted.iter().map(record).eq(b.counted.iter().map(record))
}

/// Does a list show what another would show, values included?
pub(super) fn same_records(earlier: &Listed<'_>, later: &Listed<'_>) -> bool {
    let values = |counting: &Counting| counting.counted.iter().map(|record| record.value.clone()).collect::<Vec<_>>();
    let shown = |of: &Counting| earlier.values.iter().any(|known| values(known) == values(of));
    same_counted(earlier.counting, later.counting) && later.values.iter().all(|of| shown(of))
}
