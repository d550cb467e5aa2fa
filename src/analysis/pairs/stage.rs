//! What norms judge: which of them can judge the same occasion, and on which days.

use crate::analysis::Context;
use crate::model::expr::Pattern;
use crate::model::norm::{Norm, Occasion};
use crate::model::{Interval, Model};
use std::collections::BTreeMap;

/// A sort of occasion: records of one type, the members of a register in each month, …. Norms that have one in common can judge the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::analysis) struct Sort {
    key: String,
    /// The type, where records are judged.
    pub event: Option<String>,
}

/// The sorts of occasions that a norm judges; none where it is not looked at with others.
pub(in crate::analysis) fn sorts(norm: &Norm) -> Vec<Sort> {
    let other = |key: String| vec![Sort { key, event: None }];
    match &norm.occasion {
        Occasion::Record(pattern) => pattern.events.iter().map(|event| Sort { key: format!("on {event}"), event: Some(event.clone()) }).collect(),
        Occasion::Period { entity, every, .. } => other(format!("each {entity:?} {every:?}")),
        Occasion::Case { entity, .. } => other(format!("case {entity}")),
        Occasion::Throughout { entity, .. } => other(format!("throughout {entity}")),
        Occasion::Member(..) | Occasion::Reaches { .. } => Vec::new(),
    }
}

/// The norms by what they judge.
pub(in crate::analysis) fn sorted(model: &Model) -> BTreeMap<Sort, Vec<&Norm>> {
    let mut all: BTreeMap<Sort, Vec<&Norm>> = BTreeMap::new();
    for norm in &model.norms {
        for sort in sorts(norm) {
            all.entry(sort).or_default().push(norm);
        }
    }
    all
}

/// The norms by what they judge, where one of them is looked at.
pub(in crate::analysis) fn looked_at<'m>(context: &Context<'m>) -> BTreeMap<Sort, Vec<&'m Norm>> {
    let mut all = sorted(context.model);
    all.retain(|_, norms| norms.iter().any(|norm| context.looks_at(norm)));
    all
}

/// The days on which a norm is in force; every day where something else than the occasion's day chooses its version.
pub(in crate::analysis) fn days(model: &Model, norm: &Norm) -> Option<Interval> {
    if norm.dated_by.is_some() {
        return Some(Interval::default());
    }
    let regulation = model.regulation(&norm.regulation).map_or(Interval::default(), |regulation| regulation.validity);
    both(regulation, norm.validity)
}

/// The days of both; none when there is no such day.
pub(in crate::analysis) fn both(a: Interval, b: Interval) -> Option<Interval> {
    let from = a.from.into_iter().chain(b.from).max();
    let until = a.until.into_iter().chain(b.until).min();
    let empty = from.zip(until).is_some_and(|(from, until)| until < from);
    (!empty).then_some(Interval { from, until })
}

/// The occasions of one sort on these days, as a norm that says nothing about them.
pub(in crate::analysis) fn stage(norm: &Norm, sort: &Sort, during: Interval) -> Norm {
    let occasion = match (&norm.occasion, &sort.event) {
        (Occasion::Record(_), Some(event)) => Occasion::Record(Pattern { events: vec![event.clone()], links: Vec::new(), filter: None }),
        (Occasion::Period { entity, every, .. }, _) => Occasion::Period { entity: entity.clone(), filter: None, every: every.clone() },
        (Occasion::Case { entity, .. }, _) => Occasion::Case { entity: entity.clone(), filter: None },
        (Occasion::Throughout { entity, .. }, _) => Occasion::Throughout { entity: entity.clone(), filter: None },
        (other, _) => other.clone(),
    };
    Norm {
        name: norm.name.clone(),
        continues: None,
        label: None,
        regulation: norm.regulation.clone(),
        cites: Vec::new(),
        validity: during,
        dated_by: None,
        judged_on: None,
        occasion,
        when: None,
        bearer: None,
        decisions: Vec::new(),
        terms: Vec::new(),
        requirements: Vec::new(),
        violation: false,
        yields: Vec::new(),
        if_breached: Vec::new(),
        exceptions: Vec::new(),
        expected_findings: Vec::new(),
        remarks: Vec::new(),
    }
}
