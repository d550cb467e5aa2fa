//! Attestations of facts that no rule asks about: most likely a slip in the name, and then nothing comes of them.

use super::problem::{Problem, shown};
use super::record::{Record, Rejection, Stored};
use super::store::Store;
use crate::diagnostics::Say;
use crate::model::value::Scalar;
use crate::model::{Model, ParameterSort};
use std::collections::BTreeMap;

/// The facts that used attestations name and no policy declares: each once, with how many records.
pub(crate) fn unknown_facts(model: &Model, store: &Store, indices: &[usize]) -> Vec<Rejection> {
    let Some(event) = model.event_index("attestation") else { return Vec::new() };
    let Some(field) = model.events.get(event).and_then(|event| event.field("fact")) else { return Vec::new() };
    let judged = || model.parameters.iter().filter(|parameter| matches!(parameter.sort, ParameterSort::Judged { .. })).map(|parameter| parameter.name.as_str());
    let is_known = |fact: &str| judged().any(|name| name == fact || name.rsplit('.').next() == Some(fact));
    let mut unknown: BTreeMap<&str, (u64, &Record)> = BTreeMap::new();
    for record in indices.iter().filter_map(|index| store.records.get(*index)).filter(|record| record.event == event) {
        if let Some(Stored::Known(Scalar::Text(fact))) = record.fields.get(field)
            && !is_known(fact)
        {
            unknown.entry(fact).or_insert((0, record)).0 += 1;
        }
    }
    let all: Vec<String> = judged().map(|name| format!("`{}`", name.rsplit('.').next().unwrap_or(name))).collect();
    unknown.into_iter().map(|(fact, (count, first))| unknown_fact(fact, count, first, &all)).collect()
}

fn unknown_fact(fact: &str, count: u64, first: &Record, judged: &[String]) -> Rejection {
    const SHOWN: usize = 12;
    let fact = shown(fact);
    let some = judged.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    let more = if judged.len() > SHOWN { ", …" } else { "" };
    let (en, zh) = match some.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("; judged facts are {}{more}", some.join(", ")), format!("；需要认定的事实有 {}{more}", some.join("、"))),
    };
    Problem::new(
        "unknown-fact",
        Say::new(
            format!("no policy declares a judged fact `{fact}`: nothing comes of what is said about it (records: {count})"),
            format!("规章中没有需要认定的事实 `{fact}`：所作认定不起作用（涉及 {count} 条记录）"),
        ),
        Say::new(
            format!("correct the name in the records, or give the policy that declares it{en}"),
            format!("请改正记录中的名称，或给出声明该事实的规章{zh}"),
        ),
    )
    .at(first.origin.clone(), Some(first.id.to_string()))
}
