//! How the norms of a policy can be shared out over machines, and one part of such an audit.

use crate::audit::Audit;
use crate::data::{Data, Given, How, Input, read_with};
use crate::errors::Failure;
use crate::keys::{Beside, Carried, signed_places};
use crate::passed::Kept;
use crate::policy::Policy;
use crate::progress::Progress;
use crate::table::Table;
use bylaw::diagnostics::Say;
use bylaw::model::sharding::{Shares, key};
use bylaw::records::At;
use bylaw::report::arrow::verdict_schema;
use bylaw::shard::Shard;
use bylaw::{Audit as Judged, Cut, Threads};
use chrono::NaiveDate;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The entity, the norms, those to be judged for them, whether the first record must be known, norms that post to others, and where records have their keys: names of
/// the event in the data, and its columns.
#[pyclass(frozen, get_all, module = "bylaw._bylaw")]
pub(crate) struct Share {
    entity: String,
    norms: Vec<String>,
    judged: Vec<String>,
    from_the_first: bool,
    post_elsewhere: Vec<String>,
    events: Vec<Keyed>,
}

/// Names of an event in the data, and its columns: type, id, source, supersedes, retracts, key, time.
type Keyed = (Vec<String>, String, String, String, String, String, Option<String>, String);

fn index(policy: &bylaw::Policy, names: &[String]) -> Result<BTreeSet<usize>, Failure> {
    let norms = &policy.model().norms;
    let one = |name: &String| {
        let full = norms.iter().position(|norm| norm.name == *name);
        full.ok_or_else(|| {
            let all: Vec<String> = norms.iter().take(8).map(|norm| format!("`{}`", norm.name)).collect();
            Failure::Asked(
                Say::new(format!("there is no norm `{name}`"), format!("没有名为 `{name}` 的条款")),
                Say::new(format!("the norms are {}, …", all.join(", ")), format!("条款有 {} 等", all.join("、"))),
            )
        })
    };
    names.iter().map(one).collect()
}

