//! What the rules now say of a case, as expectations of it: only what the example then meets.

use super::{Kept, by_rule};
use crate::model::value::Scalar;
use crate::model::{Example, Expected, ExpectedResult, Model};
use crate::reference::verdict::{Ruling, Verdict};
use crate::tools::exercised::Target;
use crate::tools::examples::code;
use crate::tools::run;
use chrono::{Datelike, NaiveDate};

/// Occasions of one norm of which something is expected, at most.
const OCCASIONS: usize = 2;

/// The example with what is expected, and the verdict on which the first thing that it shows is seen. None: nothing can be expected.
pub(super) fn with_expectations(model: &Model, targets: &[Target], kept: &Kept) -> Option<(Example, Option<Verdict>)> {
    let mut example = kept.case.example.clone();
    let ran = run(model, &example);
    let by_id = |id: &str| ran.audit.verdicts.iter().find(|verdict| verdict.id == id).cloned();
    let first = kept.lead().and_then(|way| kept.shows.get(&way)).and_then(|id| by_id(id));
    let mut offers: Vec<Vec<Expected>> = Vec::new();
    for (rule, ids) in by_rule(&kept.shows) {
        for id in ids.into_iter().take(OCCASIONS) {
            offers.extend(offered(model, &example, rule, id, by_id(id).as_ref(), kept.case.day));
        }
    }
    drop(ran);
    example.expect = offers.iter().flatten().cloned().collect();
    let ran = run(model, &example);
    let met: Vec<bool> = ran.checked.iter().map(|checked| checked.met).collect();
    drop(ran);
    let mut met = met.into_iter();
    let mut kept_ones: Vec<Expected> = Vec::new();
    for offer in offers {
        // All of an offer is looked at, and the first that is met is written.
        let first = offer.into_iter().filter(|_| met.next() == Some(true)).fold(None, |first: Option<Expected>, next| first.or(Some(next)));
        kept_ones.extend(first.filter(|first| !kept_ones.contains(first)));
    }
    let of_target = |expected: &Expected| targets.iter().flat_map(|target| &target.spots).any(|(norm, _)| *norm == expected.norm);
    kept_ones.retain(of_target);
    example.expect = kept_ones;
    (!example.expect.is_empty()).then_some((example, first))
}

/// For each thing to expect of a verdict the ways to say of which occasion, the most exact first.
fn offered(model: &Model, example: &Example, rule: &str, id: &str, verdict: Option<&Verdict>, day: NaiveDate) -> Vec<Vec<Expected>> {
    let key = id.split_once('@').map_or("", |(_, key)| key);
    let (subject, on) = match verdict {
        Some(verdict) => {
            let zone = model.regulation(&example.regulation).and_then(|regulation| regulation.time_zone.parse().ok()).unwrap_or(chrono_tz::Tz::UTC);
            let member = key.split('/').nth(1).filter(|member| example.subjects.iter().any(|subject| subject.id == **member));
            let subject = member.map(str::to_owned).or_else(|| verdict.subject.as_ref().map(|(_, id)| id.to_string()));
            (subject, verdict.period.clone().unwrap_or_else(|| verdict.at.day(zone).to_string()))
        }
        None => {
            // What does not apply has no verdict: it is said of whom the record names, or of the subject in the key.
            let record = example.records.iter().find(|record| record.id == key);
            let named = record.and_then(|record| record.fields.iter().find_map(|(_, value)| if let Some(Scalar::Ref(_, id)) = value { Some(id.to_string()) } else { None }));
            let (of, period) = key.split_once('/').unwrap_or((key, ""));
            let of = (record.is_none() && !of.is_empty()).then(|| of.to_owned());
            (named.or(of), if period.is_empty() { day.to_string() } else { period.to_owned() })
        }
    };
    let day_only = Some(day.to_string()).filter(|day| *day != on);
    let month = Some(format!("{}-{:02}", day.year(), day.month()));
    let whens = [Some(on), day_only, month, None];
    let places: Vec<(Option<String>, Option<String>)> = [subject.clone(), None].into_iter().take(if subject.is_some() { 2 } else { 1 }).flat_map(|subject| whens.iter().map(move |on| (subject.clone(), on.clone()))).collect();
    let offer = |slot: Option<String>, is: ExpectedResult| places.iter().map(|(subject, on)| Expected { norm: rule.to_owned(), slot: slot.clone(), subject: subject.clone(), on: on.clone(), is: is.clone() }).collect::<Vec<_>>();
    let ruling = verdict.map_or(Ruling::NotApplicable, |verdict| verdict.ruling);
    let mut all = vec![offer(None, ExpectedResult::Ruling(code(ruling).to_owned()))];
    let effects = verdict.map(|verdict| verdict.effects.as_slice()).unwrap_or_default();
    let several = model.norm(rule).is_some_and(|norm| norm.decisions.len() + norm.if_breached.len() > 1);
    for effect in effects {
        let is_name = effect.kind.chars().all(|c| c.is_alphanumeric() || c == '_');
        let value = match (effect.amount, &effect.unit, &effect.value) {
            (Some(amount), Some(unit), _) => Some(Scalar::Quantity(amount, unit.clone())),
            (_, _, value) => value.clone(),
        };
        if let Some(value) = value.filter(|_| is_name || !several) {
            all.push(offer(several.then(|| effect.kind.clone()), ExpectedResult::Value(value)));
        }
    }
    if ruling == Ruling::Compliant && effects.is_empty() && model.norm(rule).is_some_and(|norm| !norm.decisions.is_empty()) {
        all.push(offer(None, ExpectedResult::Nothing));
    }
    all
}

