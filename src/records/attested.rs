//! Attestations of facts that no rule asks about: most likely a slip in the name, and then nothing comes of them.

use super::places::Place;
use super::problem::{Problem, shown};
use super::record::{Origin, Record, Rejection, Stored};
use crate::diagnostics::Say;
use crate::model::value::Scalar;
use crate::model::{Model, ParameterSort};
use std::collections::BTreeMap;
use std::sync::Arc;

/// In how many records, and which of them is the first: its place, where they do not come in order, and its id.
type Unknown = (u64, Option<Place>, Origin, Arc<str>);

/// The facts that used attestations name and no policy declares: each once, with how many records.
#[derive(Debug)]
pub(crate) struct UnknownFacts<'m> {
    model: &'m Model,
    /// Record type and field that name them, if there are any.
    place: Option<(usize, usize)>,
    unknown: BTreeMap<Arc<str>, Unknown>,
}

impl<'m> UnknownFacts<'m> {
    pub(crate) fn new(model: &'m Model) -> Self {
        let event = model.event_index("attestation");
        let place = event.and_then(|event| Some((event, model.events.get(event)?.field("fact")?)));
        Self { model, place, unknown: BTreeMap::new() }
    }

    fn judged(&self) -> impl Iterator<Item = &'m str> + use<'m> {
        let of = |sort: &ParameterSort| matches!(sort, ParameterSort::Judged { .. });
        self.model.parameters.iter().filter(move |parameter| of(&parameter.sort)).map(|parameter| parameter.name.as_str())
    }

    /// Does a record of this type name a fact?
    pub(super) fn is_asked(&self, event: usize) -> bool {
        self.place.is_some_and(|(attestation, _)| attestation == event)
    }

    /// Looks at the next record, in order.
    pub(crate) fn look(&mut self, record: &Record) {
        self.look_at(record, None);
    }

    /// Looks at a record, which has this place in the order of all.
    pub(crate) fn look_at(&mut self, record: &Record, place: Option<Place>) {
        let Some((_, field)) = self.place.filter(|(event, _)| *event == record.event) else { return };
        if let Some(Stored::Known(Scalar::Text(fact))) = record.fields.get(field)
            && !self.judged().any(|name| *name == **fact || name.rsplit('.').next() == Some(&**fact))
        {
            let (count, first, origin, id) = self.unknown.entry(Arc::clone(fact)).or_insert_with(|| (0, place, record.origin.clone(), Arc::clone(&record.id)));
            *count += 1;
            if place < *first {
                (*first, *origin, *id) = (place, record.origin.clone(), Arc::clone(&record.id));
            }
        }
    }

    /// Are there none?
    pub(crate) fn is_empty(&self) -> bool {
        self.unknown.is_empty()
    }

    /// What is said of them.
    pub(crate) fn into_warnings(self) -> Vec<Rejection> {
        let all: Vec<String> = self.judged().map(|name| format!("`{}`", name.rsplit('.').next().unwrap_or(name))).collect();
        self.unknown.into_iter().map(|(fact, (count, _, origin, id))| unknown_fact(&fact, count, origin, &id, &all)).collect()
    }
}

fn unknown_fact(fact: &str, count: u64, first: Origin, id: &str, judged: &[String]) -> Rejection {
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
    .at(first, Some(id.to_owned()))
}