/// How the norms are shared out: for each key, and those that cannot be, with the reason in both tongues.
#[allow(clippy::type_complexity)]
pub(crate) fn shares(policy: &bylaw::Policy, registers: Vec<String>, only: Option<&[String]>) -> Result<(Vec<Share>, Vec<(String, String, String)>), Failure> {
    let model = policy.model();
    let wanted = only.map_or_else(|| Ok((0..model.norms.len()).collect()), |only| index(policy, only))?;
    let shares = Shares::new(model, &registers.into_iter().collect(), &wanted);
    let name = |norm: &usize| model.norms.get(*norm).map(|norm| norm.name.clone()).unwrap_or_default();
    let names = |norms: &BTreeSet<usize>| norms.iter().map(name).collect();
    let keyed = |entity: &str| {
        let read = model.events.iter().filter(|event| !event.derived);
        let one = |event: &bylaw::model::EventType| {
            let called = if event.called.is_empty() { vec![event.name.clone()] } else { event.called.clone() };
            let columns = &event.columns;
            let key = key(event, entity).map(|(_, field)| field.column.clone().unwrap_or_else(|| field.name.clone()));
            (called, columns.r#type.clone(), columns.id.clone(), columns.source.clone(), columns.supersedes.clone(), columns.retracts.clone(), key, columns.at.clone())
        };
        read.map(one).collect()
    };
    let shared = shares.shares.iter().map(|share| Share {
        entity: share.entity.clone(),
        norms: names(&share.norms),
        judged: names(&share.judged),
        from_the_first: share.from_the_first,
        post_elsewhere: names(&share.post_elsewhere),
        events: keyed(&share.entity),
    });
    Ok((shared.collect(), shares.whole.iter().map(|(norm, why)| (name(norm), why.en.clone(), why.zh.clone())).collect()))
}

/// The policy with these norms only.
pub(crate) fn only(policy: &bylaw::Policy, norms: &[String]) -> Result<bylaw::Policy, Failure> {
    Ok(policy.only(&index(policy, norms)?))
}

/// The day of the earliest record that is used.
pub(crate) fn first(policy: &Policy, py: Python<'_>, events: Given<'_>, how: How, carried: Beside<'_>) -> PyResult<Option<String>> {
    let carried = Carried::of(carried)?;
    let mut data = Data::of(events, Vec::new())?;
    let rules = policy.rules();
    let found = py.detach(|| -> Result<_, Failure> {
        let records = read_with(&rules, &mut data, &how, &mut Progress::new(None), |_| {}, |reader| carried.put(reader))?;
        let zone = rules.model().regulations.first().map(|regulation| regulation.time_zone.clone()).unwrap_or_default();
        let day = |at: At| bylaw::bindings::day(at, &zone);
        Ok(records.records.first().map(|record| day(record.at).to_string()))
    });
    Ok(found?)
}

/// A part as Python describes it: the keys `entity`, `norms`, `at`, `of`, `first`.
fn described(shard: &Bound<'_, PyDict>) -> PyResult<Shard> {
    let item = |name: &str| shard.get_item(name).map(|value| value.filter(|value| !value.is_none()));
    let needed = |name: &str| item(name)?.ok_or_else(|| pyo3::exceptions::PyKeyError::new_err(name.to_owned()));
    let first: Option<String> = item("first")?.map(|first| first.extract()).transpose()?;
    let first: Option<NaiveDate> = first.map(|text| text.parse().map_err(|_| Failure::Asked(
        Say::new(format!("`{text}` is no day"), format!("`{text}` 不是日期")),
        Say::new("write `first=\"2024-03-31\"`", "请写 `first=\"2024-03-31\"`"),
    ))).transpose()?;
    let norms: Vec<String> = needed("norms")?.extract()?;
    Ok(Shard {
        entity: needed("entity")?.extract()?,
        norms: norms.into_iter().collect(),
        at: needed("at")?.extract()?,
        of: needed("of")?.extract()?,
        first,
    })
}

/// One part: its records, the registers, what is carried beside them, and which part it is.
pub(crate) type Part<'p, 'py> = (Given<'py>, Given<'py>, Option<Beside<'py>>, &'p Bound<'py, PyDict>);

/// Judges one part.
pub(crate) fn part(policy: &Policy, py: Python<'_>, (events, registers, carried, shard): Part<'_, '_>, how: How, all: bool) -> PyResult<Audit> {
    let shard = described(shard)?;
    let carried = carried.map(Carried::of).transpose()?.unwrap_or_default();
    let mut data = Data::of(events, registers)?;
    let rules = policy.rules();
    Ok(py.detach(|| judged(&rules, &mut data, &how, (&shard, &carried), all))?)
}

fn judged(rules: &Arc<bylaw::Policy>, data: &mut Data, how: &How, (shard, carried): (&Shard, &Carried), all: bool) -> Result<Audit, Failure> {
    let records = read_with(rules, data, how, &mut Progress::new(None), |reader| shard.begin(rules, reader), |reader| carried.put(reader))?;
    shard.see(rules, &records)?;
    let Judged { mut verdicts, notes, .. } = rules.audit_watched(&records, Threads::ONE, &mut |_, _| {});
    verdicts.retain(|verdict| shard.has(rules, verdict));
    let statements = bylaw::bindings::statements(rules, &verdicts);
    let audit = Judged { verdicts, statements, notes };
    Ok(Audit::new(Arc::clone(rules), Kept { records: Arc::new(records), audit, withdrawn: Vec::new() }, all, Threads::ONE))
}

/// The verdicts of one part alone, judged row by row in the order of `places`; none where all rows are needed at once. A row with a place below 0 is no record.
pub(crate) fn passed(policy: &Policy, py: Python<'_>, (events, registers, places, shard): (Given<'_>, Given<'_>, &Bound<'_, PyAny>, &Bound<'_, PyDict>), how: How, all: bool) -> PyResult<Option<Table>> {
    let shard = described(shard)?;
    let places = signed_places(places)?;
    let data = Data::of(events, registers)?;
    let rules = policy.rules();
    let batches = py.detach(|| -> Result<_, Failure> {
        let Cut { until: Some(until), known_at: None } = how.cut(&rules)? else { return Ok(None) };
        let mut data = data.kept();
        let events = std::mem::take(&mut data.events);
        let registers = read_with(&rules, &mut data, &how, &mut Progress::new(None), |_| {}, |_| Ok(()));
        let [(None, Input::Batches(_, _, batches, None))] = events.as_slice() else { return Ok(None) };
        shard.pass(&rules, &registers?.facts, (batches, &places), (until, all)).map_err(|error| Failure::too_large(&error))
    })?;
    Ok(batches.map(|batches| Table::new(verdict_schema(), batches)))
}
