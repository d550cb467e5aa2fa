//! What norms judge: which of them can judge the same occasion, and on which days.

use crate::analysis::Context;
use crate::analysis::seen::bare;
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Pattern};
use crate::model::norm::{Norm, Occasion};
use crate::model::{Interval, Model};
use crate::reference::verdict::Verdict;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A sort of occasion: records of one type, the members of a register in each month, …. Norms that have one in common can judge the same.
#[derive(Debug, Clone)]
pub(in crate::analysis) struct Sort {
    key: String,
    /// The type, where records are judged.
    pub event: Option<String>,
    /// Whose members are judged, record by record.
    of: Members,
}

#[derive(Debug, Clone)]
enum Members {
    None,
    /// Those of this set. What is said of the record as a whole is said of each of them too.
    Of(Expr),
    /// Those of several sets: whether one person is in two of them, nobody says.
    OfSeveral,
}

impl PartialEq for Sort {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Sort {}

impl PartialOrd for Sort {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sort {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl Sort {
    fn of_records(event: &str, set: Option<&Expr>) -> Self {
        let of = set.map_or(Members::None, |set| Members::Of(set.clone()));
        let key = set.map_or_else(|| format!("on {event}"), |set| format!("on {event}, each of {set:?}"));
        Self { key, event: Some(event.to_owned()), of }
    }

    fn of_several(event: &str) -> Self {
        Self { key: format!("on {event}, each of several"), event: Some(event.to_owned()), of: Members::OfSeveral }
    }

    /// Are the two held against each other among these occasions? What two norms say of a whole record is looked at once, not for each member of it.
    pub(in crate::analysis) fn holds(&self, a: &Norm, b: &Norm) -> bool {
        match (&self.of, set(a), set(b)) {
            (Members::None, ..) => true,
            (Members::Of(_), a, b) => a.is_some() || b.is_some(),
            (Members::OfSeveral, Some(a), Some(b)) => a != b,
            (Members::OfSeveral, ..) => false,
        }
    }

    /// Why nobody can tell whether two norms on it ever judge the same.
    pub(in crate::analysis) fn open(&self, other: &Say) -> Option<Say> {
        let why = || {
            Say::new(
                format!("it contradicts {} if one and the same is a member of both sets, and nothing says whether that can be", other.en),
                format!("如果同一成员在两个集合之中，它与{}互相矛盾；两者能否有同一成员，没有规定", other.zh),
            )
        };
        self.is_open().then(why)
    }

    pub(in crate::analysis) fn is_open(&self) -> bool {
        matches!(self.of, Members::OfSeveral)
    }

    /// Do the two decide about the same: both about the record, or both about the member?
    pub(in crate::analysis) fn is_alike(a: &Norm, b: &Norm) -> bool {
        set(a).is_some() == set(b).is_some()
    }
}

/// The set whose members a norm judges.
fn set(norm: &Norm) -> Option<&Expr> {
    if let Occasion::Member(_, set) = &norm.occasion { Some(set) } else { None }
}

/// The sorts of occasions that a norm judges.
pub(in crate::analysis) fn sorts(norm: &Norm) -> Vec<Sort> {
    let other = |key: String| vec![Sort { key, event: None, of: Members::None }];
    match &norm.occasion {
        Occasion::Record(pattern) | Occasion::Member(pattern, _) => pattern.events.iter().map(|event| Sort::of_records(event, set(norm))).collect(),
        Occasion::Period { entity, every, .. } => other(format!("each {entity:?} {every:?}")),
        Occasion::Case { entity, .. } => other(format!("case {entity}")),
        Occasion::Throughout { entity, .. } => other(format!("throughout {entity}")),
        // Looked at as records: see `Context::seen`.
        Occasion::Reaches { .. } => Vec::new(),
    }
}

/// A sort of occasion that both judge.
pub(in crate::analysis) fn common(a: &Norm, b: &Norm) -> Option<Sort> {
    let (one, other) = (sorts(a), sorts(b));
    let meet = |a: &Sort, b: &Sort| match (&a.of, &b.of) {
        _ if a == b => Some(a.clone()),
        _ if a.event.is_none() || a.event != b.event => None,
        (Members::None, _) => Some(b.clone()),
        (_, Members::None) => Some(a.clone()),
        _ => a.event.as_ref().map(|event| Sort::of_several(event)),
    };
    one.iter().find_map(|a| other.iter().find_map(|b| meet(a, b)))
}

/// The norms by what they judge. Where the members of a set are judged, those that judge the record itself are there as well.
pub(in crate::analysis) fn sorted<'c>(context: &'c Context<'_>) -> BTreeMap<Sort, Vec<&'c Norm>> {
    let mut all: BTreeMap<Sort, Vec<&Norm>> = BTreeMap::new();
    for norm in context.norms() {
        for sort in sorts(norm) {
            all.entry(sort).or_default().push(norm);
        }
    }
    let of_members: Vec<(Sort, Vec<&Norm>)> = all.iter().filter(|(sort, _)| matches!(sort.of, Members::Of(_))).map(|(sort, norms)| (sort.clone(), norms.clone())).collect();
    for (sort, members) in of_members {
        let Some(event) = &sort.event else { continue };
        let records = all.get(&Sort::of_records(event, None)).cloned().unwrap_or_default();
        all.entry(Sort::of_several(event)).or_default().extend(members);
        all.entry(sort).or_default().extend(records);
    }
    all
}

/// The norms by what they judge, where one of them is looked at.
pub(in crate::analysis) fn looked_at<'c>(context: &'c Context<'_>) -> BTreeMap<Sort, Vec<&'c Norm>> {
    let mut all = sorted(context);
    all.retain(|_, norms| norms.iter().any(|norm| context.looks_at(norm)));
    all
}

/// The occasion of a verdict: the key of what is judged; where a count reaches a number, the record at which it does.
pub(in crate::analysis) fn place<'v>(context: &Context<'_>, verdict: &'v Verdict) -> &'v str {
    let key = verdict.id.split_once('@').map_or("", |(_, key)| key);
    if context.is_crossing(&verdict.rule) { verdict.events.first().map_or(key, String::as_str) } else { key }
}

/// Is it the same occasion, or the one a member of the record that is the other?
pub(in crate::analysis) fn same_place(a: &str, b: &str) -> bool {
    let member = |whole: &str, one: &str| one.strip_prefix(whole).is_some_and(|rest| rest.starts_with('/'));
    a == b || member(a, b) || member(b, a)
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
        (Occasion::Record(_) | Occasion::Member(..), Some(event)) => {
            let pattern = Pattern { events: vec![event.clone()], links: Vec::new(), filter: None };
            match &sort.of {
                Members::Of(set) => Occasion::Member(pattern, set.clone()),
                _ => Occasion::Record(pattern),
            }
        }
        (Occasion::Period { entity, every, .. }, _) => Occasion::Period { entity: entity.clone(), filter: None, every: every.clone() },
        (Occasion::Case { entity, .. }, _) => Occasion::Case { entity: entity.clone(), filter: None },
        (Occasion::Throughout { entity, .. }, _) => Occasion::Throughout { entity: entity.clone(), filter: None },
        (other, _) => other.clone(),
    };
    bare(norm, occasion, during)
}
