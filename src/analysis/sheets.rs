//! Items of scores that stand on several sheets, though not on all: who loses the points?

use super::Context;
use super::finding::{Finding, plain};
use crate::diagnostics::{Say, Severity};
use crate::model::expr::Expr;
use crate::model::norm::{Clause, Norm};
use crate::model::value::Scalar;
use crate::model::written::Part;
use std::collections::{BTreeMap, BTreeSet};

/// A line of a sheet: where it stands, and its points.
struct Entry<'m> {
    norm: &'m Norm,
    part: Part,
    clause: &'m Clause,
    points: &'m Expr,
}

/// Looks at the items of all scores of a regulation together.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut items: BTreeMap<(&str, &str), BTreeMap<&str, Vec<Entry<'_>>>> = BTreeMap::new();
    for norm in &context.model.norms {
        for (at, decision) in norm.decisions.iter().enumerate() {
            for (line, clause) in decision.clauses.iter().enumerate() {
                let Some(item) = &clause.item else { continue };
                let entry = Entry { norm, part: Part::Clause(at, line), clause, points: &item.points };
                items.entry((&norm.regulation, &item.kind)).or_default().entry(&item.value).or_default().push(entry);
            }
        }
    }
    for ((_, kind), values) in &items {
        // Sheets of one score are for different subjects: an item on two of them is nobody's twice.
        let norms = |entries: &[Entry<'_>]| entries.iter().map(|entry| entry.norm.name.as_str()).collect::<BTreeSet<_>>().len();
        let all: BTreeSet<&str> = values.values().flatten().map(|entry| entry.norm.name.as_str()).collect();
        for (value, entries) in values.iter().filter(|(_, entries)| (2..all.len()).contains(&norms(entries))) {
            found.push(shared(context, kind, value, entries));
        }
    }
}

fn shared(context: &Context<'_>, kind: &str, value: &str, entries: &[Entry<'_>]) -> Finding {
    let about = entries.first().map_or("", |entry| entry.norm.name.as_str());
    let speech = context.speech(about);
    let item = speech.say(|words| words.phrase(&Expr::Value(Scalar::Kind(kind.into(), value.into())), &[]));
    let each = speech.say(|words| {
        let all: Vec<String> = entries.iter().map(|entry| {
            let (points, norm) = (words.phrase(entry.points, &[]), words.quoted_norm(&entry.norm.name));
            if words.zh() { format!("{norm}{points}") } else { format!("{points} in {norm}") }
        }).collect();
        words.list(&all, ("and", "和"))
    });
    let message = Say::new(format!("“{}” stands on several sheets: {}; for one failing each of them loses points", item.en, each.en), format!("“{}”列在几张表里：{}；同一件事没做好，各表都要扣分", item.zh, each.zh));
    let help = Say::new("put it on one sheet, or say who answers for what; if the text is so, keep it and write `expect finding shared-item because \"…\"`", "只列在一张表里，或写明各自负责什么；原文就是这样的，照原样保留，并写`预期 问题 shared-item 因为 “…”`");
    let places = entries.iter().map(|entry| {
        let place = context.written.parts.get(&(entry.norm.name.clone(), entry.part)).or_else(|| context.written.items.get(&entry.norm.name)).cloned();
        (place, speech.say(|words| words.cites(&entry.clause.cites)))
    });
    let with = entries.iter().skip(1).map(|entry| entry.norm.name.clone()).collect();
    Finding { places: places.collect(), help, with, ..plain("shared-item", Severity::Note, about, message) }
}
